"""Power that is let again after a default: by hand on chosen paths, and the expected value in closed form.

λ is 12 % a year, so E = 0.01·x strikes x months after 30 June 2026; position p of the grid is p months after it. The
small deal earns 10 MUSD a month from October 2026 (position 3) to September 2028 (position 27).
"""

import math
from datetime import date

import numpy as np
import pytest
from small_deal import dated, months, same, total

from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.report.json import to_json_object
from valuation.run import value
from valuation.simulate import simulate

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
NEVER = 99.0
HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
AGAIN = "again: {structure: reletting, payer: grid, payee: host, of: rent, after: [gone], "
COSTS = """
  care: {structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month}
  site: {structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year}
"""


def served(t, begin=3.0, end=27.0):
    """Share of month t between two positions, within the term."""
    return max(0.0, min(end, 27.0, t + 1) - max(begin, 3.0, t))


def by_month(amount):
    return {m.last: amount(t) for t, m in enumerate(GRID) if amount(t)}


def change(terms="void: 4 months, price: 60 USD/kW/month", more="", risks="", lease=""):
    return f"""
clauses:
  rent: {{payee: host{lease}}}
  {AGAIN}{terms}}}
{more}
risks:
  gone: {{{HAZARD}}}
  revoked: {{{HAZARD}}}
  {risks}
"""


