"""Sheet Assumptions: the terms of the valuation, then every number of the contract file with where it comes from."""

from __future__ import annotations

from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import plain_kind, serial
from valuation.tables import Assumption

COLUMNS = ("Item", "Value", "Unit", "Status", "Source", "Low", "High", "Note", "Path in the contract file")
LAST = len(COLUMNS)


def write_assumptions(book: Book) -> None:
    """Fill the sheet and name the two inputs that the formulas of the workbook read."""
    page = book.page("Assumptions")
    page.title(
        "Assumptions",
        "Blue on yellow = as the contract file says. The discount rate and the valuation date are live: NPV and IRR on "
        "Cash flow follow them. Everything else is a record: for another value run valuate again (see Run).",
        LAST,
    )
    page.heads(4, COLUMNS)
    page.repeat("C5", "4:4")
    row = _terms(book, page, 5)
    section = None
    for assumption in book.tables.assumptions:
        if assumption.section != section:
            section = assumption.section
            page.band(row, section, LAST)
            row += 1
        _assumption(page, row, assumption)
        row += 1


def _terms(book: Book, page: Page, row: int) -> int:
    deal = book.tables.deal
    page.band(row, "Terms of the valuation", LAST)
    row += 1
    page.text(row, 1, "Discount rate")
    page.number(row, 2, deal.discount_rate, "fine_share", "input")
    page.text(row, 3, "a year", "unit")
    covers = ", ".join(deal.discount_includes) or "no risk that is simulated as an event"
    page.text(row, 8, f"{deal.discount_basis}; covers {covers}", "wrap_indent")
    page.raise_row(row, f"{deal.discount_basis}; covers {covers}", page.width(8))
    book.define("in_discount_rate", page.sheet.title, row, 2)
    book.places["discount_rate"] = page.address(row, 2)
    page.text(row + 1, 1, "Valuation date")
    page.number(row + 1, 2, serial(deal.valuation), "date", "input")
    page.text(row + 1, 8, "flows before it are sunk: outside NPV, IRR, payback and margin", "wrap_indent")
    book.define("in_valuation_date", page.sheet.title, row + 1, 2)
    book.places["valuation_date"] = page.address(row + 1, 2)
    row += 2
    for label, rate in (("Risk-free rate", deal.risk_free), ("Hurdle rate", deal.hurdle_rate)):
        page.text(row, 1, label)
        page.number(row, 2, rate, "fine_share", "input")
        page.text(row, 3, "a year", "unit")
        row += 1
    for label, day in (("Start of the term", deal.start), ("Last day of the term", deal.end)):
        page.text(row, 1, label)
        page.day(row, 2, day, "input")
        row += 1
    words = {
        "Stage": deal.stage,
        "Seen from": deal.view,
        "Currency": deal.currency,
        "Price basis": deal.price_basis,
        "Measure": deal.measure,
        "Scenario": book.tables.audit.scenario or "none",
        **{f"Party: {role}": name for role, name in deal.parties.items()},
        **{f"Changed by --set ({n})": text for n, text in enumerate(book.tables.audit.overrides, 1)},
    }
    for label, text in words.items():
        page.text(row, 1, label)
        page.text(row, 2, text, "input_text")
        page.sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=5)
        row += 1
    return row


def _assumption(page: Page, row: int, assumption: Assumption) -> None:
    share, dated = assumption.unit.startswith("%"), assumption.unit == "date"
    page.text(row, 1, assumption.label, "wrap")
    if isinstance(assumption.value, str):
        page.text(row, 2, assumption.value, "input_text")
    else:
        page.number(row, 2, assumption.value, "fine_share" if share else plain_kind(assumption.value), "input")
    page.texts(row, 3, (assumption.unit, assumption.status), "unit")
    page.text(row, 5, assumption.source, "wrap")
    for column, bound in ((6, assumption.low), (7, assumption.high)):
        if bound is not None:
            page.number(row, column, bound, "fine_share" if share else "date" if dated else plain_kind(bound))
    page.text(row, 8, assumption.note, "wrap_indent")
    page.text(row, 9, assumption.path, "note")
    for column, text in ((1, assumption.label), (5, assumption.source), (8, assumption.note), (9, assumption.path)):
        page.raise_row(row, text, page.width(column))
    if isinstance(assumption.value, str):
        page.raise_row(row, assumption.value, page.width(2))
