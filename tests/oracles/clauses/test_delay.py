"""Delay of construction: chosen delays by hand, damages and long stop, the law of every wait, and the mean PV of rent.

Position p of the grid is p months after 30 June 2026. 40 MW from October 2026 earn 4 MUSD a month, 60 MW more from
January 2027 (position 6) another 6.
"""

import dataclasses
from datetime import date
from math import exp

import numpy as np
import pytest
from small_deal import dated, discount, months, same, total

from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.plan.model import Record
from valuation.report.summary_words import chances
from valuation.run import value
from valuation.simulate import simulate

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
START, STOP, END = date(2026, 10, 1), date(2028, 10, 1), 27.0
POWER = "capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 100 MW}}"
WAIT = "delay: {probability: 60 %, distribution: exponential, mean: 6 months}"
LATE = f"process: delay, of: rent, phase: 2, {WAIT}"


def by_month(amount):
    """Dated flows of an amount by the month's position, without zeros."""
    return {m.last: x for t, m in enumerate(GRID) if (x := amount(t))}


def served(t, begin, end=END):
    """Share of month t between two positions."""
    return max(0.0, min(end, t + 1) - max(begin, t))


def rent(mw, begin, end=END):
    return by_month(lambda t: 1e5 * mw * served(t, begin, end))


def drawn(*delays, of="late"):
    """Draws that give each path its delay in months; None is no delay."""
    return {
        f"{of}.delay.word": [0.61 if delay is None else 0.59 for delay in delays],
        f"{of}.delay.length": [(delay or 99.0) / 6.0 for delay in delays],
    }


class TestShift:
    def test_the_phase_begins_late_and_ends_when_it_would(self, deal):
        run = deal(f"{POWER}\nrisks: {{late: {{{LATE}}}}}").paths(4, **drawn(None, 2.25, 10.0, 40.0))
        for path, begin in enumerate([6.0, 8.25, 16.0, 46.0]):
            same(dated(run, path), total(rent(40, 3), rent(60, begin)), 1e-11)
        assert run.final["late.delayed"].tolist() == [0.0, 1.0, 1.0, 1.0]

    def test_the_base_case_and_the_run_without_events_are_on_time(self, deal):
        want = total(rent(40, 3), rent(60, 6))
        same(deal(f"{POWER}\nrisks: {{late: {{{LATE}}}}}").flows(), want)
        same(deal(f"{POWER}\nrisks: {{late: {{{LATE}}}}}", events=False).flows(), want)

    def test_one_delay_for_all_phases(self, deal):
        run = deal(f"{POWER}\nrisks: {{late: {{{LATE.replace('phase: 2', 'phase: all')}}}}}").paths(1, **drawn(2.5))
        same(dated(run, 0), total(rent(40, 5.5), rent(60, 8.5)), 1e-11)

    def test_a_phase_with_a_term_of_its_own_keeps_its_end(self, deal):
        change = f"{POWER}\nclauses: {{rent: {{phase_term: 12 months}}}}\nrisks: {{late: {{{LATE}}}}}"
        run = deal(change).paths(1, **drawn(2.5))
        same(dated(run, 0), total(rent(40, 3, 15), rent(60, 8.5, 18)), 1e-11)

    def test_load_and_cost_by_kw_shift_with_it_and_the_rest_does_not(self, deal):
        """The escalator counts from the start of the contract, capex and the cost of the connection stay."""
        made = deal(
            f"""
            {POWER}
            clauses:
              rent: {{escalator: 10 %/year}}
              care: {{structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}}
              line: {{structure: fixed_cost, payer: host, payee: outside, price: 1 USD/kW/month, of: connection}}
              dues: {{structure: volume_charge, payer: host, payee: state, price: 1 USD/MWh}}
              build: {{structure: capex, payer: host, payee: outside, cost: 1 MUSD/MW, schedule: {{2026-12-15: 100 %}}}}
            risks: {{late: {{{LATE}}}}}
            """.replace("\n            ", "\n")
        )
        run = made.paths(1, **drawn(10.5))  # opens at position 16.5, the middle of November 2027

        def flow(t):
            m = GRID[t]
            mw = 40 * served(t, 3) + 60 * served(t, 16.5)
            return 1e5 * mw * 1.1 ** (t >= 15) - 2e3 * mw - 2e5 * served(t, 3) - mw * 0.9 * 24 * m.days

        same(dated(run, 0), total(by_month(flow), {date(2026, 12, 15): -1e8}), 1e-11)

    def test_an_event_before_it_opens_ends_it_too(self, deal):
        hazard = "gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, notice: 1 months}"
        run = deal(f"{POWER}\nrisks: {{late: {{{LATE}}}, {hazard}}}").paths(2, gone=[0.08, 0.12], **drawn(5.0, 5.0))
        same(dated(run, 0), rent(40, 3, 9.0), 1e-11)
        same(dated(run, 1), total(rent(40, 3, 13.0), rent(60, 11.0, 13.0)), 1e-11)
        assert run.final["event_cause"].tolist() == [1.0, 1.0]


