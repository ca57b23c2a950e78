"""Every side of one file: each party's NPV against a run from its own view and against sums by hand; transfers cancel
to the last bit, and what one view spoils shows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from small_deal import Deal, _yaml, after, discount, write
from small_deal_strategies import PARTIES, contracts

from valuation.appraisal import sides
from valuation.appraisal.base import Base
from valuation.appraisal.checks import checks_of_sides
from valuation.appraisal.sides import every_side
from valuation.errors import ValuationError
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

SHIPPED = Path(__file__).resolve().parents[2] / "contracts"
ALL_AT_ONCE = """
tax: {host: {rate: 22 %, year_start: 07-01}}
discount_rate_by_party: {supplier: 5 %/year}
clauses:
  rent: {lease: net_of_power, price: 90 EUR/kW/month, payment: {lag: 45 days}}
  power: {structure: power_supply, payer: host, payee: supplier, spot: power, fixed_price: 60 EUR/MWh,
          hedge: {volume: baseload, share: 80 %, of: contracted_capacity, surplus: sold_at_spot},
          payment: {lag: 2 months}, survives: {gone: {wind_up: 5 months, resale_discount: 4 EUR/MWh}}}
  tariff: {structure: fixed_cost, payer: host, payee: grid, passes: power, price: 100 NOK/kW/year,
           payment: {in: advance}}
  build: {structure: capex, payer: host, payee: outside, cost: 3 MEUR/MW, schedule: {from: 2026-05-31, months: 4},
          depreciation: {method: declining_balance, rate: 20 %/year}}
  end: {structure: terminal_value, payer: outside, payee: host, share: 10 %, of: build}
risks:
  use: {process: logit_ou, mean: 85 %, logit_sd: 0.6, reversion: 2 /year}
  gone: {process: hazard, rate: {value: 40 %/year, evidence: historical}, notice: 2 months,
         compensation: {payer: state, payee: host, share: 60 %, of: tax_basis, lag: 3 months}}
capacity: {utilisation: use}
"""
"""Foreign money, lags, pass-through, compensation by a tax balance, wind-up, a flow that is sunk."""


def of(contract, paths=600, seed=3):
    return every_side(contract, resolve(contract), paths=paths, seed=seed, threads=1)


@pytest.mark.parametrize("file", ["bitzero.yaml", "examples/minimal-lease.yaml"])
def test_shipped_contracts(file):
    contract = load(SHIPPED / file)
    found = of(contract)
    assert found.failed == () and found.transfers.residual == 0.0 and found.transfers.gross > 1e8
    assert [one.party for one in found.parties] == [*contract.parties, "outside"]
    _as_run_from_its_own_view(contract, found)


def _as_run_from_its_own_view(contract, found, paths=600, seed=3):
    """A run of each view: the kernel's cash table against the rows of the joined program."""
    for one in found.parties:
        plan = resolve(contract, view=one.party)
        npv = simulate(assemble(plan), paths=paths, seed=seed, threads=1).measure["npv"]
        assert one.npv_mean == pytest.approx(npv.mean(), rel=1e-11, abs=1e-6)
        assert one.npv_se == pytest.approx(npv.std(ddof=1) / np.sqrt(paths), rel=1e-9, abs=1e-6)
        assert one.npv_base == pytest.approx(Base.of(plan).npv, rel=1e-12, abs=1e-6)
        assert one.is_view == (one.party == contract.view)
        if one.is_view:
            assert np.abs(found.npv_of_view - npv).max() <= 1e-12 * found.transfers.gross


