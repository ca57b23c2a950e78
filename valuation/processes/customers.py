"""Immigration–death process of customers: each leaves independently at rate μ, new ones arrive at rate λ.

N_t = Binomial(n_0, e^−μt) + Poisson(λ(1 − e^−μt)/μ), exactly, for every t; a month is one such step.
"""

from __future__ import annotations

from math import fsum

from valuation.processes import counts
from valuation.processes.ou import integrated_decay
from valuation.processes.precise import exp_minus, expm1


def step_parameters(arrivals: float, churn: float, years: float) -> tuple[float, float]:
    """Probability that a customer leaves within a step [-], and mean number of arrivals still there at its end [-].

    Parameters
    ----------
    arrivals : λ ≥ 0 [1/year].
    churn : μ ≥ 0 [1/year].
    years : length of the step h ≥ 0 [year].

    Returns
    -------
    1 − e^−μh and λ(1 − e^−μh)/μ (λh where μ = 0). An arrival that leaves again inside the step is in neither.
    """
    leaving = 1.0 if churn * years > 700.0 else -expm1(-churn * years)
    return leaving, arrivals * integrated_decay(churn, years)


def moments(start: float, arrivals: float, churn: float, years: float) -> tuple[float, float]:
    """Mean and variance of the number of customers after a time [-].

    Parameters
    ----------
    start : customers at time 0, n_0 ≥ 0 [-].
    arrivals, churn, years : as :func:`step_parameters`.
    """
    leaving, arrived = step_parameters(arrivals, churn, years)
    staying = exp_minus(churn * years)
    return start * staying + arrived, start * staying * leaving + arrived


def covariance(start: float, arrivals: float, churn: float, years: float, apart: float) -> float:
    """Covariance of the numbers of customers after a time and ``apart`` years later [-]: e^(−μ·apart)·Var(N).

    Of those there, each stays on his own; those who come later are independent of them. Parameters as
    :func:`moments`.
    """
    return exp_minus(churn * apart) * moments(start, arrivals, churn, years)[1]


def pmf(start: int, arrivals: float, churn: float, years: float, most: int) -> list[float]:
    """Probabilities of 0, 1, …, ``most`` customers at a time [-], shape [most + 1]; parameters as :func:`moments`."""
    leaving, arrived = step_parameters(arrivals, churn, years)
    stay = _binomial(start, exp_minus(churn * years), leaving)
    come = _poisson(arrived, most)
    result = []
    for count in range(most + 1):
        total = 0.0
        for stayed in range(min(count, start) + 1):
            total += stay[stayed] * come[count - stayed]
        result.append(total)
    return result


def cdf(start: int, arrivals: float, churn: float, years: float, most: int) -> float:
    """Probability of at most ``most`` customers after a time [-], 0 below 0; parameters as :func:`moments`."""
    return fsum(pmf(start, arrivals, churn, years, most)) if most >= 0 else 0.0


def quantile(level: float, start: float, arrivals: float, churn: float, years: float) -> int:
    """Smallest number of customers with at least a probability ``level`` of no more of them [-].

    Parameters
    ----------
    level : between 0 and 1 [-].
    start, arrivals, churn, years : as :func:`moments`.
    """
    leaving, arrived = step_parameters(arrivals, churn, years)
    stayed = counts.binomial(round(start), exp_minus(churn * years), leaving)
    return counts.quantile_of_sum(level, stayed, counts.poisson(arrived))


def _binomial(trials: int, success: float, failure: float) -> list[float]:
    """Binomial probabilities 0 … trials: ratios outward from the mode, scaled to add to 1: nothing overflows."""
    if success <= 0.0 or failure <= 0.0:
        sure = trials if failure <= 0.0 else 0
        return [1.0 if k == sure else 0.0 for k in range(trials + 1)]
    mode = min(trials, int((trials + 1) * success))
    weights = [0.0] * (trials + 1)
    weights[mode] = 1.0
    for k in range(mode, trials):
        weights[k + 1] = weights[k] * ((trials - k) * success / ((k + 1) * failure))
    for k in range(mode, 0, -1):
        weights[k - 1] = weights[k] * (k * failure / ((trials - k + 1) * success))
    total = fsum(weights)
    return [weight / total for weight in weights]


def _poisson(mean: float, most: int) -> list[float]:
    """Poisson probabilities 0 … most, by the same ratios; the tail is summed until it adds nothing."""
    mode = int(mean)
    weights = {mode: 1.0}
    weight, k = 1.0, mode
    while weight > 1.0e-20 or k < most:
        k += 1
        weight *= mean / k
        weights[k] = weight
    weight = 1.0
    for k in range(mode, 0, -1):
        weight *= k / mean
        weights[k - 1] = weight
    total = fsum(weights.values())
    return [weights[k] / total for k in range(most + 1)]
