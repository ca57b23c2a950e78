"""Investment on an S-curve and with a contingency, by hand. In the small deal month 0 is July 2026, the term runs from
October 2026 to September 2028."""

from datetime import date, timedelta

import pytest
from small_deal import after, same

from valuation.errors import SpecError

START = date(2026, 10, 1)
NO_RENT = "rent: {price: 0 USD/kW/month}"


def s_curve(amount, first, count):
    """Payments by date: 3x² − 2x³ of the amount at x = k/count, less what was paid before."""
    paid = [amount * (3 * (k / count) ** 2 - 2 * (k / count) ** 3) for k in range(count + 1)]
    return {after(first, k): paid[k + 1] - paid[k] for k in range(count)}


def wear(payments, life):
    """Straight line: each payment in equal months from the later of its own month and the start's, until it is all
    written off with the tax year in which the term ends."""
    out = {}
    for day, amount in payments.items():
        first = max(day, START).replace(day=1)
        for k in range(life):
            end = after(first, k + 1) - timedelta(1)
            out[end] = out.get(end, 0.0) + amount / life
    kept = {day: amount for day, amount in out.items() if day < date(2028, 12, 31)}
    kept[date(2028, 12, 31)] = sum(payments.values()) - sum(kept.values())
    return kept


def build(terms, more="", view=None, deal=None):
    text = f"clauses: {{{NO_RENT}, build: {{structure: capex, payer: host, payee: state, {terms}}}}}\n{more}"
    return deal(text, view=view)


class TestSCurve:
    def test_four_months_by_hand(self, deal):
        """x = ¼, ½, ¾, 1: 10/64, 32/64, 54/64 and all of 64 MUSD."""
        made = build("cost: 64 MUSD, schedule: {from: 2026-07-31, months: 4, shape: s_curve}", deal=deal)
        want = {date(2026, 7, 31): 10e6, date(2026, 8, 31): 22e6, date(2026, 9, 30): 22e6, date(2026, 10, 31): 10e6}
        same(made.flows(), {day: -amount for day, amount in want.items()})

    @pytest.mark.parametrize(
        ("first", "count"), [(date(2026, 8, 15), 1), (date(2026, 8, 31), 18), (date(2026, 5, 10), 7)]
    )
    def test_any_number_of_months(self, deal, first, count):
        """Also from before the valuation date, and on a day that some months do not have."""
        terms = f"cost: 0.5 MUSD/MW, schedule: {{from: {first}, months: {count}, shape: s_curve}}"
        made = build(terms, deal=deal)
        want = s_curve(50e6, first, count)
        assert sum(want.values()) == pytest.approx(50e6, rel=1e-14)
        same(made.flows(), {day: -amount for day, amount in want.items()}, 1e-13)
        same(build(terms, view="state", deal=deal).flows(), want, 1e-13)

    def test_the_plan_computes_it_from_what_is_written(self, deal):
        """The shares are rows of the time axis that read the inputs, so that a sheet of them stays live."""
        made = build("cost: 64 MUSD, schedule: {from: 2026-07-31, months: 4, shape: s_curve}", deal=deal)
        assert {row.axis for row in made.plan.rows if row.name.startswith("build.share")} == {"month"}
        assert made.plan.row_of["build.share_paid.time"].args == ("build.payments", "clauses.build.schedule.months")

    @pytest.mark.parametrize("life", [10, 36])
    @pytest.mark.parametrize(("first", "count"), [(date(2026, 7, 31), 6), (date(2026, 9, 30), 8)])
    def test_straight_line(self, deal, life, first, count):
        """Parts that differ, each written down from its own month; with a life of ten months the first are gone before
        the last is bought."""
        terms = f"cost: 60 MUSD, schedule: {{from: {first}, months: {count}, shape: s_curve}}"
        terms += f", depreciation: {{method: straight_line, life: {life} months}}"
        made = build(terms, "tax: {host: {rate: 25 %, paid: in_year}}", deal=deal)
        same(made.month("build.depreciation"), wear(s_curve(60e6, first, count), life), 1e-11)

    def test_declining_balance(self, deal):
        terms = "cost: 64 MUSD, schedule: {from: 2026-11-30, months: 4, shape: s_curve}"
        terms += ", depreciation: {method: declining_balance, rate: 20 %/year}"
        made = build(terms, "tax: {host: {rate: 25 %, paid: in_year}}", deal=deal)
        first = 0.2 * 32e6
        second = 0.2 * (64e6 - first)
        want = {date(2026, 12, 31): first, date(2027, 12, 31): second, date(2028, 12, 31): 64e6 - first - second}
        same(made.month("build.depreciation"), want)

    def test_foreign_money_at_the_rate_of_each_payment(self, deal):
        """EUR at 1.1 until January 2027, then 1.3; the straight line wears each payment at its own rate."""
        terms = "cost: 60 MEUR, schedule: {from: 2026-11-30, months: 6, shape: s_curve}"
        terms += ", depreciation: {method: straight_line, life: 12 months}"
        made = build(terms, "tax: {host: {rate: 25 %, paid: in_year}}", deal=deal)
        paid = {
            day: amount * (1.1 if day < date(2027, 2, 1) else 1.3)
            for day, amount in s_curve(60e6, date(2026, 11, 30), 6).items()
        }
        same(made.flows(), {day: -amount for day, amount in paid.items()})
        same(made.month("build.depreciation"), wear(paid, 12), 1e-11)


