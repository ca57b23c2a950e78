"""Sheet Distributions: moments and percentiles of each measure, and histograms with the paths of an event apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from valuation.report.excel import charts
from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.numbers import percent
from valuation.statistics.distribution import Distribution, Histogram

PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
CHART_ROWS = 21
LAST = 18


@dataclass(frozen=True)
class Measure:
    """A measure with the kinds of format of its numbers and of its chart's axis."""

    key: str
    label: str
    spread: Distribution
    kind: str
    se_kind: str


def write_distributions(book: Book) -> None:
    """Fill the sheet; ``places`` gets ``spread:<measure>`` rows' addresses for Summary."""
    tables, page = book.tables, book.page("Distributions")
    page.title(
        "Distributions",
        f"Over {tables.audit.paths:,} simulated paths, {tables.deal.measure} measure. P5 = 5 % of the paths lie below "
        "(linear interpolation, as PERCENTILE.INC). Energy lenders name the same number by the chance to exceed it: "
        "their P95.",
        LAST,
    )
    heads = (
        "Measure",
        "Unit",
        "Mean",
        "± s.e.",
        "St. dev.",
        *(f"P{p}" for p in PERCENTILES),
        "s.e. of P5",
        "s.e. of P50",
    )
    page.heads(4, (*heads, "s.e. of P95", "Paths"))
    lenders = ("exceeded with (energy lenders)", "", "", "", "", *(f"P{100 - p}" for p in PERCENTILES), "", "", "", "")
    page.texts(5, 1, lenders, "subhead")
    page.repeat("A6", "4:5")
    row = 6
    for measure in _measures(book):
        _spread(book, page, row, measure)
        row += 1
    for label, key in (("NPV: mean of the worst 5 %", "cvar_05"), ("NPV: base case less P5", "loss_05")):
        page.text(row, 1, label)
        page.text(row, 2, book.money_unit, "unit")
        page.number(row, 3, tables.tail.get(key), "money")
        row += 1
    _histograms(book, page, row + 1)


def _measures(book: Book) -> list[Measure]:
    tables = book.tables
    rate = f"NPV after tax at the risk-free rate {tables.deal.risk_free or 0:.1%}"
    money = [("npv", "NPV after tax", tables.npv), ("npv_pre_tax", "NPV before tax", tables.npv_pre_tax)]
    if tables.deal.risk_free is not None:
        money.append(("npv_risk_free", rate, tables.npv_risk_free))
    shares = [
        ("irr", "IRR after tax", tables.irr.distribution),
        ("irr_pre_tax", "IRR before tax", tables.irr_pre_tax.distribution),
        ("margin", "Margin over the life", tables.margin),
    ]
    return [
        *(Measure(key, label, spread, "money", "money") for key, label, spread in money),
        *(Measure(key, label, spread, "share", "fine_share") for key, label, spread in shares),
    ]


def _spread(book: Book, page: Page, row: int, measure: Measure) -> None:
    spread = measure.spread
    book.places[f"spread:{measure.key}"] = str(row)
    page.text(row, 1, measure.label, "wrap")
    page.raise_row(row, measure.label, page.width(1))
    page.text(row, 2, book.money_unit if measure.kind == "money" else "%", "unit")
    page.number(row, 3, spread.mean, measure.kind)
    page.number(row, 4, spread.se, measure.se_kind)
    page.number(row, 5, spread.sd, measure.kind)
    for column, p in enumerate(PERCENTILES, 6):
        page.number(row, column, getattr(spread, f"p{p}"), measure.kind)
    for column, se in enumerate((spread.se_p5, spread.se_p50, spread.se_p95), 15):
        page.number(row, column, se, measure.se_kind)
    page.number(row, 18, float(spread.count), "count")


