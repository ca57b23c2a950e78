"""Pay as nominated: price · N from the buyer, the imbalance at spot less or plus a spread, against a loop."""

import pytest
from small_deal import dated, same
from wind_farm import GRID, HAZARD, WIND, euro, farm, forward, volume

from valuation.spec import SpecError

SALE = "structure: pay_as_nominated, price: 50 USD/MWh, spot: power"
SPREADS = "long_spread: 5 EUR/MWh, short_spread: 9 USD/MWh"


def test_base_case_has_no_imbalance(deal):
    same(farm(deal, f"{SALE}, {SPREADS}").flows(), {m.last: 50.0 * volume(m) for m in GRID})


@pytest.mark.parametrize("share", [0.9, 1.15])
def test_a_nomination_beside_the_expected_volume(deal, share):
    """90 %: a tenth is over, at spot − 5 EUR; 115 %: 15 % are missing, at spot + 9 USD."""
    made = farm(deal, f"{SALE}, {SPREADS}, nominated: {100 * share:g} %")
    want = {}
    for m in GRID:
        over = volume(m) * (1.0 - share)
        spread = -5.0 * euro(m) * over if over > 0.0 else 9.0 * over
        want[m.last] = 50.0 * share * volume(m) + forward(m) * euro(m) * over + spread
    same(made.flows(), want)


def test_what_is_wrong_within_the_month_pays_both_spreads(deal):
    """12 % of the volume in the wrong hour: 6 % sold at spot − 5 EUR and 6 % bought back at spot + 9 USD."""
    made = farm(deal, f"{SALE}, {SPREADS}, misforecast: 12 %")
    same(made.flows(), {m.last: volume(m) * (50.0 - 0.06 * (5.0 * euro(m) + 9.0)) for m in GRID})
    with pytest.raises(SpecError, match="it pays the spreads, and there are none"):
        farm(deal, f"{SALE}, misforecast: 12 %")


def test_on_paths_and_after_an_event(deal):
    more = f"risks: {{wind: {WIND}, gone: {{{HAZARD}}}}}\ngeneration: {{volume: wind}}"
    run = farm(deal, f"{SALE}, {SPREADS}, share: 100 %", more).paths(20, gone=[0.105])
    power, eur, wind = (run.values[name] for name in ("power", "eur", "wind"))
    signs = set()
    for path in range(20):
        want = {}
        for t, m in enumerate(GRID):
            held = min(max(10.5 - t, 0.0), 1.0)
            over = volume(m) * (wind[t, path] - 1.0)
            signs.add(over > 0.0)
            price = (power[t, path] - 5.0) * eur[t, path] if over > 0.0 else power[t, path] * eur[t, path] + 9.0
            want[m.last] = held * (50.0 * volume(m) + price * over)
        same(dated(run, path), want, 1e-11)
    assert signs == {True, False}


def test_the_buyer_pays_for_the_nomination_alone(deal):
    more = f"risks: {{wind: {WIND}}}\ngeneration: {{volume: wind}}"
    run = farm(deal, f"{SALE}, {SPREADS}", more, view="tenant").paths(3)
    for path in range(3):
        same(dated(run, path), {m.last: -50.0 * volume(m) for m in GRID}, 1e-12)


def test_without_spreads_the_wind_is_sold_at_spot(deal):
    """K·N + S·(Q − N): with the price at spot it is S·Q, a pay-as-produced sale at spot."""
    calm = "factors: {power: {slow: {volatility: 0 /sqrt(year)}}, eur: {volatility: 0 /sqrt(year)}}"
    more = f"risks: {{wind: {WIND}}}\ngeneration: {{volume: wind}}"
    curve = "price: {2026-10-01: 30 EUR/MWh, 2027-03-01: 45 EUR/MWh}"
    nominated = farm(deal, f"structure: pay_as_nominated, spot: power, {curve}", more, market=calm).paths(3)
    produced = farm(deal, "structure: pay_as_produced, spot: power", more, market=calm).paths(3)
    for path in range(3):
        same(dated(nominated, path), dated(produced, path), 1e-11)
