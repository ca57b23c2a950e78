"""Every factor simulated in a contract against its exact mean, variance and covariance between months, at three
horizons; and in one step of a year against twelve of a month.

A new factor adds its case to OWN, and its name to NOT_IN_ONE_STEP where a step of a year means nothing for it.
"""

import dataclasses
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ks_2samp

from valuation import registry
from valuation.lowering.grid import Grid, lay_grid
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import base_case
from valuation.plan.model import Record
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

CONTRACT = Path(__file__).resolve().parents[2] / "contracts" / "bitzero.yaml"
PATHS = 100_000
RUNS = 10  # a million paths, on as many seeds as keep the memory small
HORIZONS = (0, 4, 14)
"""December of 2026, 2030 and 2040."""
NEARER = (0, 2, 5)
"""The same of laws that cost most to simulate and are in their long run by then."""
COSTLY = {"kluge", "jump_diffusion", "jacobi", "cir"}

OWN = {  # one example of each process, as a risk of the contract
    "two_ou": {
        "log": "{process: two_ou, unit: EUR/MWh, forward: {flat: 30 EUR/MWh}, slow: {reversion: 1.2 /year, volatility: "
        "0.5 /sqrt(year)}, fast: {reversion: 40 /year, volatility: 1 /sqrt(year)}, yearly_level: {sd: 0.2}}",
        "asinh": "{process: two_ou, transform: asinh, scale: 12 EUR/MWh, unit: EUR/MWh, forward: {flat: 20 EUR/MWh}, "
        "slow: {reversion: 0.8 /year, volatility: 0.5 /sqrt(year)}, risk_premium: 1.5 EUR/MWh}",
        "month end": "{process: two_ou, unit: EUR/MWh, settlement: month_end, forward: {flat: 30 EUR/MWh}, slow: "
        "{reversion: 0 /year, volatility: 0.15 /sqrt(year)}, fast: {reversion: 20 /year, volatility: 1 /sqrt(year)}}",
    },
    "kluge": {  # few jumps: what they cost a run goes with the most that a month may hold
        "asinh": "{process: kluge, transform: asinh, scale: 12 EUR/MWh, unit: EUR/MWh, forward: {flat: 20 EUR/MWh}, "
        "diffusion: {reversion: 2 /year, volatility: 0.5 /sqrt(year)}, spikes: {rate: 0.2 /year, mean_size: 0.3, "
        "reversion: 3 /year}, drops: {rate: 0.1 /year, mean_size: 0.3, reversion: 2 /year}}",
    },
    "jump_diffusion": {
        "log": "{process: jump_diffusion, unit: EUR/MWh, forward: {flat: 30 EUR/MWh}, reversion: 1 /year, volatility: "
        "0.3 /sqrt(year), jumps: {rate: 0.2 /year, sd: 0.4}}",
    },
    "regime_switching": {
        "two": "{process: regime_switching, unit: EUR/MWh, forward: {flat: 30 EUR/MWh}, starts_in: wet, regimes: {wet: "
        "{shift: -0.5, lasts: 2.5 years}, dry: {shift: 0.6, lasts: 2 years, volatility_multiple: 1.6}}, diffusion: "
        "{reversion: 6 /year, volatility: 1 /sqrt(year)}}",
        "three, asinh": "{process: regime_switching, transform: asinh, scale: 12 EUR/MWh, unit: EUR/MWh, forward: "
        "{flat: 20 EUR/MWh}, starts_in: stationary, regimes: {wet: {shift: -0.5, lasts: 8 months, to: {dry: 30 %, "
        "normal: 70 %}}, normal: {shift: 0, lasts: 18 months, to: {wet: 50 %, dry: 50 %}}, dry: {shift: 0.6, lasts: 14 "
        "months, to: {wet: 20 %, normal: 80 %}}}, diffusion: {reversion: 6 /year, volatility: 1 /sqrt(year)}}",
    },
    "ou": {
        "asinh": "{process: ou, transform: asinh, scale: 10 EUR/MWh, unit: EUR/MWh, forward: -4 EUR/MWh, reversion: 2 "
        "/year, volatility: 0.8 /sqrt(year)}",
        "arithmetic": "{process: ou, transform: arithmetic, unit: EUR/MWh, forward: {flat: 4 EUR/MWh, month_shift: [9 "
        "EUR/MWh, 6 EUR/MWh, 3 EUR/MWh, 0 EUR/MWh, -3 EUR/MWh, -6 EUR/MWh, -9 EUR/MWh, -6 EUR/MWh, -3 EUR/MWh, 0 "
        "EUR/MWh, 3 EUR/MWh, 6 EUR/MWh]}, reversion: 2 /year, volatility: 12 EUR/MWh/sqrt(year), yearly_level: {sd: 3 "
        "EUR/MWh, resets: 10-01}}",
    },
    "schwartz": {
        "": "{process: schwartz, unit: EUR/MWh, spot: 50 EUR/MWh, long_run: 30 EUR/MWh, price_of_risk: 0.1, reversion: "
        "0.5 /year, volatility: 0.4 /sqrt(year)}",
    },
    "schwartz_smith": {
        "": "{process: schwartz_smith, unit: EUR/MWh, short_term: {reversion: 1.49 /year, volatility: 0.286 "
        "/sqrt(year), level: 0.1, risk_premium: 15.7 %/year}, long_term: {level: 20 EUR/MWh, volatility: 0.145 "
        "/sqrt(year), drift: -1.25 %/year, risk_neutral_drift: 1.15 %/year}, correlation: 0.3}",
    },
    "lucia_schwartz": {
        "one": "{process: lucia_schwartz, unit: EUR/MWh, transform: arithmetic, short_term: {reversion: 3 /year, "
        "volatility: 20 EUR/MWh/sqrt(year), level: 5 EUR/MWh, risk_premium: 2 EUR/MWh/year}, season: {base: 30 "
        "EUR/MWh, weekend: -2 EUR/MWh, cosine: 6 EUR/MWh, peak: 01-20}}",
    },
    "yearly_level": {"": "{process: yearly_level, unit: EUR/MWh, forward: 30 EUR/MWh, sd: 0.4}"},
    "gbm": {"": "{process: gbm, unit: USD/GBP, forward: 1.3 USD/GBP, volatility: 0.12 /sqrt(year)}"},
    "index": {"": "{process: index, rate: 3 %/year}"},
    "inflation_ou": {
        "": "{process: inflation_ou, rate: 2.4 %/year, reversion: 0.976 /year, volatility: 1.86 %/year/sqrt(year)}",
        "current": "{process: inflation_ou, rate: 2 %/year, current: 4.5 %/year, reversion: 0.4 /year, volatility: "
        "2.5 %/year/sqrt(year)}",
    },
    "vasicek": {
        "": "{process: vasicek, forward: 3.2 %/year, reversion: 0.3 /year, volatility: 1.1 %/year/sqrt(year)}",
        "start": "{process: vasicek, settlement: month_start, forward: {curve: {2026-07-01: 4 %/year, 2029-01-01: 3 "
        "%/year}}, reversion: 0 /year, volatility: 0.7 %/year/sqrt(year)}",
    },
    "gpu_rental": {
        "": "{process: gpu_rental, unit: USD/GPU/hour, volatility: 0.35 /sqrt(year), generations: [{from: 2026-07-01, "
        "price: 2.35 USD/GPU/hour, decay: 35 %/year}, {from: 2030-01-01, price: 3 USD/GPU/hour, decay: 40 %/year}]}",
        "reverting": "{process: gpu_rental, unit: USD/GPU/hour, volatility: 0.5 /sqrt(year), reversion: 0.5 /year, "
        "generations: [{from: 2026-07-01, price: 2.35 USD/GPU/hour, decay: 35 %/year}]}",
    },
    "logit_ou": {"": "{process: logit_ou, mean: 70 %, logit_sd: 1.1, reversion: 1 /year}"},
    "jacobi": {
        "": "{process: jacobi, mean: 92 %, reversion: 2 /year, volatility: 0.4 /sqrt(year)}",
        "from a start": "{process: jacobi, mean: 60 %, reversion: 0.5 /year, volatility: 0.6 /sqrt(year), start: 85 %}",
    },
    "beta_ar": {"": "{process: beta_ar, mean: 90 %, sd: 8 %, reversion: 2 /year}"},
    "cir": {"": "{process: cir, forward: 3 %/year, reversion: 0.4 /year, volatility: 0.6 /sqrt(year)}"},
    "shock": {
        "for a time": "{process: shock, clause: consumption_tax, change: 50 %, lasts: 30 months, "
        "arrival: {value: 15 %/year, evidence: historical}}",
        "for good": "{process: shock, tax_of: host, level: 30 %, arrival: {value: 4 %/year, evidence: historical}}",
    },
    "outages": {
        "nodes": "{process: outages, nodes: 40, up_time: 9 months, repair: 4 days}",
        "common": "{process: outages, nodes: 12, up_time: 2 years, repair: 30 h, common_mode: {rate: 2 /year, "
        "repair: 10 h}}",
    },
    "volume_index": {
        "": "{process: volume_index, yearly_sd: 12 %, monthly_sd: 25 %, estimate_sd: 8 %}",
        "yearly": "{process: volume_index, yearly_sd: 20 %}",
    },
    "customers": {"": "{process: customers, start: 8, arrivals: 3 /year, churn: 40 %/year}"},
}
OF_EVENTS = {"shock"}
"""Processes that are off where events are."""
BY_USE = {"withdrawal"}
"""Intensities that follow the use of a path: no closed form but for a stated use,
oracles/risks/test_withdrawal_moments.py."""
OF_ANOTHER = {"profile"}
"""Prices that are made of another's: moments from those, oracles/test_profile.py."""
NOT_IN_ONE_STEP = {
    "outages": "counts of a month's failures over the hours of a month",
    "regime_switching": "a month keeps the regime of its start",
    "shock": "the share of a month in which it holds",
    "volume_index": "drawn each month and each calendar year, whatever a month's length",
}
"""Processes whose value belongs to a month: a month as long as a year is another quantity."""
WHOLE = lay_grid(load(CONTRACT))
CASES = [(process, name) for process, cases in OWN.items() for name in cases]


