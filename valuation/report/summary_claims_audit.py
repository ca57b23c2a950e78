"""Claims held against each other in the printed summary: one measure, what cannot all hold, what each pair implies."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.report.claims_words import MEASURE, conflict_words, implied_words
from valuation.report.numbers import percent
from valuation.report.summary_layout import Line, Page
from valuation.tables import ClaimedAmount, three_measures

_HEADS = ("/kW/month", "/MW/year", "c/kWh", "here")
_WIDTHS = (12, 12, 8, 12)
_LABEL = 12


def claims_audit(page: Page) -> Iterator[Line]:
    """A line a claim, then the contradictions, then what follows from each two."""
    audit = page.tables.claims_audit
    if audit is None:
        return
    yield from page.heading(f"Claims on one measure ({audit.currency}; 'here' = base case, per kW and month)")
    yield Line("note", _line("", _HEADS))
    for amount in audit.amounts:
        yield Line("text", _row(amount))
    for conflict in audit.conflicts:
        yield from page.paragraph(conflict_words(conflict, audit), "bad", "  ", "  ")
    for implied in audit.implied:
        yield from page.paragraph(implied_words(implied, audit), "text", "  ", "  ")
    yield from page.paragraph(MEASURE, "note", "  ", "  ")


def _row(amount: ClaimedAmount) -> str:
    sign = "" if amount.operator == "=" else f"{amount.operator} "
    here = "n/a" if amount.model is None else f"{amount.model:,.2f}"
    if amount.reading == "margin":
        here = here if amount.model is None else percent(amount.model)
        cells = (sign + percent(amount.amount), "", "", here)
    else:
        kw, mw, kwh = (number or 0.0 for number in three_measures(amount.reading, amount.amount))
        cells = (f"{sign}{kw:,.2f}", f"{mw:,.0f}", f"{100.0 * kwh:,.2f}", here)
    return _line(f"{amount.claim + 1:<2} {amount.reading}", cells)


def _line(label: str, cells: tuple[str, ...]) -> str:
    return f"  {label:<{_LABEL}}" + "".join(f"{c:>{w}}" for c, w in zip(cells, _WIDTHS, strict=True))