def test_everything_that_may_differ_between_two_views(deal):
    contract = deal(ALL_AT_ONCE).contract
    found = of(contract)
    assert found.transfers.residual == 0.0 and found.transfers.gross > 1e8
    _as_run_from_its_own_view(contract, found)
    by_name = {one.party: one for one in found.parties}
    assert by_name["supplier"].discount_rate == 0.05 and by_name["grid"].discount_rate == 0.08
    assert by_name["host"].taxed and not by_name["tenant"].taxed
    assert {name: one.cash for name, one in by_name.items()} == {
        "host": "both", "tenant": "pays", "supplier": "receives", "grid": "receives", "state": "contingent",
        "outside": "both",
    }  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        "from_inception: true",
        "price_basis: {real: 2026, deflator: inflation}\n"
        "discount_rate: {value: 8 %/year, basis: real post-tax unlevered}\n"
        "discount_rate_by_party: {supplier: {value: 5 %/year, basis: real post-tax unlevered}}",
        "currency: NOK",
        "view: outside",
        "view: grid",
    ],
)
def test_money_dates_and_views(deal, more):
    contract = deal(_with(more)).contract
    found = of(contract)
    assert found.transfers.residual == 0.0 and found.transfers.gross > 1e8
    _as_run_from_its_own_view(contract, found)


def _with(more):
    """The deal with keys of its own in place of the same ones."""
    own = {line.partition(":")[0] for line in more.splitlines()}
    kept = [line for line in ALL_AT_ONCE.strip().splitlines() if line.partition(":")[0] not in own]
    return "\n".join([*kept, more])


def test_two_sides_by_hand(deal):
    """Rent of 10 MUSD a month for two years; the tenant discounts at 3 %, nobody else is paid anything."""
    found = of(deal("discount_rate_by_party: {tenant: 3 %/year}").contract, paths=2)
    ends = [after(date(2026, 10, 1), k + 1).toordinal() - 1 for k in range(24)]
    at = {rate: sum(10e6 * discount(rate, date.fromordinal(day)) for day in ends) for rate in (0.08, 0.03)}
    by_name = {one.party: one for one in found.parties}
    assert by_name["host"].npv_base == pytest.approx(at[0.08], rel=1e-12)
    assert by_name["tenant"].npv_mean == pytest.approx(-at[0.03], rel=1e-12)
    assert (by_name["host"].cash, by_name["tenant"].cash) == ("receives", "pays")
    for name in ("supplier", "grid", "state", "outside"):
        one = by_name[name]
        assert (one.cash, one.npv_base, one.npv_mean, one.npv_se) == ("none", 0.0, 0.0, 0.0)
    assert found.transfers.gross == pytest.approx(240e6, rel=1e-12) and found.transfers.residual == 0.0


@pytest.mark.parametrize("taxed", [False, True])
@pytest.mark.slow
@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(made=contracts())
def test_what_is_paid_is_received_in_any_contract(tmp_path, taxed, made):
    """Undiscounted to the last bit; and discounted at one rate the NPVs before tax add to 0."""
    from io import StringIO

    contract, curve = made()
    texts = []
    if not taxed:
        contract["tax"]["host"] = contract["tax"]["host"] | {"rate": "0 %"}
    for tree in (contract, curve):
        out = StringIO()
        _yaml().dump(tree, out)
        texts.append(out.getvalue())
    deal = Deal(write(tmp_path, *texts))
    found = of(deal.contract, paths=300)
    assert found.transfers.residual == found.transfers.allowed == 0.0
    assert {one.party for one in found.parties} == set(PARTIES)
    if not taxed:
        assert abs(sum(one.npv_mean for one in found.parties)) <= 1e-12 * found.transfers.gross


SPOILT = """
clauses:
  care: {structure: fixed_cost, payer: host, payee: grid, price: 1 USD/kW/month}
"""


RISK = """
risks: {gone: {process: hazard, rate: {value: 20 %/year, evidence: historical}}}
"""


def _without(plan):
    return replace(plan, payments=tuple(p for p in plan.payments if p.row != "care.cost"))


def _doubled(plan):
    rows = tuple(replace(r, op="prod", args=(*r.args, 2.0)) if r.name == "care.cost" else r for r in plan.rows)
    return replace(plan, rows=rows)


def _a_month_later(plan):
    """The same amounts in all, each booked a month after the payer's."""
    rows = [r if r.name != "care.cost" else replace(r, name="care.cost_now") for r in plan.rows]
    late = replace(plan.row_of["care.cost"], op="set", args=("care.cost_now.prev",))
    return replace(plan, rows=(*rows, late))


