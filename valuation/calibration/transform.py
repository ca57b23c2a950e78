"""How a price becomes what a process moves, and back: log, asinh, or the price itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from valuation.calibration.history import History
from valuation.calibration.refusals import CannotCalibrate, ValuesOutside

TransformName = Literal["log", "asinh", "arithmetic"]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Transform:
    """y = g(P).

    Parameters
    ----------
    name : `log`: ln P; `asinh`: asinh(P/scale); `arithmetic`: P.
    scale : where asinh begins to act like a logarithm [unit of the price]; None for the others.
    """

    name: TransformName
    scale: float | None = None

    def __post_init__(self) -> None:
        if (self.name == "asinh") != (self.scale is not None):
            raise CannotCalibrate("--transform asinh and --scale go together, for example --transform asinh --scale 10")
        if self.scale is not None and not 0.0 < self.scale < float("inf"):
            raise CannotCalibrate(f"--scale {self.scale:g}: expected a price above 0")

    def __call__(self, price: FloatArray) -> FloatArray:
        """The transform of prices; NaN stays NaN."""
        if self.name == "log":
            return np.log(price)
        return np.arcsinh(price / self.scale) if self.scale is not None else price.copy()

    def back(self, y: FloatArray) -> FloatArray:
        """The prices of a transform."""
        if self.name == "log":
            return np.exp(y)
        return self.scale * np.sinh(y) if self.scale is not None else y

    def __str__(self) -> str:
        return {"log": "ln P", "asinh": f"asinh(P/{self.scale:g})" if self.scale else "", "arithmetic": "P"}[self.name]


def transformed(history: History, transform: Transform) -> FloatArray:
    """The series of a history, shape [n].

    Raises
    ------
    ValuesOutside : prices of 0 or below under the logarithm, with what to do about them.
    """
    values = history.values
    if transform.name == "log" and bool((values <= 0.0).any()):
        at = np.flatnonzero(values <= 0.0)
        days = ", ".join(f"{history.dates[int(one)]} ({values[one]:g})" for one in at[:5])
        more = f" and {at.size - 5} more" if at.size > 5 else ""
        raise ValuesOutside(
            f"{history.file}: {at.size} of {history.count} {history.step}s have a price of 0 or below, and a logarithm "
            f"needs prices above 0: {days}{more}. Use --transform asinh --scale {advised_scale(values):g} (acts like "
            "the logarithm well above the scale), or --transform arithmetic (moves that do not grow with the price)"
        )
    return transform(values)


def advised_scale(values: FloatArray) -> float:
    """A scale for asinh that is well below the usual price: a third of the median size, to one digit [unit]."""
    third = float(np.nanmedian(np.abs(values))) / 3.0
    if third <= 0.0:
        return 1.0
    size = 10.0 ** np.floor(np.log10(third))
    return float(round(third / size) * size)
