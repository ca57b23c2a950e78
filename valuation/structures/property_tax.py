"""Property tax: a yearly rate on a part of what was invested, which falls from year to year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from valuation.registry import clause
from valuation.spec.clause import Clause, Passes
from valuation.spec.kinds import Kind, Share
from valuation.spec.model import default
from valuation.spec.property_taxes import assessed_capex
from valuation.spec.quantity import Quantity
from valuation.spec.words import ClauseName, OneOrMore

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

YEARLY = Kind("a yearly rate", "0.7 %/year", ("1/year",), low=0.0, high=1.0)


@clause("property_tax")
class PropertyTax(Clause):
    """Property tax: cost of the investment × `assessed` × (1 − `declines` × years since the start), times a yearly
    rate, by days from the start to the end of the term, whatever happens to the leases."""

    ends_with_lease: ClassVar[bool] = False
    unused: ClassVar[dict[str, str]] = {
        "index": "the assessed value is a part of what was invested, which falls by 'declines'",
        "survives": "it is owed to the end of the term whatever happens to the leases",
        "vat": "a tax bears no VAT",
    }
    structure: Literal["property_tax"]
    passes: Passes = "property"
    """The group of costs that the clause belongs to."""
    of: Annotated[tuple[ClauseName, ...], OneOrMore()] = ()
    """Capex clauses whose cost is assessed; all that the payer has where left out."""
    rate: Annotated[Quantity, YEARLY]
    """Tax a year on the assessed value [1/year]."""
    assessed: Share = default("100 %")
    """Part of the cost, its contingency included, at which the property is assessed in the first year [1]."""
    declines: Annotated[Quantity, YEARLY] = default("0 %/year")
    """Part of the first value by which the assessed one falls with each completed year, to 0 at the least [1/year]."""

    def lower(self, name: str, ctx: Lowering) -> None:
        """Assessed value × rate/12 × days; a triple net lease passes on what falls into the leases' time."""
        from valuation.kernel.opcodes import NEVER
        from valuation.lowering.costs import passed_through, post_cost, post_own
        from valuation.lowering.leases import all_leases_stop

        b = ctx.b
        with b.in_section("Property tax"):
            value, currency = self._value(name, ctx)
            rate = ctx.quantity(self.rate, "Property tax, rate")
            due = b.month(f"{name}.due", "prod", value, rate, ctx.month_in_years, unit=currency)
            whole = ctx.term_share(NEVER, "term.share_of_month")
            label = name.replace("_", " ").capitalize()
            show = {"unit": currency, "label": label, "roll": "sum"}
            if not passed_through(ctx, self):
                post_cost(ctx, self, b.month(f"{name}.cost", "mul", due, whole, **show))
                return
            served = ctx.term_share(all_leases_stop(ctx), f"{name}.share_served")
            post_cost(ctx, self, b.month(f"{name}.cost", "mul", due, served, **show))
            more = b.month(f"{name}.unserved", "sub", whole, served)
            show["label"] = f"{label} beyond the leases"
            post_own(ctx, self, b.month(f"{name}.own_cost", "mul", due, more, **show))

    def _value(self, name: str, ctx: Lowering) -> tuple[str, str]:
        """Row of the assessed value, and its currency: that of the costs, or the contract's where they have
        several."""
        from valuation.lowering.exchange import exchange_rate

        b, home = ctx.b, ctx.b.currency
        costs = [f"{capex}.total" for capex in assessed_capex(ctx.contract, self)]
        currencies = {b.rows[row].unit for row in costs}
        currency = currencies.pop() if len(currencies) == 1 else home
        parts = [
            row
            if b.rows[row].unit == currency
            else b.month(f"{name}.{row}", "mul", row, exchange_rate(ctx, b.rows[row].unit, home), unit=home)
            for row in costs
        ]
        years = b.month(f"{name}.years", "whole_years", ctx.term_begin, ctx.time.month_start, unit="year")
        gone = b.month(f"{name}.fallen", "mul", ctx.quantity(self.declines, "Assessed value falls by"), years)
        left = b.month(f"{name}.left", "opposite", gone)
        part = b.month(f"{name}.part_assessed", "clip", left, 0.0, 1.0)
        assessed = ctx.quantity(self.assessed, "Part of the cost that is assessed")
        cost = b.month(f"{name}.invested", "sum", *parts, unit=currency)
        show = {"unit": currency, "label": "Assessed value", "roll": "end"}
        return b.month(f"{name}.value", "prod", cost, assessed, part, **show), currency
