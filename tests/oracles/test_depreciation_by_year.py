"""Shares by tax year, MACRS, classes of assets and Norway's groups, against loops over payments written out here."""

from datetime import date, timedelta

import pytest
from small_deal import after, same

from valuation.finance.macrs import MACRS_HALF_YEAR_PERCENT
from valuation.spec.saldo_groups import SALDO_GROUPS

MACRS = {years: [percent / 100 for percent in table] for years, table in MACRS_HALF_YEAR_PERCENT.items()}
SHARES = [0.5, 0.3, 0.2]


def tax_year(day, starts=1):
    """The calendar year in which the tax year of a day begins."""
    return day.year - (day.month < starts)


def by_year(payments, shares, start=date(2026, 10, 1), starts=1, last=None):
    """Each payment written down by the shares from the tax year in which it is in service; what is left in ``last``."""
    out = {}
    for day, amount in payments.items():
        first = max(tax_year(day, starts), tax_year(start, starts))
        for k, share in enumerate(shares):
            year = first + k if last is None else min(first + k, last)
            when = after(date(year, starts, 1), 12) - timedelta(1)
            out[when] = out.get(when, 0.0) + share * amount
    return out


def contract(schedule, terms, cost="cost: 60 MUSD", more="", starts=1, term=120, start="2026-10-01"):
    return f"""
    dates: {{start: {start}, term: {term} months}}
    clauses:
      build: {{structure: capex, payer: host, payee: outside, {cost}, schedule: {schedule},
              depreciation: {terms}}}
    tax: {{host: {{rate: 25 %, paid: in_year, year_start: {starts:02}-01}}}}
    {more}
    """


