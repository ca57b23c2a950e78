"""Sheets Months, Months 2, …: the base case month by month, one line of the contract a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import groupby
from math import ceil

from openpyxl.utils import get_column_letter

from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import is_currency
from valuation.tables import Line

TOP, TOTALS, FIRST = 8, 7, 3
WIDEST = 18
"""Columns that still read on one landscape page."""


def write_months(book: Book) -> None:
    """Fill as many sheets as the lines need; ``places`` gets the ranges ``month_ends``, ``month_years``,
    ``month_days`` and ``month:<line>``."""
    panels = _panels(book.lines)
    columns: dict[str, tuple[Page, int]] = {}
    pages = [_page(book, number) for number in range(len(panels))]
    for page, panel in zip(pages, panels, strict=True):
        for column, line in enumerate(panel, FIRST):
            columns[line.name] = (page, column)
    for page, panel in zip(pages, panels, strict=True):
        _axis(book, page, len(panel))
        for column, line in enumerate(panel, FIRST):
            _line(book, page, column, line, columns)
        bottom = TOP + last_busy_month(book)
        page.sheet.print_area = f"A1:{get_column_letter(_last_printed(len(panel)))}{bottom}"


def last_busy_month(book: Book) -> int:
    """Place of the last month in which an amount accrues: those after it need no paper."""
    amounts = [line.values for line in book.lines if line.roll == "sum" and line.unit != "h"]
    months = range(len(book.tables.month_ends) - 1, -1, -1)
    return next((t for t in months if any(values[t] for values in amounts)), len(book.tables.month_ends) - 1)


def shown(line: Line, known: Mapping[str, Line] | None = None) -> list[float]:
    """Values as the sheets show them: what leaves the view is negative; with ``known``, a total as its parts' sum."""
    if known is None or not line.parts:
        return [line.sign * value + 0.0 for value in line.values]
    sums = [0.0] * len(line.values)
    for part, weight in _weights(line, known):
        sums = [a + weight * b for a, b in zip(sums, shown(known[part]), strict=True)]
    return sums


def has_total(line: Line) -> bool:
    """Whether the sum over all months says something: not of levels, nor of the hours, which run on to the last day
    of the grid."""
    return line.roll == "sum" and line.unit != "h"


def _weights(line: Line, known: Mapping[str, Line]) -> list[tuple[str, int]]:
    """Parts of a total with +1 or -1: how the part's column enters the total's column."""
    names = [(part.removeprefix("-"), -1 if part.startswith("-") else 1) for part in line.parts]
    unknown = [name for name, _ in names if name not in known]
    if unknown:
        raise ValueError(f"line '{line.name}' is the sum of {', '.join(unknown)}, of which there is no line")
    return [(name, line.sign * sign * known[name].sign) for name, sign in names if any(known[name].values)]


