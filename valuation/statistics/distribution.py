"""A measure over all paths: moments, percentiles and their standard errors, tail, histogram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation.statistics.sums import Floats, block_sum, mean_and_error

PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)


@dataclass(frozen=True)
class Distribution:
    """A measure over all paths: moments, percentiles (type 7 = Excel PERCENTILE.INC) and their standard errors.

    A number that does not exist is None: all of them without a path, sd and the errors with one path.
    """

    mean: float | None
    se: float | None
    sd: float | None
    p1: float | None
    p5: float | None
    p10: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    se_p5: float | None
    se_p50: float | None
    se_p95: float | None
    count: int
    """Paths on which the measure exists."""


@dataclass(frozen=True)
class Tail:
    """The bad end of a distribution."""

    level: float
    """q, the percentile at the tail's share."""
    cvar: float
    """E[X | X ≤ q]."""
    loss: float
    """Base value less q."""


@dataclass(frozen=True)
class Histogram:
    """Counts per bin, paths without and with an event apart; `edges` has one more entry than the counts. The outermost
    bins take in what lies beyond them; `below` and `above` say how many paths that is."""

    edges: tuple[float, ...]
    survivors: tuple[int, ...]
    events: tuple[int, ...]
    below: int
    above: int


def distribution(values: Floats, exists: NDArray[np.bool_] | None = None) -> Distribution:
    """The distribution of a measure over paths.

    Parameters
    ----------
    values : the measure by path [n].
    exists : paths on which it exists [n]; left out: all. Holds one copy of the column while it works.

    Raises
    ------
    ValueError : a value that is not finite on a path where the measure exists.
    """
    chosen = values if exists is None else values[exists]
    count = chosen.size
    if not count:
        return Distribution(**dict.fromkeys(_NUMBERS), count=0)
    _finite(chosen)
    mean, se, sd = mean_and_error(chosen) if count > 1 else (float(chosen[0]), None, None)
    ordered = chosen if exists is not None else values.copy()
    ordered.sort()
    levels = {f"p{p}": percentile(ordered, p / 100) for p in PERCENTILES}
    errors = {f"se_p{p}": percentile_error(ordered, p / 100) for p in (5, 50, 95)}
    return Distribution(mean=mean, se=se, sd=sd, **levels, **errors, count=count)


_NUMBERS = ("mean", "se", "sd", *(f"p{p}" for p in PERCENTILES), "se_p5", "se_p50", "se_p95")


def percentile(ordered: Floats, p: float) -> float:
    """Percentile of ascending values by linear interpolation (Hyndman and Fan's type 7, Excel's PERCENTILE.INC).

    With h = (n − 1) p: x_⌊h⌋ + (h − ⌊h⌋)(x_⌊h⌋₊₁ − x_⌊h⌋), counted from 0.

    Parameters
    ----------
    ordered : values [n], ascending.
    p : share below [fraction], 0 to 1.
    """
    if not (ordered.size and 0.0 <= p <= 1.0):
        raise ValueError(f"a percentile needs values and a share between 0 and 1, got {ordered.size} values and {p}")
    position = (ordered.size - 1) * p
    low = int(position)
    high = min(low + 1, ordered.size - 1)
    return float(ordered[low] + (position - low) * (ordered[high] - ordered[low]))


def percentile_error(ordered: Floats, p: float) -> float | None:
    """Standard error of a percentile: half the distance between the order statistics at ranks np ± √(np(1 − p)).

    The ranks are rounded outwards, held inside 1 … n, and at least one apart. None with one value.
    """
    count = ordered.size
    if count < 2:
        return None
    spread = float(np.sqrt(count * p * (1.0 - p)))
    low = min(max(1, int(np.floor(count * p - spread))), count - 1)
    high = min(max(low + 1, int(np.ceil(count * p + spread))), count)
    return float(0.5 * (ordered[high - 1] - ordered[low - 1]))


def tail(values: Floats, base: float, p: float = 0.05) -> Tail:
    """Level, mean beyond it, and loss against the base value, of the worst share p of the paths.

    Raises
    ------
    ValueError : a value that is not finite, or no paths.
    """
    _finite(values)
    ordered = values.copy()
    ordered.sort()
    level = percentile(ordered, p)
    worst = ordered[: int(np.searchsorted(ordered, level, side="right"))]
    # With a handful of paths interpolation can round the level to just under the lowest value.
    cvar = block_sum(worst) / worst.size if worst.size else level
    return Tail(level, cvar, base - level)


def histogram(
    values: Floats, event: NDArray[np.bool_], exists: NDArray[np.bool_] | None = None, bins: int = 40
) -> Histogram | None:
    """Counts in half as many to about `bins` bins of a round width, between the 1st and the 99th percentile at most.

    A long tail would leave everything else in one or two bins: the bins reach at most half the distance from P5 to P95
    beyond these two.

    Parameters
    ----------
    values : the measure by path [n].
    event : paths struck by an event [n].
    exists : paths on which the measure exists [n]; left out: all.

    Returns
    -------
    Histogram, or None where the measure exists on no path.
    """
    ordered = values.copy() if exists is None else values[exists]
    if not ordered.size:
        return None
    _finite(ordered)
    ordered.sort()
    edges = _round_edges(*_reach(ordered), bins)
    below = int(np.searchsorted(ordered, edges[0], side="left"))
    above = ordered.size - int(np.searchsorted(ordered, edges[-1], side="right"))
    del ordered
    counts = np.zeros((2, edges.size - 1), dtype=np.int64)
    for start in range(0, values.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        for row, struck in enumerate((~event[part], event[part])):
            chosen = values[part][struck if exists is None else struck & exists[part]]
            counts[row] += np.bincount(np.searchsorted(edges[1:-1], chosen, side="right"), minlength=edges.size - 1)
    return Histogram(
        tuple(float(edge) for edge in edges),
        tuple(int(n) for n in counts[0]),
        tuple(int(n) for n in counts[1]),
        below,
        above,
    )


_CHUNK = 65_536


_BEYOND = 0.5
"""Share of the distance from P5 to P95 that the bins reach beyond them."""


def _reach(ordered: Floats) -> tuple[float, float]:
    """Lowest and highest value that get a bin of their own."""
    p1, p5, p95, p99 = (percentile(ordered, p) for p in (0.01, 0.05, 0.95, 0.99))
    beyond = _BEYOND * (p95 - p5)
    return max(p1, p5 - beyond), min(p99, p95 + beyond)


def _round_edges(low: float, high: float, bins: int) -> Floats:
    """Edges at multiples of 1, 2, 2.5 or 5 · 10^k that enclose low … high in at most about `bins` bins."""
    width = (high - low) / bins
    if not width > 1e-12 * max(abs(low), abs(high)):
        width = max(abs(low), abs(high), 1.0) * 0.01
    exponent = int(np.floor(np.log10(width)))
    power = 10.0**exponent
    step = next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0) if factor * power >= width)
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    # Rounded, so that an axis reads 0.3 and not 0.30000000000000004.
    edges = [round(k * step, 1 - exponent) for k in range(first, max(last, first + 1) + 1)]
    return np.array(edges, dtype=np.float64)


def _finite(values: Floats) -> None:
    if not np.isfinite(values).all():
        where = int(np.flatnonzero(~np.isfinite(values))[0])
        raise ValueError(f"value {where} is {values[where]}: say by `exists` on which paths the measure exists")
