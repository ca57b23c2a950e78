"""A site of two owners whose second phase may be late and ends as much later, with equipment that is bought anew, on
leased land, to be restored: every dated flow and the tax of both owners against a loop of its own."""

from __future__ import annotations

from datetime import date

import pytest
from small_deal import dated, months, same, years_before

SITE = """
parties: {fund: Fund, owner: Landowner}
dates: {term: 24 months}
capacity: {contracted: {2026-10-01: 40 MW, 2027-04-01: 100 MW}}
clauses:
  rent: {escalator: 3 %/year, lease: triple_net}
  care: {structure: fixed_cost, payer: host, payee: outside, price: 9 USD/kW/month}
  yearly: {structure: fixed_cost, payer: host, payee: outside, price: 1.2 MUSD/year}
  build:
    structure: capex
    payer: host
    payee: outside
    cost: 0.2 MUSD/MW
    schedule: {from: 2026-07-31, months: 2}
    depreciation: {method: straight_line, life: 5 years}
  again:
    structure: equipment_refresh
    payer: host
    payee: outside
    cost: 9 MUSD
    every: 12 months
    none_in_last: 4 months
    resale: 20 %
    index: {by: -8 %/year}
    depreciation: {method: straight_line, life: 10 months}
  land: {structure: land_lease, payer: host, payee: owner, rent: 600 kUSD/year, break: 2 months}
  restore: {structure: decommissioning, payer: host, payee: outside, cost: 7 MUSD, wait: 3 months, deductible: true}
  end: {structure: terminal_value, payer: outside, payee: host, amount: 5 MUSD}
  fund: {structure: joint_venture, payer: host, payee: fund, share: 49 %}
tax:
  host: {rate: 25 %, losses: carry_forward, paid: in_year}
risks:
  late:
    process: delay
    of: rent
    phase: 2
    delay: {probability: 50 %, distribution: fixed, mean: 5.5 months}
    end: moves
"""


def by_hand(late: float) -> tuple[dict[date, float], dict[date, float]]:
    """Cash before tax and tax of the venture by date. Months count from 1 July 2026: the site begins at 3."""
    cash: dict[date, float] = {}
    tax: dict[date, float] = {}
    end, balance, equipment, losses, year, in_use = 27.0 + late, 20e6, 0.0, 0.0, 0.0, 9e6
    bought: list[tuple[int, float]] = []
    for t, month in enumerate(months(date(2026, 7, 1), date(2029, 12, 31))):

        def share(start: float, stop: float, t: int = t) -> float:
            return max(0.0, min(stop, t + 1) - max(start, t))

        years = max(0, years_before(date(2026, 10, 1), month.first)) if t >= 3 else 0
        mw = 40.0 * share(3, 27) + 60.0 * share(9 + late, end)
        rent = mw * 1000 * 100.0 * 1.03**years
        reimbursed = 50e3 * share(
            3, end
        )  # the tenant bears the land while he is there; and the care, and the yearly cost
        ground = 50e3 * share(3, end + 2)
        ebitda = rent + reimbursed - ground
        flow, taxable = ebitda, ebitda
        if t in (1, 0):
            flow -= 10e6
        if t < end <= t + 1:
            flow += 5e6
        if t < end + 3 <= t + 1:
            flow, taxable = flow - 7e6, taxable - 7e6
        price = 9e6 * 0.92**years
        if t in (15, 27) and t + 4 <= end:
            flow, taxable = flow - price + 0.2 * in_use, taxable + 0.2 * in_use
            in_use = price
            bought.append((t, price))
            equipment += price
        if t < end <= t + 1:
            flow, taxable = flow + 0.2 * in_use, taxable + 0.2 * in_use
        last_year = month.first.month == 12 and t + 1 >= end
        worn = 20e6 / 60 if 3 <= t < 63 else 0.0
        worn = balance if last_year else min(worn, balance)
        balance -= worn
        new = sum(price / 10 for at, price in bought if at <= t < at + 10)
        new = equipment if last_year else min(new, equipment)
        equipment -= new
        year += taxable - worn - new
        if month.first.month == 12:
            used = min(losses, max(year, 0.0))
            tax[month.last] = -0.25 * max(year - used, 0.0)
            losses, year = losses + max(-year, 0.0) - used, 0.0
        cash[month.last] = flow
    return {day: x for day, x in cash.items() if x}, {day: x for day, x in tax.items() if x}


@pytest.mark.parametrize("late", [0.0, 5.5])
@pytest.mark.parametrize(("view", "part"), [("host", 0.51), ("fund", 0.49)])
def test_every_flow_and_the_tax(deal, late, view, part):
    made = deal(SITE, view=view)
    run = made.paths(1, **{"late.delay.word": [0.1 if late else 0.9]})
    for book, whole in zip(("cash", "tax"), by_hand(late), strict=True):
        want = {day: part * amount for day, amount in whole.items()}
        assert want
        same(dated(run, 0, book), want, 1e-11)
        if not late:
            same(made.flows(book), want, 1e-11)
