"""Contract for difference: the check values of the clause, the rules for low prices, both sides, and what cancels.

Definition and check values: finance definitions, Clauses, "CfD": cash to buyer = (max(S, floor) − K)·Q.
"""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_deal import Deal, dated, months, same, total, write

from valuation.appraisal.base import Base
from valuation.appraisal.lines import lines
from valuation.spec import SpecError

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
START, STOP = date(2026, 10, 1), date(2028, 10, 1)
TERM = [m for m in GRID if START <= m.first < STOP]
FOUR_MONTHS = """
factors:
  power:
    transform: asinh
    scale: 5 EUR/MWh
    slow: {volatility: 0 /sqrt(year)}
    forward:
      curve:
        2026-07-01: 20 EUR/MWh
        2027-03-01: null
        2026-11-01: -5 EUR/MWh
        2026-12-01: 10 EUR/MWh
        2027-01-01: 45 EUR/MWh
"""
"""Four months whose market prices are 20, −5, 10 and 45, by a forward by date without volatility."""
NEGATIVE = "factors: {power: {transform: asinh, scale: 20 EUR/MWh, forward: {curve: null, flat: 10 EUR/MWh}}}"
"""A price that is negative on many paths."""


def cfd(more="", view="buyer", volume="{baseload: 10 MW}", strike="34.50 EUR/MWh", clauses="", also="") -> str:
    """A contract in euro that holds the CfD, for its payer or its payee, with further clauses and sections."""
    return f"""
currency: EUR
parties: {{buyer: Buyer, producer: Producer, host: null, tenant: null}}
view: {view}
clauses:
  rent: null
  swap: {{structure: cfd, payer: buyer, payee: producer, strike: {strike}, spot: power, volume: {volume}{more}}}
  {clauses}
{also}
"""


def forward(month):
    return 30.0 if month.first < date(2027, 3, 1) else 45.0


class TestCheckValues:
    """Generation 0, 150, 140, 0 MWh; price 20, −5, 10, 45; strike 34.50."""

    VOLUME = (
        "{monthly: {2026-10-01: 0 MWh/month, 2026-11-01: 150 MWh/month, 2026-12-01: 140 MWh/month,"
        " 2027-01-01: 0 MWh/month}}"
    )

    @pytest.mark.parametrize("view", ["buyer", "producer"])
    @pytest.mark.parametrize(
        ("rule", "november"),
        [(", floor: 0 EUR/MWh", -5175.0), ("", -5925.0), (", no_payment_below: 0 EUR/MWh", 0.0)],
    )
    def test_four_months(self, deal, rule, november, view):
        made = deal(cfd(rule, view, self.VOLUME), FOUR_MONTHS)
        sign = 1.0 if view == "buyer" else -1.0
        want = {date(2026, 11, 30): sign * november, date(2026, 12, 31): sign * -3430.0}
        same(made.flows(), {day: amount for day, amount in want.items() if amount})
        same(dated(made.paths(1), 0), {day: amount for day, amount in want.items() if amount})


