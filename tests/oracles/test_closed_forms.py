"""Simulated plans against closed forms, within 4 standard errors at a fixed seed. The plans are built row by row.

Check values: finance.md, the last oracles (a) to (c); models.md 2 (customers) and 3.1 (hazards).
"""

import math
from datetime import date

import numpy as np
import pytest

from valuation import timeline
from valuation.kernel.opcodes import NEVER
from valuation.plan.assemble import assemble
from valuation.plan.builder import PlanBuilder
from valuation.plan.model import Measure, Record
from valuation.processes import average, customers, hazard, logit, ou
from valuation.processes.covariance import cholesky, step_covariance
from valuation.simulate import simulate

PATHS, SEED = 400_000, 20260630
H = 1 / 12


def near(sample, want: float) -> None:
    """The mean of a sample is within 4 standard errors of ``want``."""
    sample = np.asarray(sample, float)
    error = sample.std(ddof=1) / math.sqrt(sample.size)
    assert abs(sample.mean() - want) <= 4 * error, f"{sample.mean()} is not {want}: standard error {error}"


def near_sd(sample, want: float) -> None:
    """The same for the standard deviation, its error from the fourth moment."""
    spread = (sample - sample.mean()) ** 2
    error = spread.std(ddof=1) / math.sqrt(sample.size) / (2 * want)
    assert abs(math.sqrt(spread.mean()) - want) <= 4 * error


def plan_of(months: int, first: date = date(2026, 7, 1)) -> PlanBuilder:
    """An empty plan whose first month is the one after the market's date, with the positions of each month."""
    b = PlanBuilder(timeline.month_number(timeline.serial(first)), months, 0, timeline.serial(first) - 1.0)
    b.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    b.month("end", "month_end", float(b.first_month), "t", unit="date")
    b.month("from", "convert", "t", 1.0, unit="position")
    b.month("to", "sum", "from", 1.0, unit="position")
    return b


def run(b: PlanBuilder, *records: str, npv_of: str = "", paths: int = PATHS):
    """Simulates; ``npv_of`` is paid at month ends and valued at 8 %, ``records`` are kept at the end and by year."""
    b.records += [Record(name, name, kind) for name in records for kind in ("final", "yearly")]
    if npv_of:
        b.input("rate", 0.08, "%/year")
        b.pay(npv_of, "end", 1)
        b.measures.append(Measure("npv", "npv", "all", "rate"))
    return simulate(assemble(b.build("closed form", "host")), paths=paths, seed=SEED, threads=2)


def by_month(b: PlanBuilder, name: str, values: list[float]) -> str:
    """A row of numbers, month by month."""
    dates = tuple(timeline.month_start(b.first_month + t) for t in range(b.months))
    table = b.table(f"{name}_table", {"date": dates, "value": tuple(values)}, ("date", ""))
    return b.month(name, "curve", f"{table}:date", f"{table}:value", "end")


def level(b: PlanBuilder, reversion: float, volatility: float, step: float = H) -> tuple[str, str]:
    """Rows of one driver from X = 0: its level at the month's end and its average over the month."""
    factor = cholesky(step_covariance([("x", reversion, volatility)], [[1.0]], step))
    z = b.month("z", "draw_normal", 1.0, stream="test/x/level")
    w = b.month("w", "draw_normal", 1.0, stream="test/x/integral")
    carried = b.month("carried", "mul", "x.prev", ou.decay(reversion, step))
    within = b.month("within", "mul", "x.prev", ou.integrated_decay(reversion, step) / step)
    part = b.month("part", "mul_add", z, factor[1][0] / step, within)
    mean = b.month("mean", "mul_add", w, factor[1][1] / step, part)
    return b.month("x", "mul_add", z, factor[0][0], carried), mean


def strike(b: PlanBuilder, name: str, added: str | float) -> str:
    """Row of the position at which an integrated hazard, growing by ``added`` a month, reaches its exponential."""
    b.start(f"{name}_limit", "draw_exponential", 1.0, stream=f"test:{name}/exponential")
    b.month(f"{name}_sum", "sum", f"{name}_sum.prev", added)
    before = (f"{name}_time.prev", f"{name}_sum.prev")
    now = (f"{name}_sum", f"{name}_limit", "from", "to")
    return b.month(f"{name}_time", "event_time", *before, *now, unit="position", opening=NEVER)


