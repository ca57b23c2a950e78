"""Sheet Curves: the numbers by date or month that lines of the model look up, from the inputs that hold them."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from valuation.plan.model import Table
from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import is_currency
from valuation.tables.live import LiveModel

HEAD, TOP = 5, 7
_WIDE = 3
"""Columns that a table takes, the gap behind it included."""


def curve_cells(live: LiveModel, tables: list[Table]) -> dict[str, str]:
    """Where the columns of the tables stand, by ``table:column``."""
    found = {}
    for place, table in enumerate(tables):
        for at, (column, values) in enumerate(table.columns):
            letter = get_column_letter(1 + _WIDE * place + at)
            found[f"{table.name}:{column}"] = f"Curves!${letter}${TOP}:${letter}${TOP + len(values) - 1}"
    return found


def write_curves(book: Book, live: LiveModel, tables: list[Table], inputs: dict[str, str]) -> None:
    """Fill the sheet, or take it away where the model looks nothing up.

    Parameters
    ----------
    inputs : by path of the contract file, the name of the input cell that holds the number.
    """
    if not tables:
        book.workbook.remove(book.workbook["Curves"])
        return
    page = book.page("Curves")
    page.title(
        "Curves",
        "What the lines of the model look up by date or by month. Green numbers follow those of Assumptions, in the "
        "unit that is computed with; grey ones are as run.",
        12,
    )
    for place, table in enumerate(tables):
        _table(page, live, table, 1 + _WIDE * place, inputs)
    page.repeat(f"A{TOP}", f"{HEAD}:{HEAD + 1}")
    across = max(12, _WIDE * (len(tables) - 1) + max(len(table.columns) for table in tables))
    down = TOP - 1 + max(len(values) for table in tables for _, values in table.columns)
    page.sheet.print_area = f"A1:{get_column_letter(across)}{down}"


def _table(page: Page, live: LiveModel, table: Table, first: int, inputs: dict[str, str]) -> None:
    last = first + len(table.columns) - 1
    page.texts(HEAD - 1, first, [""] * len(table.columns), "head_left")
    page.wrapped(HEAD - 1, first, last, table.label or table.name, "head_left")
    for at, ((column, values), unit) in enumerate(zip(table.columns, table.units, strict=True)):
        money = is_currency(unit)
        shown = page.book.scale.finer.unit(unit) if money else unit
        page.text(HEAD, first + at, column, "subhead")
        page.text(HEAD + 1, first + at, "" if unit in {"date", column} else shown, "subhead")
        cells = live.cells.get((table.name, column), ())
        for row, value in enumerate(values, TOP):
            kind = "date" if unit == "date" else "year" if column == "month" else "fine_number"
            kind = "fine_money" if money else kind
            path, scale = cells[row - TOP] if cells else ("", 1.0)
            if path in inputs:
                formula = f"={inputs[path]}" + ("" if scale == 1.0 else f"*{scale!r}")
                page.formula(row, first + at, formula, value, kind, "link")
            else:
                page.number(row, first + at, value, kind, "record")
