"""An investment that a delay of construction moves, by hand: on time, by whole months, by fractions of one.

Position p of the grid is p months after 30 June 2026; phase 2 of the small deal is due in January 2027 (position 6).
The waits are chosen: of an exponential with mean 6 months the length 6·x.
"""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_deal import after, dated, months, same

from valuation.appraisal.base import Base
from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate

START = date(2026, 10, 1)
TODAY = date(2026, 6, 30)
GRID = months(date(2026, 1, 1), date(2031, 12, 31))
WAIT = "delay: {probability: 60 %, distribution: exponential, mean: 6 months, max: 30 months}"
LATE = f"process: delay, of: rent, phase: 2, {WAIT}"
TAX = "tax: {host: {rate: 25 %, paid: in_year, losses: refunded}}"


def text(build, late=LATE, more=""):
    return f"""
capacity: {{contracted: {{2026-10-01: 40 MW, 2027-01-01: 100 MW}}}}
clauses:
  rent: {{price: 0 USD/kW/month}}
  build: {{structure: capex, payer: host, payee: outside, delayed_by: late, {build}}}
risks: {{late: {{{late}}}}}
{more}
"""


def drawn(*delays):
    """Draws that give each path its delay in months; None is no delay."""
    return {
        "late.delay.word": [0.61 if delay is None else 0.59 for delay in delays],
        "late.delay.length": [(delay or 99.0) / 6.0 for delay in delays],
    }


def share(shape, x):
    return 3 * x**2 - 2 * x**3 if shape == "s_curve" else x


def by_month(amount, shape, first, count, delay):
    """Late payments of monthly parts: of those dated after today the share that is due by each month's end."""
    settled = sum(after(first, k) <= TODAY for k in range(count))
    out, before = (
        {after(first, k): amount * (share(shape, (k + 1) / count) - share(shape, k / count)) for k in range(settled)},
        settled,
    )
    for m in GRID:
        parts = (m.first.year - first.year) * 12 + m.first.month - first.month + 1 - delay
        done = min(max(parts, settled), count)
        out[m.last] = out.get(m.last, 0.0) + amount * (share(shape, done / count) - share(shape, before / count))
        before = done
    return {day: x for day, x in out.items() if x}


def by_date(parts, delay):
    """Late payments of parts by date: at the end of the month in which the date plus the delay lies."""
    out = {}
    for day, amount in parts.items():
        if day <= TODAY:
            out[day] = amount
            continue
        month = months(day, day)[0]
        position = (month.first.year - 2026) * 12 + month.first.month - 1 + (day.day - 1) / month.days + delay
        last = GRID[int(position)].last
        out[last] = out.get(last, 0.0) + amount
    return out


def wear(payments, life, end=date(2028, 12, 31)):
    """Straight line of each payment from the later of its month and October 2026; the rest with the last tax year, and
    what is paid after it at the end of its own year."""
    out = {}
    for day, amount in payments.items():
        first = max(day, START).replace(day=1)
        for k in range(life):
            last = after(first, k + 1) - timedelta(1)
            if last < end:
                out[last] = out.get(last, 0.0) + amount / life
        gone = sum(amount / life for k in range(life) if after(first, k + 1) - timedelta(1) < end)
        year = max(end, date(day.year, 12, 31))
        out[year] = out.get(year, 0.0) + amount - gone
    return {day: x for day, x in out.items() if abs(x) > 1e-6}


def minus(flows, since=TODAY):
    return {day: -x for day, x in flows.items() if day >= since}


