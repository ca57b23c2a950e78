"""The reversion of a short history is biased up: how much, and what is left after taking it off."""

from __future__ import annotations

from math import exp, sqrt

from valuation.calibration.parameters import Short

_LEAST_LEFT = 0.1
"""A correction takes off nine tenths at most: a reversion stays above 0. Fits on which it bites carry a remark."""


def reversion_bias(reversion: float, h: float, years: float) -> float:
    """Bias of the estimated reversion of an AR(1) whose mean is estimated too [1/year].

    (5 + 2e^κh + e^2κh)/(2T), nearly 4/T for daily data. Tang and Chen (2009), Journal of Econometrics 149, 65–81; Yu
    (2012), Journal of Econometrics 169, 114–122.

    Parameters
    ----------
    reversion : κ [1/year].
    h : step [year].
    years : T, length of the history [year].
    """
    return (5.0 + 2.0 * exp(reversion * h) + exp(2.0 * reversion * h)) / (2.0 * years)


def without_bias(reversion: float, h: float, years: float) -> Short:
    """The reversion less its bias, and what its interval needs.

    The estimate is nearly a mean of squares over κT independent pieces: on the logarithm its standard error goes with
    1/√κ, and Student's t of κT degrees of freedom takes account of an uncertain standard error.
    """
    corrected = max(reversion - reversion_bias(reversion, h, years), _LEAST_LEFT * reversion)
    return Short(corrected, corrected * years, sqrt(reversion / corrected))


def bias_remarks(name: str, reversion: float, h: float, years: float) -> tuple[str, ...]:
    """A warning where the history is too short to correct the reversion."""
    bias = reversion_bias(reversion, h, years)
    if bias <= (1.0 - _LEAST_LEFT) * reversion:
        return ()
    return (
        f"{name}: the bias of a history of {years:.1f} years, {bias:.3g} /year, is nearly all of the {reversion:.3g} "
        f"/year estimated; a random walk describes these data as well",
    )
