"""The fan: cash after tax by calendar year, as bands between percentiles, on Years and on page one."""

from __future__ import annotations

from typing import Any

from valuation.report.excel import charts
from valuation.report.excel.book import Book, Page

TOP = 7
"""First row of the years on the sheet Years."""
CASH_BASE, CASH_MEAN, P50, FAN = 2, 3, 6, 20
"""Columns there of the base case, the mean, the median, and the first of the bands."""


def fan_chart(book: Book, page: Page, bottom: int) -> Any:
    """Cash after tax by year: bands between percentiles, with the median, the base case and the mean as lines."""
    years, colours = book.page("Years"), book.look.colours
    chart, top = charts.areas(), _fan_top(book)
    bands = ("low_band", "low_middle_band", "high_middle_band", "high_band")
    shades = (None, *(colours[band] for band in bands))
    for column, shade in enumerate(shades, FAN):
        chart.series.append(charts.paint(charts.series(years, (5, column), top, bottom, column), fill=shade))
    over = charts.lines()
    for column, colour, dash in ((P50, "median", "sysDot"), (CASH_BASE, "base", "dash"), (CASH_MEAN, "mean", None)):
        made = charts.series(years, (5, column), top, bottom, column)
        over.series.append(charts.paint(made, line=colours[colour], dash=dash))
    labels = charts.categories(years, top, bottom, 1)
    chart.set_categories(labels)
    over.set_categories(labels)
    titles = (
        f"Cash after tax by year{', after the investment' if top > TOP else ''}",
        "year",
        book.money_unit,
    )
    every = max(1, (bottom - top + 1) // 9)
    charts.finish(chart, titles, "0", book.format("axis"), every=every, unlisted=(0,))
    chart += over
    return chart


def _fan_top(book: Book) -> int:
    """First row that the fan shows: years of investment that would press all others flat are left to the table."""
    years = book.years
    highest = max(year.cash_p95 for year in years)
    start = next((k for k, year in enumerate(years) if year.cash_base > 0), 0)
    flat = any(year.cash_base < -2 * abs(highest) for year in years[:start])
    return TOP + start if flat else TOP
