"""Proxy revenue swap: a fixed sum a year against what a proxy of the site would have earned at a hub."""

from __future__ import annotations

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


@clause("proxy_revenue_swap")
class ProxyRevenueSwap(Clause):
    """The payer pays a fixed sum and receives proxy volume × hub price: it takes on price and resource, while the
    operator keeps how well the site runs and what it sells for beside the hub."""

    may_end: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "survives": "what is settled ends with the notice",
        "vat": "a settlement of differences bears no VAT",
    }
    structure: Literal["proxy_revenue_swap"]
    fixed_revenue: Annotated[Schedule, ScheduleOf(price("year", example="6 MEUR/year", low=0.0), one_unit=True)]
    """Fixed sum that the payer pays [currency/year], a twelfth a month, also by date; `index` moves it."""
    spot: FactorName
    """Factor of the hub price."""
    volume: Volume
    """Volume, usually `{of: proxy, availability: 97 %}`, whose revenue at the hub the payee pays."""
    settlement: Literal["monthly", "quarterly", "yearly"]
    """Calendar period after which the difference is due; the rest of one in which the swap ends is settled with it."""

    @model_validator(mode="after")
    def _in_arrears(self) -> ProxyRevenueSwap:
        if self.payment.timing == "advance":
            raise fault("the revenue is known when the period is over; it is paid in arrears", "payment")
        return self

    @property
    def settles_by_year(self) -> bool:
        """Whether an amount falls due in a December after the end."""
        return self.settlement != "monthly"

    def needs(self) -> dict[str, str]:
        """What the volume is reckoned from."""
        return self.volume.needs(self.structure)

    def lower(self, name: str, ctx: Lowering) -> None:
        """The payer pays Σ (fixed/12·index·share of the month − S·Q) over the period, of either sign, at its end."""
        from valuation.lowering.costs import post_cost
        from valuation.lowering.indexation import indexation
        from valuation.lowering.volume import settled_share, settled_volume, settlement

        b = ctx.b
        currency = self.fixed_revenue.currency or b.currency
        with b.in_section("Settlement"):
            label = name.replace("_", " ").capitalize()
            lump = [ctx.schedule(self.fixed_revenue, "Fixed revenue"), ctx.month_in_years, settled_share(ctx, name)]
            if self.index is not None:
                lump.append(indexation(ctx, name, self.index))
            fixed = b.month(f"{name}.fixed", "prod", *lump, unit=currency, label="Fixed revenue of the month")
            volume = settled_volume(ctx, name, self.volume)
            earned = [ctx.factors[self.spot].value, volume]
            floating = b.month(f"{name}.floating", "prod", *earned, unit=currency, label="Proxy revenue of the month")
            net = b.month(f"{name}.net", "sub", fixed, floating, unit=currency)
            post_cost(ctx, self, settlement(ctx, f"{name}.settlement", net, self.settlement, label))
