"""Approval of an expansion: what a refusal and a late decision leave of a phase, by hand on chosen paths.

Position p of the grid is p months after 30 June 2026. 40 MW from October 2026 earn 4 MUSD a month, 60 MW more from
January 2027 another 6.
"""

from datetime import date, timedelta

import numpy as np
import pytest
from small_deal import dated, discount, months, same, total

from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.run import value
from valuation.simulate import simulate

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
START, STOP = date(2026, 10, 1), date(2028, 10, 1)
POWER = "capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 100 MW}}"
PERMIT = "permit: {process: approval, of: rent, phase: 2, probability: 70 %, date: 2026-11-30, base: approved}"
EXPAND = """
  expand: {structure: capex, payer: host, payee: outside, requires: permit,
           schedule: {2026-10-31: 5 MUSD, 2026-12-31: 50 MUSD}}
"""
CHANGE = f"{POWER}\nclauses:\n{EXPAND}\nrisks: {{{PERMIT}}}"


def rent(mw, start):
    """Rent of a phase by month end."""
    found = {m.last: 1e5 * mw * m.share(start, STOP) for m in GRID}
    return {day: amount for day, amount in found.items() if amount}


PLANS = {date(2026, 10, 31): -5e6}
BOTH = total(rent(40, START), rent(60, date(2027, 1, 1)), PLANS, {date(2026, 12, 31): -5e7})


def test_a_refused_phase_never_comes_and_neither_does_what_requires_it(deal):
    run = deal(CHANGE).paths(2, **{"permit.word": [0.69999, 0.70001]})
    same(dated(run, 0), BOTH)
    same(dated(run, 1), total(rent(40, START), PLANS))


def test_the_base_case_is_the_one_stated(deal):
    for base, want in (("approved", BOTH), ("refused", total(rent(40, START), PLANS))):
        change = CHANGE.replace("base: approved", f"base: {base}")
        same(deal(change).flows(), want)
        without = deal(change, events=False)
        same(without.flows(), want)
        assert not any(row.op.startswith("draw") for row in without.plan.rows if row.name.startswith("permit"))


def test_a_late_decision_puts_off_the_phase_and_what_falls_due_while_it_is_out(deal):
    """Late by 1.5 months: decided in mid-January, so December's money waits until the end of that month and is never
    paid where it is refused; the phase begins in mid-February (half of 28 days). The term ends all the same."""
    later = "later: {probability: 40 %, distribution: uniform, least: 1 months, most: 3 months}"
    made = deal(CHANGE.replace("base: approved", f"base: approved, {later}"))
    chosen = {
        "permit.word": [0.1, 0.9, 0.1],
        "permit.later.word": [0.39, 0.39, 0.41],
        "permit.later.length": [0.25] * 3,
    }
    run = made.paths(3, **chosen)
    moved = rent(60, date(2027, 3, 1)) | {date(2027, 2, 28): 6e6 / 2}
    spent = {date(2027, 1, 31): -5e7}
    same(dated(run, 0), total(rent(40, START), moved, PLANS, spent), 1e-11)
    same(dated(run, 1), total(rent(40, START), PLANS))
    same(dated(run, 2), BOTH)
    assert run.final["permit.decided_late"].tolist() == [1.0, 1.0, 0.0]
    same(made.flows(), BOTH)


def test_what_accrues_while_a_late_decision_is_out_is_paid_with_the_month_of_the_decision(deal):
    """1 MUSD a month; decided in mid-January: December and half of January wait, and the tax sees them in January."""
    later = "later: {probability: 40 %, distribution: fixed, mean: 1.5 months}"
    site = "site: {structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year, requires: permit}"
    risk = PERMIT.replace("base: approved", f"base: approved, {later}")
    made = deal(f"{POWER}\nclauses: {{{site}}}\nrisks: {{{risk}}}")
    run = made.paths(3, **{"permit.word": [0.1, 0.9, 0.1], "permit.later.word": [0.1, 0.1, 0.9]})
    cost = -run.values["site.cost.if_permit"][3:9].T / 1e6
    assert cost == pytest.approx(np.array([[-1, -1, 0, -2, -1, -1], [-1, -1, 0, 0, 0, 0], [-1] * 6]))
    assert dated(run, 0)[date(2027, 1, 31)] == pytest.approx(4e6 - 2e6)
    same(made.flows(), dated(run, 2))


