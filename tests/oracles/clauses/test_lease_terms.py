"""What a lease may have beside its rent, against loops written out here: shares of cost that pass through, credits for
downtime, a fee for leaving early. Definitions: finance definitions, Clauses (SLA: rent·step(uptime), capped per month).
"""

from datetime import date

import pytest
from small_deal import dated, months, same, total

from valuation.spec import SpecError

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
GRID = [m for m in months(date(2026, 7, 1), date(2028, 12, 31)) if m.share(START, STOP)]
HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
"""E = 0.01·x strikes x months after 30 June 2026."""


def flat(amount):
    return {m.last: amount for m in GRID}


class TestModifiedGross:
    COSTS = """
      grid_fee: {structure: fixed_cost, payer: host, payee: grid, price: 20 USD/kW/month, passes: power}
      staff: {structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year}
      land: {structure: fixed_cost, payer: host, payee: outside, price: 6 MUSD/year, passes: property}
      own: {structure: fixed_cost, payer: host, payee: outside, price: 2.4 MUSD/year, passes: none}
    """
    SHARED = "lease: modified_gross, passes_through: {power: 100 %, operating: 40 %}"

    @pytest.mark.parametrize("view", ["host", "tenant", "grid"])
    def test_each_group_passes_by_its_share(self, deal, view):
        made = deal(f"clauses:\n      rent: {{{self.SHARED}}}\n{self.COSTS}", view=view)
        passed = 2e6 + 0.4 * 1e6
        want = {"host": 1e7 + passed - (2e6 + 1e6 + 0.5e6 + 0.2e6), "tenant": -1e7 - passed, "grid": 2e6}
        same(made.flows(), flat(want[view]))

    def test_what_passes_is_in_neither_revenue_nor_ebitda(self, deal):
        made = deal(f"clauses:\n      rent: {{{self.SHARED}}}\n{self.COSTS}")
        for m in GRID:
            assert made.month("accounts.revenue")[m.last] == pytest.approx(1e7, rel=1e-12)
            assert made.month("accounts.ebitda")[m.last] == pytest.approx(1e7 - 0.6e6 - 0.5e6 - 0.2e6, rel=1e-12)

    @pytest.mark.parametrize(
        ("kind", "shares"),
        [
            ("gross", "{power: 0 %, operating: 0 %, property: 0 %}"),
            ("net_of_power", "{power: 100 %}"),
            ("triple_net", "{power: 100 %, operating: 100 %, property: 100 %}"),
        ],
    )
    def test_the_other_kinds_are_special_cases(self, deal, kind, shares):
        one = deal(f"clauses:\n      rent: {{lease: {kind}}}\n{self.COSTS}").flows()
        modified = f"lease: modified_gross, passes_through: {shares}"
        same(deal(f"clauses:\n      rent: {{{modified}}}\n{self.COSTS}").flows(), one)

    def test_of_several_leases_each_passes_its_share_of_its_part(self, deal):
        """30 MW pass 40 % of the operation, 70 MW pass all of it."""
        made = deal(
            """
            clauses:
              rent: {contracted: 30 MW, lease: modified_gross, passes_through: {operating: 40 %}}
              other: {structure: capacity_lease, payer: outside, payee: host, lease: triple_net, contracted: 70 MW,
                      price: 100 USD/kW/month}
              staff: {structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year}
            """
        )
        same(made.flows(), flat(1e7 - 1e6 + 0.3 * 0.4e6 + 0.7e6))

    def test_the_wind_up_stays_with_the_landlord(self, deal):
        made = deal(
            f"""
            clauses:
              rent: {{{self.SHARED}}}
              staff: {{structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month}}
            risks: {{gone: {{{HAZARD}}}}}
            """
        )
        got = dated(made.paths(1, gone=[0.06]), 0)  # 1 January 2027; the staff goes on for 3 months
        served = {m.last: 1e7 - 0.6e6 for m in GRID if m.first < date(2027, 1, 1)}
        after = {m.last: -1e6 for m in GRID if date(2027, 1, 1) <= m.first < date(2027, 4, 1)}
        same(got, total(served, after), 1e-11)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ("lease: modified_gross", "a modified_gross lease needs 'passes_through"),
            ("passes_through: {power: 50 %}", "with shares it is 'modified_gross'"),
            ("lease: modified_gross, passes_through: {}", "expected shares by group"),
            ("lease: modified_gross, passes_through: {powr: 50 %}", "did you mean 'power'"),
            ("lease: modified_gross, passes_through: {power: 150 %}", "above 100 %"),
        ],
    )
    def test_refused(self, deal, change, message):
        with pytest.raises(SpecError, match=message):
            deal(f"clauses: {{rent: {{{change}}}}}")


