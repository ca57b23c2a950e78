"""Levered contracts at the edges of what the language allows: nothing is lost, nothing is no number, and what cannot be
is refused in words."""

from __future__ import annotations

import math
from datetime import date

import pytest
from small_deal import discount

from valuation.errors import SpecError
from valuation.sizing.refusals import SizingDoesNotSettle

SITE = """
equity_discount_rate: {value: 12 %/year, basis: nominal post-tax levered}
dates: {start: 2027-07-01, term: 4 years}
clauses:
  rent: {price: 60 USD/kW/month}
  operations: {structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month, passes: none}
  build: {structure: capex, payer: host, payee: outside, cost: 100 MUSD, schedule: {from: 2026-08-15, months: 9},
          depreciation: {method: straight_line, life: 4 years}}
tax: {host: {rate: 25 %}}
financing:
  borrower: host
  debt:
    bank: {size: 60 %, rate: 6 %/year, repayment: level, tenor: 3 years, upfront_fee: 1 %}
"""


def total(made, row):
    return sum(made.values.series(row, made.plan.months))


LATE_TAX = [("01-01", "[02-15, 04-15]"), ("07-01", "[02-15, 10-15]"), ("04-01", "[01-31]")]


@pytest.mark.parametrize(("starts", "paid"), LATE_TAX)
def test_the_tax_of_the_last_year_is_paid_by_the_borrower(deal, starts, paid):
    """It falls due after the last rent: the owners get that much less."""
    made = deal(SITE.replace("rate: 25 %}", f"rate: 25 %, year_start: {starts}, paid: {paid}}}"))
    assessed = total(made, "levered_tax.assessed")
    assert assessed > 0.0
    assert total(made, "financing.tax_paid") == pytest.approx(-assessed, rel=1e-12)
    owners = total(made, "financing.distribution") - total(made, "financing.paid_in")
    service = total(made, "financing.bank.interest") + total(made, "financing.fees")
    assert owners == pytest.approx(sum(made.flows().values()) - assessed - service, rel=1e-9)


def test_fees_of_a_close_before_the_first_payment_are_paid(deal):
    """The grid begins with the close, so that its fees are among the uses."""
    made = deal(SITE.replace("borrower: host", "borrower: host\n  close: 2026-05-20"))
    fees = {day: fee for day, fee in made.month("financing.fees").items() if fee}
    assert list(fees) == [date(2026, 5, 31)]
    assert fees[date(2026, 5, 31)] == pytest.approx(0.01 * made.plan.solved.loans[0].amount, rel=1e-12)
    assert made.plan.solved.need == pytest.approx(total(made, "financing.need"), rel=1e-12)


def test_a_close_after_the_completion_is_refused(deal):
    """Its fees would be due when nobody pays for the construction any more."""
    with pytest.raises(SpecError, match="the close 2027-07-20 is after the completion on 2027-06-30"):
        deal(SITE.replace("borrower: host", "borrower: host\n  close: 2027-07-20"))


def test_no_loan_has_the_name_of_the_shareholder_loan(deal):
    lent = SITE.replace("bank:", "owners_loan:") + "  shareholder_loan: {part: 50 %, rate: 10 %/year}\n"
    with pytest.raises(SpecError, match="what the program calls the shareholder loan"):
        deal(lent)


def test_owners_cash_in_real_money_is_discounted_at_a_real_rate(deal):
    """(1 + nominal) = (1 + real)·(1 + growth of prices), on every present value."""
    nominal = deal(SITE.replace("value: 12 %/year", "value: 14.24 %/year"))
    real = deal(
        SITE.replace("basis: nominal post-tax levered", "basis: real post-tax levered")
        + "price_basis: {real: 2026, deflator: 2 %/year}\n"
        + "discount_rate: {value: 8 %/year, basis: real post-tax unlevered}\n"
    )
    worth = []
    for made, rate in ((nominal, 0.1424), (real, 0.12)):
        worth.append(sum(x * discount(rate, day) for day, x in made.flows("equity").items()))
    assert worth[1] == pytest.approx(worth[0], rel=1e-9)
    with pytest.raises(SpecError, match="write 'basis: real post-tax levered'"):
        deal(
            SITE.replace("basis: nominal post-tax levered", "basis: real post-tax unlevered")
            + "price_basis: {real: 2026, deflator: 2 %/year}\n"
            + "discount_rate: {value: 8 %/year, basis: real post-tax unlevered}\n"
        )


