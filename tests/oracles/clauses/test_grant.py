"""Grants by hand, from both sides: how much, when, and what they do to the tax of the one who builds.

The small deal's term runs from 1 October 2026 to 30 September 2028; its rent is set to nothing here.
"""

from copy import copy
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_deal import dated, months, same, total

from valuation.appraisal.base import Base
from valuation.appraisal.figures import deal_figures
from valuation.errors import SpecError

NO_RENT = "rent: {price: 0 USD/kW/month}"
HALVES = "schedule: {2026-08-15: 50 %, 2026-12-31: 50 %}"
TAX = "tax: {host: {rate: 25 %, paid: in_year, losses: refunded}}"
LINE = "depreciation: {method: straight_line, life: 24 months}"


def text(grant, build=f"cost: 60 MUSD, {HALVES}", more=""):
    return f"""
clauses:
  {NO_RENT}
  build: {{structure: capex, payer: host, payee: outside, {build}}}
  aid: {{structure: grant, payer: state, payee: host, {grant}}}
{more}
"""


def flows(deal, grant, build=f"cost: 60 MUSD, {HALVES}", more=""):
    """What the state pays, after a look that the host gets it beside what he pays for the building."""
    host = deal(text(grant, build, more), view="host")
    state, outside = copy(host), copy(host)
    state.view, outside.view = "state", "outside"
    paid = {day: -amount for day, amount in state.flows().items()}
    same(host.flows(), total(paid, {day: -amount for day, amount in outside.flows().items()}))
    return paid


class TestAmountAndDates:
    @pytest.mark.parametrize(
        ("grant", "want"),
        [
            ("amount: 9 MUSD, schedule: {2027-02-10: 100 %}", {date(2027, 2, 10): 9e6}),
            ("amount: 9 MUSD, schedule: {2026-09-01: 1 %, 2027-02-10: 99 %}",
             {date(2026, 9, 1): 9e4, date(2027, 2, 10): 8.91e6}),
            ("schedule: {2026-09-01: 2 MUSD, 2027-02-10: 3 MUSD}", {date(2026, 9, 1): 2e6, date(2027, 2, 10): 3e6}),
            ("share: 20 %, of: build", {date(2026, 8, 15): 6e6, date(2026, 12, 31): 6e6}),
            ("amount: 9 MUSD, of: build", {date(2026, 8, 15): 4.5e6, date(2026, 12, 31): 4.5e6}),
            ("share: 20 %, of: build, payment: {lag: 30 days}", {date(2026, 9, 14): 6e6, date(2027, 1, 30): 6e6}),
            ("share: 20 %, of: build, schedule: {2027-01-31: 75 %, 2028-01-31: 25 %}",
             {date(2027, 1, 31): 9e6, date(2028, 1, 31): 3e6}),
            ("amount: 9 MUSD, schedule: {from: 2026-10-31, months: 3}",
             {date(2026, 10 + k, 30 + (k != 1)): 3e6 for k in range(3)}),
        ],
    )  # fmt: skip
    def test_in_dollars(self, deal, grant, want):
        same(flows(deal, grant), want)

    def test_of_a_cost_with_its_contingency_on_an_s_curve(self, deal):
        """64 MUSD and a quarter more, in four months: 10, 22, 22 and 10 parts of 64, of which a tenth is granted."""
        build = "cost: 0.64 MUSD/MW, contingency: 25 %, schedule: {from: 2026-07-31, months: 4, shape: s_curve}"
        want = {
            date(2026, 7, 31): 1.25e6,
            date(2026, 8, 31): 2.75e6,
            date(2026, 9, 30): 2.75e6,
            date(2026, 10, 31): 1.25e6,
        }
        same(flows(deal, "share: 10 %, of: build", build), want)
        same(flows(deal, "amount: 8 MUSD, of: build", build), want)

    def test_in_other_money(self, deal):
        """EUR at 1.1 until January 2027 and 1.3 from February on, NOK at 0.1: each payment at the rate of its month."""
        build = "cost: 60 MEUR, schedule: {2026-12-31: 50 %, 2027-02-28: 50 %}"
        step = {date(2026, 12, 31): 6.6e6, date(2027, 2, 28): 7.8e6}
        same(flows(deal, "share: 20 %, of: build", build), step)
        same(flows(deal, "amount: 120 MNOK, of: build", build), {date(2026, 12, 31): 6e6, date(2027, 2, 28): 6e6})
        same(
            flows(deal, "amount: 12 MEUR, of: build", "cost: 60 MUSD, schedule: {2026-12-31: 50 %, 2027-02-28: 50 %}"),
            step,
        )

    def test_it_is_no_revenue_and_the_investment_is_shown_without_it(self, deal):
        made = deal(text("share: 20 %, of: build"))
        assert set(made.month("accounts.ebitda").values()) == {0.0}
        assert sum(made.month("accounts.capital").values()) == pytest.approx(-48e6)
        assert deal_figures(made.contract, Base.of(made.plan)).investment == pytest.approx(60e6)
        state = deal(text("share: 20 %, of: build"), view="state")
        assert deal_figures(state.contract, Base.of(state.plan)).investment == pytest.approx(12e6)

    def test_before_the_valuation_it_is_sunk_with_its_investment(self, deal):
        made = deal(text("share: 20 %, of: build", "cost: 60 MUSD, schedule: {2026-05-31: 50 %, 2026-08-31: 50 %}"))
        assert Base.of(made.plan).npv == pytest.approx(-24e6 * 1.08 ** (-62 / 365))

    def test_what_requires_an_approval(self, deal):
        """Payments before the decision are made on all paths, the grant's too; after it only where it is given."""
        more = """
capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 100 MW}}
risks: {permit: {process: approval, of: rent, phase: 2, probability: 60 %, date: 2026-10-15, base: refused}}
"""
        grant = "share: 20 %, of: build, requires: [permit]"
        run = deal(text(grant, f"cost: 60 MUSD, {HALVES}, requires: [permit]", more), view="state").paths(
            2, **{"permit.word": [0.5, 0.7]}
        )
        same(dated(run, 0), {date(2026, 8, 15): -6e6, date(2026, 12, 31): -6e6})
        same(dated(run, 1), {date(2026, 8, 15): -6e6})


