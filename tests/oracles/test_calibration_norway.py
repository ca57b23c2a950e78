"""Fits to the daily prices of Norway 2015-01-01 … 2026-04-30 against a calibration made outside this repository.

Specification: y = asinh(P/10 EUR/MWh); least squares on a constant, where said a trend in years of 365.25 days, two
yearly harmonics of the day of the year less one over 365.25, Saturday, Sunday; the rest with a step of 1/365 year.
"""

import csv
import datetime
from pathlib import Path

import numpy as np
import pytest

from valuation.calibration import DAY, MONTH, Series, calibrate
from valuation.calibration.diagnostics import compared, coverage, residual_checks, yearly_means
from valuation.calibration.jump_filter import filter_jumps
from valuation.calibration.regimes import fit_regimes
from valuation.calibration.yearly_level import mean_sd, yearly_spread

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "ember_nordic_dayahead_daily_2015_2026.csv"
pytestmark = pytest.mark.skipif(not DATA.is_file(), reason="the prices are not beside the checkout, in ../shared/data")


def history(area, first=2015, last=2026):
    """(days, prices) of an area over some years."""
    with DATA.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["area"] == area]
    days = [datetime.date.fromisoformat(row["date"]) for row in rows]
    kept = [i for i, day in enumerate(days) if first <= day.year <= last]
    return [days[i] for i in kept], np.array([float(rows[i]["price"]) for i in kept])


def deseasonalised(days, prices, trend):
    """(coefficients, residuals) of the regression."""
    since = np.array([(day - days[0]).days for day in days]) / 365.25
    angle = 2 * np.pi * (np.array([day.timetuple().tm_yday for day in days]) - 1) / 365.25
    weekday = np.array([day.weekday() for day in days])
    columns = [np.ones(len(days)), *([since] if trend else [])]
    columns += [wave(k * angle) for k in (1, 2) for wave in (np.cos, np.sin)]
    columns += [(weekday == 5).astype(float), (weekday == 6).astype(float)]
    design, y = np.column_stack(columns), np.arcsinh(prices / 10)
    found = np.linalg.lstsq(design, y, rcond=None)[0]
    return found, y - design @ found


@pytest.fixture(scope="module")
def norway():
    return history("NOR")


@pytest.fixture(scope="module")
def rest(norway):
    return Series("NOR, asinh(P/10)", deseasonalised(*norway, trend=False)[1], DAY)


@pytest.fixture(scope="module")
def two(rest):
    return calibrate("two_ou", rest)


def test_one_factor_with_a_trend(norway):
    season, left = deseasonalised(*norway, trend=True)
    assert season == pytest.approx(
        [1.55777, 0.08524, 0.1933, 0.07337, 0.03146, 0.01453, -0.11535, -0.14778], abs=6e-6 * 10
    )
    fit = calibrate("ou", Series("NOR", left, DAY))
    assert fit.log_likelihood == pytest.approx(1243.597, abs=0.01)
    assert fit.n == 4137
    assert np.exp(-fit["reversion"].value * DAY) == pytest.approx(0.96141, abs=5e-6)
    assert fit["reversion"].value == pytest.approx(14.365, abs=5e-4)
    assert fit["reversion"].se == pytest.approx(1.63, rel=0.02)
    assert fit["volatility"].value == pytest.approx(3.4902, abs=5e-5)
    assert fit["stationary_sd"].value == pytest.approx(0.6511, abs=5e-5)


def test_one_factor_without_a_trend(rest):
    fit = calibrate("ou", rest)
    assert fit.log_likelihood == pytest.approx(1236.990, abs=0.01)
    assert fit["reversion"].value == pytest.approx(12.084, abs=1e-3)
    assert fit["volatility"].value == pytest.approx(3.485, abs=1e-3)


@pytest.mark.parametrize(
    ("area", "first", "last", "kappa", "se", "sigma", "sd"),
    [
        ("NOR", 2015, 2020, 4.628, 1.25, 1.5903, 0.5227),
        ("NOR", 2021, 2026, 30.522, 3.51, 4.7873, 0.6127),
        ("SWE", 2015, 2026, 73.058, 3.98, 7.9895, 0.6610),
    ],
)
def test_other_areas_and_years(area, first, last, kappa, se, sigma, sd):
    fit = calibrate("ou", Series(area, deseasonalised(*history(area, first, last), trend=True)[1], DAY))
    assert fit["reversion"].value == pytest.approx(kappa, rel=1e-3)
    assert fit["reversion"].se == pytest.approx(se, rel=0.05)
    assert fit["volatility"].value == pytest.approx(sigma, rel=1e-3)
    assert fit["stationary_sd"].value == pytest.approx(sd, rel=1e-3)


