"""Volume of a site over what is expected of it: the estimate, the year's weather, the month's weather."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor, JointKind
from valuation.spec.faults import fault
from valuation.spec.kinds import share
from valuation.spec.model import default
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

Spread = Annotated[Quantity, share()]


@factor("volume_index")
class VolumeIndex(Factor):
    """V = exp(G + J + M − (σ_G² + σ_J² + σ_M²)/2) with mean 1: G lasts, J is drawn each calendar year, M each month.

    All three are normal and independent. The volume index of a year in which M is 0 is exceeded with 90 % probability
    at exp(−1.28155·√(σ_G² + σ_J²) − (σ_G² + σ_J²)/2) (lenders' P90 over the expected volume).
    """

    process: Literal["volume_index"]
    yearly_sd: Spread = default("0 %")
    """Standard deviation of the logarithm of a year's volume, from year to year [1]."""
    monthly_sd: Spread = default("0 %")
    """The same of a month's volume, beside the year's [1]."""
    estimate_sd: Spread = default("0 %")
    """The same of the estimate itself, which is off by as much in all years [1]."""

    @model_validator(mode="after")
    def _moves(self) -> VolumeIndex:
        if not self.log_variance:
            raise fault("nothing moves it: state 'yearly_sd', 'monthly_sd' or 'estimate_sd', for example '6 %'")
        return self

    @classmethod
    def joined_of(cls, raw: Mapping[str, Any]) -> dict[str, JointKind]:
        """The months' moves, as a Brownian motion's over each month, and the year's level."""
        found: dict[str, JointKind] = {"monthly": "motion"} if raw.get("monthly_sd") is not None else {}
        return found | ({"yearly": "year"} if raw.get("yearly_sd") is not None else {})

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of the Brownian motion whose growth over a month is the month's move,
        in units of its standard deviation."""
        return ((f"{name}.monthly", f"{name}/monthly", 0.0, 1.0),) if self.monthly_sd.canonical else ()

    @property
    def log_variance(self) -> float:
        """Variance of the logarithm of a month's index [1]."""
        total = 0.0
        for part in (self.estimate_sd, self.yearly_sd, self.monthly_sd):
            total += part.canonical * part.canonical
        return total

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Mean 1 and variance e^v − 1, the same in every month."""
        import math

        return [(1.0, math.expm1(self.log_variance)) for _ in steps]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months: e^C − 1, C = σ_G², + σ_J² within a calendar year, + σ_M² in one month."""
        import math

        from valuation.processes.autocovariance import reset_between

        shared = self.estimate_sd.canonical**2
        if not reset_between(first_month, first, later, 1):
            shared += self.yearly_sd.canonical**2
        if first == later:
            shared += self.monthly_sd.canonical**2
        return math.expm1(shared)

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """V = exp(location + G + J + M), the location −v/2 of the whole variance v; 1 in the base case."""
        from valuation.lowering.context import FactorRows

        b, stream = ctx.b, ctx.stream(name)
        with b.in_section(f"Risk: {name}"):
            moved: list[str] = []
            squares: list[str] = []
            if self.estimate_sd.canonical:
                sd = ctx.quantity(self.estimate_sd, f"Spread of the estimate, {name}")
                squares.append(b.scalar(f"{name}.estimate_square", "mul", sd, sd))
                normal = b.start(f"{name}.estimate_normal", "draw_normal", stream=f"{stream}/estimate")
                moved.append(b.start(f"{name}.estimate", "mul", normal, sd))
            if self.yearly_sd.canonical:
                sd = ctx.quantity(self.yearly_sd, f"Spread by year, {name}")
                squares.append(b.scalar(f"{name}.yearly_square", "mul", sd, sd))
                moved.append(self._year(name, ctx, sd, stream))
            if self.monthly_sd.canonical:
                sd = ctx.quantity(self.monthly_sd, f"Spread by month, {name}")
                squares.append(b.scalar(f"{name}.monthly_square", "mul", sd, sd))
                if ctx.noise.is_joined(f"{name}.monthly"):
                    normal = ctx.noise.standard(ctx, f"{name}.monthly")
                else:
                    normal = b.month(f"{name}.monthly_normal", "draw_normal", 1.0, stream=f"{stream}/monthly")
                moved.append(b.month(f"{name}.monthly", "mul", normal, sd))
            variance = b.scalar(f"{name}.variance", "sum", *squares)
            location = b.scalar(f"{name}.location", "convert", variance, -0.5)
            x = b.month(f"{name}.x", "sum", *moved)
            b.month(name, "exp_price", x, location, base=1.0, label=name.replace("_", " ").capitalize(), roll="mean")
        return FactorRows(name, "")

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Volume that the month's own exceeds with a probability p, all three parts together: exp(−v/2 − Φ⁻¹(p)·√v)."""
        from valuation.lowering.exceedance import spread_of, standard_normal, value_row

        spread = spread_of(ctx, standard_normal(ctx, name, probability, row), f"{name}.variance", row)
        label = name.replace("_", " ").capitalize()
        return value_row(ctx, probability, row, "exp_price", spread, f"{name}.location", base=1.0, label=label)

    def _year(self, name: str, ctx: Lowering, sd: str, stream: str) -> str:
        """Row of the year's level: a new one each January, and in the first month that is simulated, so that a plan
        which begins earlier draws the same."""
        b, row = ctx.b, f"{name}.yearly"
        starts = [
            b.month(f"{row}.first", "equal", ctx.time.t, 0.0),
            b.month(f"{row}.first_simulated", "equal", ctx.time.t, float(ctx.first_step)),
        ]
        either = b.month(f"{row}.begins", "higher_of", *starts)
        resets = b.month(f"{row}.resets", "higher_of", either, ctx.time.year_begins)
        normal = ctx.yearly_levels.normal(ctx, row, f"{row}.normal", f"{stream}/yearly", resets)
        drawn = b.month(f"{row}.drawn", "mul", normal, sd)
        return b.month(row, "select", resets, drawn, f"{row}.prev", label=f"Volume of the year, {name}")
