"""Sheet Fair value: what a disclosure in the style of IFRS 13, level 3, is made of."""

from __future__ import annotations

from valuation.report import fair_value_words as words
from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import is_currency, plain_kind
from valuation.report.excel.fair_value_change import write_reconciliation
from valuation.report.numbers import percent
from valuation.report.ranged_inputs import RangedInput

SHEET = "Fair value"
LAST = 10
MOST = 10
"""Inputs that are listed one by one; the sheet is to stay within two pages."""
NAMED = 8
"""Further ones that are named; all stand on Assumptions."""


def write_fair_value(book: Book) -> None:
    """Fill the sheet."""
    page = book.page(SHEET)
    page.title(
        "Fair value: disclosure",
        "In the style of IFRS 13 for a measurement of level 3. What each part means stands in docs/disclosure.md.",
        LAST,
    )
    page.repeat("A4", "1:1")
    row = _measure(book, page, 4)
    row = _technique(book, page, row + 1)
    row = _inputs(book, page, row + 1)
    row = _rates(book, page, row + 1)
    row = _day_one(book, page, row + 1)
    row = write_reconciliation(book, page, row + 1, LAST)
    page.sheet.print_area = f"A1:J{row - 1}"
    if book.tables.previous is None:
        page.sheet.page_setup.fitToHeight = 1  # the reconciliation is one line, which would take a page


def _measure(book: Book, page: Page, row: int) -> int:
    tables = book.tables
    page.band(row, "The measure", LAST)
    row = page.block(row + 1, 1, LAST, words.measure(tables))
    npv = tables.npv
    page.text(row, 1, "Fair value as measured: mean NPV after tax", "total_text")
    page.text(row, 2, book.money_unit, "total_text")
    mean = npv.mean or 0.0
    if place := book.places.get("mean:npv"):
        page.formula(row, 3, f"={place}", mean, "money", "total")
    else:
        page.number(row, 3, mean, "money", "total_engine")
    book.places["fair_value"] = page.address(row, 3)
    facts: list[tuple[str, float | None]] = [("± standard error, as so many paths were drawn", npv.se)]
    if (drawn := tables.parameter_uncertainty) is not None:
        facts.append(("st. dev. of the mean as parameters are estimates", drawn.sd_of_means))
    facts.append(("Base case: every factor as expected, no event", tables.base.npv))
    facts += [(f"P{p}: {p} % of the paths lie below", getattr(npv, f"p{p}")) for p in (5, 25, 50, 75, 95)]
    for row, (label, value) in enumerate(facts, row + 1):  # noqa: B020 - the row goes on
        page.text(row, 1, label)
        page.text(row, 2, book.money_unit, "unit")
        page.number(row, 3, value, "money")
    return page.block(row + 1, 1, LAST, words.JUDGEMENT, "note")


def _technique(book: Book, page: Page, row: int) -> int:
    page.band(row, "Technique, and level of the hierarchy", LAST)
    row = page.block(row + 1, 1, LAST, words.technique(book.tables))
    return page.block(row, 1, LAST, words.level(book.tables))


def _inputs(book: Book, page: Page, row: int) -> int:
    """Unobservable inputs with their ranges and what the ends do to the base NPV; the row after them."""
    tables = book.tables
    page.band(row, "Unobservable inputs with reasonably possible alternatives, and the sensitivity to them", LAST)
    money = book.money_unit
    changes = (f"Change of base NPV at low [{money}]", f"at high [{money}]")
    page.heads(row + 1, ("Input", "Unit", "Value", "Low", "High", *changes, "It goes", "Status", "Source"))
    at = row + 1
    found = words.unobservable(tables)
    shown = [one for one in found if one.swing(tables.base.npv)][:MOST] or list(found[:MOST])
    for one in shown:
        at += 1
        _input(book, page, at, one)
    if not found:
        at += 1
        page.text(at, 1, "The contract file states no range of an input that is no fact.", "note")
    more = ""
    if len(found) > len(shown):
        rest = [one.label for one in found[len(shown) :]]
        named = "; ".join(rest[:NAMED]) + (f"; and {len(rest) - NAMED} more" if len(rest) > NAMED else "")
        more = f"With smaller effects, or none in the base case: {named}. "
    return page.block(at + 1, 1, LAST, more + words.ON_BASE, "note")


