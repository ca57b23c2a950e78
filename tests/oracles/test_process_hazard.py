"""Survival under hazards, published values and identities."""

import math

import pytest

from valuation.processes import hazard

STARTS, RATES = [0.0, 2.0, 5.0], [0.005, 0.02, 0.04]


def test_published_piecewise():
    """models.md 3.1: 0–2: .005, 2–5: .02, 5–15: .04."""
    assert hazard.survival(STARTS, RATES, 3.5) == pytest.approx(0.960789439152, abs=5e-13)
    assert hazard.survival(STARTS, RATES, 15.0) == pytest.approx(0.625002268283, abs=5e-13)


def test_constant():
    """models.md 3.1: λ0 = .02, T = 15, b = 0 -> .7408182."""
    assert hazard.survival([0.0], [0.02], 15.0) == pytest.approx(math.exp(-0.3), rel=1e-15)
    assert hazard.survival([0.0], [0.02], 0.0) == 1.0


def test_cure_thins_the_hazard():
    assert hazard.survival(STARTS, RATES, 15.0, cure=0.25) == pytest.approx(0.625002268283**0.75, abs=5e-13)
    assert hazard.survival(STARTS, RATES, 15.0, cure=1.0) == 1.0


def test_competing():
    first, second = hazard.first_shares([0.01, 0.03], 15.0)
    assert first + second == pytest.approx(1.0 - math.exp(-0.6), rel=1e-14)
    assert second == pytest.approx(3.0 * first, rel=1e-14)
    assert hazard.first_shares([0.0, 0.0], 15.0) == [0.0, 0.0]


def test_gaussian_intensity():
    """a = .02, b = .01, x0 = 0, κ = 1, σ = .5, T = 5: .904877157708, computed; and ∫X simulated by its variance."""
    exact = hazard.survival_of_gaussian(0.02, 0.01, 0.0, 1.0, 0.5, 5.0)
    assert exact == pytest.approx(0.904877157708, abs=5e-13)
    assert hazard.survival_of_gaussian(0.02, 0.0, 1.0, 1.0, 0.5, 5.0) == pytest.approx(math.exp(-0.1), rel=1e-15)
    up, down = (hazard.survival_of_gaussian(0.02, 0.01, x, 1.0, 0.5, 5.0) for x in (-1.0, 1.0))
    assert up / down == pytest.approx(math.exp(0.02 * (1.0 - math.exp(-5.0))), rel=1e-14)
