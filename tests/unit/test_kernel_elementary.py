"""The kernel's own exp and log: as good as the C library's, the same bits compiled and in plain Python."""

import math
import random

import mpmath
import numpy as np
import pytest

from valuation.kernel import elementary, jit

DIGITS = mpmath.mp.clone()
DIGITS.dps = 40


@jit.compiled
def _exps(x, y):
    for i in range(x.size):
        y[i] = elementary.exp(x[i])


@jit.compiled
def _logs(x, y):
    for i in range(x.size):
        y[i] = elementary.log(x[i])


def _error_in_units_of_last_place(mine: float, exact: mpmath.mpf) -> float:
    return float(abs(DIGITS.mpf(mine) - exact) / DIGITS.mpf(math.ulp(float(exact))))


def _same_bits(plain: list[float], compiled: np.ndarray) -> bool:
    expected = np.array(plain)
    numbers = ~np.isnan(expected)
    same_gaps = np.array_equal(np.isnan(expected), np.isnan(compiled))
    return same_gaps and np.array_equal(expected[numbers].view(np.int64), compiled[numbers].view(np.int64))


def test_exp_is_within_one_unit_of_the_last_place() -> None:
    draw = random.Random(1)
    arguments = [draw.uniform(-20, 20) for _ in range(4000)] + [draw.gauss(0, 0.3) for _ in range(2000)]
    arguments += [draw.uniform(-745, 709.7) for _ in range(2000)] + [1e-300, -1e-17, 0.34657359, -0.34657360]
    worst = max(_error_in_units_of_last_place(elementary.exp(x), DIGITS.exp(DIGITS.mpf(x))) for x in arguments)
    assert worst < 1.0


def test_log_is_within_one_unit_of_the_last_place() -> None:
    draw = random.Random(2)
    arguments = [math.exp(draw.uniform(-700, 700)) for _ in range(3000)] + [draw.uniform(0.5, 2) for _ in range(3000)]
    arguments += [1.0 + draw.gauss(0, 1e-4) for _ in range(1000)] + [draw.random() * 2.0**-32 for _ in range(1000)]
    arguments += [5e-324, 1e-310, 2.2250738585072014e-308, 1.7976931348623157e308]
    worst = max(_error_in_units_of_last_place(elementary.log(x), DIGITS.log(DIGITS.mpf(x))) for x in arguments)
    assert worst < 1.0


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (-800.0, 0.0),
        (710.0, math.inf),
        (math.inf, math.inf),
        (-math.inf, 0.0),
        (0.0, 1.0),
        (-0.0, 1.0),
        (-745.13, 5e-324),
    ],
)
def test_exp_at_the_ends(argument: float, expected: float) -> None:
    assert elementary.exp(argument) == expected


@pytest.mark.parametrize(
    ("argument", "expected"), [(0.0, -math.inf), (-0.0, -math.inf), (1.0, 0.0), (math.inf, math.inf)]
)
def test_log_at_the_ends(argument: float, expected: float) -> None:
    assert elementary.log(argument) == expected


def test_not_a_number_stays_one() -> None:
    assert math.isnan(elementary.exp(math.nan))
    assert math.isnan(elementary.log(math.nan))
    assert math.isnan(elementary.log(-1.0))
    assert math.isnan(elementary.log(-math.inf))


def test_exp_compiled_gives_the_bits_of_the_plain_form() -> None:
    numbers = np.random.default_rng(3)
    edges = [0.0, -0.0, math.inf, -math.inf, math.nan, 709.78, 709.79, -708.5, -745.1, -745.2, 5e-324]
    x = np.concatenate([numbers.normal(size=80_000) * 5, numbers.uniform(-760, 720, 20_000), edges])
    compiled = np.empty_like(x)
    with np.errstate(over="ignore"):  # with the compiler off NumPy would warn
        _exps(x, compiled)
    assert _same_bits([elementary.exp(v) for v in x.tolist()], compiled)


def test_log_compiled_gives_the_bits_of_the_plain_form() -> None:
    numbers = np.random.default_rng(4)
    root = elementary.SQRT_HALF
    edges = [0.0, -0.0, -1.0, -3.7, math.inf, -math.inf, math.nan, 5e-324, root, np.nextafter(root, 0), 2 * root, 1.0]
    x = np.concatenate([np.exp(numbers.uniform(-740, 709, 60_000)), numbers.uniform(0.5, 2, 40_000), edges])
    compiled = np.empty_like(x)
    _logs(x, compiled)
    assert _same_bits([elementary.log(v) for v in x.tolist()], compiled)
