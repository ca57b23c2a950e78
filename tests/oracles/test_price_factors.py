"""Prices of one and two components through the engine: implied forwards, settlements, a whole contract.

The factors are read from YAML: process: ou, process: schwartz, process: schwartz_smith, process: lucia_schwartz,
process: yearly_level.
"""

import dataclasses
import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import dblquad

from valuation.lowering.grid import lay_grid
from valuation.plan.assemble import assemble
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case, once
from valuation.plan.model import Measure, Record
from valuation.resolve import _begin, resolve
from valuation.simulate import simulate
from valuation.spec.load import load

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "two-ou.yaml"
PATHS, H = 100_000, 1 / 12
OIL = (
    "{process: schwartz_smith, unit: EUR/MWh, settlement: month_end, short_term: {reversion: 1.49 /year, volatility: "
    "0.286 /sqrt(year), level: 0, risk_premium: 15.7 %/year}, long_term: {level: 20 EUR/MWh, volatility: 0.145 "
    "/sqrt(year), drift: -1.25 %/year, risk_neutral_drift: 1.15 %/year}, correlation: 0.3}"
)
LUCIA = (
    "{process: lucia_schwartz, unit: EUR/MWh, transform: arithmetic, short_term: {reversion: 3 /year, volatility: 20 "
    "EUR/MWh/sqrt(year), level: 5 EUR/MWh, risk_premium: 2 EUR/MWh/year}, season: {base: 30 EUR/MWh, weekend: -2 "
    "EUR/MWh, cosine: 6 EUR/MWh, peak: 01-20}}"
)
OF_LOGARITHM = (
    "{process: lucia_schwartz, unit: EUR/MWh, settlement: month_end, short_term: {reversion: 1.49 /year, volatility: "
    "0.286 /sqrt(year), level: 0.1, risk_premium: 15.7 %/year}, long_term: {level: 20 EUR/MWh, volatility: 0.145 "
    "/sqrt(year), drift: -1.25 %/year, risk_neutral_drift: 1.15 %/year}, correlation: 0.3, season: {weekend: -0.1, "
    "cosine: 0.2, peak: 01-20}}"
)


def read(factor: str, *more: str):
    """Contract of an example, as of the last day of June 2026, with the price as a risk of its own."""
    return load(EXAMPLE, overrides=[f"risks.price={factor}", *more])


def expected(factor: str, measure: str = "real_world", *more: str) -> np.ndarray:
    """Expected price by month from July 2026, in the base case."""
    risk_neutral = ["discount_rate=3.5 %/year"] if measure == "risk_neutral" else []
    plan = resolve(read(factor, f"measure={measure}", *risk_neutral, *more))
    first = (2026 * 12 + 6) - plan.first_month
    return np.asarray(base_case(plan).series("price", plan.months))[first:]


def variances(factor: str) -> list[float]:
    contract = read(factor)
    return list(contract.risks["price"].deviation(lay_grid(contract).steps).variance)


def test_schwartz_smith_in_the_engine():
    """The oil parameters of the R package NFCP: futures after a year 19.213591, after five 20.543732; expected spot
    after a year 20.353232, sd of its logarithm 0.244979. All computed independently."""
    futures, spot = expected(OIL, "risk_neutral"), expected(OIL)
    assert futures[[11, 59]] == pytest.approx([19.213591, 20.543732], abs=6e-7)
    assert spot[11] == pytest.approx(20.353232, abs=6e-7)
    plan = resolve(read(OIL))
    record = Record("price", "price", "yearly")
    one_year = 12 - (plan.first_month - (2026 * 12 + 6))
    plan = dataclasses.replace(plan, months=one_year, payments=(), measures=(), records=(record,))
    values = simulate(assemble(plan), paths=PATHS, seed=3).yearly["price"][-1]
    assert abs(np.log(values).std() - 0.244979) <= 4.0 * 0.244979 / math.sqrt(2.0 * PATHS)
    assert abs(values.mean() - 20.353232) <= 4.0 * values.std() / math.sqrt(PATHS)


