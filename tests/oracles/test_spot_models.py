"""Forward curves and variances of the classical spot price models: published parameters, integrals, equivalence.

Parameters of Schwartz and Smith's oil model: those that the R package NFCP ships as `SS_oil$two_factor` (commit
ddc8ce17); the values beside them were computed independently from the formulas of the paper.
"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from valuation.processes.convenience_yield import ConvenienceYield
from valuation.processes.price_law import Between, Deviation, covariance, location, mean
from valuation.processes.spot_models import TwoFactors, one_factor

OIL = {"reversion": 1.49, "short_volatility": 0.286, "long_volatility": 0.145, "correlation": 0.3}
RISK_NEUTRAL = TwoFactors(**OIL, long=math.log(20.0), drift=0.0115, premium=0.157)
REAL_WORLD = TwoFactors(**OIL, long=math.log(20.0), drift=-0.0125)


@pytest.mark.parametrize(("years", "a"), [(1 / 12, -0.0064763884), (1.0, -0.0401143570), (5.0, 0.0268236045)])
def test_a_of_schwartz_and_smith(years, a):
    found = RISK_NEUTRAL.mean(years) - math.log(20.0) + 0.5 * RISK_NEUTRAL.variance(years)
    assert found == pytest.approx(a, abs=6e-11)


def test_futures_mean_and_sd_of_schwartz_and_smith():
    assert RISK_NEUTRAL.log_price(1.0) == pytest.approx(19.213591, abs=6e-7)
    assert RISK_NEUTRAL.log_price(5.0) == pytest.approx(20.543732, abs=6e-7)
    assert REAL_WORLD.log_price(1.0) == pytest.approx(20.353232, abs=6e-7)
    assert math.sqrt(REAL_WORLD.variance(1.0)) == pytest.approx(0.244979, abs=6e-7)


@pytest.mark.parametrize(("expiry", "delivery"), [(0.25, 0.25), (0.5, 1.5), (2.0, 2.1)])
def test_variance_of_an_option_is_the_integral_of_the_futures_own(expiry, delivery):
    """The futures price moves by e^(−κ(T−u)) σ_χ dW₁ + σ_ξ dW₂."""
    k, short, far, rho = (OIL[key] for key in ("reversion", "short_volatility", "long_volatility", "correlation"))

    def moves(u):
        kept = math.exp(-k * (delivery - u)) * short
        return kept**2 + far**2 + 2 * rho * kept * far

    want, _ = quad(moves, 0.0, expiry, epsabs=1e-14)
    assert RISK_NEUTRAL.option_variance(expiry, delivery) == pytest.approx(want, rel=1e-12)


def test_one_factor_is_schwartz_1997():
    """ln F = e^(−κT) ln S + (1 − e^(−κT)) α* + σ²/(4κ)(1 − e^(−2κT))."""
    spot, k, sigma, alpha, premium = 20.0, 0.301, 0.334, 3.093, -0.242
    model = one_factor(math.log(spot), k, sigma, alpha - premium)
    for years in (0.1, 1.0, 7.0):
        kept = math.exp(-k * years)
        want = kept * math.log(spot) + (1 - kept) * (alpha - premium) + sigma**2 / (4 * k) * (1 - kept**2)
        assert math.log(model.log_price(years)) == pytest.approx(want, rel=1e-13)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.1, 5.0), st.floats(-0.2, 0.3), st.floats(0.1, 0.8), st.floats(0.05, 0.8), st.floats(-0.9, 0.9),
    st.floats(-0.5, 0.5), st.floats(-0.3, 0.5), st.floats(0.0, 0.1), st.floats(0.05, 6.0),
)  # fmt: skip
def test_a_convenience_yield_is_a_short_and_a_long_term(k, alpha, s1, s2, rho, premium, delta, rate, years):
    """Schwartz's two-factor futures of 1997 are those of Schwartz and Smith with the parameters carried over."""
    model = ConvenienceYield(k, alpha, s1, s2, rho, premium)
    same = model.as_two_factors(math.log(20.0), delta, rate)
    assert -1.0 <= same.correlation <= 1.0
    assert same.short + same.long == pytest.approx(math.log(20.0))
    assert same.log_price(years) == pytest.approx(model.futures(20.0, delta, rate, years), rel=1e-9)


def test_variance_of_the_spot_under_a_convenience_yield():
    """Var ln S from the two equations themselves: ∫ of the squared response to each shock."""
    model = ConvenienceYield(1.876, 0.106, 0.393, 0.527, 0.766, 0.198)
    k, s1, s2, rho = 1.876, 0.393, 0.527, 0.766

    def response(u):
        by_yield = -s2 * (1 - math.exp(-k * u)) / k
        return s1**2 + by_yield**2 + 2 * rho * s1 * by_yield

    want, _ = quad(response, 0.0, 3.0, epsabs=1e-14)
    assert model.as_two_factors(3.0, 0.1, 0.05).variance(3.0) == pytest.approx(want, rel=1e-12)


def test_mean_and_variance_of_an_asinh_price():
    """m = 1.7, sd 0.55, c = 100: mean 307.7630409 and variance 37614.2588, computed independently."""
    law = Deviation((0.55**2,)).at(0)
    assert location("asinh", 307.7630409, law, 100.0) == pytest.approx(1.7, rel=1e-9)
    forward = mean("asinh", 1.7, law, 100.0)
    assert forward == pytest.approx(307.7630409, rel=1e-10)
    found = covariance("asinh", (forward, forward), (1.7, 1.7), (law, law), Between(0.55**2), 100.0)
    assert found == pytest.approx(37614.2588, abs=6e-5)
