"""Price of a part of the hours, peak or off-peak, wind or sun: a base price times a ratio that moves by itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from valuation.registry import factor
from valuation.spec.components import Part
from valuation.spec.factor import Factor
from valuation.spec.kinds import Intensity, Kind, Volatility
from valuation.spec.model import SpecModel
from valuation.spec.numbers import Numbers
from valuation.spec.quantity import Quantity
from valuation.spec.words import FactorName, UnitText

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering
    from valuation.plan.model import Argument

RATIO = Kind("a number", "1.15", ("",), above=0.0)


class Spread(SpecModel):
    """How the ratio moves: its logarithm returns to that of the stated one."""

    reversion: Intensity
    """Speed of mean reversion [1/year]."""
    volatility: Volatility
    """Volatility of its logarithm [1/sqrt(year)]."""


@factor("profile")
class Profile(Factor):
    """Price of the hours of a profile: the base price times a ratio by calendar month, with a spread of its own.

    Its expected value is the ratio times that of the base price, exactly.
    """

    components: ClassVar[tuple[str, ...]] = ("spread",)
    measured_as: ClassVar[Literal["share", "number", "unit"]] = "unit"
    of_another: ClassVar[bool] = True
    process: Literal["profile"]
    of: FactorName
    """Base price."""
    unit: UnitText
    """Unit of the price, that of the base price."""
    ratio: Annotated[Quantity, RATIO]
    """Price of the profile over the base price, in expectation [1]."""
    month_shape: Annotated[tuple[Quantity, ...], Numbers(RATIO, 12)] = ()
    """Twelve multipliers of the ratio, January first [1]; their mean need not be 1."""
    spread: Spread | None = None
    """How the ratio moves; it stands still where this is left out."""

    def parts(self) -> tuple[Part, ...]:
        """The spread, where there is one."""
        return () if self.spread is None else (Part("spread", self.spread.reversion, self.spread.volatility),)

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of the spread's Brownian motion."""
        return tuple((f"{name}.{part.name}", f"{name}/{part.name}", *part.driver) for part in self.parts())

    def variances(self, steps: Sequence[float], at_end: bool = False) -> list[float]:
        """Variance of the logarithm of the ratio by month [1], shape [T]."""
        from valuation.processes.average import average_variances, level_variances

        own = [(part.name, *part.driver) for part in self.parts()]
        return (level_variances if at_end else average_variances)(own, [[1.0]], steps)

    def moments_given(
        self, base: Sequence[tuple[float, float]], ratios: Sequence[float], steps: Sequence[float], at_end: bool = False
    ) -> list[tuple[float, float]]:
        """Exact mean and variance of the price by month, from those of the base price: R·E[P], R²·(e^v·E[P²] − E[P]²)
        for a spread that is independent of the base price, v its variance.

        Parameters
        ----------
        base : mean and variance of the base price by month [unit, unit²].
        ratios : R by month [1].
        steps : length of each month after the market's date [year]; shape [T] each.
        at_end : whether a month of the base price settles at the price of its end.
        """
        found = []
        for (mean, variance), ratio, v in zip(base, ratios, self.variances(steps, at_end), strict=True):
            second = math.exp(v) * (variance + mean * mean)
            found.append((ratio * mean, ratio * ratio * (second - mean * mean)))
        return found

    def autocovariance_given(
        self,
        base: float,
        expected: tuple[float, float],
        ratios: tuple[float, float],
        steps: Sequence[float],
        months: tuple[int, int],
        at_end: bool = False,
    ) -> float:
        """Exact covariance of the prices of two months from that of the base price: R₁R₂((Cov + F₁F₂)e^C − F₁F₂), C the
        covariance of the spread, for one that is independent of the base price.

        Parameters
        ----------
        base : covariance of the base price in the two months [unit²].
        expected, ratios : F and R of the two months [unit], [1].
        steps : length of each month after the market's date [year], shape [T].
        months : places of the two, the earlier one first.
        at_end : as in `moments_given`.
        """
        from valuation.processes.autocovariance import average_covariance, level_covariance

        own = [(part.name, *part.driver) for part in self.parts()]
        spread = (level_covariance if at_end else average_covariance)(own, [[1.0]], steps, *months) if own else 0.0
        product = expected[0] * expected[1]
        return ratios[0] * ratios[1] * ((base + product) * math.exp(spread) - product)

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """P = base price × ratio × exp(X − v/2 − C), X the spread's OU process over the month, C its covariance with
        the logarithm of the base price."""
        from valuation.lowering.context import FactorRows
        from valuation.lowering.price import by_calendar_month, component_row

        b, base = ctx.b, ctx.factors[self.of]
        show: dict[str, Any] = {"unit": self.unit, "roll": "mean"}
        levels: dict[str, str] = {}
        with b.in_section(f"Market: {name}"):
            ratio: Argument = ctx.quantity(self.ratio, f"Ratio to the base price, {name}")
            if self.month_shape:
                path = f"{ctx.factor_path(name)}.month_shape"
                shape = by_calendar_month(ctx, name, "shape", path, self.month_shape)
                ratio = b.month(f"{name}.ratio", "prod", shape, ratio)
            label = f"Expected price {name}"
            expected = b.month(f"{name}.expected", "prod", f"{self.of}.expected", ratio, label=label, **show)
            moved: list[Argument] = []
            for part in self.parts():
                levels[part.name], own = component_row(part, name, ctx, at_end=self._at_end(ctx))
                location = ctx.by_month(f"{name}.location", self._locations(name, ctx))
                moved.append(b.month(f"{name}.relative", "exp_price", own, location, base=1.0))
            b.month(name, "prod", base.value, ratio, *moved, base=expected, label=f"Price {name}", **show)
        return FactorRows(name, self.unit, levels, {part.name: part.driver for part in self.parts()})

    def _at_end(self, ctx: Lowering) -> bool:
        return getattr(ctx.contract.factors[self.of], "settlement", "") == "month_end"

    def _locations(self, name: str, ctx: Lowering) -> list[float]:
        """−v/2 − C by month, C what a spread that moves with the base price adds to the logarithm of the mean. Where
        nothing correlates the two it is 0, not a difference."""
        from valuation.processes.average import average_variances, level_variances

        of_month = level_variances if self._at_end(ctx) else average_variances
        own = self.variances(ctx.steps, self._at_end(ctx))
        (driver, *_), base = self.drivers(name)[0], ctx.contract.factors[self.of]
        others = [(one, kappa, sigma) for one, _, kappa, sigma in base.drivers(self.of)]  # type: ignore[attr-defined]
        rho = ctx.noise.correlation_of([*(one for one, *_ in others), driver])
        if not any(rho[-1][:-1]):
            return [-0.5 * v for v in own]
        mine = [(driver, *self.parts()[0].driver)]
        both = of_month([*others, *mine], rho, ctx.steps)
        theirs = of_month(others, [row[:-1] for row in rho[:-1]], ctx.steps)
        shared = [0.5 * (all_ - one - v) for v, all_, one in zip(own, both, theirs, strict=True)]
        tilted = base.tilted(shared, ctx.steps, [row[:-1] for row in rho[:-1]])  # type: ignore[attr-defined]
        return [-0.5 * v - c for v, c in zip(own, tilted, strict=True)]