def test_the_tax_balance_follows_what_is_put_off(deal):
    """Half of the balance goes at each year's end; the second part joins it in January: 55 in the end, refused 5."""
    later = "later: {probability: 40 %, distribution: fixed, mean: 1.5 months}"
    down = "depreciation: {method: declining_balance, rate: 50 %/year}}"
    tax = "tax: {host: {rate: 25 %, losses: carry_forward, paid: in_year}}"
    change = CHANGE.replace("2026-12-31: 50 MUSD}}", f"2026-12-31: 50 MUSD}},\n           {down}")
    made = deal(f"{tax}\n{change.replace('base: approved', f'base: approved, {later}')}")
    run = made.paths(3, **{"permit.word": [0.1, 0.9, 0.1], "permit.later.word": [0.1, 0.1, 0.9]})
    left = run.values["expand.tax_balance"]
    assert left[[5, 6]] / 1e6 == pytest.approx(np.array([[2.5, 2.5, 27.5], [52.5, 2.5, 27.5]]))
    assert run.values["expand.depreciation"].sum(axis=0) == pytest.approx([55e6, 5e6, 55e6])


def test_power_load_and_cost_by_kw_follow_and_the_largest_power_does_not(deal):
    made = deal(
        f"""
        {POWER}
        clauses:
          care: {{structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}}
          line: {{structure: fixed_cost, payer: host, payee: outside, price: 1 USD/kW/month, of: connection}}
          dues: {{structure: volume_charge, payer: host, payee: state, price: 1 USD/MWh}}
          build: {{structure: capex, payer: host, payee: outside, cost: 1 MUSD/MW, schedule: {{2026-09-30: 100 %}}}}
        risks: {{{PERMIT}}}
        """.replace("\n        ", "\n")
    )
    run = made.paths(2, **{"permit.word": [0.1, 0.9]})
    march = date(2027, 3, 31)
    assert dated(run, 0)[march] == pytest.approx(1e7 - 2e5 - 2e5 - 100 * 0.9 * 31 * 24)
    assert dated(run, 1)[march] == pytest.approx(4e6 - 8e4 - 2e5 - 40 * 0.9 * 31 * 24)
    assert [dated(run, path)[date(2026, 9, 30)] for path in (0, 1)] == [-1e8, -1e8]
    assert made.month("rent.contracted_mw")[march] == 100.0


def test_two_conditions_must_both_come_true(deal):
    """The expansion hangs on the letter and on the permit; the letter is decided first, in August."""
    letter = "letter: {process: conversion, probability: 50 %, decided: 2026-08-31}"
    change = CHANGE.replace("requires: permit", "requires: [letter, permit]").replace(
        "risks: {", f"risks: {{{letter}, "
    )
    run = deal(change).paths(4, **{"permit.word": [0.1, 0.9, 0.1, 0.9], "letter.word": [0.4, 0.4, 0.6, 0.6]})
    same(dated(run, 0), BOTH)
    same(dated(run, 1), total(rent(40, START), PLANS))
    assert dated(run, 2) == dated(run, 3) == {}


def test_termination_payments_know_a_phase_that_never_came(deal):
    """State pays all of 100 MUSD less straight-line wear when the lease ends on 31 May 2027: 40 MW have worn 8 of 24
    months, 60 MW 5 of 21; a refused phase has nothing to compensate, and its fee is none."""
    hazard = "gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, compensation: "
    pays = "{payer: state, payee: host, share: 100 %, of: capex_straight_line}}"
    build = "clauses: {build: {structure: capex, payer: host, payee: outside, schedule: {2026-09-30: 100 MUSD}}}"
    run = deal(f"{POWER}\n{build}\nrisks: {{{PERMIT}, {hazard}{pays}}}").paths(
        2, gone=[0.11, 0.11], **{"permit.word": [0.1, 0.9]}
    )
    first, second = 40e6 * (1 - 8 / 24), 60e6 * (1 - 5 / 21)
    june = date(2027, 6, 30)
    assert dated(run, 0)[june] == pytest.approx(first + second)
    assert dated(run, 1)[june] == pytest.approx(first)
    pays = pays.replace("capex_straight_line", "multiple_of_annual_fee, multiple: 1.0")
    run = deal(f"{POWER}\n{build}\nrisks: {{{PERMIT}, {hazard}{pays}}}").paths(
        2, gone=[0.11, 0.11], **{"permit.word": [0.1, 0.9]}
    )
    assert [dated(run, path)[june] for path in (0, 1)] == pytest.approx([120e6, 48e6])


def test_depreciation_follows_what_was_spent(deal):
    tax = "tax: {host: {rate: 25 %, losses: carry_forward, paid: in_year}}"
    down = "depreciation: {method: straight_line, life: 10 months}}"
    change = CHANGE.replace("2026-12-31: 50 MUSD}}", "2026-12-31: 50 MUSD},\n           " + down)
    run = deal(f"{tax}\n{change}").paths(2, **{"permit.word": [0.1, 0.9]})
    worn = run.values["expand.depreciation"].sum(axis=0)
    assert worn == pytest.approx([55e6, 5e6])


