"""Joint venture: by hand, and as what must hold: the parts of the owners are the whole, on every path."""

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_deal import Deal, dated, merged, months, same, total, write
from small_deal_strategies import PARTIES, contracts

from valuation.errors import SpecError

HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
BOOKS = ("cash", "tax")


def text(share="40 %", more=""):
    return f"""
parties: {{partner: Partner, fund: Fund}}
clauses:
  build: {{structure: capex, payer: host, payee: outside, cost: 90 MUSD, schedule: {{from: 2026-07-31, months: 3}},
          depreciation: {{method: straight_line, life: 24 months}}}}
  x: {{structure: joint_venture, payer: host, payee: partner, share: {share}}}
tax: {{host: {{rate: 25 %, paid: in_year}}}}
risks: {{gone: {{{HAZARD}, notice: 2 months}}}}
{more}
"""


def test_by_hand(deal):
    """90 M built in three months, 10 M rent a month for 24 months, straight line of 3.75 M a month: taxed are 18.75,
    75 and 56.25 M."""
    rent = {m.last: 10e6 for m in months(date(2026, 10, 1), date(2028, 9, 30))}
    built = {m.last: -30e6 for m in months(date(2026, 7, 1), date(2026, 9, 30))}
    tax = {date(2026, 12, 31): -4.6875e6, date(2027, 12, 31): -18.75e6, date(2028, 12, 31): -14.0625e6}
    for view, part in (("host", 0.6), ("partner", 0.4)):
        made = deal(text(), view=view)
        same(made.flows(), {day: part * cash for day, cash in total(rent, built).items()})
        same(made.flows("tax"), {day: part * cash for day, cash in tax.items()})
        same(made.month("accounts.revenue"), {day: part * cash for day, cash in rent.items()})
    same(deal(text(), view="tenant").flows(), {day: -cash for day, cash in rent.items()})


def test_several_partners(deal):
    more = "  y: {structure: joint_venture, payer: host, payee: fund, share: 25 %}"
    change = text().replace("\ntax:", f"\n{more}\ntax:")
    whole = deal(text("0 %")).flows()
    for view, part in (("host", 0.35), ("partner", 0.4), ("fund", 0.25)):
        same(deal(change, view=view).flows(), {day: part * cash for day, cash in whole.items()})


def test_each_at_its_own_discount_rate(deal):
    """The partner's rate is his own, the base NPV that of his flows at it."""
    change = text() + "\ndiscount_rate_by_party: {partner: 5 %/year}"
    partner = deal(change, view="partner")
    values = partner.paths(1, gone=[9.0]).measure
    flows = total(partner.flows(), partner.flows("tax"))
    npv = sum(cash * 1.05 ** (-(day - date(2026, 6, 30)).days / 365) for day, cash in flows.items())
    assert values["npv"][0] == pytest.approx(npv, rel=1e-11)


@pytest.fixture
def make(tmp_path):
    """A deal from a drawn contract, with clauses laid over it."""
    from io import StringIO

    from small_deal import _yaml

    def of(drawn, more, view):
        contract, market = drawn
        texts = []
        for tree in (merged(contract, more), market):
            out = StringIO()
            _yaml().dump(tree, out)
            texts.append(out.getvalue())
        return Deal(write(tmp_path, *texts), view)

    return of


