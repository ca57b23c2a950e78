"""What a correlation joins, simulated: Brownian motions of market and contract, yearly levels, times of events."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from valuation.plan.assemble import assemble
from valuation.plan.model import Record
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

CONTRACT = Path(__file__).resolve().parents[2] / "contracts" / "bitzero.yaml"
PATHS = 200_000
RATE = "{process: hazard, rate: {value: %s /year, evidence: historical}}"


def pair(*of: str, value: float) -> str:
    return f"{{of: [{', '.join(of)}], value: {value}, status: assumption}}"


def run(*overrides: str, events: bool = False, final: tuple[str, ...] = (), yearly: tuple[str, ...] = ()):
    contract = load(CONTRACT, overrides=list(overrides))
    plan = resolve(contract, events=events)
    records = [*(Record(row, row, "final") for row in final), *(Record(row, row, "yearly") for row in yearly)]
    plan = dataclasses.replace(plan, payments=(), measures=(), records=tuple(records))
    return simulate(assemble(plan), paths=PATHS, seed=3, threads=2)


def close(one: np.ndarray, other: np.ndarray, covariance: float) -> None:
    """A sample covariance within four standard errors of the exact one; both have mean 0."""
    product = one * other
    assert abs(product.mean() - covariance) <= 4.0 * product.std() / math.sqrt(PATHS)


def test_use_moves_with_the_price_as_the_exact_covariance_says() -> None:
    rho = -0.6
    found = run(
        f"correlation=[{pair('utilisation', 'power.NO4', value=rho)}]", yearly=("utilisation.logit", "power.NO4.slow")
    )
    kappa, sigma = (2.0, 3.2), (0.6 * math.sqrt(4.0), 1.99)
    for year, elapsed in ((0, 0.5), (3, 3.5), (12, 12.5)):
        total = sum(kappa)
        exact = rho * sigma[0] * sigma[1] * (1.0 - math.exp(-total * elapsed)) / total
        close(found.yearly["utilisation.logit"][year], found.yearly["power.NO4.slow"][year], exact)
        x = found.yearly["utilisation.logit"][year]
        assert abs((x * x).mean() - 0.36) <= 4.0 * (x * x).std() / math.sqrt(PATHS), "its own law stays"


def test_the_levels_of_two_prices_of_which_one_has_nothing_else() -> None:
    rho, dry = 0.6, "{process: yearly_level, unit: EUR/MWh, forward: 30 EUR/MWh, sd: 0.4}"
    found = run(
        f"risks.dry={dry}",
        f"correlation=[{pair('dry', 'power.NO4.yearly_level', value=rho)}]",
        yearly=("dry.yearly_level", "power.NO4.yearly_level", "dry"),
    )
    for year in (0, 6):
        close(found.yearly["dry.yearly_level"][year], found.yearly["power.NO4.yearly_level"][year], rho * 0.4 * 0.45)
        price = found.yearly["dry"][year]
        assert abs(price.mean() - 30.0) <= 4.0 * price.std() / price.size**0.5


def test_a_month_of_wind_moves_with_the_price_and_a_year_of_it_with_the_level() -> None:
    rho, of_year = -0.5, 0.8
    wind = "{process: volume_index, yearly_sd: 10 %, monthly_sd: 20 %}"
    of_months = pair("wind.monthly", "power.NO4.slow", value=rho)
    listed = f"[{of_months}, {pair('power.NO4.yearly_level', 'wind.yearly', value=of_year)}]"
    found = run(
        f"risks.wind={wind}",
        f"correlation={listed}",
        yearly=("wind.monthly", "wind.yearly", "power.NO4.slow", "power.NO4.yearly_level"),
    )
    h = 1.0 / 12.0
    exact = rho * 0.2 * 1.99 * (1.0 - math.exp(-3.2 * h)) / 3.2 / math.sqrt(h)
    for year in (0, 6):
        close(found.yearly["wind.monthly"][year], found.yearly["power.NO4.slow"][year], exact)
        close(found.yearly["wind.yearly"][year], found.yearly["power.NO4.yearly_level"][year], of_year * 0.1 * 0.45)
        month = found.yearly["wind.monthly"][year]
        assert abs((month * month).mean() - 0.04) <= 4.0 * (month * month).std() / math.sqrt(PATHS)


SHARES = {
    "beta_ar": "{process: beta_ar, mean: 80 %, sd: 10 %, reversion: 1.5 /year}",
    "jacobi": "{process: jacobi, mean: 80 %, reversion: 2 /year, volatility: 0.4 /sqrt(year)}",
}


@pytest.mark.parametrize("process", SHARES)
def test_a_share_that_is_looked_up_moves_with_the_price_and_keeps_its_law(process: str) -> None:
    rows = ("load", "power.NO4.slow")
    alone = run(f"risks.load={SHARES[process]}", yearly=rows)
    joined = run(f"risks.load={SHARES[process]}", f"correlation=[{pair('load', 'power.NO4', value=-0.8)}]", yearly=rows)
    for year in (0, 9):
        one, two = alone.yearly["load"][year], joined.yearly["load"][year]
        for moment in (lambda x: x, np.square):
            gap = moment(one).mean() - moment(two).mean()
            assert abs(gap) <= 4.0 * math.hypot(moment(one).std(), moment(two).std()) / math.sqrt(PATHS)
        found = np.corrcoef(two, joined.yearly["power.NO4.slow"][year])[0, 1]
        assert -0.8 < found < -0.6, "normal variables of one month correlate by ρ at most; both decay at other speeds"


@pytest.mark.parametrize("rho", [0.7, -0.7])
def test_two_events_come_together_as_the_gaussian_copula_says(rho: float) -> None:
    rates = 0.03, 0.08
    found = run(
        f"risks.first={RATE % rates[0]}",
        f"risks.second={RATE % rates[1]}",
        f"correlation=[{pair('first', 'second', value=rho)}]",
        events=True,
        final=("first.time", "second.time"),
    )
    start = 0.0  # the valuation date is the last day before the first month
    for years in (2.0, 10.0):
        early = [found.final[f"{name}.time"] < start + 12.0 * years for name in ("first", "second")]
        edges = [norm.ppf(math.exp(-rate * years)) for rate in rates]
        both = multivariate_normal([0.0, 0.0], [[1.0, rho], [rho, 1.0]]).cdf([-edges[0], -edges[1]])
        share = np.logical_and(*early).mean()
        assert abs(share - both) <= 4.0 * math.sqrt(both * (1.0 - both) / PATHS) + 1e-12
        for hit, rate in zip(early, rates, strict=True):
            p = 1.0 - math.exp(-rate * years)
            assert abs(hit.mean() - p) <= 4.0 * math.sqrt(p * (1.0 - p) / PATHS), "each keeps its law"


def test_the_first_of_them_keeps_its_draws_and_so_do_all_others() -> None:
    rows = ("first.time", "second.time", "third.time")
    hazards = [f"risks.{name.removesuffix('.time')}={RATE % 0.05}" for name in rows]
    apart = run(*hazards, events=True, final=rows)
    joined = run(*hazards, f"correlation=[{pair('second', 'first', value=0.5)}]", events=True, final=rows)
    assert np.array_equal(apart.final["first.time"], joined.final["first.time"])
    assert np.array_equal(apart.final["third.time"], joined.final["third.time"])
    assert not np.array_equal(apart.final["second.time"], joined.final["second.time"])
    nearly = run(*hazards, f"correlation=[{pair('second', 'first', value=1e-9)}]", events=True, final=rows)
    assert nearly.final["second.time"] == pytest.approx(apart.final["second.time"], rel=1e-6), "one law, one stream"
