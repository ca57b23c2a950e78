"""The block of results on Cash flow: NPV and IRR by formula beside the engine's numbers."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import size, size_formula
from valuation.report.excel.payments import TOP, discount_factors, years_formula

RESULT_ROWS = 8
NPV_TOLERANCE, IRR_TOLERANCE = 1e-9, 1e-6
"""NPV relative to the gross flows; IRR in rate: a spreadsheet's XIRR stops at 1e-8."""


@dataclass(frozen=True)
class Series:
    """Flows by payment date: the Payments columns that hold them and the engine's NPV and IRR of them."""

    label: str
    of: str
    place: str
    values: tuple[float, ...]
    npv: float | None
    irr: float | None
    npv_name: str
    irr_name: str

    @property
    def is_base(self) -> bool:
        """Whether it stands on Dated cash, where it follows the inputs."""
        return self.of == "base"


def write_results(book: Book, page: Page, row: int) -> None:
    """NPV and IRR of base case and expected flows, worked out from Payments; each row becomes two checks."""
    tables, flows = book.tables, book.tables.flows
    page.heads(row, ("Worked out in this workbook", "Unit", "Workbook", "Engine", "Difference"))
    base = tuple(a + b for a, b in zip(flows.base_pre_tax, flows.base_tax, strict=True))
    mean = tuple(a + b for a, b in zip(flows.mean_pre_tax, flows.mean_tax, strict=True))
    for series in (
        Series(
            "Base case after tax",
            "base",
            "base_net",
            base,
            tables.base.npv,
            tables.base.irr,
            "out_base_npv",
            "out_base_irr",
        ),
        Series(
            "Base case before tax",
            "base",
            "base",
            flows.base_pre_tax,
            tables.base.npv_pre_tax,
            tables.base.irr_pre_tax,
            "out_base_npv_before_tax",
            "out_base_irr_before_tax",
        ),
        Series(
            "Expected flows after tax",
            "pay",
            "pay_mean_net",
            mean,
            tables.npv.mean,
            tables.irr.of_expected_flows,
            "out_mean_npv",
            "out_expected_irr",
        ),
    ):
        row = _npv(book, page, row + 1, series)
        row = _irr(book, page, row + 1, series)
    _further(book, page, row - 6)
    by_date = tables.deal.year_count == "days"
    exponent = "days since the valuation date / 365" if by_date else "whole years since the valuation date"
    page.text(row + 1, 1, f"NPV = sum of flow / (1 + rate)^({exponent})", "unit")


def _npv(book: Book, page: Page, row: int, series: Series) -> int:
    places = book.places
    dates, flow = places[f"{series.of}_dates"], places[series.place]
    later = f"({dates}>=in_valuation_date)"
    power = f"(1+in_discount_rate)^{years_formula(book, dates, places[f'{series.of}_years'])}"
    value = sum(f * d for f, d in zip(series.values, discount_factors(book), strict=True))
    page.text(row, 1, f"NPV, {series.label.lower()}")
    page.text(row, 2, book.money_unit, "unit")
    page.formula(row, 3, f"=SUMPRODUCT({later}*{flow}/{power})", value, "money", "link")
    page.number(row, 4, series.npv, "money")
    book.places[f"engine:{series.npv_name}"] = page.address(row, 4)
    book.define(series.npv_name, page.sheet.title, row, 3)
    if series.npv is not None and any(series.values):
        page.formula(row, 5, f"=ROUND(C{row}-D{row},0)", round(value - series.npv), "money")
        residual = round((value - series.npv) / size(series.values), 12) + 0.0
        difference = f"({page.address(row, 3)}-{page.address(row, 4)})"
        formula = f"=IF(inputs_as_run=1,ROUND({difference}/{size_formula(flow)},12),0)"
        book.checks.append(
            CheckRow(
                f"NPV, {series.label.lower()}: workbook = engine (relative to the flows)",
                formula,
                residual,
                NPV_TOLERANCE,
            )
        )
    return row


def _irr(book: Book, page: Page, row: int, series: Series) -> int:
    label = series.label.lower()
    page.text(row, 1, f"IRR, {label}")
    page.text(row, 2, "a year", "unit")
    book.define(series.irr_name, page.sheet.title, row, 3)
    first = first_paid(book, series.values)
    if series.is_base and not book.tables.base.invests and "month:accounts.capital" in book.places:
        page.formula(row, 3, _rate_formula(book, series, 0, 0.1), "n/a", "fine_share", "link")
        page.number(row, 4, series.irr, "fine_share")
        return row
    if series.irr is None or first is None:
        page.text(row, 3, "n/a", "missing")
        page.number(row, 4, series.irr, "fine_share")
        return row
    # A guess near the root picks the engine's root, and keeps Newton's method from wandering.
    guess = max(round(series.irr, 2), -0.99)
    page.formula(row, 3, _rate_formula(book, series, first, guess), series.irr, "fine_share", "link")
    page.number(row, 4, series.irr, "fine_share")
    page.formula(row, 5, f'=IF(ISNUMBER(C{row}),ROUND(C{row}-D{row},7),"n/a")', 0.0, "fine_share")
    rate, engine = page.address(row, 3), page.address(row, 4)
    book.checks.append(
        CheckRow(
            f"IRR, {label}: workbook = engine",
            f"=IF(inputs_as_run=1,IF(ISNUMBER({rate}),ROUND({rate}-{engine},7),1),0)",
            0.0,
            IRR_TOLERANCE,
        )
    )
    flow, dates, years = (book.places[name] for name in (series.place, f"{series.of}_dates", f"{series.of}_years"))
    power = f"(1+{engine})^{years_formula(book, dates, years)}"
    discounted = f"SUMPRODUCT(({dates}>=in_valuation_date)*{flow}/{power})"
    book.checks.append(
        CheckRow(
            f"NPV, {label}, at the engine's IRR = 0 (relative to the flows)",
            f"=IF(inputs_as_run=1,ROUND({discounted}/{size_formula(flow)},9),0)",
            0.0,
            1e-7,
        )
    )
    return row


