"""Events on single paths: what ends when, what winds up, what is paid. The test says when an event strikes.

With a constant intensity λ and an exponential E the event strikes 12·E/λ months after the valuation date; here λ is
12 % a year, so E = 0.01·x strikes x months after 30 June 2026, and position p of the grid is p months after it.
"""

from datetime import date

import numpy as np
import pytest
from small_deal import dated, months, same, total

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
GRID = months(date(2026, 7, 1), date(2028, 12, 31))
END = 27.0  # position of 1 October 2028
HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"


def served(t, stop, start=3.0, end=END):
    """Share of month t that lies in the term and before a stop, both as positions."""
    return max(0.0, min(stop, end, t + 1) - max(start, t))


def by_month(amount):
    """Dated flows of an amount that is a function of the month's position and the month."""
    return {m.last: amount(t, m) for t, m in enumerate(GRID)}


def spot(run, t, path=0):
    return float(run.values["power"][t, path] * run.values["eur"][t, path])


class TestStop:
    @pytest.mark.parametrize("strikes", [0.25, 4.5, 11.999, 23.9])
    @pytest.mark.parametrize("notice", [0, 3, 5.5])
    def test_cash_runs_to_the_end_of_the_notice(self, deal, strikes, notice):
        made = deal(f"risks: {{gone: {{{HAZARD}, notice: {notice} months}}}}")
        run = made.paths(1, gone=[strikes / 100])
        assert run.final["event_time"][0] == pytest.approx(strikes, rel=1e-12)
        assert run.final["event_cause"][0] == 1.0
        same(dated(run, 0), by_month(lambda t, m: 1e7 * served(t, strikes + notice)), 1e-11)

    def test_notice_beyond_the_term_changes_no_cash(self, deal):
        made = deal(f"risks: {{gone: {{{HAZARD}, notice: 6 months}}}}")
        run = made.paths(3, gone=[0.21, 0.2100001, 0.2099])
        assert run.final["event_cause"].tolist() == [1.0, 1.0, 1.0]
        for path in (0, 1):
            same(dated(run, path), made.flows())
        assert dated(run, 2)[date(2028, 9, 30)] == pytest.approx(1e7 * 0.99, rel=1e-9)

    def test_never(self, deal):
        run = deal(f"risks: {{gone: {{{HAZARD}}}}}").paths(1, gone=[10.0])
        assert (run.final["event_time"][0], run.final["event_cause"][0]) == (1e9, 0.0)

    def test_inside_a_month_with_a_phase(self, deal):
        """40 MW from the 1st, 100 from the 16th of November; the lease ends on the 12.5th or 22nd."""
        made = deal(
            f"capacity: {{contracted: {{2026-10-01: 40 MW, 2026-11-16: 100 MW}}}}\nrisks: {{gone: {{{HAZARD}}}}}"
        )
        run = made.paths(2, gone=[0.044, 0.047])
        assert dated(run, 0)[date(2026, 11, 30)] == pytest.approx(1e5 * 40 * 0.4)
        assert dated(run, 1)[date(2026, 11, 30)] == pytest.approx(1e5 * (40 * 0.7 + 60 * 0.2))

    def test_waiting_from_a_later_valuation_and_a_market_inside_a_month(self, deal):
        """as_of 10 June, valuation on 15 August: E = 0.01·x strikes x months after the end of 15 August, which is
        position 2 + 15/31 counted from 1 June."""
        made = deal(f"dates: {{valuation: 2026-08-15}}\nrisks: {{gone: {{{HAZARD}}}}}", "as_of: 2026-06-10")
        run = made.paths(2, gone=[0.004, 0.10])
        assert made.plan.first_month == 2026 * 12 + 5 and made.plan.first_period == 0
        assert run.final["event_time"] == pytest.approx(2 + 15 / 31 + np.array([0.4, 10.0]))

    def test_schedule_of_the_intensity(self, deal):
        """6 % from October 2026, 24 % from January 2027; nothing before."""
        rate = "{value: {2026-10-01: 6 %/year, 2027-01-01: 24 %/year}, evidence: historical}"
        run = deal(f"risks: {{gone: {{process: hazard, rate: {rate}}}}}").paths(3, gone=[0.010, 0.015, 0.035])
        assert run.final["event_time"] == pytest.approx([3 + 2, 6.0, 6 + 1.0])

    def test_cure_thins_it(self, deal):
        run = deal(f"risks: {{gone: {{{HAZARD}, cure: 75 %}}}}").paths(1, gone=[0.01])
        assert run.final["event_time"][0] == pytest.approx(4.0)

    def test_a_contract_that_already_runs(self, deal):
        """Start in January, valuation at the end of June: what was paid before is sunk, the escalator has run."""
        made = deal(
            f"dates: {{start: 2025-01-01, term: 36 months}}\nclauses: {{rent: {{escalator: 10 %/year}}}}"
            f"\nrisks: {{gone: {{{HAZARD}}}}}"
        )
        run = made.paths(1, gone=[0.025])
        want = {date(2026, 6, 30): 1.1e7, date(2026, 7, 31): 1.1e7, date(2026, 8, 31): 1.1e7, date(2026, 9, 30): 0.55e7}
        same(dated(run, 0), want)
        assert made.flows()[date(2025, 1, 31)] == 1e7


