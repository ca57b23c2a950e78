"""Sheet Spider: the base NPV with one input at a percentage of its value, and a line for each."""

from __future__ import annotations

from openpyxl.chart import Reference, ScatterChart
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.series_factory import SeriesFactory

from valuation.report.excel import charts
from valuation.report.excel.book import Page
from valuation.report.sensitivity_words import SPIDER, heading
from valuation.tables.sensitivity import Sensitivity

POINTS = 5
"""Values of a line, at most."""

FARTHEST = 2.0
"""Where the chart ends: a value at twelve times the one in the file would press all other lines together."""


def write_spider(page: Page, found: Sensitivity) -> None:
    """A row an input: the percentages, then the NPVs."""
    money = page.book.scale.unit(found.currency)
    page.title("Spider", f"{heading(found)}. {SPIDER} Money in {money}.", 1 + 2 * POINTS)
    if not found.spider:
        page.text(4, 1, "No input with a range and a value other than 0 moves the base NPV.", "note")
        return
    page.heads(4, ("Input", *(f"Value {n}" for n in range(1, 6)), *(f"Base NPV {n}" for n in range(1, 6))))
    top = 5
    for row, line in enumerate(found.spider, top):
        page.text(row, 1, line.label)
        for column, (ratio, npv) in enumerate(line.points):
            page.number(row, 2 + column, ratio, "share")
            page.number(row, 2 + POINTS + column, npv, "money")
    page.repeat("B5", "4:4")
    _chart(page, found, top, top + len(found.spider) + 1, money)


def _chart(page: Page, found: Sensitivity, top: int, at: int, money: str) -> None:
    chart = ScatterChart()
    chart.style = 2
    colours = page.book.look.colours["series"]
    for place, line in enumerate(found.spider):
        row, count = top + place, len(line.points)
        xs, ys = (Reference(page.sheet, min_col=c, max_col=c + count - 1, min_row=row) for c in (2, 2 + POINTS))
        made = SeriesFactory(ys, xs)
        made.tx = SeriesLabel(strRef=StrRef(page.address(row, 1)))
        dash = None if place < len(colours) else "dash"
        chart.series.append(charts.paint(made, line=colours[place % len(colours)], dash=dash))
    titles = ("Base NPV by input", f"value in % of the one in the file, up to {100 * FARTHEST:.0f} %", money)
    charts.finish(chart, titles, page.book.format("axis_share"), page.book.format("axis"))
    chart.x_axis.majorGridlines = None
    chart.x_axis.scaling.min = 0.0
    chart.x_axis.scaling.max = FARTHEST
    charts.place(page, chart, f"A{at}", f"K{at + 26}")
