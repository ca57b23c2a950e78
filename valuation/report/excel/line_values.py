"""A line of the base case as the sheets show it by year."""

from __future__ import annotations

from valuation.tables import Line


def shown(line: Line) -> list[float]:
    """Values with the sign that sheets by year show: what leaves the view is negative."""
    return [line.sign * value + 0.0 for value in line.values]


def has_total(line: Line) -> bool:
    """Whether the sum over all months says something: not of levels, nor of the hours, which run on to the last day
    of the grid."""
    return line.roll == "sum" and line.unit != "h"
