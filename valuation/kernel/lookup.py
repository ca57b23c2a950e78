"""Reading a function of one or two numbers from a table at equally spaced nodes, by cubic interpolation.

A table is a run of floats. In one dimension: first node, nodes per unit, number of nodes, then the values. In two: the
first three for ``x``, the same for ``y``, then the values of all ``y`` for the first ``x``, of all ``y`` for the second,
and so on. ``at`` is where the table begins in a longer run.

The value between two nodes is that of the cubic through them and their two neighbours (Lagrange), so the outermost
node of each side only steadies the next cell: outside of the nodes between, the value is that of the nearest of them.
The error is at most 3/128·(spacing)⁴ times the fourth derivative.
"""

from collections.abc import Sequence

from valuation.kernel.elementary import NOT_A_NUMBER


def interpolated(x: float, table: Sequence[float], at: int) -> float:
    """The table's function at ``x``; not a number where ``x`` is none."""
    place = (x - table[at]) * table[at + 1]
    last = table[at + 2] - 2.0
    place = place if place > 1.0 else 1.0
    place = place if place < last else last
    node = int(place)
    node = node if node < last else node - 1
    t = place - node
    v = at + 2 + node
    value = _between(t, table[v], table[v + 1], table[v + 2], table[v + 3])
    return value if x == x else NOT_A_NUMBER


def interpolated_2d(x: float, y: float, table: Sequence[float], at: int) -> float:
    """The table's function at ``x`` and ``y``; not a number where one of them is none."""
    place = (x - table[at]) * table[at + 1]
    last = table[at + 2] - 2.0
    place = place if place > 1.0 else 1.0
    place = place if place < last else last
    node = int(place)
    node = node if node < last else node - 1
    t = place - node
    place_y = (y - table[at + 3]) * table[at + 4]
    last_y = table[at + 5] - 2.0
    place_y = place_y if place_y > 1.0 else 1.0
    place_y = place_y if place_y < last_y else last_y
    node_y = int(place_y)
    node_y = node_y if node_y < last_y else node_y - 1
    s = place_y - node_y
    row = int(table[at + 5])
    v = at + 5 + (node - 1) * row + node_y
    a = _between(s, table[v], table[v + 1], table[v + 2], table[v + 3])
    v = v + row
    b = _between(s, table[v], table[v + 1], table[v + 2], table[v + 3])
    v = v + row
    c = _between(s, table[v], table[v + 1], table[v + 2], table[v + 3])
    v = v + row
    d = _between(s, table[v], table[v + 1], table[v + 2], table[v + 3])
    value = _between(t, a, b, c, d)
    return value if x == x and y == y else NOT_A_NUMBER


def _between(t: float, a: float, b: float, c: float, d: float) -> float:
    """The cubic through a at −1, b at 0, c at 1 and d at 2, at t of 0 … 1."""
    before = t + 1.0
    after = t - 1.0
    beyond = t - 2.0
    inner = before * beyond
    outer = t * after
    return 0.5 * inner * (after * b - t * c) + outer * (before * d - beyond * a) / 6.0