STEPS = (
    "steps: [{at_least: 99.99 %, credit: 0 %}, {at_least: 99.9 %, credit: 5 %}, {at_least: 99.5 %, credit: 10 %}, "
    "{at_least: 0 %, credit: 25 %}]"
)


class TestServiceCredits:
    @pytest.mark.parametrize(
        ("uptime", "credit"),
        [
            ("100 %", 0), ("99.99 %", 0), ("99.989 %", 0.05), ("99.9 %", 0.05), ("99.89 %", 0.1), ("99.5 %", 0.1),
            ("99.49 %", 0.2), ("0 %", 0.2),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("view", ["host", "tenant"])
    def test_steps_with_a_cap_of_20_percent(self, deal, uptime, credit, view):
        made = deal(f"clauses: {{rent: {{service_credits: {{uptime: {uptime}, {STEPS}, cap: 20 %}}}}}}", view=view)
        same(made.flows(), flat((1 if view == "host" else -1) * 1e7 * (1 - credit)))
        line = "accounts.revenue" if view == "host" else "accounts.ebitda"
        assert made.month(line)[date(2027, 5, 31)] == pytest.approx((1e7 if view == "host" else -1e7) * (1 - credit))

    def test_uptime_of_a_factor_by_month(self, deal):
        made = deal(
            f"""
            clauses: {{rent: {{escalator: 3 %/year, service_credits: {{uptime: up, {STEPS}}}}}}}
            risks: {{up: {{process: logit_ou, mean: 99.9 %, logit_sd: 2, reversion: 6 /year}}}}
            """
        )
        run = made.paths(8)
        seen = set()
        for path in range(8):
            want = {}
            for t, m in enumerate(months(date(2026, 7, 1), date(2028, 9, 30))):
                up = float(run.values["up"][t, path])
                credit = 0.0 if up >= 0.9999 else 0.05 if up >= 0.999 else 0.1 if up >= 0.995 else 0.25
                want[m.last] = 1e7 * 1.03 ** (m.first >= date(2027, 10, 1)) * m.share(START, STOP) * (1 - credit)
                seen.add(credit)
            same(dated(run, path), {day: amount for day, amount in want.items() if amount})
        assert seen == {0.0, 0.05, 0.1, 0.25}

    def test_a_shortfall_of_the_year_is_no_rent_of_december(self, deal):
        """Billed by use; the credit is of the month's rent by use and not of the year's shortfall."""
        credits = f"service_credits: {{uptime: 99.95 %, {STEPS}}}"
        one = deal(f"clauses: {{rent: {{take_or_pay: {{share: 95 %, per: year}}, {credits}}}}}").flows()
        other = deal("clauses: {rent: {take_or_pay: {share: 95 %, per: year}}}").flows()
        same(one, total(other, flat(-0.05 * 0.9e7)))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ("uptime: 99 %, steps: []", "steps"),
            ("uptime: 99 %, steps: [{at_least: 99 %, credit: 5 %}]", "nothing is said of an uptime below 99 %"),
            (
                "uptime: 99 %, steps: [{at_least: 99 %, credit: 5 %}, {at_least: 99.5 %, credit: 9 %}]",
                "99.5 % does not lie below the 99 % of the band before",
            ),
            (
                "uptime: 99 %, steps: [{at_least: 99 %, credit: 5 %}, {at_least: 0 %, credit: 1 %}]",
                "a credit of 1 % for less uptime is below the 5 %",
            ),
            ("uptime: power, steps: [{at_least: 0 %, credit: 5 %}]", "'power' is no share between 0 and 1"),
            ("uptime: upp, steps: [{at_least: 0 %, credit: 5 %}]", "unknown factor 'upp'"),
        ],
    )
    def test_refused(self, deal, change, message):
        with pytest.raises(SpecError, match=message):
            deal(f"clauses: {{rent: {{service_credits: {{{change}}}}}}}")


