"""Power supply: energy at a fixed price for the hedged volume, at spot for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause, Passes, SupplySurvival
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import price
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Schedule
from valuation.spec.schedule import ScheduleOf, ShareSchedule
from valuation.spec.words import FactorName, HazardName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.events import EventGroup

Resold = tuple[str, "EventGroup", str]
"""A lease's suffix in row names, its events, and a row of what is left of it in the wind-up."""


class Hedge(SpecModel):
    """The volume that has the fixed price. With K fixed price, S spot, L load, H hedged volume, s share, the cost is
    K·H + S·(L − H) for baseload sold at spot, K·H + S·max(L − H, 0) for baseload paid and not taken, and
    (K·s + S·(1 − s))·L as consumed."""

    volume: Literal["as_consumed", "baseload"]
    """A share of what is consumed, or a flat volume."""
    share: ShareSchedule
    """Share that is hedged [1], also by date."""
    of: Literal["consumption", "contracted_capacity"]
    """What the share is of."""
    surplus: Literal["sold_at_spot", "paid_not_taken"] | None = None
    """What happens to a baseload volume beyond the load."""

    @property
    def whole(self) -> bool:
        """Whether everything is hedged at all times."""
        return all(share.canonical == 1.0 for share in self.share.quantities) and self.share.constant is not None

    @model_validator(mode="after")
    def _volume_fits(self) -> Hedge:
        if self.volume == "as_consumed" and self.of != "consumption":
            raise fault("a hedge as_consumed is a share of 'consumption'", "of")
        if self.volume == "as_consumed" and self.surplus is not None:
            raise fault("a hedge as_consumed has no surplus", "surplus")
        if self.volume == "baseload" and self.surplus is None:
            raise fault("a baseload hedge needs 'surplus': sold_at_spot or paid_not_taken")
        return self


