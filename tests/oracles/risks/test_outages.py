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


def test_a_node_of_eight_processors_against_an_alternating_renewal_process(deal):
    """Faults of single processors reported of a training run of 54 days on 16,384 of them (0.587 of 419 interruptions)
    are 0.1015 a processor and year, so 0.812 a node of eight. With exponential times to failure and of repair, from a
    node that is up, the share up is A(t) = (m + l·e^(−(l + m)t))/(l + m); the long run is the factor's own mean."""
    rate = 8.0 * 0.1015
    assert 0.587 * 419 / (16384 * 54 / 365) == pytest.approx(0.1015, abs=5e-5)
    made = deal(f"risks: {{uptime: {{process: outages, nodes: 1, up_time: {12.0 / rate!r} months, repair: 4 days}}}}")
    mean = list(made.month("uptime").values())[5]
    m, both = 365.0 / 4.0, rate + 365.0 / 4.0
    assert mean == pytest.approx(m / both, rel=1e-13)
    assert mean == pytest.approx(0.9911799, abs=5e-8)
    after_a_day = (m + rate * np.exp(-both / 365.0)) / both
    assert after_a_day == pytest.approx(0.9980337, abs=5e-8)
    first_year = rate / both * (1.0 - (1.0 - np.exp(-both)) / both)
    assert first_year == pytest.approx(0.0087243, abs=5e-8)
    assert (1.0 - mean) / first_year - 1.0 == pytest.approx(0.011, abs=5e-4)  # that it starts up is left out


def test_its_variance_against_that_of_exponential_repairs(deal):
    """The variance of the share down over a long time T, per node: 2lm/((l + m)³T) = 1.899e-4/T, T in years; with
    repairs that do not vary half of it and a little more, as the counts are Poisson."""
    rate, m = 0.812, 365.0 / 4.0
    renewal = 2.0 * rate * m / (rate + m) ** 3
    assert renewal == pytest.approx(1.899e-4, abs=5e-8)
    made = deal(f"risks: {{uptime: {{process: outages, nodes: 1, up_time: {12.0 / rate!r} months, repair: 4 days}}}}")
    steps = (1.0 / 12.0,) * 12
    months = made.contract.risks["uptime"].moments((), steps)
    of_a_year = sum(variance for _, variance in months) / 144.0
    assert of_a_year / renewal == pytest.approx(0.5 * ((rate + m) / m) ** 2, rel=1e-12)
