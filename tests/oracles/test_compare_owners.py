"""Comparisons of financed cases against runs that are held beside each other by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from valuation.appraisal.base import Base
from valuation.appraisal.financing.owners import OwnersCase
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load
from valuation.studies.compare import compare

EXAMPLE = Path(__file__).parents[2] / "contracts" / "examples" / "project-finance.yaml"
PATHS, SEED = 700, 4
SCENARIOS = """
scenarios:
  cheaper: {set: {clauses.rent.price: 66 EUR/kW/month}}
  keener: {set: {equity_discount_rate.value: 10 %/year}}
  unlevered: {set: {financing: null}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("financed")
    (folder / "markets").mkdir()
    market = EXAMPLE.parent / "markets" / "minimal.yaml"
    (folder / "markets" / "minimal.yaml").write_bytes(market.read_bytes())
    made = folder / "deal.yaml"
    made.write_text(EXAMPLE.read_text(encoding="utf-8") + SCENARIOS, encoding="utf-8")
    return made


def test_owners_and_lenders_beside_each_other(file: Path) -> None:
    names = ["base", "cheaper", "keener", "unlevered"]
    found = compare(file, scenarios=names, paths=PATHS, seed=SEED, threads=1)
    owners, bases = {}, {}
    for name, case in zip(names[:3], found.cases, strict=False):
        plan = resolve(load(file, None if name == "base" else name))
        run = simulate(assemble(plan), paths=PATHS, seed=SEED, threads=1)
        owners[name], bases[name] = run.measure["npv_equity"], OwnersCase.of(Base.of(plan)).npv
        assert case.npv_equity is not None and case.dscr_min is not None and plan.solved is not None
        assert case.npv_equity.mean == pytest.approx(owners[name].mean(), rel=1e-11)
        assert case.npv_equity_base == bases[name]
        assert case.debt == plan.solved.loans[0].amount
        assert case.default == (run.final["default"] > 0).mean()
        assert case.dscr_min.p50 == pytest.approx(np.percentile(run.final["dscr_min"], 50), rel=1e-12)
    assert found.cases[1].debt < found.cases[0].debt  # less cash, of which the cap takes nothing
    assert [case.equity_discount_rate for case in found.cases] == [0.12, 0.12, 0.10, None]
    for less in found.differences[:2]:
        gap = owners[less.name] - owners["base"]
        assert less.npv_equity is not None
        assert less.npv_equity.mean == pytest.approx(gap.mean(), rel=1e-10)
        assert less.npv_equity.se == pytest.approx(gap.std(ddof=1) / np.sqrt(PATHS), rel=1e-9)
        assert less.npv_equity_base == pytest.approx(bases[less.name] - bases["base"], rel=1e-12)
    last = found.cases[-1]
    assert (last.npv_equity, last.debt, last.default, found.differences[-1].npv_equity) == (None,) * 4
    assert last.npv.mean == found.cases[0].npv.mean  # the project is worth the same without its loan
    assert "The loans of each case are sized on its own base case." in found.remarks
    assert any("base 12 %, cheaper 12 %, keener 10 %" in remark for remark in found.remarks)
