"""Colocation: a price for each reserved kW, and the metered power beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.faults import fault
from valuation.spec.kinds import Kind, Rate, Term, price, share
from valuation.spec.leasing import Letting
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import PowerSchedule, ScheduleOf
from valuation.spec.words import such_as

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

EnergyPrice = Annotated[Schedule, ScheduleOf(price("MWh", example="0.09 USD/kWh", low=0.0), one_unit=True)]
RESERVATION = price("kW/month", example="150 USD/kW/month", low=0.0)
BILLED_PUE = Kind("a number", "1.3", ("",), low=1.0, high=5.0)


class MeteredPower(SpecModel):
    """What the customer pays for the power it draws: a price, or the operator's cost with a markup."""

    price: EnergyPrice | None = None
    """Price of the metered energy [currency/MWh], also by date."""
    pue: Annotated[Quantity, BILLED_PUE] | None = None
    """PUE that the IT load is billed with [1]; that of the capacity where left out. With a price only."""
    markup: Annotated[Quantity, share(high=None)] | None = None
    """At cost: what is added to the operator's cost of power, as a share of it [1]; `0 %` for nothing."""

    @model_validator(mode="after")
    def _one_way(self) -> MeteredPower:
        if (self.price is None) == (self.markup is None):
            raise fault("expected either 'price: 0.09 USD/kWh', or 'markup: 5 %' on the operator's cost of power")
        if self.pue is not None and self.price is None:
            raise fault("at cost the power is billed as the operator pays it; a PUE goes with a 'price'", "pue")
        return self


@clause("colocation")
class Colocation(Letting):
    """Colocation: reserved kW × price, whether used or not, and the metered power. It is a lease of its power: it makes
    load, an event may end it, and the operator buys its power by a `power_supply` of the same file."""

    unused: ClassVar[dict[str, str]] = {
        "survives": "what the customer pays ends with the notice and nothing of it survives",
        "passes": "it is what the customer pays and not a cost; 'metered_power' says how power is passed on",
    }
    structure: Literal["colocation"]
    price: Annotated[Schedule, ScheduleOf(RESERVATION, one_unit=True)]
    """Price of the reservation [currency/kW/month] of the capacity basis, also by date."""
    escalator: Rate = default("0 %/year")
    """Effective yearly increase of that price, once a completed year since the start [1/year]."""
    metered_power: Annotated[MeteredPower, such_as("{price: 0.09 USD/kWh}", dict, empty=True)]
    """What is paid for the power drawn."""
    contracted: PowerSchedule | None = None
    """Reserved power by date [MW], where it differs from that of the contract."""
    phase_term: Term | None = None
    """Term of each phase from its own start [month]; without it all phases end with the contract."""

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters its power before any clause asks for the load. At cost, the costs of the group ``power`` pass through
        with the markup."""
        from valuation.lowering.rent import enter_lease

        markup = self.metered_power.markup
        if markup is None:
            enter_lease(name, ctx, self, {})
            return
        with ctx.b.in_section("Colocation"):
            row = ctx.quantity(markup, "Markup on the cost of power")
        enter_lease(name, ctx, self, {"power": ""}, row)

    def lower(self, name: str, ctx: Lowering) -> None:
        """Reservation = price·(1 + e)^(completed years)·1000·MW served; metered power = price × load × PUE billed / PUE
        of the capacity."""
        from valuation.lowering.accounts import post
        from valuation.lowering.leases import contract_capacity, energy, terms
        from valuation.lowering.rent import entered, full_rent, post_rent

        b, metered = ctx.b, self.metered_power
        with b.in_section("Colocation"):
            post_rent(name, ctx, self, full_rent(name, ctx, self, f"{name}.billed", label="Reservation"))
            if metered.price is None:
                return
            currency = metered.price.currency or b.currency
            per_mwh = ctx.schedule(metered.price, "Price of metered power")
            label = f"Metered load of {name}"
            volume = energy(ctx, f"{name}.load", entered(name, ctx).served_mw, label)
            if metered.pue is not None:
                billed = ctx.quantity(metered.pue, "PUE that is billed")
                actual = ctx.quantity(contract_capacity(ctx).pue, "Power usage effectiveness")
                over = b.scalar(f"{name}.pue_billed", "divide", billed, actual)
                show = {"unit": "MWh", "label": "Load that is billed", "roll": "sum"}
                volume = b.month(f"{name}.billed_load", "mul", volume, over, **show)
            show = {"unit": currency, "label": "Metered power", "roll": "sum"}
            bill = b.month(f"{name}.metered", "prod", per_mwh, volume, **show)
            kind: Literal["revenue", "cost"] = "revenue" if ctx.view == self.payee else "cost"
            post(ctx, bill, payer=self.payer, payee=self.payee, kind=kind, terms=terms(self.payment))
