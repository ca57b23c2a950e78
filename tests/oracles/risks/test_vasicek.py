"""An interest rate that reverts: month averages against Vasicek's price of a zero bond, and the interest of a loan by
hand. In a contract it is written `process: vasicek`."""

import math
from datetime import date
from itertools import combinations_with_replacement

import numpy as np
import pytest

from valuation.errors import SpecError
from valuation.processes.autocovariance import average_covariance

KAPPA, SIGMA = 0.4, 0.02
RATE = "factors: {nibor: {process: vasicek, forward: 4 %/year, reversion: 0.4 /year, volatility: 2 %/year/sqrt(year)}}"
LOAN = """
equity_discount_rate: {value: 12 %/year, basis: nominal post-tax levered}
clauses:
  rent: {lease: triple_net}
  build: {structure: capex, payer: host, payee: outside, cost: 100 MUSD, schedule: {from: 2026-07-31, months: 2}}
financing:
  borrower: host
  debt: {bank: {size: 60 MUSD, floating: {factor: nibor, margin: 2 %/year}, repayment: equal_principal,
                tenor: 18 months}}
"""
H = 1.0 / 12.0


@pytest.mark.parametrize("years", [1, 5, 12])
def test_month_averages_price_a_zero_bond(years):
    """E[exp(−Σ r̄·h)], r̄ normal with the exact covariances, against Vasicek (1977): P = A·e^(−B·r), r = θ."""
    steps = (H,) * (12 * years)
    own = (("", KAPPA, SIGMA),)
    pairs = combinations_with_replacement(range(len(steps)), 2)
    total = sum((2.0 if a < b else 1.0) * average_covariance(own, ((1.0,),), steps, a, b) for a, b in pairs)
    mean = 0.04
    price = math.exp(-mean * years + 0.5 * H * H * total)
    b = (1.0 - math.exp(-KAPPA * years)) / KAPPA
    infinite = mean - SIGMA**2 / (2.0 * KAPPA**2)
    closed = math.exp(infinite * (b - years) - SIGMA**2 * b * b / (4.0 * KAPPA)) * math.exp(-b * mean)
    assert price == pytest.approx(closed, rel=1e-12)


@pytest.mark.parametrize("settlement", ["month_average", "month_start", "month_end"])
def test_the_rate_by_hand(deal, settlement):
    made = deal(LOAN, RATE.replace("forward", f"settlement: {settlement}, forward"))
    run = made.paths(40)
    first = run.values["nibor.normal_level"]
    decay, b = math.exp(-KAPPA * H), (1.0 - math.exp(-KAPPA * H)) / KAPPA
    var = SIGMA**2 * (1.0 - math.exp(-2.0 * KAPPA * H)) / (2.0 * KAPPA)
    x = np.zeros(40)
    for t in range(made.plan.months):
        before, x = x, decay * x + math.sqrt(var) * first[t]
        if settlement == "month_average":
            cov = SIGMA**2 * b * b / 2.0
            own = SIGMA**2 / KAPPA**2 * (H - 2.0 * b + (1.0 - math.exp(-2.0 * KAPPA * H)) / (2.0 * KAPPA))
            second = run.values["nibor.normal_integral"][t]
            moved = b * before + cov / math.sqrt(var) * first[t] + math.sqrt(own - cov**2 / var) * second
            want = 0.04 + moved / H
        else:
            want = 0.04 + (before if settlement == "month_start" else x)
        assert np.allclose(run.values["nibor"][t], want, rtol=0, atol=1e-12)
    assert (run.values["nibor"] < 0.04).any()


def test_interest_of_a_floating_loan(deal):
    run = deal(LOAN, RATE).paths(30)
    rate, balance = run.values["nibor"] + 0.02, run.values["financing.bank.balance"]
    for t in range(4, 20):
        assert np.allclose(run.values["financing.bank.interest"][t], balance[t - 1] * rate[t] / 12.0, rtol=1e-12)
    assert np.ptp(run.values["financing.bank.interest"][10]) > 0.0


def test_a_rate_that_is_swapped_whole_does_not_move(deal):
    swapped = LOAN.replace("margin: 2 %/year", "margin: 2 %/year, fixed_share: 100 %, swap_rate: 3.5 %/year")
    run = deal(swapped, RATE).paths(10)
    assert run.values.get("financing.bank.rate", np.array(0.055)) == pytest.approx(0.055, rel=1e-13)


def test_the_expected_path_is_the_base_case(deal):
    curve = RATE.replace("forward: 4 %/year", "forward: {curve: {2026-07-01: 5 %/year, 2027-07-01: 3 %/year}}")
    rates = deal(LOAN, curve).month("nibor")
    assert rates[date(2027, 6, 30)] == 0.05
    assert rates[date(2027, 7, 31)] == 0.03


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("forward: 4 EUR/MWh", "does not fit the factor's unit '1/year'"),
        ("forward: {flat: 4 %/year, month_shape: [1,1,1,1,1,1,1,1,1,1,1,1]}", "has no shape by calendar month"),
        ("forward: 4 %/year, volatility: 2 %", "expected a volatility of a yearly rate"),
    ],
)
def test_what_is_wrong_is_said(deal, wrong, says):
    text = RATE.replace("forward: 4 %/year", wrong)
    if "volatility: 2 %" in wrong:
        text = text.replace(", volatility: 2 %/year/sqrt(year)", "")
    with pytest.raises(SpecError, match=says):
        deal(LOAN, text)
