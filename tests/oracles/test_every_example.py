"""For each contract that ships: with every risk off a path is the base case; what is paid is received."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from valuation.appraisal.base import Base
from valuation.appraisal.risks import risk_names, risks_of, switched_off
from valuation.appraisal.sides import every_side
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec import load

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
FILES = sorted([*CONTRACTS.glob("*.yaml"), *(CONTRACTS / "examples").glob("*.yaml")])
PATHS = 256

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_without_its_risks_each_path_is_the_base_case(file: Path) -> None:
    contract = load(file)
    plan = resolve(contract)
    risks = risks_of(plan, risk_names(contract))
    still = switched_off(plan, risks, {risk.name for risk in risks})
    npv = simulate(assemble(still), paths=PATHS, seed=1).measure["npv"]
    base = Base.of(plan)
    gross = sum(abs(amount) for amount in base.flows.net)
    assert np.abs(npv - base.npv).max() <= 1e-12 * gross


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_paid_is_received_on_every_path(file: Path) -> None:
    contract = load(file)
    plan = resolve(contract)
    sides = every_side(contract, plan, paths=PATHS, seed=1, threads=None)
    found = sides.transfers
    assert found is not None
    shared = any(getattr(clause, "structure", "") == "joint_venture" for clause in contract.clauses.values())
    # partners of a venture each hold a rounded part of one amount; every other transfer cancels to the bit
    assert found.residual <= (1e-12 * found.gross if shared else 0.0)
    assert found.gross > 0.0
