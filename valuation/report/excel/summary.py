"""Sheet Summary: page one, for a reader who opens nothing else."""

from __future__ import annotations

from valuation.report.excel import charts
from valuation.report.excel.as_run import grey_as_run
from valuation.report.excel.book import Book, Page
from valuation.report.excel.distributions import PERCENTILES
from valuation.report.excel.fan import TOP as YEARS_TOP
from valuation.report.excel.fan import fan_chart
from valuation.report.excel.financing_measures import financing_measures
from valuation.report.excel.histograms import stacked_histogram
from valuation.report.excel.summary_deal import write_break_even, write_figures, write_scenarios
from valuation.report.excel.summary_sides import write_sides
from valuation.report.excel.summary_value import write_bridge, write_chances, write_rates, write_two_way
from valuation.report.excel.summary_words import LEFT, write_heading, write_words
from valuation.report.numbers import PULLED, costs_only, margin_is_pulled, percent

SHOWN = tuple(p for p in PERCENTILES if 5 <= p <= 95)
_ERRORS = {"share": "fine_share", "plain_2": "plain_4"}
"""Kinds of format of standard errors."""


def write_summary(book: Book) -> None:
    """Fill page one; every number on it links to the sheet that holds it, or stands only here."""
    page = book.page("Summary")
    write_heading(book, page)
    row = _values(book, page, 5)
    below = write_chances(book, page, row + 1)
    row = write_figures(book, page, row + 1)
    row = max(write_bridge(book, page, row + 1), below)
    if not costs_only(book.tables):
        row = write_break_even(book, page, row + 1)
    row = write_scenarios(book, page, row + 1)
    charted = max(row, 36)
    middle = (5 + charted) // 2
    if "npv" in book.tables.histograms:
        histogram = stacked_histogram(book, page, "npv", f"NPV after tax [{book.money_unit}]")
        charts.place(page, histogram, "N5", f"T{middle}")
    if book.years:
        fan = fan_chart(book, YEARS_TOP + len(book.years) - 1)
        charts.place(page, fan, f"N{middle}", f"T{charted}")
    row = write_rates(book, page, row + 1)
    row = write_two_way(book, page, row + 1)
    row = write_sides(book, page, row + 1)
    grey_as_run(book, page, (7, row), (1, LEFT))
    write_words(book, page, max(row, charted) + 1)
    _widen_units(page)
    page.sheet.freeze_panes = "A5"


def _widen_units(page: Page) -> None:
    """The column of units as wide as the longest of them, with the room of a bold letter."""
    longest = max(len(str(cell.value)) for cell in page.sheet["B"] if isinstance(cell.value, str))
    column = page.sheet.column_dimensions["B"]
    column.width = max(column.width, longest + 2.0)


