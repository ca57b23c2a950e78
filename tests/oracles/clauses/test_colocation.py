"""Colocation: a reservation per kW, and metered power at a price or at cost with a markup, against loops of its own."""

from datetime import date

import pytest
from small_deal import dated, months, same, total, years_before

from valuation.spec import SpecError

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
GRID = [m for m in months(date(2026, 7, 1), date(2028, 12, 31)) if m.share(START, STOP)]
HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
POWER = (
    "power: {structure: power_supply, payer: host, payee: supplier, fixed_price: 50 USD/MWh, "
    "hedge: {volume: as_consumed, share: 100 %, of: consumption}}"
)


def racks(metered, more="", name="racks", payer="tenant"):
    return (
        f"  {name}: {{structure: colocation, payer: {payer}, payee: host, price: 150 USD/kW/month, "
        f"metered_power: {metered}{more}}}\n"
    )


def alone(*clauses, rest=""):
    return "clauses:\n  rent:\n" + "".join(clauses) + rest


def flat(amount):
    return {m.last: amount for m in GRID}


def energy(m, mw=100.0, pue=1.2):
    return mw * 0.9 * 24 * m.days * pue


class TestPrice:
    @pytest.mark.parametrize("view", ["host", "tenant", "supplier"])
    def test_reservation_and_metered_power_at_the_meter(self, deal, view):
        """MW at the grid: the meter shows what is drawn there, PUE and all."""
        change = alone(racks("{price: 0.09 USD/kWh}", ", escalator: 3 %/year"), f"  {POWER}\n")
        want = {}
        for m in GRID:
            paid = 1.5e7 * 1.03 ** years_before(START, m.first) + 90 * energy(m, pue=1.0)
            bought = 50 * energy(m, pue=1.0)
            want[m.last] = {"host": paid - bought, "tenant": -paid, "supplier": bought}[view]
        same(deal(change, view=view).flows(), want)

    @pytest.mark.parametrize(
        ("billed", "pue"), [("", 1.2), (", pue: 1.2", 1.2), (", pue: 1.5", 1.5), (", pue: 1", 1.0)]
    )
    def test_the_it_load_is_billed_at_the_pue_of_the_contract(self, deal, billed, pue):
        """MW at the racks: the operator buys at the PUE of the site and bills at the one agreed."""
        change = alone(racks(f"{{price: 0.09 USD/kWh{billed}}}"), f"  {POWER}\n", rest="capacity: {basis: it}")
        same(deal(change).flows(), {m.last: 1.5e7 + 90 * energy(m, pue=pue) - 50 * energy(m) for m in GRID})

    def test_the_price_by_date_and_the_reservation_by_phase(self, deal):
        change = alone(
            racks(
                "{price: {2026-10-01: 0.09 USD/kWh, 2027-06-01: 0.12 USD/kWh}}",
                ", contracted: {2026-10-01: 40 MW, 2027-03-16: 70 MW}",
            )
        )
        want = {}
        for m in GRID:
            mw = 40 * m.share(START, STOP) + 30 * m.share(date(2027, 3, 16), STOP)
            want[m.last] = 1.5e5 * mw + (90 if m.first < date(2027, 6, 1) else 120) * energy(m, mw, pue=1.0)
        same(deal(change).flows(), want)


class TestAtCost:
    CHARGE = "  levy: {structure: volume_charge, payer: host, payee: state, price: 2 USD/MWh}\n"
    STAFF = "  staff: {structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year}\n"

    @pytest.mark.parametrize("markup", [0, 8])
    @pytest.mark.parametrize("view", ["host", "tenant"])
    def test_all_costs_of_power_pass_with_the_markup(self, deal, markup, view):
        change = alone(racks(f"{{markup: {markup} %}}"), f"  {POWER}\n", self.CHARGE, self.STAFF)
        want = {}
        for m in GRID:
            cost = 52 * energy(m, pue=1.0)
            host, tenant = 1.5e7 + markup / 100 * cost - 1e6, -1.5e7 - (1 + markup / 100) * cost
            want[m.last] = host if view == "host" else tenant
        same(deal(change, view=view).flows(), want)

    def test_the_cost_is_in_no_revenue_and_the_markup_is(self, deal):
        made = deal(alone(racks("{markup: 8 %}"), f"  {POWER}\n", self.STAFF))
        for m in GRID:
            markup = 0.08 * 50 * energy(m, pue=1.0)
            assert made.month("accounts.revenue")[m.last] == pytest.approx(1.5e7 + markup, rel=1e-12)
            assert made.month("accounts.ebitda")[m.last] == pytest.approx(1.4e7 + markup, rel=1e-12)

    def test_beside_a_lease_and_a_colocation_with_a_price_each_bears_its_part(self, deal):
        """20 MW gross at 100, 30 MW at cost + 10 %, 50 MW at 90 USD/MWh: one supply buys for all of them."""
        made = deal(
            "clauses:\n  rent: {contracted: 20 MW}\n"
            + racks("{markup: 10 %}", ", contracted: 30 MW", "hall")
            + racks("{price: 0.09 USD/kWh}", ", contracted: 50 MW", "room", "grid")
            + f"  {POWER}\n"
        )
        want = {}
        for m in GRID:
            cost = 50 * energy(m, pue=1.0)
            want[m.last] = 2e6 + 1.5e5 * 80 + 90 * 0.5 * energy(m, pue=1.0) - cost + 0.3 * cost * 1.1
        same(made.flows(), want)