class TestDamages:
    def made(self, deal, terms, more="", wait=""):
        damages = f"damages: {{payer: host, payee: tenant, {terms}}}"
        return deal(
            f"{POWER}\n{more}\nrisks: {{late: {{{LATE}, {wait} {damages}}}}}".replace(",  damages", ", damages")
        )

    def owed(self, run, path):
        late = run.values["late.damages"][:, path]
        return {m.last: x for m, x in zip(GRID, late, strict=False) if x}

    def test_by_price_until_it_opens(self, deal):
        """60 MW at 50 USD/kW/month are 3 MUSD a month: January, February and a quarter of March."""
        run = self.made(deal, "price: 50 USD/kW/month").paths(2, **drawn(2.25, None))
        paid = {date(2027, 1, 31): 3e6, date(2027, 2, 28): 3e6, date(2027, 3, 31): 0.75e6}
        same(self.owed(run, 0), paid, 1e-11)
        same(dated(run, 0), total(rent(40, 3), rent(60, 8.25), {day: -x for day, x in paid.items()}), 1e-11)
        same(dated(run, 1), total(rent(40, 3), rent(60, 6)))

    def test_a_cap_of_the_yearly_rent(self, deal):
        """10 % of 12 × 6 MUSD is 7.2: 3 + 3 + 1.2, then nothing."""
        run = self.made(deal, "price: 50 USD/kW/month, cap: 10 %").paths(2, **drawn(8.0, 1.5))
        paid = {date(2027, 1, 31): 3e6, date(2027, 2, 28): 3e6, date(2027, 3, 31): 1.2e6}
        same(self.owed(run, 0), paid, 1e-11)
        same(self.owed(run, 1), {date(2027, 1, 31): 3e6, date(2027, 2, 28): 1.5e6}, 1e-11)

    def test_a_cap_in_months(self, deal):
        run = self.made(deal, "price: 50 USD/kW/month, cap: 2.5 months").paths(1, **drawn(8.0))
        same(self.owed(run, 0), {date(2027, 1, 31): 3e6, date(2027, 2, 28): 3e6, date(2027, 3, 31): 1.5e6}, 1e-11)

    def test_a_share_of_the_rent_moves_with_the_escalator_and_the_cap_does_not(self, deal):
        """Two days' rent a day, 12 MUSD a month, from October 2027 on 13.2; the cap of 200 % of the yearly rent at the
        agreed date, 144 MUSD, is reached in December: nine months of 12 and two of 13.2 leave 9.6."""
        made = self.made(deal, "share_of_rent: 200 %, cap: 200 %", "clauses: {rent: {escalator: 10 %/year}}")
        run = made.paths(1, **drawn(20.0))
        paid = [12e6] * 9 + [13.2e6] * 2 + [9.6e6]
        same(self.owed(run, 0), {m.last: x for m, x in zip(GRID[6:], paid, strict=False)}, 1e-11)

    def test_they_stop_at_the_long_stop_with_the_event_and_with_the_term(self, deal):
        made = self.made(deal, "price: 50 USD/kW/month", wait="long_stop: 3 months, ")
        run = made.paths(2, **drawn(3.0, 3.1))
        paid = dict.fromkeys((date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)), 3e6)
        for path, phase in ((0, rent(60, 9)), (1, {})):  # a delay of exactly the long stop is in time
            same(self.owed(run, path), paid, 1e-11)
            same(dated(run, path), total(rent(40, 3), phase, {day: -x for day, x in paid.items()}), 1e-11)
        hazard = "gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}"
        damages = "damages: {payer: host, payee: tenant, price: 50 USD/kW/month}"
        run = deal(f"{POWER}\nrisks: {{{hazard}, late: {{{LATE}, {damages}}}}}").paths(
            2, gone=[0.075, 9.0], **drawn(5.0, 40.0)
        )
        same(self.owed(run, 0), {date(2027, 1, 31): 3e6, date(2027, 2, 28): 1.5e6}, 1e-11)
        assert run.values["late.damages"][:, 1].sum() == pytest.approx(21 * 3e6)

    def test_both_sides_the_lag_the_tax_and_the_margin(self, deal):
        """Damages are no revenue and no cost, but taxable; paid two months later; + to the tenant what is − to the
        host."""
        tax = "tax: {host: {rate: 25 %, losses: none, paid: in_year}}"
        made = self.made(deal, "price: 50 USD/kW/month, payment: {lag: 2 months}", tax)
        run = made.paths(1, **drawn(1.0))
        flows = total(rent(40, 3), rent(60, 7), {date(2027, 3, 31): -3e6})
        same(dated(run, 0), flows, 1e-11)
        year = 4e6 * 12 + 6e6 * 11 - 3e6
        assert dated(run, 0, "tax")[date(2027, 12, 31)] == pytest.approx(-0.25 * year)
        assert run.final["margin"][0] == pytest.approx(1.0)
        other = type(made)(made.path, view="tenant").paths(1, **drawn(1.0))
        same(dated(other, 0), {day: -x for day, x in flows.items()}, 1e-11)

    def test_none_are_owed_for_what_was_never_to_come(self, deal):
        """A refused phase is not late; a late approval moves the date from which damages run."""
        permit = "permit: {process: approval, of: rent, phase: 2, probability: 50 %, date: 2026-11-30, base: approved, "
        permit += "later: {probability: 50 %, distribution: fixed, mean: 2 months}}"
        damages = "damages: {payer: host, payee: tenant, price: 50 USD/kW/month}"
        made = deal(f"{POWER}\nrisks: {{{permit}, late: {{{LATE}, {damages}}}}}")
        chosen = {"permit.word": [0.9, 0.1], "permit.later.word": [0.1, 0.1], **drawn(1.0, 1.0)}
        run = made.paths(2, **chosen)
        same(dated(run, 0), rent(40, 3))
        same(dated(run, 1), total(rent(40, 3), rent(60, 9), {date(2027, 3, 31): -3e6}), 1e-11)