def _histograms(book: Book, page: Page, row: int) -> None:
    shown = [
        ("npv", f"NPV after tax [{book.money_unit}]", "money", "axis"),
        ("irr", "IRR after tax", "share", "axis_fine_share"),
        ("margin", "Margin over the life (PV EBITDA / PV revenue)", "share", "axis_fine_share"),
    ]
    shown = [entry for entry in shown if entry[0] in book.tables.histograms]
    table = row + CHART_ROWS + 1
    blocks = (("A", "F"), ("F", "M"), ("M", "S"))
    for place, (key, label, kind, axis) in enumerate(shown):
        histogram, left = book.tables.histograms[key], 1 + place * 6
        _bins(book, page, table, left, label, histogram, kind)
        chart = stacked_histogram(book, page, key, label, axis)
        first, last = blocks[place]
        charts.place(page, chart, f"{first}{row}", f"{last}{row + CHART_ROWS}")


def _bins(book: Book, page: Page, row: int, left: int, label: str, histogram: Histogram, kind: str) -> None:
    bins = len(histogram.survivors)
    for column in range(left, left + 6):
        page.text(row, column, label if column == left else "", "section")
    page.heads(row + 1, ("from", "to", "middle", "paths without event", "paths with an event", "label"), left)
    for k in range(bins):
        low, high, at = histogram.edges[k], histogram.edges[k + 1], row + 2 + k
        page.number(at, left, low, kind)
        page.number(at, left + 1, high, kind)
        cells = (page.address(at, left, False), page.address(at, left + 1, False))
        page.formula(at, left + 2, f"=({cells[0]}+{cells[1]})/2", (low + high) / 2, kind)
        page.number(at, left + 3, float(histogram.survivors[k]), "count")
        page.number(at, left + 4, float(histogram.events[k]), "count")
        if k % max(1, bins // 10) == 0:
            middle = (low + high) / 2
            scaled = f"{middle / book.scale.divisor:,.0f}" if kind == "money" else percent(middle).replace(" ", "")
            page.text(at, left + 5, scaled, "unit")
    end = row + 1 + bins
    counts = page.span(row + 2, left + 3, end, left + 4)
    total = sum(histogram.survivors) + sum(histogram.events)
    page.text(end + 1, left, "All", "total_text")
    page.text(end + 1, left + 1, "", "total_text")
    page.text(end + 1, left + 2, "", "total_text")
    for column, values in ((left + 3, histogram.survivors), (left + 4, histogram.events)):
        cells_of = page.span(row + 2, column, end, column, False)
        page.formula(end + 1, column, f"=SUM({cells_of})", float(sum(values)), "count", "total")
    page.text(
        end + 2, left, f"outermost bins hold {histogram.below:,} paths below and {histogram.above:,} above", "unit"
    )
    key = label.partition(" ")[0]
    spread = {"NPV": book.tables.npv, "IRR": book.tables.irr.distribution}.get(key, book.tables.margin)
    book.checks.append(
        CheckRow(
            f"Histogram of {label.partition(' [')[0]}: counts add up to the paths on which it exists",
            f"=SUM({counts})-{spread.count}",
            float(total - spread.count),
            0.0,
        )
    )
    name = {"NPV": "npv", "IRR": "irr"}.get(key, "margin")
    book.places[f"bins:{name}"] = f"{row + 2}:{end}:{left}"


def stacked_histogram(book: Book, page: Page, key: str, label: str, axis: str) -> Any:
    """The chart of a histogram written before: paths without and with an event as two stacked series."""
    distributions = book.page("Distributions")
    top, end, left = (int(text) for text in book.places[f"bins:{key}"].split(":"))
    chart = charts.bars(stacked=True)
    colours = book.look.colours
    for column, colour in ((left + 3, colours["survivors"]), (left + 4, colours["events"])):
        chart.series.append(
            charts.paint(charts.series(distributions, (top - 1, column), top, end, column), fill=colour)
        )
    title = label.partition(" [")[0].partition(" (")[0]
    histogram = book.tables.histograms[key]
    struck = sum(histogram.events) / max(1, sum(histogram.events) + sum(histogram.survivors))
    titles = (f"{title} ({percent(struck)} of the paths have an event)", label, "paths")
    charts.finish(chart, titles, book.format(axis), "#,##0")
    charts.label_columns(distributions, chart, top, end, left + 5)
    return chart
