"""Discount curves against root finding in scipy, and what they are made from."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from valuation.curves.discount import NoDiscountCurve, from_par_rates, from_zero_rates, par_rate

MATURITIES = (0.25, 1.0, 2.0, 5.0, 10.0, 30.0)


@settings(max_examples=60, deadline=None)
@given(rates=st.lists(st.floats(0.005, 0.08), min_size=6, max_size=6), per_year=st.sampled_from([1, 2]))
def test_every_par_bond_is_worth_one(rates: list[float], per_year: int) -> None:
    try:
        curve = from_par_rates(MATURITIES, rates, per_year)
    except NoDiscountCurve:
        return  # par rates that fall so fast that the coupons alone are worth more than 1
    for maturity, rate in zip(MATURITIES, rates, strict=True):
        coupons = np.arange(1, round(maturity * per_year) + 1) / per_year
        worth = rate / per_year * sum(curve.factor(t) for t in coupons) + curve.factor(maturity)
        if maturity * per_year <= 1.0:
            worth = (1.0 + rate * maturity) * curve.factor(maturity)
        assert worth == pytest.approx(1.0, abs=2e-14)
        assert par_rate(curve, maturity, per_year) == pytest.approx(rate, abs=1e-14)
    falls = all(curve.factor(t) > curve.factor(t + 0.5) for t in np.arange(0.0, 30.0, 0.5))
    assert falls == all(rate > 0.0 for rate in curve.forward_rates())


@settings(max_examples=60, deadline=None)
@given(rates=st.lists(st.floats(-0.01, 0.2), min_size=6, max_size=6))
def test_zero_rates_come_back_and_ln_d_is_straight_between(rates: list[float]) -> None:
    curve = from_zero_rates(MATURITIES, rates)
    for maturity, rate in zip(MATURITIES, rates, strict=True):
        assert curve.zero_rate(maturity) == pytest.approx(rate, abs=1e-14)
        assert curve.factor(maturity) == pytest.approx((1.0 + rate) ** -maturity, rel=1e-13)
    inside = [0.1, 0.7, 1.3, 3.0, 7.5, 29.0]
    logs = [-t * math.log1p(z) for t, z in zip(MATURITIES, rates, strict=True)]
    straight = np.interp(inside, (0.0, *MATURITIES), (0.0, *logs))
    assert np.allclose([curve.log_factor(t) for t in inside], straight, rtol=0.0, atol=1e-13)


def test_a_gap_of_maturities_is_bootstrapped_as_by_brentq() -> None:
    """1 and 5 years: the coupons of years 2 to 4 take the factors between the two."""
    first = 1.0 / 1.03

    def worth(forward: float) -> float:
        factors = [first * math.exp(-forward * t) for t in (1, 2, 3, 4)]
        return 0.04 * (first + sum(factors)) + factors[-1] - 1.0

    forward = brentq(worth, -0.5, 0.5, xtol=1e-15)
    curve = from_par_rates((1.0, 5.0), (0.03, 0.04))
    assert curve.factor(5.0) == pytest.approx(first * math.exp(-4 * forward), rel=1e-13)
    assert curve.forward_rates() == pytest.approx((0.03, math.expm1(forward)), rel=1e-12)
    assert curve.factor(7.0) == pytest.approx(first * math.exp(-6 * forward), rel=1e-13)  # the last forward holds
    assert curve.factor(-0.5) == pytest.approx(1.03**0.5, rel=1e-13)


def test_negative_forwards_are_seen_and_impossible_rates_refused() -> None:
    assert from_zero_rates((1.0, 2.0), (0.05, 0.02)).forward_rates()[1] < 0.0
    with pytest.raises(NoDiscountCurve, match="par rate 30 %/year for 10 years"):
        from_par_rates((9.0, 10.0), (0.001, 0.3))
    with pytest.raises(ValueError, match="no whole number of coupon periods"):
        from_par_rates((1.5,), (0.03,))
