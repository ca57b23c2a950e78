"""Sheet Convergence: the mean NPV at growing numbers of paths, with its band of two standard errors."""

from __future__ import annotations

import math
from typing import Any

from valuation.report.excel import charts
from valuation.report.excel.book import Book, Page

TOP = 5
PATHS, MEAN, SE, LOW, HIGH, OFF, SCALED = range(1, 8)


def write_convergence(book: Book) -> None:
    """Fill the sheet: a row a number of paths, and the chart where there are several."""
    steps, page, money = book.tables.convergence, book.page("Convergence"), book.money_unit
    page.title(
        "Convergence",
        f"Mean NPV after tax in {money} over the first paths of the run, and the band in which 19 of 20 such means "
        "would lie (two standard errors to each side). The band halves with four times the paths; where the standard "
        "error times the root of the paths still grows, rare large losses are being found and more paths are needed.",
        SCALED,
    )
    heads = (
        "Paths", f"Mean NPV [{money}]", f"± s.e. [{money}]", "Mean less 2 s.e.", "Mean plus 2 s.e.",
        "Off the last mean [s.e.]", f"s.e. × √paths [{money}]",
    )  # fmt: skip
    page.heads(TOP - 1, heads)
    page.repeat(f"B{TOP}", f"{TOP - 1}:{TOP - 1}")
    bottom = TOP + len(steps) - 1
    for row, step in enumerate(steps, TOP):
        _row(page, row, step, (bottom, steps[-1][1]))
    end = bottom + 2
    if not _varies(*steps[-1][1:]):
        page.wrapped(end, 1, SCALED, "The NPV is the same on every path: one path is as good as all.", "note")
    elif len(steps) > 1:
        charts.place(page, _chart(book, page, bottom), f"A{end}", f"H{end + 24}")
        end += 24
    page.sheet.print_area = f"A1:G{end}"


def _row(page: Page, row: int, step: tuple[int, float, float], last: tuple[int, float]) -> None:
    """One number of paths; ``last``: row and value of the mean over all paths."""
    paths, mean, se = step
    page.number(row, PATHS, float(paths), "count")
    page.number(row, MEAN, mean, "finer_money")
    page.number(row, SE, se, "finer_money")
    at, error, final = page.address(row, MEAN, False), page.address(row, SE, False), page.address(last[0], MEAN, False)
    page.formula(row, LOW, f"={at}-2*{error}", mean - 2.0 * se, "finer_money")
    page.formula(row, HIGH, f"={at}+2*{error}", mean + 2.0 * se, "finer_money")
    off = (mean - last[1]) / se if _varies(mean, se) else 0.0
    page.formula(row, OFF, f"=IF({error}<=0.000000001*ABS({at}),0,({at}-{final})/{error})", off, "plain_2")
    page.formula(row, SCALED, f"={error}*{page.address(row, PATHS, False)}^0.5", se * paths**0.5, "money")


def _varies(mean: float, se: float) -> bool:
    """Whether the NPV differs between paths by more than rounding."""
    return se > 1e-9 * abs(mean)


def _chart(book: Book, page: Page, bottom: int) -> Any:
    chart, colours = charts.lines(), book.look.colours
    for column, colour, dash in ((MEAN, "mean", None), (LOW, "median", "dash"), (HIGH, "median", "dash")):
        made = charts.series(page, (TOP - 1, column), TOP, bottom, column)
        chart.series.append(charts.paint(made, line=colours[colour], dash=dash))
    chart.set_categories(charts.categories(page, TOP, bottom, PATHS))
    title = "Mean NPV by number of paths, with two standard errors to each side"
    fine = book.look.formats[f"finer_money_{book.scale.prefix}"]
    charts.finish(chart, (title, "paths", f"NPV [{book.money_unit}]"), "#,##0", fine)
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = _ends(book.tables.convergence)
    return chart


def _ends(steps: tuple[tuple[int, float, float], ...]) -> tuple[float, float]:
    """Ends of the axis of the NPV around the band: from 0 on, the band of a large NPV would be a line."""
    low, high = min(mean - 2.0 * se for _, mean, se in steps), max(mean + 2.0 * se for _, mean, se in steps)
    step = 10.0 ** math.floor(math.log10(high - low))
    return math.floor(low / step) * step, math.ceil(high / step) * step