class TestTax:
    @pytest.mark.parametrize(
        ("grant", "kept"),
        [
            ("share: 20 %, of: build", 0.8),
            ("share: 20 %, of: build, for_tax: reduces_basis", 0.8),
            ("amount: 9 MUSD, of: build", 0.85),
            ("amount: 9 MUSD, of: build, schedule: {2028-06-30: 100 %}", 0.85),
            ("schedule: {2027-06-30: 6 MUSD, 2027-12-31: 9 MUSD}, of: build", 0.75),
            ("share: 100 %, of: build", 0.0),
            ("share: 20 %, of: build, for_tax: exempt", 1.0),
        ],
    )
    def test_what_is_written_down(self, deal, grant, kept):
        """30 MUSD in service from October 2026, 30 from December: a 24th each a month; the rest with the last year."""
        made = deal(text(grant, f"cost: 60 MUSD, {HALVES}, {LINE}", TAX))
        want = {}
        for m in months(date(2026, 10, 1), date(2028, 11, 30)):
            parts = (m.first < date(2028, 10, 1)) + (m.first >= date(2026, 12, 1))
            want[m.last] = kept * 1.25e6 * parts
        want[date(2028, 12, 31)] = kept * 60e6 - sum(want.values())
        same(made.month("build.depreciation"), want, 1e-11)
        by_year = {y: sum(x for day, x in want.items() if day.year == y) for y in (2026, 2027, 2028)}
        same(made.flows("tax"), {date(y, 12, 31): 0.25 * x for y, x in by_year.items()}, 1e-11)

    def test_declining_balance(self, deal):
        down = "depreciation: {method: declining_balance, rate: 20 %/year}"
        made = deal(text("share: 40 %, of: build", f"cost: 60 MUSD, {HALVES}, {down}", TAX))
        want = {date(2026, 12, 31): 7.2e6, date(2027, 12, 31): 5.76e6, date(2028, 12, 31): 36e6 - 12.96e6}
        same(made.month("build.depreciation"), want)

    def test_two_grants_for_one_investment(self, deal):
        more = f"""  x: {{structure: grant, payer: tenant, payee: host, amount: 15 MUSD, of: build}}
{TAX}"""
        down = "depreciation: {method: declining_balance, rate: 50 %/year}"
        made = deal(text("share: 40 %, of: build", f"cost: 60 MUSD, {HALVES}, {down}", more))
        assert made.month("build.depreciation")[date(2026, 12, 31)] == pytest.approx(0.5 * 0.35 * 60e6)

    @pytest.mark.parametrize(
        "grant", ["share: 20 %, of: build, for_tax: income", "schedule: {2026-08-15: 6 MUSD, 2026-12-31: 6 MUSD}"]
    )
    def test_income(self, deal, grant):
        """Taxable in the year in which it is due; by default where there is no investment that is written down."""
        made = deal(text(grant, more=TAX))
        same(made.flows("tax"), {date(2026, 12, 31): -0.25 * 12e6})

    def test_of_what_is_never_written_down_it_is_income(self, deal):
        same(deal(text("share: 20 %, of: build", more=TAX)).flows("tax"), {date(2026, 12, 31): -3e6})

    def test_the_one_who_gives_deducts_nothing(self, deal):
        more = "tax: {state: {rate: 25 %, paid: in_year, losses: refunded}}"
        assert deal(text("amount: 9 MUSD, of: build, for_tax: income", more=more), view="state").flows("tax") == {}


