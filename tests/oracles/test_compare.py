"""Comparisons against runs that are held beside each other by hand: means, errors and chances of the differences, path
by path; what cannot be compared is refused."""

import numpy as np
import pytest
from small_deal import write

import valuation
from valuation.appraisal.base import Base
from valuation.errors import SpecError, ValuationError
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load
from valuation.studies.compare import compare
from valuation.studies.pairing import drawn

PATHS, SEED = 700, 4
RISKY = """
clauses:
  power: {structure: power_supply, payer: host, payee: supplier, spot: power}
  build: {structure: capex, payer: host, payee: outside, cost: 1 MUSD/MW, schedule: {from: 2026-08-31, months: 1}}
risks: {gone: {process: hazard, rate: {value: 40 %/year, evidence: historical}, notice: 1 months}}
scenarios:
  dearer: {set: {clauses.rent.price: 110 USD/kW/month}}
  calm: {set: {risks.gone: null}}
  tenant_pays: {set: {clauses.rent.lease: net_of_power}}
"""


def npv(contract, view=None):
    return simulate(assemble(resolve(contract, view=view)), paths=PATHS, seed=SEED, threads=1).measure["npv"]


def beside(*contracts, **how):
    return compare(*contracts, paths=PATHS, seed=SEED, threads=1, **how)


def agrees(less, new, old, base):
    """A difference against the columns of two runs, by NumPy."""
    gap = new - old
    n = len(gap)
    assert less.npv.mean == pytest.approx(gap.mean(), rel=1e-11, abs=1e-6)
    assert less.npv.se == pytest.approx(gap.std(ddof=1) / np.sqrt(n), rel=1e-10, abs=1e-6)
    assert less.npv.sd == pytest.approx(gap.std(ddof=1), rel=1e-10, abs=1e-6)
    for p in (5, 50, 95):
        assert getattr(less.npv, f"p{p}") == pytest.approx(np.percentile(gap, p), rel=1e-11, abs=1e-6)
    assert less.better == (gap > 0).mean() and less.equal == (gap == 0).mean()
    assert less.better_se == pytest.approx(np.sqrt(less.better * (1 - less.better) / n), rel=1e-12)
    below = (new < 0).astype(float) - (old < 0)
    assert less.npv_negative == pytest.approx(below.mean(), rel=1e-12, abs=1e-15)
    assert less.npv_negative_se == pytest.approx(below.std(ddof=1) / np.sqrt(n), rel=1e-10, abs=1e-15)
    alone = np.sqrt(new.var(ddof=1) / n + old.var(ddof=1) / n)
    assert less.se_if_independent == pytest.approx(alone, rel=1e-10)
    assert less.npv_base == pytest.approx(base, rel=1e-12, abs=1e-6)


def test_scenarios_path_by_path(deal):
    path = deal(RISKY).path
    found = beside(path, scenarios=["dearer", "base", "calm"])
    read = [load(path, name) for name in ("dearer", None, "calm")]
    columns, bases = [npv(one) for one in read], [Base.of(resolve(one)).npv for one in read]
    assert [case.name for case in found.cases] == ["dearer", "base", "calm"]
    assert [case.scenario for case in found.cases] == ["dearer", None, "calm"]
    for case, column, base in zip(found.cases, columns, bases, strict=True):
        assert case.npv.mean == pytest.approx(column.mean(), rel=1e-11)
        assert case.npv_base == base and case.npv_negative == (column < 0).mean()
    for place, less in enumerate(found.differences, 1):
        assert (less.name, less.of) == (found.cases[place].name, "dearer")
        agrees(less, columns[place], columns[0], bases[place] - bases[0])
    dearer, calm = found.differences
    assert dearer.pairing == "all" and dearer.npv.se < 0.5 * dearer.se_if_independent
    assert (calm.pairing, calm.apart) == ("some", ("small:gone",))


