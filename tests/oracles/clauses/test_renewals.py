"""Renewals of a lease against loops written out here; the test says which are exercised.

Paths take their uniforms from the test: a renewal is exercised where its uniform lies below its probability and the
renewal before was exercised.
"""

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from small_deal import after, dated, discount, months, same, total, years_before

from valuation import value
from valuation.appraisal.base import Base
from valuation.appraisal.deal import renewal_remarks
from valuation.appraisal.facts import Case
from valuation.plan.assemble import assemble
from valuation.plan.model import Record
from valuation.simulate import simulate
from valuation.spec import SpecError

START = date(2026, 10, 1)
GRID = months(date(2026, 7, 1), date(2031, 12, 31))
HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
TWICE = "renewals: [{count: 2, term: 12 months, probability: 60 %}]"
DRAWS = {"rent.renewal_1.uniform": [0.7, 0.5999, 0.1, 0.6], "rent.renewal_2.uniform": [0.1, 0.6, 0.5, 0.1]}
"""None; the first alone; both; none, since the second needs the first."""
ENDS = [date(2028, 10, 1), date(2029, 10, 1), date(2030, 10, 1), date(2028, 10, 1)]


def rent(stop, start=START, escalator=0.03, mw=100.0):
    return {
        m.last: mw * 1e5 * m.share(start, stop) * (1 + escalator) ** years_before(start, max(m.first, start))
        for m in GRID
        if m.share(start, stop)
    }


