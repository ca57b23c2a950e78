"""Collar: a floor, a cap or both on a market price, for power that is sold or as a settlement beside its sale."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.kinds import price
from valuation.spec.quantity import Schedule
from valuation.spec.schedule import ScheduleOf
from valuation.spec.volume import Volume
from valuation.spec.words import FactorName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

_PRICE = ScheduleOf(price("MWh", example="30 EUR/MWh"), one_unit=True)


@clause("collar")
class Collar(Clause):
    """A market price between a floor and a cap, clip(S, F, C)·Q. With floor = cap it is a fixed price. What the option
    itself costs, if anything, is a clause of its own."""

    may_end: ClassVar[bool] = True
    sells_production: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {"survives": "what is settled ends with the notice"}
    structure: Literal["collar"]
    spot: FactorName
    """Factor of the market price S."""
    volume: Volume
    """Volume Q that is sold or settled."""
    floor: Annotated[Schedule, _PRICE] | None = None
    """Lowest price F [currency/MWh], also by date; `index` moves it."""
    cap: Annotated[Schedule, _PRICE] | None = None
    """Highest price C [currency/MWh], also by date; `index` moves it."""
    settlement: Literal["physical", "financial"]
    """The payer buys the power at the clipped price; or pays the clipped price less the market price, which may be
    below 0, and the power is sold elsewhere."""

    @model_validator(mode="after")
    def _bounded(self) -> Collar:
        if self.floor is None and self.cap is None:
            raise fault("expected 'floor', 'cap' or both; without them it is a sale at the market price")
        if self.floor is not None and self.cap is not None:
            if self.floor.canonical_unit != self.cap.canonical_unit:
                raise fault(f"the floor is in {self.floor.canonical_unit}, the cap in {self.cap.canonical_unit}", "cap")
            days = {day for own in (self.floor, self.cap) for day, _ in own.steps if day is not None}
            moments: list[date | None] = [*sorted(days)] or [None]
            for day in moments:
                low, high = self.floor.on(day), self.cap.on(day)
                if low is not None and high is not None and low.canonical > high.canonical:
                    since = f" from {day}" if day is not None else ""
                    raise fault(f"the floor {low} is above the cap {high}{since}", "floor")
        return self

    @model_validator(mode="after")
    def _in_arrears(self) -> Collar:
        if self.payment.timing == "advance":
            raise fault("the price is known when the month is over; it is paid in arrears", "payment")
        return self

    @property
    def share(self) -> Schedule | None:
        """Share of the production that it sells [1]; None where it settles only, or sells a stated volume."""
        return self.volume.share if self.settlement == "physical" and self.volume.of == "produced" else None

    def needs(self) -> dict[str, str]:
        """What the volume is reckoned from."""
        return self.volume.needs(self.structure)

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters a sale, so that costs know when the last one stops; a settlement keeps no site running."""
        from valuation.lowering.offtake import enter

        if self.settlement == "physical":
            enter(ctx, name, self.payer, self.payee)

    def lower(self, name: str, ctx: Lowering) -> None:
        """The payer pays min(max(S, F), C)·Q; financial: (min(max(S, F), C) − S)·Q, an amount of either sign."""
        from valuation.lowering.costs import post_cost
        from valuation.lowering.volume import indexed_price, settled_volume

        b = ctx.b
        currency = next(own.currency for own in (self.floor, self.cap) if own is not None) or b.currency
        unit = f"{currency}/MWh"
        with b.in_section("Sale of power" if self.settlement == "physical" else "Settlement"):
            label = name.replace("_", " ").capitalize()
            spot = ctx.factors[self.spot].value
            clipped = spot
            if self.floor is not None:
                low = indexed_price(ctx, name, "floor", self.floor, self.index)
                clipped = b.month(
                    f"{name}.floored", "higher_of", clipped, low, unit=unit, label="Price with the floor", roll="mean"
                )
            if self.cap is not None:
                high = indexed_price(ctx, name, "cap", self.cap, self.index)
                clipped = b.month(
                    f"{name}.capped", "lower_of", clipped, high, unit=unit, label="Price with the cap", roll="mean"
                )
            if self.settlement == "financial":
                clipped = b.month(f"{name}.price_difference", "sub", clipped, spot, unit=unit)
            volume = settled_volume(ctx, name, self.volume)
            post_cost(
                ctx, self, b.month(f"{name}.amount", "prod", clipped, volume, unit=currency, label=label, roll="sum")
            )
