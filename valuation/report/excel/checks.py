"""Sheet Checks: what must hold, worked out by formula, and the one answer for page one."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import size, size_formula
from valuation.report.excel.line_values import shown
from valuation.report.excel.ties import ties

MASTER_CELL = "S1"
"""Where page one shows the answer."""
COLUMNS = ("Check", "Residual", "Allowed", "Fails", "Result")


def write_checks(book: Book) -> None:
    """Fill the sheet and name the master check, ``all_checks``, that page one shows."""
    page = book.page("Checks")
    page.title(
        "Checks",
        "A residual beyond what is allowed counts as a failure; page one shows OK only when none fails. Those of the "
        "engine are as it found them; those of the workbook are formulas and follow a change, to a thousandth "
        "of what is allowed.",
        len(COLUMNS),
    )
    _lines(book)
    _errors(book)
    left_out = ties(book)
    page.heads(6, COLUMNS)
    page.repeat("A7", "6:6")
    row = _block(page, 7, "Worked out in this workbook", book.checks)
    page.band(row, "Found by the engine", len(COLUMNS))
    for at, check in enumerate(book.tables.checks, row + 1):
        _labels(page, at, check.name)
        page.number(at, 2, check.residual, "residual")
        page.number(at, 3, check.tolerance, "residual")
        # The engine may know more than the residual says: its own verdict stands.
        _verdict(page, at, abs(check.residual) <= check.tolerance, None if check.ok else 1.0)
    if left_out:
        page.wrapped(row + len(book.tables.checks) + 2, 1, len(COLUMNS), left_out, "note")
    _master(book, page, 4, range(8, row + len(book.tables.checks) + 1))


def _lines(book: Book) -> None:
    """Each line of the base case: the years add up to the months, and a total to what the run found, whose months are
    without the spare ones."""
    of_run = {line.name: sum(shown(line)) for line in book.tables.lines}
    for line in book.lines:
        years = book.places.get(f"year_total:{line.name}")
        if years is None or book.kind_of(line.unit) != "money":
            continue
        months = f"{'-' if line.sign < 0 else ''}{book.places[f'month_total:{line.name}']}"
        scale = size_formula(book.places[f"month:{line.name}"])
        book.checks.append(
            CheckRow(f"{line.label}: years = months", f"=ROUND(({years}-({months}))/{scale},12)", 0.0, 1e-9)
        )
        if line.parts and line.name in of_run:
            engine, found = of_run[line.name], shown(line)
            residual = round((sum(found) - engine) / size(found), 12) + 0.0
            formula = f"=IF(inputs_as_run=1,ROUND(({months}-({engine!r}))/{scale},12),0)"
            book.checks.append(CheckRow(f"{line.label}: model = engine", formula, residual, 1e-9))


def _errors(book: Book) -> None:
    """No cell of the base case is an error: those of the checks themselves turn the master check."""
    for title, first in (("Summary", "A5"), ("Cash flow", "A4"), ("Financing", "A4"), ("Debt", "A4"), ("Tax", "A4")):
        if title in book.workbook.sheetnames:
            sheet = book.workbook[title]
            last = f"{get_column_letter(min(sheet.max_column, _WIDEST))}{sheet.max_row}"
            formula = f"=SUMPRODUCT(ISERROR('{title}'!{first}:{last})*1)"
            book.checks.append(CheckRow(f"{title}: no cell is an error", formula, 0.0, 0.0))


_WIDEST = 60
"""Columns that a sheet of the base case has at most."""


def _block(page: Page, row: int, title: str, checks: list[CheckRow]) -> int:
    page.band(row, title, len(COLUMNS))
    for at, check in enumerate(checks, row + 1):
        _labels(page, at, check.label)
        page.formula(at, 2, check.formula, check.residual, "residual", "link")
        page.number(at, 3, check.tolerance, "residual")
        _verdict(page, at, abs(check.residual) <= check.tolerance)
    return row + 1 + len(checks)


def _labels(page: Page, row: int, label: str) -> None:
    page.text(row, 1, label, "wrap")
    page.raise_row(row, label, page.width(1))


def _verdict(page: Page, row: int, holds: bool, stated: float | None = None) -> None:
    if stated is None:
        page.formula(row, 4, f"=IF(ABS(B{row})<=C{row},0,1)", 0.0 if holds else 1.0, "year")
    else:
        holds = stated == 0
        page.number(row, 4, stated, "year")
    page.formula(row, 5, f'=IF(D{row}=0,"OK","CHECK")', "OK" if holds else "CHECK", "year")


def _master(book: Book, page: Page, row: int, rows: range) -> None:
    title, cells = page.sheet.title, f"D{rows[0]}:D{rows[-1]}"
    count = 0.0
    for at in rows:
        stated = page.sheet.cell(at, 4).value
        count += float(book.values.get((title, f"D{at}"), stated if isinstance(stated, float) else 0.0))
    page.text(row, 1, "Checks that fail", "total_text")
    page.texts(row, 2, ("", ""), "total_text")
    page.formula(row, 4, f"=SUM({cells})", count, "year", "total")
    answer = "OK" if count == 0 else "CHECK"
    # An error in a cell below makes the sum an error: that must not read as OK.
    master = f'=IF(ISNUMBER(D{row}),IF(D{row}=0,"OK","CHECK"),"CHECK")'
    page.formula(row, 5, master, answer, "year", "total")
    page.traffic_light(f"E{row}", f"E{row}")
    page.traffic_light(f"E{rows[0]}:E{rows[-1]}", f"E{rows[0]}")
    book.define("checks_failed", title, row, 4)
    book.define("all_checks", title, row, 5)
    # Page one was written before: its cell reads the name, and its value is known only now.
    book.values["Summary", MASTER_CELL] = answer