class TestByHand:
    @pytest.mark.parametrize("strikes", [1.25, 3.0, 6.25, 17.5, 22.5, 25.5])
    def test_rent_and_costs_come_back(self, deal, strikes):
        """Care goes on for 3 months after the stop and comes back with the tenant; the site costs 1 MUSD a month."""
        run = deal(change(more=COSTS)).paths(1, gone=[strikes / 100], revoked=[NEVER])
        opens = strikes + 4.0
        want = by_month(
            lambda t: (
                1e7 * served(t, end=strikes)
                + 6e6 * served(t, opens)
                - 1e6 * (served(t, end=strikes + 3.0) + served(t, opens))
                - 1e6 * served(t)
            )
        )
        same(dated(run, 0), want, 1e-10)
        assert run.final["event_time"][0] == pytest.approx(strikes)
        assert run.final["event_stop"][0] == pytest.approx(strikes)

    def test_never_where_another_event_was_first_and_none_without_an_event(self, deal):
        made = deal(change(more=COSTS))
        run = made.paths(2, gone=[0.0825, NEVER], revoked=[0.055, NEVER])
        ended = by_month(lambda t: 1e7 * served(t, end=5.5) - 2e6 * served(t, end=8.5))
        same(dated(run, 0), ended, 1e-10)
        whole = by_month(lambda t: 8e6 * served(t))
        same(dated(run, 1), whole)
        same(made.flows(), whole)
        same(deal(change(more=COSTS), events=False).flows(), whole)

    def test_a_second_event_ends_it_too(self, deal):
        """Default at 6.25, let again at 10.25, revoked at 14.5: care and site wind up for 3 months."""
        run = deal(change(more=COSTS)).paths(1, gone=[0.0625], revoked=[0.145])
        want = by_month(
            lambda t: (
                1e7 * served(t, end=6.25)
                + 6e6 * served(t, 10.25, 14.5)
                - 1e6 * (served(t, end=9.25) + served(t, 10.25, 17.5))
                - 1e6 * served(t, end=17.5)
            )
        )
        same(dated(run, 0), want, 1e-10)

    def test_an_event_in_the_void_leaves_it_empty(self, deal):
        run = deal(change(more=COSTS)).paths(1, gone=[0.0625], revoked=[0.08])
        want = by_month(lambda t: 1e7 * served(t, end=6.25) - 1e6 * served(t, end=9.25) - 1e6 * served(t, end=11.0))
        same(dated(run, 0), want, 1e-10)

    @pytest.mark.parametrize("void", [0.0, 2.0, 5.0])
    def test_no_cost_stands_twice_where_the_wind_up_would_overlap(self, deal, void):
        """70 % hedged at 60 USD/MWh and resold at spot for 12 months after the event, care for 3 months: both at most
        to the day on which the power is let again."""
        power = """
  power: {structure: power_supply, payer: host, payee: supplier, fixed_price: 60 USD/MWh, spot: power,
          hedge: {volume: as_consumed, share: 70 %, of: consumption}}
  care: {structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month}
"""
        made = deal(change(f"void: {void} months, price: 60 USD/kW/month", power))
        run = made.paths(1, gone=[0.0625], revoked=[NEVER])
        opens = 6.25 + void

        def month(t):
            spot = run.values["power"][t, 0] * run.values["eur"][t, 0]
            hours = GRID[t].days * 24 * 0.9 * 100
            let = served(t, end=6.25) + served(t, opens)
            empty = served(t, 6.25, opens)
            cost = 0.7 * 60 * (let + empty) + 0.3 * spot * let - 0.7 * spot * empty
            care = 1e6 * (let + served(t, 6.25, min(9.25, opens)))
            return 1e7 * served(t, end=6.25) + 6e6 * served(t, opens) - hours * cost - care

        same(dated(run, 0), by_month(month), 1e-10)

    def test_phases_keep_their_own_beginning(self, deal):
        """60 MW more from 1 January 2027 (position 6): let again at 4.5 with 40 MW, from 6 with 100."""
        power = "capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 100 MW}}"
        run = deal(f"{power}\n{change('void: 0 months, price: 60 USD/kW/month')}").paths(
            1, gone=[0.045], revoked=[NEVER]
        )
        want = by_month(lambda t: 4e6 * served(t, end=4.5) + 0.4 * 6e6 * served(t, 4.5) + 0.6 * 6e6 * served(t, 6.0))
        same(dated(run, 0), want, 1e-10)

    def test_notice_comes_before_the_void(self, deal):
        text = change().replace(f"gone: {{{HAZARD}", f"gone: {{{HAZARD}, notice: 3 months")
        run = deal(text).paths(1, gone=[0.0625], revoked=[NEVER])
        same(dated(run, 0), by_month(lambda t: 1e7 * served(t, end=9.25) + 6e6 * served(t, 13.25)), 1e-10)

    def test_a_share_of_the_rent_moves_with_its_escalator(self, deal):
        text = change("void: 4 months, share_of_rent: 80 %", lease=", escalator: 10 %/year")
        run = deal(text).paths(1, gone=[0.0625], revoked=[NEVER])
        grown = lambda t: 1.1 if t >= 15 else 1.0  # noqa: E731
        want = by_month(lambda t: 1e7 * grown(t) * (served(t, end=6.25) + 0.8 * served(t, 10.25)))
        same(dated(run, 0), want, 1e-10)

    def test_a_market_rent_of_the_month_before_is_held(self, deal):
        rents = """
factors:
  rents: {process: two_ou, unit: USD/kW/month, forward: 90 USD/kW/month,
          slow: {reversion: 0.5 /year, volatility: 0.3 /sqrt(year)}}
"""
        made = deal(change("void: 4 months, price: rents, discount: 20 %"), rents)
        run = made.paths(3, gone=[0.0625] * 3, revoked=[NEVER] * 3)
        for path in range(3):
            rent = 0.8 * run.values["rents"][9, path] * 1e5
            want = by_month(lambda t, rent=rent: 1e7 * served(t, end=6.25) + rent * served(t, 10.25))
            same(dated(run, path), want, 1e-10)

    @pytest.mark.parametrize(("cost", "amount"), [("6 months", 36e6), ("5 MUSD", 5e6)])
    def test_the_cost_of_letting_is_paid_when_it_opens_and_only_then(self, deal, cost, amount):
        made = deal(change(f"void: 4 months, price: 60 USD/kW/month, cost: {cost}"))
        run = made.paths(4, gone=[0.0625, 0.24, 0.0625, NEVER], revoked=[NEVER, NEVER, 0.08, 0.0625])
        month = {date(2027, 5, 31): -amount}
        rents = by_month(lambda t: 1e7 * served(t, end=6.25) + 6e6 * served(t, 10.25))
        same(dated(run, 0), total(rents, month), 1e-10)
        for path, stop in ((1, 24.0), (2, 6.25), (3, 6.25)):
            same(dated(run, path), by_month(lambda t, stop=stop: 1e7 * served(t, end=stop)), 1e-10)

    def test_a_law_of_the_void(self, deal):
        void = "void: {distribution: exponential, mean: 5 months, max: 8 months}, price: 60 USD/kW/month"
        run = deal(change(void)).paths(2, gone=[0.0625] * 2, revoked=[NEVER] * 2, **{"again.void.length": [0.6, 3.0]})
        for path, wait in enumerate((3.0, 8.0)):
            want = by_month(lambda t, w=wait: 1e7 * served(t, end=6.25) + 6e6 * served(t, 6.25 + w))
            same(dated(run, path), want, 1e-10)

    @pytest.mark.parametrize("view", ["host", "grid", "tenant", "supplier"])
    def test_power_passes_through_to_the_tenant_who_follows(self, deal, view):
        supply = "  power: {structure: power_supply, payer: host, payee: supplier, spot: power}"
        text = change(more=supply, lease=", lease: net_of_power")
        run = deal(text, view=view).paths(1, gone=[0.0625], revoked=[NEVER])

        def bill(t):
            return run.values["power"][t, 0] * run.values["eur"][t, 0] * GRID[t].days * 24 * 0.9 * 100

        first = by_month(lambda t: (1e7 if view != "supplier" else 0.0) * served(t, end=6.25))
        then = by_month(lambda t: 6e6 * served(t, 10.25))
        want = {
            "host": lambda: total(first, then),
            "grid": lambda: by_month(lambda t: -(6e6 + bill(t)) * served(t, 10.25)),
            "tenant": lambda: by_month(lambda t: -(1e7 + bill(t)) * served(t, end=6.25)),
            "supplier": lambda: by_month(lambda t: bill(t) * (served(t, end=6.25) + served(t, 10.25))),
        }[view]()
        same(dated(run, 0), want, 1e-9)

    @pytest.mark.parametrize(("revoked", "rent"), [(0.0625, 1e7), (0.145, 6e6), (0.08, 0.0)])
    def test_a_later_event_is_compensated_by_the_rent_that_runs_then(self, deal, revoked, rent):
        paid = "compensation: {payer: state, payee: host, share: 100 %, of: multiple_of_annual_fee, multiple: 1}"
        text = change().replace(f"revoked: {{{HAZARD}", f"revoked: {{{HAZARD}, {paid}")
        run = deal(text, view="state").paths(1, gone=[0.0625 + (revoked == 0.0625)], revoked=[revoked])
        assert run.cash.sum() == pytest.approx(-12 * rent, rel=1e-10)

    def test_investment_is_compensated_once(self, deal):
        """Straight line of 24 MUSD over 24 months: 1 MUSD a month of what is left when the site is revoked."""
        paid = "compensation: {payer: state, payee: host, share: 100 %, of: capex_straight_line}"
        build = "  build: {structure: capex, payer: host, payee: outside, schedule: {2026-07-31: 24 MUSD}}"
        text = change(more=build).replace(f"revoked: {{{HAZARD}", f"revoked: {{{HAZARD}, {paid}")
        run = deal(text, view="state").paths(
            4, gone=[0.0625, 0.0625, NEVER, 0.0625], revoked=[0.145, 0.08, 0.145, NEVER]
        )
        assert run.cash.sum(axis=0) == pytest.approx([-12.5e6, -19e6, -12.5e6, 0.0], rel=1e-10)

    def test_of_two_leases_one_is_let_again(self, deal):
        more = """
  other: {structure: capacity_lease, payer: state, payee: host, lease: gross, price: 50 USD/kW/month, contracted: 70 MW}
  care: {structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month}
"""
        text = change(more=more, lease=", contracted: 30 MW").replace(
            f"gone: {{{HAZARD}", f"gone: {{{HAZARD}, ends: [rent]"
        )
        run = deal(text).paths(1, gone=[0.0625], revoked=[NEVER])
        want = by_month(
            lambda t: (
                3e6 * served(t, end=6.25)
                + 0.3 * 6e6 * served(t, 10.25)
                + 3.5e6 * served(t)
                - 0.3e6 * (served(t, end=9.25) + served(t, 10.25))
                - 0.7e6 * served(t)
            )
        )
        same(dated(run, 0), want, 1e-10)

    def test_equipment_and_ground_rent_see_a_site_that_goes_on(self, deal):
        """The site is restored at the end of the term where it is let again, and ground rent by revenue follows."""
        more = """
  land: {structure: land_lease, payer: host, payee: grid, share_of_revenue: 5 %}
  clear: {structure: decommissioning, payer: host, payee: outside, cost: 2 MUSD}
"""
        run = deal(change(more=more)).paths(2, gone=[0.0625, NEVER], revoked=[NEVER, 0.0625])
        let = by_month(lambda t: 0.95 * (1e7 * served(t, end=6.25) + 6e6 * served(t, 10.25)))
        same(dated(run, 0), total(let, {date(2028, 9, 30): -2e6}), 1e-10)
        alone = by_month(lambda t: 0.95e7 * served(t, end=6.25))
        same(dated(run, 1), total(alone, {date(2027, 1, 31): -2e6}), 1e-10)


