"""Acquisition by hand: price at closing, the seller's loan, the earn-out, what is written down."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_deal import dated, same, total

from valuation.errors import SpecError

HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
CLOSING = date(2026, 8, 15)


def text(terms, buys="shares", more=""):
    return f"""
parties: {{seller: Seller}}
clauses:
  rent: {{price: 0 USD/kW/month}}
  x: {{structure: acquisition, payer: host, payee: seller, closing: 2026-08-15, buys: {buys}, {terms}}}
risks: {{gone: {{{HAZARD}}}, other: {{{HAZARD}}}}}
{more}
"""


@pytest.mark.parametrize(
    ("terms", "price"),
    [
        ("price: 12 MUSD", 12e6),
        ("price: 0.3 MUSD/MW", 30e6),  # of the largest power contracted, 100 MW
        ("price: 0.3 MUSD/MW, power: 41.5 MW", 12.45e6),
        ("multiple: 6.5, ebitda: 3 MUSD/year", 19.5e6),
        ("price: 10 MEUR", 11e6),
        ("multiple: 6, ebitda: 30 MNOK/year", 18e6),
    ],
)
def test_price_paid_at_closing(deal, terms, price):
    buyer, seller = (deal(text(terms), view=view) for view in ("host", "seller"))
    same(buyer.flows(), {CLOSING: -price})
    same(seller.flows(), {CLOSING: price})
    assert not any(buyer.month("accounts.ebitda").values()) and not any(seller.month("accounts.revenue").values())


def test_deferred_with_interest(deal):
    """40 of 100 M are lent at 8 %: 365 days later 25 % of it with a year's interest, 366 days later the rest."""
    made = deal(text("price: 100 MUSD, deferred: {share: 40 %, rate: 8 %/year,"
                     " repaid: {2027-08-15: 25 %, 2028-08-15: 75 %}}"))  # fmt: skip
    want = {CLOSING: -60e6, date(2027, 8, 15): -10e6 - 40e6 * 0.08}
    want[date(2028, 8, 15)] = -30e6 - 30e6 * (1.08 ** (366 / 365) - 1)
    same(made.flows(), want)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    share=st.integers(0, 100), rate=st.integers(0, 3000), parts=st.lists(st.integers(0, 50), min_size=3, max_size=3),
    amount=st.integers(1, 10**9),
)  # fmt: skip
def test_a_loan_at_its_own_rate_is_worth_the_price(deal, share, rate, parts, amount):
    """Whatever the repayments are: discounted at the loan's rate to the closing, all payments are the price."""
    parts = [*parts[:2], 100 - sum(parts[:2])]
    days = ["2026-09-03", "2027-12-31", "2030-02-28"]
    repaid = ", ".join(f"{day}: {part} %" for day, part in zip(days, parts, strict=True))
    made = deal(text(f"price: {amount} USD, deferred: {{share: {share} %, rate: {rate / 100} %/year,"
                     f" repaid: {{{repaid}}}}}"))  # fmt: skip
    value = sum(cash * (1 + rate / 1e4) ** (-(day - CLOSING).days / 365) for day, cash in made.flows().items())
    assert value == pytest.approx(-amount, rel=1e-12)


@pytest.mark.parametrize(
    ("unless", "strikes", "paid"),
    [
        ("gone", {"gone": 17.9}, False),
        ("gone", {"gone": 18.1}, True),  # 31 December 2027 is 18 months after 30 June 2026
        ("gone", {"other": 3.0}, True),
        ("[gone, other]", {"other": 3.0}, False),
        ("[gone, other]", {}, True),
    ],
)
def test_earn_out(deal, unless, strikes, paid):
    terms = f"price: 12 MUSD, earn_out: {{amount: 2 MUSD, due: 2027-12-31, unless: {unless}}}"
    for view, sign in (("host", -1), ("seller", 1)):
        made = deal(text(terms), view=view)
        run = made.paths(1, **{name: [strikes.get(name, 900.0) / 100] for name in ("gone", "other")})
        same(dated(run, 0), {CLOSING: sign * 12e6} | ({date(2027, 12, 31): sign * 2e6} if paid else {}))


def test_costs_of_the_deal_go_to_outside(deal):
    flows = {
        view: deal(text("price: 50 MUSD, transaction_costs: 3 %"), view=view).flows()
        for view in ("host", "seller", "outside")
    }
    same(flows["host"], {CLOSING: -51.5e6})
    same(flows["seller"], {CLOSING: 50e6})
    same(flows["outside"], {CLOSING: 1.5e6})


