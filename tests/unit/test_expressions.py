"""Conditions of indicators and claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from valuation.spec.context import FactorWord, Names
from valuation.spec.expression import RESULTS, permitted, read_comparison

NAMES = Names(
    factors={
        "utilisation": FactorWord("share"),
        "active_customers": FactorWord("number"),
        "power.NO4": FactorWord("unit", "EUR/MWh"),
        "fx.EURUSD": FactorWord("unit", "USD/EUR"),
    }
)


@pytest.mark.parametrize(
    ("text", "name", "statistic", "operator", "canonical", "unit"),
    [
        ("utilisation > 92 %", "utilisation", None, ">", 0.92, "1"),
        ("active_customers < 15", "active_customers", None, "<", 15.0, "1"),
        ("power.NO4 < 20 EUR/MWh", "power.NO4", None, "<", 20.0, "EUR/MWh"),
        ("power.NO4>0.02 EUR/kWh", "power.NO4", None, ">", 20.0, "EUR/MWh"),
        ("fx.EURUSD = 1.1 USD/EUR", "fx.EURUSD", None, "=", 1.1, "USD/EUR"),
        ("npv.p5 > -100 MUSD", "npv", "p5", ">", -1e8, "USD"),
        ("irr.of_expected_flows > 8 %/year", "irr", "of_expected_flows", ">", 0.08, "1/year"),
        ("irr.p50 > 8 %", "irr", "p50", ">", 0.08, "1"),
        ("margin > 45 %", "margin", None, ">", 0.45, "1"),
        ("probability.revoked < 15 %", "probability.revoked", None, "<", 0.15, "1"),
        ("contract_value = 2.6 bn USD", "contract_value", None, "=", 2.6e9, "USD"),
        ("cost_per_10mw = 24 MUSD/year", "cost_per_10mw", None, "=", 24e6, "USD/year"),
        ("price > 30 EUR/MWh", "price", None, ">", 30.0, "EUR/MWh"),
        ("mwh < 100 GWh", "mwh", None, "<", 1e5, "MWh"),
        ("npv_equity.p5 > -1 MUSD", "npv_equity", "p5", ">", -1e6, "USD"),
        ("dscr_min > 1.2", "dscr_min", None, ">", 1.2, "1"),
        ("probability.default < 2 %", "probability.default", None, "<", 0.02, "1"),
        ("npv_equity > 0", "npv_equity", None, ">", 0.0, "1"),
        ("power.NO4 < -0.0", "power.NO4", None, "<", 0.0, "1"),
    ],
)
def test_conditions(text: str, name: str, statistic: str | None, operator: str, canonical: float, unit: str) -> None:
    read = read_comparison(text, NAMES)
    assert (read.name, read.statistic, read.operator) == (name, statistic, operator)
    assert read.quantity.canonical == pytest.approx(canonical, rel=1e-14)
    assert read.quantity.canonical_unit == unit
    assert str(read) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("margn > 45 %", "unknown name 'margn', did you mean 'margin'?"),
        ("zzz > 45 %", "expected one of utilisation, active_customers, power.NO4"),
        ("margin >= 45 %", "is not a condition"),
        ("margin > 45 % > 3 %", "is not a condition"),
        ("margin", "is not a condition, expected name (< | > | =) quantity"),
        ("margin > 45", "'45' has no unit, expected a share"),
        ("dscr_min > 1.2 x", "has a unit, expected a bare number"),
        ("active_customers < 15 MW", "has a unit, expected a bare number"),
        ("power.NO4 < 20 USD/MWh", "has the wrong unit"),
        ("npv.p6 > 1 USD", "unknown statistic 'p6', expected one of mean"),
        ("contract_value.p5 > 1 USD", "unknown statistic 'p5': 'contract_value' has none"),
        ("__import__('os') > 1", "unknown name"),
        (5, "is not a condition"),
    ],
)
def test_what_is_no_condition(text: object, message: str) -> None:
    with pytest.raises(PydanticCustomError) as raised:
        read_comparison(text, NAMES)
    assert message in raised.value.context["faults"][0].message


def test_every_refusal_of_a_name_lists_those_permitted() -> None:
    for text in ("margn > 45 %", "zzz > 45 %"):
        with pytest.raises(PydanticCustomError) as raised:
            read_comparison(text, NAMES)
        message = raised.value.context["faults"][0].message
        assert all(name in message for name in permitted(NAMES))


def test_results_may_be_named_with_and_without_statistic() -> None:
    for name, (kind, statistics) in RESULTS.items():
        assert read_comparison(f"{name} > {kind.example}", NAMES).name == name
        for statistic in statistics:
            assert read_comparison(f"{name}.{statistic} > {kind.example}", NAMES).statistic == statistic


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        read_comparison(text, NAMES)
    except PydanticCustomError as error:
        assert error.context is not None and error.context["faults"]
