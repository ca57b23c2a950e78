"""Sheet Years: what each calendar year brings, over all paths, as a table and charts."""

from __future__ import annotations

import math
from typing import Any

from openpyxl.utils import get_column_letter

from valuation.report.excel import charts
from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import size, size_formula
from valuation.report.excel.fan import CASH_BASE, FAN, P50, TOP, fan_chart
from valuation.report.excel.year_bands import band_charts, write_bands

P5, P25, P75, P95 = 4, 5, 7, 8
REVENUE, EBITDA, MARGIN_BASE, MARGIN_P5, MARGIN_P50, MARGIN_P95, WITH_REVENUE = range(9, 16)
ALIVE, USE_MEAN, USE_P5, USE_P95 = range(16, 20)
CHECK = LAST = 25


def write_years(book: Book) -> None:
    """Fill the sheet and add the check that its base case is the sum of the payments of the year."""
    tables, page = book.tables, book.page("Years")
    page.title(
        "Years",
        f"By calendar year over {tables.audit.paths:,} paths. Cash after tax in {book.money_unit}, "
        f"{tables.deal.price_basis}. Percentiles are those of each year alone: a path at P5 in one year need not be "
        "there in the next. Yearly margins are over the paths with revenue in that year, whose share is given. "
        f"Percentiles of revenue and EBITDA stand to the right{_elsewhere(book)}.",
        USE_P95,
    )
    groups = (
        (1, 1, ""),
        (CASH_BASE, P95, f"Cash after tax [{book.money_unit}]"),
        (REVENUE, EBITDA, f"Expected [{book.money_unit}]"),
        (MARGIN_BASE, WITH_REVENUE, "Margin of the year (EBITDA / revenue)"),
        (ALIVE, ALIVE, "Survival"),
        (USE_MEAN, USE_P95, "Utilisation"),
        (FAN, CHECK - 1, "Bands for the chart"),
        (CHECK, CHECK, "Check"),
    )
    for first, last, text in groups:
        for column in range(first, last + 1):
            page.text(4, column, text if column == first else "", "head")
        if last > first:
            page.sheet.merge_cells(start_row=4, end_row=4, start_column=first, end_column=last)
        page.raise_row(4, text, sum(page.width(c) for c in range(first, last + 1)))
    cash = ("Base case", "Mean", "P5", "P25", "P50", "P75", "P95")
    margin = ("Base case", "P5", "P50", "P95", "Paths with revenue")
    fan = ("below P5", "P5 to P25", "P25 to P50", "P50 to P75", "P75 to P95")
    heads = ("Year", *cash, "Revenue", "EBITDA", *margin, "No event until year end", "Mean", "P5", "P95", *fan)
    page.heads(5, (*heads, "Payments less base case"))
    lenders = {P5: "P95", P25: "P75", P50: "P50", P75: "P25", P95: "P5", MARGIN_P5: "P95", MARGIN_P50: "P50"}
    lenders |= {MARGIN_P95: "P5", USE_P5: "P95", USE_P95: "P5"}
    page.texts(6, 1, [lenders.get(column, "") for column in range(1, LAST + 1)], "subhead")
    page.text(6, 1, "lenders", "subhead")
    page.repeat(f"B{TOP}", "4:6")
    _rows(book, page)
    if not any(year.utilisation_mean is not None for year in book.years):
        for column in (USE_MEAN, USE_P5, USE_P95):
            page.sheet.column_dimensions[get_column_letter(column)].hidden = True
    bottom = TOP + len(book.years) - 1
    if book.years:
        write_bands(book, page)
        _check(book, page, bottom)
        _charts(book, page, bottom)


