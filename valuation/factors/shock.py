"""Shock: a price or a tax rate jumps at a random time, to a level or by a share, for good or for some time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.faults import fault
from valuation.spec.intensity import EventRate
from valuation.spec.kinds import Kind
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.words import ClauseName, Party

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

LEVEL = Kind("a price, or a tax rate", "7.13 øre/kWh", ("¤/MWh", "¤/kW/month", "¤/year", "1"), low=0.0)
CHANGE = Kind("a change", "50 %", ("1",), above=-1.0, high=100.0)
SPREAD = Kind("a number", "0.3", ("",), low=0.0, high=3.0)
LASTING = Kind("a duration", "36 months", ("month",), low=1.0)


@factor("shock")
class Shock(Factor):
    """The price of a clause, or a party's tax rate, jumps when an intensity first strikes, and stays so or returns."""

    arrives: ClassVar[bool] = True
    measured_as: ClassVar[Literal["share", "number", "unit"]] = "share"
    process: Literal["shock"]
    clause: ClauseName | None = None
    """Clause whose price jumps: a fixed cost or a volume charge."""
    tax_of: Party | None = None
    """Party whose tax rate jumps."""
    arrival: EventRate
    """Intensity of the shock; only the first one counts."""
    level: Annotated[Quantity, LEVEL] | None = None
    """The price, or the tax rate, while the shock holds [as the clause's price; 1]."""
    change: Annotated[Quantity, CHANGE] | None = None
    """Instead of a level: the expected change of the price [1], +50 % or -20 %."""
    spread: Annotated[Quantity, SPREAD] | None = None
    """Standard deviation of the logarithm of 1 + change [1]; the same on the whole path; none where left out."""
    lasts: Annotated[Quantity, LASTING] | None = None
    """How long it holds [month]; for good where left out."""

    @model_validator(mode="after")
    def _one_target(self) -> Shock:
        if (self.clause is None) == (self.tax_of is None):
            raise fault("expected either 'clause' (whose price jumps) or 'tax_of' (the party whose tax rate jumps)")
        if (self.level is None) == (self.change is None):
            raise fault("expected either 'level' (the price while it holds) or 'change' (by how much it jumps)")
        if self.spread is not None and self.change is None:
            raise fault("'spread' is about 'change': a level is the level", "spread")
        if self.tax_of is not None and self.level is not None and self.level.canonical_unit != "1":
            raise fault(f"'{self.level}' is no tax rate, expected a share such as '28 %'", "level")
        return self

    @property
    def schedule(self) -> Schedule:
        """Intensity by date [1/year]."""
        return self.arrival.value

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Mean and variance of the share of each month in which the shock holds, for a constant intensity."""
        from valuation.processes import shock

        rate = self.schedule.steps[0][1].canonical
        lasts = shock.FOR_GOOD if self.lasts is None else self.lasts.canonical / 12.0
        ends = list(accumulate(steps))
        return [shock.moments(rate, lasts, end - step, step) for end, step in zip(ends, steps, strict=True)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of the shares of two months in which the shock holds, for a constant intensity."""
        from valuation.processes import shock

        rate = self.schedule.steps[0][1].canonical
        lasts = shock.FOR_GOOD if self.lasts is None else self.lasts.canonical / 12.0
        ends = list(accumulate(steps))
        one, other = ((ends[at] - steps[at], steps[at]) for at in (first, later))
        return shock.covariance(rate, lasts, one, other)

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Share of each month in which the shock holds, 0 in the base case: |[τ, τ + lasts] ∩ month|."""
        from valuation.kernel.opcodes import NEVER
        from valuation.lowering.context import FactorRows
        from valuation.lowering.shocks import first_arrival

        b, time, label = ctx.b, ctx.time, name.replace("_", " ").capitalize()
        with b.in_section(f"Risk: {name}"):
            rate = ctx.schedule(self.schedule, f"Intensity of {name}")
            lasts = None if self.lasts is None else ctx.quantity(self.lasts, f"Time for which {name} lasts")
            if self.level is not None:
                written = ctx.quantity(self.level, f"Level under {name}")
                b.scalar(f"{name}.new_level", "convert", written, 1.0, unit=b.unit_of(written) or "")
            if not ctx.events_on:
                self._lower_factor(name, ctx)
                b.month(name, "set", 0.0, unit="%", label=f"{label}, share of the month", roll="mean")
                return FactorRows(name, "")
            when = first_arrival(ctx, name, rate, f"Time of {name}")
            self._lower_factor(name, ctx)
            before = b.month(f"{name}.until_month_end", "lower_of", when, time.end, unit="position")
            begins = b.month(f"{name}.begins", "higher_of", before, time.begin, unit="position")
            ends: str | float = NEVER
            if lasts is not None:
                months = b.scalar(f"{name}.lasts", "convert", lasts, 1.0, unit="position")
                ends = b.month(f"{name}.ends", "sum", when, months, unit="position")
            b.month(
                name,
                "span",
                ends,
                begins,
                time.end,
                unit="%",
                base=0.0,
                label=f"{label}, share of the month",
                roll="mean",
            )
        return FactorRows(name, "")

    def _lower_factor(self, name: str, ctx: Lowering) -> None:
        """Row 1 + change, drawn once a path where it has a spread: its mean is 1 + change."""
        if self.change is None:
            return
        b, row = ctx.b, f"{name}.factor"
        change = ctx.quantity(self.change, f"Change by {name}")
        mean = b.scalar(f"{name}.mean_factor", "sum", 1.0, change)
        if self.spread is None or self.spread.canonical == 0.0:
            b.scalar(row, "convert", mean, 1.0)
            return
        sd = self.spread.canonical
        spread = ctx.quantity(self.spread, f"Spread of {name}")
        normal = b.start(f"{name}.size_normal", "draw_normal", stream=f"{ctx.stream(name)}/size")
        exponent = b.start(f"{name}.size_exponent", "mul", normal, spread)
        relative = b.start(f"{name}.relative_size", "exp_price", exponent, -0.5 * sd * sd, base=1.0)
        b.start(row, "mul", relative, mean)
