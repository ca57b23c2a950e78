"""Conversion of a letter of intent: by hand on chosen paths, and the mean and variance of a Bernoulli over many.

Position p of the grid is p months after 30 June 2026; the small deal earns 10 MUSD a month from October 2026 on.
"""

from datetime import date

import numpy as np
import pytest
from small_deal import dated, discount, months, same

from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.report.json import to_json_object
from valuation.run import value
from valuation.simulate import simulate

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
START, STOP = date(2026, 10, 1), date(2028, 10, 1)
RENT = {m.last: 1e7 * m.share(START, STOP) for m in GRID if m.share(START, STOP)}
LETTER = "letter: {process: conversion, probability: 65 %, decided: 2026-09-10, ends: [rent]}"
BUILD = """
  build: {structure: capex, payer: host, payee: outside, requires: letter,
          schedule: {2026-08-31: 3 MUSD, 2026-09-10: 20 MUSD, 2026-09-30: 30 MUSD}}
"""
CHOSEN = {"letter.word": [0.6499999, 0.6500001]}


def test_spent_before_the_decision_is_lost_and_nothing_follows(deal):
    run = deal(f"clauses:\n{BUILD}\nrisks: {{{LETTER}}}").paths(2, **CHOSEN)
    spent = {date(2026, 8, 31): -3e6, date(2026, 9, 10): -2e7, date(2026, 9, 30): -3e7}
    same(dated(run, 0), {**RENT, **spent})
    same(dated(run, 1), {date(2026, 8, 31): -3e6})  # what is due on the day of the decision follows it


def test_the_base_case_is_converted_and_has_no_event(deal):
    change = f"clauses:\n{BUILD}\nrisks: {{{LETTER}}}"
    with_events = deal(change)
    want = {**RENT, date(2026, 8, 31): -3e6, date(2026, 9, 10): -2e7, date(2026, 9, 30): -3e7}
    same(with_events.flows(), want)
    same(deal(change, events=False).flows(), want)


def test_a_cost_of_the_site_runs_by_days_to_the_decision(deal):
    """Decided before the term: no site cost, no load and no cost per kW where it is not converted."""
    made = deal(
        f"""
        clauses:
          site: {{structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year, requires: letter}}
          care: {{structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}}
          x: {{structure: power_supply, payer: host, payee: supplier, spot: power}}
        dates: {{start: 2026-10-01}}
        capacity: {{contracted: {{2026-10-01: 0 MW, 2026-12-01: 100 MW}}}}
        risks: {{{LETTER.replace("2026-09-10", "2026-09-30")}}}
        """
    )
    run = made.paths(2, **CHOSEN)
    assert dated(run, 1) == {}  # decided before the term: the site costs nothing, no load, no cost per kW
    assert min(dated(run, 0)) == date(2026, 10, 31)
    late = made.contract.starts["letter"].decided
    assert late.date == date(2026, 9, 30)


def test_a_cost_that_accrues_by_days_before_a_later_decision(deal):
    """The letter is for a second lease from January on; its site costs 12 MUSD a year from October, a third of November
    is before the decision on the 10th."""
    made = deal(
        f"""
        clauses:
          rent: {{contracted: 30 MW}}
          other: {{structure: capacity_lease, payer: tenant, payee: host, lease: gross, price: 10 USD/kW/month,
                   contracted: {{2026-12-01: 70 MW}}}}
          site: {{structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year, requires: [letter]}}
        risks: {{{LETTER.replace("2026-09-10", "2026-11-10").replace("[rent]", "[other]")}}}
        """
    )
    run = made.paths(2, **CHOSEN)
    rent = {day: 0.3 * amount for day, amount in RENT.items()}
    want = {**rent, date(2026, 10, 31): 3e6 - 1e6, date(2026, 11, 30): 3e6 - 1e6 / 3}
    same(dated(run, 1), want, 1e-11)
    converted = {m.last: 2e6 + 7e5 * m.share(date(2026, 12, 1), STOP) for m in GRID if m.share(START, STOP)}
    same(dated(run, 0), converted, 1e-11)


