"""Usage fee: GPUs × hours × utilisation × a rental price that falls with its generation, against loops written here."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from small_deal import dated, months, same, total

from valuation.appraisal.base import Base, base_measures
from valuation.resolve import resolve
from valuation.spec import SpecError

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
GRID = months(date(2026, 7, 1), date(2028, 12, 31))
HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
ONE = "{from: 2026-10-01, units: 8_000 GPU, price: 2.35 USD/GPU/hour, decay: 35 %/year}"
NO_RENT = "rent: {price: 0 USD/kW/month}"


def fee(*generations, more="", rent=NO_RENT, risks="", view_payee="tenant"):
    clause = f"structure: usage_fee, payer: outside, payee: {view_payee}, generations: [{', '.join(generations)}]{more}"
    return f"clauses:\n  {rent}\n  gpus: {{{clause}}}\n{risks}"


def position(day):
    """Months since 1 July 2026 on the clock of the processes: whole months, and the share of the days inside one."""
    days = ((day.replace(day=1) + timedelta(32)).replace(day=1) - day.replace(day=1)).days
    return (day.year - 2026) * 12 + day.month - 7 + (day.day - 1) / days


def earned(m, t, units, price, decay, begin, end, use=0.9, stop=None):
    """Fee of a month: the price at the middle of the generation's part of it, hours by days up to the stop."""
    first, last = (min(max(position(day), t), t + 1) for day in (begin, end))
    age = max(0.0, (first + last) / 2 - position(begin)) / 12
    served = max(0.0, min(position(STOP), t + 1 if stop is None else stop, last) - max(position(START), first))
    return units * price * math.exp(-decay * age) * use * 24 * m.days * served


def table(units, price, decay, begin, end, **more):
    want = {m.last: earned(m, t, units, price, decay, begin, end, **more) for t, m in enumerate(GRID)}
    return {day: amount for day, amount in want.items() if amount}


class TestByHand:
    def test_two_generations_that_begin_and_end_inside_months(self, deal):
        made = deal(
            fee(
                "{from: 2026-10-12, until: 2028-03-08, units: 8_000 GPU, price: 2.35 USD/GPU/hour, decay: 35 %/year}",
                "{from: 2027-11-16, units: 500 GPUs, price: 4 USD/GPU-hour, decay: 0 %/year}",
                more=", utilisation: 60 %",
            ),
            view="tenant",
        )
        one = table(8000, 2.35, 0.35, date(2026, 10, 12), date(2028, 3, 8), use=0.6)
        two = table(500, 4.0, 0.0, date(2027, 11, 16), date(2030, 1, 1), use=0.6)
        same(made.flows(), total(one, two))
        same(made.month("accounts.revenue"), {m.last: 0.0 for m in GRID} | total(one, two))

    def test_the_use_is_that_of_the_capacity_where_none_is_stated(self, deal):
        same(deal(fee(ONE), view="tenant").flows(), table(8000, 2.35, 0.35, START, STOP))

    def test_the_sum_is_that_of_the_days(self, deal):
        """Second opinion on the middle of the month: the price of each day, added over the days of the lease."""
        days = [START + timedelta(k) for k in range((STOP - START).days)]
        daily = sum(8000 * 24 * 0.9 * 2.35 * math.exp(-0.35 * (k + 0.5) / 365.25) for k in range(len(days)))
        assert sum(deal(fee(ONE), view="tenant").flows().values()) == pytest.approx(daily, rel=5e-4)

    def test_to_its_payer_it_is_a_cost_and_to_others_nothing(self, deal):
        change = fee(ONE).replace("payer: outside", "payer: grid")
        want = table(8000, 2.35, 0.35, START, STOP)
        same(deal(change, view="grid").flows(), {day: -amount for day, amount in want.items()})
        same(deal(change, view="host").flows(), {})

    def test_payment_terms(self, deal):
        made = deal(fee(ONE, more=", payment: {lag: 30 days}"), view="tenant")
        want = table(8000, 2.35, 0.35, START, STOP)
        same(made.flows(), {day + timedelta(30): amount for day, amount in want.items()})


