"""The plain-Python evaluation of a plan: order, last month's values, stand-ins of the base case."""

import pytest

from valuation.errors import PlanError
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case, once


@pytest.fixture
def b():
    made = PlanBuilder(2026 * 12 + 6, 4)
    made.input("three", 3.0, "")
    made.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    return made


def values(b, kind=base_case):
    return kind(b.build("plan", "host"))


def test_last_months_value_and_opening(b):
    b.scalar("ten", "prod", 2.0, "three", 5.0 / 3.0)
    b.month("grows", "sum", "grows.prev", "t", "-three", opening="ten")
    b.month("lags", "set", "grows.prev")  # grows stands above: still last month's
    b.month("early", "set", "late.prev")  # late stands below
    b.month("late", "mul", "t", "t", opening=7.0)
    got = values(b)
    assert got.month["grows"] == (7.0, 5.0, 4.0, 4.0)
    assert got.month["lags"] == (10.0, 7.0, 5.0, 4.0)
    assert got.month["early"] == (7.0, 0.0, 1.0, 4.0)
    assert values(b, once).month == got.month
    assert got.scalar["ten"] == 10.0
    assert got.series("ten", 4) == (10.0,) * 4


def test_pick_looks_its_key_up(b):
    b.month("picked", "pick", "t", 0.0, 5.0, 1.0, "three", 2.0, 8.0, 3.0, "t")
    assert values(b).month["picked"] == (5.0, 3.0, 8.0, 3.0)
    b.month("missing", "pick", "t", 0.0, 5.0)
    with pytest.raises(PlanError, match="'missing' has no value for 1.0"):
        values(b)


def test_the_base_case_takes_the_stand_ins(b):
    """What needs a draw and has no stand-in is left out; what reads a stand-in is there."""
    b.month("mean", "mul", "t", 10.0)
    b.month("noise", "draw_normal", 1.0, stream="s")
    b.month("moved", "mul", "noise", 2.0)
    b.month("price", "exp_price", "moved", 1.0, base="mean")
    b.month("cost", "mul", "price", "three")
    b.month("sum", "sum", "sum.prev", "cost")
    got = values(b).month
    assert got["cost"] == (0.0, 30.0, 60.0, 90.0) and got["sum"] == (0.0, 30.0, 90.0, 180.0)
    assert "noise" not in got and "moved" not in got
    known = values(b, once).month
    assert "mean" in known and not {"price", "cost", "sum", "noise"} & known.keys()


def test_a_stand_in_holds_for_last_months_values_too(b):
    b.month("noise", "draw_normal", 1.0, stream="s")
    b.month("x", "mul_add", "x.prev", 0.5, "noise", opening=4.0, base="t")
    b.month("y", "add", "x", "x.prev")
    assert values(b).month["y"] == (4.0, 1.0, 3.0, 5.0)


def test_draw_without_a_stand_in_that_a_payment_needs(b):
    """A row that reads last month's value of a row to come, which only paths have."""
    b.month("reads", "set", "path.prev")
    b.month("path", "draw_normal", 1.0, stream="s")
    with pytest.raises(PlanError, match="exists on a path only"):
        values(b)


def test_tables(b):
    b.table("steps", {"date": (46205.0, 46250.0), "value": (1.0, 2.0)}, ("date", ""))
    b.month("end", "month_end", float(b.first_month), "t", unit="date")
    b.month("level", "steps", "steps:date", "steps:value", "end")
    assert values(b).month["level"] == (1.0, 2.0, 2.0, 2.0)  # 31 July 2026 is 46234


def test_arithmetic_is_the_kernels(b):
    """The same expressions in the same order: (0.1 + 0.2) + 0.3, not 0.1 + (0.2 + 0.3)."""
    b.month("s", "sum", 0.1, 0.2, 0.3)
    b.month("p", "prod", 0.1, 0.2, 0.3)
    got = values(b).month
    assert got["s"][0] == (0.1 + 0.2) + 0.3 != 0.1 + (0.2 + 0.3)
    assert got["p"][0] == (0.1 * 0.2) * 0.3
