"""Tax rates by date and limits to losses, against a loop over tax years written out here: losses are kept by the year
in which they arose, which the plan does not do."""

import random
from datetime import date

import pytest
from small_deal import same

YEARS = range(2026, 2038)
RENT = {year: 120e6 if year > 2026 else 30e6 for year in YEARS}
"""100 MW at 100 USD/kW/month from October 2026; the last year of the term ends in September."""
RENT[2036] = 90e6
RENT[2037] = 0.0


def deal_text(costs, tax, more="", currency="USD", rate=1.0):
    """A contract of ten years whose cost makes the profit of each year what a test wants."""
    steps = {date(year, 1, 1): cost for year, cost in costs.items()}
    prices = ", ".join(f"{day}: {cost * rate / 1e6!r} M{currency}/year" for day, cost in steps.items())
    return f"""
dates: {{term: 120 months}}
clauses:
  x: {{structure: fixed_cost, payer: host, payee: outside, price: {{{prices}}}}}
tax: {{host: {{paid: in_year, {tax}}}}}
{more}
"""


def drawn(seed):
    """Costs a year, so that profits are of either sign."""
    random_ = random.Random(seed)
    return {year: 1e6 * random_.randrange(0, 260) for year in YEARS}


def profits(costs):
    """Profit by year: the cost runs by months from October 2026 to September 2036."""
    share = {2026: 0.25, 2036: 0.75, 2037: 0.0}
    return {year: RENT[year] - costs[year] * share.get(year, 1.0) for year in YEARS}


def taxed(results, rate=0.25, share=1.0, free=0.0, years=None):
    """Tax by year; each year's loss is kept apart and the oldest is used first."""
    kept, out = {}, {}
    for year in sorted(results):
        profit = results[year]
        room = min(max(profit, 0.0), free) + share * max(profit - free, 0.0)
        used = 0.0
        for born in sorted(kept):
            if years is not None and year - born > years:
                continue
            part = min(kept[born], room - used)
            kept[born] -= part
            used += part
        kept[year] = max(-profit, 0.0)
        out[year] = rate * (max(profit, 0.0) - used)
    return out


def december(by_year):
    return {date(year, 12, 31): amount for year, amount in by_year.items()}


class TestLosses:
    @pytest.mark.parametrize("seed", range(6))
    @pytest.mark.parametrize(
        ("limit", "how"),
        [
            ("{share: 80 %}", {"share": 0.8}),
            ("{share: 70 %, free: 10 MUSD}", {"share": 0.7, "free": 10e6}),
            ("{share: 70 %, free: 200 MNOK}", {"share": 0.7, "free": 20e6}),
            ("{carry_forward: 1 year}", {"years": 1}),
            ("{carry_forward: 3 years}", {"years": 3}),
            ("{share: 60 %, carry_forward: 24 months}", {"share": 0.6, "years": 2}),
        ],
    )
    def test_limits(self, deal, limit, how, seed):
        costs = drawn(seed)
        made = deal(deal_text(costs, f"rate: 25 %, loss_limit: {limit}"))
        want = taxed(profits(costs), **how)
        same(made.flows("tax"), {day: -tax for day, tax in december(want).items()})

    def test_an_expired_loss_is_told(self, deal):
        """A loss of 30 M in 2026 may be used in 2027 and 2028; 10 M a year are earned, so 10 M expire."""
        costs = dict.fromkeys(YEARS, 110e6) | {2026: 240e6}
        made = deal(deal_text(costs, "rate: 25 %, loss_limit: {carry_forward: 2 years}"))
        same(made.month("tax.losses_used"), december({2027: 10e6, 2028: 10e6}))
        same(made.month("tax.losses_expired"), december({2028: 10e6}))
        assert made.month("tax.losses")[date(2027, 12, 31)] == pytest.approx(20e6)
        assert made.month("tax.losses")[date(2028, 12, 31)] == 0.0

    @pytest.mark.parametrize(
        "limit", ["", "loss_limit: {share: 80 %}", "loss_limit: {share: 60 %, free: 1 MEUR, carry_forward: 4 years}"]
    )
    def test_the_pool_is_below_zero_on_no_path(self, deal, limit):
        made = deal(deal_text(drawn(7), f"rate: 25 %, {limit}", currency="EUR", rate=0.8))
        run = made.paths(60)
        pool, used = run.values["tax.losses"], run.values["tax.losses_used"]
        assert pool.min() == 0.0 and pool.max() > 1e7 and used.min() == 0.0 and used.max() > 1e7
        made_of = [
            run.values[row].sum(axis=0) for row in ("tax.losses_used", "tax.losses_expired") if row in run.values
        ]
        ends = run.values["tax.profit_of_year"][[day.month == 12 for day in made.month("tax.losses")]]
        assert sum(made_of) + pool[-1] == pytest.approx((-ends).clip(0.0).sum(axis=0))
        assert (run.values["tax.assessed"] >= -1e-6).all()


