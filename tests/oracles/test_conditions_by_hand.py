"""Conditions of indicators and claims in a currency of their own, and the margin as a condition."""

from pathlib import Path

import numpy as np
import pytest

from valuation import value
from valuation.spec import SpecError
from valuation.spec.load import load

BITZERO = Path(__file__).resolve().parents[2] / "contracts" / "bitzero.yaml"


@pytest.fixture
def watched(bitzero_alone):
    """P(true | alive) by year of one indicator on Bitzero."""

    def by_year(condition: str, over: str = "year_average") -> dict[int, float | None]:
        text = f"indicators=[{{name: n, when: '{condition}', over: {over}}}]"
        calm = "market.factors.fx.EURUSD.volatility=0 /sqrt(year)"
        found = value(bitzero_alone, paths=2_000, seed=5, overrides=[text, calm])
        return {year.year: year.given_alive for year in found.tables.indicators[0].years}

    return by_year


@pytest.mark.slow
def test_a_price_is_watched_in_the_currency_of_the_condition(watched):
    """At 1.1515 dollars a euro without volatility, 30 USD/MWh are 30/1.1515 EUR/MWh; 0.03 USD/kWh are the same."""
    in_euro = watched(f"price > {30 / 1.1515!r} EUR/MWh")
    assert watched("price > 30 USD/MWh") == in_euro
    assert watched("price > 0.03 USD/kWh") == in_euro
    assert watched("price > 30 EUR/MWh") != in_euro


@pytest.mark.slow
def test_the_margin_of_a_year_is_watched(watched):
    """Base margin is about 68 %; on no path is it above 99 %, on every one above 1 %."""
    assert set(watched("margin > 99 %").values()) == {0.0}
    assert all(share == 1.0 for share in list(watched("margin > 1 %").values())[:-1])
    some = watched("margin > 67 %", over="year_end")
    assert any(share is not None and 0.0 < share < 1.0 for share in some.values())


@pytest.fixture
def claims(bitzero_alone):
    """Verdicts on some checks."""

    def verdicts(*checks: str):
        texts = ", ".join(f"{{quote: q, source: s, check: '{check}'}}" for check in checks)
        # without these two clauses no row of the plan needs the krone
        change = ["clauses.grid_tariff=null", "clauses.consumption_tax=null", f"claims=[{texts}]"]
        return value(bitzero_alone, paths=2, overrides=change).tables.claims

    return verdicts


def test_a_claim_is_converted_at_the_rate_of_the_market_file(claims):
    price, more, npv, less = claims("price > 100 NOK/MWh", "price > 0.04 USD/kWh", "npv > -1000 MNOK", "npv > 10 bnNOK")
    assert (price.verdict, more.verdict, npv.verdict, less.verdict) == ("holds", "contradicts", "holds", "contradicts")
    assert price.unit == "EUR/MWh" and price.value == pytest.approx(28.5, rel=0.01)


def test_a_chance_of_a_negative_rate_can_be_claimed(claims):
    (one,) = claims("probability.irr_negative < 90 %")
    assert one.verdict in ("holds", "contradicts")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("claims=[{quote: q, source: s, check: npv < 1 MGBP}]", "no way from GBP to USD"),
        ("indicators=[{name: n, when: price > 30 GBP/MWh, over: year_end}]", "no way from GBP to USD"),
        ("indicators=[{name: n, when: margin.p50 > 60 %, over: year_end}]", "write 'margin' without '.p50'"),
    ],
)
def test_what_cannot_be_converted_or_counted_is_refused(change, message):
    with pytest.raises(SpecError, match=message):
        load(BITZERO, overrides=[change])


@pytest.mark.slow
def test_chances_of_two_currencies_part_where_the_rate_moves(bitzero_alone):
    """With a moving rate the condition in dollars is another one than in euro."""
    shares = []
    for amount in ("30 USD", f"{30 / 1.1515!r} EUR"):
        text = f"indicators=[{{name: n, when: 'price > {amount}/MWh', over: year_end}}]"
        found = value(bitzero_alone, paths=4_000, seed=2, overrides=[text])
        shares.append([year.given_alive for year in found.tables.indicators[0].years])
    assert shares[0][0] == pytest.approx(shares[1][0], abs=0.02)
    assert np.any(np.array(shares[0], float) != np.array(shares[1], float))
