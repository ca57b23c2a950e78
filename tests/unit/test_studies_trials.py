"""Trials: one contract, other values, the same random numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import valuation
from valuation.errors import SpecError
from valuation.spec import Source
from valuation.studies.trials import Trials

LEASE = Path(__file__).parents[2] / "contracts" / "examples" / "minimal-lease.yaml"
PRICE = "clauses.rent.price"


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials(Source.read(LEASE), paths=512, seed=3)


def test_a_run_is_the_run_of_the_same_contract(trials: Trials) -> None:
    run, result = (
        trials.run({PRICE: "140 EUR/kW/month"}),
        valuation.value(LEASE, paths=512, seed=3, overrides=[f"{PRICE}=140 EUR/kW/month"]),
    )
    assert np.array_equal(run.npv, result.npv)
    assert np.array_equal(run.margin, result.margin, equal_nan=True)
    assert np.percentile(run.irr, 50) == pytest.approx(result.tables.irr.distribution.p50, rel=1e-14)
    assert run.probability == result.tables.probability
    assert run.struck.mean() == run.probability.revoked


MOVES = ("risks.late.end=moves", "risks.late.long_stop=null", "risks.late.damages=null")


@pytest.mark.parametrize(
    ("example", "changes"),
    [("colocation", ()), ("delay", ()), ("delay", (*MOVES, "risks.gone={process: hazard, rate: {value: 20 %/year, "
     "evidence: historical}}")), ("conversion", ())],
)  # fmt: skip
def test_chances_are_those_of_the_run_where_the_end_differs_by_path(example: str, changes: tuple[str, ...]) -> None:
    file = LEASE.with_name(f"{example}.yaml")
    of_a_study = Trials(Source.read(file), overrides=changes, paths=512, seed=3).run({})
    assert (
        of_a_study.probability == valuation.value(file, paths=512, seed=3, overrides=list(changes)).tables.probability
    )


def test_runs_share_their_draws(trials: Trials) -> None:
    # the same defaults at the same times: the rent moves every path by its own annuity, and never downwards
    low, high = trials.run({PRICE: "100 EUR/kW/month"}), trials.run({PRICE: "101 EUR/kW/month"})
    assert np.array_equal(low.simulation.final["event_time"], high.simulation.final["event_time"])
    assert (high.npv >= low.npv).all()


def test_another_view_is_another_trials(trials: Trials) -> None:
    tenant = replace(trials, view="tenant").run()
    assert tenant.contract.view == "tenant"
    assert (tenant.npv <= 0.0).all() and tenant.npv.mean() < 0.0


def test_a_path_that_meets_nothing_names_the_nearest(trials: Trials) -> None:
    with pytest.raises(SpecError, match="nearest keys: price"):
        trials.run({"clauses.rent.prise": "1 EUR/kW/month"})
