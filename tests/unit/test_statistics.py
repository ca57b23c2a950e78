"""Distributions over paths: known answers, errors, order of sums, memory."""

import math
import tracemalloc

import numpy as np
import pytest

from valuation.finance import IrrStatus
from valuation.statistics.distribution import Distribution, distribution, histogram, percentile, percentile_error, tail
from valuation.statistics.rates import irr_below, irr_distribution, never_pays, rates_with_losses, status_counts
from valuation.statistics.sums import (
    block_sum,
    convergence,
    mean_and_error,
    paired_difference,
    ratio_of_means,
    share,
)


def normals(count: int, seed: int = 7) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count)


@pytest.mark.parametrize(
    ("values", "p", "expected"),
    [
        ([1, 2, 3, 4], 0.3, 1.9),  # Microsoft's example of PERCENTILE.INC
        ([1, 2, 3, 4], 0.0, 1.0),
        ([1, 2, 3, 4], 1.0, 4.0),
        ([15, 20, 35, 40, 50], 0.40, 29.0),  # the same as quartiles of textbooks: 20 + 0.6 · 15
        ([7], 0.5, 7.0),
    ],
)
def test_percentiles_are_excels(values: list[float], p: float, expected: float) -> None:
    assert percentile(np.array(values, dtype=float), p) == pytest.approx(expected, abs=1e-15)


def test_every_percentile_is_numpys_type_7() -> None:
    values = normals(10_007)
    ours = distribution(values)
    for p in (1, 5, 10, 25, 50, 75, 90, 95, 99):
        assert getattr(ours, f"p{p}") == pytest.approx(np.percentile(values, p, method="linear"), abs=1e-14)


def test_moments_have_known_answers() -> None:
    ours = distribution(np.array([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]))
    assert ours.mean == 5.0
    assert ours.sd == pytest.approx((32 / 7) ** 0.5, abs=1e-15)
    assert ours.se == pytest.approx((4 / 7) ** 0.5, abs=1e-15)
    assert ours.count == 8


def test_percentile_errors_by_hand() -> None:
    ranks = np.arange(1.0, 10_001.0)
    assert percentile_error(ranks, 0.50) == 50.0  # ranks 4950 and 5050
    assert percentile_error(ranks, 0.05) == 22.0  # ranks ⌊478.2⌋ and ⌈521.8⌉
    assert percentile_error(np.array([1.0, 3.0]), 0.05) == 1.0  # held inside 1 … n
    assert percentile_error(np.array([1.0]), 0.5) is None


def test_errors_of_a_normal_sample() -> None:
    ours = distribution(normals(100_000))
    density = {5: 0.10313564037537140, 50: 0.39894228040143268, 95: 0.10313564037537140}
    assert abs(ours.mean) < 4 * ours.se
    assert ours.se == pytest.approx(100_000**-0.5, rel=0.01)
    for p, level in ((5, -1.6448536269514722), (50, 0.0), (95, 1.6448536269514722)):
        theory = (p / 100 * (1 - p / 100) / 100_000) ** 0.5 / density[p]
        assert getattr(ours, f"se_p{p}") == pytest.approx(theory, rel=0.15)
        assert abs(getattr(ours, f"p{p}") - level) < 4 * theory


def test_measure_that_does_not_exist() -> None:
    values = np.array([1.0, np.nan, 3.0])
    with pytest.raises(ValueError, match="value 1 is nan"):
        distribution(values)
    assert distribution(values, ~np.isnan(values)).mean == 2.0
    nothing = distribution(values, np.zeros(3, dtype=bool))
    assert nothing == Distribution(*[None] * 15, count=0)
    one = distribution(np.array([4.0]))
    assert (one.mean, one.p5, one.se, one.sd, one.se_p50, one.count) == (4.0, 4.0, None, None, None, 1)


def test_input_is_left_as_it_was() -> None:
    values = normals(1_000)
    before = values.copy()
    distribution(values)
    histogram(values, values > 0.0)
    tail(values, 0.0)
    assert (values == before).all()


