"""Shapley shares of risks against closed forms and against runs of other contracts."""

import math
from pathlib import Path

import numpy as np
import pytest
import small_deal as deals

from valuation.appraisal.base import Base
from valuation.appraisal.risks import risks_of, switched_off
from valuation.resolve import resolve
from valuation.spec.load import load
from valuation.studies.attribution import attribution
from valuation.studies.npv import Runs
from valuation.studies.shapley import all_weights, orders, weights_of_orders

RUNS = Runs(20_000, 7, 2)
RATE, KAPPA, SIGMA = 0.08, 2.0, 0.8

LINEAR = """
clauses:
  power: {structure: power_supply, payer: host, payee: supplier, spot: power}
  euros: {structure: fixed_cost, payer: host, payee: outside, price: 40 EUR/kW/month, of: contracted_capacity}
  kroner: {structure: fixed_cost, payer: host, payee: outside, price: 900 NOK/kW/month, of: contracted_capacity}
"""
MARKET = """
factors:
  power: {unit: USD/MWh, forward: {curve: null, flat: 40 USD/MWh}}
  eur: {forward: 1.2 USD/EUR}
  nok: {process: gbm, unit: USD/NOK, forward: 0.1 USD/NOK, volatility: 0.12 /sqrt(year)}
stated_rates: null
"""
REVOCATION = """
clauses:
  power: {structure: power_supply, payer: host, payee: supplier, spot: power}
risks:
  revocation: {process: hazard, rate: {value: 30 %/year, evidence: historical}, notice: 2 months}
"""


def lowered(folder, change="", market=MARKET, **how):
    contract = load(deals.write(folder, change, market))
    return resolve(contract, **how), (*contract.factors, *contract.hazards)


def paid_months():
    """(months from the valuation date to the month's end, hours, discount) of the 24 months of the small deal."""
    start = deals.date(2026, 10, 1)
    for n in range(24):
        month = deals.Month(deals.after(start, n))
        yield n + 4, 24.0 * month.days, deals.discount(RATE, month.last)


def average_covariance(m: int, n: int) -> float:
    """Cov of the averages of an OU process from 0 over months m ≤ n (counted from 1), κ = 2, σ = 0.8.

    Cov(X_u, X_v) = σ²/2κ·(e^(−κ|u−v|) − e^(−κ(u+v))), integrated over both months."""
    h = 1 / 12

    def area(month, sign):  # ∫ e^(sign·κu) du over the month
        a, b = (month - 1) * h, month * h
        return sign * (math.exp(sign * KAPPA * b) - math.exp(sign * KAPPA * a)) / KAPPA

    if m == n:
        together = 2.0 * (h / KAPPA - (1.0 - math.exp(-KAPPA * h)) / KAPPA**2)
    else:
        together = area(m, 1) * area(n, -1)
    return SIGMA**2 / (2.0 * KAPPA) * (together - area(m, -1) * area(n, -1)) / h**2


def lognormal_variance(weights, covariance):
    """Var Σ w_i P_i with E P_i = 1 and Cov(ln P_i, ln P_j) = c_ij: ΣΣ w_i w_j (e^c_ij − 1)."""
    return math.fsum(
        w * v * math.expm1(covariance(min(m, n), max(m, n))) for m, w in weights.items() for n, v in weights.items()
    )


def closed_forms():
    power = {n: -df * 100.0 * 0.9 * hours * 40.0 for n, hours, df in paid_months()}
    euros = {n: -df * 100_000.0 * 40.0 * 1.2 for n, _, df in paid_months()}
    kroner = {n: -df * 100_000.0 * 900.0 * 0.1 for n, _, df in paid_months()}
    return {
        "power": lognormal_variance(power, average_covariance),
        "eur": lognormal_variance(euros, lambda m, _: 0.2**2 * m / 12),
        "nok": lognormal_variance(kroner, lambda m, _: 0.12**2 * m / 12),
    }


