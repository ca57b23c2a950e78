"""Flows at year ends, discounted by whole years, against a tool of yearly periods and against sums by calendar year.

Each path of a contract with flows at year ends has the cash of every calendar year of the same contract by date.
"""

from datetime import date
from pathlib import Path

import numpy as np
import numpy_financial
import pytest

from valuation import timeline, value
from valuation.appraisal.base import Base, base_measures
from valuation.resolve import resolve
from valuation.spec.load import load

ANNUAL = Path(__file__).resolve().parents[1] / "data" / "annual.yaml"


@pytest.mark.parametrize(
    ("changes", "npv", "irr"),
    [(["tax=null"], 301_408_428.64, 0.13151625), ([], 150_083_693.02, 0.10639929)],
    ids=["no tax", "tax"],
)
def test_the_single_owner_case_of_the_system_advisor_model(changes, npv, irr):
    """NREL's System Advisor Model (PySAM, Singleowner): 110 MW flat, capex 900 M, revenue 173.36 M and O&M 33.00 M a
    year, 15 flows at year ends, 8 %; then with 22 % tax in the year on straight line over 15 years, losses used at
    once.
    """
    base = Base.of(resolve(load(ANNUAL, overrides=changes)))
    found = base_measures(base)
    assert found.npv == pytest.approx(npv, abs=0.005)
    assert found.irr == pytest.approx(irr, abs=5e-9)
    yearly = base.flows.net
    assert [timeline.date_of(day) for day in base.flows.dates] == [date(2025 + n, 12, 31) for n in range(16)]
    assert found.irr == pytest.approx(numpy_financial.irr(yearly), abs=1e-12)
    assert found.npv == pytest.approx(numpy_financial.npv(0.08, yearly), rel=1e-12)
    assert base.last("accounts.pv_ebitda") == pytest.approx(140.36e6 * (1 - 1.08**-15) / 0.08, rel=1e-12)
    assert base.last("accounts.pv_revenue") == pytest.approx(173.36e6 * (1 - 1.08**-15) / 0.08, rel=1e-12)
    paid_back = int(np.argmax(np.cumsum(yearly) >= 0))
    assert found.payback_years == pytest.approx(paid_back - np.cumsum(yearly)[paid_back] / yearly[paid_back])
    assert found.npv_risk_free == pytest.approx(numpy_financial.npv(0.04, yearly), rel=1e-12)


def test_every_path_and_every_table_has_the_base_case():
    run = value(ANNUAL, paths=256, seed=1)
    tables = run.tables
    assert run.npv == pytest.approx(np.full(256, tables.base.npv), rel=1e-12)
    assert run.irr == pytest.approx(np.full(256, tables.base.irr), abs=1e-12)
    assert all(check.ok for check in tables.checks)
    yearly = [a + b for a, b in zip(tables.flows.base_pre_tax, tables.flows.base_tax, strict=True)]
    for row in tables.npv_by_rate:
        assert row.base_npv == pytest.approx(numpy_financial.npv(row.rate, yearly), rel=1e-12)
        assert row.mean_npv == pytest.approx(row.base_npv, rel=1e-12)
    rent = tables.break_even["rent"]
    again = value(ANNUAL, paths=2, overrides=[f"{rent.path}={rent.value!r} {rent.unit}"])
    assert abs(again.tables.base.npv) < 1.0
    host, *others = (party for party in tables.parties if party.cash != "none")
    assert host.npv_base == pytest.approx(tables.base.npv, rel=1e-12)
    assert sum(party.npv_base for party in others) < 0.0


MOVING = """
dates: {valuation: 2026-12-31, start: 2027-02-10, term: 40 months}
clauses:
  rent: {price: 70 EUR/kW/month, payment: {in: arrears, lag: 2 months}}
  power:
    structure: power_supply
    payer: host
    payee: supplier
    fixed_price: 30 EUR/MWh
    hedge: {volume: as_consumed, share: 50 %, of: consumption}
    spot: power
    payment: {in: arrears, lag: 45 days}
  staff: {structure: fixed_cost, payer: host, payee: outside, price: 4 MUSD/year, payment: {in: advance}}
  plant:
    structure: capex
    payer: host
    payee: outside
    cost: 100 MUSD
    schedule: {2026-05-31: 10 %, 2026-12-31: 20 %, 2027-01-31: 70 %}
    depreciation: {method: straight_line, life: 5 years}
tax: {host: {rate: 22 %, paid: [02-15, 04-15]}}
risks:
  ruin:
    process: hazard
    rate: {value: 20 %/year, evidence: historical}
    notice: 3 months
    compensation: {payer: tenant, payee: host, of: capex_straight_line, share: 50 %, lag: 2 months}
"""
REAL = """
price_basis: {real: 2028, deflator: inflation}
discount_rate: {value: 8 %/year, basis: real post-tax unlevered}
"""


@pytest.mark.parametrize("more", ["", REAL], ids=["nominal", "real"])
def test_each_year_of_each_path_has_the_cash_of_the_contract_by_date(deal, more):
    strikes = np.linspace(0.01, 1.5, 24)
    by_date = deal(MOVING).paths(24, ruin=strikes)
    timed = MOVING.replace("term: 40 months", "term: 40 months, flows: year_end")
    case = deal(timed + more)
    assert case.plan.year_count == "whole_years"
    run = case.paths(24, ruin=strikes)
    years = [timeline.date_of(day).year for day in run.dates]
    assert all(timeline.date_of(day) == date(year, 12, 31) for day, year in zip(run.dates, years, strict=True))
    growth = 1.03 if more else 1.0
    want = np.zeros(24)
    for place, year in enumerate(years):
        level = growth ** (2028 - year)
        got = (run.cash[place] + run.tax[place]) / level
        if year == 2026:  # by date a part of the year is sunk; at year ends it is all of year 0
            assert got == pytest.approx(np.full(24, -30e6), rel=1e-12)
        else:
            assert got == pytest.approx(by_date.cash_year[year], rel=1e-9, abs=1.0)
        want += got * level * 1.08 ** (2026.0 - year)
    assert run.measure["npv"] == pytest.approx(want, rel=1e-9)
