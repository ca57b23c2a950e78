"""What leases of every kind do: enter their power, bill a rent that escalates and is renewed, credit downtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from valuation.lowering.accounts import Kind, post
from valuation.lowering.capacity import lower_capacity
from valuation.lowering.events import ending, event_group
from valuation.lowering.indexation import escalation, indexation
from valuation.lowering.leases import Lease, SharedCapacity, contract_capacity, terms
from valuation.lowering.power_left import left_of
from valuation.lowering.renewals import Renewed, lower_renewals

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Index, Payment
    from valuation.spec.leasing import Renewal, ServiceCredits
    from valuation.spec.quantity import Quantity, Schedule


class LeaseTerms(Protocol):
    """What every kind of lease states."""

    @property
    def payer(self) -> str:
        """The tenant."""

    @property
    def payee(self) -> str:
        """The landlord."""

    @property
    def payment(self) -> Payment:
        """When the rent is paid."""

    @property
    def price(self) -> Schedule:
        """Rent [currency/kW/month]."""

    @property
    def escalator(self) -> Quantity:
        """Effective yearly increase [1/year]."""

    @property
    def index(self) -> Index | None:
        """How the rent is indexed."""

    @property
    def contracted(self) -> Schedule | None:
        """Power of its own [MW]."""

    @property
    def phase_term(self) -> Quantity | None:
        """Term of each phase [month]."""

    @property
    def termination_fee(self) -> Schedule | None:
        """Months of rent due at an early end [month]."""

    @property
    def renewals(self) -> Sequence[Renewal]:
        """Renewals after the term."""

    @property
    def service_credits(self) -> ServiceCredits | None:
        """Credits for downtime."""


@dataclass(frozen=True)
class _Stage:
    """A stretch of a lease with its own rent: the row of its rent per MW and month, and that of the power served in
    it."""

    per_mw: str
    served_mw: str


def enter_lease(name: str, ctx: Lowering, lease: LeaseTerms, passes: Mapping[str, str], markup: str = "") -> None:
    """Enters a lease: the power that it contracts and serves, before any clause asks for the load.

    Parameters
    ----------
    passes : groups of costs that pass through, with the row of the share that does (empty for the whole).
    markup : row of what is added to a cost that passes through, as a share of it.
    """
    with ctx.b.in_section("Capacity"):
        if ctx.leases and not (lease.contracted is not None and ctx.leases[0].own):
            raise SharedCapacity(
                f"clauses.{name}: of several leases each needs its own 'contracted', or their power, load and costs "
                "would be counted more than once"
            )
        capacity = ctx.capacity
        if capacity is None:
            raise ValueError("the contract's capacity is not lowered yet")
        renewed = lower_renewals(ctx, name, lease.renewals)
        if lease.contracted is not None or lease.phase_term is not None or renewed or ctx.acts_on(name):
            contracted = lease.contracted or contract_capacity(ctx).contracted
            capacity = lower_capacity(ctx, contracted, name, lease.phase_term, lease=name, renewals=renewed)
        events = event_group(ctx, ending(ctx, name))
        served = left_of(ctx, capacity.before(ctx, events.stop, f"served_to_{name}"))
        fee = lease.termination_fee
        months = "" if fee is None else ctx.schedule(fee, "Fee for an early end, months of rent")
    own = lease.contracted is not None
    made = Lease(name, lease.payer, lease.payee, passes, capacity, events, served, own, markup, months)
    ctx.leases.append(made)
    ctx.renewed[name] = renewed


def entered(name: str, ctx: Lowering) -> Lease:
    """A lease that has entered its power."""
    return next(lease for lease in ctx.leases if lease.name == name)


def full_rent(
    name: str, ctx: Lowering, lease: LeaseTerms, row: str, *, label: str = "Rent", billed: bool = True
) -> str:
    """Row of the rent for all power served [currency of the price]: Σ MW × 1000 × price × (1 + e)^(completed years).

    The rent per MW of each month stands in ``<name>.per_mw``. A renewal with a price of its own starts anew.

    Parameters
    ----------
    label : what the price is for.
    billed : whether this is what is billed; else it is the rent at full use, of which a part is.
    """
    b, own = ctx.b, entered(name, ctx)
    currency = lease.price.currency or b.currency
    price = ctx.schedule(lease.price, label)
    factors = [price, escalation(ctx, name, lease.escalator), ctx.kw_per_mw, ctx.billing_month]
    if lease.index is not None:
        factors.append(indexation(ctx, name, lease.index))
    anew = any(renewed.price is not None for renewed in ctx.renewed[name])
    level = f"{name}.first_per_mw" if anew else f"{name}.per_mw"
    show = {"unit": currency, "label": label, "roll": "sum"}
    if not billed:
        show = {"unit": currency, "label": f"{label} at full use"}
    per_mw = b.month(level, "prod", *factors, unit=f"{currency}/MW", label=f"{label} per MW and month")
    if not anew:
        return b.month(row, "mul", per_mw, own.served_mw, **show)
    parts = [
        b.month(f"{row}.stage_{place}", "mul", stage.per_mw, stage.served_mw, unit=currency)
        for place, stage in enumerate(_stages(name, ctx, lease, own, per_mw, currency))
    ]
    return b.month(row, "sum", *parts, **show)


def _stages(name: str, ctx: Lowering, lease: LeaseTerms, own: Lease, per_mw: str, currency: str) -> list[_Stage]:
    """The first term and the renewals up to the next with a price, then each stretch from such a price on. The power
    served in each is what is served up to its end less what is served up to its beginning."""
    b, end = ctx.b, own.capacity.end
    if end is None:
        raise ValueError("a renewal has an end")
    stages, before, level, rent = list[_Stage](), "", per_mw, per_mw
    priced = [(place, one) for place, one in enumerate(ctx.renewed[name]) if one.price is not None]
    for at, (place, renewed) in enumerate([*priced, (-1, None)]):
        row = f"{name}.stage_{at}"
        if renewed is None:
            until = own.served_mw
        else:
            stop = b.month(f"{row}.stop", "lower_of", own.events.stop, end.positions[place], unit="position")
            until = left_of(ctx, own.capacity.before(ctx, stop, f"served_to_{name}_in_stage_{at}"))
        served = b.month(f"{row}.served", "sub", until, before, unit="MW") if before else until
        stages.append(_Stage(level, served))
        before = until
        if renewed is None:
            break
        level = _renewed_rent(ctx, f"{name}.renewal_{place + 1}", lease, renewed, end.days[place], currency)
        runs = b.month(f"{name}.renewal_{place + 1}.runs", "from_date", ctx.time.month_start, end.days[place])
        last = at == len(priced) - 1
        into = f"{name}.per_mw" if last else f"{name}.per_mw_{at + 1}"
        rent = b.month(into, "select", runs, level, rent, unit=f"{currency}/MW", label="Rent per MW and month")
    return stages


def _renewed_rent(ctx: Lowering, row: str, lease: LeaseTerms, renewed: Renewed, day: str, currency: str) -> str:
    """Row of the rent per MW and month from the price at the start of a renewal, escalated in its completed years.

    A market rent is the factor's value in the month before, held from then on.
    """
    b = ctx.b
    if isinstance(renewed.price, str):
        begins = b.month(f"{row}.begins", "between", day, ctx.time.month_start, ctx.time.month_end)
        market = ctx.factors[renewed.price]
        price = b.month(
            f"{row}.market_rent", "select", begins, f"{market.value}.prev", f"{row}.market_rent.prev", unit=market.unit
        )
    elif renewed.price is not None:
        price = ctx.quantity(renewed.price, "Rent at the start of a renewal")
    else:
        raise ValueError("a renewal without a price goes on at the escalated rent")
    since = b.month(f"{row}.years_since", "whole_years", day, ctx.time.month_start)
    years = b.month(f"{row}.years", "clip", since, 0.0, 1e9)
    grown = b.month(f"{row}.escalation", "escalate", ctx.quantity(lease.escalator, "Escalator"), years)
    return b.month(f"{row}.per_mw", "prod", price, grown, ctx.kw_per_mw, ctx.billing_month, unit=f"{currency}/MW")


def post_rent(name: str, ctx: Lowering, lease: LeaseTerms, rent: str, credited: str = "") -> None:
    """Posts a rent, and what is credited of it for downtime.

    Parameters
    ----------
    credited : row of the month's rent that the credit is a share of; the rent itself where it is left out.
    """
    kind: Kind = "revenue" if ctx.view == lease.payee else "cost"
    post(ctx, rent, payer=lease.payer, payee=lease.payee, kind=kind, terms=terms(lease.payment))
    credits = lease.service_credits
    if credits is None:
        return
    b, uptime = ctx.b, credits.uptime
    up = ctx.factors[uptime].value if isinstance(uptime, str) else ctx.quantity(uptime, "Uptime")
    share = ""
    for place, step in reversed(list(enumerate(credits.steps, 1))):
        credit = ctx.quantity(step.credit, f"Credit in band {place} of uptime")
        least = ctx.quantity(step.at_least, f"Lowest uptime of band {place}")
        share = b.month(f"{name}.credit_{place}", "pick_first", least, up, credit, share) if share else credit
    cap = ctx.quantity(credits.cap, "Largest credit of a month")
    capped = b.month(f"{name}.credit_share", "lower_of", share, cap, label="Share of rent credited", roll="mean")
    of = credited or rent
    show = {"unit": b.unit_of(of) or b.currency, "label": "Credit for downtime", "roll": "sum"}
    owed = b.month(f"{name}.credit", "prod", of, capped, **show)
    post(ctx, owed, payer=lease.payee, payee=lease.payer, kind=kind, terms=terms(lease.payment))
