"""Clauses and events together, on chosen paths, against amounts written down by hand."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from small_deal import _yaml, after, dated, dates_as_text, merged, months

from valuation.errors import SpecError


def both(*snippets: str) -> str:
    """Snippets of the contract language laid over one another."""
    tree: dict = {}
    for snippet in snippets:
        tree = merged(tree, dates_as_text(_yaml().load(snippet)))
    out = StringIO()
    _yaml().dump(tree, out)
    return out.getvalue()


LAND = """
clauses:
  rent: {renewals: [{term: 3 months, probability: 50 %%}], price: 0 USD/kW/month}
  land: {structure: land_lease, payer: host, payee: grid, rent: 1200 USD/year%s}
dates: {term: 12 months}
"""


@pytest.mark.parametrize(("drawn", "length"), [(0.9, 12), (0.1, 15)])
@pytest.mark.parametrize(("way_out", "more"), [("", 0), (", break: 2 months", 2)])
def test_land_without_a_term_of_its_own_follows_the_renewals(deal, drawn, length, way_out, more):
    run = deal(LAND % way_out).paths(1, **{"rent.renewal_1.uniform": [drawn]})
    first = date(2026, 10, 1)
    assert dated(run, 0) == {
        month.last: pytest.approx(-100.0) for month in months(first, after(first, length + more - 1))
    }


TWO = """
capacity: {contracted: 100 MW}
dates: {term: 12 months}
clauses:
  rent: {contracted: 40 MW, price: 0 USD/kW/month}
  hall: {structure: capacity_lease, payer: state, payee: host, lease: gross, contracted: 60 MW, price: 0 USD/kW/month}
"""
MOVED = """
clauses:
  rent: {renewals: [{term: 3 months, probability: 50 %}]}
risks:
  late:
    process: delay
    of: hall
    phase: all
    delay: {probability: 50 %, distribution: fixed, mean: 5 months}
    end: moves
"""


def test_an_end_that_moves_beside_one_that_may_lapse_is_refused(deal):
    with pytest.raises(SpecError, match="cannot move with its start beside 'rent', whose renewal may lapse") as refused:
        deal(both(TWO, MOVED))
    assert [problem.path for problem in refused.value.problems] == ["risks.late.end"]
    assert "probability of 100 %" in str(refused.value)
    for mended in ("{risks: {late: {end: fixed}}}", "{clauses: {rent: {renewals: [{term: 3 months}]}}}"):
        assert deal(both(TWO, MOVED, mended)).plan


EMPTY = """
clauses:
  restore: {structure: decommissioning, payer: host, payee: outside, cost: 777 USD}
  end: {structure: terminal_value, payer: outside, payee: host, amount: 555 USD}
  yearly: {structure: fixed_cost, payer: host, payee: outside, price: 1200 USD/year}
  again: {structure: equipment_refresh, payer: host, payee: outside, cost: 99 USD, every: 6 months, resale: 50 %}
  land: {structure: land_lease, payer: host, payee: grid, rent: 12 USD/year}
risks:
  letter: {process: conversion, probability: {value: 65 %, status: assumption}, decided: 2026-09-15, ends: [rent]}
  gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, ends: [hall]}
