"""Operands that read the value of K months ago: ``row.prev12``."""

import numpy as np
import pytest

from valuation.appraisal.base import Base
from valuation.appraisal.what_if import WhatIf
from valuation.errors import PlanError
from valuation.plan.assemble import assemble
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case, once
from valuation.plan.join import join
from valuation.plan.model import Record, operand
from valuation.plan.reference import reference_run
from valuation.plan.text import explain_text, parse_program, program_text
from valuation.simulate import simulate

MONTHS = 30


@pytest.fixture
def b():
    made = PlanBuilder(2026 * 12 + 6, MONTHS, 0, 46203.0)
    made.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    return made


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("cash", ("cash", 0, 1)),
        ("cash.prev", ("cash", 1, 1)),
        ("cash.prev2", ("cash", 2, 1)),
        ("-a.b.prev12", ("a.b", 12, -1)),
        ("cash.prev1", ("cash.prev1", 0, 1)),  # one month has one name
        ("cash.prev0", ("cash.prev0", 0, 1)),
        ("cash.prev02", ("cash.prev02", 0, 1)),
        ("x.previous", ("x.previous", 0, 1)),
        ("x.prev.prev3", ("x.prev", 3, 1)),
        (2.5, (None, 0, 1)),
    ],
)
def test_an_operand_is_a_name_months_and_a_sign(written, read):
    assert operand(written) == read


@pytest.mark.parametrize("name", ["cash.prev1", "cash.prev2", "cash.prev012"])
def test_no_row_bears_the_name_of_an_operand(b, name):
    with pytest.raises(PlanError, match="cannot be a name"):
        b.month(name, "set", 1.0)


def test_a_row_that_never_comes_is_missed(b):
    b.month("late", "set", "nothing.prev12")
    with pytest.raises(PlanError, match="'nothing.prev12', which is not defined"):
        b.build("plan", "host")


def test_a_row_that_no_draw_reaches_is_shifted(b):
    b.scalar("ten", "prod", 2.0, 5.0)
    b.month("grows", "add", "t", 1.0, opening="ten")
    b.month("late", "sum", "grows.prev3", "-after.prev2")
    b.month("after", "set", "grows.prev40", opening=7.0)
    plan = b.build("plan", "host")
    late = (3.0, 3.0, 0.0, *(t - 2.0 - 10.0 for t in range(3, MONTHS)))
    assert once(plan).month["late"] == base_case(plan).month["late"] == late
    assert once(plan).month["after"] == (10.0,) * MONTHS


def drawn(b):
    """A random walk from a start of its own, and what it was 3, 12 and 40 months ago, by copies too."""
    b.start("n", "draw_normal", stream="test/start")
    b.month("z", "draw_normal", 1.0, stream="test/z")
    b.month("above", "sum", "x.prev12", "-x.prev3")
    b.month("x", "sum", "x.prev", "z", opening="n")
    b.month("below", "sum", "x.prev12", "-x.prev3")
    before = "x"
    for k in range(1, 13):
        before = b.month(f"copy_{k}", "set", f"{before}.prev", opening="n")
    b.month("copied", "sub", "copy_12", "copy_3")
    b.month("long_ago", "set", "x.prev40")
    for row in ("above", "below", "copied"):  # every month counts, each with a weight of its own
        b.month(f"{row}.all", "mul_add", row, "t", f"{row}.all.prev")
    b.records += [Record(n, n, "final") for n in ("n", "long_ago", "above.all", "below.all", "copied.all", "x")]
    return b.build("plan", "host")


def test_a_row_of_paths_comes_back_after_its_months(b):
    """Twelve copies of last month's value are one of 12 months ago, to the bit, in every block."""
    got = simulate(assemble(drawn(b)), paths=700, seed=5, threads=1).final
    assert got["n"].std() > 0.5 and np.array_equal(got["long_ago"], got["n"])
    assert got["copied.all"].std() > 1.0
    assert np.array_equal(got["above.all"], got["copied.all"])
    assert np.array_equal(got["below.all"], got["copied.all"])


def test_threads_and_chunks_move_no_bit(b):
    made = assemble(drawn(b))
    one, other = (
        simulate(made, paths=700, seed=5, threads=threads, chunk=chunk).final
        for threads, chunk in ((1, 99_999), (2, 1))
    )
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_one_copy_serves_all_readers(b):
    made = assemble(drawn(b)).arrays
    assert made.delay[:, 2].tolist() in ([12, 3, 40], [3, 12, 40])
    assert np.unique(made.delay[:, 0]).size == 1 and np.unique(made.delay[:, 1]).size == 3


def test_the_reference_interpreter_agrees(b):
    plan = drawn(b)
    draws = {"z": np.random.default_rng(1).standard_normal((MONTHS, 5)), "n": np.arange(5.0)}
    got = reference_run(plan, {}, draws).values
    x = np.arange(5.0) + np.cumsum(draws["z"], axis=0)
    padded = np.concatenate([np.tile(np.arange(5.0), (12, 1)), x])
    assert got["below"] == pytest.approx(padded[:MONTHS] - padded[9 : MONTHS + 9], abs=1e-12)
    assert np.array_equal(got["above"], got["below"]) and np.array_equal(got["copied"], got["below"])


def test_a_changed_input_reaches_no_row_that_opens_at_another(b):
    """The rows that an input does not reach stand as numbers, their openings too."""
    b.input("price", 2.0, "")
    b.scalar("rates.discount", "set", 0.08)
    b.scalar("start", "set", 5.0)
    b.month("volume", "add", "t", 1.0, opening="start")
    b.month("amount", "mul", "price", "volume.prev12")
    b.month("day", "set", 46203.0, unit="date")
    b.pay("amount", "day", 1)
    b.pay("amount", "day", 1, "equity")
    base = Base.of(b.build("plan", "host"))
    volume = 12 * 5.0 + sum(range(1, MONTHS - 11))
    assert base.npv == pytest.approx(2.0 * volume)
    assert WhatIf(base, "price").npv({"price": 3.0}) == pytest.approx(3.0 * volume)


def test_text_and_join_keep_the_months(b):
    plan = drawn(b)
    for text in (program_text(plan), explain_text(plan)):
        assert parse_program(text).digest == plan.digest
    assert "month above = sum(x.prev12, -x.prev3)" in program_text(plan)
    other = PlanBuilder(2026 * 12 + 6, MONTHS, 0, 46203.0)
    plans = []
    for rate, made in ((0.08, b), (0.09, other)):
        made.month("r", "set", rate)
        made.month("r_late", "sum", "r.prev12", "-r.prev")
        made.month("day", "set", 46300.0, unit="date")
        made.scalar("rates.discount", "set", rate)
        made.pay("r_late", "day", 1)
        plans.append(made.build("plan", "host"))
    rows = {row.name: row for row in join({"host": plans[0], "tenant": plans[1]}).plan.rows}
    assert rows["r_late@tenant"].args == ("r@tenant.prev12", "-r@tenant.prev")
