"""What a levelised cost is made of, by path: volume and investment, discounted as revenue is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.basis import in_basis
from valuation.lowering.offtake import produced_while_sold
from valuation.plan.model import Argument, Record

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

PV_OF_VOLUME, PV_OF_INVESTMENT = "levelised.pv_of_volume", "levelised.pv_of_investment"
"""Rows of the discounted sums so far."""


def record_levelised(ctx: Lowering) -> None:
    """Records the discounted volume, of energy that is produced until the last sale stops [MWh], else of power that is
    let [MW·month], and the discounted investment. Nothing where the viewed party sells and lets nothing."""
    b, money = ctx.b, ctx.b.currency
    clauses = ctx.contract.clauses
    leases = [lease.served_mw for lease in ctx.leases if ctx.view in (lease.payer, lease.payee)]
    if any(clause.sells_production and clause.payee == ctx.view for clause in clauses.values()):
        volume, unit = produced_while_sold(ctx), "MWh"
    elif leases:
        unit = "MW"
        volume = leases[0] if len(leases) == 1 else b.month("levelised.power_let", "sum", *leases, unit=unit)
    else:
        return
    # only what is paid: neither grants nor a terminal value lower a cost
    spent = [row for sign, row in ctx.accounts.signed.get("capital", []) if sign < 0]
    nominal = b.month("levelised.investment", "sum", *_some(spent), unit=money)
    invested = in_basis(ctx, nominal, ctx.time.month_end)
    for row, amount, of in ((PV_OF_VOLUME, volume, unit), (PV_OF_INVESTMENT, invested, money)):
        b.month(row, "mul_add", amount, "accounts.weight", f"{row}.prev", unit=of)
    b.records += [Record("pv_volume", PV_OF_VOLUME, "final"), Record("pv_investment", PV_OF_INVESTMENT, "final")]


def _some(rows: list[str]) -> list[Argument]:
    return [*rows] or [0.0]
