"""Measures of lenders and owners that follow the inputs: formulas on the sheets Debt and Owners cash."""

from __future__ import annotations

from valuation.report.excel.book import Book
from valuation.report.excel.debt import CFADS, DSCR, SERVICE
from valuation.report.excel.debt import TOP as DEBT_TOP
from valuation.tables import FinancingTable


def live_measure(book: Book, key: str, base: float | None) -> str:
    """The formula of a measure of the base case; empty for one that only the run works out.

    Cover is the least of what Debt shows, or its cash over its debt service, where that is what the engine says: with
    arrears its test takes what is due and not what is paid.
    """
    table, places = book.tables.financing, book.places
    if table is None or base is None:
        return ""
    if key in {"dscr_min", "dscr_average"}:
        return _least(book, table, base) if key == "dscr_min" else _average(book, table, base)
    if key == "npv_equity" and "owners_present" in places:
        return f"=SUM({places['owners_present']})"
    if key == "irr_equity" and "owners_present" in places and book.tables.deal.year_count == "days":
        flows, dates = places["xirr_flows:owners_net"], places["xirr_dates:owners_net"]
        guess = max(round(base, 2), -0.99)
        return f'=IF({places["first_flow:owners_net"]}=0,"n/a",IFERROR(XIRR({flows},{dates},{guess!r}),"n/a"))'
    return ""


def _least(book: Book, table: FinancingTable, base: float) -> str:
    covers = [one.dscr for one in table.schedule if one.dscr is not None]
    if not covers or _off(min(covers), base):
        return ""
    return f"=MIN({book.page('Debt').span(DEBT_TOP, DSCR, DEBT_TOP + len(table.schedule) - 1, DSCR)})"


def _average(book: Book, table: FinancingTable, base: float) -> str:
    """Cash for debt service over debt service, until the last date with any."""
    served = [k for k, one in enumerate(table.schedule) if one.interest or one.principal]
    inside = table.schedule[: served[-1] + 1] if served else ()
    service = sum(one.interest + one.principal for one in inside)
    if not service or _off(sum(one.cfads for one in inside) / service, base):
        return ""
    cash, paid = (
        book.page("Debt").span(DEBT_TOP, column, DEBT_TOP + len(inside) - 1, column) for column in (CFADS, SERVICE)
    )
    return f'=IF(SUM({paid})=0,"n/a",SUM({cash})/SUM({paid}))'


def _off(found: float, base: float) -> bool:
    return abs(found - base) > 1e-9 * abs(base)
