"""Square-root process of Cox, Ingersoll and Ross with mean 1: dY = κ(1 − Y)dt + v√Y dW, and intensities made of it.

A process of mean θ is θY, its volatility s = v√θ. The step is exact: Y after a time h is χ²′/(2c), c = 2κ/(v²(1 −
e^(−κh))), a noncentral χ² with d = 4κ/v² degrees of freedom and noncentrality 2cYe^(−κh).

Reference: J. C. Cox, J. E. Ingersoll, S. A. Ross: A theory of the term structure of interest rates. Econometrica 53
(1985).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

from valuation.kernel.elementary import exp, log
from valuation.processes import lanes, noncentral
from valuation.processes.lanes import Lanes
from valuation.processes.precise import exp_minus, expm1, log1p
from valuation.processes.square_root import SquareRoot
from valuation.processes.tables import of_state_and_normal

_INDISTINCT = 1.0e-5
"""Distance from 0, over the distance that the mean moves off it in a step, below which a state is at 0."""

_UNSEEN = 30.0
"""Minus the logarithm of the probability, about, of a state above the table's last."""


def moments(law: SquareRoot, start: float, years: float) -> tuple[float, float]:
    """Exact mean and variance of Y after a time from a state [-]: 1 + (y − 1)e^(−κt),
    v²(1 − e^(−κt))/κ·(y·e^(−κt) + (1 − e^(−κt))/2)."""
    decay, moved = exp_minus(law.reversion * years), -expm1(-law.reversion * years)
    scale = law.volatility * law.volatility * moved / law.reversion
    return 1.0 + (start - 1.0) * decay, scale * (start * decay + 0.5 * moved)


def _scale(law: SquareRoot, years: float) -> float:
    """2c [-]: what Y is multiplied by to be a χ²."""
    return 4.0 * law.reversion / (law.volatility * law.volatility * -expm1(-law.reversion * years))


def _quantiles(law: SquareRoot, years: float) -> Callable[[Lanes, Lanes], Lanes]:
    scale, stays = _scale(law, years), exp_minus(law.reversion * years)
    known = log(scale)
    return lambda states, normals: (
        noncentral.log_quantiles(law.freedom, scale * stays * lanes.exp(states), normals) - known
    )


def step_table(law: SquareRoot, years: float) -> tuple[float, ...]:
    """log Y after a step by log Y before it and the step's normal, as :mod:`valuation.processes.tables`.

    It reaches to a state that is not exceeded on the way from 1, nor in the long run.
    """
    lowest = log(_INDISTINCT * min(law.freedom, 1.0) / (_scale(law, years) * exp_minus(law.reversion * years)))
    spread = law.volatility * law.volatility / (2.0 * law.reversion)
    highest = log(1.0 + sqrt(2.0 * _UNSEEN * spread) + _UNSEEN * spread)
    return of_state_and_normal(_quantiles(law, years), lowest, highest)


def first_step_table(law: SquareRoot, years: float) -> tuple[float, ...]:
    """The same for a step that always begins at 1: as few states as interpolation takes."""
    return of_state_and_normal(_quantiles(law, years), 0.0, 0.0)


def quantile(law: SquareRoot, years: float, normal: float) -> float:
    """Y that the process, from 1, does not exceed after a time with probability Φ(normal) [-]."""
    return exp(float(_quantiles(law, years)(lanes.single(0.0), lanes.single(normal))[0, 0]))


def survival(law: SquareRoot, rate: float, years: float, start: float = 1.0) -> float:
    """E[e^−∫λ] over a time for λ = rate·Y [-], Y beginning at ``start``: A·e^(−B·λ₀).

    With γ = √(κ² + 2s²), s² = v²·rate and D = (γ + κ)(e^(γT) − 1) + 2γ: A = (2γe^((κ + γ)T/2)/D)^(2κ·rate/s²),
    B = 2(e^(γT) − 1)/D; written with e^(−γT), so that nothing overflows.
    """
    kappa, square = law.reversion, law.volatility * law.volatility * rate
    if square == 0.0:
        return exp_minus(rate * years)
    gamma = sqrt(kappa * kappa + 2.0 * square)
    left = -expm1(-gamma * years)
    divisor = (gamma + kappa) * left + 2.0 * gamma * exp_minus(gamma * years)
    slope = 2.0 * left / divisor
    # log of 2γe^((κ + γ)T/2)/D = (κ − γ)T/2 + log(2γ/divisor), where γ − κ = 2s²/(γ + κ)
    apart = 2.0 * square / (gamma + kappa)
    shape = -0.5 * apart * years + log1p(apart * left / divisor)
    return exp(2.0 * kappa / (law.volatility * law.volatility) * shape - slope * rate * start)


def survival_in_steps(law: SquareRoot, rate: float, steps: Sequence[float], start: float = 1.0) -> float:
    """The same where each step's integral is the trapezoid of its two ends, as a simulation has it [-].

    Exact for that scheme: e^(−bY) goes over a step into (1 + b/c)^(−d/2)·e^(−b·e^(−κh)/(1 + b/c)·Y), backwards from
    the last step.
    """
    slope, total = 0.0, 0.0
    for years in reversed(steps):
        slope += 0.5 * rate * years
        part = slope / (0.5 * _scale(law, years))
        total -= 0.5 * law.freedom * log1p(part)
        slope = slope * exp_minus(law.reversion * years) / (1.0 + part) + 0.5 * rate * years
    return exp(total - slope * start)
