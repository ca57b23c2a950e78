"""What does not follow a changed input turns grey: cells of a page, told from those whose formulas reach the model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openpyxl.utils import get_column_letter

from valuation.report.excel.book import Book, Page

GREY = "A6A6A6"
_MODEL = frozenset({"Timeline", "Model", "Dated cash", "Owners cash"})
"""Sheets whose numbers follow the inputs."""
_CELL = re.compile(r"(?:'([^']+)'|\b([A-Za-z_]\w*))!\$?([A-Z]{1,3})\$?(\d+)|(?<![\w!$.])\$?([A-Z]{1,3})\$?(\d+)\b")
_NAME = re.compile(r"\bout_\w+")


def grey_as_run(book: Book, page: Page, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    """Grey the cells of an area that are as run once an input is changed; those that follow keep their colour.

    Parameters
    ----------
    rows, columns : first and last of the area, counted from 1.
    """
    areas = list(_areas(book, page, rows, columns))
    if areas:
        page.coloured(" ".join(areas), "inputs_as_run=0", GREY)


def _areas(book: Book, page: Page, rows: tuple[int, int], columns: tuple[int, int]) -> Iterator[str]:
    """Rectangles of the cells that do not follow, row by row, whole rows together."""
    first, last = (get_column_letter(column) for column in columns)
    top = rows[0]
    for row in range(rows[0], rows[1] + 1):
        live = [column for column in range(columns[0], columns[1] + 1) if _follows(book, page, row, column)]
        if not live:
            continue
        if row > top:
            yield f"{first}{top}:{last}{row - 1}"
        # The label of a number that follows keeps its colour.
        edges = [*live, columns[1] + 1]
        for before, after in zip(edges, edges[1:], strict=False):
            if after - before > 1:
                yield f"{get_column_letter(before + 1)}{row}:{get_column_letter(after - 1)}{row}"
        top = row + 1
    if top <= rows[1]:
        yield f"{first}{top}:{last}{rows[1]}"


def _follows(book: Book, page: Page, row: int, column: int) -> bool:
    return follows_inputs(book, page.sheet.title, f"{get_column_letter(column)}{row}")


def follows_inputs(book: Book, sheet: str, at: str) -> bool:
    """Whether a cell is a formula that reaches the model, over other cells and names."""
    known = book.follow

    def reaches(title: str, address: str) -> bool:
        if title in _MODEL:
            return True
        if (title, address) not in known:
            known[title, address] = False
            known[title, address] = any(reaches(*one) for one in _read_by(book, title, address))
        return known[title, address]

    return reaches(sheet, at)


def _read_by(book: Book, title: str, address: str) -> Iterator[tuple[str, str]]:
    """Cells that the formula of a cell reads; of a range the first."""
    if title not in book.workbook.sheetnames:
        return
    formula = book.workbook[title][address].value
    if not isinstance(formula, str) or not formula.startswith("="):
        return
    defined = book.workbook.defined_names
    names = [defined[name].attr_text for name in _NAME.findall(formula) if name in defined]
    for text in (formula, *names):
        for quoted, plain, letters, number, own_letters, own_number in _CELL.findall(text):
            if own_letters:
                yield title, f"{own_letters}{own_number}"
            else:
                yield quoted or plain, f"{letters}{number}"
