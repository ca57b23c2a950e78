"""Project finance against the reference tool, SAM's single-owner model: yearly lines, debt and NPV to the cent, IRR of
the flows to 1e-9. The tool and a contract meet the same case; plain NumPy stands between them and says who is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sam_by_hand import FIGURES, LINES, by_hand, present_value, root
from sam_case import SamCase
from sam_cases import FLAT, LEVERED, TAXED, TOOL_ONLY, UNLEVERED, drawn_cases
from sam_contract import by_year, cash_by_year, contract_text, december, market_text

from valuation.appraisal.base import Base, base_measures
from valuation.resolve import resolve
from valuation.spec.depreciation import Depreciation
from valuation.spec.load import load

pytest.importorskip("PySAM", reason="no wheel of the reference tool for this Python")
from sam_single_owner import SamResult, run_sam  # noqa: E402

CENT = 0.01
"""How far money may be off [currency]."""
CLOSE = 1e-9
"""How far a rate of return may be off [1/year]."""
DRAWN = drawn_cases()
ALL = UNLEVERED + LEVERED + TOOL_ONLY + DRAWN
BY_SHARES = "shares" in Depreciation.model_fields
"""Whether a contract can write down by shares of years."""
READ = tuple(case for case in UNLEVERED + LEVERED + DRAWN if BY_SHARES or len(set(case.depreciation)) < 2)
NO_DEBT = tuple(case for case in READ if case.loan is None)
DEBT = tuple(case for case in READ if case.loan is not None)


def named(cases: tuple[SamCase, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


@cache
def sam(case: SamCase) -> SamResult:
    return run_sam(case)


@pytest.fixture
def base_of(tmp_path: Path):
    """``base_of(case)``: the base case of the contract that means the same; ``real=True`` in money of year 0."""

    def of(case: SamCase, **how: bool) -> Base:
        (tmp_path / "market.yaml").write_text(market_text(case), encoding="utf-8")
        file = tmp_path / "case.yaml"
        file.write_text(contract_text(case, **how), encoding="utf-8")
        return Base.of(resolve(load(file)))

    return of


def at_solved_price(case: SamCase) -> SamCase:
    """The case at the price that the tool found for its target."""
    return case if case.target_irr is None else replace(case, price=sam(case).price)


# The tool itself.


def test_published_values() -> None:
    """Recomputed twice before: 110 MW, 15 years, cost 900 M, revenue 173.36 M, running cost 33 M, 8 %."""
    flat, taxed, geared = (sam(case) for case in (FLAT, TAXED, LEVERED[0]))
    assert [round(found.npv, 2) for found in (flat, taxed, geared)] == [301_408_428.64, 150_083_693.02, 232_674_929.67]
    returns = [round(100.0 * root(found.equity), 6) for found in (flat, taxed, geared)]
    assert returns == [13.151625, 10.639929, 17.748625]
    assert round(geared.min_dscr, 6) == 2.367383  # before tax
    after_tax = by_hand(LEVERED[0]).dscr_after_tax
    assert (round(after_tax.min(), 6), round(after_tax.mean(), 6)) == (2.083589, 2.155614)


@named(ALL)
def test_the_tool_by_hand(case: SamCase) -> None:
    """Every line of the tool is understood; its defaults add nothing."""
    tool, hand = sam(case), by_hand(case)
    for line in LINES:
        np.testing.assert_allclose(getattr(tool, line), getattr(hand, line), rtol=0.0, atol=1e-3, err_msg=line)
    for figure in FIGURES:
        assert getattr(tool, figure) == pytest.approx(getattr(hand, figure), rel=1e-10, abs=1e-3), figure
    assert tool.nominal_rate == pytest.approx(case.nominal_rate, rel=1e-13)
    assert abs(root(tool.equity) - root(hand.equity)) < CLOSE
    assert abs(tool.printed_irr - root(tool.equity)) < 1e-6, "the tool stops early, but not that early"


@named(tuple(case for case in ALL if case.target_irr is not None))
def test_the_tool_meets_its_target(case: SamCase) -> None:
    assert case.target_irr is not None
    assert abs(root(sam(case).equity) - case.target_irr) < CLOSE
    assert abs(present_value(case.target_irr, sam(case).equity, np.arange(case.years + 1))) < CENT


def test_the_drawn_cases_have_everything_in_them() -> None:
    loans = [case.loan for case in DRAWN if case.loan is not None]
    assert len(DRAWN) >= 10 and len(loans) == len(DRAWN) // 2
    assert {case.sold_as for case in DRAWN} == {"production", "lease", "supply"}
    assert {loan.dscr is not None for loan in loans} == {True, False}
    assert {loan.repayment for loan in loans if loan.dscr is None} == {"level", "equal_principal"}
    capped = [case for case in DRAWN if case.loan is not None and case.loan.max_gearing is not None]
    assert any(sam(case).debt == pytest.approx(case.loan.max_gearing * case.cost) for case in capped if case.loan)
    assert any(case.target_irr is not None for case in DRAWN)
    assert any(len(set(case.depreciation)) > 1 for case in DRAWN)


# A contract without debt.


@named(NO_DEBT)
def test_a_contract_without_debt(case: SamCase, base_of) -> None:
    tool, case = sam(case), at_solved_price(case)
    base = base_of(case)

    def same(ours: np.ndarray, line: str) -> None:
        np.testing.assert_allclose(ours, getattr(tool, line), rtol=0.0, atol=CENT, err_msg=line)

    rows = {"revenue": "sale.billed", "ebitda": "accounts.ebitda"}
    if case.sold_as != "lease":  # a lease is billed by the month and not by the energy used
        rows["energy"] = "generation.produced" if case.sold_as == "production" else "sale.billed_volume"
    rows |= {line: f"{line}.cost" for line in ("fixed_cost", "capacity_cost", "volume_cost") if getattr(case, line)}
    if case.tax_rate:
        rows |= {"depreciation": "build.depreciation", "taxable": "accounts.taxable"}
    for line, row in rows.items():
        same(by_year(base, row, case.years), line)
    same(-cash_by_year(base, case.years, "tax"), "tax")
    same(cash_by_year(base, case.years, "pre_tax"), "before_tax")
    same(cash_by_year(base, case.years), "equity")
    assert abs(base.npv - tool.npv) < CENT
    measures = base_measures(base)
    assert measures.irr is not None and abs(measures.irr - root(tool.equity)) < CLOSE


@named(tuple(case for case in NO_DEBT if case.inflation))
def test_a_contract_in_real_money(case: SamCase, base_of) -> None:
    """In money of year 0 at the real rate it is worth the same; 1 + real return = (1 + return)/(1 + inflation)."""
    tool = sam(case)
    base = base_of(at_solved_price(case), real=True)
    assert abs(base.npv - tool.npv) < CENT
    measures = base_measures(base)
    assert measures.irr is not None
    assert abs((1.0 + measures.irr) * (1.0 + case.inflation) - 1.0 - root(tool.equity)) < CLOSE


def price_at_0(worth: Callable[[float], float], low: float, high: float) -> float:
    """Price at which a linear worth is 0."""
    at_low, at_high = worth(low), worth(high)
    return low - at_low * (high - low) / (at_high - at_low)


@named(tuple(case for case in NO_DEBT if case.target_irr is not None))
def test_the_price_for_a_return(case: SamCase, base_of) -> None:
    """Without a kink the NPV at the rate wanted is linear in the price: two prices give the one at which it is 0."""
    assert case.target_irr is not None
    at_target = replace(case, real_rate=(1.0 + case.target_irr) / (1.0 + case.inflation) - 1.0)

    def worth(price: float) -> float:
        return base_of(replace(at_target, price=price)).npv

    assert price_at_0(worth, 30.0, 80.0) == pytest.approx(sam(case).price, rel=1e-9)


# A contract with debt.


@named(DEBT)
def test_a_contract_with_debt(case: SamCase, base_of) -> None:
    tool, case = sam(case), at_solved_price(case)
    base = base_of(case)
    assert abs(base.values.scalar["financing.senior.size"] - tool.debt) < CENT

    def same(ours: np.ndarray, line: str) -> None:
        np.testing.assert_allclose(ours, getattr(tool, line), rtol=0.0, atol=CENT, err_msg=line)

    rows = {
        "revenue": "sale.billed",
        "ebitda": "accounts.ebitda",
        "interest": "financing.senior.interest_paid",
        "principal": "financing.senior.principal_paid",
    }
    if case.tax_rate:
        rows |= {"depreciation": "build.depreciation", "taxable": "levered_tax.profit"}
    for line, row in rows.items():
        same(by_year(base, row, case.years), line)
    drawn = by_year(base, "financing.senior.drawn", case.years)
    assert abs(drawn[0] - tool.debt) < CENT and not drawn[1:].any()
    same(december(base, "financing.senior.balance", case.years), "balance")
    cfads, served = by_year(base, "financing.cfads", case.years), tool.dscr > 0.0
    np.testing.assert_allclose(cfads[served], tool.cfads[served], rtol=0.0, atol=CENT)
    np.testing.assert_allclose(december(base, "financing.dscr", case.years)[served], tool.dscr[served], rtol=1e-9)
    assert base.row("financing.dscr_min")[-1] == pytest.approx(tool.min_dscr, rel=1e-9)
    same(-by_year(base, "financing.tax_paid", case.years), "tax")
    assert abs(by_year(base, "financing.uses", case.years)[0] - tool.uses) < CENT
    equity = cash_by_year(base, case.years, "equity")
    same(equity, "equity")
    assert abs(present_value(case.nominal_rate, equity, np.arange(case.years + 1)) - tool.npv) < CENT
    assert abs(root(equity) - root(tool.equity)) < CLOSE


@named(tuple(case for case in DEBT if case.target_irr is not None))
def test_the_price_for_a_return_with_debt(case: SamCase, base_of) -> None:
    """A debt of given gearing does not move with the price, one by cover moves with the cash: linear too."""
    tool = sam(case)

    def worth(price: float) -> float:
        assert case.target_irr is not None
        flows = cash_by_year(base_of(replace(case, price=price)), case.years, "equity")
        return present_value(case.target_irr, flows, np.arange(case.years + 1))

    assert price_at_0(worth, 0.97 * tool.price, 1.02 * tool.price) == pytest.approx(tool.price, rel=1e-9)