class TestAsALease:
    def test_an_event_ends_it_and_its_load(self, deal):
        change = alone(racks("{price: 0.09 USD/kWh}"), "  levy: {structure: volume_charge, payer: host, payee: state, ")
        change += f"price: 2 USD/MWh}}\nrisks: {{gone: {{{HAZARD}, ends: racks, notice: 1 month}}}}"
        got = dated(deal(change).paths(1, gone=[0.055]), 0)  # ends in the middle of January 2027
        share = {date(2027, 1, 31): 0.5}
        want = {
            m.last: share.get(m.last, 1.0) * (1.5e7 + 88 * energy(m, pue=1.0))
            for m in GRID
            if m.first < date(2027, 2, 1)
        }
        same(got, want, 1e-11)

    def test_renewals_credits_and_a_fee_are_those_of_a_lease(self, deal):
        more = (
            ", renewals: [{term: 12 months, price: 160 USD/kW/month}], termination_fee: 3 months, "
            "service_credits: {uptime: 99 %, steps: [{at_least: 99.5 %, credit: 0 %}, {at_least: 0 %, credit: 10 %}]}"
        )
        change = alone(racks("{price: 0 USD/kWh}", more)) + (
            f"risks: {{gone: {{{HAZARD}, "
            "compensation: {payer: tenant, payee: host, share: 100 %, of: termination_fee}}}"
        )
        longer = months(date(2026, 10, 1), date(2029, 9, 30))
        made = deal(change)
        same(made.flows(), {m.last: 0.9 * (1.5e7 if m.first < STOP else 1.6e7) for m in longer})
        got = dated(made.paths(1, gone=[0.305]), 0)  # the middle of January 2029
        assert got[date(2029, 1, 31)] == pytest.approx(0.5 * 0.9 * 1.6e7 + 3 * 1.6e7)

    def test_investment_and_costs_by_power_see_it(self, deal):
        change = alone(
            racks("{price: 0 USD/kWh}"),
            "  build: {structure: capex, payer: host, payee: outside, cost: 2 MUSD/MW, schedule: {from: 2026-09-30, "
            "months: 1}}\n  staff: {structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month}\n",
        )
        same(deal(change).flows(), total({date(2026, 9, 30): -200e6}, flat(1.5e7 - 1e6)))


class TestProperties:
    @pytest.mark.parametrize("metered", ["{price: 0.09 USD/kWh}", "{markup: 8 %}"])
    def test_linear_in_the_power(self, deal, metered):
        one = deal(alone(racks(metered), f"  {POWER}\n")).flows()
        half = deal(alone(racks(metered), f"  {POWER}\n", rest="capacity: {contracted: 50 MW}")).flows()
        same(half, {day: 0.5 * amount for day, amount in one.items()})

    def test_rises_with_each_price(self, deal):
        def host(metered):
            return sum(deal(alone(racks(metered), f"  {POWER}\n")).flows().values())

        by_price = [host(f"{{price: {price} USD/kWh}}") for price in (0, 0.05, 0.2)]
        by_markup = [host(f"{{markup: {markup} %}}") for markup in (0, 5, 150)]
        assert by_price == sorted(set(by_price)) and by_markup == sorted(set(by_markup))

    def test_a_price_that_is_the_cost_is_at_cost(self, deal):
        stated = deal(alone(racks("{price: 50 USD/MWh}"), f"  {POWER}\n")).flows()
        same(stated, deal(alone(racks("{markup: 0 %}"), f"  {POWER}\n")).flows())


class TestRefused:
    @pytest.mark.parametrize(
        ("metered", "more", "message"),
        [
            ("{}", "", "expected either 'price: 0.09 USD/kWh', or 'markup: 5 %'"),
            ("{price: 0.09 USD/kWh, markup: 5 %}", "", "expected either 'price"),
            ("{markup: 5 %, pue: 1.4}", "", "a PUE goes with a 'price'"),
            ("{price: 0.09 USD/kW}", "", "wrong unit"),
            ("{price: 0.09 USD/kWh}", ", take_or_pay: {share: 90 %}", "take_or_pay: unknown key"),
            ("{price: 0.09 USD/kWh}", ", passes: power", "'metered_power' says how power is passed on"),
        ],
    )
    def test_with_its_place(self, deal, metered, more, message):
        with pytest.raises(SpecError, match=message):
            deal(alone(racks(metered, more)))

    def test_two_that_share_the_power_are_refused(self, deal):
        with pytest.raises(SpecError, match="each needs its own power"):
            deal(alone(racks("{markup: 5 %}"), racks("{markup: 5 %}", name="other")))

    def test_a_price_per_mwh_that_was_one_per_kwh_is_warned_of(self, deal):
        made = deal(alone(racks("{price: 0.09 USD/MWh}")))
        assert any("a price of power is usually between" in problem.message for problem in made.contract.warnings)

    def test_at_cost_without_a_cost_is_warned_of(self, deal):
        made = deal(alone(racks("{markup: 5 %}")))
        assert any("'host' pays for none" in problem.message for problem in made.contract.warnings)
