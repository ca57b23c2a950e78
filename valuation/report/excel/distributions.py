"""Sheet Distributions: moments and percentiles of each measure, and histograms with the paths of an event apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from valuation.report.excel import charts, histograms
from valuation.report.excel.book import Book, Page
from valuation.report.excel.financing_measures import financing_measures
from valuation.report.excel.uncertainty import write_parameters
from valuation.report.numbers import PULLED, costs_only, margin_is_pulled
from valuation.report.summary_lines import STATUSES
from valuation.statistics.distribution import Distribution
from valuation.tables import ParameterUncertainty

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
    unit: str


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
        book.places[f"tail:{key}"] = page.address(row, 3)
        row += 1
    if (left := tables.survivors) is not None:
        page.text(row, 1, f"NPV without an event ({left.share:.1%} of paths)")
        page.text(row, 2, book.money_unit, "unit")
        page.number(row, 3, left.npv_mean, "money")
        page.number(row, 4, left.npv_se, "money")
        row += 1
    if not costs_only(tables):
        found = ", ".join(f"{n:,} {STATUSES.get(key, key)}" for key, n in tables.irr.status.items() if n)
        pulled = f". Note: {PULLED}" if margin_is_pulled(tables.margin) else ""
        page.wrapped(row, 1, LAST, f"IRR found on the paths: {found}{pulled}.", "note")
        row += 1
    if (drawn := tables.parameter_uncertainty) is not None:
        row = _with_drawn_parameters(book, page, row + 1, drawn)
    _histograms(book, page, row + 1)


def _with_drawn_parameters(book: Book, page: Page, row: int, drawn: ParameterUncertainty) -> int:
    page.band(row, f"With drawn parameters: {drawn.draws} draws, the same paths", LAST)
    rows = [Measure("drawn_npv", "NPV after tax, drawn", drawn.npv, "money", "money", book.money_unit)]
    if not costs_only(book.tables):
        rows.append(Measure("drawn_irr", "IRR after tax, drawn", drawn.irr, "share", "fine_share", "%"))
        rows.append(Measure("drawn_margin", "Margin, drawn", drawn.margin, "share", "fine_share", "%"))
    for place, measure in enumerate(rows, row + 1):
        _spread(book, page, place, measure)
    return write_parameters(book, page, row + 1 + len(rows), drawn)


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
    made = [Measure(key, label, spread, "money", "money", book.money_unit) for key, label, spread in money]
    made += [Measure(key, label, spread, "share", "fine_share", "%") for key, label, spread in shares]
    if (project := tables.project) is not None:
        made += [
            Measure("mirr", "Modified IRR", project.mirr, "share", "fine_share", "%"),
            Measure("moic", "Cash returned / cash invested", project.moic, "plain_2", "plain_4", "times"),
            Measure("payback", "Payback", project.payback_years, "years", "plain_2", "years"),
            Measure(
                "discounted_payback",
                "Payback, discounted",
                project.discounted_payback_years,
                "years",
                "plain_2",
                "years",
            ),
        ]
    return made + [
        Measure(one.key, one.label, one.spread, one.kind, one.se_kind, one.unit(book))
        for one in financing_measures(book)
        if one.spread is not None and one.is_spread
    ]


def _spread(book: Book, page: Page, row: int, measure: Measure) -> None:
    spread = measure.spread
    book.places[f"spread:{measure.key}"] = str(row)
    if measure.spread.mean is not None:
        book.places[f"mean:{measure.key}"] = page.address(row, 3)
    page.text(row, 1, measure.label, "wrap")
    page.raise_row(row, measure.label, page.width(1))
    page.text(row, 2, measure.unit, "unit")
    page.number(row, 3, spread.mean, measure.kind)
    page.number(row, 4, spread.se, measure.se_kind)
    page.number(row, 5, spread.sd, measure.kind)
    for column, p in enumerate(PERCENTILES, 6):
        page.number(row, column, getattr(spread, f"p{p}"), measure.kind)
    for column, se in enumerate((spread.se_p5, spread.se_p50, spread.se_p95), 15):
        page.number(row, column, se, measure.se_kind)
    page.number(row, 18, float(spread.count), "count")


def _histograms(book: Book, page: Page, row: int) -> None:
    """Four charts on the page, and their bins below it, where they take no paper."""
    money = f"NPV after tax [{book.money_unit}]"
    margin = "Margin over the life (PV EBITDA / PV revenue)"
    shown = [("npv", money), ("irr", "IRR after tax"), ("margin", margin)]
    counts = {"npv": book.tables.npv, "irr": book.tables.irr.distribution, "margin": book.tables.margin}
    made: list[Any] = []
    table = row + 2 * CHART_ROWS + 3
    page.text(table - 1, 1, "Bins of the charts", "note")
    for key, label in shown:
        if key not in book.tables.histograms:
            continue
        histograms.write_bins(
            book, page, table, 1 + len(made) * histograms.WIDTH, key, label, book.tables.histograms[key]
        )
        histograms.check_counts(book, page, key, label, counts[key].count)
        made.append(histograms.stacked_histogram(book, page, key, label))
        if key == "npv" and (events := book.tables.event_npv):
            histograms.write_bins(book, page, table, 1 + len(made) * histograms.WIDTH, "event_npv", money, events)
            made.append(histograms.event_histogram(book, money))
    for place, chart in enumerate(made):
        top = row + place // 2 * CHART_ROWS
        first, last = (("A", "H"), ("H", "S"))[place % 2]
        charts.place(page, chart, f"{first}{top}", f"{last}{top + CHART_ROWS}")
    page.sheet.print_area = f"A1:R{row + (len(made) + 1) // 2 * CHART_ROWS}"