def _rate_formula(book: Book, series: Series, first: int, guess: float) -> str:
    """XIRR of dated flows, IRR where there is a flow a year; both from the first flow on."""
    places, by_date = book.places, book.tables.deal.year_count == "days"
    if series.is_base:
        if by_date:
            flows, dates = places[f"xirr_flows:{series.place}"], places[f"xirr_dates:{series.place}"]
            found, none = _first_found("XIRR", f"{flows},{dates}", guess), f"{places[f'first_flow:{series.place}']}=0"
        else:
            found, none = _first_found("IRR", places[f"irr_flows:{series.place}"], guess), ""
        conditions = [condition for condition in (none, _nothing_invested(book, by_date)) if condition]
        return f'=IF(OR({",".join(conditions)}),"n/a",{found})' if conditions else f"={found}"
    flow, dates = (_from(places[name], first) for name in (series.place, "pay_dates"))
    rate_of = f"XIRR({flow},{dates},{guess!r})" if by_date else f"IRR({flow},{guess!r})"  # a row a year: appraise.dated
    return f'=IFERROR({rate_of},"n/a")'


def _first_found(function: str, arguments: str, guess: float) -> str:
    """A rate of return from a guess, and where the search from there finds none, from others: a changed input may have
    moved the rate far away."""
    others = [other for other in _OTHER_GUESSES if abs(other - guess) > 0.02]
    tries = "".join(f"IFERROR({function}({arguments},{one!r})," for one in (guess, *others))
    return f'{tries}"n/a"{")" * (1 + len(others))}'


_OTHER_GUESSES = (0.1, -0.3)


def _nothing_invested(book: Book, by_date: bool) -> str:
    """The condition that nothing is invested from the valuation date on: there is then no rate of return, since a month
    of costs before the first income is no investment. Empty where the plan keeps no account of investments."""
    spent = book.places.get("month:accounts.capital")
    if spent is None:
        return ""
    later = f"{book.places['month_ends']}>=in_valuation_date"
    if not by_date:
        later = f"{book.places['month_years']}>=YEAR(in_valuation_date)"
    return f"SUMPRODUCT(({spent}<0)*({later}))=0"


def _further(book: Book, page: Page, row: int) -> None:
    """What else the engine says of the base case, to the right of the results."""
    base, label, value, unit = book.tables.base, 7, 10, 11
    page.heads(row, ("Further, base case", "", "", "", ""), label)
    page.sheet.merge_cells(start_row=row, end_row=row, start_column=label, end_column=unit)
    rows = (
        ("margin", "Margin over the life (PV / PV)", base.margin, "share", ""),
        ("margin_undiscounted", "Margin, undiscounted", base.margin_undiscounted, "share", ""),
        ("payback", "Payback", base.payback_years, "years", "years"),
        ("discounted_payback", "Payback, discounted", base.discounted_payback_years, "years", "years"),
        ("moic", "Cash returned / cash invested", base.moic, "number", "times"),
        ("sunk", "Sunk before the valuation date", base.sunk, "money", book.money_unit),
        ("npv_risk_free", "NPV after tax at the risk-free rate", base.npv_risk_free, "money", book.money_unit),
    )
    for at, (key, text, number, kind, of) in enumerate(rows, row + 1):
        book.places[f"base:{key}"] = page.address(at, value)
        page.text(at, label, text)
        formula = _live(book, key)
        if formula and number is not None:
            page.formula(at, value, formula, number, kind, "link")
        else:
            page.number(at, value, number, kind)
        page.text(at, unit, of, "unit")


def _live(book: Book, key: str) -> str:
    """The formula of a further number of the base case; empty for one that is the run's."""
    places = book.places
    if key in {"margin", "margin_undiscounted"}:
        return f"={places[f'last:accounts.{key}']}"
    dates, flow = places["base_dates"], places["base_net"]
    if key == "sunk":
        return f"=SUMPRODUCT(({dates}>0)*({dates}<in_valuation_date)*{flow})"
    rate = places.get("rate:rates.risk_free")
    if key == "npv_risk_free" and rate:
        power = f"(1+{rate})^{years_formula(book, dates, places['base_years'])}"
        return f"=SUMPRODUCT(({dates}>=in_valuation_date)*{flow}/{power})"
    return ""


def first_paid(book: Book, values: tuple[float, ...]) -> int | None:
    """Place of the first flow not 0 from the valuation date on: XIRR answers 0 % to a range that begins with 0."""
    dated = zip(book.tables.flows.dates, values, strict=True)
    return next((k for k, (day, v) in enumerate(dated) if v and day >= book.tables.deal.valuation), None)


def _from(span: str, skipped: int) -> str:
    """``'Payments'!$E$7:$E$99`` without its first rows."""
    return span.replace(f"${TOP}:", f"${TOP + skipped}:")
