"""The share of a variance that one driver explains, against cases with a known answer."""

import numpy as np
import pytest

from valuation.statistics.explained import explained_share


def normals(*shape, seed=11):
    return np.random.default_rng(seed).standard_normal(shape)


def test_shares_of_a_linear_result_are_those_of_its_variance():
    # result = 3 a + 2 b + c, independent: shares 9/14, 4/14, 1/14
    runs = []
    for k in range(40):
        drivers = normals(3, 1_000, seed=k)
        result = np.array([3.0, 2.0, 1.0]) @ drivers
        runs.append([explained_share(driver, result) for driver in drivers])
    found = np.array(runs)  # run, driver, (share, se)
    shares, errors = found[:, :, 0].mean(axis=0), found[:, :, 1].mean(axis=0)
    # 20 bands of a normal hold back 1.7 % of what it explains
    assert shares == pytest.approx([9 / 14, 4 / 14, 1 / 14], rel=0.02, abs=0.006)
    spread = found[:, :, 0].std(axis=0, ddof=1)
    assert errors == pytest.approx(spread, rel=0.35), "the error is how far runs lie apart"


def test_what_explains_nothing_has_a_share_of_0_in_the_mean():
    found = [explained_share(*normals(2, 1_000, seed=k))[0] for k in range(60)]
    assert abs(np.mean(found)) < 3.0 * np.std(found) / np.sqrt(60)
    assert min(found) < 0.0, "not cut at 0, which would make the mean too large"


def test_a_driver_that_acts_to_both_sides_is_found_and_a_change_of_its_scale_is_nothing():
    driver, noise = normals(2, 1_000)
    result = np.abs(driver) + 0.1 * noise
    share, _ = explained_share(driver, result)
    assert share > 0.9 and abs(np.corrcoef(driver, result)[0, 1]) < 0.1
    assert explained_share(np.exp(driver), result)[0] == share


def test_an_event_that_decides_all_explains_all():
    when = np.where(np.arange(1_000) % 7 == 0, 5.0, 1e9)
    assert explained_share(when, np.where(when < 100.0, -10.0, 1.0))[0] == pytest.approx(1.0)


@pytest.mark.parametrize("constant", ["driver", "result"])
def test_what_does_not_vary_has_no_share(constant):
    moving, still = np.arange(100.0), np.full(100, 1.0 / 3.0)
    assert explained_share(*((still, moving) if constant == "driver" else (moving, still))) is None


def test_two_paths_have_no_share():
    assert explained_share(np.array([1.0, 2.0]), np.array([1.0, 3.0])) is None