def test_expected_value_in_closed_form(deal):
    """Default at rate h a month, void of 6 months, T = 27: at a discount rate of 0 the first rent is worth
    c·∫(3 to T) e^(−hs) ds and the second c'·∫ h e^(−hs)·(T − s − 6)⁺ ds = c'·(21 − (1 − e^(−21h))/h)."""
    text = f"""
discount_rate: 0 %/year
clauses: {{{AGAIN}void: 6 months, price: 60 USD/kW/month}}}}
risks: {{gone: {{process: hazard, rate: {{value: 36 %/year, evidence: historical}}}}}}
"""
    made, paths, h = deal(text), 40_000, 0.03
    npv = simulate(assemble(made.plan), paths=paths, seed=4).measure["npv"]
    first = 1e7 * (math.exp(-3 * h) - math.exp(-27 * h)) / h
    second = 6e6 * (21 - (1 - math.exp(-21 * h)) / h)
    assert abs(npv.mean() - (first + second)) < 4 * npv.std() / paths**0.5


def test_chances_and_paths_without_the_event_do_not_move(deal):
    """The draws are the same with and without letting again: survival and causes to the bit, and every path on which
    the default does not come first."""
    text = change(more=COSTS)
    with_it = value(deal(text).path, paths=2048, seed=1)
    run = simulate(assemble(deal(text).plan), paths=2048, seed=1)
    without = text.replace(f"  {AGAIN}void: 4 months, price: 60 USD/kW/month}}\n", "")
    assert without != text
    plain = value(deal(without).path, paths=2048, seed=1)
    old = simulate(assemble(deal(without).plan), paths=2048, seed=1)
    one, two = (to_json_object(result.tables)["probability"] for result in (with_it, plain))
    for key in ("revoked", "term_cut_short", "cause"):
        assert one.get(key) == two.get(key)
    other = run.final["event_cause"] != 1.0
    assert np.array_equal(run.measure["npv"][other], old.measure["npv"][other])
    again = ~other & (run.final["event_stop"] < 22.0)
    assert again.sum() > 100
    assert (run.measure["npv"][again] > old.measure["npv"][again]).mean() > 0.9


