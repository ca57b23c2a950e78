"""Sheet Tax: by calendar year, the tax as if there were no debt and the tax that is paid with it, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cash_flow import FIRST as FIRST_OF_CASH_FLOW
from valuation.report.excel.cash_flow import shown_years
from valuation.report.excel.cells import size, size_formula
from valuation.report.excel.line_values import has_total
from valuation.tables import Line

TOTAL, FIRST = 3, 4
HEAD = 4
_ASSESSED = ("tax.assessed", "levered_tax.assessed")
_PROFIT = ("accounts.taxable", "levered_tax.profit_of_year")


@dataclass
class _Sheet:
    """The sheet while it is filled: the next row, the years, and the numbers of rows that others are made of."""

    book: Book
    page: Page
    years: Sequence[int]
    row: int = HEAD + 1
    numbers: dict[int, list[float]] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return FIRST + len(self.years) - 1

    def band(self, text: str) -> None:
        self.page.band(self.row, text, self.last)
        self.row += 1

    def linked(self, line: Line, label: str = "", total: bool = False, turned: bool = False) -> int:
        """A line of Cash flow by year, ``turned`` with the other sign; its row."""
        sign = "-" if turned else ""
        addresses = [self.book.places.get(f"year:{line.name}:{year}") for year in self.years]
        cells = [f"={sign}{address}" if address else "" for address in addresses]
        values = [(-1.0 if turned else 1.0) * value for value in self.values(line)]
        return self.write(label or line.label, cells, values, total, has_total(line), "link")

    def values(self, line: Line) -> list[float]:
        """What Cash flow shows of a line by year; 0 in a year after its last month."""
        addresses = [self.book.places.get(f"year:{line.name}:{year}") for year in self.years]
        return [self.read(address) if address else 0.0 for address in addresses]

    def read(self, address: str) -> float:
        """What a cell of another sheet works out to."""
        sheet, _, cell = address.rpartition("!")
        found = self.book.values[sheet.strip("'"), cell.replace("$", "")]
        return float(found)

    def worked_out(self, label: str, parts: Sequence[tuple[int, int]], total: bool = True) -> int:
        """The sum of rows above, each with its sign."""
        cells, values = [], []
        for place in range(len(self.years)):
            letter = get_column_letter(FIRST + place)
            text = "".join(f"{'+' if sign > 0 else '-'}{letter}{row}" for sign, row in parts)
            cells.append(f"={text.removeprefix('+')}")
            values.append(sum(sign * self.numbers[row][place] for sign, row in parts))
        return self.write(label, cells, values, total, True, "calc")

    def write(
        self, label: str, cells: Sequence[str], values: list[float], total: bool, summed: bool, style: str
    ) -> int:
        page, row, self.row = self.page, self.row, self.row + 1
        text, number = ("total_text", "total_link" if style == "link" else "total") if total else ("text", style)
        page.text(row, 1, label, text)
        page.text(row, 2, self.book.money_unit, "total_text" if total else "unit")
        for column, (formula, value) in enumerate(zip(cells, values, strict=True), FIRST):
            if formula:
                page.formula(row, column, formula, value, "money", number)
            else:
                page.text(row, column, "-", "missing")
        if summed:
            span = page.span(row, FIRST, row, self.last, False)
            page.formula(row, TOTAL, f"=SUM({span})", sum(values), "money", "total" if total else "calc")
        else:
            page.text(row, TOTAL, "", "total_text" if total else "text")
        self.numbers[row] = values
        return row


def write_tax(book: Book) -> None:
    """Fill the sheet where there is a financing."""
    if book.tables.financing is None:
        return
    page, years = book.page("Tax"), shown_years(book)
    sheet, deal = _Sheet(book, page, years), book.tables.deal
    page.title(
        "Tax",
        f"Base case by calendar year, {book.money_unit}, {deal.price_basis}; what leaves the {deal.view} is in "
        "brackets. The project's own value carries the tax as if there were no debt; lenders and owners see the tax "
        "that is paid, with interest and fees deducted. Assessed = in the last month of the tax year.",
        min(sheet.last, 14),
    )
    page.heads(HEAD, ("By calendar year", "Unit", "Total"))
    for column, year in enumerate(years, FIRST):
        page.number(HEAD, column, float(year), "year", "head")
    page.repeat(f"{get_column_letter(FIRST)}{HEAD + 1}", f"{HEAD}:{HEAD}")
    lines = {line.name: line for line in book.lines}
    if "accounts.taxable" not in lines:
        page.text(HEAD + 1, 1, f"Nothing of the {deal.view} is taxed.", "note")
        return
    sheet.band("As if there were no debt: in the project's NPV and IRR")
    profit = _profit(sheet, lines)
    without = _assessment(sheet, lines, "tax.", profit)
    _paid(sheet, "Tax paid, by the year of its payment")
    sheet.row += 1
    sheet.band("With the debt: in CFADS and in the owners' NPV and IRR")
    before = sheet.worked_out("Taxable profit before interest", [(1, profit)], total=False)
    with_debt = _assessment(sheet, lines, "levered_tax.", _after_interest(sheet, lines, before))
    if (paid := lines.get("financing.tax_paid")) is not None:
        sheet.linked(paid, "Tax paid, by the year of its payment")
    if without or with_debt:
        sheet.row += 1
        sheet.band("What the debt saves")
        parts = [(sign, row) for sign, row in ((1, with_debt), (-1, without)) if row]
        sheet.worked_out("Tax assessed less because interest is deducted", parts)
    if not _by_calendar_year(sheet, lines):
        text = "The tax year is not the calendar year: what is assessed does not follow from the profit of its column."
        page.wrapped(sheet.row + 1, 1, min(sheet.last, 14), text, "note")


def _profit(sheet: _Sheet, lines: dict[str, Line]) -> int:
    """The taxable profit before interest, from its parts where Cash flow shows them."""
    whole, parts = lines["accounts.taxable"], []
    for part in whole.parts:
        name, sign = part.removeprefix("-"), -1 if part.startswith("-") else 1
        if name in lines:
            # Cash flow shows what leaves the view as negative already.
            weight = whole.sign * sign * lines[name].sign
            parts.append((1, sheet.linked(lines[name], turned=weight < 0)))
    if not parts:
        return sheet.linked(whole, total=True)
    row = sheet.worked_out("Taxable profit before interest", parts)
    _adds_up(sheet, row, whole)
    return row


def _adds_up(sheet: _Sheet, row: int, line: Line) -> None:
    """A check that a row is a line of Cash flow."""
    total = sheet.book.places.get(f"year_total:{line.name}")
    if total is None:
        return
    page, values = sheet.page, sheet.numbers[row]
    residual = round((sum(values) - sheet.read(total)) / size(values), 12) + 0.0
    span = page.span(row, FIRST, row, sheet.last)
    formula = f"=ROUND(({page.address(row, TOTAL)}-{total})/{size_formula(span)},12)"
    sheet.book.checks.append(CheckRow(f"Tax: {line.label.lower()} is the sum of its parts", formula, residual, 1e-9))


def _after_interest(sheet: _Sheet, lines: dict[str, Line], before: int) -> int:
    """The profit after the interest that is deducted; its row.

    Where a limit keeps some interest from being deducted, the profit is the engine's, and what was deducted follows.
    """
    interest, profit = lines.get("financing.interest_for_tax"), lines.get("levered_tax.profit_of_year")
    if interest is None:
        return before
    label = "Interest and fees of the year"
    borne = sheet.linked(interest, label, turned=interest.sign > 0)
    all_of_it = [a + b for a, b in zip(sheet.numbers[before], sheet.numbers[borne], strict=True)]
    if profit is None or not _by_calendar_year(sheet, lines) or _same(sheet.values(profit), all_of_it):
        return sheet.worked_out("Taxable profit", [(1, before), (1, borne)])
    after = sheet.linked(profit, "Taxable profit, with what may be deducted", total=True)
    sheet.worked_out("of which interest and fees deducted", [(1, after), (-1, before)], total=False)
    return after


def _same(some: Sequence[float], others: Sequence[float]) -> bool:
    return all(abs(a - b) <= 1e-9 * size(others) for a, b in zip(some, others, strict=True))


def _by_calendar_year(sheet: _Sheet, lines: dict[str, Line]) -> bool:
    """Whether what is assessed is assessed in December."""
    assessed = [lines[name] for name in _ASSESSED if name in lines]
    ends = sheet.book.month_ends
    return all(end.month == 12 for line in assessed for end, value in zip(ends, line.values, strict=True) if value)


def _assessment(sheet: _Sheet, lines: dict[str, Line], prefix: str, profit: int) -> int:
    """The rows of an assessment in the order of the plan; the row of the tax, 0 where none is assessed."""
    found, used = 0, f"{prefix}losses_used"
    for line in lines.values():
        if not line.name.startswith(prefix) or line.name in _PROFIT or sheet.book.kind_of(line.unit) != "money":
            continue
        row = sheet.linked(line, line.label.removesuffix(", after interest"), total=line.name in _ASSESSED)
        if line.name == used:
            sheet.worked_out("Taxable profit less losses used", [(1, profit), (-1, row)], total=False)
        if line.name in _ASSESSED:
            found = row
    if not found:
        sheet.page.text(sheet.row, 1, "No tax is assessed in the base case.", "note")
        sheet.row += 1
    return found


def _paid(sheet: _Sheet, label: str) -> None:
    """What Cash flow shows as paid."""
    address = sheet.book.places["year_base_tax"]
    row = address.rpartition("$")[2]
    letters = [get_column_letter(FIRST_OF_CASH_FLOW + place) for place in range(len(sheet.years))]
    cells = [f"='Cash flow'!${letter}${row}" for letter in letters]
    sheet.write(label, cells, [sheet.read(cell.removeprefix("=")) for cell in cells], False, True, "link")
