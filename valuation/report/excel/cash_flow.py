"""Sheet Cash flow: the base case by calendar year, rolled up by formula, with NPV and IRR worked out there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from openpyxl.utils import get_column_letter

from valuation import timeline
from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import is_currency
from valuation.report.excel.line_values import has_total, shown
from valuation.report.excel.live.sheets import NEVER, SPARE
from valuation.report.excel.results import RESULT_ROWS, write_results
from valuation.tables import Line
from valuation.tables.live import DAYS_COUNTED

TOTAL, FIRST = 3, 4
HEAD = 6 + RESULT_ROWS


def write_cash_flow(book: Book) -> None:
    """Fill the sheet; ``places`` gets ``year_total:<line>``, ``year:<line>:<year>`` and ``year_base_net``."""
    tables, page = book.tables, book.page("Cash flow")
    deal = tables.deal
    years = shown_years(book)
    last = FIRST + len(years) - 1
    basis = f"{deal.price_basis}, unlevered{'' if tables.financing is None else ' but for what the financing brings'}"
    page.title(
        "Cash flow, base case by year",
        f"{book.money_unit}, {basis}, as earned, below as paid; what leaves the {deal.view} is "
        "in brackets. Base case = every factor at its expected value, no event: not the mean of the simulation. It "
        "follows the inputs on Assumptions; years in grey are spare.",
        min(last, 14),
    )
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
    bottom = _cash(book, page, row + 1, years)
    write_results(book, page, 4)
    lines = book.live.lines
    standing = {line.label for line in lines if any(line.values)}
    if empty := [line.label for line in lines if not any(line.values) and line.label not in standing]:
        text = f"0 in every month of the run, so only on Model: {', '.join(dict.fromkeys(empty))}."
        page.wrapped(bottom + 1, 1, min(last, 14), text, "note")
    _spare(book, page, years, bottom)


def _spare(book: Book, page: Page, years: Sequence[int], bottom: int) -> None:
    """Years in which the run has neither flows nor months in grey, those behind the last one off the paper."""
    paying = paying_years(book)
    for column, year in enumerate(years, FIRST):
        letter = get_column_letter(column)
        if year not in paying:
            page.coloured(f"{letter}{HEAD + 1}:{letter}{bottom}", "TRUE", SPARE)
    last = max(FIRST + years.index(paying[-1]), 14)
    page.sheet.print_area = f"A1:{get_column_letter(last)}{bottom + 2}"


def shown_years(book: Book) -> list[int]:
    """Calendar years of all months, the spare ones included, and those behind them in which their tax may be paid."""
    live = book.live
    paid = (max(live.values.series(day, live.plan.months)) for day in live.paid)
    ends = book.month_ends[1:-1]  # nothing stands in the outermost months
    last = max([ends[-1].year, *(timeline.date_of(day).year for day in paid if 0.0 < day < NEVER)])
    return list(range(ends[0].year, last + 1))


def paying_years(book: Book) -> list[int]:
    """Calendar years of the run, without those at its end in which no line has a value and nothing is paid."""
    tables, flows = book.tables, book.tables.flows
    years = sorted({day.year for day in (*tables.month_ends, *flows.dates)})
    amounts = zip(flows.base_pre_tax, flows.base_tax, flows.mean_pre_tax, flows.mean_tax, strict=True)
    busy = {day.year for day, paid in zip(flows.dates, amounts, strict=True) if any(paid)}
    for line in book.lines:
        if line.roll == "sum" and is_currency(line.unit):
            busy |= {day.year for day, value in zip(book.month_ends, line.values, strict=True) if value}
    return [year for year in years if year <= max(busy, default=years[-1])]


def _line(book: Book, page: Page, row: int, line: Line, years: Sequence[int]) -> None:
    kind = book.kind_of(line.unit)
    style = "total_link" if line.total else "link"
    page.text(row, 1, line.label + (f" ({line.note})" if line.note else ""), "total_text" if line.total else "text")
    page.text(
        row, 2, book.scale.unit(line.unit) if kind == "money" else line.unit, "total_text" if line.total else "unit"
    )
    months, values = book.month_ends, shown(line)
    cells, of_year, lengths = (book.places[key] for key in (f"month:{line.name}", "month_years", "month_days"))
    sign = "-" if line.sign < 0 else ""
    weights = f"SUMPRODUCT(({of_year}={{year}})*{lengths})"
    rolls: dict[str, tuple[str, Callable[[Sequence[float], Sequence[float]], float]]] = {
        "sum": (f"={sign}SUMPRODUCT(({of_year}={{year}})*{cells})", lambda inside, _: sum(inside)),
        "end": (
            f"={sign}INDEX({cells},MATCH({{year}},{of_year},1))",
            lambda inside, _: inside[-1] if inside else values[-1],
        ),
        "mean": (  # by days, as prices are quoted; spare months do not count
            f"=IF({weights}=0,0,{sign}SUMPRODUCT(({of_year}={{year}})*{cells}*{lengths})/{weights})",
            lambda inside, days: (
                sum(a * b for a, b in zip(inside, days, strict=True)) / sum(days) if sum(days) else 0.0
            ),
        ),
    }
    if line.roll not in rolls:
        return
    formula, roll = rolls[line.roll]
    rolled = []
    counted = book.live.values.month[DAYS_COUNTED]
    for column, year in enumerate(years, FIRST):
        inside = [value for day, value in zip(months, values, strict=True) if day.year == year]
        days = [count for day, count in zip(months, counted, strict=True) if day.year == year]
        rolled.append(roll(inside, days) + 0.0)
        head = f"{get_column_letter(column)}${HEAD}"
        page.formula(row, column, formula.format(year=head), rolled[-1], kind, style)
        book.places[f"year:{line.name}:{year}"] = page.address(row, column)
    if line.roll == "sum" and has_total(line):
        total = f"=SUM({page.span(row, FIRST, row, FIRST + len(years) - 1, False)})"
        page.formula(row, TOTAL, total, sum(rolled), kind, "total" if line.total else "calc")
        book.places[f"year_total:{line.name}"] = page.address(row, TOTAL)
    elif line.total:
        page.text(row, TOTAL, "", "total_text")


def _cash(book: Book, page: Page, row: int, years: Sequence[int]) -> int:
    """Cash by year of payment; the row after it."""
    flows = book.tables.flows
    of_year = book.places["base_years"]
    rows = (
        ("Cash before tax", "base", flows.base_pre_tax, False),
        ("Tax paid", "base_tax", flows.base_tax, False),
        (
            "Cash after tax",
            "base_net",
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
            formula = f"=SUMPRODUCT(({of_year}={get_column_letter(column)}${HEAD})*{book.places[name]})"
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
    if book.tables.deal.year_count != "days":
        row = _counted(book, page, row, years)
    return row + 1


def _counted(book: Book, page: Page, row: int, years: Sequence[int]) -> int:
    """Where flows count at year ends: those from the valuation date on, which IRR takes; ``places`` gets
    ``irr_flows:<series>``."""
    deal = book.tables.deal
    for key, label in (("base_net", "after tax"), ("base", "before tax")):
        row += 1
        source = int(book.places[f"year_{key}"].rpartition("$")[2])
        page.text(row, 1, f"Cash {label} from the valuation date on")
        page.text(row, 2, book.money_unit, "unit")
        for column, year in enumerate(years, FIRST):
            letter = get_column_letter(column)
            stored = float(book.values[page.sheet.title, f"{letter}{source}"])
            value = stored if year >= deal.valuation.year else 0.0
            formula = f"=IF({letter}${HEAD}<YEAR(in_valuation_date),0,{letter}{source})"
            page.formula(row, column, formula, value, "money", "link")
        book.places[f"irr_flows:{key}"] = page.span(row, FIRST, row, FIRST + len(years) - 1)
    return row
