"""From plan to arrays: what is folded away, what needs a shadow, the calendar of dates, start rows, sunk flows."""

from datetime import date

import numpy as np
import pytest

from valuation import timeline
from valuation.kernel.opcodes import CODES
from valuation.plan.assemble import assemble, stream_number
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import once
from valuation.plan.model import Measure, Record
from valuation.plan.reference import reference_run
from valuation.simulate import simulate

VALUATION = timeline.serial(date(2026, 6, 30))


@pytest.fixture
def b():
    made = PlanBuilder(2026 * 12 + 6, 8, 0, VALUATION)
    made.input("rate", 0.08, "%/year")
    made.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    made.month("end", "month_end", float(made.first_month), "t", unit="date")
    made.month("z", "draw_normal", 1.0, stream="test/z")
    return made


def names(code):
    by_code = {number: name for name, number in CODES.items()}
    return [by_code[c] for c in code]


def run(b, *finals, paths=300):
    b.records += [Record(name, name, "final") for name in finals]
    plan = b.build("plan", "host")
    return plan, simulate(assemble(plan), paths=paths, seed=5, threads=1)


def test_only_live_rows_run(b):
    b.month("dead", "exp", "z")
    b.month("live", "add", "z", 1.0)
    b.records.append(Record("live", "live", "final"))
    made = assemble(b.build("plan", "host")).arrays
    assert names(made.code) == ["add"]
    assert made.draw_stream.tolist() == [stream_number("test/z")]


def test_constants_of_a_sum_are_folded_into_one(b):
    b.input("two", 2.0, "")
    b.month("s", "sum", "two", "z", "t", "-two", 5.0)
    b.month("p", "prod", "two", "z", "two", 3.0)
    b.records += [Record("s", "s", "final"), Record("p", "p", "final")]
    made = assemble(b.build("plan", "host")).arrays
    assert names(made.code) == ["add", "mul"]
    assert made.series.shape == (1, 8) and made.series[0].tolist() == [5.0 + t for t in range(8)]
    assert 12.0 in made.opening


def test_neutral_constants_vanish(b):
    b.month("s", "sum", "z", 1.0, -1.0)
    b.month("p", "prod", "z", 0.5, 2.0)
    b.records += [Record("s", "s", "final"), Record("p", "p", "final")]
    assert names(assemble(b.build("plan", "host")).arrays.code) == ["set", "set"]


def test_signs_of_a_sum(b):
    b.month("y", "mul", "z", "z")
    b.month("a", "sum", "-z", "-y")
    b.month("b", "sum", "-z", 3.0)
    b.month("c", "sum", "-z", "y", "-t", "z", "-y")
    _, got = run(b, "z", "y", "a", "b", "c")
    z, y = got.final["z"], got.final["y"]
    assert np.array_equal(got.final["a"], 0.0 - z - y)
    assert np.array_equal(got.final["b"], 3.0 - z)
    assert got.final["c"] == pytest.approx(-7.0, abs=1e-12)


def test_shadows_keep_last_months_value(b):
    """Reading z.prev below z needs a copy; reading late.prev above late, or one's own, does not."""
    b.month("early", "sum", "late.prev", "z.prev")
    b.month("late", "add", "z", "t")
    b.month("after", "sub", "late", "late.prev")
    b.month("own", "sum", "own.prev", "z")
    b.month("two_back", "set", "early.prev")
    plan, got = run(b, "z", "early", "late", "after", "own", "two_back")
    made = assemble(plan).arrays
    assert len(made.shadow) == 3  # z, late, early
    known = once(plan)
    draws = {"z": np.random.default_rng(1).standard_normal((8, 5))}
    want = reference_run(plan, {**known.scalar, **known.month}, draws)
    z = draws["z"]
    assert want.final["early"] == pytest.approx(z[6] + 6 + z[6])
    assert want.final["after"] == pytest.approx(z[7] + 7 - z[6] - 6)
    assert want.final["two_back"] == pytest.approx(z[5] + 5 + z[5])
    final = got.final
    # late = z7 + 7, early = (z6 + 6) + z6, after = late − (z6 + 6)
    assert final["after"] == pytest.approx(final["late"] - final["early"] / 2 - 3.0, abs=1e-12)


