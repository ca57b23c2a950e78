"""Sheet Cash flow: the base case by calendar year, rolled up by formula, with NPV and IRR worked out there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from openpyxl.utils import get_column_letter

from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import is_currency
from valuation.report.excel.months import has_total, shown
from valuation.report.excel.results import RESULT_ROWS, write_results
from valuation.tables import Line

TOTAL, FIRST = 3, 4
HEAD = 6 + RESULT_ROWS


def write_cash_flow(book: Book) -> None:
    """Fill the sheet; ``places`` gets ``year_total:<line>`` and ``year_net``."""
    tables, page = book.tables, book.page("Cash flow")
    deal = tables.deal
    years = paying_years(book)
    last = FIRST + len(years) - 1
    basis = f"{deal.price_basis}, unlevered{'' if tables.financing is None else ' but for what the financing brings'}"
    page.title(
        "Cash flow, base case by year",
        f"{book.money_unit}, {basis}, as earned, below as paid; what leaves the {deal.view} is "
        "in brackets. Base case = every factor at its expected value, no event: not the mean of the simulation.",
        min(last, 14),
    )
    write_results(book, page, 4)
    page.heads(HEAD, ("By calendar year", "Unit", "Total"))
    for column, year in enumerate(years, FIRST):
        page.number(HEAD, column, float(year), "year", "head")
    page.repeat(f"{get_column_letter(FIRST)}{HEAD + 1}", f"{HEAD}:{HEAD}")
    row, section = HEAD + 1, None
    for line in book.lines:
        if line.section != section:
            section = line.section
            page.band(row, section, last)
            row += 1
        _line(book, page, row, line, years)
        row += 1
    page.band(row, "Cash, as paid", last)
    _cash(book, page, row + 1, years)
    standing = {line.label for line in tables.lines if any(line.values)}
    if empty := [line.label for line in tables.lines if not any(line.values) and line.label not in standing]:
        text = f"Left out, 0 in every month of the base case: {', '.join(dict.fromkeys(empty))}."
        page.wrapped(row + 6, 1, min(last, 14), text, "note")


def paying_years(book: Book) -> list[int]:
    """Calendar years of the grid, without those at its end in which no line has a value and nothing is paid."""
    tables, flows = book.tables, book.tables.flows
    years = sorted({day.year for day in (*tables.month_ends, *flows.dates)})
    amounts = zip(flows.base_pre_tax, flows.base_tax, flows.mean_pre_tax, flows.mean_tax, strict=True)
    busy = {day.year for day, paid in zip(flows.dates, amounts, strict=True) if any(paid)}
    for line in book.lines:
        if line.roll == "sum" and is_currency(line.unit):
            busy |= {day.year for day, value in zip(tables.month_ends, line.values, strict=True) if value}
    return [year for year in years if year <= max(busy, default=years[-1])]


def _line(book: Book, page: Page, row: int, line: Line, years: Sequence[int]) -> None:
    kind = book.kind_of(line.unit)
    style = "total" if line.total else "calc"
    page.text(row, 1, line.label + (f" ({line.note})" if line.note else ""), "total_text" if line.total else "text")
    page.text(
        row, 2, book.scale.unit(line.unit) if kind == "money" else line.unit, "total_text" if line.total else "unit"
    )
    known = {other.name: other for other in book.tables.lines}
    months, values = book.tables.month_ends, shown(line, known)
    cells, of_year, lengths = (book.places[key] for key in (f"month:{line.name}", "month_years", "month_days"))
    rolls: dict[str, tuple[str, Callable[[Sequence[float], Sequence[int]], float]]] = {
        "sum": (f"=SUMIFS({cells},{of_year},{{year}})", lambda inside, _: sum(inside)),
        "end": (f"=INDEX({cells},MATCH({{year}},{of_year},1))", lambda inside, _: inside[-1]),
        "mean": (  # by days, as prices are quoted
            f"=SUMPRODUCT(--({of_year}={{year}}),{cells},{lengths})/SUMIFS({lengths},{of_year},{{year}})",
            lambda inside, days: sum(a * b for a, b in zip(inside, days, strict=True)) / sum(days),
        ),
    }
    if line.roll not in rolls:
        return
    formula, roll = rolls[line.roll]
    rolled = []
    for column, year in enumerate(years, FIRST):
        inside = [value for day, value in zip(months, values, strict=True) if day.year == year]
        days = [day.day for day in months if day.year == year]
        if not inside:  # a year of payments after the last month: no level to show
            page.text(row, column, "-", "missing")
            continue
        rolled.append(roll(inside, days))
        head = f"{get_column_letter(column)}${HEAD}"
        page.formula(row, column, formula.format(year=head), rolled[-1], kind, style)
        book.places[f"year:{line.name}:{year}"] = page.address(row, column)
    if line.roll == "sum" and has_total(line):
        total = f"=SUM({page.span(row, FIRST, row, FIRST + len(years) - 1, False)})"
        page.formula(row, TOTAL, total, sum(rolled), kind, style)
        book.places[f"year_total:{line.name}"] = page.address(row, TOTAL)
    elif line.total:
        page.text(row, TOTAL, "", "total_text")


def _cash(book: Book, page: Page, row: int, years: Sequence[int]) -> None:
    flows = book.tables.flows
    of_year = book.places["pay_years"]
    rows = (
        ("Cash before tax", "pay_base", flows.base_pre_tax, False),
        ("Tax paid", "pay_base_tax", flows.base_tax, False),
        (
            "Cash after tax",
            "pay_base_net",
            tuple(a + b for a, b in zip(flows.base_pre_tax, flows.base_tax, strict=True)),
            True,
        ),
    )
    span = (FIRST, FIRST + len(years) - 1)
    for label, name, values, total in rows:
        page.text(row, 1, label, "total_text" if total else "text")
        page.text(row, 2, book.money_unit, "total_text" if total else "unit")
        by_year = [sum(v for day, v in zip(flows.dates, values, strict=True) if day.year == year) for year in years]
        for column, value in enumerate(by_year, FIRST):
            formula = f"=SUMIFS({book.places[name]},{of_year},{get_column_letter(column)}${HEAD})"
            page.formula(row, column, formula, value, "money", "total_link" if total else "link")
        whole = f"=SUM({page.span(row, span[0], row, span[1], False)})"
        page.formula(row, TOTAL, whole, sum(by_year), "money", "total" if total else "calc")
        book.places[f"year_{name}"] = page.address(row, TOTAL)
        row += 1
    page.text(row, 1, "Cash after tax, summed up")
    page.text(row, 2, book.money_unit, "unit")
    for column, value in enumerate(accumulate(by_year), FIRST):
        before = f"{get_column_letter(column - 1)}{row}+" if column > FIRST else ""
        page.formula(row, column, f"={before}{get_column_letter(column)}{row - 1}", value, "money")
