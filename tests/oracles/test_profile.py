"""process: profile. Its price on paths against the base price: mean, variance, ratio by month, correlated spreads."""

import dataclasses
import math
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest

from valuation.errors import SpecError
from valuation.lowering.grid import lay_grid
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import base_case
from valuation.plan.model import Record
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "profile.yaml"
PATHS = 100_000
SHAPE = [1.15, 1.12, 1.05, 0.95, 0.88, 0.85, 0.86, 0.9, 0.98, 1.05, 1.1, 1.15]
TOGETHER = "market.correlation=[{of: [power.solar, power.base.slow], value: -0.6}]"
ARITHMETIC = (
    "market.factors.power.base={process: ou, transform: arithmetic, unit: EUR/MWh, forward: 45 EUR/MWh, reversion: 2 "
    "/year, volatility: 9 EUR/MWh/sqrt(year)}"
)

REGIMES = (
    "market.factors.power.base={process: regime_switching, unit: EUR/MWh, forward: 45 EUR/MWh, starts_in: wet, "
    "regimes: {wet: {shift: -0.4, lasts: 2 years}, dry: {shift: 0.4, lasts: 2 years, volatility_multiple: 2.5}}, "
    "diffusion: {reversion: 3 /year, volatility: 0.8 /sqrt(year)}}"
)


RUNS = 10
"""Of PATHS each, where the moments are counted on a million."""


def drawn(*more: str, runs: int = 1):
    """Contract, grid, expected price of the profile by month, both prices each December [years, paths]."""
    contract = load(EXAMPLE, overrides=list(more))
    plan = resolve(contract)
    records = tuple(Record(name, name, "yearly") for name in ("power.solar", "power.base"))
    plan = dataclasses.replace(plan, payments=(), measures=(), records=records)
    every = [simulate(assemble(plan), paths=PATHS, seed=4 + run).yearly for run in range(runs)]
    found = {name: np.concatenate([one[name] for one in every], axis=1) for name in ("power.solar", "power.base")}
    expected = np.asarray(base_case(plan).series("power.solar", plan.months))
    return contract, lay_grid(contract), expected, found["power.solar"], found["power.base"]


def test_the_expected_price_is_the_ratio_of_the_forward():
    plan = resolve(load(EXAMPLE))
    expected = np.asarray(base_case(plan).series("power.solar", plan.months))
    assert expected[:12] == pytest.approx([45.0 * 0.8 * SHAPE[(6 + t) % 12] for t in range(12)], rel=1e-14)


@pytest.mark.parametrize("more", [(), (ARITHMETIC,)], ids=["log", "arithmetic"])
def test_mean_variance_and_autocovariance_of_a_million_paths(more):
    contract, grid, expected, solar, _ = drawn(*more, runs=RUNS)
    base, profile = contract.market.factors["power.base"], contract.market.factors["power.solar"]
    ratios = [0.8 * SHAPE[(grid.first_month + t) % 12] for t in range(grid.months)]
    own = base.moments([45.0] * grid.months, grid.steps)
    exact = profile.moments_given(own, ratios, grid.steps)
    assert solar.shape[1] == 1_000_000
    months = {year: 12 * year + 5 for year in (0, 2, 4)}
    for year, month in months.items():
        mean, _ = exact[month]
        assert mean == pytest.approx(expected[month])
        assert abs(solar[year].mean() - mean) <= 4.0 * solar[year].std() / math.sqrt(RUNS * PATHS)
    for one, two in combinations_with_replacement(months, 2):
        pair = months[one], months[two]
        of_base = base.autocovariance([45.0] * grid.months, grid.steps, *pair, grid.first_month)
        covariance = profile.autocovariance_given(
            of_base, (45.0, 45.0), (ratios[pair[0]], ratios[pair[1]]), grid.steps, pair
        )
        if one == two:
            assert covariance == pytest.approx(exact[pair[0]][1], rel=1e-10)
        products = (solar[one] - solar[one].mean()) * (solar[two] - solar[two].mean())
        assert abs(products.mean() - covariance) <= 4.0 * products.std() / math.sqrt(RUNS * PATHS), (one, two)


def test_the_spread_of_a_year_in_one_step_is_that_of_twelve_months():
    profile = load(EXAMPLE).market.factors["power.solar"]
    base = [(45.0, 200.0)]
    whole = profile.moments_given(base, [0.8], [1.0], at_end=True)[-1]
    months = profile.moments_given(base * 12, [0.8] * 12, [1.0 / 12.0] * 12, at_end=True)[-1]
    assert whole == pytest.approx(months, rel=1e-12)


def test_a_spread_that_moves_against_the_price_keeps_the_mean():
    """The logarithms correlate; without the correction the mean would be off by e^C − 1: by 10 errors and more."""
    *_, expected, solar, base = drawn(TOGETHER)
    for year in (0, 4):
        ratio = np.log(solar[year] / base[year])
        together = np.cov(ratio, np.log(base[year]))[0, 1]
        error = solar[year].std() / math.sqrt(PATHS)
        assert abs(solar[year].mean() - expected[12 * year + 5]) <= 4.0 * error
        assert abs(math.expm1(together)) * solar[year].mean() > 10.0 * error


def test_a_spread_that_moves_with_a_price_of_regimes_keeps_the_mean():
    """In a regime that moves 2.5 times as widely the covariance is 2.5 times that of the diffusion."""
    together = "market.correlation=[{of: [power.solar, power.base], value: 0.8}]"
    *_, expected, solar, _ = drawn(REGIMES, together)
    for year in (0, 4):
        error = solar[year].std() / math.sqrt(PATHS)
        assert abs(solar[year].mean() - expected[12 * year + 5]) <= 4.0 * error


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["market.factors.power.solar.of=power.solar"], "'power.solar' is a profile, expected a price with a process"),
        (["market.factors.power.solar.unit=USD/MWh"], "'USD/MWh' is not the unit of 'power.base', which is in EUR/MWh"),
        (
            [ARITHMETIC, "market.correlation=[{of: [power.solar, power.base], value: -0.6}]"],
            "the spread of 'power.solar' cannot move with 'power.base' under 'transform: arithmetic'",
        ),
    ],
)
def test_what_is_no_profile(more, message):
    with pytest.raises(SpecError) as raised:
        load(EXAMPLE, overrides=more)
    assert any(message in problem.message for problem in raised.value.problems)
