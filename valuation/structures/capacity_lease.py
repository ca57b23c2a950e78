"""Capacity lease: rent per kW of contracted capacity and month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.kinds import Rate, Share, Term, price
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Schedule, Switch
from valuation.spec.schedule import PowerSchedule, ScheduleOf
from valuation.spec.words import switch

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


class TakeOrPay(SpecModel):
    """What is billed at the least: price × max(used, share × contracted) per settlement period."""

    share: Share
    """Share of the contracted quantity that is billed at the least [1]."""
    per: Literal["month", "year"] = "month"
    """Settlement period."""


@clause("capacity_lease")
class CapacityLease(Clause):
    """Lease of capacity: Σ MW of the phases × 1000 × price × (1 + escalator)^(completed years), by days in a month."""

    unused: ClassVar[dict[str, str]] = {
        "survives": "rent ends with the notice and nothing of it survives",
        "passes": "rent is what the tenant pays and not a cost; 'lease' says which costs pass through to him",
        "requires": "the event itself names the lease, as 'of' or 'ends', and decides on its power, load and rent",
    }
    may_end: ClassVar[bool] = True
    structure: Literal["capacity_lease"]
    lease: Annotated[Switch, switch("gross", "net_of_power", "triple_net")]
    """Which costs pass through to the tenant: none; those that pass `power`; also `operating` and `property`."""
    price: Annotated[Schedule, ScheduleOf(price("kW/month", example="131.3 USD/kW/month", low=0.0), one_unit=True)]
    """Rent [currency/kW/month] of the capacity basis, also by date."""
    escalator: Rate = default("0 %/year")
    """Effective yearly increase, once a completed year since the start [1/year]."""
    take_or_pay: TakeOrPay | None = None
    """Minimum that is billed; without it the whole contracted capacity is billed, whatever its use."""
    contracted: PowerSchedule | None = None
    """Contracted power of this lease by date [MW], where it differs from that of the contract."""
    phase_term: Term | None = None
    """Term of each phase from its own start [month]; without it all phases end with the contract."""

    def needs(self) -> dict[str, str]:
        """Power that can be let."""
        return {"capacity": "a capacity_lease lets contracted power"}

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters the lease: the power it contracts and serves, before any clause asks for the load."""
        from valuation.lowering.capacity import lower_capacity
        from valuation.lowering.events import ending, event_group
        from valuation.lowering.leases import PASSED, Lease, SharedCapacity, contract_capacity

        with ctx.b.in_section("Capacity"):
            if ctx.leases and not (self.contracted is not None and ctx.leases[0].own):
                raise SharedCapacity(
                    f"clauses.{name}: of several capacity leases each needs its own 'contracted', or their power,"
                    " load and costs would be counted more than once"
                )
            capacity = ctx.capacity
            if capacity is None:
                raise ValueError("the contract's capacity is not lowered yet")
            if self.contracted is not None or self.phase_term is not None or ctx.acts_on(name):
                contracted = self.contracted or contract_capacity(ctx).contracted
                capacity = lower_capacity(ctx, contracted, name, self.phase_term, lease=name)
            events = event_group(ctx, ending(ctx, name))
            served = capacity.before(ctx, events.stop, f"served_to_{name}")
        own = self.contracted is not None
        ctx.leases.append(Lease(name, self.payer, self.payee, PASSED[self.lease.value], capacity, events, served, own))

    def lower(self, name: str, ctx: Lowering) -> None:
        """Rent of the month = price·(1 + e)^(completed years)·1000·MW served, times max(utilisation, share) under
        take-or-pay."""
        from valuation.lowering.accounts import post
        from valuation.lowering.indexation import escalation, indexation
        from valuation.lowering.leases import terms, utilisation

        b = ctx.b
        lease = next(lease for lease in ctx.leases if lease.name == name)
        currency = self.price.currency or b.currency
        with b.in_section("Rent"):
            price = ctx.schedule(self.price, "Rent")
            factors = [price, escalation(ctx, name, self.escalator), ctx.kw_per_mw, ctx.billing_month]
            if self.index is not None:
                factors.append(indexation(ctx, name, self.index))
            per_mw = b.month(f"{name}.per_mw", "prod", *factors, unit=f"{currency}/MW", label="Rent per MW and month")
            show = {"unit": currency, "label": "Rent", "roll": "sum"}
            if self.take_or_pay is None:
                rent = b.month(f"{name}.billed", "mul", per_mw, lease.served_mw, **show)
            else:
                full = b.month(
                    f"{name}.contracted", "mul", per_mw, lease.served_mw, unit=currency, label="Rent at full use"
                )
                share = ctx.quantity(self.take_or_pay.share, "Take-or-pay share")
                if self.take_or_pay.per == "month":
                    rent = b.month(f"{name}.billed", "take_or_pay", utilisation(ctx), share, full, **show)
                else:
                    rent = self._by_year(name, ctx, full, share, currency)
            post(
                ctx,
                rent,
                payer=self.payer,
                payee=self.payee,
                kind="revenue" if ctx.view == self.payee else "cost",
                terms=terms(self.payment),
            )

    def _by_year(self, name: str, ctx: Lowering, full: str, share: str, currency: str) -> str:
        """Billed by use; what is missing to the year's minimum is billed in its last month."""
        from valuation.lowering.leases import utilisation

        b, reset = ctx.b, ctx.time.year_begins
        used = b.month(f"{name}.used", "prod", utilisation(ctx), full, unit=currency, label="Rent by use")
        used_year = b.month(
            f"{name}.used_of_year", "year_to_date", used, f"{name}.used_of_year.prev", reset, unit=currency
        )
        full_year = b.month(
            f"{name}.full_of_year", "year_to_date", full, f"{name}.full_of_year.prev", reset, unit=currency
        )
        least = b.month(f"{name}.least_of_year", "mul", share, full_year, unit=currency)
        missing = b.month(f"{name}.missing", "sub", least, used_year, unit=currency)
        owed = b.month(f"{name}.owed", "higher_of", missing, 0.0, unit=currency)
        shortfall = b.month(
            f"{name}.shortfall", "mul", ctx.time.year_ends, owed, unit=currency, label="Take-or-pay shortfall"
        )
        return b.month(f"{name}.billed", "sum", used, shortfall, unit=currency, label="Rent", roll="sum")