def test_running_costs_of_the_construction_are_no_support_after_it(deal):
    """The VAT on the investment is paid by the owners beside its need, and is no sign that the site cannot pay."""
    site = SITE.replace("tax: {host: {rate: 25 %}}\n", "")
    made = deal(site.replace("life: 4 years}", "life: 4 years}, vat: {rate: 25 %, settled_after: 2 months}"))
    assert total(made, "financing.owners_support") > 1e6
    assert set(made.paths(2).final["owners_support"].tolist()) == {0.0}
    poor = deal(site.replace("60 USD/kW/month", "{2027-07-01: 60 USD/kW/month, 2030-07-01: 1 USD/kW/month}"))
    support = total(poor, "financing.owners_support")
    assert support > 1e6
    assert max(poor.paths(2).final["owners_support"]) == pytest.approx(support, rel=1e-12)


@pytest.mark.parametrize("draws", ["pro_rata", "owners_first", "loans_first"])
def test_a_loan_that_nothing_carries_draws_nothing(deal, draws):
    """Its part of nothing is 0 and no 0/0; the owners pay for all of it, and a status says why."""
    size = "{dscr: 1.3, max_gearing: 70 %}"
    text = SITE.replace("60 USD/kW", "5 USD/kW").replace("size: 60 %", f"size: {size}")
    made = deal(text.replace("borrower: host", f"borrower: host\n  draws: {draws}"))
    (loan,) = made.plan.solved.loans
    assert (loan.amount, loan.status) == (0.0, "nothing_to_carry")
    for row in ("drawn", "balance", "interest"):
        assert set(made.month(f"financing.bank.{row}").values()) == {0.0}
    assert set(made.month("financing.bank.wanted").values()) == {0.0}
    assert total(made, "financing.owners_build") == pytest.approx(100e6, rel=1e-12)
    run = made.paths(2)
    assert all(map(math.isfinite, run.measure["npv_equity"]))


def test_a_loan_floats_on_a_share(deal):
    """A rate as a share of the balance is one per year; a swap fixes a part of it."""
    floating = "floating: {factor: euribor, margin: 2 %/year, fixed_share: 25 %, swap_rate: 5 %/year}"
    market = "factors: {euribor: {process: logit_ou, mean: 4 %, logit_sd: 0.5, reversion: 0.5 /year}}"
    made = deal(SITE.replace("rate: 6 %/year", floating), market)
    rates = made.month("financing.bank.rate")
    assert list(rates.values()) == pytest.approx([0.75 * 0.04 + 0.25 * 0.05 + 0.02] * len(rates), rel=1e-9)


@pytest.mark.parametrize("draws", ["pro_rata", "owners_first", "loans_first"])
def test_a_grant_that_comes_last_does_not_undo_the_loan(deal, draws):
    """At the completion what is owed is the size of the loan: the owners paid what the grant pays back."""
    grant = "aid: {structure: grant, payer: state, payee: host, schedule: {2027-06-15: 30 MUSD}, for_tax: exempt}"
    text = SITE.replace("tax: {host", f"  {grant}\ntax: {{host")
    made = deal(text.replace("borrower: host", f"borrower: host\n  draws: {draws}"))
    (loan,) = made.plan.solved.loans
    drawn = made.month("financing.bank.drawn")
    assert min(drawn.values()) == 0.0
    assert sum(drawn.values()) == pytest.approx(loan.amount, rel=1e-12)
    assert made.month("financing.bank.balance")[date(2027, 6, 30)] == pytest.approx(loan.amount, rel=1e-12)
    assert total(made, "financing.owners_build") == pytest.approx(made.plan.solved.need - loan.amount, rel=1e-12)
    assert made.month("financing.owners_build")[date(2027, 6, 30)] < -20e6


