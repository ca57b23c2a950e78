"""Grants in the plan: how much, on which dates, and what they leave of an investment's tax basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from valuation.spec.grants import grants_of

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.investment import Part
    from valuation.spec.payment_schedule import PaymentSchedule
    from valuation.spec.quantity import Quantity

LEAST_COST = 1e-9
"""Stands for the cost of an investment that costs nothing, so that a share of it is a number [currency]."""


class GrantTerms(Protocol):
    """A grant as the contract states it."""

    @property
    def amount(self) -> Quantity | None:
        """Amount in all [currency]."""

    @property
    def share(self) -> Quantity | None:
        """Or a share of the cost [1]."""

    @property
    def of(self) -> str | None:
        """The investment that it is for."""

    @property
    def schedule(self) -> PaymentSchedule | None:
        """When it is paid; with its investment where there is none."""


def granted(ctx: Lowering, name: str, grant: GrantTerms) -> tuple[str, str]:
    """Row of a grant in all, ``<name>.total``, and its currency."""
    b, row = ctx.b, f"{name}.total"
    if row in b.rows:
        return row, b.rows[row].unit
    with b.in_section("Grants"):
        if grant.share is not None:
            cost = f"{grant.of}.total"
            currency = b.unit_of(cost) or b.currency
            factors = [ctx.quantity(grant.share, "Grant, share of the cost"), cost]
            return b.scalar(row, "prod", *factors, unit=currency, label="Grant in all"), currency
        parts = (grant.amount,) if grant.amount is not None else _amounts(grant)
        currency = parts[0].currency or b.currency
        amounts = [ctx.quantity(part, "Grant") for part in parts]
        return b.scalar(row, "sum", *amounts, unit=currency, label="Grant in all"), currency


def with_investment(ctx: Lowering, name: str, grant: GrantTerms) -> list[Part]:
    """A grant that is paid with its investment: its share of each part, on the part's dates."""
    b = ctx.b
    share = share_of_cost(ctx, name, grant)
    parts = []
    for place, part in enumerate(ctx.investments[str(grant.of)], 1):
        _, currency = granted(ctx, name, grant)
        show = {"unit": currency, "label": "Grant", "roll": "sum"}
        parts.append(replace(part, amount=b.month(f"{name}.paid_{place}", "prod", part.amount, share, **show)))
    return parts


def share_of_cost(ctx: Lowering, name: str, grant: GrantTerms) -> str:
    """Row of the part of its investment's cost that a grant pays [1, or currency/currency of the cost]."""
    b, row, cost = ctx.b, f"{name}.share_of_cost", f"{grant.of}.total"
    if grant.share is not None:
        return ctx.quantity(grant.share, "Grant, share of the cost")
    if row not in b.rows:
        amount, currency = granted(ctx, name, grant)
        of = b.unit_of(cost) or b.currency
        some = b.scalar(f"{name}.cost", "higher_of", cost, LEAST_COST, unit=of)
        b.scalar(row, "divide", amount, some, unit="" if currency == of else f"{currency}/{of}")
    return row


def after_grants(ctx: Lowering, capex: str, spend: Sequence[str]) -> list[str]:
    """Rows of what an investment's payments add to its tax basis: less the part that grants pay, as far as there are
    any that reduce it, and never below 0."""
    b = ctx.b
    grants = grants_of(ctx.contract, capex)
    if not grants:
        return list(spend)
    shares = [f"-{share_of_cost(ctx, name, grant)}" for name, grant in grants.items()]
    own = b.scalar(f"{capex}.share_not_granted", "sum", 1.0, *shares)
    kept = b.scalar(f"{capex}.share_of_basis", "higher_of", own, 0.0)
    return [b.month(f"{row}.after_grants", "prod", row, kept, unit=b.currency) for row in spend]


def _amounts(grant: GrantTerms) -> Sequence[Quantity]:
    """Amounts by date."""
    if grant.schedule is None or grant.schedule.dated is None:
        raise ValueError("a grant is an amount, a share or amounts by date")
    return grant.schedule.dated.quantities
