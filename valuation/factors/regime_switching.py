"""Price whose level, and how widely it moves, depend on a regime that changes at random: wet and dry years."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from valuation.processes import price_law, regime_moments, regimes
from valuation.processes.price_law import Between, Deviation
from valuation.registry import factor
from valuation.spec.components import Component, Part, measured
from valuation.spec.factor import Forward
from valuation.spec.faults import fault
from valuation.spec.model import Text
from valuation.spec.price import Correlation, PriceFactor, in_transform
from valuation.spec.quantity import Quantity
from valuation.spec.regimes import Regime, chain

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

LARGEST = 4.0
"""Largest shift of a logarithm that is computed with: a price 55 times as high."""


@factor("regime_switching")
class RegimeSwitching(PriceFactor):
    """Price P with transform(P) = location + shift + volatility_multiple·diffusion, of the regime in which the month
    begins, and E[P] = forward + risk premium over all regimes."""

    components: ClassVar[tuple[str, ...]] = ("diffusion",)
    process: Literal["regime_switching"]
    forward: Forward
    """Forward curve [unit]."""
    regimes: dict[str, Regime]
    """The regimes by name; they change as a Markov chain in continuous time."""
    starts_in: Text
    """Regime on the market's date; `stationary` for the long-run probabilities."""
    diffusion: Component
    """What moves all the time, in every regime."""

    _in_transform = field_validator("diffusion")(in_transform)

    @field_validator("regimes")
    @classmethod
    def _in_unit(cls, own: dict[str, Regime], info: ValidationInfo) -> Any:
        if not {"transform", "unit"} <= set(info.data):
            return own
        transform, unit = info.data["transform"], info.data["unit"]
        out = {}
        for name, regime in own.items():
            shift = measured(regime.shift, transform, unit, "", "a shift", name, "shift")
            if transform != "arithmetic" and abs(shift.canonical) > LARGEST:
                message = f"a shift of {shift} of the logarithm is out of all proportion: expected at most {LARGEST:g}"
                raise fault(message, name, "shift")
            out[name] = regime.model_copy(update={"shift": shift})
        return out

    @model_validator(mode="after")
    def _is_a_chain(self) -> RegimeSwitching:
        chain(self.regimes, self.starts_in)
        return self

    def parts(self) -> tuple[Part, ...]:
        """The diffusion."""
        return (self.diffusion.part("diffusion"),)

    def deviation(self, steps: Sequence[float], correlation: Correlation | None = None) -> Deviation:
        """As of any price, with what the regimes add to its exponents; months before the market's date have none."""
        gaussian = super().deviation(steps, correlation).variance
        own, by_month = self._states(), self.probabilities(steps)

        def moments(weight: float) -> list[float]:
            at = zip(by_month, gaussian, steps, strict=True)
            return [regime_moments.log_moment(weight, own, p, v) if step > 0.0 else 0.0 for p, v, step in at]

        if self.transform == "arithmetic":
            at = zip(by_month, steps, strict=True)
            return Deviation(gaussian, mean=[regime_moments.mean(own, p) if step > 0.0 else 0.0 for p, step in at])
        return Deviation(gaussian, up=moments(1.0), down=moments(-1.0) if self.transform == "asinh" else ())

    def tilted(
        self, shared: Sequence[float], steps: Sequence[float], correlation: Correlation | None = None
    ) -> list[float]:
        """As of any price: the covariance is that of each regime, v_i times that of the diffusion."""
        law, own, by_month = self.deviation(steps, correlation), self._states(), self.probabilities(steps)
        if self.transform == "arithmetic":
            raise NotImplementedError("a spread moves with the logarithm of a price")
        out = []
        for t, (c, p, step) in enumerate(zip(shared, by_month, steps, strict=True)):
            v, up, *_ = law.at(t)
            moved = [regime._replace(shift=regime.shift + regime.multiple * c) for regime in own]
            out.append(regime_moments.log_moment(1.0, moved, p, v) - up if step > 0.0 else 0.0)
        return out

    def between(self, steps: Sequence[float], first: int, later: int, first_month: int = 0) -> Between:
        """As of any price, with the probabilities of the regimes in both months."""
        shared = super().between(steps, first, later, first_month).covariance
        own, start = self._states(), self.probabilities(steps[: first + 1])[first]
        law = self.deviation(steps[: later + 1])
        if steps[first] == 0.0:  # nothing has moved yet: the months are independent

            def alone(_: float, b: float) -> float:
                _, up, down, _ = law.at(later)
                return up if b > 0.0 else down

            return Between(shared, alone)
        moved = regimes.transition(self._chain()[0], fsum(steps[first:later]))
        both = [[p * q for q in row] for p, row in zip(start, moved, strict=True)]
        return _of_both(own, both, (law.variance[first], law.variance[later]), shared)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance of the price by month."""
        law, own, chances = self.deviation(steps), self._states(), self.probabilities(steps)
        places, out = self.locations(expected, law), []
        for t, (price, place) in enumerate(zip(expected, places, strict=True)):
            between = _within(own, chances[t], law.variance[t]) if steps[t] > 0.0 else Between(0.0)
            two, laws = ((price, price), (place, place)), (law.at(t), law.at(t))
            out.append((price, price_law.covariance(self.transform, *two, laws, between, self.asinh_scale)))
        return out

    def probabilities(self, steps: Sequence[float]) -> list[list[float]]:
        """Probabilities of the regimes by month, at its start [1], shape [T, R]."""
        rates, start = self._chain()
        return regimes.by_month(rates, start, steps)

    def _chain(self) -> tuple[list[list[float]], list[float]]:
        return chain(self.regimes, self.starts_in)

    def _states(self) -> list[regime_moments.Regime]:
        return [
            regime_moments.Regime(one.shift.canonical, one.volatility_multiple.canonical)
            for one in self.regimes.values()
        ]

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """The regime of the next month by inversion of one uniform in the row of e^(Qh); the location takes the exact
        moments over all regimes, see lowering/regimes.py and processes/regime_moments.py."""
        from valuation.lowering.context import FactorRows
        from valuation.lowering.price import component_rows, correlation, price_rows, rates
        from valuation.lowering.regimes import regime_rows

        with ctx.b.in_section(f"Market: {name}"):
            levels, moved = component_rows(self, name, ctx)
            moved = [regime_rows(ctx, name, self.regimes, *self._chain(), moved[0])]
            price_rows(self, name, ctx, moved, self.deviation(ctx.steps, correlation(self, name, ctx)))
        return FactorRows(name, self.unit, levels, rates(self))

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability: the quantile of the mixture over the regimes."""
        from valuation.lowering.exceedance import as_share, stated
        from valuation.lowering.price import correlation, exceeded_at

        stated(ctx, name, probability)
        level = 1.0 - as_share(probability)
        variances = super().deviation(ctx.steps, correlation(self, name, ctx)).variance
        months = zip(self.probabilities(ctx.steps), variances, ctx.steps, strict=True)
        own = self._states()
        spread = [regime_moments.quantile(level, own, p, v) if step > 0.0 else 0.0 for p, v, step in months]
        return exceeded_at(self, name, ctx, probability, row, ctx.by_month(f"{row}.spread", spread))


def _within(own: Sequence[regime_moments.Regime], chances: Sequence[float], variance: float) -> Between:
    """A month with itself: it has one regime."""
    both = [[p if i == j else 0.0 for j in range(len(own))] for i, p in enumerate(chances)]
    return _of_both(own, both, (variance, variance), variance)


def _of_both(
    own: Sequence[regime_moments.Regime],
    both: Sequence[Sequence[float]],
    variances: tuple[float, float],
    shared: float,
) -> Between:
    """Two months by the probabilities of the regimes in both."""
    return Between(
        shared,
        lambda a, b: regime_moments.joint_log_moment((a, b), own, both, variances, shared),
        regime_moments.covariance_beyond(own, both, shared),
    )
