"""Measures of lenders and owners that follow the inputs: formulas on the sheets Debt and Owners cash."""

from __future__ import annotations

from valuation.report.excel.book import Book
from valuation.report.excel.debt import DSCR
from valuation.report.excel.debt import TOP as DEBT_TOP


def live_measure(book: Book, key: str, base: float | None) -> str:
    """The formula of a measure of the base case; empty for one that only the run works out.

    Cover is the least, or the average, of what Debt shows, where that is what the engine says: with arrears its test
    takes what is due and not what is paid.
    """
    table, places = book.tables.financing, book.places
    if table is None or base is None:
        return ""
    if key in {"dscr_min", "dscr_average"}:
        covers = [one.dscr for one in table.schedule if one.dscr is not None]
        found = (min(covers) if key == "dscr_min" else sum(covers) / len(covers)) if covers else None
        if found is None or abs(found - base) > 1e-9 * abs(base):
            return ""
        cells = book.page("Debt").span(DEBT_TOP, DSCR, DEBT_TOP + len(table.schedule) - 1, DSCR)
        return f"={'MIN' if key == 'dscr_min' else 'AVERAGE'}({cells})"
    if key == "npv_equity" and "owners_present" in places:
        return f"=SUM({places['owners_present']})"
    if key == "irr_equity" and "owners_present" in places and book.tables.deal.year_count == "days":
        flows, dates = places["xirr_flows:owners_net"], places["xirr_dates:owners_net"]
        guess = max(round(base, 2), -0.99)
        return f'=IF({places["first_flow:owners_net"]}=0,"n/a",IFERROR(XIRR({flows},{dates},{guess!r}),"n/a"))'
    return ""
