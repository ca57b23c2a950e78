"""Shocks on single paths: the test says when the price jumps, a loop by hand says what is paid.

With 12 % a year an exponential of 0.01·x strikes x months after the valuation date, which is position 0.
"""

from datetime import date

import numpy as np
import pytest
from small_deal import dated, months, same

from valuation import value
from valuation.errors import SpecError

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
ARRIVAL = "arrival: {value: 12 %/year, evidence: historical}"
COST = "clauses: {rent: null, cost: {structure: fixed_cost, payer: host, payee: outside, price: 4 USD/kW/month}}"
LOAD_TAX = "clauses: {rent: null, cost: {structure: volume_charge, payer: host, payee: state, price: 3 USD/MWh}}"
MONTHLY = 4 * 100_000.0


def under(t, strikes, lasts=1e9):
    """Share of month t in which the shock holds."""
    return max(0.0, min(strikes + lasts, t + 1) - max(strikes, t))


def by_hand(amount):
    """Costs of the 24 months from October 2026 on."""
    return {m.last: -amount(t, m) for t, m in enumerate(GRID) if 3 <= t < 27}


@pytest.mark.parametrize("strikes", [0.5, 7.25, 20.0, 40.0])
@pytest.mark.parametrize("lasts", [None, 9])
def test_a_change_for_good_and_for_a_time(deal, strikes, lasts):
    more = f", lasts: {lasts} months" if lasts else ""
    made = deal(f"{COST}\nrisks: {{jump: {{process: shock, clause: cost, change: 50 %{more}, {ARRIVAL}}}}}")
    same(made.flows(), by_hand(lambda t, m: MONTHLY))  # the base case has no shock
    run = made.paths(1, jump=[strikes / 100])
    share = [under(t, strikes, lasts or 1e9) for t in range(len(GRID))]
    same(dated(run, 0), by_hand(lambda t, m: MONTHLY * (1 + 0.5 * share[t])), 1e-11)


def test_a_level_of_a_charge_by_volume(deal):
    made = deal(f"{LOAD_TAX}\nrisks: {{jump: {{process: shock, clause: cost, level: 10 USD/MWh, {ARRIVAL}}}}}")
    run = made.paths(1, jump=[0.0725])
    same(
        dated(run, 0),
        by_hand(lambda t, m: 100 * 0.9 * 24 * m.days * (3 + 7 * under(t, 7.25))),
        1e-11,
    )


def test_the_price_under_a_shock_is_indexed_like_the_price(deal):
    index = COST.replace("month}}", "month, index: {by: 3 %/year}}}")
    made = deal(f"{index}\nrisks: {{jump: {{process: shock, clause: cost, level: 6 USD/kW/month, {ARRIVAL}}}}}")
    run = made.paths(1, jump=[0.18])
    grown = [1.03 ** max(0, (t - 3) // 12) for t in range(len(GRID))]
    same(dated(run, 0), by_hand(lambda t, m: 1e5 * grown[t] * (4 + 2 * under(t, 18.0))), 1e-11)


def test_a_size_with_a_spread_has_the_stated_mean(deal):
    made = deal(f"{COST}\nrisks: {{jump: {{process: shock, clause: cost, change: 50 %, spread: 0.4, {ARRIVAL}}}}}")
    run = made.paths(20_000, jump=[0.0001])
    paid = -np.asarray(run.cash)[np.asarray(run.dates) > 0].sum(axis=0)
    factor = paid / (24 * MONTHLY)
    assert factor.std() == pytest.approx(1.5 * np.sqrt(np.exp(0.16) - 1), rel=0.05)
    assert abs(factor.mean() - 1.5) < 4 * factor.std() / np.sqrt(20_000)


def test_a_tax_rate(deal):
    tax = "tax: {host: {rate: 20 %, losses: none, paid: in_year}}"
    made = deal(f"{tax}\nrisks: {{jump: {{process: shock, tax_of: host, level: 30 %, {ARRIVAL}}}}}")
    run = made.paths(2, jump=[0.10, 0.155])
    rent = 1e7
    first = {date(2026, 12, 31): -0.2 * 3 * rent}
    same(dated(run, 0, "tax"), first | {date(2027, 12, 31): -0.3 * 12 * rent, date(2028, 12, 31): -0.3 * 9 * rent})
    # taxed at the rate of the month in which the year is assessed: the shock of mid-October 2027 holds in December
    same(dated(run, 1, "tax"), first | {date(2027, 12, 31): -0.3 * 12 * rent, date(2028, 12, 31): -0.3 * 9 * rent})


@pytest.mark.slow
def test_expected_cost_in_closed_form(deal):
    """E[cost of month t] = 1 + 0.5·(1 − average of e^(−λs) over the month), λ = 12 % a year, discounted."""
    made = deal(f"{COST}\nrisks: {{jump: {{process: shock, clause: cost, change: 50 %, {ARRIVAL}}}}}")
    result = value(made.path, paths=40_000)
    lam = 0.12 / 12
    exact = 0.0
    for t, month in enumerate(GRID):
        if 3 <= t < 27:
            calm = (np.exp(-lam * t) - np.exp(-lam * (t + 1))) / lam
            exact -= MONTHLY * (1 + 0.5 * (1 - calm)) * 1.08 ** (-(month.last - date(2026, 6, 30)).days / 365)
    assert abs(result.npv.mean() - exact) < 4 * result.npv.std() / 200
    assert result.tables.bridge[1].change == pytest.approx(0.0, abs=1e-6)  # without events there is no shock


@pytest.mark.parametrize(
    ("shock", "says"),
    [
        ("clause: rent, change: 5 %", "the price of a capacity_lease does not jump; a shock moves one of: cost"),
        ("clause: cost, level: 5 USD/MWh", "not in the unit of the price of cost, USD/kW/month"),
        ("tax_of: host, level: 30 %", "'host' pays no tax here; who does: none"),
        ("clause: cost, tax_of: host, change: 5 %", "expected either 'clause'"),
        ("clause: cost", "expected either 'level'"),
        ("clause: cost, level: 5 USD/kW/month, spread: 0.2", "'spread' is about 'change'"),
        ("clause: coast, change: 5 %", "did you mean 'cost'"),
    ],
)
def test_what_is_wrong_is_said(deal, shock, says):
    change = COST.replace("rent: null, ", "")
    with pytest.raises(SpecError, match=says):
        deal(f"{change}\nrisks: {{jump: {{process: shock, {shock}, {ARRIVAL}}}}}")