class TestSeveralHazards:
    TWO = f"""
        risks:
          first: {{{HAZARD}, notice: 9 months}}
          second: {{{HAZARD}, notice: 1 months}}
        """

    def test_the_first_to_strike_decides_with_its_own_notice(self, deal):
        """The one with the longer notice strikes first and counts, though the other would end the lease sooner."""
        run = deal(self.TWO).paths(3, first=[0.05, 0.06, 0.05], second=[0.06, 0.05, 0.05])
        assert run.final["event_cause"].tolist() == [1.0, 2.0, 1.0]  # equal times: the first in the file
        assert run.final["event_stop"] == pytest.approx([14.0, 6.0, 14.0])
        same(dated(run, 1), by_month(lambda t, m: 1e7 * served(t, 6.0)), 1e-11)

    def test_three(self, deal):
        made = deal(self.TWO + f"  third: {{{HAZARD}, notice: 2 months}}")
        run = made.paths(4, first=[9, 0.03, 9, 0.04], second=[0.05, 0.04, 9, 0.04], third=[0.04, 0.04, 0.02, 0.04])
        assert run.final["event_cause"].tolist() == [3.0, 2.0 - 1.0, 3.0, 1.0]
        assert run.final["event_stop"] == pytest.approx([6.0, 12.0, 4.0, 13.0])

    def test_an_event_that_ends_nothing_here(self, deal):
        """``ends`` names the leases; a hazard of another lease leaves this one alone."""
        made = deal(
            f"""
            clauses:
              rent: {{contracted: 30 MW}}
              other: {{structure: capacity_lease, payer: tenant, payee: host, lease: gross, contracted: 70 MW,
                       price: 10 USD/kW/month}}
            risks:
              first: {{{HAZARD}, ends: [rent], notice: 2 months}}
              second: {{{HAZARD}, ends: [other]}}
            """
        )
        run = made.paths(2, first=[0.05, 0.15], second=[0.10, 0.06])
        stops = [(7.0, 10.0), (17.0, 6.0)]
        for path, (rent, other) in enumerate(stops):
            want = by_month(lambda t, m, r=rent, o=other: 3e6 * served(t, r) + 7e5 * served(t, o))
            same(dated(run, path), want, 1e-11)
        assert run.final["event_cause"].tolist() == [1.0, 2.0]

    def test_one_of_two_leases_winds_up_alone(self, deal):
        """Each lease's megawatts wind up after its own event: fixed cost, hedge and resale; the site's costs go on to
        the last lease's end, and the site is worth its terminal value while one lease runs to the end."""
        made = deal(
            f"""
            clauses:
              rent: {{contracted: 30 MW}}
              other: {{structure: capacity_lease, payer: tenant, payee: host, lease: gross, contracted: 70 MW,
                       price: 10 USD/kW/month}}
              care: {{structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month,
                      survives: {{first: {{wind_up: 1 months}}, second: {{wind_up: 5 months}}}}}}
              rates: {{structure: fixed_cost, payer: host, payee: state, price: 12 MUSD/year,
                      survives: {{first: {{wind_up: 4 months}}, second: {{wind_up: 0 months}}}}}}
              x: {{structure: power_supply, payer: host, payee: supplier, spot: power, fixed_price: 50 USD/MWh,
                   hedge: {{volume: as_consumed, share: 60 %, of: consumption}},
                   survives: {{first: {{wind_up: 2 months, resale_discount: 3 EUR/MWh}},
                               second: {{wind_up: 6 months, resale_discount: 7 USD/MWh}}}}}}
              end: {{structure: terminal_value, payer: outside, payee: host, amount: 4 MUSD}}
            risks:
              first: {{{HAZARD}, ends: [rent]}}
              second: {{{HAZARD}, ends: [other]}}
            """.replace("rates:", "dues:")
        )
        run = made.paths(3, first=[0.05, 9.0, 0.06], second=[0.10, 0.06, 9.0])
        for path, (a, b) in enumerate([(5.0, 10.0), (99.0, 6.0), (6.0, 99.0)]):

            def amount(t, m, a=a, b=b, path=path):
                mw = 30 * served(t, a) + 70 * served(t, b)
                per_mw = 0.9 * 24 * m.days
                first = 30 * (served(t, a + 2) - served(t, a)) * per_mw * 0.6
                second = 70 * (served(t, b + 6) - served(t, b)) * per_mw * 0.6
                price, euro = spot(run, t, path), float(run.values["eur"][t, path])
                cash = 3e6 * served(t, a) + 7e5 * served(t, b)
                cash -= 2e3 * (30 * served(t, a + 1) + 70 * served(t, b + 5))
                cash -= 1e6 * served(t, max(a + 4, b))
                cash -= mw * per_mw * (0.6 * 50 + 0.4 * price)
                cash -= (first + second) * (50 - price) + first * 3 * euro + second * 7
                return cash

            want = by_month(amount)
            if max(a, b) > END:
                want[date(2028, 9, 30)] += 4e6
            same(dated(run, path), want, 1e-10)


