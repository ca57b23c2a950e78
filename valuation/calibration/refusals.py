"""What is refused: data that cannot carry the estimate that is asked of them, each with what to do about it."""

from __future__ import annotations

from valuation.errors import ValuationError


class CannotCalibrate(ValuationError, ValueError):
    """Data or a model from which no usable parameters come; the message says why and what to do."""


class TooFewObservations(CannotCalibrate):
    """Fewer observations than the parameters of the model need."""


class ConstantSeries(CannotCalibrate):
    """A series that does not move: every volatility would be 0 and every reversion undefined."""


class ValuesOutside(CannotCalibrate):
    """Values that the model cannot take: a share above 1, a negative intensity, a count that is not whole."""


class NotMeanReverting(CannotCalibrate):
    """A series without a pull to its mean, or without any memory: its reversion is 0 or not finite."""


class NoMaximum(CannotCalibrate):
    """The likelihood has no maximum inside the model: a parameter runs away or two are not told apart."""


class NeedsScipy(CannotCalibrate):
    """SciPy, which finds the maxima, is not installed."""
