"""Equipment refresh: servers and other equipment bought anew every few years, and what the old is sold for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.depreciation import WrittenDown
from valuation.spec.faults import fault
from valuation.spec.kinds import Duration, Kind, Megawatts, Share, price
from valuation.spec.model import Flag, default
from valuation.spec.quantity import Quantity
from valuation.spec.words import Day

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

EVERY = Kind("a duration", "5 years", ("month",), low=6.0, whole=True)


@clause("equipment_refresh")
class EquipmentRefresh(Clause):
    """Equipment bought anew every so many months, at a price that moves with `index`; the old is sold for a share of
    what it cost. No refresh follows the end of the site on a path, nor falls into the last months before it."""

    ends_with_lease: ClassVar[bool] = False
    dated: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "survives": "nothing is bought once the site has ended, and what is there is sold then",
        "passes": "equipment is an investment and no running cost, so no lease passes it through",
    }
    structure: Literal["equipment_refresh"]
    cost: Annotated[Quantity, price("MW", "", example="3 MUSD/MW", low=0.0)]
    """Cost of a generation [currency/MW] of the largest contracted capacity, or in all [currency], in the money of
    `index.from`. A price that falls is an index below 0: `index: {by: -8 %/year}`."""
    power: Megawatts | None = None
    """Power that a cost per MW is for [MW]; the largest contracted where it is left out."""
    every: Annotated[Quantity, EVERY]
    """Time from one generation to the next, whole months and at least six [month]."""
    first: Day | None = Field(None, alias="from")
    """Date of the first generation; the start of the contract where it is left out."""
    buys_first: Flag = False
    """Whether this clause pays for the first generation too; otherwise a capex clause has."""
    none_in_last: Duration = default("0 months")
    """No refresh in so many last months before the end of the site, as it is known then [month]."""
    resale: Share = default("0 %")
    """Share of its cost for which a generation is sold when the next replaces it, and the last when the site ends
    [1]."""
    depreciation: WrittenDown | None = None
    """How each generation that is bought is written down for tax; without it, never, and a sale is not taxed."""

    @model_validator(mode="after")
    def _for_a_price(self) -> EquipmentRefresh:
        if self.power is not None and not self.cost.canonical_unit.endswith("/MW"):
            raise fault(f"'power' is for a cost per MW, and the cost is {self.cost} in all", "power")
        return self

    @property
    def own_days(self) -> tuple[date, ...]:
        """The first generation's day."""
        return (self.first.date,) if self.first is not None else ()

    @property
    def months_after_end(self) -> int:
        """The last generation is sold when the site has ended."""
        return 1

    def lower(self, name: str, ctx: Lowering) -> None:
        """Generation k is due `every`·k after the first, at cost·index, where the site goes on `none_in_last` longer;
        what it replaces brings `resale` of its own cost in the same month."""
        from valuation.lowering.accounts import post
        from valuation.lowering.indexation import indexation
        from valuation.lowering.investment import total_cost
        from valuation.lowering.leases import terms

        b = ctx.b
        with b.in_section("Equipment"):
            total, currency = total_cost(ctx, name, self.cost, self.power, "Equipment")
            index = [indexation(ctx, name, self.index)] if self.index is not None else []
            new = b.month(f"{name}.price", "prod", total, *index, unit=currency, label="Equipment, a generation")
            due, fits, generations = self._cycles(name, ctx)
            show = {"unit": currency, "label": "Equipment bought", "roll": "sum"}
            bought = b.month(f"{name}.bought", "prod", new, due, fits, **show)
            when = terms(self.payment)
            spent = post(ctx, bought, payer=self.payer, payee=self.payee, kind="capital", terms=when)
            sold = self._sale(name, ctx, new, bought, currency)
            received = post(ctx, sold, payer=self.payee, payee=self.payer, kind="capital", terms=when) if sold else ""
            self._tax(name, ctx, spent, received, generations)

    def _cycles(self, name: str, ctx: Lowering) -> tuple[str, str, list[tuple[str, str]]]:
        """Rows: a generation is bought in the month if the site goes on; it goes on long enough. And of every
        generation the flag of its month and its date."""
        b, first_month = ctx.b, float(ctx.b.first_month)
        first = ctx.dated(self.first, "First generation") if self.first is not None else ctx.term_begin
        every = ctx.quantity(self.every, "Time between generations")
        made: list[tuple[str, str]] = []
        at: str | float = 0.0
        for k in range(self._generations(ctx)):
            row = f"{name}.generation_{k + 1}"
            when = first
            if k:
                months = b.scalar(f"{row}.months", "convert", every, float(k), unit="month")
                when = b.scalar(f"{row}.date", "edate", first, months, unit="date")
            position = b.scalar(f"{row}.position", "position_at_start", when, first_month, unit="position")
            due = b.month(f"{row}.due", "falls_in", position, ctx.time.begin, ctx.time.end)
            made.append((due, when))
            if k or self.buys_first:
                at = b.month(f"{row}.at", "select", due, position, at, unit="position")
        due_rows: list[str | float] = [flag for flag, _ in made[0 if self.buys_first else 1 :]]
        due = b.month(f"{name}.due", "sum", *(due_rows or [0.0]))
        return due, self._goes_on(name, ctx, at), made

    def _goes_on(self, name: str, ctx: Lowering, at: str | float) -> str:
        """Row: at a moment, the site has not ended and does not end within `none_in_last`."""
        from valuation.lowering.site import site_stop

        b, stop = ctx.b, site_stop(ctx)
        least = ctx.quantity(self.none_in_last, "No refresh in the last")
        months = b.scalar(f"{name}.none_in_last", "convert", least, 1.0, unit="position")
        until = b.month(f"{name}.used_until", "sum", at, months, unit="position")
        short = b.month(f"{name}.too_short", "below", stop, until)
        long = b.month(f"{name}.long_enough", "opposite", short)
        alive = b.month(f"{name}.site_goes_on", "above", stop, at)
        return b.month(f"{name}.fits", "mul", long, alive)

    def _generations(self, ctx: Lowering) -> int:
        """How many generations there can be, the first among them."""
        from valuation import timeline

        start = timeline.serial((self.first or ctx.contract.dates.start).date)
        last = float(ctx.b.first_month + ctx.b.months)
        every, count = round(self.every.canonical), 1
        while timeline.month_number(timeline.edate(start, count * every)) < last:
            count += 1
        return count

    def _sale(self, name: str, ctx: Lowering, new: str, bought: str, currency: str) -> str:
        """Row of what old equipment brings: `resale` of the cost of the generation in use, in the month that replaces
        it and in the one in which the site ends. Empty where there is no resale value."""
        from valuation.lowering.site import falls_due, site_stop

        if self.resale.canonical == 0.0:
            return ""
        b = ctx.b
        before = b.month(f"{name}.in_use_before", "set", f"{name}.in_use.prev", unit=currency)
        bought_now = b.month(f"{name}.bought_now", "above", bought, 0.0)
        put_in = bought
        if not self.buys_first:
            was_there = f"{name}.generation_1.due"
            put_in = b.month(f"{name}.put_in", "mul_add", new, was_there, bought, unit=currency)
        ended = falls_due(ctx, site_stop(ctx), f"{name}.site_ends")
        put_in_now = b.month(f"{name}.put_in_now", "above", put_in, 0.0)
        stays = b.month(f"{name}.stays", "opposite", f"{name}.site_ends.prev")
        left = b.month(f"{name}.left", "mul", before, stays, unit=currency)
        b.month(f"{name}.in_use", "select", put_in_now, put_in, left, unit=currency, label="Equipment in use, at cost")
        replaced = b.month(f"{name}.replaced", "mul", left, bought_now, unit=currency)
        last = b.month(f"{name}.last", "mul", f"{name}.in_use", ended, unit=currency)
        out = b.month(f"{name}.taken_out", "sum", replaced, last, unit=currency)
        share = ctx.quantity(self.resale, "Resale value")
        return b.month(f"{name}.sold", "prod", share, out, unit=currency, label="Old equipment sold", roll="sum")

    def _tax(self, name: str, ctx: Lowering, spent: str, received: str, generations: list[tuple[str, str]]) -> None:
        """Each generation is written down from its own month; a sale is taxable when it is made."""
        from valuation.lowering.accounts import beside, deduct
        from valuation.lowering.depreciation import write_down
        from valuation.lowering.investment import Part

        if self.depreciation is None or ctx.view != self.payer:
            return
        b, parts = ctx.b, []
        for place, (due, when) in enumerate(generations, 1):
            if place > 1 or self.buys_first:
                row = b.month(f"{name}.generation_{place}.bought", "mul", spent, due, unit=b.currency)
                parts.append(Part(row, "", when))
        if not parts:
            return
        down = write_down(ctx, name, self.payer, parts, [part.amount for part in parts], self.depreciation)
        if down:
            deduct(ctx, down)
            if received:
                beside(ctx, received, 1)