class TestLongStop:
    def test_a_lease_that_passes_it_never_begins_and_is_not_revoked(self, deal):
        """One phase; the site's cost of 12 MUSD a year requires the lease and runs to the long stop in mid-January."""
        hazard = "gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}"
        late = LATE.replace("phase: 2", "phase: all") + ", long_stop: 3.5 months"
        site = "structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year, requires: late"
        made = deal(f"clauses: {{site: {{{site}}}}}\nrisks: {{late: {{{late}}}, {hazard}}}")
        run = made.paths(2, gone=[0.10, 0.10], **drawn(2.0, 4.0))
        same(dated(run, 0), by_month(lambda t: 1e7 * served(t, 5, 10) - 1e6 * served(t, 3, 13)), 1e-11)
        same(dated(run, 1), by_month(lambda t: -1e6 * served(t, 3, 6.5)), 1e-11)
        assert run.final["event_cause"].tolist() == [1.0, 0.0]
        assert run.final["never_begins"].tolist() == [0.0, 1.0]
        assert run.final["late.beyond_long_stop"].tolist() == [0.0, 1.0]

    def test_its_chance_is_reported_and_stands_on_page_one(self, deal):
        made = deal(f"{POWER}\nrisks: {{late: {{{LATE}, long_stop: 12 months}}}}")
        result = value(made.path, paths=20_000, seed=2)
        found = result.tables.probability.starts["late"]
        for key, p in (("delayed", 0.6), ("beyond_long_stop", 0.6 * exp(-2.0))):
            assert abs(found[key] - p) < 4 * (p * (1 - p) / 20_000) ** 0.5
        assert result.tables.probability.revoked == 0.0
        assert "Delay beyond the long stop, so that it never starts (late)" in dict(chances(result.tables))


