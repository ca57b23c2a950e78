"""Land lease by hand: days of its own term, the higher of rent and share of revenue, the break, what passes through.

The small deal runs from position 3 to 27 of a grid that begins in July 2026; a hazard of 12 % a year with the
exponential 0.01·x strikes x months after 30 June 2026.
"""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_deal import dated, months, same, total, years_before

from valuation.errors import SpecError
from valuation.spec.load import load

HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
START, STOP = date(2026, 10, 1), date(2028, 10, 1)


def text(terms, rent="price: 0 USD/kW/month", more=""):
    return f"""
parties: {{owner: Landowner}}
clauses:
  rent: {{{rent}}}
  x: {{structure: land_lease, payer: host, payee: owner, {terms}}}
risks: {{gone: {{{HAZARD}}}}}
{more}
"""


def ground(monthly, start=START, stop=STOP):
    """Rent by days, so much a month."""
    return {m.last: -monthly * m.share(start, stop) for m in months(start, stop) if m.share(start, stop)}


@pytest.mark.parametrize(
    ("terms", "monthly"),
    [
        ("rent: 1.2 MUSD/year", 1e5),
        ("rent: 100 kUSD/month", 1e5),
        ("rent: 4 kUSD/ha/year, area: 30 ha", 1e4),
        ("rent: 4 kUSD/acre/year, area: 30 acres", 1e4),
        ("rent: 1.2 MNOK/year", 1e4),
    ],
)
def test_with_the_contract(deal, terms, monthly):
    same(deal(text(terms)).flows(), ground(monthly))


def test_a_term_of_its_own_by_days_and_indexed(deal):
    """Ten years from 20 July 2026, in advance; 3 % more each 1 January."""
    made = deal(text("rent: 1.2 MUSD/year, from: 2026-07-20, term: 10 years, payment: {in: advance},"
                     " index: {by: 3 %/year, from: 2026-01-01}"))  # fmt: skip
    start, stop = date(2026, 7, 20), date(2036, 7, 20)
    want = {
        m.first: -1e5 * m.share(start, stop) * 1.03 ** years_before(date(2026, 1, 1), m.first)
        for m in months(start, stop)
    }
    same(made.flows(), want)
    assert made.plan.months > 120


def test_a_land_lease_that_began_long_ago_costs_what_is_still_to_come(deal):
    made = deal(text("rent: 1.2 MUSD/year, from: 1990-07-01, term: 40 years"))
    assert made.plan.first_month == 2026 * 12 + 6
    same(made.flows(), ground(1e5, date(2026, 7, 1), date(2030, 7, 1)))


@pytest.mark.parametrize(
    ("terms", "strikes", "months_paid"),
    [
        ("", 6.5, 24.0),  # no break: to the end of the term, whatever happens
        (", break: 6 months", 6.5, 9.5),  # from 3 to 12.5
        (", break: 6 months", 99.0, 30.0),  # from 3 to 27 and six more
        (", from: 2026-10-01, term: 4 years", 6.5, 48.0),
        (", from: 2026-10-01, term: 4 years, break: 12 months", 6.5, 15.5),
        (", from: 2026-10-01, term: 4 years, break: 12 months", 99.0, 36.0),
        (", from: 2026-10-01, term: 30 months, break: 12 months", 99.0, 30.0),
    ],
)
def test_it_survives_the_site_unless_it_can_be_broken(deal, terms, strikes, months_paid):
    run = deal(text(f"rent: 1.2 MUSD/year{terms}")).paths(1, gone=[strikes / 100])
    flows = dated(run, 0)
    assert sum(flows.values()) == pytest.approx(-1e5 * months_paid, rel=1e-12)
    whole = [cash for cash in flows.values() if cash == pytest.approx(-1e5)]
    assert len(whole) == int(months_paid)


def test_fifty_years_that_can_be_broken_are_not_computed(deal):
    """The site ends in September 2028 and the lease a year later: no month is run beyond that year."""
    fifty = deal(text("rent: 1.2 MUSD/year, from: 2026-10-01, term: 50 years, break: 12 months")).plan
    assert fifty.months == 42  # July 2026 to December 2029
    assert deal(text("rent: 1.2 MUSD/year, from: 2026-10-01, term: 50 years")).plan.months > 590


