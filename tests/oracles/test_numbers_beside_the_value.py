"""Numbers that stand beside the value, each by a second way: scenarios, survival, chances, figures, checks."""

import numpy as np
import pytest

from valuation import load_contract, value
from valuation.appraisal.base import Base
from valuation.appraisal.checks import ties
from valuation.appraisal.figures import deal_figures
from valuation.resolve import resolve
from valuation.shipped import shipped
from valuation.tables import CASH_TIE

pytestmark = pytest.mark.slow

LEASE = shipped("contracts") / "examples" / "minimal-lease.yaml"
BITZERO = shipped("contracts") / "bitzero.yaml"
RESTORE = "clauses.restore={structure: terminal_value, payer: host, payee: outside, amount: 2 MEUR}"


def lease(*overrides, paths=600, **how):
    return value(LEASE, paths=paths, seed=4, overrides=overrides, **how)


def test_a_scenario_beside_the_run_is_the_run_in_that_scenario():
    found = {case.name: case for case in lease().tables.scenarios}
    assert list(found)[0] == "base" and found["base"].is_run and len(found) > 1
    for name, case in found.items():
        own = lease(scenario=None if name == "base" else name)
        assert case.npv_mean == own.tables.npv.mean and case.npv_se == own.tables.npv.se
        assert case.npv_negative == own.tables.probability.npv_negative
        assert (case.npv_base, case.irr_base) == (own.tables.base.npv, own.tables.base.irr)


def test_in_a_scenario_the_file_stands_beside_it():
    name = next(case.name for case in lease().tables.scenarios if case.name != "base")
    found = {case.name: case for case in lease(scenario=name).tables.scenarios}
    assert found[name].is_run and not found["base"].is_run
    assert found["base"].npv_mean == lease().tables.npv.mean


def test_the_margin_of_the_expected_flows_is_a_ratio_of_two_present_values():
    """Without events and noise every path is the base case: both margins are one."""
    calm = lease("risks={}", "market.factors.power.example.slow.volatility=0 /sqrt(year)").tables
    assert calm.margin_of_expected_flows.ratio == pytest.approx(calm.base.margin, rel=1e-12)
    assert calm.margin_of_expected_flows.se < 1e-12
    risky = lease(paths=4_000).tables
    revenue, ebitda = (
        sum(getattr(year, f"{name}_mean") * 1.08 ** -(year.year - 2026.0) for year in risky.years)
        for name in ("revenue", "ebitda")
    )
    assert risky.margin_of_expected_flows.ratio == pytest.approx(ebitda / revenue, abs=2e-3)


def test_nobody_survives_a_hazard_of_four_hundred_per_cent():
    """Survival to the end of 2028 is e^−10 and less: no path of 600, in the years of the grid and after it."""
    years = {year.year: year.alive for year in lease("risks.tenant_default.rate.value=400 %/year").tables.years}
    assert 0.0 < years[2026] < 0.25 and years[2026] == pytest.approx(np.exp(-2.0), abs=0.05)
    assert all(alive == 0.0 for year, alive in years.items() if year >= 2029)


def test_where_no_path_has_a_root_less_than_nought_is_still_a_chance():
    """80 M to restore after a lease that never was worth it: the flows add to less than nought on every path."""
    dear = lease("risks={}", RESTORE.replace("2 MEUR", "800 MEUR"))
    assert set(np.sign(dear.npv)) == {-1.0}
    assert dear.tables.probability.no_irr == 1.0 and dear.tables.probability.irr_negative == 1.0


def test_restoring_is_no_investment():
    contract, more = load_contract(LEASE), load_contract(LEASE, overrides=[RESTORE])
    figures = [deal_figures(one, Base.of(resolve(one))) for one in (contract, more)]
    assert figures[0].investment == figures[1].investment > 0.0


def test_an_investment_in_real_money_is_deflated_from_its_months():
    real = ["price_basis={real: 2026, deflator: 2.4 %/year}", "discount_rate.basis=real post-tax unlevered"]
    contract = load_contract(BITZERO, overrides=real)
    ends = ("2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31")
    days = (np.array(ends, "datetime64[D]") - np.datetime64("2026-06-30")).astype(float)
    want = 880e6 / 6.0 * np.sum(1.024 ** (-days / 365.0))
    assert deal_figures(contract, Base.of(resolve(contract))).investment == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize("share", ["0 %", "60 %"])
def test_a_compensation_leaves_the_tie_of_cash_in_place(share):
    contract = load_contract(BITZERO, overrides=[f"risks.revocation.compensation.share={share}"])
    assert {check.name: check.ok for check in ties(Base.of(resolve(contract)))}[CASH_TIE]


def test_a_rate_near_the_bottom_passes_its_own_check():
    """At −99.8 % the flows of the last year outweigh all others a billionfold; the residual is a share of them."""
    tables = lease(
        "clauses.rent.price=30 EUR/kW/month",
        "clauses.build.cost=0.1 MEUR/MW",
        "clauses.tv={structure: terminal_value, payer: outside, payee: host, amount: 0.3 MEUR}",
        paths=2,
    ).tables
    assert tables.base.irr is not None and tables.base.irr < -0.99
    assert [check.name for check in tables.checks if not check.ok] == []
