"""Baseload: price · B from the buyer, captured · Q − spot · B from the market, against a loop."""

from datetime import date

import pytest
from small_deal import dated, same
from wind_farm import GRID, HAZARD, START, STOP, WIND, euro, farm, forward, volume

from valuation.spec import SpecError

SALE = "structure: baseload, volume: 10 MW, price: 52 USD/MWh, spot: power"


def flat(month, mw=10.0):
    return mw * 24.0 * month.days * month.share(START, STOP)


def test_base_case_of_the_seller(deal):
    made = farm(deal, SALE, "generation: {capture: 88 %}")
    want = {m.last: 52.0 * flat(m) + forward(m) * euro(m) * (0.88 * volume(m) - flat(m)) for m in GRID}
    same(made.flows(), want)


def test_base_case_of_the_buyer(deal):
    same(farm(deal, SALE, view="tenant").flows(), {m.last: -52.0 * flat(m) for m in GRID})


def test_volume_and_price_by_date_and_part_of_the_production(deal):
    made = farm(
        deal,
        "structure: baseload, volume: {2026-10-01: 10 MW, 2027-07-01: 6 MW}, price: 40 EUR/MWh, spot: power,"
        "index: {by: 3 %/year}, share: 60 %",
        "clauses: {rest: {structure: pay_as_produced, payer: outside, payee: host, spot: power, share: 40 %}}",
    )
    want = {}
    for m in GRID:
        mwh = flat(m, 10.0 if m.first < date(2027, 7, 1) else 6.0)
        price = 40.0 * (1.03 if m.first >= date(2027, 10, 1) else 1.0)
        want[m.last] = euro(m) * (price * mwh + forward(m) * (volume(m) - mwh))
    same(made.flows(), want)


def test_on_paths_and_after_an_event(deal):
    more = f"risks: {{wind: {WIND}, gone: {{{HAZARD}}}}}\ngeneration: {{volume: wind}}"
    run = farm(deal, SALE, more).paths(20, gone=[0.105])
    spot = run.values["power"] * run.values["eur"]
    for path in range(20):
        want = {}
        for t, m in enumerate(GRID):
            held = min(max(10.5 - t, 0.0), 1.0)
            mwh = volume(m) * run.values["wind"][t, path]
            want[m.last] = held * (52.0 * flat(m) + spot[t, path] * (mwh - flat(m)))
        same(dated(run, path), want, 1e-11)


def test_a_seller_who_produces_nothing_buys_it_all(deal):
    made = farm(deal, SALE, "generation: null")
    same(made.flows(), {m.last: (52.0 - forward(m) * euro(m)) * flat(m) for m in GRID})
    with pytest.raises(SpecError, match="'share' is of what is produced, and the contract has no 'generation'"):
        farm(deal, SALE + ", share: 50 %", "generation: null")


def test_dearer_spot_helps_the_seller_who_is_long_and_hurts_him_who_is_short(deal):
    """Monotone: a MWh more of flat volume is worth price − spot to the seller."""

    def worth(mw):
        return sum(farm(deal, SALE.replace("10 MW", f"{mw} MW")).flows().values())

    step = sum((52.0 - forward(m) * euro(m)) * flat(m, 1.0) for m in GRID)
    assert worth(12) - worth(11) == pytest.approx(step, rel=1e-9)
    assert worth(11) - worth(10) == pytest.approx(step, rel=1e-9)
