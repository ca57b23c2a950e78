"""Histograms: their bins as a table beside the printed page, and the charts that are drawn from them."""

from __future__ import annotations

from typing import Any

from valuation.report.excel import charts
from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.numbers import percent
from valuation.statistics.distribution import Histogram

WIDTH = 8
"""Columns of a table of bins, with the empty one after it."""
_NAMES = 7
"""About so many bins have a label, at even distances."""


def write_bins(book: Book, page: Page, row: int, left: int, key: str, label: str, histogram: Histogram) -> None:
    """A table of bins with the share of the paths in each; ``places`` gets ``bins:<key>`` for the chart."""
    bins, total = len(histogram.survivors), max(1, sum(histogram.survivors) + sum(histogram.events))
    kind = "share" if key in {"irr", "margin"} else "money"
    for column in range(left, left + WIDTH - 1):
        page.text(row, column, label if column == left else "", "section")
    heads = ("from", "to", "without event", "with an event", "paths without event", "paths with an event", "label")
    page.heads(row + 1, heads, left)
    top, end = row + 2, row + 1 + bins
    sums = page.span(top, left + 2, end, left + 3, False)
    for k, (edge, label_of) in enumerate(zip(histogram.edges, labels(book, histogram, kind), strict=False)):
        at = top + k
        page.number(at, left, edge, kind)
        page.number(at, left + 1, histogram.edges[k + 1], kind)
        for column, count in ((left + 2, histogram.survivors[k]), (left + 3, histogram.events[k])):
            page.number(at, column, float(count), "count")
            formula = f"={page.address(at, column, False)}/SUM({sums})"
            page.formula(at, column + 2, formula, count / total, "share")
        page.text(at, left + 6, label_of, "unit")
    page.text(end + 1, left, "All", "total_text")
    page.text(end + 1, left + 1, "", "total_text")
    for column, values in ((left + 2, histogram.survivors), (left + 3, histogram.events)):
        cells_of = page.span(top, column, end, column, False)
        page.formula(end + 1, column, f"=SUM({cells_of})", float(sum(values)), "count", "total")
    said = f"the outermost bins take in {histogram.below:,} paths below and {histogram.above:,} above"
    page.text(end + 2, left, said, "unit")
    book.places[f"bins:{key}"] = f"{top}:{end}:{left}"


def check_counts(book: Book, page: Page, key: str, label: str, paths: int) -> None:
    """Add the check that a histogram holds every path on which its measure exists."""
    top, end, left = (int(text) for text in book.places[f"bins:{key}"].split(":"))
    histogram = book.tables.histograms[key]
    total = sum(histogram.survivors) + sum(histogram.events)
    formula = f"=SUM({page.span(top, left + 2, end, left + 3)})-{paths}"
    name = f"Histogram of {label.partition(' [')[0]}: counts add up to the paths on which it exists"
    book.checks.append(CheckRow(name, formula, float(total - paths), 0.0))


def labels(book: Book, histogram: Histogram, kind: str) -> list[str]:
    """Lower edges at even distances; the outermost bins say that they take in all beyond: ``≤ x`` and ``≥ y``."""
    edges = histogram.edges
    bins, width = len(edges) - 1, edges[1] - edges[0]
    if bins == 1:
        return [_edge(book, edges[0], width, kind)]
    step = next((n for n in (1, 2, 4, 5, 10, 20) if bins / n <= _NAMES), 10)
    made = []
    for k in range(bins):
        multiple = round(edges[k] / width) % step == 0
        near = k < max(2, step / 2) or k > bins - 1 - max(2, step / 2)
        made.append(_edge(book, edges[k], width, kind) if multiple and not near else "")
    made[0] = f"≤ {_edge(book, edges[1], width, kind)}"
    made[-1] = f"≥ {_edge(book, edges[-2], width, kind)}"
    return made


def _edge(book: Book, value: float, width: float, kind: str) -> str:
    if kind == "share":
        return percent(value, 1 if width >= 0.001 else 2).replace(" ", "")
    scaled = value / book.scale.divisor + 0.0
    return f"{scaled:,.0f}" if width >= book.scale.divisor else f"{scaled:,.2f}"


def stacked_histogram(book: Book, page: Page, key: str, label: str) -> Any:
    """The chart of a histogram written before: paths without and with an event as two stacked series."""
    histogram = book.tables.histograms[key]
    struck = sum(histogram.events) / max(1, sum(histogram.events) + sum(histogram.survivors))
    title = label.partition(" [")[0].partition(" (")[0]
    titles = (f"{title} ({percent(struck)} of the paths have an event)", f"{label}, lower edges", "% of paths")
    colours = book.look.colours
    return _chart(book, key, titles, ((4, colours["survivors"]), (5, colours["events"])))


def event_histogram(book: Book, label: str) -> Any:
    """The chart of the paths with an event alone, on axes of their own."""
    titles = ("NPV after tax, only the paths with an event", f"{label}, lower edges", "% of the paths with an event")
    return _chart(book, "event_npv", titles, ((5, book.look.colours["events"]),))


def _chart(book: Book, key: str, titles: tuple[str, str, str], columns: tuple[tuple[int, str], ...]) -> Any:
    page = book.page("Distributions")
    top, end, left = (int(text) for text in book.places[f"bins:{key}"].split(":"))
    chart = charts.bars(stacked=True)
    for offset, colour in columns:
        made = charts.series(page, (top - 1, left + offset), top, end, left + offset)
        chart.series.append(charts.paint(made, fill=colour))
    charts.finish(chart, titles, "General", book.format("axis_share"), legend=len(columns) > 1)
    charts.label_columns(page, chart, top, end, left + 6)
    return chart
