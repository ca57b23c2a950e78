"""Proxy revenue swap: a fixed sum against volume × hub price, settled at the end of its calendar period."""

from datetime import date

import numpy as np
import pytest
from small_deal import dated, months, same

from valuation.spec import SpecError

TERM = [m for m in months(date(2026, 7, 1), date(2028, 12, 31)) if date(2026, 10, 1) <= m.first < date(2028, 10, 1)]
ENDS = {
    "monthly": lambda day: day,
    "quarterly": lambda day: months(date(day.year, (day.month - 1) // 3 * 3 + 3, 1), day.replace(month=12))[0].last,
    "yearly": lambda day: date(day.year, 12, 31),
}


def swap(terms=", settlement: quarterly", view="producer", volume="{baseload: 10 MW}", also=""):
    """A contract in euro that holds a swap of 2.4 million euro a year, for its payee or its payer."""
    return f"""
currency: EUR
parties: {{bank: Bank, producer: Producer, host: null, tenant: null}}
view: {view}
clauses:
  rent: null
  x: {{structure: proxy_revenue_swap, payer: bank, payee: producer, fixed_revenue: 2.4 MEUR/year, spot: power,
      volume: {volume}{terms}}}
{also}
"""


def forward(month):
    return 30.0 if month.first < date(2027, 3, 1) else 45.0


def settled(by_month, period):
    out = {}
    for day, amount in by_month.items():
        at = ENDS[period](day)
        out[at] = out.get(at, 0.0) + amount
    return out


@pytest.mark.parametrize("period", ["monthly", "quarterly", "yearly"])
class TestPeriods:
    def test_base_case(self, deal, period):
        made = deal(swap(f", settlement: {period}"))
        same(made.flows(), settled({m.last: 2e5 - forward(m) * 240 * m.days for m in TERM}, period))

    def test_path_by_path_with_an_event_inside_a_period(self, deal, period):
        """The rest of the period is settled at its end, also after the event in the middle of May 2027."""
        risk = "risks: {gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}}"
        run = deal(swap(f", settlement: {period}", also=risk)).paths(2, gone=[0.105, 9.0])
        for path, stop in enumerate((10.5, 99.0)):
            want = {}
            for n, m in enumerate(TERM):
                share = max(0.0, min(1.0, stop - (n + 3)))
                want[m.last] = (2e5 - float(run.values["power"][n + 3, path]) * 240 * m.days) * share
            same(dated(run, path), settled(want, period), 1e-10)

    def test_a_term_that_ends_inside_a_period(self, deal, period):
        """Until 14 August 2028: the rest is due at the end of August, September or December."""
        made = deal(swap(f", settlement: {period}", also="dates: {start: 2026-08-15}"))
        want = {}
        for m in months(date(2026, 8, 1), date(2028, 8, 31)):
            share = m.share(date(2026, 8, 15), date(2028, 8, 15))
            want[m.last] = (2e5 - forward(m) * 240 * m.days) * share
        same(made.flows(), settled(want, period))

    def test_both_sides_cancel_to_the_bit(self, deal, period):
        runs = [deal(swap(f", settlement: {period}", view)).paths(20) for view in ("producer", "bank")]
        assert np.array_equal(runs[0].cash, -runs[1].cash)


def test_lag_and_index(deal):
    """The sum grows 3 % after a year; a quarter is paid two months after its end, also the last one."""
    made = deal(swap(", settlement: quarterly, index: {by: inflation}, payment: {lag: 2 months}"))
    want = {}
    for n, m in enumerate(TERM):
        net = 2e5 * (1.03 if n >= 12 else 1.0) - forward(m) * 240 * m.days
        end = ENDS["quarterly"](m.last)
        due = months(end, date(2029, 12, 1))[2].last
        want[due] = want.get(due, 0.0) + net
    same(made.flows(), want)


def test_in_a_foreign_currency_at_the_rate_of_the_settlement(deal):
    """The sum of a quarter converts at the quarter's end: 1.1 dollars, from February 2027 1.3."""
    made = deal(swap().replace("currency: EUR", "currency: USD"))
    want = settled({m.last: 2e5 - forward(m) * 240 * m.days for m in TERM}, "quarterly")
    same(made.flows(), {day: x * (1.1 if day < date(2027, 2, 1) else 1.3) for day, x in want.items()})


def test_without_volatility_it_is_the_base_case(deal):
    made = deal(swap(), "factors: {power: {slow: {volatility: 0 /sqrt(year)}}}")
    same(dated(made.paths(1), 0), made.flows(), 1e-12)


def test_linear_in_the_sum_and_in_the_volume(deal):
    """One tenth of both is one tenth of it, and a sum that is dearer by a million brings a million a year more."""
    one = deal(swap()).paths(10).cash
    tenth = deal(swap(volume="{baseload: 1 MW}").replace("2.4 MEUR", "0.24 MEUR")).paths(10).cash
    assert tenth == pytest.approx(one / 10, rel=1e-12, abs=1e-9)
    dearer = deal(swap().replace("2.4 MEUR", "3.4 MEUR")).paths(10).cash
    assert (dearer - one).sum(axis=0) == pytest.approx(2e6, rel=1e-12)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ("x", "missing key 'settlement'"),
        ("x, settlement: monthly, payment: {in: advance}", "known when the period is over"),
        ("x, settlement: weekly", "quarterly"),
        ("x, settlement: monthly, survives: {gone: {}}", "hazard"),
    ],
)
def test_what_is_refused(deal, changed, message):
    with pytest.raises(SpecError, match=message):
        deal(swap(changed.removeprefix("x")))


def test_another_currency_is_refused(deal):
    with pytest.raises(SpecError, match="it is in NOK and the market price 'power' in EUR"):
        deal(swap().replace("2.4 MEUR", "24 MNOK"))
