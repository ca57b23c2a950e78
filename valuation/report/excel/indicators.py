"""Sheet Indicators: the conditions that are watched, year by year."""

from __future__ import annotations

from valuation.report.excel import charts
from valuation.report.excel.book import Book, Page
from valuation.tables import Indicator

FIRST = 3


def write_indicators(book: Book) -> None:
    """Fill the sheet: three rows an indicator, and one chart of all."""
    tables, page = book.tables, book.page("Indicators")
    years = sorted({year.year for indicator in tables.indicators for year in indicator.years})
    last = FIRST + max(len(years), 6) - 1
    page.title(
        "Indicators",
        "Chance that a condition holds in a year: among the paths without an event until the end of that year, over "
        "all paths together with no event, and the share of paths without an event.",
        min(last, 14),
    )
    page.heads(4, ("Indicator", "Chance"))
    for column, year in enumerate(years, FIRST):
        page.number(4, column, float(year), "year", "head")
    page.repeat("C5", "4:4")
    if not tables.indicators:
        page.text(5, 1, "The contract names no indicator.", "note")
        return
    row, rows = 5, []
    for indicator in tables.indicators:
        rows.append(row + 1)
        row = _indicator(book, page, row, indicator, years, last)
    _chart(book, page, row + 1, rows, len(years))


def _indicator(book: Book, page: Page, row: int, indicator: Indicator, years: list[int], last: int) -> int:
    start = "; holds already at the start" if indicator.at_start else ""
    note = f"; {indicator.note}" if indicator.note else ""
    over = indicator.over.replace("_", " ")
    page.band(row, f"{indicator.name}: {indicator.when} ({over}){start}{note}", last)
    by_year = {year.year: year for year in indicator.years}
    kinds = (
        ("given no event until year end", "given_alive"),
        ("together with no event", "and_alive"),
        ("no event until year end", "alive"),
    )
    for offset, (label, name) in enumerate(kinds, 1):
        page.text(row + offset, 1, indicator.name if offset == 1 else "", "wrap")
        page.text(row + offset, 2, label, "wrap")
        page.raise_row(row + offset, label, page.width(2))
        for column, year in enumerate(years, FIRST):
            if year in by_year:
                page.number(row + offset, column, getattr(by_year[year], name), "share")
    page.raise_row(row + 1, indicator.name, page.width(1))
    return row + 4


def _chart(book: Book, page: Page, top: int, rows: list[int], width: int) -> None:
    chart, colours = charts.lines(), book.look.colours["series"]
    last = FIRST + width - 1
    for place, row in enumerate(rows):
        made = charts.row_series(page, (row, 1), row, FIRST, last)
        chart.series.append(charts.paint(made, line=colours[place % len(colours)]))
    chart.set_categories(charts.row_categories(page, 4, FIRST, last))
    title = "Chance that the condition holds, given no event until year end"
    titles = (title, "year", "share of the paths")
    charts.finish(chart, titles, "0", book.format("axis_share"), every=max(1, width // 9))
    charts.place(page, chart, f"A{top}", f"J{top + 22}")
