"""Inflation that varies: the index by a hand-made recursion of (growth, its integral), a rent that follows it with
floor and cap, money of one year deflated path by path, and the figures of Norwegian consumer prices.

The figures (yearly rates of the World Bank, 2001 to 2024, AR(1) with a step of a year, computed outside): mean 2.42 %,
phi 0.377, kappa 0.976, sigma 1.86 %, stationary standard deviation 1.33 %.
"""

import math
from datetime import date

import numpy as np
import pytest
from small_deal import dated

from valuation.errors import SpecError
from valuation.processes import integral, ou

KAPPA, SIGMA, RATE = 0.976, 0.0186, 0.024
PRICES = (
    "factors: {inflation: {process: inflation_ou, rate: 2.4 %/year, reversion: 0.976 /year, "
    "volatility: 1.86 %/year/sqrt(year)}}"
)
FLAT = PRICES.replace("1.86 %", "0 %")
LONG = "dates: {term: 72 months}\n"
RENT = "clauses: {rent: {structure: capacity_lease, lease: triple_net"
INDEXED = LONG + RENT + ", index: {by: inflation, floor: 1.5 %/year, cap: 3 %/year, share: 80 %}}}"
REAL = (
    "price_basis: {real: 2026, deflator: inflation}\ndiscount_rate: {value: 8 %/year, basis: real post-tax unlevered}"
)
H = 1.0 / 12.0


def test_norwegian_consumer_prices():
    assert -math.log(0.377) == pytest.approx(KAPPA, abs=6e-4)
    assert ou.stationary_sd(KAPPA, SIGMA) == pytest.approx(0.0133, abs=5e-5)
    year = integral.covariance(KAPPA, SIGMA, 50.0, 1.0) - integral.covariance(KAPPA, SIGMA, 50.0, 0.0)
    assert year > 0.0  # what a year adds leans on what came before


def by_hand(run, months, current=RATE):
    """Index by month and path from the same draws: the pair's covariance over a month, factored by hand."""
    decay, b = math.exp(-KAPPA * H), (1.0 - math.exp(-KAPPA * H)) / KAPPA
    var_x = SIGMA**2 * (1.0 - math.exp(-2.0 * KAPPA * H)) / (2.0 * KAPPA)
    cov = SIGMA**2 * b * b / 2.0
    var_i = SIGMA**2 / KAPPA**2 * (H - 2.0 * b + (1.0 - math.exp(-2.0 * KAPPA * H)) / (2.0 * KAPPA))
    first, second = run.values["inflation.normal_level"], run.values["inflation.normal_integral"]
    x = total = np.zeros(first.shape[1])
    out = []
    for t in range(months):
        moved = b * x + cov / math.sqrt(var_x) * first[t] + math.sqrt(var_i - cov**2 / var_x) * second[t]
        total, x = total + moved, decay * x + math.sqrt(var_x) * first[t]
        y = (t + 1) * H
        v = (
            SIGMA**2
            / KAPPA**2
            * (y - 2.0 * (1.0 - math.exp(-KAPPA * y)) / KAPPA + (1.0 - math.exp(-2.0 * KAPPA * y)) / (2.0 * KAPPA))
        )
        pull = math.log((1.0 + current) / (1.0 + RATE)) * (1.0 - math.exp(-KAPPA * y)) / KAPPA
        out.append((1.0 + RATE) ** y * np.exp(pull + total - v / 2.0))
    return np.array(out)


@pytest.mark.parametrize("current", [None, 0.05])
def test_the_index_by_hand(deal, current):
    prices = PRICES if current is None else PRICES.replace("reversion", f"current: {100 * current} %/year, reversion")
    made = deal(INDEXED, prices)
    run = made.paths(30)
    want = by_hand(run, made.plan.months, RATE if current is None else current)
    assert np.allclose(run.values["inflation"], want, rtol=1e-12)
    expected = made.month("inflation")[date(2031, 6, 30)]
    pull = math.log((1.0 + (current or RATE)) / (1.0 + RATE)) * (1.0 - math.exp(-KAPPA * 5.0)) / KAPPA
    assert expected == pytest.approx((1.0 + RATE) ** 5 * math.exp(pull), rel=1e-13)


