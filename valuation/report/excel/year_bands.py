"""Columns of sheet Years beside the paper: revenue and EBITDA by year over the paths, and the fans drawn from them."""

from __future__ import annotations

from typing import Any

from valuation.report.excel.book import Book, Page
from valuation.report.excel.fan import TOP, Fan, band_chart
from valuation.tables import YearBand

FIRST, WIDTH = 27, 13
"""First column of the revenue, and the columns that each amount takes with an empty one behind it."""

_NAMES = {"revenue": "Revenue", "ebitda": "EBITDA"}
_HEADS = ("Base case", "Mean", "P5", "P25", "P50", "P75", "P95")
_BANDS = ("below P5", "P5 to P25", "P25 to P50", "P50 to P75", "P75 to P95")


def write_bands(book: Book, page: Page) -> None:
    """A block an amount: base case, mean, percentiles, and the bands between them as formulas."""
    for left, name, rows in _blocks(book):
        page.text(4, left, f"{_NAMES[name]} by year [{book.money_unit}]", "section")
        page.heads(5, (*_HEADS, *_BANDS), left)
        for row, year in enumerate(rows, TOP):
            levels = (year.p5, year.p25, year.p50, year.p75, year.p95)
            for column, value in enumerate((year.base, year.mean, *levels), left):
                page.number(row, column, value, "money")
            p5, bands = left + 2, left + 7
            page.formula(row, bands, f"={page.address(row, p5, False)}", levels[0], "money")
            for k in range(4):
                cells = (page.address(row, p5 + k + 1, False), page.address(row, p5 + k, False))
                page.formula(row, bands + 1 + k, f"={cells[0]}-{cells[1]}", levels[k + 1] - levels[k], "money")


def band_charts(book: Book) -> list[Any]:
    """The fans of revenue and EBITDA, as far as the run has them."""
    made = []
    for left, name, rows in _blocks(book):
        fan = Fan(f"{_NAMES[name]} by year", left, left + 1, left + 4, left + 7)
        made.append(band_chart(book, fan, TOP, TOP + len(rows) - 1, narrow=True))
    return made


def _blocks(book: Book) -> list[tuple[int, str, list[YearBand]]]:
    """(first column, name, rows) of each amount, in the years that the sheet shows."""
    shown = {year.year for year in book.years}
    blocks = [(name, [row for row in book.tables.bands.get(name, ()) if row.year in shown]) for name in _NAMES]
    return [(FIRST + WIDTH * place, name, rows) for place, (name, rows) in enumerate(blocks) if rows]