def test_every_factor_has_a_case():
    factors = {name for name, cls in registry.factors().items() if not cls.event}
    assert factors == {*OWN, *BY_USE, *OF_ANOTHER}


def month_of(year):
    """Month of a December: month 0 is July 2026."""
    return 12 * year + 5


def lowered(process, case, *more, months):
    """Contract with the factor as a risk, and the plan of some months that records it each December."""
    contract = load(CONTRACT, overrides=[f"risks.extra={OWN[process][case]}", *more])
    plan = resolve(contract, events=process in OF_EVENTS)
    records = (Record("extra", "extra", "yearly"),)
    return contract, dataclasses.replace(plan, months=months, payments=(), measures=(), records=records)


@pytest.mark.parametrize(("process", "case"), CASES)
def test_mean_variance_and_autocovariance_of_a_million_paths(process, case):
    horizons = NEARER if process in COSTLY else HORIZONS
    in_month = [month_of(year) for year in horizons]
    contract, plan = lowered(process, case, months=in_month[-1] + 1)
    assembly, grid, factor = assemble(plan), lay_grid(contract), contract.risks["extra"]
    expected, steps = base_case(plan).series("extra", plan.months), grid.steps[: plan.months]
    runs = [simulate(assembly, paths=PATHS, seed=11 + run).yearly["extra"] for run in range(RUNS)]
    values = np.concatenate([run[list(horizons)] for run in runs], axis=1)
    paths = values.shape[1]
    assert paths == 1_000_000
    exact = factor.moments(expected, steps)
    apart = values - values.mean(axis=1, keepdims=True)
    for place, month in enumerate(in_month):
        mean, variance = exact[month]
        assert abs(values[place].mean() - mean) <= 4.0 * np.sqrt(variance / paths) + 1e-12 * abs(mean)
    for one, two in combinations_with_replacement(range(len(in_month)), 2):
        covariance = factor.autocovariance(expected, steps, in_month[one], in_month[two], grid.first_month)
        if one == two:
            assert covariance == pytest.approx(exact[in_month[one]][1], rel=1e-10, abs=1e-14)
        products = apart[one] * apart[two]
        error = products.std() / np.sqrt(paths)
        assert abs(products.mean() - covariance) <= 4.0 * error + 1e-12, (one, two)


