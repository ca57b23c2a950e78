"""A wind farm that was bought, on leased land, with a sale, a merchant sale in its place, a contract for difference and
a site to restore: every dated flow and the tax against a loop of its own."""

from __future__ import annotations

from datetime import date

import pytest
from small_deal import Month, dated, months, same, years_before

WEIGHTS = [1.25, 1.18, 1.12, 0.95, 0.85, 0.78, 0.72, 0.78, 0.92, 1.08, 1.17, 1.20]
FARM = f"""
parties: {{farm: F, buyer: B, seller: S, owner: O, exchange: E}}
view: farm
dates: {{start: 2026-10-12, term: 20 months}}
capacity: null
generation:
  capacity: 50 MW
  p50: 160 GWh/year
  month_shape: {WEIGHTS}
  degradation: 1 %/year
  availability: 96 %
  capture: {{rate: 90 %}}
clauses:
  rent: null
  ppa:
    structure: pay_as_produced
    payer: buyer
    payee: farm
    price: 50 USD/MWh
    share: 70 %
    index: {{by: 4 %/year}}
  tail: {{structure: pay_as_produced, payer: exchange, payee: farm, share: 30 %, spot: power}}
  merchant: {{structure: pay_as_produced, payer: exchange, payee: farm, spot: power, instead_of: ppa}}
  hedge:
    structure: cfd
    payer: buyer
    payee: farm
    strike: 42 EUR/MWh
    spot: power
    volume: {{of: produced, share: 30 %}}
  land:
    structure: land_lease
    payer: farm
    payee: owner
    rent: 4 kUSD/ha/year
    area: 30 ha
    from: 2026-07-20
    term: 3 years
    break: 2 months
    index: {{by: 2 %/year, from: 2026-07-01}}
  purchase:
    structure: acquisition
    payer: farm
    payee: seller
    price: 5 MUSD
    closing: 2026-05-15
    buys: assets
    transaction_costs: 2 %
    deferred: {{share: 30 %, rate: 7 %/year, repaid: {{2027-03-15: 50 %, 2028-01-10: 50 %}}}}
    earn_out: {{amount: 3 MUSD, due: 2027-12-20, unless: gone}}
    depreciation: {{method: straight_line, life: 15 months}}
  restore: {{structure: decommissioning, payer: farm, payee: outside, cost: 2 MUSD, wait: 1 months, deductible: true}}
tax:
  farm: {{rate: 25 %, losses: carry_forward, paid: in_year}}
risks:
  gone: {{process: hazard, rate: {{value: 12 %/year, evidence: historical}}, notice: 2 months, ends: [ppa]}}
  off: {{process: hazard, rate: {{value: 12 %/year, evidence: historical}}, ends: [hedge]}}
"""
STILL = "factors: {power: {slow: {volatility: 0 /sqrt(year)}}, eur: {volatility: 0 /sqrt(year)}}"
START, END, NEVER = date(2026, 10, 12), date(2028, 6, 12), 1e9


def position(day: date) -> float:
    """Months since 1 July 2026."""
    return 12 * (day.year - 2026) + day.month - 7 + (day.day - 1) / Month(day.replace(day=1)).days


def by_hand(gone: float, off: float) -> tuple[dict[date, float], dict[date, float]]:
    """Cash before tax and tax by date; the events strike so many months after 1 July 2026."""
    cash: dict[date, float] = {}
    tax: dict[date, float] = {}

    def pay(day: date, amount: float) -> None:
        cash[day] = cash.get(day, 0.0) + amount

    begin, end = position(START), position(END)
    pay(date(2026, 5, 15), -(0.7 * 5e6 + 0.02 * 5e6))
    owed, since, interest = 0.3 * 5e6, date(2026, 5, 15), {}
    for day in (date(2027, 3, 15), date(2028, 1, 10)):
        accrued = owed * (1.07 ** ((day - since).days / 365) - 1.0)
        pay(day, -(0.15 * 5e6 + accrued))
        interest[day.replace(day=1)] = accrued
        owed, since = owed - 0.15 * 5e6, day
    earned = 3e6 if gone > position(date(2027, 12, 21)) else 0.0
    pay(date(2027, 12, 20), -earned)
    balance, losses, year = 1.02 * 5e6, 0.0, 0.0
    for t, month in enumerate(months(date(2026, 7, 1), date(2028, 12, 31))):

        def share(start: float, stop: float, t: int = t) -> float:
            return max(0.0, min(stop, t + 1) - max(start, t))

        fx, spot = 1.1 if t < 7 else 1.3, 30.0 if t < 8 else 45.0
        years = years_before(START, month.first)
        volume = 160_000 / 12 * WEIGHTS[month.first.month - 1] / (sum(WEIGHTS) / 12) * 0.96 * 0.99**years
        whole, sold, hedged = share(begin, end), share(begin, min(end, gone + 2)), share(begin, min(end, off))
        ebitda = volume * 50.0 * 1.04**years * 0.7 * sold
        ebitda += volume * spot * 0.9 * fx * (0.3 * whole + 0.7 * (whole - sold))
        ebitda += volume * (42.0 - spot) * fx * 0.3 * hedged
        ground = 1.02 ** years_before(date(2026, 7, 1), month.first) * share(position(date(2026, 7, 20)), end + 2)
        ebitda -= 4000.0 * 30 / 12 * ground
        pay(month.last, ebitda)
        restored = 2e6 if t < end + 1 <= t + 1 else 0.0
        pay(month.last, -restored)
        worn = 1.02 * 5e6 / 15 if 3 <= t < 18 else 0.0
        if t >= 17:
            balance += earned if t == 17 else 0.0
            worn += earned / 15
        worn = balance if month.first == date(2028, 12, 1) else min(worn, balance)
        balance -= worn
        year += ebitda - restored - interest.get(month.first, 0.0) - worn
        if month.first.month == 12:
            used = min(losses, max(year, 0.0))
            tax[month.last] = -0.25 * max(year - used, 0.0)
            losses, year = losses + max(-year, 0.0) - used, 0.0
    return {day: x for day, x in cash.items() if x}, {day: x for day, x in tax.items() if x}


@pytest.mark.parametrize(("gone", "off"), [(NEVER, NEVER), (NEVER, 8.3), (9.4, NEVER), (14.25, 4.1)])
def test_every_flow_and_the_tax(deal, gone, off):
    """An event that ends the contract for difference, or the sale whose place another takes, leaves the site."""
    made = deal(FARM, STILL)
    run = made.paths(1, gone=[gone / 100], off=[off / 100])
    cash, tax = by_hand(gone, off)
    assert tax
    same(dated(run, 0), {day: x for day, x in cash.items() if day >= date(2026, 6, 30)}, 1e-11)
    same(dated(run, 0, "tax"), tax, 1e-11)
    if gone == off == NEVER:
        same(made.flows(), cash, 1e-11)
        same(made.flows("tax"), tax, 1e-11)