def test_mean_and_variance_and_the_bridge(deal):
    """NPV = A + V·B: mean A + p·V, variance p(1 − p)·V², both within 4 standard errors."""
    made = deal(CHANGE)
    paths, p = 40_000, 0.7
    npv = simulate(assemble(made.plan), paths=paths, seed=5).measure["npv"]
    whole = sum(amount * discount(0.08, day) for day, amount in BOTH.items())
    alone = sum(amount * discount(0.08, day) for day, amount in total(rent(40, START), PLANS).items())
    sd = (p * (1 - p)) ** 0.5 * (whole - alone)
    assert made.contract.starts["permit"].moments() == pytest.approx((p, 0.21))
    assert abs(npv.mean() - (p * whole + (1 - p) * alone)) < 4 * sd / paths**0.5
    fourth = (1 - 3 * p * (1 - p)) / (p * (1 - p))
    assert abs(npv.var() - sd**2) < 4 * sd**2 * ((fourth - 1) / paths) ** 0.5
    result = value(made.path, paths=2_000, seed=5)
    steps = {step.step: step for step in result.tables.bridge}
    assert steps["volatility"].change == pytest.approx(0.0, abs=1e-3)
    assert steps["mean"].npv == pytest.approx(whole + steps["events"].change, rel=1e-9)
    assert result.tables.probability.starts["permit"]["refused"] == pytest.approx(0.3, abs=0.04)
    assert result.tables.probability.revoked == 0.0 and result.tables.survivors is None
    labels = {one.path: (one.label, one.value) for one in result.tables.assumptions}
    assert labels["risks.permit.base"] == ("Permit: in the base case", "approved")
    assert labels["clauses.expand.requires"] == ("Expand: paid on the condition of", "permit")


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ("phase: 3", "risks.permit.phase", "has no phase 3; there are 1: 40 MW"),
        ("phase: 0", "risks.permit.phase", ""),
        ("date: 2027-02-01", "risks.permit.date", "after 2027-01-01, when phase 2 of 'rent' begins"),
        ("date: 2026-06-01", "risks.permit.date", "is not after the valuation date"),
        ("of: rant", "risks.permit.of", "did you mean 'rent'?"),
        ("base: null", "risks.permit", "missing key 'base'"),
        ("later: {probability: 10 %, distribution: lognormal, mean: 3 months}", "risks.permit.later", "'sd'"),
        ("later: {probability: 10 %, distribution: uniform, least: 3 months, most: 2 months}", "risks.permit", "order"),
        ("later: {probability: 10 %, distribution: fixed, mean: 3 months, max: 4 months}", "risks.permit", "not 'max'"),
    ],
)
def test_slips_are_told_with_their_place(deal, change, place, words):
    with pytest.raises(SpecError) as told:
        deal_with(deal, change)
    assert any(problem.path.startswith(place) and words in problem.message for problem in told.value.problems), (
        told.value
    )


def deal_with(deal, change):
    """The small deal with one term of the permit changed."""
    key = change.split(":")[0]
    kept = [
        term for term in PERMIT.removeprefix("permit: {").removesuffix("}").split(", ") if term.split(":")[0] != key
    ]
    more = [] if change.endswith("null") else [change]
    return deal(f"{POWER}\nclauses:\n{EXPAND}\nrisks: {{permit: {{{', '.join(kept + more)}}}}}")


def test_what_never_fails_or_comes_twice_is_refused(deal):
    with pytest.raises(SpecError, match="acts on this phase of 'rent' already"):
        deal(CHANGE[:-1] + f", again: {PERMIT.removeprefix('permit: ')}}}")
    with pytest.raises(SpecError, match="the event itself names the lease"):
        deal(CHANGE.replace("clauses:\n", "clauses:\n  rent: {requires: permit}\n"))
    with pytest.raises(SpecError, match="steps down"):
        deal(CHANGE.replace("2027-01-01: 100 MW", "2027-01-01: 100 MW, 2027-06-01: 50 MW"))
    with pytest.raises(SpecError, match="did you mean 'permit'"):
        deal(CHANGE.replace("requires: permit", "requires: permits"))
    with pytest.raises(SpecError, match="must not pay for it too"):
        deal(CHANGE + "\ndiscount_rate: {value: 8 %/year, includes: [permit]}")


def test_a_share_of_what_is_not_built_is_refused(deal):
    end = "  end: {structure: terminal_value, payer: outside, payee: host, share: 20 %, of: expand}\n"
    with pytest.raises(SpecError, match="write 'requires: \\[permit\\]'"):
        deal(CHANGE.replace("clauses:\n", "clauses:\n" + end))
    made = deal(CHANGE.replace("clauses:\n", "clauses:\n" + end.replace("of: expand", "of: expand, requires: permit")))
    run = made.paths(2, **{"permit.word": [0.1, 0.9]})
    last = STOP - timedelta(1)
    assert dated(run, 0)[last] == pytest.approx(1e7 + 11e6)
    assert dated(run, 1)[last] == pytest.approx(4e6)
    assert np.isfinite(run.measure["npv"]).all()
