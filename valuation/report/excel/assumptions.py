"""Sheet Assumptions: the terms of the valuation, then every number of the contract file with where it comes from."""

from __future__ import annotations

from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import plain_kind, serial
from valuation.tables import Assumption, Tables

COLUMNS = ("Item", "Value", "Unit", "Status", "Source", "Low", "High", "Note", "Path in the contract file")
LAST = len(COLUMNS)
LIVE = {"rate": "in_discount_rate", "valuation": "in_valuation_date"}
"""Defined names of the inputs that the formulas of the workbook read."""


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
    above = {one.path for one in terms_stated(book.tables).values()} | {"dates.start", "measure"}
    for assumption in (one for one in book.tables.assumptions if one.path not in above):
        if assumption.section != section:
            section = assumption.section
            page.band(row, section, LAST)
            row += 1
        _assumption(page, row, assumption)
        row += 1


def terms_stated(tables: Tables) -> dict[str, Assumption]:
    """The assumptions that stand among the terms of the valuation, where they are shown once."""
    of_view = f"discount_rate.{tables.deal.view}"
    keys = {
        "discount_rate": "rate",
        of_view: "rate",
        "dates.valuation": "valuation",
        "market.risk_free": "risk_free",
        "hurdle_rate": "hurdle",
    }
    found = {keys[one.path]: one for one in tables.assumptions if one.path in keys}
    return {key: one for key, one in found.items() if not isinstance(one.value, str) or key == "valuation"}


def _terms(book: Book, page: Page, row: int) -> int:
    deal = book.tables.deal
    page.band(row, "Terms of the valuation", LAST)
    row += 1
    covers = ", ".join(deal.discount_includes) or "no risk that is simulated as an event"
    stated = terms_stated(book.tables)
    rows = (
        ("Discount rate", "rate", deal.discount_rate, f"{deal.discount_basis}; covers {covers}"),
        ("Valuation date", "valuation", serial(deal.valuation), "flows before it are sunk: outside every measure"),
        ("Risk-free rate", "risk_free", deal.risk_free, ""),
        ("Hurdle rate", "hurdle", deal.hurdle_rate, ""),
    )
    live: list[tuple[str, float]] = []
    for label, key, value, note in rows:
        page.text(row, 1, label)
        page.number(row, 2, value, "date" if key == "valuation" else "fine_share", "input")
        page.text(row, 3, "date" if key == "valuation" else "a year", "unit")
        found = stated.get(key)
        said = "; ".join(text for text in (note, found.note if found else "") if text)
        if found:
            page.text(row, 4, found.status, "unit")
            page.text(row, 5, found.source, "wrap")
            for column, bound in ((6, found.low), (7, found.high)):
                if bound is not None:
                    page.number(row, column, bound, "date" if key == "valuation" else "fine_share")
            page.text(row, 9, found.path, "note")
        page.text(row, 8, said, "wrap_indent")
        page.raise_row(row, said, page.width(8))
        if key in LIVE:
            book.define(LIVE[key], page.sheet.title, row, 2)
            live.append((page.address(row, 2, False), float(value or 0.0)))
        row += 1
    page.text(row, 1, "Live inputs as in the run")
    same = ",".join(f"ABS({cell}-{value!r})<0.000000000001" for cell, value in live)
    page.formula(row, 2, f"=IF(AND({same}),1,0)", 1.0, "year")
    page.text(row, 8, "1 = yes; 0 = the pages of the simulation show the run as generated", "wrap_indent")
    book.define("inputs_as_run", page.sheet.title, row, 2)
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
