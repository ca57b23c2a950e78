"""Every clause of ownership in one contract: transfers add to zero over all parties, owners' parts to the whole, the
base case is the run without noise, and money doubled doubles the value."""

from datetime import date

import numpy as np
import pytest
from small_deal import dated, same, total

from valuation.errors import SpecError
from valuation.plan.text import parse_program, program_text
from valuation.spec.load import load

VIEWS = ("host", "tenant", "supplier", "grid", "state", "seller", "owner", "partner", "outside")
GONE = [0.055, 0.13, 0.21, 9.0]


def text(k=1.0, share=40):
    return f"""
parties: {{seller: Seller, owner: Landowner, partner: Partner}}
dates: {{term: 40 months}}
clauses:
  rent: {{price: {100 * k} USD/kW/month, lease: triple_net}}
  site: {{structure: acquisition, payer: host, payee: seller, price: {0.2 * k} MEUR/MW, power: 120 MW, buys: assets,
         closing: 2026-07-20, transaction_costs: 2 %, depreciation: {{method: straight_line, life: 36 months}},
         deferred: {{share: 30 %, rate: 6 %/year, repaid: {{2027-07-20: 50 %, 2028-07-20: 50 %}}}},
         earn_out: {{amount: {3 * k} MUSD, due: 2028-01-31, unless: gone}}}}
  servers: {{structure: equipment_refresh, payer: host, payee: state, cost: {0.3 * k} MUSD/MW, every: 9 months,
            index: {{by: -8 %/year}}, buys_first: true, none_in_last: 4 months, resale: 20 %,
            depreciation: {{method: declining_balance, rate: 30 %/year}}}}
  land: {{structure: land_lease, payer: host, payee: owner, rent: {100 * k} kEUR/ha/year, area: 12 ha,
         share_of_revenue: 1.5 %, from: 2026-07-01, term: 9 years, break: 6 months, payment: {{lag: 20 days}}}}
  restore: {{structure: decommissioning, payer: host, payee: state, cost: {5 * k} MUSD, wait: 3 months,
            index: {{by: 3 %/year}}}}
  owners: {{structure: joint_venture, payer: host, payee: partner, share: {share} %}}
tax: {{host: {{rate: 25 %, paid: [02-15, 04-15]}}, seller: {{rate: 20 %, paid: in_year}}}}
risks: {{gone: {{process: hazard, rate: {{value: 12 %/year, evidence: historical}}, notice: 2 months}}}}
"""


def runs(deal, change, views):
    return {view: deal(change, view=view).paths(len(GONE), gone=GONE, seed=7) for view in views}


@pytest.mark.slow
def test_transfers_add_to_zero_over_all_parties(deal):
    found = runs(deal, text(), VIEWS)
    for path in range(len(GONE)):
        flows = [dated(run, path) for run in found.values()]
        scale = max(abs(cash) for flow in flows for cash in flow.values())
        assert all(abs(cash) <= 1e-12 * scale for cash in total(*flows).values())


@pytest.mark.slow
def test_the_owners_have_the_whole(deal):
    whole = deal(text(share=0)).paths(len(GONE), gone=GONE, seed=7)
    found = runs(deal, text(), ("host", "partner"))
    for book in ("cash", "tax"):
        for path in range(len(GONE)):
            same(total(*(dated(run, path, book) for run in found.values())), dated(whole, path, book), 1e-11)
    npv = sum(run.measure["npv"] for run in found.values())
    assert npv == pytest.approx(whole.measure["npv"], rel=1e-11)
    assert np.ptp(whole.measure["npv"]) > 1e6


def test_money_doubled(deal):
    one, two = (deal(text(k)).paths(len(GONE), gone=GONE, seed=7) for k in (1.0, 2.0))
    assert two.measure["npv"] == pytest.approx(2 * one.measure["npv"], rel=1e-11)
    assert two.measure["irr"] == pytest.approx(one.measure["irr"], rel=1e-9, nan_ok=True)


def test_the_base_case_is_the_run_without_noise(deal):
    made = deal(text(), "factors: {eur: {volatility: 0 /sqrt(year)}}")
    run = made.paths(1, gone=[1e6])
    for book in ("cash", "tax"):
        base = {day: cash for day, cash in made.flows(book).items() if day >= date(2026, 6, 30)}
        same(dated(run, 0, book), base, 1e-12)


def test_as_text_and_back(deal):
    plan = deal(text(), view="partner").plan
    assert parse_program(program_text(plan)).digest == plan.digest


def test_capex_for_a_stated_power(deal):
    """A conversion of 41.5 of 100 MW: 1.2 M/MW are 49.8 M."""
    clause = "structure: capex, payer: host, payee: outside, schedule: {2026-07-31: 100 %}"
    rent = "rent: {price: 0 USD/kW/month}"
    made = deal(f"clauses: {{{rent}, x: {{{clause}, cost: 1.2 MUSD/MW, power: 41.5 MW}}}}")
    same(made.flows(), {date(2026, 7, 31): -49.8e6})
    with pytest.raises(SpecError, match="'power' is for a cost per MW"):
        deal(f"clauses: {{x: {{{clause}, cost: 5 MUSD, power: 41.5 MW}}}}")


def test_from_inception_looks_back_to_the_closing_and_not_to_equipment_that_others_paid(deal):
    change = """
from_inception: true
parties: {seller: Seller}
clauses:
  site: {structure: acquisition, payer: host, payee: seller, price: 5 MUSD, buys: shares, closing: 2026-03-10}
  servers: {structure: equipment_refresh, payer: host, payee: outside, cost: 1 MUSD, every: 20 months, from: 2025-11-05,
            resale: 10 %}
"""
    made = deal(change)
    assert made.plan.valuation == 46091.0  # 10 March 2026
    assert dated(made.paths(1), 0)[date(2026, 3, 10)] == -5e6
    assert made.month("servers.sold")[date(2027, 7, 31)] == pytest.approx(0.1e6)  # bought in November 2025


def test_a_closing_before_the_valuation_date_is_warned_of(deal):
    change = """
parties: {seller: Seller}
clauses: {x: {structure: acquisition, payer: host, payee: seller, price: 5 MUSD, buys: shares, closing: 2026-03-10}}
"""
    assert any("is before the valuation date" in one.message for one in load(deal(change).path).warnings)
