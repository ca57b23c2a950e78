"""The law of Cox, Ingersoll and Ross: a rate of interest, in a market `process: cir`, and an intensity that varies.
Single paths by SciPy's noncentral χ², the interest of a loan, survival against its closed form, what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.plan.model import Record
from valuation.processes import cir
from valuation.processes.square_root import SquareRoot
from valuation.simulate import simulate

TERMS = "reversion: 0.4 /year, volatility: 0.5 /sqrt(year)"
CURVE = "{curve: {2026-07-01: 4 %/year, 2027-01-01: 3 %/year}}"
RATE = f"factors: {{nibor: {{process: cir, forward: {CURVE}, {TERMS}}}}}"
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
PATHS = 200_000


def test_a_rate_on_single_paths_and_the_loan_that_floats_on_it(deal):
    run = deal(LOAN, RATE).paths(40)
    scale = 4 * 0.4 / (0.25 * (1 - np.exp(-0.4 / 12)))
    y = np.ones(40)
    for month, normal in enumerate(run.values["nibor.log_relative.normal"][:20]):
        y = stats.ncx2.ppf(stats.norm.cdf(normal), 4 * 0.4 / 0.25, scale * np.exp(-0.4 / 12) * y) / scale
        rate = (0.04 if month < 6 else 0.03) * y
        assert np.allclose(run.values["nibor"][month], rate, rtol=3e-6 * (month + 1), atol=0)
        assert np.allclose(run.values["financing.bank.rate"][month], rate + 0.02, rtol=1e-4, atol=0)


def test_survival_under_an_intensity_that_varies(deal):
    """(λ0, κ, θ, s) = (.02, .3, .02, .08): .980215454806, .905727549235, .821735399234, .745909936271 after 1, 5, 10
    and 15 years, the closed form of a zero bond. v = s/√θ."""
    varies = f"{{reversion: 0.3 /year, volatility: {0.08 / 0.02**0.5!r} /sqrt(year)}}"
    hazard = f"rate: {{value: 2 %/year, evidence: historical}}, varies: {varies}"
    made = deal(f"risks: {{gone: {{process: hazard, {hazard}}}}}\ndates: {{start: 2026-07-01, term: 180 months}}")
    records = (Record("time", "gone.time", "final"), Record("sum", "gone.integrated", "yearly"))
    plan = replace(made.plan, payments=(), measures=(), records=records)
    run = simulate(assemble(plan), paths=PATHS, seed=9, threads=2)
    law = SquareRoot(0.3, 0.08 / 0.02**0.5)
    for years, exact in {1: 0.980215454806, 5: 0.905727549235, 10: 0.821735399234, 15: 0.745909936271}.items():
        alive = np.mean(run.final["time"] >= 12 * years)
        assert alive == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / PATHS))
        assert cir.survival(law, 0.02, years) == pytest.approx(exact, abs=1e-12)
    for place, years in enumerate(np.arange(14) + 0.5):  # e^(−∫λ) has a smaller error than the count
        likely = np.exp(-run.yearly["sum"][place])
        assert likely.mean() == pytest.approx(cir.survival(law, 0.02, years), abs=4 * likely.std() / np.sqrt(PATHS))


def test_an_intensity_keeps_its_schedule_as_its_mean(deal):
    """λ = λ̄(t)·Y: the base case has the stated intensity, the paths its trapezoid by month."""
    steps = "rate: {value: {2026-07-01: 2 %/year, 2027-07-01: 6 %/year}, evidence: historical}"
    made = deal(f"risks: {{gone: {{process: hazard, {steps}, cure: 50 %, varies: {{{TERMS}}}}}}}")
    assert list(made.month("gone.integrated").values())[23] == pytest.approx(0.5 * 0.08, rel=1e-12)
    run = made.paths(30)
    y = np.vstack([np.ones(30), run.values["gone.relative"]])
    rates = np.where(np.arange(len(y) - 1) < 12, 0.02, 0.06)[:, None]
    by_hand = np.cumsum(0.5 * rates / 12 * 0.5 * (y[1:] + y[:-1]), axis=0)
    assert np.allclose(run.values["gone.integrated"], by_hand, rtol=1e-12)


def varying(volatility, more=""):
    own = f"rate: {{value: 2 %/year, evidence: historical}}, {more} varies: {{reversion: 0.3 /year, {volatility}}}"
    return f"risks: {{gone: {{process: hazard, {own}}}}}"


@pytest.mark.parametrize(
    ("change", "market", "says"),
    [
        (varying("volatility: 3 /sqrt(year)"), "", "expected at most 1.549 /sqrt"),
        (varying("volatility: 0.002 /sqrt(year)"), "", "expected at least 0.01 /sqrt"),
        (varying("volatility: 1 /sqrt(year)", "rises_with: {factor: power.slow, b: 1},"), "", "exclude each other"),
        ("", RATE.replace("3 %/year", "-1 %/year"), "take 'process: vasicek'"),
        ("", RATE.replace("curve", f"month_shape: {[2] * 12}, curve"), "no shape by calendar month"),
    ],
)
def test_what_is_wrong_is_said(deal, change, market, says):
    with pytest.raises(SpecError, match=says):
        deal(change, market)
