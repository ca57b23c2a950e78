"""Geometric Brownian motion: an exchange rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor, Forward
from valuation.spec.faults import fault
from valuation.spec.kinds import Volatility
from valuation.spec.quantity import Quantity
from valuation.spec.words import UnitText

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("gbm")
class GBM(Factor):
    """A value whose logarithm is a Brownian motion: d ln S = −volatility²/2 dt + volatility dW, E[S] = forward."""

    components: ClassVar[tuple[str, ...]] = ("log",)
    measured_as: ClassVar[Literal["share", "number", "unit"]] = "unit"
    process: Literal["gbm"]
    unit: UnitText
    """Unit of the value; of an exchange rate it gives the direction: `USD/EUR` is USD per EUR."""
    forward: Forward
    """Forward curve [unit]."""
    volatility: Volatility
    """Volatility [1/sqrt(year)]."""

    @field_validator("forward")
    @classmethod
    def _forward_in_unit(cls, forward: Forward, info: ValidationInfo) -> Forward:
        return forward.to(info.data["unit"]) if "unit" in info.data else forward

    @model_validator(mode="after")
    def _positive(self) -> GBM:
        if any(level.canonical <= 0.0 for level in self.forward.level.quantities):
            raise fault("the forward must be above 0", "forward")
        if self.forward.month_shape:
            message = "a gbm has no shape by calendar month; write the months as a 'curve' by date"
            raise fault(message, "forward", "month_shape")
        if self.forward.month_shift:
            raise fault("a gbm has no shift by calendar month; write the months as a 'curve' by date", "forward")
        return self

    @property
    def stays_positive(self) -> bool:
        """Always: it is an exponential."""
        return True

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of the Brownian motion."""
        return ((name, name, 0.0, self.volatility.canonical),)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance by month: F, F²(e^(σ²t) − 1)."""
        import math
        from itertools import accumulate

        variance = self.volatility.canonical**2
        return [(f, f * f * math.expm1(variance * t)) for f, t in zip(expected, accumulate(steps), strict=True)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months' ends: F₁F₂(e^(σ²t) − 1), t the time to the earlier one."""
        from math import fsum

        from valuation.processes.autocovariance import of_log_prices

        variance = self.volatility.canonical**2
        return of_log_prices((expected[first], expected[later]), variance * fsum(steps[: first + 1]))

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """S_t = exp(ln F_t − σ²t/2 + σW_t) at each month's end."""
        from valuation.lowering.context import FactorRows

        b = ctx.b
        with b.in_section(f"Market: {name}"):
            ctx.quantity(self.volatility, f"Volatility {name}")
            forward = ctx.schedule(self.forward.level, f"Forward {name}", "curve")
            expected = b.month(
                f"{name}.expected", "set", forward, unit=self.unit, label=f"Expected {name}", roll="mean"
            )
            level = b.month(f"{name}.log", "sum", f"{name}.log.prev", ctx.noise.level(ctx, name))
            elapsed, half = 0.0, []
            for step in ctx.steps:
                elapsed += step
                half.append(0.5 * self.volatility.canonical * self.volatility.canonical * elapsed)
            half_variance = ctx.by_month(f"{name}.half_variance", half)
            log_forward = b.month(f"{name}.log_forward", "log", expected)
            location = b.month(f"{name}.location", "sum", log_forward, f"-{half_variance}")
            b.month(name, "exp_price", level, location, unit=self.unit, base=expected, label=name, roll="mean")
        return FactorRows(name, self.unit, {"log": level}, {"log": (0.0, self.volatility.canonical)})

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Value that the month's own exceeds with a probability p: exp(ln F − σ²t/2 − Φ⁻¹(p)·σ√t)."""
        from valuation.lowering.exceedance import spread_of, standard_normal, value_row

        variance = ctx.b.month(f"{row}.variance", "mul", f"{name}.half_variance", 2.0)
        spread = spread_of(ctx, standard_normal(ctx, name, probability, row), variance, row)
        show = {"base": f"{name}.expected", "unit": self.unit, "label": name}
        return value_row(ctx, probability, row, "exp_price", spread, f"{name}.location", **show)
