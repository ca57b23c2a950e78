"""The owners' return and the cover ratios in the summary: base case, mean, percentiles, standard errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from valuation.report.financing_words import cover
from valuation.report.numbers import amount, percent
from valuation.report.summary_layout import Line, Page
from valuation.statistics.distribution import Distribution
from valuation.tables import FinancingTable

_MARKS = (5, 50, 95)


@dataclass(frozen=True)
class _Row:
    """A row of the table: labels, base case, paths, and how its numbers and its standard errors are written."""

    label: str
    short: str
    base: float | None
    spread: Distribution
    show: Callable[[float | None], str]
    error: Callable[[float | None], str]

    @property
    def cells(self) -> list[str]:
        """Base case, mean and percentiles."""
        values = (self.base, self.spread.mean, *(getattr(self.spread, f"p{p}") for p in _MARKS))
        return [self.show(value) for value in values]

    @property
    def errors(self) -> str:
        """Standard errors of the mean and of the percentiles."""
        values = (self.spread.se, *(getattr(self.spread, f"se_p{p}") for p in _MARKS))
        return f"{self.short} {' / '.join(self.error(value) for value in values)}"


def returns(page: Page, found: FinancingTable) -> Iterator[Line]:
    """Owners' NPV and IRR and the cover ratios: base case, mean, percentiles, standard errors."""
    rows = list(_rows(page, found))
    cell = max(7, 1 + max(len(text) for row in rows for text in row.cells))
    widths, room = (cell,) * 5, 36
    heads = ("base", "mean", *(f"P{p}" for p in _MARKS))
    yield Line("text", "")
    yield Line("head", " " * min(room, page.width - 5 * cell) + "".join(f"{head:>{cell}}" for head in heads))
    for row in rows:
        yield from page.figures(row.label, row.cells, widths, room)
    errors = "; ".join(row.errors for row in rows if row.spread.mean is not None)
    yield from page.paragraph(f"Standard errors of mean / P5 / P50 / P95: {errors}.", "note")


def _rows(page: Page, found: FinancingTable) -> Iterator[_Row]:
    owners = found.owners
    money = partial(amount, scale=page.scale)
    label = f"Owners' NPV at {percent(owners.rate)}, {page.money}"
    yield _Row(label, "owners' NPV", owners.npv_base, owners.npv, money, money)
    rate, error = _in_percent, partial(_in_percent, decimals=2)
    yield _Row("Owners' IRR, %", "owners' IRR", owners.irr_base, owners.irr.distribution, rate, error)
    yield from _multiples(page, found)
    if not found.loans:
        return
    small = partial(_ratio, decimals=3)
    for label, short, base, spread in (
        ("Least DSCR", "least DSCR", found.dscr_min_base, found.dscr_min),
        ("Average DSCR", "average DSCR", found.dscr_average_base, found.dscr_average),
        ("LLCR, at the completion", "LLCR", found.llcr_base, found.llcr),
        ("PLCR, at the completion", "PLCR", found.plcr_base, found.plcr),
    ):
        yield _Row(label, short, base, spread, cover, small)


def _multiples(page: Page, found: FinancingTable) -> Iterator[_Row]:
    """Modified rate, multiple and payback, as far as the paths have them."""
    owners, small = found.owners, partial(_ratio, decimals=3)
    if owners.mirr is not None:
        error = partial(_in_percent, decimals=2)
        some = _of_the_paths(page, owners.mirr)
        yield _Row(f"Owners' modified IRR, %{some}", "modified IRR", owners.mirr_base, owners.mirr, _in_percent, error)
    if owners.moic is not None:
        yield _Row("Owners' cash out / cash in", "cash out / cash in", owners.moic_base, owners.moic, cover, small)
    back = owners.payback_years
    if back is not None:
        some = _of_the_paths(page, back)
        years = partial(_ratio, decimals=1)
        yield _Row(f"Owners' payback, years{some}", "payback", owners.payback_years_base, back, years, small)


def _of_the_paths(page: Page, spread: Distribution) -> str:
    """On how many of the paths a measure exists, where it does not on all."""
    paths = page.tables.audit.paths
    return "" if spread.count == paths else f", on {percent(spread.count / paths)} of the paths"


def _in_percent(value: float | None, decimals: int = 1) -> str:
    return percent(value, decimals).removesuffix(" %")


def _ratio(value: float | None, decimals: int) -> str:
    return "n/a" if value is None else f"{value:.{decimals}f}" if abs(value) < 1e5 else cover(value)
