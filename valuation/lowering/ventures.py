"""The part of a joint venture that a party has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.spec.ventures import stakes

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


def held_part(ctx: Lowering) -> str:
    """Row of the part of every posting of ``ctx.view`` that ``ctx.seat`` has: a partner his share, the host what he has
    not given away. Empty where the viewed party has no partners: then it has all.
    """
    b, partners = ctx.b, stakes(ctx.contract, ctx.view)
    if ctx.part or not partners:
        return ctx.part
    with b.in_section("Joint venture"):
        shares = {clause.payee: ctx.quantity(clause.share, f"Share of {clause.payee}") for clause in partners.values()}
        if ctx.seat in shares:
            return shares[ctx.seat]
        first = next(iter(partners))
        given = [f"-{share}" for share in shares.values()]
        return b.scalar(f"{first}.kept", "sum", 1.0, *given, label=f"Share of {ctx.seat}")