few = settings(
    max_examples=5,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def venture(share):
    clause = {"structure": "joint_venture", "payer": "host", "payee": "partner", "share": f"{share} %"}
    return {"parties": {"partner": "Partner"}, "clauses": {"owners": clause}}


@pytest.mark.slow
@few
@given(made=contracts(), share=st.integers(0, 100))
def test_the_parts_are_the_whole_on_every_path(make, made, share):
    """NPV after and before tax, and each dated flow, of random contracts: events, compensation, losses, foreign
    money."""
    whole = make(made(), {}, "host").paths(6, seed=5)
    host, partner = (make(made(), venture(share), view).paths(6, seed=5) for view in ("host", "partner"))
    gross = np.abs(whole.cash).sum(axis=0) + np.abs(whole.tax).sum(axis=0)
    for name in ("npv", "npv_pre_tax", "npv_risk_free"):
        assert np.abs(host.measure[name] + partner.measure[name] - whole.measure[name]).max() <= 1e-12 * gross.max()
        assert np.abs(partner.measure[name] - share / 100 * whole.measure[name]).max() <= 1e-12 * gross.max()
    for book in BOOKS:
        for path in range(6):
            both = total(dated(host, path, book), dated(partner, path, book))
            same(both, dated(whole, path, book), 1e-11)


@pytest.mark.slow
@few
@given(made=contracts())
def test_transfers_add_to_zero_with_a_partner(make, made):
    runs = [make(made(), venture(35), view).paths(4, seed=5) for view in (*PARTIES, "partner")]
    for path in range(4):
        flows = [dated(run, path) for run in runs]
        scale = max(abs(amount) for flow in flows for amount in flow.values())
        assert all(abs(amount) <= 1e-9 * scale for amount in total(*flows).values())


def test_a_sale_of_the_assets_and_a_lag_in_foreign_money(deal):
    """What enters by other ways than a posting: the taxable price of a sale, cash at the rate of its own month."""
    more = "sold_at: 30 MUSD, residual: sold_at, losses: refunded"
    change = text().replace("paid: in_year", f"paid: in_year, {more}")
    change = change.replace("clauses:\n", "clauses:\n  rent: {price: 90 EUR/kW/month, payment: {lag: 40 days}}\n")
    whole = deal(change.replace("share: 40 %", "share: 0 %")).paths(3, gone=[0.055, 0.155, 9.0])
    for view, part in (("host", 0.6), ("partner", 0.4)):
        run = deal(change, view=view).paths(3, gone=[0.055, 0.155, 9.0])
        for book in BOOKS:
            for path in range(3):
                want = {day: part * cash for day, cash in dated(whole, path, book).items()}
                same(dated(run, path, book), want, 1e-11)


def test_a_termination_payment_by_the_tax_balance_is_of_the_whole_balance(deal):
    """The balance measures what the state owes to the venture; the partner then has his part of it, once."""
    paid = "compensation: {payer: state, payee: host, share: 50 %, of: tax_basis}"
    change = text().replace("notice: 2 months", f"notice: 2 months, {paid}")
    whole = deal(change.replace("share: 40 %", "share: 0 %")).paths(1, gone=[0.085])
    partner, state = (deal(change, view=view).paths(1, gone=[0.085]) for view in ("partner", "state"))
    same(dated(partner, 0), {day: 0.4 * cash for day, cash in dated(whole, 0).items()})
    (owed,) = dated(state, 0).values()
    worn = 8 * 3.75e6  # struck on position 8.5, ended in May 2027
    assert owed == pytest.approx(-0.5 * (90e6 - worn))


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        ("x: {structure: joint_venture, payer: host, payee: partner, share: 120 %}", "above 100 %"),
        (
            "x: {structure: joint_venture, payer: host, payee: partner, share: 60 %}\n"
            "  y: {structure: joint_venture, payer: host, payee: fund, share: 50 %}",
            "the partners of 'host' have 110 % in all",
        ),
        ("x: {structure: joint_venture, payer: host, payee: tenant, share: 10 %}", "'tenant' is in clauses.rent too"),
        ("x: {structure: joint_venture, payer: host, payee: outside, share: 10 %}", "'outside' is everybody"),
        (
            "x: {structure: joint_venture, payer: host, payee: partner, share: 10 %}\n"
            "  y: {structure: joint_venture, payer: state, payee: partner, share: 10 %}",
            "'partner' is a partner in 'x' already",
        ),
        (
            "x: {structure: joint_venture, payer: host, payee: partner, share: 10 %}\n"
            "  y: {structure: joint_venture, payer: partner, payee: fund, share: 10 %}",
            "'partner' has partners of its own",
        ),
        (
            "x: {structure: joint_venture, payer: host, payee: partner, share: 10 %, index: {by: 2 %/year}}",
            "is a share",
        ),
    ],
)
def test_what_cannot_be_shared_is_refused(deal, clauses, message):
    with pytest.raises(SpecError, match=message):
        deal(f"parties: {{partner: Partner, fund: Fund}}\nclauses:\n  {clauses}")
