"""The digest of a run."""

import numpy as np
import pytest

from valuation.appraisal.digest import canonical_bytes


def test_every_nan_has_one_bit_pattern():
    odd = np.array([0x7FF8000000000001, 0xFFF8000000000000], dtype=np.uint64).view(np.float64)
    assert canonical_bytes(odd) == canonical_bytes(np.array([np.nan, np.nan]))


def test_minus_zero_is_zero_and_nothing_else_is():
    assert canonical_bytes(np.array([-0.0])) == canonical_bytes(np.array([0.0])) == bytes(8)
    assert canonical_bytes(np.array([5e-324])) != bytes(8)


@pytest.mark.parametrize("value", [1.5, -2.25, np.inf])
def test_bytes_are_little_endian(value):
    assert canonical_bytes(np.array([value])) == np.array([value], dtype="<f8").tobytes()
