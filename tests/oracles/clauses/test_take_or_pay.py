"""Take-or-pay of energy: hand tables of the minimum and of what is made up, the Beta law, single paths in a loop."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_deal import dated, same
from wind_farm import GRID, HAZARD, START, STOP, farm

from valuation.spec import SpecError

HEAD = "structure: take_or_pay, quantity: 120 GWh/year, minimum: 80 %, price: 25 USD/MWh"
NO_SITE = "generation: null"
USE = "risks: {use: {process: logit_ou, mean: 80 %, logit_sd: 1, reversion: 3 /year}}"


def by_rule(taken, minimum, months_of_year=None, make_up=True, expires=None):
    """What is billed by period for what is taken: a list of vintages, drawn oldest first, written out plainly.

    ``taken``: (calendar year, quantity, contract quantity) by period, in order.
    """
    bank, billed = [], []  # bank: [year of payment, left]
    for year, q, full in taken:
        least = minimum * full
        if expires is not None:
            bank = [[paid, left] for paid, left in bank if year - paid <= expires]
        pay = max(q, least)
        beyond = max(q - least, 0.0)
        if make_up:
            for vintage in bank:
                drawn = min(vintage[1], beyond)
                vintage[1] -= drawn
                beyond -= drawn
                pay -= drawn
        if least > q:
            bank.append([year, least - q])
        billed.append(pay)
    return billed


def full(month, stop=STOP):
    return 10_000.0 * month.share(START, stop)


class TestByHand:
    """Contract quantity 10,000 MWh a month, minimum 80 %, 25 USD/MWh, price and take certain."""

    @pytest.mark.parametrize(("taken", "billed"), [(60, 8_000.0), (80, 8_000.0), (95, 9_500.0), (120, 12_000.0)])
    @pytest.mark.parametrize("per", ["month", "year"])
    def test_the_minimum(self, deal, taken, billed, per):
        made = farm(deal, f"{HEAD}, taken: {taken} %, per: {per}", NO_SITE)
        if per == "month":
            same(made.flows(), {m.last: 25.0 * billed * m.share(START, STOP) for m in GRID})
            return
        want = {m.last: 25.0 * min(billed, 100.0 * taken) * m.share(START, STOP) for m in GRID}
        for year in (2026, 2027, 2028):
            served = sum(full(m) for m in GRID if m.first.year == year)
            want[date(year, 12, 31)] += 25.0 * (billed / 10_000.0 - taken / 100.0) * served if taken < 80 else 0.0
            want[date(year, 12, 31)] += 0.0
        for m in GRID:
            want[m.last] = want[m.last] if taken < 80 or m.last.month == 12 else 25.0 * taken / 100.0 * full(m)
        same(made.flows(), want)

    def test_make_up_by_month(self, deal):
        """Taken 50 % until March 2027, 100 % from then on; finance definitions, Clauses: take-or-pay, with make-up.

        six months × 3,000 MWh are paid and not taken = 18,000 in the bank; then 2,000 a month are above the minimum and
        drawn from it: nine months at 8,000 billed, from January 2028 on 10,000.
        """
        made = farm(
            deal,
            f"{HEAD}, taken: use, per: month, make_up: {{}}",
            "generation: null\nrisks: {use: {process: logit_ou, mean: 50 %, logit_sd: 0, reversion: 1 /year}}",
        )
        run = self._with_use(made, [0.5 if m.first < date(2027, 4, 1) else 1.0 for m in GRID])
        billed = [8_000.0] * 15 + [10_000.0] * 9
        want = {m.last: 25.0 * q for m, q in zip(GRID[3:27], billed, strict=True)}
        same(dated(run, 0), want)
        bank = run.values["sale.bank"][:, 0]
        assert bank[8] == pytest.approx(18_000.0)
        assert bank[9] == pytest.approx(16_000.0)
        assert bank[17] == pytest.approx(0.0, abs=1e-9)

    def test_make_up_that_expires(self, deal):
        """Taken 50 % until March 2027, 85 % from then on, to be drawn by the end of the year after that of payment.

        9,000 MWh are banked in 2026 and 9,000 in 2027; 500 a month are drawn from April 2027 on. So 4,500 of 2026 are
        drawn in 2027 and 4,500 expire with it; in the nine months of 2028 another 4,500 of 2027 are drawn.
        """
        made = farm(
            deal,
            f"{HEAD}, taken: use, per: month, make_up: {{expires: 12 months}}",
            "generation: null\nrisks: {use: {process: logit_ou, mean: 50 %, logit_sd: 0, reversion: 1 /year}}",
        )
        run = self._with_use(made, [0.5 if m.first < date(2027, 4, 1) else 0.85 for m in GRID])
        bank = run.values["sale.bank"][:, 0]
        assert bank[17] == pytest.approx(13_500.0)  # December 2027
        assert bank[18] == pytest.approx(9_000.0 - 500.0)  # what was left of 2026 is gone
        assert bank[26] == pytest.approx(9_000.0 - 9 * 500.0)
        want = {m.last: 25.0 * 8_000.0 for m in GRID[3:27]}
        same(dated(run, 0), want)

    @staticmethod
    def _with_use(made, use):
        """One path of the engine's own rows with the take that a test chooses, month by month."""
        plan = made.plan
        from dataclasses import replace

        from valuation.plan.evaluate import once
        from valuation.plan.model import Row, Table
        from valuation.plan.reference import reference_run

        table = Table("use.chosen", (("value", tuple(use)),), ("",))
        at = Row("use.month", "month", "sum", ("use.month.prev", 1.0))
        chosen = Row("use", "month", "month_value", ("use.chosen:value", "use.month"), unit="%")
        rows = [at, *(chosen if row.name == "use" else row for row in plan.rows)]
        plan = replace(plan, tables=(*plan.tables, table), rows=tuple(rows))
        known = once(plan)
        draws = {
            row.name: np.zeros((1,) if row.axis == "start" else (plan.months, 1))
            for row in plan.rows
            if row.op.startswith("draw_")
        }
        return reference_run(plan, {**known.scalar, **known.month}, draws)


