"""The first sentence of page one: whether the deal earns its discount rate, what to expect, and how bad it may get."""

from __future__ import annotations

from valuation.report.excel.book import Book
from valuation.report.numbers import amount, costs_only, percent


def verdict(book: Book) -> str:
    """Base case, mean, chance of a loss and the case that one path in twenty falls below, in words."""
    return _cost(book) if costs_only(book.tables) else _return(book)


def _return(book: Book) -> str:
    tables, unit = book.tables, book.money_unit
    base, rate = tables.base, percent(tables.deal.discount_rate)
    earns = "earns" if base.npv >= 0.0 else "does not earn"
    irr = f"IRR {percent(base.irr)}" if base.irr is not None else "no IRR"
    if not base.invests:
        irr = f"nothing is invested, so {irr}"
    return (
        f"In the base case the deal {earns} its discount rate of {rate} a year (NPV after tax "
        f"{amount(base.npv, book.scale)} {unit}, {irr}). Risks included, the mean NPV is "
        f"{amount(tables.npv.mean, book.scale)} {unit}; the NPV is below 0 in "
        f"{percent(tables.probability.npv_negative)} of the cases, below {amount(tables.npv.p5, book.scale)} {unit} "
        f"in 1 case of 20.{_financed(book)}"
    )


def _financed(book: Book) -> str:
    """What the owners have of it, and how often the loans default."""
    table, unit = book.tables.financing, book.money_unit
    if table is None:
        return ""
    own = table.owners
    irr = "no IRR" if own.irr_base is None else f"IRR {percent(own.irr_base)}"
    said = f" Owners, after debt: base NPV {amount(own.npv_base, book.scale)} {unit} at {percent(own.rate)}, {irr}"
    if table.loans and table.chances.default is not None:
        lent = amount(sum(loan.amount for loan in table.loans), book.scale)
        said += f"; loans of {lent} {unit} default on {percent(table.chances.default)} of the paths"
    return f"{said}."


def _cost(book: Book) -> str:
    tables, unit = book.tables, book.money_unit
    figures = tables.figures
    each = figures.npv_per_kw_month if figures else None
    per_mwh = figures.npv_per_mwh if figures else None
    per_kw = f", {-per_mwh:,.2f} {book.currency}/MWh" if per_mwh is not None else ""
    if each is not None:
        per_kw = f", {-each:,.2f} {book.currency}/kW/month of contracted power"
    mean = None if tables.npv.mean is None else -tables.npv.mean
    worst = None if tables.npv.p5 is None else -tables.npv.p5
    return (
        f"The {tables.deal.view} only pays: in the base case the present value of its cost is "
        f"{amount(-tables.base.npv, book.scale)} {unit}{per_kw}, at {percent(tables.deal.discount_rate)} a year. Risks "
        f"included, the mean cost is {amount(mean, book.scale)} {unit}; in the dearest case of 20 it is "
        f"{amount(worst, book.scale)} {unit} or more."
    )
