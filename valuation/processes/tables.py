"""Laws as tables at equally spaced nodes: quantiles by normal, or by state and normal, for the kernel to look up.

The layout is that of ``kernel/lookup.py``: first node, nodes per unit, number of nodes (twice in two dimensions), then
the values. Tables are computed once before a run; their numbers have the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from valuation.processes.lanes import Lanes

REACH = 6.5
"""Normals that a table covers: a word of the generator gives at most 6.34."""

PER_NORMAL, PER_STATE = 12.0, 12.0
"""Nodes per unit of the normal, and of the state in its logarithm or log-odds."""


def normals(per_unit: float = PER_NORMAL, reach: float = REACH) -> Lanes:
    """Equally spaced normals from −reach to reach with one node more on each side."""
    half = int(reach * per_unit) + 1
    return np.arange(-half, half + 1) / per_unit


def states(lowest: float, highest: float, per_unit: float = PER_STATE) -> Lanes:
    """Equally spaced states that cover an interval, with one node more on each side."""
    first = np.floor(lowest * per_unit) - 1.0
    last = np.maximum(np.ceil(highest * per_unit) + 1.0, first + 3.0)
    return np.asarray(np.arange(first, last + 1.0) / per_unit, float)


def of_normal(quantiles: Callable[[Lanes], Lanes], per_unit: float, reach: float = REACH) -> tuple[float, ...]:
    """Table of a function of the normal: [M] from [M]."""
    z = normals(per_unit, reach)
    return (float(z[0]), per_unit, float(z.size), *quantiles(z).tolist())


def of_state_and_normal(quantiles: Callable[[Lanes, Lanes], Lanes], lowest: float, highest: float) -> tuple[float, ...]:
    """Table of a function of a state between two ends and the normal: [N, M] from [N] and [M]."""
    x, z = states(lowest, highest), normals()
    values = quantiles(x, z).ravel().tolist()
    return (float(x[0]), PER_STATE, float(x.size), float(z[0]), PER_NORMAL, float(z.size), *values)
