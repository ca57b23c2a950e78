"""What page one shows of the paths: distributions of NPV, IRR and margin, the tail, histograms, convergence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from valuation import tables
from valuation.appraisal.base import rate_of_return
from valuation.appraisal.flows import Flows
from valuation.simulate import Simulation
from valuation.statistics import distribution as spread
from valuation.statistics import rates
from valuation.statistics.distribution import Distribution, Histogram
from valuation.statistics.sums import Floats, mean_and_error, ratio_of_means

__all__ = [
    "event_npv",
    "histograms",
    "irr_summary",
    "margin_distribution",
    "margin_of_expected_flows",
    "npv_distribution",
    "quantiles",
    "struck",
    "survivors",
    "tail",
    "term_end_of",
]


LEVELS = (0.005, *(p / 100 for p in range(1, 100)), 0.995)
"""Shares of the paths at which a cumulative curve has a point: the outermost paths would stretch its axis."""


def npv_distribution(values: Floats) -> Distribution:
    """Distribution of a net present value over all paths."""
    return spread.distribution(values)


def margin_distribution(margin: Floats) -> Distribution:
    """Distribution of the life margin over the paths with revenue."""
    return spread.distribution(margin, np.isfinite(margin))


def margin_of_expected_flows(simulation: Simulation) -> tables.ExpectedMargin | None:
    """Mean PV of EBITDA over mean PV of revenue; None where no revenue is expected."""
    found = ratio_of_means(simulation.final["pv_ebitda"], simulation.final["pv_revenue"])
    return None if found is None else tables.ExpectedMargin(*found)


def irr_summary(
    simulation: Simulation, name: str, near: float, flows: Flows, before_tax: bool, invests: bool = True
) -> tables.IrrSummary:
    """Distribution of a rate of return, the rate of the expected flows, and paths by status: ``irr``, ``irr_pre_tax``
    or ``irr_equity``.

    Where no path gains anything (total loss, or no flow at all) the view has costs only: then there is no rate to speak
    of, and none is shown. Nor is there a distribution, but its count, where fewer than half of the paths have a rate or
    nothing is invested.

    Parameters
    ----------
    flows : expected flows of the run, those of the owners for ``irr_equity``.
    invests : whether the view, or the owners, invest on or after the valuation date.
    """
    status = simulation.status[name]
    counts = rates.status_counts(status)
    ahead = flows.ahead()
    expected, _ = rate_of_return(near, ahead, ahead.pre_tax if before_tax else ahead.net)
    if counts["total_loss"] and counts["total_loss"] + counts["no_investment"] == simulation.paths:
        return tables.IrrSummary(spread.distribution(np.empty(0)), None, counts)
    found = rates.irr_distribution(simulation.measure[name], status, never_pays(simulation, name))
    if not invests or 2 * found.count < simulation.paths:
        none = replace(spread.distribution(np.empty(0)), count=found.count)
        return tables.IrrSummary(none, expected if invests else None, counts)
    return tables.IrrSummary(found, expected, counts)


def never_pays(simulation: Simulation, name: str) -> NDArray[np.bool_]:
    """Paths without a root that lose at 0 % and at the discount rate: they count as −100 %. [n]"""
    npv = simulation.measure[name.replace("irr", "npv", 1)]
    by_year = simulation.equity_year if name == "irr_equity" else simulation.cash_year
    return rates.never_pays(simulation.status[name], npv, by_year.sum(axis=0))


def survivors(npv: Floats, event: NDArray[np.bool_]) -> tables.Survivors | None:
    """NPV of the paths without an event; None where there is no other path, or fewer than two of these."""
    calm = npv[~event]
    if calm.size == npv.size or calm.size < 2:
        return None
    mean, error, _ = mean_and_error(calm)
    return tables.Survivors(calm.size / npv.size, mean, error)


def tail(npv: Floats, base: float) -> dict[str, float]:
    """The worst 5 % of the paths: level, mean beyond it, distance from the base value."""
    worst = spread.tail(npv, base)
    return {"npv_q05": worst.level, "cvar_05": worst.cvar, "loss_05": worst.loss}


def term_end_of(fixed: Mapping[str, float], simulation: Simulation) -> float | Floats:
    """End of the term, of the last lease where they differ [month position]: by path where it moves with a late start,
    the latest that can be where renewals may lapse.

    Parameters
    ----------
    fixed : scalar rows of the plan.
    """
    if "term_end" in simulation.final:
        return simulation.final["term_end"]
    names = ("term.latest_end_position", "term.last_end_position", "term.end_position")
    return next(fixed[name] for name in names if name in fixed)


def struck(simulation: Simulation, term_end: float | Floats) -> NDArray[np.bool_]:
    """Paths with an event within the term, or on which no lease ever begins. [n]"""
    happened: NDArray[np.bool_] = simulation.final["event_time"] < term_end
    if "never_begins" in simulation.final:
        happened = happened | (simulation.final["never_begins"] > 0.0)
    return happened


def histograms(simulation: Simulation, event: NDArray[np.bool_], no_rates: bool) -> dict[str, Histogram]:
    """Histograms of NPV, IRR and margin, paths with an event apart; a measure that exists nowhere is left out."""
    margin, status = simulation.final["margin"], simulation.status["irr"]
    made = {"npv": spread.histogram(simulation.measure["npv"], event)}
    if not no_rates:
        lost = rates.rates_with_losses(simulation.measure["irr"], status, never_pays(simulation, "irr"))
        made["irr"] = spread.histogram(lost, event, np.isfinite(lost))
        del lost
    made["margin"] = spread.histogram(margin, event, np.isfinite(margin))
    return {name: one for name, one in made.items() if one is not None}


def event_npv(simulation: Simulation, event: NDArray[np.bool_]) -> Histogram | None:
    """Histogram of the NPV on the paths with an event alone: among all paths they are a thin tail without a shape."""
    return spread.histogram(simulation.measure["npv"], event, event)


def quantiles(simulation: Simulation, no_rates: bool) -> dict[str, tables.Quantiles]:
    """Cumulative curves of NPV, IRR and margin; a measure that exists nowhere is left out."""
    found = {"npv": simulation.measure["npv"], "margin": simulation.final["margin"]}
    if not no_rates:
        status = simulation.status["irr"]
        found["irr"] = rates.rates_with_losses(simulation.measure["irr"], status, never_pays(simulation, "irr"))
    made = {name: np.sort(values[np.isfinite(values)]) for name, values in found.items()}
    return {
        name: tables.Quantiles(LEVELS, tuple(spread.percentile(ordered, p) for p in LEVELS))
        for name, ordered in made.items()
        if ordered.size
    }