class TestOnPaths:
    @pytest.mark.parametrize("notice", [0, 2])
    def test_it_ends_with_the_lease(self, deal, notice):
        made = deal(fee(ONE, risks=f"risks: {{gone: {{{HAZARD}, notice: {notice} months}}}}"), view="tenant")
        run = made.paths(1, gone=[0.105])  # the middle of May 2027
        same(dated(run, 0), table(8000, 2.35, 0.35, START, STOP, stop=10.5 + notice), 1e-11)

    def test_renewals_prolong_it(self, deal):
        rent = "rent: {price: 0 USD/kW/month, renewals: [{term: 6 months, probability: 50 %}]}"
        run = deal(fee(ONE, rent=rent), view="tenant").paths(2, **{"rent.renewal_1.uniform": [0.4, 0.6]})
        same(dated(run, 1), table(8000, 2.35, 0.35, START, STOP))
        last = max(dated(run, 0))
        assert last == date(2029, 3, 31)
        age = (position(date(2029, 3, 1)) + 0.5 - position(START)) / 12
        want = 8000 * 2.35 * math.exp(-0.35 * age) * 0.9 * 24 * 31
        assert dated(run, 0)[last] == pytest.approx(want, rel=1e-12)

    def test_of_two_leases_the_part_that_is_served(self, deal):
        """30 of 100 MW end on 1 January 2027; GPUs stand on both by power, and the lease of another does not count."""
        rent = """
            rent: {contracted: 30 MW, price: 0 USD/kW/month}
            second: {structure: capacity_lease, payer: tenant, payee: host, lease: gross, contracted: 50 MW,
                     price: 0 USD/kW/month}
            third: {structure: capacity_lease, payer: grid, payee: host, lease: gross, contracted: 20 MW,
                    price: 0 USD/kW/month}
        """.strip().replace("\n            ", "\n  ")
        made = deal(fee(ONE, rent=rent, risks=f"risks: {{gone: {{{HAZARD}, ends: [rent, third]}}}}"), view="tenant")
        got = dated(made.paths(1, gone=[0.06]), 0)
        every = table(8000, 2.35, 0.35, START, STOP)
        want = {day: amount * (1.0 if day < date(2027, 1, 1) else 50 / 80) for day, amount in every.items()}
        same(got, want, 1e-11)

    def test_it_moves_with_a_price_around_its_own_forward(self, deal):
        """Times S/F: the level of the factor does not matter, its movement does."""
        market = """
            factors:
              rental: {process: gbm, unit: USD/GPU/hour, forward: {curve: {2026-07-01: 2 USD/GPU/hour,
                       2027-10-01: 1.4 USD/GPU/hour}}, volatility: 0.4 /sqrt(year)}
            """
        made = deal(fee(ONE, more=", moves_with: rental"), market, view="tenant")
        same(made.flows(), table(8000, 2.35, 0.35, START, STOP))  # the base case stands at the forward
        run = made.paths(3)
        for path in range(3):
            want = {}
            for t, m in enumerate(GRID):
                forward = 2.0 if m.first < date(2027, 10, 1) else 1.4
                level = float(run.values["rental"][t, path]) / forward
                want[m.last] = level * earned(m, t, 8000, 2.35, 0.35, START, STOP)
            same(dated(run, path), {day: amount for day, amount in want.items() if amount}, 1e-11)

    def test_the_mean_over_paths_is_the_base_case(self, deal):
        gbm = "process: gbm, unit: USD/GPU/hour, forward: 2 USD/GPU/hour, volatility: 0.3 /sqrt(year)"
        market = f"factors: {{rental: {{{gbm}}}}}"
        made = deal(fee(ONE, more=", moves_with: rental"), market, view="tenant")
        sums = made.paths(4000).cash.sum(axis=0)
        error = sums.std() / math.sqrt(len(sums))
        assert abs(sums.mean() - sum(made.flows().values())) < 4 * error


