"""Levered contracts at the edges of what the language allows: nothing is lost, nothing is no number, and what cannot be
is refused in words."""

from __future__ import annotations

import math
from datetime import date

import pytest
from small_deal import discount

from valuation.errors import SpecError

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
