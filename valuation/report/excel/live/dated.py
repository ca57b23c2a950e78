"""Sheet Dated cash: what the base case pays and receives by date, discounted, and the flows that XIRR takes.

A date row of the model gives each month the date on which its amounts are paid, so the sheet has a row for each month
of each date row. Excel's XIRR answers 0 to flows that begin with 0, and takes the first date as the one it discounts
to: its range begins with the first flow, found by formula, and in the rows below that flow is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from valuation import timeline
from valuation.report.excel.book import Book, Page
from valuation.report.excel.live.sheets import MonthGrid
from valuation.report.excel.live.strips import Listing
from valuation.tables.live import LiveModel

HEAD, FIRST_FLOW, TOP = 4, 6, 7
DATE, YEAR, CASH, TAX, NET, FACTOR, PRESENT = range(1, 8)
PER_SERIES = 3
"""Columns of a series that XIRR takes: the date of a flow, the flow, and the date that XIRR sees."""


@dataclass(frozen=True)
class DatedSeries:
    """A column of flows of which there is a rate of return: its column, and its first flow."""

    key: str
    label: str
    column: int


SERIES = (DatedSeries("base_net", "after tax", NET), DatedSeries("base", "before tax", CASH))


@dataclass(frozen=True)
class _Block:
    dates: str
    cash: str
    tax: str


def write_dated(book: Book, live: LiveModel, grid: MonthGrid) -> None:
    """Fill the sheet; ``places`` gets ``base_dates``, ``base_years``, ``base``, ``base_tax``, ``base_net``,
    ``base_factor``, and for each series of flows ``xirr_flows:<key>``, ``xirr_dates:<key>`` and ``first_flow:<key>``.
    """
    page, blocks = book.page("Dated cash"), [_Block(date, *rows) for date, rows in live.paid.items()]
    deal, unit = book.tables.deal, book.fine_unit
    page.title(
        "Dated cash, base case",
        f"Cash to the {deal.view} by date of payment, {unit}, {deal.price_basis}; + is received. A row for each month "
        "of each date on which something can be paid; a row without a payment has no date. To the right the same flows "
        "as XIRR needs them: the first one first, and nothing before it.",
        12,
    )
    heads = ("Date", "Year", "Cash before tax", "Tax", "Cash after tax", "Discount factor", "Present value")
    page.heads(HEAD, heads)
    page.texts(HEAD + 1, 1, ("", "", unit, unit, unit, "", unit), "subhead")
    for place, series in enumerate(SERIES):
        column = PRESENT + 1 + PER_SERIES * place
        titles = (f"Date of a flow {series.label}", f"Flow {series.label} as XIRR takes it", "Its date")
        page.heads(HEAD, titles, column)
        page.texts(HEAD + 1, column, ("", unit, ""), "subhead")
    page.repeat(f"A{TOP}", f"{HEAD}:{HEAD + 1}")
    rows = _rows(live, grid, blocks, deal.discount_rate, live.values)
    _fill(book, page, live, rows)


@dataclass(frozen=True)
class _Rows:
    """Formulas and values of the first three columns and the tax."""

    dates: list[str]
    cash: list[str]
    tax: list[str]
    date_values: list[float]
    cash_values: list[float]
    tax_values: list[float]


def _rows(live: LiveModel, grid: MonthGrid, blocks: Sequence[_Block], rate: float, values: object) -> _Rows:
    del rate, values
    months = live.plan.months
    found = _Rows([], [], [], [], [], [])
    for block in blocks:
        for name, formulas, numbers in (
            (block.dates, found.dates, found.date_values),
            (block.cash, found.cash, found.cash_values),
            (block.tax, found.tax, found.tax_values),
        ):
            series = live.values.series(name, months) if name else (0.0,) * months
            numbers += series
            formulas += [f"={grid.cell(name, t)}" if name else "=0" for t in range(months)]
    return found


def _fill(book: Book, page: Page, live: LiveModel, rows: _Rows) -> None:
    count, deal = len(rows.dates), book.tables.deal
    last = TOP + count - 1
    start, by_date = live.plan.valuation, deal.year_count == "days"
    numbers = range(TOP, last + 1)
    net = [a + b for a, b in zip(rows.cash_values, rows.tax_values, strict=True)]
    years = [float(timeline.date_of(day).year) if day > 0 else 0.0 for day in rows.date_values]
    after = [timeline.years_between(deal.year_count, start, day) if day > 0 else 0.0 for day in rows.date_values]
    factor = [
        (1.0 + deal.discount_rate) ** -n if day >= start else 0.0
        for day, n in zip(rows.date_values, after, strict=True)
    ]
    exponent = "(in_valuation_date-A{row})/365" if by_date else "YEAR(in_valuation_date)-B{row}"
    columns: list[tuple[tuple[str, ...], tuple[float | str, ...]]] = [
        (tuple(rows.dates), tuple(rows.date_values)),
        (tuple(f"=IF(A{row}>0,YEAR(A{row}),0)" for row in numbers), tuple(years)),
        (tuple(rows.cash), tuple(rows.cash_values)),
        (tuple(rows.tax), tuple(rows.tax_values)),
        (tuple(f"=C{row}+D{row}" for row in numbers), tuple(net)),
        (
            tuple(
                f"=IF(A{row}<in_valuation_date,0,(1+in_discount_rate)^({exponent.format(row=row)}))" for row in numbers
            ),
            tuple(factor),
        ),
        (tuple(f"=E{row}*F{row}" for row in numbers), tuple(a * b for a, b in zip(net, factor, strict=True))),
    ]
    kinds = ["paid_date", "year", "fine_money", "fine_money", "fine_money", "factor", "fine_money"]
    styles = ["link", "calc", "link", "link", "calc", "calc", "calc"]
    from_first = live.inception
    for place, series in enumerate(SERIES):
        amounts = net if series.column == NET else rows.cash_values
        columns += _series(book, page, place, series, (rows.date_values, amounts), (start, from_first), last)
        kinds += ["paid_date", "fine_money", "paid_date"]
        styles += ["calc", "calc", "calc"]
    for column, (kind, style) in enumerate(zip(kinds, styles, strict=True), 1):
        page.number(TOP, column, 0.0, kind, style)
    book.strips.setdefault(page.sheet.title, []).append(Listing(TOP, tuple(columns)))
    for name, column in (
        ("base_dates", DATE),
        ("base_years", YEAR),
        ("base", CASH),
        ("base_tax", TAX),
        ("base_net", NET),
        ("base_factor", FACTOR),
    ):
        book.places[name] = page.span(TOP, column, last, column)
    page.sheet.print_area = f"A1:G{last}"


def _series(
    book: Book,
    page: Page,
    place: int,
    series: DatedSeries,
    flows: tuple[Sequence[float], Sequence[float]],
    begin: tuple[float, bool],
    last: int,
) -> list[tuple[tuple[str, ...], tuple[float | str, ...]]]:
    """The three columns of a series, and above them its first flow."""
    dates, amounts = flows
    start, from_first = begin
    when, flow, seen = (get_column_letter(PRESENT + 1 + PER_SERIES * place + k) for k in range(PER_SERIES))
    own = get_column_letter(series.column)
    numbers = range(TOP, last + 1)
    paid = [
        day if amount != 0.0 and (from_first or day >= start) and day > 0.0 else ""
        for day, amount in zip(dates, amounts, strict=True)
    ]
    some = [day for day in paid if isinstance(day, float)]
    first = min(some, default=0.0)
    condition = (
        f"AND({own}{{row}}<>0,A{{row}}>0)" if from_first else f"AND({own}{{row}}<>0,A{{row}}>=in_valuation_date)"
    )
    at = FIRST_FLOW
    top = sum(amount for day, amount in zip(dates, amounts, strict=True) if day == first and first > 0.0)
    page.formula(at, PRESENT + 1 + PER_SERIES * place, f"=MIN({when}{TOP}:{when}{last})", first, "paid_date", "total")
    sum_of_first = f"=SUMIF($A${TOP}:$A${last},{when}{at},{own}${TOP}:{own}${last})"
    page.formula(at, PRESENT + 2 + PER_SERIES * place, sum_of_first, top, "fine_money", "total")
    page.formula(at, PRESENT + 3 + PER_SERIES * place, f"={when}{at}", first, "paid_date", "total")
    page.text(at, 1, "First flow", "total_text")
    sheet = page.sheet.title
    book.places[f"first_date:{series.key}"] = f"'{sheet}'!${when}${at}"
    book.places[f"first_flow:{series.key}"] = f"'{sheet}'!${flow}${at}"
    book.places[f"xirr_flows:{series.key}"] = f"'{sheet}'!${flow}${at}:${flow}${last}"
    book.places[f"xirr_dates:{series.key}"] = f"'{sheet}'!${seen}${at}:${seen}${last}"
    return [
        (tuple(f'=IF({condition.format(row=row)},A{row},"")' for row in numbers), tuple(paid)),
        (
            tuple(f"=IF(A{row}>{when}${at},{own}{row},0)" for row in numbers),
            tuple(amount if day > first else 0.0 for day, amount in zip(dates, amounts, strict=True)),
        ),
        (tuple(f"=MAX(A{row},{when}${at})" for row in numbers), tuple(max(day, first) for day in dates)),
    ]
