"""From the coordinates of an optimum, which have no bounds, to parameters with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import atanh, exp, log, sqrt, tanh

import numpy as np

from valuation.calibration.fit import Estimate
from valuation.calibration.optimum import Optimum, scipy
from valuation.calibration.refusals import NoMaximum
from valuation.calibration.series import FloatArray

PER_YEAR = "/year"
PER_ROOT_YEAR = "/sqrt(year)"
_LEAST_FREEDOM = 3.0


@dataclass(frozen=True)
class Coordinate:
    """A parameter and the scale on which it has no bounds: `plain`, `log`, `logit` (0 … 1) or `atanh` (−1 … 1)."""

    name: str
    scale: str
    unit: str = ""

    def natural(self, z: float) -> float:
        """The parameter at a coordinate."""
        if self.scale == "log":
            return exp(z)
        if self.scale == "logit":
            return 1.0 / (1.0 + exp(-z))
        return tanh(z) if self.scale == "atanh" else z

    def coordinate(self, value: float) -> float:
        """The coordinate of a parameter."""
        if self.scale == "log":
            return log(value)
        if self.scale == "logit":
            return log(value / (1.0 - value))
        return atanh(value) if self.scale == "atanh" else value

    def slope(self, value: float) -> float:
        """Derivative of the parameter by its coordinate."""
        if self.scale == "log":
            return value
        if self.scale == "logit":
            return value * (1.0 - value)
        return 1.0 - value * value if self.scale == "atanh" else 1.0


@dataclass(frozen=True)
class Short:
    """What a short history does to an estimate.

    Parameters
    ----------
    corrected : without the bias.
    freedom : degrees of freedom of Student's t behind the interval; infinite for the normal's 1.96.
    widened : factor on the standard error on its scale, at the corrected value.
    """

    corrected: float
    freedom: float = float("inf")
    widened: float = 1.0


@dataclass(frozen=True)
class Described:
    """Estimates in the order of the coordinates, then what was derived; covariance [k, k] of the former."""

    estimates: tuple[Estimate, ...]
    covariance: FloatArray
    scale: tuple[str, ...]
    coordinates: tuple[Coordinate, ...] = field(default=())

    def __getitem__(self, name: str) -> Estimate:
        """An estimate by its name."""
        return next(e for e in self.estimates if e.name == name)


def quantile(freedom: float) -> float:
    """97.5 % quantile of Student's t, with 3 degrees of freedom at least."""
    if freedom == float("inf"):
        return 1.959963984540054
    return float(scipy("special").stdtrit(max(freedom, _LEAST_FREEDOM), 0.975))


def estimate(coordinate: Coordinate, z: float, variance: float, short: Short | None = None) -> Estimate:
    """One parameter with its interval, which is symmetric on its scale around the corrected value."""
    value = coordinate.natural(z)
    short = short or Short(value)
    width = sqrt(variance)
    centre, reach = coordinate.coordinate(short.corrected), quantile(short.freedom) * short.widened * width
    try:
        low, high = coordinate.natural(centre - reach), coordinate.natural(centre + reach)
    except OverflowError:
        low, high = float("nan"), float("nan")
    found = (value, abs(coordinate.slope(value)) * width, low, high, short.corrected)
    if not np.isfinite(found).all():
        raise NoMaximum(
            f"'{coordinate.name}' is not determined by these data: an interval without end; take a simpler model, or a "
            f"longer history"
        )
    return Estimate(coordinate.name, value, found[1], low, high, coordinate.unit, short.corrected)


def describe(
    coordinates: Sequence[Coordinate],
    optimum: Optimum,
    short: Mapping[str, Short] | None = None,
    derived: Sequence[tuple[Coordinate, Callable[[Mapping[str, float]], float], float]] = (),
) -> Described:
    """Parameters at an optimum.

    Parameters
    ----------
    coordinates : of the optimum, in order.
    short : corrections by name.
    derived : (coordinate, function of the parameters by name, degrees of freedom) of what follows from them; by the
        delta method on the coordinate's scale.
    """
    short = short or {}
    ends = [
        estimate(c, float(z), float(v), short.get(c.name))
        for c, z, v in zip(coordinates, optimum.at, np.diag(optimum.covariance), strict=True)
    ]
    slopes = np.array([c.slope(e.value) for c, e in zip(coordinates, ends, strict=True)])
    followed = [_follow(coordinates, optimum, ends, *one) for one in derived]
    return Described(
        (*ends, *followed),
        optimum.covariance * np.outer(slopes, slopes),
        tuple(c.scale for c in coordinates),
        tuple(coordinates),
    )


def _follow(
    coordinates: Sequence[Coordinate],
    optimum: Optimum,
    ends: Sequence[Estimate],
    own: Coordinate,
    function: Callable[[Mapping[str, float]], float],
    freedom: float,
) -> Estimate:
    def at(z: FloatArray) -> float:
        return function({c.name: c.natural(float(v)) for c, v in zip(coordinates, z, strict=True)})

    corrected = np.array([c.coordinate(e.corrected) for c, e in zip(coordinates, ends, strict=True)])
    # The curvature was taken at the maximum; widths of corrected parameters are those of their own intervals.
    spread = np.ones(len(ends))
    for i, (c, e, v) in enumerate(zip(coordinates, ends, np.diag(optimum.covariance), strict=True)):
        if e.corrected != e.value and c.scale == "log":
            spread[i] = sqrt(e.value / e.corrected) if v > 0.0 else 1.0
    slope = np.empty(len(corrected))
    for i in range(len(corrected)):
        step = np.zeros(len(corrected))
        step[i] = 1e-5
        upper, lower = own.coordinate(at(corrected + step)), own.coordinate(at(corrected - step))
        slope[i] = (upper - lower) / 2e-5
    slope *= spread
    variance = float(slope @ optimum.covariance @ slope)
    z = own.coordinate(at(optimum.at))
    return estimate(own, z, variance, Short(at(corrected), freedom))