"""
OWN = "clauses: {land: {from: 2026-10-01, term: 3 years, break: 1 months}}"


@pytest.mark.parametrize("converted", [True, False])
@pytest.mark.parametrize("ended", [True, False])
def test_a_lease_that_never_begins_keeps_no_site_going(deal, converted, ended):
    """The other lease ends after 5.5 months, in the middle of December: on a path without the first nothing is let from
    then on, so no equipment is bought, the site is restored, the yearly cost is wound up, no value is left."""
    run = deal(both(TWO, EMPTY, OWN)).paths(
        1, **{"gone": [0.055 if ended else 9.0], "letter.word": [0.1 if converted else 0.9]}
    )
    stop, flows = (5.5 if ended and not converted else 15.0), {}
    for place, month in enumerate(months(date(2026, 7, 1), date(2027, 12, 1))):
        rent_of_land = min(max(stop + 1.0 - place, 0.0), 1.0) if place >= 3 else 0.0
        yearly = min(max(min(stop + 3.0, 15.0) - place, 0.0), 1.0) if place >= 3 else 0.0
        flow = -100.0 * yearly - 1.0 * rent_of_land
        if place < stop <= place + 1:
            flow += 49.5 - 777.0
        if place == 9 and stop == 15.0:
            flow += 49.5 - 99.0  # half a year after the start a generation is bought, and the old sold
        if place == 14 and stop == 15.0:
            flow += 555.0
        flows[month.last] = flow
    assert dated(run, 0) == pytest.approx({day: flow for day, flow in flows.items() if flow})


def test_where_nothing_begins_at_all_what_requires_nothing_goes_on(deal):
    alone = "clauses: {hall: null}\nrisks: {gone: {ends: [rent]}}"
    only = both(TWO, EMPTY, OWN, "clauses: {rent: {contracted: null}}", alone)
    run = deal(only).paths(1, **{"gone": [0.055], "letter.word": [0.9]})
    assert sum(dated(run, 0).values()) == pytest.approx(-1200.0 - 13.0 - 777.0 + 555.0 - 99.0 + 2 * 49.5)


PHASES = """
dates: {term: 12 months}
capacity: {contracted: {2026-10-01: 40 MW, 2027-04-01: 100 MW}}
clauses: {rent: {phase_term: 12 months, price: 0 USD/kW/month}}
risks:
  permit:
    process: approval
    of: rent
    phase: 2
    probability: {value: 70 %, status: assumption}
    date: 2026-12-31
    base: refused
"""


@pytest.mark.parametrize("approved", [True, False])
def test_the_site_ends_with_the_last_phase_that_comes(deal, approved):
    """A year from October, and with the second phase half a year longer."""
    made = deal(both(EMPTY, PHASES, OWN, "risks: {letter: null, gone: null}"))
    run = made.paths(1, **{"permit.word": [0.1 if approved else 0.9]})
    last, flows = (21 if approved else 15), {}
    for place, month in enumerate(months(date(2026, 7, 1), date(2028, 12, 1)), 1):
        flow = -100.0 * (3 < place <= last) - 1.0 * (3 < place <= last + 1)
        flow += 49.5 - 99.0 if place in (10, 16) and place < last else 0.0
        flow += 49.5 - 777.0 + 555.0 if place == last else 0.0
        flows[month.last] = flow
    assert dated(run, 0) == pytest.approx({day: flow for day, flow in flows.items() if flow})
    if not approved:  # which the base case takes
        assert made.flows() == pytest.approx(dated(run, 0))


LATER = """
clauses:
  rent: {phase_term: 18 months}
  end: {structure: terminal_value, payer: outside, payee: host, amount: 555 USD}
  yearly: {structure: fixed_cost, payer: host, payee: outside, price: 1200 USD/year}
risks:
  letter: {process: conversion, probability: {value: 65 %, status: assumption}, decided: 2026-09-15, ends: [rent]}
