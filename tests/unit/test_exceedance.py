"""The value that a factor exceeds with a probability, month by month: closed forms, hand values, what is refused."""

from __future__ import annotations

from itertools import accumulate, pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import binom, lognorm, norm, poisson

from valuation import registry
from valuation.lowering.financing.cases import NoExceedanceValue, exceedance_row
from valuation.lowering.grid import lay_grid
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case, once
from valuation.processes import counts, customers, outages
from valuation.processes.average import average_variances
from valuation.resolve import _begin
from valuation.spec.checks import findings
from valuation.spec.exceedance import EXCEEDANCE
from valuation.spec.load import load
from valuation.spec.quantity import Quantity

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "minimal-lease.yaml"
P90 = 0.9

LOG = (
    "{process: two_ou, unit: EUR/MWh, forward: {curve: {2026-01-01: 30 EUR/MWh, 2027-07-01: 36 EUR/MWh}}, slow: "
    "{reversion: 1.2 /year, volatility: 0.5 /sqrt(year)}, fast: {reversion: 40 /year, volatility: 1 /sqrt(year)}, "
    "yearly_level: {sd: 0.2}}"
)
ASINH = (
    "{process: two_ou, transform: asinh, scale: 12 EUR/MWh, unit: EUR/MWh, settlement: month_end, forward: {flat: "
    "20 EUR/MWh}, slow: {reversion: 0.8 /year, volatility: 0.5 /sqrt(year)}, risk_premium: 1.5 EUR/MWh}"
)
GBM = "{process: gbm, unit: USD/GBP, forward: 1.3 USD/GBP, volatility: 0.12 /sqrt(year)}"
LOGIT = "{process: logit_ou, mean: 70 %, logit_sd: 1.1, reversion: 1 /year}"
VOLUME = "{process: volume_index, yearly_sd: 12 %, monthly_sd: 25 %, estimate_sd: 8 %}"
NODES = "{process: outages, nodes: 40, up_time: 9 months, repair: 4 days}"
SITE = "{process: outages, nodes: 12, up_time: 2 years, repair: 30 h, common_mode: {rate: 2 /year, repair: 10 h}}"
CUSTOMERS = "{process: customers, start: 8, arrivals: 3 /year, churn: 40 %/year}"
ALL = {
    "log": LOG,
    "asinh": ASINH,
    "gbm": GBM,
    "logit": LOGIT,
    "volume": VOLUME,
    "nodes": NODES,
    "site": SITE,
    "clients": CUSTOMERS,
    "prices": "{process: index, rate: 3 %/year}",
}
SHORT = ["dates.term=2 years"]
HISTORY = [*SHORT, "market.as_of=2026-06-12", "dates.start=2026-03-01"]
"""Rent that began before the market's date, which lies inside a month."""
LEVELS = (0.001, 0.1, 0.5, P90, 0.99, 0.9999)


def lowered(risks, overrides=SHORT):
    """Factors alone in a plan under construction."""
    return factors_alone(
        load(EXAMPLE, overrides=[f"risks={{{', '.join(f'{k}: {v}' for k, v in risks.items())}}}", *overrides])
    )


def factors_alone(contract):
    grid = lay_grid(contract)
    b = PlanBuilder(grid.first_month, grid.months, grid.first_period, grid.valuation, contract.currency)
    ctx = _begin(contract, b, grid, contract.view, True)
    for name, factor in contract.factors.items():
        ctx.factors[name] = factor.lower(name, ctx)
    return ctx


def exceeded(ctx, names, levels=(P90,)):
    """Values by month of every factor at every level, and its base values at level None.

    No draw reaches the rows, so that they are the same in the base case and beside the paths.
    """
    rows = {(name, p): exceedance_row(ctx, f"{name}.{p}", name, p) for name in names for p in levels}
    plan = ctx.b.build("test", ctx.view)
    base, beside = base_case(plan), once(plan)
    for (name, _), row in rows.items():
        assert row not in plan.hot and plan.row_of[row].axis == "month"
        assert plan.row_of[row].unit == plan.row_of[ctx.factors[name].value].unit
        assert base.month[row] == beside.month[row]
    rows |= {(name, None): ctx.factors[name].value for name in names}
    return {key: np.array(base.series(row, plan.months)) for key, row in rows.items()}


