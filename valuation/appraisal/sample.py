"""The first paths of a run once more, with what drives each of them.

A path has the same draws in a run of any length, so these are the paths 0 to 999 of the run itself, bit by bit. The
plan of the run stays as it is: here it is extended by rows that add up each factor, and by records of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from valuation.appraisal.base import Base
from valuation.appraisal.headline import never_pays
from valuation.appraisal.life_mean import MONTHS, life_records, life_rows, total_of, total_row
from valuation.appraisal.risks import Risk, risk_names, risks_of
from valuation.kernel.opcodes import NEVER
from valuation.plan.assemble import assemble
from valuation.plan.model import Plan, Record
from valuation.simulate import Simulation, simulate
from valuation.statistics.clusters import rank_correlation, ranks_of
from valuation.statistics.explained import explained_share
from valuation.statistics.rates import rates_with_losses
from valuation.statistics.sums import Floats
from valuation.tables import Driver, PathSample

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

MOST = 1_000
"""Paths that leave a run one by one, at most."""

_KEPT = ("margin", "event_time", "event_cause")
_MEASURES = ("npv", "irr")


@dataclass(frozen=True)
class _Watched:
    """A driver before it is simulated. ``rows``: the factor's own; of an event those whose last value may tell it."""

    name: str
    rows: tuple[str, ...]
    is_event: bool


def path_sample(contract: Contract, base: Base, *, paths: int, seed: int, threads: int | None) -> PathSample:
    """The first paths of a run, with the mean of each factor and the time of each event.

    Parameters
    ----------
    base : base case of the plan that runs.
    paths : of the run; at most ``MOST`` of them are taken.
    """
    watched = _watched(contract, base.plan)
    plan = _extended(base.plan, watched)
    run = simulate(assemble(plan), paths=min(paths, MOST), seed=seed, threads=threads)
    npv, hazards = run.measure["npv"], ("", *contract.hazards)
    irr = rates_with_losses(run.measure["irr"], run.status["irr"], never_pays(run, "irr"))
    when = _years_after(base, run.final["event_time"])
    causes = run.final["event_cause"].astype(np.int64)
    return PathSample(
        npv=tuple(npv.tolist()),
        npv_ranks=_places(npv),
        irr=_known(irr),
        margin=_known(run.final["margin"]),
        event_years=_known(when),
        cause=tuple(hazards[cause] if known else "" for cause, known in zip(causes, np.isfinite(when), strict=True)),
        drivers=tuple(_driver(contract, base, run, one) for one in watched),
    )


def _watched(contract: Contract, plan: Plan) -> tuple[_Watched, ...]:
    """Factors and events whose draws reach a payment of the project."""
    risks = risks_of(replace(plan, payments=plan.project_payments), risk_names(contract))
    return tuple(_watch(contract, plan, risk) for risk in risks)


def _watch(contract: Contract, plan: Plan, risk: Risk) -> _Watched:
    if risk.name in contract.factors:
        return _Watched(risk.name, (risk.name,), False)
    time = f"{risk.name}.time"
    return _Watched(risk.name, (time,) if time in plan.row_of else risk.rows, True)


def _extended(plan: Plan, watched: tuple[_Watched, ...]) -> Plan:
    factors = tuple(one.name for one in watched if not one.is_event)
    events = dict.fromkeys(row for one in watched if one.is_event for row in one.rows)
    rows = (*plan.rows, *life_rows(), *(total_row(factor) for factor in factors)) if factors else plan.rows
    records = tuple(record for record in plan.records if record.name in _KEPT)
    records += life_records(factors) if factors else ()
    records += tuple(Record(_event(row), row, "final") for row in events)
    measures = tuple(measure for measure in plan.measures if measure.name in _MEASURES)
    return replace(plan, rows=rows, records=records, measures=measures)


def _event(row: str) -> str:
    return f"sample.{row}"


def _driver(contract: Contract, base: Base, run: Simulation, one: _Watched) -> Driver:
    label, unit, values = _event_values(base, run, one) if one.is_event else _factor_values(contract, base, run, one)
    # What never happens comes after everything that does.
    ordered, npv = np.where(np.isfinite(values), values, NEVER), run.measure["npv"]
    share_of = explained_share(ordered, npv)
    return Driver(
        name=one.name,
        label=label,
        unit=unit,
        is_event=one.is_event,
        values=_known(values),
        ranks=_places(ordered),
        npv_correlation=None if share_of is None else rank_correlation(ordered, npv),
        share=None if share_of is None else share_of[0],
        share_se=None if share_of is None else share_of[1],
    )


def _factor_values(contract: Contract, base: Base, run: Simulation, one: _Watched) -> tuple[str, str, Floats]:
    """Label, unit, and the factor's mean over the rest of the term by path."""
    months = run.final[MONTHS]
    values = np.full(months.size, np.nan)
    np.divide(run.final[total_of(one.name)], months, out=values, where=months > 0.0)
    share = contract.factors[one.name].measured_as == "share"
    return f"{one.name}, mean over the term", "%" if share else base.plan.row_of[one.name].unit, values


def _event_values(base: Base, run: Simulation, one: _Watched) -> tuple[str, str, Floats]:
    """Label, unit, and the time of an event by path; of one without a time the row that takes the most values."""
    if one.rows == (f"{one.name}.time",):
        when = _years_after(base, run.final[_event(one.rows[0])])
        return f"{one.name}, years after the valuation date", "years", when
    row = max(one.rows, key=lambda name: len(np.unique(run.final[_event(name)])))
    told, values = base.plan.row_of[row], run.final[_event(row)]
    words = row.removeprefix(f"{one.name}.").replace(".", " ").replace("_", " ")
    label = told.label if one.name in told.label else f"{one.name}: {told.label or words}"
    return label, told.unit, np.where(np.abs(values) < 0.5 * NEVER, values, np.nan)


def _years_after(base: Base, position: Floats) -> Floats:
    """Month positions as years from the valuation date; NaN for what never happens."""
    years: Floats = (position - base.values.scalar["time.valuation_position"]) / 12.0
    return np.where(position < 0.5 * NEVER, years, np.nan)


def _places(values: Floats) -> tuple[float, ...]:
    return tuple((ranks_of(values) + 1.0).tolist())


def _known(values: Floats) -> tuple[float | None, ...]:
    return tuple(value if value == value else None for value in values.tolist())
