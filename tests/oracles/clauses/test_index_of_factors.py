"""A price indexed by factors: a table by hand on a forward by date, the product path by path, and what is refused.

Definition: finance definitions, Clauses, "Index": P_t = P_0·Π(1 + clip(w·Δindex + (1 − w)·fixed, floor, cap)). The
term is 1 October 2026 to 30 September 2028; the base price of power is 30 euro and from March 2027 45.
"""

from datetime import date

import numpy as np
import pytest
from small_deal import dated, months, same, write

from valuation.spec import SpecError
from valuation.spec.load import load

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
TERM = [m for m in GRID if date(2026, 10, 1) <= m.first < date(2028, 10, 1)]


def priced(deal, index, more="", **how):
    """The small contract with a fixed cost of 1 MUSD a month under an index, without rent."""
    return deal(
        f"""
        clauses:
          rent: {{price: 0 USD/kW/month}}
          x: {{structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year, index: {index}{more}}}
        """,
        **how,
    )


def steps(made, factors):
    """The base case is 1 MUSD a month times a factor by month number, 0 = October 2026."""
    same(made.flows(), {m.last: -1e6 * factors(n) for n, m in enumerate(TERM)})


class TestByHand:
    def test_a_yearly_step(self, deal):
        """October 2027 over October 2026: 45/30, of which 60 %; the rest grows 2 % a year."""
        made = priced(deal, "{by: power, share: 60 %, fixed: 2 %/year}")
        steps(made, lambda n: 1.0 if n < 12 else 1.0 + 0.6 * 0.5 + 0.4 * 0.02)

    @pytest.mark.parametrize(
        ("terms", "second_year"),
        [
            ("cap: 10 %/year", 1.10),
            ("cap: 40 %/year", 1.308),
            ("floor: 35 %/year", 1.35),
            ("floor: 5 %/year, cap: 20 %/year", 1.20),
        ],
    )
    def test_cap_and_floor(self, deal, terms, second_year):
        made = priced(deal, f"{{by: power, share: 60 %, fixed: 2 %/year, {terms}}}")
        steps(made, lambda n: 1.0 if n < 12 else second_year)

    def test_weights_of_several_factors(self, deal):
        """60 % power (+50 %), 10 % euro (1.3/1.1), 20 % inflation of 3 %, and 10 % at 1 %."""
        parts = "{factor: power, weight: 60 %}, {factor: eur, weight: 10 %}, {factor: inflation, weight: 20 %}"
        made = priced(deal, f"{{by: [{parts}], fixed: 1 %/year}}")
        change = 0.6 * 0.5 + 0.1 * (1.3 / 1.1 - 1.0) + 0.2 * 0.03 + 0.1 * 0.01
        steps(made, lambda n: 1.0 if n < 12 else 1.0 + change)

    @pytest.mark.parametrize(
        ("terms", "months_of_step", "second"),
        [("frequency: quarterly", 3, 6), ("frequency: monthly", 1, 5), ("frequency: monthly, lag: 2 months", 1, 7)],
    )
    def test_quarters_months_and_a_lag(self, deal, terms, months_of_step, second):
        """Power steps from 30 to 45 in March 2027, month 5 of the term; a cap of 8 % a year is 1.08^(n/12) a step."""
        made = priced(deal, f"{{by: [{{factor: power, weight: 50 %}}], {terms}}}")
        steps(made, lambda n: 1.25 if n >= second else 1.0)
        capped = priced(deal, f"{{by: [{{factor: power, weight: 50 %}}], cap: 8 %/year, {terms}}}")
        steps(capped, lambda n: 1.08 ** (months_of_step / 12) if n >= second else 1.0)

    def test_the_rest_of_a_quarter(self, deal):
        """Inflation of 3 % and 2 % fixed for a quarter: 1.03^(1/4) and 1.02^(1/4)."""
        parts = "{factor: power, weight: 50 %}, {factor: inflation, weight: 30 %}"
        made = priced(deal, f"{{by: [{parts}], fixed: 2 %/year, frequency: quarterly}}")
        quiet = 1.0 + 0.3 * (1.03**0.25 - 1.0) + 0.2 * (1.02**0.25 - 1.0)
        steps(made, lambda n: quiet ** (n // 3) * ((quiet + 0.25) / quiet if n >= 6 else 1.0))

    def test_a_stated_base(self, deal):
        """The price stands for 40 euro; the steps of October 2027 and 2028 look at 45, and 45 over 45."""
        made = priced(deal, "{by: [{factor: power, weight: 100 %, base: 40 EUR/MWh}]}")
        steps(made, lambda n: 1.0 if n < 12 else 45.0 / 40.0)

    def test_a_lag_beyond_the_market(self, deal):
        """Six months before October 2026 there is no path: the level is stated, and the step looks at April 2027."""
        made = priced(deal, "{by: [{factor: power, weight: 100 %, base: 0.036 EUR/kWh}], lag: 6 months}")
        steps(made, lambda n: 1.0 if n < 12 else 45.0 / 36.0)

    def test_from_a_day_of_its_own(self, deal):
        """From 15 February 2027: March is the first whole month, 45 over 45 a year later."""
        made = priced(deal, "{by: power, from: 2027-02-15}")
        steps(made, lambda n: 1.0)
        made = priced(deal, "{by: power, from: 2027-02-01}")
        steps(made, lambda n: 1.5 if n >= 16 else 1.0)

    def test_in_advance_with_a_lag(self, deal):
        made = priced(deal, "{by: power, lag: 1 months}", ", payment: {in: advance}")
        same(made.flows(), {m.first: -1e6 * (1.0 if n < 12 else 1.5) for n, m in enumerate(TERM)})

    def test_a_list_of_steady_factors_is_as_one(self, deal):
        """To the bit but for the sum: 80 % of 3 % and 20 % of 1 %, by quarters, is one steady rate."""
        one = priced(deal, "{by: inflation, share: 80 %, fixed: 1 %/year, frequency: quarterly}")
        several = priced(deal, "{by: [{factor: inflation, weight: 80 %}], fixed: 1 %/year, frequency: quarterly}")
        same(several.flows(), one.flows())


def test_path_by_path(deal):
    """Each path's product of clipped steps, from the levels of its own factors, in two quarters' lag."""
    parts = "{factor: power, weight: 50 %}, {factor: eur, weight: 30 %, base: 1.15 USD/EUR}"
    made = priced(
        deal,
        f"{{by: [{parts}], fixed: 2 %/year, frequency: quarterly, lag: 2 months, floor: -8 %/year, cap: 30 %/year}}",
    )
    run = made.paths(6)
    low, high, rest = 0.92**0.25 - 1.0, 1.3**0.25 - 1.0, 0.2 * (1.02**0.25 - 1.0)
    clipped = 0
    for path in range(6):
        power, euro = run.values["power"][:, path], run.values["eur"][:, path]
        index, want = 1.0, {}
        before = [power[3 - 2], 1.15]  # October is month 3 of the grid
        for n, m in enumerate(TERM):
            if n and n % 3 == 0:
                now = [power[3 + n - 2], euro[3 + n - 2]]
                change = 0.5 * (now[0] / before[0] - 1) + 0.3 * (now[1] / before[1] - 1) + rest
                clipped += not low < change < high
                index *= 1.0 + min(max(change, low), high)
                before = now
            want[m.last] = -1e6 * index
        same(dated(run, path), want, 1e-11)
    assert 10 < clipped < 40, "the steps are clipped sometimes and not always"


@pytest.mark.parametrize("index", ["{by: power}", "{by: [{factor: power, weight: 70 %}, {factor: eur, weight: 30 %}]}"])
def test_without_volatility_every_path_is_the_base_case(deal, index):
    still = "factors: {power: {slow: {volatility: 0 /sqrt(year)}}, eur: {volatility: 0 /sqrt(year)}}"
    made = priced(deal, index, market=still)
    same(dated(made.paths(1), 0), made.flows(), 1e-12)


def test_the_base_case_is_at_the_expected_levels_and_not_the_mean(deal):
    """S_1/S_0 of a martingale of log-variance v has the mean F_1/F_0·e^(Var − Cov): above the forwards' ratio."""
    made = priced(deal, "{by: eur}", market="factors: {eur: {forward: {flat: 1.1 USD/EUR, curve: null}}}")
    run = made.paths(4000)
    base = made.month("x.index")[date(2027, 10, 31)]
    index = run.values["x.index"][15]
    assert base == pytest.approx(1.0, abs=1e-15)
    # the ratio of two months of a gbm a year apart is lognormal with mean 1
    assert np.mean(index) == pytest.approx(1.0, abs=4 * 0.2 / np.sqrt(4000))
    assert np.std(np.log(index)) == pytest.approx(0.2, rel=0.06)


def test_every_clause_takes_it(deal):
    """Rent, power and a charge by volume: the second year is half as dear again."""
    made = deal(
        """
        clauses:
          rent: {index: {by: power}}
          power: {structure: power_supply, payer: host, payee: supplier, fixed_price: 40 USD/MWh,
                  hedge: {volume: as_consumed, share: 100 %, of: consumption}, index: {by: power}}
          charge: {structure: volume_charge, payer: host, payee: state, price: 5 USD/MWh, index: {by: power}}
        """
    )
    want = {m.last: (1e7 - 90 * 24 * m.days * 45) * (1.0 if n < 12 else 1.5) for n, m in enumerate(TERM)}
    same(made.flows(), want)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ("{by: []}", "an empty list"),
        ("{by: [{factor: power, weight: 60 %}, {factor: eur, weight: 50 %}]}", "the weights add to 110 %"),
        ("{by: [{factor: power, weight: 60 %}, {factor: power, weight: 20 %}]}", "'power' stands twice"),
        ("{by: [{factor: power, weight: 60 %}], share: 50 %}", "take 'share' away"),
        ("{by: [{factor: pwoer, weight: 60 %}]}", "did you mean 'power'"),
        ("{by: [{factor: power}]}", "weight"),
        ("{by: [power]}", "mapping"),
        ("{by: {factor: power, weight: 60 %}}", "expected a list of factors with their weights"),
        ("{by: [{factor: power, weight: 60 %, base: 30 EUR/kW}]}", "expected a level of 'power' in EUR/MWh"),
        ("{by: [{factor: power, weight: 60 %, base: 0 EUR/MWh}]}", "expected a level above 0"),
        ("{by: [{factor: inflation, weight: 60 %, base: 1 USD/EUR}]}", "take 'base' away"),
        ("{by: use}", "is no level of prices"),
        ("{by: power, lag: 30 days}", "write the lag in months"),
        ("{by: power, lag: 4 months}", "the level of 'power' in 2026-06, before the market's date"),
        ("{by: power, lag: 50 months}", "longer than 3 years"),
        ("{by: [{factor: power, weight: 60 %, base: 30 EUR/MWh}], lag: 16 months}", "the first step looks at 2026-06"),
        ("{by: power, from: 2026-05-01}", "state the price of today"),
    ],
)
def test_what_is_refused(deal, index, message):
    with pytest.raises(SpecError, match=message):
        deal(
            f"""
            capacity: {{utilisation: use}}
            clauses: {{x: {{structure: fixed_cost, payer: host, payee: outside, price: 1 MUSD/year, index: {index}}}}}
            risks: {{use: {{process: logit_ou, mean: 90 %, logit_sd: 0.6, reversion: 2 /year}}}}
            """
        )


def test_a_price_that_may_be_negative_is_no_index(deal):
    with pytest.raises(SpecError, match="may fall to 0 or below"):
        priced(deal, "{by: power}", market="factors: {power: {transform: asinh, scale: 5 EUR/MWh}}")


def test_in_advance_without_a_lag_is_refused(deal):
    with pytest.raises(SpecError, match="before the month's level of 'power' is known"):
        priced(deal, "{by: power}", ", payment: {in: advance}")


def test_an_override_reaches_a_weight(tmp_path):
    change = (
        "clauses: {x: {structure: fixed_cost, payer: host, payee: outside, price: 1 MUSD/year,"
        " index: {by: [{factor: power, weight: 60 %}]}}}"
    )
    contract = load(write(tmp_path, change), overrides=["clauses.x.index.by.0.weight=40 %"])
    assert contract.clauses["x"].index.by[0].weight.canonical == 0.4
    assert contract.clauses["x"].index.by[0].weight.path == "clauses.x.index.by.0.weight"
