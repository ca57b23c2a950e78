"""The distribution of rates of return, in which a status stands beside each rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuation.finance.irr import IrrStatus
from valuation.statistics.distribution import Distribution, distribution
from valuation.statistics.sums import Floats, share

TOTAL_LOSS_RATE = -1.0
"""Outflows only: everything is lost."""


def never_pays(status: NDArray[np.integer], npv: Floats, sum_of_flows: Floats) -> NDArray[np.bool_]:
    """Paths without a root that lose at 0 % and at the discount rate. [n]

    A convention: what is tested is the sign of the present value at these two rates, which is no proof that it is below
    0 at every rate. Typical is a build that an event stops within months: what little comes in is followed by the cost
    of winding up. Such a path counts as a total loss does; left out, it would make the low percentiles look better than
    they are, and at these two rates P(IRR < h) would not be P(NPV at h < 0).
    """
    rootless = (status == IrrStatus.NO_ROOT) | (status == IrrStatus.NOT_CONVERGED)
    mask: NDArray[np.bool_] = rootless & (npv < 0.0) & (sum_of_flows < 0.0)
    return mask


def rates_with_losses(rates: Floats, status: NDArray[np.integer], never: NDArray[np.bool_] | None = None) -> Floats:
    """The rates with −100 % where everything was lost; NaN stays where no rate exists. A copy. [n] [fraction]"""
    lost = status == IrrStatus.TOTAL_LOSS
    return np.where(lost if never is None else lost | never, TOTAL_LOSS_RATE, rates)


def irr_distribution(
    rates: Floats, status: NDArray[np.integer], never: NDArray[np.bool_] | None = None
) -> Distribution:
    """Distribution of the rate of return over the paths where it exists; a total loss counts as −100 %.

    Paths with nothing to invest, and those without a root or convergence that are not in ``never``, are left out
    (`status_counts` tells how many).

    Parameters
    ----------
    rates : internal rate of return by path [n] [fraction].
    status : its `IrrStatus` by path [n].
    never : paths that count as −100 % by the convention of `never_pays` [n].
    """
    made = rates_with_losses(rates, status, never)
    return distribution(made[np.isfinite(made)])


def irr_below(
    rates: Floats, status: NDArray[np.integer], hurdle: float, npv_at_hurdle: Floats | None = None
) -> tuple[float, float]:
    """P(IRR < hurdle) over all paths, and its standard error.

    A total loss is below every hurdle above −100 %. A path with nothing to invest is not below. A path without a root
    or without convergence is below where its present value at the hurdle is below 0 (where that is not given, it is not
    counted); `status_counts` tells how many there are.
    """
    has_rate = (status == IrrStatus.OK) | (status == IrrStatus.MULTIPLE)
    lost = (status == IrrStatus.TOTAL_LOSS) & (hurdle > TOTAL_LOSS_RATE)
    below = (has_rate & (rates < hurdle)) | lost
    if npv_at_hurdle is not None:
        rootless = (status == IrrStatus.NO_ROOT) | (status == IrrStatus.NOT_CONVERGED)
        below |= rootless & (npv_at_hurdle < 0.0)
    return share(below)


def status_counts(status: NDArray[np.integer]) -> dict[str, int]:
    """Paths by status, every status named also where it is 0: `ok`, `multiple`, `total_loss`, `no_investment` …"""
    counts = np.bincount(status, minlength=len(IrrStatus))
    return {one.name.lower(): int(counts[one]) for one in IrrStatus}