class TestWindUp:
    def test_fixed_cost_three_months_by_default(self, deal):
        made = deal(
            f"""
            clauses:
              rent: {{price: 0 USD/kW/month}}
              care: {{structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}}
              dues: {{structure: fixed_cost, payer: host, payee: state, price: 12 MUSD/year}}
              grid: {{structure: fixed_cost, payer: host, payee: grid, price: 1 USD/kW/month, of: connection}}
              lawyer: {{structure: fixed_cost, payer: host, payee: outside, price: 1 USD/kW/month,
                        survives: {{gone: {{wind_up: 0 months}}}}}}
            risks: {{gone: {{{HAZARD}, notice: 2 months}}}}
            """
        )
        run = made.paths(2, gone=[0.045, 0.22])
        for path, stop in enumerate([6.5, 24.0]):
            want = by_month(lambda t, m, s=stop: -1.4e6 * served(t, s + 3) - 1e5 * served(t, s))
            same(dated(run, path), want, 1e-11)

    def test_what_passed_through_comes_back_to_the_host(self, deal):
        """The tenant pays to its own end; the wind-up is the host's."""
        text = f"""
            clauses:
              rent: {{price: 0 USD/kW/month, lease: triple_net}}
              care: {{structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}}
              dues: {{structure: fixed_cost, payer: host, payee: state, passes: property, price: 12 MUSD/year}}
            risks: {{gone: {{{HAZARD}}}}}
            """
        host, tenant = (deal(text, view=view).paths(1, gone=[0.065]) for view in ("host", "tenant"))
        same(dated(tenant, 0), by_month(lambda t, m: -1.2e6 * served(t, 6.5)), 1e-11)
        same(dated(host, 0), by_month(lambda t, m: -1.2e6 * (served(t, 9.5) - served(t, 6.5))), 1e-11)

    @pytest.mark.parametrize(
        ("hedge", "volume"),
        [
            ("volume: as_consumed, share: 80 %, of: consumption", lambda mwh: 0.9 * 0.8 * mwh),
            ("volume: baseload, share: 50 %, of: contracted_capacity, surplus: sold_at_spot", lambda mwh: 0.5 * mwh),
            ("volume: baseload, share: 50 %, of: contracted_capacity, surplus: paid_not_taken", lambda mwh: 0.5 * mwh),
            ("volume: baseload, share: 50 %, of: consumption, surplus: sold_at_spot", lambda mwh: 0.45 * mwh),
        ],
    )
    def test_resale_by_cause(self, deal, hedge, volume):
        """Twelve months by default; a discount and a time of its own where the clause names the hazard."""
        made = deal(
            f"""
            clauses:
              rent: {{price: 0 USD/kW/month}}
              x: {{structure: power_supply, payer: host, payee: supplier, spot: power, fixed_price: 50 USD/MWh,
                   hedge: {{{hedge}}}, survives: {{gone: {{wind_up: 4 months, resale_discount: 5 EUR/MWh}}}}}}
            risks:
              other: {{{HAZARD}, notice: 1 months}}
              gone: {{{HAZARD}, notice: 2 months}}
            """
        )
        run = made.paths(2, gone=[0.045, 9.0], other=[9.0, 0.045])
        for path, (stop, wind_up, discount) in enumerate([(6.5, 4, 5.0), (5.5, 12, 0.0)]):

            def amount(t, m, path=path, stop=stop, wind_up=wind_up, discount=discount):
                full = 100 * 24 * m.days
                on, later = served(t, stop), served(t, stop + wind_up) - served(t, stop)
                price, euro = spot(run, t, path), float(run.values["eur"][t, path])
                hedged, load = volume(full), 0.9 * full
                rest = load - hedged  # never negative here, so paid_not_taken is no other case
                return -on * (50 * hedged + rest * price) - later * hedged * (50 - price + discount * euro)

            same(dated(run, path), by_month(amount), 1e-10)

    def test_the_volume_charge_ends_with_the_load(self, deal):
        made = deal(
            f"""
            clauses: {{rent: {{price: 0 USD/kW/month}},
                      x: {{structure: volume_charge, payer: host, payee: state, price: 1 USD/MWh}}}}
            risks: {{gone: {{{HAZARD}, notice: 1 months}}}}
            """
        )
        want = by_month(lambda t, m: -served(t, 6.5) * 90 * 24 * m.days)
        same(dated(made.paths(1, gone=[0.055]), 0), want, 1e-11)

    def test_capex_goes_on_and_the_terminal_value_is_lost(self, deal):
        made = deal(
            f"""
            clauses:
              rent: {{price: 0 USD/kW/month}}
              build: {{structure: capex, payer: host, payee: outside, cost: 60 MUSD,
                       schedule: {{from: 2026-07-31, months: 6}}}}
              end: {{structure: terminal_value, payer: outside, payee: host, share: 10 %, of: build}}
            risks: {{gone: {{{HAZARD}, notice: 6 months}}}}
            """
        )
        run = made.paths(3, gone=[0.01, 0.209, 0.211])
        for path, value in enumerate([0.0, 0.0, 6e6]):
            flows = {m.last: -10e6 for m in GRID[:6]} | ({date(2028, 9, 30): value} if value else {})
            same(dated(run, path), flows)


