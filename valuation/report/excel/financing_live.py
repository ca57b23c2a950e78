"""Measures of lenders and owners that follow the inputs: formulas on the sheets Debt and Owners cash."""

from __future__ import annotations

from openpyxl.utils import column_index_from_string, get_column_letter

from valuation.kernel.opcodes import NEVER
from valuation.report.excel.book import Book
from valuation.report.excel.debt import DSCR
from valuation.report.excel.debt import TOP as DEBT_TOP
from valuation.tables import FinancingTable
from valuation.tables.live import CASH_OF_YEAR, SERVICE_OF_YEAR


def live_measure(book: Book, key: str, base: float | None) -> str:
    """The formula of a measure of the base case; empty for one that only the run works out.

    Cover is of debt service that is due, as the engine tests it, and not of what is paid.
    """
    table, places = book.tables.financing, book.places
    if table is None or base is None:
        return ""
    if key in {"dscr_min", "dscr_average"}:
        return _least(book, table, base) if key == "dscr_min" else _average(book)
    if last := places.get(f"last:financing.{key}"):
        return f'=IFERROR(IF(ABS({last})>={NEVER:.0f},"n/a",{last}),"n/a")'
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
    cells = book.page("Debt").span(DEBT_TOP, DSCR, DEBT_TOP + len(table.schedule) - 1, DSCR)
    return f'=IF(COUNT({cells})=0,"n/a",MIN({cells}))'


def _average(book: Book) -> str:
    """Cash over debt service of all years together; a year without debt service has neither. Its last month is the one
    after which another year begins: not every program works out a function of a range, as MONTH, cell by cell."""
    years = book.places["month_years"]
    sums = _of_months(book, f"({_less(years, last=1)}<{_less(years, first=1)})", 1)
    return f'=IFERROR({sums},"n/a")' if sums else ""


def of_year(book: Book, year: str) -> str:
    """Cash over debt service of the year of a cell; empty without loans."""
    return _of_months(book, f"({book.places['month_ends']}=DATE({year},12,31))")


def _of_months(book: Book, chosen: str, less: int = 0) -> str:
    """Sums of the months of a condition, which leaves out so many months at the end."""
    spans = [book.places.get(f"month:{name}", "") for name in (CASH_OF_YEAR, SERVICE_OF_YEAR)]
    if not all(spans):
        return ""
    cash, service = (_less(span, last=less) for span in spans)
    return f"SUMPRODUCT({chosen}*({service}>0)*{cash})/SUMPRODUCT({chosen}*{service})"


def _less(span: str, first: int = 0, last: int = 0) -> str:
    """The cells of a row, ``Model!$G$12:$IA$12``, without so many of the first and of the last."""
    sheet, _, cells = span.rpartition("!")
    (_, left, row), (_, right, _) = (cell.split("$") for cell in cells.split(":"))
    begin, end = (column_index_from_string(left) + first, column_index_from_string(right) - last)
    return f"{sheet}!${get_column_letter(begin)}${row}:${get_column_letter(end)}${row}"


def _off(found: float, base: float) -> bool:
    return abs(found - base) > 1e-9 * abs(base)