class TestOnPaths:
    def test_rent_goes_on_at_the_escalated_level(self, deal):
        run = deal(f"clauses: {{rent: {{escalator: 3 %/year, {TWICE}}}}}").paths(4, **DRAWS)
        for path, stop in enumerate(ENDS):
            same(dated(run, path), rent(stop))

    def test_costs_and_the_value_at_the_end_follow(self, deal):
        """A cost per kW, a cost a year and the load end with the lease; the site is sold on the last day of it."""
        made = deal(
            f"""
            dates: {{start: 2026-10-12}}
            clauses:
              rent: {{price: 0 USD/kW/month, {TWICE}}}
              per_kw: {{structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month}}
              per_year: {{structure: fixed_cost, payer: host, payee: outside, price: 1.2 MUSD/year}}
              tax_on_load: {{structure: volume_charge, payer: host, payee: state, price: 1 USD/MWh}}
              site: {{structure: terminal_value, payer: outside, payee: host, amount: 7 MUSD}}
            """
        )
        run, start = made.paths(4, **DRAWS), date(2026, 10, 12)
        for path, term in enumerate((24, 36, 48, 24)):
            stop = after(start, term)
            want = {
                m.last: -m.share(start, stop) * (1e6 + 1e5 + 100 * 0.9 * 24 * m.days)
                for m in GRID
                if m.share(start, stop)
            }
            same(dated(run, path), total(want, {date(stop.year, 10, 11): 7e6}))

    def test_phases_with_a_term_of_their_own_are_each_renewed_at_their_end(self, deal):
        made = deal(
            f"""
            clauses:
              rent: {{contracted: {{2026-10-01: 40 MW, 2027-02-15: 100 MW}}, phase_term: 18 months, {TWICE}}}
            """
        )
        run = made.paths(3, **{name: draws[:3] for name, draws in DRAWS.items()})
        for path, more in enumerate((0, 12, 24)):
            first, second = after(START, 18 + more), after(date(2027, 2, 15), 18 + more)
            want = {m.last: 1e5 * (40 * m.share(START, first) + 60 * m.share(date(2027, 2, 15), second)) for m in GRID}
            same(dated(run, path), {day: amount for day, amount in want.items() if amount})

    def test_a_new_rent_inside_a_month(self, deal):
        """From 12 October 2028 the rent is 130 and escalates anew; the second renewal goes on from it."""
        made = deal(
            """
            dates: {start: 2026-10-12}
            clauses:
              rent:
                escalator: 3 %/year
                renewals: [{term: 12 months, probability: 60 %, price: 130 USD/kW/month},
                           {term: 12 months, probability: 60 %}]
            """
        )
        run, start, anew = made.paths(4, **DRAWS), date(2026, 10, 12), date(2028, 10, 12)
        for path, term in enumerate((24, 36, 48, 24)):
            stop = after(start, term)
            want = {}
            for m in GRID:
                first = 1e7 * 1.03 ** max(0, years_before(start, max(m.first, start)))
                then = 1.3e7 * 1.03 ** years_before(anew, max(m.first, anew))
                want[m.last] = first * m.share(start, min(stop, anew)) + then * m.share(anew, stop)
            same(dated(run, path), {day: amount for day, amount in want.items() if amount})

    def test_two_new_rents(self, deal):
        made = deal(
            """
            dates: {term: 12 months}
            clauses:
              rent:
                renewals: [{count: 2, term: 12 months, price: 130 USD/kW/month},
                           {term: 12 months, price: 90 USD/kW/month}]
                escalator: 10 %/year
            """
        )
        level = [1e7, 1.3e7, 1.3e7, 0.9e7]
        want = {m.last: level[years_before(START, m.first)] for m in GRID if START <= m.first < date(2030, 10, 1)}
        same(made.flows(), {day: amount for day, amount in want.items() if amount})

    def test_a_market_rent_is_that_of_the_month_before_and_is_held(self, deal):
        made = deal(
            "clauses: {rent: {escalator: 3 %/year, renewals: [{term: 24 months, price: rent_level}]}}",
            """
            factors:
              rent_level: {process: gbm, unit: USD/kW/month, forward: {curve: {2026-07-01: 140 USD/kW/month,
                           2028-10-01: 150 USD/kW/month}}, volatility: 0.2 /sqrt(year)}
            """,
        )
        run = made.paths(3)
        for path in range(3):
            market = float(run.values["rent_level"][26, path])  # September 2028
            want = total(
                rent(date(2028, 10, 1)),
                {
                    m.last: market * 1e5 * 1.03 ** years_before(date(2028, 10, 1), m.first)
                    for m in GRID
                    if date(2028, 10, 1) <= m.first < date(2030, 10, 1)
                },
            )
            same(dated(run, path), want, 1e-11)
        assert made.flows()[date(2028, 10, 31)] == pytest.approx(1.4e7, rel=1e-12)  # September's forward

    def test_events_go_on_in_a_renewal_and_count_only_there(self, deal):
        """The hazard strikes at 30.5 months: in the first renewal, where there is one."""
        made = deal(f"clauses: {{rent: {{{TWICE}}}}}\nrisks: {{gone: {{{HAZARD}, notice: 1 month}}}}")
        run = made.paths(4, gone=[0.305] * 4, **DRAWS)
        same(dated(run, 0), rent(ENDS[0], escalator=0))
        same(dated(run, 2), {**rent(date(2029, 2, 1), escalator=0), date(2029, 2, 28): 0.5e7}, 1e-11)
        same(dated(run, 1), dated(run, 2), 1e-11)
        assert run.final["event_time"] == pytest.approx([1e9, 30.5, 30.5, 1e9])
        assert run.final["event_cause"].tolist() == [0.0, 1.0, 1.0, 0.0]
        assert run.values["indicators.alive"][29].tolist() == [1.0, 1.0, 1.0, 1.0]
        assert run.values["indicators.alive"][-1].tolist() == [1.0, 0.0, 0.0, 1.0]

    def test_a_notice_beyond_the_paths_own_end_cuts_nothing(self, deal):
        made = deal(f"clauses: {{rent: {{{TWICE}}}}}\nrisks: {{gone: {{{HAZARD}, notice: 6 months}}}}")
        run = made.paths(2, gone=[0.25, 0.25], **{name: draws[:2] for name, draws in DRAWS.items()})
        same(dated(run, 0), rent(ENDS[0], escalator=0))
        same(dated(run, 1), rent(date(2029, 2, 1), escalator=0), 1e-11)
        assert run.final["event_stop"] == pytest.approx([1e9, 31.0])

    def test_capex_wears_over_the_first_term_so_a_renewal_is_compensated_with_nothing(self, deal):
        made = deal(
            f"""
            clauses:
              rent: {{price: 0 USD/kW/month, {TWICE}}}
              build: {{structure: capex, payer: host, payee: outside, cost: 48 MUSD,
                       schedule: {{from: 2026-09-30, months: 1}}}}
            risks:
              gone: {{{HAZARD}, compensation: {{payer: state, payee: host, share: 100 %, of: capex_straight_line}}}}
            """
        )
        every = {"rent.renewal_1.uniform": [0.1, 0.1], "rent.renewal_2.uniform": [0.1, 0.1]}
        run = made.paths(2, gone=[0.15, 0.30], **every)
        same(dated(run, 0), {date(2026, 9, 30): -48e6, date(2027, 10, 31): 24e6}, 1e-11)
        same(dated(run, 1), {date(2026, 9, 30): -48e6})

    @pytest.mark.parametrize("start", ["2026-10-01", "2027-01-01"])
    def test_the_balance_is_written_off_when_the_lease_has_ended(self, deal, start):
        """In the tax year of the end, also where that is its last day."""
        made = deal(
            f"""
            dates: {{start: {start}}}
            clauses:
              rent: {{price: 0 USD/kW/month, {TWICE}}}
              build: {{structure: capex, payer: host, payee: outside, cost: 100 MUSD,
                       schedule: {{from: 2026-09-30, months: 1}},
                       depreciation: {{method: declining_balance, rate: 20 %/year}}}}
            tax: {{host: {{rate: 20 %, losses: refunded, paid: in_year}}}}
            """
        )
        run = made.paths(3, **{name: draws[:3] for name, draws in DRAWS.items()})
        for path, last in enumerate((2028, 2029, 2030)):
            left, want = 100e6, {}
            for year in range(2026, last + 1):
                down = left if year == last else 0.2 * left
                left, want[date(year, 12, 31)] = left - down, 0.2 * down
            same(total(dated(run, path), dated(run, path, "tax")), {date(2026, 9, 30): -100e6, **want})

    def test_assets_are_sold_when_the_lease_has_ended(self, deal):
        """Sold at 10 MUSD, taxable in the year of the end on each path, with its cash on the last day."""
        made = deal(
            f"""
            clauses:
              rent: {{price: 0 USD/kW/month, {TWICE}}}
              site: {{structure: terminal_value, payer: outside, payee: host, amount: 10 MUSD}}
            tax: {{host: {{rate: 20 %, losses: none, paid: in_year, residual: sold_at, sold_at: 10 MUSD}}}}
            """
        )
        run = made.paths(3, **{name: draws[:3] for name, draws in DRAWS.items()})
        for path, year in enumerate((2028, 2029, 2030)):
            same(dated(run, path), {date(year, 9, 30): 10e6})
            same(dated(run, path, "tax"), {date(year, 12, 31): -2e6})

    def test_two_leases_that_end_apart(self, deal):
        """The site ends with the last of them: the one that is renewed, or both on the same day."""
        made = deal(
            """
            clauses:
              rent: {contracted: 30 MW, renewals: [{term: 12 months, probability: 60 %}]}
              other: {structure: capacity_lease, payer: grid, payee: host, lease: gross, contracted: 70 MW,
                      price: 100 USD/kW/month, renewals: [{term: 12 months, probability: 60 %}]}
              site: {structure: terminal_value, payer: outside, payee: host, amount: 7 MUSD}
            """
        )
        drawn = {"rent.renewal_1.uniform": [0.7, 0.1, 0.7, 0.1], "other.renewal_1.uniform": [0.7, 0.7, 0.1, 0.1]}
        run = made.paths(4, **drawn)
        for path, (one, two) in enumerate([(24, 24), (36, 24), (24, 36), (36, 36)]):
            ends = after(START, one), after(START, two)
            both = total(rent(ends[0], escalator=0, mw=30), rent(ends[1], escalator=0, mw=70))
            same(dated(run, path), total(both, {max(ends) - timedelta(1): 7e6}))


