"""Intensities from events, spreads and ratings against published numbers, scipy and quadrature."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma

from valuation.hazards.events import GammaLaw, posterior
from valuation.hazards.piecewise import NoIntensity, Piecewise, credit_adjustment, from_defaults, from_spreads

MOODYS = {
    "A": (0.055, 0.177, 0.362, 0.549, 0.756, 1.239, 2.136, 3.657, 6.019),
    "Baa": (0.181, 0.510, 0.933, 1.427, 1.953, 3.031, 4.904, 8.845, 12.411),
    "Ba": (1.157, 3.191, 5.596, 8.146, 10.453, 14.440, 20.101, 29.702, 36.867),
    "B": (4.465, 10.432, 16.344, 21.510, 26.173, 34.721, 44.573, 56.345, 62.693),
}
"""Moody's average cumulative default rates 1970 to 2010 [%], as printed in J. Hull's textbook, after the YEARS."""
YEARS = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0)


def test_no_event_in_ten_years_with_the_prior_of_jeffreys() -> None:
    """Mean, 5 and 95 % of Gamma(½, 10), and (10/25)^½, each computed apart."""
    law = posterior(0, 10)
    assert law.mean == pytest.approx(0.05, rel=1e-15)
    assert law.quantile(0.05) == pytest.approx(0.0002, abs=5e-5)
    assert law.quantile(0.95) == pytest.approx(0.192, abs=5e-4)
    assert law.survival(15) == pytest.approx(0.632, abs=5e-4)
    assert law.survival(15) == pytest.approx(0.4**0.5, rel=1e-14)
    assert law.survival(15) > law.survival_at_mean(15) == pytest.approx(math.exp(-0.75), rel=1e-14)


def test_five_events_in_ten_years() -> None:
    law = posterior(5, 10)
    assert law == GammaLaw(5.5, 10.0)
    assert (law.quantile(0.05), law.quantile(0.95)) == pytest.approx((0.229, 0.984), abs=5e-4)
    mean = quad(lambda x: math.exp(-15.0 * x) * gamma.pdf(x, 5.5, scale=0.1), 0.0, 5.0)[0]
    assert law.survival(15.0) == pytest.approx(mean, rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(events=st.integers(0, 2000), years=st.floats(0.1, 1000.0), p=st.floats(1e-4, 0.9999))
def test_quantiles_are_those_of_scipy(events: int, years: float, p: float) -> None:
    found = posterior(events, years).quantile(p)
    assert found == pytest.approx(gamma.ppf(p, events + 0.5, scale=1.0 / years), rel=1e-10)


def test_the_credit_triangle_and_the_adjustment_of_an_exposure_of_one() -> None:
    """120 bp at a recovery of 40 % are 2 %/year; 0.6·0.02/0.07·(1 − e^−0.7) = 0.086299662207."""
    rates = from_spreads((10.0,), (0.0120,), 0.4, 0.05)
    assert rates.rates[0] == pytest.approx(0.02, rel=1e-13)
    assert credit_adjustment(rates, 0.6, 0.05, 10.0) == pytest.approx(0.086299662207, abs=5e-13)
    assert credit_adjustment(rates, 0.6, 0.05, 4.0) == pytest.approx(0.012 / 0.07 * (1.0 - math.exp(-0.28)), rel=1e-12)


@settings(max_examples=30, deadline=None)
@given(
    spreads=st.lists(st.floats(20e-4, 400e-4), min_size=4, max_size=4).map(sorted),
    recovery=st.floats(0.0, 0.8),
    discount=st.floats(-0.01, 0.1),
)
def test_each_spread_pays_for_its_losses(spreads: list[float], recovery: float, discount: float) -> None:
    at = (1.0, 3.0, 5.0, 10.0)
    rates = from_spreads(at, spreads, recovery, discount)

    def integral(end: float, weight: bool) -> float:
        """∫ D·S, or ∫ D·S·h, by quadrature in each piece."""
        total = 0.0
        for start, stop, h in zip(rates.starts, at, rates.rates, strict=True):
            if start < end:
                piece = quad(lambda t: math.exp(-discount * t) * rates.survival(t), start, stop)[0]
                total += piece * (h if weight else 1.0)
        return total

    for end, spread in zip(at, spreads, strict=True):
        paid, lost = spread * integral(end, False), (1.0 - recovery) * integral(end, True)
        assert paid == pytest.approx(lost, rel=1e-9)


def test_moodys_averages_as_intensities() -> None:
    """Ten-year averages 0.00216, 0.00503, 0.02244, 0.05901 a year, computed apart; year 4 of A: 0.549 − 0.362 %."""
    tables = {grade: from_defaults(YEARS, [x / 100.0 for x in row]) for grade, row in MOODYS.items()}
    found = [round(tables[grade].average(10.0), 5) for grade in ("A", "Baa", "Ba", "B")]
    assert found == [0.00216, 0.00503, 0.02244, 0.05901]
    a = tables["A"]
    assert a.survival(3.0) - a.survival(4.0) == pytest.approx(0.00187, abs=1e-12)
    assert a.rates[3] == pytest.approx(-math.log((1 - 0.00549) / (1 - 0.00362)), rel=1e-12)
    for grade, row in MOODYS.items():
        assert [100.0 * (1.0 - tables[grade].survival(t)) for t in YEARS] == pytest.approx(row, rel=1e-10)


def test_what_no_intensity_explains() -> None:
    with pytest.raises(NoIntensity, match="20 bp for 5 years is out of proportion"):
        from_spreads((1.0, 5.0), (0.05, 0.002), 0.4, 0.0)
    with pytest.raises(NoIntensity, match="by year 2 1 % have defaulted, expected at least the 2 %"):
        from_defaults((1.0, 2.0), (0.02, 0.01))
    for wrong in ((-1, 10), (0, 0), (math.nan, 10), (1, math.inf)):
        with pytest.raises(ValueError, match="years"):
            posterior(*wrong)
    assert Piecewise((1.0, 3.0), (0.1, 0.2)).survival(5.0) == pytest.approx(math.exp(-0.1 - 0.8))