@pytest.mark.parametrize("expires", [None, 1, 2])
@pytest.mark.parametrize("per", ["month", "year"])
def test_paths_against_the_list_of_vintages(deal, per, expires):
    """Eight years, 40 paths of a logit factor; with an index, so that the price moves."""
    made = farm(
        deal,
        f"{HEAD}, taken: use, per: {per}, make_up: {{{f'expires: {expires} years' if expires else ''}}}",
        f"{NO_SITE}\n{USE}\ndates: {{term: 93 months}}",
    )
    run = made.paths(40)
    stop = date(2034, 7, 1)
    grid = [(t, m) for t, m in enumerate(_grid(made)) if m.first < stop and m.first >= START]
    expired = 0
    for path in range(40):
        use = run.values["use"][:, path]
        if per == "month":
            periods = [(m.first.year, use[t] * 10_000.0, 10_000.0) for t, m in grid]
            billed = by_rule(periods, 0.8, expires=expires)
            want = {m.last: 25.0 * q for (_, m), q in zip(grid, billed, strict=True)}
        else:
            years = sorted({m.first.year for _, m in grid})
            inside = {y: [(t, m) for t, m in grid if m.first.year == y] for y in years}
            taken = {y: sum(use[t] * 10_000.0 for t, _ in inside[y]) for y in years}
            periods = [(y, taken[y], 10_000.0 * len(inside[y])) for y in years]
            billed = by_rule(periods, 0.8, expires=expires)
            want = {m.last: 25.0 * use[t] * 10_000.0 for t, m in grid}
            for y, q in zip(years, billed, strict=True):
                day = date(y, 12, 31)
                want[day] = want.get(day, 0.0) + 25.0 * (q - taken[y])
        same(dated(run, path), want, 1e-10)
        expired += by_rule(periods, 0.8, expires=None) != billed
    assert expired > 0 if expires == 1 else True


def _grid(made):
    from small_deal import months

    from valuation import timeline

    first = timeline.date_of(timeline.month_start(made.plan.first_month))
    last = timeline.date_of(timeline.month_end(made.plan.first_month + made.plan.months - 1))
    return months(first, last)


def test_an_event_ends_supply_and_settles_the_year(deal):
    """Struck 10.5 months on, in May 2027: the year's shortfall for the months served is billed in December."""
    made = farm(deal, f"{HEAD}, taken: 50 %, per: year", f"{NO_SITE}\nrisks: {{gone: {{{HAZARD}}}}}")
    run = made.paths(1, gone=[0.105])
    want = {m.last: 25.0 * 5_000.0 * min(max(10.5 - t, 0.0), 1.0) for t, m in enumerate(GRID) if t >= 3}
    want[date(2026, 12, 31)] += 25.0 * 3_000.0 * 3
    want[date(2027, 12, 31)] += 25.0 * 3_000.0 * 4.5
    same(dated(run, 0), want, 1e-10)


