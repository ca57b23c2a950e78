"""The shipped NO4 price over eleven calendar years, against what eleven years of the national price have shown.

Observed: sd 0.692 of the logarithms of eleven yearly means (Ember, daily averages of 2015 to 2025), whose 90 % interval
by the chi-square law is [0.51, 1.10]; of 136 monthly averages none was below 0.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("make_no4_picture", ROOT / "docs" / "make_no4_picture.py")
picture = importlib.util.module_from_spec(_spec)


@pytest.fixture(scope="module")
def found():
    import sys

    sys.modules[_spec.name] = picture  # dataclasses look their module up
    _spec.loader.exec_module(picture)
    return picture.simulated(paths=20_000, seed=1)


def test_the_observed_spread_and_its_interval(found):
    sd = np.std(np.log(picture.OBSERVED), ddof=1)
    assert sd == pytest.approx(picture.OBSERVED_SD, abs=5e-4)
    interval = sd * np.sqrt(10.0 / chi2.ppf([0.95, 0.05], 10))
    assert interval == pytest.approx([picture.LOW, picture.HIGH], abs=6e-3)


def test_the_spread_of_years_is_that_of_history(found):
    assert found.means.shape == (11, 20_000)
    assert picture.LOW <= np.median(found.spreads) <= picture.HIGH


def test_no_year_and_no_month_below_nothing(found):
    assert found.means.min() > 0.0
    assert found.negative_months < 0.001


def test_the_mean_of_the_years_is_the_forward(found):
    forward = 28.5 * np.mean([1.253, 1.213, 1.103, 0.984, 0.901, 0.856, 0.835, 0.832, 0.859, 0.934, 1.057, 1.187])
    per_path = found.means.mean(axis=0)
    assert abs(per_path.mean() - forward) <= 4.0 * per_path.std() / np.sqrt(per_path.size)


def test_the_test_can_fail(found):
    """Without its yearly level the law has too little spread between years."""
    alone = picture.simulated(paths=4_000, overrides=("market.factors.power.NO4.yearly_level.sd=0",))
    assert np.median(alone.spreads) < picture.LOW