class TestCompensation:
    def cash(self, deal, terms, **chosen):
        made = deal(
            f"""
            dates: {{start: 2026-10-12}}
            capacity: {{contracted: {{2026-10-01: 40 MW, 2027-02-01: 110 MW, 2027-06-01: 60 MW, 2027-09-01: 120 MW}}}}
            clauses:
              rent: {{escalator: 5 %/year}}
              build: {{structure: capex, payer: host, payee: outside, cost: 1 MUSD/MW,
                       schedule: {{from: 2026-07-31, months: 1}},
                       depreciation: {{method: declining_balance, rate: 20 %/year}}}}
            tax: {{host: {{rate: 25 %, paid: in_year}}}}
            risks:
              gone: {{{HAZARD}, notice: 2 months, compensation: {{payer: state, payee: host, share: 50 %, {terms}}}}}
            """,
            view="state",
        )
        return made, made.paths(len(next(iter(chosen.values()))), **chosen)

    def test_straight_line_by_phase(self, deal):
        """Capex 120 M over 40, 70 and 10 MW of new power: 50 MW given back free nothing, taken again build nothing."""
        _, run = self.cash(deal, "of: capex_straight_line", gone=[0.01, 0.125, 0.205, 0.26])
        start, end = 3 + 11 / 31, 27 + 11 / 31
        phases = [(40e6, start), (70e6, 7.0), (10e6, 14.0)]
        for path, (stop, paid) in enumerate(
            [(3.0, date(2026, 10, 31)), (14.5, date(2027, 9, 30)), (22.5, date(2028, 5, 31))]
        ):
            left = sum(capex * (end - max(stop, begin)) / (end - begin) for capex, begin in phases)
            same(dated(run, path), {paid: -0.5 * left}, 1e-10)
        assert dated(run, 3) == {}  # the notice runs out after the term

    @pytest.mark.parametrize(
        ("lag", "paid"),
        [
            ("6 months", date(2028, 3, 31)), ("0 days", date(2027, 9, 30)), ("20 days", date(2027, 10, 31)),
            ("10 days", date(2027, 9, 30)), ("1 month", date(2027, 10, 31)), ("20 months", date(2029, 5, 31)),
            ("500 days", date(2029, 1, 31)),  # 16.44 months of 1/12 year
        ],
    )  # fmt: skip
    def test_lag(self, deal, lag, paid):
        """Due at position 14.5; it is paid on the last day of the month in which it falls due."""
        _, run = self.cash(
            deal, f"of: schedule, schedule: {{2026-07-01: 1, 2027-09-01: 0.4}}, lag: {lag}", gone=[0.125]
        )
        same(dated(run, 0), {paid: -0.5 * 0.4 * 120e6}, 1e-12)

    def test_tax_basis(self, deal):
        """From the payer's side too, though the balance is the payee's."""
        made, run = self.cash(deal, "of: tax_basis", gone=[0.125, 0.155])
        same(dated(run, 0), {date(2027, 9, 30): -0.5 * 0.8 * 120e6})
        same(dated(run, 1), {date(2027, 12, 31): -0.5 * 0.64 * 120e6})

    def test_multiple_of_the_annual_fee(self, deal):
        """Twice a year's rent for the power contracted when the lease ends, at the price of that month."""
        _, run = self.cash(deal, "of: multiple_of_annual_fee, multiple: 2", gone=[0.045, 0.10, 0.165, 0.2505])
        want = [
            (date(2027, 1, 31), 40, 0),
            (date(2027, 7, 31), 60, 0),
            (date(2028, 1, 31), 120, 1),
            (date(2028, 10, 31), 120, 1),
        ]
        for path, (day, mw, years) in enumerate(want):
            same(dated(run, path), {day: -0.5 * 24 * mw * 1e5 * 1.05**years}, 1e-10)

    def test_two_leases_are_compensated_each_for_its_part(self, deal):
        made = deal(
            f"""
            clauses:
              rent: {{contracted: 30 MW}}
              other: {{structure: capacity_lease, payer: tenant, payee: host, lease: gross, contracted: 70 MW,
                       price: 10 USD/kW/month}}
              build: {{structure: capex, payer: host, payee: outside, cost: 50 MEUR,
                       schedule: {{from: 2026-07-31, months: 1}}}}
            risks:
              first: {{{HAZARD}, ends: [rent],
                       compensation: {{payer: state, payee: host, share: 100 %, of: capex_straight_line}}}}
              second: {{{HAZARD}, compensation: {{payer: state, payee: host, share: 50 %, of: capex_straight_line}}}}
            """,
            view="state",
        )
        run = made.paths(3, first=[0.045, 0.145, 9.0], second=[0.145, 0.045, 9.0])
        early, late = (END - 4.5) / 24, (END - 14.5) / 24
        rate = {t: float(run.values["eur"][t, 0]) for t in (4, 14)}
        want = {
            date(2026, 11, 30): -0.3 * 50e6 * early * rate[4],
            date(2027, 9, 30): -0.5 * 0.7 * 50e6 * late * rate[14],
        }
        same(dated(run, 0), want, 1e-10)
        rate = float(run.values["eur"][4, 1])
        same(dated(run, 1), {date(2026, 11, 30): -0.5 * 50e6 * early * rate}, 1e-10)
        assert dated(run, 2) == {}

    def test_it_is_taxed_and_is_no_revenue(self, deal):
        text = f"""
            risks:
              gone: {{{HAZARD}, compensation: {{payer: state, payee: host, share: 100 %, of: multiple_of_annual_fee,
                      multiple: 1, lag: 6 months}}}}
            tax: {{host: {{rate: 25 %, paid: in_year}}}}
            """
        run = deal(text).paths(1, gone=[0.045])
        rent, paid = 1.5e7, 1.2e8
        same(dated(run, 0, "tax"), {date(2026, 12, 31): -0.25 * (rent + paid)}, 1e-11)
        assert dated(run, 0)[date(2027, 5, 31)] == pytest.approx(paid)
        assert run.values["accounts.revenue"][:, 0].sum() == pytest.approx(rent)


