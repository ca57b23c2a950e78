"""The exact covariance of a step of all (X, ∫X) pairs against mpmath, and the factor made of it."""

import itertools

import mpmath as mp
import pytest

from valuation.processes import ou
from valuation.processes.covariance import NotPositiveDefinite, cholesky, correlation_matrix, step_covariance

REVERSIONS = [0.0, 1e-5, 1e-3, 0.1, 3.2, 134.0, 1000.0]
YEARS = [1 / 12, 0.3 / 12, 15.0]


def exact_block(first: float, second: float, years: float) -> list[list[mp.mpf]]:
    """Closed forms with 80 digits: enough that the cancellations of small κ leave 50 (κ = 0 taken as 1e-25)."""
    with mp.workdps(120):
        a, b = (mp.mpf(k) if k else mp.mpf("1e-25") for k in (first, second))
        h = mp.mpf(years)

        def integral(k):
            return (1 - mp.e ** (-k * h)) / k

        xx = integral(a + b)
        xi = (integral(a) - xx) / b
        ix = (integral(b) - xx) / a
        ii = (h - integral(a) - integral(b) + xx) / (a * b)
        return [[xx, xi], [ix, ii]]


@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("pair", list(itertools.combinations_with_replacement(REVERSIONS, 2)))
def test_cross_block(pair, years):
    drivers = [("one", pair[0], 0.8), ("two", pair[1], 1.7)]
    rows = step_covariance(drivers, [[1.0, -0.4], [-0.4, 1.0]], years)
    want = exact_block(*pair, years)
    for i in (0, 1):
        for j in (0, 1):
            assert rows[i][2 + j] == rows[2 + j][i]
            assert rows[i][2 + j] == pytest.approx(float(-0.4 * 0.8 * 1.7 * want[i][j]), rel=1e-13)


def test_same_driver_twice_is_the_closed_form():
    """The quadrature with κ_i = κ_j must meet the one-driver forms, which are computed another way."""
    for reversion in REVERSIONS:
        rows = step_covariance([("a", reversion, 1.3), ("b", reversion, 1.3)], [[1.0, 1.0], [1.0, 1.0]], 1 / 12)
        assert rows[1][3] == pytest.approx(ou.integral_variance(reversion, 1.3, 1 / 12), rel=1e-14)
        assert rows[0][3] == pytest.approx(ou.level_integral_covariance(reversion, 1.3, 1 / 12), rel=1e-14)


def test_two_steps_make_one():
    """Covariance over 2h = what the first step leaves, carried on, plus the second step (Chapman–Kolmogorov)."""
    drivers = [("slow", 3.2, 1.99), ("fast", 134.0, 2.47), ("walk", 0.0, 0.07)]
    correlation = correlation_matrix(
        [d[0] for d in drivers], {("slow", "fast"): 0.3, ("walk", "slow"): -0.2, ("fast", "walk"): 0.1}
    )
    h = 1 / 12
    once, twice = step_covariance(drivers, correlation, h), step_covariance(drivers, correlation, 2 * h)
    size = len(once)
    carry = [[0.0] * size for _ in range(size)]
    for i, (_, reversion, _) in enumerate(drivers):
        carry[2 * i][2 * i] = ou.decay(reversion, h)
        carry[2 * i + 1][2 * i] = ou.integrated_decay(reversion, h)
        carry[2 * i + 1][2 * i + 1] = 1.0
    for i in range(size):
        for j in range(size):
            carried = sum(carry[i][k] * once[k][m] * carry[j][m] for k in range(size) for m in range(size))
            assert carried + once[i][j] == pytest.approx(twice[i][j], rel=1e-12, abs=1e-18)


def test_factor_gives_the_covariance_back():
    drivers = [("slow", 3.2, 1.99), ("fast", 134.0, 2.47), ("still", 1.0, 0.0), ("walk", 0.0, 0.07)]
    correlation = [[1.0, 0.3, 0.5, 0.0], [0.3, 1.0, 0.0, 0.1], [0.5, 0.0, 1.0, 0.0], [0.0, 0.1, 0.0, 1.0]]
    rows = step_covariance(drivers, correlation, 1 / 12)
    factor = cholesky(rows)
    for i in range(8):
        for j in range(8):
            product = sum(factor[i][k] * factor[j][k] for k in range(8))
            assert product == pytest.approx(rows[i][j], rel=1e-13, abs=1e-20)
            if j > i:
                assert factor[i][j] == 0.0
    assert factor[4] == [0.0] * 8 and factor[5] == [0.0] * 8


def test_appending_a_driver_leaves_the_rows_before_it():
    drivers = [("slow", 3.2, 1.99), ("fast", 134.0, 2.47)]
    alone = cholesky(step_covariance(drivers, [[1.0, 0.3], [0.3, 1.0]], 1 / 12))
    drivers.append(("fx", 0.0, 0.07))
    more = cholesky(step_covariance(drivers, [[1.0, 0.3, 0.2], [0.3, 1.0, 0.0], [0.2, 0.0, 1.0]], 1 / 12))
    assert [row[:4] for row in more[:4]] == alone


def test_zero_correlation_leaves_exact_zeros():
    drivers = [("slow", 3.2, 1.99), ("fast", 134.0, 2.47)]
    factor = cholesky(step_covariance(drivers, [[1.0, 0.0], [0.0, 1.0]], 1 / 12))
    assert factor[2][:2] == [0.0, 0.0] and factor[3][:2] == [0.0, 0.0]


def test_step_of_no_length():
    assert step_covariance([("slow", 3.2, 1.99)], [[1.0]], 0.0) == [[0.0, 0.0], [0.0, 0.0]]
    assert cholesky([[0.0, 0.0], [0.0, 0.0]]) == [[0.0, 0.0], [0.0, 0.0]]


def test_impossible_correlations_are_refused_at_their_row():
    three = [[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]
    with pytest.raises(NotPositiveDefinite, match="row 2") as caught:
        cholesky(three)
    assert caught.value.index == 2
    with pytest.raises(NotPositiveDefinite) as caught:
        cholesky([[1.0, 1.0], [1.0, 1.0]])
    assert caught.value.index == 1
    with pytest.raises(NotPositiveDefinite) as caught:
        cholesky([[0.0, 0.5], [0.5, 1.0]])
    assert caught.value.index == 0
    with pytest.raises(NotPositiveDefinite):
        cholesky([[1.0, 0.0], [0.0, float("nan")]])


def test_stated_pairs_fill_the_matrix():
    rows = correlation_matrix(["a", "b", "c"], {("c", "a"): 0.25})
    assert rows == ((1.0, 0.0, 0.25), (0.0, 1.0, 0.0), (0.25, 0.0, 1.0))
    with pytest.raises(KeyError):
        correlation_matrix(["a"], {("a", "z"): 0.1})
