"""Pay as produced against a loop: volume, price, capture rate, the end by an event, and what takes its place."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_deal import dated, same, total
from wind_farm import GRID, HAZARD, WIND, euro, farm, forward, volume

from valuation.errors import ValuationError
from valuation.spec import SpecError


def test_a_fixed_price(deal):
    made = farm(deal, "structure: pay_as_produced, price: 50 USD/MWh")
    same(made.flows(), {m.last: 50.0 * volume(m) for m in GRID})


def test_a_year_has_the_stated_volume(deal):
    """Twelve months without wear, outage and loss add to P50, whatever the mean of the weights and the days of a
    leap year."""
    plain = "generation: {degradation: 0 %/year, availability: 100 %, loss_share: 0 %}"
    made = farm(deal, "structure: pay_as_produced, price: 50 USD/MWh", plain)
    produced = made.month("generation.produced")
    for year in (2027, 2028):
        first = date(year - 1, 10, 1)
        got = sum(mwh for day, mwh in produced.items() if first <= day < date(year, 10, 1))
        assert got == pytest.approx(120_000.0, rel=1e-13)


def test_a_net_capacity_factor_is_of_8760_hours(deal):
    made = farm(
        deal,
        "structure: pay_as_produced, price: 50 USD/MWh",
        "generation: {p50: null, net_capacity_factor: 34 %, month_shape: null, degradation: 0 %/year}",
    )
    want = 50.0 * 0.34 * 8760.0 / 12.0 * 0.95 * 0.98
    assert made.month("generation.produced")[date(2027, 2, 28)] == pytest.approx(want, rel=1e-13)


def test_shares_index_and_a_start_inside_a_month(deal):
    """Until the end of 2027 all of it, then 60 %; the price grows by 4 % after the first year; from 12 October on."""
    made = farm(
        deal,
        "structure: pay_as_produced, price: 40 EUR/MWh, share: {2026-10-01: 100 %, 2028-01-01: 60 %},"
        "index: {by: 4 %/year}",
        "dates: {start: 2026-10-12, term: 18 months}",
    )
    want = {}
    for m in GRID:
        part = 1.0 if m.first < date(2028, 1, 1) else 0.6
        grown = 1.04 if m.first >= date(2027, 10, 12) else 1.0
        mwh = volume(m, date(2026, 10, 12), date(2028, 4, 12))
        if m.first == date(2027, 10, 1):
            mwh /= 0.99  # the first year is complete on 12 October only
        want[m.last] = 40.0 * grown * euro(m) * part * mwh
    same(made.flows(), want)


@pytest.mark.parametrize(
    ("capture", "rates"), [("90 %", (0.9, 0.9)), ("{2026-07-01: 95 %, 2027-06-01: 85 %}", (0.95, 0.85))]
)
def test_spot_earns_the_captured_price(deal, capture, rates):
    made = farm(deal, "structure: pay_as_produced, spot: power", f"generation: {{capture: {capture}}}")
    want = {m.last: rates[m.first >= date(2027, 6, 1)] * forward(m) * euro(m) * volume(m) for m in GRID}
    same(made.flows(), want)


def test_the_captured_price_falls_with_volume(deal):
    """On each path: spot × 0.9 × max(0, 1 − 2·(V − 1)) × volume × V. The slope is steep, so that the floor is met."""
    made = farm(
        deal,
        "structure: pay_as_produced, spot: power",
        f"risks: {{wind: {WIND}}}\ngeneration: {{volume: wind, capture: {{rate: 90 %, falls_with_volume: 2}}}}",
    )
    run = made.paths(200)
    index, spot, rate = run.values["wind"], run.values["power"], run.values["eur"]
    floored = 0
    for path in range(200):
        want = {}
        for t, m in enumerate(GRID):
            left = max(0.0, 1.0 - 2.0 * (index[t, path] - 1.0))
            floored += left == 0.0
            want[m.last] = spot[t, path] * 0.9 * left * rate[t, path] * volume(m) * index[t, path]
        same(dated(run, path), want, 1e-11)
    assert floored > 10


def test_the_capture_rate_of_a_month_is_what_it_is_defined_as():
    """Σ p·q / (p̄·Σ q) over hours whose price falls with the volume: the rate that `capture` states."""
    hours = np.arange(744)
    q = 20.0 + 15.0 * np.sin(hours / 9.0)
    p = 50.0 - 0.8 * (q - q.mean())
    rate = (p * q).sum() / (p.mean() * q.sum())
    assert rate < 1.0
    assert p.mean() * rate * q.sum() == pytest.approx((p * q).sum(), rel=1e-13)
    # linear in the volume: 1 − slope·Var(q)/(p̄·q̄)
    assert rate == pytest.approx(1.0 - 0.8 * q.var() / (p.mean() * q.mean()), rel=1e-12)


def test_expected_revenue_of_a_price_that_falls_with_volume(deal):
    """E[S·(1 − a·(V − 1))·V] = F·(1 − a·Var V) where the floor is not met; exact moments, 4 standard errors."""
    made = farm(
        deal,
        "structure: pay_as_produced, spot: power",
        "risks: {wind: {process: volume_index, yearly_sd: 8 %}}\n"
        "generation: {volume: wind, capture: {rate: 90 %, falls_with_volume: 0.5}}",
    )
    run = made.paths(4000)
    t = 20
    got = run.values["generation.captured.power"][t] * run.values["wind"][t]
    want = 45.0 * 0.9 * (1.0 - 0.5 * np.expm1(0.08**2))
    assert abs(got.mean() - want) < 4.0 * got.std() / np.sqrt(4000)


@pytest.mark.parametrize("strikes", [0.25, 4.5, 11.999, 23.9])
def test_an_event_ends_the_sale_and_the_market_takes_its_place(deal, strikes):
    made = farm(
        deal,
        "structure: pay_as_produced, price: 50 USD/MWh, share: 70 %",
        "clauses:\n"
        "  rest: {structure: pay_as_produced, payer: outside, payee: host, spot: power, share: 30 %}\n"
        "  after: {structure: pay_as_produced, payer: outside, payee: host, spot: power, instead_of: sale}\n"
        f"risks: {{gone: {{{HAZARD}, notice: 1 months, ends: sale}}}}",
    )
    run = made.paths(1, gone=[strikes / 100])
    spot = run.values["power"][:, 0] * run.values["eur"][:, 0]
    want = {}
    for t, m in enumerate(GRID):
        held = min(max(strikes + 1.0 - t, 0.0), 1.0)
        want[m.last] = volume(m) * (0.7 * (50.0 * held + spot[t] * (1.0 - held)) + 0.3 * spot[t])
    same(dated(run, 0), want, 1e-11)


def test_costs_go_on_while_anything_is_sold(deal):
    """Fixed costs stop three months after the last offtake; here the market sale goes on to the end."""
    cost = (
        "  cost: {structure: fixed_cost, payer: host, payee: outside, price: 12 USD/kW/year, of: installed_capacity}\n"
    )
    both = (
        "clauses:\n"
        "  after: {structure: pay_as_produced, payer: outside, payee: host, spot: power, instead_of: sale}\n" + cost
    )
    alone = "clauses:\n" + cost
    paid = 12.0 * 50_000.0 / 12.0
    for more, ends, until in ((both, "ends: sale", 27.0), (alone, "ends: sale", 9.0), (alone, "notice: 0 months", 9.0)):
        made = farm(
            deal, "structure: pay_as_produced, price: 50 USD/MWh", more + f"risks: {{gone: {{{HAZARD}, {ends}}}}}"
        )
        run = made.paths(1, gone=[0.06])
        cost_row = run.values["cost.cost"][:, 0]
        want = [paid * max(0.0, min(until, t + 1) - max(3.0, t)) for t in range(len(GRID))]
        np.testing.assert_allclose(cost_row, want, rtol=1e-12, atol=1e-6)


BUILD = (
    "build: {structure: capex, payer: host, payee: outside, cost: 1.2 MUSD/MW, schedule: {from: 2026-08-01, months: 1}}"
)
PAID = "compensation: {payer: tenant, payee: host, share: 50 %, of: capex_straight_line, lag: 2 months}"


def test_a_buyer_who_ends_it_pays_for_the_rest_of_the_plant(deal):
    """50 MW × 1.2 MUSD; struck 10.5 months on, 7.5 of 24 months are over: half of 60 M × 16.5/24 at 12.5."""
    made = farm(
        deal,
        "structure: pay_as_produced, price: 50 USD/MWh",
        f"clauses: {{{BUILD}}}\nrisks: {{gone: {{{HAZARD}, ends: sale, {PAID}}}}}",
    )
    assert made.flows()[date(2026, 8, 1)] == -60e6
    run = made.paths(1, gone=[0.105])
    sales = {m.last: 50.0 * volume(m) * min(max(10.5 - t, 0.0), 1.0) for t, m in enumerate(GRID)}
    paid = {date(2027, 7, 31): 0.5 * 60e6 * 16.5 / 24.0, date(2026, 8, 1): -60e6}
    same(dated(run, 0), total(sales, paid), 1e-11)


def test_a_payment_for_sales_that_end_apart_is_refused(deal):
    made = farm(
        deal,
        "structure: pay_as_produced, price: 50 USD/MWh, share: 70 %",
        f"clauses: {{{BUILD},"
        " rest: {structure: pay_as_produced, payer: outside, payee: host, spot: power, share: 30 %}}\n"
        f"risks: {{gone: {{{HAZARD}, {PAID}}}, other: {{{HAZARD}, ends: rest}}}}",
    )
    with pytest.raises(ValuationError, match="gone ends several offtakes, which other events end apart"):
        assert made.plan


def test_seller_and_buyer_add_to_nothing(deal):
    sale = "structure: pay_as_produced, price: 50 USD/MWh"
    same(total(farm(deal, sale).flows(), farm(deal, sale, view="tenant").flows()), {})


def test_no_spread_gives_the_base_case(deal):
    """σ → 0: every path is the base case."""
    made = farm(
        deal,
        "structure: pay_as_produced, spot: power",
        "risks: {wind: {process: volume_index, yearly_sd: 1e-9 %}}\n"
        "generation: {volume: wind, capture: {rate: 90 %, falls_with_volume: 0.5}}",
        market="factors: {power: {slow: {volatility: 0 /sqrt(year)}}, eur: {volatility: 0 /sqrt(year)}}",
    )
    same(dated(made.paths(1), 0), made.flows(), 1e-9)


@settings(max_examples=8)
@given(st.floats(0.1, 5.0), st.floats(1.0, 200.0))
def test_linear_in_volume_and_price(deal_of, times, price):
    one = deal_of(120.0, 50.0)
    assert deal_of(120.0 * min(times, 3.0), 50.0) == pytest.approx(one * min(times, 3.0), rel=1e-12)
    assert deal_of(120.0, price) == pytest.approx(one * price / 50.0, rel=1e-12)


@pytest.fixture(scope="module")
def deal_of(tmp_path_factory):
    """Undiscounted sales for a P50 [GWh/year] and a price [USD/MWh]."""
    from small_deal import Deal, write

    folder = tmp_path_factory.mktemp("sales")

    def sales(p50, price):
        def kept(change="", market="", view=None, **how):
            return Deal(write(folder, change, market), view, **how)

        made = farm(
            kept, f"structure: pay_as_produced, price: {price!r} USD/MWh", f"generation: {{p50: {p50!r} GWh/year}}"
        )
        return sum(made.flows().values())

    return sales


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ("clauses: {sale: {price: null}}", "clauses.sale", "expected either 'price: 48 EUR/MWh' or 'spot'"),
        ("generation: null", "clauses.sale", "the contract has no 'generation'; add for example"),
        ("generation: {p50: null}", "generation", "expected either 'p50: 150 GWh/year' or 'net_capacity_factor: 34 %'"),
        ("generation: {p50: 500 GWh/year}", "generation.p50", "more than 50 MW can produce in a year (438,000 MWh)"),
        ("generation: {volume: power}", "generation.volume", "'power' is a two_ou, expected a factor with mean 1"),
        (
            "generation: {capture: {rate: 90 %, falls_with_volume: 0.2}}",
            "generation.capture.falls_with_volume",
            "the volume is certain",
        ),
        (
            "clauses: {more: {structure: pay_as_produced, payer: outside, payee: host, spot: power, share: 20 %}}",
            "clauses.sale.share",
            "120 % of the production is sold from 2026-10-01 (more 20 % + sale 100 %)",
        ),
        (
            "clauses: {sale: {share: {2026-10-01: 100 %, 2027-10-01: 90 %}},"
            " more: {structure: pay_as_produced, payer: outside, payee: host, spot: power, share: 10 %}}",
            "clauses.sale.share",
            "110 % of the production is sold from 2026-10-01",
        ),
        (
            "clauses: {more: {structure: pay_as_produced, payer: outside, payee: host, spot: power, instead_of: more}}",
            "clauses.more.instead_of",
            "'more' takes no share of the production of its own",
        ),
        (
            "clauses: {cost: {structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}}",
            "clauses.cost",
            "of: installed_capacity",
        ),
    ],
)
def test_what_is_refused(deal, change, place, said):
    with pytest.raises(SpecError) as raised:
        farm(deal, "structure: pay_as_produced, price: 50 USD/MWh", change)
    found = [(problem.path, problem.message) for problem in raised.value.problems]
    assert any(where == place and said in text for where, text in found), found


def test_a_lease_needs_capacity_and_a_cost_per_mw_some_power(deal):
    with pytest.raises(SpecError, match="a capacity_lease lets contracted power, and the contract has no 'capacity'"):
        deal("capacity: null")
    with pytest.raises(SpecError, match="neither 'capacity' nor 'generation'"):
        deal(
            "capacity: null\nclauses: {rent: null, build: {structure: capex, payer: host, payee: outside, "
            "cost: 1 MUSD/MW, schedule: {from: 2026-08-01, months: 1}}}"
        )


def test_what_is_not_sold_is_warned_of(deal):
    made = farm(deal, "structure: pay_as_produced, price: 50 USD/MWh, share: 70 %")
    assert any(
        "70 % of the production is sold from 2026-10-01 (sale 70 %)" in w.message for w in made.contract.warnings
    )


def test_a_leased_site_with_a_plant_of_its_own(deal):
    """Rent by contracted power and sales by production in one contract; one event ends both, another the sale alone."""
    made = deal(
        "generation: {capacity: 50 MW, p50: 120 GWh/year}\n"
        "clauses: {sale: {structure: pay_as_produced, payer: tenant, payee: host, price: 50 USD/MWh},"
        " site: {structure: fixed_cost, payer: host, payee: outside, price: 1.2 MUSD/year}}\n"
        f"risks: {{all: {{{HAZARD}}}, calm: {{{HAZARD}, ends: sale}}}}"
    )
    run = made.paths(1, all=[0.125], calm=[0.05])
    want = {}
    for t, m in enumerate(GRID):
        rent, sale, cost = (max(0.0, min(stop - t, 1.0)) if t >= 3 else 0.0 for stop in (12.5, 5.0, 15.5))
        want[m.last] = 1e7 * rent + 50.0 * 10_000.0 * sale - 1e5 * cost
    same(dated(run, 0), want, 1e-11)


def test_a_charge_on_production_ends_with_the_last_sale(deal):
    """4 EUR/MWh of what is produced; the first sale ends after 6 months, the second after 13.5."""
    made = farm(
        deal,
        "structure: pay_as_produced, price: 50 USD/MWh, share: 70 %",
        "clauses: {rest: {structure: pay_as_produced, payer: outside, payee: host, price: 20 USD/MWh, share: 30 %},"
        " fee: {structure: volume_charge, payer: host, payee: supplier, price: 4 EUR/MWh, of: production}}\n"
        f"risks: {{one: {{{HAZARD}, ends: sale}}, two: {{{HAZARD}, ends: rest}}}}",
        market="factors: {eur: {volatility: 0 /sqrt(year)}}",
    )
    run = made.paths(1, one=[0.06], two=[0.135])
    want = {}
    for t, m in enumerate(GRID):
        first, second = (max(0.0, min(stop - t, 1.0)) for stop in (6.0, 13.5))
        want[m.last] = volume(m) * (35.0 * first + 6.0 * second - 4.0 * euro(m) * second)
    same(dated(run, 0), want, 1e-11)
