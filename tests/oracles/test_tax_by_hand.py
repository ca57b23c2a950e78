"""Tax and depreciation of a small contract, against a loop over tax years written out here."""

from datetime import date, timedelta

import pytest
from small_deal import after, dated, months, same

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
GRID = months(date(2026, 7, 1), date(2029, 12, 31))
RENT = {m.last: 1e7 * m.share(START, STOP) for m in GRID}


def tax_year(day, starts=1):
    """The calendar year in which the tax year of a day begins."""
    return day.year - (day.month < starts)


def taxed(profits, rate=0.25, losses="carry_forward"):
    """Tax by tax year from profits by tax year."""
    pool, out = 0.0, {}
    for year in sorted(profits):
        profit = profits[year]
        if losses == "refunded":
            out[year] = rate * profit
        elif losses == "none":
            out[year] = rate * max(profit, 0.0)
        else:
            used = min(pool, max(profit, 0.0))
            pool += max(-profit, 0.0) - used
            out[year] = rate * (max(profit, 0.0) - used)
    return out


def by_year(flows, starts=1):
    out = {}
    for day, amount in flows.items():
        out[tax_year(day, starts)] = out.get(tax_year(day, starts), 0.0) + amount
    return out


COST = "x: {structure: fixed_cost, payer: host, payee: outside, price: 0 USD/year}"
LOSS = """
clauses:
  build: {structure: capex, payer: host, payee: outside, cost: 100 MUSD, schedule: {from: 2026-07-31, months: 1},
          depreciation: {method: declining_balance, rate: 90 %/year}}
"""


@pytest.mark.parametrize("losses", ["carry_forward", "none", "refunded"])
def test_losses(deal, losses):
    """90 % of 100 M written down in 2026 against 30 M of rent, the rest of each year's 90 % later, all in 2028."""
    made = deal(LOSS + f"tax: {{host: {{rate: 25 %, paid: in_year, losses: {losses}}}}}")
    down = {2026: 90e6, 2027: 9e6, 2028: 1e6}
    profits = {year: rent - down.get(year, 0.0) for year, rent in by_year(RENT).items()}
    want = {date(year, 12, 31): -tax for year, tax in taxed(profits, losses=losses).items()}
    same(made.flows("tax"), want)
    assert (min(want.values()) < 0) and (losses != "refunded" or max(want.values()) > 0)


@pytest.mark.parametrize(
    ("starts", "paid", "days"),
    [
        (1, "in_year", lambda y: [date(y, 12, 31)]),
        (1, "[02-15, 04-15]", lambda y: [date(y + 1, 2, 15), date(y + 1, 4, 15)]),
        (1, "[01-31, 06-30, 12-31]", lambda y: [date(y + 1, 1, 31), date(y + 1, 6, 30), date(y + 1, 12, 31)]),
        (7, "in_year", lambda y: [date(y + 1, 6, 30)]),
        (7, "[02-15, 10-15]", lambda y: [date(y + 1, 10, 15), date(y + 2, 2, 15)]),  # both within the next tax year
        (7, "[06-30, 07-01]", lambda y: [date(y + 1, 7, 1), date(y + 2, 6, 30)]),
        (4, "[01-31]", lambda y: [date(y + 2, 1, 31)]),
    ],
)
def test_days_of_payment_and_the_tax_year(deal, starts, paid, days):
    made = deal(f"tax: {{host: {{rate: 20 %, paid: {paid}, year_start: {starts:02}-01}}}}")
    want = {}
    for year, rent in by_year(RENT, starts).items():
        for day in days(year):
            want[day] = -0.2 * rent / len(days(year))
    same(made.flows("tax"), want)


@pytest.mark.parametrize("starts", [1, 7])
def test_declining_balance(deal, starts):
    """The full rate on the balance at each tax year's end, later payments too; the rest in the year the term ends."""
    made = deal(
        f"""
        clauses:
          build: {{structure: capex, payer: host, payee: outside,
                  schedule: {{2026-08-15: 40 MUSD, 2027-08-01: 20 MUSD}},
                  depreciation: {{method: declining_balance, rate: 20 %/year}}}}
        tax: {{host: {{rate: 25 %, paid: in_year, year_start: {starts:02}-01}}}}
        """
    )
    paid = by_year({date(2026, 8, 15): 40e6, date(2027, 8, 1): 20e6}, starts)
    last, balance, want = tax_year(date(2028, 9, 30), starts), 0.0, {}
    for year in range(2026, last + 1):
        balance += paid.get(year, 0.0)
        down = balance if year == last else 0.2 * balance
        balance -= down
        want[after(date(year, starts, 1), 12) - timedelta(1)] = down
    same(made.month("build.depreciation"), want)


def wear(payments, life, start=START):
    """Straight line: each payment in equal months from the later of its own month and the start's."""
    out = {}
    for day, amount in payments.items():
        first = max(day, start).replace(day=1)
        for k in range(life):
            end = after(first, k + 1) - timedelta(1)
            out[end] = out.get(end, 0.0) + amount / life
    return out


