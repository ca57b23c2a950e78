"""Sheet Financing: the lender's page, on one sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence

from valuation.report.excel import charts
from valuation.report.excel.as_run import grey_as_run
from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import size
from valuation.report.excel.cover import COVER, cover_chart, service_chart, write_cover
from valuation.report.excel.distributions import PERCENTILES
from valuation.report.excel.financing_live import live_measure
from valuation.report.excel.financing_measures import FinancingMeasure, financing_measures
from valuation.report.excel.financing_words import about_financing, about_sizes, sized_by_words
from valuation.report.financing_words import REPAYMENTS, chances, loan_title, sized
from valuation.report.numbers import percent
from valuation.report.text import one_line
from valuation.tables import FinancingTable, SourceOrUse

LEFT, LAST = 11, 22
"""Last column of the tables to the left, and of the page."""
_CHART_ROWS = 22
_RESIDUAL = 1e-9
"""Largest change of an amount in the last round of sizing, as a share of the need, that counts as agreement."""


def write_financing(book: Book) -> None:
    """Fill the page where there is a financing; ``places`` gets ``base:<measure>``."""
    table = book.tables.financing
    if table is None:
        return
    page = book.page("Financing")
    deal = book.tables.deal
    page.title(
        f"Financing: {one_line(deal.name)}", about_financing(table, deal.view, deal.price_basis != "nominal"), LAST
    )
    row = _loans(book, page, table, 4)
    top = row + 1
    left = _sources_and_uses(book, page, table, top)
    left = _measures(book, page, table, left + 1)
    left = _chances(book, page, table, left + 1)
    right = write_cover(book, page, table, top)
    row = _cases(book, page, table, max(left, right) + 1)
    row = _charts(book, page, table, row + 1)
    _solved(book, page, table, row)
    for columns in ((1, COVER - 1), (COVER, LAST)):
        grey_as_run(book, page, (4, row), columns)
    page.sheet.print_area = f"A1:V{row}"
    page.sheet.freeze_panes = "A4"


def _loans(book: Book, page: Page, table: FinancingTable, row: int) -> int:
    """A row a loan, over the whole page; the row after them."""
    heads = ("Loans", "Unit", "Amount", "Share of the need", "First rate", "Repayment", "Tenor [months]")
    page.heads(row, (*heads, "Grace [months]", "Sized by", "Cash carries", "Interest over life"))
    _wide_head(page, row, COVER, LAST, "What set the size; need = uses less grants")
    first = row + 1
    for loan in table.loans:
        row += 1
        page.text(row, 1, loan_title(loan), "wrap")
        page.raise_row(row, loan_title(loan), page.width(1))
        page.text(row, 2, book.money_unit, "unit")
        page.number(row, 3, loan.amount, "money")
        page.number(row, 4, loan.part_of_need, "share")
        page.number(row, 5, loan.first_rate, "fine_share")
        page.text(row, 6, REPAYMENTS[loan.repayment], "wrap_indent")
        page.raise_row(row, REPAYMENTS[loan.repayment], page.width(6) - 2)
        page.number(row, 7, float(loan.tenor_months), "plain_0")
        page.number(row, 8, float(loan.grace_months), "plain_0")
        page.text(row, 9, sized_by_words(loan.sized_by), "wrap_indent")
        page.raise_row(row, sized_by_words(loan.sized_by), page.width(9) - 2)
        if loan.carried is not None:
            page.number(row, 10, loan.carried, "money")
        page.number(row, 11, loan.interest, "money")
        page.wrapped(row, COVER, LAST, sized(loan, book.scale, book.currency), "wrap_indent")
    if not table.loans:
        page.text(row + 1, 1, "No loan: the owners pay for all of it.", "note")
        return row + 2
    row += 1
    page.texts(row, 1, ("All loans", book.money_unit, *[""] * (LEFT - 2)), "total_text")
    for column, kind, values in (
        (3, "money", [loan.amount for loan in table.loans]),
        (4, "share", [loan.part_of_need for loan in table.loans]),
        (11, "money", [loan.interest for loan in table.loans]),
    ):
        cells = page.span(first, column, row - 1, column, False)
        page.formula(row, column, f"=SUM({cells})", sum(values), kind, "total")
    return row + 1


def _sources_and_uses(book: Book, page: Page, table: FinancingTable, row: int) -> int:
    """Sources to the left, uses to the right, their totals on one row; the row after it."""
    page.heads(row, ("Sources until the completion", "Unit", "Amount", "Share", ""))
    _wide_head(page, row, 6, 8, "Uses")
    page.heads(row, ("Amount", "Share", ""), 9)
    last = row + max(len(table.sources), len(table.uses)) + 1
    _side(book, page, table.sources, (row + 1, last), (1, 1, 3))
    _side(book, page, table.uses, (row + 1, last), (6, 8, 9))
    sums = [sum(one.amount for one in side) for side in (table.sources, table.uses)]
    sources, uses = page.address(last, 3), page.address(last, 9)
    residual = round((sums[0] - sums[1]) / size(sums), 12) + 0.0
    formula = f"=ROUND(({sources}-{uses})/MAX(1,({sources}^2+{uses}^2)^0.5),12)"
    book.checks.append(CheckRow("Financing: sources = uses", formula, residual, 1e-9))
    return last + 1


def _side(
    book: Book, page: Page, lines: Sequence[SourceOrUse], rows: tuple[int, int], columns: tuple[int, int, int]
) -> None:
    """One side of the table: label, amount and share by line, its total on the last row."""
    (top, last), (label, until, amount) = rows, columns
    whole = sum(one.amount for one in lines)
    for row, one in enumerate(lines, top):
        page.wrapped(row, label, until, one.label, "wrap")
        if label == 1:
            page.text(row, 2, book.money_unit, "unit")
        page.number(row, amount, one.amount, "money")
        cells = page.address(row, amount, False), page.address(last, amount, False)
        share = one.amount / whole if whole else 0.0
        page.formula(row, amount + 1, f"=IF({cells[1]}=0,0,{cells[0]}/{cells[1]})", share, "share")
    page.texts(last, label, ("Total", *[""] * (amount - label - 1)), "total_text")
    if label == 1:
        page.text(last, 2, book.money_unit, "total_text")
    for column, kind, value in ((amount, "money", whole), (amount + 1, "share", 1.0 if whole else 0.0)):
        formula = f"=SUM({page.span(top, column, last - 1, column, False)})"
        page.formula(last, column, formula, value, kind, "total")


def _measures(book: Book, page: Page, table: FinancingTable, row: int) -> int:
    """Base case and percentiles of the lender's and the owners' measures; the row after them."""
    title = f"Key ratios; owners at {percent(table.owners.rate)}"
    page.heads(row, (title, "Unit", "Base case", "P5", "± s.e.", "P50", "± s.e.", "P95", "± s.e.", "Mean", "± s.e."))
    page.texts(
        row + 1, 1, ("exceeded with (energy lenders)", "", "", "P95", "", "P50", "", "P5", "", "", ""), "subhead"
    )
    row += 1
    for one in financing_measures(book):
        row += 1
        day = f" (as run, on {table.dscr_min_day.isoformat()})" if one.key == "dscr_min" and table.dscr_min_day else ""
        page.text(row, 1, one.label + day, "wrap")
        page.raise_row(row, one.label + day, page.width(1))
        page.text(row, 2, one.unit(book), "unit")
        formula = live_measure(book, one.key, one.base)
        if formula and one.base is not None:
            page.formula(row, 3, formula, one.base, one.kind, "link")
            _as_run(book, page, row, one.label, one.base)
        else:
            page.number(row, 3, one.base, one.kind)
        book.places[f"base:{one.key}"] = page.address(row, 3)
        if f"spread:{one.key}" in book.places:
            _spread(book, page, row, one)
    return row + 1


def _as_run(book: Book, page: Page, row: int, label: str, base: float) -> None:
    """With the inputs of the run the workbook finds what the engine found."""
    cell, size = page.address(row, 3), max(1.0, abs(base))
    formula = f"=IF(inputs_as_run=1,IF(ISNUMBER({cell}),ROUND(({cell}-({base!r}))/{size!r},7),1),0)"
    book.checks.append(CheckRow(f"{label}: workbook = engine", formula, 0.0, 1e-6))


def _spread(book: Book, page: Page, row: int, one: FinancingMeasure) -> None:
    """Percentiles, mean and standard errors from Distributions."""
    source, at = book.page("Distributions"), int(book.places[f"spread:{one.key}"])
    errors = 6 + len(PERCENTILES)
    columns = (6 + PERCENTILES.index(5), errors, 6 + PERCENTILES.index(50), errors + 1)
    for column, there in enumerate((*columns, 6 + PERCENTILES.index(95), errors + 2, 3, 4), 4):
        value = source.sheet.cell(at, there).value
        stored = float(value) if isinstance(value, int | float) else str(value)
        kind = one.se_kind if column in (5, 7, 9, 11) else one.kind
        page.formula(row, column, f"={source.address(at, there)}", stored, kind, "link")


def _chances(book: Book, page: Page, table: FinancingTable, row: int) -> int:
    """Chances to the left, the dates of the least cover to the right; the row after them."""
    page.heads(row, ("Chances over all paths", "", "", "Share", ""))
    dated = bool(table.dscr_min_months)
    _wide_head(page, row, 6, 8, "A path's least cover falls on" if dated else "")
    page.heads(row, ("Share" if dated else "", "", ""), 9)
    left = row
    for label, share in chances(table):
        left += 1
        page.wrapped(left, 1, 3, label)
        page.number(left, 4, share, "share")
    for label, amount in (("base case", table.support_base), ("mean over the paths", table.support_mean)):
        left += 1
        page.wrapped(left, 1, 3, f"Paid in then for running costs and tax, {label}")
        page.number(left, 4, amount, "money")
        page.text(left, 5, book.money_unit, "unit")
    right = row
    for day, share in table.dscr_min_months:
        right += 1
        page.day(right, 7, day)
        page.number(right, 9, share, "share")
    return max(left, right) + 1


def _wide_head(page: Page, row: int, first: int, last: int, text: str) -> None:
    """A head over several columns; left of the right half of the page the gap is filled too."""
    start = min(first, LEFT + 1) if first > LEFT else first
    page.texts(row, start, [""] * (last - start + 1), "head")
    page.text(row, first, text, "head")
    page.sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _cases(book: Book, page: Page, table: FinancingTable, row: int) -> int:
    """The lender's cases, a row each; the row after them."""
    if not table.cases:
        return row
    page.heads(
        row, ("Lender's cases", "Unit", "Minimum DSCR", "falls on", "Average DSCR", "LLCR", "PLCR", "Debt left at end")
    )
    page.heads(row, ("In default", "Owners' NPV", "Owners' IRR"), 9)
    _wide_head(page, row, COVER, LAST, "What happens: loans as sized above, no event strikes")
    for case in table.cases:
        row += 1
        name = case.name.replace("_", " ")
        page.text(row, 1, name, "wrap")
        page.raise_row(row, name, page.width(1))
        page.text(row, 2, book.money_unit, "unit")
        page.number(row, 3, case.dscr_min, "plain_2")
        if case.dscr_min_day is None:
            page.number(row, 4, None, "date")
        else:
            page.day(row, 4, case.dscr_min_day)
        for column, ratio in ((5, case.dscr_average), (6, case.llcr), (7, case.plcr)):
            page.number(row, column, ratio, "plain_2")
        page.number(row, 8, case.debt_at_end, "money")
        page.text(row, 9, "yes" if case.defaults else "no", "bad" if case.defaults else "good")
        page.number(row, 10, case.equity_npv, "money")
        page.number(row, 11, case.equity_irr, "share")
        page.wrapped(row, COVER, LAST, case.what, "wrap_indent")
    return row + 1


def _charts(book: Book, page: Page, table: FinancingTable, row: int) -> int:
    """Cover over the paths to the left, cash and debt service of the base case to the right; the row after them."""
    if not table.years and not table.schedule:
        return row
    if table.years:
        charts.place(page, cover_chart(book, page, table), f"A{row}", f"I{row + _CHART_ROWS}")
    if table.schedule:
        charts.place(page, service_chart(book, table), f"I{row}", f"W{row + _CHART_ROWS}")
    return row + _CHART_ROWS


def _solved(book: Book, page: Page, table: FinancingTable, row: int) -> None:
    """How the sizes were found, and the check of what the last round left."""
    page.wrapped(row, 1, LEFT, about_sizes(table), "note")
    page.wrapped(row, COVER, LAST - 1, "Residual of the sizing, as a share of the need", "note")
    page.number(row, LAST, table.residual, "residual")
    label = "Financing: sizes, fees, interest and tax agree (share of the need)"
    formula = f"={page.address(row, LAST)}"
    book.checks.append(CheckRow(label, formula, table.residual, _RESIDUAL))
