"""Table of page one on the parties: what the contract is worth to each, and what their transfers sum to."""

from __future__ import annotations

from valuation.report.excel.book import Book, Page
from valuation.report.excel.summary_deal import some_mean
from valuation.report.excel.summary_words import LEFT
from valuation.report.summary_sides import about_sides, side_words, transfers_sum


def write_sides(book: Book, page: Page, row: int) -> int:
    """A row a party, each at its own discount rate; the row after it."""
    parties, transfers = book.tables.parties, book.tables.transfers
    if not parties or transfers is None:
        return row
    page.heads(row, ("Each side", "Unit", "Base NPV", "Rate", some_mean(book, transfers.paths), "± s.e."))
    page.heads(row, [""] * (LEFT - 6), 7)
    page.text(row, 8, "What it does in this file", "head")
    page.sheet.merge_cells(start_row=row, end_row=row, start_column=8, end_column=LEFT)
    for one in parties:
        row += 1
        text, number = ("total_text", "total_engine") if one.is_view else ("text", "engine")
        page.text(row, 1, f"{one.party} (this run)" if one.is_view else one.party, text)
        page.text(row, 2, book.money_unit, text if one.is_view else "unit")
        page.number(row, 3, one.npv_base, "money", number)
        page.number(row, 4, one.discount_rate, "share", number)
        page.number(row, 5, one.npv_mean, "money", number)
        page.number(row, 6, one.npv_se, "money", number)
        page.text(row, 7, "", text)
        page.wrapped(row, 8, LEFT, side_words(one), "wrap_indent")
    text = f"{about_sides(book.tables)} {transfers_sum(transfers, book.scale, book.money_unit)}"
    page.wrapped(row + 1, 1, LEFT, text, "note")
    return row + 2