def test_interest_that_a_sculpted_schedule_adds_to_the_loan_is_not_due(deal):
    """In a first year without cash the service is nothing: the interest joins the balance, nobody is in default, and
    there is no cover of nothing."""
    text = SITE.replace("60 USD/kW/month", "{2027-07-01: 10 USD/kW/month, 2028-07-01: 60 USD/kW/month}")
    text = text.replace(
        "size: 60 %, rate: 6 %/year, repayment: level", "size: {dscr: 1.3}, rate: 6 %/year, repayment: sculpted"
    )
    made = deal(text + "  covenants: {default: 1.1}\n")
    (loan,) = made.plan.solved.loans
    assert loan.status == "negative_amortisation"
    balance = made.month("financing.bank.balance")
    for place, day in enumerate((date(2027, 12, 31), date(2028, 6, 30), date(2028, 12, 31)), 1):
        assert balance[day] == pytest.approx(loan.balances[place][1], rel=1e-12)
    assert balance[date(2027, 12, 31)] == pytest.approx(1.03 * loan.amount, rel=1e-12)
    assert balance[date(2028, 6, 30)] == pytest.approx(1.03**2 * loan.amount, rel=1e-12)
    covers = {day: cover for day, cover in made.month("financing.dscr").items() if cover < 1e9}
    assert list(covers)[0] == date(2028, 12, 31)
    assert min(covers.values()) > 1.2
    assert set(made.month("financing.default").values()) == {0.0}
    assert max(made.month("financing.bank.behind").values()) < 1.0
    assert made.month("financing.service_of_year")[date(2027, 12, 31)] == 0.0
    assert total(made, "financing.bank.interest_paid") + total(made, "financing.bank.interest_added") == pytest.approx(
        sum(x for day, x in made.month("financing.bank.interest").items() if day > date(2027, 6, 30)), rel=1e-12
    )


