"""What is recovered of the rent lost after a default, against sums written out here and closed forms.

λ is 12 % a year, so E = 0.01·x strikes x months after 30 June 2026; position p of the grid is p months after it. The
small deal earns 10 MUSD a month from October 2026 to September 2028.
"""

import math
from datetime import date

import numpy as np
import pytest
from small_deal import after, dated, months, years_before

from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.simulate import simulate

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
START, STOP = date(2026, 10, 1), date(2028, 10, 1)
PAYS = "compensation: {payer: tenant, payee: host, share: 40 %, of: remaining_rent"


def risk(more="", notice="0 months"):
    return (
        f"risks: {{gone: {{process: hazard, rate: {{value: 12 %/year, evidence: historical}}, notice: {notice}, "
        f"{PAYS}{more}}}}}}}"
    )


def lost(stop, phases=((START, 100.0),), rent=100.0, growth=0.0, start=START, end=STOP):
    """Rent from a stop (months after 30 June 2026) to the end, month by month and by days."""
    total = 0.0
    for t, m in enumerate(GRID):
        price = rent * 1000 * (1 + growth) ** years_before(start, max(m.first, start))
        for begin, mw in phases:
            first = max((begin - m.first).days / m.days, 0.0)
            last = min((end - m.first).days / m.days, 1.0)
            after_stop = max(first, stop - t)
            total += price * mw * max(0.0, last - after_stop)
    return total


