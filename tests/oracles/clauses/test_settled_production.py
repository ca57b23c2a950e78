"""What a settlement reckons with of a site's production: what is produced, a share of it, and its proxy.

The farm and its volume by the definition: wind_farm.py. The proxy is the same resource at an availability and a wear of
the clause.
"""

from datetime import date

import numpy as np
import pytest
from small_deal import dated, same
from wind_farm import GRID, HAZARD, WIND, euro, farm, forward, volume, years_before

from valuation.spec import SpecError

START = date(2026, 10, 1)
SPOT = {"sale": "structure: pay_as_produced, spot: power", "cfd": "structure: cfd, strike: 34.50 EUR/MWh, spot: power"}
SWAP = "structure: proxy_revenue_swap, fixed_revenue: 4 MEUR/year, spot: power, settlement: monthly"


def proxy(month, availability=0.97, wear=0.01):
    """The proxy by the definition: 97 % in the place of 95 %, and its own wear [MWh]."""
    years = years_before(START, month.first)
    return volume(month) / 0.95 / 0.99**years * availability * (1.0 - wear) ** years


@pytest.mark.parametrize(
    ("of", "mwh"),
    [
        ("produced", volume),
        ("{of: produced, share: 70 %}", lambda m: 0.7 * volume(m)),
        (
            "{of: produced, share: {2026-10-01: 70 %, 2028-01-01: 50 %}}",
            lambda m: (0.7 if m.first < date(2028, 1, 1) else 0.5) * volume(m),
        ),
        ("{of: proxy, availability: 97 %}", proxy),
        ("{of: proxy, availability: 97 %, degradation: 0.5 %/year}", lambda m: proxy(m, wear=0.005)),
        ("{of: proxy, availability: 97 %, share: 40 %}", lambda m: 0.4 * proxy(m)),
    ],
)
class TestVolumes:
    def test_cfd(self, deal, of, mwh):
        made = farm(deal, f"{SPOT['cfd']}, volume: {of}")
        same(made.flows(), {m.last: (34.5 - forward(m)) * euro(m) * mwh(m) for m in GRID})

    def test_collar(self, deal, of, mwh):
        made = farm(deal, f"structure: collar, spot: power, floor: 33 EUR/MWh, volume: {of}, settlement: physical")
        same(made.flows(), {m.last: max(33.0, forward(m)) * euro(m) * mwh(m) for m in GRID})

    def test_swap(self, deal, of, mwh):
        made = farm(deal, f"{SWAP}, volume: {of}")
        hand = {m.last: (4e6 / 12 * m.share(START, date(2028, 10, 1)) - forward(m) * mwh(m)) * euro(m) for m in GRID}
        same(made.flows(), hand)


@pytest.mark.parametrize("of", ["produced", "{of: proxy, availability: 97 %}"])
def test_the_resource_moves_both_path_by_path(deal, of):
    """The volume index of each path, whatever the availability; an event inside a month ends both."""
    more = f"generation: {{volume: wind}}\nrisks: {{wind: {WIND}, gone: {{{HAZARD}}}}}"
    run = farm(deal, f"{SPOT['cfd']}, volume: {of}", more).paths(2, gone=[0.0825, 9.0])
    mwh = volume if of == "produced" else proxy
    for path, stop in enumerate((8.25, 99.0)):
        want = {}
        for t, m in enumerate(GRID):
            price, euros, wind = (float(run.values[row][t, path]) for row in ("power", "eur", "wind"))
            served = max(0.0, min(1.0, stop - t))
            want[m.last] = (34.5 - price) * euros * wind * mwh(m) * served
        same(dated(run, path), want, 1e-10)


def test_a_full_capture_rate_and_a_cfd_are_the_strike_on_every_path(deal):
    """Sold at the average spot price and settled on what is produced: 34.50 times the volume of the path."""
    more = f"""
        clauses: {{cfd: {{payer: tenant, payee: host, {SPOT["cfd"]}, volume: produced}}}}
        generation: {{volume: wind}}
        risks: {{wind: {WIND}}}
        """
    run = farm(deal, SPOT["sale"], more).paths(4)
    for path in range(4):
        want = {}
        for t, m in enumerate(GRID):
            euros, wind = (float(run.values[row][t, path]) for row in ("eur", "wind"))
            want[m.last] = 34.5 * euros * wind * volume(m)
        same(dated(run, path), want, 1e-10)


def test_a_proxy_of_the_actual_terms_is_what_is_produced(deal):
    one = farm(deal, f"{SWAP}, volume: produced").paths(10).cash
    other = farm(deal, f"{SWAP}, volume: {{of: proxy, availability: 95 %, degradation: 1 %/year}}").paths(10).cash
    assert np.array_equal(one, other)


def test_an_event_of_the_settlement_alone_leaves_the_sale(deal):
    """Counterparty default ends the CfD; the farm goes on selling at spot and paying its costs."""
    more = f"""
        clauses:
          cfd: {{payer: tenant, payee: host, {SPOT["cfd"]}, volume: produced}}
          care: {{structure: fixed_cost, payer: host, payee: outside, price: 1.2 MUSD/year}}
        risks: {{gone: {{{HAZARD}, ends: [cfd]}}}}
        """
    run = farm(deal, SPOT["sale"], more).paths(1, gone=[0.06])
    want = {}
    for t, m in enumerate(GRID):
        price, euros = (float(run.values[row][t, 0]) for row in ("power", "eur"))
        settled = (34.5 - price) if t < 6 else 0.0
        want[m.last] = (price + settled) * euros * volume(m) - 1e5 * m.share(START, date(2028, 10, 1))
    same(dated(run, 0), want, 1e-10)


def test_an_event_of_the_hedge_alone_leaves_the_load_of_a_site_without_lease(deal):
    """A consumer with a supply at spot and a CfD: the default of the bank is no reason to consume less."""
    change = f"""
        view: tenant
        clauses:
          rent: null
          supply: {{structure: power_supply, payer: tenant, payee: supplier, spot: power}}
          hedge: {{structure: cfd, payer: tenant, payee: outside, strike: 34.50 EUR/MWh, spot: power,
                   volume: {{baseload: 90 MW}}}}
        risks: {{gone: {{{HAZARD}, ends: [hedge]}}}}
        """
    run = deal(change).paths(1, gone=[0.06])
    want = {}
    for t, m in enumerate(GRID):
        price, euros = (float(run.values[row][t, 0]) for row in ("power", "eur"))
        paid = 34.5 if t < 6 else price
        want[m.last] = -paid * euros * 90 * 24 * m.days * m.share(START, date(2028, 10, 1))
    same(dated(run, 0), want, 1e-10)


@pytest.mark.parametrize(
    ("clause", "more", "message"),
    [
        (f"{SPOT['cfd']}, volume: produced", "generation: null", "settles what a site produces.*no 'generation'"),
        (f"{SWAP}, volume: proxy", "", "a proxy needs its 'availability'"),
        (SWAP, "", "volume"),
        (
            "structure: collar, spot: power, cap: 60 EUR/MWh, volume: produced, settlement: physical",
            "clauses: {more: {payer: tenant, payee: host, structure: pay_as_produced, price: 40 EUR/MWh, share: 20 %}}",
            "120 % of the production is sold",
        ),
    ],
)
def test_what_is_refused(deal, clause, more, message):
    with pytest.raises(SpecError, match=message):
        farm(deal, clause, more)
