"""Share between 0 and 1 whose log-odds revert to a mean: utilisation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from valuation.registry import factor
from valuation.spec.factor import Factor, JointKind
from valuation.spec.kinds import Kind
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

INSIDE = Kind("a share", "90 %", ("1",), above=0.0, high=1.0)
SPREAD = Kind("a number", "0.6", ("",), low=0.0)
REVERSION = Kind("an intensity per year", "2 /year", ("1/year",), above=0.0)


@factor("logit_ou")
class LogitOU(Factor):
    """U = 1/(1 + exp(−X)) with X an Ornstein-Uhlenbeck process in its stationary law, located so that E[U] = mean."""

    measured_as: ClassVar[Literal["share", "number", "unit"]] = "share"
    process: Literal["logit_ou"]
    mean: Annotated[Quantity, INSIDE]
    """Mean of the share [1]."""
    logit_sd: Annotated[Quantity, SPREAD]
    """Stationary standard deviation of the log-odds [1]."""
    reversion: Annotated[Quantity, REVERSION]
    """Speed of mean reversion [1/year]."""

    @classmethod
    def joined_of(cls, raw: Mapping[str, Any]) -> dict[str, JointKind]:
        """Its log-odds."""
        return {"": "motion"}

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of the log-odds: σ = sd·√(2κ)."""
        kappa = self.reversion.canonical
        return ((name, name, kappa, self.logit_sd.canonical * math.sqrt(2.0 * kappa)),)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Mean and variance in the stationary law, by quadrature: the same in every month."""
        from valuation.processes import logit

        mean, sd = logit.moments(logit.location(self.mean.canonical, self.logit_sd.canonical), self.logit_sd.canonical)
        return [(mean, sd * sd) for _ in steps]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months' ends by quadrature: the log-odds correlate by e^(−κ·time between)."""
        from valuation.processes import logit, ou

        mean, sd = self.mean.canonical, self.logit_sd.canonical
        apart = math.fsum(steps[first + 1 : later + 1])
        return logit.covariance(logit.location(mean, sd), sd, ou.decay(self.reversion.canonical, apart))

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """U = 1/(1 + exp(−(location + X))), X stationary with sd ``logit_sd``, the location solved for E[U] = mean."""
        from valuation.lowering.context import FactorRows
        from valuation.processes import logit, ou
        from valuation.processes.precise import expm1

        b, sd = ctx.b, self.logit_sd.canonical
        stream = ctx.stream(name)
        with b.in_section(f"Risk: {name}"):
            mean = ctx.quantity(self.mean, f"Mean {name}")
            spread = ctx.quantity(self.logit_sd, f"Spread of the log-odds, {name}")
            ctx.quantity(self.reversion, f"Reversion {name}")
            kappa = self.reversion.canonical
            normal = b.start(f"{name}.start_normal", "draw_normal", stream=f"{stream}/start")
            opening = b.start(f"{name}.start", "mul", normal, spread)
            decay = ctx.per_step(f"{name}.decay", lambda h: ou.decay(kappa, h))
            if ctx.noise.is_joined(name):
                noise = ctx.noise.level(ctx, name)
            else:
                # in the stationary law the step keeps the variance: s² = sd²·(1 − e^(−2κh))
                weight = ctx.per_step(f"{name}.weight", lambda h: sd * math.sqrt(-expm1(-2.0 * kappa * h)))
                drawn = b.month(f"{name}.normal", "draw_normal", 1.0, stream=f"{stream}/level")
                noise = b.month(f"{name}.noise", "mul", drawn, weight)
            x = b.month(f"{name}.logit", "mul_add", f"{name}.logit.prev", decay, noise, opening=opening)
            location = 0.0 if self.mean.canonical == 1.0 else logit.location(self.mean.canonical, sd)
            if self.mean.canonical == 1.0:
                b.month(name, "set", mean, unit="%", label=name.capitalize(), roll="mean")
            else:
                b.month(name, "logistic", x, location, unit="%", base=mean, label=name.capitalize(), roll="mean")
        return FactorRows(name, "")

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Share that the month's own exceeds with a probability p: 1/(1 + exp(−(location − Φ⁻¹(p)·sd)))."""
        from valuation.lowering.exceedance import standard_normal, value_row
        from valuation.processes import logit

        mean = ctx.quantity(self.mean, f"Mean {name}")
        show = {"base": mean, "unit": "%", "label": name.replace("_", " ").capitalize()}
        normal = standard_normal(ctx, name, probability, row)
        if self.mean.canonical == 1.0:
            return value_row(ctx, probability, row, "set", mean, **show)
        spread = ctx.b.scalar(f"{row}.spread", "mul", normal, ctx.quantity(self.logit_sd, f"Spread, {name}"))
        location = logit.location(self.mean.canonical, self.logit_sd.canonical)
        return value_row(ctx, probability, row, "logistic", spread, location, **show)