@clause("power_supply")
class PowerSupply(Clause):
    """Supply of the metered load."""

    structure: Literal["power_supply"]
    passes: Passes = "power"
    """The group of costs that the clause belongs to."""
    fixed_price: Annotated[Schedule, ScheduleOf(price("MWh", example="0.0328 USD/kWh"), one_unit=True)] | None = None
    """Price of the hedged volume [currency/MWh], also by date."""
    hedge: Hedge | None = None
    """The hedged volume; none means all at spot."""
    spot: FactorName | None = None
    """Price factor of what is not hedged."""
    survives: dict[HazardName, SupplySurvival] = Field(default_factory=dict)  # type: ignore[assignment]
    """What is left after an event, by the name of the hazard."""

    @model_validator(mode="after")
    def _priced(self) -> PowerSupply:
        if self.hedge is not None and self.fixed_price is None:
            raise fault("a hedge needs 'fixed_price'", "hedge")
        if self.fixed_price is not None and self.hedge is None:
            raise fault("a fixed price needs 'hedge', which says for what volume", "fixed_price")
        if self.hedge is None:
            unused = {"index": "it moves the fixed price", "survives": "it resells the hedged volume"}
            found = [
                Fault(f"'{term}': {why}, and this supply is all at spot; take it away", (term,))
                for term, why in unused.items()
                if getattr(self, term)
            ]
            if found:
                raise faults(found)
        if self.spot is None:
            whole = self.hedge is not None and self.hedge.volume == "as_consumed" and self.hedge.whole
            if not whole:
                raise fault("missing key 'spot': the price factor of what is not hedged")
            if self.survives:
                raise fault("a supply that survives an event is resold and needs 'spot'", "survives")
        return self

    def needs(self) -> dict[str, str]:
        """A load."""
        return {"capacity": "a power_supply buys what contracted power draws"}

    def lower(self, name: str, ctx: Lowering) -> None:
        """Fixed leg K·H, spot leg S·(L − H), and after an event the resale of the hedged volume at spot less a
        discount.

        The volume that is resold during the wind-up is the one that would have been hedged had the lease gone on.
        """
        from valuation.lowering.costs import post_cost
        from valuation.lowering.leases import load

        b = ctx.b
        with b.in_section("Power"):
            use = load(ctx)
            spot, spot_currency = self._spot(ctx)
            if self.hedge is None or self.fixed_price is None:
                bought = b.month(
                    f"{name}.spot", "prod", spot, use, unit=spot_currency, label="Power at spot", roll="sum"
                )
                post_cost(ctx, self, bought)
                return
            currency = self.fixed_price.currency or b.currency
            fixed = ctx.schedule(self.fixed_price, "Fixed power price")
            if self.index is not None:
                from valuation.lowering.indexation import indexation

                index = indexation(ctx, name, self.index)
                fixed = b.month(
                    f"{name}.fixed_price", "prod", fixed, index, unit=f"{currency}/MWh", label="Fixed price, indexed"
                )
            hedged, resold = self._hedged(name, ctx, use)
            cost = b.month(
                f"{name}.fixed", "prod", fixed, hedged, unit=currency, label="Power at the fixed price", roll="sum"
            )
            post_cost(ctx, self, cost)
            if spot:
                rest = b.month(f"{name}.rest", "sub", use, hedged, unit="MWh", label="Load beyond the hedge")
                if self.hedge.surplus == "paid_not_taken":
                    rest = b.month(f"{name}.beyond", "higher_of", rest, 0.0, unit="MWh", label="Load beyond the hedge")
                floating = b.month(
                    f"{name}.spot", "prod", spot, rest, unit=spot_currency, label="Power at spot", roll="sum"
                )
                post_cost(ctx, self, floating)
            if resold:
                self._lower_wind_up(name, ctx, fixed, spot, resold, currency, spot_currency)

    def _spot(self, ctx: Lowering) -> tuple[str, str]:
        if self.spot is None:
            return "", ""
        rows = ctx.factors[self.spot]
        return rows.value, rows.unit.split("/")[0]

    def _hedged(self, name: str, ctx: Lowering, use: str) -> tuple[str, list[Resold]]:
        """Row of the hedged volume of the leases' time [MWh], and by lease the volume that is resold during its
        wind-up; none where nothing can end a lease.
        """
        from valuation.lowering.leases import energy, served_mw

        b, hedge = ctx.b, self.hedge
        if hedge is None:
            raise ValueError("no hedge")
        share = ctx.schedule(hedge.share, "Hedged share")
        show = {"unit": "MWh", "label": "Hedged volume", "roll": "sum"}
        again = {**show, "label": "Hedged volume resold"}
        resold: list[Resold] = []
        if hedge.volume == "as_consumed":
            hedged = b.month(f"{name}.hedged", "prod", share, use, **show)
            for suffix, events, mw in self._wind_ups(name, ctx):
                load_after = energy(ctx, f"{name}.wind_up_load{suffix}", mw, "Load that would have been")
                resold.append((suffix, events, b.month(f"{name}.resold{suffix}", "prod", share, load_after, **again)))
            return hedged, resold
        factors = [share, ctx.time.hours]
        if hedge.of == "consumption":
            factors = [share, "capacity.full_load_hours", self._expected_use(name, ctx)]
        hours = b.month(f"{name}.baseload_hours", "prod", *factors, unit="h")
        hedged = b.month(f"{name}.hedged", "mul", served_mw(ctx), hours, **show)
        for suffix, events, mw in self._wind_ups(name, ctx):
            resold.append((suffix, events, b.month(f"{name}.resold{suffix}", "mul", mw, hours, **again)))
        return hedged, resold

    def _wind_ups(self, name: str, ctx: Lowering) -> list[Resold]:
        """By lease that an event can end: a suffix for row names, its events, the row of its power in the wind-up."""
        from valuation.lowering.leases import mw_until_wound_up, served_mw

        if self.spot is None:
            return []
        made: list[Resold] = []
        several = len(ctx.leases) > 1
        for place, (events, until) in enumerate(mw_until_wound_up(ctx, name, self.survives, 12.0)):
            if not events.hazards:
                continue
            suffix = f"_of_{ctx.leases[place].name}" if several else ""
            served = ctx.leases[place].served_mw if ctx.leases else served_mw(ctx)
            label = "Contracted power in the wind-up"
            row = ctx.b.month(f"{name}.wind_up_mw{suffix}", "sub", until, served, unit="MW", label=label)
            made.append((suffix, events, row))
        return made

    def _expected_use(self, name: str, ctx: Lowering) -> str:
        """Row of the expected utilisation: a baseload volume is agreed beforehand and does not follow the use."""
        from valuation.lowering.leases import utilisation

        row = utilisation(ctx)
        base = ctx.b.rows[row].base if row in ctx.b.rows else None
        return str(base) if base is not None else row

    def _lower_wind_up(
        self, name: str, ctx: Lowering, fixed: str, spot: str, resold: list[Resold], currency: str, spot_currency: str
    ) -> None:
        """After the event the volume is still paid for and is sold at spot less the discount of the event's cause."""
        from valuation.lowering.accounts import post
        from valuation.lowering.costs import post_own
        from valuation.lowering.leases import added_up, terms

        b, when = ctx.b, terms(self.payment)
        volume = added_up(ctx, [row for _, _, row in resold], f"{name}.resold", "MWh")
        show = {"unit": currency, "label": "Power paid for after the event", "roll": "sum"}
        post_own(ctx, self, b.month(f"{name}.wind_up_cost", "prod", fixed, volume, **show))
        show = {"unit": spot_currency, "label": "Power resold at spot", "roll": "sum"}
        sold = b.month(f"{name}.resale", "prod", spot, volume, **show)
        post(ctx, sold, payer=self.payee, payee=self.payer, kind="cost", terms=when)
        for suffix, events, row in resold:
            for hazard in events.hazards:
                self._lower_discount(name, ctx, hazard, events, row, suffix)

    def _lower_discount(
        self, name: str, ctx: Lowering, hazard: str, events: EventGroup, resold: str, suffix: str
    ) -> None:
        """What the resale of a lease's volume loses against spot, where one hazard is the cause."""
        from valuation.lowering.costs import post_own
        from valuation.lowering.events import hazard_names

        discount = self.survives[hazard].resale_discount if hazard in self.survives else None
        if discount is None or discount.canonical == 0.0:
            return
        b, row = ctx.b, f"{name}.resale_discount_after_{hazard}{suffix}"
        own = ctx.quantity(discount, f"Resale discount after {hazard}")
        number = float(hazard_names(ctx).index(hazard) + 1)
        is_cause = b.month(f"{row}.is_cause", "equal", events.cause, number)
        unit = discount.currency or b.currency
        lost = b.month(row, "prod", own, is_cause, resold, unit=unit, label="Discount on the resale", roll="sum")
        post_own(ctx, self, lost)