def test_mean_and_variance_of_the_bernoulli(deal):
    """NPV = −spent + V·B with B = 1 with probability p: mean p·V − spent, variance p(1 − p)·V²."""
    made = deal(f"clauses:\n{BUILD}\nrisks: {{{LETTER}}}")
    paths, p = 40_000, 0.65
    npv = simulate(assemble(made.plan), paths=paths, seed=3).measure["npv"]
    spent = 3e6 * discount(0.08, date(2026, 8, 31))
    worth = sum(amount * discount(0.08, day) for day, amount in RENT.items())
    worth -= 2e7 * discount(0.08, date(2026, 9, 10)) + 3e7 * discount(0.08, date(2026, 9, 30))
    assert made.contract.starts["letter"].moments() == pytest.approx((p, p * (1 - p)))
    assert set(np.round(npv / 1e6, 6)) == {round(-spent / 1e6, 6), round((worth - spent) / 1e6, 6)}
    sd = (p * (1 - p)) ** 0.5 * worth
    assert abs(npv.mean() - (p * worth - spent)) < 4 * sd / paths**0.5
    kurtosis = (1 - 3 * p * (1 - p)) / (p * (1 - p))
    assert abs(npv.var() - sd**2) < 4 * sd**2 * ((kurtosis - 1) / paths) ** 0.5
    share = (npv < 0).mean()
    assert abs(share - (1 - p)) < 4 * (p * (1 - p) / paths) ** 0.5


def test_its_draw_moves_no_other(deal):
    """A letter that is sure leaves every path of a contract with prices and a hazard as it was, to the bit."""
    hazard = "gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, notice: 2 months}"
    supply = "clauses: {x: {structure: power_supply, payer: host, payee: supplier, spot: power}}"
    plain = simulate(assemble(deal(f"{supply}\nrisks: {{{hazard}}}").plan), paths=512, seed=1)
    sure = deal(f"{supply}\nrisks: {{{LETTER.replace('65 %', '100 %')}, {hazard}}}")
    assert np.array_equal(simulate(assemble(sure.plan), paths=512, seed=1).measure["npv"], plain.measure["npv"])


def test_a_lease_that_never_begins_is_not_revoked(deal):
    """The hazard strikes on both paths; only one of them has a lease to end."""
    hazard = "gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, notice: 1 months}"
    run = deal(f"risks: {{{LETTER}, {hazard}}}").paths(2, gone=[0.06, 0.06], **CHOSEN)
    assert run.final["event_time"] == pytest.approx([6.0, 1e9])
    assert run.final["event_cause"].tolist() == [1.0, 0.0]
    assert run.final["never_begins"].tolist() == [0.0, 1.0]
    assert run.values["indicators.alive"][[4, 8]].tolist() == [[1.0, 0.0], [0.0, 0.0]]
    assert dated(run, 1) == {}


def test_of_two_leases_the_other_can_still_be_revoked(deal):
    made = deal(
        f"""
        clauses:
          rent: {{contracted: 30 MW}}
          other: {{structure: capacity_lease, payer: tenant, payee: host, lease: gross, contracted: 70 MW,
                   price: 10 USD/kW/month}}
        risks:
          {LETTER}
          gone: {{process: hazard, rate: {{value: 12 %/year, evidence: historical}}, ends: [rent]}}
          hit: {{process: hazard, rate: {{value: 12 %/year, evidence: historical}}}}
        """
    )
    run = made.paths(2, gone=[0.05, 0.05], hit=[0.10, 0.10], **CHOSEN)
    assert run.final["event_cause"].tolist() == [1.0, 2.0]  # by name: gone, hit
    assert "never_begins" not in run.final  # one lease is certain
    alone = {m.last: 7e5 * m.share(START, date(2027, 5, 1)) for m in GRID if m.share(START, date(2027, 5, 1))}
    same(dated(run, 1), alone, 1e-11)


@pytest.mark.parametrize("view", ["host", "tenant", "outside"])
def test_from_every_side_the_transfers_are_one_number(deal, view):
    change = f"clauses:\n{BUILD}\nrisks: {{{LETTER}}}"
    sums = [deal(change, view=one).paths(2, **CHOSEN).cash.sum(axis=0) for one in ("host", "tenant", "outside")]
    assert np.abs(sum(sums)).max() < 1e-6
    assert np.abs(sums[("host", "tenant", "outside").index(view)]).max() > 0


