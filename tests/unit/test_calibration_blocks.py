"""Fitted regimes as keys of the language, and what a parameter that the history does not tell gets."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import dblquad

from valuation.calibration.fit import Estimate
from valuation.calibration.refusals import CannotCalibrate
from valuation.calibration.regime_block import regime_lines, volatility_of_average
from valuation.calibration.study import untold


def fitted(level, sd, rates):
    found = {f"level.{at + 1}": one for at, one in enumerate(level)} | {
        f"sd.{at + 1}": one for at, one in enumerate(sd)
    }
    found |= {f"rate.{i + 1}.{j + 1}": rate for (i, j), rate in rates.items()}
    estimates = {name: Estimate(name, one, 0.1, one, one, "", one) for name, one in found.items()}

    class Fit:
        def __getitem__(self, name):
            return estimates[name]

    fit = Fit()
    fit.estimates = tuple(estimates.values())
    return SimpleNamespace(fit=fit, series=SimpleNamespace(unit=""))


def test_the_average_of_a_month_has_the_spread_that_is_asked_for():
    kappa, h = 120.0, 1.0 / 12.0
    sigma = volatility_of_average(0.3, kappa)
    inside, _ = dblquad(lambda s, t: np.exp(-kappa * abs(s - t)), 0.0, h, 0.0, lambda t: t, epsabs=1e-12)
    variance = sigma**2 / (2.0 * kappa) * 2.0 * inside / h**2
    assert np.sqrt(variance) == pytest.approx(0.3, rel=1e-6)


def test_three_regimes_say_where_they_lead():
    rates = {(0, 1): 1.0, (0, 2): 0.5, (1, 0): 0.4, (1, 2): 0.4, (2, 0): 0.0, (2, 1): 1.2}
    lines = regime_lines(fitted((-1.0, 0.0, 1.0), (0.7, 0.3, 0.4), rates))
    assert (
        lines[2]
        == "      low: {shift: -1, volatility_multiple: 1, lasts: 8 months, to: {middle: 66.7 %, high: 33.3 %}}"
    )
    assert "lasts: 15 months, to: {low: 50 %, high: 50 %}" in lines[3]
    assert "volatility_multiple: 0.5714, lasts: 10 months, to: {low: 0 %, middle: 100 %}" in lines[4]


def test_two_regimes_of_one_level_are_calm_and_stormy():
    lines = regime_lines(fitted((-0.02, 0.03), (0.26, 0.97), {(0, 1): 0.6, (1, 0): 0.6}))
    assert [line.split(":")[0].strip() for line in lines[2:4]] == ["calm", "stormy"]


def test_a_regime_that_never_ends_is_refused():
    with pytest.raises(CannotCalibrate, match="never leaves"):
        regime_lines(fitted((-1.0, 1.0), (0.2, 0.2), {(0, 1): 0.5}))


def test_an_interval_over_four_powers_of_ten_tells_nothing():
    assert untold(Estimate("a", 1.0, 5.0, 1e-5, 1e3, "", 1.0))
    assert not untold(Estimate("a", 1.0, 0.5, 0.2, 3.0, "", 1.0))
    assert not untold(Estimate("a", 1.0, 0.5, -2.0, 3.0, "", 1.0))