class TestForeignMoney:
    @pytest.mark.parametrize(
        ("terms", "months_later"),
        [("{lag: 30 days}", None), ("{lag: 75 days}", None), ("{lag: 2 months}", 2), ("{in: advance}", 0),
         ("{in: advance, lag: 45 days}", None), ("{lag: 0 days}", 0)],
    )  # fmt: skip
    def test_converts_at_the_rate_of_the_month_of_payment(self, deal, terms, months_later):
        """The end-of-month rate of the month in which it is paid, on every path; accrual at its own month's rate."""
        from valuation import timeline

        made = deal(f"clauses: {{rent: {{price: 100 EUR/kW/month, payment: {terms}}}}}\nrisks: {{gone: {{{HAZARD}}}}}")
        run = made.paths(4, gone=[0.055, 9.0, 0.2, 0.001])
        fx = run.values["eur"]
        advance = "advance" in terms
        days = int(terms.split("lag: ")[1].split(" ")[0]) if "days" in terms else 0
        later = months_later or 0
        for path, stop in enumerate([5.5, 99.0, 20.0, 0.1]):
            want, accrued = {}, []
            for t, m in enumerate(GRID):
                amount = 1e7 * served(t, stop)
                accrued.append(amount * fx[t, path])
                base = months(m.first, date(2035, 1, 1))[later]
                paid = timeline.date_of(timeline.serial(base.first if advance else base.last) + days)
                at = (paid.year - 2026) * 12 + paid.month - 7
                if amount:
                    want = total(want, {paid: amount * fx[at, path]})
            same(dated(run, path), want, 1e-11)
            assert run.values["accounts.revenue"][: len(GRID), path] == pytest.approx(accrued, rel=1e-12)


