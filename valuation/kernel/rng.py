"""Philox4x32-10: random words as a pure function of (seed, path, period block, stream).

Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011). No state, so any path of any run
can be drawn alone, and adding a stream moves no other. Plain Python over ints; compiled, the ints are 64 bits wide
and wrap, which the masks make equal.
"""

from valuation.kernel.elementary import word_to_float

MASK = 0xFFFFFFFF
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85

START_BLOCK = 0xFFFFFFFF
"""Period block of the draws taken once a path."""

WORD = 2.0**-32


def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Four random 32-bit words of a counter (four words) and a key (two words), ten rounds."""
    for _ in range(10):
        product_0 = MULTIPLIER_0 * c0
        product_1 = MULTIPLIER_1 * c2
        c0 = ((product_1 >> 32) & MASK) ^ c1 ^ k0
        c1 = product_1 & MASK
        c2 = ((product_0 >> 32) & MASK) ^ c3 ^ k1
        c3 = product_0 & MASK
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    return c0, c1, c2, c3


def uniform(word: int) -> float:
    """(word + ½)·2⁻³²: the middle of the word's cell of the unit interval, never 0 or 1."""
    return (word_to_float(word) + 0.5) * WORD
