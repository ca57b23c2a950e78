"""Grids that do not begin and end on month ends: valuation after as_of, as_of inside a month, a contract that already
runs, a term that ends inside a month.
"""

from datetime import date, timedelta

import numpy as np
import pytest
from small_deal import after, dated, discount, months, same

from valuation import timeline

PARTS = """
clauses:
  x: {structure: power_supply, payer: host, payee: supplier, spot: power, fixed_price: 50 USD/MWh,
      hedge: {volume: as_consumed, share: 60 %, of: consumption}}
  care: {structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year, index: {by: inflation}}
  build: {structure: capex, payer: host, payee: outside, cost: 200 MUSD, schedule: {2025-03-10: 50 %, 2026-12-10: 50 %},
          depreciation: {method: straight_line, life: 24 months}}
tax: {host: {rate: 25 %, paid: [02-15, 04-15]}}
capacity: {utilisation: use}
risks:
  use: {process: logit_ou, mean: 90 %, logit_sd: 0.6, reversion: 2 /year}
  count: {process: customers, start: 20, arrivals: 6 /year, churn: 25 %/year}
  gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, notice: 1 months}
"""
CASES = {
    "as_of and valuation on a month end": ("2026-06-30", "2026-06-30", "2026-10-01", 24),
    "valuation after as_of": ("2026-06-30", "2027-01-20", "2026-10-01", 24),
    "as_of inside a month": ("2026-06-10", "2026-06-10", "2026-10-12", 25),
    "both, running since last year": ("2026-06-10", "2026-08-15", "2025-05-20", 37),
    "on the first of a month": ("2026-07-01", "2026-07-01", "2026-07-01", 24),
    "on the day before the term ends": ("2026-06-30", "2027-10-10", "2026-10-12", 12),
}


@pytest.mark.parametrize("case", CASES)
def test_flows_by_date(deal, case):
    """Base case by date, sunk flows included, and each path's cash before tax from its own price, use and rate."""
    as_of, valuation, start, term = CASES[case]
    made = deal(f"dates: {{valuation: {valuation}, start: {start}, term: {term} months}}\n{PARTS}", f"as_of: {as_of}")
    plan, today = made.plan, date.fromisoformat(valuation)
    begin = date.fromisoformat(start)
    stop = after(begin, term)
    first = timeline.date_of(timeline.month_start(plan.first_month))
    assert first == min(date.fromisoformat(as_of) + timedelta(1), date(2025, 3, 1)).replace(day=1)
    grid = months(first, stop)
    waits = np.array([0.03, 9.0, 0.1])
    run = made.paths(3, gone=waits)
    waited = timeline.position_at_end(timeline.serial(today), plan.first_month) + 100 * waits
    struck = waited <= plan.months
    assert run.final["event_time"][struck] == pytest.approx(waited[struck])

    def cash(price, use, fx, event):
        flows = {}
        for t, m in enumerate(grid):
            ends = min(event + 1, timeline.position_at_start(timeline.serial(stop), plan.first_month))
            begins = timeline.position_at_start(timeline.serial(begin), plan.first_month)
            on = max(0.0, min(ends, t + 1) - max(begins, t))
            later = max(0.0, min(ends + 3 if event < 1e8 else ends, t + 1) - max(begins, t))
            whole = m.share(begin, stop)
            later, resold = min(later, whole), min(whole, 1.0) - on
            if event < 1e8:  # twelve months of resale after the notice
                resold = max(0.0, min(ends + 12, t + 1) - max(begins, t))
                resold = min(resold, whole) - on
            mwh = 100 * 24 * m.days * use[t]
            years = 0
            while after(begin, 12 * (years + 1)) <= m.first:
                years += 1
            spot = price[t] * fx[t]
            flows[m.last] = 1e7 * on - on * mwh * (0.6 * 50 + 0.4 * spot) - resold * mwh * 0.6 * (50 - spot)
            flows[m.last] -= 1e6 * later * 1.03**years
        for day in (date(2025, 3, 10), date(2026, 12, 10)):
            flows[day] = flows.get(day, 0.0) - 100e6
        return flows

    size = len(grid)
    base = {name: made.values.month[name][:size] for name in ("power", "use", "eur")}
    assert set(base["use"]) == {0.9}
    want = cash(base["power"], base["use"], base["eur"], 1e9)
    same(made.flows(), want, 1e-11)
    for path in range(3):
        values = [run.values[name][:size, path] for name in ("power", "use", "eur")]
        event = waited[path] if struck[path] else 1e9
        want = {day: amount for day, amount in cash(*values, event).items() if day >= today}
        same(dated(run, path), want, 1e-9)
        npv = sum(amount * discount(0.08, day, today) for day, amount in dated(run, path).items())
        assert run.measure["npv_pre_tax"][path] == pytest.approx(npv, rel=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_nothing_moves_before_as_of(deal, case):
    """Price, rate of exchange, use and customers stand at what is expected until then, and move after it."""
    as_of, valuation, start, term = CASES[case]
    made = deal(f"dates: {{valuation: {valuation}, start: {start}, term: {term} months}}\n{PARTS}", f"as_of: {as_of}")
    run, plan = made.paths(5), made.plan
    moves = timeline.month_number(timeline.serial(date.fromisoformat(as_of)) + 1.0) - plan.first_month
    assert plan.first_period == -moves
    for name in ("power", "eur"):
        before = run.values[name][:moves]
        assert before == pytest.approx(np.array(made.values.month[name][:moves])[:, None] * np.ones(5), rel=1e-12)
        assert (run.values[name][moves:].std(axis=1) > 0).all()
    assert (run.values["count"][:moves] == 20).all()
    assert (run.values["use"][: moves + 1].std(axis=1) > 0).all()  # it starts in its stationary law
    assert (run.values["use"][:moves] == run.values["use"][:1]).all()
    hazard = run.values["gone.integrated"]
    today = timeline.position_at_end(timeline.serial(date.fromisoformat(valuation)), plan.first_month)
    want = [0.01 * max(0.0, t + 1 - today) for t in range(plan.months)]
    assert hazard[:, 0] == pytest.approx(np.array(want), abs=1e-12)