def test_no_covenant_is_tested_where_nothing_is_owed_any_more(deal):
    """The lease ends in December 2028, the payment for it repays the loan on the last day of the month; the rent that
    comes in afterwards is the owners', whatever the cover of the year then is."""
    gone = """
risks:
  gone: {process: hazard, rate: {value: 12 %/year, evidence: historical},
         compensation: {payer: tenant, payee: host, share: 100 %, of: capex_straight_line}}
"""
    text = SITE.replace("price: 60 USD/kW/month", "price: 60 USD/kW/month, payment: {lag: 60 days}")
    text = text.replace("tax: {host: {rate: 25 %}}\n", "")
    made = deal(text + "  covenants: {lock_up: 1.15, default: 1.05}\n" + gone)
    run = made.paths(1, gone=[0.295])
    month = lambda row: run.values[f"financing.{row}"][:, 0]  # noqa: E731
    at = (2028 - made.plan.first_month // 12) * 12 + 11 - made.plan.first_month % 12
    assert month("bank.repaid_by_termination")[at] > 30e6
    assert month("bank.balance")[at:].tolist() == [0.0] * (made.plan.months - at)
    assert run.final["default"] == [0.0]
    assert month("dscr")[at] < 1e9 and set(month("dscr")[at + 1 :]) == {1e9}
    assert month("distribution")[at + 6] > 1e6
    assert run.final["cash_kept"] == [0.0]


def test_a_cover_is_that_of_what_is_due_and_not_of_what_a_sweep_has_paid(deal):
    """Half of what is left repays the loan early: its next instalments are smaller, and none is due once it is gone."""
    made = deal(SITE.replace("tenor: 3 years", "tenor: 3 years, sweep: 50 %"))
    month = lambda row: list(made.month(f"financing.{row}").values())  # noqa: E731
    service = month("debt_service")
    paid = [a + b for a, b in zip(month("bank.interest_paid"), month("bank.principal_paid"), strict=True)]
    assert sum(service) == pytest.approx(sum(paid), rel=1e-12)
    assert sum(month("bank.swept")) > 20e6
    last = max(t for t, owed in enumerate(month("bank.balance")) if owed)
    assert all(cover >= 1e9 for cover in month("dscr")[last + 2 :])


@pytest.mark.parametrize(("rate", "fee"), [("30 %/year", "1 %"), ("1000 %/year", "100 %")])
def test_uses_that_grow_with_the_loan_that_pays_for_them_are_an_error(deal, rate, fee):
    """A reserve for all of the debt service of a loan that pays for all uses."""
    text = SITE.replace("size: 60 %, rate: 6 %/year", f"size: 100 %, rate: {rate}")
    text = text.replace("upfront_fee: 1 %", f"upfront_fee: {fee}")
    made = deal(text + "  reserves: {debt_service: {months: 36 months}}\n")
    with pytest.raises(SizingDoesNotSettle, match="the uses grow without end"):
        assert made.plan


def test_vat_of_the_construction_carries_no_debt(deal):
    """The state gives the last three months of it back after the completion: cash of the owners, who had paid it."""
    text = SITE.replace("60 %, rate: 6 %/year, repayment: level", "{dscr: 2.5}, rate: 6 %/year, repayment: sculpted")
    text = text.replace("months: 9", "months: 11")
    without = deal(text)
    made = deal(text.replace("cost: 100 MUSD", "cost: 100 MUSD, vat: {rate: 25 %, settled_after: 3 months}"))
    assert [loan.status for loan in without.plan.solved.loans] == ["ok"]
    for a, b in zip(without.plan.solved.loans, made.plan.solved.loans, strict=True):
        assert b.amount == pytest.approx(a.amount, rel=1e-12)
    assert made.month("financing.cfads") == pytest.approx(without.month("financing.cfads"), rel=1e-12)
    vat = [paid for paid in made.month("financing.vat").values() if paid]
    assert sum(vat) == pytest.approx(0.0, abs=1e-6) and min(vat) == pytest.approx(-100e6 / 11 * 0.25, rel=1e-12)
    first = date(2027, 12, 31)
    back = made.month("financing.distribution")[first] - without.month("financing.distribution")[first]
    assert back == pytest.approx(3 * 100e6 / 11 * 0.25, rel=1e-9)


def test_what_owners_pay_in_during_the_construction_is_no_support_after_it(deal):
    """A cost of the site that runs from the first month is the owners' until the completion; then the rent pays it."""
    guard = "guard: {structure: land_lease, payer: host, payee: outside, rent: 1.2 MUSD/year, from: 2026-09-01,"
    guard += " term: 58 months}"
    made = deal(SITE.replace("tax: {host: {rate: 25 %}}\n", f"  {guard}\n"))
    paid = {day: amount for day, amount in made.month("financing.owners_support").items() if amount}
    assert sum(paid.values()) == pytest.approx(1e6, rel=1e-9) and max(paid) <= date(2027, 6, 30)
    assert set(made.month("financing.owners_support_in_all").values()) == {0.0}
    assert set(made.paths(2).final["owners_support"].tolist()) == {0.0}


def test_a_grant_that_comes_first_makes_no_loan_of_the_company_to_its_owners(deal):
    """The owners get what the first month does not use; their loan begins when they have paid in more than that."""
    grant = "aid: {structure: grant, payer: state, payee: host, schedule: {2026-08-01: 30 MUSD}, for_tax: exempt}"
    text = SITE.replace("tax: {host", f"  {grant}\ntax: {{host")
    made = deal(text + "  shareholder_loan: {part: 80 %, rate: 9 %/year}\n")
    build = list(made.month("financing.owners_build").values())
    owed = [made.month("financing.owners_loan.balance")[day] for day in made.month("financing.owners_build")]
    assert min(build) < -15e6
    at = list(made.month("financing.owners_build")).index(date(2027, 6, 30))
    for t in range(at + 1):
        assert owed[t] == pytest.approx(0.8 * max(sum(build[: t + 1]), 0.0), rel=1e-12)
    assert min(made.month("financing.owners_loan.interest").values()) == 0.0
