"""Investment credits against a loop over tax years written out here."""

from datetime import date

import pytest
from small_deal import same

from valuation.errors import SpecError

YEARS = range(2026, 2032)
RENT = dict.fromkeys(YEARS, 120e6) | {2026: 30e6, 2031: 90e6}
"""100 MW at 100 USD/kW/month, October 2026 to September 2031."""


def text(credit, schedule="{from: 2026-07-31, months: 2}", tax="losses: refunded", more="", start="2026-10-01"):
    return f"""
    dates: {{start: {start}, term: 60 months}}
    clauses:
      build: {{structure: capex, payer: host, payee: outside, cost: 400 MUSD, schedule: {schedule},
              depreciation: {{method: custom, shares: [50 %, 30 %, 20 %]}}, investment_credit: {credit}}}
      {more}
    tax: {{host: {{rate: 25 %, paid: in_year, {tax}}}}}
    """


def taxes(credits, down, refundable=False, losses="refunded", rate=0.25):
    """Tax by year after the credits, and the credits carried forward, from credits and depreciation by year."""
    carried, pool, out, left = 0.0, 0.0, {}, {}
    for year in YEARS:
        profit = RENT[year] - down.get(year, 0.0)
        tax = rate * profit
        if losses == "carry_forward":
            used = min(pool, max(profit, 0.0))
            pool += max(-profit, 0.0) - used
            tax = rate * (max(profit, 0.0) - used)
        carried += credits.get(year, 0.0)
        used = carried if refundable else min(carried, max(tax, 0.0))
        carried -= used
        out[year], left[year] = tax - used, carried
    return out, left


def december(by_year):
    return {date(year, 12, 31): amount for year, amount in by_year.items()}


@pytest.mark.parametrize("losses", ["refunded", "carry_forward"])
@pytest.mark.parametrize("refundable", [False, True])
@pytest.mark.parametrize(("reduction", "kept"), [("", 1.0), (", basis_reduction: 50 %", 0.85)])
def test_a_credit_is_set_off_and_the_rest_carried_forward(deal, refundable, losses, reduction, kept):
    """120 M of 400; written down from 400 M, or 340 where half the credit lowers the basis."""
    flag = ", refundable: true" if refundable else ""
    made = deal(text(f"{{share: 30 %{reduction}{flag}}}", tax=f"losses: {losses}"))
    down = {2026 + k: 400e6 * kept * share for k, share in enumerate((0.5, 0.3, 0.2))}
    want, left = taxes({2026: 120e6}, down, refundable, losses)
    same(made.flows("tax"), {day: -tax for day, tax in december(want).items()})
    same(made.month("build.depreciation"), december(down))
    if not refundable:
        got = made.month("tax.credits")
        assert [got[day] for day in december(left)] == pytest.approx(list(left.values()))
        assert left[2026] > 1e7


def test_it_is_earned_in_the_tax_year_in_which_each_payment_is_in_service(deal):
    """Built before the start in 2028: in 2028; later payments in their own year."""
    made = deal(
        text("{share: 10 %}", "{2026-07-31: 50 %, 2027-01-31: 25 %, 2029-05-31: 25 %}", start="2028-03-01"),
    )
    same(made.month("build.credit"), december({2028: 30e6, 2029: 10e6}))


def test_what_grants_pay_earns_no_credit(deal):
    made = deal(
        text("{share: 30 %}", more="aid: {structure: grant, payer: state, payee: host, share: 25 %, of: build}")
    )
    same(made.month("build.credit"), december({2026: 90e6}))


def test_credits_of_two_investments_of_which_one_is_refundable(deal):
    more = """pilot: {structure: capex, payer: host, payee: outside, cost: 50 MUSD,
                      schedule: {from: 2027-01-31, months: 1}, investment_credit: {share: 20 %, refundable: true}}"""
    made = deal(text("{share: 30 %}", more=more))
    down = {2026 + k: 400e6 * share for k, share in enumerate((0.5, 0.3, 0.2))}
    want, _ = taxes({2026: 120e6}, down)
    want[2027] -= 10e6
    same(made.flows("tax"), {day: -tax for day, tax in december(want).items()})


def test_no_credit_is_carried_below_zero_on_any_path(deal):
    cost = "x: {structure: fixed_cost, payer: host, payee: outside, price: 20 MEUR/year}"
    made = deal(text("{share: 30 %, basis_reduction: 50 %}", tax="losses: carry_forward", more=cost))
    run = made.paths(60)
    pool, used = run.values["tax.credits"], run.values["tax.credits_used"]
    assert pool.min() == 0.0
    assert pool[-1] + used.sum(axis=0) == pytest.approx(120e6)
    assert (run.values["tax.assessed"] >= -1e-6).all()
    assert pool[-1].std() > 1e6


def test_another_party_has_no_part_of_it(deal):
    assert not [row for row in deal(text("{share: 30 %}"), view="tenant").plan.rows if "credit" in row.name]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("tax: null", "'host' pays no tax here to set it off against"),
        ("clauses: {build: {depreciation: null, investment_credit: {share: 30 %, basis_reduction: 50 %}}}",
         "nothing is written down that it could lower"),
        ("clauses: {build: {investment_credit: {share: 130 %}}}", "'130 %' is above 100 %"),
        ("clauses: {build: {investment_credit: 30 %}}", "write investment_credit: {share: 30 %}"),
    ],
)  # fmt: skip
def test_refused(tmp_path, change, said):
    from io import StringIO

    from ruamel.yaml import YAML
    from small_deal import Deal, merged, write

    yaml = YAML(typ="safe", pure=True)
    tree, out = merged(yaml.load(text("{share: 30 %}")), yaml.load(change)), StringIO()
    yaml.dump(tree, out)
    with pytest.raises(SpecError) as caught:
        Deal(write(tmp_path, out.getvalue()))
    assert said in str(caught.value)
