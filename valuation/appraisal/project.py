"""What the view's investment gives back on the paths: modified rate of return, multiple and payback."""

from __future__ import annotations

import numpy as np

from valuation.appraisal.base import Base, known
from valuation.appraisal.flows import Flows
from valuation.finance import mirr
from valuation.simulate import Simulation
from valuation.statistics.distribution import Distribution, distribution
from valuation.tables import BaseCase, ProjectReturn


def project_return(base: Base, measures: BaseCase, run: Simulation) -> ProjectReturn | None:
    """Modified rate, multiple and payback after tax, without loans; None where nothing is invested ahead.

    Parameters
    ----------
    measures : those of the base case.
    """
    if not base.invests or "mirr" not in run.measure:
        return None
    flows = base.flows.ahead()
    return ProjectReturn(
        mirr=over_paths(run, "mirr"),
        moic=over_paths(run, "moic"),
        payback_years=over_paths(run, "payback"),
        discounted_payback_years=over_paths(run, "discounted_payback"),
        mirr_base=modified_rate(flows, base.rate),
        moic_base=measures.moic,
        payback_years_base=measures.payback_years,
        discounted_payback_years_base=measures.discounted_payback_years,
    )


def modified_rate(flows: Flows, rate: float) -> float | None:
    """Modified rate of return between the first and the last flow that is one, financed and reinvested at ``rate``.

    A date on the calendar without a flow is no end of the life: an investment that pays nothing back after year 10 has
    earned over ten years.
    """
    some = [(amount, year) for amount, year in zip(flows.net, flows.years, strict=True) if amount != 0.0]
    return known(mirr([amount for amount, _ in some], rate, rate, [year for _, year in some])) if some else None


def over_paths(run: Simulation, name: str) -> Distribution:
    """Distribution of a measure over the paths that have it."""
    values = run.measure[name]
    return distribution(values, np.isfinite(values))