@pytest.mark.parametrize(
    ("settlement", "sd"), [("month_average", 47.400073827), ("month_end", 47.589130895)], ids=["average", "month end"]
)
def test_fixed_against_spot(settlement, sd):
    """finance.md (a): 40 less a spot with forward 35, 1 MWh a year in twelfths, 180 months, log-OU (1, 0.6)."""
    b = plan_of(180)
    steps = [H] * 180
    at_end, mean = level(b, 1.0, 0.6)
    driver = [("x", 1.0, 0.6)], [[1.0]], steps
    if settlement == "month_average":
        variances, read = average.average_variances(*driver), mean
    else:
        variances, read = average.level_variances(*driver), at_end
    location = by_month(b, "location", [average.log_location(35.0, v) for v in variances])
    price = b.month("price", "exp_price", read, location)
    b.month("gain", "sub", 40.0, price)
    b.month("cash", "mul", "gain", H)
    npv = run(b, npv_of="cash").measure["npv"]
    near(npv, 44.323055091)
    near_sd(npv, sd)


def test_paid_until_the_notice_has_run_out():
    """finance.md (b): 1 a year in twelfths until min(τ + 6 months, 180 months), hazard 2 %/year."""
    b = plan_of(180)
    b.month("stop", "sum", strike(b, "event", 0.02 / 12), 6.0, unit="position")
    b.month("share", "span", "stop", "from", "to")
    b.month("served", "mul", "share", H)
    near(run(b, npv_of="served").measure["npv"], 7.952490665)


def test_stationary_share():
    """finance.md (c): logit-OU, mean 0.90, logit sd 0.6: sd 0.054848251, P(U > 0.92) 0.430086404, at every date."""
    b = plan_of(54)
    location = logit.location(0.90, 0.6)
    b.start("z0", "draw_normal", 1.0, stream="test:use/start")
    b.start("x0", "mul", "z0", 0.6)
    b.month("z", "draw_normal", 1.0, stream="test:use/level")
    b.month("carried", "mul", "x.prev", ou.decay(2.0, H))
    b.month("x", "mul_add", "z", math.sqrt(ou.level_variance(2.0, 0.6 * 2.0, H)), "carried", opening="x0")
    b.month("use", "logistic", "x", location)
    uses = run(b, "use").yearly["use"]
    assert uses.shape[0] == 5
    for use in uses[[0, -1]]:
        near(use, 0.90)
        near_sd(use, 0.054848251)
        near(use > 0.92, 0.430086404)
    # Across years the logit must have forgotten by e^−κt, else the law would hold with a frozen share as well.
    logits = np.log(uses / (1 - uses))
    assert np.corrcoef(logits[0], logits[1])[0, 1] == pytest.approx(math.exp(-2.0), abs=4 / math.sqrt(PATHS))


def test_customers():
    """models.md 2: n0 = 10, λ = 6, μ = .25, t = 1: mean 13.0967890370, variance 7.0314824399, P(N<15) .7131304309."""
    b = plan_of(12, date(2027, 1, 1))
    leaving, arrived = customers.step_parameters(6.0, 0.25, H)
    b.month("u_out", "draw_uniform", 1.0, stream="test:customers/departures")
    b.month("u_in", "draw_uniform", 1.0, stream="test:customers/arrivals")
    b.month("gone", "binomial", "u_out", "count.prev", leaving)
    b.month("new", "poisson", "u_in", arrived)
    b.month("count", "sum", "count.prev", "new", "-gone", opening=10.0)
    count = run(b, "count").final["count"]
    near(count, 13.0967890370)
    near_sd(count, math.sqrt(7.0314824399))
    near(count < 15, 0.7131304309)
    assert np.array_equal(count, np.round(count)) and count.min() >= 0.0


