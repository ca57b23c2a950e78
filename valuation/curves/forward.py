"""A monthly forward curve from quotes of years, quarters and months: free of arbitrage, with a profile, smooth.

The price of month m is F_m = s_m·L_m + a_m: s and a the profile by calendar month, as multipliers and as amounts, L the
level without it. Months count by their
days, which for power delivered around the clock is by their hours (24 a day; the hour that a change of clocks adds or
takes is left out). For every quoted period P with price Q

    Σ_{m∈P} d_m·F_m = Q·Σ_{m∈P} d_m .

Of all curves that fulfil this the *smooth* one has the least Σ (L_{m+1} − L_m)² over the months from the first quoted
to the last; where nothing is quoted its level is a straight line. The *stepped* one has one level in all months that
the same quotes cover, and holds the level before where nothing is quoted.

Periods of the trade lie in each other or apart, so a quote speaks of the months that no shorter quote inside it covers:
a year with its first quarter, of April to December. A quote with no such month is redundant: what the shorter ones give
must be its price.

References: S. E. Fleten, J. Lemming: Constructing forward price curves in electricity markets. Energy Economics 25
(2003), 409–424. F. E. Benth, S. Koekebakker, F. Ollmar: Extracting and applying smooth forward curves from
average-based commodity contracts with seasonal variation. Journal of Derivatives 15 (2007), 52–66.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache

from valuation.curves.periods import YEAR, Period, days_of

DIGITS = 60
"""Decimal digits of the solution. The equations lose up to some twenty; decimal arithmetic has the same bits on every
CPU, and so has the plan that the curve goes into."""

NO_SHIFT = (0.0,) * YEAR
"""A profile without amounts."""

Quotes = tuple[tuple[Period, float], ...]
"""Periods with their prices [any one unit]; each period once."""


@dataclass(frozen=True)
class Contradiction:
    """A quote that the shorter ones inside it do not average to.

    Parameters
    ----------
    period, price : the quote.
    parts : the quotes that cover it.
    average : their average by days [unit of the quotes].
    """

    period: Period
    price: float
    parts: tuple[Period, ...]
    average: float


@dataclass(frozen=True)
class Levels:
    """Levels of a curve without its profile, one a month [unit of the quotes].

    Parameters
    ----------
    first : calendar month number of the first.
    values : levels, shape [months].
    """

    first: int
    values: tuple[float, ...]

    @property
    def after(self) -> int:
        """Calendar month number of the first month without a level."""
        return self.first + len(self.values)

    def prices(self, shape: Sequence[float], shift: Sequence[float] = NO_SHIFT) -> tuple[float, ...]:
        """F = s·L + a of each month [unit of the quotes]; ``shape``: twelve multipliers [1], ``shift``: twelve amounts
        [unit of the quotes], January first."""
        months = ((self.first + at) % YEAR for at in range(len(self.values)))
        return tuple(shape[m] * level + shift[m] for m, level in zip(months, self.values, strict=True))


@lru_cache(maxsize=64)
def levels_of(
    quotes: Quotes, shape: tuple[float, ...], smooth: bool = True, shift: tuple[float, ...] = NO_SHIFT
) -> Levels:
    """Levels of all months from the first quoted to the last.

    Parameters
    ----------
    quotes : at least one; a redundant one counts for nothing here (see `contradictions`).
    shape : twelve multipliers above 0, January first [1].
    shift : twelve amounts, January first [unit of the quotes].
    smooth : the smoothest levels; False for one level in all months that the same quotes cover.
    """
    first, after = min(p.first for p, _ in quotes), max(p.after for p, _ in quotes)
    with localcontext(Context(prec=DIGITS)):
        weight = [Decimal(days_of(m)) * Decimal(shape[m % YEAR]) for m in range(first, after)]
        amounts = [Decimal(days_of(m)) * Decimal(shift[m % YEAR]) for m in range(first, after)]
        groups = [
            (inside, total - sum((amounts[m] for m in inside), Decimal(0)))
            for months, total in _demands(quotes)
            if (inside := [m - first for m in months])
        ]
        found = _smooth(weight, groups) if smooth else _stepped(weight, groups)
        return Levels(first, tuple(float(level) for level in found))


def contradictions(quotes: Quotes, tolerance: float) -> tuple[Contradiction, ...]:
    """Redundant quotes that differ from the average of the shorter ones inside by more than a share of their size.

    Parameters
    ----------
    tolerance : share of the larger of the two sizes [1]; quotes are rounded, so it is above 0.
    """
    found = []
    with localcontext(Context(prec=DIGITS)):
        for (period, price), (months, total) in zip(quotes, _demands(quotes), strict=True):
            if months:
                continue
            average = price - float(total / period.days)
            if abs(average - price) > tolerance * max(abs(average), abs(price)):
                found.append(Contradiction(period, price, tuple(p for p, _ in _inside(period, quotes)), average))
    return tuple(found)


def level_held(levels: Levels, shape: Sequence[float]) -> float:
    """Level that is held after the last quote: Σ d·s·L / Σ d·s over the last twelve months quoted, or all if fewer."""
    kept = range(max(levels.first, levels.after - YEAR), levels.after)
    weights = [days_of(m) * shape[m % YEAR] for m in kept]
    return sum(w * levels.values[m - levels.first] for w, m in zip(weights, kept, strict=True)) / sum(weights)


def average(period: Period, prices: Sequence[float], first: int) -> float:
    """Average of monthly prices over a period, by days; ``first``: calendar month number of the first price."""
    return sum(days_of(m) * prices[m - first] for m in range(period.first, period.after)) / period.days


def _inside(period: Period, quotes: Quotes) -> Quotes:
    """The longest quotes that lie in a period."""
    within = [(p, price) for p, price in quotes if period.holds(p)]
    return tuple((p, price) for p, price in within if not any(other.holds(p) for other, _ in within))


def _demands(quotes: Quotes) -> list[tuple[list[int], Decimal]]:
    """For each quote the months that it alone speaks of, and what Σ d·F over them must be; the months of no two meet.

    Where there are no such months the number is what the quote's own Σ d·F has more than that of the shorter ones.
    """
    held: dict[Period, Decimal] = {}
    own: dict[Period, tuple[list[int], Decimal]] = {}
    for period, price in sorted(quotes, key=lambda quote: quote[0].months):
        parts = _inside(period, quotes)
        covered = {m for p, _ in parts for m in range(p.first, p.after)}
        months = [m for m in range(period.first, period.after) if m not in covered]
        stated = Decimal(price) * period.days
        below = sum((held[p] for p, _ in parts), Decimal(0))
        own[period] = months, stated - below
        held[period] = stated if months else below
    return [own[period] for period, _ in quotes]


def _stepped(weight: Sequence[Decimal], groups: Sequence[tuple[list[int], Decimal]]) -> list[Decimal]:
    levels: list[Decimal | None] = [None] * len(weight)
    for months, total in groups:
        level = total / sum((weight[m] for m in months), Decimal(0))
        for m in months:
            levels[m] = level
    found: list[Decimal] = []
    for one in levels:  # the first month is quoted
        found.append(found[-1] if one is None else one)
    return found


def _smooth(weight: Sequence[Decimal], groups: Sequence[tuple[list[int], Decimal]]) -> list[Decimal]:
    """Least Σ (L_{m+1} − L_m)² under Σ_{m∈k} a_m·L_m = b_k.

    The gradient is L_{m+1} − L_m = L_m − L_{m−1} − λ_k·a_m, with no slope before the first month and after the last:
    the levels follow from L of the first month and one λ a quote, which the demands determine.
    """
    size, count = len(weight), len(groups)
    bends = []
    for months, _ in groups:
        inside, slope, level, bend = set(months), Decimal(0), Decimal(0), []
        for m in range(size):
            bend.append(level)
            slope -= weight[m] if m in inside else Decimal(0)
            level += slope
        bends.append(bend)
    rows = [
        [
            sum((weight[m] for m in months), Decimal(0)),
            *(sum((weight[m] * bend[m] for m in months), Decimal(0)) for bend in bends),
            total,
        ]
        for months, total in groups
    ]
    rows.append([Decimal(0), *(sum((weight[m] for m in months), Decimal(0)) for months, _ in groups), Decimal(0)])
    start, *multipliers = _solved(rows)
    return [start + sum((multipliers[k] * bends[k][m] for k in range(count)), Decimal(0)) for m in range(size)]


def _solved(rows: list[list[Decimal]]) -> list[Decimal]:
    """Solution of linear equations, each row with its right-hand side last; elimination with the largest pivot."""
    size = len(rows)
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(k + 1, size):
            if rows[i][k]:
                ratio = rows[i][k] / rows[k][k]
                for j in range(k, size + 1):
                    rows[i][j] -= ratio * rows[k][j]
    found = [Decimal(0)] * size
    for k in range(size - 1, -1, -1):
        known = sum((rows[k][j] * found[j] for j in range(k + 1, size)), Decimal(0))
        found[k] = (rows[k][size] - known) / rows[k][k]
    return found
