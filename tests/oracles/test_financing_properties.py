"""How the numbers of a levered contract answer to its terms: without loans nothing changes, twice the money is twice
the value, what asks for more carries less, and what the cash does not carry is told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from levered_deals import by_hand, drawn, put
from small_deal import Deal, merged

from valuation.resolve import resolve
from valuation.sizing.refusals import LoanExceedsUses
from valuation.spec.load import load

HALF_YEARLY = by_hand("half-yearly, sculpted, with a termination payment")
AS_PAID = {
    "equity_discount_rate": {"value": "8 %/year"},
    "clauses": {"rent": {"payment": None}},
    "tax": {"host": {"paid": "in_year"}},
    "risks": {"gone": {"compensation": None}},
    "financing": {"service": "month", "debt": None, "reserves": None, "covenants": None},
}
"""Everything is paid at month ends, and at once passed on to the owners, who pay for all of it."""


def sized(folder, change, *overrides):
    """The loans of the half-yearly contract with a change."""
    path = put(folder, merged(HALF_YEARLY, change))
    return resolve(load(path, overrides=overrides)).solved


@pytest.mark.parametrize("flows", ["by_date", "year_end"])
def test_a_financing_without_loans_changes_nothing(tmp_path, flows):
    contract = merged(HALF_YEARLY, AS_PAID)
    if flows == "year_end":
        dates = {"valuation": "2026-12-31", "start": "2028-01-01", "flows": flows}
        contract = merged(contract, {"dates": dates, "clauses": {"build": {"schedule": {"from": "2027-01-31"}}}})
    run = Deal(put(tmp_path, contract)).paths(100)
    scale = np.abs(run.cash).sum(axis=0)
    assert np.abs(run.measure["npv_equity"] - run.measure["npv"]).max() <= 1e-12 * scale.max()
    assert run.status["irr_equity"].tolist() == run.status["irr"].tolist()
    assert run.measure["irr_equity"] == pytest.approx(run.measure["irr"], abs=1e-9, nan_ok=True)
    assert (run.measure["npv"] < 0.0).any() and (run.measure["npv"] > 0.0).any()


@pytest.mark.parametrize("seed", [1, 3])
def test_doubling_all_money(tmp_path, seed):
    one, two = (Deal(put(tmp_path / name, *drawn(seed, k))) for name, k in (("one", 1.0), ("two", 2.0)))
    for a, b in zip(one.plan.solved.loans, two.plan.solved.loans, strict=True):
        assert (b.amount, b.status) == (pytest.approx(2.0 * a.amount, rel=1e-12), a.status)
    runs = one.paths(60), two.paths(60)
    scale = np.abs(runs[0].equity).sum(axis=0).max()
    for name in ("npv_equity", "npv"):
        assert np.abs(runs[1].measure[name] - 2.0 * runs[0].measure[name]).max() <= 1e-9 * scale
    assert runs[1].measure["irr_equity"] == pytest.approx(runs[0].measure["irr_equity"], abs=1e-7, nan_ok=True)
    for name in {"dscr_min", "dscr_min_month", "default", "llcr", "plcr"} & runs[0].final.keys():
        assert runs[1].final[name] == pytest.approx(runs[0].final[name], rel=1e-9, nan_ok=True), name


def test_a_higher_cover_and_a_higher_rate_carry_less(tmp_path):
    free = {"financing": {"debt": {"bank": {"size": {"max_gearing": None}}}}}
    key = "financing.debt.bank"
    covers = [sized(tmp_path, free, f"{key}.size.dscr={cover}").loans[0].amount for cover in (1.5, 1.8, 2.5)]
    assert covers[0] > covers[1] > covers[2] > 0.0
    rates = [sized(tmp_path, free, f"{key}.size.dscr=1.6", f"{key}.rate={rate} %/year") for rate in (5, 7, 9)]
    amounts = [found.loans[0].amount for found in rates]
    assert amounts[0] > amounts[1] > amounts[2] > 0.0
    assert {found.loans[0].status for found in rates} == {"ok"}


def test_a_loan_by_cover_is_cut_to_its_share_of_the_uses(tmp_path):
    """In words, and on the balances: the covers of all dates rise together."""
    size = {"size": {"dscr": 1.02, "max_gearing": "40 %"}}
    found = sized(tmp_path, {"financing": {"debt": {"bank": size}}})
    (loan,) = found.loans
    assert (loan.status, loan.binding) == ("capped_by_gearing", "gearing")
    assert loan.amount == pytest.approx(0.4 * found.need, rel=1e-11)
    assert loan.carried > loan.amount
    assert loan.balances[-1][1] == 0.0


def test_a_stated_loan_is_cut_to_the_uses(tmp_path):
    found = sized(tmp_path, {"financing": {"debt": {"bank": {"size": "2000 MUSD"}}}})
    (loan,) = found.loans
    assert (loan.status, loan.amount) == ("capped_by_uses", pytest.approx(found.need, rel=1e-11))


def test_cash_that_carries_nothing_leaves_a_loan_of_nothing(tmp_path):
    """Every number of its paths is one, but ratios over no debt."""
    poor = {"clauses": {"rent": {"price": "30 USD/kW/month"}}, "financing": {"draws": "loans_first"}}
    deal = Deal(put(tmp_path, merged(HALF_YEARLY, poor)))
    (loan,) = deal.plan.solved.loans
    assert (loan.amount, loan.status) == (0.0, "nothing_to_carry")
    run = deal.paths(8)
    undefined = {name for name, value in run.values.items() if not np.isfinite(value).all()}
    assert undefined <= {"financing.llcr", "financing.plcr", "accounts.margin", "accounts.margin_undiscounted"}
    assert not run.final["default"].any()


def test_a_loan_that_may_not_be_cut_is_refused_beyond_the_uses(tmp_path):
    """Of two loans, beyond what the first leaves."""
    free = {"size": {"dscr": 0.7, "max_gearing": None, "uncapped": True}}
    with pytest.raises(LoanExceedsUses, match=r"small\.yaml: financing\.debt\.bank\.size: .* 'max_gearing") as caught:
        sized(tmp_path, {"financing": {"debt": {"bank": free}}})
    assert math.isfinite(caught.value.amount) and caught.value.amount > caught.value.uses > 0.0
    other = {"size": "60 %", "rate": "5 %/year", "repayment": "level", "tenor": "6 years"}
    free["size"]["dscr"] = 0.5
    with pytest.raises(LoanExceedsUses, match="debt.bank.size"):
        sized(tmp_path, {"financing": {"debt": {"a_first": other, "bank": free}}})