def test_sum_is_taken_lane_by_lane_then_block_by_block() -> None:
    values = normals(256 * 5 + 77) * 10.0 ** np.random.default_rng(8).uniform(-9, 9, 256 * 5 + 77)
    total = 0.0
    for start in range(0, len(values), 256):
        block = 0.0
        for value in values[start : start + 256]:
            block += float(value)
        total += block
    assert block_sum(values) == total
    assert block_sum(values[:1280]) + block_sum(values[1280:]) == total
    assert block_sum(values, values, term=lambda a, b: a - b) == 0.0
    assert block_sum(values[:0]) == 0.0
    with pytest.raises(ValueError, match="one length"):
        block_sum(values, values[:-1], term=lambda a, b: a - b)


def test_common_draws_cancel_in_a_paired_difference() -> None:
    common, own = normals(20_000), 0.01 * normals(20_000, seed=9)
    mean, error = paired_difference(common + own + 1.0, common)
    assert mean == pytest.approx(1.0 + own.mean(), abs=1e-13)
    assert error == pytest.approx(own.std(ddof=1) / 20_000**0.5, rel=1e-9)
    assert mean_and_error(common)[1] > 50 * error


def test_ratio_of_means_by_hand() -> None:
    """above 1, 2, 6 over below 2, 4, 6: 9/12; residuals −½, −1, 1.5 about a mean of 0."""
    found = ratio_of_means(np.array([1.0, 2.0, 6.0]), np.array([2.0, 4.0, 6.0]))
    assert found == pytest.approx((0.75, math.sqrt((0.25 + 1.0 + 2.25) / 2.0 / 3.0) / 4.0))
    assert ratio_of_means(np.array([1.0, -1.0]), np.zeros(2)) is None


def test_the_ratio_of_means_has_an_error_where_the_mean_ratio_has_none() -> None:
    """Revenue that may be next to nothing under a cost that stays: 1 − c/R has no mean where R is uniform from 0."""
    hits, far = 0, []
    for seed in range(200):
        revenue = np.random.default_rng(seed).uniform(0.0, 1.0, 2_000)
        ratio, error = ratio_of_means(revenue - 0.1, revenue)
        hits += abs(ratio - 0.8) <= 1.96 * error
        far.append(float(np.mean(1.0 - 0.1 / revenue)))
    assert 180 <= hits <= 198
    assert np.ptp(far) > 1.0


def test_share_and_its_error() -> None:
    assert share(np.array([True, False, False, False])) == (0.25, pytest.approx((0.25 * 0.75 / 4) ** 0.5))
    with pytest.raises(ValueError, match="no paths"):
        share(np.zeros(0, dtype=bool))


def test_convergence_doubles_up_to_all_paths() -> None:
    values = normals(5_000)
    rows = convergence(values)
    assert [row[0] for row in rows] == [1_024, 2_048, 4_096, 5_000]
    assert rows[-1][1:] == mean_and_error(values)[:2]
    assert convergence(values[:500])[0][0] == 500


def test_tail_by_hand() -> None:
    values = np.arange(1.0, 101.0)[::-1].copy()
    worst = tail(values, base=50.0)
    assert worst.level == pytest.approx(5.95)
    assert worst.cvar == 3.0  # mean of 1 … 5
    assert worst.loss == pytest.approx(44.05)
    normal = tail(normals(200_000), base=0.0)
    assert normal.cvar == pytest.approx(-2.0627128075, abs=4 * 0.008)  # −φ(1.6449)/0.05