class TestVolumesAndTerms:
    def test_baseload_by_days_and_by_date(self, deal):
        """10 MW from 12 October, 6 MW from January 2027; the strike rises in 2028."""
        strike = "{2026-10-01: 40 EUR/MWh, 2028-01-01: 42 EUR/MWh}"
        volume = "{baseload: {2026-10-01: 10 MW, 2027-01-01: 6 MW}}"
        made = deal(cfd("", "producer", volume, strike, also="dates: {start: 2026-10-12}"))
        want = {}
        for m in GRID:
            power = 10 if m.first < date(2027, 1, 1) else 6
            paid = 40 if m.first < date(2028, 1, 1) else 42
            hours = 24 * m.days * m.share(date(2026, 10, 12), date(2028, 10, 12))
            want[m.last] = (paid - forward(m)) * power * hours
        same(made.flows(), want)

    def test_indexed_strike_and_a_lag_of_payment(self, deal):
        made = deal(cfd(", index: {by: inflation}, payment: {lag: 1 months}", "producer", "{monthly: 12 GWh/year}"))
        want = {}
        for n, m in enumerate(TERM):
            paid_on = months(m.first, date(2028, 12, 1))[1].last
            want[paid_on] = (34.5 * (1.0 if n < 12 else 1.03) - forward(m)) * 1000
        same(made.flows(), want)

    def test_in_another_currency_than_the_contract(self, deal):
        """Euros at the month-end rate of the payment: 1.1 dollars, from February 2027 1.3."""
        made = deal(cfd("", "buyer").replace("currency: EUR", "currency: USD"))
        rate = {m.last: 1.1 if m.first < date(2027, 2, 1) else 1.3 for m in TERM}
        same(made.flows(), {m.last: (forward(m) - 34.5) * 240 * m.days * rate[m.last] for m in TERM})

    def test_passed_through_to_the_tenant(self, deal):
        """A landlord's hedge that counts as power: under a lease net of power the tenant bears it, of either sign."""
        hedge = "structure: cfd, payer: host, payee: supplier, strike: 34.50 EUR/MWh, spot: power, passes: power"
        change = f"clauses: {{rent: {{lease: net_of_power}}, x: {{{hedge}, volume: {{baseload: 10 MW}}}}}}"
        rate = {m.last: 1.1 if m.first < date(2027, 2, 1) else 1.3 for m in TERM}
        settled = {m.last: (34.5 - forward(m)) * 240 * m.days * rate[m.last] for m in TERM}
        same(deal(change).flows(), dict.fromkeys(settled, 10000000.0))
        same(deal(change, view="tenant").flows(), {day: -1e7 - amount for day, amount in settled.items()})

    def test_accounts_of_both_sides(self, deal):
        """To the payee it is revenue and to the payer a cost, of either sign: EBITDA is the settlement."""
        for view, sign, line in (("producer", 1.0, "accounts.revenue"), ("buyer", -1.0, "accounts.ebitda")):
            made = deal(cfd("", view))
            want = {m.last: sign * (34.5 - forward(m)) * 240 * m.days for m in TERM}
            same({day: x for day, x in made.month(line).items() if x}, want)
            same({day: x for day, x in made.month("accounts.ebitda").items() if x}, want)
        assert not any(made.month("accounts.revenue").values())

    @pytest.mark.parametrize(("view", "sign"), [("producer", 1), ("buyer", -1)])
    def test_the_line_of_a_cash_flow_sheet_has_the_sign_of_the_view(self, deal, view, sign):
        """One line, received where it is above 0: below the strike by the producer, above it by the buyer."""
        shown = {line.name: line for line in lines(Base.of(deal(cfd("", view)).plan))}
        line = shown["swap.settlement"]
        want = [sign * (34.5 - forward(m)) * 240 * m.days for m in TERM]
        assert [line.sign * value for value in line.values[3:27]] == pytest.approx(want, rel=1e-12)
        assert min(want) < 0.0 < max(want)


class TestPathByPath:
    @pytest.mark.parametrize(
        ("rule", "settled"),
        [
            ("", lambda s: 34.5 - s),
            (", floor: 5 EUR/MWh", lambda s: 34.5 - max(s, 5.0)),
            (", no_payment_below: 5 EUR/MWh", lambda s: 34.5 - s if s >= 5.0 else 0.0),
        ],
    )
    def test_negative_prices(self, deal, rule, settled):
        made = deal(cfd(rule, "producer"), NEGATIVE)
        run = made.paths(5)
        prices = run.values["power"][3:27]
        assert 0.1 < np.mean(prices < 5.0) < 0.9
        for path in range(5):
            want = {m.last: settled(prices[n, path]) * 240 * m.days for n, m in enumerate(TERM)}
            same(dated(run, path), want, 1e-11)

    def test_an_event_ends_it(self, deal):
        """Notice and days of a month as for a lease; an event that names another clause leaves it alone."""
        risk = "risks: {gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, notice: 2 months}}"
        run = deal(cfd("", "producer", also=risk)).paths(2, gone=[0.055, 9.0])
        for path, stop in enumerate((7.5, 99.0)):
            want = {}
            for n, m in enumerate(TERM):
                share = max(0.0, min(1.0, stop - (n + 3)))
                want[m.last] = (34.5 - float(run.values["power"][n + 3, path])) * 240 * m.days * share
            same(dated(run, path), want, 1e-10)

    def test_both_sides_cancel_to_the_bit(self, deal):
        runs = [deal(cfd(", floor: 0 EUR/MWh", view), NEGATIVE).paths(200) for view in ("buyer", "producer")]
        assert np.array_equal(runs[0].cash, -runs[1].cash)
        assert np.any(runs[0].cash > 0.0) and np.any(runs[0].cash < 0.0)

    def test_with_a_sale_at_spot_it_is_the_fixed_price(self, deal):
        """10 MW of baseload sold at spot and a CfD on 10 MW: 34.50 a MWh on every path."""
        made = deal(
            cfd(
                view="producer",
                clauses="sale: {structure: power_supply, payer: buyer, payee: producer, spot: power}",
                also="capacity: {connection: 10 MW, contracted: 10 MW, utilisation: 100 %}",
            )
        )
        run = made.paths(8)
        want = {m.last: 34.5 * 240 * m.days for m in TERM}
        for path in range(8):
            same(dated(run, path), want, 1e-11)
        same(made.flows(), want)

    def test_without_volatility_it_is_the_base_case(self, deal):
        made = deal(cfd(", floor: 32 EUR/MWh"), "factors: {power: {slow: {volatility: 0 /sqrt(year)}}}")
        same(dated(made.paths(1), 0), made.flows(), 1e-12)