def test_independent_risks_of_a_linear_contract_have_their_own_variances(tmp_path):
    plan, names = lowered(tmp_path, LINEAR)
    found = attribution(plan, names, RUNS)
    want = closed_forms()
    assert {share.risk for share in found.risks} == {"power", "eur", "nok"}
    for share in found.risks:
        assert abs(share.variance - want[share.risk]) <= 4.0 * share.variance_se, share
        assert abs(share.loss) <= 4.0 * share.loss_se, share  # linear: each factor's mean is its expected value
        part = want[share.risk] / sum(want.values())
        assert abs(share.variance_share - part) <= 4.0 * share.variance_share_se, share
        assert share.variance_se < 0.2 * share.variance  # four of them say something
    adds_up(found)
    assert found.coalitions == 8 and found.orders is None


def adds_up(found):
    assert math.fsum(s.variance for s in found.risks) == pytest.approx(found.variance, rel=1e-9)
    assert abs(math.fsum(s.loss for s in found.risks) - found.loss) <= 1e-9 * max(abs(s.loss) for s in found.risks)
    assert math.fsum(s.variance_share for s in found.risks) == pytest.approx(1.0, abs=1e-9)
    assert found.rest_variance == 0.0 and found.rest_loss == 0.0


def test_a_product_shares_its_interaction_equally(tmp_path):
    """Price × revocation: φ = v(1) + (v(12) − v(1) − v(2))/2, v from four runs that switch nothing off in the plan:
    a contract whose price has no volatility, and one that is lowered without events."""
    plan, names = lowered(tmp_path, REVOCATION)
    found = {share.risk: share for share in attribution(plan, names, RUNS).risks}
    whole = RUNS.npv(plan)
    price = RUNS.npv(lowered(tmp_path, REVOCATION, events=False)[0])
    still = MARKET.replace("40 USD/MWh}", "40 USD/MWh}, slow: {reversion: 2 /year, volatility: 0 /sqrt(year)}")
    event = RUNS.npv(lowered(tmp_path, REVOCATION, still)[0])
    base = Base.of(plan).npv
    for v, key in ((lambda x: x.var(ddof=1), "variance"), (lambda x: base - x.mean(), "loss")):
        both = v(whole) - v(price) - v(event)
        for risk, alone in (("power", price), ("revocation", event)):
            got = getattr(found[risk], key)
            assert got == pytest.approx(v(alone) + 0.5 * both, rel=1e-9, abs=1e-9 * abs(v(whole))), (risk, key)
    assert abs(whole.var() - price.var() - event.var()) > 0.01 * whole.var()  # there is an interaction to share


def test_with_the_price_off_the_intensity_is_the_expected_one(tmp_path):
    """A hazard that rises with the price is the plain hazard then, draw for draw."""
    rises = REVOCATION.replace("notice:", "rises_with: {factor: power.slow, b: 1}, notice:")
    plan, names = lowered(tmp_path, rises)
    risks = risks_of(plan, names)
    assert {risk.name: risk.rows for risk in risks} == {
        "power": ("power", "revocation.rise"), "revocation": ("revocation.time",)
    }  # fmt: skip
    calm = RUNS.npv(switched_off(plan, risks, {"power"}))
    plain, _ = lowered(tmp_path, REVOCATION)
    assert np.array_equal(calm, RUNS.npv(switched_off(plain, risks_of(plain, names), {"power"})))
    assert not np.array_equal(calm, RUNS.npv(plan))


def test_everything_off_is_the_base_case(tmp_path):
    plan, names = lowered(tmp_path, REVOCATION)
    off = switched_off(plan, risks_of(plan, names), names)
    assert set(RUNS.npv(off)) == {Base.of(plan).npv}


