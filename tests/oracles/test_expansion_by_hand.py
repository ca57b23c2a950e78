"""An expansion that must be approved, late perhaps, with an investment that requires it, depreciation, and payments
when the lease is revoked, by capex or by months of rent: every flow and the tax against a loop of its own."""

from __future__ import annotations

from datetime import date

import pytest
from small_deal import dated, months, same, years_before

SITE = """
dates: {term: 24 months}
capacity: {contracted: {2026-10-01: 40 MW, 2027-04-01: 100 MW}}
clauses:
  rent: {escalator: 3 %/year, termination_fee: {2026-10-01: 7 months, 2027-08-01: 3 months}}
  care: {structure: fixed_cost, payer: host, payee: outside, price: 9 USD/kW/month}
  build:
    structure: capex
    payer: host
    payee: outside
    schedule: {2026-08-15: 30 MUSD}
    depreciation: {method: declining_balance, rate: 20 %/year}
  expand:
    structure: capex
    payer: host
    payee: outside
    schedule: {2026-11-10: 4 MUSD, 2027-01-20: 15 MUSD, 2027-03-25: 9 MUSD}
    requires: permit
    depreciation: {method: straight_line, life: 30 months}
  purchase: {structure: acquisition, payer: host, payee: grid, price: 8 MUSD, closing: 2026-06-10, buys: shares}
  end: {structure: terminal_value, payer: outside, payee: host, amount: 5 MUSD}
tax:
  host: {rate: 25 %, losses: carry_forward, paid: in_year}
risks:
  permit:
    process: approval
    of: rent
    phase: 2
    probability: {value: 70 %, status: assumption}
    date: 2026-12-31
    later: {probability: 40 %, distribution: fixed, mean: 2.25 months}
    base: approved
  gone:
    process: hazard
    rate: {value: 12 %/year, evidence: historical}
    notice: 2.5 months
    compensation: {payer: state, payee: host, share: 60 %, of: capex_straight_line, lag: 3 months}
"""
NEVER = 1e9


def by_hand(approved: bool, late: float, gone: float, of: str) -> tuple[dict[date, float], dict[date, float]]:
    """Months count from 1 July 2026: the phases begin at 3 and 9, the decision is due at the end of 31 December, 6."""
    cash: dict[date, float] = {}
    tax: dict[date, float] = {}

    def pay(day: date, amount: float) -> None:
        cash[day] = cash.get(day, 0.0) + amount

    pay(date(2026, 8, 15), -30e6)
    pay(date(2026, 11, 10), -4e6)
    spent = [(4, 4e6)]
    if approved:
        decided = 6.0 + late
        for t, day, amount in ((6, date(2027, 1, 20), 15e6), (8, date(2027, 3, 25), 9e6)):
            at = t + (day.day - 1) / 31
            waits = at < decided - 1e-9
            put_off = months(date(2026, 7, 1), date(2027, 12, 31))[int(decided)].last
            pay(put_off if waits else day, -amount)
            spent.append((int(decided) if waits else t, amount))
    stop, end = gone + 2.5, 27.0
    pool, other, losses, year = 0.0, 0.0, 0.0, 0.0
    for t, month in enumerate(months(date(2026, 7, 1), date(2029, 12, 31))):

        def share(start: float, until: float, t: int = t) -> float:
            return max(0.0, min(until, t + 1) - max(start, t))

        years = years_before(date(2026, 10, 1), month.first) if t >= 3 else 0
        opens = 9.0 + late if approved else NEVER

        def power(until: float, opens: float = opens) -> float:
            return 40.0 * share(3, min(until, end)) + 60.0 * share(opens, min(until, end))

        rent = power(stop) * 1e5 * 1.03**years
        care = power(stop + 3) * 9e3  # a wind-up of three months
        pay(month.last, rent - care)
        taxable = rent - care
        if t <= stop < t + 1 and stop < end:
            added = [(40.0, 3), (60.0, 9)] if approved else [(40.0, 3)]
            if of == "capex_straight_line":
                owed = sum(58e6 * mw / 100 * (27 - max(stop, begin)) / (27 - begin) for mw, begin in added)
            else:
                level = sum(mw for mw, begin in [(40.0, 3.0), (60.0, opens)] if begin <= stop) * 1e5
                owed = level * 1.03**years * (7 if t < 13 else 3)
            taxable += 0.6 * owed
            later = months(date(2026, 7, 1), date(2029, 12, 31))[int(stop + 3)]
            pay(later.last, 0.6 * owed)
        if t == 26 and stop >= end:
            pay(month.last, 5e6)
        pool += 30e6 if t == 1 else 0.0
        other += sum(amount for at, amount in spent if at == t)
        december = month.first.month == 12
        final = december and t + 1 >= end
        worn = pool * (1.0 if final else 0.2) if december else 0.0
        pool -= worn
        line = sum(amount / 30 for at, amount in spent if max(at, 3) <= t < max(at, 3) + 30)
        line = other if final else min(line, other)
        other -= line
        year += taxable - worn - line
        if december:
            used = min(losses, max(year, 0.0))
            tax[month.last] = -0.25 * max(year - used, 0.0)
            losses, year = losses + max(-year, 0.0) - used, 0.0
    return {day: x for day, x in cash.items() if x}, {day: x for day, x in tax.items() if x}


@pytest.mark.parametrize("of", ["capex_straight_line", "termination_fee"])
@pytest.mark.parametrize("gone", [NEVER, 8.2, 13.75])
@pytest.mark.parametrize(("approved", "late"), [(True, 0.0), (True, 2.25), (False, 0.0)])
def test_every_flow_and_the_tax(deal, approved, late, gone, of):
    made = deal(SITE.replace("of: capex_straight_line", f"of: {of}"))
    drawn = {"permit.word": [0.1 if approved else 0.9], "permit.later.word": [0.1 if late else 0.9]}
    run = made.paths(1, gone=[gone / 100], **drawn)
    cash, tax = by_hand(approved, late, gone, of)
    same(dated(run, 0), cash, 1e-11)
    same(dated(run, 0, "tax"), tax, 1e-11)
    if approved and not late and gone == NEVER:
        sunk = {date(2026, 6, 10): -8e6}
        same(made.flows(), sunk | cash, 1e-11)
        same(made.flows("tax"), tax, 1e-11)