def test_schwartz_in_the_engine():
    """Month averages of the closed form, integrated by the trapezoid over a month."""
    text = (
        "{process: schwartz, unit: EUR/MWh, spot: 50 EUR/MWh, long_run: 30 EUR/MWh, price_of_risk: 0.1, reversion: 0.5 "
        "/year, volatility: 0.4 /sqrt(year)}"
    )
    for measure, alpha in (("real_world", math.log(30.0)), ("risk_neutral", math.log(30.0) - 0.1)):
        found = expected(text, measure)
        for month in (0, 7, 40):
            years = (month + np.linspace(0.0, 1.0, 2001)) / 12
            kept = np.exp(-0.5 * years)
            curve = np.exp(kept * math.log(50.0) + (1 - kept) * alpha + 0.4**2 / 2 * (1 - kept**2))
            assert found[month] == pytest.approx(np.trapezoid(curve, years) * 12, rel=1e-6)


def days_of(month: int) -> list[date]:
    """Days of a month, 0 for July 2026."""
    year, of_year = divmod(2026 * 12 + 6 + month, 12)
    day, found = date(year, of_year + 1, 1), []
    while day.month == of_year + 1:
        found.append(day)
        day += timedelta(days=1)
    return found


def season(day: date, weekend: float, cosine: float) -> float:
    place = day.replace(year=2027).timetuple().tm_yday if (day.month, day.day) != (2, 29) else 60
    return weekend * (day.weekday() >= 5) + cosine * math.cos((place - 20) * 2 * math.pi / 365)


@pytest.mark.parametrize(("measure", "premium"), [("real_world", 0.0), ("risk_neutral", 2.0)])
def test_lucia_schwartz_of_the_price(measure, premium):
    """F = f(T) + X₀e^(−κT) − λ(1 − e^(−κT))/κ, on every day of the month."""
    found = expected(LUCIA, measure)
    for month in (0, 5, 19):
        days, want = days_of(month), 0.0
        for n, day in enumerate(days):
            kept = math.exp(-3 * (month + (n + 0.5) / len(days)) / 12)
            want += 30 + season(day, -2, 6) + 5 * kept - premium * (1 - kept) / 3
        assert found[month] == pytest.approx(want / len(days), rel=1e-12)


def test_lucia_schwartz_of_the_logarithm():
    """F = exp(f(T)) times the price of Schwartz and Smith with the same parameters, here from a short-term 0.1."""
    oil = expected(OIL.replace("level: 0,", "level: 0.1,"), "risk_neutral")
    found = expected(OF_LOGARITHM, "risk_neutral")
    for month in (0, 7, 20):
        want = oil[month] * math.exp(season(days_of(month)[-1], -0.1, 0.2))
        assert found[month] == pytest.approx(want, rel=1e-12)


ONE = "reversion: 2 /year, volatility: 0.8 /sqrt(year)"
SETTLED = {
    "ou": f"{{process: ou, unit: EUR/MWh, forward: 30 EUR/MWh, {ONE}}}",
    "arithmetic": "{process: ou, unit: EUR/MWh, transform: arithmetic, forward: 3 EUR/MWh, reversion: 2 /year, "
    "volatility: 0.8 EUR/MWh/sqrt(year)}",
    "schwartz": f"{{process: schwartz, unit: EUR/MWh, forward: 30 EUR/MWh, {ONE}}}",
    "lucia_schwartz": f"{{process: lucia_schwartz, unit: EUR/MWh, forward: 30 EUR/MWh, short_term: {{{ONE}}}}}",
    "schwartz_smith": f"{{process: schwartz_smith, unit: EUR/MWh, forward: 30 EUR/MWh, short_term: {{{ONE}}}, "
    "long_term: {volatility: 0.3 /sqrt(year)}, correlation: -0.4}",
}


def covariance(s: float, t: float, name: str) -> float:
    """Cov of the deviation at two times, from the processes' equations."""
    first = min(s, t)
    short = 0.8**2 / 4 * (math.exp(-2 * abs(t - s)) - math.exp(-2 * (t + s)))
    if name != "schwartz_smith":
        return short
    both = -0.4 * 0.8 * 0.3
    crossed = sum(math.exp(-2 * (end - first)) * (1 - math.exp(-2 * first)) / 2 for end in (s, t))
    return short + 0.3**2 * first + both * crossed


@pytest.mark.parametrize("name", SETTLED)
def test_average_of_a_month_and_its_end(name):
    """Exact from the pair of level and integral, against the double integral of the covariance over the month."""
    start = 7 * H
    average, _ = dblquad(lambda t, s: covariance(s, t, name), start, start + H, start, lambda s: s, epsabs=1e-12)
    first = (2026 * 12 + 6) - lay_grid(read(SETTLED[name])).first_month
    found = variances(SETTLED[name])[first + 7]
    assert found == pytest.approx(2 * average / H**2, rel=1e-7)
    at_end = variances(SETTLED[name].replace("process", "settlement: month_end, process"))[first + 7]
    assert at_end == pytest.approx(covariance(start + H, start + H, name), rel=1e-12)
    assert found < at_end