def _on_another_day(plan):
    day = replace(plan.row_of["time.month_end"], name="other.day", op="add_days", args=("time.month_end", -1.0))
    paid = tuple(replace(p, date="other.day") if p.row == "care.cost" else p for p in plan.payments)
    return replace(plan, rows=(*plan.rows, day), payments=paid)


def _wrong_way(plan):
    return replace(plan, payments=tuple(replace(p, sign=-p.sign) for p in plan.payments))


def _part_of_care(contract, view, share):
    """The plan of a party that is paid a share of what the file pays to the grid company."""
    plan, whole = resolve(contract, view=view), resolve(contract, view="grid").payments[0]
    part = replace(plan.row_of["care.cost"], name="care.cost.part", op="prod", args=("care.cost", share))
    return replace(plan, rows=(*plan.rows, part), payments=(replace(whole, row="care.cost.part"),))


@pytest.mark.parametrize(("shares", "allowed"), [((0.1, 0.9), True), ((0.3, 0.7), True), ((0.3, 0.6), False)])
def test_parts_of_one_amount_add_to_it_but_for_rounding(deal, monkeypatch, shares, allowed):
    """As in a joint venture, whose partners have their parts of every posting."""
    contract = deal(SPOILT.replace("1 USD", "1.23456789 USD") + RISK).contract
    of_view = dict(zip(("grid", "state"), shares, strict=True))

    def parts(contract, view=None):
        return _part_of_care(contract, view, of_view[view]) if view in of_view else resolve(contract, view=view)

    monkeypatch.setattr(sides, "resolve", parts)
    found = of(contract, paths=300)
    (transfers, _) = checks_of_sides(found, found.npv_of_view, 1.0, "USD")
    assert transfers.ok == allowed
    assert 0.0 < transfers.tolerance == found.transfers.allowed < 1e-3
    if not allowed:
        assert found.transfers.residual == pytest.approx(0.1 * 24 * 123456.789, rel=1e-12)


@pytest.mark.parametrize(
    ("spoil", "residual"),
    [
        (_without, 24 * 100e3),  # 100 MW at 1 USD for 24 months, on one side only
        (_doubled, 24 * 100e3),  # twice on one side
        (_a_month_later, 2 * 100e3),  # the first month and the one after the last
        (_on_another_day, 2 * 24 * 100e3),  # booked by each on days of its own
        (_wrong_way, 2 * 24 * 100e3),  # both pay
    ],
)
def test_what_one_view_spoils_shows(deal, monkeypatch, spoil, residual):
    contract = deal(SPOILT).contract
    whole = of(contract, paths=300)
    gross = 24 * (10e6 + 100e3)
    assert whole.transfers.residual == 0.0 and whole.transfers.gross == pytest.approx(gross, rel=1e-12)
    assert all(check.ok for check in checks_of_sides(whole, whole.npv_of_view, gross, "USD"))

    def spoilt(contract, view=None):
        plan = resolve(contract, view=view)
        return spoil(plan) if view == "grid" else plan

    monkeypatch.setattr(sides, "resolve", spoilt)
    found = of(contract, paths=300)
    assert found.transfers.residual == pytest.approx(residual, rel=1e-12)
    transfers, value = checks_of_sides(found, found.npv_of_view, gross, "USD")
    assert not transfers.ok and transfers.residual == found.transfers.residual and transfers.unit == "USD"
    assert value.ok
    assert not checks_of_sides(found, found.npv_of_view + 1.0, gross, "USD")[1].ok


def test_a_side_that_cannot_be_valued_is_named_and_fails_the_check(deal, monkeypatch):
    def refused(contract, view=None):
        if view == "grid":
            raise ValuationError("grid: no\nmore")
        return resolve(contract, view=view)

    monkeypatch.setattr(sides, "resolve", refused)
    found = of(deal(SPOILT).contract, paths=2)
    assert found.failed == ("The side of grid cannot be valued: grid: no",)
    assert "grid" not in {one.party for one in found.parties}
    assert found.transfers.residual == pytest.approx(2.4e6, rel=1e-12)
