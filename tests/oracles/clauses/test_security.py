"""Deposit, guarantee and letter of credit, by hand on chosen paths.

λ is 12 % a year, so E = 0.01·x strikes x months after 30 June 2026; position p of the grid is p months after it. The
small deal earns 10 MUSD a month from October 2026 (position 3) to September 2028 (position 27).
"""

from datetime import date

import pytest
from small_deal import dated, months, same, total

from valuation.errors import SpecError

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
START, STOP = date(2026, 10, 1), date(2028, 10, 1)
HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
CLAIM = "compensation: {payer: tenant, payee: host, share: 10 %, of: remaining_rent, lag: 3 months}"
DEPOSIT = "form: deposit, payer: tenant, payee: host, of: rent, amount: 25 MUSD, covers: gone"


def change(terms, claim="", more=""):
    return (
        f"clauses:\n  safe: {{structure: security, {terms}}}\n{more}"
        f"\nrisks:\n  gone: {{{HAZARD}{', ' + claim if claim else ''}}}\n  other: {{{HAZARD}}}"
    )


def rent(stop=27.0):
    return {m.last: 1e7 * max(0.0, min(stop, t + 1) - t) for t, m in enumerate(GRID) if t >= 3 and t < min(stop, 27.0)}


NEVER = 99.0


class TestDeposit:
    def test_it_is_paid_in_and_given_back(self, deal):
        made = deal(change(DEPOSIT))
        run = made.paths(1, gone=[NEVER], other=[NEVER])
        want = total(rent(), {START: 2.5e7, date(2028, 9, 30): -2.5e7})
        same(dated(run, 0), want)
        same(made.flows(), want)  # the base case
        same(deal(change(DEPOSIT), events=False).flows(), want)
        assert run.final["margin"][0] == 1.0
        assert made.month("accounts.ebitda")[date(2026, 10, 31)] == 1e7

    def test_after_what_it_covers_it_is_kept_and_after_another_event_given_back(self, deal):
        run = deal(change(DEPOSIT)).paths(2, gone=[0.075, NEVER], other=[NEVER, 0.075])
        same(dated(run, 0), total(rent(7.5), {START: 2.5e7}), 1e-11)
        same(dated(run, 1), total(rent(7.5), {START: 2.5e7, date(2027, 2, 28): -2.5e7}), 1e-11)

    def test_it_covers_the_claim_first_and_the_rest_is_recovered_by_its_share(self, deal):
        """Lost at 7.5: 19.5 months, 195 MUSD, of which 25 are kept and 10 % of 170 come three months later. Lost at
        26.5: 5 MUSD, 20 are given back and nothing is left to recover."""
        run = deal(change(DEPOSIT, CLAIM)).paths(2, gone=[0.075, 0.265], other=[NEVER, NEVER])
        same(dated(run, 0), total(rent(7.5), {START: 2.5e7, date(2027, 5, 31): 1.7e7}), 1e-11)
        same(dated(run, 1), total(rent(26.5), {START: 2.5e7, date(2028, 9, 30): -2e7}), 1e-9)

    def test_an_event_before_the_start_finds_none(self, deal):
        run = deal(change(DEPOSIT)).paths(1, gone=[0.02], other=[NEVER])
        assert dated(run, 0) == {}

    def test_months_of_rent_are_of_the_largest_power_at_the_first_price(self, deal):
        power = "capacity: {contracted: {2026-10-01: 40 MW, 2027-01-01: 100 MW}}"
        terms = DEPOSIT.replace("25 MUSD", "2 months")
        made = deal(f"{power}\n{change(terms)}")
        assert dated(made.paths(1, gone=[NEVER], other=[NEVER]), 0)[START] == pytest.approx(2e7)

    def test_simple_interest_for_its_time_and_a_lag(self, deal):
        made = deal(change(f"{DEPOSIT}, interest: 3 %/year, payment: {{lag: 1 months}}"))
        run = made.paths(2, gone=[NEVER, 0.15], other=[NEVER, NEVER])
        want = total(rent(), {START: 2.5e7, date(2028, 10, 31): -2.5e7 * (1 + 0.03 * 2)})
        same(dated(run, 0), want, 1e-11)
        same(dated(run, 1), total(rent(15.0), {START: 2.5e7}), 1e-11)

    @pytest.mark.parametrize(("strikes", "profit"), [(NEVER, 24e7 - 2.5e7 * 0.06), (0.15, 12e7 + 2.5e7)])
    def test_what_is_kept_is_taxable_and_what_is_paid_in_is_not(self, deal, strikes, profit):
        tax = "tax: {host: {rate: 50 %, losses: refunded, paid: in_year}}"
        run = deal(f"{tax}\n{change(f'{DEPOSIT}, interest: 3 %/year')}").paths(1, gone=[strikes], other=[NEVER])
        assert run.tax[:, 0].sum() == pytest.approx(-0.5 * profit, rel=1e-11)

    @pytest.mark.parametrize("strikes", [NEVER, 0.075, 0.26])
    @pytest.mark.parametrize("form", [DEPOSIT, DEPOSIT.replace("deposit", "guarantee") + ", guarantor: supplier"])
    def test_every_side_is_the_same_number(self, deal, strikes, form):
        views = ("host", "tenant", "supplier")
        flows = [dated(deal(change(form, CLAIM), view=v).paths(1, gone=[strikes], other=[NEVER]), 0) for v in views]
        assert max(abs(amount) for amount in total(*flows).values()) < 1e-6
        pays = "guarantee" in form and strikes != NEVER
        assert bool(flows[2]) == pays

    def test_two_of_them_pay_one_after_the_other(self, deal):
        """Lost at 24.25: 27.5 MUSD; the deposit pays 25 of it, the guarantee 2.5 of its 100, the estate nothing."""
        second = (
            "  word: {structure: security, form: guarantee, payer: tenant, payee: host, of: rent, amount: 100 MUSD, "
            "covers: [gone], guarantor: outside}"
        )
        run = deal(change(DEPOSIT, CLAIM, second)).paths(1, gone=[0.2425], other=[NEVER])
        same(dated(run, 0), total(rent(24.25), {START: 2.5e7, date(2028, 7, 31): 2.5e6}), 1e-9)

    def test_a_lease_in_foreign_money(self, deal):
        """The deposit is in the money of the rent; each payment at the rate of its month."""
        terms = DEPOSIT.replace("25 MUSD", "25 MEUR")
        changed = change(terms).replace("clauses:", "clauses:\n  rent: {price: 100 EUR/kW/month}")
        run = deal(changed).paths(1, gone=[0.075], other=[NEVER])
        eur = run.values["eur"][:, 0]
        got = dated(run, 0)
        assert got[START] == pytest.approx(2.5e7 * eur[3])
        assert run.values["accounts.taxable"][7, 0] == pytest.approx((5e6 + 2.5e7) * eur[7])


