"""Capacity lease: rent per kW of contracted capacity and month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.faults import fault
from valuation.spec.kinds import Rate, Share, Term, price
from valuation.spec.leasing import Letting
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity, Schedule, Switch
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


class PassesThrough(SpecModel):
    """Shares of the tenant's costs by group, for a modified gross lease: `{power: 100 %, operating: 50 %}`."""

    power: Share | None = None
    """Share of the costs with `passes: power` that the tenant bears [1]."""
    operating: Share | None = None
    """Share of those with `passes: operating` [1]."""
    property: Share | None = None
    """Share of those with `passes: property` [1]."""

    def shares(self) -> dict[str, Quantity]:
        """The shares by group, without the groups that it does not name."""
        named = {"power": self.power, "operating": self.operating, "property": self.property}
        return {group: share for group, share in named.items() if share is not None}

    @model_validator(mode="after")
    def _some(self) -> PassesThrough:
        if not self.shares():
            raise fault("expected shares by group, for example '{power: 100 %, operating: 50 %}'")
        return self


@clause("capacity_lease")
class CapacityLease(Letting):
    """Lease of capacity: Σ MW of the phases × 1000 × price × (1 + escalator)^(completed years), by days in a month."""

    structure: Literal["capacity_lease"]
    lease: Annotated[Switch, switch("gross", "net_of_power", "triple_net", "modified_gross")]
    """Which costs pass through to the tenant: none; those that pass `power`; also `operating` and `property`; the
    shares that `passes_through` names."""
    passes_through: PassesThrough | None = None
    """Shares that pass through, by group of costs [1]; for `modified_gross`."""
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

    @model_validator(mode="after")
    def _shares_of_modified_gross(self) -> CapacityLease:
        modified = self.lease.value == "modified_gross"
        if modified and self.passes_through is None:
            raise fault("a modified_gross lease needs 'passes_through: {power: 100 %, operating: 50 %}'", "lease")
        if not modified and self.passes_through is not None:
            message = f"'lease: {self.lease}' says what passes through already; with shares it is 'modified_gross'"
            raise fault(message, "passes_through")
        return self

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters the lease: the power it contracts and serves, before any clause asks for the load."""
        from valuation.lowering.costs import PASSED
        from valuation.lowering.rent import enter_lease

        if self.passes_through is None:
            enter_lease(name, ctx, self, dict.fromkeys(PASSED[self.lease.value], ""))
            return
        with ctx.b.in_section("Rent"):
            shares = self.passes_through.shares()
            passes = {group: ctx.quantity(share, f"Passed through, {group}") for group, share in shares.items()}
        enter_lease(name, ctx, self, passes)

    def lower(self, name: str, ctx: Lowering) -> None:
        """Rent of the month = price·(1 + e)^(completed years)·1000·MW served, times max(utilisation, share) under
        take-or-pay."""
        from valuation.lowering.leases import utilisation
        from valuation.lowering.rent import full_rent, post_rent

        b = ctx.b
        currency = self.price.currency or b.currency
        with b.in_section("Rent"):
            if self.take_or_pay is None:
                post_rent(name, ctx, self, full_rent(name, ctx, self, f"{name}.billed"))
                return
            full = full_rent(name, ctx, self, f"{name}.contracted", billed=False)
            share = ctx.quantity(self.take_or_pay.share, "Take-or-pay share")
            if self.take_or_pay.per == "month":
                show = {"unit": currency, "label": "Rent", "roll": "sum"}
                rent = b.month(f"{name}.billed", "take_or_pay", utilisation(ctx), share, full, **show)
                post_rent(name, ctx, self, rent)
            else:
                post_rent(name, ctx, self, self._by_year(name, ctx, full, share, currency), f"{name}.used")

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
