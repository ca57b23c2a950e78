"""Sheet Debt: cash, debt service, balances and cover of the base case by service date, and each loan apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from openpyxl.utils import get_column_letter

from valuation.kernel.opcodes import NEVER
from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import size, size_formula
from valuation.report.excel.financing_words import DATES_PER_YEAR
from valuation.report.excel.month_lines import flow_until, level_on, month_lines
from valuation.report.financing_words import loan_title
from valuation.tables import FinancingTable, LoanTable, ServiceDate
from valuation.tables.live import COVER
from valuation.timeline import date_of, month_end, month_number, serial

TOP, TOTALS = 8, 7
DATE, CFADS, INTEREST, PRINCIPAL, SERVICE, DSCR, BEFORE, DRAWN, AFTER, RESERVES, CASH, OUT, IN = range(1, 14)
LOANS = IN + 2
"""First column of the loans apart, after a gap."""
OF_LOAN = ("Drawn", "Interest paid", "Principal paid", "Balance")
_WIDE = len(OF_LOAN)
_HEADS = ("Service date", "CFADS", "Interest", "Principal", "Debt service", "DSCR, twelve months", "Debt before")
_FURTHER = ("Drawn until the date", "Debt after", "Reserves after", "Cash kept after", "Distributed", "Paid in")
_RESERVE = re.compile(r"financing\.[a-z_]+_reserve")


def write_debt(book: Book) -> None:
    """Fill the sheet where there is a financing; ``places`` gets the column of the chart's labels."""
    table = book.tables.financing
    if table is None:
        return
    page = book.page("Debt")
    last = _heads(book, page, table)
    if not table.schedule:
        page.text(TOP, 1, "Nothing is served after the completion.", "note")
        return
    for place, loan in enumerate(table.loans):
        _loan(book, page, table, loan, LOANS + _WIDE * place)
    _together(book, page, table)
    _cover(book, page, table)
    _checks(book, page, table, last + 2)
    _labels(book, page, table, last + 4)
    page.sheet.print_area = f"A1:{get_column_letter(last)}{_last_served(table)}"


def _heads(book: Book, page: Page, table: FinancingTable) -> int:
    """Title and heads; the last column."""
    last, unit = LOANS + _WIDE * len(table.loans) - 1, book.fine_unit
    source = "What is green is summed from Model; a grey number comes from the engine."
    if book.tables.deal.price_basis != "nominal":
        source = "The lines are in real money, so these are numbers of the engine."
    page.title(
        "Debt",
        f"The financing in the base case by service date, {unit}, nominal. Flows are sums over the service period that "
        "the date ends, from the completion on; balances stand after it. DSCR = CFADS / debt service over the twelve "
        f"months to the date, as Model has it: of what is due, also where less is paid. {source}",
        last,
    )
    _group(page, "All loans", 1, IN)
    page.heads(5, (*_HEADS, *_FURTHER))
    page.texts(6, 1, ["times" if k == DSCR else unit if k > 1 else "" for k in range(1, IN + 1)], "subhead")
    for place, loan in enumerate(table.loans):
        first = LOANS + _WIDE * place
        _group(page, loan_title(loan), first, first + _WIDE - 1)
        page.heads(5, OF_LOAN, first)
        page.texts(6, first, [unit] * _WIDE, "subhead")
    page.texts(TOTALS, 1, ("Total", *[""] * (IN - 1)), "total_text")
    page.texts(TOTALS, LOANS, [""] * (last - LOANS + 1), "total_text")
    page.repeat(f"B{TOP}", f"4:{TOTALS}")
    return last


def _group(page: Page, text: str, first: int, last: int) -> None:
    page.texts(4, first, (text, *[""] * (last - first)), "head")
    page.sheet.merge_cells(start_row=4, end_row=4, start_column=first, end_column=last)
    page.raise_row(4, text, sum(page.width(column) for column in range(first, last + 1)))


def _loan(book: Book, page: Page, table: FinancingTable, loan: LoanTable, first: int) -> None:
    """A loan by service date, from the sheet Model."""
    for column, names in enumerate((("drawn",), ("interest_paid",), ("principal_paid", "swept")), first):
        lines = month_lines(book, *(f"financing.{loan.name}.{name}" for name in names))
        values = []
        for k, one in enumerate(table.schedule):
            since = (f"$A{TOP + k - 1}", table.schedule[k - 1].day) if k else None
            formula, value = flow_until(book, lines, (f"$A{TOP + k}", one.day), since)
            values.append(value)
            _put(page, TOP + k, column, formula, value)
        _total(page, column, values)
    lines = month_lines(book, f"financing.{loan.name}.balance")
    for row, one in enumerate(table.schedule, TOP):
        _put(page, row, first + 3, *level_on(book, lines, (f"$A{row}", one.day)))


