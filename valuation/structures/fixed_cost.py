"""Fixed cost: an amount a year, or a price per contracted capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from valuation.registry import clause
from valuation.spec.clause import Clause, Passes
from valuation.spec.kinds import price
from valuation.spec.quantity import Schedule
from valuation.spec.schedule import ScheduleOf

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@clause("fixed_cost")
class FixedCost(Clause):
    """A cost that does not move with use: price × contracted capacity, or an amount a year, by days inside a month."""

    may_jump: ClassVar[bool] = True
    structure: Literal["fixed_cost"]
    passes: Passes = "operating"
    """The group of costs that the clause belongs to."""
    price: Annotated[
        Schedule, ScheduleOf(price("kW/month", "year", example="16.6 USD/kW/month", low=0.0), one_unit=True)
    ]
    """Price [currency/kW/month], also written per year or per MW; or an amount [currency/year]; also by date."""
    of: Literal["contracted_capacity", "connection", "installed_capacity"] = "contracted_capacity"
    """The capacity that a price per kW is for; `installed_capacity` is that of `generation`."""

    def needs(self) -> dict[str, str]:
        """The section that says how many kW there are; an amount a year needs none."""
        if not self.price.canonical_unit.endswith("/kW/month"):
            return {}
        if self.of == "installed_capacity":
            return {"generation": "a price per kW of installed capacity is of what generates"}
        what = self.of.replace("_", " ")
        return {"capacity": f"a price per kW is for {what} (a generator's cost is written 'of: installed_capacity')"}

    def lower(self, name: str, ctx: Lowering) -> None:
        """Price × 1000 × MW, or the amount/12, by days; after an event it goes on to the end of its wind-up (3
        months)."""
        from valuation.lowering.costs import passed_through, post_cost, post_own
        from valuation.lowering.events import site_group
        from valuation.lowering.generation import generation_terms
        from valuation.lowering.leases import added_up, all_leases_stop, contract_capacity, mw_until_wound_up, served_mw
        from valuation.lowering.shocks import shocked

        b = ctx.b
        currency = self.price.currency or b.currency
        with b.in_section("Fixed costs"):
            label = name.replace("_", " ").capitalize()
            price = shocked(ctx, ctx.schedule(self.price, label), clause=name)
            per_power = self.price.canonical_unit.endswith("/kW/month")
            factors = [price, ctx.kw_per_mw, ctx.billing_month] if per_power else [price, ctx.month_in_years]
            if self.index is not None:
                from valuation.lowering.indexation import indexation

                factors.append(indexation(ctx, name, self.index))
            by_contract = per_power and self.of == "contracted_capacity"
            if per_power and self.of == "installed_capacity":
                factors.append(ctx.quantity(generation_terms(ctx).capacity, "Installed power"))
            elif per_power and not by_contract:
                factors.append(ctx.quantity(contract_capacity(ctx).connection, "Grid connection"))
            rate = b.month(f"{name}.rate", "prod", *factors, unit=f"{currency}/MW" if by_contract else currency)
            show = {"unit": currency, "label": label, "roll": "sum"}
            events = bool(site_group(ctx).hazards)
            split = events and passed_through(ctx, self)
            if by_contract:
                parts = [mw for _, mw in mw_until_wound_up(ctx, name, self.survives, 3.0)] if events else []
                until = added_up(ctx, parts, f"{name}.until_wind_up", "MW") if events else served_mw(ctx)
                served = served_mw(ctx) if split else until
            else:
                until = ctx.term_share(self._last_stop(name, ctx), f"{name}.share_until_wind_up")
                served = ctx.term_share(all_leases_stop(ctx), f"{name}.share_served") if split else until
            cost = b.month(f"{name}.cost", "mul", rate, served, **show)
            post_cost(ctx, self, cost)
            if split:
                unit = "MW" if by_contract else ""
                more = b.month(f"{name}.wind_up", "sub", until, served, unit=unit)
                after = b.month(
                    f"{name}.wind_up_cost",
                    "mul",
                    rate,
                    more,
                    unit=currency,
                    label=f"{label} in the wind-up",
                    roll="sum",
                )
                post_own(ctx, self, after)

    def _last_stop(self, name: str, ctx: Lowering) -> str:
        """Row: position until which a cost of the whole site goes on: the end of the last lease or offtake plus
        its wind-up."""
        from valuation.lowering.events import latest, whole_group, wound_up
        from valuation.lowering.leases import lasting

        stops = [
            lasting(ctx, lease, wound_up(ctx, name, self.survives, 3.0, lease.events), beside_sales=True)
            for lease in ctx.leases
        ]
        stops += [wound_up(ctx, name, self.survives, 3.0, offtake.events) for offtake in ctx.offtakes]
        stops = stops or [wound_up(ctx, name, self.survives, 3.0, whole_group(ctx))]
        return latest(ctx, stops, f"{name}.last_wound_up")