SITE = """
capacity: {utilisation: use}
clauses:
  power: {structure: power_supply, payer: host, payee: supplier, spot: power}
  staff: {structure: fixed_cost, payer: host, payee: outside, price: 1 MUSD/year, index: {by: inflation}}
  build: {structure: capex, payer: host, payee: outside, cost: 1 MUSD/MW, schedule: {from: 2026-07-31, months: 3},
          depreciation: {method: straight_line, life: 10 years}}
  site: {structure: terminal_value, payer: outside, payee: host, share: 20 %, of: build}
  rent: {escalator: 2 %/year, lease: net_of_powerMORE}
tax: {host: {rate: 22 %, losses: carry_forward, paid: [02-15, 04-15]}}
risks:
  use: {process: logit_ou, mean: 90 %, logit_sd: 0.6, reversion: 2 /year}
  gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, notice: 2 months}
"""


class TestCertainRenewals:
    @pytest.mark.parametrize("view", ["host", "tenant"])
    def test_they_are_a_longer_term(self, deal, view):
        """Every line of a contract whose renewals are certain is that of one with the longer term."""
        renewed = SITE.replace("MORE", ", renewals: [{count: 2, term: 12 months}]")
        run = deal(renewed, view=view).paths(6, gone=[0.2, 0.26, 0.4, 0.45, 0.5, 9.0])
        longer = deal("dates: {term: 48 months}" + SITE.replace("MORE", ""), view=view)
        other = longer.paths(6, gone=[0.2, 0.26, 0.4, 0.45, 0.5, 9.0])
        for path in range(6):
            same(dated(run, path), dated(other, path))
            same(dated(run, path, "tax"), dated(other, path, "tax"))
        for name in ("event_time", "event_stop", "event_cause", "margin"):
            assert run.final[name] == pytest.approx(other.final[name], rel=1e-12, nan_ok=True)

    def test_uncertain_ones_that_are_exercised_are_a_longer_term_too(self, deal):
        uncertain = SITE.replace("MORE", ", renewals: [{count: 2, term: 12 months, probability: 50 %}]")
        drawn = {"rent.renewal_1.uniform": [0.2] * 4, "rent.renewal_2.uniform": [0.4] * 4}
        run = deal(uncertain).paths(4, gone=[0.2, 0.45, 0.5, 9.0], **drawn)
        other = deal("dates: {term: 48 months}" + SITE.replace("MORE", "")).paths(4, gone=[0.2, 0.45, 0.5, 9.0])
        for path in range(4):
            same(dated(run, path), dated(other, path))
            same(dated(run, path, "tax"), dated(other, path, "tax"))


