"""A second assessment of the same party's tax, after interest, against a loop over tax years written out here."""

from datetime import date

import pytest
from small_deal import months, same

import valuation.resolve
from valuation import timeline
from valuation.lowering.tax import assess_tax, lower_tax

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
GRID = months(date(2026, 7, 1), date(2029, 12, 31))
RENT = {m.last: 1e7 * m.share(START, STOP) for m in GRID}


def by_year(flows):
    out = {}
    for day, amount in flows.items():
        out[day.year] = out.get(day.year, 0.0) + amount
    return out


@pytest.fixture
def levered(deal, monkeypatch):
    """A contract whose tax is assessed again after interest by calendar year, paid in equal months."""

    def make(text, interest):
        found = []

        def both(ctx, profit):
            lower_tax(ctx, profit)
            dates = tuple(float(timeline.serial(day)) for day in interest)
            table = ctx.b.table("loan", {"date": dates, "value": tuple(interest.values())}, ("date", "USD"))
            row = ctx.b.month(
                "loan.interest", "steps", f"{table}:date", f"{table}:value", ctx.time.month_end, unit="USD"
            )
            found.extend(assess_tax(ctx, profit, prefix="levered_tax", interest=row))

        monkeypatch.setattr(valuation.resolve, "lower_tax", both)
        made = deal(text)
        assert made.plan
        return made, found

    return make


def monthly(by_calendar_year):
    """Interest in force from each first of January, a twelfth a month."""
    steps = {date(year, 1, 1): amount / 12 for year, amount in by_calendar_year.items()}
    return {**steps, date(max(by_calendar_year) + 1, 1, 1): 0.0}


def paid(made, parts):
    """What an assessment pays by date."""
    out = {}
    for row, dates in parts:
        days, amounts = (made.values.series(name, made.plan.months) for name in (dates, row))
        for serial, amount in zip(days, amounts, strict=True):
            if serial > 0.0 and amount:
                day = timeline.date_of(serial)
                out[day] = out.get(day, 0.0) + amount
    return out


INTEREST = {2027: 150e6, 2028: 12e6}
"""More than the profit in 2027, so that a loss is carried into 2028."""


def test_interest_lowers_the_second_assessment_and_not_the_first(levered):
    made, parts = levered("tax: {host: {rate: 25 %, paid: in_year}}", monthly(INTEREST))
    rent = by_year(RENT)
    same(made.flows("tax"), {date(y, 12, 31): -0.25 * rent[y] for y in (2026, 2027, 2028)})
    left = rent[2028] - 12e6 - (150e6 - rent[2027])
    same(paid(made, parts), {date(2026, 12, 31): 0.25 * rent[2026], date(2028, 12, 31): 0.25 * left})
    assert made.month("levered_tax.losses")[date(2027, 12, 31)] == pytest.approx(30e6)
    assert made.month("tax.losses")[date(2027, 12, 31)] == 0.0


def test_what_does_not_depend_on_the_interest_is_written_once(levered):
    """A sale of the assets, the days of payment and a shock on the rate are those of the first assessment."""
    made, parts = levered(
        """
        tax: {host: {rate: 25 %, residual: sold_at, sold_at: 30 MUSD, losses: refunded}}
        risks: {jump: {process: shock, tax_of: host, change: 50 %, arrival: {value: 1 %/year, evidence: historical}}}
        """,
        monthly(INTEREST),
    )
    assert [dates for _, dates in parts] == ["tax.date_1", "tax.date_2"]
    assert [row for row, _ in parts] == ["levered_tax.part_1", "levered_tax.part_2"]
    rent = by_year(RENT)
    profits = {2026: rent[2026], 2027: rent[2027] - 150e6, 2028: rent[2028] - 12e6 + 30e6}
    want = {}
    for year, profit in profits.items():
        for day in (date(year + 1, 2, 15), date(year + 1, 4, 15)):
            want[day] = 0.125 * profit
    same(paid(made, parts), want)


def test_without_interest_both_are_equal(levered):
    made, parts = levered("tax: {host: {rate: 25 %}}", monthly({2027: 0.0}))
    same(paid(made, parts), {day: -amount for day, amount in made.flows("tax").items()})


def test_a_party_without_tax_is_not_assessed(levered):
    assert levered("{}", monthly(INTEREST))[1] == []
