"""The chart of a tornado: bars to both sides of what stands, the widest on top."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart

from valuation.report.excel import charts
from valuation.report.excel.book import Page


def tornado_chart(
    page: Page, head: int, rows: tuple[int, int], columns: tuple[int, int], words: tuple[str, str]
) -> Any:
    """Bars of the changes at the low and the high end of each input.

    Parameters
    ----------
    head : row whose cells name the two series.
    rows : first and last row of the bars; the inputs stand in column A.
    columns : of the changes at the low and at the high end.
    words : title of the chart and unit of the changes.
    """
    colours = page.book.look.colours
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "clustered", 100, 30
    for column, colour in zip(columns, (colours["events"], colours["survivors"]), strict=True):
        chart.series.append(charts.paint(charts.series(page, (head, column), *rows, column), fill=colour))
    chart.set_categories(charts.categories(page, *rows, 1))
    charts.finish(chart, (words[0], "input", words[1]), "General", page.book.format("axis"))
    chart.x_axis.scaling.orientation = "maxMin"  # the widest on top
    chart.y_axis.crosses = "max"
    return chart
