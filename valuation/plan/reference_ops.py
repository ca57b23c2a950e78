"""The NumPy form of every op, written apart from the expressions of ``opcodes.py``: no op is tested against itself."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.opcodes import NEVER

Floats = NDArray[np.float64]


def _ratio(a: Floats, b: Floats) -> Floats:
    nothing = np.full(np.broadcast(a, b).shape, np.nan)
    return np.asarray(np.divide(a, b, out=nothing, where=b > 0), float)


def _event_time(before: Floats, h0: Floats, h1: Floats, threshold: Floats, start: Floats, end: Floats) -> Floats:
    rise = np.where(h1 > h0, h1 - h0, 1.0)
    share = (threshold - h0) / rise
    strikes = (before >= NEVER) & (h1 > h0) & (h1 >= threshold)
    return np.where(strikes, (1.0 - share) * start + share * end, np.where(before < NEVER, before, NEVER))


def _count(u: Floats, first: Floats, ratio: Callable[[int], Floats]) -> Floats:
    """Smallest k with cumulated probability at u or above; ``ratio(k)`` is P(k)/P(k − 1)."""
    u, probability = np.broadcast_arrays(u, first)
    reached, result = probability.copy(), np.zeros(u.shape)
    for k in range(1, 2000):
        open_ = reached < u
        if not open_.any():
            break
        result = np.where(open_, float(k), result)
        probability = probability * ratio(k)
        reached = np.where(open_, reached + probability, reached)
    return result


def _poisson(u: Floats, mean: Floats) -> Floats:
    return _count(u, np.exp(-mean), lambda k: mean / k)


def _binomial(u: Floats, n: Floats, p: Floats) -> Floats:
    return _count(u, (1.0 - p) ** n, lambda k: p * np.maximum(n - k + 1.0, 0.0) / ((1.0 - p) * k))


def _select(flag: Floats, a: Floats, b: Floats) -> Floats:
    return np.asarray(np.where(flag <= 0, b, a), float)


def _pick_first(time_a: Floats, time_b: Floats, a: Floats, b: Floats) -> Floats:
    return np.asarray(np.where(time_b < time_a, b, a), float)


def _in_a_row(flag: Floats, amount: Floats, least: Floats, before: Floats) -> Floats:
    counted = np.where(np.less_equal(amount, least), 0.0, 1.0 + before)
    return np.asarray(np.where(flag <= 0, before, counted), float)


def _cover(flag: Floats, cash: Floats, service: Floats) -> Floats:
    tested = np.logical_and(flag > 0, service > 0)
    nothing = np.full(np.broadcast(flag, cash, service).shape, NEVER)
    return np.asarray(np.divide(cash, service, out=nothing, where=np.broadcast_to(tested, nothing.shape)), float)


def _normal_probability(z: Floats) -> Floats:
    return np.asarray(0.5 * np.vectorize(math.erfc, otypes=[float])(np.multiply(z, -math.sqrt(0.5))), float)


def _cubic(t: Floats, values: Floats) -> Floats:
    """Newton's form of the cubic through values [n, 4] at −1, 0, 1, 2."""
    one, two, three = (np.diff(values, k, axis=-1)[..., 0] for k in (1, 2, 3))
    return np.asarray(values[..., 0] + (t + 1) * (one + t * (two / 2 + (t - 1) * three / 6)))


def _cell(x: Floats, first: float, per_unit: float, count: float) -> tuple[NDArray[np.int64], Floats]:
    """Node before the cell of x, and the place in the cell."""
    place = np.clip((x - first) * per_unit, 1.0, count - 2.0)
    node = np.fmin(np.floor(place), count - 3.0)
    return np.nan_to_num(node, nan=1.0).astype(np.int64) - 1, np.asarray(place - node)


def _lookup(x: Floats, table: Floats) -> Floats:
    before, t = _cell(np.asarray(x), *table[:3])
    return _cubic(t, table[3:][before[..., None] + np.arange(4)])


def _lookup_2d(x: Floats, y: Floats, table: Floats) -> Floats:
    x, y = np.broadcast_arrays(x, y)
    (row, t), (column, s) = _cell(x, *table[:3]), _cell(y, *table[3:6])
    values = table[6:].reshape(int(table[2]), int(table[5]))
    square = values[row[..., None, None] + np.arange(4)[:, None], column[..., None, None] + np.arange(4)]
    return _cubic(t, _cubic(s[..., None], square))


NUMPY: dict[str, Callable[..., Floats]] = {
    "set": lambda a: a,
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "mul_add": lambda a, b, c: c + np.multiply(b, a),
    "divide": np.true_divide,
    "ratio": _ratio,
    "lower_of": np.minimum,
    "higher_of": np.maximum,
    "select": _select,
    "below": lambda a, b: np.less(a, b).astype(float),
    "above": lambda a, b: np.greater(a, b).astype(float),
    "equal": lambda a, b: np.equal(a, b).astype(float),
    "opposite": lambda flag: np.where(flag == 1, 0.0, np.where(flag == 0, 1.0, 1.0 - flag)),
    "exp": np.exp,
    "log": np.log,
    "exp_price": lambda x, location: np.exp(x) * np.exp(location),
    "sinh_price": lambda x, location, scale: scale * np.sinh(x + location),
    "logistic": lambda x, location: 0.5 + 0.5 * np.tanh(0.5 * (x + location)),
    "event_time": _event_time,
    "pick_first": _pick_first,
    "span": lambda stop, start, end: np.maximum(np.clip(stop, start, end) - start, 0.0),
    "falls_in": lambda position, start, end: np.logical_and(start <= position, position < end).astype(float),
    "take_or_pay": lambda use, share, full: full * np.maximum(share, use),
    "blend": lambda share, fixed, floating: floating + share * (fixed - floating),
    "year_to_date": lambda x, before, reset: x + np.where(reset > 0, 0.0, before),
    "loss_used": lambda flag, profit, pool: (
        np.where(profit > 0, np.minimum(profit, pool), np.minimum(pool, 0.0)) * flag
    ),
    "loss_pool": lambda pool, used, flag, profit: (pool - used) - np.minimum(profit, 0.0) * flag,
    "tax": lambda rate, flag, profit, used: flag * rate * np.where(profit > 0, profit - used, -used),
    "pay_down": lambda flag, due, pot: flag * np.clip(due, 0.0, np.maximum(pot, 0.0)),
    "behind": lambda flag, interest, due, paid: np.where(due > 0, due - paid + interest, interest - paid) * flag,
    "shortfall": lambda flag, a: np.where(a < 0, -a * flag, 0.0),
    "hold_back": lambda pot, target: np.where(pot > 0, np.clip(target, 0.0, np.maximum(pot, 0.0)), 0.0),
    "in_a_row": _in_a_row,
    "cover": _cover,
    "release": lambda flag, pot, blocked, limit: np.logical_not(blocked > limit) * np.clip(pot, 0.0, None) * flag,
    "normal_probability": _normal_probability,
    "poisson": _poisson,
    "binomial": _binomial,
    "lookup": _lookup,
    "lookup_2d": _lookup_2d,
    "sum": lambda *terms: np.add.reduce(np.broadcast_arrays(*terms)),
    "prod": lambda *terms: np.multiply.reduce(np.broadcast_arrays(*terms)),
}
"""NumPy form of every op; the operands are arrays over paths, or single numbers."""
