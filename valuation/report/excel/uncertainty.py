"""Block of sheet Distributions: the run with drawn parameters, and the parameters themselves."""

from __future__ import annotations

from functools import partial

from valuation.report.excel.book import Book, Page
from valuation.report.numbers import amount
from valuation.report.summary_uncertainty import uncertainty_words
from valuation.tables import ParameterUncertainty, UncertainParameter

HEADS = ("Parameter", "Unit", "Value", "± s.e.", "Law", "Drawn mean", "Drawn st. dev.", "Rank corr.", "Path")
LAST = 18


def write_parameters(book: Book, page: Page, row: int, found: ParameterUncertainty) -> int:
    """What the parameters do to the spread, and a row a parameter; the row after them."""
    page.text(row, 1, "P(NPV < 0), drawn", "wrap")
    page.text(row, 2, "%", "unit")
    page.number(row, 3, found.npv_negative, "share")
    page.number(row, 4, found.npv_negative_se, "fine_share")
    page.text(row + 1, 1, "Change of mean NPV", "wrap")
    page.text(row + 1, 2, book.money_unit, "unit")
    page.number(row + 1, 3, found.npv_change, "money")
    page.number(row + 1, 4, found.npv_change_se, "money")
    page.text(row + 2, 1, "Share of the variance", "wrap")
    page.text(row + 2, 2, "%", "unit")
    page.number(row + 2, 3, found.share_of_variance, "share")
    words = uncertainty_words(book.money_unit, partial(amount, scale=book.scale), found)
    row = page.block(row + 3, 1, LAST, words, "note") + 1
    page.heads(row, HEADS)
    for place, one in enumerate(found.parameters, row + 1):
        _parameter(page, place, one)
    return row + len(found.parameters) + 2


def _parameter(page: Page, row: int, one: UncertainParameter) -> None:
    page.text(row, 1, one.label, "wrap")
    page.raise_row(row, one.label, page.width(1))
    page.text(row, 2, one.unit, "unit")
    for column, number in ((3, one.value), (4, one.se), (6, one.drawn_mean), (7, one.drawn_sd)):
        page.number(row, column, number, "plain_4")
    page.text(row, 5, one.law.replace("_", "-"))
    page.number(row, 8, one.rank_correlation, "plain_2")
    page.text(row, 9, one.path)