class TestTerminationFee:
    DUE = "compensation: {payer: tenant, payee: host, share: 100 %, of: termination_fee}"
    FEE = "termination_fee: {2026-10-01: 24 months, 2027-10-01: 12 months, 2028-03-01: 0 months}"
    OWED = "compensation: {payer: tenant, payee: host, share: 100 %, of: termination_fee, lag: 2 months}"

    @pytest.mark.parametrize("view", ["host", "tenant"])
    def test_months_of_the_rent_at_the_end_of_the_notice(self, deal, view):
        """Struck at 8.5 months, ends after 2 of notice in the middle of May 2027; struck at 13.5, ends in mid-October,
        in the second year's rent; struck at 18.5, ends in March 2028, when nothing is due any more."""
        made = deal(
            f"""
            clauses: {{rent: {{escalator: 10 %/year, take_or_pay: {{share: 100 %}}, {self.FEE}}}}}
            risks: {{gone: {{{HAZARD}, notice: 2 months, {self.OWED}}}}}
            """,
            view=view,
        )
        run, sign = made.paths(3, gone=[0.085, 0.135, 0.185]), 1 if view == "host" else -1
        for path, (stop, fee, paid) in enumerate(
            [(10.5, 24e7, date(2027, 7, 31)), (15.5, 12 * 1.1e7, date(2027, 12, 31)), (20.5, 0.0, date(2028, 5, 31))]
        ):
            want = {
                m.last: sign * 1e7 * (1.1 if t >= 15 else 1.0) * min(1.0, max(0.0, stop - t))
                for t, m in enumerate(GRID, 3)
            }
            same(dated(run, path), total({day: x for day, x in want.items() if x}, {paid: sign * fee}), 1e-11)

    def test_phases_that_have_begun_and_a_share(self, deal):
        made = deal(
            f"""
            capacity: {{contracted: {{2026-10-01: 40 MW, 2027-01-01: 100 MW}}}}
            clauses: {{rent: {{termination_fee: 3 months}}}}
            risks: {{gone: {{{HAZARD}, {self.DUE.replace("100", "50")}}}}}
            """
        )
        run = made.paths(2, gone=[0.045, 0.085])
        assert dated(run, 0)[date(2026, 11, 30)] == pytest.approx(0.5 * 4e6 + 0.5 * 3 * 4e6)
        assert dated(run, 1)[date(2027, 3, 31)] == pytest.approx(0.5 * 1e7 + 0.5 * 3 * 1e7)

    def test_in_a_renewal_with_its_own_rent(self, deal):
        made = deal(
            f"""
            clauses: {{rent: {{termination_fee: 2 months, renewals: [{{term: 24 months, price: 130 USD/kW/month}}]}}}}
            risks: {{gone: {{{HAZARD}, {self.DUE}}}}}
            """
        )
        got = dated(made.paths(1, gone=[0.305]), 0)  # the middle of January 2029
        assert got[date(2029, 1, 31)] == pytest.approx(0.5 * 1.3e7 + 2 * 1.3e7)

    def test_of_two_leases_only_the_one_that_ends_pays_and_only_its_own(self, deal):
        made = deal(
            f"""
            clauses:
              rent: {{contracted: 30 MW, termination_fee: 6 months}}
              other: {{structure: capacity_lease, payer: outside, payee: host, lease: gross, contracted: 70 MW,
                      price: 100 USD/kW/month, termination_fee: 9 months}}
            risks:
              gone: {{{HAZARD}, ends: rent, {self.DUE}}}
            """
        )
        got = dated(made.paths(1, gone=[0.06]), 0)
        assert got[date(2027, 1, 31)] == pytest.approx(7e6 + 6 * 3e6)

    def test_a_hazard_that_names_a_fee_that_no_lease_has(self, deal):
        with pytest.raises(
            SpecError, match="no lease that gone ends and that pays rent to 'host' has a 'termination_fee'"
        ):
            deal(f"risks: {{gone: {{{HAZARD}, {self.OWED}}}}}")

    def test_a_fee_that_no_hazard_names_is_warned_of(self, deal):
        made = deal(f"clauses: {{rent: {{{self.FEE}}}}}")
        assert any("nothing makes it due" in problem.message for problem in made.contract.warnings)
        named = deal(f"clauses: {{rent: {{{self.FEE}}}}}\nrisks: {{gone: {{{HAZARD}, {self.OWED}}}}}")
        assert not any("nothing makes it due" in problem.message for problem in named.contract.warnings)
