"""Contract for difference: the difference between a market price and a strike is settled, and no power is delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.kinds import price
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import ScheduleOf
from valuation.spec.volume import Volume
from valuation.spec.words import FactorName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@clause("cfd")
class CfD(Clause):
    """A contract for difference, or virtual power purchase agreement: the payer, who buys the fixed price, is due
    (max(S, floor) − K)·Q, S the month's market price, K the strike, Q the volume. Where S is below K the payer pays the
    payee; where it is above, the payee pays the payer."""

    may_end: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "survives": "what is settled ends with the notice",
        "vat": "a settlement of differences bears no VAT",
    }
    structure: Literal["cfd"]
    strike: Annotated[Schedule, ScheduleOf(price("MWh", example="34.50 EUR/MWh"), one_unit=True)]
    """Fixed price K that the payee is brought to [currency/MWh], also by date; `index` moves it."""
    spot: FactorName
    """Factor of the market price S."""
    volume: Volume
    """Volume Q that is settled."""
    floor: Annotated[Quantity, price("MWh", example="0 EUR/MWh")] | None = None
    """A market price below it counts as this [currency/MWh]."""
    no_payment_below: Annotated[Quantity, price("MWh", example="0 EUR/MWh")] | None = None
    """Nothing is settled for a month whose market price is below it [currency/MWh]."""

    @model_validator(mode="after")
    def _one_rule(self) -> CfD:
        if self.floor is not None and self.no_payment_below is not None:
            raise fault("'floor' and 'no_payment_below' are two rules for low prices; choose one", "no_payment_below")
        return self

    @model_validator(mode="after")
    def _in_arrears(self) -> CfD:
        if self.payment.timing == "advance":
            raise fault("a difference is known when the month is over; it is paid in arrears", "payment")
        return self

    def needs(self) -> dict[str, str]:
        """What the volume is reckoned from."""
        return self.volume.needs(self.structure)

    def lower(self, name: str, ctx: Lowering) -> None:
        """The payer pays (K·index − max(S, floor))·Q, an amount of either sign, where S is not below
        `no_payment_below`."""
        from valuation.lowering.costs import post_cost
        from valuation.lowering.volume import indexed_price, settled_volume

        b = ctx.b
        currency = self.strike.currency or b.currency
        unit = f"{currency}/MWh"
        with b.in_section("Settlement"):
            label = name.replace("_", " ").capitalize()
            strike = indexed_price(ctx, name, "strike", self.strike, self.index)
            settled = ctx.factors[self.spot].value
            if self.floor is not None:
                floor = ctx.quantity(self.floor, "Floor of the market price")
                settled = b.month(
                    f"{name}.reference", "higher_of", settled, floor, unit=unit, label="Reference price", roll="mean"
                )
            difference = b.month(f"{name}.price_difference", "sub", strike, settled, unit=unit)
            factors = [difference, settled_volume(ctx, name, self.volume)]
            if self.no_payment_below is not None:
                least = ctx.quantity(self.no_payment_below, "No payment below")
                low = b.month(f"{name}.price_too_low", "below", settled, least)
                factors.append(b.month(f"{name}.price_settles", "opposite", low))
            paid = b.month(f"{name}.settlement", "prod", *factors, unit=currency, label=label, roll="sum")
            post_cost(ctx, self, paid)
