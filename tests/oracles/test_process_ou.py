"""The Ornstein–Uhlenbeck forms against 60-digit arithmetic, from Brownian motion to reversion within hours."""

import mpmath as mp
import pytest

from valuation.processes import ou
from valuation.processes.precise import asinh, cosh, cosine_of_turn, expm1, log1p, logistic, mean_decay, sinh

REVERSIONS = [0.0, 1e-12, 1e-5, 1e-3, 0.1, 3.2, 11.9, 12.1, 134.0, 1000.0]
YEARS = [1 / 12, 0.3 / 12, 15.0]
VOLATILITY = 1.99


def exact(reversion: float, years: float) -> dict[str, mp.mpf]:
    """Decay, B, level variance, integral variance and covariance, by formula at 60 digits (limits at κ = 0)."""
    with mp.workdps(60):
        k, h, s = mp.mpf(reversion), mp.mpf(years), mp.mpf(VOLATILITY)
        if k == 0:
            return {"decay": mp.mpf(1), "b": h, "level": s**2 * h, "integral": s**2 * h**3 / 3, "both": s**2 * h**2 / 2}
        b = (1 - mp.e ** (-k * h)) / k
        twice = (1 - mp.e ** (-2 * k * h)) / (2 * k)
        return {
            "decay": mp.e ** (-k * h),
            "b": b,
            "level": s**2 * twice,
            "integral": s**2 / k**2 * (h - 2 * b + twice),
            "both": s**2 * b**2 / 2,
        }


@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("reversion", REVERSIONS)
def test_against_mpmath(reversion, years):
    want = exact(reversion, years)
    got = {
        "decay": ou.decay(reversion, years),
        "b": ou.integrated_decay(reversion, years),
        "level": ou.level_variance(reversion, VOLATILITY, years),
        "integral": ou.integral_variance(reversion, VOLATILITY, years),
        "both": ou.level_integral_covariance(reversion, VOLATILITY, years),
    }
    for name, value in got.items():
        # The argument κh itself is rounded: e^−κh can then be off by κh units in the last place. Below 1e-300 it is 0.
        tolerance = 2e-15 + (2e-16 * reversion * years if name == "decay" else 0.0)
        assert abs(mp.mpf(value) - want[name]) <= tolerance * want[name] + mp.mpf("1e-300"), name


def test_published_values():
    """models.md 1.1."""
    assert ou.decay(8.4, 1 / 365) == pytest.approx(0.9772490967076576, rel=1e-15)
    assert ou.level_variance(8.4, 2.2879, 1 / 365) ** 0.5 == pytest.approx(0.11838928904676693, rel=1e-15)
    assert ou.integral_variance(1.0, 0.5, 1.0) == pytest.approx(0.04202281018114458, rel=1e-14)


def test_stationary_law():
    assert ou.stationary_sd(3.2, 1.99) == pytest.approx(1.99 / 6.4**0.5, rel=1e-15)
    assert ou.stationary_sd(0.0, 0.0) == 0.0
    with pytest.raises(ou.NoStationaryLaw, match="reversion above 0"):
        ou.stationary_sd(0.0, 0.2)


def test_integral_of_the_mean_path():
    assert ou.integral_mean(2.0, 0.7, 1.0) == pytest.approx(0.7 * (1 - float(mp.e**-2)) / 2, rel=1e-15)
    assert ou.integral_mean(0.0, 0.7, 0.25) == 0.7 * 0.25


@pytest.mark.parametrize("x", [-30.0, -0.5, -0.4999, -1e-3, -1e-12, 1e-300, 1e-9, 0.3, 0.5, 0.51, 4.0, 40.0])
def test_elementary_functions(x):
    with mp.workdps(50):
        z = mp.mpf(x)
        assert expm1(x) == pytest.approx(float(mp.expm1(z)), rel=4e-16)
        assert asinh(x) == pytest.approx(float(mp.asinh(z)), rel=6e-16)
        assert sinh(x) == pytest.approx(float(mp.sinh(z)), rel=6e-16)
        assert cosh(x) == pytest.approx(float(mp.cosh(z)), rel=6e-16)
        assert logistic(x) == pytest.approx(float(1 / (1 + mp.exp(-z))), rel=4e-16)
        if x > -1.0:
            assert log1p(x) == pytest.approx(float(mp.log1p(z)), rel=6e-16)
        if x > 0.0:
            assert mean_decay(x) == pytest.approx(float(-mp.expm1(-z) / z), rel=4e-16)


@pytest.mark.parametrize("turn", [0.0, 1e-9, 0.1, 0.2499, 0.25, 0.2501, 0.4, 0.5, -0.3, 0.77, 1.0, -7.6])
def test_cosine(turn):
    assert cosine_of_turn(turn) == pytest.approx(float(mp.cos(2 * mp.pi * mp.mpf(turn))), abs=4e-16)


def test_ends_of_the_range():
    assert mean_decay(0.0) == 1.0 and expm1(0.0) == 0.0 and asinh(0.0) == 0.0
    assert expm1(-1e4) == -1.0 and logistic(-1e4) == 0.0 and logistic(1e4) == 1.0
    assert asinh(-1e200) == pytest.approx(-float(mp.asinh(mp.mpf("1e200"))), rel=1e-15)
