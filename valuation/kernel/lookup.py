"""Reading a function of one or two numbers from a table at equally spaced nodes, by cubic interpolation.

A table is a run of floats. In one dimension: first node, nodes per unit, number of nodes, then the values. In two: the
first three for ``x``, the same for ``y``, then the values of all ``y`` for the first ``x``, of all ``y`` for the
second, and so on. ``at`` is where the table begins in a longer run.

The value between two nodes is that of the cubic through them and their two neighbours (Lagrange), so the outermost
node of each side only steadies the next cell: outside of the nodes between, the value is that of the nearest of them.
The error is at most 3/128·(spacing)⁴ times the fourth derivative.
"""

from collections.abc import Sequence

from valuation.kernel.elementary import NOT_A_NUMBER

SIXTH = 1.0 / 6.0


def entry(table: Sequence[float], place: int) -> float:
    """A number of a table; the place is never negative, which its compiled form need not ask."""
    return table[place]


def interpolated(x: float, table: Sequence[float], at: int) -> float:
    """The table's function at ``x``; not a number where ``x`` is none."""
    place = (x - entry(table, at)) * entry(table, at + 1)
    last = entry(table, at + 2) - 2.0
    place = place if place > 1.0 else 1.0
    place = place if place < last else last
    node = int(place)
    node = node if node < last else node - 1
    t = place - node
    before, after, beyond = t + 1.0, t - 1.0, t - 2.0
    inner, outer = 0.5 * before * beyond, SIXTH * t * after
    w0, w1, w2, w3 = -outer * beyond, inner * after, -inner * t, outer * before
    value = _weighted(table, at + 2 + node, w0, w1, w2, w3)
    return value if x == x else NOT_A_NUMBER


def interpolated_2d(x: float, y: float, table: Sequence[float], at: int) -> float:
    """The table's function at ``x`` and ``y``; not a number where one of them is none."""
    place = (x - entry(table, at)) * entry(table, at + 1)
    last = entry(table, at + 2) - 2.0
    place = place if place > 1.0 else 1.0
    place = place if place < last else last
    node = int(place)
    node = node if node < last else node - 1
    t = place - node
    place_y = (y - entry(table, at + 3)) * entry(table, at + 4)
    width = entry(table, at + 5)
    last_y = width - 2.0
    place_y = place_y if place_y > 1.0 else 1.0
    place_y = place_y if place_y < last_y else last_y
    node_y = int(place_y)
    node_y = node_y if node_y < last_y else node_y - 1
    s = place_y - node_y
    before, after, beyond = s + 1.0, s - 1.0, s - 2.0
    inner, outer = 0.5 * before * beyond, SIXTH * s * after
    w0, w1, w2, w3 = -outer * beyond, inner * after, -inner * s, outer * before
    row = int(width)
    v = at + 5 + (node - 1) * row + node_y
    a = _weighted(table, v, w0, w1, w2, w3)
    b = _weighted(table, v + row, w0, w1, w2, w3)
    c = _weighted(table, v + 2 * row, w0, w1, w2, w3)
    d = _weighted(table, v + 3 * row, w0, w1, w2, w3)
    before, after, beyond = t + 1.0, t - 1.0, t - 2.0
    inner, outer = 0.5 * before * beyond, SIXTH * t * after
    value = (-outer * beyond * a + inner * after * b) + (-inner * t * c + outer * before * d)
    return value if x == x and y == y else NOT_A_NUMBER


def _weighted(table: Sequence[float], v: int, w0: float, w1: float, w2: float, w3: float) -> float:
    """Four numbers of a table from place ``v`` on, each by its weight: those of the cubic through −1, 0, 1 and 2."""
    return (w0 * entry(table, v) + w1 * entry(table, v + 1)) + (w2 * entry(table, v + 2) + w3 * entry(table, v + 3))