@pytest.fixture(scope="module")
def every():
    ctx = lowered(ALL)
    return SimpleNamespace(ctx=ctx, steps=ctx.steps, values=exceeded(ctx, ALL, LEVELS))


def test_log_price(every):
    """A lognormal price around its forward, the month average of two components and the level of the year."""
    own = [("slow", 1.2, 0.5), ("fast", 40.0, 1.0)]
    variance = np.array(average_variances(own, [[1.0, 0.0], [0.0, 1.0]], every.steps)) + 0.2**2
    forward = np.where(np.arange(len(every.steps)) < 12, 30.0, 36.0)  # month 0 is July 2026
    want = lognorm.ppf(1 - P90, np.sqrt(variance), scale=forward * np.exp(-variance / 2))
    np.testing.assert_allclose(every.values["log", P90], want, rtol=1e-13)


def test_asinh_price(every):
    """A price at the month's end that may be below 0: its asinh is normal."""
    years = np.array(list(accumulate(every.steps)))
    variance = 0.25 * (1 - np.exp(-1.6 * years)) / 1.6
    location = np.arcsinh(21.5 * np.exp(-variance / 2) / 12)
    want = 12 * np.sinh(norm.ppf(1 - P90, location, np.sqrt(variance)))
    np.testing.assert_allclose(every.values["asinh", P90], want, rtol=1e-12)


def test_rate_of_exchange(every):
    years = np.array(list(accumulate(every.steps)))
    sd = 0.12 * np.sqrt(years)
    want = lognorm.ppf(1 - P90, sd, scale=1.3 * np.exp(-(sd**2) / 2))
    np.testing.assert_allclose(every.values["gbm", P90], want, rtol=1e-13)


def test_share(every):
    """Every month has the stationary law, whose mean is the stated one."""
    (value,) = set(every.values["logit", P90])
    location = np.log(value / (1 - value)) - norm.ppf(1 - P90) * 1.1
    mean, _ = quad(lambda z: expit(location + 1.1 * z) * norm.pdf(z), -10, 10, epsabs=1e-13)
    assert mean == pytest.approx(0.7, rel=1e-11)


def test_volume(every):
    """Estimate, year and month together."""
    (value,) = set(every.values["volume", P90])
    variance = 0.12**2 + 0.25**2 + 0.08**2
    assert value == pytest.approx(np.exp(-variance / 2 - 1.2815515655446004 * np.sqrt(variance)), rel=1e-14)


def test_p90_of_a_year_is_the_stated_formula():
    """As the docstring of the process has it, where no month moves by itself."""
    ctx = lowered({"wind": "{process: volume_index, yearly_sd: 6 %, estimate_sd: 8 %}"})
    values = exceeded(ctx, ["wind"])["wind", P90]
    np.testing.assert_allclose(values, np.exp(-1.2815515655446004 * 0.1 - 0.01 / 2), rtol=1e-14)


def test_share_of_time_up(every):
    """The Poisson count that is not exceeded with 90 %, at 96 hours on one of 40 nodes each."""
    failures = poisson.ppf(P90, 40 / (0.75 + 96 / 8760) / 12)
    np.testing.assert_allclose(every.values["nodes", P90], 1 - failures * 96 / 730 / 40, rtol=1e-14)


def test_share_of_time_up_with_outages_of_the_site(every):
    counts_ = range(60)
    own = poisson.pmf(counts_, 12 / (2 + 30 / 8760) / 12)
    site = poisson.pmf(counts_, 2 / 12)
    law = sorted((i * 30 / 730 / 12 + j * 10 / 730, own[i] * site[j]) for i in counts_ for j in counts_)
    reached = np.cumsum([probability for _, probability in law])
    lost = law[int(np.searchsorted(reached, P90))][0]
    np.testing.assert_allclose(every.values["site", P90], 1 - lost, rtol=1e-14)


