"""Debt service cover by calendar year: the table of the lender's page, its fan, and cash against debt service."""

from __future__ import annotations

import math
from typing import Any

from valuation.report.excel import charts
from valuation.report.excel.book import Book, Page
from valuation.report.excel.debt import CFADS, INTEREST, PRINCIPAL
from valuation.report.excel.debt import TOP as DEBT_TOP
from valuation.report.excel.financing_live import of_year
from valuation.statistics.distribution import Distribution
from valuation.tables import FinancingTable

COVER = 13
"""First column of the table, where the right half of the page begins."""
_YEAR, _BASE, _P5, _P50, _P95 = COVER, COVER + 1, COVER + 2, COVER + 4, COVER + 6
_BANDS = COVER + 11
"""First of the columns that serve the chart alone, off the paper: what lies below P5, four bands, the covenants."""
_LOCK_UP, _DEFAULT = _BANDS + 5, _BANDS + 6


def write_cover(book: Book, page: Page, table: FinancingTable, row: int) -> int:
    """Cover of each year with debt service, where there is one; the row after the table."""
    if not table.years:
        return row
    heads = (
        "DSCR of the year",
        "Base case",
        "P5",
        "P25",
        "P50",
        "P75",
        "P95",
        "locked up",
        "below 1",
        "in default",
    )
    page.heads(row, heads, COVER)
    page.texts(
        row + 1, COVER, ("lenders", "", "P95", "P75", "P50", "P25", "P5", "chance", "chance", "chance"), "subhead"
    )
    bands = ("below P5", "P5 to P25", "P25 to P50", "P50 to P75", "P75 to P95", "Lock-up", "Default")
    page.heads(row, bands, _BANDS)
    top = row + 2
    for at, year in enumerate(table.years, top):
        page.number(at, _YEAR, float(year.year), "year")
        _of_year(book, page, at, year.base)
        levels = _levels(year.dscr)
        for column, level in enumerate(levels, _P5):
            _level(page, at, column, level)
        for column, share in enumerate((year.below_lock_up, year.below_one, year.in_default), _P95 + 1):
            if share is not None:
                page.number(at, column, share, "share")
        for place, level in enumerate(levels):
            if level is None:
                continue
            less = levels[place - 1] if place else 0.0
            before = f"-{page.address(at, _P5 + place - 1, False)}" if place else ""
            formula = f"={page.address(at, _P5 + place, False)}{before}"
            page.formula(at, _BANDS + place, formula, level - (less or 0.0), "plain_2")
        for column, covenant in ((_LOCK_UP, table.lock_up), (_DEFAULT, table.default)):
            if covenant is not None:
                page.number(at, column, covenant, "plain_2")
    book.places["cover:rows"] = f"{top}:{top + len(table.years) - 1}"
    return top + len(table.years)


def _of_year(book: Book, page: Page, row: int, base: float | None) -> None:
    """Cover of a year in the base case, which follows the inputs."""
    year = page.address(row, _YEAR, False)
    formula = of_year(book, year)
    if base is None or not formula:
        _level(page, row, _BASE, base)
    else:
        page.formula(row, _BASE, f'=IFERROR({formula},"")', base, "plain_2", "link")


def _levels(spread: Distribution) -> tuple[float | None, ...]:
    return spread.p5, spread.p25, spread.p50, spread.p75, spread.p95


def _level(page: Page, row: int, column: int, level: float | None) -> None:
    """A ratio; an empty cell where there is none: a chart would draw a text as 0."""
    if level is None:
        page.text(row, column, "")
    else:
        page.number(row, column, level, "plain_2")


def cover_chart(book: Book, page: Page, table: FinancingTable) -> Any:
    """Cover by year as bands between percentiles, with the median, the base case and the covenants as lines."""
    colours = book.look.colours
    top, bottom = (int(row) for row in book.places["cover:rows"].split(":"))
    head, chart, over = top - 2, charts.areas(), charts.lines()
    bands = ("low_band", "low_middle_band", "high_middle_band", "high_band")
    for column, shade in enumerate((None, *(colours[band] for band in bands)), _BANDS):
        chart.series.append(charts.paint(charts.series(page, (head, column), top, bottom, column), fill=shade))
    covenants = ((_LOCK_UP, table.lock_up, "sysDash"), (_DEFAULT, table.default, None))
    for column, colour, dash in (
        (_P50, "median", "sysDot"),
        (_BASE, "base", "dash"),
        *((column, "events", dash) for column, level, dash in covenants if level is not None),
    ):
        made = charts.series(page, (head, column), top, bottom, column)
        over.series.append(charts.paint(made, line=colours[colour], dash=dash))
    labels = charts.categories(page, top, bottom, _YEAR)
    chart.set_categories(labels)
    over.set_categories(labels)
    low, high, cut = _axis(table)
    title = f"Debt service cover by year, over the paths{f' (cut at {high:g})' if cut else ''}"
    every = max(1, (bottom - top + 1) // 9)
    charts.finish(chart, (title, "year", "DSCR"), "0", "0.0", every=every, unlisted=(0,))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = low, high
    chart += over
    return chart


def _axis(table: FinancingTable) -> tuple[float, float, bool]:
    """Ends of the axis of cover, and whether it cuts something: from 0 up to twice the usual at the most, so that one
    year of little debt service presses no other flat."""
    usual = [level for year in table.years for level in (year.base, year.dscr.p50) if level is not None]
    middle = sorted(usual)[len(usual) // 2] if usual else 1.0
    most = max((year.dscr.p95 or 0.0 for year in table.years), default=1.0)
    covenant = max(1.0, table.lock_up or 0.0, table.default or 0.0)
    highest = max(most, max(usual, default=0.0))
    high = math.ceil(max(covenant, min(highest, 2.0 * max(middle, 0.0))) * 1.05 / 0.5) * 0.5
    return 0.0, high, highest > high


def service_chart(book: Book, table: FinancingTable) -> Any:
    """Interest and principal of the base case as bars by service date, and the cash for them as a line."""
    debt, colours = book.page("Debt"), book.look.colours
    served = [k for k, one in enumerate(table.schedule) if one.interest or one.principal or one.debt]
    bottom = DEBT_TOP + (served[-1] if served else len(table.schedule) - 1)
    chart, over = charts.bars(stacked=True), charts.lines()
    chart.gapWidth = 40
    for column, colour in ((INTEREST, colours["high_band"]), (PRINCIPAL, colours["survivors"])):
        chart.series.append(charts.paint(charts.series(debt, (5, column), DEBT_TOP, bottom, column), fill=colour))
    made = charts.series(debt, (5, CFADS), DEBT_TOP, bottom, CFADS)
    over.series.append(charts.paint(made, line=colours["mean"]))
    titles = ("Cash and debt service by service date, base case", "service date", book.fine_unit)
    axis = book.look.formats[f"axis_{book.scale.finer.prefix}"]
    charts.finish(chart, titles, "General", axis)
    chart += over
    for one in (chart, over):
        charts.label_columns(debt, one, DEBT_TOP, bottom, int(book.places["debt:labels"]))
    return chart
