"""Immigration–death process: published values, an independent law from scipy, and the month as an exact step."""

import numpy as np
import pytest
from scipy import stats

from valuation.processes import customers


def test_published_values():
    """models.md 2: λ = 6, μ = 0.25, n0 = 10, t = 1."""
    mean, variance = customers.moments(10, 6.0, 0.25, 1.0)
    assert mean == pytest.approx(13.0967890370, abs=5e-11)
    assert variance == pytest.approx(7.0314824399, abs=5e-11)
    assert customers.cdf(10, 6.0, 0.25, 1.0, 14) == pytest.approx(0.7131304309, abs=5e-11)


def test_stationary_law():
    """models.md 2: Poisson(24), P(N < 15) = 0.0198253328, whatever the start."""
    for start in (0, 10, 200):
        assert customers.cdf(start, 6.0, 0.25, 400.0, 14) == pytest.approx(0.0198253328, abs=5e-11)


@pytest.mark.parametrize(
    ("start", "arrivals", "churn", "years"),
    [(20, 6.0, 0.25, 5.0), (0, 3.0, 0.0, 2.0), (7, 0.0, 0.4, 1.0), (5, 2.0, 0.0, 0.0), (3000, 900.0, 0.3, 2.0)],
)
def test_law_against_scipy(start, arrivals, churn, years):
    staying = np.exp(-churn * years)
    arrived = arrivals * (years if churn == 0 else -np.expm1(-churn * years) / churn)
    most = int(start + arrived + 10 * arrived**0.5 + 10)
    want = np.convolve(
        stats.binom.pmf(np.arange(start + 1), start, staying), stats.poisson.pmf(np.arange(most + 1), arrived)
    )[: most + 1]
    got = customers.pmf(start, arrivals, churn, years, most)
    assert got == pytest.approx(want, rel=1e-9, abs=1e-14)
    assert sum(got) == pytest.approx(1.0, abs=1e-12)
    mean, variance = customers.moments(start, arrivals, churn, years)
    count = np.arange(most + 1)
    assert mean == pytest.approx(float(count @ got), rel=1e-10)
    assert variance == pytest.approx(float((count - mean) ** 2 @ got), rel=1e-9, abs=1e-12)


def test_twelve_months_make_a_year():
    """Thinning by the month's death probability and adding the month's arrivals twelve times is the year's law."""
    leaving, arrived = customers.step_parameters(6.0, 0.25, 1 / 12)
    mean = variance = 0.0
    mean = 10.0
    for _ in range(12):
        variance = variance * (1 - leaving) ** 2 + mean * leaving * (1 - leaving) + arrived
        mean = mean * (1 - leaving) + arrived
    assert (mean, variance) == pytest.approx(customers.moments(10, 6.0, 0.25, 1.0), rel=1e-13)


def test_below_nothing():
    assert customers.cdf(3, 1.0, 0.5, 1.0, -1) == 0.0
    assert customers.step_parameters(6.0, 1.0, 1e6) == (1.0, 6.0)