def test_variance_of_clewlow_and_strickland():
    """σ = 0.9, κ = 1.5, a year: 0.25655749154, computed independently."""
    text = (
        "{process: ou, unit: EUR/MWh, settlement: month_end, forward: 30 EUR/MWh, reversion: 1.5 /year, volatility: "
        "0.9 /sqrt(year)}"
    )
    first = (2026 * 12 + 6) - lay_grid(read(text)).first_month
    assert variances(text)[first + 11] == pytest.approx(0.25655749154, rel=1e-10)


def test_a_fixed_price_against_the_spot_over_fifteen_years():
    """180 flows e^(−rt)(K − S)/12, K = 40, F = 35, r = 8 %, κ = 1, σ = 0.6: mean 43.52993897678168 whatever moves S, sd
    46.82640876 from the double sum of the months' covariances. Both computed independently."""
    text = (
        "{process: ou, unit: EUR/MWh, settlement: month_end, forward: 35 EUR/MWh, reversion: 1 /year, volatility: 0.6 "
        "/sqrt(year)}"
    )
    contract = read(text, "dates.start=2026-07-01", "dates.term=15 years")
    factor, grid = contract.risks["price"], lay_grid(contract)
    first = (2026 * 12 + 6) - grid.first_month
    weights = [math.exp(-0.08 * (t + 1) / 12) / 12 for t in range(180)]
    forwards = [35.0] * grid.months
    shared = [[factor.autocovariance(forwards, grid.steps, first + i, first + j) for j in range(i, 180, 6)]
              for i in range(0, 180, 60)]  # fmt: skip
    for i, row in zip(range(0, 180, 60), shared, strict=True):
        for j, found in zip(range(i, 180, 6), row, strict=True):
            s, t = (i + 1) / 12, (j + 1) / 12
            logs = 0.18 * (math.exp(-(t - s)) - math.exp(-(t + s)))
            assert found == pytest.approx(35.0**2 * math.expm1(logs), rel=1e-10)
    b = PlanBuilder(grid.first_month, grid.months, grid.first_period, grid.valuation, contract.currency)
    ctx = _begin(contract, b, grid, contract.view, True)
    ctx.factors["price"] = factor.lower("price", ctx)
    weight = ctx.by_month("weight", [0.0] * first + weights + [0.0] * (grid.months - 180 - first), "MWh")
    gain = b.month("gain", "sub", 40.0, "price", unit="EUR/MWh")
    b.pay(b.month("cash", "prod", gain, weight, unit="EUR"), ctx.time.month_end, 1)
    b.input("nothing", 0.0, "%/year")
    b.measures.append(Measure("npv", "npv", "all", "nothing"))
    npv = simulate(assemble(b.build("oracle", ctx.view)), paths=PATHS, seed=7).measure["npv"]
    assert abs(npv.mean() - 43.52993897678168) <= 4.0 * npv.std() / math.sqrt(PATHS)
    spread = (npv - npv.mean()) ** 2
    assert abs(npv.std() - 46.82640876) <= 4.0 * spread.std() / math.sqrt(PATHS) / (2 * 46.82640876)


def test_levels_of_a_year_hold_within_it_and_are_independent_between():
    text = "{process: yearly_level, unit: EUR/MWh, forward: 30 EUR/MWh, sd: 0.4, resets: 10-01}"
    contract = read(text)
    factor, grid = contract.risks["price"], lay_grid(contract)
    first = (2026 * 12 + 6) - grid.first_month

    def covaries(one, other):
        months = (first + one, first + other)
        return factor.autocovariance([30.0] * grid.months, grid.steps, *months, grid.first_month)

    assert covaries(4, 4) == pytest.approx(900.0 * math.expm1(0.16))
    assert covaries(3, 14) == pytest.approx(900.0 * math.expm1(0.16))  # October 2026 and September 2027
    assert covaries(3, 15) == 0.0
    plan = resolve(contract)
    plan = dataclasses.replace(plan, payments=(), measures=(), records=(Record("price", "price", "yearly"),))
    values = np.log(simulate(assemble(plan), paths=20_000, seed=5).yearly["price"])
    assert abs(np.corrcoef(values[0], values[1])[0, 1]) < 4.0 / math.sqrt(20_000)
    assert np.isclose(once(plan).series("price.variance", plan.months)[first], 0.16)
