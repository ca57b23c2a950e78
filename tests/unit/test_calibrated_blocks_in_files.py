"""What a fitted block says of itself in a file: a mean with its error, a shape that is chance, a forward to replace."""

from datetime import date, timedelta

import numpy as np
import pytest

from valuation.appraisal.assumptions import _driver
from valuation.calibration.history import History, gaps_of
from valuation.calibration.market_block import block_text
from valuation.calibration.season_error import DETERMINED, month_errors, shape_warning
from valuation.calibration.seasonality import MONTHS, fit_seasonality, month_shape
from valuation.calibration.study import Ask, study
from valuation.calibration.transform import Transform
from valuation.errors import SpecError
from valuation.shipped import shipped
from valuation.spec import load

EXAMPLES = shipped("contracts") / "examples"
LOG = Transform("log", None)


def changed(folder, old, new, text_of="markets/calibrated.yaml"):
    """The calibrated lease with some words of its market, or of itself, replaced."""
    (folder / "markets").mkdir(exist_ok=True)
    for name in ("calibrated-lease.yaml", "markets/calibrated.yaml"):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        if name == text_of:
            assert text.count(old) == 1
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "calibrated-lease.yaml"


def noise(years, seed):
    """Daily logarithms of a price without a season whose shocks last for months."""
    rng, kappa = np.random.default_rng(seed), 2.5
    dates = [date(2014, 1, 1) + timedelta(days=at) for at in range(int(365.25 * years))]
    decay, x, values = np.exp(-kappa / 365.0), 0.5 * rng.standard_normal(), []
    for _ in dates:
        x = decay * x + 0.5 * np.sqrt(1.0 - decay**2) * rng.standard_normal()
        values.append(x)
    return np.array(values), dates


def test_the_example_has_the_whole_recipe_and_nothing_to_warn_of():
    contract = load(EXAMPLES / "calibrated-lease.yaml")
    assert not contract.warnings
    assert contract.id == "calibrated_lease"
    assert contract.market.factors["power.XX"].forward.quotes
    assert contract.market.correlation_of_estimates and contract.correlation_of_estimates
    assert contract.risks["utilisation"].mean.provenance.estimate.law == "logit_normal"
    assert [entry.of for entry in contract.correlation] == [
        ("utilisation", "power.XX"),
        ("permit_lost", "tenant_default"),
    ]
    assert [_driver(contract, text) for text in contract.correlation[0].of] == ["utilisation", "power.XX (slow)"]


def test_a_placeholder_warns_until_it_is_replaced(tmp_path):
    quotes = "2028: 39.4 EUR/MWh, 2029: 38.8 EUR/MWh}, status: assumption, note: made up}"
    file = changed(tmp_path, quotes, quotes.replace("assumption", "placeholder"))
    told = [one.message for one in load(file).warnings if "is a placeholder (made up): replace it" in one.message]
    assert len(told) == 3
    file = changed(
        tmp_path, "status: assumption, note: dear", "status: placeholder, note: dear", "calibrated-lease.yaml"
    )
    (warning,) = load(file).warnings
    assert (warning.path, warning.line) != ("", 0) and "placeholder" in warning.message


def test_a_list_of_correlations_below_the_factors_is_told_where_it_belongs(tmp_path):
    file = changed(tmp_path, "\ncorrelation_of_estimates:\n", "\n  correlation_of_estimates:\n")
    with pytest.raises(SpecError, match="stands at the root of its file, at the left margin"):
        load(file)


@pytest.mark.slow
@pytest.mark.parametrize("years", [3, 8])
def test_the_error_of_a_shape_is_that_of_histories_without_a_season(years):
    """Over histories whose shape is 1 the errors are those that the fitted shapes have, within what 16 of them tell."""
    found, told = [], []
    for seed in range(16):
        y, dates = noise(years, seed)
        season = fit_seasonality(y, dates)
        found.append(np.log(month_shape(season, LOG)))
        told.append(month_errors(season, dates, LOG, False, 1))
    seen, said = (np.sqrt(np.mean(np.square(one))) for one in (found, told))
    assert 0.9 < said / seen < 1.6


def test_short_histories_and_loose_months_are_warned_of():
    even, sure = [1.0] * 12, [0.05] * 12
    assert shape_warning(even, sure, 8.0, MONTHS) == ""
    assert "3.0 years of data" in shape_warning(even, sure, 3.0, MONTHS)
    loose = [DETERMINED + 0.01, *sure[1:]]
    assert "(Jan 1.00 +/- 0.21)" in shape_warning(even, loose, 8.0, MONTHS)
    assert "1.5 years" in shape_warning(even, (), 1.5, MONTHS)
    assert shape_warning((), (), 1.0, MONTHS) == ""
    y, dates = noise(1.2, 1)
    assert month_errors(fit_seasonality(y, dates), dates, LOG, False, 1) == ()


@pytest.mark.slow
def test_the_mean_of_a_use_has_its_error_and_the_comment_sends_each_part_to_its_place(tmp_path):
    rng, x, values = np.random.default_rng(3), 0.0, []
    decay = np.exp(-4.0 / 12.0)
    for _ in range(96):
        x = decay * x + 0.5 * np.sqrt(1.0 - decay**2) * rng.standard_normal()
        values.append(1.0 / (1.0 + np.exp(-1.9 - x)))
    dates = tuple(date(2018 + at // 12, at % 12 + 1, 1) for at in range(96))
    use = np.array(values)
    history = History("use.csv", "0" * 64, "", "1", "month", "month", dates, use, gaps_of(dates, use, {}), 96, 0)
    found = study(history, Ask(("logit_ou",), LOG))
    text = block_text(found, "utilisation", "valuate calibrate use.csv")
    assert "to the root of the contract, beside 'risks:' and not\n# below it" in text
    head, _, block = text.partition("risks:\n")
    assert "placeholder" not in head
    block, _, together = block.partition("correlation_of_estimates:\n")
    (tmp_path / "markets").mkdir()
    for name in ("logit-ou.yaml", "markets/power-and-rates.yaml"):
        (tmp_path / name).write_bytes((EXAMPLES / name).read_bytes())
    contract = (
        (tmp_path / "logit-ou.yaml").read_text(encoding="utf-8").replace("utilisation: use", "utilisation: utilisation")
    )
    contract = contract.replace("when: use >", "when: utilisation >")
    start, end = contract.index("risks:\n"), contract.index("indicators:")
    contract = f"{contract[:start]}risks:\n{block}{contract[end:]}correlation_of_estimates:\n{together}"
    (tmp_path / "logit-ou.yaml").write_text(contract, encoding="utf-8")
    estimate = load(tmp_path / "logit-ou.yaml").risks["utilisation"].mean.provenance.estimate
    assert estimate.law == "logit_normal"
    assert estimate.se == pytest.approx(found.fit["mean"].se, rel=1e-4)
