"""Re-letting: the power of a lease that an event has ended is let again at a market rent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Discriminator, Tag, model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.kinds import DURATION, Kind, Share, share
from valuation.spec.leasing import RentOrFactor
from valuation.spec.model import default
from valuation.spec.quantity import Quantity
from valuation.spec.waiting import Waiting
from valuation.spec.words import HazardName, LeaseName, OneOrMore

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

COST = Kind("months of the new rent, or an amount of money,", "6 months", ("month", "¤"), low=0.0)


class Void(Waiting):
    """How long the power stands empty, drawn once a path: `{distribution: lognormal, mean: 9 months, sd: 6 months}`."""

    probability: Share = default("100 %")
    """Probability that it stands empty at all [1]; else it is let again at once."""


def _by_law(raw: object) -> str:
    """The branch of a void, so that a law is told what is wrong in it."""
    law = isinstance(raw, Void) or (isinstance(raw, dict) and "value" not in raw)
    return "literal[law]" if law else "literal[length]"


@clause("reletting")
class Reletting(Clause):
    """Letting again of a lease's power after an event has ended it, to the agreed end of that lease; what passed
    through passes through again. The payer is who follows; costs and load by contracted power come back with him."""

    unused: ClassVar[dict[str, str]] = {
        "survives": "rent ends with the notice and nothing of it survives",
        "passes": "what passes through to the tenant who follows is what passed through to the first",
        "requires": "'after' says on which paths it comes",
    }
    structure: Literal["reletting"]
    of: LeaseName
    """The lease whose power is let again; the payee is its landlord."""
    after: Annotated[tuple[HazardName, ...], OneOrMore()]
    """Events of that lease after which it is; after any other it is not, and any other ends it too."""
    void: Annotated[
        Annotated[Annotated[Quantity, DURATION], Tag("literal[length]")] | Annotated[Void, Tag("literal[law]")],
        Discriminator(_by_law),
    ]
    """How long the power stands empty after the end of the first lease [month]: a time, or a law of it."""
    price: RentOrFactor | None = None
    """Rent of the tenant who follows [currency/kW/month], or the name of a factor of market rents, whose value in the
    month before it opens is held."""
    share_of_rent: Annotated[Quantity, share(high=None)] | None = None
    """Instead of a price: share of what the first lease would bill at full use, with its escalator and index [1]."""
    discount: Share | None = None
    """Discount on the factor of market rents [1]; none where left out."""
    cost: Annotated[Quantity, COST] | None = None
    """Cost of letting, for agent and incentives, paid to `outside` by the payee when it opens: months of the new rent
    at full use for the largest contracted power [month], or an amount [currency]."""

    @model_validator(mode="after")
    def _one_rent(self) -> Reletting:
        if not self.after:
            raise fault("name the event after which it is let again, for example 'after: tenant_default'", "after")
        if (self.price is None) == (self.share_of_rent is None):
            raise fault("expected either 'price: 110 USD/kW/month' (or a factor of rents) or 'share_of_rent: 80 %'")
        if self.discount is not None and not isinstance(self.price, str):
            raise fault("a discount is on the factor of market rents; write the rent itself lower", "discount")
        if self.index is not None and not isinstance(self.price, Quantity):
            raise fault("only a stated 'price' is indexed; a share of rent moves with that rent", "index")
        return self

    def needs(self) -> dict[str, str]:
        """Power that can be let."""
        return {"capacity": "a reletting lets contracted power"}

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters the lease that follows, before any clause asks for the load."""
        from valuation.lowering.reletting import let_again
        from valuation.lowering.rent import entered
        from valuation.lowering.waiting import lower_wait

        b = ctx.b
        with b.in_section("Letting again"):
            if not isinstance(self.void, Void):
                length = ctx.quantity(self.void, "Void")
                void = b.scalar(f"{name}.void_months", "convert", length, 1.0, unit="position")
            elif ctx.events_on:
                void = lower_wait(ctx, name, "void", self.void, "the next tenant")
            else:
                void = b.scalar(f"{name}.void_months", "set", 0.0, unit="position")
            made = let_again(ctx, name, entered(self.of, ctx), self.payer, self.after, void)
        ctx.leases.append(made)

    def lower(self, name: str, ctx: Lowering) -> None:
        """Rent = price × 1000 × MW served by the tenant who follows, and the cost of letting in the month in which he
        comes."""
        from valuation.lowering.accounts import post
        from valuation.lowering.leases import terms
        from valuation.lowering.rent import entered

        b, lease = ctx.b, entered(name, ctx)
        with b.in_section("Letting again"):
            per_mw = self._per_mw(name, ctx, lease.opens)
            currency = (b.unit_of(per_mw) or "").split("/")[0]
            show = {"unit": currency, "label": "Rent, let again", "roll": "sum"}
            billed = b.month(f"{name}.billed", "mul", per_mw, lease.served_mw, **show)
            kind: Literal["revenue", "cost"] = "revenue" if ctx.view == self.payee else "cost"
            post(ctx, billed, payer=self.payer, payee=self.payee, kind=kind, terms=terms(self.payment))
            if self.cost is None:
                return
            now = b.month(f"{name}.opens_now", "falls_in", lease.opens, ctx.time.begin, ctx.time.end)
            ended = b.month(
                f"{name}.opens_until", "lower_of", lease.events.stop, lease.capacity.end_position, unit="position"
            )
            in_time = b.month(f"{name}.opens_in_time", "below", lease.opens, ended)
            amount = [ctx.quantity(self.cost, "Cost of letting")]
            if self.cost.canonical_unit == "month":
                periods = b.scalar(f"{name}.cost_periods", "divide", amount[0], ctx.billing_month)
                amount = [periods, per_mw, lease.capacity.peak_mw]
            show = {"unit": self.cost.currency or currency, "label": "Cost of letting again", "roll": "sum"}
            spent = b.month(f"{name}.cost", "prod", *amount, now, in_time, **show)
            kind = "revenue" if ctx.view == "outside" else "cost"
            post(ctx, spent, payer=self.payee, payee="outside", kind=kind, terms=terms(self.payment))

    def _per_mw(self, name: str, ctx: Lowering, opens: str) -> str:
        """Row of the rent per MW and month."""
        from valuation.lowering.indexation import indexation

        b, row, label = ctx.b, f"{name}.per_mw", "Rent per MW and month, let again"
        if self.share_of_rent is not None:
            first = f"{self.of}.per_mw"
            share_of = ctx.quantity(self.share_of_rent, "Share of the first rent")
            return b.month(row, "prod", share_of, first, unit=b.unit_of(first) or "", label=label)
        factors = [ctx.kw_per_mw, ctx.billing_month]
        if isinstance(self.price, str):
            market = ctx.factors[self.price]
            now = b.month(f"{name}.market_now", "falls_in", opens, ctx.time.begin, ctx.time.end)
            held = f"{name}.market_rent"
            b.month(held, "select", now, f"{market.value}.prev", f"{held}.prev", unit=market.unit)
            factors.append(held)
            if self.discount is not None:
                discount = ctx.quantity(self.discount, "Discount on the market rent")
                factors.append(b.scalar(f"{name}.kept_of_market", "opposite", discount))
            currency = market.unit.split("/")[0]
        elif self.price is not None:
            factors.append(ctx.quantity(self.price, "Rent when let again"))
            currency = self.price.currency or b.currency
            if self.index is not None:
                factors.append(indexation(ctx, name, self.index))
        else:
            raise ValueError("the reader lets no letting pass without a rent")
        return b.month(row, "prod", *factors, unit=f"{currency}/MW", label=label)
