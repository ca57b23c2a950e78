"""Share between 0 and 1 that reverts to its mean and whose noise ends at both ends: utilisation."""

from __future__ import annotations

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
    from valuation.processes.jacobi import Jacobi as Law

INSIDE = Kind("a share", "90 %", ("1",), above=0.0, high=1.0)
REVERSION = Kind("an intensity per year", "2 /year", ("1/year",), above=0.0)
VOLATILITY = Kind("a volatility", "0.4 /sqrt(year)", ("1/sqrt(year)",), above=0.0)
LEAST_SHAPE = 0.25
"""Smallest parameter of the Beta law of the long run for which the table keeps to its accuracy."""


@factor("jacobi")
class Jacobi(Factor):
    """dU = reversion·(mean − U)dt + volatility·√(U(1 − U))dW; the law in the long run is a Beta law."""

    measured_as: ClassVar[Literal["share", "number", "unit"]] = "share"
    process: Literal["jacobi"]
    mean: Annotated[Quantity, INSIDE]
    """Mean of the share in the long run, between 0 and 100 % [1]."""
    reversion: Annotated[Quantity, REVERSION]
    """Speed of mean reversion [1/year]."""
    volatility: Annotated[Quantity, VOLATILITY]
    """Volatility s; the variance in the long run is mean·(1 − mean)/(1 + 2·reversion/s²) [1/sqrt(year)]."""
    start: Annotated[Quantity, INSIDE] | None = None
    """Share at the market's date [1]; where it is left out, one drawn from the law of the long run."""

    @model_validator(mode="after")
    def _inside(self) -> Jacobi:
        for field, share in (("mean", self.mean), ("start", self.start)):
            if share is not None and share.canonical >= 1.0:
                raise fault(f"'{share}' must be below 100 %, where the share could not leave", field)
        shapes = self._stationary
        if min(shapes) < LEAST_SHAPE:
            largest = (2.0 * self.reversion.canonical * min(self.mean.canonical, 1.0 - self.mean.canonical)) ** 0.5
            most = largest / LEAST_SHAPE**0.5
            message = (
                f"with a volatility of {self.volatility} the share stands at 0 or 100 % most of the time; expected at "
                f"most {most:.4g} /sqrt(year) for this mean and reversion"
            )
            raise fault(message, "volatility")
        return self

    @property
    def law(self) -> Law:
        """The process by its three numbers."""
        from valuation.processes.jacobi import Jacobi as Law

        return Law(self.reversion.canonical, self.mean.canonical, self.volatility.canonical)

    @property
    def _stationary(self) -> tuple[float, float]:
        from valuation.processes import jacobi

        return jacobi.stationary(self.law)

    @classmethod
    def joined_of(cls, raw: Mapping[str, Any]) -> dict[str, JointKind]:
        """The normal variable of each month."""
        return {"": "motion"}

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of a Brownian motion whose growth over a month, in units of its
        standard deviation, is the normal variable from which the month's step is looked up."""
        return ((name, name, 0.0, 1.0),)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance by month, from the stated share or in the law of the long run."""
        from itertools import accumulate

        from valuation.processes import beta, jacobi

        if self.start is None:
            return [(self.mean.canonical, beta.variance(*self._stationary)) for _ in steps]
        return [jacobi.moments(self.law, self.start.canonical, years) for years in accumulate(steps)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months' ends: e^(−κ·time between)·Var(U of the earlier one)."""
        from math import fsum

        from valuation.processes.precise import exp_minus

        apart = fsum(steps[first + 1 : later + 1])
        return exp_minus(self.reversion.canonical * apart) * self.moments(expected, steps)[first][1]

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """U at each month's end: its log-odds, looked up by last month's and a normal: its law given last month's."""
        from itertools import accumulate

        from valuation.kernel.elementary import log
        from valuation.lowering.context import FactorRows
        from valuation.lowering.tabulated import tabulated_state
        from valuation.plan.model import Argument
        from valuation.processes import jacobi

        b, law, shown = ctx.b, tuple(self.law), name.replace("_", " ").capitalize()
        with b.in_section(f"Risk: {name}"):
            mean = ctx.quantity(self.mean, f"Mean {name} in the long run")
            ctx.quantity(self.reversion, f"Reversion {name}")
            ctx.quantity(self.volatility, f"Volatility {name}")
            opening: Argument
            start: tuple[float, ...] = ()
            if self.start is None:
                table = b.law(f"{name}.start_law", "beta_log_odds", *self._stationary, label=f"Law of {name} at first")
                drawn = b.start(f"{name}.start_normal", "draw_normal", stream=f"{ctx.stream(name)}/start")
                opening, base = b.start(f"{name}.start", "lookup", drawn, table), mean
            else:
                ctx.quantity(self.start, f"{shown} at the market's date")
                at = self.start.canonical
                opening, start = log(at / (1.0 - at)), (at,)
                means = [jacobi.moments(self.law, at, years)[0] for years in accumulate(ctx.steps)]
                base = ctx.by_month(f"{name}.expected", means, "%", f"Expected {name}")
            first = ("jacobi_step_from" if start else "jacobi_step", law)
            label = f"Step of {name}"
            odds = tabulated_state(ctx, f"{name}.logit", ("jacobi_step", law), first, opening, start, label)
            b.month(name, "logistic", odds, 0.0, unit="%", base=base, label=shown, roll="mean")
        return FactorRows(name, "")

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Share that the month's own exceeds with a probability: the quantile of its law from the stated share, or
        of the Beta law of the long run."""
        from itertools import accumulate

        from valuation.kernel.normal import inverse_normal
        from valuation.lowering.exceedance import as_share, stated, value_row
        from valuation.processes import beta, jacobi, lanes
        from valuation.processes.precise import logistic

        stated(ctx, name, probability)
        normal = -inverse_normal(as_share(probability))
        if self.start is None:
            one, other = map(lanes.single, self._stationary)
            long_run = logistic(float(beta.log_odds_quantiles(one, other, lanes.single(normal))[0, 0]))
            shares, base = [long_run] * len(ctx.steps), ctx.quantity(self.mean, f"Mean {name} in the long run")
        else:
            at, base = self.start.canonical, f"{name}.expected"
            every = [years for years in accumulate(ctx.steps) if years > 0.0]
            found = jacobi.quantiles_over_time(self.law, every, at, normal)
            shares = [at] * (len(ctx.steps) - len(found)) + found
        least = ctx.by_month(f"{row}.share", shares, "%")
        show = {"base": base, "unit": "%", "label": name.replace("_", " ").capitalize()}
        return value_row(ctx, probability, row, "set", least, **show)