class TestByTheKernel:
    def test_each_is_exercised_with_its_probability(self, deal):
        """Two renewals of 60 % and 30 %: the third year is paid on 60 % of the paths, the fourth on 18 %."""
        made = deal(
            """
            dates: {start: 2027-01-01}
            clauses: {rent: {renewals: [{term: 12 months, probability: 60 %}, {term: 12 months, probability: 30 %}]}}
            """
        )
        paths = 16_384
        run = simulate(assemble(made.plan), paths=paths, seed=3, threads=1)
        by_year = {year: run.cash_year[place] / 12e7 for place, year in enumerate(run.years)}
        for year, chance in ((2027, 1.0), (2028, 1.0), (2029, 0.6), (2030, 0.18)):
            paid = by_year[year]
            assert set(paid.round(12)) <= {0.0, 1.0}
            assert abs(paid.mean() - chance) <= 4 * math.sqrt(chance * (1 - chance) / paths)
        assert (by_year[2030] <= by_year[2029]).all()

    def test_where_all_are_exercised_it_is_the_longer_term(self, deal):
        """On the same seed: prices, use and events draw as before, so path by path the NPV is that of the other."""
        made = deal(SITE.replace("MORE", ", renewals: [{count: 2, term: 12 months, probability: 50 %}]"))
        longer = deal("dates: {term: 48 months}" + SITE.replace("MORE", ""))
        both = Record("both", "rent.renewal_2.exercised", "final")
        plan = replace(made.plan, records=(*made.plan.records, both))
        run = simulate(assemble(plan), paths=2048, seed=5, threads=1)
        other = simulate(assemble(longer.plan), paths=2048, seed=5, threads=1)
        exercised = run.final["both"] == 1.0
        assert abs(exercised.mean() - 0.25) < 4 * math.sqrt(0.25 * 0.75 / 2048)
        assert run.measure["npv"][exercised] == pytest.approx(other.measure["npv"][exercised], rel=1e-9)
        time = other.final["event_time"][exercised]
        inside = np.where(time < 51.0, time, 1e9)  # 1 October 2030; after a path's own end there is no event
        assert run.final["event_time"][exercised] == pytest.approx(inside)


