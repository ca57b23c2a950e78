"""Equipment refresh by hand: a loop over generations written out here, on the base case and on struck paths.

The small deal of 40 months from 1 October 2026 ends at position 43 of a grid that begins in July 2026. A hazard of 12
% a year with the exponential 0.01·x strikes x months after 30 June 2026.
"""

import math
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_deal import after, dated, months, same, total

from valuation.errors import SpecError

HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
START, END = date(2026, 10, 1), 43
GRID = months(date(2026, 7, 1), date(2030, 12, 31))


def text(terms, more=""):
    return f"""
dates: {{term: 40 months}}
clauses:
  rent: {{price: 0 USD/kW/month}}
  x: {{structure: equipment_refresh, payer: host, payee: outside, {terms}}}
risks: {{gone: {{{HAZARD}}}}}
{more}
"""


def by_hand(stop, every, cost=100e6, growth=0.0, resale=0.0, none=0, bought_first=False, first=3, known=0):
    """Cash by month end: generations every so many months from position ``first`` until the site ends at ``stop``,
    which is known from ``known`` months before on (a notice); before that it is the end of the term."""
    flows, in_use, k = {}, None, 0
    while first + k * every < 60:
        at = first + k * every
        price = cost * (1 + growth) ** (max(0, at - 3) // 12)
        foreseen = stop if at >= stop - known else END
        if k == 0 and not bought_first:
            in_use = price
        elif at < foreseen and at + none <= foreseen:
            day = GRID[at].last
            flows[day] = flows.get(day, 0.0) - price + resale * (in_use or 0.0)
            in_use = price
        k += 1
    if in_use is not None and resale:
        day = GRID[math.ceil(stop) - 1].last
        flows[day] = flows.get(day, 0.0) + resale * in_use
    return flows


@pytest.mark.parametrize(
    ("terms", "how"),
    [
        ("cost: 1 MUSD/MW, every: 12 months", {"every": 12}),
        ("cost: 100 MUSD, every: 12 months, index: {by: -8 %/year}", {"every": 12, "growth": -0.08}),
        ("cost: 4 MUSD/MW, power: 25 MW, every: 1 year, none_in_last: 4 months", {"every": 12, "none": 4}),
        ("cost: 100 MUSD, every: 12 months, none_in_last: 5 months", {"every": 12, "none": 5}),
        ("cost: 100 MUSD, every: 40 months", {"every": 40}),  # due when the term is over
        ("cost: 100 MUSD, every: 7 months, resale: 15 %", {"every": 7, "resale": 0.15}),
        (
            "cost: 100 MUSD, every: 7 months, resale: 15 %, index: {by: -8 %/year}, buys_first: true, from: 2026-11-01",
            {"every": 7, "resale": 0.15, "growth": -0.08, "bought_first": True, "first": 4},
        ),
        ("cost: 100 MUSD, every: 60 months, resale: 20 %", {"every": 60, "resale": 0.2}),  # only the first is sold
    ],
)
@pytest.mark.parametrize("strikes", [8.5, 14.9, 38.25, 900.0])
def test_generations(deal, terms, how, strikes):
    run = deal(text(terms)).paths(1, gone=[strikes / 100])
    same(dated(run, 0), by_hand(min(strikes, END), **how))


def test_by_numbers(deal):
    """100 M bought in October 2027, 2028, 2029 at 92, 84.64, 77.8688 M; the old sold at a tenth; the last in January
    2030, when the term of 40 months is over."""
    made = deal(text("cost: 100 MUSD, every: 1 year, index: {by: -8 %/year}, resale: 10 %"))
    same(
        made.flows(),
        {
            date(2027, 10, 31): -92e6 + 10e6,
            date(2028, 10, 31): -84.64e6 + 9.2e6,
            date(2029, 10, 31): -77.8688e6 + 8.464e6,
            date(2030, 1, 31): 7.78688e6,
        },
    )


def test_nothing_is_bought_while_a_notice_runs_out_within_the_last_months(deal):
    """Struck in August 2027 with six months of notice: the site ends in February 2028, known in October 2027."""
    made = deal(
        text("cost: 100 MUSD, every: 12 months, none_in_last: 5 months").replace("}}}", "}, notice: 6 months}}")
    )
    run = made.paths(2, gone=[0.135, 0.155])
    same(dated(run, 0), {})  # ends 4.5 months after 1 October
    same(dated(run, 1), {GRID[15].last: -100e6})  # not yet known then


@pytest.mark.parametrize("resale", [0.0, 0.1])
def test_each_generation_is_written_down_from_its_own_month(deal, resale):
    """Straight line over ten months, losses refunded: tax is the rate times what was deducted less what was sold."""
    made = deal(
        text(
            f"cost: 100 MUSD, every: 12 months, resale: {100 * resale:g} %, buys_first: true, index: {{by: -8 %/year}},"
            " depreciation: {method: straight_line, life: 10 months}",
            "tax: {host: {rate: 25 %, paid: in_year, losses: refunded}}",
        )
    )
    profit = {}
    for k in range(4):
        price = 100e6 * 0.92**k
        for m in range(10):
            day = after(START, 12 * k + m)
            day = date(2030, 1, 1) if day.year == 2030 else day  # written off in the year in which the term ends
            profit[day.year] = profit.get(day.year, 0.0) - price / 10
        sold = date(2030, 1, 1) if k == 3 else after(START, 12 * (k + 1))
        profit[sold.year] = profit.get(sold.year, 0.0) + resale * price
    same(made.flows("tax"), {date(year, 12, 31): -0.25 * amount for year, amount in profit.items()}, 1e-11)


def test_declining_balance_of_what_was_bought_on_a_struck_path(deal):
    """Struck in March 2028: one refresh in October 2027; a fifth of the balance each year, the rest when the term
    ends."""
    made = deal(
        text(
            "cost: 100 MUSD, every: 12 months, depreciation: {method: declining_balance, rate: 20 %/year}",
            "tax: {host: {rate: 25 %, paid: in_year, losses: refunded}}",
        )
    )
    run = made.paths(1, gone=[0.205])
    down = {2027: 20e6, 2028: 16e6, 2029: 12.8e6, 2030: 51.2e6}
    same(dated(run, 0, "tax"), {date(year, 12, 31): 0.25 * amount for year, amount in down.items()})


def test_foreign_money(deal):
    same(deal(text("cost: 10 MEUR, every: 36 months")).flows(), {date(2029, 10, 31): -13e6})


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.integers(1, 10**8), resale=st.integers(0, 100), every=st.integers(6, 50), strikes=st.floats(0.1, 50.0))
def test_both_sides_add_to_zero_and_it_is_linear(deal, amount, resale, every, strikes):
    one, other, doubled = (
        dated(
            deal(
                text(f"cost: {k * amount} USD, every: {every} months, resale: {resale} %").replace("outside", "state"),
                view=view,
            ).paths(1, gone=[strikes / 100]),
            0,
        )
        for k, view in ((1, "host"), (1, "state"), (2, "host"))
    )
    assert not any(total(one, other).values())
    same(doubled, {day: 2 * cash for day, cash in one.items()})


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("cost: 5 MUSD, every: 12 months, power: 3 MW", "'power' is for a cost per MW"),
        ("cost: 5 MUSD, every: 3 months", "below 6 months"),
        ("cost: 5 MUSD, every: 12.5 months", "whole number"),
        ("cost: 5 MUSD, every: 12 months, resale: 120 %", "above 100 %"),
    ],
)
def test_what_makes_no_sense_is_refused(deal, terms, message):
    with pytest.raises(SpecError, match=message):
        deal(text(terms))
