"""What is refused with its place before anything runs, and what is only warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from valuation.errors import SpecError
from valuation.spec import load
from valuation.spec.load import Source

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "minimal-lease.yaml"
SOURCE = Source.read(EXAMPLE)
LEASE = "structure: capacity_lease, payer: tenant, payee: host, lease: gross, price: 100 EUR/kW/month"
SPOT = "structure: power_supply, payer: host, payee: supplier, spot: power.example"
FX = "market.factors.fx.USD"
RANDOM_RATE = f"{FX}={{process: gbm, unit: EUR/USD, forward: 0.9 EUR/USD, volatility: 0.1 /sqrt(year)}}"
COMPENSATION = "payer: outside, payee: host, share: 50 %"

REFUSED = [
    (["dates.term=1000 years"], "dates.term", "a term of 1000 years is longer than 60 years"),
    (["clauses.rent.phase_term=70 years"], "clauses.rent.phase_term", "longer than 60 years"),
    (["clauses.rent.contracted=7 MW", f"clauses.more={{{LEASE}, contracted: 6 MW}}"], "clauses.more.contracted",
     "the leases together take 13 MW from 2027-01-01 (rent 7 MW + more 6 MW), above the grid connection of 12 MW"),
    (["clauses.rent.contracted={2027-01-01: 8 MW, 2028-01-01: 4 MW}", "clauses.rent.phase_term=5 years"],
     "clauses.rent.phase_term", "may only grow"),
    ([f"risks.tenant_default.compensation={{{COMPENSATION.replace('host', 'supplier')}, of: capex_straight_line}}"],
     "risks.tenant_default.compensation.of", "'supplier' pays no capex clause"),
    (["clauses.build.depreciation=null", f"risks.tenant_default.compensation={{{COMPENSATION}, of: tax_basis}}"],
     "risks.tenant_default.compensation.of", "no capex of 'host' is written down for tax"),
    (["clauses.rent=null", "clauses.power=null",
      f"risks.tenant_default.compensation={{{COMPENSATION}, of: multiple_of_annual_fee, multiple: 1}}"],
     "risks.tenant_default.compensation.of", "'host' is paid rent by no lease that tenant_default ends"),
    (["market.factors={the price: {process: index, rate: 2 %/year}}", "clauses.power=null"],
     "market.factors.the price", "is no name of a factor"),
    (["market.factors={'a#b': {process: index, rate: 2 %/year}}", "clauses.power=null"],
     "market.factors.a#b", "is no name of a factor"),
    (["market.factors={inf: {process: index, rate: 2 %/year}}", "clauses.power=null"],
     "market.factors.inf", "'inf' is a number; name the factor 'inf.index'"),
    (["clauses.second={structure: power_supply, payer: host, payee: outside, spot: power.example}"],
     "clauses.second.structure", "'host' buys its whole load by 'power' already"),
    (["clauses.rent.contracted=6 MW", f"clauses.more={{{LEASE}, contracted: {{2028-01-01: 6 MW}}}}"],
     "clauses.more.contracted",
     "the leases together let 12 MW from 2028-01-01 (rent 6 MW + more 6 MW), above the contracted power of 10 MW"),
    (["clauses.rent.contracted=10 MW", "capacity.contracted={2027-01-01: 10 MW, 2030-01-01: 8 MW}"],
     "clauses.rent.contracted", "let 10 MW from 2030-01-01 (rent 10 MW), above the contracted power of 8 MW"),
    (["clauses.rent.passes=power"], "clauses.rent.passes", "'lease' says which costs pass through"),
    (["clauses.build.passes=property"], "clauses.build.passes", "an investment is no running cost"),
    (["clauses.end={structure: terminal_value, payer: outside, payee: host, amount: 1 MEUR, passes: power}"],
     "clauses.end.passes", "a terminal value is no running cost"),
    ([f"clauses.power={{{SPOT}, index: {{by: 2 %/year}}}}"],
     "clauses.power.index", "this supply is all at spot"),
    ([f"clauses.power={{{SPOT}, survives: {{tenant_default: {{wind_up: 3 months}}}}}}"],
     "clauses.power.survives", "this supply is all at spot"),
    ([RANDOM_RATE, f"{FX}.forward.month_shape=[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]"],
     f"{FX}.forward.month_shape", "a gbm has no shape by calendar month"),
    ([RANDOM_RATE, "clauses.build.cost=5 MUSD/MW", "clauses.build.payment.lag=30 days"], "clauses.build.payment.lag",
     "a dated payment in USD, whose rate of exchange is random, cannot be put off by 30 days"),
    ([RANDOM_RATE, "clauses.end={structure: terminal_value, payer: outside, payee: host, amount: 1 MUSD, "
      "payment: {lag: 2 months}}"], "clauses.end.payment.lag", "write the later dates themselves"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "path", "message"), REFUSED, ids=[case[0][0][:50] for case in REFUSED])
def test_refused_with_its_path(settings: list[str], path: str, message: str) -> None:
    with pytest.raises(SpecError) as raised:
        SOURCE.contract(None, settings)
    found = [(problem.path, problem.message) for problem in raised.value.problems]
    assert any(where == path and message in said for where, said in found), found


def test_what_is_refused_only_where_it_does_harm() -> None:
    """A lag of foreign money at a stated rate, or between two others; a second supply of another party; words that say
    what is so anyway."""
    foreign = ["clauses.build.cost=5 MUSD/MW", "clauses.build.payment.lag=30 days"]
    SOURCE.contract(None, ["market.stated_rates.EUR/USD=0.9 EUR/USD", *foreign])
    SOURCE.contract(None, [RANDOM_RATE, *foreign], view="tenant")
    SOURCE.contract(
        None, ["clauses.own={structure: power_supply, payer: supplier, payee: outside, spot: power.example}"]
    )
    SOURCE.contract(None, ["clauses.rent.passes=none", "clauses.rent.contracted={2027-01-01: 10 MW}"])


def test_leases_that_follow_each_other_may_share_the_connection() -> None:
    leases = ["clauses.rent.contracted=10 MW", "clauses.rent.phase_term=5 years"]
    SOURCE.contract(None, [*leases, f"clauses.more={{{LEASE}, contracted: {{2032-01-01: 10 MW}}}}"])
    with pytest.raises(SpecError, match="from 2031-12-31"):
        SOURCE.contract(None, [*leases, f"clauses.more={{{LEASE}, contracted: {{2031-12-31: 10 MW}}}}"])


WARNED = [
    ("clauses.build.schedule={from: 2026-05-31, months: 6}", "clauses.build.schedule", "before the valuation date"),
    ("clauses.build.schedule={from: 2026-10-31, months: 6}", "clauses.build.schedule", "after all power is contracted"),
    ("clauses.build.schedule={2037-02-28: 100 %}", "clauses.build.schedule", "after the end of the term on 2036-12-31"),
    ("view=tenant", "tax", "no tax for 'tenant'"),
    ("clauses.rent.contracted={2027-01-01: 10 MW, 2030-01-01: 6 MW}", "capacity.contracted",
     "the leases together let 6 MW from 2030-01-01 (rent 6 MW), below the contracted power of 10 MW"),
    ("tax.host={rate: 22 %, residual: sold_at, sold_at: 5 MEUR}", "tax.host.sold_at",
     "add one with 'amount: 5 MEUR'"),
    ("market.factors.power.example.slow.volatility=60 /sqrt(year)", "market.factors.power.example.slow.volatility",
     "is that the unit you meant?"),
    ("market.factors.power.example.yearly_level={sd: 45}", "market.factors.power.example.yearly_level.sd", "above 1.5"),
    ("market.factors.power.example.yearly_level={sd: 3.2}", "market.factors.power.example",
     "hangs on paths so rare that a simulation hardly draws them"),
    ("clauses.rent.price=115000 EUR/kW/month", "clauses.rent.price", "between 1 and 2,000 EUR/kW/month"),
    ("clauses.rent.price=0.115 EUR/kW/month", "clauses.rent.price", "is that the unit you meant?"),
    ("clauses.build.cost=5 EUR/MW", "clauses.build.cost", "between 0.05 and 100 MEUR/MW"),
    ("market.factors.power.example.forward=45 EUR/kWh", "market.factors.power.example.forward", "below 2,000 EUR/MWh"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "path", "message"), WARNED, ids=[case[0][:50] for case in WARNED])
def test_warned_of_and_still_valued(setting: str, path: str, message: str) -> None:
    found = [(warning.path, warning.message) for warning in load(EXAMPLE, None, [setting]).warnings]
    assert any(where == path and message in said for where, said in found), found


def test_the_examples_warn_of_nothing() -> None:
    assert load(EXAMPLE).warnings == ()