class TestByHand:
    def paid(self, deal, change, strikes, view=None, **how):
        """The compensation paid on a path, by date."""
        made = deal(change, view=view, **how)
        run = made.paths(1, gone=[strikes / 100])
        amounts = run.values["gone.compensation_paid"][:, 0]
        return {m.last: float(a) for m, a in zip(GRID, amounts, strict=False) if a}

    @pytest.mark.parametrize("strikes", [3.0, 6.25, 17.0, 26.5])
    def test_flat_rent(self, deal, strikes):
        got = self.paid(deal, risk(notice="1.5 months") if strikes < 25 else risk(), strikes)
        stop = strikes + (1.5 if strikes < 25 else 0.0)
        assert list(got.values()) == pytest.approx([0.4 * 1e7 * (27.0 - stop)], rel=1e-11)
        assert list(got) == [GRID[math.floor(stop)].last]

    @pytest.mark.parametrize("strikes", [0.5, 4.25, 5.0, 8.75, 14.0, 15.5, 20.0])
    @pytest.mark.parametrize("start", [date(2026, 10, 1), date(2026, 10, 16)])
    def test_escalator_phases_and_a_start_inside_a_month(self, deal, strikes, start):
        """40 MW at the start, 100 MW from 11 January 2027; 10 % more after each completed year. An event before the
        start loses the whole lease."""
        change = f"""
            dates: {{start: {start}}}
            capacity: {{contracted: {{{start}: 40 MW, 2027-01-11: 100 MW}}}}
            clauses: {{rent: {{escalator: 10 %/year}}}}
            {risk()}
            """
        phases = ((start, 40.0), (date(2027, 1, 11), 60.0))
        want = lost(strikes, phases, growth=0.10, start=start, end=after(start, 24))
        (got,) = self.paid(deal, change, strikes).values()
        assert got == pytest.approx(0.4 * want, rel=1e-11)

    def test_the_minimum_of_a_take_or_pay_is_what_is_lost(self, deal):
        change = f"clauses: {{rent: {{take_or_pay: {{share: 70 %}}}}}}\n{risk()}"
        assert list(self.paid(deal, change, 6.0).values()) == pytest.approx([0.4 * 0.7 * 1e7 * 21.0], rel=1e-11)

    @pytest.mark.parametrize(("strikes", "want"), [(6.0, 12.0), (20.0, 7.0)])
    def test_a_bound_in_months_of_rent_and_a_lag(self, deal, strikes, want):
        got = self.paid(deal, risk(", at_most: 12 months, lag: 4 months"), strikes)
        assert got == pytest.approx({GRID[int(strikes) + 4].last: 0.4 * 1e7 * want}, rel=1e-11)

    def test_a_price_by_date_and_an_index_count_as_they_stand(self, deal):
        change = (
            f"clauses: {{rent: {{price: {{2026-10-01: 100 USD/kW/month, 2027-04-01: 130 USD/kW/month}}}}}}\n{risk()}"
        )
        assert list(self.paid(deal, change, 6.0).values()) == pytest.approx([0.4 * 1e7 * 21.0], rel=1e-11)
        assert list(self.paid(deal, change, 9.0).values()) == pytest.approx([0.4 * 1.3e7 * 18.0], rel=1e-11)
        indexed = f"clauses: {{rent: {{price: 100 USD/kW/month, index: {{by: 5 %/year}}}}}}\n{risk()}"
        assert list(self.paid(deal, indexed, 16.0).values()) == pytest.approx([0.4 * 1.05e7 * 11.0], rel=1e-11)

    def test_after_the_end_nothing_is_lost(self, deal):
        assert self.paid(deal, risk(notice="6 months"), 21.0) == {}
        assert self.paid(deal, risk(), 1e6) == {}

    def test_a_phase_that_never_comes_is_not_lost(self, deal):
        change = f"""
            capacity: {{contracted: {{2026-10-01: 40 MW, 2027-01-01: 100 MW}}}}
            {risk()[:-1]}, permit: {{process: approval, of: rent, phase: 2, probability: 50 %, date: 2026-09-01,
                    base: approved}}}}
            """
        made = deal(change)
        run = made.paths(2, gone=[0.08, 0.08], **{"permit.word": [0.4, 0.6]})
        got = run.values["gone.compensation_paid"].sum(axis=0)
        assert got == pytest.approx([0.4 * 1e7 * 19.0, 0.4 * 4e6 * 19.0], rel=1e-11)

    def test_a_certain_renewal_is_part_of_what_is_lost(self, deal):
        got = self.paid(deal, f"clauses: {{rent: {{renewals: [{{term: 12 months}}]}}}}\n{risk()}", 6.0)
        assert list(got.values()) == pytest.approx([0.4 * 1e7 * 33.0], rel=1e-11)

    def test_of_two_leases_each_is_lost_by_its_own_event(self, deal):
        change = f"""
            clauses:
              rent: {{contracted: 30 MW}}
              other: {{structure: capacity_lease, payer: outside, payee: host, lease: gross, contracted: 70 MW,
                       price: 50 USD/kW/month}}
            {risk().replace("notice: 0 months", "notice: 0 months, ends: [rent]")}
            """
        assert list(self.paid(deal, change, 6.0).values()) == pytest.approx([0.4 * 3e6 * 21.0], rel=1e-11)

    def test_from_every_side(self, deal):
        sums = [deal(risk(), view=one).paths(1, gone=[0.06]).cash for one in ("host", "tenant")]
        assert np.abs(sums[0] + sums[1]).max() == 0.0
        run = deal(risk()).paths(1, gone=[0.06])
        assert dated(run, 0)[date(2027, 1, 31)] == pytest.approx(0.4 * 2.1e8, rel=1e-11)
        assert run.final["margin"][0] == pytest.approx(1.0)  # neither revenue nor cost

    def test_foreign_money_counts_at_the_rate_of_the_month(self, deal):
        made = deal(f"clauses: {{rent: {{price: 100 EUR/kW/month}}}}\n{risk()}")
        run = made.paths(3, gone=[0.065] * 3)
        rates = run.values["eur"][6]
        assert run.values["gone.compensation_paid"][6] == pytest.approx(0.4 * 1e7 * 20.5 * rates, rel=1e-11)


