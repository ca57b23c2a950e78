"""The valuation by calendar year: cash, revenue, EBITDA, margin, survival, utilisation."""

from __future__ import annotations

import numpy as np

from valuation import timeline
from valuation.appraisal.base import Base
from valuation.appraisal.flows import added
from valuation.simulate import Simulation
from valuation.statistics.distribution import percentile
from valuation.statistics.sums import Floats, block_sum, share
from valuation.tables import YearBand, YearRow


def year_rows(base: Base, simulation: Simulation) -> tuple[YearRow, ...]:
    """One row a calendar year, from the first month to the last payment. Cash is after tax, without sunk flows."""
    return tuple(_year(base, simulation, place, year) for place, year in enumerate(simulation.years))


def _year(base: Base, simulation: Simulation, place: int, year: int) -> YearRow:
    cash = simulation.cash_year[place]
    last = (base.plan.first_month + base.plan.months - 1) // 12 - simulation.years[0]  # later years have payments only
    revenue, ebitda = (simulation.yearly[name][place] for name in ("revenue", "ebitda"))
    ahead = base.flows.ahead()
    base_cash = added(x for day, x in zip(ahead.dates, ahead.net, strict=True) if timeline.date_of(day).year == year)
    base_revenue, base_ebitda = (of_year(base, base.in_basis(f"accounts.{x}"), year) for x in ("revenue", "ebitda"))
    ordered = np.sort(cash)
    p5, p25, p50, p75, p95 = (percentile(ordered, p / 100) for p in (5, 25, 50, 75, 95))
    del ordered
    with_revenue = revenue > 0.0
    margin = ebitda[with_revenue]
    margin /= revenue[with_revenue]
    used = simulation.yearly.get("utilisation")
    in_term = added(base.row("term.in_month")[t] for t in months_of(base, year)) > 0.0
    used = used[place] if used is not None and in_term else None
    used_p5, used_p95 = _percentiles(np.empty(0) if used is None else used, 5, 95)
    margin_p5, margin_p50, margin_p95 = _percentiles(margin, 5, 50, 95)
    return YearRow(
        year=year,
        cash_base=base_cash,
        cash_mean=block_sum(cash) / simulation.paths,
        cash_p5=p5, cash_p25=p25, cash_p50=p50, cash_p75=p75, cash_p95=p95,
        revenue_base=base_revenue,
        revenue_mean=block_sum(revenue) / simulation.paths,
        ebitda_base=base_ebitda,
        ebitda_mean=block_sum(ebitda) / simulation.paths,
        margin_base=base_ebitda / base_revenue if base_revenue > 0.0 else None,
        margin_p5=margin_p5, margin_p50=margin_p50, margin_p95=margin_p95,
        with_revenue=share(with_revenue)[0],
        alive=alive(simulation, place, last),
        utilisation_mean=None if used is None else block_sum(used) / simulation.paths,
        utilisation_p5=used_p5, utilisation_p95=used_p95,
    )  # fmt: skip


def year_bands(base: Base, simulation: Simulation) -> dict[str, tuple[YearBand, ...]]:
    """Revenue and EBITDA by calendar year over the paths, to the last year of the grid."""
    last = (base.plan.first_month + base.plan.months - 1) // 12
    years = [(place, year) for place, year in enumerate(simulation.years) if year <= last]
    return {
        name: tuple(_band(base, name, year, simulation.yearly[name][place]) for place, year in years)
        for name in ("revenue", "ebitda")
    }


def _band(base: Base, name: str, year: int, amounts: Floats) -> YearBand:
    ordered = np.sort(amounts)
    levels = (percentile(ordered, p / 100) for p in (5, 25, 50, 75, 95))
    mean = block_sum(amounts) / amounts.size
    return YearBand(year, of_year(base, base.in_basis(f"accounts.{name}"), year), mean, *levels)


def months_of(base: Base, year: int) -> range:
    """Months of the grid that lie in a calendar year."""
    first = max(0, year * 12 - base.plan.first_month)
    return range(first, max(first, min(base.plan.months, year * 12 + 12 - base.plan.first_month)))


def of_year(base: Base, row: str, year: int) -> float:
    """Sum of a base-case row over the months of a calendar year."""
    values = base.row(row)
    return added(values[t] for t in months_of(base, year))


def alive(simulation: Simulation, place: int, last: int) -> float:
    """Share of paths without an event by the end of a year; after the grid's last year as in that year."""
    return float(simulation.count["alive"][min(place, last)]) / simulation.paths


def _percentiles(values: Floats, *percents: int) -> tuple[float, ...] | tuple[None, ...]:
    """Percentiles of one column, which is copied and sorted once; None each where there is no value."""
    if not values.size:
        return (None,) * len(percents)
    ordered = np.sort(values)
    return tuple(percentile(ordered, p / 100) for p in percents)
