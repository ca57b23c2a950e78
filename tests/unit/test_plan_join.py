"""Views as one program: what is computed alike stands once, what differs keeps its own numbers."""

from dataclasses import replace

import pytest

from valuation.errors import PlanError
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case
from valuation.plan.join import join


def small(rate=2.0, price=5.0, more=False):
    """A loop over last month's values, a table, a row that only reads the rate, and an output of each."""
    b = PlanBuilder(first_month=24_000, months=3, currency="EUR")
    b.input("price", price, "EUR/MWh")
    b.input("rate", rate, "")
    b.scalar("rates.discount", "convert", "rate", 1.0)
    table = b.table("curve", {"date": (0.0,), "value": (7.0,)}, ("date", "MWh"))
    b.month("day", "month_end", 24_000.0, "rate", unit="date")
    volume = b.month("volume", "curve", f"{table}:date", f"{table}:value", "day", unit="MWh")
    b.month("amount", "mul", "price", volume, unit="EUR")
    b.month("ahead", "sum", "behind.prev", "amount", unit="EUR")
    b.month("behind", "sum", "ahead", "-amount", unit="EUR")
    b.month("share", "mul", "rate", 1.0)
    b.month("idle", "mul", "rate", 3.0)
    if more:
        b.month("twice", "add", "amount", "amount", unit="EUR")
        b.pay("twice", "day", 1)
    b.pay("ahead", "day", 1)
    b.pay("amount", "day", -1)
    return b.build("small", "host")


def names(plan):
    return {row.name for row in plan.rows}


def test_equal_views_are_one_program():
    joined = join({"host": small(), "tenant": small()})
    assert names(joined.plan) == {"rates.discount", "day", "volume", "amount", "ahead", "behind"}, "no row is idle"
    assert joined.sides["host"] == joined.sides["tenant"]
    assert (joined.plan.payments, joined.plan.measures, joined.plan.records) == ((), (), ())


def test_a_loop_that_reads_what_differs_differs_too():
    joined = join({"host": small(), "tenant": small(price=6.0)})
    apart = {"amount@tenant", "ahead@tenant", "behind@tenant"}
    assert {name for name in names(joined.plan) if "@" in name} == apart
    assert {item.name for item in joined.plan.inputs} == {"price", "price@tenant", "rate"}
    values = base_case(joined.plan)
    for view, price in (("host", 5.0), ("tenant", 6.0)):
        for payment in joined.sides[view].payments:
            own = base_case(small(price=price)).month[payment.posting]
            assert values.month[payment.row] == own
    assert [p.posting for p in joined.sides["tenant"].payments] == ["ahead", "amount"]
    assert joined.sides["tenant"].payments[1].row == "amount@tenant"


def test_what_only_one_view_has_stands_under_its_own_name():
    joined = join({"host": small(), "tenant": small(more=True), "state": small(more=True)})
    assert "twice" in names(joined.plan) and not any("@" in name for name in names(joined.plan))
    assert len(joined.sides["tenant"].payments) == 3


def test_a_rate_of_its_own_and_another_calendar():
    joined = join({"host": small(), "tenant": small(rate=3.0)})
    assert joined.sides["tenant"].rate == "rates.discount@tenant"
    with pytest.raises(PlanError, match="different calendars"):
        join({"host": small(), "tenant": replace(small(), months=4)})
