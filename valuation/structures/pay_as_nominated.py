"""Pay as nominated: the buyer pays for the nominated volume; what is produced beside it settles as imbalance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.kinds import Share
from valuation.spec.kinds import price as price_per
from valuation.spec.kinds import share as share_of
from valuation.spec.model import default
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import EnergyPrice, ScheduleOf, ShareSchedule
from valuation.spec.words import FactorName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

Spread = Annotated[Quantity, price_per("MWh", example="6 EUR/MWh", low=0.0)]


@clause("pay_as_nominated")
class PayAsNominated(Clause):
    """Sale of the nominated volume N: price × N from the buyer; spot × (Q − N) less a spread from the market.

    The payer is the buyer. A volume above the nomination earns spot − `long_spread`, one below it costs spot +
    `short_spread`. Q is the share of the production, N what was expected of it, times `nominated`. A month
    settles as one; `misforecast` adds what is over in one hour and missing in another.
    """

    may_end: ClassVar[bool] = True
    energy_row: ClassVar[str] = "nominated"
    sells_production: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "survives": "the sale ends with the notice and nothing of it survives",
        "passes": "it sells what is produced; no lease passes it through",
    }
    structure: Literal["pay_as_nominated"]
    price: EnergyPrice
    """Price of the nominated volume [currency/MWh], also by date."""
    spot: FactorName
    """Price factor around which the difference settles."""
    long_spread: Spread | None = None
    """Discount to spot at which a volume above the nomination is sold [currency/MWh]; 0 where it is left out."""
    short_spread: Spread | None = None
    """Premium over spot at which a volume below the nomination is bought [currency/MWh]; 0 where it is left out."""
    misforecast: Share = default("0 %")
    """Volume that is over in some hours of a month and missing in others, over the nominated one [1]; half of it pays
    each spread."""
    nominated: Annotated[Schedule, ScheduleOf(share_of(high=None))] = default("100 %")
    """Nominated volume over the expected one of the month [1], also by date."""
    share: ShareSchedule = default("100 %")
    """Share of the production that is nominated under this clause [1], also by date."""

    @model_validator(mode="after")
    def _spread_for_the_misforecast(self) -> PayAsNominated:
        if self.misforecast.canonical and self.long_spread is None and self.short_spread is None:
            raise fault("it pays the spreads, and there are none; add 'long_spread' and 'short_spread'", "misforecast")
        return self

    def needs(self) -> dict[str, str]:
        """Volume to nominate."""
        return {"generation": "a pay_as_nominated sells what is produced"}

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters the offtake, so that costs know when the last one stops."""
        from valuation.lowering.offtake import enter

        enter(ctx, name, self.payer, self.payee)

    def lower(self, name: str, ctx: Lowering) -> None:
        """K·N from the buyer, S·(Q − N) from outside, and the spreads on what is over and on what is missing."""
        from valuation.lowering.accounts import post
        from valuation.lowering.costs import post_own
        from valuation.lowering.generation import expected_volume
        from valuation.lowering.leases import terms
        from valuation.lowering.offtake import contract_price, served_share, sold_volume, title

        b, spot, when = ctx.b, ctx.factors[self.spot], terms(self.payment)
        label = title(name)
        with b.in_section("Sale of power"):
            share = ctx.schedule(self.share, "Share of the production nominated")
            volume = sold_volume(ctx, name, share)
            factors = [expected_volume(ctx), served_share(ctx, name), share, ctx.schedule(self.nominated, "Nominated")]
            show = {"unit": "MWh", "label": f"{label}: nominated volume", "roll": "sum"}
            nominated = b.month(f"{name}.nominated", "prod", *factors, **show)
            paid, currency = contract_price(ctx, name, self.price, self.index)
            billed = b.month(f"{name}.billed", "prod", paid, nominated, unit=currency, label=label, roll="sum")
            post_own(ctx, self, billed)
            over = b.month(f"{name}.over", "sub", volume, nominated, unit="MWh", label="Produced beyond the nomination")
            money = spot.unit.split("/")[0]
            show = {"unit": money, "label": f"{label}: difference at spot", "roll": "sum"}
            rest = b.month(f"{name}.difference", "prod", spot.value, over, **show)
            post(ctx, rest, payer="outside", payee=self.payee, kind="revenue", terms=when)
            if self.long_spread is None and self.short_spread is None:
                return
            wrong = ctx.quantity(self.misforecast, "Volume nominated for the wrong hour")
            half = b.month(f"{name}.wrong_hour", "prod", 0.5, wrong, nominated, unit="MWh")
            if self.long_spread is not None:
                self._spread(name, ctx, "long", self.long_spread, over, half)
            if self.short_spread is not None:
                missing = b.month(f"{name}.missing", "sub", nominated, volume, unit="MWh")
                self._spread(name, ctx, "short", self.short_spread, missing, half)

    def _spread(self, name: str, ctx: Lowering, side: str, spread: Quantity, volume: str, both_ways: str) -> None:
        """What the seller loses against spot on one side: spread × (max(volume, 0) + half of what is misforecast)."""
        from valuation.lowering.accounts import post
        from valuation.lowering.leases import terms
        from valuation.lowering.offtake import title

        b = ctx.b
        net = b.month(f"{name}.{side}_net", "higher_of", volume, 0.0, unit="MWh")
        some = b.month(f"{name}.{side}", "add", net, both_ways, unit="MWh")
        per_mwh = ctx.quantity(spread, f"Spread of the imbalance price, {side}")
        unit, label = spread.currency or b.currency, f"{title(name)}: imbalance, {side}"
        lost = b.month(f"{name}.{side}_cost", "prod", per_mwh, some, unit=unit, label=label, roll="sum")
        post(ctx, lost, payer=self.payee, payee="outside", kind="cost", terms=terms(self.payment))