def test_a_case_is_what_a_run_of_it_alone_is(deal):
    path = deal(RISKY).path
    case = beside(path, scenarios=["base", "dearer"]).cases[1]
    alone = valuation.value(path, scenario="dearer", paths=PATHS, seed=SEED, threads=1)
    tables = alone.tables
    assert (case.digest, case.spec_sha256) == (alone.audit.digest, alone.audit.spec_sha256)
    assert (case.npv, case.irr, case.npv_base) == (tables.npv, tables.irr.distribution, tables.base.npv)
    assert (case.irr_base, case.margin_base) == (tables.base.irr, tables.base.margin)
    assert case.irr_of_expected_flows == tables.irr.of_expected_flows
    assert case.margin_of_expected_flows == tables.margin_of_expected_flows.ratio
    assert case.npv_negative == tables.probability.npv_negative
    assert case.irr_below_hurdle == tables.probability.irr_below_hurdle
    assert case.revoked == tables.probability.revoked


def test_a_contract_and_itself_differ_by_nothing(deal):
    path = deal(RISKY).path
    (less,) = beside(path, path).differences
    assert (less.npv.mean, less.npv.se, less.npv_base, less.npv.p5, less.npv.p95) == (0.0,) * 5
    assert (less.better, less.equal, less.npv_negative, less.pairing) == (0.0, 1.0, 0.0, "all")
    assert less.name == "small (2)" and less.se_if_independent > 0.0


def test_one_scenario_is_held_against_the_file(deal):
    found = beside(deal(RISKY).path, scenarios=["dearer"])
    assert [case.name for case in found.cases] == ["base", "dearer"]
    (less,) = found.differences
    # 10 USD a kW and month for the months served: worth less on no path, the same where it ends before it begins
    assert less.better + less.equal == 1.0 and 0.0 < less.equal < 0.2


def test_a_price_of_another_process_draws_other_numbers(deal):
    other = "{process: ou, unit: EUR/MWh, forward: 30 EUR/MWh, reversion: 1 /year, volatility: 0.4 /sqrt(year)}"
    found = beside(deal(RISKY + f"  other: {{set: {{market.factors.power: {other}}}}}\n").path, scenarios=["other"])
    (less,) = found.differences
    assert (less.pairing, less.common, less.apart) == ("some", ("eur", "small:gone"), ("power",))


def test_views(deal):
    path = deal(RISKY + "discount_rate_by_party: {tenant: 5 %/year}").path
    found = beside(path, views=["host", "tenant"])
    contract = load(path)
    host, tenant = npv(contract), npv(load(path, view="tenant"))
    base = Base.of(resolve(contract, view="tenant")).npv - Base.of(resolve(contract)).npv
    agrees(found.differences[0], tenant, host, base)
    assert [case.view for case in found.cases] == ["host", "tenant"]
    assert found.cases[1].irr_below_hurdle is None and found.cases[1].irr_base is None
    rates, sides = found.remarks
    assert rates.startswith("The cases are discounted at different rates (host 8 %, tenant 5 %)")
    assert sides.startswith("The cases are seen from different parties")


def two(tmp_path, first="", second="", market="", market_2="", one_market=False):
    """Two contract files in folders of their own, or on one market."""
    made = []
    for name, change, of in (("one", first, market), ("two", second, market if one_market else market_2)):
        (tmp_path / name).mkdir()
        made.append(write(tmp_path / name, f"id: {name}\n{change}", of).rename(tmp_path / name / f"{name}.yaml"))
    return made


def test_two_contracts_share_the_market_and_nothing_else(tmp_path):
    one, other = two(tmp_path, RISKY, RISKY, one_market=True)
    found = beside(one, other)
    (less,) = found.differences
    assert less.pairing == "some" and set(less.common) == {"power", "eur"}
    assert less.apart == ("one:gone", "two:gone")
    agrees(less, npv(load(other)), npv(load(one)), 0.0)
    assert less.npv.se > 0.0, "events strike them on different paths"
    assert any("drawn apart" in text for text in found.remarks)


