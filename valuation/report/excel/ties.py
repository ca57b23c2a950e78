"""Checks between the sheets of what is earned and of what is paid."""

from __future__ import annotations

from valuation.report.excel.book import Book, CheckRow
from valuation.report.excel.cells import size, size_formula
from valuation.report.excel.line_values import shown
from valuation.tables import CASH_TIE, TAX_TIE, Line

LEFT_OUT = (
    f"Left out: {CASH_TIE}. Money in a foreign currency is paid here in another month than it is earned in, and "
    "converts at the rate of that month."
)
REAL = (
    f"Left out: {CASH_TIE}, and the same of tax. In real money what is earned is deflated from its month's end and "
    "what is paid from its own date."
)


def ties(book: Book) -> str:
    """Add the checks that Dated cash adds up to Model, for cash before tax and for tax; what had to be left out.

    The engine leaves its own check of the cash out where the two cannot agree, and so does the workbook.
    """
    flows, made = book.tables.flows, {check.name for check in book.tables.checks}
    # Also lines that are 0 in every month of the run: an input may fill them.
    taxes = [line for line in book.live.lines if line.name == "tax.assessed"]
    if TAX_TIE in made and taxes:
        _tie(book, TAX_TIE, "base_tax", flows.base_tax, taxes)
    if CASH_TIE in made:
        _tie(book, CASH_TIE, "base", flows.base_pre_tax, earned(book.live.lines))
        return ""
    return LEFT_OUT if book.tables.deal.price_basis == "nominal" else REAL


def earned(lines: tuple[Line, ...]) -> list[Line]:
    """The fewest lines that hold all cash of the view: totals of nothing but cash, and the cash that is in none."""
    # The waterfall holds the same cash a second time, by the month of its payment.
    lines = tuple(line for line in lines if not line.name.startswith("financing."))
    known = {line.name: line for line in lines}
    whole: dict[str, bool] = {}

    def is_cash(name: str) -> bool:
        if name not in whole:
            # A part that is no line of the view is no cash of it.
            line = known.get(name)
            parts = [part.removeprefix("-") for part in line.parts] if line else []
            whole[name] = line is None or line.cash or (bool(parts) and all(is_cash(part) for part in parts))
        return whole[name]

    chosen = [line for line in lines if is_cash(line.name)]
    inside = {part.removeprefix("-") for line in chosen for part in line.parts}
    return [line for line in chosen if line.name not in inside]


def _tie(book: Book, label: str, place: str, paid: tuple[float, ...], lines: list[Line]) -> None:
    cells = book.places[place]
    months = "".join(f"{'+' if line.sign < 0 else '-'}{book.places[f'month_total:{line.name}']}" for line in lines)
    off = sum(paid) - sum(sum(shown(line)) for line in lines)
    formula = f"=ROUND((SUM({cells}){months})/{size_formula(cells)},12)"
    book.checks.append(CheckRow(label, formula, round(off / size(paid), 12) + 0.0, 1e-9))
