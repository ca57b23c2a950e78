"""Cover ratios: of the base case, and over the paths by year, by service date and over the life of the loans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from valuation import timeline
from valuation.appraisal.base import Base, known
from valuation.appraisal.flows import added
from valuation.appraisal.years import months_of
from valuation.finance.ratios import dscr
from valuation.kernel.opcodes import NEVER
from valuation.simulate import Simulation
from valuation.statistics.distribution import Distribution, distribution
from valuation.statistics.sums import Floats
from valuation.tables import CoverYear

MOST_DATES = 5
"""Dates of the least cover that are told."""

_SAME = 1e-9
"""Part of a cover by which two count as equal: what sculpting leaves of rounding."""


@dataclass(frozen=True)
class BaseCover:
    """Cover of a base case; None where nothing is served. ``by_year`` holds the years with debt service."""

    least: float | None
    least_day: date | None
    average: float | None
    llcr: float | None
    plcr: float | None
    by_year: dict[int, float]


def base_cover(base: Base) -> BaseCover:
    """The cover ratios of one case."""
    if "financing.dscr" not in base.plan.row_of:
        return BaseCover(None, None, None, None, None, {})
    tested = base.row("financing.dscr")
    least = min(tested, default=NEVER)
    there = least < NEVER
    # the first of equals: a sculpted loan has one cover on all dates, but for the last bits
    place = next(t for t, cover in enumerate(tested) if cover <= least + _SAME * abs(least)) if there else 0
    by_year = _by_year(base)
    return BaseCover(
        least if there else None,
        _month_end(base, place) if there else None,
        _average(base),
        known(base.row("financing.llcr")[-1]),
        known(base.row("financing.plcr")[-1]),
        by_year,
    )


def _by_year(base: Base) -> dict[int, float]:
    """Cover of each calendar year with debt service: its sums at the year's last month."""
    first, last = base.plan.first_month // 12, (base.plan.first_month + base.plan.months - 1) // 12
    ends = {year: months_of(base, year)[-1] for year in range(first, last + 1)}
    cash, service, tiny = base.row("financing.cfads_of_year"), base.row("financing.service_of_year"), rounding(base)
    due = {year: t for year, t in ends.items() if service[t] > tiny}
    covers = dscr([cash[t] for t in due.values()], [service[t] for t in due.values()])
    return dict(zip(due, map(float, covers), strict=True))


def _average(base: Base) -> float | None:
    """Σ CFADS / Σ debt service over the years with debt service: a year that serves little weighs little."""
    tiny = rounding(base)
    first, last = base.plan.first_month // 12, (base.plan.first_month + base.plan.months - 1) // 12
    ends = [months_of(base, year)[-1] for year in range(first, last + 1)]
    cash, service = base.row("financing.cfads_of_year"), base.row("financing.service_of_year")
    due = [t for t in ends if service[t] > tiny]
    return added(cash[t] for t in due) / added(service[t] for t in due) if due else None


def rounding(base: Base) -> float:
    """Amount below which a debt, or its service, is nothing but rounding [contract currency]."""
    return base.values.scalar.get("financing.rounding", 0.0)


def cover_years(base: BaseCover, run: Simulation, lock_up: float | None, tiny: float) -> tuple[CoverYear, ...]:
    """Cover by calendar year, for the years in which the base case or some path has debt service.

    Parameters
    ----------
    tiny : amount below which debt service is nothing but rounding [contract currency].
    """
    if "debt_service" not in run.yearly:
        return ()
    found = []
    for place, year in enumerate(run.years):
        cash, service = run.yearly["cfads"][place], run.yearly["debt_service"][place]
        due = service > tiny
        if year not in base.by_year and not due.any():
            continue
        locked = float(run.count["locked_up"][place]) / run.paths if lock_up is not None else None
        found.append(
            CoverYear(
                year=year,
                base=base.by_year.get(year),
                dscr=distribution(cash[due] / service[due]),
                below_lock_up=locked,
                below_one=int(np.count_nonzero(due & (cash < service))) / run.paths,
                in_default=float(run.count["in_default"][place]) / run.paths,
            )
        )
    return tuple(found)


def average_cover(run: Simulation, tiny: float) -> Distribution:
    """Σ CFADS / Σ debt service over the years with debt service, by path; paths without one are left out."""
    return distribution(average_by_path(run, tiny))


def average_by_path(run: Simulation, tiny: float) -> Floats:
    """The same of the paths that have a year with debt service [paths with one] [1]."""
    if "debt_service" not in run.yearly:
        return np.empty(0)
    total, served = np.zeros(run.paths), np.zeros(run.paths)
    for cash, service in zip(run.yearly["cfads"], run.yearly["debt_service"], strict=True):
        due = service > tiny
        total[due] += cash[due]
        served[due] += service[due]
    found: Floats = total[served > 0.0] / served[served > 0.0]
    return found


def of_paths(run: Simulation, name: str) -> Distribution:
    """Distribution of a ratio over the paths that have it."""
    return distribution(by_path(run, name))


def by_path(run: Simulation, name: str) -> Floats:
    """A ratio of the paths that have it [paths with one] [1]."""
    if name not in run.final:
        return np.empty(0)
    values = run.final[name]
    found: Floats = values[np.isfinite(values) & (values < NEVER)]
    return found


def least_cover_dates(base: Base, run: Simulation) -> tuple[tuple[date, float], ...]:
    """Service dates on which the least cover of a path falls, and the share of the paths; the most frequent first."""
    if "dscr_min_month" not in run.final:
        return ()
    served: Floats = run.final["dscr_min_month"][run.final["dscr_min"] < NEVER]
    months, counts = np.unique(served, return_counts=True)
    order = np.lexsort((months, -counts))[:MOST_DATES]
    return tuple((_month_end(base, int(months[k])), int(counts[k]) / run.paths) for k in order)


def _month_end(base: Base, month: int) -> date:
    return timeline.date_of(timeline.month_end(base.plan.first_month + month))
