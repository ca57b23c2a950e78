"""The digest of a run: equal digests have the same results to the last bit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain

import numpy as np

from valuation.plan.model import Plan
from valuation.simulate import Simulation
from valuation.statistics.sums import Floats

_CHUNK = 65_536


def result_digest(plan: Plan, simulation: Simulation) -> str:
    """sha256 over the plan's digest, seed and paths, then the results as little-endian float64, as 64 hex digits.

    In this order: NPV, IRR, margin, event month and event cause by path; cash and the yearly records by year and path;
    the counts by year; the summed cash and tax by date; where a plan pays in the equity book, its measures by path, its
    cash by year and path and its summed cash by date. Every NaN has one bit pattern, and −0 counts as 0.
    """
    digest = hashlib.sha256(f"{plan.digest} {simulation.seed} {simulation.paths}\n".encode())
    for values in chain(_arrays(simulation), _equity_arrays(plan, simulation)):
        for start in range(0, values.size, _CHUNK):
            digest.update(canonical_bytes(values[start : start + _CHUNK]))
    return digest.hexdigest()


def canonical_bytes(values: Floats) -> bytes:
    """Values as little-endian float64 with one bit pattern for NaN and −0 as 0."""
    plain = np.where(np.isnan(values), np.nan, values + 0.0)
    return plain.astype("<f8", copy=False).tobytes()


def _arrays(simulation: Simulation) -> Iterator[Floats]:
    yield simulation.measure["npv"]
    yield simulation.measure["irr"]
    for name in ("margin", "event_time", "event_cause"):
        yield simulation.final[name]
    yield from simulation.cash_year
    for years in simulation.yearly.values():
        yield from years
    yield from simulation.count.values()
    yield simulation.dated_cash
    yield simulation.dated_tax


def _equity_arrays(plan: Plan, simulation: Simulation) -> Iterator[Floats]:
    if simulation.equity_dates:
        for measure in plan.measures:
            if measure.book == "equity":
                yield simulation.measure[measure.name]
        yield from simulation.equity_year
        yield simulation.dated_equity
