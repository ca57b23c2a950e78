"""What was read of a file of prices: one value a day (or a month), gaps left as gaps, and what was done to get it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Step = Literal["day", "month"]

YEARS_A_STEP: dict[Step, float] = {"day": 1.0 / 365.0, "month": 1.0 / 12.0}
"""Length of a step for the processes [year]."""


@dataclass(frozen=True)
class Gap:
    """Days (or months) without a value, both ends among them; `after_line` is the last line of the file before it."""

    first: date
    last: date
    count: int
    after_line: int = 0

    def __str__(self) -> str:
        span = f"{self.first}" if self.count == 1 else f"{self.first} to {self.last} ({self.count})"
        return f"{span}, after line {self.after_line}" if self.after_line else span


@dataclass(frozen=True, eq=False)
class History:
    """A series in even steps.

    Parameters
    ----------
    file : as the user named it. sha256 : of its bytes.
    area, unit : of the series; an area may be empty.
    cadence : what a line of the file was: `hour`, `day`, `month`, …
    step : what a value of the series is.
    dates : the day (or the first of the month) of each value, without a hole; shape [n].
    values : mean of the day, NaN where the file has none [unit]; shape [n].
    gaps : where `values` is NaN.
    lines : lines of the file that were used.
    negative_lines : how many of them have a price below 0.
    notes : what was done that the reader should know, in sentences.
    """

    file: str
    sha256: str
    area: str
    unit: str
    cadence: str
    step: Step
    dates: tuple[date, ...]
    values: NDArray[np.float64]
    gaps: tuple[Gap, ...]
    lines: int
    negative_lines: int
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> date:
        """The first day."""
        return self.dates[0]

    @property
    def last(self) -> date:
        """The last day."""
        return self.dates[-1]

    @property
    def count(self) -> int:
        """Values that are there."""
        return int(np.isfinite(self.values).sum())

    @property
    def negative(self) -> int:
        """Values below 0."""
        return int((self.values < 0.0).sum())

    @property
    def years(self) -> float:
        """From the first day to the last, both included [year]."""
        return len(self.dates) * YEARS_A_STEP[self.step]

    @property
    def step_years(self) -> float:
        """Length of a step for the processes [year]: 1/365 or 1/12."""
        return YEARS_A_STEP[self.step]


def gaps_of(dates: tuple[date, ...], values: NDArray[np.float64], lines: dict[date, int]) -> tuple[Gap, ...]:
    """Runs of NaN; `lines` has the last line of the file of each day that has one."""
    found: list[Gap] = []
    missing = np.isnan(values)
    start: int | None = None
    for at in range(len(dates) + 1):
        absent = at < len(dates) and bool(missing[at])
        if absent and start is None:
            start = at
        if not absent and start is not None:
            found.append(Gap(dates[start], dates[at - 1], at - start, lines.get(dates[max(start - 1, 0)], 0)))
            start = None
    return tuple(found)


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day, both ends among them."""
    return tuple(first + timedelta(days=at) for at in range((last - first).days + 1))


def months_between(first: date, last: date) -> tuple[date, ...]:
    """The first of every month, both ends among them."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return tuple(date(at // 12, at % 12 + 1, 1) for at in range(begin, end + 1))