@pytest.mark.parametrize(
    ("schedule", "payments"),
    [
        ("{from: 2026-07-31, months: 2}", {date(2026, 7, 31): 30e6, date(2026, 8, 31): 30e6}),
        ("{from: 2026-09-30, months: 6}", {after(date(2026, 9, 30), k): 10e6 for k in range(6)}),
        ("{from: 2027-02-10, months: 3}", {after(date(2027, 2, 10), k): 20e6 for k in range(3)}),
        ("{2026-07-31: 50 %, 2027-04-15: 50 %}", {date(2026, 7, 31): 30e6, date(2027, 4, 15): 30e6}),
    ],
)
@pytest.mark.parametrize("life", [10, 18, 36])
def test_straight_line(deal, schedule, payments, life):
    made = deal(
        f"""
        clauses:
          build: {{structure: capex, payer: host, payee: outside, cost: 60 MUSD, schedule: {schedule},
                  depreciation: {{method: straight_line, life: {life} months}}}}
        tax: {{host: {{rate: 25 %, paid: in_year}}}}
        """
    )
    want = wear(payments, life)
    left = 60e6 - sum(amount for day, amount in want.items() if day < date(2028, 12, 31))
    want = {day: amount for day, amount in want.items() if day < date(2028, 12, 31)}
    want[date(2028, 12, 31)] = left  # written off in the year in which the term ends
    same(made.month("build.depreciation"), want, 1e-11)
    assert sum(made.month("build.depreciation").values()) == pytest.approx(60e6, rel=1e-14)


def test_straight_line_of_foreign_money_is_written_down_whole(deal):
    made = deal(
        """
        clauses:
          build: {structure: capex, payer: host, payee: outside, cost: 60 MEUR, schedule: {from: 2026-08-31, months: 5},
                  depreciation: {method: straight_line, life: 12 months}}
        tax: {host: {rate: 25 %, paid: in_year}}
        """
    )
    run = made.paths(5)
    spent = sum(run.values[f"build.spend_{k}.USD"].sum(axis=0) for k in range(1, 6))
    assert run.values["build.depreciation"].sum(axis=0) == pytest.approx(spent, rel=1e-12)
    assert spent.std() > 1e5


class TestResidual:
    BUILD = """
        clauses:
          build: {structure: capex, payer: host, payee: outside, cost: 100 MUSD,
                  schedule: {from: 2026-07-31, months: 1},
                  depreciation: {method: declining_balance, rate: 20 %/year}}
        """

    def test_continues(self, deal):
        made = deal(self.BUILD + "tax: {host: {rate: 25 %, paid: in_year, residual: continues}}")
        down = {date(2026 + k, 12, 31): 20e6 * 0.8**k for k in range(3)}
        same(made.month("build.depreciation"), down)

    def test_written_off_without_depreciating_anything(self, deal):
        assert deal("tax: {host: {rate: 25 %, paid: in_year}}").flows("tax")

    @pytest.mark.parametrize(("price", "worth"), [("30 MUSD", 30e6), ("100 MNOK", 10e6), ("10 MEUR", 13e6)])
    def test_sold_at(self, deal, price, worth):
        """The balance is written off against the price in the year in which the term ends, whether any asset is written
        down or not."""
        text = f"tax: {{host: {{rate: 25 %, paid: in_year, losses: refunded, residual: sold_at, sold_at: {price}}}}}"
        rent = by_year(RENT)
        down = {2026: 20e6, 2027: 16e6, 2028: 64e6}
        for made, of in ((deal(self.BUILD + text), down), (deal(text), {})):
            want = {
                date(y, 12, 31): -0.25 * (rent[y] - of.get(y, 0.0) + (worth if y == 2028 else 0.0))
                for y in (2026, 2027, 2028)
            }
            same(made.flows("tax"), want)

    def test_nothing_is_sold_where_the_lease_was_cut_short(self, deal):
        made = deal(
            """
            tax: {host: {rate: 25 %, paid: in_year, residual: sold_at, sold_at: 30 MUSD}}
            risks: {gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}}
            """
        )
        run = made.paths(2, gone=[0.09, 9.0])
        assert dated(run, 0, "tax").keys() == {date(2026, 12, 31), date(2027, 12, 31)}
        assert dated(run, 1, "tax")[date(2028, 12, 31)] == pytest.approx(-0.25 * (9e7 + 3e7))


def test_each_party_pays_its_own_tax(deal):
    tenant = "{rate: 50 %, paid: in_year, losses: refunded, year_start: 07-01}"
    text = f"tax: {{host: {{rate: 25 %, paid: in_year}}, tenant: {tenant}}}"
    host, tenant, state = (deal(text, view=view) for view in ("host", "tenant", "state"))
    same(host.flows("tax"), {date(y, 12, 31): -0.25 * rent for y, rent in by_year(RENT).items()})
    same(tenant.flows("tax"), {date(y + 1, 6, 30): 0.5 * rent for y, rent in by_year(RENT, 7).items()})
    assert state.flows("tax") == {}


def test_only_the_one_who_built_writes_down(deal):
    text = LOSS + "tax: {host: {rate: 25 %, paid: in_year}, outside: {rate: 25 %, paid: in_year}}"
    assert "build.depreciation" not in deal(text, view="outside").plan.row_of


def test_tax_is_paid_in_february_and_april_where_the_file_says_nothing(deal):
    """Norway's days: half on 15 February and half on 15 April of the next year."""
    text = "tax: {host: {rate: 25 %}}"
    days = {(day.month, day.day) for day in deal(text).flows("tax")}
    assert days == {(2, 15), (4, 15)}
    assert deal(text).flows("tax") == deal("tax: {host: {rate: 25 %, paid: [02-15, 04-15]}}").flows("tax")
