"""The normal distribution function against 40 digits, and back through its inverse."""

import math
import random

import mpmath
import pytest

from valuation.kernel.normal import inverse_normal
from valuation.kernel.probability import normal_probability

DIGITS = mpmath.mp.clone()
DIGITS.dps = 40


def _exact(z: float) -> mpmath.mpf:
    return DIGITS.erfc(-DIGITS.mpf(z) / DIGITS.sqrt(2)) / 2


def test_the_tail_keeps_its_digits() -> None:
    draw = random.Random(7)
    levels = [12.0 * draw.random() for _ in range(1500)] + [0.0, 1e-12, 6.34, 27.9]
    assert max(abs(DIGITS.mpf(normal_probability(-z)) / _exact(-z) - 1) for z in levels if z < 12.0) < 1e-14
    assert max(abs(DIGITS.mpf(normal_probability(z)) - _exact(z)) for z in levels) < 3e-16


@pytest.mark.parametrize("u", [2.0**-33, 1e-7, 0.01, 0.3, 0.5, 0.77, 0.999, 1.0 - 2.0**-33])
def test_a_word_comes_back(u: float) -> None:
    assert normal_probability(inverse_normal(u)) == pytest.approx(u, rel=2e-14)


def test_it_rises_and_ends_at_its_limits() -> None:
    values = [normal_probability(k / 64.0) for k in range(-64 * 9, 64 * 9)]
    assert all(a < b or b > 1.0 - 1e-15 for a, b in zip(values, values[1:], strict=False))
    assert normal_probability(-60.0) == 0.0 and normal_probability(60.0) == 1.0
    assert normal_probability(-math.inf) == 0.0 and normal_probability(math.inf) == 1.0