class TestBaseCase:
    @pytest.mark.parametrize(("said", "stop"), [("", 0), (", base_case: lapsed", 0), (", base_case: exercised", 2)])
    def test_it_has_what_the_author_says(self, deal, said, stop):
        renewals = f"renewals: [{{count: 2, term: 12 months, probability: 60 %{said}}}]"
        made = deal(f"clauses: {{rent: {{escalator: 3 %/year, {renewals}}}}}")
        same(made.flows(), rent(ENDS[stop]))
        calm = deal(f"clauses: {{rent: {{escalator: 3 %/year, {renewals}}}}}", events=False)
        same(dated(calm.paths(2), 1), rent(ENDS[stop]))  # a renewal is an event: without events it is as in the base

    @pytest.mark.parametrize(("said", "stop"), [("lapsed", 0), ("exercised", 2)])
    def test_so_has_the_run_without_events(self, deal, said, stop):
        """The site is sold and written off at the end that the base case has."""
        made = deal(
            f"""
            clauses:
              rent: {{renewals: [{{count: 2, term: 12 months, probability: 60 %, base_case: {said}}}]}}
              staff: {{structure: fixed_cost, payer: host, payee: outside, price: 1.2 MUSD/year}}
              site: {{structure: terminal_value, payer: outside, payee: host, amount: 7 MUSD}}
              build: {{structure: capex, payer: host, payee: outside, cost: 100 MUSD,
                       schedule: {{from: 2026-09-30, months: 1}},
                       depreciation: {{method: declining_balance, rate: 20 %/year}}}}
            tax: {{host: {{rate: 20 %, losses: refunded, paid: in_year}}}}
            """,
            events=False,
        )
        run = made.paths(2)
        for book in ("cash", "tax"):
            same(dated(run, 1, book), made.flows(book))
        assert dated(run, 1)[ENDS[stop] - timedelta(1)] == pytest.approx(1e7 - 1e5 + 7e6)
        assert max(dated(run, 1)) == ENDS[stop] - timedelta(1)
        assert max(dated(run, 1, "tax")) == date(ENDS[stop].year, 12, 31)

    def test_the_default_is_among_the_assumptions(self, deal):
        from valuation.appraisal.assumptions import assumptions

        made = deal(f"clauses: {{rent: {{{TWICE}}}}}")
        found = {one.path: one for one in assumptions(made.contract, made.plan)}
        assert found["clauses.rent.renewals.0.base_case"].value == "lapsed"
        assert "default" in found["clauses.rent.renewals.0.base_case"].note
        assert found["clauses.rent.renewals.0.probability"].value == 0.6

    def test_the_first_of_several_can_be_in_it_alone(self, deal):
        made = deal(
            """
            clauses: {rent: {escalator: 3 %/year, renewals: [{term: 12 months}, {term: 12 months, probability: 60 %}]}}
            """
        )
        same(made.flows(), rent(ENDS[1]))

    def test_the_bridge_has_them_among_the_events(self, deal):
        """Nothing else is uncertain here: the step of volatility is 0, that of events is what the renewal is worth."""
        made = deal("clauses: {rent: {renewals: [{term: 12 months, probability: 60 %}]}}")
        tables = value(made.path, paths=2048, seed=2).tables
        assert "'rent' may be renewed: 1 x 12 months (60 %). The base case has none." in tables.deal.remarks
        steps = {step.step: step.change for step in tables.bridge}
        third_year = sum(1e7 * discount(0.08, m.last) for m in GRID if date(2028, 10, 1) <= m.first < date(2029, 10, 1))
        assert steps["volatility"] == pytest.approx(0.0, abs=1e-3)
        assert abs(steps["events"] / third_year - 0.6) < 4 * math.sqrt(0.24 / 2048)

    @pytest.mark.parametrize(
        ("renewals", "remark"),
        [
            ("{term: 12 months, probability: 60 %}", "may be renewed: 1 x 12 months (60 %). The base case has none."),
            ("{count: 3, term: 5 years}", "is renewed: 3 x 5 years (certain). The base case has all."),
            (
                "{term: 1 year}, {count: 2, term: 5 years, probability: 30 %}",
                "may be renewed: 1 x 1 year (certain), then 2 x 5 years (30 % each), each only after the one before. "
                "The base case has 1 of 3.",
            ),
        ],
    )
    def test_page_one_says_so(self, deal, renewals, remark):
        made = deal(f"clauses: {{rent: {{renewals: [{renewals}]}}}}")
        assert renewal_remarks(made.contract) == [f"'rent' {remark}"]

    def test_numbers_by_the_year_and_the_megawatt_have_the_renewals_of_the_base_case(self, deal):
        change = """
            dates: {start: 2027-01-01}
            clauses:
              staff: {structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}
              levy: {structure: volume_charge, payer: host, payee: state, price: 0 USD/MWh}
              rent: {renewals: [{term: 12 months, probability: 60 %, base_case: exercised}]}
            """
        made = deal(change)
        case = Case(made.contract, Base.of(made.plan))
        assert case.fact("cost_per_10mw")[0] == pytest.approx(24e4)
        assert case.fact("mwh")[0] == pytest.approx(100 * 0.9 * 24 * (365 + 366 + 365) / 3)
        assert case.fact("contract_value")[0] == pytest.approx(36e7)


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ("renewals: [{term: 12 months, base_case: lapsed}]", "is certain and cannot lapse"),
            ("renewals: [{term: 60 years}]", "with its renewals the lease is longer than 60 years"),
            ("renewals: [{term: 12 months, probability: 60}]", "probability"),
            (
                "renewals: [{term: 1 year, price: power}]",
                "'power' is measured in 'EUR/MWh', expected a factor",
            ),
            ("renewals: [{term: 1 year, price: 90 EUR/kW/month}]", "in another money than the first rent"),
            ("index: {by: inflation}, renewals: [{term: 1 year, price: 90 USD/kW/month}]", "an indexed rent goes on"),
            ("phase_term: 12 months, renewals: [{term: 1 year, price: 90 USD/kW/month}]", "no common new rent"),
        ],
    )
    def test_with_its_place(self, deal, change, message):
        with pytest.raises(SpecError, match=message):
            deal(f"clauses: {{rent: {{{change}}}}}")


