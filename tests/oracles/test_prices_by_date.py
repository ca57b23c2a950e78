"""Prices and shares that change by date, against sums written by hand; a gap at the start is refused."""

from datetime import date

import pytest
from small_deal import Month, same

from valuation.spec import SpecError

TERM = [Month(date(2026 + (9 + k) // 12, (9 + k) % 12 + 1, 1)) for k in range(24)]
STEP = date(2027, 7, 1)
HOURS = {month.last: 24.0 * month.days for month in TERM}


def by_date(before: float, after: float) -> dict[date, float]:
    return {month.last: after if month.first >= STEP else before for month in TERM}


def test_rent(deal):
    made = deal("clauses: {rent: {price: {2026-10-01: 100 USD/kW/month, 2027-07-01: 120 USD/kW/month}}}")
    same(made.flows(), {day: 100e3 * price for day, price in by_date(100.0, 120.0).items()})


def test_rent_escalates_on_top(deal):
    text = "clauses: {rent: {price: {2026-10-01: 100 USD/kW/month, 2027-07-01: 120 USD/kW/month}, escalator: 3 %/year}}"
    want = {day: 100e3 * p * (1.03 if day > date(2027, 10, 1) else 1.0) for day, p in by_date(100.0, 120.0).items()}
    same(deal(text).flows(), want)


@pytest.mark.parametrize(
    ("clause", "amount"),
    [
        ("fixed_cost, price: {2026-10-01: 5 USD/kW/month, 2027-07-01: 7 USD/kW/month}", lambda p, h: 100e3 * p),
        ("fixed_cost, price: {2026-10-01: 60 MUSD/year, 2027-07-01: 84 MUSD/year}", lambda p, h: 1e6 * p),
        ("volume_charge, price: {2026-10-01: 5 USD/MWh, 2027-07-01: 7 USD/MWh}", lambda p, h: 90.0 * h * p),
        (
            "power_supply, fixed_price: {2026-10-01: 5 USD/MWh, 2027-07-01: 7 USD/MWh},"
            " hedge: {volume: as_consumed, share: 100 %, of: consumption}",
            lambda p, h: 90.0 * h * p,
        ),
    ],
)
def test_costs(deal, clause, amount):
    made = deal(
        f"clauses: {{rent: {{price: 0 USD/kW/month}}, x: {{structure: {clause}, payer: host, payee: outside}}}}"
    )
    same(made.flows(), {day: -amount(price, HOURS[day]) for day, price in by_date(5.0, 7.0).items()})


def test_the_hedged_share(deal):
    """Fixed at 40 dollars; spot in base is 30 and from March 2027 45 euro at 1.1, from February 2027 1.3 dollars."""
    made = deal(
        """
        clauses:
          rent: {price: 0 USD/kW/month}
          x: {structure: power_supply, payer: host, payee: supplier, fixed_price: 40 USD/MWh, spot: power,
              hedge: {volume: as_consumed, share: {2026-10-01: 80 %, 2027-07-01: 30 %}, of: consumption}}
        """
    )
    spot = {
        month.last: (45.0 if month.first >= date(2027, 3, 1) else 30.0)
        * (1.3 if month.first >= date(2027, 2, 1) else 1.1)
        for month in TERM
    }
    shares = by_date(0.8, 0.3)
    want = {day: -90.0 * HOURS[day] * (40.0 * s + spot[day] * (1.0 - s)) for day, s in shares.items()}
    same(made.flows(), want)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("rent: {price: {2026-11-01: 100 USD/kW/month}}", "no price before 2026-11-01"),
        ("rent: {price: {2026-10-01: 100 USD/kW/month, 2027-01-01: 90 EUR/kW/month}}", "write all of them in one"),
    ],
)
def test_what_is_refused(deal, change, message):
    with pytest.raises(SpecError, match=message):
        deal(f"clauses: {{{change}}}")


def test_a_step_inside_a_month_is_warned_of(deal):
    made = deal("clauses: {rent: {price: {2026-10-01: 100 USD/kW/month, 2027-07-15: 120 USD/kW/month}}}")
    assert any("inside a month" in problem.message for problem in made.contract.warnings)
    assert made.flows()[date(2027, 7, 31)] == 10e6 and made.flows()[date(2027, 8, 31)] == 12e6
