"""Each clause and option on the base case of a small contract, against a loop written out here.

Definitions: finance.md (Time, Clauses), contract-language.md. What those leave open: docs/conventions.md.
"""

from datetime import date, timedelta

import pytest
from small_deal import after, dated, months, same, total, years_before

from valuation.spec import SpecError

VALUATION, START, STOP = date(2026, 6, 30), date(2026, 10, 1), date(2028, 10, 1)
GRID = months(date(2026, 7, 1), date(2028, 12, 31))
HOST_PAYS = "payer: host, payee: supplier"


def load_of(month, mw=100.0, use=0.9, losses=0.0, pue=1.0, start=START, stop=STOP):
    return mw * month.share(start, stop) * use * 24 * month.days * pue * (1 + losses)


def forward(month):
    return 30.0 if month.first < date(2027, 3, 1) else 45.0


def euro(month):
    return 1.1 if month.first < date(2027, 2, 1) else 1.3


def only(deal, clause, **more):
    """Cash of the small contract with one clause more, less the rent."""
    made = deal(f"clauses: {{x: {{{clause}}}}}", **more)
    rent = {m.last: 1e7 * m.share(START, STOP) for m in GRID}
    return made, total(made.flows(), {day: -amount for day, amount in rent.items()})


class TestCapacityLease:
    def test_phases_inside_months_step_down_and_mid_month_start(self, deal):
        """40 MW from 12 October, 110 from 20 October, 70 from 8 March; two years from 12 October; 3 % a year."""
        made = deal(
            """
            dates: {start: 2026-10-12}
            capacity: {contracted: {2026-01-01: 40 MW, 2026-10-20: 110 MW, 2027-03-08: 70 MW}}
            clauses: {rent: {escalator: 3 %/year}}
            """
        )
        start, stop = date(2026, 10, 12), date(2028, 10, 12)
        want = {}
        for m in months(date(2026, 10, 1), date(2028, 12, 1)):
            mw = 40 * m.share(start, date(2026, 10, 20)) + 110 * m.share(date(2026, 10, 20), date(2027, 3, 8))
            mw += 70 * m.share(date(2027, 3, 8), stop)
            want[m.last] = mw * 1000 * 100 * 1.03 ** years_before(start, m.first)
        same(made.flows(), want)
        assert made.month("rent.escalation")[date(2027, 10, 31)] == 1.0  # the year is complete on 12 October
        assert made.month("rent.escalation")[date(2027, 11, 30)] == pytest.approx(1.03, rel=1e-15)

    def test_phases_with_a_term_of_their_own(self, deal):
        """Each phase runs 18 months from its own start, the second beyond the contract's term."""
        made = deal(
            """
            dates: {term: 18 months}
            clauses:
              rent: {contracted: {2026-10-01: 40 MW, 2027-02-15: 100 MW}, phase_term: 18 months}
            """
        )
        want = {
            m.last: 1e5 * (40 * m.share(START, date(2028, 4, 1)) + 60 * m.share(date(2027, 2, 15), date(2028, 8, 15)))
            for m in GRID
        }
        same(made.flows(), want)

    def test_phases_with_a_term_only_grow(self, deal):
        with pytest.raises(SpecError, match="clauses.rent.phase_term: with a term for each phase"):
            deal("clauses: {rent: {contracted: {2026-10-01: 40 MW, 2027-02-15: 20 MW}, phase_term: 18 months}}")

    @pytest.mark.parametrize("share", [70, 95])
    def test_take_or_pay_by_month(self, deal, share):
        made = deal(f"clauses: {{rent: {{take_or_pay: {{share: {share} %}}}}}}")
        same(made.flows(), {m.last: 1e7 * m.share(START, STOP) * max(0.9, share / 100) for m in GRID})

    def test_take_or_pay_by_year(self, deal):
        """Billed by use; what the calendar year lacks to its minimum is billed in December, of the last year too."""
        made = deal("clauses: {rent: {escalator: 5 %/year, take_or_pay: {share: 95 %, per: year}}}")
        want, used, full = {}, 0.0, 0.0
        for m in GRID:
            rent = 1e7 * m.share(START, STOP) * 1.05 ** years_before(START, m.first)
            used, full = used + 0.9 * rent, full + rent
            want[m.last] = 0.9 * rent
            if m.first.month == 12:
                want[m.last] += max(0.0, 0.95 * full - used)
                used = full = 0.0
        same(made.flows(), want)

    def test_use_without_take_or_pay_does_not_matter(self, deal):
        same(deal("capacity: {utilisation: 10 %}").flows(), deal().flows())

    def test_basis_it_bills_it_power(self, deal):
        same(deal("capacity: {basis: it}").flows(), deal().flows())

    def test_index_and_escalator_multiply(self, deal):
        made = deal("clauses: {rent: {escalator: 2 %/year, index: {by: inflation}}}")
        same(made.flows(), {m.last: 1e7 * m.share(START, STOP) * 1.0506 ** years_before(START, m.first) for m in GRID})

    def test_contracted_power_from_a_csv(self, tmp_path, deal):
        (tmp_path / "mw.csv").write_text("date,power [MW]\n2026-10-01,40\n2027-01-16,110\n", encoding="utf-8")
        made = deal("capacity: {contracted: {file: mw.csv, column: power}}")
        step = date(2027, 1, 16)
        same(made.flows(), {m.last: 1e5 * (40 * m.share(START, step) + 110 * m.share(step, STOP)) for m in GRID})


