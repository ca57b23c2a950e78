"""Reserves in the plan: what they are to hold, and what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation import timeline
from valuation.lowering.financing.dates import Calendar
from valuation.lowering.financing.loans import SOLVED

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.financing import Financing

RESERVES = {
    "debt_service_reserve": "Debt service reserve",
    "tax_reserve": "Held back for tax",
    "maintenance_reserve": "Maintenance reserve",
}
"""Reserves in the order in which they are filled, and what reports call them."""


def target_table(reserve: str) -> str:
    """Table of what a reserve is to hold by date, solved on the base case."""
    return f"financing.{reserve}.targets"


def reserves_of(terms: Financing) -> list[str]:
    """The reserves that a financing has."""
    own = terms.reserves
    asked = (own.debt_service is not None, own.tax, own.maintenance is not None)
    return [name for name, one in zip(RESERVES, asked, strict=True) if one]


def lay_targets(ctx: Lowering, terms: Financing, calendar: Calendar) -> str:
    """Rows of what each reserve is to hold; returns the row of what is paid in at the completion as one of the uses."""
    b, money = ctx.b, ctx.b.currency
    first = timeline.month_end(b.first_month)
    for name in reserves_of(terms):
        label = f"{RESERVES[name]}, to hold"
        table = b.table(
            target_table(name),
            {"date": (first,), "value": (0.0,)},
            ("date", money),
            f"{RESERVES[name]}, target",
            SOLVED,
        )
        b.month(
            f"financing.{name}.target", "steps", f"{table}:date", f"{table}:value", ctx.time.month_end, unit=money,
            label=label, roll="end",
        )  # fmt: skip
    show: dict[str, Any] = {"unit": money, "label": "Filling of the reserve", "roll": "sum", "sign": -1}
    service = terms.reserves.debt_service
    if service is None or service.filled == "from_cash":
        return b.month("financing.reserve_filled", "sum", 0.0, **show)
    target = "financing.debt_service_reserve.target"
    return b.month("financing.reserve_filled", "prod", target, calendar.completes, **show)


def hold_back(ctx: Lowering, terms: Financing, pot: str, owed: str) -> str:
    """What the reserves hold of the pot at the month's end; returns what is left.

    Parameters
    ----------
    owed : flag row whether a loan is left to hold a debt service reserve for; empty where the schedule says so.
    """
    b, money = ctx.b, ctx.b.currency
    for name in reserves_of(terms):
        target = f"financing.{name}.target"
        if owed and name == "debt_service_reserve":
            target = b.month(f"{target}_while_owed", "mul", owed, target, unit=money)
        show: dict[str, Any] = {"unit": money, "label": RESERVES[name], "roll": "end"}
        held = b.month(f"financing.{name}", "hold_back", pot, target, **show)
        pot = b.month(f"financing.{name}.rest", "sub", pot, held, unit=money)
    return pot
