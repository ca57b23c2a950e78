"""Decommissioning by hand: due a wait after the end of the site, on each path at its own time.

The small deal runs from 1 October 2026 to 30 September 2028: position 27 of a grid that begins in July 2026. A hazard
of 12 % a year with the exponential 0.01·x strikes x months after 30 June 2026.
"""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_deal import dated, same, total

from valuation.errors import SpecError

HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"


def text(terms, rent="rent: {price: 0 USD/kW/month}", risks=f"gone: {{{HAZARD}, notice: 2 months}}", more=""):
    return f"""
clauses:
  {rent}
  x: {{structure: decommissioning, payer: host, payee: outside, {terms}}}
risks: {{{risks}}}
{more}
"""


@pytest.mark.parametrize(
    ("wait", "paid"),
    [("0 months", date(2028, 9, 30)), ("6 months", date(2029, 3, 31)), ("6.5 months", date(2029, 4, 30))],
)
def test_at_the_end_of_the_term(deal, wait, paid):
    same(deal(text(f"cost: 5 MUSD, wait: {wait}")).flows(), {paid: -5e6})


@pytest.mark.parametrize(
    ("strikes", "wait", "paid", "otherwise"),
    [
        (4.5, 0, date(2027, 1, 31), date(2028, 9, 30)),  # 4.5 + 2 months of notice: the middle of January
        (4.5, 6, date(2027, 7, 31), date(2029, 3, 31)),
        (24.9, 0, date(2028, 9, 30), date(2028, 9, 30)),
        (26.0, 6, date(2029, 3, 31), date(2029, 3, 31)),  # the notice runs beyond the term: the term ends the site
    ],
)
def test_after_an_event(deal, strikes, wait, paid, otherwise):
    run = deal(text(f"cost: 5 MUSD, wait: {wait} months")).paths(2, gone=[strikes / 100, 9.0])
    same(dated(run, 0), {paid: -5e6})
    same(dated(run, 1), {otherwise: -5e6})


def test_per_megawatt_of_the_largest_power_or_of_a_stated_one(deal):
    changed = "capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 90 MW, 2028-01-01: 50 MW}}\n"
    same(deal(changed + text("cost: 0.1 MUSD/MW")).flows(), {date(2028, 9, 30): -9e6})
    same(deal(changed + text("cost: 0.1 MUSD/MW, power: 30 MW")).flows(), {date(2028, 9, 30): -3e6})


def test_indexed_to_the_month_of_payment(deal):
    """Completed years from 1 July 2026: none in February 2027, two in September 2028, in March 2029 still two."""
    made = deal(text("cost: 5 MUSD, wait: 6 months, index: {by: 4 %/year, from: 2026-07-01}"))
    run = made.paths(2, gone=[0.001, 9.0])  # 0.1 + 2 + 6 months: in March 2027
    same(dated(run, 0), {date(2027, 3, 31): -5e6})
    same(dated(run, 1), {date(2029, 3, 31): -5e6 * 1.04**2})


def test_two_leases_end_the_site_with_the_later(deal):
    """One lease of its own phase term to March 2028; the other is struck in December 2026."""
    leases = """rent: {price: 0 USD/kW/month, contracted: 60 MW, phase_term: 18 months}
  other: {structure: capacity_lease, payer: tenant, payee: host, lease: gross, contracted: 40 MW,
          price: 0 USD/kW/month}"""
    made = deal(text("cost: 5 MUSD", leases, f"gone: {{{HAZARD}, ends: [other]}}"))
    run = made.paths(3, gone=[0.055, 0.245, 9.0])
    for path, paid in enumerate([date(2028, 3, 31), date(2028, 7, 31), date(2028, 9, 30)]):
        same(dated(run, path), {paid: -5e6})


@pytest.mark.parametrize(("flag", "saved"), [("true", 0.25 * 5e6), ("false", 0.0)])
def test_deductible(deal, flag, saved):
    """Losses are refunded, so the deduction is money in the year in which the cost is due."""
    taxed = "tax: {host: {rate: 25 %, paid: in_year, losses: refunded}}"
    made = deal(text(f"cost: 5 MUSD, deductible: {flag}", more=taxed))
    run = made.paths(2, gone=[0.045, 9.0])
    for path, year in enumerate([2027, 2028]):
        same(dated(run, path, "tax"), {date(year, 12, 31): saved} if saved else {})
    assert made.month("accounts.ebitda") == dict.fromkeys(made.month("accounts.ebitda"), 0.0)


def test_foreign_money_at_the_rate_of_its_month_and_of_its_payment(deal):
    same(deal(text("cost: 5 MEUR")).flows(), {date(2028, 9, 30): -6.5e6})
    same(deal(text("cost: 5 MEUR, payment: {lag: 45 days}")).flows(), {date(2028, 11, 14): -6.5e6})


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.integers(1, 10**9), wait=st.integers(0, 30), strikes=st.floats(0.1, 23.0))
def test_both_sides_add_to_zero_and_it_is_linear(deal, amount, wait, strikes):
    one, other, doubled = (
        dated(deal(text(f"cost: {k * amount} USD, wait: {wait} months").replace("outside", "state"), view=view)
              .paths(1, gone=[strikes / 100]), 0)
        for k, view in ((1, "host"), (1, "state"), (2, "host"))
    )  # fmt: skip
    assert len(one) == 1
    assert not any(total(one, other).values())
    same(doubled, {day: 2 * cash for day, cash in one.items()})


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("cost: 5 MUSD, power: 3 MW", "'power' is for a cost per MW"),
        ("cost: -5 MUSD", "below 0"),
        ("cost: 5 MUSD, payment: {in: advance}", "due after the site has ended"),
        ("cost: 5 MUSD, survives: {gone: {wind_up: 2 months}}", "survives"),
    ],
)
def test_what_makes_no_sense_is_refused(deal, terms, message):
    with pytest.raises(SpecError, match=message):
        deal(text(terms))
