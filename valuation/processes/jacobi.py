"""Jacobi (Wright–Fisher) process dU = κ(θ − U)dt + s√(U(1 − U))dW on 0 … 1: moments, and a step as a table.

The law after a step is found in two parts: the Beta law with the exact mean and variance, and what the eigenfunctions
of the process say of the difference (:mod:`valuation.processes.jacobi_spectrum`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from valuation.kernel.elementary import log
from valuation.processes import beta, lanes
from valuation.processes.jacobi_spectrum import refined
from valuation.processes.lanes import Lanes, exp, log_logistic
from valuation.processes.precise import exp_minus, expm1, logistic
from valuation.processes.tables import normals, of_state_and_normal

_INDISTINCT = 1.0e-5
"""Distance from an end, over the distance that the mean moves off it in a step, below which a state is at the end."""


class Jacobi(NamedTuple):
    """``reversion`` κ > 0 [1/year], ``mean`` θ between 0 and 1 [-], ``volatility`` s > 0 [1/√year]."""

    reversion: float
    mean: float
    volatility: float


def stationary(law: Jacobi) -> tuple[float, float]:
    """(α, β) of the stationary Beta law: 2κθ/s², 2κ(1 − θ)/s²."""
    nu = 2.0 * law.reversion / (law.volatility * law.volatility)
    return nu * law.mean, nu * (1.0 - law.mean)


def moments(law: Jacobi, start: float, years: float) -> tuple[float, float]:
    """Exact mean and variance of U after a time from a state [-].

    m = θ + (u − θ)e^(−κt). With q = 2κ + s²: v = s²·∫₀ᵗ e^(−q(t − r))·m(r)(1 − m(r)) dr, which has no cancellation in a
    short time; its terms are θ(1 − θ), (1 − 2θ)(u − θ)e^(−κr) and −(u − θ)²e^(−2κr).
    """
    kappa, theta, square = law.reversion, law.mean, law.volatility * law.volatility
    gap, rate = start - theta, 2.0 * law.reversion + law.volatility * law.volatility
    first = -expm1(-rate * years) / rate
    second = exp_minus(kappa * years) * -expm1(-(rate - kappa) * years) / (rate - kappa)
    third = exp_minus(2.0 * kappa * years) * -expm1(-square * years) / square
    variance = square * (theta * (1.0 - theta) * first + (1.0 - 2.0 * theta) * gap * second - gap * gap * third)
    return theta + gap * exp_minus(kappa * years), variance


def variance_from(law: Jacobi, start_variance: float, start: float, years: float) -> float:
    """Exact variance of U after a time from a random state of mean ``start`` [-]: v(start) + Var₀·e^(−qt)."""
    rate = 2.0 * law.reversion + law.volatility * law.volatility
    return moments(law, start, years)[1] + start_variance * exp_minus(rate * years)


def step_shape(law: Jacobi, log_odds: Lanes, years: float) -> tuple[Lanes, Lanes]:
    """(α, β) of a step's Beta law from each state [-]; the states come as log-odds, shape [N]."""
    low, high = exp(log_logistic(log_odds)), exp(log_logistic(-log_odds))
    # v(u) is a parabola through its values at the ends and in the middle, which are exact: written so that u(1 − u)
    # does not cancel.
    at_0, at_1, middle = (moments(law, u, years)[1] for u in (0.0, 1.0, 0.5))
    bend = 4.0 * middle - 2.0 * (at_0 + at_1)
    variance = at_0 * high + at_1 * low + bend * low * high
    stays = exp_minus(law.reversion * years)
    moved = -expm1(-law.reversion * years)
    mean, rest = law.mean * moved + low * stays, (1.0 - law.mean) * moved + high * stays
    nu = mean * rest / variance - 1.0
    return mean * nu, rest * nu


def quantiles(law: Jacobi, years: float, states: Lanes, at: Lanes) -> Lanes:
    """Log-odds that are not exceeded after a time with probability Φ(z), by log-odds at its start: [N, M].

    From states within the long run's reach, seven standard deviations, this is the law of the process. From elsewhere,
    where no path comes but by its start, it is the Beta law with the exact mean and variance. At least 4 normals,
    about an eighth apart.
    """
    near = beta.log_odds_quantiles(*step_shape(law, states, years), at)
    return refined(stationary(law), _spectral_time(law, years + 0.0 * states), states, at, near)


def _quantiles(law: Jacobi, years: float) -> Callable[[Lanes, Lanes], Lanes]:
    return lambda states, at: quantiles(law, years, states, at)


def step_table(law: Jacobi, years: float) -> tuple[float, ...]:
    """Log-odds after a step by log-odds before it and the step's normal, as :mod:`valuation.processes.tables`."""
    moved = -expm1(-law.reversion * years)
    lowest = log(_INDISTINCT * law.mean * moved)
    highest = -log(_INDISTINCT * (1.0 - law.mean) * moved)
    return of_state_and_normal(_quantiles(law, years), lowest, highest)


def _spectral_time(law: Jacobi, years: Lanes) -> Lanes:
    return 0.5 * law.volatility * law.volatility * years


def quantiles_over_time(law: Jacobi, years: Sequence[float], start: float, normal: float) -> list[float]:
    """U that the process, from a state, does not exceed with probability Φ(normal) after each of some times > 0 [-]."""
    known, states = lanes.several(years), log(start / (1.0 - start)) + 0.0 * lanes.several(years)
    shapes = [beta.shape(*moments(law, start, time)) for time in years]
    one, other = (lanes.several([pair[k] for pair in shapes]) for k in (0, 1))
    at = normal + normals(reach=0.5)
    near = beta.log_odds_quantiles(one, other, at)
    found = refined(stationary(law), _spectral_time(law, known), states, at, near)
    return [logistic(w) for w in found[:, at.size // 2].tolist()]


def first_step_table(law: Jacobi, years: float, start: float) -> tuple[float, ...]:
    """The same for a step that always begins at one state [-]: as few states as interpolation takes."""
    at = log(start / (1.0 - start))
    return of_state_and_normal(_quantiles(law, years), at, at)
