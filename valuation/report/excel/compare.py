"""The workbook of a comparison: cases in columns, their differences from the first, and what each case is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from valuation.report.compared_words import (
    ERRORS,
    CaseRow,
    DifferenceRow,
    about,
    case_rows,
    common_numbers,
    comparison_scale,
    difference_rows,
    letters,
    missing,
)
from valuation.report.excel import charts
from valuation.report.excel.book import Binder, Page
from valuation.report.excel.cells import cell_text
from valuation.report.excel.finish import finish
from valuation.report.excel.owner import PROGRAM, mark
from valuation.report.excel.template import load_template
from valuation.report.text import one_line
from valuation.tables import Comparison

_FIRST = 3
"""Column of the first case."""
_UNITS = {"share": "%", "cover": ""}
"""What is not money."""
_SUBTRACTED = frozenset(f"{whose}, {which}" for whose in ("NPV", "Owners' NPV") for which in ("base case", "mean"))
"""Rows whose differences the workbook takes itself."""
_LEAST = 8
"""Columns that a running text has at the least."""


def comparison_owner(ids: Sequence[str]) -> str:
    """Whose the workbook is: it replaces only a comparison of the same contracts."""
    return "comparison of " + ", ".join(dict.fromkeys(ids))


def comparison_workbook(found: Comparison) -> bytes:
    """The workbook as a file's content: equal comparisons give equal bytes.

    Raises
    ------
    NotFiniteError : when a number is infinite or NaN; it names the cell.
    """
    workbook, look = load_template()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    binder = Binder(workbook=workbook, look=look, scale=comparison_scale(found))
    width = max(_LEAST, _FIRST + len(found.cases) - 1)
    _write_numbers(_sheet(binder, found, "Comparison", (36, 8, *(15,) * (width - 2))), found, width)
    _write_cases(_sheet(binder, found, "Cases", (5, 22, 34, 34, 20, 12, 10, 13, 10, 19, 19)), found)
    workbook.active = 0
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.creator = workbook.properties.lastModifiedBy = PROGRAM
    workbook.properties.title = cell_text(_title(found))
    mark(workbook, cell_text(comparison_owner([case.id for case in found.cases])), found.cases[0].digest)
    saved = BytesIO()
    workbook.save(saved)
    return finish(saved.getvalue(), binder.values, date.fromisoformat(found.valuation))


def _title(found: Comparison) -> str:
    return "Comparison: " + ", ".join(one_line(case.name) for case in found.cases)


def _sheet(binder: Binder, found: Comparison, title: str, widths: Sequence[float]) -> Page:
    """An empty sheet, set up for A4 across."""
    sheet = binder.workbook.create_sheet(title)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 90
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.oddHeader.left.text = one_line(cell_text(_title(found))).replace("&", "+")[:90]
    sheet.oddFooter.left.text = f"seed {found.seed}, {found.paths:,} paths"
    sheet.oddFooter.center.text, sheet.oddFooter.right.text = "&A", "Page &P of &N"
    return Page(binder, sheet)


def _write_numbers(page: Page, found: Comparison, width: int) -> None:
    marks, money = letters(found), page.book.scale.unit(found.currency)
    page.title(_title(found), f"{about(found, money)}.", width)
    page.heads(4, ("After tax unless it says otherwise", "Unit", *marks))
    page.text(5, 1, "", "subhead")
    page.text(5, 2, "", "subhead")
    for column, case in enumerate(found.cases, _FIRST):
        page.text(5, column, case.name, "subhead")
        page.raise_row(5, case.name, page.width(column))
    row, at = 5, dict[str, int]()
    for shown in case_rows(found):
        row += 1
        at[shown.label] = row
        page.text(row, 1, shown.label)
        page.text(row, 2, _UNITS.get(shown.kind, money), "unit")
        for column, case in enumerate(found.cases, _FIRST):
            _write_number(page, row, column, shown, case)
    row += 2
    page.heads(row, ("Difference from A, path by path", "Unit", "", *(f"{mark} - A" for mark in marks[1:])))
    for less in difference_rows(found):
        row += 1
        page.text(row, 1, less.label)
        page.text(row, 2, _UNITS.get(less.kind, money), "unit")
        for column, one in enumerate(found.differences, _FIRST + 1):
            value, top = less.number(one), at.get(less.label)
            if top is not None and less.label in _SUBTRACTED and value is not None:
                cells = page.address(top, column, False), page.address(top, _FIRST, False)
                page.formula(row, column, f"={cells[0]}-{cells[1]}", value, less.kind)
            else:
                _write_number(page, row, column, less, one)
    row += 2
    for mark_, one in zip(marks[1:], found.differences, strict=True):
        row = page.block(row, 1, width, common_numbers(one, mark_), "note")
    for text in found.remarks:
        row = page.block(row, 1, width, text, "note")
    row = page.block(row, 1, width, f"Version {found.version}. The same numbers again: {found.command}", "note")
    _chart(page, found, at, row + 1, money)
    page.sheet.freeze_panes = page.sheet.cell(6, _FIRST).coordinate
    page.sheet.print_title_rows = "4:5"
    page.sheet.page_setup.fitToHeight = 1


def _write_number(page: Page, row: int, column: int, shown: CaseRow | DifferenceRow, of: Any) -> None:
    """A number of a case, or of a difference; an error with one more digit."""
    value = shown.number(of)
    if value is None:
        page.text(row, column, missing(shown, of), "missing")
    elif shown.kind == "cover":
        page.number(row, column, value, "number")
    else:
        finer = "finer_money" if shown.kind == "money" else "fine_share"
        page.number(row, column, value, finer if shown.label in ERRORS else shown.kind)


def _chart(page: Page, found: Comparison, at: dict[str, int], row: int, money: str) -> None:
    """Base case and mean of each case as bars."""
    chart, colours, last = charts.bars(), page.book.look.colours, _FIRST + len(found.cases) - 1
    for label, colour in (("NPV, base case", colours["survivors"]), ("NPV, mean", colours["events"])):
        top = at[label]
        chart.series.append(charts.paint(charts.row_series(page, (top, 1), top, _FIRST, last), fill=colour))
    chart.set_categories(charts.row_categories(page, 4, _FIRST, last))
    charts.finish(chart, ("NPV after tax", "case", money), "General", page.book.format("axis"))
    charts.place(page, chart, f"A{row}", f"H{row + 20}")


def _write_cases(page: Page, found: Comparison) -> None:
    """What each case is, and what identifies its run."""
    heads = ("", "Case", "Contract", "File", "Scenario", "View", "Currency", "Converted at", "Discount rate")
    page.title("Cases", "The digest of a result is that of a run of the case alone, on as many paths with the seed.", 9)
    page.heads(4, (*heads, "Digest of the result", "Digest of the input"))
    for row, (letter, case) in enumerate(zip(letters(found), found.cases, strict=True), 5):
        texts = (letter, case.name, case.contract, case.file, case.scenario or "none", case.view, case.currency)
        for column, text in enumerate(texts, 1):
            page.text(row, column, text, "wrap")
            page.raise_row(row, text, page.width(column))
        page.number(row, 8, case.converted_at, "factor")
        page.number(row, 9, case.discount_rate, "share")
        page.texts(row, 10, (case.digest[:16], case.spec_sha256[:16]), "unit")
    page.repeat("C5", "4:4")
