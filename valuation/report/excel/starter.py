"""A template to begin with: a small workbook with the usual slots named and labelled, for a company's own look."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from valuation.report.excel.finish import finish
from valuation.report.excel.owner import PROGRAM
from valuation.report.template.slots import PREFIX, catalogue

NAVY, GREY, FACE = "1F3864", "6B6B6B", "Calibri"
MILLIONS, SHARE, DAY, PLAIN = '#,##0.0,,_);(#,##0.0,,);"-"_)', "0.0%", "yyyy-mm-dd", "#,##0"
YEARS, BINS = 60, 60
"""Rows of the lists by year and of the histogram: more than a contract has; those left over are emptied."""
_CHARTED = 20
_LONG = {"contract_name": 30.0, "command": 45.0}
"""Heights [points] of rows with a text of several lines."""
_HAIR = Border(bottom=Side("hair", color="A6A6A6"))

_DEAL = (
    ("Deal", "contract_name", None), ("Id of the contract", "contract_id", None), ("Stage", "stage", None),
    ("Valued from the side of", "view_name", None), ("Currency of all money", "currency", None),
    ("Valuation date", "valuation_date", DAY),
    ("Term begins", "term_start", DAY), ("Term ends", "term_end", DAY), ("Discount rate", "discount_rate", SHARE),
)  # fmt: skip
_VALUE = (
    ("NPV after tax, base case (millions)", "npv_base", MILLIONS),
    ("NPV after tax, mean (millions)", "npv_mean", MILLIONS),
    ("  standard error (millions)", "npv_se", MILLIONS), ("NPV, 5th percentile (millions)", "npv_p5", MILLIONS),
    ("NPV, median (millions)", "npv_p50", MILLIONS), ("NPV, 95th percentile (millions)", "npv_p95", MILLIONS),
    ("IRR after tax, base case", "irr_base", SHARE), ("IRR of the expected flows", "irr_of_expected_flows", SHARE),
    ("Margin over the life, base case", "margin_base", SHARE), ("Payback, years", "payback_base", "0.0"),
    ("Chance of an NPV below 0", "p_npv_negative", SHARE), ("Chance of an event within the term", "p_event", SHARE),
    ("Mean NPV of the worst 5 % (millions)", "npv_cvar_5", MILLIONS),
)  # fmt: skip
_RUN = (
    ("Checks of the engine", "check", None), ("Run", "run", None), ("Paths", "paths", PLAIN), ("Seed", "seed", "0"),
    ("Scenario", "scenario", None), ("Program", "version", None), ("The same numbers again", "command", None),
)  # fmt: skip
_YEARLY = (
    ("Year", "years", "0"), ("Revenue, base", "yearly_revenue_base", MILLIONS),
    ("EBITDA, base", "yearly_ebitda_base", MILLIONS),
    ("Cash, base", "yearly_cash_base", MILLIONS), ("Cash, P5", "yearly_cash_p5", MILLIONS),
    ("Cash, mean", "yearly_cash_mean", MILLIONS), ("Cash, P95", "yearly_cash_p95", MILLIONS),
)  # fmt: skip


def starter_bytes() -> bytes:
    """The starter as a file's content; always the same bytes."""
    workbook = openpyxl.Workbook()
    summary = workbook.worksheets[0]
    summary.title = "Summary"
    _summary(workbook, summary)
    _years(workbook, workbook.create_sheet("By year"))
    _distribution(workbook, workbook.create_sheet("Distribution"))
    for sheet in workbook.worksheets:
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.8)
        footer: Any = sheet.oddFooter
        footer.right.text = "Page &P of &N"
    workbook.properties.creator = workbook.properties.lastModifiedBy = PROGRAM
    workbook.properties.title = "Template for valuate"
    saved = BytesIO()
    workbook.save(saved)
    return finish(saved.getvalue(), {}, date(2000, 1, 1))


def _summary(workbook: Workbook, sheet: Worksheet) -> None:
    _title(
        sheet, "Valuation summary", "Restyle at will, move and rename sheets: the names of the cells are what counts."
    )
    for column, width in zip("ABCDE", (40, 34, 4, 34, 40), strict=True):
        sheet.column_dimensions[column].width = width
    _labelled(workbook, sheet, 4, 1, "The deal", _DEAL)
    _labelled(workbook, sheet, 15, 1, "This run", _RUN)
    _labelled(workbook, sheet, 4, 4, "What it is worth", _VALUE)