def test_what_a_correlated_factor_draws_stays_when_the_other_is_off(tmp_path):
    """The second factor of a correlated pair is made of the first one's draws too; they go on."""
    together = MARKET + "correlation: [{of: [power.slow, eur], value: 0.7}]\n"
    plan, names = lowered(tmp_path, LINEAR, together)
    risks = risks_of(plan, names)
    assert [risk.name for risk in risks] == ["eur", "nok", "power"]  # in the order of the file
    alone = RUNS.npv(switched_off(plan, risks, {"eur", "nok"}))
    want = RUNS.npv(switched_off(plan, risks, {"nok"})) - RUNS.npv(switched_off(plan, risks, {"nok", "power"}))
    assert alone - alone.mean() == pytest.approx(want - want.mean(), rel=1e-7, abs=1e-3)
    adds_up(attribution(plan, names, RUNS))


def test_many_risks_by_orders_agree_with_all_sets(tmp_path):
    change = LINEAR + REVOCATION.partition("risks:")[1] + REVOCATION.partition("risks:")[2]
    plan, names = lowered(tmp_path, change)
    exact = attribution(plan, names, RUNS)
    some = attribution(plan, names, RUNS, exact=2, order_count=6)
    adds_up(some)
    assert exact.orders is None and exact.coalitions == 16
    assert some.orders == 6
    for one, other in zip(exact.risks, some.risks, strict=True):
        assert other.variance_se >= 0.0
        assert abs(one.variance - other.variance) <= 4.0 * other.variance_se


@pytest.mark.slow
def test_the_error_is_that_of_other_seeds(tmp_path):
    """The spread of the shares over 20 seeds is what one run says of itself, to a third."""
    plan, names = lowered(tmp_path, REVOCATION)
    runs = [attribution(plan, names, Runs(2_000, seed, 2)) for seed in range(20)]
    for at in range(2):
        for key in ("variance", "loss"):
            spread = np.std([getattr(run.risks[at], key) for run in runs], ddof=1)
            said = np.mean([getattr(run.risks[at], f"{key}_se") for run in runs])
            assert 0.6 < spread / said < 1.5, (at, key, spread, said)


def test_weights_of_a_game_worked_out_by_hand():
    """The glove game: v = 1 for a left and a right glove, two own left ones: 1/6, 1/6, 4/6 (Shapley 1953)."""

    def value(s):
        return float("right" in s and ("left" in s or "other left" in s))

    players = ("left", "other left", "right")
    shares = {name: math.fsum(w[name] * value(s) for s, w in all_weights(players).items()) for name in players}
    assert shares == pytest.approx({"left": 1 / 6, "other left": 1 / 6, "right": 4 / 6}, abs=1e-15)


def test_orders_come_in_antithetic_pairs_and_again():
    names = tuple("abcdefghij")
    drawn = orders(names, 8, 3)
    assert drawn == orders(names, 8, 3) != orders(names, 8, 4)
    assert all(drawn[at + 1] == drawn[at][::-1] and set(drawn[at]) == set(names) for at in range(0, 8, 2))
    sums = weights_of_orders(drawn)
    assert sums[frozenset(names)] == pytest.approx({n: 1 / 8 * sum(o[-1] == n for o in drawn) for n in names})


def test_a_plan_without_risks_has_nothing_to_share(tmp_path):
    plan, names = lowered(tmp_path)
    found = attribution(plan, names, Runs(256, 1, 1))
    assert found.risks == () and found.variance == found.loss == 0.0


@pytest.mark.slow
def test_revocation_carries_the_spread_of_the_shipped_contract():
    """80 % of the power is hedged and the rent is take-or-pay at 100 %, so that the event is nearly all there is."""
    contract = load(Path(__file__).resolve().parents[2] / "contracts" / "bitzero.yaml")
    found = attribution(resolve(contract), (*contract.factors, *contract.hazards), RUNS)
    adds_up(found)
    shares = {share.risk: share for share in found.risks}
    assert list(shares) == ["power.NO4", "fx.EURUSD", "utilisation", "revocation"]
    assert shares["revocation"].variance_share == pytest.approx(0.99, abs=4 * shares["revocation"].variance_share_se)
    assert shares["revocation"].loss == pytest.approx(found.loss, rel=0.02)
