"""Quantities: short and long form, units that a field wants, bounds, provenance."""

from __future__ import annotations

import math
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from valuation.errors import UnitError
from valuation.spec.factor import Forward
from valuation.spec.kinds import (
    ANY,
    DURATION,
    INTENSITY,
    LAG,
    MEGAWATTS,
    NUMBER,
    RATE,
    VOLATILITY,
    WHOLE_MONTHS,
    Kind,
    money,
    price,
    share,
)  # fmt: skip
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Provenance, Quantity
from valuation.spec.words import Day, DayOfYear, switch
from valuation.units import parse_unit

RENT = price("kW/month", example="131.3 USD/kW/month")


def refused(kind: Kind, raw: object) -> str:
    with pytest.raises(PydanticCustomError) as raised:
        kind.read(raw)
    found = raised.value.context["faults"]
    return "; ".join(f"{'.'.join(map(str, one.at))}: {one.message}" if one.at else one.message for one in found)


@pytest.mark.parametrize(
    ("kind", "text", "canonical", "unit", "currency"),
    [
        (MEGAWATTS, "110 MW", 110.0, "MW", None),
        (MEGAWATTS, "40000 kW", 40.0, "MW", None),
        (RENT, "131.3 USD/kW/month", 131.3, "USD/kW/month", "USD"),
        (RENT, "1.2 MUSD/MW/year", 100.0, "USD/kW/month", "USD"),
        (price("MWh"), "0.0328 USD/kWh", 32.8, "USD/MWh", "USD"),
        (price("MWh"), "0.58 øre/kWh", 5.8, "NOK/MWh", "NOK"),
        (price("kW/month", "year"), "135 NOK/kW/year", 11.25, "NOK/kW/month", "NOK"),
        (price("kW/month", "year"), "264 MUSD/year", 264e6, "USD/year", "USD"),
        (price("MW", ""), "8 MUSD/MW", 8e6, "USD/MW", "USD"),
        (price("MW", ""), "880 MUSD", 880e6, "USD", "USD"),
        (money(), "2.6 bn USD", 2.6e9, "USD", "USD"),
        (share(), "80 %", 0.8, "1", None),
        (RATE, "9 %/year", 0.09, "1/year", None),
        (INTENSITY, "2 /year", 2.0, "1/year", None),
        (INTENSITY, "25 %/year", 0.25, "1/year", None),
        (VOLATILITY, "1.99 /sqrt(year)", 1.99, "1/sqrt(year)", None),
        (VOLATILITY, "7 %/sqrt(year)", 0.07, "1/sqrt(year)", None),
        (WHOLE_MONTHS, "15 years", 180.0, "month", None),
        (DURATION, "6 months", 6.0, "month", None),
        (LAG, "30 days", 30.0, "day", None),
        (LAG, "6 months", 6.0, "month", None),
        (ANY, "1.1515 USD/EUR", 1.1515, "USD/EUR", None),
        (NUMBER, 0.5, 0.5, "1", None),
        (MEGAWATTS, " 1_000.5  MW ", 1000.5, "MW", None),
    ],
)
def test_written_and_canonical(kind: Kind, text: object, canonical: float, unit: str, currency: str | None) -> None:
    quantity = kind.read(text)
    assert quantity.canonical == pytest.approx(canonical, rel=1e-15)
    assert (quantity.canonical_unit, quantity.currency) == (unit, currency)
    assert quantity.canonical == quantity.value * quantity.scale


