"""Three currencies from two rates that are drawn: NOK per EUR is NOK per USD over EUR per USD, on every path.

Volatilities and correlation of monthly averages of the Federal Reserve's rates (FRED), 1999 to 2026, computed outside:
NOK/USD 9.02 %, EUR/USD 7.49 %, correlation 0.754, and of NOK/EUR itself 5.96 %, which must come out.
"""

import dataclasses
from functools import cached_property

import numpy as np
import pytest
from scipy.stats import kstest

from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.plan.model import Record
from valuation.simulate import simulate

NOK, EUR, RHO = 0.0902, 0.0749, 0.754
MARKET = f"""
factors:
  eur: null
  nok: {{process: gbm, unit: NOK/USD, forward: 9.5827 NOK/USD, volatility: {NOK} /sqrt(year)}}
  euro: {{process: gbm, unit: EUR/USD, forward: 0.8684 EUR/USD, volatility: {EUR} /sqrt(year)}}
stated_rates: {{USD/NOK: null}}
correlation: [{{of: [nok, euro], value: {RHO}}}]
"""
CONTRACT = """
currency: NOK
clauses:
  rent: {price: 100 USD/kW/month}
  costs: {structure: fixed_cost, payer: host, payee: outside, price: 10 EUR/kW/month}
"""
YEARS = 1.5
"""From the market's date to December 2027, the second year that is recorded."""


class Rates:
    """What the plan draws, and what it makes of it, in December 2027."""

    def __init__(self, made):
        self.plan = made.plan

    @cached_property
    def drawn(self):
        names = ("nok", "euro", "fx.NOK_per_EUR", "fx.NOK_per_USD")
        records = tuple(Record(name, name, "yearly") for name in names)
        plan = dataclasses.replace(self.plan, payments=(), measures=(), records=records)
        found = simulate(assemble(plan), paths=200_000, seed=5).yearly
        return {name: found[name][1] for name in names}


@pytest.fixture(scope="module")
def rates(tmp_path_factory):
    from small_deal import Deal, write

    return Rates(Deal(write(tmp_path_factory.mktemp("fx"), CONTRACT, MARKET))).drawn


def test_the_triangle_closes_on_every_path(rates):
    assert np.allclose(rates["fx.NOK_per_EUR"] * rates["euro"], rates["nok"], rtol=1e-14)
    assert np.array_equal(rates["fx.NOK_per_USD"], rates["nok"])


def test_the_third_rate_has_the_volatility_of_its_own_history(rates):
    sigma = np.sqrt(NOK**2 + EUR**2 - 2.0 * RHO * NOK * EUR)
    assert sigma == pytest.approx(0.0596, abs=5e-5)
    logs = np.log(rates["fx.NOK_per_EUR"])
    assert abs(logs.std() / np.sqrt(YEARS) / sigma - 1.0) < 4.0 / np.sqrt(2.0 * len(logs))
    mean = np.log(9.5827 / 0.8684) - 0.5 * (NOK**2 - EUR**2) * YEARS  # of a quotient of two lognormal rates
    assert kstest(logs, "norm", args=(mean, sigma * np.sqrt(YEARS))).pvalue > 1e-4
    assert 9.5827 / 0.8684 == pytest.approx(11.035, abs=5e-4)


@pytest.mark.parametrize(("pair", "forward", "sigma"), [("nok", 9.5827, NOK), ("euro", 0.8684, EUR)])
def test_each_drawn_rate_is_lognormal_at_its_forward(rates, pair, forward, sigma):
    x = rates[pair]
    assert abs(x.mean() - forward) < 4.0 * x.std() / np.sqrt(len(x))
    law = (np.log(forward) - 0.5 * sigma**2 * YEARS, sigma * np.sqrt(YEARS))
    assert kstest(np.log(x), "norm", args=law).pvalue > 1e-4


def test_the_correlation_is_that_of_the_file(rates):
    found = np.corrcoef(np.log(rates["nok"]), np.log(rates["euro"]))[0, 1]
    assert abs(found - RHO) < 4.0 * (1.0 - RHO**2) / np.sqrt(len(rates["nok"]))


@pytest.mark.parametrize("unit", ["NOK/EUR", "EUR/NOK"])
def test_a_third_pair_is_refused(deal, unit):
    third = f"  third: {{process: gbm, unit: {unit}, forward: 11 {unit}, volatility: 0.06 /sqrt(year)}}\n"
    with pytest.raises(SpecError, match=f"'third' closes a ring of exchange rates .* from which {unit} follows"):
        deal(CONTRACT, MARKET.replace("stated_rates", third + "stated_rates"))


def test_a_stated_rate_that_two_drawn_ones_give_is_refused(deal):
    stated = MARKET.replace("USD/NOK: null", "USD/NOK: null, NOK/EUR: 11 NOK/EUR")
    with pytest.raises(SpecError, match=r"'NOK/EUR' closes a ring of exchange rates with euro and nok"):
        deal(CONTRACT, stated)


def test_four_currencies_in_a_chain_are_fine(deal):
    chain = MARKET.replace("factors:\n", "factors:\n  gbp: {process: gbm, unit: GBP/EUR, forward: 0.86 GBP/EUR, "
                           "volatility: 0.06 /sqrt(year)}\n")  # fmt: skip
    pounds = CONTRACT.replace("10 EUR", "9 GBP")
    values = deal(pounds, chain).month("fx.NOK_per_GBP")
    assert list(values.values())[-1] == pytest.approx(9.5827 / 0.8684 / 0.86, rel=1e-12)