def _labelled(
    workbook: Workbook, sheet: Worksheet, top: int, left: int, head: str, rows: tuple[tuple[str, str, str | None], ...]
) -> None:
    """A block of labels with the cell of a slot to the right of each."""
    _head(sheet, top, left, (head, ""))
    for row, (label, name, number_format) in enumerate(rows, top + 1):
        for column in (left, left + 1):
            sheet.cell(row, column).border = _HAIR
        sheet.cell(row, left).value = label
        sheet.cell(row, left).alignment = Alignment(vertical="top")
        cell = sheet.cell(row, left + 1)
        cell.alignment = Alignment(horizontal="right", vertical="top", wrap_text=number_format is None)
        if number_format is not None:
            cell.number_format = number_format
        if name in _LONG:
            sheet.row_dimensions[row].height = _LONG[name]
        _define(workbook, sheet, name, row, left + 1)


def _years(workbook: Workbook, sheet: Worksheet) -> None:
    _title(sheet, "By year", "Money in millions. Rows beyond the last year stay empty; the chart shows twenty years.")
    _lists(workbook, sheet, _YEARLY, YEARS)
    chart = LineChart()
    chart.title, chart.height, chart.width = "Cash after tax by year", 9, 18
    chart.add_data(Reference(sheet, min_col=4, max_col=7, min_row=4, max_row=4 + _CHARTED), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=5, max_row=4 + _CHARTED))
    for series in chart.series:
        series.smooth = False
    _axes(chart, "Year", "Millions of the currency", "#,##0,,")
    legend: Any = chart.legend
    legend.position = "b"
    sheet.add_chart(chart, "I4")


def _distribution(workbook: Workbook, sheet: Worksheet) -> None:
    _title(sheet, "Distribution of the NPV", "Paths by NPV; the outermost bins take in what lies beyond them.")
    columns = (
        ("NPV from, millions", "npv_bins_from", MILLIONS),
        ("to, millions", "npv_bins_to", MILLIONS),
        ("Paths", "npv_bins_paths", PLAIN),
    )
    _lists(workbook, sheet, columns, BINS)
    chart = BarChart()
    chart.title, chart.height, chart.width = "Paths by NPV", 9, 18
    chart.add_data(Reference(sheet, min_col=3, min_row=5, max_row=4 + 2 * _CHARTED))
    chart.set_categories(Reference(sheet, min_col=1, min_row=5, max_row=4 + 2 * _CHARTED))
    _axes(chart, "NPV from, millions of the currency", "Paths", PLAIN)
    chart.gapWidth, chart.legend = 5, None
    sheet.add_chart(chart, "E4")


def _axes(chart: LineChart | BarChart, across: str, up: str, number_format: str) -> None:
    chart.x_axis.title, chart.y_axis.title = across, up
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = number_format
    chart.x_axis.tickLblPos = "low"
    chart.display_blanks = "gap"


def _lists(workbook: Workbook, sheet: Worksheet, columns: tuple[tuple[str, str, str], ...], count: int) -> None:
    _head(sheet, 4, 1, tuple(label for label, _, _ in columns))
    for column, (_, name, number_format) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(column)].width = 19
        for row in range(5, 5 + count):
            sheet.cell(row, column).number_format = number_format
        _define(workbook, sheet, name, 5, column, count)
    sheet.freeze_panes = "A5"
    sheet.print_title_rows = "4:4"


def _title(sheet: Worksheet, title: str, note: str) -> None:
    sheet["A1"].value, sheet["A1"].font = title, Font(FACE, 16, bold=True, color=NAVY)
    sheet["A2"].value, sheet["A2"].font = note, Font(FACE, 11, italic=True, color=GREY)


def _head(sheet: Worksheet, row: int, left: int, texts: tuple[str, ...]) -> None:
    for column, text in enumerate(texts, left):
        cell = sheet.cell(row, column)
        cell.value = text or None
        cell.font, cell.fill = Font(FACE, 11, bold=True, color="FFFFFF"), PatternFill("solid", fgColor=NAVY)
        cell.alignment = Alignment(horizontal="right" if len(texts) > 2 else "left", vertical="center")


def _define(workbook: Workbook, sheet: Worksheet, name: str, row: int, column: int, rows: int = 1) -> None:
    slot = catalogue()[PREFIX + name]
    letter = get_column_letter(column)
    cells = f"${letter}${row}" + (f":${letter}${row + rows - 1}" if rows > 1 else "")
    workbook.defined_names[slot.name] = DefinedName(
        slot.name, attr_text=f"'{sheet.title}'!{cells}", comment=slot.what[:255]
    )