@pytest.mark.parametrize("of", ["capex_straight_line", "schedule, schedule: {2026-01-01: 1}", "tax_basis"])
def test_no_power_no_compensation_and_no_nan(deal, of):
    made = deal(
        f"""
        capacity: {{contracted: 0 MW}}
        clauses:
          build: {{structure: capex, payer: host, payee: outside, cost: 50 MUSD,
                  schedule: {{from: 2026-07-31, months: 1}}, depreciation: {{method: straight_line, life: 5 years}}}}
        tax: {{host: {{rate: 20 %, paid: in_year}}}}
        risks: {{gone: {{{HAZARD}, compensation: {{payer: state, payee: host, share: 50 %, of: {of}}}}}}}
        """
    )
    run = made.paths(2, gone=[0.05, 9.0])
    assert np.isfinite(run.measure["npv"]).all()
    if of == "capex_straight_line":
        same(dated(run, 0), {date(2026, 7, 31): -50e6})


@pytest.mark.parametrize(
    ("clause", "partial", "months"),
    [
        (
            "structure: power_supply, payer: host, payee: supplier, fixed_price: 30 USD/MWh, spot: power,"
            " hedge: {volume: as_consumed, share: 80 %, of: consumption}",
            "{resale_discount: 0 EUR/MWh}",
            12,
        ),
        ("structure: fixed_cost, payer: host, payee: outside, price: 5 USD/kW/month", "{}", 3),
    ],
)
def test_what_survives_names_keeps_the_default_of_what_it_does_not_name(deal, clause, partial, months):
    """A discount on the resale is no word about how long the supply goes on."""

    def cash(survives):
        text = f"""
            clauses: {{x: {{{clause}{survives}}}}}
            risks: {{gone: {{process: hazard, rate: {{value: 12 %/year, evidence: historical}}}}}}
            """
        return deal(text).paths(3, gone=[0.06, 0.1, 9.0]).cash

    assert np.array_equal(cash(f", survives: {{gone: {partial}}}"), cash(""))
    assert np.array_equal(cash(f", survives: {{gone: {{wind_up: {months} months}}}}"), cash(""))
    assert not np.array_equal(cash(", survives: {gone: {wind_up: 0 months}}"), cash(""))