class TestRateByDate:
    RATES = "rate: {2025-01-01: 28 %, 2028-07-01: 22 %, 2030-12-31: 20 %, 2032-01-01: 25 %}"

    def test_the_rate_of_the_last_day_holds_for_the_year(self, deal):
        made = deal(deal_text(dict.fromkeys(YEARS, 20e6), self.RATES))
        rates = {2026: 0.28, 2027: 0.28, 2028: 0.22, 2029: 0.22, 2030: 0.2, 2031: 0.2}
        won = profits(dict.fromkeys(YEARS, 20e6))
        same(made.flows("tax"), december({y: -rates.get(y, 0.25) * p for y, p in won.items()}))

    def test_in_a_tax_year_of_its_own(self, deal):
        made = deal("tax: {host: {paid: in_year, year_start: 07-01, rate: {2020-01-01: 10 %, 2027-07-01: 20 %}}}")
        same(
            made.flows("tax"),
            {date(2027, 6, 30): -0.1 * 90e6, date(2028, 6, 30): -0.2 * 120e6, date(2029, 6, 30): -0.2 * 30e6},
        )

    def test_a_shock_acts_on_the_rate_of_the_date(self, deal):
        risk = "{process: shock, tax_of: host, change: 50 %, arrival: {value: 12 %/year, evidence: historical}}"
        made = deal(deal_text(dict.fromkeys(YEARS, 20e6), self.RATES, f"risks: {{jump: {risk}}}"))
        run = made.paths(2, jump=[0.185, 99.0])  # 18.5 months after June 2026: half of January 2028
        assessed = run.values["tax.assessed"]
        at = {day: t for t, day in enumerate(made.month("tax.assessed"))}
        for year, rate in {2026: 0.28, 2027: 0.28, 2028: 0.33, 2032: 0.375}.items():
            won = profits(dict.fromkeys(YEARS, 20e6))[year]
            assert assessed[at[date(year, 12, 31)], 0] == pytest.approx(rate * won)
            quiet = rate if year < 2028 else rate / 1.5
            assert assessed[at[date(year, 12, 31)], 1] == pytest.approx(quiet * won)


def test_partners_have_their_parts_of_what_is_limited(deal):
    """Amounts that limit the tax of a joint venture are the venture's: the parts of the partners add up to its tax."""
    more = "parties: {partner: Partner}"
    venture = "  jv: {structure: joint_venture, payer: host, payee: partner, share: 40 %}\n  x:"
    build = """
  build: {structure: capex, payer: host, payee: outside, cost: 90 MUSD, schedule: {from: 2026-07-31, months: 1},
          depreciation: {norway_group: a}, investment_credit: {share: 10 %}}
"""
    costs = {year: 0.8 * cost for year, cost in drawn(3).items()}
    text = deal_text(costs, "rate: 25 %, loss_limit: {share: 70 %, free: 10 MUSD, carry_forward: 3 years}", more)
    text = text.replace("\ntax:", f"{build}tax:")
    whole = deal(text).flows("tax")
    assert len(whole) > 3
    for view, part in (("host", 0.6), ("partner", 0.4)):
        mine = deal(text.replace("  x:", venture), view=view).flows("tax")
        same(mine, {day: part * tax for day, tax in whole.items()})