@pytest.mark.parametrize(
    ("area", "first", "last", "intensity", "mean", "sd", "kappa", "sigma"),
    [
        ("NOR", 2015, 2026, 24.6, -0.011, 0.579, 6.161, 1.9276),
        ("NOR", 2015, 2020, 19.2, -0.021, 0.274, 2.581, 1.0561),
        ("NOR", 2021, 2026, 20.5, -0.129, 0.753, 21.028, 3.1905),
        ("SWE", 2015, 2026, 19.6, -0.245, 1.175, 51.218, 5.3902),
    ],
)
def test_the_jump_filter(area, first, last, intensity, mean, sd, kappa, sigma):
    left = deseasonalised(*history(area, first, last), trend=True)[1]
    found = filter_jumps(Series(area, left, DAY))
    assert found.intensity == pytest.approx(intensity, abs=0.06)
    assert (found.mean, found.sd) == pytest.approx((mean, sd), abs=6e-4)
    assert (found.reversion, found.volatility) == pytest.approx((kappa, sigma), rel=1e-3)


def test_two_factors(two):
    assert two.log_likelihood == pytest.approx(1347.841, abs=0.01)
    assert two["slow.reversion"].value == pytest.approx(1.973, rel=1e-3)
    assert two["slow.volatility"].value == pytest.approx(1.3419, rel=1e-3)
    assert two["fast.reversion"].value == pytest.approx(139.6, rel=1e-3)
    assert two["fast.volatility"].value == pytest.approx(3.4949, rel=1e-3)
    assert two["slow.stationary_sd"].value == pytest.approx(0.675, abs=6e-4)
    assert two["fast.stationary_sd"].value == pytest.approx(0.2091, abs=6e-5)
    assert two["slow.reversion"].corrected == pytest.approx(1.973 - 0.354, abs=0.002)  # (5 + 2 + 1)/(2 · 11.33)


def test_three_regimes_of_monthly_means(norway):
    """By statsmodels, MarkovRegression with switching variance, 136 months."""
    days, prices = norway
    month = np.array([12 * day.year + day.month for day in days])
    logs = np.log([prices[month == m].mean() for m in np.unique(month)])
    assert len(logs) == 136
    three, pair = (fit_regimes(Series("NOR", logs, MONTH), k) for k in (3, 2))
    assert pair.log_likelihood == pytest.approx(-118.5, abs=0.06)
    assert three.log_likelihood == pytest.approx(-76.5, abs=0.06)
    numbered = range(1, 4)
    assert np.exp([three[f"level.{i}"].value for i in numbered]) == pytest.approx([8.3, 33.5, 93.8], abs=0.06)
    assert [three[f"sd.{i}"].value ** 2 for i in numbered] == pytest.approx([0.513, 0.085, 0.148], abs=6e-4)
    assert [three[f"duration.{i}"].value for i in numbered] == pytest.approx([7.5, 18.4, 13.6], abs=0.06)


def test_the_models_side_by_side(rest, two):
    lines = compared([calibrate(model, rest) for model in ("ou", "schwartz_smith")] + [two])
    assert [line.model for line in lines] == ["two_ou", "schwartz_smith", "ou"]
    assert {line.n for line in lines} == {4137}
    assert lines[0].log_likelihood - lines[2].log_likelihood > 100


def test_residuals_are_not_independent(rest):
    """Published with the fits: Ljung–Box at seven lags below 1e-6, so one factor is rejected."""
    checks = residual_checks(calibrate("ou", rest))
    assert checks[0].p < 1e-6
    assert checks[0].name.endswith("7 lags")


def test_the_spread_of_yearly_means(norway, rest, two):
    days, prices = norway
    year = np.array([day.year for day in days])
    season = np.arcsinh(prices / 10) - rest.values
    found = yearly_means(two, prices, year, lambda y: 10 * np.sinh(y + season), paths=200)
    assert found.years == 11
    assert found.observed == pytest.approx(0.692, abs=6e-4)
    assert (found.low, found.high) == pytest.approx((0.51, 1.10), abs=6e-3)
    assert found.low < found.simulated < found.observed
    assert found.highest[0] == prices.max()
    # A yearly mean of the slow factor as fitted, by the formula and published: 0.51.
    assert mean_sd(two["slow.reversion"].value, two["slow.volatility"].value) == pytest.approx(0.51, abs=6e-3)
    means = np.log([prices[year == y].mean() for y in range(2015, 2026)])
    spread = yearly_spread(means, two["slow.reversion"].value, two["slow.volatility"].value)
    assert spread.level == pytest.approx(np.sqrt(0.6918**2 - spread.explained**2), abs=1e-4)


def test_forecasts_out_of_sample(rest):
    month, year = coverage("two_ou", rest)
    assert (month.horizon, year.horizon) == pytest.approx((30 * DAY, 1.0))
    assert 0.75 < month.inside < 1.0
    assert month.below + month.above + month.inside == pytest.approx(1.0)
    assert month.n == 4138 - int(0.7 * 4138) - 29
