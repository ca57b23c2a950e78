"""Chances over all paths."""

from __future__ import annotations

import numpy as np

from valuation.simulate import Simulation
from valuation.statistics.rates import irr_below, status_counts
from valuation.statistics.sums import Floats, share
from valuation.tables import Probability

_NO_RATE = ("no_investment", "no_root", "not_converged")


def probability(
    simulation: Simulation,
    term_end: float | Floats,
    hurdle: float,
    hazards: tuple[str, ...],
    starts: tuple[str, ...] = (),
) -> Probability:
    """Chances of a loss, of a rate below the hurdle, and of events.

    A path with nothing to invest is not below any hurdle; a total loss counts as −100 %; a path without a root is below
    a rate at which its present value is below 0.

    Parameters
    ----------
    term_end : month position of the end of the term, by path where it moves with a late start.
    hurdle : rate that the investment must reach [1/year].
    hazards : names in the order that ``event_cause`` counts from 1.
    starts : names of the events that act on the start of a lease or of a phase.
    """
    rates, status = simulation.measure["irr"], simulation.status["irr"]
    counts = status_counts(status)
    within = simulation.final["event_time"] < term_end
    causes = np.bincount(simulation.final["event_cause"][within].astype(np.int64), minlength=len(hazards) + 1)
    sum_of_flows = simulation.cash_year.sum(axis=0)
    at_hurdle = simulation.measure.get("npv_at_hurdle", simulation.measure["npv"])
    any_investment = counts["no_investment"] < simulation.paths
    return Probability(
        npv_negative=share(simulation.measure["npv"] < 0.0)[0],
        npv_negative_risk_free=share(simulation.measure["npv_risk_free"] < 0.0)[0],
        irr_negative=irr_below(rates, status, 0.0, sum_of_flows)[0] if any_investment else None,
        irr_below_hurdle=irr_below(rates, status, hurdle, at_hurdle)[0],
        no_irr=sum(counts[name] for name in _NO_RATE) / simulation.paths,
        revoked=share(within)[0],
        term_cut_short=share(simulation.final["event_stop"] < term_end)[0],
        by_cause={name: int(causes[place]) / simulation.paths for place, name in enumerate(hazards, 1)},
        starts={name: _outcomes(simulation, name) for name in starts},
    )


def _outcomes(simulation: Simulation, name: str) -> dict[str, float]:
    """Shares of the paths by what an event of a start can come to: `not_converted`, `refused`, `delayed` …"""
    inside = f"{name}."
    found = {key.removeprefix(inside): values for key, values in simulation.final.items() if key.startswith(inside)}
    return {key: share(values > 0.0)[0] for key, values in found.items()}
