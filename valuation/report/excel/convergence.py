"""Sheet Convergence: the mean NPV at growing numbers of paths, with its band of two standard errors."""

from __future__ import annotations

import math

from valuation.report.excel import charts
from valuation.report.excel.book import Book

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
    last = steps[-1][1]
    for row, (paths, mean, se) in enumerate(steps, TOP):
        page.number(row, PATHS, float(paths), "count")
        page.number(row, MEAN, mean, "finer_money")
        page.number(row, SE, se, "finer_money")
        at, off = page.address(row, MEAN, False), page.address(row, SE, False)
        page.formula(row, LOW, f"={at}-2*{off}", mean - 2.0 * se, "finer_money")
        page.formula(row, HIGH, f"={at}+2*{off}", mean + 2.0 * se, "finer_money")
        final = page.address(bottom, MEAN, False)
        page.formula(row, OFF, f"=IF({off}=0,0,({at}-{final})/{off})", (mean - last) / se if se else 0.0, "plain_2")
        formula = f"={off}*{page.address(row, PATHS, False)}^0.5"
        page.formula(row, SCALED, formula, se * paths**0.5, "money")
    end = bottom + 2
    if len(steps) > 1:
        chart = charts.lines()
        colours = book.look.colours
        for column, colour, dash in ((MEAN, "mean", None), (LOW, "median", "dash"), (HIGH, "median", "dash")):
            made = charts.series(page, (TOP - 1, column), TOP, bottom, column)
            chart.series.append(charts.paint(made, line=colours[colour], dash=dash))
        chart.set_categories(charts.categories(page, TOP, bottom, PATHS))
        titles = ("Mean NPV by number of paths, with two standard errors to each side", "paths", f"NPV [{money}]")
        fine = book.look.formats[f"finer_money_{book.scale.prefix}"]
        charts.finish(chart, titles, "#,##0", fine)
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = _ends(steps)
        charts.place(page, chart, f"A{end}", f"H{end + 24}")
        end += 24
    page.sheet.print_area = f"A1:G{end}"


def _ends(steps: tuple[tuple[int, float, float], ...]) -> tuple[float | None, float | None]:
    """Ends of the axis of the NPV around the band: from 0 on, the band of a large NPV would be a line."""
    low, high = min(mean - 2.0 * se for _, mean, se in steps), max(mean + 2.0 * se for _, mean, se in steps)
    if not high > low:
        return None, None
    step = 10.0 ** math.floor(math.log10(high - low))
    return math.floor(low / step) * step, math.ceil(high / step) * step
