"""Matrix exponential against SciPy (itself good to about 3e-13) and closed forms; the law that regimes have by it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from valuation.processes import matrix, regimes

WET_DRY = regimes.generator([2.5, 2.0], [[0.0, 1.0], [1.0, 0.0]])  # intensities 0.4 and 0.5 a year


def test_two_regimes_have_a_closed_form():
    """q_wd/(q_wd + q_dw)·(1 − e^(−(q_wd + q_dw)t)) for 0.4 and 0.5 a year: .2637468179 and .4395071126, computed."""
    assert WET_DRY == [[-0.4, 0.4], [0.5, -0.5]]
    for years, value in ((1.0, 0.2637468179), (5.0, 0.4395071126)):
        found = regimes.transition(WET_DRY, years)[0][1]
        assert found == pytest.approx(value, abs=5e-11)
        assert found == pytest.approx(0.4 / 0.9 * -math.expm1(-0.9 * years), rel=1e-14)


@given(st.integers(2, 5), st.floats(-6.0, 3.0), st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_the_exponential_is_that_of_scipy(size, magnitude, seed):
    rng = np.random.default_rng(seed)
    rates = rng.random((size, size)) * 10.0**magnitude
    rates -= np.diag(rates.sum(1))
    found = np.array(regimes.transition(rates.tolist(), 1.0))
    assert np.allclose(found, expm(rates), rtol=0, atol=2e-13)
    assert np.allclose(found.sum(1), 1.0, rtol=0, atol=1e-12)
    anything = rng.normal(size=(size, size)) * min(10.0**magnitude, 3.0)
    exact = expm(anything)
    assert np.allclose(matrix.exponential(anything.tolist()), exact, rtol=0, atol=1e-12 * abs(exact).max())
    settled = np.array(regimes.stationary(rates.tolist()))
    assert np.allclose(settled @ rates, 0.0, rtol=0, atol=1e-14 * 10.0**magnitude)
    assert settled.sum() == pytest.approx(1.0, rel=1e-14)


def test_small_probabilities_keep_their_digits():
    assert regimes.transition([[-1e-9, 1e-9], [0.0, 0.0]], 1.0)[0][1] == pytest.approx(-math.expm1(-1e-9), rel=1e-14)


def test_twelve_months_are_one_year():
    year = regimes.transition(WET_DRY, 1.0)
    found = regimes.by_month(WET_DRY, [1.0, 0.0], [0.0] + [1 / 12] * 13)
    assert found[0] == found[1] == [1.0, 0.0]
    assert found[13] == pytest.approx(year[0], rel=1e-14)
    settled = regimes.stationary(WET_DRY)
    assert settled == pytest.approx([5 / 9, 4 / 9], rel=1e-15)
    assert regimes.by_month(WET_DRY, settled, [1 / 12] * 200)[-1] == pytest.approx(settled, rel=1e-13)


def test_three_regimes_by_shares():
    rates = regimes.generator([0.5, 2.0, 1.0], [[0, 0.25, 0.75], [0.5, 0, 0.5], [0, 1, 0]])
    assert np.allclose(rates, [[-2.0, 0.5, 1.5], [0.25, -0.5, 0.25], [0.0, 1.0, -1.0]])


def test_a_regime_without_return_has_no_stationary_law():
    with pytest.raises(regimes.NoStationaryRegime):
        regimes.stationary([[-1.0, 1.0], [0.0, 0.0]])
