"""The inverse normal against published quantiles and 40 digits, in the middle and in the tails."""

import math
import random

import mpmath
import numpy as np
import pytest

from valuation.kernel.arrays import BLOCK
from valuation.kernel.draws import to_normals
from valuation.kernel.normal import inverse_normal

DIGITS = mpmath.mp.clone()
DIGITS.dps = 40


def _exact(u: float) -> mpmath.mpf:
    return DIGITS.sqrt(2) * DIGITS.erfinv(2 * DIGITS.mpf(u) - 1)


@pytest.mark.parametrize(
    ("u", "z"),
    [
        (0.975, "1.9599639845400538556"),
        (0.995, "2.5758293035489004539"),
        (0.25, "-.67448975019608174320"),
        (1e-5, "-4.2648907939228246102"),
        (1e-10, "-6.3613409024040561991"),
        (1e-20, "-9.2623400897984075796"),
        (1e-100, "-21.273453560965324294"),
        (2.0**-53, "-8.2095361516013868556"),
        (2.0**-33, "-6.3379577545537892525"),
        (1e-9, "-5.9978070150076868614"),
        (1e-7, "-5.1993375821928169431"),
    ],
)
def test_quantiles(u: float, z: str) -> None:
    exact = DIGITS.mpf(z)
    assert abs(DIGITS.mpf(inverse_normal(u)) - exact) < 1e-15 * max(1, abs(exact))


def test_the_middle_quantile_999() -> None:
    # 0.999 as a float is not 999/1000: the quantile moves by 2e-14 of it
    assert inverse_normal(0.999) == pytest.approx(3.0902323061678132778, rel=2e-14)


def test_error_over_the_words_of_the_generator() -> None:
    draw = random.Random(5)
    words = [draw.getrandbits(32) for _ in range(1500)] + list(range(60)) + [2**32 - 1 - k for k in range(60)]
    levels = [(word + 0.5) * 2.0**-32 for word in words]
    levels += [0.5 - 0.425, 0.5 + 0.425, math.nextafter(0.075, 0), math.nextafter(0.075, 1), 0.5 + 2.0**-33]
    assert max(abs(DIGITS.mpf(inverse_normal(u)) / _exact(u) - 1) for u in levels) < 7e-16


def test_ends_of_the_interval() -> None:
    assert inverse_normal(0.0) == -math.inf
    assert inverse_normal(1.0) == math.inf
    assert inverse_normal(0.5) == 0.0
    assert math.isnan(inverse_normal(-0.1))
    assert math.isnan(inverse_normal(1.1))
    assert math.isnan(inverse_normal(math.nan))


def test_a_block_in_two_passes_gives_the_bits_of_the_plain_form() -> None:
    numbers = np.random.default_rng(6)
    for _ in range(20):
        levels = (numbers.integers(0, 2**32, 4 * BLOCK) + 0.5) * 2.0**-32
        levels[:3] = 2.0**-33, 1.0 - 2.0**-33, 0.5 + 2.0**-33
        block = levels.copy()
        to_normals(block, np.empty(4 * BLOCK), np.empty(4 * BLOCK, np.int64))
        assert block.tolist() == [inverse_normal(u) for u in levels.tolist()]