class TestProperties:
    def test_linear_in_units_and_price(self, deal):
        base = deal(fee(ONE), view="tenant").flows()
        twice = deal(fee(ONE.replace("8_000", "16_000")), view="tenant").flows()
        same(twice, {day: 2 * amount for day, amount in base.items()})
        thrice = deal(fee(ONE.replace("2.35 USD", "7.05 USD")), view="tenant").flows()
        same(thrice, {day: 3 * amount for day, amount in base.items()})

    def test_falls_with_the_decay_and_rises_with_the_use(self, deal):
        def earned_with(decay, use):
            made = deal(fee(ONE.replace("35 %", f"{decay} %"), more=f", utilisation: {use} %"), view="tenant")
            return sum(made.flows().values())

        falling = [earned_with(decay, 70) for decay in (0, 20, 65)]
        rising = [earned_with(35, use) for use in (0, 40, 100)]
        assert falling == sorted(falling, reverse=True) and len(set(falling)) == 3
        assert rising == sorted(rising) and rising[0] == 0.0

    def test_the_tenant_has_a_rate_of_return(self, deal):
        change = fee(ONE) + "  servers: {structure: capex, payer: tenant, payee: outside, cost: 200 MUSD, "
        change += "schedule: {from: 2026-09-30, months: 1}}"
        made = deal(change, view="tenant")
        measures = base_measures(Base.of(resolve(made.contract, view="tenant")))
        flows, days = made.flows(), np.array([(day - date(2026, 6, 30)).days / 365 for day in made.flows()])
        assert measures.irr is not None
        assert float(np.array(list(flows.values())) @ (1 + measures.irr) ** -days) == pytest.approx(0.0, abs=1e-3)


class TestWarned:
    @pytest.mark.parametrize(
        ("generation", "message"),
        [
            (ONE.replace("8_000", "8_000_000"), "8000000 GPU on 100 MW leave 0.013 kW for each"),
            (ONE.replace("2026-10-01", "2026-09-01"), "nothing is earned before 2026-10-01"),
            (ONE, ""),
        ],
    )
    def test_of_a_probable_slip(self, deal, generation, message):
        warnings = [problem.message for problem in deal(fee(generation)).contract.warnings]
        assert any(message in warning for warning in warnings) if message else warnings == []


class TestRefused:
    @pytest.mark.parametrize(
        ("generation", "more", "message"),
        [
            ("{from: 2026-10-01, units: 8_000, price: 2 USD/GPU/hour, decay: 0 %/year}", "", "8_000 GPU"),
            ("{from: 2026-10-01, units: 8 GPU, price: 2 USD/hour, decay: 0 %/year}", "", "wrong unit"),
            ("{from: 2026-10-01, units: 8 GPU, price: 2 USD/GPU/hour}", "", "missing key 'decay'"),
            (
                "{from: 2027-10-01, until: 2027-10-01, units: 8 GPU, price: 2 USD/GPU/hour, decay: 0 %/year}", "",
                "2027-10-01 is not after 2027-10-01",
            ),
            (
                "{from: 2028-10-01, units: 8 GPU, price: 2 USD/GPU/hour, decay: 0 %/year}", "",
                "is after the end of the term on 2028-09-30",
            ),
            (ONE, ", moves_with: inflation", "'inflation' is no price above 0 with a forward"),
            (ONE, ", utilisation: power", "'power' is no share between 0 and 1"),
            (ONE, ", index: {by: inflation}", "a rental price falls with the age of its generation"),
            (ONE + ", " + ONE.replace("USD", "EUR"), "", "is in another money than the first generation's"),
        ],
    )  # fmt: skip
    def test_with_its_place(self, deal, generation, more, message):
        with pytest.raises(SpecError, match=message):
            deal(fee(generation, more=more))