def test_nothing_spent_and_nothing_earned_is_no_rate_and_not_nan(deal):
    made = deal(f"risks: {{{LETTER.replace('65 %', '0 %')}}}")
    result = value(made.path, paths=512, seed=1)
    chances = result.tables.probability
    assert chances.starts == {"letter": {"not_converted": 1.0}}
    assert (chances.revoked, chances.npv_negative, chances.no_irr) == (0.0, 0.0, 1.0)
    assert result.tables.irr.status["no_investment"] == 512
    found = to_json_object(result.tables)  # refuses what is not finite
    assert found["npv"]["mean"] == 0.0 and found["margin"]["mean"] is None
    assert found["probability"]["starts"] == {"letter": {"not_converted": 1.0}}


class TestWarnings:
    def told(self, deal, clause, letter=LETTER):
        made = deal(f"clauses: {{it: {{{clause}}}}}\nrisks: {{{letter}}}")
        return [warning.message for warning in made.contract.warnings if warning.path.startswith("clauses.it")]

    @pytest.mark.parametrize(
        "clause",
        [
            "structure: capex, payer: host, payee: outside, schedule: {2026-09-30: 5 MUSD}",
            "structure: fixed_cost, payer: host, payee: outside, price: 1 MUSD/year",
            "structure: fixed_cost, payer: host, payee: outside, price: 1 USD/kW/month, of: connection",
            "structure: terminal_value, payer: outside, payee: host, amount: 5 MUSD",
        ],
    )
    def test_money_that_goes_on_without_a_lease(self, deal, clause):
        assert "write 'requires: letter'" in self.told(deal, clause)[0]
        assert self.told(deal, f"{clause}, requires: letter") == []
        assert self.told(deal, f"{clause}, requires: []") == []  # said on purpose

    def test_what_follows_the_lease_or_another_party_is_not_asked(self, deal):
        follows = "structure: fixed_cost, payer: host, payee: outside, price: 1 USD/kW/month"
        other = "structure: capex, payer: tenant, payee: outside, schedule: {2026-09-30: 5 MUSD}"
        assert self.told(deal, follows) == self.told(deal, other) == []

    def test_a_refusal_of_all_and_a_long_stop_for_all_too(self, deal):
        site = "structure: fixed_cost, payer: host, payee: outside, price: 1 MUSD/year"
        permit = (
            "permit: {process: approval, of: rent, phase: all, probability: 70 %, date: 2026-09-10, base: approved}"
        )
        late = "late: {process: delay, of: rent, phase: 1, long_stop: 9 months, "
        late += "delay: {probability: 10 %, distribution: fixed, mean: 12 months}}"
        assert "'permit' is refused" in self.told(deal, site, permit)[0]
        assert "'late' passes its long stop" in self.told(deal, site, late)[0]
        built = "structure: capex, payer: host, payee: outside, schedule: {2026-09-30: 5 MUSD}"
        assert self.told(deal, built, late) == []  # built by then

    def test_an_expansion_that_is_built_whether_approved_or_not(self, deal):
        permit = "permit: {process: approval, of: rent, phase: 2, probability: 70 %, date: 2026-09-10, base: approved}"
        power = "capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 100 MW}}"
        built = "structure: capex, payer: host, payee: outside, schedule: {2026-09-30: 5 MUSD}"

        def told(more):
            made = deal(f"{power}\nclauses: {{it: {{{built}{more}}}}}\nrisks: {{{permit}}}")
            return [warning.message for warning in made.contract.warnings if warning.path == "risks.permit"]

        assert "no investment requires it" in told("")[0]
        assert told(", requires: permit") == told(", requires: []") == []


def test_page_one_says_what_the_base_case_takes(deal):
    made = deal(f"risks: {{{LETTER}}}")
    assert "The base case takes 'letter' as converted." in value(made.path, paths=256, seed=1).tables.deal.remarks


def test_a_scenario_without_the_letter_is_told_what_else_goes(deal):
    with pytest.raises(SpecError, match="take this away too: 'clauses.build.requires: \\[\\]'"):
        deal(f"clauses:\n{BUILD}")