def _together(book: Book, page: Page, table: FinancingTable) -> None:
    """The columns of all loans, of the reserves and of the owners."""
    held = [line.name for line in book.lines if _RESERVE.fullmatch(line.name)]
    firsts = range(LOANS, LOANS + _WIDE * len(table.loans), _WIDE)
    of_months: dict[int, tuple[tuple[str, ...], Callable[[ServiceDate], float]]] = {
        CFADS: (("financing.cfads",), lambda one: one.cfads),
        OUT: (("financing.distribution",), lambda one: one.distribution),
        IN: (("financing.paid_in",), lambda one: one.paid_in),
    }
    of_loans: dict[int, tuple[int, Callable[[ServiceDate], float] | None]] = {
        INTEREST: (1, lambda one: one.interest),
        PRINCIPAL: (2, lambda one: one.principal),
        DRAWN: (0, None),
        AFTER: (3, lambda one: one.debt),
    }
    for k, (row, one) in enumerate(enumerate(table.schedule, TOP)):
        here = (f"$A{row}", one.day)
        # The first period begins with the completion: what was paid in before stands among the sources.
        since = (f"$A{row - 1}", table.schedule[k - 1].day) if k else (_completion(book, table), table.completion)
        _service_date(book, page, table, k)
        for column, (names, engine) in of_months.items():
            _tied(page, row, column, flow_until(book, month_lines(book, *names), here, since), engine(one))
        for column, (place, stated) in of_loans.items():
            cells = [f"{get_column_letter(first + place)}{row}" for first in firsts]
            value = sum(_value(page, cell) for cell in cells)
            _tied(page, row, column, (f"={'+'.join(cells) or 0}", value), value if stated is None else stated(one))
        _tied(page, row, RESERVES, level_on(book, month_lines(book, *held), here), one.reserves)
        _put(page, row, CASH, *level_on(book, month_lines(book, "financing.cash"), here))
        page.formula(row, SERVICE, f"=C{row}+D{row}", one.interest + one.principal, "fine_money")
        before = (table.schedule[k - 1].debt if k else 0.0) + _value(page, f"H{row}")
        page.formula(row, BEFORE, f"={f'I{row - 1}+' if k else ''}H{row}", before, "fine_money")
    for column in (CFADS, INTEREST, PRINCIPAL, SERVICE, DRAWN, OUT, IN):
        letter = get_column_letter(column)
        _total(page, column, [_value(page, f"{letter}{TOP + k}") for k in range(len(table.schedule))])


def _tied(page: Page, row: int, column: int, worked_out: tuple[str, float], engine: float) -> None:
    """A formula where the months say what the engine says of the period, else the engine's number."""
    formula, value = worked_out
    same = abs(value - engine) <= 1e-9 * max(1.0, abs(engine))
    _put(page, row, column, *((formula, value) if same else ("", engine)))


def _put(page: Page, row: int, column: int, formula: str, value: float) -> None:
    """A formula, or the engine's number where there is none."""
    if formula:
        page.formula(row, column, formula, value, "fine_money")
    else:
        page.number(row, column, value, "fine_money")


def _completion(book: Book, table: FinancingTable) -> str:
    """The last day of the construction: its cell, which follows the start, or the date itself."""
    day, places = table.completion, book.places
    cell = places.get("cell:financing.completion") or places.get("name:financing.completion")
    return cell or f"DATE({day.year},{day.month},{day.day})"


def _service_date(book: Book, page: Page, table: FinancingTable, place: int) -> None:
    """A service date, counted in whole periods from the completion; the last month of all is one too."""
    day, months = table.schedule[place].day, (place + 1) * 12 // DATES_PER_YEAR[table.service]
    counted = date_of(month_end(month_number(serial(table.completion)) + months))
    if day == counted:
        formula = f"=EOMONTH({_completion(book, table)},{months})"
        page.formula(TOP + place, DATE, formula, serial(day), "date", "link")
    else:
        page.day(TOP + place, DATE, day)


def _value(page: Page, cell: str) -> float:
    """What a cell holds or works out to."""
    stored = page.book.values.get((page.sheet.title, cell), page.sheet[cell].value)
    return float(stored) if isinstance(stored, int | float) else 0.0