def _panels(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines in groups of about equal size that fit on a page, broken between sections where that is possible."""
    wanted = ceil(len(lines) / max(1, ceil(len(lines) / WIDEST))) if lines else 1
    panels: list[list[Line]] = [[]]
    for _, group in groupby(lines, key=lambda line: line.section):
        section = list(group)
        if panels[-1] and len(panels[-1]) + len(section) > max(wanted, min(WIDEST, wanted + 3)):
            panels.append([])
        while len(panels[-1]) + len(section) > WIDEST:
            room = WIDEST - len(panels[-1])
            panels[-1].extend(section[:room])
            section = section[room:]
            panels.append([])
        panels[-1].extend(section)
    return [panel for panel in panels if panel] or [[]]


def _page(book: Book, number: int) -> Page:
    if number == 0:
        return book.page("Months")
    workbook = book.workbook
    template = workbook["Months"]
    copy = workbook.copy_worksheet(template)
    copy.title = f"Months {number + 1}"
    copy.HeaderFooter = deepcopy(template.HeaderFooter)
    copy.sheet_view.showGridLines = False
    copy.sheet_view.zoomScale = template.sheet_view.zoomScale
    workbook.move_sheet(copy, workbook.index(template) + number - workbook.index(copy))
    return Page(book, copy)


def _axis(book: Book, page: Page, width: int) -> None:
    deal, ends = book.tables.deal, book.tables.month_ends
    page.title(
        "Base case by month" + page.sheet.title.removeprefix("Months").replace(" ", ", part "),
        f"Accrued amounts, {book.fine_unit}, {deal.price_basis}; what leaves the {deal.view} is in brackets. Totals "
        "are formulas; grey numbers come from the engine. When cash is paid stands on Payments.",
    )
    page.heads(5, ("Month end", "Year"))
    page.texts(4, 1, ("", ""), "head")
    page.texts(6, 1, ("", ""), "subhead")
    page.text(TOTALS, 1, "Total", "total_text")
    page.text(TOTALS, 2, "", "total_text")
    page.repeat(f"C{TOP}", f"4:{TOTALS}")
    for row, day in enumerate(ends, TOP):
        page.day(row, 1, day)
        page.formula(row, 2, f"=YEAR(A{row})", float(day.year), "year")
    if page.sheet.title == "Months":
        book.places["month_years"] = page.span(TOP, 2, TOP + len(ends) - 1, 2)
        book.places["month_ends"] = page.span(TOP, 1, TOP + len(ends) - 1, 1)
        _days(book, page, _last_printed(width) + 2)


def _last_printed(width: int) -> int:
    """Last column on paper of a sheet with so many lines."""
    return max(FIRST + width - 1, 12)


def _days(book: Book, page: Page, column: int) -> None:
    """The days of each month beside the table, off the paper: the weights of a year's mean."""
    ends = book.tables.month_ends
    page.text(5, column, "Days", "head")
    for row, day in enumerate(ends, TOP):
        if row == TOP:
            page.number(row, column, float(day.day), "count")
        else:
            page.formula(row, column, f"=A{row}-A{row - 1}", float((day - ends[row - TOP - 1]).days), "count")
    book.places["month_days"] = page.span(TOP, column, TOP + len(ends) - 1, column)


def _line(book: Book, page: Page, column: int, line: Line, columns: dict[str, tuple[Page, int]]) -> None:
    money, values = is_currency(line.unit), shown(line)
    kind = "fine_money" if money else book.kind_of(line.unit)
    last = TOP + len(values) - 1
    section = line.section.replace("_", " ")  # words that a narrow column can break
    page.text(4, column, section, "head")
    page.text(5, column, line.label, "head")
    page.raise_row(4, section, page.width(column), 0.8)
    page.raise_row(5, line.label, page.width(column), 0.8)
    page.text(6, column, book.scale.finer.unit(line.unit) if money else line.unit, "subhead")
    page.raise_row(6, line.unit, page.width(column))
    if line.parts:
        known = {other.name: other for other in book.tables.lines}
        values = shown(line, known)
        for row, value in enumerate(values, TOP):
            text = "".join(
                ("+" if weight > 0 else "-") + _cell(page, *columns[part], row)
                for part, weight in _weights(line, known)
            )
            page.formula(row, column, "=" + text.removeprefix("+"), value, kind)
    else:
        for row, value in enumerate(values, TOP):
            page.number(row, column, value, kind)
    letter = get_column_letter(column)
    cells = f"{letter}{TOP}:{letter}{last}"
    if has_total(line):
        page.formula(TOTALS, column, f"=SUM({cells})", sum(values), kind, "total")
    else:
        page.text(TOTALS, column, "", "total_text")
    book.places[f"month:{line.name}"] = page.span(TOP, column, last, column)
    book.places[f"month_total:{line.name}"] = page.address(TOTALS, column)


def _cell(page: Page, other: Page, column: int, row: int) -> str:
    letter = get_column_letter(column)
    return f"{letter}{row}" if other.sheet.title == page.sheet.title else f"'{other.sheet.title}'!{letter}{row}"
