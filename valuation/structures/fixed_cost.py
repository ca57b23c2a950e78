"""Fixed cost: an amount a year, or a price per contracted capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from valuation.registry import clause
from valuation.spec.clause import Clause, Passes
from valuation.spec.kinds import price
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@clause("fixed_cost")
class FixedCost(Clause):
    """A cost that does not move with use: price × contracted capacity, or an amount a year, by days inside a month."""

    structure: Literal["fixed_cost"]
    passes: Passes = "operating"
    """The group of costs that the clause belongs to."""
    price: Annotated[Quantity, price("kW/month", "year", example="16.6 USD/kW/month", low=0.0)]
    """Price [currency/kW/month], also written per year or per MW; or an amount [currency/year]."""
    of: Literal["contracted_capacity", "connection"] = "contracted_capacity"
    """The capacity that a price per kW is for."""

    def lower(self, name: str, ctx: Lowering) -> None:
        """Price × 1000 × MW, or the amount/12, by days; after an event it goes on to the end of its wind-up (3
        months)."""
        from valuation.lowering.accounts import post
        from valuation.lowering.events import site_group, wound_up
        from valuation.lowering.leases import mw_until, passed_through, post_cost, served_mw, terms

        b = ctx.b
        currency = self.price.currency or b.currency
        with b.in_section("Fixed costs"):
            label = name.replace("_", " ").capitalize()
            price = ctx.quantity(self.price, label)
            per_power = self.price.canonical_unit.endswith("/kW/month")
            factors = [price, ctx.kw_per_mw, ctx.billing_month] if per_power else [price, ctx.month_in_years]
            if self.index is not None:
                from valuation.lowering.indexation import indexation

                factors.append(indexation(ctx, name, self.index))
            by_contract = per_power and self.of == "contracted_capacity"
            if per_power and not by_contract:
                factors.append(ctx.quantity(ctx.contract.capacity.connection, "Grid connection"))
            rate = b.month(f"{name}.rate", "prod", *factors, unit=f"{currency}/MW" if by_contract else currency)
            show = {"unit": currency, "label": label, "roll": "sum"}
            events = bool(site_group(ctx).hazards)
            stop = wound_up(ctx, name, self.survives, 3.0)
            split = events and passed_through(ctx, self)
            if by_contract:
                until = mw_until(ctx, stop, f"until_wind_up_of_{name}") if events else served_mw(ctx)
                served = served_mw(ctx) if split else until
            else:
                until = ctx.term_share(stop, f"{name}.share_until_wind_up")
                served = ctx.term_share(site_group(ctx).stop, f"{name}.share_served") if split else until
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
                post(ctx, after, payer=self.payer, payee=self.payee, kind="cost", terms=terms(self.payment))