"""


@pytest.mark.parametrize(("converted", "last"), [(True, 21), (False, 15)])
def test_the_site_ends_with_the_last_lease_that_begins(deal, converted, last):
    """The lease that may never begin would run for half a year more than the other."""
    run = deal(both(TWO, LATER)).paths(1, **{"letter.word": [0.1 if converted else 0.9]})
    every = [month.last for month in months(date(2026, 7, 1), date(2028, 12, 1))]
    flows = dict.fromkeys(every[3:last], -100.0)
    flows[every[last - 1]] += 555.0
    assert dated(run, 0) == pytest.approx(flows)


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("renewed", [True, False])
def test_phases_that_may_not_come_beside_a_renewal_that_may_lapse(deal, approved, renewed):
    more = """
    capacity: {contracted: {2026-10-01: 60 MW, 2027-04-01: 100 MW}}
    clauses:
      rent: {contracted: {2026-10-01: 40 MW, 2027-04-01: 80 MW}}
      hall: {contracted: 20 MW, renewals: [{term: 3 months, probability: 50 %}]}
      end: {structure: terminal_value, payer: outside, payee: host, amount: 555 USD}
      yearly: {structure: fixed_cost, payer: host, payee: outside, price: 1200 USD/year}
    """
    drawn = {"permit.word": [0.1 if approved else 0.9], "hall.renewal_1.uniform": [0.1 if renewed else 0.9]}
    run = deal(both(TWO, PHASES, more)).paths(1, **drawn)
    last = 21 if approved else 18 if renewed else 15
    every = [month.last for month in months(date(2026, 7, 1), date(2028, 12, 1))]
    flows = dict.fromkeys(every[3:last], -100.0)
    flows[every[last - 1]] += 555.0
    assert dated(run, 0) == pytest.approx(flows)


def test_what_was_never_bought_is_not_written_down(deal):
    """Assets whose purchase requires the letter: on a path without it there is no price, and no deduction of it."""
    bought = """
    clauses:
      hall: {contracted: 60 MW, price: 1 USD/kW/month}
      purchase:
        structure: acquisition
        payer: host
        payee: grid
        price: 4 MUSD
        closing: 2026-09-25
        buys: assets
        requires: letter
        depreciation: {method: straight_line, life: 10 months}
    tax: {host: {rate: 25 %, losses: refunded, paid: in_year}}
    risks:
      letter: {process: conversion, probability: {value: 65 %, status: assumption}, decided: 2026-09-15, ends: [rent]}
    """
    made = deal(both(TWO, bought))
    for word, price in ((0.1, 4e6), (0.9, 0.0)):
        run = made.paths(1, **{"letter.word": [word]})
        cash, tax = dated(run, 0), dated(run, 0, "tax")
        assert cash.get(date(2026, 9, 25), 0.0) == -price
        first, second = 3 * 60e3 - 0.3 * price, 9 * 60e3 - 0.7 * price
        assert tax == pytest.approx({date(2026, 12, 31): -0.25 * first, date(2027, 12, 31): -0.25 * second})


@pytest.mark.parametrize(("which", "served"), [(1, (9, 21)), (2, (3, 15))])
def test_a_usage_fee_is_earned_while_some_phase_is_served(deal, which, served):
    """A phase that is refused leaves the other: the first from October for a year, or the second half a year later."""
    gpus = """
    clauses:
      rent: {payer: outside, payee: tenant}
      gpus:
        structure: usage_fee
        payer: outside
        payee: tenant
        generations: [{from: 2026-10-01, units: 1000 GPU, price: 1 USD/GPU/hour, decay: 0 %/year}]
    view: tenant
    """
    made = deal(both(PHASES, gpus, f"risks: {{permit: {{phase: {which}, date: 2026-09-15}}}}"))
    run = made.paths(1, **{"permit.word": [0.9]})
    every = months(date(2026, 7, 1), date(2028, 12, 1))[slice(*served)]
    assert dated(run, 0) == pytest.approx({month.last: 0.9 * 1000 * 24 * month.days for month in every})


def test_a_share_of_a_venture_requires_nothing(deal):
    shared = """
    parties: {fund: Fund}
    clauses: {jv: {structure: joint_venture, payer: host, payee: fund, share: 49 %, requires: letter}}
    risks: {letter: {process: conversion, probability: {value: 65 %, status: assumption}, decided: 2026-09-15}}
    """
    with pytest.raises(SpecError, match="let what the venture pays require it") as refused:
        deal(shared)
    assert [problem.path for problem in refused.value.problems] == ["clauses.jv.requires"]
