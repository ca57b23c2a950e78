"""The price at which the owners of a financed project reach their return, by the command's own function: against the
reference tool, and put back into the contract. The debt that the price carries moves with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sam_case import HOURS, SamCase
from sam_cases import LEVERED
from sam_contract import contract_text, market_text

from valuation.appraisal.base import Base
from valuation.appraisal.facts import Case
from valuation.resolve import resolve
from valuation.spec.load import load
from valuation.studies.solve import solve

RENT, PATHS = "clauses.rent.price", 256
EXAMPLE = Path(__file__).parents[2] / "contracts" / "examples" / "project-finance.yaml"
PRICED = tuple(case for case in LEVERED if case.target_irr is not None)


@pytest.mark.parametrize("case", PRICED, ids=lambda case: case.name)
def test_the_reference_tool_finds_the_same_price(case: SamCase, tmp_path: Path) -> None:
    """The tool's target is the rate of the owners' flows after tax; both start from the price of the unpriced case."""
    run_sam = pytest.importorskip("sam_single_owner", reason="no wheel of the reference tool for this Python").run_sam
    assert case.target_irr is not None
    (tmp_path / "market.yaml").write_text(market_text(case), encoding="utf-8")
    file = tmp_path / "case.yaml"
    file.write_text(contract_text(case), encoding="utf-8")
    found = solve(file, "clauses.sale.price", f"irr_equity = {100.0 * case.target_irr!r} %/year", paths=2)
    tool = run_sam(case)
    per_unit = HOURS / 12.0 / 1000.0 if case.sold_as == "lease" else 1.0  # USD/MWh to USD/kW/month at full use
    assert found.value == pytest.approx(tool.price * per_unit, rel=1e-8)
    assert found.at_value.debt == pytest.approx(tool.debt, rel=1e-8)
    assert found.reached == pytest.approx(case.target_irr, abs=1e-9) and found.se is None


@pytest.mark.parametrize(("to", "wanted"), [("irr_equity = 12 %", 0.12), ("npv_equity = 20 MEUR", 20e6)])
def test_put_back_the_rent_gives_what_it_was_solved_for(to: str, wanted: float) -> None:
    """The debt of the example is capped at the rent in the file: the owners' NPV is a straight line of the rent there,
    and another one below the rent at which the cash carries less than the cap."""
    found = solve(EXAMPLE, RENT, to, paths=PATHS)
    contract = load(EXAMPLE, overrides=found.settings)
    base = Base.of(resolve(contract))
    name = to.partition(" ")[0]
    assert Case(contract, base).fact(name)[0] == pytest.approx(wanted, rel=1e-6)
    assert base.plan.solved is not None
    loan = base.plan.solved.loans[0]
    assert (loan.status == "ok") is (wanted == 0.12)  # the one lies below the kink, the other above it
    assert found.at_value.debt == loan.amount
    assert any("sized anew" in remark for remark in found.remarks)
    assert any("senior, capped by gearing" in remark for remark in found.remarks) is (loan.status != "ok")
