"""Levelised cost and price against the reference tool: `lcoe_nom`, `lppa_nom` and their forms in real money."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sam_by_hand import present_value
from sam_case import SamCase
from sam_cases import LEVERED, UNLEVERED
from sam_contract import cash_by_year, contract_text, market_text

from valuation.appraisal.base import Base
from valuation.appraisal.figures import deal_figures
from valuation.appraisal.levelised import levelised
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load
from valuation.tables import Levelised

pytest.importorskip("PySAM", reason="no wheel of the reference tool for this Python")
from sam_single_owner import run_sam  # noqa: E402

SOLD = [
    case
    for case in (*UNLEVERED, *LEVERED)
    if case.sold_as == "production" and case.target_irr is None and len(set(case.depreciation)) < 2
]


def of(case: SamCase, folder: Path, **how: bool) -> tuple[Base, Levelised]:
    (folder / "market.yaml").write_text(market_text(case), encoding="utf-8")
    file = folder / "case.yaml"
    file.write_text(contract_text(case, **how), encoding="utf-8")
    contract = load(file)
    base = Base.of(resolve(contract))
    run = simulate(assemble(base.plan), paths=2, seed=1, threads=1)
    found = levelised(contract, base, deal_figures(contract, base), run)
    assert found is not None and found.unit == "MWh"
    return base, found


@pytest.mark.parametrize("case", SOLD, ids=lambda case: case.name)
def test_levelised_numbers_are_those_of_the_tool(case: SamCase, tmp_path: Path) -> None:
    tool = run_sam(case)
    base, found = of(case, tmp_path)
    assert found.price_base == pytest.approx(tool.levelised_price_nominal, rel=1e-9)
    if case.loan is None:
        assert found.after_tax == pytest.approx(tool.lcoe_nominal, rel=1e-9)
        assert found.cost_base == pytest.approx(tool.lcoe_nominal, rel=1e-9), "nothing but cost stands beside revenue"
        return
    # the tool's NPV is that of the owner, after debt; ours is before
    npv = present_value(case.nominal_rate, cash_by_year(base, case.years, "equity"), np.arange(case.years + 1))
    revenue = base.row("accounts.pv_revenue")[-1]
    assert (revenue - npv) / found.pv_volume == pytest.approx(tool.lcoe_nominal, rel=1e-9)
    # nothing is random: the paths have what the base case has
    assert found.price is not None and found.cost is not None
    assert found.price.mean == pytest.approx(found.price_base, rel=1e-12)
    assert found.cost.mean == pytest.approx(found.cost_base, rel=1e-9)


@pytest.mark.parametrize(
    "case", [case for case in SOLD if case.loan is None and case.inflation], ids=lambda case: case.name
)
def test_levelised_numbers_in_real_money(case: SamCase, tmp_path: Path) -> None:
    tool = run_sam(case)
    _, found = of(case, tmp_path, real=True)
    assert found.price_base == pytest.approx(tool.levelised_price_real, rel=1e-9)
    assert found.after_tax == pytest.approx(tool.lcoe_real, rel=1e-9)