def test_a_partner_of_the_owner_has_his_part(deal):
    more = "parties: {partner: Partner}\n" + TAX
    venture = "  jv: {structure: joint_venture, payer: host, payee: partner, share: 25 %}\n"
    build = f"cost: 60 MUSD, {HALVES}, {LINE}"
    change = text("share: 20 %, of: build", build, more).replace("\nparties", f"\n{venture}parties")
    whole = deal(text("share: 20 %, of: build", build, TAX))
    for view, part in (("partner", 0.25), ("host", 0.75)):
        made = deal(change, view=view)
        for book in ("cash", "tax"):
            same(made.flows(book), {day: part * x for day, x in whole.flows(book).items()}, 1e-11)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.integers(1, 10**8), share=st.integers(1, 99), lag=st.integers(0, 90))
def test_both_sides_add_to_zero_and_it_is_linear(deal, amount, share, lag):
    terms = f"share: {share} %, of: build, payment: {{lag: {lag} days}}"
    one, doubled = (flows(deal, terms, f"cost: {k * amount} USD, {HALVES}") for k in (1, 2))
    assert sum(one.values()) == pytest.approx(amount * share / 100, rel=1e-12)
    same(doubled, {day: 2 * x for day, x in one.items()})


@pytest.mark.parametrize(
    ("grant", "message"),
    [
        ("of: build", "one of 'amount', 'share'"),
        ("share: 20 %, amount: 1 MUSD, of: build", "one of 'amount', 'share'"),
        ("share: 20 %, schedule: {2027-02-10: 1 MUSD}, of: build", "one of 'amount', 'share'"),
        ("share: 20 %, schedule: {2027-02-10: 100 %}", "name its capex clause with 'of'"),
        ("amount: 3 MUSD", "missing key 'schedule'"),
        ("amount: 3 MUSD, schedule: {2027-02-10: 100 %}, for_tax: reduces_basis", "the basis of which investment"),
        ("amount: -3 MUSD, of: build", "below 0"),
        ("share: 120 %, of: build", "above 100 %"),
        ("share: 20 %, of: rent", "no capex clause; there are: build"),
        ("amount: 61 MUSD, of: build", "101.667 % of what it costs"),
        ("share: 20 %, of: build, for_tax: reduces_basis", "never written down"),
        ("share: 20 %, of: build, payment: {in: advance}", "due on the dates of its schedule"),
        ("share: 20 %, of: build, survives: {gone: {wind_up: 2 months}}", "survives"),
        ("share: 20 %, of: build, index: {by: 2 %/year}", "not indexed"),
    ],
)
def test_what_makes_no_sense_is_refused(deal, grant, message):
    with pytest.raises(SpecError, match=message):
        deal(text(grant))


def test_refused_against_the_rest_of_the_contract(deal):
    build = f"cost: 60 MUSD, {HALVES}, {LINE}"
    with pytest.raises(SpecError, match="cannot lower a cost in USD"):
        deal(text("amount: 9 MEUR, of: build", build))
    with pytest.raises(SpecError, match="who would get the grant"):
        deal(text("share: 20 %, of: build", build).replace("payer: state, payee: host", "payer: state, payee: tenant"))
    permit = """
capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 100 MW}}
risks: {permit: {process: approval, of: rent, phase: 2, probability: 60 %, date: 2026-10-15, base: refused}}
"""
    with pytest.raises(SpecError, match="paid for what was never built"):
        deal(text("share: 20 %, of: build", f"{build}, requires: permit", permit))
    with pytest.raises(SpecError, match="would hang on it"):
        deal(text("share: 20 %, of: build, requires: permit", build, permit))
    with pytest.raises(SpecError, match="whose rate of exchange is random"):
        deal(text("share: 20 %, of: build, payment: {lag: 30 days}", f"cost: 60 MEUR, {HALVES}"))
