"""The table of values: base case, mean and percentiles of NPV, IRR and margin, and what belongs under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from valuation.report.numbers import PULLED, amount, costs_only, margin_is_pulled, percent
from valuation.report.summary_layout import Line, Page
from valuation.report.summary_project import project_facts
from valuation.report.summary_words import STATUSES
from valuation.statistics.distribution import Distribution

PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
_ERROR = 9
"""Columns of the standard error."""
_NAMED = {"NPV after tax": "NPV", "IRR after tax": "IRR", "Margin": "margin"}
"""Measures whose percentiles have a standard error under the table."""


@dataclass(frozen=True)
class _Measure:
    """A row: its label, a shorter one, its unit, and the numbers of the base case and of the paths as text."""

    label: str
    short: str
    unit: str
    base: str
    mean: str
    error: str
    marks: tuple[str, ...]
    errors: tuple[str, ...]
    """Standard errors of P5, P50 and P95."""


def value_table(page: Page) -> Iterator[Line]:
    """The table, with as many percentiles as the page has room for, and its notes."""
    rows = list(_measures(page))
    cell = max(7, 1 + max(len(text) for row in rows for text in (row.base, row.mean, *row.marks)))
    marks, errors = _fitting(page.width, cell)
    yield from page.heading("Value")
    head = [f"P{p}" for p in marks]
    yield Line("head", _row("", errors, cell, "base", "mean", "+/- s.e.", head))
    lenders = [f"P{100 - p}" for p in marks]
    said = "lenders say (exceeded with)" if errors else "lenders say"
    yield Line("note", _row(said, errors, cell, "case", "", "of mean", lenders))
    for row in rows:
        label = f"{row.label:<22}{row.unit:>6}" if errors else f"{row.short:<18}{row.unit:>6}"
        shown = [text for p, text in zip(PERCENTILES, row.marks, strict=True) if p in marks]
        yield Line("text", _row(label, errors, cell, row.base, row.mean, row.error, shown))
    which = "P5 / P50 / P95" if errors else "mean / P5 / P50 / P95"
    after_tax = [row for row in rows if row.short in _NAMED]
    of = "; ".join(
        f"{_NAMED[row.short]} {' / '.join(row.errors if errors else (row.error, *row.errors))} {row.unit}"
        for row in after_tax
    )
    yield from page.paragraph(f"Standard errors of {which}: {of}.", "note")
    below = "P5 = 5 % of the paths lie below."
    if not costs_only(page.tables):
        below += (
            " Margin = PV of EBITDA / PV of revenue over the life. The mean IRR averages annualised losses: read the "
            "median and the IRR of the expected flows."
        )
    pulled = f" {PULLED[0].upper()}{PULLED[1:]}." if margin_is_pulled(page.tables.margin) else ""
    yield from page.paragraph(below + pulled, "note")


def value_facts(page: Page) -> Iterator[Line]:
    """What one number or one sentence says: rate and margin of the expected flows, the worst paths, the payback."""
    tables = page.tables
    yield Line("text", "")
    if not costs_only(tables):
        yield from _rates(page)
    tail = f"{amount(tables.tail.get('cvar_05'), page.scale)} {page.money} (mean of the worst 5 % of the paths)"
    yield from page.labelled("NPV in the worst 5 %", tail)
    if (left := tables.survivors) is not None:
        mean = f"{amount(left.npv_mean, page.scale)} {page.money} (mean of the {percent(left.share)} of the paths)"
        yield from page.labelled("NPV given no event in the term", mean)
    figures = tables.figures
    if figures is not None and figures.cost_per_mwh is not None and figures.npv_per_mwh is not None:
        currency, each = tables.deal.currency, figures.cost_per_mwh
        text = f"{each:,.2f} {currency}/MWh before tax"
        if not costs_only(tables):
            text += f", investment included; NPV {figures.npv_per_mwh:,.2f} {currency}/MWh after tax"
        yield from page.labelled("Cost per MWh, base case", text)
    yield from project_facts(page)


def _rates(page: Page) -> Iterator[Line]:
    """Rate and margin of the expected flows, and what was found on the paths."""
    tables, base = page.tables, page.tables.base
    expected = (
        f"{percent(tables.irr.of_expected_flows)} after tax, {percent(tables.irr_pre_tax.of_expected_flows)} before"
    )
    yield from page.labelled("IRR of the expected cash flows", expected)
    margin = tables.margin_of_expected_flows
    if margin is not None:
        text = f"{percent(margin.ratio)} +/- {100 * margin.se:.2f} (mean PV of EBITDA / mean PV of revenue)"
        yield from page.labelled("Margin of the expected flows", text)
    if base.irr is None:
        why = STATUSES.get(base.irr_status, base.irr_status)
        if not base.invests and base.irr_status != "total_loss":
            why = "nothing is invested from the valuation date on"
        yield from page.labelled("Base case has no IRR", why)
    statuses = (f"{n:,} {STATUSES.get(key, key)}" for key, n in tables.irr.status.items() if n)
    yield from page.labelled("IRR found on the paths", ", ".join(statuses))


def _fitting(width: int, cell: int) -> tuple[tuple[int, ...], bool]:
    """Which percentiles fit, and whether the standard error of the mean does: the quartiles go first, it goes last."""
    for marks, errors in (
        (PERCENTILES, True),
        ((5, 10, 50, 90, 95), True),
        ((5, 50, 95), True),
        ((5, 50, 95), False),
    ):
        used = (28 + _ERROR if errors else 24) + cell * (2 + len(marks))
        if used <= width:
            return marks, errors
    return (5, 50), False


def _row(label: str, errors: bool, cell: int, base: str, mean: str, error: str, marks: Sequence[str]) -> str:
    """A line of the table."""
    room = 28 if errors else 24
    shown = f"{error:>{_ERROR}}" if errors else ""
    return f"{label:<{room}}{base:>{cell}}{mean:>{cell}}{shown}" + "".join(f"{mark:>{cell}}" for mark in marks)


def _measures(page: Page) -> Iterator[_Measure]:
    tables, base = page.tables, page.tables.base
    money: list[tuple[str, str, float | None, Distribution]] = [
        ("NPV after tax", "", base.npv, tables.npv),
        ("NPV before tax", "", base.npv_pre_tax, tables.npv_pre_tax),
    ]
    if tables.deal.risk_free is not None:
        rate = percent(tables.deal.risk_free)
        money.append((f"NPV at risk-free {rate}", f"NPV at {rate}", base.npv_risk_free, tables.npv_risk_free))
    # One precision for all amounts: none has a digit that its neighbour lacks.
    amounts = [v for _, _, of_base, spread in money for v in (of_base, spread.mean, *_marks(spread)) if v is not None]
    decimals = 0 if max(map(abs, amounts), default=0.0) >= 999.95 * page.scale.divisor else 1
    in_money = partial(amount, scale=page.scale, decimals=decimals)
    error = partial(amount, scale=page.scale)
    for label, short, of_base, spread in money:
        yield _measure(label, short or label, page.money, of_base, spread, in_money, error)
    if costs_only(tables):
        return
    for label, short, of_rate, spread in (
        ("IRR after tax", "IRR after tax", base.irr, tables.irr.distribution),
        ("IRR before tax", "IRR before tax", base.irr_pre_tax, tables.irr_pre_tax.distribution),
        ("Margin, EBITDA/revenue", "Margin", base.margin, tables.margin),
    ):
        yield _measure(label, short, "%", of_rate, spread, _in_percent, partial(_in_percent, decimals=2))


def _measure(
    label: str,
    short: str,
    unit: str,
    base: float | None,
    spread: Distribution,
    show: Callable[[float | None], str],
    error: Callable[[float | None], str],
) -> _Measure:
    errors = (error(spread.se_p5), error(spread.se_p50), error(spread.se_p95))
    marks = tuple(map(show, _marks(spread)))
    return _Measure(label, short, unit, show(base), show(spread.mean), error(spread.se), marks, errors)


def _marks(spread: Distribution) -> list[float | None]:
    return [getattr(spread, f"p{p}") for p in PERCENTILES]


def _in_percent(value: float | None, decimals: int = 1) -> str:
    """A fraction as a percentage without its sign."""
    return percent(value, 0 if value is not None and abs(value) >= 9.9995 else decimals).removesuffix(" %")
