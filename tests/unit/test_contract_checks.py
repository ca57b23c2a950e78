"""What the parts of a contract must agree on, each with the place of the value at fault."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from valuation.errors import SpecError
from valuation.shipped import shipped
from valuation.spec import load
from valuation.spec.checks import CHECKS
from valuation.spec.load import Source

BITZERO = shipped("contracts") / "bitzero.yaml"
SOURCE = Source.read(BITZERO)

# What is set, the path of the value at fault, what is said of it.
WRONG = [
    ("dates.valuation=2026-05-31", "dates.valuation", "is before the market's date 2026-06-30"),
    ("dates.end=2041-09-29", "dates.end", "a term of 15 years from 2026-10-01 ends on 2041-09-30, not on 2041-09-29"),
    ("dates.end=2020-01-01", "dates.end", "is not after the start"),
    ("dates.term=-15 years", "dates.term", "must be above 0 years"),
    ("capacity.connection=100 MW", "capacity.contracted.2027-01-01", "above the grid connection of 100 MW"),
    (
        "capacity.basis=it",
        "capacity.contracted.2027-01-01",
        "110 MW of IT power × PUE 1.15 is above the grid connection",
    ),
    ("clauses.rent.contracted=130 MW", "clauses.rent.contracted", "130 MW is above the grid connection"),
    ("capacity.utilisation=power.NO4", "capacity.utilisation", "'power.NO4' is no share"),
    ("capacity.utilisation=91", "capacity.utilisation", "91 has no unit, expected a share"),
    ("clauses.rent.payee=tenant", "clauses.rent.payee", "payer and payee are both 'tenant'"),
    ("clauses.rent.price=131 GBP/kW/month", "clauses.rent.price", "no way from GBP to USD"),
    ("clauses.power.spot=fx.EURUSD", "clauses.power.spot", "expected the factor of a price per MWh"),
    ("clauses.power.spot=null", "clauses.power", "missing key 'spot'"),
    ("clauses.power.hedge=null", "clauses.power.fixed_price", "a fixed price needs 'hedge'"),
    ("clauses.power.fixed_price=null", "clauses.power.hedge", "a hedge needs 'fixed_price'"),
    ("clauses.power.hedge.of=contracted_capacity", "clauses.power.hedge.of", "is a share of 'consumption'"),
    ("clauses.power.hedge.surplus=sold_at_spot", "clauses.power.hedge.surplus", "has no surplus"),
    ("clauses.power.survives.strike={}", "clauses.power.survives.strike", "unknown hazard 'strike'"),
    (
        "clauses.operations.survives.revocation={wind_p: 1 months}",
        "clauses.operations.survives.revocation.wind_p",
        "'wind_up'",
    ),
    (
        "clauses.grid_tariff.index.by=utilisation",
        "clauses.grid_tariff.index.by",
        "'utilisation' is a logit_ou and is no level of prices",
    ),
    (
        "clauses.grid_tariff.index.by=inflation.SE",
        "clauses.grid_tariff.index.by",
        "unknown factor 'inflation.SE', did you mean 'inflation.NO'?",
    ),
    (
        "clauses.operations.index={by: 2 %/year, cap: 1 %/year, floor: 2 %/year}",
        "clauses.operations.index.floor",
        "is above the cap",
    ),
    ("clauses.site_at_end.of=rent", "clauses.site_at_end.of", "'rent' is no capex clause; there are: build"),
    ("clauses.site_at_end.amount=5 MUSD", "clauses.site_at_end", "expected either 'share'"),
    ("clauses.build=null", "clauses.site_at_end.of", "unknown clause 'build'"),
    ("clauses.build.cost=null", "clauses.build", "missing key 'cost'"),
    ("clauses.build.schedule={2026-07-31: 60 %, 2026-08-31: 50 %}", "clauses.build.schedule", "the parts add to 110 %"),
    ("clauses.build.schedule={2026-07-31: 60 %, 2026-08-31: 5 MUSD}", "clauses.build.schedule", "the parts mix"),
    ("clauses.build.schedule={2026-07-31: 5 MUSD}", "clauses.build.cost", "the schedule has amounts"),
    ("clauses.build.schedule.months=0", "clauses.build.schedule.months", "greater than or equal to 1"),
    ("clauses.build.depreciation.method=straight_line", "clauses.build.depreciation", "missing key 'life'"),
    ("clauses.build.depreciation.life=15 years", "clauses.build.depreciation.life", "takes 'rate' and not 'life'"),
    ("tax.host.paid=[04-15, 02-15]", "tax.host.paid", "expected days of the year in order"),
    ("tax.host.residual=sold_at", "tax.host.residual", "go together"),
    ("tax.hst={rate: 22 %}", "tax.hst", "unknown party 'hst', did you mean 'host'?"),
    ("risks.revocation.rate={value: 1 %/year}", "risks.revocation.rate", "missing key 'evidence'"),
    ("risks.revocation.rises_with.factor=power.NO4.slw", "risks.revocation.rises_with.factor", "unknown driver"),
    ("risks.revocation.ends=[power]", "risks.revocation.ends.0", "is a clause and no lease or offtake"),
    ("risks.revocation.compensation.of=schedule", "risks.revocation.compensation.of", "go together"),
    ("risks.revocation.compensation.payee=state", "risks.revocation.compensation.payee", "payer and payee are both"),
    ("risks.utilisation.mean=0 %", "risks.utilisation.mean", "must be above 0 %"),
    ("risks.active_customers.start=20.5", "risks.active_customers.start", "is not a whole number"),
    (
        "risks.revocation.process=hazzard",
        "risks.revocation.process",
        "unknown process 'hazzard', did you mean 'hazard'?",
    ),
    ("clauses.rent.structure=leese", "clauses.rent.structure", "unknown structure 'leese'"),
    ("discount_rate.includes=[revocation]", "discount_rate.includes.0", "'revocation' is simulated as an event"),
    ("discount_rate.basis=real post-tax unlevered", "discount_rate.basis", "real and nominal do not mix"),
    ("price_basis={real: 2026, deflator: 2 %/year}", "discount_rate.basis", "real and nominal do not mix"),
    ("measure=risk_neutral", "risks.revocation.rate", "a historical intensity does not belong"),
    ("view=nobody", "view", "unknown party 'nobody'"),
    ("indicators.0.when=npv > 5 USD", "indicators.0.when", "'npv' has no value in a year"),
    ("market.factors.power.NO4.transform=asinh", "market.factors.power.NO4.transform", "'scale' go together"),
    ("market.factors.power.NO4.forward.flat=0 EUR/MWh", "market.factors.power.NO4.forward", "needs 'transform: asinh'"),
    (
        "market.factors.power.NO4.forward.flat=28.5 USD/MWh",
        "market.factors.power.NO4.forward",
        "does not fit the factor's unit",
    ),
    (
        "market.factors.power.NO4.forward.month_shape=[1, 1]",
        "market.factors.power.NO4.forward.month_shape",
        "expected a list of 12 numbers, got 2",
    ),
    (
        "market.factors.power.NO4.yearly_level.resets=01-15",
        "market.factors.power.NO4.yearly_level.resets",
        "first of a month",
    ),
    ("market.stated_rates.USD/NOK=0.1 USD/SEK", "market.stated_rates.USD/NOK", "is not an exchange rate in USD/NOK"),
    ("market.correlation.0.value=1.2", "market.correlation.0", "'1.2' is above 1"),
    ("market.correlation.0.value=-1.2", "market.correlation.0", "'-1.2' is below -1"),
    ("market.correlation.0.value=1", "market.correlation.0", "a correlation of 1 is not possible"),
    ("market.correlation.0.value=-1", "market.correlation.0", "expected less than 1 in size, for example -0.99"),
    ("market.correlation.0.of=[power.NO4, power.NO4.slow]", "market.correlation.0.of", "are the same driver"),
    ("market.correlation.0.of=[power.NO4, utilisation]", "market.correlation.0.of.1", "unknown driver 'utilisation'"),
    ("risks.revocation.rises_with.factor=utilisation", "risks.revocation.rises_with.factor", "unknown driver"),
    ("risks.revocation.rises_with.factor=utilisation.logit", "risks.revocation.rises_with.factor", "unknown driver"),
    ("discount_rate={host: 9 %/year, tenant: 8 %/year}", "discount_rate",
     "stands in 'discount_rate_by_party: {host: 9 %/year}'"),
    ("risks.revocation.ends=rant", "risks.revocation.ends.0", "did you mean 'rent'"),
    ("risks.revocation.notice=180 days", "risks.revocation.notice", "write '5.92 months'"),
    ("clauses.power.survives.revocation.wind_up=90 days", "clauses.power.survives.revocation.wind_up",
     "write '2.96 months'"),
    ("risks.revocation=null", "clauses.operations.survives.revocation",
     "take this away too: 'clauses.operations.survives.revocation: null'"),
    ("clauses.power.hedge=80 %", "clauses.power.hedge",
     "write hedge: {volume: as_consumed, share: 80 %, of: consumption}"),
    ("clauses.rent.payment=advance", "clauses.rent.payment", "write payment: {in: advance, lag: 30 days}"),
    ("scenarios.more={note: mine}", "scenarios.more", "missing key 'set'"),
    ("clauses.rent.price=1e300 USD/kW/month", "clauses.rent.price", "is too large to compute with"),
    ("clauses.rent.escalator=1e9 %/year", "clauses.rent.escalator", "is above 100000 %/year"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "path", "message"), WRONG, ids=[case[0][:60] for case in WRONG])
def test_parts_that_do_not_agree(setting: str, path: str, message: str) -> None:
    with pytest.raises(SpecError) as raised:
        SOURCE.contract(None, [setting])
    found = [(problem.path, problem.message) for problem in raised.value.problems]
    assert any(where == path and message in said for where, said in found), found


@pytest.mark.parametrize("driver", ["power.NO4.fast", "power.NO4.slw"])
def test_only_parts_that_a_factor_has_are_drivers(driver: str) -> None:
    gone = "market.factors.power.NO4.fast=null"
    uses = [f"risks.revocation.rises_with.factor={driver}", f"market.correlation.0.of=[{driver}, fx.EURUSD]"]
    with pytest.raises(SpecError) as raised:
        SOURCE.contract(None, [gone, *uses])
    assert [problem.path for problem in raised.value.problems] == [
        "market.correlation.0.of.0",
        "risks.revocation.rises_with.factor",
    ]
    for problem in raised.value.problems:
        assert f"unknown driver '{driver}', did you mean 'power.NO" in problem.message
        assert "utilisation" not in problem.message
    SOURCE.contract(None, [gone])


@pytest.mark.parametrize("setting", ["tax.host.paid=in_yr", "tax.host.paid=[02-15, x]", "tax.host.paid=5"])
def test_a_slip_in_the_days_of_tax_is_one_error(setting: str) -> None:
    with pytest.raises(SpecError) as raised:
        SOURCE.contract(None, [setting])
    assert len(raised.value.problems) == 1, str(raised.value)


def test_one_lease_may_stand_for_a_list_of_them() -> None:
    assert SOURCE.contract(None, ["risks.revocation.ends=rent"]).hazards["revocation"].ends == ("rent",)  # type: ignore[attr-defined]


def test_a_scenario_may_only_start_from_another() -> None:
    source = Source(SOURCE.file, SOURCE.document.copy(), SOURCE.market_folder)
    source.document.tree["scenarios"]["again"] = {"from": "net_of_power", "note": "the same"}
    assert str(source.contract("again").clauses["rent"].lease) == "net_of_power"  # type: ignore[attr-defined]


def test_compensation_of_capex_needs_one() -> None:
    settings = ["clauses.build=null", "clauses.site_at_end=null", "risks.revocation.compensation.share=50 %"]
    with pytest.raises(SpecError, match="'capex_straight_line' needs a capex clause"):
        SOURCE.contract(None, settings)
    SOURCE.contract(None, settings[:2])  # nothing of nothing is paid


def test_outside_is_no_party_of_a_file(tmp_path: Path) -> None:
    shutil.copytree(BITZERO.parent, tmp_path / "contracts")
    file = tmp_path / "contracts" / "bitzero.yaml"
    text = BITZERO.read_text(encoding="utf-8").replace("  state: Norwegian", "  outside: everybody\n  state: Norwegian")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match="parties.outside: 'outside' always exists"):
        load(file)


def test_a_range_is_in_the_currency_of_its_value() -> None:
    rent = "clauses.rent.price={value: 120 EUR/kW/month, range: [100 USD/kW/month, 150 EUR/kW/month]}"
    with pytest.raises(SpecError, match="the range is in USD/kW/month and the value in EUR/kW/month"):
        SOURCE.contract(None, [rent])


def test_three_correlations_that_cannot_hold_together(tmp_path: Path) -> None:
    matrix = [("slow", "fast", 0.9), ("fast", "fx", 0.9), ("slow", "fx", -0.9)]
    names = {"slow": "power.NO4.slow", "fast": "power.NO4.fast", "fx": "fx.EURUSD"}
    entries = ", ".join(f"{{of: [{names[a]}, {names[b]}], value: {value}}}" for a, b, value in matrix)
    with pytest.raises(SpecError, match="not positive definite: those of fx.EURUSD"):
        SOURCE.contract(None, [f"market.correlation=[{entries}]"])
    SOURCE.contract(None, [f"market.correlation=[{entries.replace('-0.9', '0.9')}]"])
    with pytest.raises(SpecError, match="the pair stands twice, first as item 0"):
        SOURCE.contract(None, [f"market.correlation=[{entries.split('}, ')[0]}}}, {entries.split('}, ')[0]}}}]"])


def test_currencies_convert_by_triangulation() -> None:
    contract = SOURCE.contract(None, ["clauses.rent.price=120 EUR/kW/month", "clauses.power.fixed_price=0.3 NOK/kWh"])
    assert contract.warnings == ()
    assert contract.clauses["power"].fixed_price.provenance.low is None  # type: ignore[attr-defined]
    with pytest.raises(SpecError, match="no way from NOK to EUR") as raised:
        SOURCE.contract(None, ["market.stated_rates=null", "currency=EUR"])
    paths = {problem.path for problem in raised.value.problems}
    assert paths == {"clauses.grid_tariff.price", "clauses.consumption_tax.price"}


def test_warnings_are_no_errors() -> None:
    contract = SOURCE.contract(None, ["dates.valuation=2026-07-31", "clauses.build.cost=13 MUSD/MW"])
    said = [(warning.path, warning.message) for warning in contract.warnings]
    assert said == [("dates.valuation", "the market is of 2026-06-30, older than the valuation date 2026-07-31"),
                    ("clauses.build.cost", "13 MUSD/MW lies outside its own range")]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_contract_itself_passes_every_check(check: object) -> None:
    assert list(check(load(BITZERO))) == []  # type: ignore[operator]


def test_a_usage_fee_needs_power_to_stand_on() -> None:
    example = shipped("contracts") / "examples" / "gpu-rental.yaml"
    with pytest.raises(SpecError, match="a usage_fee is earned on contracted power, and the"):
        load(example, None, ["capacity=null"])
