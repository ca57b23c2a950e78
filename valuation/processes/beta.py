"""The Beta law on the log-odds w = log(u/(1 − u)): its quantiles, tails included, and its shape from mean and variance.

In w the density is σ(w)^α·σ(−w)^β/B(α, β), σ the logistic function, and the logarithm of its distribution function is
concave, so that Newton's method finds every quantile below the median from any start. Those above are those of
Beta(β, α) turned round. The incomplete beta function is a continued fraction (Abramowitz and
Stegun 26.5.8), of a narrow law an integral.
"""

from __future__ import annotations

import numpy as np

from valuation.processes.gaussian import log_tail
from valuation.processes.lanes import Lanes, exp, log, log_gamma, log_logistic
from valuation.processes.quadrature import unit_nodes

_CLOSE = 2.0e-14
_SETTLED = 1.0e-7
"""Last step of Newton's method over the local width of the law: the error left is of its square."""
_TINY = 1.0e-300
_NARROW = 4.0
"""Smaller shape parameter from which the tail is integrated."""


def shape(mean: float, variance: float) -> tuple[float, float]:
    """(α, β) of the Beta law of a mean and a variance: ν = m(1 − m)/v − 1, α = mν, β = (1 − m)ν."""
    nu = mean * (1.0 - mean) / variance - 1.0
    return mean * nu, (1.0 - mean) * nu


def variance(alpha: float, beta: float) -> float:
    """Variance αβ/((α + β)²(α + β + 1)) [-]."""
    total = alpha + beta
    return alpha * beta / (total * total * (total + 1.0))


def log_odds_quantiles(alpha: Lanes, beta: Lanes, normals: Lanes) -> Lanes:
    """w with P(W ≤ w) = Φ(z), W the log-odds of a Beta variable.

    Parameters
    ----------
    alpha, beta : shape parameters > 0, shape [N].
    normals : z, shape [M].

    Returns
    -------
    array of shape [N, M].
    """
    a, b = np.asarray(alpha, float)[:, None], np.asarray(beta, float)[:, None]
    z = np.asarray(normals, float)
    low = z <= 0.0
    found = np.empty((a.shape[0], z.size))
    found[:, low] = _below_median(a, b, z[low])
    found[:, ~low] = -_below_median(b, a, -z[~low])
    return found


def tails(alpha: Lanes, beta: Lanes, w: Lanes) -> tuple[Lanes, Lanes]:
    """P(W ≤ w) and P(W > w) of the log-odds W of a Beta variable, that on w's side of log(α/β) to full relative
    precision."""
    a, b, w = (np.array(x, float) for x in np.broadcast_arrays(alpha, beta, w))
    high = w > log(a / b)
    a, b, w = np.where(high, b, a), np.where(high, a, b), np.where(high, -w, w)
    density = log_density(a, b, w)
    own = exp(density) * _tail_over_density(a, b, w, density)
    return np.where(high, 1.0 - own, own), np.where(high, own, 1.0 - own)


def log_density(alpha: Lanes, beta: Lanes, w: Lanes) -> Lanes:
    """Logarithm of the density of W at w."""
    constant = (log_gamma(np.asarray(alpha + beta)) - log_gamma(np.asarray(alpha))) - log_gamma(np.asarray(beta))
    return alpha * log_logistic(w) + beta * log_logistic(-w) + constant