def test_expected_value_in_closed_form(deal):
    """Constant hazard h, flat rent c a month, T months of which the first 3 before the start: at a discount rate of 0
    the expected recovery is R·c·∫h·e^(−hs)·min(T − s, 24) ds."""
    made = deal(f"discount_rate: 0 %/year\n{risk()}")
    paths, h, end = 40_000, 0.01, 27.0
    npv = simulate(assemble(made.plan), paths=paths, seed=5).measure["npv"]
    alive = lambda s: math.exp(-h * s)  # noqa: E731
    rent = 1e7 * (alive(3.0) - alive(end)) / h
    whole = 24.0 * (1.0 - alive(3.0))
    tail = (end - 3.0) * alive(3.0) - (alive(3.0) - alive(end)) / h
    want = rent + 0.4 * 1e7 * (whole + tail)
    assert abs(npv.mean() - want) < 4 * npv.std() / paths**0.5


def test_cva_check_value(deal):
    """models.md 4: exposure 1, loss given default .6, h .02, r .05, 10 years: CVA .086299662207, paid at the moment of
    default. A claim of 1 MUSD (an investment of which nothing wears off) of which 40 % is recovered: what is claimed
    less what is recovered is the loss. Here it is dated to the month's end, half a month later in the mean."""
    rate = math.exp(0.05) - 1.0
    made = deal(
        f"""
        dates: {{start: 2026-07-01, term: 10 years}}
        discount_rate: {100 * rate:.12f} %/year
        clauses:
          rent: {{price: 0 USD/kW/month}}
          build: {{structure: capex, payer: host, payee: outside, schedule: {{2026-06-30: 1 MUSD}}}}
        risks:
          default: {{process: hazard, rate: {{value: 2 %/year, evidence: market}},
                     compensation: {{payer: tenant, payee: host, share: 40 %, of: schedule, schedule: 1}}}}
        """
    )
    h, r, paths = 0.02, 0.05, 60_000
    stated = 0.6 * h / (r + h) * (1.0 - math.exp(-(r + h) * 10.0))
    assert stated == pytest.approx(0.086299662207, abs=5e-13)
    days = np.array([(m.last - date(2026, 6, 30)).days for m in months(date(2026, 7, 1), date(2036, 6, 30))]) / 365.0
    ends = np.arange(1, 121) / 12.0
    struck = np.exp(-h * (ends - 1 / 12)) - np.exp(-h * ends)
    on_grid = float((struck * np.exp(-r * days)).sum())
    assert 0.6 * on_grid == pytest.approx(stated * math.exp(-r / 24.0), rel=5e-4)  # half a month; leap days: 2.5·r/365
    npv = simulate(assemble(made.plan), paths=paths, seed=2).measure["npv"] / 1e6 + 1.0
    assert abs(npv.mean() - 0.4 * on_grid) < 4 * npv.std() / paths**0.5


class TestMessages:
    def problem(self, deal, change):
        with pytest.raises(SpecError) as raised:
            deal(change)
        (found,) = raised.value.problems
        return found.message

    def test_recovery_is_written_as_compensation(self, deal):
        change = risk().replace(f"{PAYS}}}", "recovery: 40 %")
        assert "of: remaining_rent, lag: 18 months}'" in self.problem(deal, change)

    def test_nobody_pays_rent_to_the_payee(self, deal):
        change = risk().replace("payer: tenant, payee: host", "payer: host, payee: supplier")
        assert "'supplier' is paid rent by no lease that gone ends" in self.problem(deal, change)

    def test_renewals_that_may_lapse(self, deal):
        change = f"clauses: {{rent: {{renewals: [{{term: 12 months, probability: 50 %}}]}}}}\n{risk()}"
        assert "not known; claim 'of: multiple_of_annual_fee'" in self.problem(deal, change)

    def test_a_bound_of_something_else(self, deal):
        change = risk(", at_most: 12 months").replace("remaining_rent", "termination_fee")
        assert "'at_most' bounds a claim 'of: remaining_rent'" in self.problem(deal, change)
