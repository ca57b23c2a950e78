"""Sheet Cumulative: for NPV, IRR and margin the values that shares of the paths lie below, as curves and as a table."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import Reference, ScatterChart
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.series_factory import SeriesFactory

from valuation.report.excel import charts
from valuation.report.excel.book import Book, Page

TOP = 6
BELOW, ABOVE, FIRST = 1, 2, 3
_CORNERS = (("G6", "R30"), ("G30", "L52"), ("L30", "R52"))
"""Where the charts stand."""
_MARKS = 30
"""First column of the vertical lines of the charts, off the paper."""


def write_cumulative(book: Book) -> None:
    """Fill the sheet: a row a share of the paths, a column a measure."""
    tables, page = book.tables, book.page("Cumulative")
    page.title(
        "Cumulative curves",
        f"Over {tables.audit.paths:,} paths: the share of the paths that lies at or below a value (statisticians' "
        "percentile, PERCENTILE.INC). Energy lenders count the share that exceeds it: their P90 is the P10 here. "
        "A steep curve is a sure result, a flat piece a range in which few paths end.",
        17,
    )
    measures = [
        ("npv", "NPV after tax", book.money_unit, "money", tables.base.npv, tables.npv.mean),
        ("irr", "IRR after tax", "%", "share", tables.base.irr, tables.irr.distribution.p50),
        ("margin", "Margin over the life", "%", "share", tables.base.margin, tables.margin.p50),
    ]
    shown = [one for one in measures if one[0] in tables.quantiles]
    page.heads(4, ("Paths below", "Paths above", *(f"{label} [{unit}]" for _, label, unit, *_ in shown)))
    page.texts(5, 1, ("statistics", "lenders", *("value" for _ in shown)), "subhead")
    page.repeat(f"C{TOP}", "4:5")
    levels = tables.quantiles[shown[0][0]].levels
    bottom = TOP + len(levels) - 1
    for row, level in enumerate(levels, TOP):
        page.number(row, BELOW, level, "share")
        page.formula(row, ABOVE, f"=1-{page.address(row, BELOW, False)}", 1.0 - level, "share")
    for place, (key, label, unit, kind, base, middle) in enumerate(shown):
        column = FIRST + place
        for row, value in enumerate(tables.quantiles[key].values, TOP):
            page.number(row, column, value, kind)
        lines = (("base case", base, "base", "dash"), ("mean" if key == "npv" else "median", middle, "mean", None))
        chart = _curve(book, page, (label, unit, kind), (column, bottom))
        low, high = (tables.quantiles[key].values[k] for k in (0, -1))
        if high - low <= 1e-9 * abs(high):  # one value on all paths: the axis would show rounding
            around = 0.1 * abs(high) or 1.0
            chart.x_axis.scaling.min, chart.x_axis.scaling.max = high - around, high + around
        left = _MARKS + 4 * place
        for offset, (name, at, colour, dash) in enumerate(lines):
            if at is not None:
                _mark(book, page, chart, (TOP + 3 * offset, left), (name, at, kind, colour, dash))
        charts.place(page, chart, *_CORNERS[place])
    page.sheet.print_area = f"A1:Q{max(bottom, 52)}"


def _curve(book: Book, page: Page, measure: tuple[str, str, str], place: tuple[int, int]) -> Any:
    """The chart of one measure: value across, share of the paths below it upwards."""
    (label, unit, kind), (column, bottom) = measure, place
    chart = ScatterChart()
    chart.style = 2
    values, shares = (Reference(page.sheet, min_col=c, min_row=TOP, max_row=bottom) for c in (column, BELOW))
    made = SeriesFactory(shares, values)
    made.tx = SeriesLabel(v="share of the paths below")
    chart.series.append(charts.paint(made, line=book.look.colours["survivors"], width=2.25))
    titles = (f"{label}: cumulative curve", f"{label} [{unit}]", "share of the paths below [%]")
    axis = book.format("axis" if kind == "money" else "axis_fine_share")
    charts.finish(chart, titles, axis, book.format("axis_share"))
    chart.x_axis.majorGridlines = None
    chart.x_axis.crosses = "min"
    chart.y_axis.crosses = "min"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0.0, 1.0
    return chart


def _mark(
    book: Book, page: Page, chart: Any, cell: tuple[int, int], line: tuple[str, float, str, str, str | None]
) -> None:
    """A vertical line at a value, from two points beside the paper."""
    (row, left), (name, at, kind, colour, dash) = cell, line
    page.text(row, left, name)
    for offset, share in enumerate((0.0, 1.0)):
        page.number(row + offset, left + 1, at, kind)
        page.number(row + offset, left + 2, share, "share")
    values, shares = (Reference(page.sheet, min_col=left + offset, min_row=row, max_row=row + 1) for offset in (1, 2))
    made = SeriesFactory(shares, values)
    made.tx = SeriesLabel(v=name)
    chart.series.append(charts.paint(made, line=book.look.colours[colour], dash=dash))