class TestPaymentTerms:
    @pytest.mark.parametrize(
        ("terms", "paid"),
        [
            ("{in: arrears}", lambda m: m.last),
            ("{in: arrears, lag: 30 days}", lambda m: m.last + timedelta(30)),
            ("{in: arrears, lag: 2 months}", lambda m: after(m.first, 3) - timedelta(1)),
            ("{in: advance}", lambda m: m.first),
            ("{in: advance, lag: 14 days}", lambda m: m.first + timedelta(14)),
            ("{in: advance, lag: 1 month}", lambda m: after(m.first, 1)),
            ("{in: arrears, lag: 400 days}", lambda m: m.last + timedelta(400)),
        ],
    )
    def test_dates(self, deal, terms, paid):
        made = deal(f"clauses: {{rent: {{payment: {terms}}}}}")
        same(made.flows(), {paid(m): 1e7 * m.share(START, STOP) for m in GRID if m.share(START, STOP)})

    def test_accrual_does_not_move(self, deal):
        made = deal("clauses: {rent: {payment: {lag: 90 days}}}")
        same(made.month("accounts.revenue"), {m.last: 1e7 * m.share(START, STOP) for m in GRID})


class TestPowerSupply:
    def test_all_at_spot_in_euros(self, deal):
        _, got = only(deal, f"structure: power_supply, {HOST_PAYS}, spot: power")
        same(got, {m.last: -load_of(m) * forward(m) * euro(m) for m in GRID})

    def test_losses_and_pue(self, deal):
        made = deal(
            f"""
            capacity: {{basis: it, loss_share: 2 %}}
            clauses: {{x: {{structure: power_supply, {HOST_PAYS}, spot: power}}}}
            """
        )
        same(made.month("capacity.load"), {m.last: load_of(m, losses=0.02, pue=1.2) for m in GRID})

    def test_as_consumed(self, deal):
        _, got = only(
            deal,
            f"structure: power_supply, {HOST_PAYS}, fixed_price: 0.05 USD/kWh, spot: power,"
            " hedge: {volume: as_consumed, share: 80 %, of: consumption}",
        )
        same(got, {m.last: -load_of(m) * (0.8 * 50 + 0.2 * forward(m) * euro(m)) for m in GRID})

    def test_fixed_price_alone_indexed(self, deal):
        _, got = only(
            deal,
            f"structure: power_supply, {HOST_PAYS}, fixed_price: 50 USD/MWh, index: {{by: 4 %/year}},"
            " hedge: {volume: as_consumed, share: 100 %, of: consumption}",
        )
        same(got, {m.last: -load_of(m) * 50 * 1.04 ** years_before(START, m.first) for m in GRID})

    @pytest.mark.parametrize("surplus", ["sold_at_spot", "paid_not_taken"])
    @pytest.mark.parametrize("share", [50, 100])
    def test_baseload_of_contracted_capacity(self, deal, surplus, share):
        _, got = only(
            deal,
            f"structure: power_supply, {HOST_PAYS}, fixed_price: 50 USD/MWh, spot: power,"
            f" hedge: {{volume: baseload, share: {share} %, of: contracted_capacity, surplus: {surplus}}}",
        )
        want = {}
        for m in GRID:
            hedged, load = 100 * m.share(START, STOP) * share / 100 * 24 * m.days, load_of(m)
            rest = load - hedged if surplus == "sold_at_spot" else max(0.0, load - hedged)
            want[m.last] = -(50 * hedged + forward(m) * euro(m) * rest)
        same(got, want)

    def test_baseload_of_consumption_is_the_expected_metered_load(self, deal):
        """On an IT basis with losses: share × MW × mean use × hours × PUE × (1 + losses)."""
        made = deal(
            f"""
            capacity: {{basis: it, loss_share: 2 %, utilisation: use}}
            risks: {{use: {{process: logit_ou, mean: 80 %, logit_sd: 0.6, reversion: 2 /year}}}}
            clauses: {{x: {{structure: power_supply, {HOST_PAYS}, fixed_price: 50 USD/MWh, spot: power,
              hedge: {{volume: baseload, share: 75 %, of: consumption, surplus: sold_at_spot}}}}}}
            """
        )
        want = {m.last: 0.75 * load_of(m, use=0.8, losses=0.02, pue=1.2) for m in GRID}
        same(made.month("x.hedged"), want)
        run = made.paths(20)
        hedged = run.values["x.hedged"]
        assert (hedged == hedged[:, :1]).all()  # agreed beforehand: it does not follow the use
        assert run.values["capacity.load"].std(axis=1).max() > 0

    def test_baseload_says_what_becomes_of_a_surplus(self, deal):
        from valuation.errors import SpecError

        with pytest.raises(SpecError, match="surplus"):
            deal(
                f"clauses: {{x: {{structure: power_supply, {HOST_PAYS}, fixed_price: 50 USD/MWh, spot: power,"
                " hedge: {volume: baseload, share: 75 %, of: consumption}}}"
            )

    def test_the_supplier_earns_it(self, deal):
        made = deal(f"clauses: {{x: {{structure: power_supply, {HOST_PAYS}, spot: power}}}}", view="supplier")
        want = {m.last: load_of(m) * forward(m) * euro(m) for m in GRID}
        same(made.flows(), want)
        same(made.month("accounts.revenue"), want)

    def test_a_forward_holds_before_its_first_date(self, deal):
        made = deal(
            f"clauses: {{x: {{structure: power_supply, {HOST_PAYS}, spot: power}}}}",
            "factors: {power: {forward: {curve: {2026-07-01: null, 2027-03-01: null, 2026-12-15: 28 EUR/MWh}}}}",
        )
        assert set(made.month("power").values()) == {28.0}

    def test_a_curve_steps_with_the_first_month_that_begins_after_its_date(self, deal):
        supply = "clauses: {power: {structure: power_supply, payer: host, payee: supplier, spot: power}}"
        made = deal(supply, "factors: {power: {forward: {curve: {2027-03-01: null, 2027-03-02: 45 EUR/MWh}}}}")
        assert made.month("power")[date(2027, 3, 31)] == 30.0
        assert made.month("power")[date(2027, 4, 30)] == 45.0


