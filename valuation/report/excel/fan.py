"""The fan: cash after tax by calendar year, as bands between percentiles, on Years and on page one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from valuation.report.excel import charts
from valuation.report.excel.book import Book

TOP = 7
"""First row of the years on the sheet Years."""
CASH_BASE, CASH_MEAN, P50, FAN = 2, 3, 6, 20
"""Columns there of the base case, the mean, the median, and the first of the bands."""


@dataclass(frozen=True)
class Fan:
    """Columns of an amount by year on the sheet Years, and the title of its chart."""

    title: str
    base: int
    mean: int
    median: int
    bands: int
    """First of five: up to P5, which is not drawn, and the four bands above it."""


CASH = Fan("Cash after tax by year", CASH_BASE, CASH_MEAN, P50, FAN)


def fan_chart(book: Book, bottom: int, narrow: bool = False) -> Any:
    """Cash after tax by year: bands between percentiles, with the median, the base case and the mean as lines."""
    top = _fan_top(book)
    title = f"{CASH.title}{', after the investment' if top > TOP else ''}"
    return band_chart(book, replace(CASH, title=title), top, bottom, narrow)


def band_chart(book: Book, fan: Fan, top: int, bottom: int, narrow: bool = False) -> Any:
    """The fan of an amount that stands on Years from row ``top`` to ``bottom``.

    Parameters
    ----------
    narrow : whether three charts stand side by side, so that fewer years are named, and aslant.
    """
    years, colours = book.page("Years"), book.look.colours
    chart = charts.areas()
    bands = ("low_band", "low_middle_band", "high_middle_band", "high_band")
    shades = (None, *(colours[band] for band in bands))
    for column, shade in enumerate(shades, fan.bands):
        chart.series.append(charts.paint(charts.series(years, (5, column), top, bottom, column), fill=shade))
    over = charts.lines()
    lines = ((fan.median, "median", "sysDot"), (fan.base, "base", "dash"), (fan.mean, "mean", None))
    for column, colour, dash in lines:
        made = charts.series(years, (5, column), top, bottom, column)
        over.series.append(charts.paint(made, line=colours[colour], dash=dash))
    labels = charts.categories(years, top, bottom, 1)
    chart.set_categories(labels)
    over.set_categories(labels)
    count = bottom - top + 1
    every, turned = max(1, count // (6 if narrow else 9)), narrow or count > _MOST_LEVEL
    titles = (fan.title, "year", book.money_unit)
    charts.finish(chart, titles, "0", book.format("axis"), every=every, unlisted=(0,), turned=turned)
    chart += over
    return chart


_MOST_LEVEL = 16
"""Years whose labels stand level; some programs label every category, and would break them."""


def _fan_top(book: Book) -> int:
    """First row that the fan shows: years of investment that would press all others flat are left to the table."""
    years = book.years
    highest = max(year.cash_p95 for year in years)
    start = next((k for k, year in enumerate(years) if year.cash_base > 0), 0)
    flat = any(year.cash_base < -2 * abs(highest) for year in years[:start])
    return TOP + start if flat else TOP
