"""Withdrawal: the grid company takes back contracted power that has stood unused, likelier the more of it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.intensity import EventRate
from valuation.spec.kinds import Kind, share
from valuation.spec.model import default
from valuation.spec.quantity import Quantity, Schedule

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

TOLERANCE = Kind("a share", "10 %", ("1",), low=0.0, high=0.99)


@factor("withdrawal")
class Withdrawal(Factor):
    """At intensity rate·(unused − tolerance)⁺/(1 − tolerance) the contracted power falls, once and for good, to the
    share that was used, with a margin. Rent, load and costs by contracted power fall with it."""

    arrives: ClassVar[bool] = True
    measured_as: ClassVar[Literal["share", "number", "unit"]] = "share"
    process: Literal["withdrawal"]
    arrival: EventRate
    """Intensity where all of the power stands unused, from the start of the term on."""
    tolerance: Annotated[Quantity, TOLERANCE] = default("0 %")
    """Unused share up to which nothing is taken back [1]."""
    margin: Annotated[Quantity, share(high=None)] = default("0 %")
    """What is left above the use of the month, as a share of that use [1]."""

    @property
    def schedule(self) -> Schedule:
        """Intensity by date [1/year]."""
        return self.arrival.value

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Share of the contracted power that is withdrawn, by days in the month in which it is; 0 in the base case.

        ∫λ runs from the later of valuation date and start of the term; kept = min(1, use of the month·(1 + margin)).
        """
        from valuation.lowering.context import FactorRows
        from valuation.lowering.leases import utilisation
        from valuation.lowering.shocks import first_arrival

        b, time, label = ctx.b, ctx.time, name.replace("_", " ").capitalize()
        show = {"unit": "%", "label": f"{label}, share of the contracted power", "roll": "mean"}
        with b.in_section(f"Risk: {name}"):
            rate = ctx.schedule(self.schedule, f"Intensity of {name}, all unused")
            tolerance = ctx.quantity(self.tolerance, f"Unused share without {name}")
            margin = ctx.quantity(self.margin, f"Left above the use after {name}")
            if not ctx.events_on:
                b.month(name, "set", 0.0, **show)
                return FactorRows(name, "")
            used = utilisation(ctx)
            counted = b.scalar(f"{name}.counted", "opposite", tolerance)
            over = b.month(f"{name}.beyond_tolerance", "sub", counted, used)
            unused = b.month(f"{name}.unused", "higher_of", over, 0.0)
            part = b.month(f"{name}.unused_share", "divide", unused, counted)
            intensity = b.month(f"{name}.intensity", "mul", rate, part, unit="1/year", label=f"Intensity of {name}")
            start = b.scalar(
                f"{name}.start", "position_at_start", ctx.term_begin, float(b.first_month), unit="position"
            )
            since = b.scalar(f"{name}.since", "higher_of", start, ctx.valuation_position, unit="position")
            when = first_arrival(ctx, name, intensity, f"Time of {name}", since)
            now = b.month(f"{name}.now", "falls_in", when, time.begin, time.end)
            more = b.scalar(f"{name}.with_margin", "sum", 1.0, margin)
            use = b.month(f"{name}.use_and_margin", "mul", used, more)
            left = b.month(f"{name}.left_now", "lower_of", use, 1.0)
            level = f"{name}.left"
            b.month(level, "select", now, left, f"{level}.prev", opening=1.0, base=1.0)
            taken = b.month(f"{name}.taken", "opposite", level)
            before = b.month(f"{name}.until_month_end", "lower_of", when, time.end, unit="position")
            begins = b.month(f"{name}.begins", "higher_of", before, time.begin, unit="position")
            after = b.month(f"{name}.after", "span", time.end, begins, time.end)
            b.month(name, "mul", taken, after, base=0.0, **show)
        return FactorRows(name, "")
