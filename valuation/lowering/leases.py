"""Leases in the plan, the load that they make, and the costs that they pass through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.kernel.opcodes import NEVER
from valuation.lowering.accounts import Kind, Terms, post
from valuation.lowering.events import EventGroup, site_group

if TYPE_CHECKING:
    from valuation.lowering.capacity import Capacity
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Clause, Payment

PASSED = {"gross": (), "net_of_power": ("power",), "triple_net": ("power", "operating", "property")}
"""Groups of costs that each kind of lease passes through."""


@dataclass(frozen=True)
class Lease:
    """A capacity lease: who pays whom, what it passes through, the power contracted and served [MW]."""

    name: str
    payer: str
    payee: str
    passes: tuple[str, ...]
    capacity: Capacity
    events: EventGroup
    served_mw: str


def terms(payment: Payment) -> Terms:
    """Payment terms as the accounts want them."""
    lag = payment.lag
    days = lag.canonical_unit == "day"
    whole = int(lag.canonical)
    return Terms(payment.timing == "advance", whole if days else 0, 0 if days else whole)


def utilisation(ctx: Lowering) -> str:
    """Row of the share of the contracted power that is used; an input where it is a stated share."""
    used = ctx.contract.capacity.utilisation
    return ctx.factors[used].value if isinstance(used, str) else ctx.quantity(used, "Utilisation")


def served_mw(ctx: Lowering) -> str:
    """Row of the power that the leases serve before an event ends them [MW]; without a lease, the contracted power."""
    if not ctx.leases:
        return _capacity(ctx).before(ctx, site_group(ctx).stop, "served_mw")
    if len(ctx.leases) == 1:
        return ctx.leases[0].served_mw
    row = "capacity.served_by_leases"
    if row not in ctx.b.rows:
        ctx.b.month(row, "sum", *(lease.served_mw for lease in ctx.leases), unit="MW", label="Contracted power served")
    return row


def mw_until(ctx: Lowering, stop: str, name: str) -> str:
    """Row of the power contracted before a stop other than the leases' own [MW]."""
    capacities = [lease.capacity for lease in ctx.leases] or [_capacity(ctx)]
    parts = [capacity.before(ctx, stop, name) for capacity in capacities]
    if len(parts) == 1:
        return parts[0]
    row = f"capacity.{name}"
    return row if row in ctx.b.rows else ctx.b.month(row, "sum", *parts, unit="MW")


def contracted_mw(ctx: Lowering) -> str:
    """Row of the power contracted whatever happens [MW]."""
    return mw_until(ctx, NEVER, "contracted_mw")  # type: ignore[arg-type]


def peak_mw(ctx: Lowering) -> str:
    """Row of the largest power contracted [MW]: what a cost per MW is multiplied with."""
    return _capacity(ctx).peak_mw


def load(ctx: Lowering) -> str:
    """Row of the metered load [MWh] = contracted MW served × utilisation × hours × (PUE on an IT basis) × (1 +
    losses)."""
    return energy(ctx, "capacity.load", served_mw(ctx), "Metered load")


def energy(ctx: Lowering, row: str, mw: str, label: str) -> str:
    """Row of the energy that some contracted power draws [MWh]."""
    b = ctx.b
    if row in b.rows:
        return row
    terms_of = ctx.contract.capacity
    if "capacity.energy_per_mw" not in b.rows:
        losses = b.scalar("capacity.with_losses", "sum", 1.0, ctx.quantity(terms_of.loss_share, "Losses"))
        factors = [ctx.time.hours, losses]
        pue = ctx.quantity(terms_of.pue, "Power usage effectiveness")
        if terms_of.basis == "it":
            factors.append(pue)
        full = b.month("capacity.full_load_hours", "prod", *factors, unit="h")
        b.month("capacity.energy_per_mw", "prod", utilisation(ctx), full, unit="h")
    return b.month(row, "mul", mw, "capacity.energy_per_mw", unit="MWh", label=label, roll="sum")


def post_cost(ctx: Lowering, clause: Clause, row: str, kind: Kind = "cost") -> None:
    """Posts a cost of a lease's time, and its reimbursement where a lease passes it through.

    Passed through, neither leg is in the landlord's revenue, cost or margin; to the tenant it is a cost.
    """
    when = terms(clause.payment)
    lease = next((lease for lease in ctx.leases if clause.passes in lease.passes and lease.payee == clause.payer), None)
    if lease is None:
        post(ctx, row, payer=clause.payer, payee=clause.payee, kind=kind, terms=when)
        return
    through: Kind = "cost" if ctx.view == clause.payee else "pass_through"
    post(ctx, row, payer=clause.payer, payee=clause.payee, kind=through, terms=when)
    again = ctx.b.month(
        f"{row}.passed_through",
        "set",
        row,
        unit=ctx.b.unit_of(row) or "",
        label=f"{ctx.b.rows[row].label}, passed through",
    )
    post(
        ctx,
        again,
        payer=lease.payer,
        payee=lease.payee,
        kind="cost" if ctx.view == lease.payer else "pass_through",
        terms=when,
    )


def passed_through(ctx: Lowering, clause: Clause) -> bool:
    """Whether a lease passes a clause through."""
    return any(clause.passes in lease.passes and lease.payee == clause.payer for lease in ctx.leases)


def _capacity(ctx: Lowering) -> Capacity:
    if ctx.capacity is None:
        raise ValueError("the contract's capacity is not lowered yet")
    return ctx.capacity
