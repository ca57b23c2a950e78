"""Rental prices of processors by generation: the expected path by hand, the movement around it, and what reads it. In a
market it is written `process: gpu_rental`.

Decay of a year in logarithms between prices that trade pages report for one H100: from 8 USD in the first half of 2023
to 1.70 in October 2025, 2.4 years, 0.65; to 2.35 in March 2026, 2.85 years, 0.43. It did not fall steadily.
"""

import math
from datetime import date

import numpy as np
import pytest

from valuation.errors import SpecError

RENTAL = """
factors:
  gpu:
    process: gpu_rental
    unit: USD/GPU/hour
    volatility: 0.4 /sqrt(year)
    generations:
      - {from: 2026-10-01, price: 2.35 USD/GPU/hour, decay: 43 %/year}
      - {from: 2027-05-15, price: 3.2 USD/GPU/hour, decay: 30 %/year}
"""

FEE = """
clauses:
  rent: {lease: triple_net}
  fee: {structure: usage_fee, payer: outside, payee: tenant, moves_with: gpu,
        generations: [{from: 2026-10-01, units: 1000 GPU, price: 2 USD/GPU/hour, decay: 0 %/year}]}
view: tenant
"""


def test_the_decay_between_two_reported_prices():
    assert math.log(8.0 / 1.70) / 2.4 == pytest.approx(0.65, abs=5e-3)
    assert math.log(8.0 / 2.35) / 2.85 == pytest.approx(0.43, abs=1e-3)


def test_the_expected_price_by_hand(deal):
    prices = deal(FEE, RENTAL).month("gpu")
    assert prices[date(2026, 8, 31)] == pytest.approx(2.35, rel=1e-14)  # before its date the first price holds
    assert prices[date(2026, 10, 31)] == pytest.approx(2.35 * math.exp(-0.43 * 0.5 / 12.0), rel=1e-13)
    assert prices[date(2027, 5, 31)] == pytest.approx(2.35 * math.exp(-0.43 * 7.5 / 12.0), rel=1e-13)
    # the second is in force from the month that begins on its date or later, at its age since then
    age = 1.5 - 14.0 / 31.0
    assert prices[date(2027, 6, 30)] == pytest.approx(3.2 * math.exp(-0.30 * age / 12.0), rel=1e-13)


@pytest.mark.parametrize("kappa", [0.0, 0.7])
def test_the_price_by_hand(deal, kappa):
    made = deal(FEE, RENTAL.replace("volatility", f"reversion: {kappa} /year\n    volatility"))
    run = made.paths(50)
    normal, x = run.values["gpu.normal_level"], np.zeros(50)
    expected = list(made.month("gpu").values())
    for t in range(made.plan.months):
        over = (1.0 - math.exp(-2.0 * kappa / 12.0)) / (2.0 * kappa) if kappa else 1.0 / 12.0
        x = math.exp(-kappa / 12.0) * x + 0.4 * math.sqrt(over) * normal[t]
        y = (t + 1) / 12.0
        v = 0.16 * ((1.0 - math.exp(-2.0 * kappa * y)) / (2.0 * kappa) if kappa else y)
        assert np.allclose(run.values["gpu"][t], expected[t] * np.exp(x - v / 2.0), rtol=1e-12)


def test_a_usage_fee_takes_its_movement(deal):
    made = deal(FEE, RENTAL)
    run = made.paths(20)
    expected = np.array(list(made.month("gpu").values()))[:, None]
    served = slice(3, 27)  # October 2026 to September 2028
    fee = run.values["fee.fee"][served]
    hours = np.array([24.0 * day.day for day in made.month("gpu")])[served, None]
    want = 1000.0 * 2.0 * 0.9 * hours * (run.values["gpu"] / expected)[served]
    assert np.allclose(fee, want, rtol=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2027-05-15", "2026-05-15", "write the generations in the order of their dates"),
        ("3.2 USD/GPU/hour", "0 USD/GPU/hour", "the price must be above 0"),
        ("3.2 USD/GPU/hour", "3.2 EUR/GPU/hour", "generations.1.price: 'EUR/GPU/hour' does not fit the factor's unit"),
    ],
)
def test_what_is_wrong_is_said(deal, old, new, says):
    with pytest.raises(SpecError, match=says):
        deal(FEE, RENTAL.replace(old, new))
