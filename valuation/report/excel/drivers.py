"""Sheet Drivers: which driver the spread of the NPV comes from, which way it goes, and which drivers go together."""

from __future__ import annotations

import numpy as np

from valuation.report.excel import charts
from valuation.report.excel.book import Book, Page
from valuation.statistics.clusters import rank_correlation
from valuation.tables import Driver, PathSample

TOP = 5
UNIT, MEAN, HAPPENS, CORRELATION, SHARE, SE = range(2, 8)
_CHART_ROWS = 18
MEANING = (
    "Share of the variance: how much of the NPV's variance between these paths goes when the driver alone is known "
    "(variance of the NPV's means in up to 20 bands of the driver over the whole variance, chance taken out; the error "
    "leaves out one after the other of 20 groups of paths). A share near 0 may come out a little below it. It counts "
    "squares: a rare large loss outweighs what happens every day. Rank correlation: +1 = the higher the driver, the "
    "higher the NPV, -1 the reverse; it goes by the order of the paths and not by sizes, so it shows the common case. "
    "The rest is of drivers that act together, of their course within the term, and of what a band hides. Drivers "
    "that move together (see their correlations) each count what they share, and the sum may then exceed 100 %. "
    "'valuate sensitivity' divides the variance and the expected loss among the risks without a rest (Shapley values), "
    "by runs with risks switched off."
)


def write_drivers(book: Book, sample: PathSample) -> None:
    """Fill the sheet from the columns of Sample paths, the driver with the largest share first."""
    page, count = book.page("Drivers"), len(sample.npv)
    page.title(
        "Drivers",
        f"What the NPV after tax hangs on, over the first {count:,} paths of the run (Sample paths). A factor is its "
        "mean over the months of the term, an event the years until it happens, the longest where it never does.",
        10,
    )
    heads = (
        "Driver", "Unit", "Mean", "Happens on", "Rank correlation with the NPV", "Share of the variance", "± s.e.",
    )  # fmt: skip
    page.heads(TOP - 1, heads)
    page.repeat(f"B{TOP}", f"{TOP - 1}:{TOP - 1}")
    drivers = sorted(sample.drivers, key=lambda driver: -(driver.share or 0.0))
    if not drivers:
        text = "No factor and no event moves cash of this party: every path is the base case."
        page.wrapped(TOP, 1, SE, text, "note")
        return
    for row, driver in enumerate(drivers, TOP):
        _row(book, page, row, driver, count)
    bottom = TOP + len(drivers) - 1
    row = _totals(page, drivers, bottom)
    row = page.block(row + 1, 1, 10, MEANING, "note") + 1
    varied = [driver for driver in drivers if len(set(driver.ranks)) > 1]
    if len(varied) > 1:
        row = _matrix(book, page, row, varied) + 1
    colours = book.look.colours
    for column, title, y, fill, corners in (
        (SHARE, "Share of the NPV's variance, driver by driver", "share of the variance [%]", "survivors", "AD"),
        (CORRELATION, "Rank correlation of each driver with the NPV", "rank correlation [1]", "events", "DK"),
    ):
        chart = charts.bars()
        made = charts.series(page, (TOP - 1, column), TOP, bottom, column)
        chart.series.append(charts.paint(made, fill=colours[fill]))
        chart.set_categories(charts.categories(page, TOP, bottom, 1))
        axis = book.format("axis_share") if column == SHARE else "0.0"
        charts.finish(chart, (title, "driver", y), "General", axis, legend=False)
        charts.place(page, chart, f"{corners[0]}{row}", f"{corners[1]}{row + _CHART_ROWS}")
    page.sheet.print_area = f"A1:J{row + _CHART_ROWS}"


def _row(book: Book, page: Page, row: int, driver: Driver, count: int) -> None:
    page.text(row, 1, driver.label, "wrap")
    page.raise_row(row, driver.label, page.width(1))
    page.text(row, UNIT, driver.unit, "unit")
    cells, known = book.places[f"sample:{driver.name}"], [value for value in driver.values if value is not None]
    kind = "share" if driver.unit == "%" else "plain_2" if driver.is_event else book.kind_of(driver.unit)
    if known:
        page.formula(row, MEAN, f"=AVERAGE({cells})", sum(known) / len(known), kind)
    else:
        page.number(row, MEAN, None, kind)
    if driver.is_event and driver.unit == "years":
        page.formula(row, HAPPENS, f"=COUNT({cells})/{count}", len(known) / count, "share")
    if driver.npv_correlation is None:
        page.number(row, CORRELATION, None, "plain_2")
    else:
        formula = f"=CORREL({book.places[f'rank:{driver.name}']},{book.places['rank:npv']})"
        page.formula(row, CORRELATION, formula, driver.npv_correlation, "plain_2")
    page.number(row, SHARE, driver.share, "share")
    page.number(row, SE, driver.share_se, "share")


def _totals(page: Page, drivers: list[Driver], bottom: int) -> int:
    """Their sum and what is left; the row after them."""
    if all(driver.share is None for driver in drivers):
        page.text(bottom + 1, 1, "The NPV is the same on all of these paths.", "note")
        return bottom + 2
    total, shares = bottom + 1, sum(driver.share or 0.0 for driver in drivers)
    page.text(total, 1, "drivers one by one", "total_text")
    for column in (UNIT, MEAN, HAPPENS, CORRELATION, SE):
        page.text(total, column, "", "total_text")
    formula = f"=SUM({page.span(TOP, SHARE, bottom, SHARE, False)})"
    page.formula(total, SHARE, formula, shares, "share", "total")
    page.text(total + 1, 1, "together, by their course within the term, unexplained")
    page.formula(total + 1, SHARE, f"=1-{page.address(total, SHARE, False)}", 1.0 - shares, "share")
    return total + 2


def _matrix(book: Book, page: Page, row: int, drivers: list[Driver]) -> int:
    """Rank correlations between the drivers; the row after the table."""
    page.heads(row, ("Rank correlation of the drivers", *(driver.name for driver in drivers)))
    for offset, driver in enumerate(drivers, 1):
        page.text(row + offset, 1, driver.name)
        for column, other in enumerate(drivers[:offset], 2):
            cells = (book.places[f"rank:{driver.name}"], book.places[f"rank:{other.name}"])
            found = rank_correlation(np.array(driver.ranks), np.array(other.ranks)) or 0.0
            page.formula(row + offset, column, f"=CORREL({cells[0]},{cells[1]})", found, "plain_2")
    return row + 1 + len(drivers)
