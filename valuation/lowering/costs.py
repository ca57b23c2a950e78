"""What a lease costs its landlord: posted to him, or to the tenant for what the lease passes through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from valuation.lowering.accounts import Kind, post
from valuation.lowering.leases import Lease, added_up, terms

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Clause

PASSED = {"gross": (), "net_of_power": ("power",), "triple_net": ("power", "operating", "property")}
"""Groups of costs that each kind of lease passes through as a whole."""


def post_cost(ctx: Lowering, clause: Clause, row: str) -> None:
    """Posts a cost of a lease's time, and its reimbursement by each lease that passes it through.

    Passed through, neither leg is in the landlord's revenue, cost or margin; to the tenant it is a cost and to the
    payee revenue. Of several leases each bears its share by power served.
    """
    leases = [lease for lease in ctx.leases if lease.payee == clause.payer]
    passing = [lease for lease in leases if clause.passes in lease.passes]
    if passing and len(leases) == 1 and not passing[0].passes[clause.passes]:
        _post_through(ctx, clause, passing[0], row)
        return
    kept = row
    if passing:
        parts = [_part_of(ctx, lease, leases, row, lease.passes[clause.passes]) for lease in passing]
        for lease, part in zip(passing, parts, strict=True):
            _post_through(ctx, clause, lease, part)
        more = {"unit": ctx.b.unit_of(row) or "", "label": ctx.b.rows[row].label}
        kept = ctx.b.month(f"{row}.kept", "sum", row, *(f"-{part}" for part in parts), **more)
    post_own(ctx, clause, kept)


def post_own(ctx: Lowering, clause: Clause, row: str) -> None:
    """Posts a cost that nobody reimburses; to its payee it is revenue."""
    kind: Kind = "revenue" if ctx.view == clause.payee else "cost"
    post(ctx, row, payer=clause.payer, payee=clause.payee, kind=kind, terms=terms(clause.payment))


def _part_of(ctx: Lowering, lease: Lease, leases: Sequence[Lease], row: str, passed: str) -> str:
    """Row of the part of a cost that a lease bears: by power served, times the share that passes through."""
    b, share, factors = ctx.b, f"{lease.name}.share_of_served", [row]
    if len(leases) > 1:
        if share not in b.rows:
            served = added_up(ctx, [each.served_mw for each in leases], f"capacity.served_for_{lease.payee}", "MW")
            some = b.month(f"{share}.some", "higher_of", served, 1e-9, unit="MW")
            b.month(share, "divide", lease.served_mw, some)
        factors.append(share)
    factors += [passed] if passed else []
    return b.month(f"{row}.of_{lease.name}", "prod", *factors, unit=b.unit_of(row) or "", label=b.rows[row].label)


def _post_through(ctx: Lowering, clause: Clause, lease: Lease, row: str) -> None:
    when = terms(clause.payment)
    kind: Kind = "revenue" if ctx.view == clause.payee else "pass_through"
    post(ctx, row, payer=clause.payer, payee=clause.payee, kind=kind, terms=when)
    label = f"{ctx.b.rows[row].label}, passed through"
    again = ctx.b.month(f"{row}.passed_through", "set", row, unit=ctx.b.unit_of(row) or "", label=label)
    kind = "cost" if ctx.view == lease.payer else "pass_through"
    post(ctx, again, payer=lease.payer, payee=lease.payee, kind=kind, terms=when)
    if lease.markup:
        more = {"unit": ctx.b.unit_of(row) or "", "label": f"{ctx.b.rows[row].label}, markup", "roll": "sum"}
        added = ctx.b.month(f"{row}.markup", "prod", row, lease.markup, **more)
        kind = "revenue" if ctx.view == lease.payee else "cost"
        post(ctx, added, payer=lease.payer, payee=lease.payee, kind=kind, terms=when)


def passed_through(ctx: Lowering, clause: Clause) -> bool:
    """Whether a lease passes a clause through."""
    return any(clause.passes in lease.passes and lease.payee == clause.payer for lease in ctx.leases)