class TestGuaranteeAndLetterOfCredit:
    TERMS = "payer: tenant, payee: host, of: rent, amount: 25 MUSD, covers: [gone], guarantor: supplier"

    def test_a_guarantee_pays_when_it_is_drawn(self, deal):
        terms = f"form: guarantee, {self.TERMS}, payment: {{lag: 2 months}}"
        run = deal(change(terms)).paths(2, gone=[0.075, NEVER], other=[NEVER, 0.075])
        same(dated(run, 0), total(rent(7.5), {date(2027, 4, 30): 2.5e7}), 1e-11)
        same(dated(run, 1), rent(7.5), 1e-11)
        assert run.final["margin"].tolist() == [1.0, 1.0]

    @pytest.mark.parametrize("strikes", [0.075, NEVER])
    def test_a_letter_of_credit_costs_its_payer_a_fee_by_days(self, deal, strikes):
        terms = f"form: letter_of_credit, {self.TERMS}, fee: 1.2 %/year"
        run = deal(change(terms), view="supplier").paths(1, gone=[strikes], other=[NEVER])
        fees = {day: 2.5e4 * amount / 1e7 for day, amount in rent(min(100 * strikes, 27.0)).items()}
        drawn = {date(2027, 2, 28): -2.5e7} if strikes < 1 else {}
        same(dated(run, 0), total(fees, drawn), 1e-11)
        tenant = deal(change(terms), view="tenant").paths(1, gone=[strikes], other=[NEVER])
        same(dated(tenant, 0), {d: -a - 2.5e4 * a / 1e7 for d, a in rent(min(100 * strikes, 27.0)).items()}, 1e-11)


class TestMessages:
    @pytest.mark.parametrize(
        ("terms", "message"),
        [
            (DEPOSIT.replace("25 MUSD", "25"), "has no unit, expected an amount of money, or months of rent"),
            (DEPOSIT.replace("25 MUSD", "25 MEUR"), "it is in EUR and the rent of 'rent'"),
            (DEPOSIT.replace("payee: host", "payee: grid"), "the landlord of 'rent' is 'host'"),
            (DEPOSIT.replace("gone", "[]"), "name the event after which it is drawn"),
            (DEPOSIT.replace("gone", "elsewhere"), "unknown hazard 'elsewhere'"),
            (f"{DEPOSIT}, fee: 1 %/year", "a deposit is money of the payer and has no fee"),
            (DEPOSIT.replace("deposit", "guarantee"), "a guarantee needs 'guarantor'"),
            (DEPOSIT.replace("deposit", "letter_of_credit") + ", guarantor: supplier", "has a yearly 'fee'"),
            (DEPOSIT.replace("deposit", "guarantee") + ", guarantor: tenant", "cannot stand for its own debt"),
            (
                DEPOSIT.replace("deposit", "guarantee") + ", guarantor: grid, interest: 1 %/year",
                "the money of a deposit",
            ),
            (f"{DEPOSIT}, payment: {{in: advance}}", "a 'lag' puts that off"),
        ],
    )
    def test_what_does_not_fit_is_said(self, deal, terms, message):
        with pytest.raises(SpecError, match=message):
            deal(change(terms))

    def test_an_event_that_does_not_end_the_lease(self, deal):
        more = """
  rent: {contracted: 30 MW}
  more: {structure: capacity_lease, payer: tenant, payee: host, lease: gross, price: 9 USD/kW/month, contracted: 70 MW}
"""
        text = change(DEPOSIT, more=more).replace(f"gone: {{{HAZARD}", f"gone: {{{HAZARD}, ends: [more]")
        with pytest.raises(SpecError, match="'gone' does not end 'rent'"):
            deal(text)