def _total(page: Page, column: int, values: Sequence[float]) -> None:
    letter = get_column_letter(column)
    formula = f"=SUM({letter}{TOP}:{letter}{TOP + len(values) - 1})"
    page.formula(TOTALS, column, formula, sum(values), "fine_money", "total")


def _cover(book: Book, page: Page, table: FinancingTable) -> None:
    """The tested cover, which Model has: of debt service that is due, of which not all may be paid."""
    cells = book.places.get(f"month:{COVER}") if table.loans else None
    ends = book.places["month_ends"]
    for row, one in enumerate(table.schedule, TOP):
        if cells is None:
            page.text(row, DSCR, "")
            continue
        found = f"INDEX({cells},MATCH($A{row},{ends},0))"
        formula = f'=IFERROR(IF({found}>={NEVER:.0f},"",{found}),"")'
        page.formula(row, DSCR, formula, "" if one.dscr is None else one.dscr, "plain_2")


def _checks(book: Book, page: Page, table: FinancingTable, column: int) -> None:
    """The debt rolls forward, and all cash that came in is paid out or held; both beside the table, off the paper."""
    page.heads(5, ("Debt before less principal and debt after", "Cash held less all flows so far"), column)
    moves = _moves(table)
    debt, cash = [], []
    for row, one in enumerate(table.schedule, TOP):
        left = _value(page, f"G{row}") - one.principal - _value(page, f"I{row}")
        debt.append(round(left, 3) + 0.0)
        page.formula(row, column, f"=ROUND(G{row}-D{row}-I{row},3)", debt[-1], "fine_money")
        text, flows = "", 0.0
        for sign, name in moves:
            lines = month_lines(book, name)
            if lines:
                formula, value = flow_until(book, lines, (f"$A{row}", one.day), None)
                text += f"{'-' if sign > 0 else '+'}({formula.removeprefix('=') or repr(value)})"
                flows += sign * value
        held = _value(page, f"J{row}") + _value(page, f"K{row}")
        cash.append(round(held - flows, 3) + 0.0)
        page.formula(row, column + 1, f"=ROUND(J{row}+K{row}{text},3)", cash[-1], "fine_money")
    bottom = TOP + len(table.schedule) - 1
    for label, place, off, weight, whole in (
        ("Debt: balance before, less principal, is the balance after", column, debt, BEFORE, "G"),
        ("Cash held on each service date is the sum of all flows until then", column + 1, cash, CFADS, "B"),
    ):
        cells, of = page.span(TOP, place, bottom, place), page.span(TOP, weight, bottom, weight)
        sizes = size(_value(page, f"{whole}{row}") for row in range(TOP, bottom + 1))
        residual = round(sum(value * value for value in off) ** 0.5 / sizes, 9) + 0.0
        formula = f"=ROUND(SUMPRODUCT({cells},{cells})^0.5/{size_formula(of)},9)"
        book.checks.append(CheckRow(label, formula, residual, 1e-9))


def _labels(book: Book, page: Page, table: FinancingTable, column: int) -> None:
    """The year on its first service date, every second or so where they are many: labels of the chart."""
    years = sorted({one.day.year for one in table.schedule})
    every, seen = 1 + len(years) // 16, set[int]()
    page.text(5, column, "Label of the chart", "head")
    for row, one in enumerate(table.schedule, TOP):
        if one.day.year not in seen and (one.day.year - years[0]) % every == 0:
            page.text(row, column, str(one.day.year))
        seen.add(one.day.year)
    book.places["debt:labels"] = str(column)


def _moves(table: FinancingTable) -> list[tuple[int, str]]:
    """Lines of the waterfall by sign: what comes in, what goes out."""
    come = ("financing.available", "financing.reserve_filled", "financing.owners_support")
    go = [
        f"financing.{loan.name}.{what}" for loan in table.loans for what in ("interest_paid", "principal_paid", "swept")
    ]
    return [*((1, name) for name in come), *((-1, name) for name in go), (-1, "financing.distribution")]


def _last_served(table: FinancingTable) -> int:
    """Last row with anything in it: the calendar runs on after the last payment."""
    busy = [
        row
        for row, one in enumerate(table.schedule, TOP)
        if any((one.cfads, one.interest, one.principal, one.debt, one.distribution, one.paid_in))
    ]
    return busy[-1] if busy else TOP
