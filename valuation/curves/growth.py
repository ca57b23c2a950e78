"""Yearly growth of an index from its forecast levels: steps of an effective rate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from valuation.kernel.elementary import exp, log


def growth_steps(years: Sequence[int], levels: Sequence[float]) -> tuple[tuple[date, float], ...]:
    """Effective yearly rates by the day from which they hold [1/year], one less than there are levels.

    The level of a year, an average, is that of its 30 June. From 1 July of one year to 30 June of the next the index
    grows by the ratio of their levels; where years are left out between two, by the root of it.

    Parameters
    ----------
    years : calendar years, ascending; shape [N], N ≥ 2.
    levels : levels above 0 [any one unit]; shape [N].
    """
    pairs = zip(years[:-1], years[1:], levels[:-1], levels[1:], strict=True)
    return tuple((date(year, 7, 1), _root(after / before, later - year) - 1.0) for year, later, before, after in pairs)


def _root(ratio: float, years: int) -> float:
    return ratio if years == 1 else exp(log(ratio) / years)