class TestMessages:
    @pytest.mark.parametrize(
        ("terms", "message"),
        [
            ("void: 4 months", "expected either 'price"),
            ("void: 4 months, price: 60 USD/kW/month, share_of_rent: 80 %", "expected either 'price"),
            ("void: 4 months, price: power", "expected a factor in USD/kW/month"),
            ("void: 4 months, price: 60 USD/kW/month, discount: 5 %", "a discount is on the factor"),
            ("void: 4 months, share_of_rent: 80 %, index: {by: inflation}", "only a stated 'price' is indexed"),
            ("void: {distribution: lognormal, mean: 9 months, sd: 0 months}, price: 6 USD/kW/month", "void.sd: '0 mon"),
            ("void: 4, price: 60 USD/kW/month", "has no unit, expected a duration"),
            ("void: {distribution: lognormal, mean: 9 months}, price: 60 USD/kW/month", "missing key 'sd'"),
            ("void: 4 months, price: 60 USD/kW/month, survives: {gone: {}}", "nothing of it survives"),
        ],
    )
    def test_what_does_not_fit_is_said(self, deal, terms, message):
        with pytest.raises(SpecError, match=message):
            deal(change(terms))

    def test_another_landlord_an_event_of_another_lease_and_power_let_twice(self, deal):
        with pytest.raises(SpecError, match="who lets its power again"):
            deal(change().replace("payer: grid, payee: host", "payer: grid, payee: supplier"))
        metered = "structure: colocation, metered_power: {price: 90 USD/MWh}, lease: null"
        with pytest.raises(SpecError, match="bills metered power at a price"):
            deal(change().replace("{payee: host", f"{{payee: host, {metered}"))
        with pytest.raises(SpecError, match="name the event after which it is let again"):
            deal(change().replace("after: [gone]", "after: []"))
        twice = f"  {AGAIN.replace('again', 'once_more')}void: 1 months, price: 9 USD/kW/month}}"
        with pytest.raises(SpecError, match="is let again by 'again' already"):
            deal(change(more=twice))