@pytest.mark.parametrize(
    ("kind", "raw", "message"),
    [
        (MEGAWATTS, 110, "110 has no unit, expected a power in MW, for example '110 MW'"),
        (MEGAWATTS, "110", "'110' has no unit, expected a power in MW, for example '110 MW'"),
        (MEGAWATTS, "110 MWh", "'110 MWh' has the wrong unit, expected a power in MW, for example '110 MW'"),
        (MEGAWATTS, "110 mw", "unknown unit 'mw', did you mean 'MW'?"),
        (MEGAWATTS, "-1 MW", "'-1 MW' is below 0 MW"),
        (MEGAWATTS, "many MW", "'many MW' is not a power, expected for example '110 MW'"),
        (MEGAWATTS, "1,000 MW", "write thousands as 1_000"),
        (MEGAWATTS, math.nan, "nan is not a finite number"),
        (MEGAWATTS, "nan MW", "'nan MW' is not a power"),
        (MEGAWATTS, math.inf, "inf is not a finite number"),
        (MEGAWATTS, "1e999 MW", "'1e999 MW' is not a finite number"),
        (MEGAWATTS, True, "got true, expected a power such as '110 MW'"),
        (MEGAWATTS, None, "got nothing, expected a power such as '110 MW'"),
        (MEGAWATTS, ["110 MW"], "got a list, expected a power such as '110 MW'"),
        (MEGAWATTS, "24 10 MW", "'10 MW' is not a unit"),
        (price("MWh"), "20 $/MWh", "unknown unit '$/MWh', did you mean 'USD/MWh'?"),
        (price("MWh"), "20 MWh", "expected a price in currency/MWh"),
        (price("MWh"), "20 USD/EUR/MWh", "expected a price in currency/MWh"),
        (share(), 0.8, "0.8 has no unit, expected a share in %, for example '80 %'"),
        (share(), "120 %", "'120 %' is above 100 %"),
        (RATE, "9 %", "'9 %' has the wrong unit, expected an effective yearly rate in %/year"),
        (RATE, "-100 %/year", "must be above -100 %/year"),
        (WHOLE_MONTHS, "1.3 months", "'1.3 months' is not a whole number of months"),
        (WHOLE_MONTHS, "0 years", "must be above 0 years"),
        (WHOLE_MONTHS, "400 days", "expected a duration in month"),
        (NUMBER, "0.5 MW", "'0.5 MW' has a unit, expected a bare number such as 0.5"),
        (NUMBER, "a", "'a' is not a number"),
    ],
)
def test_what_is_refused_and_what_is_said(kind: Kind, raw: object, message: str) -> None:
    assert message in refused(kind, raw)


def test_long_form_carries_provenance() -> None:
    raw = {"value": "0.0328 USD/kWh", "source": "somewhere", "status": "derived", "note": "why",
           "range": ["0.02 USD/kWh", "43 USD/MWh"]}  # fmt: skip
    quantity = price("MWh").read(raw)
    assert quantity.provenance == Provenance("somewhere", "derived", "why", 20.0, 43.0)
    assert (quantity.value, quantity.unit) == (0.0328, "USD/kWh")


def test_range_with_one_unit_behind_it() -> None:
    quantity = INTENSITY.read({"value": "1 %/year", "range": "[0.2, 2] %/year"})
    assert (quantity.provenance.low, quantity.provenance.high) == (0.002, 0.02)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"source": "a"}, "missing key 'value'"),
        ({"value": "1 MW", "sauce": "a"}, "sauce: unknown key 'sauce', did you mean 'source'?"),
        ({"value": "1 MW", "status": "fcat"}, "status: got 'fcat', did you mean 'fact'?"),
        ({"value": "1 MW", "note": 5}, "note: expected a text, got '5'"),
        ({"value": "1 MWh"}, "value: '1 MWh' has the wrong unit"),
        ({"value": "1 MW", "range": "1 MW"}, "range: expected a range of two values"),
        ({"value": "1 MW", "range": ["1 MW", "2 h"]}, "range.1: '2 h' has the wrong unit"),
        ({"value": "1 MW", "range": ["2 MW", "1 MW"]}, "range: the range runs from high to low"),
        ({"valu": "1 MW"}, "expected a value or a long form"),
    ],
)
def test_faults_of_the_long_form_say_where(raw: object, message: str) -> None:
    assert message in refused(MEGAWATTS, raw)


def test_all_faults_of_a_long_form_at_once() -> None:
    said = refused(MEGAWATTS, {"value": "1 h", "status": "x", "nte": 1, "range": 5})
    for place in ("value", "status", "nte", "range"):
        assert f"{place}: " in said


WRITTEN = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).map(lambda x: x + 0.0)
UNITS_OF_POWER = st.sampled_from(["W", "kW", "MW", "GW", "TW"])