@pytest.mark.parametrize("starts", [1, 7, 12])
@pytest.mark.parametrize(
    ("schedule", "payments"),
    [
        ("{from: 2026-07-31, months: 2}", {date(2026, 7, 31): 30e6, date(2026, 8, 31): 30e6}),
        ("{from: 2026-09-30, months: 15}", {after(date(2026, 9, 30), k): 4e6 for k in range(15)}),
        ("{2026-07-31: 50 %, 2027-07-01: 25 %, 2028-06-30: 25 %}",
         {date(2026, 7, 31): 30e6, date(2027, 7, 1): 15e6, date(2028, 6, 30): 15e6}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("start", ["2026-10-01", "2028-02-01"])
def test_shares_of_ones_own(deal, schedule, payments, starts, start):
    made = deal(contract(schedule, "{method: custom, shares: [50 %, 30 %, 20 %]}", starts=starts, start=start))
    want = by_year(payments, SHARES, date.fromisoformat(start), starts)
    same(made.month("build.depreciation"), want)
    assert max(map(abs, [made.month("build.tax_balance")[max(want)]])) < 1e-6


@pytest.mark.parametrize("years", sorted(MACRS))
def test_macrs_is_written_off_in_the_year_in_which_the_term_ends(deal, years):
    made = deal(contract("{from: 2026-07-31, months: 1}", f"{{method: macrs, class: {years} years}}"))
    same(made.month("build.depreciation"), by_year({date(2026, 7, 31): 60e6}, MACRS[years], last=2036))


def test_what_the_term_cuts_off_continues_with_the_owner(deal):
    text = contract("{from: 2026-07-31, months: 1}", "{method: macrs, class: 10 years}", term=24)
    made = deal(text.replace("paid: in_year", "paid: in_year, residual: continues"))
    want = {date(2026 + k, 12, 31): 60e6 * MACRS[10][k] for k in range(3)}
    same(made.month("build.depreciation"), want)


def test_foreign_money_is_fixed_at_the_rate_of_each_payment(deal):
    made = deal(contract("{from: 2026-11-30, months: 3}", "{method: macrs, class: 3 years}", "cost: 60 MEUR"))
    run = made.paths(5)
    spent = run.values["build.spend.USD"]
    at = {day: t for t, day in enumerate(made.month("build.depreciation"))}
    first, later = spent[: at[date(2026, 12, 31)] + 1].sum(axis=0), spent[at[date(2027, 1, 31)] :].sum(axis=0)
    down = run.values["build.depreciation"]
    for k in range(5):
        want = first * (MACRS[3][k] if k < 4 else 0.0) + later * (MACRS[3][k - 1] if k else 0.0)
        assert down[at[date(2026 + k, 12, 31)]] == pytest.approx(want)
    assert later.std() > 1e4


class TestClasses:
    TERMS = (
        "[{share: 50 %, method: custom, shares: [50 %, 30 %, 20 %]},"
        " {share: 30 %, method: straight_line, life: 30 months}, {share: 20 %, norway_group: j}]"
    )

    def test_each_has_its_part_of_every_payment(self, deal):
        made = deal(contract("{2026-07-31: 50 %, 2027-04-15: 50 %}", self.TERMS))
        want = by_year({date(2026, 7, 31): 15e6, date(2027, 4, 15): 15e6}, SHARES)
        for first in (date(2026, 10, 1), date(2027, 4, 1)):
            for k in range(30):
                day = after(first, k + 1) - timedelta(1)
                want[day] = want.get(day, 0.0) + 9e6 / 30
        balance = 0.0
        for year in range(2026, 2037):
            balance += {2026: 6e6, 2027: 6e6}.get(year, 0.0)
            down = 0.1 * balance if year < 2036 else balance
            want[date(year, 12, 31)] = want.get(date(year, 12, 31), 0.0) + down
            balance -= down
        same(made.month("build.depreciation"), want, 1e-11)
        left = made.month("build.tax_balance")
        assert left[date(2026, 8, 31)] == 30e6
        assert left[date(2036, 12, 31)] == pytest.approx(0.0, abs=1e-6)

    def test_a_tax_basis_is_that_of_all_classes(self, deal):
        """Compensated by the tax balance half a year after the start."""
        risk = """{process: hazard, rate: {value: 12 %/year, evidence: historical},
                   compensation: {payer: state, payee: host, share: 100 %, of: tax_basis}}"""
        made = deal(contract("{from: 2026-07-31, months: 1}", self.TERMS, more=f"risks: {{gone: {risk}}}"))
        run = made.paths(1, gone=[0.075])
        at = {day: t for t, day in enumerate(made.month("build.tax_balance"))}[date(2027, 2, 28)]
        left = 30e6 * 0.5 + 18e6 * (1 - 5 / 30) + 12e6 * 0.9
        assert run.values["build.tax_balance"][at, 0] == pytest.approx(left)
        assert run.values["gone.compensation_accrued"].sum() == pytest.approx(left)


@pytest.mark.parametrize("group", sorted(SALDO_GROUPS))
def test_norways_groups_are_declining_balances(deal, group):
    rate = SALDO_GROUPS[group].percent
    by_group = deal(contract("{from: 2026-07-31, months: 1}", f"{{norway_group: {group}}}"))
    by_rate = deal(contract("{from: 2026-07-31, months: 1}", f"{{method: declining_balance, rate: {rate} %/year}}"))
    assert by_group.plan.digest == by_rate.plan.digest
    origin = by_group.plan.inputs[
        [i.name for i in by_group.plan.inputs].index("clauses.build.depreciation.rate")
    ].origin
    assert (origin.status, origin.source) == ("fact", "sticos-saldo")
    assert f"group {group} of the Norwegian Tax Act" in origin.note


def test_each_generation_of_equipment_from_its_own_year(deal):
    """Bought every 36 months from October 2027 at 2 M, the last in October 2033."""
    made = deal(
        """
        dates: {term: 120 months}
        clauses:
          servers: {structure: equipment_refresh, payer: host, payee: outside, cost: 2 MUSD, every: 36 months,
                    from: 2027-10-15, buys_first: true, depreciation: {method: custom, shares: [50 %, 30 %, 20 %]}}
        tax: {host: {rate: 25 %, paid: in_year}}
        """
    )
    same(made.month("servers.depreciation"), by_year({date(y, 10, 31): 2e6 for y in (2027, 2030, 2033)}, SHARES))


def test_assets_that_are_bought(deal):
    """Price and costs at closing, the earn-out when it is due."""
    made = deal(
        """
        dates: {term: 120 months}
        clauses:
          deal: {structure: acquisition, payer: host, payee: outside, price: 40 MUSD, closing: 2027-03-31, buys: assets,
                 transaction_costs: 5 %, earn_out: {amount: 10 MUSD, due: 2029-06-30, unless: gone},
                 depreciation: {method: macrs, class: 5 years}}
        tax: {host: {rate: 25 %, paid: in_year}}
        risks: {gone: {process: hazard, rate: {value: 1 %/year, evidence: historical}}}
        """
    )
    same(made.month("deal.depreciation"), by_year({date(2027, 3, 31): 42e6, date(2029, 6, 30): 10e6}, MACRS[5]))


def test_what_waited_for_a_decision_is_written_down_from_the_year_of_the_decision(deal):
    made = deal(
        """
        dates: {term: 120 months}
        capacity: {contracted: {2026-10-01: 60 MW, 2028-04-01: 100 MW}}
        clauses:
          build: {structure: capex, payer: host, payee: outside, requires: permit,
                  schedule: {2026-09-30: 20 MUSD, 2026-11-30: 40 MUSD},
                  depreciation: {method: custom, shares: [50 %, 30 %, 20 %]}}
        tax: {host: {rate: 25 %, paid: in_year}}
        risks:
          permit: {process: approval, of: rent, phase: 2, probability: 80 %, date: 2026-10-31,
                   base: approved, later: {probability: 70 %, distribution: triangular, least: 1 month, mode: 9 months,
                   most: 30 months}}
        """
    )
    run = made.paths(40)
    down, days = run.values["build.depreciation"], list(made.month("build.depreciation"))
    parts = [row.name for row in made.plan.rows if row.name.startswith("build.spend_") and row.name.endswith(".in_all")]
    spent = sum(run.values[row] for row in parts)
    for path in range(40):
        paid = {day: amount for day, amount in zip(days, spent[:, path], strict=True) if amount}
        got = {day: amount for day, amount in zip(days, down[:, path], strict=True) if amount}
        same(got, by_year(paid, SHARES, last=2036), 1e-11)
    years = {days[t].year for t in spent[4:].argmax(axis=0) + 4}
    assert len(years) >= 3


def test_what_a_delay_puts_off_is_written_down_from_the_year_in_which_it_is_paid(deal):
    made = deal(
        """
        dates: {term: 120 months}
        capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 100 MW}}
        clauses:
          build: {structure: capex, payer: host, payee: outside, cost: 60 MUSD, delayed_by: late,
                  schedule: {from: 2026-07-31, months: 4},
                  depreciation: {method: custom, shares: [50 %, 30 %, 20 %]}, investment_credit: {share: 10 %}}
        tax: {host: {rate: 25 %, paid: in_year}}
        risks:
          late: {process: delay, of: rent, phase: 2,
                 delay: {probability: 60 %, distribution: exponential, mean: 9 months, max: 30 months}}
        """
    )
    run = made.paths(40)
    parts = [payment.row for payment in made.plan.payments if payment.row.startswith("build.")]
    spent, days = sum(run.values[part] for part in parts), list(made.month("build.depreciation"))
    assert (spent[6:] > 0.0).any(axis=0).sum() > 10
    for path in range(40):
        paid = {day: amount for day, amount in zip(days, spent[:, path], strict=True) if amount}
        for row, shares, scale in (("build.depreciation", SHARES, 1.0), ("build.credit", [1.0], 0.1)):
            got = {day: amount for day, amount in zip(days, run.values[row][:, path], strict=True) if amount}
            same(got, by_year({day: scale * amount for day, amount in paid.items()}, shares, last=2036), 1e-9)