class TestMovingEnd:
    """``end: moves``: the term of the phase is as long as agreed and ends as late as it began."""

    WAIT = "delay: {probability: 60 %, distribution: exponential, mean: 6 months, max: 12 months}, end: moves"
    ALL = f"process: delay, of: rent, phase: all, {WAIT}"
    SITE = "site: {structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year}"
    WORTH = "worth: {structure: terminal_value, payer: outside, payee: host, amount: 30 MUSD}"

    def test_rent_site_and_terminal_value_move(self, deal):
        """Late by 2.25 months the term ends a quarter into December 2028; late by 2 at the end of November."""
        made = deal(f"clauses: {{{self.SITE}, {self.WORTH}}}\nrisks: {{late: {{{self.ALL}}}}}")
        run = made.paths(4, **drawn(None, 2.25, 2.0, 40.0))
        grid = months(date(2026, 7, 1), date(2029, 12, 31))
        ends = [date(2028, 9, 30), date(2028, 12, 31), date(2028, 11, 30), date(2029, 9, 30)]
        for path, (late, last) in enumerate(zip([0.0, 2.25, 2.0, 12.0], ends, strict=True)):
            want = {
                m.last: 1e7 * served(t, 3 + late, 27 + late) - 1e6 * served(t, 3, 27 + late) for t, m in enumerate(grid)
            }
            same(dated(run, path), total(want, {last: 3e7}), 1e-11)
        assert run.final["term_end"] == pytest.approx([27.0, 29.25, 29.0, 39.0])

    def test_the_base_case_is_on_time_to_the_day(self, deal):
        """A term that ends inside a month pays its terminal value on that day, also with the delay in the file."""
        change = f"clauses: {{{self.SITE}, {self.WORTH}}}\nrisks: {{late: {{{self.ALL}}}}}"
        change += "\ndates: {start: 2026-10-12}"
        made = deal(change)
        flows = made.flows()
        assert flows[date(2028, 10, 11)] == 3e7
        same(flows, deal(change, events=False).flows())
        same(dated(made.paths(1, **drawn(None)), 0), flows, 1e-11)

    def test_one_phase_of_two(self, deal):
        """The first phase keeps its end; the site goes on to the end of the second, but not where it never comes."""
        late = self.ALL.replace("phase: all", "phase: 2") + ", long_stop: 4 months"
        made = deal(f"{POWER}\nclauses: {{{self.SITE}, {self.WORTH}}}\nrisks: {{late: {{{late}}}}}")
        run = made.paths(2, **drawn(3.0, 5.0))
        grid = months(date(2026, 7, 1), date(2029, 12, 31))
        phases = [
            {m.last: 6e6 * served(t, 9, 30) - 1e6 * served(t, 3, 30) for t, m in enumerate(grid)},
            {m.last: -1e6 * served(t, 3, 27) for t, m in enumerate(grid)},
        ]
        for path, last in enumerate([date(2028, 12, 31), date(2028, 9, 30)]):
            same(dated(run, path), total(rent(40, 3), phases[path], {last: 3e7}), 1e-11)

    def test_an_event_after_the_agreed_end_still_ends_it(self, deal):
        """Late by 6, ended on position 30 of a term that now runs to 33: revoked, the terminal value lost. On the path
        that is on time the same event comes after the end and changes nothing."""
        hazard = "gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}"
        made = deal(f"clauses: {{{self.WORTH}}}\nrisks: {{late: {{{self.ALL}}}, {hazard}}}")
        run = made.paths(2, gone=[0.30, 0.30], **drawn(6.0, None))
        grid = months(date(2026, 7, 1), date(2029, 12, 31))
        same(dated(run, 0), {m.last: 1e7 * served(t, 9, 30) for t, m in enumerate(grid)}, 1e-11)
        same(dated(run, 1), total(rent(100, 3), {date(2028, 9, 30): 3e7}), 1e-11)
        assert (run.final["event_time"] < run.final["term_end"]).tolist() == [True, False]
        result = value(made.path, paths=2_000, seed=1)
        assert all(check.ok for check in result.tables.checks)

    def test_what_is_left_for_tax_goes_with_the_moved_end(self, deal):
        """24 MUSD over 10 years' straight line from October 2026: 0.2 a month. On time the rest goes in 2028, late by
        six months in 2029."""
        tax = "tax: {host: {rate: 25 %, losses: carry_forward, paid: in_year}}"
        build = "build: {structure: capex, payer: host, payee: outside, schedule: {2026-09-30: 24 MUSD}, "
        build += "depreciation: {method: straight_line, life: 10 years}}"
        made = deal(f"{tax}\nclauses: {{{build}}}\nrisks: {{late: {{{self.ALL}}}}}")
        run = made.paths(2, **drawn(None, 6.0))
        down = run.values["build.depreciation"]
        years = [down[6 + 12 * k : 18 + 12 * k].sum(axis=0) / 1e6 for k in range(3)]
        assert down[:6].sum(axis=0) == pytest.approx([6e5, 6e5])
        assert np.array(years) == pytest.approx(np.array([[2.4, 2.4], [21.0, 2.4], [0.0, 18.6]]))

    def test_mean_of_the_moved_term(self, deal):
        """Undiscounted, a moved term loses no rent: 24 months on every path."""
        made = deal(f"risks: {{late: {{{self.ALL}}}}}")
        run = made.paths(200, seed=3)
        assert run.cash.sum(axis=0) == pytest.approx(np.full(200, 24e7))

    def test_without_a_bound_it_is_refused(self, deal):
        with pytest.raises(SpecError, match="give the exponential delay a 'max', or the phase a 'long_stop'"):
            deal(f"{POWER}\nrisks: {{late: {{{LATE}, end: moves}}}}")