class TestFixedCost:
    @pytest.mark.parametrize(
        ("price", "monthly"),
        [
            ("15 USD/kW/month", 1.5e6), ("120 USD/kW/year", 1e6), ("1.2 MUSD/MW/year", 1e7), ("2 MUSD/year", 2e6 / 12),
            ("1 MUSD/month", 1e6), ("135 NOK/kW/year", 135 * 1e5 / 12 * 0.1),
        ],
    )  # fmt: skip
    def test_units(self, deal, price, monthly):
        _, got = only(deal, f"structure: fixed_cost, payer: host, payee: grid, price: {price}")
        same(got, {m.last: -monthly * m.share(START, STOP) for m in GRID})

    def test_of_the_connection(self, deal):
        _, got = only(deal, "structure: fixed_cost, payer: host, payee: grid, price: 2 USD/kW/month, of: connection")
        same(got, {m.last: -2 * 200e3 * m.share(START, STOP) for m in GRID})

    def test_by_days_in_partial_months(self, deal):
        made = deal(
            """
            dates: {start: 2026-10-12}
            clauses:
              rent: {price: 0 USD/kW/month}
              x: {structure: fixed_cost, payer: host, payee: grid, price: 12 MUSD/year}
              y: {structure: fixed_cost, payer: host, payee: grid, price: 2 USD/kW/month, of: connection}
            """
        )
        start = date(2026, 10, 12)
        same(made.flows(), {m.last: -1.4e6 * m.share(start, after(start, 24)) for m in GRID})

    @pytest.mark.parametrize(
        ("index", "factor"),
        [
            ("{by: 4 %/year}", lambda n: 1.04 ** (n // 12)),
            ("{by: inflation}", lambda n: 1.03 ** (n // 12)),
            ("{by: 4 %/year, frequency: quarterly}", lambda n: 1.04 ** (n // 3 / 4)),
            ("{by: 4 %/year, frequency: monthly}", lambda n: 1.04 ** (n / 12)),
            ("{by: 4 %/year, cap: 2.5 %/year}", lambda n: 1.025 ** (n // 12)),
            ("{by: 1 %/year, floor: 2 %/year}", lambda n: 1.02 ** (n // 12)),
            ("{by: -1 %/year, floor: 0 %/year}", lambda n: 1.0),
            ("{by: 4 %/year, share: 60 %}", lambda n: 1.024 ** (n // 12)),
            ("{by: 4 %/year, share: 60 %, fixed: 1 %/year}", lambda n: 1.028 ** (n // 12)),
            ("{by: 4 %/year, share: 60 %, fixed: 1 %/year, cap: 2 %/year}", lambda n: 1.02 ** (n // 12)),
            ("{by: 4 %/year, from: 2025-01-15}", lambda n: 1.04 ** ((n + 20) // 12)),
            ("{by: 4 %/year, from: 2027-06-01}", lambda n: 1.04 ** (max(0, n - 8) // 12)),
        ],
    )
    def test_index(self, deal, index, factor):
        """n months completed since 1 October 2026."""
        _, got = only(deal, f"structure: fixed_cost, payer: host, payee: grid, price: 1 USD/kW/month, index: {index}")
        passed = {m.last: (m.first.year - 2026) * 12 + m.first.month - 10 for m in GRID}
        same(got, {m.last: -1e5 * m.share(START, STOP) * factor(max(0, passed[m.last])) for m in GRID})


def test_volume_charge(deal):
    _, got = only(
        deal, "structure: volume_charge, payer: host, payee: state, price: 0.58 øre/kWh, index: {by: 2 %/year}"
    )
    same(got, {m.last: -load_of(m) * 5.8 * 0.1 * 1.02 ** years_before(START, m.first) for m in GRID})


class TestPassThrough:
    COSTS = f"""
      x: {{structure: power_supply, {HOST_PAYS}, spot: power}}
      tariff: {{structure: fixed_cost, payer: host, payee: grid, passes: power, price: 1 USD/kW/month}}
      care: {{structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}}
      land: {{structure: fixed_cost, payer: host, payee: state, passes: property, price: 12 MUSD/year}}
      fee: {{structure: fixed_cost, payer: host, payee: state, passes: none, price: 6 MUSD/year}}
    """

    def lines(self, m):
        share = m.share(START, STOP)
        power = load_of(m) * forward(m) * euro(m) + 1e5 * share
        return {
            "rent": 1e7 * share,
            "power": power,
            "operating": 2e5 * share,
            "property": 1e6 * share,
            "none": 5e5 * share,
        }

    @pytest.mark.parametrize(
        ("lease", "passed"),
        [("gross", ()), ("net_of_power", ("power",)), ("triple_net", ("power", "operating", "property"))],
    )
    def test_host_and_tenant(self, deal, lease, passed):
        text = f"clauses:\n      rent: {{lease: {lease}}}\n{self.COSTS}"
        host, tenant = deal(text), deal(text, view="tenant")
        own, others, kept = {}, {}, {}
        for m in GRID:
            line = self.lines(m)
            moved = sum(line[group] for group in passed)
            costs = sum(line[group] for group in ("power", "operating", "property", "none"))
            own[m.last] = line["rent"] - costs + moved
            others[m.last] = -line["rent"] - moved
            kept[m.last] = line["rent"]
        same(host.flows(), own)
        same(tenant.flows(), others)
        same(host.month("accounts.ebitda"), own)
        same(host.month("accounts.revenue"), kept)  # what passes through is nobody's revenue
        same(tenant.month("accounts.ebitda"), others)

    def test_two_leases_share_by_power(self, deal):
        """Of 30 MW gross and 70 MW net of power the second pays seven tenths."""
        made = deal(
            f"""
            clauses:
              rent: {{contracted: 30 MW}}
              net: {{structure: capacity_lease, payer: state, payee: host, lease: net_of_power, contracted: 70 MW,
                     price: 10 USD/kW/month}}
              x: {{structure: power_supply, {HOST_PAYS}, spot: power}}
            """,
            view="state",
        )
        spot = {m.last: load_of(m) * forward(m) * euro(m) for m in GRID}
        same(made.flows(), {m.last: -7e5 * m.share(START, STOP) - 0.7 * spot[m.last] for m in GRID})


class TestCapex:
    def test_equal_months_on_month_ends(self, deal):
        _, got = only(
            deal,
            "structure: capex, payer: host, payee: outside, cost: 2 MUSD/MW, schedule: {from: 2026-07-31, months: 9}",
        )
        ends = [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)]
        ends += [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]
        same(got, dict.fromkeys(ends, -200e6 / 9))

    def test_cost_per_mw_is_of_the_largest_power(self, deal):
        made = deal(
            """
            capacity: {contracted: {2026-10-01: 40 MW, 2026-12-01: 110 MW, 2027-03-01: 70 MW}}
            clauses: {rent: {price: 0 USD/kW/month}, x: {structure: capex, payer: host, payee: outside, cost: 1 MUSD/MW,
                      schedule: {from: 2026-07-31, months: 1}}}
            """
        )
        same(made.flows(), {date(2026, 7, 31): -110e6})

    def test_shares_and_two_payments_in_one_month(self, deal):
        _, got = only(
            deal,
            "structure: capex, payer: host, payee: outside, cost: 90 MUSD,"
            " schedule: {2026-08-05: 40 %, 2026-08-20: 35 %, 2028-12-15: 25 %}",
        )
        same(got, {date(2026, 8, 5): -36e6, date(2026, 8, 20): -31.5e6, date(2028, 12, 15): -22.5e6})

    def test_amounts_in_foreign_money(self, deal):
        """Converted at the month-end rate of the payment's month."""
        _, got = only(
            deal,
            "structure: capex, payer: host, payee: outside, schedule: {2027-01-05: 10 MEUR, 2027-02-05: 20 MEUR}",
        )
        same(got, {date(2027, 1, 5): -11e6, date(2027, 2, 5): -26e6})

    def test_before_the_valuation_date_it_is_sunk(self, deal):
        """Outside the simulated cash, but in the plan's payments, and in the tax balance."""
        change = """
            clauses: {x: {structure: capex, payer: host, payee: outside, cost: 90 MUSD,
                      schedule: {2026-05-15: 50 %, 2026-06-30: 25 %, 2026-07-01: 25 %},
                      depreciation: {method: declining_balance, rate: 20 %/year}}}
            tax: {host: {rate: 25 %, paid: in_year}}
            """
        made = deal(change)
        flows = made.flows()
        assert flows[date(2026, 5, 15)] == -45e6 and made.plan.valuation == 46203.0  # 30 June 2026
        run = made.paths(1)
        assert min(run.dates) == 46203.0  # what falls on the valuation date still counts
        assert run.cash[:2, 0] == pytest.approx([-22.5e6, -22.5e6])
        assert made.month("x.tax_balance")[date(2026, 12, 31)] == pytest.approx(0.8 * 90e6)

    def test_from_inception(self, deal):
        """The valuation date moves to the first flow, nothing is sunk; events are still waited for from today."""
        change = """
            from_inception: true
            clauses: {x: {structure: capex, payer: host, payee: outside, cost: 90 MUSD,
                      schedule: {2025-05-15: 50 %, 2026-07-01: 50 %}}}
            risks: {gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}}
            """
        made = deal(change)
        assert made.plan.valuation == 45792.0  # 15 May 2025
        run = made.paths(1, gone=[0.05])  # 0.05 / 0.12 of a year from 30 June 2026
        assert run.dates[0] == 45792.0 and run.cash[0, 0] == pytest.approx(-45e6)
        assert run.final["event_time"][0] == pytest.approx(14 + 5)  # May 2025 is month 0; 5 months from the end of June

    def test_from_inception_forward(self, deal):
        """Nothing is paid in the first month after the valuation date: the value is that of the day of the first
        flow."""
        change = """
            from_inception: {}
            clauses: {{x: {{structure: capex, payer: host, payee: outside, cost: 90 MUSD,
                      schedule: {{2026-08-15: 100 %}}}}}}
            """
        there, today = (deal(change.format(word)) for word in ("true", "false"))
        assert there.plan.valuation == 46249.0  # 15 August 2026
        assert there.flows() == today.flows()

    def test_from_inception_without_investment(self, deal):
        assert deal("from_inception: true\ndates: {start: 2026-04-10}").plan.valuation == 46142.0  # 30 April 2026


class TestTerminalValue:
    def test_amount_on_the_last_day(self, deal):
        _, got = only(deal, "structure: terminal_value, payer: outside, payee: host, amount: 5 MEUR")
        same(got, {date(2028, 9, 30): 5e6 * 1.3})

    def test_restoring_the_site_costs(self, deal):
        _, got = only(deal, "structure: terminal_value, payer: host, payee: outside, amount: 5 MUSD")
        same(got, {date(2028, 9, 30): -5e6})

    @pytest.mark.parametrize(
        ("more", "amount"),
        [
            ("payer: host, payee: outside, amount: 5 MUSD", -5e6),
            ("payer: outside, payee: host, amount: 5 MUSD", 0.0),
            ("payer: outside, payee: host, amount: 5 MUSD, after_event: due", 5e6),
            ("payer: host, payee: outside, amount: 5 MUSD, after_event: lost", 0.0),
        ],
    )
    def test_restoring_is_due_also_after_an_event_and_a_value_is_lost(self, deal, more, amount):
        made = deal(
            f"""
            clauses: {{x: {{structure: terminal_value, {more}}}}}
            risks: {{gone: {{process: hazard, rate: {{value: 12 %/year, evidence: historical}}}}}}
            """
        )
        run = made.paths(2, gone=[0.05, 9.0])  # ended after five months, never
        last = date(2028, 9, 30)
        struck, kept = (dated(run, path).get(last, 0.0) for path in range(2))
        assert struck == amount
        assert kept == pytest.approx((-5e6 if amount < 0.0 or "payer: host" in more else 5e6) + 10e6)  # and the rent

    def test_share_of_capex(self, deal):
        made = deal(
            """
            dates: {start: 2026-10-12}
            clauses:
              rent: {price: 0 USD/kW/month}
              build: {structure: capex, payer: host, payee: outside, cost: 1 MUSD/MW,
                      schedule: {from: 2026-07-31, months: 1}}
              x: {structure: terminal_value, payer: outside, payee: host, share: 15 %, of: build}
            """
        )
        same(made.flows(), {date(2026, 7, 31): -100e6, date(2028, 10, 11): 15e6})


def test_dated_payments_are_put_off_by_their_lag(deal):
    made = deal(
        """
        clauses:
          rent: {price: 0 USD/kW/month}
          build: {structure: capex, payer: host, payee: outside, cost: 30 MUSD, payment: {lag: 45 days},
                  schedule: {from: 2026-07-31, months: 2}}
          x: {structure: terminal_value, payer: outside, payee: host, amount: 4 MUSD, payment: {lag: 2 months}}
        """
    )
    same(made.flows(), {date(2026, 9, 14): -15e6, date(2026, 10, 15): -15e6, date(2028, 11, 30): 4e6})


def test_an_amount_below_nought_is_refused(deal):
    """Or a cost written twice, by the payer and by the minus, would be an income."""
    with pytest.raises(SpecError, match="write it without the minus, 'payer' is who pays it"):
        deal("clauses: {x: {structure: terminal_value, payer: host, payee: outside, amount: -2 MUSD}}")


@pytest.mark.parametrize(
    ("structure", "term", "value"),
    [
        ("capex, cost: 1 MUSD, schedule: {from: 2026-07-31, months: 1}", "index", "{by: 2 %/year}"),
        ("capex, cost: 1 MUSD, schedule: {from: 2026-07-31, months: 1}", "payment", "{in: advance}"),
        ("terminal_value, amount: 1 MUSD", "payment", "{in: advance}"),
        ("terminal_value, amount: 1 MUSD", "index", "{by: 2 %/year}"),
        ("volume_charge, price: 1 USD/MWh", "survives", "{gone: {wind_up: 2 months}}"),
    ],
)
def test_terms_without_use_are_refused(deal, structure, term, value):
    from valuation.errors import SpecError

    with pytest.raises(SpecError, match=term):
        deal(
            f"""
            clauses: {{x: {{structure: {structure}, payer: host, payee: outside, {term}: {value}}}}}
            risks: {{gone: {{process: hazard, rate: {{value: 1 %/year, evidence: historical}}}}}}
            """
        )
