"""The way between currencies, and the warning where a random rate is not at its forward."""

from __future__ import annotations

import math

import pytest

from valuation import value
from valuation.shipped import shipped
from valuation.spec import load
from valuation.spec.exchange import route

BITZERO = shipped("contracts") / "bitzero.yaml"
NOK = (
    "market.factors.fx.EURNOK={process: gbm, unit: NOK/EUR, forward: 11.03 NOK/EUR, volatility: 0.08 /sqrt(year)}",
    "market.stated_rates=null",
)


def correlated(rho: float) -> str:
    return f"market.correlation=[{{of: [fx.EURUSD, fx.EURNOK], value: {rho}, status: assumption}}]"


def test_the_shortest_way_is_taken_and_of_equal_ones_the_first() -> None:
    pairs = ["USD/EUR", "USD/NOK", "EUR/USD"]
    assert route(pairs, "EUR", "USD") == [("EUR", "USD", 0)]
    assert route(pairs, "NOK", "EUR") == [("NOK", "USD", 1), ("USD", "EUR", 0)]
    assert route(pairs, "GBP", "USD") == []
    assert route(pairs, "USD", "USD") == []


def test_a_rate_turned_round_is_warned_of() -> None:
    contract = load(BITZERO, None, ["currency=EUR"])
    said = {warning.path: warning.message for warning in contract.warnings}
    sigma, years = 0.07, 15.25
    message = said["market.factors.fx.EURUSD"]
    assert "amounts in USD are converted by fx.EURUSD turned round" in message
    assert f"e^({sigma**2:.3g}·t) times it, {math.expm1(sigma**2 * years):+.1%} at the end of the term" in message
    assert load(BITZERO).warnings == ()


def test_a_rate_that_is_certain_is_at_its_forward() -> None:
    contract = load(BITZERO, None, ["currency=EUR", "market.factors.fx.EURUSD.volatility=0 /sqrt(year)"])
    assert contract.warnings == ()


@pytest.mark.parametrize("rho", [-0.4, 0.5])
def test_rates_joined_are_warned_of(rho: float) -> None:
    """NOK to USD: EUR/NOK turned round, times USD per EUR."""
    contract = load(BITZERO, None, [*NOK, correlated(rho)])
    growth = 0.08**2 - rho * 0.08 * 0.07
    messages = [w.message for w in contract.warnings if "converted" in w.message]
    assert len(messages) == 1
    assert "amounts in NOK are converted by fx.EURNOK turned round and fx.EURUSD" in messages[0]
    assert f"e^({growth:.3g}·t)" in messages[0]


def test_legs_as_quoted_are_warned_of_only_where_they_correlate() -> None:
    quoted = ("market.factors.fx.NOKEUR={process: gbm, unit: EUR/NOK, forward: 0.0907 EUR/NOK,"
              " volatility: 0.08 /sqrt(year)}", "market.stated_rates=null")  # fmt: skip
    assert not [w for w in load(BITZERO, None, quoted).warnings if "converted" in w.message]
    joined = correlated(0.5).replace("fx.EURNOK", "fx.NOKEUR")
    (warning,) = [w for w in load(BITZERO, None, [*quoted, joined]).warnings if "converted" in w.message]
    assert f"e^({0.5 * 0.08 * 0.07:.3g}·t)" in warning.message


@pytest.mark.slow
def test_the_report_says_so_too() -> None:
    tables = value(BITZERO, paths=256, overrides=["currency=EUR"]).tables
    assert any("fx.EURUSD turned round" in warning for warning in tables.deal.warnings)
