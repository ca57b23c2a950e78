"""Baseload: a flat volume in every hour; the seller buys what is missing and sells what is over at spot."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.model import default
from valuation.spec.schedule import EnergyPrice, PowerSchedule, ShareSchedule
from valuation.spec.words import FactorName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@clause("baseload")
class Baseload(Clause):
    """Sale of a flat volume: price × MW × hours from the buyer, and captured price × produced − spot × MW × hours from
    the market.

    The payer is the buyer. The profile and the volume are the seller's risk: he sells what is produced at what it
    captures and buys the flat volume at the average spot price. Without `generation` he buys all of it.
    """

    may_end: ClassVar[bool] = True
    energy_row: ClassVar[str] = "flat"
    sells_production: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "survives": "the sale ends with the notice and nothing of it survives",
        "passes": "it sells what is produced; no lease passes it through",
    }
    structure: Literal["baseload"]
    volume: PowerSchedule
    """Flat power that is delivered in every hour [MW], also by date."""
    price: EnergyPrice
    """Price of the flat volume [currency/MWh], also by date."""
    spot: FactorName
    """Price factor at which the seller buys and sells the difference."""
    share: ShareSchedule = default("100 %")
    """Share of the production that stands behind this clause [1], also by date."""

    def needs(self) -> dict[str, str]:
        """Production, where the clause speaks of it."""
        return {"generation": "'share' is of what is produced"} if "share" in self.model_fields_set else {}

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters the offtake, so that costs know when the last one stops."""
        from valuation.lowering.offtake import enter

        enter(ctx, name, self.payer, self.payee)

    def lower(self, name: str, ctx: Lowering) -> None:
        """K·B from the buyer; C·Q − S·B from outside, Q what is produced, C what it captures; until the event that ends
        it, by days."""
        from valuation.lowering.accounts import post
        from valuation.lowering.costs import post_own
        from valuation.lowering.generation import captured_price
        from valuation.lowering.leases import terms
        from valuation.lowering.offtake import contract_price, served_share, sold_volume, title

        b, spot = ctx.b, ctx.factors[self.spot]
        label = title(name)
        with b.in_section("Sale of power"):
            paid, currency = contract_price(ctx, name, self.price, self.index)
            power = ctx.schedule(self.volume, "Flat power")
            show = {"unit": "MWh", "label": f"{label}: flat volume", "roll": "sum"}
            flat = b.month(f"{name}.flat", "prod", power, ctx.time.hours, served_share(ctx, name), **show)
            billed = b.month(f"{name}.billed", "prod", paid, flat, unit=currency, label=label, roll="sum")
            post_own(ctx, self, billed)
            money = spot.unit.split("/")[0]
            bought = b.month(f"{name}.bought", "prod", spot.value, flat, unit=money, label="Flat volume at spot")
            parts = [f"-{bought}"]
            if ctx.contract.generation is not None:
                volume = sold_volume(ctx, name, ctx.schedule(self.share, "Share of the production behind it"))
                captured, _ = captured_price(ctx, self.spot)
                parts.insert(
                    0, b.month(f"{name}.sold", "prod", captured, volume, unit=money, label="Production at spot")
                )
            label = f"{label}: difference at spot"
            rest = b.month(f"{name}.difference", "sum", *parts, unit=money, label=label, roll="sum")
            post(ctx, rest, payer="outside", payee=self.payee, kind="revenue", terms=terms(self.payment))
