"""VAT by hand: paid with the payment, back some time later; no cost, no income, not taxed."""

from datetime import date, timedelta

import pytest
from small_deal import after, dated, months, same, total

from valuation.appraisal.base import Base
from valuation.appraisal.figures import _paid
from valuation.errors import SpecError

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
GRID = months(START, STOP)
VAT = "vat: {rate: 25 %, settled_after: 2 months}"
COST = "x: {{structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year{vat}}}"


def with_vat(flows, rate=0.25, settle=lambda day: after(day, 2)):
    """Flows with their VAT, and the same back."""
    there = {day: rate * amount for day, amount in flows.items()}
    back = {}
    for day, amount in there.items():
        back[settle(day)] = back.get(settle(day), 0.0) - amount
    return total(flows, there, back)


def rent(monthly=1e7, lag=0):
    return {m.last + timedelta(lag): monthly * m.share(START, STOP) for m in GRID if m.share(START, STOP)}


@pytest.mark.parametrize(
    ("vat", "settle"),
    [
        (VAT, lambda day: after(day, 2)),
        ("vat: {rate: 25 %, settled_after: 40 days}", lambda day: day + timedelta(40)),
        ("vat: {rate: 25 %, settled_after: 0 days}", lambda day: day),
    ],
)
def test_of_rent_it_comes_in_with_it_and_goes_out_later(deal, vat, settle):
    made = deal(f"clauses: {{rent: {{{vat}, payment: {{lag: 30 days}}}}}}")
    same(made.flows(), with_vat(rent(lag=30), settle=settle))
    other = deal(f"clauses: {{rent: {{{vat}, payment: {{lag: 30 days}}}}}}", view="tenant")
    same(other.flows(), {day: -amount for day, amount in made.flows().items()})


def test_it_is_neither_income_nor_cost_nor_taxed(deal):
    text = """
    clauses:
      rent: {{{vat}}}
      x: {{structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year{more}}}
      build: {{structure: capex, payer: host, payee: outside, cost: 60 MUSD, schedule: {{from: 2026-07-31, months: 2}},
              depreciation: {{norway_group: d}}{more}}}
    tax: {{host: {{rate: 25 %, losses: refunded}}}}
    """
    names = ("accounts.revenue", "accounts.ebitda", "accounts.capital", "accounts.taxable")
    made = deal(text.format(vat=VAT, more=f", {VAT}"))
    rows, flows, taxes = {name: made.month(name) for name in names}, made.flows(), made.flows("tax")
    plain = deal(text.format(vat="", more=""))
    assert {name: plain.month(name) for name in names} == rows
    assert plain.flows("tax") == taxes
    same(flows, with_vat(plain.flows()))
    assert sum(flows.values()) == pytest.approx(sum(plain.flows().values()))


def test_of_foreign_money_the_amount_in_the_contracts_currency_comes_back(deal):
    """Each payment at the rate of its own month, the settlement at what was paid."""
    price = "clauses: {{rent: {{price: 80 EUR/kW/month, payment: {{lag: 45 days}}{vat}}}}}"
    run = deal(price.format(vat=f", {VAT}")).paths(3)
    with_it = [dated(run, path) for path in range(3)]
    run = deal(price.format(vat="")).paths(3)
    for path in range(3):
        same(with_it[path], with_vat(dated(run, path)))


def test_of_a_cost_that_a_lease_passes_through_both_legs_bear_it(deal):
    text = f"clauses: {{{{rent: {{{{lease: triple_net}}}}, {COST}}}}}"
    same(deal(text.format(vat=f", {VAT}")).flows(), rent())  # what he pays more he gets more, on the same days
    tenant = deal(text.format(vat=f", {VAT}"), view="tenant").flows()
    same(tenant, total({d: -a for d, a in rent().items()}, with_vat({d: -a for d, a in rent(1e6).items()})))


def test_a_partner_has_his_part_of_it(deal):
    text = f"""
    parties: {{partner: Partner}}
    clauses:
      rent: {{{VAT}}}
      jv: {{structure: joint_venture, payer: host, payee: partner, share: 40 %}}
    """
    for view, part in (("partner", 0.4), ("host", 0.6)):
        same(deal(text, view=view).flows(), {day: part * amount for day, amount in with_vat(rent()).items()})


def test_the_cost_of_a_site_is_told_without_it(deal):
    with_it, without = (_paid(Base.of(deal(f"clauses: {{{COST.format(vat=vat)}}}").plan)) for vat in (f", {VAT}", ""))
    assert with_it == without


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clauses: {rent: {vat: 25 %}}", "write vat: {rate: 25 %, settled_after:"),
        ("clauses: {rent: {vat: {rate: 25 %}}}", "missing key 'settled_after'"),
        ("clauses: {rent: {vat: {rate: 25, settled_after: 2 months}}}", "25 has no unit, expected a share in %"),
        (
            f"clauses: {{x: {{structure: property_tax, payer: host, payee: state, rate: 1 %/year, {VAT}}}}}",
            "a tax bears no VAT",
        ),
    ],
)
def test_refused(deal, text, said):
    with pytest.raises(SpecError) as caught:
        deal(text)
    assert said in str(caught.value)
