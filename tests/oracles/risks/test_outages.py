"""Outages on single paths: counts by SciPy's Poisson quantile, and the share up by hand."""

import numpy as np
import pytest
from scipy.stats import poisson

from valuation.errors import SpecError

OUTAGES = (
    "risks: {uptime: {process: outages, nodes: 40, up_time: 9 months, repair: 4 days, "
    "common_mode: {rate: 6 /year, repair: 10 h}}}\ncapacity: {utilisation: uptime}"
)
CYCLE = 9 / 12 + 96 / 8760
"""Years from one failure of a node to the next: nine months up and 96 hours of repair."""


def test_counts_and_the_share_of_time_up(deal):
    made = deal(OUTAGES)
    run = made.paths(500)
    values = run.values
    fails = poisson.ppf(values["uptime.failures_word"], 40 / CYCLE / 12)
    assert np.array_equal(values["uptime.failures"], fails)
    site = poisson.ppf(values["uptime.site_outages_word"], 0.5)
    assert np.array_equal(values["uptime.site_outages"], site)
    up = 1 - fails * 96 / (40 * 730) - site * 10 / 730
    assert np.allclose(values["uptime"], up, rtol=0, atol=1e-14)
    assert len(np.unique(up.round(6))) > 50


def test_the_base_case_is_expected_time_up(deal):
    made = deal(OUTAGES)
    by_hand = 1 - 96 / 8760 / CYCLE - 6 * 10 / 8760
    assert list(made.month("uptime").values())[5] == pytest.approx(by_hand, rel=1e-14)


def test_a_node_alone_is_up_its_share_of_a_cycle(deal):
    made = deal("risks: {uptime: {process: outages, nodes: 1, up_time: 1 month, repair: 73 h}}")
    assert list(made.month("uptime").values())[5] == pytest.approx(730 / 803, rel=1e-14)


@pytest.mark.parametrize(
    ("outages", "says"),
    [
        ("nodes: 100000, up_time: 1 month, repair: 1 h", "failures a month are expected"),
        ("nodes: 10, up_time: 1 month, repair: 60 days", "the site would be up"),
        ("nodes: 10.5, up_time: 1 month, repair: 1 h", "not a whole number"),
        ("nodes: 10, up_time: 1 month, repair: 1 month", "expected a time of repair"),
    ],
)
def test_what_is_wrong_is_said(deal, outages, says):
    with pytest.raises(SpecError, match=says):
        deal(f"risks: {{uptime: {{process: outages, {outages}}}}}")
