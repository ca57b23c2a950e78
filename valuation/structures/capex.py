"""Capex: what is built, when it is paid, and how it is depreciated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.depreciation import Depreciation
from valuation.spec.faults import fault
from valuation.spec.kinds import Kind, Megawatts, Share, price
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import ScheduleOf
from valuation.spec.words import Day

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.investment import Part

Shape = Literal["equal", "s_curve"]
"""How a cost is spread over its monthly parts."""
PART = Kind("a share or an amount of money", "50 %", ("1", "¤"), low=0.0)


class EqualMonths(SpecModel):
    """Parts, one a month: equal ones, or such that what has been paid follows an S-curve."""

    start: Day = Field(alias="from")
    """Date of the first part; the others follow on the same day of the month, or on its last where
    it is shorter."""
    months: int = Field(strict=True, ge=1, le=600)
    """Number of parts."""
    shape: Shape = "equal"
    """How the cost is spread over them: `equal` parts; `s_curve`: slowly at first, fastest in the middle, slowly at the
    end. Of n parts the first k are then 3x² − 2x³ of the cost, x = k/n."""


class CapexSchedule(SpecModel):
    """When it is paid: `{from: 2026-07-31, months: 6}`, with `shape: s_curve` slowly at first, or parts by date
    `{2026-07-31: 40 %, 2026-12-31: 60 %}`."""

    short_for: ClassVar[tuple[str, ...]] = ("equal", "dated")
    only_short: ClassVar[bool] = True

    equal: EqualMonths | None = None
    """Monthly parts."""
    dated: Annotated[Schedule, ScheduleOf(PART)] | None = None
    """Parts by date: shares of the cost that add to 100 % [1], or amounts [currency]."""

    @model_validator(mode="before")
    @classmethod
    def _form(cls, raw: Any) -> Any:
        equal = isinstance(raw, dict) and any(key in raw for key in ("from", "months", "shape"))
        return {"equal": raw} if equal else {"dated": raw}

    @model_validator(mode="after")
    def _adds_up(self) -> CapexSchedule:
        if self.equal is not None:
            return self
        if self.dated is None or self.dated.constant is not None:
            raise fault("expected equal months '{from: 2026-07-31, months: 6}' or parts by date")
        units = {quantity.canonical_unit for quantity in self.dated.quantities}
        if len(units) > 1:
            raise fault(f"the parts mix {' and '.join(sorted(units))}: write all as shares or all in one currency")
        total = sum(quantity.canonical for quantity in self.dated.quantities)
        if units == {"1"} and abs(total - 1.0) > 1e-9:
            raise fault(f"the parts add to {100 * total:g} %, expected 100 %")
        return self

    @property
    def amounts(self) -> bool:
        """Whether the parts are amounts of money and not shares of the cost."""
        return self.dated is not None and self.dated.quantities[0].canonical_unit != "1"


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
    schedule: CapexSchedule
    """When it is paid."""
    depreciation: Depreciation | None = None
    """How it is written down for tax; without it, never."""

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
    def _dated(self) -> Capex:
        if self.payment.timing == "advance":
            raise fault("an investment is due on the dates of its schedule; a 'lag' puts them off", "payment")
        return self

    def lower(self, name: str, ctx: Lowering) -> None:
        """Spend by month, paid on its dates; the tax balance of the payer. An event changes neither."""
        from valuation.lowering.accounts import deduct, post
        from valuation.lowering.compensation import compensated_by_tax_basis
        from valuation.lowering.depreciation import write_down
        from valuation.lowering.investment import contingency
        from valuation.lowering.leases import terms

        with ctx.b.in_section("Investment"):
            parts = self._parts(name, ctx)
            if self.contingency is not None:
                parts += contingency(ctx, parts, ctx.quantity(self.contingency, "Contingency"))
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
            if self.depreciation is not None and self.payer in (ctx.view, *compensated_by_tax_basis(ctx)):
                down = write_down(ctx, name, self.payer, parts, spend, self.depreciation)
                if down and ctx.view == self.payer:
                    deduct(ctx, down)

    def _parts(self, name: str, ctx: Lowering) -> list[Part]:
        """What is paid when, without the contingency."""
        from valuation.lowering.investment import spend_by_date, spend_equally, spend_one_by_one

        cost, currency = self._cost(name, ctx)
        schedule = self.schedule
        if schedule.equal is not None:
            foreign_line = self.depreciation is not None and self.depreciation.life and currency != ctx.b.currency
            spend_equal = spend_one_by_one if foreign_line else spend_equally
            return spend_equal(ctx, name, cost, currency, schedule.equal)
        if schedule.dated is None:
            raise ValueError("a schedule has equal months or dates")
        return spend_by_date(ctx, name, "" if schedule.amounts else cost, currency, schedule.dated)

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
