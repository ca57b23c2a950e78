"""Which rows of a plan the base case needs, and which of them need no line of their own."""

from __future__ import annotations

import pytest

from valuation.errors import PlanError
from valuation.plan.base_rows import alias, base_rows, constant_rows, names_read, seen_through
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case
from valuation.plan.model import Plan, Row


def plan() -> Plan:
    b = PlanBuilder(24318, 12)
    rate = b.input("rate", 0.02, "%/year")
    start = b.input("start", 3.0, "")
    lost = b.input("lost", 9.0, "")
    t = b.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    noise = b.month("noise", "draw_normal", 1.0, stream="x")
    price = b.month("price", "sum", noise, lost, base=rate)
    b.month("handed_on", "set", price)
    b.month("same", "mul", start, 2.0)
    b.month("stock", "sum", "stock.prev", "same", opening=start)
    b.month("never_looked_back", "sum", t, 1.0, opening=lost)
    b.month("paid", "sum", "-handed_on", "stock", "never_looked_back")
    return b.build("a plan", "host")


def test_the_base_case_needs_no_draw_and_nothing_that_only_a_draw_reads() -> None:
    rows = base_rows(plan(), ["paid"])
    assert [row.name for row in rows] == ["t", "price", "handed_on", "same", "stock", "never_looked_back", "paid"]
    assert next(row for row in rows if row.name == "price").args == ("rate",)
    with pytest.raises(PlanError, match="'noise'"):
        base_rows(plan(), ["noise"])


def test_an_opening_value_counts_where_somebody_looks_back() -> None:
    read = names_read(base_rows(plan(), ["paid"]))
    assert "start" in read and "rate" in read
    assert "lost" not in read, "it opens a row that nobody reads a month back, and stands beside a draw"


def test_rows_that_are_the_same_in_all_months_are_so_in_the_base_case() -> None:
    made = plan()
    found = constant_rows(base_rows(made, ["paid"]))
    assert found == {"price", "handed_on", "same"}
    for name in found:
        assert len(set(base_case(made).month[name])) == 1


@pytest.mark.parametrize(
    ("op", "args", "expected"),
    [
        ("set", ("x",), "x"),
        ("sum", ("-x",), "-x"),
        ("convert", ("x", 1.0), "x"),
        ("convert", ("x", 12.0), None),
        ("sum", ("x", "y"), None),
        ("prod", ("x",), "x"),
    ],
)
def test_what_a_row_only_hands_on(op: str, args: tuple[str, ...], expected: str | None) -> None:
    assert alias(Row("row", "month", op, args)) == expected


def test_signs_are_kept_through_rows_that_hand_on() -> None:
    aliases = {"a": "-b", "b": "-c", "d": 5.0}
    assert seen_through("a", aliases) == "c"
    assert seen_through("-a", aliases) == "-c"
    assert seen_through("-d", aliases) == -5.0
    assert seen_through("a.prev", aliases) == "a.prev", "the month before the first has an opening value of its own"
