"""What drawn parameters make of the value: stated and drawn side by side, and each parameter with what it moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from valuation.report.numbers import amount, costs_only, percent
from valuation.report.summary_layout import Line, Page
from valuation.statistics.distribution import Distribution
from valuation.tables import ParameterUncertainty, UncertainParameter

_WIDE, _NARROW = ("mean", "se", "p5", "p50", "p95"), ("mean", "p5", "p95")
_HEADS = {"mean": "mean", "se": "+/- s.e.", "p5": "P5", "p50": "P50", "p95": "P95"}
_CELL = 10


def uncertainty(page: Page) -> Iterator[Line]:
    """The section; nothing where no parameters were drawn."""
    found, tables = page.tables.parameter_uncertainty, page.tables
    if found is None:
        return
    names = _WIDE if page.width >= 90 else _NARROW
    yield from page.heading(f"With drawn parameters ({found.draws} draws, the same paths)")
    widths = (_CELL,) * len(names)
    room = page.width - sum(widths)
    yield Line("note", " " * room + "".join(f"{_HEADS[name]:>{_CELL}}" for name in names))
    money = partial(amount, scale=page.scale)
    rows: list[tuple[str, Callable[[float | None], str], Distribution, Distribution]] = [
        (f"NPV after tax, {page.money}", money, tables.npv, found.npv)
    ]
    if not costs_only(tables):
        rows.append(("IRR after tax, %", _rate, tables.irr.distribution, found.irr))
        rows.append(("Margin, %", _rate, tables.margin, found.margin))
    for label, show, stated, drawn in rows:
        for kind, spread in (("stated", stated), ("drawn", drawn)):
            cells = [show(getattr(spread, name)) for name in names]
            yield from page.figures(f"{label}: {kind}", cells, widths, room)
    stated_chance = percent(tables.probability.npv_negative)
    chance = f"stated {stated_chance}, drawn {percent(found.npv_negative)} +/- {100 * found.npv_negative_se:.1f}"
    yield from page.labelled("  P(NPV < 0)", chance)
    yield from page.paragraph(uncertainty_words(page.money, money, found), "note", "  ")
    for one in found.parameters:
        yield from page.paragraph(f"- {parameter_words(one)}", "text", "  ", "  ")


def uncertainty_words(money: str, show: Callable[[float | None], str], found: ParameterUncertainty) -> str:
    """How much of the spread comes from not knowing the parameters, and what the standard errors count."""
    return (
        f"Of the variance of the NPV {percent(found.share_of_variance)} comes from not knowing the parameters: over "
        f"them the expected NPV has a standard deviation of {show(found.sd_of_means)} {money}, which no number of "
        f"paths averages out. Drawing them moves the mean by {show(found.npv_change)} +/- "
        f"{show(found.npv_change_se)} {money}. "
        "Standard errors are those of the draws."
    )


def parameter_words(one: UncertainParameter) -> str:
    """A parameter with its law, what was drawn, and how the mean NPV goes with it."""
    unit = f" {one.unit}" if one.unit else ""
    moves = "the NPV does not move with it"
    if one.rank_correlation is not None:
        moves = f"rank correlation with the mean NPV {one.rank_correlation:+.2f}"
    return (
        f"{one.path}: {one.value:.4g} +/- {one.se:.3g}{unit}, {one.law.replace('_', '-')}; drawn {one.drawn_mean:.4g} "
        f"+/- {one.drawn_sd:.3g}; {moves}"
    )


def _rate(value: float | None) -> str:
    """A fraction as a percentage without its sign, fine enough for a standard error."""
    return percent(value, 2).removesuffix(" %")
