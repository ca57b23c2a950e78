"""Where a likelihood is highest, and how sharply: the maximum, and the observed information there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from valuation.calibration.refusals import NeedsScipy, NoMaximum
from valuation.calibration.series import FloatArray

_GRADIENT_STEP = 1e-5
_CURVATURE_STEP = 1e-3
"""In coordinates on which one standard error is 0.01 to 1: rounding of a log likelihood of 1e4 then costs 1e-6."""
_NOWHERE = 1e12
"""Stands for −ln 0."""
_FAR = 25.0
"""A coordinate is a logarithm or a logit: one that has moved this far runs away."""


def scipy(part: str) -> ModuleType:
    """A part of SciPy, `optimize`, `special` or `stats`, imported on first use: it takes half a second.

    Raises
    ------
    NeedsScipy : it is not installed.
    """
    from importlib import import_module

    try:
        return import_module(f"scipy.{part}")
    except ImportError as missing:
        raise NeedsScipy("calibration needs SciPy, which is not installed: pip install valuate[calibrate]") from missing


@dataclass(frozen=True)
class Optimum:
    """A maximum: coordinates [k], their covariance [k, k] (inverse of the observed information), log likelihood."""

    at: FloatArray
    covariance: FloatArray
    value: float


def maximise(log_likelihood: Callable[[FloatArray], float], start: FloatArray, what: str) -> Optimum:
    """Maximum of a smooth function from a start near it: BFGS, then Newton steps on the numerical curvature.

    Parameters
    ----------
    log_likelihood : of coordinates without bounds (logarithms, logits), shape [k]; −inf or NaN where there is none.
    start : shape [k].
    what : the model and the data, for the message.

    Raises
    ------
    NoMaximum : none found, or the curvature there does not fall off in every direction.
    """
    loss = _loss(log_likelihood)

    def slope(at: FloatArray) -> FloatArray:
        return _gradient(loss, at)

    at = climb(log_likelihood, start)
    with np.errstate(all="ignore"):
        curvature = _curvature(loss, at)
        for _ in range(4):
            if not _convex(curvature):
                break
            step = np.linalg.solve(curvature, slope(at))
            if loss(at - step) > loss(at):
                break
            at = at - step
            if np.abs(step).max() < 1e-6:
                break
        curvature = _curvature(loss, at)
    if not loss(at) < _NOWHERE or np.abs(at - start).max() > _FAR or not _convex(curvature):
        raise NoMaximum(
            f"{what}: the likelihood has no maximum inside the model; the data do not tell its parameters apart. Take "
            f"a simpler model, or a longer history"
        )
    return Optimum(at, np.linalg.inv(curvature), -loss(at))


def climb(log_likelihood: Callable[[FloatArray], float], start: FloatArray) -> FloatArray:
    """Where quasi-Newton steps (BFGS) end, shape [k]: near a maximum, or far out where there is none."""
    loss = _loss(log_likelihood)
    options = {"gtol": 1e-3, "maxiter": 400}
    with np.errstate(all="ignore"):
        found = scipy("optimize").minimize(
            loss, start, jac=lambda at: _gradient(loss, at), method="BFGS", options=options
        )
    return np.asarray(found.x, dtype=np.float64)


def _loss(log_likelihood: Callable[[FloatArray], float]) -> Callable[[FloatArray], float]:
    def loss(at: FloatArray) -> float:
        found = log_likelihood(at)
        return -found if np.isfinite(found) else _NOWHERE

    return loss


def with_plain(optimum: Optimum, value: float, variance: float) -> Optimum:
    """An optimum with one more coordinate, which was found by least squares inside each likelihood: the information
    between it and the others is 0 on average."""
    k = len(optimum.at)
    covariance = np.zeros((k + 1, k + 1))
    covariance[:k, :k], covariance[k, k] = optimum.covariance, variance
    return Optimum(np.append(optimum.at, value), covariance, optimum.value)


def _gradient(loss: Callable[[FloatArray], float], at: FloatArray) -> FloatArray:
    slope = np.empty_like(at)
    for i in range(len(at)):
        step = np.zeros_like(at)
        step[i] = _GRADIENT_STEP
        slope[i] = (loss(at + step) - loss(at - step)) / (2.0 * _GRADIENT_STEP)
    return slope


def _curvature(loss: Callable[[FloatArray], float], at: FloatArray) -> FloatArray:
    k, h = len(at), _CURVATURE_STEP
    unit = np.eye(k) * h
    here = loss(at)
    ups = [loss(at + unit[i]) for i in range(k)]
    downs = [loss(at - unit[i]) for i in range(k)]
    found = np.empty((k, k))
    for i in range(k):
        found[i, i] = (ups[i] - 2.0 * here + downs[i]) / (h * h)
        for j in range(i):
            both = loss(at + unit[i] + unit[j]) + loss(at - unit[i] - unit[j])
            found[i, j] = found[j, i] = (both - ups[i] - downs[i] - ups[j] - downs[j] + 2.0 * here) / (2.0 * h * h)
    return found


def _convex(curvature: FloatArray) -> bool:
    if not np.isfinite(curvature).all():
        return False
    scale = np.sqrt(np.abs(np.diag(curvature)))
    if not (scale > 1e-4).all():
        return False
    return bool(np.linalg.eigvalsh(curvature / np.outer(scale, scale))[0] > 1e-7)