@pytest.mark.parametrize("cure", [0.0, 0.25])
def test_piecewise_survival(cure):
    """models.md 3.1: .005 to 2 years, .02 to 5, .04 to 15: S(3.5) .960789439152, S(15) .625002268283; cured S^(1−q)."""
    starts, rates = [0.0, 2.0, 5.0], [0.005, 0.02, 0.04]
    b = plan_of(180)
    monthly = [(1 - cure) * H * (rates[0] if t < 24 else rates[1] if t < 60 else rates[2]) for t in range(180)]
    time = run(b, strike(b, "event", by_month(b, "added", monthly))).final["event_time"]
    near(time >= 42.0, 0.960789439152 ** (1 - cure))
    near(time >= 180.0, 0.625002268283 ** (1 - cure))
    for years in (1.0, 4.1, 9.99):  # inside months too: the time is interpolated
        near(time >= 12 * years, hazard.survival(starts, rates, years, cure))


def test_two_events_compete():
    """The first of two constant hazards is each one's with probability λ_i/(λ1 + λ2), whenever it strikes."""
    b = plan_of(180)
    first, second = strike(b, "one", 0.04 / 12), strike(b, "two", 0.02 / 12)
    b.month("first", "lower_of", first, second, unit="position")
    b.month("cause", "pick_first", first, second, 1.0, 2.0)
    result = run(b, "first", "cause")
    struck = result.final["first"] < NEVER
    near(struck, 1.0 - math.exp(-0.06 * 15))
    one, two = hazard.first_shares([0.04, 0.02], 15.0)
    near(struck & (result.final["cause"] == 1.0), one)
    near(struck & (result.final["cause"] == 2.0), two)
    near(result.final["cause"][struck] == 1.0, 2.0 / 3.0)


def test_hazard_that_rises_with_the_price():
    """models.md 3.1, Cox: λ = .02 e^X, OU (1, .5), K 40, F 35, r 8 %, T 15: survival .7276693, value 39.20284; with
    b = 0 .7408182 and 38.84349. The value is compared through its difference to b = 0 on the same paths, whose error is
    smaller.
    """
    steps_a_year = 48  # the process runs on a fine grid: its months stand for a quarter of one
    step, count = 1 / steps_a_year, 15 * steps_a_year
    b = plan_of(count)
    at_end, _ = level(b, 1.0, 0.5, step)
    b.month("rise", "exp", at_end)
    b.month("rise_before", "exp", "x.prev")
    b.month("both", "sum", "rise", "rise_before")
    b.month("added", "mul", "both", 0.02 * step / 2)
    strike(b, "event", "added")
    variances = average.level_variances([("x", 1.0, 0.5)], [[1.0]], [step] * count)
    location = by_month(b, "location", [average.log_location(35.0, v) for v in variances])
    price = b.month("price", "exp_price", at_end, location)
    years = [(t + 1) * step for t in range(count)]
    last = [0.5 if t == count - 1 else 1.0 for t in range(count)]  # trapezoid; the start is added below
    weight = by_month(b, "weight", [w * step * math.exp(-0.08 * u) for w, u in zip(last, years, strict=True)])
    plain = by_month(b, "plain", [math.exp(-0.02 * u) for u in years])
    b.month("negative", "mul", "event_sum", -1.0)
    b.month("alive", "exp", "negative")
    b.month("gain", "sub", 40.0, price)
    b.month("more_alive", "sub", "alive", plain)
    b.month("difference", "prod", "gain", weight, "more_alive")
    b.month("value", "prod", "gain", weight, "alive")
    b.month("difference_sum", "sum", "difference_sum.prev", "difference")
    b.month("value_sum", "sum", "value_sum.prev", "value", opening=0.5 * step * 5.0)
    result = run(b, "event_time", "alive", "difference_sum", "value_sum", paths=100_000)
    near(result.final["event_time"] >= count, 0.7276693)
    near(result.final["alive"], 0.7276693)
    near(result.final["difference_sum"], 39.20284 - 38.84349199)
    near(result.final["value_sum"], 39.20284)
