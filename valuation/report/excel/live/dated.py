"""Sheets Dated cash and Owners cash: what the base case pays and receives by date, discounted, and the flows that XIRR
takes.

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
LEAST = 0.005
"""Amount from which on there is a flow: less than half a cent is rounding, and XIRR would begin with it."""
PER_SERIES = 3
"""Columns of a series that XIRR takes: the date of a flow, the flow, and the date that XIRR sees."""

_Column = tuple[tuple[str, ...], tuple[float | str, ...]]


@dataclass(frozen=True)
class DatedSeries:
    """A column of flows of which there is a rate of return, and the words for it."""

    key: str
    label: str
    column: int


@dataclass(frozen=True)
class _Block:
    """A date row of the model, and the rows of what is paid on it; empty where there is none."""

    dates: str
    cash: str
    tax: str


@dataclass(frozen=True)
class _Spec:
    """What one of the two sheets shows.

    Parameters
    ----------
    prefix : of the names that ``places`` gets.
    rate_name, rate : text and value of the discount rate.
    """

    sheet: str
    title: str
    about: str
    prefix: str
    blocks: tuple[_Block, ...]
    series: tuple[DatedSeries, ...]
    rate_name: str
    rate: float


def write_dated(book: Book, live: LiveModel, grid: MonthGrid) -> None:
    """Fill Dated cash; ``places`` gets ``base_dates``, ``base_years``, ``base``, ``base_tax``, ``base_net``, and for
    each series of flows ``xirr_flows:<key>``, ``xirr_dates:<key>``, ``first_date:<key>`` and ``first_flow:<key>``."""
    deal = book.tables.deal
    spec = _Spec(
        sheet="Dated cash",
        title="Dated cash, base case",
        about=f"Cash to the {deal.view} by date of payment",
        prefix="base",
        blocks=tuple(_Block(day, *rows) for day, rows in live.paid.items()),
        series=(DatedSeries("base_net", "after tax", NET), DatedSeries("base", "before tax", CASH)),
        rate_name="in_discount_rate",
        rate=deal.discount_rate,
    )
    _write(book, live, grid, spec)


def write_owners(book: Book, live: LiveModel, grid: MonthGrid, rate_name: str) -> None:
    """Fill Owners cash where the view has owners of their own, else take the sheet away; ``places`` as above, with
    ``owners`` for ``base``.

    Parameters
    ----------
    rate_name : text by which formulas read the owners' discount rate.
    """
    if not live.owners or book.tables.financing is None:
        book.workbook.remove(book.workbook["Owners cash"])
        return
    spec = _Spec(
        sheet="Owners cash",
        title="Owners' cash, base case",
        about="What the owners pay in (-) and get out (+) by date of payment, after tax and debt",
        prefix="owners",
        blocks=tuple(_Block(day, row, "") for day, row in live.owners.items()),
        series=(DatedSeries("owners_net", "of the owners", NET),),
        rate_name=rate_name,
        rate=book.tables.financing.owners.rate,
    )
    _write(book, live, grid, spec)


def _write(book: Book, live: LiveModel, grid: MonthGrid, spec: _Spec) -> None:
    page, unit = book.page(spec.sheet), book.fine_unit
    page.title(
        spec.title,
        f"{spec.about}, {unit}, {book.tables.deal.price_basis}; + is received. A row for each month of each date on "
        "which something can be paid; a row without a payment has no date. To the right the same flows as XIRR needs "
        "them: the first one first, and nothing before it. On paper only these heads: Cash flow has the cash by year.",
        PRESENT,
    )
    heads = ("Date", "Year", "Cash before tax", "Tax", "Cash after tax", "Discount factor", "Present value")
    page.heads(HEAD, heads)
    page.texts(HEAD + 1, 1, ("", "", unit, unit, unit, "", unit), "subhead")
    for place, series in enumerate(spec.series):
        column = PRESENT + 1 + PER_SERIES * place
        titles = (f"Date of a flow {series.label}", f"Flow {series.label} as XIRR takes it", "Its date")
        page.heads(HEAD, titles, column)
        page.texts(HEAD + 1, column, ("", unit, ""), "subhead")
    page.texts(FIRST_FLOW, 1, ("First flow", *[""] * (PRESENT - 1)), "total_text")
    page.repeat(f"A{TOP}", f"{HEAD}:{HEAD + 1}")
    columns = _from_model(live, grid, spec.blocks)
    last = TOP + len(columns[0][1]) - 1
    columns = _discounted(book, live, spec, columns, last)
    kinds = ["paid_date", "year", "fine_money", "fine_money", "fine_money", "factor", "fine_money"]
    styles = ["link", "calc", "link", "link", "calc", "link", "calc"]
    for place, series in enumerate(spec.series):
        columns += _series(book, page, place, series, columns, live, last)
        kinds += ["paid_date", "fine_money", "paid_date"]
        styles += ["link", "calc", "calc"]
    for column, (kind, style) in enumerate(zip(kinds, styles, strict=True), 1):
        page.number(TOP, column, 0.0, kind, style)
    book.strips.setdefault(spec.sheet, []).append(Listing(TOP, tuple(columns)))
    named = {"_dates": DATE, "_years": YEAR, "": CASH, "_tax": TAX, "_net": NET, "_present": PRESENT}
    for name, column in named.items():
        book.places[f"{spec.prefix}{name}"] = page.span(TOP, column, last, column)
    page.sheet.print_area = f"A1:{get_column_letter(PRESENT)}{HEAD + 1}"


def _from_model(live: LiveModel, grid: MonthGrid, blocks: Sequence[_Block]) -> list[_Column]:
    """Dates, cash and tax of all blocks, one below the other."""
    months, columns = live.plan.months, list[_Column]()
    for names in zip(*((block.dates, block.cash, block.tax) for block in blocks), strict=True):
        formulas, values = list[str](), list[float]()
        for name in names:
            values += live.values.series(name, months) if name else (0.0,) * months
            formulas += [f"={grid.cell(name, t)}" if name else "" for t in range(months)]
        columns.append((tuple(formulas), tuple(values)))
    return columns


def _discounted(book: Book, live: LiveModel, spec: _Spec, columns: list[_Column], last: int) -> list[_Column]:
    """The first seven columns."""
    (dates, cash, tax), count = columns, book.tables.deal.year_count
    days, start = [float(day) for day in dates[1]], live.plan.valuation
    net = [float(a) + float(b) for a, b in zip(cash[1], tax[1], strict=True)]
    after = [timeline.years_between(count, start, day) if day > 0 else 0.0 for day in days]
    factor = [(1.0 + spec.rate) ** -n if day >= start else 0.0 for day, n in zip(days, after, strict=True)]
    years = tuple(float(timeline.date_of(day).year) if day > 0 else 0.0 for day in days)
    exponent = "(in_valuation_date-A{0})/365" if count == "days" else "YEAR(in_valuation_date)-B{0}"

    def down(formula: str) -> tuple[str, ...]:
        return tuple(formula.format(row) for row in range(TOP, last + 1))

    return [
        dates,
        (down("=IF(A{0}>0,YEAR(A{0}),0)"), years),
        cash,
        tax,
        (down("=C{0}+D{0}"), tuple(net)),
        (down(f"=IF(A{{0}}<in_valuation_date,0,(1+{spec.rate_name})^({exponent}))"), tuple(factor)),
        (down("=E{0}*F{0}"), tuple(a * b for a, b in zip(net, factor, strict=True))),
    ]


def _series(
    book: Book, page: Page, place: int, series: DatedSeries, columns: list[_Column], live: LiveModel, last: int
) -> list[_Column]:
    """The three columns of a series, and above them its first flow."""
    begin = live.plan.valuation
    days = [float(day) for day in columns[DATE - 1][1]]
    amounts = [float(amount) for amount in columns[series.column - 1][1]]
    at, first_column = FIRST_FLOW, PRESENT + 1 + PER_SERIES * place
    when, flow, seen = (get_column_letter(first_column + k) for k in range(PER_SERIES))
    own, numbers = get_column_letter(series.column), range(TOP, last + 1)
    paid = [
        day if abs(amount) >= LEAST and day >= begin and day > 0.0 else ""
        for day, amount in zip(days, amounts, strict=True)
    ]
    first = min((day for day in paid if isinstance(day, float)), default=0.0)
    top = sum(amount for day, amount in zip(days, amounts, strict=True) if day == first and first > 0.0)
    page.formula(at, first_column, f"=MIN({when}{TOP}:{when}{last})", first, "paid_date", "total")
    sum_of_first = f"=SUMIF($A${TOP}:$A${last},{when}{at},{own}${TOP}:{own}${last})"
    page.formula(at, first_column + 1, sum_of_first, top, "fine_money", "total")
    page.formula(at, first_column + 2, f"={when}{at}", first, "paid_date", "total")
    book.places |= {
        f"first_date:{series.key}": page.address(at, first_column),
        f"first_flow:{series.key}": page.address(at, first_column + 1),
        f"xirr_flows:{series.key}": page.span(at, first_column + 1, last, first_column + 1),
        f"xirr_dates:{series.key}": page.span(at, first_column + 2, last, first_column + 2),
    }
    condition = f"AND(ABS({own}{{row}})>={LEAST},A{{row}}>=in_valuation_date)"
    later = [amount if day > first else 0.0 for day, amount in zip(days, amounts, strict=True)]
    return [
        (tuple(f'=IF({condition.format(row=row)},A{row},"")' for row in numbers), tuple(paid)),
        (tuple(f"=IF(A{row}>{when}${at},{own}{row},0)" for row in numbers), tuple(later)),
        (tuple(f"=MAX(A{row},{when}${at})" for row in numbers), tuple(max(day, first) for day in days)),
    ]
