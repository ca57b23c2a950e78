"""Capex: what is built, when it is paid, and how it is depreciated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.depreciation import WrittenDown, classes_of
from valuation.spec.faults import fault
from valuation.spec.investment_credit import InvestmentCredit
from valuation.spec.kinds import Megawatts, Share, price
from valuation.spec.payment_schedule import PaymentSchedule
from valuation.spec.quantity import Quantity
from valuation.spec.words import StartEventName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.investment import Part


@clause("capex")
class Capex(Clause):
    """Investment: a cost per MW of the largest contracted capacity (of the installed one, in a contract that only
    generates), or an amount, paid by schedule."""

    ends_with_lease: ClassVar[bool] = False
    dated: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "index": "an investment is not indexed: write the amounts by date",
        "survives": "an investment goes on whatever happens",
        "passes": "an investment is no running cost, so no lease passes it through; a fixed_cost is",
    }
    structure: Literal["capex"]
    cost: Annotated[Quantity, price("MW", "", example="8 MUSD/MW", low=0.0)] | None = None
    """Cost [currency/MW] of the largest contracted capacity, or in all [currency]; absent when the schedule has
    amounts."""
    power: Megawatts | None = None
    """Power that a cost per MW is for [MW], such as that of a part of the site which is converted; the largest
    contracted where it is left out."""
    contingency: Share | None = None
    """What is added to the cost, or to each amount of the schedule, for what nobody has foreseen, as a share [1]; paid
    and written down with it."""
    schedule: PaymentSchedule
    """When it is paid."""
    delayed_by: StartEventName | None = None
    """Delay of construction that puts off with its phase what is not yet due on the valuation date. On a path with a
    delay each payment falls due as much later, at most by the long stop, and is paid on the last day of its month."""
    depreciation: WrittenDown | None = None
    """How it is written down for tax; without it, never."""
    investment_credit: InvestmentCredit | None = None
    """What of it is set off against the payer's tax."""

    def needs(self) -> dict[str, str]:
        """For a cost per MW, the section that says how many there are: `capacity` or `generation`."""
        if self.cost is None or not self.cost.canonical_unit.endswith("/MW"):
            return {}
        return {"power": "a cost per MW is for contracted or installed power"}

    @model_validator(mode="after")
    def _one_cost(self) -> Capex:
        if self.schedule.amounts and self.cost is not None:
            raise fault("the schedule has amounts, so there is no 'cost'", "cost")
        if not self.schedule.amounts and self.cost is None:
            raise fault("missing key 'cost', for example 'cost: 8 MUSD/MW'")
        if self.power is not None and (self.cost is None or not self.cost.canonical_unit.endswith("/MW")):
            raise fault("'power' is for a cost per MW; an amount is an amount, so leave it out", "power")
        return self

    @model_validator(mode="after")
    def _basis_to_reduce(self) -> Capex:
        credit = self.investment_credit
        if credit is not None and credit.basis_reduction.canonical and self.depreciation is None:
            why = "nothing is written down that it could lower; give the investment a 'depreciation', or take it away"
            raise fault(why, "investment_credit", "basis_reduction")
        return self

    @model_validator(mode="after")
    def _dated(self) -> Capex:
        if self.payment.timing == "advance":
            raise fault("an investment is due on the dates of its schedule; a 'lag' puts them off", "payment")
        return self

    def lower(self, name: str, ctx: Lowering) -> None:
        """Spend by month, paid on its dates; the tax balance of the payer. An event changes neither."""
        from valuation.lowering.accounts import deduct, post
        from valuation.lowering.compensation import compensated_by_tax_basis
        from valuation.lowering.depreciation import write_down
        from valuation.lowering.grants import after_grants
        from valuation.lowering.investment import contingency
        from valuation.lowering.investment_credit import earn_credit
        from valuation.lowering.leases import terms

        with ctx.b.in_section("Investment"):
            parts = self._parts(name, ctx)
            if self.contingency is not None:
                parts += contingency(ctx, parts, ctx.quantity(self.contingency, "Contingency"))
            ctx.investments[name] = parts
            spend = [
                post(
                    ctx,
                    part.amount,
                    payer=self.payer,
                    payee=self.payee,
                    kind="capital",
                    terms=terms(self.payment),
                    date_row=part.dates,
                )
                for part in parts
            ]
            if self.payer not in (ctx.view, *compensated_by_tax_basis(ctx)):
                return
            if self.depreciation is not None or self.investment_credit is not None:
                spend = after_grants(ctx, name, spend)
            if self.investment_credit is not None:
                spend = earn_credit(ctx, name, self.payer, spend, self.investment_credit)
            if self.depreciation is not None:
                down = write_down(ctx, name, self.payer, parts, spend, self.depreciation)
                if down and ctx.view == self.payer:
                    deduct(ctx, down)

    def _parts(self, name: str, ctx: Lowering) -> list[Part]:
        """What is paid when, without the contingency."""
        from valuation.lowering.investment import spend_by_date, spend_equally, spend_one_by_one
        from valuation.lowering.late_investment import put_off

        cost, currency = self._cost(name, ctx)
        schedule = self.schedule
        if schedule.equal is not None:
            lines = self.depreciation is not None and any(one.life for one in classes_of(self.depreciation))
            spend_equal = spend_one_by_one if lines and currency != ctx.b.currency else spend_equally
            parts = spend_equal(ctx, name, cost, currency, schedule.equal)
        elif schedule.dated is not None:
            parts = spend_by_date(ctx, name, "" if schedule.amounts else cost, currency, schedule.dated)
        else:
            raise ValueError("a schedule has equal months or dates")
        if self.delayed_by is None or not ctx.events_on:
            return parts
        return put_off(ctx, name, self.delayed_by, parts, cost, schedule.equal)

    def _cost(self, name: str, ctx: Lowering) -> tuple[str, str]:
        """Row of the cost without the contingency, and its currency; with it the whole cost stands in
        ``<name>.total``."""
        from valuation.lowering.investment import total_cost

        b, cost, row = ctx.b, self.cost, "total" if self.contingency is None else "as_planned"
        if cost is None:
            parts = () if self.schedule.dated is None else self.schedule.dated.quantities
            currency = parts[0].currency or b.currency
            amounts = [ctx.quantity(part, f"Payment {place}") for place, part in enumerate(parts, 1)]
            planned = b.scalar(f"{name}.{row}", "sum", *amounts, unit=currency, label="Investment in all")
        else:
            planned, currency = total_cost(ctx, name, cost, self.power, "Investment", row)
        if self.contingency is not None:
            more = b.scalar(f"{name}.with_contingency", "sum", 1.0, ctx.quantity(self.contingency, "Contingency"))
            label = "Investment in all, with the contingency"
            b.scalar(f"{name}.total", "prod", planned, more, unit=currency, label=label)
        return planned, currency