def test_every_factor_is_stepped_by_the_year_or_says_why_not():
    assert set(NOT_IN_ONE_STEP) <= {*OWN, *BY_USE}


def in_steps(monkeypatch, process, case, length):
    """Exact moments and paths of a factor in December 2027, after a year in steps of one length [year].

    The months before have no length, as those before a market's date have none.
    """
    last = 17
    begins = last + 1 - round(1.0 / length)
    steps = tuple(length if begins <= t <= last else 0.0 for t in range(WHOLE.months))
    stepped = type("Stepped", (Grid,), {"steps": steps})(**vars(WHOLE))
    at_end = "settlement" in registry.factors()[process].model_fields
    with monkeypatch.context() as patch:
        patch.setattr("valuation.resolve.lay_grid", lambda *_: stepped)
        more = ["risks.extra.settlement=month_end"] if at_end else []
        contract, plan = lowered(process, case, *more, months=last + 1)
    values = simulate(assemble(plan), paths=PATHS, seed=round(1.0 / length)).yearly["extra"][-1]
    expected = base_case(plan).series("extra", plan.months)
    return contract.risks["extra"].moments(expected, steps[: plan.months])[last], values


@pytest.mark.parametrize(("process", "case"), [case for case in CASES if case[0] not in NOT_IN_ONE_STEP])
def test_one_step_of_a_year_has_the_law_of_twelve_months(monkeypatch, process, case):
    """What a month settles at is its end here: the average of a year is not that of its last month."""
    exact, values = in_steps(monkeypatch, process, case, 1.0)
    monthly_exact, monthly = in_steps(monkeypatch, process, case, 1.0 / 12.0)
    assert exact == pytest.approx(monthly_exact, rel=1e-10)
    if exact[1] == 0.0:
        assert np.allclose(values, monthly, rtol=1e-13)
        return
    assert ks_2samp(values, monthly).statistic <= 2.2 * np.sqrt(2.0 / PATHS)  # exceeded once in 8,000
    error = 4.0 * np.sqrt(exact[1] / PATHS)
    assert abs(values.mean() - exact[0]) <= error
    assert abs(monthly.mean() - exact[0]) <= error


