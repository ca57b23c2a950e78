"""Transforms and the calendar of a price: what is put in comes out, and the shape by month is what it says."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from valuation.calibration.history import History, gaps_of
from valuation.calibration.monthly import by_month
from valuation.calibration.refusals import CannotCalibrate, ValuesOutside
from valuation.calibration.seasonality import MONTH_LENGTHS, fit_seasonality, month_shape
from valuation.calibration.transform import Transform, advised_scale, transformed

FIRST = date(2020, 1, 1)
LOG, ASINH, PLAIN = Transform("log"), Transform("asinh", 10.0), Transform("arithmetic")


def history(values, step="day") -> History:
    values = np.asarray(values, dtype=float)
    dates = tuple(FIRST + timedelta(days=at) for at in range(len(values)))
    return History(
        "p.csv", "0" * 64, "", "EUR/MWh", "day", step, dates, values, gaps_of(dates, values, {}), len(values), 0
    )


def pattern(dates, constant=3.0, cos=0.2, sin=-0.1, second=0.05, saturday=-0.1, sunday=-0.15, trend=0.0):
    phase = 2.0 * np.pi * np.array([(day.timetuple().tm_yday - 1) / 365.25 for day in dates])
    week = np.array([{5: saturday, 6: sunday}.get(day.weekday(), 0.0) for day in dates])
    line = trend * np.arange(len(dates)) / 365.25
    return constant + cos * np.cos(phase) + sin * np.sin(phase) + second * np.cos(2.0 * phase) + week + line


DATES = tuple(FIRST + timedelta(days=at) for at in range(1500))


def test_what_is_put_in_comes_out_gaps_or_not():
    y = pattern(DATES, trend=0.3)
    y[[5, 6, 700]] = np.nan
    season = fit_seasonality(y, DATES, trend=True)
    wanted = {"constant": 3.0, "trend": 0.3, "cos 1": 0.2, "sin 1": -0.1, "cos 2": 0.05, "sin 2": 0.0}
    assert {one: season[one] for one in wanted} == pytest.approx(wanted, abs=1e-10)
    assert (season["Saturday"], season["Sunday"]) == (pytest.approx(-0.1), pytest.approx(-0.15))
    assert np.isnan(season.residual).sum() == 3
    assert np.nanmax(np.abs(season.residual)) < 1e-10
    assert season.explained == pytest.approx(1.0)


def test_less_than_a_year_has_no_yearly_pattern():
    season = fit_seasonality(pattern(DATES[:300]), DATES[:300])
    assert season.names == ("constant", "Saturday", "Sunday")
    assert season.harmonics == 0


@pytest.mark.parametrize("transform", [LOG, ASINH, PLAIN])
def test_the_shape_is_the_expected_price_of_a_month_over_that_of_the_year(transform):
    """Against prices simulated around the pattern, which know nothing of the formula."""
    scale = 1.0 if transform is not PLAIN else 10.0
    season = fit_seasonality(scale * pattern(DATES, saturday=0.0, sunday=0.0), DATES, weekdays=False)
    shape = month_shape(season, transform)
    year = [date(2021, 1, 1) + timedelta(days=at) for at in range(365)]
    noise = scale * 0.3 * np.random.default_rng(1).standard_normal(2_000)
    prices = transform.back((season.at(year))[:, None] + np.concatenate([noise, -noise])[None, :]).mean(axis=1)
    by_hand = [prices[[day.month == month for day in year]].mean() / prices.mean() for month in range(1, 13)]
    assert shape == pytest.approx(by_hand, rel=2e-3)
    assert np.dot(shape, MONTH_LENGTHS) / 365.0 == pytest.approx(1.0)


def test_a_shape_around_nothing_is_refused():
    season = fit_seasonality(pattern(DATES, constant=-1.0), DATES)
    with pytest.raises(CannotCalibrate, match="not above 0"):
        month_shape(season, PLAIN)


@settings(max_examples=30)
@given(some.floats(-500.0, 500.0), some.floats(0.1, 200.0))
def test_a_transform_turned_round_is_the_price(price, scale):
    for transform in (Transform("asinh", scale), PLAIN, *([LOG] if price > 0.01 else [])):
        assert transform.back(transform(np.array([price])))[0] == pytest.approx(price, rel=1e-9, abs=1e-9)


def test_a_logarithm_of_negative_prices_is_refused_with_what_to_do():
    values = np.full(100, 31.0)
    values[[3, 50]] = (-2.0, 0.0)
    with pytest.raises(ValuesOutside) as caught:
        transformed(history(values), LOG)
    for words in ("2 of 100 days", "2020-01-04 (-2)", "--transform asinh --scale 10", "--transform arithmetic"):
        assert words in str(caught.value)
    assert advised_scale(np.array([0.0, 0.0])) == 1.0


@pytest.mark.parametrize(("name", "scale"), [("asinh", None), ("log", 10.0), ("asinh", -1.0), ("asinh", float("nan"))])
def test_a_transform_and_its_scale_go_together(name, scale):
    with pytest.raises(CannotCalibrate):
        Transform(name, scale)


def test_months_are_means_of_days_that_are_there():
    values = np.arange(91.0)  # January to March of 2020
    values[31:40] = np.nan
    months = by_month(history(values))
    assert months.dates == (date(2020, 1, 1), date(2020, 2, 1), date(2020, 3, 1))
    assert months.values[0] == pytest.approx(15.0)
    assert np.isnan(months.values[1])
    assert months.step_years == pytest.approx(1.0 / 12.0)
