"""Modified rate of return, multiple of invested capital and payback of a path, by hand; flows are 365 days apart."""

import math

import pytest

from valuation.errors import PlanError
from valuation.plan.assemble import assemble
from valuation.plan.builder import PlanBuilder
from valuation.plan.model import Measure
from valuation.plan.text import parse_program, program_text
from valuation.simulate import simulate

VALUATION = 46203.0
NONE = math.nan
MEASURES = (
    Measure("mirr", "mirr", "equity", "five", "ten"),
    Measure("moic", "moic", "equity"),
    Measure("payback", "payback", "equity"),
    Measure("discounted", "payback", "equity", "ten"),
)


TWO = 100.0 - 60.0 / 1.1, 60.0 / 1.21
"""Of 100 laid out and 60 back in each of two years, at 10 %: what is open after the first, and the second's value."""


def plan_of(flows, measures=MEASURES):
    b = PlanBuilder(2026 * 12 + 6, len(flows), 0, VALUATION)
    b.input("five", 0.05, "%/year")
    b.input("ten", 0.10, "%/year")
    b.table("flows", {"amount": flows}, ("",))
    b.month("month", "sum", "month.prev", 1.0)
    b.month("flow", "month_value", "flows:amount", "month")
    b.input("valued", VALUATION, "date")
    b.month("days", "mul_add", "month", 365.0, -365.0)
    b.month("day", "add_days", "valued", "days", unit="date")
    b.month("noise", "draw_uniform", 1.0, stream="s")  # or its dates without an amount would not be in the calendar
    b.month("amount", "blend", 0.0, "noise", "flow")
    b.pay("amount", "day", 1, "equity")
    b.measures += measures
    return b.build("plan", "host")


@pytest.mark.parametrize(
    ("flows", "mirr", "moic", "payback", "discounted"),
    [
        ((-100.0, 60.0, 60.0), math.sqrt(1.26) - 1.0, 1.2, 1.0 + 40.0 / 60.0, 1.0 + TWO[0] / TWO[1]),
        # years without a flow, before and between, do not count, but for the time from the valuation date
        ((0.0, -100.0, 0.0, 150.0), math.sqrt(1.5) - 1.0, 1.5, 1.0 + 2.0 * 100.0 / 150.0, 1.0 + 2.0 * 1.21 / 1.5),
        ((-100.0, 60.0, 60.0, 0.0), math.sqrt(1.26) - 1.0, 1.2, 1.0 + 40.0 / 60.0, 1.0 + TWO[0] / TWO[1]),
        # back at first, then below again: the last time counts
        (
            (-10.0, 30.0, -100.0, 90.0),
            ((30.0 * 1.1**2 + 90.0) / (10.0 + 100.0 / 1.05**2)) ** (1.0 / 3.0) - 1.0,
            120.0 / 110.0,
            2.0 + 80.0 / 90.0,
            2.0 + (10.0 - 30.0 / 1.1 + 100.0 / 1.21) / (90.0 / 1.331),
        ),
        ((-100.0, 50.0), -0.5, 0.5, NONE, NONE),
        ((-100.0, 150.0, -60.0), math.sqrt(165.0 / (100.0 + 60.0 / 1.05**2)) - 1.0, 150.0 / 160.0, NONE, NONE),
        ((100.0, 50.0), NONE, NONE, NONE, NONE),
        ((-100.0, -5.0), NONE, 0.0, NONE, NONE),
        ((0.0, 0.0), NONE, NONE, NONE, NONE),
        # what is left of a sum of opposite flows is no flow
        ((-100.0, 120.0, -1e-12), 0.2, 1.2, 100.0 / 120.0, 100.0 / (120.0 / 1.1)),
    ],
)  # fmt: skip
def test_by_hand(flows, mirr, moic, payback, discounted):
    got = simulate(assemble(plan_of(flows)), paths=3, seed=1, threads=1).measure
    want = {"mirr": mirr, "moic": moic, "payback": payback, "discounted": discounted}
    for name, value in want.items():
        assert got[name].tolist() == pytest.approx([value] * 3, abs=1e-13, nan_ok=True), name


def test_text_has_the_rates_that_a_measure_reads():
    text = program_text(plan_of((-1.0, 2.0)))
    for line in ("mirr = mirr(equity, five, ten)", "moic = moic(equity)", "discounted = payback(equity, ten)"):
        assert f"measure {line}\n" in text
    assert parse_program(text).measures == MEASURES


@pytest.mark.parametrize(
    ("measure", "fault"),
    [
        (Measure("x", "npv", "cash"), "npv takes 1 rates, got"),
        (Measure("x", "irr", "cash", "five", "ten"), "irr takes 1 rates"),
        (Measure("x", "mirr", "cash", "five"), "mirr takes 2 rates"),
        (Measure("x", "moic", "cash", "five"), "moic takes 0 rates"),
        (Measure("x", "payback", "cash", "five", "ten"), "payback takes 0 or 1 rates"),
        (Measure("x", "npv", "cash", "six"), "reads 'six', which is not defined"),
    ],
)
def test_the_rates_of_a_measure_are_looked_up(measure, fault):
    with pytest.raises(PlanError, match=fault):
        plan_of((-1.0, 2.0), (measure,))