def test_the_test_can_fail():
    """A volatility 3 % off is seen at this number of paths."""
    contract = load(CONTRACT, overrides=[f"risks.extra={OWN['gbm'][''].replace('0.12', '0.1236')}"])
    wrong = contract.risks["extra"].moments([1.3] * 60, [1.0 / 12.0] * 60)[-1][1]
    contract = load(CONTRACT, overrides=[f"risks.extra={OWN['gbm']['']}"])
    right = contract.risks["extra"].moments([1.3] * 60, [1.0 / 12.0] * 60)[-1][1]
    relative_error = np.sqrt(2.0 / PATHS) * 1.5
    assert wrong / right - 1.0 > 4.0 * relative_error


def test_a_rate_turned_round_has_the_mean_that_the_warning_states():
    """E[1/S] = e^(σ²y)/F: amounts in USD of a contract in EUR, over a quote in USD per EUR."""
    contract = load(CONTRACT, overrides=["currency=EUR", "market.factors.fx.EURUSD.volatility=0.2 /sqrt(year)"])
    plan = resolve(contract, events=False)
    record = Record("rate", "fx.EUR_per_USD", "yearly")
    plan = dataclasses.replace(plan, payments=(), measures=(), records=(record,))
    values = simulate(assemble(plan), paths=PATHS, seed=11).yearly["rate"]
    for year in HORIZONS:
        elapsed = year + 0.5  # month 0 is July 2026
        mean = np.exp(0.2**2 * elapsed) / 1.1515
        assert abs(values[year].mean() - mean) <= 4.0 * values[year].std() / np.sqrt(PATHS)
        assert values[year].mean() - 1.0 / 1.1515 > 4.0 * values[year].std() / np.sqrt(PATHS)
