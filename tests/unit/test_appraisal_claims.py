"""When a condition holds."""

from types import SimpleNamespace

import pytest

from valuation.appraisal.claims import holds, of_the_paths
from valuation.spec.expression import read_comparison

NO_RATE = SimpleNamespace(fact=lambda name: (None, ""))
EURO = SimpleNamespace(fact=lambda name: {"fx.USD_per_EUR": (1.15, "USD/EUR")}[name])


@pytest.mark.parametrize(
    ("check", "value", "unit", "verdict"),
    [
        ("margin > 45 %", 0.46, "%", True),
        ("margin > 45 %", 0.45, "%", False),
        ("irr < 8 %/year", 0.079, "%/year", True),
        ("contract_value = 2.6 bnUSD", 2.572e9, "USD", True),
        ("contract_value = 2.6 bnUSD", 2.54e9, "USD", False),
        ("contract_value = 2.60 bnUSD", 2.572e9, "USD", False),
        ("cost_per_10mw = 24 MUSD/year", 24.4e6, "USD/year", True),
        ("cost_per_10mw = 24 MUSD/year", 24.6e6, "USD/year", False),
        ("npv > 0 USD", None, "USD", None),
    ],
)
def test_a_condition_against_a_value(check, value, unit, verdict):
    assert holds(read_comparison(check, None), value, unit, NO_RATE) is verdict


def test_another_currency_converts_or_cannot_be_told():
    check = read_comparison("price < 20 EUR/MWh", None)
    assert holds(check, 22.9, "USD/MWh", EURO) is True
    assert holds(check, 23.1, "USD/MWh", EURO) is False
    assert holds(check, 22.9, "USD/MWh", NO_RATE) is None


@pytest.mark.parametrize(
    ("check", "needs"),
    [("npv > 0 USD", False), ("irr.p50 > 8 %", True), ("probability.revoked < 10 %", True), ("margin > 45 %", False)],
)
def test_statistics_and_chances_need_paths(check, needs):
    assert of_the_paths(read_comparison(check, None)) is needs