@pytest.mark.parametrize(
    ("terms", "owed"),
    [
        ("share_of_revenue: 4 %", lambda rent: 0.04 * rent),
        ("share_of_revenue: 4 %, rent: 4.2 MUSD/year", lambda rent: max(3.5e5, 0.04 * rent)),
        ("share_of_revenue: 4 %, rent: 36 MNOK/year", lambda rent: max(3e5, 0.04 * rent)),
    ],
)
@pytest.mark.parametrize("currency", ["USD", "NOK"])
def test_the_higher_of_rent_and_share_of_revenue(deal, terms, owed, currency):
    """80 MW, then 100: 8 M and 10 M a month, of which 4 % are 320 and 400 thousand."""
    price = {"USD": "100 USD/kW/month", "NOK": "1000 NOK/kW/month"}[currency]
    contracted = "capacity: {contracted: {2026-10-01: 80 MW, 2027-07-01: 100 MW}}"
    made = deal(text(terms, f"price: {price}", contracted), view="owner")
    want = {}
    for m in months(START, date(2028, 9, 1)):
        want[m.last] = owed(8e6 if m.first < date(2027, 7, 1) else 10e6)
    same(made.flows(), want)


def test_after_an_event_the_minimum_is_left(deal):
    run = deal(text("share_of_revenue: 4 %, rent: 1.2 MUSD/year", "price: 100 USD/kW/month"), view="owner").paths(
        1, gone=[0.065]
    )
    flows = dated(run, 0)
    assert flows[date(2026, 12, 31)] == pytest.approx(4e5)
    assert flows[date(2027, 1, 31)] == pytest.approx(2e5)  # half the month let
    assert flows[date(2027, 2, 28)] == flows[date(2028, 9, 30)] == pytest.approx(1e5)


def test_passed_through_while_the_tenant_is_there(deal):
    """Owed from July 2026 to June 2030; the tenant has it from October 2026 to the middle of January 2027."""
    terms = "rent: 1.2 MUSD/year, from: 2026-07-01, term: 4 years"
    change = text(terms, "price: 0 USD/kW/month, lease: triple_net")
    host, tenant, owner = (dated(deal(change, view=v).paths(1, gone=[0.065]), 0) for v in ("host", "tenant", "owner"))
    same(owner, {day: -cash for day, cash in ground(1e5, date(2026, 7, 1), date(2030, 7, 1)).items()}, 1e-11)
    same(tenant, {m.last: -1e5 for m in months(START, date(2026, 12, 1))} | {date(2027, 1, 31): -0.5e5}, 1e-11)
    same(total(host, tenant, owner), {}, 1e-9)
    assert "x.own_cost" not in deal(change.replace("triple_net", "gross")).plan.row_of


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.integers(1, 10**8), notice=st.integers(0, 30), strikes=st.floats(3.0, 40.0))
def test_both_sides_add_to_zero_and_it_is_linear(deal, amount, notice, strikes):
    def run(k, view):
        terms = f"rent: {k * amount} USD/year, from: 2026-08-11, term: 5 years, break: {notice} months"
        return dated(deal(text(terms), view=view).paths(1, gone=[strikes / 100]), 0)

    one = run(1, "host")
    assert one and not any(total(one, run(1, "owner")).values())
    same(run(2, "host"), {day: 2 * cash for day, cash in one.items()})


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("break: 2 months", "expected 'rent'"),
        ("rent: 4 kUSD/ha/year", "missing key 'area'"),
        ("rent: 4 kUSD/year, area: 3 ha", "'area' is for a rent per hectare"),
        ("rent: 4 kUSD/year, from: 2026-07-01", "'from' and 'term' go together"),
        ("rent: 4 kUSD/year, from: 2026-07-01, term: 120 years", "longer than 99 years"),
        ("share_of_revenue: 3 %, index: {by: 2 %/year}", "share of revenue alone"),
        ("rent: 4 kUSD/year, survives: {gone: {wind_up: 2 months}}", "'break' says when"),
    ],
)
def test_what_makes_no_sense_is_refused(deal, terms, message):
    with pytest.raises(SpecError, match=message):
        deal(text(terms))


def test_a_share_of_no_revenue_is_refused(deal):
    with pytest.raises(SpecError, match="'state' is paid rent by no lease"):
        deal(text("share_of_revenue: 3 %").replace("payer: host, payee: owner", "payer: state, payee: owner"))


def test_land_that_is_given_back_before_the_end_of_the_term_is_warned_of(deal):
    warned = [
        load(deal(text(f"rent: 4 kUSD/year, from: 2026-07-01, term: {months} months")).path).warnings
        for months in (26, 27)
    ]
    assert "ends on 2028-08-31, before the term of the contract on 2028-09-30" in warned[0][0].message
    assert not warned[1]