def test_customers(every):
    years = np.array(list(accumulate(every.steps)))
    stay = np.exp(-0.4 * years)
    number = np.arange(60)
    for t in (0, 5, 17, 29):
        law = np.convolve(binom.pmf(number, 8, stay[t]), poisson.pmf(number, 7.5 * (1 - stay[t])))
        assert every.values["clients", P90][t] == np.searchsorted(np.cumsum(law), 1 - P90)


def test_index_is_itself(every):
    np.testing.assert_array_equal(every.values["prices", P90], every.values["prices", None])


def test_one_half_is_the_median(every):
    location = np.array(once(every.ctx.b.build("test", "host")).month["log.location"])
    np.testing.assert_allclose(every.values["log", 0.5], np.exp(location), rtol=1e-15)
    assert np.all(every.values["logit", 0.5] > 0.7)  # a mean above one half is below its median


@pytest.mark.parametrize("name", ALL)
def test_more_probable_is_less(every, name):
    """Falls with the probability; the base value lies between the ends."""
    levels = [every.values[name, p] for p in LEVELS]
    for more, less in pairwise(levels):
        assert np.all(more >= less)
    middle = every.values[name, None]
    assert np.all(levels[0] >= middle) and np.all(levels[-1] <= middle)
    if name != "prices":
        assert np.all(levels[0][6:] > middle[6:]) and np.all(levels[-1][6:] < middle[6:])


def test_before_the_markets_date_nothing_is_stressed():
    """Months that are history keep their base value, a part of a month after the date has a part of the spread."""
    ctx = lowered(ALL, HISTORY)
    assert ctx.steps[:3] == (0.0, 0.0, 0.0) and 0.0 < ctx.steps[3] < 1 / 12
    values = exceeded(ctx, ALL)
    for name in ALL:
        np.testing.assert_array_equal(values[name, P90][:3], values[name, None][:3])
        if name != "prices":
            assert values[name, P90][3] != values[name, None][3]
    sd = 0.12 * np.sqrt(18 / 30 / 12)
    assert values["gbm", P90][3] == pytest.approx(1.3 * np.exp(-(sd**2) / 2 - 1.2815515655446004 * sd), rel=1e-14)


def test_correlated_components_have_their_own_variance():
    """Slow and fast that fall together spread the price more than apart."""
    fast = "market.factors.power.example.fast={reversion: 20 /year, volatility: 2 /sqrt(year)}"
    together = "market.correlation=[{of: [power.example.slow, power.example.fast], value: 0.7}]"
    ctx = factors_alone(load(EXAMPLE, overrides=[*SHORT, fast, together]))
    own = [("slow", 1.5, 0.6), ("fast", 20.0, 2.0)]
    sd = np.sqrt(average_variances(own, [[1.0, 0.7], [0.7, 1.0]], ctx.steps))
    apart = np.sqrt(average_variances(own, [[1.0, 0.0], [0.0, 1.0]], ctx.steps))
    assert np.all(sd > 1.1 * apart)
    want = 45 * np.exp(-(sd**2) / 2 + norm.ppf(0.1) * sd)
    np.testing.assert_allclose(exceeded(ctx, ["power.example"])["power.example", P90], want, rtol=1e-12)


def test_the_probability_is_an_input_of_the_plan():
    """Under its place in the file, as it is written."""
    stated = Quantity(95.0, "%", 0.95, "1", 0.01, path="financing.cases.stress.exceeded_with")
    ctx = lowered({"gbm": GBM})
    row = exceedance_row(ctx, "stress", "gbm", stated)
    values = exceeded(ctx, ["gbm"], (0.95,))
    plan = ctx.b.build("test", ctx.view)
    (made,) = [one for one in plan.inputs if one.name == stated.path]
    assert (made.value, made.unit) == (0.95, "%")
    assert plan.row_of[row].label == "gbm, exceeded with 95 %"
    np.testing.assert_array_equal(base_case(plan).month[row], values["gbm", 0.95])


