"""Usage fee: what processors earn by the hour at a price that falls with their age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Intensity, Kind, price
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity
from valuation.spec.words import Day, FactorName, FactorOrShare, such_as

if TYPE_CHECKING:
    from valuation.lowering.capacity import Capacity
    from valuation.lowering.context import Lowering
    from valuation.lowering.events import EventGroup

ONE_GENERATION = "[{from: 2027-01-01, units: 8_000 GPU, price: 2.35 USD/GPU/hour, decay: 35 %/year}]"
GPUS = Kind("a number of GPUs", "8_000 GPU", ("GPU",), above=0.0)


class Generation(SpecModel):
    """Processors of one generation: how many, since when, at what price."""

    start: Day = Field(alias="from")
    """Date from which they are rented out, at which the price holds."""
    until: Day | None = None
    """First day on which they are no more; left out, they stay to the end of the term."""
    units: Annotated[Quantity, GPUS]
    """How many [GPU]."""
    price: Annotated[Quantity, price("GPU/hour", example="2.35 USD/GPU/hour", low=0.0)]
    """Rental price on the date `from` [currency/GPU/hour]."""
    decay: Intensity
    """Rate at which the price falls, continuous: price·e^(−decay·years) [1/year]; 0 %/year for a price that holds."""

    @model_validator(mode="after")
    def _in_order(self) -> Generation:
        if self.until is not None and self.until.date <= self.start.date:
            raise fault(f"{self.until} is not after {self.start}", "until")
        return self


@clause("usage_fee")
class UsageFee(Clause):
    """Income by use: Σ over generations of GPUs × hours × utilisation × rental price, while the power is served.

    It is the benefit of the tenant who rents out what stands on the leased power.
    """

    unused: ClassVar[dict[str, str]] = {
        "index": "a rental price falls with the age of its generation; write 'decay', or a price for each generation",
        "survives": "what is earned with the power ends with it",
        "passes": "it is an income and not a cost, so no lease passes it through",
    }
    structure: Literal["usage_fee"]
    generations: Annotated[tuple[Generation, ...], such_as(ONE_GENERATION)]
    """Generations of processors, each with its own price; they add up."""
    utilisation: FactorOrShare | None = None
    """Share of the hours that are rented out, or the name of a factor [1]; that of the capacity where left out."""
    moves_with: FactorName | None = None
    """Price factor whose movement around its own forward multiplies every price: S/E[S], with mean 1."""

    @model_validator(mode="after")
    def _one_money(self) -> UsageFee:
        first = self.generations[0].price
        found = [
            Fault(f"{one.price} is in another money than the first generation's {first}", ("generations", at, "price"))
            for at, one in enumerate(self.generations)
            if one.price.currency != first.currency
        ]
        if found:
            raise faults(found)
        return self

    def needs(self) -> dict[str, str]:
        """Power that the processors stand on."""
        return {"capacity": "a usage_fee is earned on contracted power"}

    def lower(self, name: str, ctx: Lowering) -> None:
        """Units × price of the month × utilisation × hours × share of the month in service, by generation."""
        from valuation.lowering.accounts import post
        from valuation.lowering.leases import terms, utilisation

        b = ctx.b
        currency = self.generations[0].price.currency or b.currency
        with b.in_section("Usage fees"):
            use = utilisation(ctx)
            if isinstance(self.utilisation, str):
                use = ctx.factors[self.utilisation].value
            elif self.utilisation is not None:
                use = ctx.quantity(self.utilisation, "Share of the hours rented out")
            market = [] if self.moves_with is None else [self._market(name, ctx, self.moves_with)]
            parts = []
            for place, generation in enumerate(self.generations, 1):
                row = f"{name}.generation_{place}"
                units = ctx.quantity(generation.units, f"GPUs of generation {place}")
                price = self._price(row, ctx, generation, place)
                served = self._in_service(row, ctx, generation)
                show = {"unit": currency, "label": f"Usage fee, generation {place}", "roll": "sum"}
                parts.append(b.month(row, "prod", units, price, use, ctx.time.hours, served, *market, **show))
            label = name.replace("_", " ").capitalize()
            fee = b.month(f"{name}.fee", "sum", *parts, unit=currency, label=label, roll="sum")
            kind: Literal["revenue", "cost"] = "revenue" if ctx.view == self.payee else "cost"
            post(ctx, fee, payer=self.payer, payee=self.payee, kind=kind, terms=terms(self.payment))

    def _market(self, name: str, ctx: Lowering, factor: str) -> str:
        """Row S/E[S] of a price factor: 1 in the base case, with mean 1 on the paths."""
        rows = ctx.factors[factor]
        expected = ctx.b.rows[rows.value].base
        if not isinstance(expected, str):
            raise ValueError(f"'{factor}' has no expected value to move around")
        return ctx.b.month(f"{name}.market", "divide", rows.value, expected, label="Market price over its forward")

    def _ends(self, row: str, ctx: Lowering, generation: Generation) -> tuple[str, str]:
        """Rows of the month positions at which a generation begins and ends; no end where it has none."""
        b, first = ctx.b, float(ctx.b.first_month)
        begin = f"{row}.from"
        if begin not in b.rows:
            b.scalar(begin, "position_at_start", ctx.dated(generation.start, "In service from"), first, unit="position")
        if generation.until is None:
            return begin, ""
        end = f"{row}.until"
        if end not in b.rows:
            b.scalar(end, "position_at_start", ctx.dated(generation.until, "In service until"), first, unit="position")
        return begin, end

    def _price(self, row: str, ctx: Lowering, generation: Generation, place: int) -> str:
        """Row of the rental price at the middle of the part of the month in which the generation is in service."""
        b = ctx.b
        begin, end = self._ends(row, ctx, generation)
        stated = ctx.quantity(generation.price, f"Rental price of generation {place}")
        decay = ctx.quantity(generation.decay, f"Decay of the price, generation {place}")
        first = b.month(f"{row}.first", "clip", begin, ctx.time.begin, ctx.time.end, unit="position")
        last = b.month(f"{row}.last", "clip", end, ctx.time.begin, ctx.time.end, unit="position") if end else ""
        both = b.month(f"{row}.both", "sum", first, last or ctx.time.end, unit="position")
        middle = b.month(f"{row}.middle", "convert", both, 0.5, unit="position")
        passed = b.month(f"{row}.months", "sum", middle, f"-{begin}", unit="position")
        since = b.month(f"{row}.age_in_months", "clip", passed, 0.0, 1e9, unit="position")
        age = b.month(f"{row}.age", "convert", since, 1.0 / 12.0, unit="year")
        lost = b.month(f"{row}.decayed", "prod", -1.0, decay, age)
        left = b.month(f"{row}.left", "exp", lost)
        unit = b.unit_of(stated) or ""
        return b.month(f"{row}.price", "prod", stated, left, unit=unit, label=f"Rental price {place}", roll="mean")

    def _in_service(self, row: str, ctx: Lowering, generation: Generation) -> str:
        """Row of the share of the month in which a generation is in service and its power is served; of several leases
        by their power."""
        from valuation.lowering.starts import within_month

        b = ctx.b
        begin, end = self._ends(row, ctx, generation)
        parts = []
        for suffix, weight, capacity, events in self._power(ctx):
            opens = self._opens(f"{row}.opens{suffix}", ctx, capacity)
            make = b.scalar if b.rows[opens].axis == "scalar" else b.start
            start = make(f"{row}.begins{suffix}", "higher_of", begin, opens, unit="position")
            since = within_month(ctx, f"{row}.since{suffix}", start)
            until = capacity.phases[-1].until
            if len(capacity.phases) > 1 and capacity.end_position != capacity.phases[-1].last_position:
                until = within_month(ctx, f"{row}.let_until{suffix}", capacity.end_position)
            if end:
                until = b.month(f"{row}.to{suffix}", "lower_of", until, end, unit="position")
            share = b.month(f"{row}.served{suffix}", "span", events.stop, since, until)
            parts.append(b.month(f"{row}.part{suffix}", "mul", share, weight) if weight else share)
        return parts[0] if len(parts) == 1 else b.month(f"{row}.served", "sum", *parts)

    def _opens(self, row: str, ctx: Lowering, capacity: Capacity) -> str:
        """Row of the position at which the first phase that comes begins."""
        running = capacity.phases[0].opens
        if ctx.b.rows[running].axis == "scalar":
            return running  # it comes in any case, and no other before it
        for place, phase in enumerate(capacity.phases[1:], 2):
            running = ctx.b.start(f"{row}_{place}", "lower_of", running, phase.opens, unit="position")
        return running

    def _power(self, ctx: Lowering) -> list[tuple[str, str, Capacity, EventGroup]]:
        """Leases on whose power the processors stand: a suffix for row names, the share of all their power (empty where
        there is one), their power, their events. They are those of the payee, or the whole site's where it has none."""
        from valuation.lowering.events import site_group
        from valuation.lowering.power_left import first_leases

        first = first_leases(ctx)
        leases = [lease for lease in first if self.payee in (lease.payer, lease.payee)] or first
        if not leases:
            if ctx.capacity is None:
                raise ValueError("the contract's capacity is not lowered yet")
            return [("", "", ctx.capacity, site_group(ctx))]
        if len(leases) == 1:
            return [("", "", leases[0].capacity, leases[0].events)]
        b, made = ctx.b, []
        total = f"capacity.peak_of_{'_'.join(lease.name for lease in leases)}"
        if total not in b.rows:
            b.scalar(total, "sum", *(lease.capacity.peak_mw for lease in leases), unit="MW")
        for lease in leases:
            share = f"{lease.name}.share_of_peak"
            if share not in b.rows:
                b.scalar(share, "divide", lease.capacity.peak_mw, total)
            made.append((f"_of_{lease.name}", share, lease.capacity, lease.events))
        return made
