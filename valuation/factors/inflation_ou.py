"""Index of prices whose yearly growth reverts to a mean: inflation that varies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.kinds import Intensity, Kind, Rate
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

RATE_VOLATILITY = Kind("a volatility of a yearly rate", "1.9 %/year/sqrt(year)", ("1/year/sqrt(year)",), low=0.0)


@factor("inflation_ou")
class InflationOU(Factor):
    """I_t = E[I_t]·exp(∫X − Var(∫X)/2), X the deviation of the logarithmic yearly growth: dX = −reversion·X dt +
    volatility dW. E[I_t] = (1 + rate)^t, times what today's growth adds while it reverts."""

    components: ClassVar[tuple[str, ...]] = ("growth",)
    follows_prices: ClassVar[bool] = True
    process: Literal["inflation_ou"]
    rate: Rate
    """Expected effective yearly growth in the long run [1/year]."""
    reversion: Intensity
    """Speed at which the growth reverts [1/year]."""
    volatility: Annotated[Quantity, RATE_VOLATILITY]
    """Volatility of the logarithmic yearly growth [1/year/sqrt(year)]."""
    current: Rate | None = None
    """Effective yearly growth on the market's date; `rate` where left out [1/year]."""

    @property
    def stays_positive(self) -> bool:
        """Always: it is an exponential."""
        return True

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of the Brownian motion of the growth."""
        return ((name, name, self.reversion.canonical, self.volatility.canonical),)

    def _pull(self, years: float) -> float:
        """Logarithm of what today's growth adds to the expected index by a time [1]: (ln(1 + current) − ln(1 +
        rate))·B(t)."""
        from valuation.processes import ou
        from valuation.processes.precise import log1p

        if self.current is None:
            return 0.0
        apart = log1p(self.current.canonical) - log1p(self.rate.canonical)
        return apart * ou.integrated_decay(self.reversion.canonical, years)

    def _expected(self, years: float) -> float:
        import math

        return math.exp(math.log1p(self.rate.canonical) * years + self._pull(years))

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance at each month's end: E = (1 + rate)^t·e^pull, E²(e^v − 1), v = Var(∫X)."""
        import math

        from valuation.processes import ou

        law = (self.reversion.canonical, self.volatility.canonical)
        ends = [(self._expected(t), ou.integral_variance(*law, t)) for t in accumulate(steps)]
        return [(mean, mean * mean * math.expm1(v)) for mean, v in ends]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months' ends: E₁E₂(e^C − 1), C the covariance of the two integrals."""
        from math import fsum

        from valuation.processes import integral
        from valuation.processes.autocovariance import of_log_prices

        begins, apart = fsum(steps[: first + 1]), fsum(steps[first + 1 : later + 1])
        shared = integral.covariance(self.reversion.canonical, self.volatility.canonical, begins, apart)
        return of_log_prices((self._expected(begins), self._expected(begins + apart)), shared)

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Index at each month's end, exactly from the pair (X, ∫X); 1 on the market's date."""
        from valuation.lowering.context import FactorRows
        from valuation.lowering.driver import average_row, level_row
        from valuation.processes import ou

        b, kappa, sigma = ctx.b, self.reversion.canonical, self.volatility.canonical
        years = list(accumulate(ctx.steps))
        with b.in_section(f"Market: {name}"):
            rate = ctx.quantity(self.rate, f"Expected growth of {name}")
            ctx.quantity(self.reversion, f"Reversion of the growth, {name}")
            ctx.quantity(self.volatility, f"Volatility of the growth, {name}")
            growth = b.month(f"{name}.steady", "escalate", rate, ctx.by_month(f"{name}.years", years, "year"))
            level = level_row(ctx, name, kappa, f"{name}, growth over its mean")
            average = average_row(ctx, name, kappa)
            step = ctx.per_step(f"{name}.step", lambda length: length)
            moved = b.month(f"{name}.moved", "mul_add", average, step, f"{name}.moved.prev")
            half = ctx.by_month(f"{name}.half_variance", [0.5 * ou.integral_variance(kappa, sigma, t) for t in years])
            parts, base, expected = [f"-{half}"], "", growth
            if self.current is not None:
                ctx.quantity(self.current, f"Growth of {name} on the market's date")
                pull = ctx.by_month(f"{name}.pull", [self._pull(t) for t in years])
                base = b.month(f"{name}.expected_relative", "exp", pull)
                parts.insert(0, pull)
                expected = b.month(f"{name}.expected", "prod", growth, base, label=f"Expected {name}", roll="end")
            location = b.month(f"{name}.location", "sum", *parts)
            relative = b.month(f"{name}.relative", "exp_price", moved, location, base=base or 1.0)
            b.month(name, "prod", growth, relative, base=expected, label=name, roll="end")
        return FactorRows(name, "", {"growth": level}, {"growth": (kappa, sigma)}, relative=relative)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Index that the month's own exceeds with a probability p: (1 + rate)^t·exp(location − Φ⁻¹(p)·√v)."""
        from valuation.lowering.exceedance import spread_of, standard_normal, value_row

        b = ctx.b
        variance = b.month(f"{row}.variance", "mul", f"{name}.half_variance", 2.0)
        spread = spread_of(ctx, standard_normal(ctx, name, probability, row), variance, row)
        relative = b.month(f"{row}.relative", "exp_price", spread, f"{name}.location")
        base = f"{name}.steady" if self.current is None else f"{name}.expected"
        return value_row(ctx, probability, row, "prod", f"{name}.steady", relative, base=base, label=name)