def test_rates_of_return_with_a_status_each() -> None:
    rates = np.array([0.10, 0.20, np.nan, np.nan, np.nan, np.nan])
    status = np.array([0, 1, 2, 3, 4, 5], dtype=np.int8)
    ours = irr_distribution(rates, status)
    assert ours.count == 3
    assert ours.mean == pytest.approx((0.10 + 0.20 - 1.0) / 3)
    assert ours.p50 == 0.10
    assert irr_below(rates, status, 0.15)[0] == 2 / 6
    assert irr_below(rates, status, 0.0)[0] == 1 / 6
    assert rates_with_losses(rates, status)[2] == -1.0
    assert np.isnan(rates_with_losses(rates, status)[3:]).all()
    assert status_counts(status) == {
        "ok": 1, "multiple": 1, "total_loss": 1, "no_investment": 1, "no_root": 1, "not_converged": 1,
    }  # fmt: skip
    assert status_counts(np.zeros(3, dtype=np.int8))["no_root"] == 0
    assert list(status_counts(status)) == [one.name.lower() for one in IrrStatus]


def test_histogram_counts_every_path_once() -> None:
    values, event = normals(10_000), np.random.default_rng(10).random(10_000) < 0.2
    bars = histogram(values, event)
    assert sum(bars.survivors) == int((~event).sum())
    assert sum(bars.events) == int(event.sum())
    assert 20 <= len(bars.survivors) <= 42
    assert bars.below == int((values < bars.edges[0]).sum()) > 0
    assert bars.above == int((values > bars.edges[-1]).sum()) > 0
    inside = (values >= bars.edges[5]) & (values < bars.edges[6])
    assert bars.events[5] == int((inside & event).sum())
    assert bars.survivors[5] == int((inside & ~event).sum())


def test_a_long_tail_does_not_press_the_rest_into_two_bins() -> None:
    values = np.concatenate([np.linspace(0.0, 1.0, 9_600), np.linspace(-100.0, 0.0, 400)])
    bars = histogram(values, values < 0.0)
    width = bars.edges[1] - bars.edges[0]
    assert 20 <= len(bars.events) <= 42 and width <= 0.1
    assert bars.edges[0] > -1.0 and sum(bars.events) == int((values < 0.0).sum())
    assert bars.events[0] >= bars.below > 300, "the outermost bin takes in what lies beyond"


def test_histogram_has_round_edges_also_for_one_value() -> None:
    bars = histogram(np.linspace(0.0, 1.0, 1_001), np.zeros(1_001, dtype=bool), bins=10)
    assert bars.edges == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    for value in (0.0, 0.125, -3.5e8):
        bars = histogram(np.full(10, value), np.zeros(10, dtype=bool))
        assert sum(bars.survivors) == 10
        assert bars.edges[0] <= value <= bars.edges[-1]
    missing = histogram(np.array([np.nan, 1.0, 2.0]), np.zeros(3, dtype=bool), np.array([False, True, True]))
    assert sum(missing.survivors) == 2
    assert histogram(np.array([np.nan]), np.zeros(1, dtype=bool), np.zeros(1, dtype=bool)) is None


@pytest.mark.parametrize("measure", [distribution, lambda v: tail(v, 0.0), lambda v: histogram(v, v > 0.0), block_sum])
def test_no_more_than_one_column_is_copied(measure) -> None:
    values = normals(400_000)
    measure(values[:1_000])
    tracemalloc.start()
    measure(values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * values.nbytes


def test_a_path_that_loses_at_every_rate_counts_as_a_total_loss():
    rates = np.array([0.1, np.nan, np.nan, np.nan, -0.2])
    status = np.array([0, 4, 4, 3, 0], np.int8)  # no_root twice: the first loses everywhere, the second gains at 0 %
    npv, total = np.array([1.0, -5.0, -1.0, 9.0, -3.0]), np.array([2.0, -4.0, 6.0, 9.0, -1.0])
    never = never_pays(status, npv, total)
    assert never.tolist() == [False, True, False, False, False]
    assert irr_distribution(rates, status, never).count == 3
    assert np.nanmin(rates_with_losses(rates, status, never)) == -1.0
    assert irr_below(rates, status, 0.09, npv)[0] == 3 / 5
    assert irr_below(rates, status, 0.0, total)[0] == 2 / 5
