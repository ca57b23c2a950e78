"""Collar: clip(S, F, C)·Q sold, or its difference to the market price settled.

Definition: finance definitions, Clauses, "Collar": clip(S, F, C).
"""

import math
from datetime import date
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_deal import Deal, dated, months, same, write

from valuation.spec import SpecError

TERM = [m for m in months(date(2026, 7, 1), date(2028, 12, 31)) if date(2026, 10, 1) <= m.first < date(2028, 10, 1)]


def collar(terms, view="producer", clauses="", also=""):
    """A contract in euro that holds a collar on 10 MW of baseload, for its payee or its payer."""
    return f"""
currency: EUR
parties: {{buyer: Buyer, producer: Producer, host: null, tenant: null}}
view: {view}
clauses:
  rent: null
  x: {{structure: collar, payer: buyer, payee: producer, spot: power, volume: {{baseload: 10 MW}}, {terms}}}
  {clauses}
{also}
"""


def forward(month):
    return 30.0 if month.first < date(2027, 3, 1) else 45.0


BOUNDS = [
    ("floor: 35 EUR/MWh, cap: 42 EUR/MWh", lambda s: min(max(s, 35.0), 42.0)),
    ("floor: 35 EUR/MWh", lambda s: max(s, 35.0)),
    ("cap: 42 EUR/MWh", lambda s: min(s, 42.0)),
    ("floor: 38 EUR/MWh, cap: 38 EUR/MWh", lambda s: 38.0),
]


@pytest.mark.parametrize(("bounds", "clip"), BOUNDS)
class TestClip:
    def test_base_case(self, deal, bounds, clip):
        physical = deal(collar(f"{bounds}, settlement: physical"))
        same(physical.flows(), {m.last: clip(forward(m)) * 240 * m.days for m in TERM})
        financial = deal(collar(f"{bounds}, settlement: financial"))
        same(financial.flows(), {m.last: (clip(forward(m)) - forward(m)) * 240 * m.days for m in TERM})

    def test_path_by_path(self, deal, bounds, clip):
        for settlement, less in (("physical", 0.0), ("financial", 1.0)):
            run = deal(collar(f"{bounds}, settlement: {settlement}")).paths(5)
            for path in range(5):
                prices = run.values["power"][3:27, path].tolist()
                want = {m.last: (clip(s) - less * s) * 240 * m.days for m, s in zip(TERM, prices, strict=True)}
                same(dated(run, path), want, 1e-10)

    def test_both_sides_cancel_to_the_bit(self, deal, bounds, clip):
        runs = [deal(collar(f"{bounds}, settlement: financial", view)).paths(20) for view in ("producer", "buyer")]
        assert np.array_equal(runs[0].cash, -runs[1].cash)


def test_floor_and_cap_are_worth_blacks_options(deal):
    """Settled at the month's end price, lognormal with mean F and v = σ²(1 − e^(−2κT))/(2κ), κ 2, σ 0.8: the mean of
    max(S, 36) is F + 36·N(−d2) − F·N(−d1), that of min(S, 50) F + the cap's price with the other sign."""
    many, normal = 6_000, NormalDist().cdf
    at_end = "factors: {power: {settlement: month_end}}"
    paid = {
        bound: deal(collar(f"{bound}: {price} EUR/MWh, settlement: physical"), at_end).paths(many).values["x.amount"]
        for bound, price in (("floor", 36), ("cap", 50))
    }
    for n in (0, 5, 23):
        month = TERM[n]
        forward_price, hours = forward(month), 240 * month.days
        v = 0.8**2 * (1 - math.exp(-4 * (n + 4) / 12)) / 4  # October ends 4 months after the market's date
        for bound, strike, side in (("floor", 36.0, -1.0), ("cap", 50.0, 1.0)):
            d1 = (math.log(forward_price / strike) + v / 2) / math.sqrt(v)
            option = side * (forward_price * normal(side * d1) - strike * normal(side * (d1 - math.sqrt(v))))
            got = paid[bound][n + 3] / hours
            want = forward_price - side * option
            assert np.mean(got) == pytest.approx(want, abs=4 * np.std(got) / math.sqrt(many))
            assert abs(want - forward_price) > 0.3  # the option is worth something, so that the test can fail