def _input(book: Book, page: Page, row: int, one: RangedInput) -> None:
    npv = book.tables.base.npv
    page.text(row, 1, one.label, "wrap")
    page.raise_row(row, one.label, page.width(1))
    page.text(row, 2, "%" if one.unit == "%/year" else one.unit, "unit")
    for column, value in ((3, one.value), (4, one.low), (5, one.high)):
        if isinstance(value, str):
            page.text(row, column, value, "engine")
        else:
            page.number(row, column, float(value), _kind(one.unit, float(value)))
    for column, change in zip((6, 7), one.changes(npv), strict=True):
        page.number(row, column, change, "money")
    texts = (words.relation(one, npv), one.status or "not stated", one.source)
    for column, text in zip((8, 9, 10), texts, strict=True):
        page.text(row, column, text, "wrap_indent")
        page.raise_row(row, text, page.width(column) - 1.0)


def _kind(unit: str, value: float) -> str:
    if unit.startswith("%"):
        return "fine_share"
    return "count" if is_currency(unit) else plain_kind(value)


def _rates(book: Book, page: Page, row: int) -> int:
    """NPV at other discount rates, base case and mean; the row after it."""
    rows = book.tables.npv_by_rate
    if not rows:
        return row
    page.band(row, "Sensitivity to the discount rate", LAST)
    page.heads(row + 1, ("Discount rate", "Unit", *(percent(one.rate) for one in rows[: LAST - 2])))
    for offset, (label, name) in enumerate((("Base case", "base_npv"), ("Mean", "mean_npv")), 2):
        page.text(row + offset, 1, f"NPV after tax, {label.lower()}")
        page.text(row + offset, 2, book.money_unit, "unit")
        for column, one in enumerate(rows[: LAST - 2], 3):
            page.number(row + offset, column, getattr(one, name), "money")
    return row + 4


def _day_one(book: Book, page: Page, row: int) -> int:
    """Fair value less the transaction price, where the file states one; the row after it."""
    page.band(row, "Day-one difference", LAST)
    paid = book.tables.transaction_price
    if paid is None:
        text = (
            "Transaction price: not stated. State it in the contract file, fair_value: {PARTY: {transaction_price: …}}"
            ", where the party paid or received one (0 for a contract entered into at no cost)."
        )
        return page.block(row + 1, 1, LAST, text, "note")
    day = f" on {paid.day.isoformat()}" if paid.day else ""
    page.text(row + 1, 1, "Fair value as measured")
    page.text(row + 2, 1, f"less transaction price paid{day}")
    page.text(row + 3, 1, "Difference", "total_text")
    mean = book.tables.npv.mean or 0.0
    page.formula(row + 1, 3, f"={page.address(*_cell(book), False)}", mean, "money")
    page.number(row + 2, 3, paid.amount, "money")
    top, below = (page.address(row + offset, 3, False) for offset in (1, 2))
    page.formula(row + 3, 3, f"={top}-{below}", mean - paid.amount, "money", "total")
    for offset in (1, 2, 3):
        page.text(row + offset, 2, book.money_unit, "total_text" if offset == 3 else "unit")
    said = "; ".join(text for text in (paid.status, paid.source, paid.note) if text)
    page.text(row + 2, 4, said, "note")
    measured, when = book.tables.deal.valuation, ""
    if paid.day and paid.day != measured:
        when = (
            f"The transaction was on {paid.day.isoformat()}, the measurement is of {measured.isoformat()}: part of the "
            "difference arose in between. "
        )
    return page.block(row + 4, 1, LAST, when + words.POLICY, "note")


def _cell(book: Book) -> tuple[int, int]:
    """Row and column of the measure on this sheet."""
    _, _, cell = book.places["fair_value"].partition("!")
    return int(cell.rpartition("$")[2]), 3