def test_a_rent_steps_by_each_path_with_floor_and_cap(deal):
    made = deal(INDEXED, PRICES)
    run = made.paths(60)
    level = run.values["inflation"]
    price = np.ones(60)
    steps = []
    for year in range(1, 6):  # each October; month 0 is July 2026
        growth = 0.8 * (level[3 + 12 * year] / level[3 + 12 * (year - 1)] - 1.0)
        steps.append(np.clip(growth, 0.015, 0.03))
        price = price * (1.0 + steps[-1])
        assert np.allclose(run.values["rent.index"][3 + 12 * year], price, rtol=1e-13)
    assert {0.015, 0.03} < set(np.round(np.concatenate(steps), 12))
    assert (np.array(steps) == 0.015).any() and (np.array(steps) == 0.03).any()


def test_a_cap_that_is_the_floor_leaves_no_risk(deal):
    run = deal(INDEXED.replace("cap: 3 %", "cap: 1.5 %"), PRICES).paths(20)
    assert np.ptp(run.values["rent.index"], axis=1).max() < 1e-15
    assert run.values["rent.index"][-1] == pytest.approx(1.015**6, rel=1e-13)


def test_without_volatility_it_is_the_steady_index(deal):
    steady = deal(INDEXED, "factors: {inflation: {rate: 2.4 %/year}}").month("rent.index")
    assert deal(INDEXED, FLAT).month("rent.index") == pytest.approx(steady, rel=1e-13)


def test_money_of_one_year_is_deflated_by_each_path(deal):
    nominal, real = deal(LONG, PRICES), deal(LONG + REAL, PRICES)
    one, other = nominal.paths(25), real.paths(25)
    level = by_hand(other, real.plan.months)
    for path in (0, 7):
        want = {}
        for day, amount in dated(one, 0).items():
            month = 12 * (day.year - 2026) + day.month - 7
            moved = level[month, path] / (1.0 + RATE) ** ((month + 1) * H)  # over the growth that is expected
            want[day] = amount * (1.0 + RATE) ** (-(day - date(2026, 6, 30)).days / 365.0) / moved
        assert dated(other, path) == pytest.approx(want, rel=1e-12)
    assert np.ptp(other.cash[10]) > 0.0


def test_without_volatility_money_of_one_year_is_that_of_a_steady_index(deal):
    steady = deal(LONG + REAL, "factors: {inflation: {rate: 2.4 %/year}}").flows()
    assert deal(LONG + REAL, FLAT).flows() == pytest.approx(steady, rel=1e-13)


def test_it_moves_with_another_factor(deal):
    joined = PRICES + "\ncorrelation: [{of: [eur, inflation], value: 0.6}]"
    made = deal(INDEXED.replace("share: 80 %}", "share: 80 %}, price: 90 EUR/kW/month"), joined)
    run, years = made.paths(4000), made.plan.months * H
    euro, growth = run.values["eur.log"][-1], run.values["inflation.level"][-1]
    covariance = 0.6 * 0.2 * SIGMA * (1.0 - math.exp(-KAPPA * years)) / KAPPA
    found = np.cov(euro, growth)[0, 1]
    assert abs(found - covariance) < 4.0 * euro.std() * growth.std() / math.sqrt(4000)
    assert covariance > 4.0 * euro.std() * growth.std() / math.sqrt(4000)


def test_a_price_is_no_deflator(deal):
    with pytest.raises(SpecError, match=r"'power' is a two_ou, expected a factor with 'process: index' or"):
        deal(REAL.replace("deflator: inflation", "deflator: power"))