class TestMonthlyParts:
    @pytest.mark.parametrize("delay", [1.0, 2.25, 7.0, 30.0])
    @pytest.mark.parametrize(
        ("shape", "first", "count"),
        [("equal", date(2026, 7, 31), 6), ("s_curve", date(2026, 8, 15), 5), ("s_curve", date(2026, 4, 30), 6)],
    )
    def test_each_falls_due_later_by_the_delay(self, deal, shape, first, count, delay):
        """The third begins before the valuation: what was paid in April, May and June stays there and is sunk."""
        build = f"cost: 60 MUSD, schedule: {{from: {first}, months: {count}, shape: {shape}}}"
        run = deal(text(build)).paths(1, **drawn(delay))
        same(dated(run, 0), minus(by_month(60e6, shape, first, count, delay)), 1e-13)

    def test_a_fraction_of_a_month_in_numbers(self, deal):
        """A quarter of a month: 45 of each 60 stay in their month, 15 go to the next."""
        run = deal(text("cost: 120 MUSD, schedule: {from: 2026-07-31, months: 2}")).paths(1, **drawn(0.25))
        same(dated(run, 0), {date(2026, 7, 31): -45e6, date(2026, 8, 31): -60e6, date(2026, 9, 30): -15e6})

    def test_no_more_than_the_wait_can_be(self, deal):
        run = deal(text("cost: 60 MUSD, schedule: {from: 2026-07-31, months: 2}")).paths(1, **drawn(50.0))
        same(dated(run, 0), {date(2029, 1, 31): -30e6, date(2029, 2, 28): -30e6})

    def test_at_most_by_the_long_stop(self, deal):
        """Later than that the phase never comes; what is built for it all the same is late by no more."""
        late = LATE.replace(", max: 30 months", "") + ", long_stop: 9 months"
        run = deal(text("cost: 60 MUSD, schedule: {from: 2026-07-31, months: 2}", late)).paths(2, **drawn(8.0, 40.0))
        same(dated(run, 0), {date(2027, 3, 31): -30e6, date(2027, 4, 30): -30e6})
        same(dated(run, 1), {date(2027, 4, 30): -30e6, date(2027, 5, 31): -30e6})

    def test_what_requires_it_stops_at_the_long_stop(self, deal):
        """The phase was due in January 2027; nine months later the tenant leaves and nothing more is built."""
        late = LATE.replace("max: 30 months", "max: 11 months") + ", long_stop: 9 months"
        build = "requires: late, cost: 60 MUSD, schedule: {from: 2026-11-30, months: 3}"
        run = deal(text(build, late)).paths(2, **drawn(9.0, 9.5))
        same(dated(run, 0), {date(2027, 8, 31): -20e6, date(2027, 9, 30): -20e6, date(2027, 10, 31): -20e6})
        same(dated(run, 1), {date(2027, 8, 31): -20e6})

    def test_a_lag_puts_it_off_again(self, deal):
        build = "payment: {lag: 30 days}, cost: 60 MUSD, schedule: {from: 2026-07-31, months: 1}"
        run = deal(text(build)).paths(2, **drawn(3.0, None))
        same(dated(run, 0), {date(2026, 11, 30): -60e6})
        same(dated(run, 1), {date(2026, 8, 30): -60e6})


class TestPartsByDate:
    PARTS = {date(2026, 6, 10): 5e6, date(2026, 6, 30): 6e6, date(2026, 7, 1): 7e6, date(2026, 9, 15): 8e6}

    @pytest.mark.parametrize("delay", [0.25, 1.0, 1.6, 12.0])
    def test_each_falls_due_later_by_the_delay(self, deal, delay):
        parts = ", ".join(f"{day}: {amount:.0f} USD" for day, amount in self.PARTS.items())
        run = deal(text(f"schedule: {{{parts}}}")).paths(1, **drawn(delay))
        same(dated(run, 0), minus(by_date(self.PARTS, delay)))

    def test_shares_of_a_foreign_cost_at_the_rate_of_the_month_in_which_they_are_paid(self, deal):
        made = deal(text("cost: 60 MEUR, schedule: {2026-10-31: 40 %, 2026-11-30: 60 %}"))
        run = made.paths(1, **drawn(4.0))
        euro = run.values["eur"][:, 0]
        same(dated(run, 0), {date(2027, 2, 28): -24e6 * euro[7], date(2027, 3, 31): -36e6 * euro[8]})


class TestOnTime:
    BUILD = "cost: 60 MUSD, contingency: 10 %, schedule: {from: 2026-07-15, months: 4, shape: s_curve}"

    def test_it_is_paid_on_its_dates_and_so_is_the_base_case(self, deal):
        made = deal(text(self.BUILD))
        still = resolve(made.contract, events=False)
        agreed = deal(text(self.BUILD).replace("delayed_by: late, ", "")).flows()
        assert agreed.keys() == {date(2026, month, 15) for month in (7, 8, 9, 10)}
        same(dated(made.paths(1, **drawn(None)), 0), agreed)
        same(made.flows(), agreed)
        assert Base.of(still).npv == pytest.approx(Base.of(made.plan).npv, rel=1e-14)

    def test_other_phases_and_investments_stay(self, deal):
        more = "  other: {structure: capex, payer: host, payee: outside, schedule: {2026-12-31: 9 MUSD}}"
        made = deal(text("cost: 60 MUSD, schedule: {2026-07-31: 100 %}").replace("risks:", f"{more}\nrisks:"))
        same(dated(made.paths(1, **drawn(2.0)), 0), {date(2026, 9, 30): -60e6, date(2026, 12, 31): -9e6})


