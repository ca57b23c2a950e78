"""Monthly lines from the side of one party, and that what is earned is what is paid."""

from dataclasses import replace

import pytest

from valuation.appraisal.assumptions import assumptions
from valuation.appraisal.base import Base
from valuation.appraisal.checks import paid_at_another_rate, ties
from valuation.appraisal.figures import deal_figures
from valuation.appraisal.lines import is_money, lines
from valuation.resolve import resolve
from valuation.shipped import shipped
from valuation.spec import load
from valuation.tables import CASH_TIE, TAX_TIE

FILE = shipped("contracts") / "bitzero.yaml"


def base_of(view, **changes):
    return Base.of(resolve(load(FILE, **changes), view=view))


def test_the_tenant_sees_what_it_pays_and_no_cost_of_the_host():
    base = base_of("tenant")
    found = {line.name: line for line in lines(base)}
    money = {name for name, line in found.items() if is_money(line.unit) and any(line.values)}
    assert money == {"rent.billed", "accounts.ebitda", "accounts.taxable"}
    assert found["rent.billed"].sign == -1
    assert sum(found["accounts.ebitda"].values) == pytest.approx(-sum(found["rent.billed"].values))
    assert {"capacity.load", "power.NO4", "utilisation"} <= set(found), "volumes and prices stay"


@pytest.mark.parametrize("view", ["host", "state", "supplier", "grid"])
def test_money_as_agreed_has_the_sign_of_the_amount_that_it_converts_to(view):
    base = base_of(view)
    found = {line.name: line for line in lines(base)}
    twins = [name for name in found if f"{name}.USD" in found]
    assert all(found[name].sign == found[f"{name}.USD"].sign for name in twins)
    assert not [name for name in found if name.endswith(".USD") and not found[name].cash]
    if view == "host":
        assert {"power.spot", "grid_tariff.cost", "consumption_tax.cost"} <= set(twins)
        assert found["grid_tariff.cost"].sign == -1
    if view == "state":
        assert found["consumption_tax.cost"].sign == 1 and "power.spot" not in found


def test_what_is_passed_through_stands_beside_the_cost():
    found = {line.name: line for line in lines(base_of("host", scenario="net_of_power"))}
    cost, back = found["power.fixed"], found["power.fixed.passed_through"]
    assert (cost.sign, back.sign) == (-1, 1) and cost.values == back.values


@pytest.mark.parametrize("scenario", [None, "net_of_power", "renewal", "article"])
@pytest.mark.parametrize("view", ["host", "tenant", "supplier"])
def test_what_is_paid_is_what_was_earned(view, scenario):
    found = {check.name: check for check in ties(base_of(view, scenario=scenario))}
    assert found[CASH_TIE].ok
    assert (TAX_TIE in found) == (view == "host") and all(check.ok for check in found.values())


def test_a_payment_that_is_not_earned_is_found():
    base = base_of("host")
    flows = base.flows
    base.__dict__["flows"] = replace(flows, pre_tax=(flows.pre_tax[0] + 1e6, *flows.pre_tax[1:]))
    assert {check.name: check.ok for check in ties(base)} == {CASH_TIE: False, TAX_TIE: True}


def test_foreign_money_that_is_paid_later_leaves_the_tie_of_the_cash_out():
    base = base_of("host", overrides=["clauses.power.payment={lag: 2 months}"])
    assert paid_at_another_rate(base.plan)
    assert {check.name for check in ties(base)} == {TAX_TIE}
    assert next(line for line in lines(base) if line.name == "power.spot").sign == -1


def test_assumptions_name_who_pays_whom_what_is_read_and_what_the_scenario_sets():
    contract = load(FILE, scenario="credit")
    by_path = {one.path: one for one in assumptions(contract, resolve(contract))}
    words = {
        "clauses.rent.payer": ("Rent: paid by", "tenant"),
        "clauses.rent.payee": ("Rent: paid to", "host"),
        "clauses.power.spot": ("Power: spot price", "power.NO4"),
        "clauses.grid_tariff.index.by": ("Grid tariff: index", "inflation.NO"),
        "risks.revocation.ends": ("Revocation: an event ends", "rent"),
        "risks.revocation.process": ("Revocation: process", "hazard"),
        "risks.revocation.compensation.payer": ("Revocation: compensation paid by", "state"),
        "market": ("Market file", "nordic.yaml"),
    }
    assert {path: (by_path[path].label, by_path[path].value) for path in words} == words
    set_by = {path for path, one in by_path.items() if one.note.startswith("set by the scenario credit")}
    assert "risks.tenant_default.rate" in set_by and "clauses.power.survives.tenant_default.wind_up" in set_by
    assert by_path["risks.tenant_default.rate"].note.endswith("; the tenant is unrated")
    assert not any(path.startswith(("risks.revocation", "clauses.rent")) for path in set_by)


@pytest.mark.parametrize(("view", "each", "invests"), [("host", None, 880e6), ("tenant", -131.3, 0.0)])
def test_the_deal_in_figures(view, each, invests):
    figures = deal_figures(load(FILE), base_of(view))
    assert (figures.power_mw, figures.full_year) == (110.0, 2027)
    assert figures.it_mw == pytest.approx(110.0 / 1.15)
    assert figures.investment == pytest.approx(invests)
    assert each is None or figures.npv_per_kw_month == pytest.approx(each, rel=1e-9)