class TestComparableLeases:
    """Press figures (deals, Comparable leases): MW, years, value in bn USD, average rent in USD/kW/month. The last is a
    year of co-hosting."""

    LEASES = [(245, 15, 7.0, 159), (352, 15, 9.8, 155), (200, 10, 3.7, 154), (250, 15, 7.0, 156), (400, 15, 11.0, 153),
              (110, 15, 2.6, 131), (41.5, 1, 0.031, 62)]  # fmt: skip

    @pytest.mark.parametrize(("mw", "years", "value", "average"), LEASES)
    def test_the_average_rent_is_value_over_kilowatt_months(self, deal, mw, years, value, average):
        rent_per_kw = value * 1e9 / (mw * 1000 * years * 12)
        assert round(rent_per_kw) == average
        made = deal(
            f"""
            dates: {{start: 2027-01-01, term: {years} years}}
            capacity: {{basis: it, connection: 600 MW, contracted: {mw} MW}}
            clauses: {{rent: {{price: {rent_per_kw!r} USD/kW/month}}}}
            """
        )
        assert sum(made.flows().values()) == pytest.approx(value * 1e9, rel=1e-12)

    def test_river_bend_with_its_three_renewals(self, deal):
        """7.0 bn over 15 years and 17.7 bn with three renewals of 5 years imply an escalator of 2.87 %:
        (1 + e)^15 = 17.7/7.0 − 1."""
        escalator = (17.7 / 7.0 - 1) ** (1 / 15) - 1
        assert escalator == pytest.approx(0.0287, abs=5e-5)
        first_year = 7.0e9 * escalator / ((1 + escalator) ** 15 - 1)
        price = first_year / (245_000 * 12)
        change = f"""
            dates: {{start: 2027-01-01, term: 15 years}}
            capacity: {{basis: it, connection: 300 MW, contracted: 245 MW}}
            clauses:
              rent: {{price: {price!r} USD/kW/month, escalator: {100 * escalator!r} %/year, lease: triple_netMORE}}
            """
        assert sum(deal(change.replace("MORE", "")).flows().values()) == pytest.approx(7.0e9, rel=1e-12)
        renewed = deal(change.replace("MORE", ", renewals: [{count: 3, term: 5 years}]"))
        assert sum(renewed.flows().values()) == pytest.approx(17.7e9, rel=1e-12)

    def test_bitzero_with_an_escalator_of_3_percent_begins_at_106(self, deal):
        """2.6 bn USD over 15 years: year 1 is 139.8 MUSD, 106 USD/kW/month (deals, Bitzero, derived)."""
        first = 2.6e9 * 0.03 / (1.03**15 - 1)
        assert (round(first / 1e6, 1), round(first / 110_000 / 12)) == (139.8, 106)
        made = deal(
            f"""
            dates: {{start: 2027-01-01, term: 15 years}}
            capacity: {{contracted: 110 MW}}
            clauses: {{rent: {{price: {first / 110_000 / 12!r} USD/kW/month, escalator: 3 %/year}}}}
            """
        )
        assert sum(made.flows().values()) == pytest.approx(2.6e9, rel=1e-12)