def test_the_last_shortfall_has_the_price_of_the_last_delivery(deal):
    """The term ends on 30 September; the price would step on 1 October."""
    made = farm(deal, f"{HEAD}, taken: 50 %, per: year, index: {{by: 10 %/year}}", NO_SITE)
    assert made.flows()[date(2028, 12, 31)] == pytest.approx(25.0 * 1.1 * 9 * 3_000.0, rel=1e-12)


def test_beta_utilisation_with_a_minimum(deal):
    """E[max(U, 0.7)] = 0.817755587 for Beta(8, 2) (finance definitions, Check values), in general
    m·F(m; a, b) + a/(a + b)·(1 − F(m; a + 1, b)); midpoints of 20,000 equal slices of the law."""
    u = stats.beta.ppf((np.arange(20_000) + 0.5) / 20_000, 8, 2)
    made = farm(
        deal,
        "structure: take_or_pay, quantity: 12 MWh/year, minimum: 70 %, per: month, price: 1 USD/MWh, taken: use",
        f"{NO_SITE}\nrisks: {{use: {{process: logit_ou, mean: 50 %, logit_sd: 1, reversion: 1000000 /year}}}}",
    )
    plan = made.plan
    from valuation.plan.evaluate import once
    from valuation.plan.reference import reference_run

    known = once(plan)
    logits = np.log(u / (1.0 - u))  # the factor's location is 0 at a mean of 50 %, and nothing of it is carried over
    draws = {
        row.name: np.zeros(20_000) if row.axis == "start" else np.tile(logits, (plan.months, 1))
        for row in plan.rows
        if row.op.startswith("draw_")
    }
    run = reference_run(plan, {**known.scalar, **known.month}, draws)
    assert run.values["sale.billed"][5].mean() == pytest.approx(np.maximum(u, 0.7).mean(), rel=1e-12)
    assert np.maximum(u, 0.7).mean() == pytest.approx(0.817755587, abs=1e-8)  # the slices are 3.5e-9 off
    general = 0.7 * stats.beta.cdf(0.7, 8, 2) + 0.8 * (1.0 - stats.beta.cdf(0.7, 9, 2))
    assert general == pytest.approx(0.817755587, abs=5e-10)


@settings(max_examples=6)
@given(st.floats(0.2, 5.0))
def test_linear_in_the_quantity(tmp_path_factory, times):
    from small_deal import Deal, write

    folder = tmp_path_factory.mktemp("sales")

    def kept(change="", market="", view=None, **how):
        return Deal(write(folder, change, market), view, **how)

    one = farm(kept, f"{HEAD}, taken: 50 %", NO_SITE).flows()
    more = farm(kept, f"{HEAD.replace('120 GWh', f'{120.0 * times!r} GWh')}, taken: 50 %", NO_SITE).flows()
    same(more, {day: times * amount for day, amount in one.items()}, 1e-11)


def test_a_higher_minimum_never_costs_less(deal):
    made = [
        farm(deal, f"{HEAD.replace('80 %', f'{m} %')}, taken: use, per: month", f"{NO_SITE}\n{USE}")
        for m in (60, 80, 95)
    ]
    sums = [sum(dated(one.paths(1), 0).values()) for one in made]
    assert sums == sorted(sums)


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ("make_up: {expires: 18 months}", "clauses.sale.make_up.expires", "is not a whole number of years"),
        ("make_up: {expires: 30 years}", "clauses.sale.make_up.expires", "leave it out for 'to the end'"),
        ("taken: power", "clauses.sale.taken", "is measured in 'EUR/MWh', expected a share or a bare number"),
        ("quantity: 100 MW", "clauses.sale.quantity", "expected a yearly volume in MWh/year"),
    ],
)
def test_what_is_refused(deal, change, place, said):
    with pytest.raises(SpecError) as raised:
        farm(deal, f"{HEAD}, taken: 90 %", f"{NO_SITE}\nclauses: {{sale: {{{change}}}}}")
    found = [(problem.path, problem.message) for problem in raised.value.problems]
    assert any(where == place and said in text for where, text in found), found
