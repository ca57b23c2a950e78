"""Where to look for a solution: values tried in a range and outward from it, until the gap changes its sign."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from valuation.errors import SpecError, ValuationError
from valuation.studies.results import NoTarget
from valuation.studies.target import Met
from valuation.studies.varied import Varied

WIDEST = 100.0
"""A solution is looked for up to so many times the largest of the stated value and the ends of its range."""

AROUND = 0.2
"""Share of the stated value that is tried on each side where the file gives no range."""

INSIDE = 5
"""Values tried in a range that was asked for, its ends among them: a target met twice shows between them."""

ROUNDING = 1e-12
"""Share of the largest gap by which two runs may differ though nothing moved."""

TURN = 1e-9
"""The same share, above which a gap is said to turn back: a rate of return is known to no more digits."""

_BACK = 8
"""Halvings towards the last value that the contract takes."""

_HALVINGS_AT_TURN = 6


@dataclass
class Search:
    """The values tried so far, and why it went no further.

    Parameters
    ----------
    number : what is varied.
    try_at : a run at a value; SpecError where the contract does not take it, NoTarget where the result is not there.
    """

    number: Varied
    try_at: Callable[[float], Met]
    tried: dict[float, Met] = field(default_factory=dict)
    refused: dict[float, ValuationError] = field(default_factory=dict)

    def gap(self, x: float) -> float:
        """The gap at a value, from the runs made where it was tried already."""
        if x not in self.tried:
            self.tried[x] = self.try_at(x)
        return self.tried[x].gap

    @property
    def values(self) -> list[float]:
        """Values tried, ascending."""
        return sorted(self.tried)

    @property
    def _largest(self) -> float:
        return max(abs(met.gap) for met in self.tried.values())

    def between(self, low: float, high: float) -> None:
        """Tries a range that was asked for: its ends, the stated value, and some between."""
        steps = [low + (high - low) * k / (INSIDE - 1) for k in range(INSIDE)]
        if low < self.number.stated < high:
            steps[min(range(1, INSIDE - 1), key=lambda k: abs(steps[k] - self.number.stated))] = self.number.stated
        for x in steps:
            self.gap(x)

    def outward(self) -> None:
        """Tries the stated value, its range, and beyond it on the side where the gap closes, then on the other."""
        low, high = self._range()
        for x in {self.number.stated, low, high}:
            self._takes(x)
        if not self.tried:
            raise next(iter(self.refused.values()))
        if self.changes_of_sign():
            return
        bottom, top = self._limits()
        first, last = self.values[0], self.values[-1]
        step = max(last - first, AROUND * abs(self.number.stated), 1e-12)
        nearer_above = abs(self.gap(last)) <= abs(self.gap(first))
        one_way = not self.flat and not self.both_ways
        sides = [(last, top, step), (first, bottom, -step)]
        for edge, limit, direction in sides if nearer_above else sides[::-1]:
            if self._towards(edge, limit, direction) or (one_way and not self.both_ways):
                return

    def between_neighbours(self) -> None:
        """Looks for the turn of a gap that comes nearest to 0 and goes away again: halves both intervals beside the
        nearest value, so that two solutions between two values tried are found where the gap turns once there."""
        for _ in range(_HALVINGS_AT_TURN):
            if self.changes_of_sign():
                return
            values = self.values
            place = min(range(len(values)), key=lambda k: abs(self.tried[values[k]].gap))
            if place in (0, len(values) - 1):
                return
            for neighbour in (values[place - 1], values[place + 1]):
                self._takes(0.5 * (values[place] + neighbour))

    def _towards(self, edge: float, limit: float, step: float) -> bool:
        """Doubling steps from an edge to a limit; True as soon as the gap changes its sign."""
        while edge != limit:
            x = min(edge + step, limit) if step > 0.0 else max(edge + step, limit)
            if not self._takes(x):
                limit = self._last_taken(edge, x)
                x = limit
                if x == edge:
                    return False
            if opposite(self.gap(edge), self.gap(x)):
                return True
            edge, step = x, 2.0 * step
        return False

    def _last_taken(self, edge: float, beyond: float) -> float:
        """The value nearest to one that is refused at which the contract can still be run, by halving."""
        for _ in range(_BACK):
            middle = 0.5 * (edge + beyond)
            if self._takes(middle):
                edge = middle
            else:
                beyond = middle
        return edge

    def _takes(self, x: float) -> bool:
        """Tries a value; False where the contract or the result does not go so far."""
        try:
            self.gap(x)
        except (SpecError, NoTarget) as error:
            self.refused[x] = error
            return False
        return True

    def _range(self) -> tuple[float, float]:
        """The stated range; without one, 20 % on each side of the value, or all of it where it has bounds."""
        number = self.number
        low, high = number.low, number.high
        if low is None or high is None:
            spread = AROUND * abs(number.stated)
            if spread == 0.0:
                if not (math.isfinite(number.least) and math.isfinite(number.most) and number.most < 1e3):
                    raise ValuationError(
                        f"{number.path} is 0 in the file and has no range: say where to look with --between LOW HIGH"
                    )
                return number.least, number.most
            low = number.stated - spread if low is None else low
            high = number.stated + spread if high is None else high
        return max(low, number.least), min(high, number.most)

    def _limits(self) -> tuple[float, float]:
        """How far outward it goes: 100 times the largest number at hand, the language's bounds, and not across 0 where
        the file's numbers all lie on one side of it."""
        number = self.number
        ends = [number.stated, *(end for end in (number.low, number.high) if end is not None)]
        most = WIDEST * max(max(abs(end) for end in ends), max(abs(x) for x in self.tried))
        low = 0.0 if min(ends) >= 0.0 else -most
        high = 0.0 if max(ends) <= 0.0 and min(ends) < 0.0 else most
        return max(low, number.least), min(high, number.most)

    def changes_of_sign(self) -> list[tuple[float, float]]:
        """Neighbouring values between which the gap changes its sign; a value at which it is 0 stands twice."""
        found = [(x, x) for x in self.values if self.tried[x].gap == 0.0]
        return found + [(a, b) for a, b in pairwise(self.values) if opposite(self.tried[a].gap, self.tried[b].gap)]

    @property
    def flat(self) -> bool:
        """Whether nothing moved."""
        gaps = [met.gap for met in self.tried.values()]
        return max(gaps) - min(gaps) <= ROUNDING * self._largest

    @property
    def both_ways(self) -> bool:
        """Whether the gap rises somewhere and falls somewhere else, by more than its standard error.

        A percentile passes from one path to the next as the number moves, so it may turn back by less than that.
        """
        lowest = highest = self.tried[self.values[0]].gap
        rises = falls = False
        for x in self.values:
            met = self.tried[x]
            least = TURN * self._largest + (met.se or 0.0)
            rises = rises or met.gap - lowest > least
            falls = falls or highest - met.gap > least
            lowest, highest = min(lowest, met.gap), max(highest, met.gap)
        return rises and falls


def opposite(a: float, b: float) -> bool:
    """Whether two gaps lie on different sides of 0; 0 itself lies on neither."""
    return a * b < 0.0 or (a < 0.0 < b) or (b < 0.0 < a)
