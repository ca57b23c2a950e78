"""Closed forms of a wait that may occur: mean and variance of the months by which something comes late.

With probability p there is a wait of the law given, cut at a longest one; else it is 0. So the mean is p·E[D] and the
variance p·E[D²] − (p·E[D])².
"""

from __future__ import annotations

import math
from collections.abc import Callable


def moments(probability: float, first: float, second: float) -> tuple[float, float]:
    """Mean [month] and variance [month²] of a wait that occurs with a probability.

    Parameters
    ----------
    probability : p [1].
    first, second : E[D] [month] and E[D²] [month²] of the wait where it occurs.
    """
    mean = probability * first
    return mean, probability * second - mean * mean


def fixed(length: float, most: float = math.inf) -> tuple[float, float]:
    """E[D] and E[D²] of a known length [month]."""
    length = min(length, most)
    return length, length * length


def exponential(mean: float, most: float = math.inf) -> tuple[float, float]:
    """E[min(D, M)] = m·(1 − e^(−M/m)) and E[min(D, M)²] = 2m²·(1 − e^(−M/m)·(1 + M/m)), m the mean before the cut."""
    if math.isinf(most):
        return mean, 2.0 * mean * mean
    x = most / mean
    return -mean * math.expm1(-x), 2.0 * mean * mean * (1.0 - math.exp(-x) * (1.0 + x))


def uniform(least: float, most: float) -> tuple[float, float]:
    """(a + b)/2 and (a² + ab + b²)/3 on [a, b]."""
    return 0.5 * (least + most), (least * least + least * most + most * most) / 3.0


def triangular(least: float, mode: float, most: float) -> tuple[float, float]:
    """Mean (a + c + b)/3 and E[D²] = variance + mean², the variance (a² + c² + b² − ac − ab − cb)/18, c the mode."""
    mean = (least + mode + most) / 3.0
    spread = least * least + mode * mode + most * most - least * mode - least * most - mode * most
    return mean, spread / 18.0 + mean * mean


def lognormal(mean: float, sd: float, most: float = math.inf) -> tuple[float, float]:
    """E[min(D, M)^k] = e^(kμ + k²s²/2)·Φ((ln M − μ − ks²)/s) + M^k·Φ((μ − ln M)/s) for k = 1, 2.

    s² = ln(1 + (sd/mean)²) and μ = ln mean − s²/2, so that mean and sd are those before the cut.
    """
    variance = math.log1p((sd / mean) ** 2)
    location, s = math.log(mean) - 0.5 * variance, math.sqrt(variance)

    def raw(k: float) -> float:
        whole = math.exp(k * location + 0.5 * k * k * variance)
        if math.isinf(most):
            return whole
        z = (math.log(most) - location) / s
        return float(whole * _normal(z - k * s) + most**k * _normal(-z))

    return raw(1.0), raw(2.0)


def _normal(z: float) -> float:
    """Φ(z)."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


LAWS: dict[str, Callable[..., tuple[float, float]]] = {
    "fixed": fixed, "exponential": exponential, "uniform": uniform, "triangular": triangular, "lognormal": lognormal,
}  # fmt: skip
"""E[D] and E[D²] by the name of the law."""