def test_opening_from_a_start_row(b):
    b.start("n", "draw_normal", stream="test/start")
    b.input("two", 2.0, "")
    b.start("doubled", "mul", "n", "two")
    b.month("x", "set", "x.prev", opening="doubled")
    b.month("first", "set", "x.prev", opening=9.0)
    _, got = run(b, "n", "x", "first")
    assert np.array_equal(got.final["x"], 2.0 * got.final["n"])
    assert np.array_equal(got.final["first"], got.final["x"])
    assert got.final["n"].std() > 0.5


def test_draws_on_some_months_only(b):
    b.month("on", "equal", "t", 2.0)
    b.month("some", "draw_normal", "on", stream="test/some")
    b.month("kept", "select", "on", "some", "kept.prev")
    _, got = run(b, "some", "kept")
    assert (got.final["some"] == 0.0).all() and got.final["kept"].std() > 0.5


def test_calendar(b):
    """Sorted, each date once; what is dated before the valuation is sunk, on it not; 0 and amounts of 0 pay nothing."""
    b.input("before", VALUATION - 1.0, "date")
    b.input("today", VALUATION, "date")
    b.month("is_third", "equal", "t", 2.0)
    b.month("sunk", "set", "before", unit="date")
    b.month("on_the_day", "set", "today", unit="date")
    b.month("third", "date_if", "is_third", "end", unit="date")
    b.month("one", "set", 1.0)
    b.month("none_after_3", "below", "t", 3.0)
    for row, when, sign in (
        ("one", "sunk", 1), ("one", "on_the_day", 1), ("z", "third", -1), ("none_after_3", "end", 1),
        ("one", "third", 1),
    ):  # fmt: skip
        b.pay(row, when, sign)
    b.measures += [Measure("npv", "npv", "cash", "rate")]
    plan, got = run(b, "z")
    days = [timeline.date_of(day) for day in got.dates]
    assert days == [date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)]
    assert got.dated_cash[:3] / 300 == pytest.approx([8.0, 1.0, 1.0])
    made = assemble(plan).arrays
    assert made.pay_date.tolist()[2] == [-1, -1, 3, -1, -1, -1, -1, -1]
    assert made.pay_date.tolist()[0] == [-1] * 8
    assert made.gap_years[made.date_gap].tolist() == pytest.approx([0.0, 31 / 365, 31 / 365, 30 / 365])
    assert made.discount[0] == pytest.approx([1.08 ** (-(day - VALUATION) / 365) for day in got.dates], rel=1e-14)


def test_a_plan_without_payments_runs(b):
    plan, got = run(b, "z")
    assert got.dates == () and got.years == (2026, 2027)
    assert got.final["z"].std() > 0.5


def test_years_reach_the_last_payment(b):
    b.month("later", "add_days", "end", 800.0, unit="date")
    b.pay("z", "later", 1)
    b.measures += [Measure("npv", "npv", "cash", "rate")]
    _, got = run(b, "z")
    assert got.years == (2026, 2027, 2028, 2029)
    assert got.cash_year.shape == (4, 300) and (got.cash_year[1] == 0.0).all()


def test_yearly_records_are_taken_in_december_and_in_the_last_month(b):
    b.month("level", "add", "z", "t")
    b.month("flat", "sub", "level", "z")
    b.records.append(Record("flat", "flat", "yearly"))
    b.records.append(Record("count", "flat", "yearly_sum"))
    plan, got = run(b)
    assert got.yearly["flat"][:, 0] == pytest.approx([5.0, 7.0])
    assert got.count["count"] == pytest.approx([5.0 * 300, 7.0 * 300])


def test_months_before_the_market_draw_nothing():
    b = PlanBuilder(2026 * 12, 12, -6, VALUATION)
    b.month("z", "draw_normal", 1.0, stream="test/z")
    b.month("u", "draw_uniform", 1.0, stream="test/u")
    b.month("nonzero", "above", "z", -1e9)
    b.month("moved", "equal", "z", 0.0)
    b.month("still", "sum", "still.prev", "moved")
    b.month("u_sum", "sum", "u_sum.prev", "u")
    _, got = run(b, "still", "u_sum")
    assert (got.final["still"] == 6.0).all()
    assert 2.0 < got.final["u_sum"].mean() < 4.0


def test_a_wider_grid_before_the_market_changes_no_draw(b):
    def last(first_month, months, period):
        made = PlanBuilder(first_month, months, period, VALUATION)
        made.month("z", "draw_normal", 1.0, stream="test/z")
        return run(made, "z")[1].final["z"]

    assert np.array_equal(last(2026 * 12 + 6, 8, 0), last(2026 * 12 + 1, 13, -5))
