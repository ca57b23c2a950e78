"""Volume charge: a price per metered MWh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from valuation.registry import clause
from valuation.spec.clause import Clause, Passes
from valuation.spec.kinds import price
from valuation.spec.quantity import Schedule
from valuation.spec.schedule import ScheduleOf

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@clause("volume_charge")
class VolumeCharge(Clause):
    """A charge on the metered load, such as a consumption tax: price × MWh."""

    unused: ClassVar[dict[str, str]] = {"survives": "a charge on the load ends with the load"}
    may_jump: ClassVar[bool] = True
    structure: Literal["volume_charge"]
    passes: Passes = "power"
    """The group of costs that the clause belongs to."""
    price: Annotated[Schedule, ScheduleOf(price("MWh", example="5.8 NOK/MWh", low=0.0), one_unit=True)]
    """Price [currency/MWh], also by date."""

    def needs(self) -> dict[str, str]:
        """A load."""
        return {"capacity": "a volume_charge is on what contracted power draws"}

    def lower(self, name: str, ctx: Lowering) -> None:
        """Price × metered load; it ends with the load."""
        from valuation.lowering.leases import load, post_cost
        from valuation.lowering.shocks import shocked

        b = ctx.b
        currency = self.price.currency or b.currency
        with b.in_section("Charges by volume"):
            label = name.replace("_", " ").capitalize()
            price = shocked(ctx, ctx.schedule(self.price, label), clause=name)
            if self.index is not None:
                from valuation.lowering.indexation import indexation

                index = indexation(ctx, name, self.index)
                price = b.month(f"{name}.price", "prod", price, index, unit=f"{currency}/MWh")
            cost = b.month(f"{name}.cost", "prod", price, load(ctx), unit=currency, label=label, roll="sum")
            post_cost(ctx, self, cost)