TAX = (
    "tax: {host: {rate: 25 %, paid: in_year, losses: refunded}, seller: {rate: 20 %, paid: in_year, losses: refunded}}"
)


def test_assets_are_written_down_from_closing_whatever_is_owed(deal):
    """Price and costs of 103 M at closing, an earn-out of 10 M on 30 June 2027: a tenth of the balance each year, the
    rest in 2028, in which the term ends. The deferred 40 M are in the balance from the start."""
    made = deal(
        text(
            "price: 100 MUSD, transaction_costs: 3 %, deferred: {share: 40 %, repaid: {2029-08-15: 100 %}},"
            " earn_out: {amount: 10 MUSD, due: 2027-06-30, unless: gone},"
            " depreciation: {method: declining_balance, rate: 10 %/year}",
            "assets",
            TAX,
        )
    )
    for strikes, extra in ((9.0, 10e6), (0.05, 0.0)):
        run = made.paths(1, gone=[strikes])
        first = 10.3e6
        second = 0.1 * (103e6 - first + extra)
        rest = 103e6 + extra - first - second
        want = {date(2026, 12, 31): 0.25 * first, date(2027, 12, 31): 0.25 * second, date(2028, 12, 31): 0.25 * rest}
        same(dated(run, 0, "tax"), want)


def test_straight_line_from_the_start_of_the_contract(deal):
    """12 M over 24 months of the term from October 2026: half a million a month."""
    made = deal(text("price: 12 MUSD, depreciation: {method: straight_line, life: 24 months}", "assets", TAX))
    down = {day: cash for day, cash in made.month("x.depreciation").items() if cash}
    assert list(down) == sorted(down) and len(down) == 24
    assert next(iter(down)) == date(2026, 10, 31)
    assert list(down.values()) == pytest.approx([0.5e6] * 24, rel=1e-9)


def test_interest_is_taxed_at_the_seller_and_deducted_at_the_buyer(deal):
    terms = "price: 100 MUSD, deferred: {share: 50 %, rate: 10 %/year, repaid: {2027-08-15: 100 %}}"
    same(deal(text(terms, more=TAX)).flows("tax"), {date(2027, 12, 31): 0.25 * 5e6})
    same(deal(text(terms, more=TAX), view="seller").flows("tax"), {date(2027, 12, 31): -0.2 * 5e6})


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.integers(1, 10**8), share=st.integers(0, 100), strikes=st.floats(0.1, 40.0))
def test_both_sides_add_to_zero_and_it_is_linear(deal, amount, share, strikes):
    def run(k, view):
        terms = (
            f"price: {k * amount} USD, earn_out: {{amount: {k * 1000} USD, due: 2027-10-31,"
            f" unless: gone}}, deferred: {{share: {share} %, rate: 5 %/year, repaid: {{2028-01-31: 100 %}}}}"
        )
        return dated(deal(text(terms), view=view).paths(1, gone=[strikes / 100]), 0)

    one = run(1, "host")
    assert not any(total(one, run(1, "seller")).values())
    same(run(2, "host"), {day: 2 * cash for day, cash in one.items()})


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("multiple: 6", "'multiple' and 'ebitda' go together"),
        ("price: 5 MUSD, multiple: 6, ebitda: 1 MUSD/year", "either 'price' or 'multiple'"),
        ("price: 5 MUSD, power: 3 MW", "'power' is for a price per MW"),
        ("price: 5 MUSD, depreciation: {method: straight_line, life: 5 years}", "shares are not written down"),
        ("price: 5 MUSD, deferred: {share: 10 %, repaid: {2027-01-01: 90 %}}", "add to 90 %"),
        ("price: 5 MUSD, deferred: {share: 10 %, repaid: {2026-08-15: 100 %}}", "not after the closing"),
        ("price: 5 MUSD, deferred: {share: 10 %, repaid: 100 %}", "expected repayments by date"),
        ("price: 5 MUSD, earn_out: {amount: 1 MUSD, due: 2026-01-31, unless: gone}", "not after the closing"),
        ("price: 5 MUSD, earn_out: {amount: 1 MUSD, due: 2027-01-31, unless: fire}", "unknown hazard 'fire'"),
        ("price: 5 MUSD, payment: {lag: 30 days}", "it is paid on the dates that it names"),
    ],
)
def test_what_makes_no_sense_is_refused(deal, terms, message):
    with pytest.raises(SpecError, match=message):
        deal(text(terms))
