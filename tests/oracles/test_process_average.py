"""Variance of the month's average price by double integration, and locations that give the forward back."""

import math

import mpmath as mp
import pytest

from valuation.errors import ValuationError
from valuation.processes import average, ou

DRIVERS = [("slow", 3.2, 1.99), ("fast", 134.0, 2.47)]
CORRELATION = [[1.0, 0.3], [0.3, 1.0]]
STEPS = [0.0, 0.4 / 12] + [1 / 12] * 30


def exact_average_variance(drivers, correlation, start: float, length: float) -> float:
    """Var of the average over start … start + length: every pair's covariance in closed form at 60 digits."""
    with mp.workdps(60):
        t, h, total = mp.mpf(start), mp.mpf(length), mp.mpf(0)
        for i, (_, a, s) in enumerate(drivers):
            for j, (_, b, z) in enumerate(drivers):
                a_, b_ = mp.mpf(a), mp.mpf(b)

                def b_of(k):
                    return (1 - mp.e ** (-k * h)) / k

                level = (1 - mp.e ** (-(a_ + b_) * t)) / (a_ + b_) * b_of(a_) * b_of(b_)
                inside = (h - b_of(a_) - b_of(b_) + b_of(a_ + b_)) / (a_ * b_)
                total += mp.mpf(correlation[i][j]) * mp.mpf(s) * mp.mpf(z) * (level + inside)
        return float(total / h**2)


def test_month_averages():
    variances = average.average_variances(DRIVERS, CORRELATION, STEPS)
    assert variances[0] == 0.0
    start = 0.0
    for step, variance in zip(STEPS[1:], variances[1:], strict=True):
        assert variance == pytest.approx(exact_average_variance(DRIVERS, CORRELATION, start, step), rel=1e-13)
        start += step


def test_month_average_by_brute_force():
    """One month late in the grid, the covariance e^−κ|t−s| − e^−κ(t+s) integrated numerically: no shared formula."""
    kappa, sigma, start, h = 1.0, 0.6, 14.5, 1 / 12
    points = [start + h * (k + 0.5) / 400 for k in range(400)]
    total = sum(
        sigma**2 / (2 * kappa) * (math.exp(-kappa * abs(t - s)) - math.exp(-kappa * (t + s)))
        for t in points
        for s in points
    )
    got = average.average_variances([("x", kappa, sigma)], [[1.0]], [start, h])[1]
    assert got == pytest.approx(total / 400**2, rel=1e-6)


def test_month_end_levels():
    """models.md 1.8: s = 0.9, a = 1.5, t = 1 -> 0.25655749154."""
    steps = [1 / 12] * 12
    assert average.level_variances([("x", 1.5, 0.9)], [[1.0]], steps)[-1] == pytest.approx(0.25655749154, rel=1e-10)
    two = average.level_variances(DRIVERS, CORRELATION, STEPS)
    assert two[0] == 0.0
    years = math.fsum(STEPS)
    want = sum(
        CORRELATION[i][j]
        * DRIVERS[i][2]
        * DRIVERS[j][2]
        * -math.expm1(-(DRIVERS[i][1] + DRIVERS[j][1]) * years)
        / (DRIVERS[i][1] + DRIVERS[j][1])
        for i in (0, 1)
        for j in (0, 1)
    )
    assert two[-1] == pytest.approx(want, rel=1e-13)


def test_one_driver_by_month():
    pairs = average.driver_variances(3.2, 1.99, STEPS)
    assert pairs[0] == (0.0, 0.0)
    assert pairs[1] == (0.0, pytest.approx(ou.level_variance(3.2, 1.99, 0.4 / 12)))
    assert all(pairs[t][0] == pairs[t - 1][1] for t in range(1, len(pairs)))


def test_locations_give_the_forward_back():
    for forward, variance in [(28.5, 0.0), (28.5, 0.81), (0.01, 2.5)]:
        location = average.log_location(forward, variance)
        assert math.exp(location + variance / 2) == pytest.approx(forward, rel=1e-14)
        for signed in (forward, -forward):
            location = average.asinh_location(signed, variance, 10.0)
            assert 10.0 * math.exp(variance / 2) * math.sinh(location) == pytest.approx(signed, rel=1e-13)


def test_sinh_moments():
    """models.md 1.6: m = 1.7, sd = 0.55, c = 100 has mean 307.7630409: the location of that forward is 1.7."""
    assert average.asinh_location(307.7630409, 0.55**2, 100.0) == pytest.approx(1.7, rel=1e-9)


@pytest.mark.parametrize("forward", [0.0, -3.0, float("nan")])
def test_log_refuses_a_forward_without_logarithm(forward):
    with pytest.raises(average.ForwardNotPositive, match="transform: asinh"):
        average.log_location(forward, 0.2)


def test_asinh_refuses_a_scale_of_nothing():
    with pytest.raises(ValuationError, match="above 0"):
        average.asinh_location(10.0, 0.1, 0.0)