def _cash(folder, market=NEGATIVE, **terms):
    return Deal(write(folder, cfd(**terms), market)).paths(10).cash


@pytest.mark.slow
@settings(max_examples=6)
@given(size=st.floats(0.1, 500.0), low=st.floats(-20.0, 60.0), more=st.floats(0.0, 30.0))
def test_linear_in_volume_monotone_in_strike_and_floor(tmp_path_factory, size, low, more):
    folder = tmp_path_factory.mktemp("cfd")
    one = _cash(folder, more=f", floor: {low} EUR/MWh", volume="{baseload: 1 MW}")
    many = _cash(folder, more=f", floor: {low} EUR/MWh", volume=f"{{baseload: {size} MW}}")
    assert many == pytest.approx(size * one, rel=1e-12, abs=1e-9)
    dearer = _cash(folder, more=f", floor: {low} EUR/MWh", volume="{baseload: 1 MW}", strike=f"{34.5 + more} EUR/MWh")
    assert np.all(dearer <= one + 1e-9)  # the payer pays more
    higher = _cash(folder, more=f", floor: {low + more} EUR/MWh", volume="{baseload: 1 MW}")
    assert np.all(higher >= one - 1e-9)  # and is due more where the price is low


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"more": ", floor: 0 EUR/MWh, no_payment_below: 0 EUR/MWh"}, "two rules for low prices"),
        ({"more": ", payment: {in: advance}"}, "known when the month is over"),
        ({"strike": "34.50 USD/MWh"}, "it is in USD and the market price 'power' in EUR"),
        ({"more": ", floor: 0 USD/MWh"}, "it is in USD and the market price 'power' in EUR"),
        ({"strike": "34.50 EUR/MW"}, "expected a price in currency/MWh"),
        ({"strike": "{2026-11-01: 30 EUR/MWh}"}, "no price before 2026-11-01"),
        ({"volume": "10 MW"}, "write '{baseload: 10 MW}' for a flat power"),
        ({"volume": "{baseload: 10 MW, of: produced}"}, "expected 'produced', '{of: proxy, availability: 97 %}'"),
        ({"volume": "{}"}, "expected 'produced', '{of: proxy, availability: 97 %}'"),
        ({"volume": "{baseload: 10 MW, share: 50 %}"}, "a stated volume has no 'share'"),
        ({"volume": "{baseload: 10 MW, availability: 97 %}"}, "'availability' is of the proxy"),
    ],
)
def test_what_is_refused(deal, changed, message):
    with pytest.raises(SpecError, match=message):
        deal(cfd(**changed))


def test_another_price_than_of_power_is_refused(deal):
    with pytest.raises(SpecError, match="expected the factor of a price per MWh"):
        deal(cfd("").replace("spot: power", "spot: eur"))


def test_total_of_a_year(deal):
    """The sums that a reader checks: 10 MW in 2027 at 45 euro less two months at 30."""
    flows = deal(cfd("", "buyer")).flows()
    year = total({date(2027, 12, 31): sum(amount for day, amount in flows.items() if day.year == 2027)})
    same(year, {date(2027, 12, 31): 240 * (59 * (30 - 34.5) + 306 * (45 - 34.5))})
