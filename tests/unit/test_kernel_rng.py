"""Philox4x32-10: the known answers of its authors' library, an independent form in NumPy, and which word is drawn
where."""

import numpy as np
import pytest

from valuation.kernel.arrays import BLOCK
from valuation.kernel.draws import fill_uniforms
from valuation.kernel.rng import philox, uniform

# Random123, tests/kat_vectors, rows "philox4x32 10": counter, key, words.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def _words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_known_answers(counter: str, key: str, words: str) -> None:
    assert list(philox(*_words(counter), *_words(key))) == _words(words)


def _philox_numpy(counters: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    """Philox4x32-10 of counters uint32 [n, 4], written from the paper on 64-bit products split into halves."""
    c = counters.astype(np.uint64)
    round_key = np.array(key, np.uint64)
    for step in range(10):
        if step:
            round_key = (round_key + np.array([0x9E3779B9, 0xBB67AE85], np.uint64)) % np.uint64(1 << 32)
        first, second = c[:, 0] * np.uint64(0xD2511F53), c[:, 2] * np.uint64(0xCD9E8D57)
        c = np.stack(
            [
                second // np.uint64(1 << 32) ^ c[:, 1] ^ round_key[0],
                second % np.uint64(1 << 32),
                first // np.uint64(1 << 32) ^ c[:, 3] ^ round_key[1],
                first % np.uint64(1 << 32),
            ],
            axis=1,
        )
    return c


@pytest.mark.parametrize("first_path", [0, 2**32 - 100, 3 * 2**32])
def test_compiled_words_equal_an_independent_form(first_path: int) -> None:
    block, stream, key = 17, 0xDEADBEEF, (0x12345678, 0x9ABCDEF0)
    target = np.empty((4, BLOCK))
    fill_uniforms(target, first_path, block, stream, *key)
    paths = first_path + np.arange(BLOCK, dtype=np.uint64)
    counters = np.stack(
        [paths % 2**32, paths // 2**32, np.full(BLOCK, block, np.uint64), np.full(BLOCK, stream, np.uint64)], axis=1
    )
    expected = (_philox_numpy(counters, key).T + 0.5) / 2.0**32
    assert np.array_equal(target, expected)
    assert target[2, 5] == uniform(philox(*(int(c) for c in counters[5]), *key)[2])


def test_a_uniform_is_never_at_an_end() -> None:
    assert uniform(0) == 2.0**-33
    assert uniform(2**32 - 1) == 1.0 - 2.0**-33