def _values(book: Book, page: Page, row: int) -> int:
    tables = book.tables
    page.heads(row, ("Value", "Unit", "Base case", "Mean", "± s.e.", *(f"P{p}" for p in SHOWN)))
    lenders = ("exceeded with (energy lenders)", "", "", "", "", *(f"P{100 - p}" for p in SHOWN))
    page.texts(row + 1, 1, lenders, "subhead")
    base = tables.base
    risk_free = f"NPV after tax at risk-free {percent(tables.deal.risk_free)}"
    rows = [
        ("NPV after tax", "npv", "out_base_npv", base.npv, "money"),
        ("NPV before tax", "npv_pre_tax", "out_base_npv_before_tax", base.npv_pre_tax, "money"),
        (risk_free, "npv_risk_free", book.places["base:npv_risk_free"], base.npv_risk_free, "money"),
        ("IRR after tax", "irr", "out_base_irr", base.irr, "share"),
        ("IRR before tax", "irr_pre_tax", "out_base_irr_before_tax", base.irr_pre_tax, "share"),
        ("Margin, PV EBITDA / PV revenue", "margin", book.places["base:margin"], base.margin, "share"),
    ]
    financed = {one.key: one for one in financing_measures(book)}
    rows += [
        (financed[key].label, key, book.places[f"base:{key}"], financed[key].base, financed[key].kind)
        for key in ("npv_equity", "irr_equity", "dscr_min")
        if key in financed
    ]
    row += 2
    for label, key, name, of_base, kind in rows:
        # A view that only pays or invests nothing has no rate of return: no rows of n/a.
        if f"spread:{key}" not in book.places or (of_base is None and f"mean:{key}" not in book.places):
            continue
        if kind == "share" and costs_only(tables):
            continue
        style = "total" if key in {"npv", "irr"} else "calc"
        link = "total_link" if style == "total" else "link"
        page.text(row, 1, label, "total_text" if style == "total" else "wrap")
        page.raise_row(row, label, page.width(1))
        unit = {"money": book.money_unit, "share": "%"}.get(kind, "times")
        page.text(row, 2, unit, "total_text" if style == "total" else "unit")
        if of_base is None:
            page.number(row, 3, None, kind)
        else:
            stored = of_base if "!" in name else book.values[_key(_target(book, name))]
            page.formula(row, 3, f"={name}", stored, kind, link)
        _spread(book, page, row, key, kind, link)
        row += 1
    if margin_is_pulled(tables.margin):
        page.wrapped(row, 6, LEFT, f"Note: {PULLED}", "note")
    if tables.irr.of_expected_flows is not None:
        page.text(row, 1, "IRR of the expected cash flows")
        page.text(row, 2, "%", "unit")
        value = book.values[_key(_target(book, "out_expected_irr"))]
        page.formula(row, 4, "=out_expected_irr", value, "share", "link")
        row += 1
    if (margin := tables.margin_of_expected_flows) is not None and not costs_only(tables):
        page.text(row, 1, "Margin of the expected flows")
        page.text(row, 2, "%", "unit")
        page.number(row, 4, margin.ratio, "share")
        page.number(row, 5, margin.se, "fine_share")
        row += 1
    page.text(row, 1, "NPV after tax, mean of the worst 5 %")
    page.text(row, 2, book.money_unit, "unit")
    if (worst := tables.tail.get("cvar_05")) is None:
        page.text(row, 4, "n/a", "missing")
    else:
        page.formula(row, 4, f"={book.places['tail:cvar_05']}", worst, "money", "link")
    return _with_drawn_parameters(book, page, row + 1)


def _with_drawn_parameters(book: Book, page: Page, row: int) -> int:
    """The NPV of the run that drew its parameters, below that of the stated ones; the row after it."""
    drawn = book.tables.parameter_uncertainty
    if drawn is None:
        return row
    label = "NPV after tax, parameters drawn"
    page.text(row, 1, label, "wrap")
    page.raise_row(row, label, page.width(1))
    page.text(row, 2, book.money_unit, "unit")
    _spread(book, page, row, "drawn_npv", "money", "link")
    words = (
        f"NPV below 0 on {percent(book.tables.probability.npv_negative)} of the paths with stated parameters, on "
        f"{percent(drawn.npv_negative)} +/- {100 * drawn.npv_negative_se:.1f} with drawn ones ({drawn.draws} draws; "
        "more on Distributions)."
    )
    page.wrapped(row + 1, 1, LEFT, words, "note")
    return row + 2


def _spread(book: Book, page: Page, row: int, key: str, kind: str, style: str) -> None:
    source, at = book.page("Distributions"), int(book.places[f"spread:{key}"])
    columns = [3, 4, *(6 + PERCENTILES.index(p) for p in SHOWN)]
    for column, there in enumerate(columns, 4):
        value = source.sheet.cell(at, there).value
        shown = _ERRORS.get(kind, kind) if there == 4 else kind
        stored = float(value) if isinstance(value, int | float) else str(value)
        page.formula(row, column, f"={source.address(at, there)}", stored, shown, style)


def _target(book: Book, name: str) -> str:
    return str(book.workbook.defined_names[name].attr_text)


def _key(address: str) -> tuple[str, str]:
    sheet, _, cell = address.rpartition("!")
    return sheet.strip("'"), cell.replace("$", "")
