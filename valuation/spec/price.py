"""What every price has: a transform under which it moves, a forward, and what a month settles at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ValidationInfo, ValidatorFunctionWrapHandler, field_validator, model_validator

from valuation.processes import autocovariance, price_law
from valuation.processes.average import average_variances, level_variances
from valuation.processes.covariance import correlation_matrix
from valuation.processes.price_law import Between, Deviation, Transform
from valuation.spec.components import Component, Part, YearlyLevel, measured
from valuation.spec.factor import Factor, Forward, in_unit
from valuation.spec.faults import fault
from valuation.spec.kinds import ANY
from valuation.spec.model import default
from valuation.spec.quantity import Quantity
from valuation.spec.words import UnitText

Correlation = Sequence[Sequence[float]]


class PriceFactor(Factor):
    """A price P with transform(P) = location + deviation and E[P] = forward + risk premium, exactly.

    A subclass names its components (`parts`), which are Ornstein–Uhlenbeck processes from 0; what moves it beyond them
    enters through `deviation` and `between`.
    """

    measured_as: ClassVar[Literal["share", "number", "unit"]] = "unit"
    process: str
    transform: Transform = "log"
    """`log` for prices above 0; `asinh` where they can be negative; `arithmetic` where they move by amounts."""
    unit: UnitText
    """Unit of the price, `EUR/MWh`."""
    scale: Annotated[Quantity, ANY] | None = None
    """Where asinh begins to act like a logarithm [unit]; for asinh."""
    forward: Forward | None = None
    """Forward curve [unit]."""
    settlement: Literal["month_average", "month_end"] = "month_average"
    """What a month settles at: the average of its prices, or the price at its end."""
    risk_premium: Annotated[Quantity, ANY] = default(None)
    """Expected spot less forward [unit]; 0 where it is left out, which is an assumption."""

    @field_validator("forward")
    @classmethod
    def _forward_in_unit(cls, forward: Forward | None, info: ValidationInfo) -> Forward | None:
        return forward.to(info.data["unit"]) if forward is not None and "unit" in info.data else forward

    @field_validator("scale", "risk_premium", mode="wrap")
    @classmethod
    def _value_in_unit(cls, raw: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Quantity | None:
        if raw is None and info.field_name == "scale":
            return None
        if "unit" not in info.data:
            return None
        unit: str = info.data["unit"]
        return in_unit(f"0 {unit}" if raw is None else raw, unit)

    @model_validator(mode="after")
    def _transform_fits(self) -> PriceFactor:
        if (self.transform == "asinh") != (self.scale is not None):
            raise fault("'transform: asinh' and its 'scale' go together", "transform")
        if self.scale is not None and self.scale.canonical <= 0.0:
            raise fault("the scale must be above 0", "scale")
        forward = self.forward
        if self.transform == "log" and forward is not None:
            if any(level.canonical <= 0.0 for level in forward.level.quantities):
                raise fault("a forward of 0 or below needs 'transform: asinh' or 'transform: arithmetic'", "forward")
        return self

    @property
    def stays_positive(self) -> bool:
        """Under the logarithm; the others let a price fall below 0."""
        return self.transform == "log"

    @property
    def asinh_scale(self) -> float:
        """c of the asinh transform [unit]; 0 for the others."""
        return 0.0 if self.scale is None else self.scale.canonical

    @property
    def resets_in(self) -> int:
        """Calendar month in which the level of the year is drawn anew."""
        level = self.drawn_each_year()
        return 1 if level is None else level.resets.month

    def stream_of(self, name: str, component: str) -> str:
        """Random stream of the level of the year."""
        return f"{name}/{component}/level"

    def parts(self) -> tuple[Part, ...]:
        """The components that the price has, in file order."""
        return ()

    def drawn_each_year(self) -> YearlyLevel | None:
        """The level of the year, None for a price without."""
        return None

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of each Brownian motion, in file order."""
        return tuple((f"{name}.{part.name}", f"{name}/{part.name}", *part.driver) for part in self.parts())

    def implied_by_month(self, measure: str, steps: Sequence[float], first_month: int) -> list[float]:
        """Expected price by month that the parameters of a price without a `forward` imply [unit], shape [T].

        Parameters
        ----------
        measure : `real_world` or `risk_neutral`, which says with which drift.
        steps : length of each month after the market's date [year], shape [T].
        first_month : calendar month number of the first.
        """
        raise NotImplementedError(f"{self.process} needs a forward")

    def stated_parameters(self) -> Sequence[tuple[Quantity, str]]:
        """What the implied expected price is computed from beside the components, with its label."""
        return ()

    def deviation(self, steps: Sequence[float], correlation: Correlation | None = None) -> Deviation:
        """Law of the deviation by month: here of the sum of the components, averaged over the month or at its end, plus
        the year's level.

        Parameters
        ----------
        steps : length of each month after the market's date [year], shape [T].
        correlation : of the components, shape [D, D]; the factor's own where it is left out.
        """
        level = self.drawn_each_year()
        own = 0.0 if level is None else level.sd.canonical
        rows = tuple(tuple(row) for row in correlation or self._own_correlation())
        found = _variances(tuple(self._components()), rows, tuple(steps), self.settlement == "month_end")
        return Deviation([v + own * own if step > 0.0 else 0.0 for v, step in zip(found, steps, strict=True)])

    def between(self, steps: Sequence[float], first: int, later: int, first_month: int = 0) -> Between:
        """How the deviations of two months hang together; parameters as `autocovariance`."""
        if first == later:
            return Between(PriceFactor.deviation(self, steps).variance[first])
        of_two = (
            autocovariance.level_covariance if self.settlement == "month_end" else autocovariance.average_covariance
        )
        shared = of_two(self._components(), self._own_correlation(), steps, first, later)
        level = self.drawn_each_year()
        if level is not None and steps[first] > 0.0:
            if not autocovariance.reset_between(first_month, first, later, level.resets.month):
                shared += level.sd.canonical**2
        return Between(shared)

    def tilted(
        self, shared: Sequence[float], steps: Sequence[float], correlation: Correlation | None = None
    ) -> list[float]:
        """log E[e^(x + B)] − log E[e^x] − Var(B)/2 by month [-], B normal of mean 0: here its covariance with x.

        Parameters
        ----------
        shared : covariance of B with the sum of the components by month [-], shape [T].
        steps, correlation : as of `deviation`.
        """
        return list(shared)

    def locations(self, expected: Sequence[float], law: Deviation) -> list[float]:
        """Location m of the transformed price by month [1, or unit], which makes the price's mean the expected one.

        Raises
        ------
        ForwardNotPositive : an expected price of 0 or below under the logarithm.
        """
        at = enumerate(expected)
        return [price_law.location(self.transform, price, law.at(t), self.asinh_scale) for t, price in at]

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance of the price by month, its components correlated as the factor itself says.

        ``expected``: forward with shape and premium [unit]; ``steps``: the months' lengths [year]; shape [T].
        """
        law = self.deviation(steps)
        return [(price, self._covariance(law, expected, steps, t, t)) for t, price in enumerate(expected)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months' prices, the components correlated as the factor itself says; the formulas
        are in processes/price_law.py."""
        return self._covariance(self.deviation(steps), expected, steps, first, later, first_month)

    def _covariance(
        self, law: Deviation, expected: Sequence[float], steps: Sequence[float], first: int, later: int, month: int = 0
    ) -> float:
        laws, forwards = (law.at(first), law.at(later)), (expected[first], expected[later])
        m, n = (
            price_law.location(self.transform, price, own, self.asinh_scale)
            for price, own in zip(forwards, laws, strict=True)
        )
        between = self.between(steps, first, later, month)
        return price_law.covariance(self.transform, forwards, (m, n), laws, between, self.asinh_scale)

    def _components(self) -> list[tuple[str, float, float]]:
        return [(part.name, *part.driver) for part in self.parts()]

    def _own_correlation(self) -> Correlation:
        pairs = {(one, other): value.canonical for one, other, value in self.own_correlations()}
        return correlation_matrix([part.name for part in self.parts()], pairs)


@lru_cache(maxsize=16)
def _variances(
    components: tuple[tuple[str, float, float], ...],
    correlation: tuple[tuple[float, ...], ...],
    steps: tuple[float, ...],
    at_end: bool,
) -> tuple[float, ...]:
    """Variances of the sum of components by month; kept, for the moments of every month ask for all of them."""
    return tuple((level_variances if at_end else average_variances)(components, correlation, steps))


def in_transform(own: Any, info: ValidationInfo) -> Any:
    """A component, a yearly level or a volatility in the unit of the transformed price; a field validator's body."""
    if own is None or not {"transform", "unit"} <= set(info.data):
        return own
    transform, unit = info.data["transform"], info.data["unit"]
    if isinstance(own, Quantity):
        return measured(own, transform, unit, "/sqrt(year)", "a volatility")
    if isinstance(own, Component):
        moved = measured(own.volatility, transform, unit, "/sqrt(year)", "a volatility", "volatility")
        return own.model_copy(update={"volatility": moved})
    sd = measured(own.sd, transform, unit, "", "a standard deviation", "sd")
    return own.model_copy(update={"sd": sd})
