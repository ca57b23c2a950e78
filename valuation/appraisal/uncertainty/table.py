"""The table of a run with drawn parameters, beside that with the stated ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from valuation.appraisal.digest import canonical_bytes
from valuation.appraisal.headline import never_pays
from valuation.appraisal.uncertainty.batches import CannotDraw, Drawing, batch_bounds, simulate_drawn
from valuation.appraisal.uncertainty.draws import Uncertain, drawn, uncertain_values
from valuation.plan.model import Plan
from valuation.simulate import Simulation
from valuation.statistics.clusters import (
    batch_means,
    clustered_distribution,
    clustered_mean,
    clustered_share,
    rank_correlation,
    variance_between,
)
from valuation.statistics.distribution import Distribution, distribution
from valuation.statistics.rates import rates_with_losses
from valuation.statistics.sums import Floats
from valuation.tables import ParameterUncertainty, UncertainParameter

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

DRAWS = 200
"""Draws of the parameters where no other number is asked for."""


def parameter_uncertainty(
    contract: Contract,
    view: str,
    plan: Plan,
    run: Simulation,
    *,
    draws: int,
    has_rates: bool,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> ParameterUncertainty:
    """The run once more with parameters drawn from their laws, one draw for each batch of its paths.

    Parameters
    ----------
    plan, run : with the stated values; the paths of the run are drawn again, with the same random numbers.
    draws : batches; fewer where the paths are not enough, see ``batch_bounds``.
    has_rates : whether the run has a distribution of rates of return.

    Raises
    ------
    CannotDraw : no estimate in the files, a contract that was read from no file, or a draw that it does not take.
    """
    uncertain, factor = uncertain_values(contract, plan)
    if not uncertain:
        raise CannotDraw(
            "no value that this contract reads has a standard error: write one as {value: 2 /year, se: 0.6 /year}"
        )
    if not contract.source_file:
        raise CannotDraw("parameters are drawn for a contract that was read from a file")
    bounds = batch_bounds(run.paths, draws)
    values = drawn(uncertain, factor, run.seed, len(bounds))
    drawing = Drawing(contract, view, plan, uncertain, values)
    found = simulate_drawn(drawing, bounds, seed=run.seed, threads=threads, progress=progress)
    npv, stated = found.measure["npv"], run.measure["npv"]
    change = npv - stated
    between = variance_between(change, bounds).between  # of the same paths: what the paths themselves do cancels
    within = variance_between(npv, bounds).within
    negative = clustered_share(npv < 0.0, bounds)
    moved = clustered_mean(change, bounds)
    of_draws = batch_means(change, bounds)
    return ParameterUncertainty(
        draws=len(bounds),
        npv=clustered_distribution(npv, bounds),
        irr=_rates(found, bounds) if has_rates else distribution(np.empty(0)),
        margin=clustered_distribution(found.final["margin"], bounds, np.isfinite(found.final["margin"])),
        npv_negative=negative[0],
        npv_negative_se=negative[1],
        npv_change=moved[0],
        npv_change_se=moved[1],
        sd_of_means=float(np.sqrt(between)),
        share_of_variance=between / (between + within) if between > 0.0 else 0.0,
        parameters=tuple(
            _parameter(one, plan, np.array([row[place] for row in values]), of_draws)
            for place, one in enumerate(uncertain)
        ),
        digest=hashlib.sha256(canonical_bytes(npv)).hexdigest(),
    )


def _rates(found: Simulation, bounds: Sequence[tuple[int, int]]) -> Distribution:
    """The rates as the run itself counts them: −100 % where everything is lost."""
    rates = rates_with_losses(found.measure["irr"], found.status["irr"], never_pays(found, "irr"))
    return clustered_distribution(rates, bounds, np.isfinite(rates))


def _parameter(one: Uncertain, plan: Plan, values: Floats, change: Floats) -> UncertainParameter:
    known, quantity = one.estimate, one.quantity
    spread = distribution(values)
    labels = [item.label for item in plan.inputs if item.origin.path == quantity.path and item.label]
    return UncertainParameter(
        path=quantity.path,
        label=labels[0] if labels else quantity.path.rpartition(".")[2],
        value=quantity.value,
        unit=quantity.unit,
        se=known.se,
        law=str(known.law),
        drawn_mean=spread.mean or 0.0,
        drawn_sd=spread.sd or 0.0,
        rank_correlation=rank_correlation(values, change),
    )
