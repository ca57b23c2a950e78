"""The bridge from the base case to the mean: volatility on, then events on, over the same draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from valuation.plan.assemble import assemble
from valuation.plan.model import Plan
from valuation.simulate import simulate
from valuation.statistics.sums import Floats, mean_and_error, paired_difference
from valuation.tables import BridgeStep


def npv_without_events(
    plan: Plan,
    *,
    paths: int,
    seed: int,
    threads: int | None,
    chunk: int | None,
    progress: Callable[[int], None] | None = None,
) -> Floats:
    """NPV after tax by path of the same contract without its hazards, on the same draws [n] [contract currency].

    Parameters
    ----------
    plan : resolved with ``events=False``; only its NPV is computed.
    """
    npv = tuple(m for m in plan.measures if m.name == "npv")
    lean = replace(plan, payments=plan.project_payments, measures=npv, records=())
    run = simulate(assemble(lean), paths=paths, seed=seed, threads=threads, chunk=chunk, progress=progress)
    return run.measure["npv"]


def bridge(base: float, calm: Floats | None, npv: Floats) -> tuple[BridgeStep, ...]:
    """Base → volatility → events → mean.

    Parameters
    ----------
    base : NPV of the base case [contract currency].
    calm : NPV by path without events [n]; None where the contract has no hazard, so that events change nothing.
    npv : NPV by path [n].
    """
    mean, error, _ = mean_and_error(npv)
    calm_mean, calm_error = (mean, error) if calm is None else mean_and_error(calm)[:2]
    change, change_error = (0.0, 0.0) if calm is None else paired_difference(npv, calm)
    return (
        BridgeStep("base", base, None, 0.0),
        BridgeStep("volatility", calm_mean, calm_mean - base, calm_error),
        BridgeStep("events", mean, change, change_error),
        BridgeStep("mean", mean, None, error),
    )
