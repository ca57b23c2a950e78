"""Share with a Beta law in every month and the memory of an autoregression: utilisation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor, JointKind
from valuation.spec.faults import fault
from valuation.spec.kinds import Kind
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

SHARE = Kind("a share", "90 %", ("1",), above=0.0, high=1.0)
SHAPE = Kind("a number", "9", ("",), low=0.05, high=1e6)
REVERSION = Kind("an intensity per year", "2 /year", ("1/year",), above=0.0)
LEAST_SHAPE = 0.05
"""Smallest parameter of the Beta law: below it the share stands at 0 or 1 beyond the range of a double."""


@factor("beta_ar")
class BetaAR(Factor):
    """U = F⁻¹(Φ(Z)), F a Beta distribution and Z a standard normal that reverts to 0: U is Beta in every month."""

    measured_as: ClassVar[Literal["share", "number", "unit"]] = "share"
    process: Literal["beta_ar"]
    mean: Annotated[Quantity, SHARE] | None = None
    """Mean of the share, between 0 and 100 % [1]."""
    sd: Annotated[Quantity, SHARE] | None = None
    """Standard deviation of the share [1]."""
    alpha: Annotated[Quantity, SHAPE] | None = None
    """Parameter α of the Beta law, in the place of mean and sd [1]."""
    beta: Annotated[Quantity, SHAPE] | None = None
    """Parameter β of the Beta law [1]."""
    reversion: Annotated[Quantity, REVERSION]
    """Speed with which Z reverts: it correlates by e^(−reversion·time) [1/year]."""

    @model_validator(mode="after")
    def _one_way(self) -> BetaAR:
        by_moments = (self.mean is not None, self.sd is not None)
        by_shape = (self.alpha is not None, self.beta is not None)
        if (all(by_moments), any(by_shape)) != (True, False) and (all(by_shape), any(by_moments)) != (True, False):
            raise fault("expected either 'mean' and 'sd', for example 'mean: 92 %, sd: 5 %', or 'alpha' and 'beta'")
        if self.mean is None or self.sd is None:
            return self
        mean, sd = self.mean.canonical, self.sd.canonical
        if mean >= 1.0:
            raise fault(f"'{self.mean}' must be below 100 %, where a share could not vary", "mean")
        most = math.sqrt(mean * (1.0 - mean) / (1.0 + LEAST_SHAPE / min(mean, 1.0 - mean)))
        if sd > most:
            message = f"a share with a mean of {self.mean} has a sd of at most {100.0 * most:.4g} %, got {self.sd}"
            raise fault(message, "sd")
        return self

    @classmethod
    def joined_of(cls, raw: Mapping[str, Any]) -> dict[str, JointKind]:
        """Its normal process Z."""
        return {"": "motion"}

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of Z, whose variance is 1: σ = √(2κ)."""
        kappa = self.reversion.canonical
        return ((name, name, kappa, math.sqrt(2.0 * kappa)),)

    @property
    def shape(self) -> tuple[float, float]:
        """(α, β) of the Beta law."""
        from valuation.processes import beta

        if self.mean is not None and self.sd is not None:
            return beta.shape(self.mean.canonical, self.sd.canonical * self.sd.canonical)
        if self.alpha is None or self.beta is None:
            raise ValueError("a Beta law has two numbers")
        return self.alpha.canonical, self.beta.canonical

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Mean and variance of the Beta law: the same in every month."""
        from valuation.processes import beta

        one, other = self.shape
        return [(one / (one + other), beta.variance(one, other)) for _ in steps]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Covariance of two months' ends by quadrature: Z correlates by e^(−κ·time between)."""
        from valuation.plan.laws import Law
        from valuation.processes import beta_ar, ou

        apart = math.fsum(steps[first + 1 : later + 1])
        if apart == 0.0:
            return self.moments(expected, steps)[first][1]
        table = Law("beta_log_odds", self.shape).values
        return beta_ar.covariance(table, ou.decay(self.reversion.canonical, apart))

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Z, in its stationary law from the first month, and the share that belongs to it."""
        from valuation.lowering.context import FactorRows
        from valuation.processes import ou
        from valuation.processes.precise import expm1

        b, stream, kappa = ctx.b, ctx.stream(name), self.reversion.canonical
        with b.in_section(f"Risk: {name}"):
            mean = self._mean(name, ctx)
            ctx.quantity(self.reversion, f"Reversion {name}")
            opening = b.start(f"{name}.start_normal", "draw_normal", stream=f"{stream}/start")
            decay = ctx.per_step(f"{name}.decay", lambda h: ou.decay(kappa, h))
            if ctx.noise.is_joined(name):
                noise = ctx.noise.level(ctx, name)
            else:
                weight = ctx.per_step(f"{name}.weight", lambda h: math.sqrt(-expm1(-2.0 * kappa * h)))
                drawn = b.month(f"{name}.normal", "draw_normal", 1.0, stream=f"{stream}/level")
                noise = b.month(f"{name}.noise", "mul", drawn, weight)
            z = b.month(f"{name}.z", "mul_add", f"{name}.z.prev", decay, noise, opening=opening)
            odds = b.month(f"{name}.logit", "lookup", z, self._table(name, ctx))
            label = name.replace("_", " ").capitalize()
            b.month(name, "logistic", odds, 0.0, unit="%", base=mean, label=label, roll="mean")
        return FactorRows(name, "")

    def _mean(self, name: str, ctx: Lowering) -> str:
        """Row of the mean; what the law is stated by stands among the inputs."""
        if self.mean is not None and self.sd is not None:
            ctx.quantity(self.sd, f"Standard deviation {name}")
            return ctx.quantity(self.mean, f"Mean {name}")
        if self.alpha is None or self.beta is None:
            raise ValueError("a Beta law has two numbers")
        alpha, beta = ctx.quantity(self.alpha, f"Alpha {name}"), ctx.quantity(self.beta, f"Beta {name}")
        if f"{name}.mean" in ctx.b.rows:
            return f"{name}.mean"
        both = ctx.b.scalar(f"{name}.alpha_and_beta", "add", alpha, beta)
        return ctx.b.scalar(f"{name}.mean", "divide", alpha, both)

    def _table(self, name: str, ctx: Lowering) -> str:
        return ctx.b.law(f"{name}.law", "beta_log_odds", *self.shape, label=f"Log-odds of {name} by its normal")

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Share that the month's own exceeds with a probability p: F⁻¹(1 − p)."""
        from valuation.lowering.exceedance import standard_normal, value_row

        mean = self._mean(name, ctx)
        normal = standard_normal(ctx, name, probability, row)
        odds = ctx.b.scalar(f"{row}.logit", "lookup", normal, self._table(name, ctx))
        show = {"base": mean, "unit": "%", "label": name.replace("_", " ").capitalize()}
        return value_row(ctx, probability, row, "logistic", odds, 0.0, **show)