def test_prices_by_date_and_indexed(deal):
    """A floor of 35 and from 2028 of 36 euro, a cap of 40; both grow by 3 % after a year."""
    bounds = "floor: {2026-10-01: 35 EUR/MWh, 2028-01-01: 36 EUR/MWh}, cap: 40 EUR/MWh, index: {by: inflation}"
    made = deal(collar(f"{bounds}, settlement: physical"))
    want = {}
    for n, m in enumerate(TERM):
        grown = 1.03 if n >= 12 else 1.0
        low = 36.0 if m.first >= date(2028, 1, 1) else 35.0
        want[m.last] = min(max(forward(m), low * grown), 40.0 * grown) * 240 * m.days
    same(made.flows(), want)


def test_financial_beside_a_sale_at_spot_is_the_physical_one(deal):
    """10 MW sold at spot and settled to the collar earn what 10 MW sold at the collar do, on every path."""
    bounds = "floor: 32 EUR/MWh, cap: 41 EUR/MWh"
    sale = "sale: {structure: power_supply, payer: buyer, payee: producer, spot: power}"
    full = "capacity: {connection: 10 MW, contracted: 10 MW, utilisation: 100 %}"
    one = deal(collar(f"{bounds}, settlement: physical")).paths(8)
    two = deal(collar(f"{bounds}, settlement: financial", clauses=sale, also=full)).paths(8)
    assert one.values["power"] == pytest.approx(two.values["power"])
    assert two.cash == pytest.approx(one.cash, rel=1e-12)


def test_an_event_ends_it(deal):
    risk = "risks: {gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, ends: [x]}}"
    run = deal(collar("floor: 38 EUR/MWh, cap: 38 EUR/MWh, settlement: physical", also=risk)).paths(1, gone=[0.0725])
    want = {m.last: 38.0 * 240 * m.days * max(0.0, min(1.0, 7.25 - (n + 3))) for n, m in enumerate(TERM)}
    same(dated(run, 0), want, 1e-10)


@pytest.mark.slow
@settings(max_examples=6)
@given(low=st.floats(0.0, 60.0), width=st.floats(0.0, 40.0), more=st.floats(0.0, 20.0))
def test_between_floor_and_cap_and_monotone_in_both(tmp_path_factory, low, width, more):
    folder = tmp_path_factory.mktemp("collar")

    def cash(floor, cap):
        terms = f"floor: {floor} EUR/MWh, cap: {cap} EUR/MWh, settlement: physical"
        return Deal(write(folder, collar(terms))).paths(10).cash

    base = cash(low, low + width)
    hours = np.array([240.0 * m.days for m in TERM])[:, None]
    paid = base[-len(TERM) :] if base.shape[0] == len(TERM) else base[base.any(axis=1)]
    if low > 0.0:
        assert np.all(paid >= low * hours * (1 - 1e-12)) and np.all(paid <= (low + width) * hours * (1 + 1e-12))
    assert np.all(cash(low, low + width + more) >= base - 1e-9)
    assert np.all(cash(low + min(width, more), low + width) >= base - 1e-9)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("settlement: physical", "expected 'floor', 'cap' or both"),
        (
            "floor: 40 EUR/MWh, cap: 30 EUR/MWh, settlement: physical",
            "the floor 40 EUR/MWh is above the cap 30 EUR/MWh",
        ),
        (
            "floor: {2026-10-01: 30 EUR/MWh, 2028-01-01: 44 EUR/MWh}, cap: 42 EUR/MWh, settlement: physical",
            "the floor 44 EUR/MWh is above the cap 42 EUR/MWh from 2028-01-01",
        ),
        ("floor: 40 EUR/MWh, cap: 50 USD/MWh, settlement: physical", "the floor is in EUR/MWh, the cap in USD/MWh"),
        ("floor: 40 USD/MWh, settlement: physical", "it is in USD and the market price 'power' in EUR"),
        ("floor: 40 EUR/MWh", "settlement"),
        ("floor: 40 EUR/MWh, settlement: cash", "physical"),
        ("floor: 40 EUR/MWh, settlement: physical, payment: {in: advance}", "known when the month is over"),
    ],
)
def test_what_is_refused(deal, terms, message):
    with pytest.raises(SpecError, match=message):
        deal(collar(terms))
