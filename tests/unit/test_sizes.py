"""Sizes and dates that are probably a slip are warned of, and what fits is not."""

from pathlib import Path

import pytest

from valuation.spec.load import load

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "minimal-lease.yaml"


def warnings(*overrides: str) -> str:
    return "\n".join(f"{problem.path}: {problem.message}" for problem in load(EXAMPLE, overrides=overrides).warnings)


def test_the_example_has_no_warning():
    assert warnings() == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("clauses.power.fixed_price=62 EUR/kWh", "clauses.power.fixed_price: 62 EUR/kWh: a price of power is usually"),
        ("clauses.power.fixed_price=0.062 EUR/MWh", "a price of power is usually between 1 and 1,000 EUR/MWh"),
        ("discount_rate=0.08 %/year", "discount_rate: 0.08 %/year: a discount rate is usually between 1 and 40"),
        ("discount_rate=80 %/year", "a discount rate is usually between 1 and 40 %/year"),
        ("clauses.rent.escalator=200 %/year", "a price usually grows by -10 to 25 % a year"),
        ("risks.tenant_default.rate.value=150 %/year", "an event is usually rarer than 50 %/year"),
        ("capacity.contracted={2027-07-01: 10 MW}", "no power is contracted before 2027-07-01"),
        (
            "clauses.rent.price={2027-01-01: 90 EUR/kW/month, 2040-01-01: 95 EUR/kW/month}",
            "the price of 2040-01-01 is never used: the term ends on 2036-12-31",
        ),
    ],
)
def test_warned_of(change, told):
    assert told in warnings(change)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("clauses.ppa.price=54 EUR/kWh", "clauses.ppa.price: 54 EUR/kWh: a price of power is usually"),
        ("generation.p50=165 MWh/year", "generation.p50: 165 MWh/year: that is 0.0 % of what 50 MW could produce"),
        ("clauses.spot_sale.share=10 %", "generation: 90 % of the production is sold from 2027-01-01"),
        ("clauses.after_default.instead_of=spot_sale", "no event ends 'spot_sale' and leaves 'after_default'"),
    ],
)
def test_warned_of_a_generator(change, told):
    farm = EXAMPLE.with_name("pay-as-produced.yaml")
    assert not load(farm).warnings
    found = load(farm, overrides=[change]).warnings
    assert any(told in f"{problem.path}: {problem.message}" for problem in found), found
