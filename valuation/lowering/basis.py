"""Real money: amounts of the price basis' year, where a contract asks for them. Everything is computed in nominal money
first, tax and indices too; an amount is deflated where it enters the cash or a total."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.lowering.terms import index_of
from valuation.plan.model import Origin
from valuation.plan.timeops import DISCOUNT_OPS

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@dataclass(frozen=True)
class RealMoney:
    """Money of one year: rows of the yearly growth of prices [1/year] and of the day of its price level [date]."""

    growth: str
    day: str
    factor: str = ""
    """The index whose growth it is, where it is a factor's."""


def real_money(ctx: Lowering) -> RealMoney | None:
    """The price basis' rows; None for nominal money. The price level of a year is that of its 30 June."""
    basis = ctx.contract.price_basis
    if basis == "nominal":
        return None
    by = basis.deflator
    if isinstance(by, str):
        growth = ctx.quantity(index_of(ctx.contract, by).rate, f"Growth of {by}")
    else:
        growth = ctx.quantity(by, "Growth of prices")
    path = "price_basis.real"
    day = ctx.b.input(path, timeline.serial(date(basis.real, 6, 30)), "date", "Price level of", Origin(path))
    return RealMoney(growth, day, by if isinstance(by, str) else "")


def in_basis(ctx: Lowering, row: str, dates: str) -> str:
    """Row of a month's amounts in the money that the contract reports in.

    Nominal: the row itself. Real: amount·(1 + g)^(−(date − day)/365), the clock of discounting, so that 1 + nominal
    rate = (1 + real rate)·(1 + g) holds for every present value. With flows at year ends the exponent is the
    difference of the calendar years. An index that moves by path divides by its level over that of the growth g in the
    month of the row too; what it moves between that month and the date is left at g.

    Parameters
    ----------
    row : month row of money [contract currency].
    dates : month row of the dates at which the amounts count [date].
    """
    if ctx.real is None:
        return row
    b, level = ctx.b, f"price_basis.level_at.{dates}"
    if level not in b.rows:
        b.month(level, DISCOUNT_OPS[b.year_count], ctx.real.growth, dates, ctx.real.day, label="Deflator")
    relative = ctx.factors[ctx.real.factor].relative if ctx.real.factor else ""
    if relative:
        steady, level = level, f"price_basis.level_by_path_at.{dates}"
        if level not in b.rows:
            b.month(level, "divide", steady, relative, label="Deflator by path")
    made = f"{row}.real" if dates == ctx.time.month_end else f"{row}.real_at.{dates}"
    if made not in b.rows:
        b.month(made, "prod", row, level, unit=b.unit_of(row) or "")
    return made


def in_basis_rate(ctx: Lowering, nominal: str, name: str) -> str:
    """Row of a nominal yearly rate in the money that the contract reports in: (1 + nominal)/(1 + g) − 1 [1/year]."""
    if ctx.real is None:
        return ctx.b.scalar(name, "convert", nominal, 1.0, unit="1/year")
    b = ctx.b
    grown = b.scalar(f"{name}.nominal_growth", "escalate", nominal, 1.0)
    prices = b.scalar(f"{name}.price_growth", "escalate", ctx.real.growth, 1.0)
    ratio = b.scalar(f"{name}.growth", "divide", grown, prices)
    return b.scalar(name, "convert", b.scalar(f"{name}.fraction", "sum", ratio, -1.0), 1.0, unit="1/year")