class TestContingency:
    @pytest.mark.parametrize(
        ("terms", "want"),
        [
            ("cost: 40 MUSD, schedule: {2026-08-15: 25 %, 2026-12-01: 75 %}", [10e6, 30e6]),
            ("cost: 0.4 MUSD/MW, schedule: {2026-08-15: 25 %, 2026-12-01: 75 %}", [10e6, 30e6]),
            ("schedule: {2026-08-15: 10 MUSD, 2026-12-01: 30 MUSD}", [10e6, 30e6]),
            ("cost: 10 MEUR, schedule: {2026-08-15: 50 %, 2027-03-01: 50 %}", [5.5e6, 6.5e6]),
        ],
    )
    def test_is_a_share_of_each_payment(self, deal, terms, want):
        made = build(f"{terms}, contingency: 6 %", deal=deal)
        days = [date(2026, 8, 15), date(2026, 12, 1) if "2026-12-01" in terms else date(2027, 3, 1)]
        same(made.flows(), {day: -1.06 * amount for day, amount in zip(days, want, strict=True)})
        shown = [row for row in made.plan.rows if row.label == "Contingency"]
        assert len(shown) == 2 + ("EUR" in terms) * 2

    def test_is_written_down_with_the_cost(self, deal):
        terms = "cost: 60 MUSD, contingency: 10 %, schedule: {from: 2026-09-30, months: 8, shape: s_curve}"
        terms += ", depreciation: {method: straight_line, life: 18 months}"
        made = build(terms, "tax: {host: {rate: 25 %, paid: in_year}}", deal=deal)
        same(made.month("build.depreciation"), wear(s_curve(66e6, date(2026, 9, 30), 8), 18), 1e-11)

    def test_what_is_a_share_of_the_investment_counts_it(self, deal):
        text = f"""
            clauses:
              {NO_RENT}
              build: {{structure: capex, payer: host, payee: outside, cost: 50 MUSD, contingency: 20 %,
                       schedule: {{2026-08-31: 100 %}}}}
              end: {{structure: terminal_value, payer: outside, payee: host, share: 10 %, of: build}}
            """
        same(deal(text).flows(), {date(2026, 8, 31): -60e6, date(2028, 9, 30): 6e6})

    def test_scales_with_the_cost(self, deal):
        one, two = (
            build(f"cost: {cost} MUSD, contingency: 5 %, schedule: {{from: 2026-07-31, months: 3}}", deal=deal).flows()
            for cost in (30, 60)
        )
        same(two, {day: 2 * amount for day, amount in one.items()})


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("{from: 2026-07-31, months: 6, shape: bell}", "shape"),
        ("{shape: s_curve}", "missing key 'from'"),
        ("{from: 2026-07-31, shape: s_curve}", "missing key 'months'"),
    ],
)
def test_what_makes_no_sense_is_refused(deal, schedule, message):
    with pytest.raises(SpecError, match=message):
        build(f"cost: 64 MUSD, schedule: {schedule}", deal=deal)


@pytest.mark.parametrize("share", ["120 %", "-5 %", "5 MUSD"])
def test_a_contingency_is_a_share(deal, share):
    with pytest.raises(SpecError, match="contingency"):
        build(f"cost: 64 MUSD, contingency: {share}, schedule: {{2026-08-31: 100 %}}", deal=deal)
