"""Interest rate that reverts to its expected path and stays above 0: the reference rate of a floating loan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor, Forward, JointKind
from valuation.spec.faults import fault
from valuation.spec.quantity import Quantity
from valuation.spec.square_root import SquareRootTerms

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("cir")
class CIR(Factor, SquareRootTerms):
    """Yearly rate r = forward·Y, dY = reversion·(1 − Y)dt + volatility·√Y dW; E[r] = forward, r is never below 0."""

    measured_as: ClassVar[Literal["share", "number", "unit"]] = "unit"
    process: Literal["cir"]
    unit: Literal["1/year"] = "1/year"
    """Unit of the rate; it has no other."""
    forward: Forward
    """Expected rate over time, flat or by date [1/year]."""

    @field_validator("forward")
    @classmethod
    def _forward_in_unit(cls, forward: Forward) -> Forward:
        return forward.to("1/year")

    @model_validator(mode="after")
    def _rate(self) -> CIR:
        if self.forward.month_shape:
            message = "a rate has no shape by calendar month; write the expected rate as a 'curve' by date"
            raise fault(message, "forward", "month_shape")
        if any(level.canonical < 0.0 for level in self.forward.level.quantities):
            raise fault("a cir rate is never below 0; take 'process: vasicek' for one that may be", "forward")
        return self

    @classmethod
    def joined_of(cls, raw: Mapping[str, Any]) -> dict[str, JointKind]:
        """The normal variable of each month."""
        return {"": "motion"}

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of a Brownian motion whose growth over a month, in units of its
        standard deviation, is the normal variable from which the month's step is looked up."""
        return ((name, name, 0.0, 1.0),)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance of the rate at each month's end: F, F²·Var(Y)."""
        from itertools import accumulate

        from valuation.processes import cir

        every = zip(expected, accumulate(steps), strict=True)
        return [(f, f * f * cir.moments(self.law, 1.0, years)[1]) for f, years in every]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months' ends: F₁F₂·e^(−κ·time between)·Var(Y of the earlier one)."""
        from math import fsum

        from valuation.processes import cir
        from valuation.processes.precise import exp_minus

        stays = exp_minus(self.reversion.canonical * fsum(steps[first + 1 : later + 1]))
        return expected[first] * expected[later] * stays * cir.moments(self.law, 1.0, fsum(steps[: first + 1]))[1]

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """The expected rate times Y, Y at each month's end by its exact law given the one before."""
        from valuation.lowering.context import FactorRows
        from valuation.lowering.square_root import lower_relative

        b = ctx.b
        with b.in_section(f"Market: {name}"):
            forward = ctx.schedule(self.forward.level, f"Forward {name}", "curve")
            expected = b.month(f"{name}.expected", "set", forward, unit="1/year", label=f"Expected {name}", roll="mean")
            relative = lower_relative(ctx, name, self)
            b.month(name, "mul", relative, expected, unit="1/year", base=expected, label=name, roll="mean")
        return FactorRows(name, "1/year")

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Rate that the month's own exceeds with a probability: the exact quantile from the market's date on."""
        from itertools import accumulate

        from valuation.kernel.normal import inverse_normal
        from valuation.lowering.exceedance import as_share, stated, value_row
        from valuation.processes import cir

        stated(ctx, name, probability)
        normal = -inverse_normal(as_share(probability))
        ends = accumulate(ctx.steps)
        multiples = [cir.quantile(self.law, years, normal) if years > 0.0 else 1.0 for years in ends]
        relative = ctx.by_month(f"{row}.relative", multiples)
        show = {"base": f"{name}.expected", "unit": "1/year", "label": name}
        return value_row(ctx, probability, row, "mul", relative, f"{name}.expected", **show)
