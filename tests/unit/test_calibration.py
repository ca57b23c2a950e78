"""What calibration refuses, and its tests of a fit."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from valuation.calibration import DAY, MODELS, MONTH, Series, calibrate
from valuation.calibration.bias import reversion_bias, without_bias
from valuation.calibration.diagnostics import compared, ljung_box, residual_checks, yearly_means
from valuation.calibration.fit import Fit
from valuation.calibration.futures_panel import fit_futures_panel
from valuation.calibration.jump_filter import filter_jumps
from valuation.calibration.refusals import (
    CannotCalibrate,
    ConstantSeries,
    NeedsScipy,
    NoMaximum,
    NotMeanReverting,
    TooFewObservations,
    ValuesOutside,
)
from valuation.calibration.regimes import fit_regimes
from valuation.calibration.two_ou import fit_two_ou
from valuation.calibration.yearly_level import mean_sd, yearly_spread

RNG = np.random.default_rng(3)
NOISE = RNG.standard_normal(400)
OF_SHARES = {"logit_ou", "jacobi", "beta_ar"}


def suited(model, values):
    """Numbers in the range of the model."""
    if model in OF_SHARES:
        return 0.5 + 0.4 * np.tanh(values)
    if model == "customers":
        return np.round(np.abs(values) * 3)
    return np.abs(values) + 0.1 if model == "cir" else values


@pytest.mark.parametrize("model", MODELS)
def test_a_constant_series(model):
    with pytest.raises(ConstantSeries, match=r"all 400 values are .* check the column"):
        calibrate(model, Series("x", suited(model, np.full(400, 0.5)), DAY))


@pytest.mark.parametrize("model", sorted(set(MODELS) - {"customers"}))
def test_ten_values(model):
    with pytest.raises(TooFewObservations, match=r"10 values, and '.*' needs \d+ at least; give a longer history"):
        calibrate(model, Series("x", suited(model, NOISE[:10]), DAY))


def test_values_that_are_never_side_by_side():
    values = np.where(np.arange(400) % 2 == 0, NOISE, np.nan)
    with pytest.raises(TooFewObservations, match="0 of 200 values have the next one beside them"):
        calibrate("ou", Series("x", values, DAY))


@pytest.mark.parametrize("model", ["ou", "schwartz", "inflation_ou", "jump_diffusion"])
def test_a_series_that_runs_away(model):
    with pytest.raises(NotMeanReverting, match=r"times the one before, so nothing pulls it to a mean.*take 'gbm'"):
        calibrate(model, Series("x", 1.02 ** np.arange(400.0) + 0.01 * NOISE, DAY))


def test_a_series_without_memory():
    with pytest.raises(NotMeanReverting, match="no memory lasts a step"):
        calibrate("ou", Series("x", np.where(np.arange(400) % 2, 1.0, -1.0) + 0.1 * NOISE, DAY))


@pytest.mark.parametrize("model", sorted(OF_SHARES))
def test_a_share_above_one(model):
    with pytest.raises(ValuesOutside, match=r"not between 0 and 1.*0\.85, not 85"):
        calibrate(model, Series("x", 85 + NOISE, MONTH))


def test_values_that_a_model_cannot_take():
    with pytest.raises(ValuesOutside, match="is no count"):
        calibrate("customers", Series("x", np.abs(NOISE), MONTH))
    with pytest.raises(ValuesOutside, match="take 'vasicek'"):
        calibrate("cir", Series("x", NOISE, MONTH))
    with pytest.raises(CannotCalibrate, match="is infinite"):
        Series("x", np.array([1.0, np.inf]), DAY)
    with pytest.raises(CannotCalibrate, match="one row of numbers"):
        Series("x", np.ones((2, 2)), DAY)
    with pytest.raises(CannotCalibrate, match="expected a length above 0"):
        Series("x", NOISE, 0.0)
    with pytest.raises(CannotCalibrate, match="needs a series without gaps"):
        calibrate("kluge", Series("x", np.where(np.arange(400) == 7, np.nan, NOISE), DAY))
    with pytest.raises(CannotCalibrate, match="expected one of ou, schwartz"):
        calibrate("heston", Series("x", NOISE, DAY))
    with pytest.raises(ConstantSeries, match="a straight line"):
        calibrate("gbm", Series("x", np.arange(50.0), DAY))


def test_two_factors_that_are_one():
    """White noise has one factor at most: an error, or parameters that are all finite, never NaN."""
    with pytest.raises(NoMaximum, match="simpler model|take 'ou'"):
        calibrate("two_ou", Series("x", NOISE, DAY))


def test_a_regime_of_no_values():
    with pytest.raises(NoMaximum, match="hold|apart"):
        fit_regimes(Series("x", np.append(NOISE[:60] * 0.01, 9.0), MONTH), 3)


@pytest.mark.parametrize(
    ("prices", "maturities", "reason"),
    [
        (np.ones((60, 3)), [0.1, 0.5], "shape"),
        (np.ones((60, 2)), [0.5, 0.1], "ascending"),
        (-np.ones((60, 2)), [0.1, 0.5], "no logarithm"),
        (np.ones((60, 2)), [0.1, 0.5], "never moves"),
        (np.exp(NOISE[:20].reshape(10, 2)), [0.1, 0.5], "10 dates"),
        (np.column_stack([np.exp(NOISE[:60]), np.full(60, np.nan)]), [0.1, 0.5], "no price at all"),
    ],
)
def test_panels_that_cannot_be(prices, maturities, reason):
    with pytest.raises(CannotCalibrate, match=reason):
        fit_futures_panel(prices, np.array(maturities), MONTH)


@settings(max_examples=25)
@given(
    model=st.sampled_from(["ou", "two_ou", "schwartz_smith", "gbm", "jacobi", "cir", "jump_diffusion", "customers"]),
    seed=st.integers(0, 10_000),
    walk=st.booleans(),
    holes=st.floats(0, 0.6),
    size=st.sampled_from([1e-6, 1.0, 1e4]),
)
def test_parameters_or_a_reason(model, seed, walk, holes, size):
    rng = np.random.default_rng(seed)
    values = rng.standard_t(2, 130)
    values = suited(model, size * (np.cumsum(values) if walk else values))
    values[rng.random(130) < holes] = np.nan
    try:
        fit = calibrate(model, Series("x", values, MONTH))
    except CannotCalibrate as refused:
        assert len(str(refused)) > 20
        return
    for one in fit.estimates:
        assert np.isfinite([one.value, one.se, one.low, one.high, one.corrected]).all()
        assert one.low <= one.corrected <= one.high
    assert np.isfinite(fit.covariance).all()
    assert np.isfinite(fit.log_likelihood)


def test_without_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(NeedsScipy, match=r"pip install valuate\[calibrate\]"):
        fit_two_ou(Series("x", NOISE, DAY))


def test_scipy_waits_until_it_is_needed():
    code = "import sys, valuation.calibration; print('scipy' in sys.modules, 'numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_bias_of_daily_data_is_four_over_the_years():
    assert reversion_bias(2.0, DAY, 10.0) == pytest.approx(0.4, rel=0.01)
    short = without_bias(0.3, DAY, 10.0)  # nearly all of it is bias: nine tenths go
    assert short.corrected == pytest.approx(0.03)
    assert 1.0 / short.widened**2 == pytest.approx(0.1)


@pytest.fixture(scope="module")
def fit() -> Fit:
    x = np.empty(1500)
    x[0], noise = 0.0, np.random.default_rng(5).standard_normal(1500)
    for t in range(1, 1500):
        x[t] = 0.95 * x[t - 1] + 0.1 * noise[t]
    return calibrate("ou", Series("x", x, DAY))


def test_tests_of_residuals_are_scipys(fit):
    e, u = fit.residuals[1:], fit.pit[1:]
    checks = residual_checks(fit)
    assert (checks[2].statistic, checks[2].p) == pytest.approx(tuple(stats.jarque_bera(e)))
    exact = stats.kstest(u, "uniform")
    assert checks[3].statistic == pytest.approx(exact.statistic)
    assert checks[3].p == pytest.approx(exact.pvalue, abs=0.02)
    assert all(check.p > 0.001 for check in checks)
    r = np.array([np.corrcoef(e[k:], e[:-k])[0, 1] for k in range(1, 8)])
    n = len(e)
    assert checks[0].statistic == pytest.approx(n * (n + 2) * np.sum(r**2 / (n - np.arange(1, 8))), rel=0.02)
    assert stats.chi2.sf(checks[0].statistic, 7) == pytest.approx(checks[0].p)
    assert ljung_box(np.cumsum(NOISE), 7) > 1000


def test_criteria_and_names(fit):
    assert fit.n == 1499
    assert fit.aic == pytest.approx(6 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(3 * np.log(1499) - 2 * fit.log_likelihood)
    assert set(fit.parameters) == {"reversion", "volatility", "mean", "stationary_sd"}
    with pytest.raises(KeyError, match="'kappa' is not among reversion"):
        fit["kappa"]


def test_models_are_compared_over_the_same_values(fit):
    x = np.random.default_rng(5).standard_normal(1500).cumsum() * 0.1
    series = Series("x", x, DAY)
    lines = compared([calibrate("ou", series), calibrate("gbm", series)])
    assert {line.n for line in lines} == {1499}
    assert lines[0].model == "gbm"  # nested, with one parameter less
    with pytest.raises(CannotCalibrate, match="different lengths"):
        compared([fit, calibrate("gbm", series.first(0.5))])


def test_the_jump_filter_finds_what_was_put_in():
    x = 0.1 * np.random.default_rng(6).standard_normal(2000)
    for t in range(1, 2000):
        x[t] += 0.9 * x[t - 1] + (2.0 if t % 200 == 0 else 0.0)
    found = filter_jumps(Series("x", x, DAY))
    assert set(np.flatnonzero(found.flagged) + 1) >= set(range(200, 2000, 200))
    assert found.volatility == pytest.approx(0.1 * np.sqrt(365), rel=0.1)


def test_yearly_spread_by_hand():
    found = yearly_spread(np.array([1.0, 2.0, 3.0, 4.0]), 3.2, 1.99)
    assert found.observed == pytest.approx(np.std([1, 2, 3, 4], ddof=1))
    assert found.explained == pytest.approx(0.520, abs=6e-4)  # the slow factor as shipped, docs/models.md
    assert found.level**2 + found.explained**2 == pytest.approx(found.observed**2)
    assert mean_sd(1e-6, 0.1) == pytest.approx(0.1 / np.sqrt(2e-6), rel=1e-5)
    with pytest.raises(TooFewObservations):
        yearly_spread(np.array([1.0, 2.0]), 1.0, 1.0)
    with pytest.raises(ConstantSeries):
        yearly_spread(np.ones(5), 1.0, 1.0)


def test_yearly_means_with_a_level(fit):
    year = 2000 + np.arange(1500) // 365
    price = np.exp(3 + 0.3 * NOISE[np.arange(1500) % 400])
    plain = yearly_means(fit, price, year, lambda y: np.exp(3 + y), paths=200)
    lifted = yearly_means(fit, price, year, lambda y: np.exp(3 + y), paths=200, level_sd=1.0)
    assert plain.years == 4
    assert plain.low < plain.observed < plain.high
    assert 0.5 < lifted.simulated < 1.5
    assert plain.simulated < 0.3
    assert plain.negative == (0.0, 0.0)
    with pytest.raises(TooFewObservations, match="whole years"):
        yearly_means(fit, price[:700], year[:700], np.exp)
