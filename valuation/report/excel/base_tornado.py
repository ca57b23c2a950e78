"""Sheet Tornado: the base NPV with each input at the ends of its stated range, as a table and as bars."""

from __future__ import annotations

from valuation.report.excel import charts
from valuation.report.excel.book import Book, Page
from valuation.report.excel.tornado_chart import tornado_chart
from valuation.report.sensitivity_words import listed
from valuation.tables import BaseTornado

TOP = 6
SHOWN = 15
"""Bars of the chart, at most."""
VALUE, LOW, HIGH, NPV_LOW, NPV_HIGH, CHANGE_LOW, CHANGE_HIGH, WIDTH = range(2, 10)


def write_base_tornado(book: Book, found: BaseTornado) -> None:
    """Fill the sheet: a row an input, the widest first, then the inputs that move nothing."""
    page = book.page("Tornado")
    page.title(
        "Tornado of the base case",
        f"Base-case NPV after tax in {book.money_unit} with one input after the other at the low and the high end of "
        "its range in the file, all else as it stands; widest first. No paths: what a volatility or an event costs "
        "shows on Drivers. Loans keep the sizes of the file as it stands. A range is what its author thinks possible, "
        "and two inputs may move together: the bars say what is worth knowing better, and do not add up.",
        WIDTH,
    )
    heads = (
        "Input", "As it stands", "Low", "High", "NPV at low", "NPV at high",
        "Low: change", "High: change", "Width of the bar",
    )  # fmt: skip
    page.text(4, 1, f"Base-case NPV as run [{book.money_unit}]")
    page.number(4, 2, found.base, "money")
    page.heads(TOP - 1, heads)
    page.repeat(f"B{TOP}", f"{TOP - 1}:{TOP - 1}")
    base = page.address(4, 2, False)
    for row, bar in enumerate(found.bars, TOP):
        page.text(row, 1, bar.label, "wrap")
        page.raise_row(row, bar.label, page.width(1))
        for column, text in ((VALUE, bar.value), (LOW, bar.low.value), (HIGH, bar.high.value)):
            page.text(row, column, text, "record_text")
            page.raise_row(row, text, page.width(column))
        for column, point in ((NPV_LOW, bar.low), (NPV_HIGH, bar.high)):
            page.number(row, column, point.base, "money")
            page.formula(row, column + 2, f"={page.address(row, column, False)}-{base}", point.change, "money")
        cells = page.span(row, CHANGE_LOW, row, CHANGE_HIGH, False)
        page.formula(row, WIDTH, f"=MAX(0,{cells})-MIN(0,{cells})", bar.base_width, "money")
    bottom = TOP + len(found.bars) - 1
    row = _notes(page, found, bottom + 1 if found.bars else TOP)
    if found.bars:
        words = ("Base-case NPV after tax: change by input", f"change of the NPV [{book.money_unit}]")
        last = min(bottom, TOP + SHOWN - 1)
        chart = tornado_chart(page, TOP - 1, (TOP, last), (CHANGE_LOW, CHANGE_HIGH), words)
        end = row + max(18, 9 + (last - TOP + 1))
        charts.place(page, chart, f"A{row + 1}", f"J{end}")
        row = end
    page.sheet.print_area = f"A1:I{row}"


def _notes(page: Page, found: BaseTornado, row: int) -> int:
    if not found.bars:
        page.text(row, 1, "No input of the file has a range that moves the base case.", "note")
        row += 1
    if found.unmoved:
        text = (
            "With a range, but without a trace in the base case (spread of the paths, correlations, events and what "
            f"follows them): {listed(found.unmoved)}."
        )
        page.wrapped(row, 1, WIDTH, text, "note")
        row += 1
    for path, reason in found.refused:
        page.wrapped(row, 1, WIDTH, f"Not moved: {path}: {reason}", "note")
        row += 1
    return row
