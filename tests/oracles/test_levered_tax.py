"""A second assessment of the same party's tax, after interest, against a loop over tax years written out here."""

import random
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


YEARS = range(2026, 2037)


def deductible(ebitda, interest, share, threshold=0.0, years=None):
    """Interest deducted by year, what a year leaves kept apart and the oldest used first; and what is carried."""
    kept, out, carried = {}, {}, {}
    for year in sorted(ebitda):
        cap = share * max(ebitda[year], 0.0)
        own = interest[year] if interest[year] <= threshold else min(interest[year], cap)
        room = max(cap - own, 0.0)
        out[year] = own
        for born in sorted(kept):
            part = min(kept[born], room) if years is None or year - born <= years else 0.0
            kept[born] -= part
            room -= part
            out[year] += part
        if years is not None:
            kept = {born: rest for born, rest in kept.items() if year - born < years}
        if years != 0:
            kept[year] = interest[year] - own
        carried[year] = sum(kept.values())
    return out, carried


class TestInterestLimit:
    """100 MW at 120 M a year for ten years, a cost by year, 200 M written down by 20 % of the balance a year."""

    def contract(self, costs, limit, tax="losses: refunded"):
        prices = ", ".join(f"{year}-01-01: {cost / 1e6!r} MUSD/year" for year, cost in costs.items())
        return f"""
        dates: {{term: 120 months}}
        clauses:
          x: {{structure: fixed_cost, payer: host, payee: outside, price: {{{prices}}}}}
          build: {{structure: capex, payer: host, payee: outside, cost: 200 MUSD,
                  schedule: {{from: 2026-07-31, months: 1}},
                  depreciation: {{method: declining_balance, rate: 20 %/year}}}}
        tax: {{host: {{rate: 25 %, paid: in_year, {tax}, interest_limit: {limit}}}}}
        """

    def results(self, costs):
        """EBITDA and depreciation by year."""
        part, balance, ebitda, down = {2026: 0.25, 2036: 0.75}, 200e6, {}, {}
        for year in YEARS:
            ebitda[year] = (120e6 - costs[year]) * part.get(year, 1.0)
            down[year] = balance if year == 2036 else 0.2 * balance
            balance -= down[year]
        return ebitda, down

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize(
        ("limit", "how"),
        [
            ("{share: 25 %}", {"share": 0.25}),
            ("{share: 25 %, threshold: 250 MNOK, carry_forward: 10 years}",
             {"share": 0.25, "threshold": 25e6, "years": 10}),
            ("{share: 30 %, threshold: 10 MUSD, carry_forward: 2 years}",
             {"share": 0.3, "threshold": 10e6, "years": 2}),
            ("{share: 30 %, carry_forward: 0 years}", {"share": 0.3, "years": 0}),
        ],
    )  # fmt: skip
    def test_against_a_loop_of_years(self, levered, limit, how, seed):
        drawn = random.Random(seed)
        costs = {year: 1e6 * drawn.randrange(0, 180) for year in YEARS}
        interest = {year: 1e6 * drawn.randrange(-4, 60) for year in YEARS}
        made, parts = levered(self.contract(costs, limit), monthly(interest))
        ebitda, down = self.results(costs)
        deducted, carried = deductible(ebitda, {2026: interest[2026] / 2, **{y: interest[y] for y in YEARS[1:]}}, **how)
        want = {date(y, 12, 31): 0.25 * (ebitda[y] - down[y] - deducted[y]) for y in YEARS}
        same(paid(made, parts), want)
        if how.get("years") != 0:
            got = made.month("levered_tax.interest_carried")
            assert {y: got[date(y, 12, 31)] for y in YEARS} == pytest.approx(carried, abs=1e-6)
            assert min(got.values()) >= 0.0
        unlevered = {date(y, 12, 31): -0.25 * (ebitda[y] - down[y]) for y in YEARS}
        same(made.flows("tax"), unlevered)

    def test_norway_in_figures(self, levered):
        """Tax EBITDA 80 M in 2027, so a cap of 20 M: of 24 M (240 MNOK) all is deducted below the threshold of 250
        MNOK; of 26 M above it 20, and 6 wait. In 2028 16 M of 20 are paid, so 4 of the 6 are deducted."""
        limit = "{share: 25 %, threshold: 250 MNOK, carry_forward: 10 years}"
        costs = dict.fromkeys(YEARS, 40e6)
        below, _ = levered(self.contract(costs, limit), monthly({2027: 24e6}))
        assert below.month("levered_tax.interest_deducted")[date(2027, 12, 31)] == pytest.approx(24e6)
        above, _ = levered(self.contract(costs, limit), monthly({2027: 26e6, 2028: 16e6}))
        deducted, carried = (above.month(f"levered_tax.interest_{row}") for row in ("deducted", "carried"))
        assert [deducted[date(year, 12, 31)] for year in (2027, 2028)] == pytest.approx([20e6, 20e6])
        assert [carried[date(year, 12, 31)] for year in (2027, 2028, 2029)] == pytest.approx([6e6, 2e6, 0.0])

    def test_no_pool_is_below_zero_on_any_path(self, levered):
        limit = "{share: 25 %, threshold: 5 MUSD, carry_forward: 3 years}"
        text = self.contract(dict.fromkeys(YEARS, 90e6), limit, "loss_limit: {share: 80 %, carry_forward: 4 years}")
        made, _ = levered(text.replace("MUSD/year", "MEUR/year"), monthly(dict.fromkeys(YEARS, 30e6)))
        run = made.paths(60)
        for pool in ("levered_tax.losses", "levered_tax.interest_carried"):
            assert run.values[pool].min() == 0.0
            assert run.values[pool].max() > 1e6
        assert (run.values["levered_tax.assessed"] >= -1e-6).all()
