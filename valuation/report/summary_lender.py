"""The lender's cases in the summary."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.report.financing_words import cover
from valuation.report.numbers import amount, percent
from valuation.report.summary_layout import Line, Page
from valuation.report.text import one_line
from valuation.tables import FinancingTable


def lender_cases(page: Page, found: FinancingTable) -> Iterator[Line]:
    """A row a case of the lender."""
    if len(found.cases) < 2:
        return
    yield from page.heading("Lender's cases (no event strikes; the loans as they are sized here)")
    heads = ("DSCR min", "mean", "LLCR", "owed", "IRR")
    rows = [
        (
            cover(case.dscr_min),
            cover(case.dscr_average),
            cover(case.llcr),
            amount(case.debt_at_end, page.scale),
            percent(case.equity_irr),
        )
        for case in found.cases
    ]
    widths = [2 + max(map(len, cells)) for cells in zip(heads, *rows, strict=True)]
    room = 40
    at = " " * min(room, page.width - sum(widths))
    yield Line("note", at + "".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)))
    for case, cells in zip(found.cases, rows, strict=True):
        yield from page.figures(one_line(case.name), cells, widths, room)
        day = "" if case.dscr_min_day is None else f"; least cover on {case.dscr_min_day.isoformat()}"
        yield from page.paragraph(f"{case.what}{day}{'; in default' if case.defaults else ''}", "note", "    ")
    yield from page.paragraph(f"Owed = {page.money} left at the end; IRR is that of the owners.", "note")
