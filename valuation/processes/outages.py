"""Outages of nodes and of the whole site: counts by Poisson laws, each costing its repair; exact mean and variance.

A node runs for a time of mean U and is repaired in a time D: it fails 1/(U + D) times a year in the long run. The
failures of n nodes in a month are taken as Poisson of mean n·h/(U + D), the whole site's as Poisson of mean λ·h. The
share of time up is 1 − (failures·D/n + outages·D_c)/month, a month being 730 hours.
"""

from __future__ import annotations

from valuation.processes import counts

HOURS_OF_A_YEAR = 8760.0
HOURS_OF_A_MONTH = HOURS_OF_A_YEAR / 12.0


def failures_a_year(nodes: float, up_years: float, repair_hours: float) -> float:
    """Expected failures of all nodes [1/year]: n/(U + D).

    Parameters
    ----------
    nodes : n, at least 1 [1].
    up_years : U, mean time between the end of a repair and the next failure, above 0 [year].
    repair_hours : D [h].
    """
    return nodes / (up_years + repair_hours / HOURS_OF_A_YEAR)


def lost_by_failure(nodes: float, repair_hours: float) -> float:
    """Share of a month that one failure of one of n nodes costs the site [1]: D/(730·n)."""
    return repair_hours / (HOURS_OF_A_MONTH * nodes)


def moments(
    nodes: float, up_years: float, repair_hours: float, site_rate: float, site_hours: float, step: float
) -> tuple[float, float]:
    """Mean and variance [1] of the share of time up in a step, but for the bound at 0.

    Parameters
    ----------
    site_rate : λ, outages of the whole site [1/year].
    site_hours : D_c, their length [h].
    step : h [year].
    """
    own, common = failures_a_year(nodes, up_years, repair_hours) * step, site_rate * step
    lost, lost_all = lost_by_failure(nodes, repair_hours), lost_by_failure(1.0, site_hours)
    return 1.0 - own * lost - common * lost_all, own * lost * lost + common * lost_all * lost_all


def lost_quantile(
    level: float, nodes: float, up_years: float, repair_hours: float, site_rate: float, site_hours: float, step: float
) -> float:
    """Smallest share of the time of a step [1] with at least a probability ``level`` of no more that is lost.

    Parameters
    ----------
    level : between 0 and 1 [1].
    nodes, up_years, repair_hours, site_rate, site_hours, step : as :func:`moments`.
    """
    own, common = failures_a_year(nodes, up_years, repair_hours) * step, site_rate * step
    lost, lost_all = lost_by_failure(nodes, repair_hours), lost_by_failure(1.0, site_hours)
    return counts.quantile_of_weighted_sum(level, counts.poisson(own), counts.poisson(common), lost, lost_all)
