"""Property tax by hand: cost × assessed × (1 − declines × completed years) × rate by days, and who bears it."""

from datetime import date

import pytest
from small_deal import dated, months, same, years_before

from valuation.errors import SpecError

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
BUILD = """
  build: {structure: capex, payer: host, payee: outside, cost: 60 MUSD, schedule: {from: 2026-07-31, months: 2}}
"""
GRID = "  grid: {structure: capex, payer: host, payee: outside, schedule: {2026-07-31: 20 MUSD}}"
GRID_NOK = GRID.replace("20 MUSD", "200 MNOK")


def text(terms, more="", lease="gross", rest=""):
    return f"""
clauses:
  rent: {{lease: {lease}, price: 0 USD/kW/month}}
  x: {{structure: property_tax, payer: host, payee: state, {terms}}}
{BUILD}{more}
{rest}
"""


def owed(yearly, declines=0.0, start=START, stop=STOP):
    """A twelfth a month by days, less from each anniversary on."""
    return {
        m.last: -yearly / 12 * max(0.0, 1.0 - declines * years_before(start, m.first)) * m.share(start, stop)
        for m in months(start, stop)
        if m.share(start, stop)
    }


def running(made):
    """Cash without the investment."""
    return {day: amount for day, amount in made.flows().items() if day >= START}


@pytest.mark.parametrize(
    ("terms", "more", "yearly", "declines"),
    [
        ("rate: 1 %/year", "", 0.6e6, 0.0),
        ("rate: 0.7 %/year, assessed: 70 %", "", 0.294e6, 0.0),
        ("rate: 1 %/year, declines: 4 %/year", "", 0.6e6, 0.04),
        ("rate: 1 %/year, declines: 100 %/year", "", 0.6e6, 1.0),
        ("rate: 1 %/year", GRID, 0.8e6, 0.0),
        ("rate: 1 %/year, of: build", GRID, 0.6e6, 0.0),
        ("rate: 1 %/year, of: [grid]", GRID_NOK, 0.2e6, 0.0),
        ("rate: 1 %/year", GRID_NOK, 0.8e6, 0.0),
        ("rate: 1 %/year, of: park", "  park: {structure: capex, payer: tenant, payee: outside, contingency: 10 %,"
         " cost: 0.5 MUSD/MW, schedule: {2026-07-31: 100 %}}", 0.55e6, 0.0),
    ],
)  # fmt: skip
def test_a_rate_on_what_was_invested(deal, terms, more, yearly, declines):
    same(running(deal(text(terms, more))), owed(yearly, declines))


def test_over_twenty_years_it_falls_to_nothing_and_not_below(deal):
    made = deal(text("rate: 1 %/year, declines: 10 %/year", rest="dates: {start: 2026-10-20, term: 20 years}"))
    start = date(2026, 10, 20)
    same(running(made), owed(0.6e6, 0.1, start, date(2046, 10, 20)))


def test_paid_later(deal):
    made = deal(text("rate: 1 %/year, payment: {lag: 2 months}"))
    assert min(running(made)) == date(2026, 12, 31)
    assert sum(running(made).values()) == pytest.approx(-1.2e6)


def test_it_is_a_cost_and_deductible(deal):
    made = deal(text("rate: 1 %/year", rest="tax: {host: {rate: 25 %, paid: in_year, losses: refunded}}"))
    same(made.month("accounts.ebitda"), owed(0.6e6))
    same(
        made.flows("tax"), {date(y, 12, 31): 0.25 * cost for y, cost in ((2026, 0.15e6), (2027, 0.6e6), (2028, 0.45e6))}
    )


@pytest.mark.parametrize(("lease", "passes"), [("triple_net", True), ("net_of_power", False)])
def test_a_triple_net_lease_passes_it_on_until_an_event(deal, lease, passes):
    """12 % a year with the exponential 0.065: the lease ends 6.5 months after June 2026, in mid January 2027."""
    risk = "risks: {gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}}"
    made = deal(text("rate: 1 %/year", lease=lease, rest=risk))
    run = made.paths(2, gone=[0.065, 9.0])
    for path, stop in ((0, date(2027, 1, 1)), (1, STOP)):
        got = {day: amount for day, amount in dated(run, path).items() if day >= START}
        want = owed(0.6e6)
        if passes:
            want = {day: amount for day, amount in want.items() if day >= stop}
            want |= {date(2027, 1, 31): -0.025e6} if path == 0 else {}
        same(got, want)


def test_two_sides(deal):
    made = deal(text("rate: 1 %/year"), view="state")
    same(made.flows(), {day: -amount for day, amount in owed(0.6e6).items()})


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ("rate: 1 %", "expected a yearly rate in %/year"),
        ("rate: 1 %/year, of: rent", "'rent' is no capex clause; there are: build"),
        ("rate: 1 %/year, of: nothing", "nothing"),
        ("rate: 1 %/year, index: {by: 2 %/year}", "which falls by 'declines'"),
        ("rate: 1 %/year, survives: {gone: {wind_up: 3 months}}", "whatever happens to the leases"),
        ("rate: 1 %/year, declines: -2 %/year", "is below 0"),
        ("rate: 1 %/year, payer: tenant", "'tenant' pays no capex clause whose cost could be assessed"),
    ],
)
def test_refused(deal, terms, said):
    risk = "risks: {gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}}"
    with pytest.raises(SpecError) as caught:
        deal(
            text(terms, rest=risk).replace(
                "payer: host, payee: state, rate: 1 %/year, payer: tenant",
                "payer: tenant, payee: state, rate: 1 %/year",
            )
        )
    assert said in str(caught.value)


def test_on_what_hangs_on_a_decision(deal):
    more = (
        "risks: {permit: {process: approval, of: rent, phase: 2, probability: 80 %, date: 2026-10-31, base: approved}}"
    )
    text_ = text("rate: 1 %/year", rest=f"capacity: {{contracted: {{2026-10-01: 60 MW, 2028-04-01: 100 MW}}}}\n{more}")
    with pytest.raises(SpecError, match=r"write 'requires: \[permit\]'"):
        deal(text_.replace("months: 2}", "months: 2}, requires: permit"))
