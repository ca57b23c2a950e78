"""The distribution of rates of return, in which a status stands beside each rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuation.finance.irr import IrrStatus
from valuation.statistics.distribution import Distribution, distribution
from valuation.statistics.sums import Floats, share

TOTAL_LOSS_RATE = -1.0
"""Outflows only: everything is lost."""

_EXISTS = np.array([status in {IrrStatus.OK, IrrStatus.MULTIPLE, IrrStatus.TOTAL_LOSS} for status in IrrStatus])


def rate_exists(status: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Paths that enter percentiles: with a rate of return, or with a total loss. [n]"""
    exists: NDArray[np.bool_] = _EXISTS[status]
    return exists


def rates_with_losses(rates: Floats, status: NDArray[np.integer]) -> Floats:
    """The rates with −100 % where everything was lost; NaN stays where no rate exists. A copy. [n] [fraction]"""
    return np.where(status == IrrStatus.TOTAL_LOSS, TOTAL_LOSS_RATE, rates)


def irr_distribution(rates: Floats, status: NDArray[np.integer]) -> Distribution:
    """Distribution of the rate of return over the paths where it exists; a total loss counts as −100 %.

    Paths with nothing to invest, without a root or without convergence are left out (`status_counts` tells how many).

    Parameters
    ----------
    rates : internal rate of return by path [n] [fraction].
    status : its `IrrStatus` by path [n].
    """
    chosen = rates[rate_exists(status)]
    chosen[status[rate_exists(status)] == IrrStatus.TOTAL_LOSS] = TOTAL_LOSS_RATE
    return distribution(chosen)


def irr_below(rates: Floats, status: NDArray[np.integer], hurdle: float) -> tuple[float, float]:
    """P(IRR < hurdle) over all paths, and its standard error.

    A total loss is below every hurdle above −100 %. A path with nothing to invest is not below. A path without a root
    or without convergence is not counted as below either; `status_counts` tells how many there are.
    """
    has_rate = (status == IrrStatus.OK) | (status == IrrStatus.MULTIPLE)
    lost = (status == IrrStatus.TOTAL_LOSS) & (hurdle > TOTAL_LOSS_RATE)
    return share((has_rate & (rates < hurdle)) | lost)


def status_counts(status: NDArray[np.integer]) -> dict[str, int]:
    """Paths by status, every status named also where it is 0: `ok`, `multiple`, `total_loss`, `no_investment` …"""
    counts = np.bincount(status, minlength=len(IrrStatus))
    return {one.name.lower(): int(counts[one]) for one in IrrStatus}
