"""The builder refuses what does not hold together: names, operands, units, axes, signs."""

import pytest

from valuation.errors import PlanError
from valuation.plan.builder import PlanBuilder
from valuation.plan.model import Measure, Record


@pytest.fixture
def b():
    made = PlanBuilder(24318, 12, currency="USD")
    made.input("price", 100.0, "USD/kW/month")
    made.input("power", 5.0, "MW")
    made.input("share", 0.5, "%")
    made.input("day", 46203.0, "date")
    made.input("kw", 1000.0, "kW/MW")
    made.input("billing", 1.0, "month")
    made.month("use", "draw_uniform", 1.0, stream="s")
    return made


def test_single_assignment(b):
    b.month("x", "set", 1.0)
    with pytest.raises(PlanError, match="'x' is assigned twice"):
        b.month("x", "set", 2.0)
    with pytest.raises(PlanError, match="twice"):
        b.scalar("price", "set", 2.0)
    with pytest.raises(PlanError, match="twice"):
        b.table("x", {"date": (1.0,)}, ("date",))


def test_an_input_again_must_be_the_same(b):
    assert b.input("price", 100.0, "USD/kW/month") == "price"
    with pytest.raises(PlanError, match="two values"):
        b.input("price", 101.0, "USD/kW/month")
    with pytest.raises(PlanError, match="two values"):
        b.input("price", 100.0, "EUR/kW/month")


@pytest.mark.parametrize("name", ["", "a b", "-x", "x.prev", "nan", "1e5", "inf", "a:b", "a,b", 'a"b', "a\nb", "x = y"])
def test_names_that_no_text_could_hold(b, name):
    with pytest.raises(PlanError, match="cannot be a name"):
        b.month(name, "set", 1.0)


@pytest.mark.parametrize("name", ["power.NO4.slow", "fx.USD_per_EUR", "stated/rate", "øre", "x-1", "π"])
def test_names_that_one_can_hold(b, name):
    assert b.month(name, "set", 1.0) == name


def test_unknown_names(b):
    with pytest.raises(PlanError, match="reads 'nothing' before it is assigned"):
        b.month("x", "set", "nothing")
    with pytest.raises(PlanError, match="before"):
        b.month("x", "sum", 1.0, "-nothing")
    with pytest.raises(PlanError, match="unknown op"):
        b.month("x", "conjure", 1.0)
    b.table("t", {"date": (1.0,), "value": (2.0,)}, ("date", ""))
    with pytest.raises(PlanError, match="t:price"):
        b.month("x", "curve", "t:date", "t:price", "day")


def test_last_months_value_may_be_of_a_row_to_come_but_it_must_come(b):
    b.month("x", "set", "later.prev")
    with pytest.raises(PlanError, match="later.prev"):
        b.build("plan", "host")
    b.month("later", "set", 1.0)
    assert b.build("plan", "host").row_of["x"].args == ("later.prev",)


@pytest.mark.parametrize("more", [{"opening": "nothing"}, {"base": "nothing"}])
def test_opening_and_base_are_looked_up(b, more):
    b.month("x", "set", 1.0, **more)
    with pytest.raises(PlanError, match="nothing"):
        b.build("plan", "host")


def test_number_of_operands(b):
    with pytest.raises(PlanError, match="add takes 2 operands, got 3"):
        b.month("x", "add", 1.0, 2.0, 3.0)
    with pytest.raises(PlanError, match="edate takes 2"):
        b.month("x", "edate", "day", unit="date")


def test_axes(b):
    b.start("once", "draw_normal", stream="o")
    b.month("monthly", "set", "use")
    with pytest.raises(PlanError, match="changes by month"):
        b.scalar("x", "set", "monthly")
    with pytest.raises(PlanError, match="changes by start"):
        b.scalar("x", "set", "once")
    with pytest.raises(PlanError, match="changes by month"):
        b.start("x", "set", "monthly")
    assert b.month("y", "add", "once", "monthly")


def test_a_sign_belongs_into_a_sum(b):
    assert b.month("x", "sum", 1.0, "-use")
    for op, operands in (("prod", ("use", "-use")), ("add", ("use", "-use")), ("set", ("-use",))):
        with pytest.raises(PlanError, match="which only a sum takes"):
            b.month("y", op, *operands)


@pytest.mark.parametrize(
    ("op", "operands", "unit"),
    [
        ("sum", ("price", "power"), "MW"),
        ("sum", ("power",), "USD"),
        ("add", ("power", "power"), "MWh"),
        ("prod", ("price", "power"), "USD"),  # per kW, and no month
        ("prod", ("price", "power", "kw"), "USD"),
        ("mul", ("power", "price"), ""),
        ("mul_add", ("power", "share", "price"), "MW"),
        ("mul_add", ("power", "power", "power"), "MW"),
        ("divide", ("price", "power"), "USD"),
        ("lower_of", ("power", "price"), "MW"),
        ("select", ("power", "power", "power"), "MW"),
        ("take_or_pay", ("share", "power", "price"), "USD/kW/month"),
        ("mul", ("day", 2.0), "date"),
        ("set", ("day",), ""),
        ("higher_of", ("day", "day"), "position"),
        ("exp", ("power",), ""),
    ],
)
def test_units_that_disagree(b, op, operands, unit):
    with pytest.raises(PlanError, match="row 'x'"):
        b.month("x", op, *operands, unit=unit)


@pytest.mark.parametrize(
    ("op", "operands", "unit"),
    [
        ("prod", ("price", "power", "kw", "billing"), "USD"),
        ("sum", ("power", "-power"), "MW"),
        ("mul", ("power", "share"), "MW"),
        ("mul_add", ("power", "share", "power"), "MW"),
        ("divide", ("power", "kw"), "MW*MW/kW"),
        ("take_or_pay", ("share", "share", "power"), "MW"),
        ("higher_of", ("day", "day"), "date"),
        ("sum", ("share", 1.0), ""),  # a percentage is a fraction
        ("set", ("share",), "1"),
    ],
)
def test_units_that_agree(b, op, operands, unit):
    assert b.month("x", op, *operands, unit=unit)


def test_payments_and_records_read_rows(b):
    b.month("cash", "set", "use", unit="")
    with pytest.raises(PlanError, match="payment reads 'when'"):
        b.pay("cash", "when", 1)
    b.month("when", "set", "day", unit="date")
    b.pay("cash", "when", 0)
    assert b.payments == []
    b.records.append(Record("r", "nowhere", "final"))
    with pytest.raises(PlanError, match="nowhere"):
        b.build("plan", "host")


def test_sections_nest_and_come_back(b):
    with b.in_section("Rent"):
        b.month("x", "set", 1.0)
        with pytest.raises(ZeroDivisionError), b.in_section("Tax"):
            1 / 0  # noqa: B018
        b.month("y", "set", 1.0)
    b.month("z", "set", 1.0)
    assert [b.rows[name].section for name in "xyz"] == ["Rent", "Rent", ""]


def test_hot_rows_are_found_through_last_months_values():
    b = PlanBuilder(24318, 12)
    b.month("a", "set", "c.prev")
    b.month("b", "set", "a")
    b.month("draw", "draw_normal", 1.0, stream="s")
    b.month("c", "set", "draw")
    b.month("cold", "sum", "cold.prev", 1.0)
    b.month("opened", "sum", "opened.prev", 1.0, opening="z")
    b.start("z", "draw_normal", stream="z")
    plan = b.build("plan", "host")
    assert plan.hot == {"a", "b", "draw", "c", "z", "opened"}
    b.measures.append(Measure("npv", "npv", "all", "a"))
