"""Capex: what is built, when it is paid, and how it is depreciated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.depreciation import WrittenDown, classes_of
from valuation.spec.faults import fault
from valuation.spec.kinds import Kind, Megawatts, price
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import ScheduleOf
from valuation.spec.words import Day

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

PART = Kind("a share or an amount of money", "50 %", ("1", "¤"), low=0.0)


class EqualMonths(SpecModel):
    """Equal parts, one a month."""

    start: Day = Field(alias="from")
    """Date of the first part; the others follow on the same day of the month, or on its last where
    it is shorter."""
    months: int = Field(strict=True, ge=1, le=600)
    """Number of parts."""


class CapexSchedule(SpecModel):
    """When it is paid: `{from: 2026-07-31, months: 6}`, or parts by date `{2026-07-31: 40 %, 2026-12-31: 60 %}`."""

    short_for: ClassVar[tuple[str, ...]] = ("equal", "dated")
    only_short: ClassVar[bool] = True

    equal: EqualMonths | None = None
    """Equal monthly parts."""
    dated: Annotated[Schedule, ScheduleOf(PART)] | None = None
    """Parts by date: shares of the cost that add to 100 % [1], or amounts [currency]."""

    @model_validator(mode="before")
    @classmethod
    def _form(cls, raw: Any) -> Any:
        equal = isinstance(raw, dict) and ("from" in raw or "months" in raw)
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
    schedule: CapexSchedule
    """When it is paid."""
    depreciation: WrittenDown | None = None
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
        from valuation.lowering.investment import spend_by_date, spend_equally, spend_one_by_one
        from valuation.lowering.leases import terms

        with ctx.b.in_section("Investment"):
            total, currency = self._total(name, ctx)
            schedule = self.schedule
            if schedule.equal is not None:
                lines = self.depreciation is not None and any(one.life for one in classes_of(self.depreciation))
                spend_equal = spend_one_by_one if lines and currency != ctx.b.currency else spend_equally
                parts = spend_equal(ctx, name, total, currency, schedule.equal.start, schedule.equal.months)
            else:
                dated = schedule.dated
                if dated is None:
                    raise ValueError("a schedule has equal months or dates")
                parts = spend_by_date(ctx, name, "" if schedule.amounts else total, currency, dated)
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

    def _total(self, name: str, ctx: Lowering) -> tuple[str, str]:
        """Row of the whole cost, and its currency."""
        from valuation.lowering.investment import total_cost

        b, row, cost = ctx.b, f"{name}.total", self.cost
        if cost is None:
            parts = () if self.schedule.dated is None else self.schedule.dated.quantities
            currency = parts[0].currency or b.currency
            amounts = [ctx.quantity(part, f"Payment {place}") for place, part in enumerate(parts, 1)]
            return b.scalar(row, "sum", *amounts, unit=currency, label="Investment in all"), currency
        return total_cost(ctx, name, cost, self.power, "Investment")
