"""The calendar of Norwegian prices against a calculation made outside this repository.

Ordinary least squares of asinh(P/10 EUR/MWh) on 1, years of 365.25 days from the first day, two yearly harmonics of the
day of the year and Saturday, Sunday; country average of Norway, 2015-01-01 to 2026-04-30 (Ember), five digits.
"""

from pathlib import Path

import pytest

from valuation.calibration.columns import Asked
from valuation.calibration.reading import Manner, read_history
from valuation.calibration.seasonality import fit_seasonality
from valuation.calibration.transform import Transform, transformed

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "ember_nordic_dayahead_daily_2015_2026.csv"
OUTSIDE = {
    "constant": 1.55777, "trend": 0.08524, "cos 1": 0.1933, "sin 1": 0.07337, "cos 2": 0.03146, "sin 2": 0.01453,
    "Saturday": -0.11535, "Sunday": -0.14778,
}  # fmt: skip


def test_the_coefficients_of_norway():
    if not DATA.is_file():
        pytest.skip("the prices are in ../shared, which is not here")
    history = read_history(DATA, Manner(Asked(area="NOR")))
    assert (history.count, len(history.gaps), history.negative) == (4138, 0, 3)
    season = fit_seasonality(transformed(history, Transform("asinh", 10.0)), history.dates, trend=True)
    assert {one: season[one] for one in OUTSIDE} == pytest.approx(OUTSIDE, abs=1e-5)
