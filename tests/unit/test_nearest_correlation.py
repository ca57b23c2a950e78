"""The nearest correlation matrix: a published example, and what it must be for any matrix."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuation.processes.covariance import cholesky
from valuation.processes.nearest import FLOOR, nearest_correlation


def test_the_example_of_the_paper() -> None:
    """N. J. Higham, IMA Journal of Numerical Analysis 22 (2002), section 4."""
    found = nearest_correlation([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]], floor=1e-9)
    assert found[0][1] == pytest.approx(0.7607, abs=5e-5) == found[1][2]
    assert found[0][2] == pytest.approx(0.1573, abs=5e-5)


@settings(max_examples=60)
@given(st.integers(2, 7), st.integers(0, 2**32 - 1))
def test_it_can_be_factored_and_is_no_farther_than_others(size: int, seed: int) -> None:
    numbers = np.random.default_rng(seed)
    raw = numbers.uniform(-1.0, 1.0, (size, size))
    matrix = np.tril(raw, -1) + np.tril(raw, -1).T + np.eye(size)
    found = np.array(nearest_correlation(matrix.tolist()))
    assert np.allclose(np.diag(found), 1.0) and np.allclose(found, found.T)
    assert np.linalg.eigvalsh(found)[0] >= FLOOR * (1.0 - 1e-6)
    cholesky(found.tolist())
    # any point between it and another valid matrix is farther away, as the projection onto a convex set has it
    other = numbers.normal(size=(size, 3 * size))
    other = np.corrcoef(other)
    if np.linalg.eigvalsh(other)[0] > FLOOR:
        step = found + 1e-3 * (other - found)
        assert np.linalg.norm(step - matrix) >= np.linalg.norm(found - matrix) - 1e-6


def test_one_that_holds_together_is_left_as_it_is() -> None:
    matrix = [[1.0, 0.57, 0.0], [0.57, 1.0, -0.2], [0.0, -0.2, 1.0]]
    assert nearest_correlation(matrix) == matrix
