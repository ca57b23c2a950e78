"""A price with `process: regime_switching` on single paths, and against a chain simulated change by change."""

import math

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import norm

from valuation.errors import SpecError
from valuation.kernel.probability import normal_probability
from valuation.processes.regime_moments import Regime, quantile

WET_DRY = (
    "{process: regime_switching, unit: EUR/MWh, settlement: month_end, forward: {flat: 40 EUR/MWh}, starts_in: wet, "
    "regimes: {dry: {shift: 0.7, lasts: 24 months, volatility_multiple: 1.5}, wet: {shift: -0.5, lasts: 30 months}}, "
    "diffusion: {reversion: 6 /year, volatility: 1.2 /sqrt(year)}}"
)
THREE = (
    "{process: regime_switching, unit: EUR/MWh, forward: {flat: 40 EUR/MWh}, starts_in: stationary, regimes: {dry: "
    "{shift: 0.7, lasts: 5 months, to: {wet: 100 %}}, mean: {shift: 0, lasts: 6 months, to: {dry: 50 %, wet: 50 %}}, "
    "wet: {shift: -0.8, lasts: 4 months, to: {dry: 30 %, mean: 70 %}}}, diffusion: {reversion: 6 /year, volatility: "
    "0 /sqrt(year)}}"
)
Q3 = np.array([[-2.4, 0.0, 2.4], [1.0, -2.0, 1.0], [0.9, 2.1, -3.0]])
H = 1 / 12


def made(deal, factor):
    clause = "clauses: {power: {structure: power_supply, payer: host, payee: supplier, spot: p}}"
    return deal(clause, f"factors: {{p: {factor}}}\nas_of: 2026-06-30")


def test_two_regimes_by_hand(deal):
    """The first month is wet; from then on the closed form of the transition decides, by the month's uniform."""
    run = made(deal, WET_DRY).paths(300, seed=5)
    values = run.values
    change = -math.expm1(-0.9 * H) / 0.9
    dry = np.zeros(300, bool)
    for t in range(24):
        if t > 0:
            dry = values["p.regime_word"][t] < np.where(dry, 1 - 0.5 * change, 0.4 * change)
        assert np.array_equal(values["p.in_dry"][t], dry.astype(float))
        v = 1.2**2 / 12 * -math.expm1(-12 * (t + 1) * H)
        chance = 0.4 / 0.9 * -math.expm1(-0.9 * t * H)
        growth = (1 - chance) * math.exp(-0.5 + v / 2) + chance * math.exp(0.7 + 1.5**2 * v / 2)
        x = np.where(dry, 0.7 + 1.5 * values["p.diffusion"][t], -0.5 + values["p.diffusion"][t])
        assert np.allclose(values["p"][t], 40.0 * np.exp(x) / growth, rtol=1e-12)
    assert 20 < dry.sum() < 280


def chain_by_changes(paths, months, rng):
    """Regime at each month's start, of a chain that waits an exponential time in each regime and then jumps."""
    start = np.linalg.matrix_power(expm(Q3), 200)[0]
    out = np.zeros((months, paths), int)
    for path in range(paths):
        at, state = 0.0, rng.choice(3, p=start / start.sum())
        month = 0
        while month < months:
            at += rng.exponential(-1.0 / Q3[state, state])
            while month < months and month * H <= at:
                out[month, path] = state
                month += 1
            others = np.where(np.arange(3) == state, 0.0, Q3[state])
            state = rng.choice(3, p=others / others.sum())
    return out


def test_three_regimes_against_a_chain_of_changes(deal):
    contract = made(deal, THREE).contract
    factor = contract.market.factors["p"]
    states = chain_by_changes(8_000, 12, np.random.default_rng(7))
    steps = [H] * 12
    growth = np.array([np.exp([0.7, 0.0, -0.8]) @ np.array(p) for p in factor.probabilities(steps)])
    prices = 40.0 * np.exp(np.array([0.7, 0.0, -0.8])[states]) / growth[:, None]
    exact = factor.moments([40.0] * 12, steps)
    for t in (0, 5, 11):
        error = prices[t].std() / math.sqrt(8_000)
        assert abs(prices[t].mean() - 40.0) < 4.0 * error
        squares = (prices[t] - 40.0) ** 2
        assert abs(squares.mean() - exact[t][1]) < 4.0 * squares.std() / math.sqrt(8_000)
    for first, later in ((2, 4), (0, 11)):
        products = (prices[first] - 40.0) * (prices[later] - 40.0)
        shared = factor.autocovariance([40.0] * 12, steps, first, later)
        assert abs(products.mean() - shared) < 4.0 * products.std() / math.sqrt(8_000)
    run = made(deal, THREE).paths(4_000, seed=9)
    share = run.values["p.in_dry"][11].mean()
    assert share == pytest.approx(factor.probabilities(steps)[11][0], abs=4.0 * 0.5 / math.sqrt(4_000))


def test_quantiles_of_the_mixture():
    for z in (-7.9, -3.0, -0.2, 0.0, 1.3, 5.0):
        assert normal_probability(z) == pytest.approx(norm.cdf(z), rel=1e-13, abs=1e-15)
    own, chances = [Regime(-0.5, 1.0), Regime(0.7, 1.5)], [0.6, 0.4]
    found = quantile(0.1, own, chances, 0.09)
    assert 0.6 * norm.cdf((found + 0.5) / 0.3) + 0.4 * norm.cdf((found - 0.7) / 0.45) == pytest.approx(0.1, rel=1e-12)
    assert quantile(0.5, own, chances, 0.0) == pytest.approx(-0.5, abs=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("starts_in: stationary", "starts_in: summer", "there is no regime 'summer', expected dry, mean, wet or stat"),
        ("dry: 30 %, mean: 70 %", "dry: 20 %, mean: 70 %", "the shares add to 90 %, expected 100 %"),
        ("dry: 30 %, mean: 70 %", "moist: 30 %, mean: 70 %", "'moist' is not one of the other regimes"),
        (", to: {wet: 100 %}", "", "say where it changes to"),
        ("shift: 0.7", "shift: 70", "out of all proportion"),
        ("lasts: 6 months", "lasts: 0 months", "must be above 0"),
    ],
)
def test_what_is_wrong_is_said(deal, old, new, says):
    with pytest.raises(SpecError, match=says):
        made(deal, THREE.replace(old, new))