def _below_median(a: Lanes, b: Lanes, z: Lanes) -> Lanes:
    """Quantiles at z ≤ 0."""
    target = log_tail(-z) + np.zeros_like(a)
    size = target.shape
    constant = (log_gamma(a + b) - log_gamma(a)) - log_gamma(b) + np.zeros_like(target)
    a, b = a + np.zeros_like(target), b + np.zeros_like(target)
    w = log(a / b) + z * np.sqrt(1.0 / a + 1.0 / b)
    found = np.empty(w.size)
    left = np.arange(w.size)
    a, b, w, target, constant = (x.ravel() for x in (a, b, w, target, constant))
    for _ in range(100):
        density = a * log_logistic(w) + b * log_logistic(-w) + constant
        ratio = _tail_over_density(a, b, w, density)
        step = (target - density - log(ratio)) * ratio
        # the concave side is reached with the first step; bounding it only guards against a poor start
        w = w + np.minimum(step, 20.0 + 20.0 * ratio)
        done = np.abs(step) <= _SETTLED * ratio
        found[left[done]] = w[done]
        a, b, w, target, constant = (x[~done] for x in (a, b, w, target, constant))
        left = left[~done]
        if not left.size:
            return found.reshape(size)
    raise ArithmeticError("no quantile found for a Beta law")  # pragma: no cover


def _tail_over_density(a: Lanes, b: Lanes, w: Lanes, density: Lanes) -> Lanes:
    """P(W ≤ w)/density of W at w; ``density`` is its logarithm."""
    narrow = np.minimum(a, b) >= _NARROW
    ratio = np.empty_like(w)
    ratio[narrow] = _by_quadrature(a[narrow], b[narrow], w[narrow])
    wide = ~narrow
    ratio[wide] = _by_fraction(a[wide], b[wide], w[wide], density[wide])
    return ratio


def _by_quadrature(a: Lanes, b: Lanes, w: Lanes) -> Lanes:
    """∫ f(w − t)/f(w) dt over t from 0 to where the integrand is below e^−37, two panels of 16 points.

    A narrow law is near a normal one, and the continued fraction would take as many terms as the law is narrow.
    """
    total, here = a + b, log_logistic(w)

    def log_relative(t: Lanes) -> Lanes:
        return total * (log_logistic(w - t) - here) + b * t

    spread = np.sqrt(1.0 / a + 1.0 / b)
    reach = 9.0 * spread
    for _ in range(4):
        slope = b - total * exp(log_logistic(reach - w))
        reach = np.maximum(reach - (log_relative(reach) + 37.0) / np.minimum(slope, -1.0 / spread), 0.1 * reach)
    value = np.zeros_like(w)
    for node, weight in unit_nodes(2):
        value = value + weight * exp(log_relative(node * reach))
    return value * reach


def _by_fraction(a: Lanes, b: Lanes, w: Lanes, density: Lanes) -> Lanes:
    """(1/α) times the continued fraction in u, from the other end where u is large."""
    low, high = exp(log_logistic(w)), exp(log_logistic(-w))
    turned = low * (a + b + 2.0) > a + 1.0
    one, other = np.where(turned, b, a), np.where(turned, a, b)
    ratio = _fraction(one, other, np.where(turned, high, low)) / one
    return np.where(turned, np.maximum(exp(-density) - ratio, _TINY), ratio)


def _fraction(a: Lanes, b: Lanes, u: Lanes) -> Lanes:
    """The continued fraction of the incomplete beta function for u ≤ (α + 1)/(α + β + 2), by Lentz's method."""
    total, one_more = a + b, a + 1.0
    c = np.ones_like(u)
    d = 1.0 / _off_zero(1.0 - total * u / one_more)
    value = d
    for m in range(1, 20_000):
        even = m * (b - m) * u / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m))
        d = 1.0 / _off_zero(1.0 + even * d)
        c = _off_zero(1.0 + even / c)
        value = value * d * c
        odd = -(a + m) * (total + m) * u / ((a + 2.0 * m) * (one_more + 2.0 * m))
        d = 1.0 / _off_zero(1.0 + odd * d)
        c = _off_zero(1.0 + odd / c)
        change = d * c
        value = value * change
        if m % 4 == 0 and bool((np.abs(change - 1.0) <= _CLOSE).all()):
            return value
    raise ArithmeticError("the continued fraction of a Beta law does not settle")  # pragma: no cover


def _off_zero(x: Lanes) -> Lanes:
    return np.where(np.abs(x) < _TINY, _TINY, x)