@given(WRITTEN, UNITS_OF_POWER)
def test_any_number_reads_as_it_was_written(value: float, unit: str) -> None:
    quantity = Kind("a power", "110 MW", ("MW",)).read(f"{value!r} {unit}")
    assert quantity.value == value
    assert quantity.unit == unit
    assert quantity.canonical == value * parse_unit(unit).scale_to(parse_unit("MW"))


@given(st.floats(min_value=1e-3, max_value=1e6), UNITS_OF_POWER, UNITS_OF_POWER)
def test_spelling_does_not_move_the_amount(value: float, one: str, other: str) -> None:
    ratio = parse_unit(one).scale_to(parse_unit(other))
    first, second = (MEGAWATTS.read(text) for text in (f"{value!r} {one}", f"{value * ratio!r} {other}"))
    assert first.canonical == pytest.approx(second.canonical, rel=1e-14)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        quantity = MEGAWATTS.read(text)
    except PydanticCustomError:
        return
    assert quantity.canonical_unit == "MW" and quantity.canonical >= 0.0


@given(st.floats(min_value=0.0, max_value=1e9), st.sampled_from(["EUR/MWh", "EUR/kWh", "EUR/GWh"]))
def test_conversion_keeps_the_amount(value: float, unit: str) -> None:
    quantity = price("MWh").read({"value": f"{value!r} {unit}", "range": [f"0 {unit}", f"{value!r} {unit}"]})
    converted = quantity.to("EUR/kWh")
    assert converted.canonical * 1000.0 == pytest.approx(quantity.canonical, rel=1e-14)
    assert converted.provenance.high == pytest.approx(converted.canonical, rel=1e-14)
    with pytest.raises(UnitError):
        quantity.to("EUR/MW")


class Terms(SpecModel):
    day: Day
    every: DayOfYear
    lease: Annotated[object, switch("gross", "net")]


def test_dates_days_and_switches() -> None:
    terms = Terms.model_validate(
        {"day": {"value": "2026-10-01", "status": "assumption", "range": ["2026-07-01", "2027-04-01"]},
         "every": "02-15", "lease": {"value": "net", "status": "claim"}}
    )  # fmt: skip
    assert str(terms.day) == "2026-10-01"
    assert (terms.day.provenance.low, terms.day.provenance.high) == (
        46204.0,
        46478.0,
    )  # Excel: =DATE(2026;7;1), (2027;4;1)
    assert str(terms.every) == "02-15"
    assert str(terms.lease) == "net"


@pytest.mark.parametrize(
    ("field", "raw", "message"),
    [
        ("day", "2026-02-29", "February 2026 has 28 days"),
        ("day", "2026-13-01", "there is no month 13"),
        ("day", "1.10.2026", "is not a date, write year-month-day: '2026-10-01'"),
        ("day", "0001-01-01", "the year must lie between"),
        ("day", 2026, "is not a date"),
        ("every", "02-30", "is not a day of every year"),
        ("every", "02-29", "is not a day of every year"),
        ("every", "2-3", "expected month-day"),
        ("lease", "gros", "did you mean 'gross'?"),
        ("lease", ["gross"], "expected one of gross, net"),
    ],
)
def test_wrong_dates_days_and_switches(field: str, raw: object, message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Terms.model_validate({"day": "2026-10-01", "every": "02-15", "lease": "gross", field: raw})
    (item,) = raised.value.errors()
    assert message in item["ctx"]["faults"][0].message


def test_forward_in_short_and_long_form() -> None:
    short = Forward.model_validate("1.1515 USD/EUR")
    assert short.level.constant is not None and short.level.constant.value == 1.1515
    curve = Forward.model_validate({"curve": {"2026-07-01": "20 EUR/MWh", "2027-01-01": "30 EUR/MWh"}})
    assert [quantity.canonical for quantity in curve.to("EUR/kWh").level.quantities] == [0.02, 0.03]
    with pytest.raises(ValidationError):
        Forward.model_validate({"flat": "1 EUR/MWh", "curve": {"2026-07-01": "20 EUR/MWh"}})


def test_quantities_are_frozen() -> None:
    quantity = MEGAWATTS.read("110 MW")
    with pytest.raises(AttributeError):
        quantity.value = 5.0  # type: ignore[misc]
    assert isinstance(quantity, Quantity) and str(quantity) == "110 MW"
