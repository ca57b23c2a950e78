"""Sensitivities of the owners' NPV against runs held beside each other by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from valuation.appraisal.base import Base
from valuation.appraisal.financing.owners import OwnersCase
from valuation.errors import ValuationError
from valuation.plan.assemble import assemble
from valuation.report.sensitivity_lines import sensitivity_lines
from valuation.report.terminal import plain_text
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load
from valuation.studies.npv import Runs, Unchanged
from valuation.studies.sensitivity import sensitivity
from valuation.studies.trials import Trials

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
FINANCED, LEASE = EXAMPLES / "project-finance.yaml", EXAMPLES / "minimal-lease.yaml"
RENT, PATHS, SEED = "clauses.rent.price", 300, 6


def by_hand(file: Path, *overrides: str) -> tuple[float, np.ndarray, float]:
    """Base NPV of the owners, that of each path, and what is lent."""
    plan = resolve(load(file, overrides=overrides))
    assert plan.solved is not None
    npv = simulate(assemble(plan), paths=PATHS, seed=SEED, threads=1).measure["npv_equity"]
    return OwnersCase.of(Base.of(plan)).npv, npv, sum(loan.amount for loan in plan.solved.loans)


def test_a_table_sizes_the_loans_anew_for_each_value() -> None:
    overrides = [f"{RENT}={{value: 66 EUR/kW/month, range: [64 EUR/kW/month, 80 EUR/kW/month]}}"]
    found = sensitivity(
        FINANCED, table=[RENT], mean=True, of="npv_equity", paths=PATHS, seed=SEED, threads=1, overrides=overrides
    ).found
    assert found.table is not None and found.table.rows[0] == "64 EUR/kW/month"
    base, npv, lent = by_hand(FINANCED, *overrides)
    assert found.base == base and found.mean == pytest.approx(npv.mean(), rel=1e-11)
    there, moved, less = by_hand(FINANCED, *overrides, f"{RENT}=64 EUR/kW/month")
    point = found.table.cells[0][0]
    assert less < lent  # what the cash carries, below the cap
    assert point.base == there and point.change == there - base
    assert point.mean_change == pytest.approx((moved - npv).mean(), rel=1e-10)
    assert point.se == pytest.approx((moved - npv).std(ddof=1) / np.sqrt(PATHS), rel=1e-9)
    text = plain_text(sensitivity_lines(found, 100), "ascii")
    assert "NPV of the owners, after debt" in text.replace("\n", " ") and text.rstrip().endswith("--of npv_equity")


def test_a_factor_moves_after_the_loans_are_sized() -> None:
    unchanged = Unchanged(Trials.of(FINANCED, paths=PATHS, seed=SEED, threads=1), of="npv_equity")
    size, other = "financing.debt.senior.size", "{dscr: 2.4, max_gearing: 75 %}"  # a change that moves nothing else
    kept = unchanged.point({size: other}, "kept", keep_loans=True)
    assert kept.change == 0.0 and kept.mean_change == 0.0
    resized = unchanged.point({size: other}, "resized")
    base, npv, _ = by_hand(FINANCED, f"{size}={other}")
    assert resized.base == base != unchanged.base_npv
    assert resized.mean == pytest.approx(npv.mean(), rel=1e-11)


def test_each_npv_is_made_of_its_own_payments() -> None:
    plan = resolve(load(FINANCED))
    whole = simulate(assemble(plan), paths=PATHS, seed=SEED, threads=1).measure
    for of in ("npv", "npv_equity"):
        np.testing.assert_array_equal(Runs(PATHS, SEED, 1, of).npv(plan), whole[of])


def test_owners_whom_the_view_does_not_have_are_refused() -> None:
    for file, how, message in (
        (LEASE, {}, "the contract has no 'financing'"),
        (FINANCED, {"view": "tenant"}, "the view, tenant, is not the borrower"),
        (FINANCED, {"of": "irr"}, "expected one of npv, npv_equity"),
    ):
        with pytest.raises(ValuationError, match=message):
            sensitivity(file, **{"of": "npv_equity", "paths": 2, **how})
