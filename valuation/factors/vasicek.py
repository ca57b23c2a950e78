"""Interest rate that reverts to its expected path: the reference rate of a floating loan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import field_validator, model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor, Forward
from valuation.spec.faults import fault
from valuation.spec.kinds import Intensity, Kind
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

RATE_VOLATILITY = Kind("a volatility of a yearly rate", "1 %/year/sqrt(year)", ("1/year/sqrt(year)",), low=0.0)


@factor("vasicek")
class Vasicek(Factor):
    """Yearly rate r_t = forward + X with dX = −reversion·X dt + volatility dW; E[r] = forward, and r may fall below
    0."""

    components: ClassVar[tuple[str, ...]] = ("rate",)
    measured_as: ClassVar[Literal["share", "number", "unit"]] = "unit"
    process: Literal["vasicek"]
    unit: Literal["1/year"] = "1/year"
    """Unit of the rate; it has no other."""
    forward: Forward
    """Expected rate over time, flat or by date [1/year]."""
    reversion: Intensity
    """Speed of mean reversion [1/year]."""
    volatility: Annotated[Quantity, RATE_VOLATILITY]
    """Volatility of the rate [1/year/sqrt(year)]."""
    settlement: Literal["month_average", "month_start", "month_end"] = "month_average"
    """What a month bears: the average of the rate over it, or the rate fixed at its start, or that at its end."""

    @field_validator("forward")
    @classmethod
    def _forward_in_unit(cls, forward: Forward) -> Forward:
        return forward.to("1/year")

    @model_validator(mode="after")
    def _no_shape(self) -> Vasicek:
        if self.forward.month_shape:
            message = "a rate has no shape by calendar month; write the expected rate as a 'curve' by date"
            raise fault(message, "forward", "month_shape")
        return self

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of the Brownian motion."""
        return ((name, name, self.reversion.canonical, self.volatility.canonical),)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance of what a month bears."""
        every = range(len(steps))
        return [(mean, self.autocovariance(expected, steps, t, t)) for t, mean in zip(every, expected, strict=True)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of the rates of two months: of the averages, or of the levels at their starts or ends."""
        from valuation.processes.autocovariance import average_covariance, level_covariance

        own, alone = (("", self.reversion.canonical, self.volatility.canonical),), ((1.0,),)
        if self.settlement == "month_average":
            return average_covariance(own, alone, steps, first, later)
        if self.settlement == "month_end":
            return level_covariance(own, alone, steps, first, later)
        return level_covariance(own, alone, steps, first - 1, later - 1) if first else 0.0

    def _variances(self, steps: Sequence[float]) -> list[float]:
        return [variance for _, variance in self.moments([0.0] * len(steps), steps)]

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """The expected rate plus the deviation: its exact average over the month, its level at the start or the end."""
        from valuation.lowering.context import FactorRows
        from valuation.lowering.driver import average_row, level_row

        b, kappa = ctx.b, self.reversion.canonical
        with b.in_section(f"Market: {name}"):
            ctx.quantity(self.reversion, f"Reversion {name}")
            ctx.quantity(self.volatility, f"Volatility {name}")
            forward = ctx.schedule(self.forward.level, f"Expected {name}", "curve")
            show = {"unit": self.unit, "roll": "mean"}
            expected = b.month(f"{name}.expected", "set", forward, label=f"Expected {name}", **show)
            level = level_row(ctx, name, kappa, f"{name}, off its expected path")
            moved = level
            if self.settlement == "month_average":
                moved = average_row(ctx, name, kappa)
            elif self.settlement == "month_start":
                moved = f"{level}.prev"
            moved = b.month(f"{name}.deviation", "prod", moved, _per_year(ctx), unit=self.unit)
            b.month(name, "sum", expected, moved, base=expected, label=name, **show)
        return FactorRows(name, self.unit, {"rate": level}, {"rate": (kappa, self.volatility.canonical)})

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Rate that the month's own exceeds with a probability p: expected − Φ⁻¹(p)·√v."""
        from valuation.lowering.exceedance import spread_of, standard_normal, value_row

        variance = ctx.by_month(f"{row}.variance", self._variances(ctx.steps))
        spread = spread_of(ctx, standard_normal(ctx, name, probability, row), variance, row)
        moved = ctx.b.month(f"{row}.deviation", "prod", spread, _per_year(ctx), unit=self.unit)
        expected = f"{name}.expected"
        return value_row(ctx, probability, row, "sum", expected, moved, base=expected, label=name, unit=self.unit)


def _per_year(ctx: Lowering) -> str:
    return ctx.constant("per_year", 1.0, "1/year", "A share as a yearly rate")