LAWS = {
    "fixed": "mean: 5 months",
    "exponential": "mean: 6 months",
    "exponential, cut": "mean: 6 months, max: 9 months",
    "uniform": "least: 2 months, most: 11 months",
    "triangular": "least: 1 months, mode: 3 months, most: 13 months",
    "triangular, falling": "least: 2 months, mode: 2 months, most: 8 months",
    "triangular, rising": "least: 0 months, mode: 8 months, most: 8 months",
    "lognormal": "mean: 6 months, sd: 4 months",
    "lognormal, cut": "mean: 0.5 years, sd: 0.5 years, max: 10 months",
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("probability", ["100 %", "35 %"])
def test_law_of_the_wait(deal, law, probability):
    """Mean and variance over paths against the closed forms, within 4 standard errors."""
    wait = f"delay: {{probability: {probability}, distribution: {law.partition(',')[0]}, {LAWS[law]}}}"
    made = deal(f"{POWER}\nrisks: {{late: {{{LATE.replace(WAIT, wait)}}}}}")
    paths, record = 100_000, Record("months", "late.delay.months", "final")
    plan = dataclasses.replace(made.plan, payments=(), measures=(), records=(record,))
    x = simulate(assemble(plan), paths=paths, seed=11).final["months"]
    mean, variance = made.contract.starts["late"].moments()
    assert abs(x.mean() - mean) <= 4 * (variance / paths) ** 0.5 + 1e-12
    error = (max(((x - x.mean()) ** 4).mean() - x.var() ** 2, 0.0) / paths) ** 0.5
    assert abs(x.var() - variance) <= 4 * error + 1e-9
    assert x.min() >= 0.0


def test_the_closed_forms_against_quadrature():
    """E[min(D, M)^k] by Simpson's rule on the survival function k·x^(k−1)·P(D > x), written apart from the formulas."""
    from scipy.stats import expon, lognorm, triang, uniform

    from valuation.spec import waiting_moments as waiting

    s = np.log1p((4 / 6) ** 2) ** 0.5
    cases = [
        (waiting.exponential(6.0, 9.0), expon(scale=6.0), 9.0),
        (waiting.exponential(6.0), expon(scale=6.0), 400.0),
        (waiting.uniform(2.0, 11.0), uniform(2.0, 9.0), 11.0),
        (waiting.triangular(1.0, 3.0, 13.0), triang(2 / 12, 1.0, 12.0), 13.0),
        (waiting.lognormal(6.0, 4.0, 10.0), lognorm(s, scale=6.0 * exp(-s * s / 2)), 10.0),
    ]
    for found, law, top in cases:
        x = np.linspace(0.0, top, 200_001)
        for k, moment in enumerate(found, 1):
            f = k * x ** (k - 1) * law.sf(x)
            assert np.trapezoid(f, x) == pytest.approx(moment, rel=1e-7)
    assert waiting.lognormal(6.0, 4.0) == pytest.approx((6.0, 36.0 + 16.0))
    assert waiting.moments(0.25, 8.0, 64.0) == (2.0, 12.0)


def test_mean_present_value_of_rent_under_an_exponential_delay(deal):
    """On the two clocks: position x is served with probability 1 − p·e^(−(x − s)/m), so that month [a, a + 1) from s on
    has 1 − p·m·(e^(−(a − s)/m) − e^(−(a + 1 − s)/m)) of it; its rent is discounted by days from its last day."""
    late = LATE.replace("phase: 2", "phase: all")
    made = deal(f"risks: {{late: {{{late}}}}}")
    p, m, s = 0.6, 6.0, 3
    share = {t: 1 - p * m * (exp(-(t - s) / m) - exp(-(t + 1 - s) / m)) for t in range(s, 27)}
    exact = sum(1e7 * share[t] * discount(0.08, GRID[t].last) for t in share)
    npv = simulate(assemble(made.plan), paths=100_000, seed=4).measure["npv"]
    assert abs(npv.mean() - exact) < 4 * npv.std() / 100_000**0.5
    on_time = sum(1e7 * discount(0.08, GRID[t].last) for t in share)
    assert on_time - exact > 100 * npv.std() / 100_000**0.5  # the test can fail
    assert npv.max() == pytest.approx(on_time)


def test_a_delay_moves_no_other_draw(deal):
    """A delay that never occurs leaves every path as it was, to the bit; a longer one moves no path that is on time."""
    supply = "clauses: {x: {structure: power_supply, payer: host, payee: supplier, spot: power}}"
    runs = [
        simulate(assemble(deal(f"{supply}\n{POWER}\n{risks}").plan), paths=512, seed=1).measure["npv"]
        for risks in (
            "",
            f"risks: {{late: {{{LATE.replace('60 %', '0 %')}}}}}",
            f"risks: {{late: {{{LATE}}}}}",
            f"risks: {{late: {{{LATE.replace('6 months', '9 months')}}}}}",
        )
    ]
    assert np.array_equal(runs[0], runs[1])
    on_time = runs[2] == runs[0]
    assert 0.3 < on_time.mean() < 0.5
    assert np.array_equal(on_time, runs[3] == runs[0])


def test_slips_are_told(deal):
    for more, words in (
        ("long_stop: 0 months", "must be above 0 months"),
        ("damages: {payer: tenant, payee: host, price: 5 USD/kW/month}", "paid by the landlord 'host'"),
        ("damages: {payer: host, payee: tenant, price: 5 EUR/kW/month, cap: 10 %}", "or the cap in months"),
        ("damages: {payer: host, payee: tenant}", "expected either 'price'"),
    ):
        with pytest.raises(SpecError, match=words):
            deal(f"{POWER}\nrisks: {{late: {{{LATE}, {more}}}}}")
    with pytest.raises(SpecError, match="acts on this phase of 'rent' already"):
        deal(f"{POWER}\nrisks: {{late: {{{LATE}}}, later: {{{LATE.replace('phase: 2', 'phase: all')}}}}}")
    build = "{structure: capex, payer: host, payee: outside, schedule: {2026-08-01: 3 MUSD}, requires: late}"
    with pytest.raises(SpecError, match="has no 'long_stop'"):
        deal(f"{POWER}\nclauses: {{build: {build}}}\nrisks: {{late: {{{LATE}}}}}")
