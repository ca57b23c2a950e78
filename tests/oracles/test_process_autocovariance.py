"""Covariances between two months against numerical integrals of the covariance of single moments."""

import math

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.special import expit, roots_hermitenorm, roots_legendre
from scipy.stats import multivariate_normal

from valuation.processes import autocovariance as between
from valuation.processes import customers, logit, shock

STEPS = (0.0, 0.04, *(1.0 / 12.0,) * 30)
DRIVERS = (("slow", 1.3, 0.6), ("fast", 25.0, 2.1), ("walk", 0.0, 0.1))
RHO = ((1.0, -0.4, 0.2), (-0.4, 1.0, 0.5), (0.2, 0.5, 1.0))


def of_moments(s, u):
    """Cov(ΣX_i(s), ΣX_j(u)) for s ≤ u: ∫ of the two responses to the shocks before s."""
    total = 0.0
    for (_, k, a), row in zip(DRIVERS, RHO, strict=True):
        for (_, m, b), rho in zip(DRIVERS, row, strict=True):
            shared = (1.0 - np.exp(-(k + m) * s)) / (k + m) if k + m else s
            total = total + rho * a * b * np.exp(-m * (u - s)) * shared
    return total


@pytest.mark.parametrize(("first", "later"), [(1, 2), (2, 3), (5, 6), (2, 14), (9, 31)])
def test_month_averages(first, later):
    nodes, weights = roots_legendre(40)
    ends = np.cumsum(STEPS)
    (s, v), (u, w) = ((ends[at] - STEPS[at] * (1.0 - nodes) / 2.0, weights / 2.0) for at in (first, later))
    by_hand = (v[:, None] * w[None, :] * of_moments(s[:, None], u[None, :])).sum()
    assert between.average_covariance(DRIVERS, RHO, STEPS, first, later) == pytest.approx(by_hand, rel=1e-12)
    at_ends = of_moments(ends[first], ends[later])
    assert between.level_covariance(DRIVERS, RHO, STEPS, first, later) == pytest.approx(at_ends, rel=1e-12)


def test_a_month_before_the_market_moves_with_nothing():
    assert between.average_covariance(DRIVERS, RHO, STEPS, 0, 5) == 0.0
    assert between.level_covariance(DRIVERS, RHO, STEPS, 0, 5) == 0.0


def test_prices_of_two_months():
    """Against Gauss–Hermite nodes of the two transforms."""
    v1, v2, c, m, n, scale = 0.3, 0.5, 0.2, 0.4, -0.7, 9.0
    z, w = roots_hermitenorm(60)
    w = w / w.sum()
    x = math.sqrt(v1) * z[:, None] + 0.0 * z[None, :]
    rest = math.sqrt(v2 - c * c / v1)
    y = c / v1 * x + rest * z[None, :]
    weight = w[:, None] * w[None, :]

    def covariance(p, q):
        return (weight * p * q).sum() - (weight * p).sum() * (weight * q).sum()

    forwards = (math.exp(m + v1 / 2), math.exp(n + v2 / 2))
    found = between.of_log_prices(forwards, c)
    assert found == pytest.approx(covariance(np.exp(m + x), np.exp(n + y)), rel=1e-12)
    forwards = (scale * math.exp(v1 / 2) * math.sinh(m), scale * math.exp(v2 / 2) * math.sinh(n))
    found = between.of_asinh_prices(forwards, (m, n), (v1, v2), c, scale)
    assert found == pytest.approx(covariance(scale * np.sinh(m + x), scale * np.sinh(n + y)), rel=1e-12)


def test_shares_of_two_months():
    location, sd, rho = 1.4, 0.9, 0.6
    law = multivariate_normal(cov=[[1.0, rho], [rho, 1.0]])
    mean, spread = logit.moments(location, sd)
    second, _ = dblquad(
        lambda y, x: expit(location + sd * x) * expit(location + sd * y) * law.pdf((x, y)),
        *(-8.0, 8.0, -8.0, 8.0),
        epsabs=1e-9,
    )
    assert logit.covariance(location, sd, rho) == pytest.approx(second - mean * mean, abs=1e-8)
    assert logit.covariance(location, sd, 1.0) == spread * spread
    assert logit.covariance(location, sd, 0.0) == pytest.approx(0.0, abs=1e-16)
    assert logit.covariance(location, 0.0, rho) == 0.0


@pytest.mark.parametrize("lasts", [0.4, 2.5, shock.FOR_GOOD])
@pytest.mark.parametrize(("one", "other"), [(0.0, 1 / 12), (0.5, 0.6), (0.1, 0.45), (0.2, 2.9)])
def test_shares_in_which_a_shock_holds(lasts, one, other):
    """Against the time of the shock integrated over a fine grid: both shares are functions of it alone."""
    rate, length = 0.7, 1.0 / 12.0
    tau = (np.arange(4_000_000) + 0.5) * (other + length) / 4_000_000
    density = rate * np.exp(-rate * tau) * (other + length) / 4_000_000

    def share(begins):
        return np.clip(np.minimum(tau + lasts, begins + length) - np.maximum(tau, begins), 0.0, None) * 12.0

    first, second = share(one), share(other)
    by_hand = (density * first * second).sum() - (density * first).sum() * (density * second).sum()
    assert shock.covariance(rate, lasts, (one, length), (other, length)) == pytest.approx(by_hand, abs=2e-8)


def test_a_year_begins_between():
    july, january = 2026 * 12 + 6, 2027 * 12
    assert not between.reset_between(july, 0, 5, 1)  # July to December
    assert between.reset_between(july, 0, 6, 1)
    assert not between.reset_between(july, 6, 17, 1)  # January to December
    assert between.reset_between(july, 5, 6, 1)
    assert not between.reset_between(january, 3, 3, 4)  # a month with itself
    assert between.reset_between(january, 2, 3, 4)


def test_customers_of_two_dates():
    """Each of those there stays on his own, so the later number is binomial around the earlier one."""
    start, arrivals, churn, years, apart = 7, 3.0, 0.4, 1.5, 0.8
    first = np.array(customers.pmf(start, arrivals, churn, years, 60))
    count = np.arange(61)
    later = count * math.exp(-churn * apart) + arrivals / churn * (1.0 - math.exp(-churn * apart))
    by_hand = (first * count * later).sum() - (first * count).sum() * (first * later).sum()
    assert customers.covariance(start, arrivals, churn, years, apart) == pytest.approx(by_hand, rel=1e-12)