def _rows(book: Book, page: Page) -> None:
    dates, flows = book.tables.flows.dates, book.tables.flows
    for row, year in enumerate(book.years, TOP):
        page.number(row, 1, float(year.year), "year")
        cash = (
            year.cash_base,
            year.cash_mean,
            year.cash_p5,
            year.cash_p25,
            year.cash_p50,
            year.cash_p75,
            year.cash_p95,
        )
        for column, value in enumerate((*cash, year.revenue_mean, year.ebitda_mean), CASH_BASE):
            page.number(row, column, value, "money")
        shares: tuple[float | None, ...] = (
            year.margin_base,
            year.margin_p5,
            year.margin_p50,
            year.margin_p95,
            year.with_revenue,
            year.alive,
        )
        shares += (year.utilisation_mean, year.utilisation_p5, year.utilisation_p95)
        for column, share in enumerate(shares, MARGIN_BASE):
            if share is None:
                page.text(row, column, "")  # empty, not n/a: a line chart would draw a text as 0
            else:
                page.number(row, column, share, "share")
        page.formula(row, FAN, f"={page.address(row, P5, False)}", year.cash_p5, "money")
        bands = (year.cash_p5, year.cash_p25, year.cash_p50, year.cash_p75, year.cash_p95)
        for k in range(4):
            cells = (page.address(row, P25 + k, False), page.address(row, P5 + k, False))
            page.formula(row, FAN + 1 + k, f"={cells[0]}-{cells[1]}", bands[k + 1] - bands[k], "money")
        # Without sunk flows, as the row itself.
        start, nets = book.tables.deal.valuation, zip(dates, flows.base_pre_tax, flows.base_tax, strict=True)
        paid = sum(a + b for day, a, b in nets if day.year == year.year and day >= start)
        places = book.places
        inside = f"({places['base_years']}=A{row})*({places['base_dates']}>=in_valuation_date)"
        difference = f"SUMPRODUCT({inside}*{places['base_net']})-B{row}"
        formula = f"=IF(inputs_as_run=1,ROUND({difference},0),0)"
        page.formula(row, CHECK, formula, float(round(paid - year.cash_base)), "money")


def _check(book: Book, page: Page, bottom: int) -> None:
    cells = page.span(TOP, CHECK, bottom, CHECK)
    gross = page.span(TOP, CASH_BASE, bottom, CASH_BASE)
    off = [float(book.values[page.sheet.title, f"Y{row}"]) for row in range(TOP, bottom + 1)]
    whole = size(year.cash_base for year in book.years)
    book.checks.append(
        CheckRow(
            "Base case by year = payments of the year (relative to the flows)",
            f"=ROUND(SUMPRODUCT({cells},{cells})^0.5/{size_formula(gross)},9)",
            round(math.sqrt(sum(value * value for value in off)) / whole, 9),
            1e-6,
        )
    )


def _elsewhere(book: Book) -> str:
    return "" if book.tables.financing is None else "; the cover of debt service by year stands on Financing"


def _charts(book: Book, page: Page, bottom: int) -> None:
    """Fans of the amounts above, shares below; where nothing is used its columns are hidden and have no width."""
    used = any(year.utilisation_mean is not None for year in book.years)
    fans = [fan_chart(book, bottom, narrow=True), *band_charts(book)]
    margins = (
        (MARGIN_BASE, "base", "dash"),
        (MARGIN_P50, "median", None),
        (MARGIN_P5, "median", "sysDot"),
        (MARGIN_P95, "median", "sysDot"),
    )
    shares = [
        _lines(book, page, bottom, "Margin of the year", margins, "EBITDA / revenue [%]"),
        _lines(book, page, bottom, "Survival", ((ALIVE, "base", None),), "paths without an event [%]", 1.0),
    ]
    if used:
        use = ((USE_MEAN, "base", None), (USE_P5, "median", "dash"), (USE_P95, "median", "dash"))
        shares.append(_lines(book, page, bottom, "Utilisation", use, "share of contracted capacity [%]", 1.0))
    edges = "AGMT" if used else "AFKQ"
    for top, row in ((bottom + 2, fans), (bottom + 24, shares)):
        for place, chart in enumerate(row):
            charts.place(page, chart, f"{edges[place]}{top}", f"{edges[place + 1]}{top + 21}")
    # The bands and the check beside the table serve the charts and Checks: they need no paper.
    page.sheet.print_area = f"A1:S{bottom + 45}"


def _lines(
    book: Book,
    page: Page,
    bottom: int,
    title: str,
    columns: tuple[tuple[int, str, str | None], ...],
    y: str,
    most: float | None = None,
) -> Any:
    chart = charts.lines()
    for column, colour, dash in columns:
        made = charts.series(page, (5, column), TOP, bottom, column)
        chart.series.append(charts.paint(made, line=book.look.colours[colour], dash=dash))
    chart.set_categories(charts.categories(page, TOP, bottom, 1))
    every = max(1, len(book.years) // 6)
    titles = (title, "year", y)
    charts.finish(chart, titles, "0", book.format("axis_share"), every=every, legend=len(columns) > 1, turned=True)
    chart.y_axis.scaling.max = most
    if most is not None:
        chart.y_axis.scaling.min = 0.0
    return chart
