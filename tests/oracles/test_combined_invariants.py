"""What holds for every contract, held for random ones that put clauses and events of every kind together: without its
risks a path is the base case, what is paid is received, doubled money doubles the value, the kernel is the reference,
two owners have what one would have, and every number is one.
"""

from __future__ import annotations

import importlib.util
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from combined_deals import combined
from small_deal import _yaml, write

from valuation.appraisal.base import Base
from valuation.appraisal.risks import risk_names, risks_of, switched_off
from valuation.appraisal.sides import every_side
from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import once
from valuation.plan.reference import reference_run
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

pytestmark = pytest.mark.slow

PATHS = 64
SEEDS = range(48)
ONCE = ("accounts.margin", "accounts.margin_undiscounted")
"""Rows that are no number while there is no revenue."""


def _draws():
    """The independent generator of ``tests/properties``, loaded by path: tests are not a package."""
    file = Path(__file__).parents[1] / "properties" / "independent_draws.py"
    spec = importlib.util.spec_from_file_location("independent_draws_of_oracles", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DRAWS = _draws()


def written(folder: Path, seed: int, times: float = 1.0) -> Path:
    """A drawn contract with its market as files."""
    texts = []
    for tree in combined(seed)(times):
        out = StringIO()
        _yaml().dump(tree, out)
        texts.append(out.getvalue())
    folder.mkdir(exist_ok=True)
    return write(folder, *texts)


def values(contract, view=None):
    """NPV by path."""
    return simulate(assemble(resolve(contract, view=view)), paths=PATHS, seed=7, threads=1).measure["npv"]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_holds_for_every_contract(tmp_path, seed):
    try:
        contract = load(written(tmp_path / "one", seed))
    except SpecError as refused:
        assert all(problem.path and problem.message for problem in refused.problems)
        return
    plan = resolve(contract)
    run = simulate(assemble(plan), paths=PATHS, seed=7, threads=1)
    npv, base = run.measure["npv"], Base.of(plan)
    gross = max(sum(map(abs, base.flows.net)), float(np.abs(run.dated_cash).max()) / PATHS, 1.0)
    assert np.isfinite(npv).all() and np.isfinite(base.npv)

    known = once(plan)
    reference = reference_run(plan, {**known.scalar, **known.month}, DRAWS.plan_draws(plan, 7, PATHS))
    assert all(np.isfinite(rows).all() for name, rows in reference.values.items() if name not in ONCE)
    assert np.abs(reference.measure["npv"] - npv).max() <= 1e-12 * max(gross, np.abs(npv).max())

    risks = risks_of(plan, risk_names(contract))
    still = switched_off(plan, risks, {risk.name for risk in risks})
    off = simulate(assemble(still), paths=PATHS, seed=7, threads=1).measure["npv"]
    assert np.abs(off - base.npv).max() <= 1e-12 * gross

    sides = every_side(contract, plan, paths=PATHS, seed=7, threads=1)
    shared = "fund" in contract.clauses
    assert not sides.failed
    assert sides.transfers.residual <= (1e-12 * sides.transfers.gross if shared else 0.0)

    twice = simulate(assemble(resolve(load(written(tmp_path / "two", seed, 2.0)))), paths=PATHS, seed=7, threads=1)
    assert np.abs(twice.measure["npv"] - 2.0 * npv).max() <= 1e-12 * max(gross, np.abs(npv).max())
    assert twice.status["irr"].tolist() == run.status["irr"].tolist()
    assert twice.measure["irr"] == pytest.approx(run.measure["irr"], abs=1e-7, nan_ok=True)

    if shared:
        alone = {name: clause for name, clause in contract.clauses.items() if name != "fund"}
        whole = values(contract.model_copy(update={"clauses": alone}))
        both = npv + values(contract, "partner")
        assert np.abs(both - whole).max() <= 1e-12 * max(gross, np.abs(whole).max())


def test_most_drawn_contracts_are_valued_and_have_much_in_them(tmp_path):
    structures: set[str] = set()
    processes: set[str] = set()
    refused = 0
    for seed in SEEDS:
        try:
            contract = load(written(tmp_path / "one", seed))
        except SpecError:
            refused += 1
            continue
        structures |= {clause.structure for clause in contract.clauses.values()}
        processes |= {risk.process for risk in contract.risks.values()}
    assert refused < len(SEEDS) / 4
    assert len(structures) >= 19, structures
    assert len(processes) >= 8, processes