def test_a_process_without_such_a_value_is_refused():
    arrival = "arrival: {value: 15 %/year, evidence: historical}"
    ctx = lowered({"duty": f"{{process: shock, clause: operations, change: 50 %, {arrival}}}"})
    with pytest.raises(NoExceedanceValue, match="financing.cases.p90: 'duty' is a shock, .* customers, gbm"):
        exceedance_row(ctx, "p90", "duty", P90)
    for share in (0.0, 1.0, float("nan")):
        with pytest.raises(NoExceedanceValue, match="expected above 0 and below 1"):
            exceedance_row(ctx, "p90", "power.example", share)


def test_processes_that_have_one():
    """Each that has a law of its own; a shock and a withdrawal are mostly at 0, and by their events; a profile is made
    of another price; the sum of a diffusion and its jumps has a law without a closed form."""
    able = {name for name, cls in registry.factors().items() if hasattr(cls, "exceeded")}
    prices = {"two_ou", "ou", "schwartz", "schwartz_smith", "lucia_schwartz", "yearly_level", "gbm"}
    assert able >= {*prices, "logit_ou", "volume_index", "index", "outages", "customers", "jacobi", "beta_ar"}
    values = {name for name, cls in registry.factors().items() if not cls.event}
    assert values - able == {"shock", "withdrawal", "profile", "kluge", "jump_diffusion"}


def test_the_check_says_where_and_what_instead():
    arrival = "arrival: {value: 15 %/year, evidence: historical}"
    duty = f"risks.duty={{process: shock, clause: operations, change: 50 %, {arrival}}}"
    contract = load(EXAMPLE, overrides=[duty, "risks.prices={process: index, rate: 3 %/year}"])
    (check,) = EXCEEDANCE
    cases = {
        "wrong": SimpleNamespace(factor="duty"),
        "right": SimpleNamespace(factor="power.example"),
        "idle": SimpleNamespace(factor="prices"),
        "typo": SimpleNamespace(factor="power.exmple"),
    }
    built = SimpleNamespace(factors=contract.factors, financing=SimpleNamespace(cases=cases))
    wrong, idle = check(built)
    assert wrong.at == ("financing", "cases", "wrong", "factor") and not wrong.warning
    assert "'duty' is a shock" in wrong.message and "name one of power.example, prices" in wrong.message
    assert idle.at == ("financing", "cases", "idle", "factor") and idle.warning
    assert not list(check(contract)) and not [one for one in findings(contract) if "exceeded" in one.message]


@settings(max_examples=60)
@given(st.floats(0.0001, 0.9999), st.integers(0, 300), st.floats(0.0, 250.0), st.sampled_from([0, 1e-9, 0.2, 0.97, 1]))
def test_quantile_of_customers(level, start, mean, stay):
    """At least the level at the quantile, less than it one below."""
    found = counts.quantile_of_sum(level, counts.binomial(start, stay, 1.0 - stay), counts.poisson(mean))
    number = np.arange(start + 1)
    share = binom.pmf(number, start, stay)

    def reached(k):
        return float(share @ poisson.cdf(k - number, mean))

    assert reached(found) >= level - 1e-12
    assert found == 0 or reached(found - 1) < level + 1e-12


@settings(max_examples=40)
@given(st.floats(0.001, 0.999), st.floats(0.01, 30.0), st.floats(0.0, 10.0), st.floats(1.0, 60.0))
def test_quantile_of_lost_time(level, failures, site, hours):
    """At least the level at the quantile, less than it below."""
    up = 50 / failures - hours / 8760
    lost = outages.lost_quantile(level, 50.0, up, hours, site, 17.0, 1.0)
    i, j = np.meshgrid(np.arange(120), np.arange(60))
    at, law = i * hours / 730 / 50 + j * 17 / 730, poisson.pmf(i, failures) * poisson.pmf(j, site)
    assert law[at <= lost + 1e-12].sum() >= level - 1e-9
    assert law[at < lost - 1e-12].sum() < level + 1e-9


def test_many_customers_take_no_time():
    """A window around the mode, not every count: of 100,000 customers a few hundred numbers matter."""
    law = counts.binomial(100_000, 0.97, 0.03)
    assert len(law.probabilities) < 1100
    assert customers.quantile(0.1, 100_000.0, 3000.0, 0.03, 1.0) == pytest.approx(97_045 + 2_955.5 - 1.28 * 76.5, abs=5)