def test_markets_of_different_dates_have_nothing_in_common(tmp_path):
    one, other = two(tmp_path, RISKY, RISKY, market_2="as_of: 2026-05-31")
    (less,) = beside(one, other).differences
    assert (less.pairing, less.common) == ("none", ())
    assert less.npv.se == pytest.approx(less.se_if_independent, rel=0.2)


def test_drawn_are_the_factors_that_move_cash(deal):
    use = "risks: {use: {process: logit_ou, mean: 85 %, logit_sd: 0.6, reversion: 2 /year}}"
    assert set(drawn(deal(RISKY).plan)) == {"power", "eur", "small:gone"}
    assert drawn(deal(use).plan) == (), "a use that nothing is billed by"


@pytest.mark.parametrize(
    ("rates", "per"),
    [("{USD/NOK: 0.1 USD/NOK}", 0.1), ("{USD/NOK: null, NOK/USD: 8 NOK/USD}", 0.125)],
)
def test_another_currency_at_a_stated_rate(tmp_path, rates, per):
    kroner = RISKY + "currency: NOK\n"
    one, other = two(tmp_path, RISKY, kroner, f"stated_rates: {rates}", one_market=True)
    found = beside(one, other)
    contract = load(other)
    base = per * Base.of(resolve(contract)).npv - Base.of(resolve(load(one))).npv
    agrees(found.differences[0], per * npv(contract), npv(load(one)), base)
    assert found.cases[1].converted_at == pytest.approx(per, rel=1e-15) and found.currency == "USD"
    assert any("converted at the stated rate" in text for text in found.remarks)


@pytest.mark.parametrize(
    ("second", "market_2", "said"),
    [
        ("currency: EUR", "", "'one' is in USD and 'two' in EUR: the rate 'eur' moves by path"),
        ("currency: NOK", "stated_rates: {USD/NOK: 0.2 USD/NOK}", "state different rates of USD/NOK"),
        (
            "dates: {valuation: 2026-07-31}",
            "",
            "valued at different dates (2026-06-30 and 2026-07-31): --set dates.valuation=DATE gives both one",
        ),
        (
            "from_inception: true",
            "",
            "valued at different dates (the date of their first flow): --set from_inception=false gives both one",
        ),
        (
            "price_basis: {real: 2026, deflator: inflation}\n"
            "discount_rate: {value: 8 %/year, basis: real post-tax unlevered}",
            "",
            "in different money (nominal; real, money of 2026, prices growing by 3 % a year)",
        ),
    ],
)
def test_what_cannot_stand_side_by_side_is_refused(tmp_path, second, market_2, said):
    one, other = two(tmp_path, "", second, market_2=market_2)
    with pytest.raises(ValuationError) as refused:
        beside(one, other)
    assert said in str(refused.value)


def test_what_is_asked_for_must_be_one_comparison(deal):
    path = deal(RISKY).path
    for asked, said in (
        ({}, "nothing to compare"),
        ({"scenarios": ["base"]}, "'base' is the only case"),
        ({"views": ["host"]}, "'host' is the only case"),
        ({"scenarios": ["dearer", "calm"], "views": ["host", "tenant"]}, "not of scenarios and views"),
        ({"views": "host"}, "views must be a list of names"),
        ({"overrides": "x=1"}, "overrides must be a list of texts"),
    ):
        with pytest.raises(ValuationError, match=said):
            beside(path, **asked)
    with pytest.raises(SpecError, match="cheaper"):
        beside(path, scenarios=["cheaper", "dearer"])
    with pytest.raises(SpecError, match="landlord"):
        beside(path, views=["host", "landlord"])


def test_the_command_gives_the_same_again(deal):
    path = deal(RISKY).path
    found = beside(path, scenarios=["dearer", "calm"], overrides=["discount_rate=7 %/year"], view="tenant")
    words = f"--paths {PATHS} --seed {SEED} --scenario dearer --scenario calm --view tenant"
    words += " --set 'discount_rate=7 %/year'"
    assert found.command == f"valuate compare {path} {words}"
    assert found.overrides == ("discount_rate=7 %/year",)
    assert [case.discount_rate for case in found.cases] == [0.07, 0.07]