class TestTax:
    @pytest.mark.parametrize("delay", [None, 1.0, 3.5, 12.0])
    @pytest.mark.parametrize("life", [3, 18, 60])
    @pytest.mark.parametrize(
        ("schedule", "paid"),
        [
            ("{from: 2026-05-31, months: 6, shape: s_curve}",
             lambda d: by_month(60e6, "s_curve", date(2026, 5, 31), 6, d)),
            ("{from: 2026-07-31, months: 5}", lambda d: by_month(60e6, "equal", date(2026, 7, 31), 5, d)),
            ("{2026-08-10: 25 %, 2027-01-31: 75 %}",
             lambda d: by_date({date(2026, 8, 10): 15e6, date(2027, 1, 31): 45e6}, d)),
        ],
    )  # fmt: skip
    def test_straight_line(self, deal, schedule, paid, life, delay):
        terms = f"cost: 60 MUSD, schedule: {schedule}, depreciation: {{method: straight_line, life: {life} months}}"
        made = deal(text(terms, more=TAX))
        down = made.paths(1, **drawn(delay)).values["build.depreciation"][:, 0]
        same(dict(zip(made.month("build.depreciation"), down, strict=True)), wear(paid(delay or 0.0), life), 1e-9)

    def test_foreign_money_is_written_down_whole(self, deal):
        """On time each payment at its own rate; late at the average rate of what has been paid, so to within that."""
        terms = "cost: 60 MEUR, schedule: {from: 2026-08-31, months: 5, shape: s_curve}"
        terms += ", depreciation: {method: straight_line, life: 12 months}"
        run = deal(text(terms, more=TAX)).paths(2, **drawn(None, 3.0))
        spent = sum(run.values[row].sum(axis=0) for row in run.values if row.endswith(".USD"))
        down = run.values["build.depreciation"]
        assert down.sum(axis=0) == pytest.approx(spent, rel=1e-12)
        assert down[:26, 1].sum() == pytest.approx(spent[1], rel=0.02)

    def test_declining_balance_with_a_contingency(self, deal):
        """66 MUSD in July and August 2026, on the other path in December and January."""
        terms = "cost: 60 MUSD, contingency: 10 %, schedule: {from: 2026-07-31, months: 2}"
        terms += ", depreciation: {method: declining_balance, rate: 20 %/year}"
        run = deal(text(terms, more=TAX)).paths(2, **drawn(None, 5.0))
        down = run.values["build.depreciation"]
        assert down[5] == pytest.approx([13.2e6, 6.6e6])
        assert down[17] == pytest.approx([10.56e6, 0.2 * (66e6 - 6.6e6)])
        assert down.sum(axis=0) == pytest.approx([66e6, 66e6])


def test_a_grant_that_is_paid_with_it_moves_with_it(deal):
    grant = "  aid: {structure: grant, payer: state, payee: host, share: 25 %, of: build}"
    terms = "cost: 60 MUSD, schedule: {from: 2026-07-31, months: 2}"
    made = deal(text(terms).replace("risks:", f"{grant}\nrisks:"), view="state")
    run = made.paths(2, **drawn(None, 2.5))
    same(dated(run, 0), {date(2026, 7, 31): -7.5e6, date(2026, 8, 31): -7.5e6})
    same(dated(run, 1), {date(2026, 9, 30): -3.75e6, date(2026, 10, 31): -7.5e6, date(2026, 11, 30): -3.75e6})


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**31), count=st.integers(1, 24), shape=st.sampled_from(["equal", "s_curve"]))
def test_all_of_it_is_paid_on_every_path_by_the_kernel(deal, seed, count, shape):
    """Whatever the delay, and both sides add to zero. Undiscounted cash is the NPV at a rate of nothing."""
    build = f"cost: 60 MUSD, contingency: 5 %, schedule: {{from: 2026-05-10, months: {count}, shape: {shape}}}"
    free = "discount_rate: 0 %/year"
    made = deal(text(build, more=free))
    settled = min(count, 2) / count
    want = -63e6 * (1.0 - share(shape, settled))
    host = simulate(assemble(made.plan), paths=256, seed=seed)
    other = simulate(assemble(resolve(made.contract, view="outside")), paths=256, seed=seed)
    assert np.abs(host.measure["npv"] - want).max() <= 1e-12 * 63e6
    assert (host.measure["npv"] + other.measure["npv"] == 0.0).all()


@pytest.mark.parametrize(
    ("late", "message"),
    [
        (LATE.replace(", max: 30 months", ""), "has no last month: give the exponential delay of 'late' a 'max'"),
        ("process: approval, of: rent, phase: 2, probability: 60 %, date: 2026-10-15, base: refused", "is an approval"),
    ],
)
def test_what_makes_no_sense_is_refused(deal, late, message):
    with pytest.raises(SpecError, match=message):
        deal(text("cost: 60 MUSD, schedule: {from: 2026-07-31, months: 2}", late))
