"""The tables of the shipped contract, held against other ways to the same numbers."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from valuation.appraisal import appraise as whole
from valuation.appraisal.appraise import Settings, appraise
from valuation.appraisal.assumptions import assumptions
from valuation.appraisal.base import Base, base_measures
from valuation.appraisal.bridge import bridge
from valuation.appraisal.checks import checks
from valuation.appraisal.facts import Case
from valuation.appraisal.flows import mean_flows
from valuation.appraisal.headline import survivors
from valuation.appraisal.what_if import WhatIf
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.shipped import shipped
from valuation.simulate import simulate
from valuation.spec import load

PATHS = 1_500
FILE = shipped("contracts") / "bitzero.yaml"


@pytest.fixture(scope="module")
def contract():
    return load(FILE)


@pytest.fixture(scope="module")
def made(contract):
    return appraise(contract, "host", Settings(PATHS, 3, 2), "command")


@pytest.fixture(scope="module")
def base(contract):
    return Base.of(resolve(contract))


@pytest.fixture(scope="module")
def run(base):
    return simulate(assemble(base.plan), paths=PATHS, seed=3, threads=2)


def test_the_bridge_adds_up_and_its_errors_are_paired(made):
    base, volatility, events, mean = made.tables.bridge
    assert [step.step for step in made.tables.bridge] == ["base", "volatility", "events", "mean"]
    assert base.npv + volatility.change == pytest.approx(volatility.npv, rel=1e-12)
    assert volatility.npv + events.change == pytest.approx(mean.npv, rel=1e-9)
    assert mean.npv == pytest.approx(made.npv.mean(), rel=1e-12)
    assert mean.se == pytest.approx(made.npv.std(ddof=1) / np.sqrt(PATHS), rel=1e-9)
    assert volatility.se < mean.se / 5, "volatility alone moves this contract little"


def test_paths_without_an_event_are_those_of_the_run_without_hazards(contract, base, run):
    calm = resolve(contract, events=False)
    without = simulate(assemble(calm), paths=PATHS, seed=3, threads=2).measure["npv"]
    spared = run.final["event_stop"] >= base.values.scalar["term.end_position"]
    assert 0.7 < spared.mean() < 0.95
    np.testing.assert_allclose(run.measure["npv"][spared], without[spared], rtol=1e-9)


def test_without_hazards_events_change_nothing():
    npv = np.array([1.0, 2.0, 6.0])
    steps = {step.step: step for step in bridge(2.0, None, npv)}
    assert steps["events"].change == steps["events"].se == 0.0
    assert steps["volatility"].npv == steps["mean"].npv == 3.0


def test_headlines_are_numpys_percentiles(made):
    for spread, values in ((made.tables.npv, made.npv), (made.tables.margin, made.margin)):
        assert spread.count == PATHS
        assert spread.p5 == pytest.approx(np.percentile(values, 5), rel=1e-12)
        assert spread.p50 == pytest.approx(np.median(values), rel=1e-12)
    worst = np.sort(made.npv)[: int(np.searchsorted(np.sort(made.npv), made.tables.tail["npv_q05"], side="right"))]
    assert made.tables.tail["cvar_05"] == pytest.approx(worst.mean(), rel=1e-12)
    assert made.tables.tail["loss_05"] == made.tables.base.npv - made.tables.tail["npv_q05"]


def test_chances(made, base, run):
    chance, end = made.tables.probability, base.values.scalar["term.end_position"]
    assert chance.npv_negative == (made.npv < 0).mean()
    assert chance.revoked == (run.final["event_time"] < end).mean()
    assert chance.by_cause == {"revocation": chance.revoked}
    assert chance.term_cut_short <= chance.revoked
    assert (
        chance.no_irr
        == sum(made.tables.irr.status[name] for name in ("no_investment", "no_root", "not_converged")) / PATHS
    )
    assert chance.irr_below_hurdle == pytest.approx(chance.npv_negative, abs=2e-3), "the hurdle is the discount rate"


def test_years(made, base, run):
    years = made.tables.years
    assert [row.year for row in years] == list(run.years)
    assert sum(row.cash_base for row in years) == pytest.approx(sum(base.flows.net), rel=1e-12)
    assert sum(row.revenue_base for row in years) == pytest.approx(sum(base.row("accounts.revenue")), rel=1e-12)
    one = next(row for row in years if row.year == 2030)
    at = run.years.index(2030)
    assert one.cash_p5 == pytest.approx(np.percentile(run.cash_year[at], 5), rel=1e-12)
    paid = run.yearly["revenue"][at] > 0
    assert one.with_revenue == paid.mean()
    ratio = run.yearly["ebitda"][at][paid] / run.yearly["revenue"][at][paid]
    assert one.margin_p50 == pytest.approx(np.median(ratio), rel=1e-12)
    alive = [row.alive for row in years]
    assert all(before >= after for before, after in zip(alive, alive[1:], strict=False))
    last = years[-1]
    assert last.utilisation_mean is None and last.margin_base is None and last.revenue_mean == 0.0


def test_indicators_are_conditional_on_life(made):
    confirms, doubt = made.tables.indicators
    assert confirms.years[0].year == 2026 and confirms.years[-1].year == 2041
    for indicator in (confirms, doubt):
        assert not indicator.at_start
        for year in indicator.years:
            assert year.given_alive == pytest.approx(year.and_alive / year.alive, rel=1e-12)
    assert confirms.note.startswith("the tenant's indicator")


def test_what_if_is_the_whole_plan_computed_again(base):
    names = {"clauses.rent.price": 140.0, "clauses.build.cost": 9.0, "clauses.power.fixed_price": 0.02}
    names["clauses.operations.price"] = 25.0
    for name, value in names.items():
        changed = tuple(replace(item, value=value if item.name == name else item.value) for item in base.plan.inputs)
        again = Base.of(replace(base.plan, inputs=changed)).npv
        assert again != base.npv
        assert WhatIf(base, name).npv({name: value}) == pytest.approx(again, abs=1e-3)
        assert WhatIf(base, name).npv({}) == pytest.approx(base.npv, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "path", "unit"),
    [
        ("rent", "clauses.rent.price", "USD/kW/month"),
        ("capex", "clauses.build.cost", "USD/MW"),
        ("power_price", "clauses.power.fixed_price", "USD/kWh"),
    ],
)
def test_a_break_even_set_in_the_file_gives_a_base_npv_of_0(made, name, path, unit):
    found = made.tables.break_even[name]
    assert (found.path, found.unit) == (path, unit)
    changed = load(FILE, overrides=[f"{path}={found.value!r} {unit}"])
    assert Base.of(resolve(changed)).npv == pytest.approx(0.0, abs=5.0), "of 2.6 bn USD of rent"


def test_break_evens_that_do_not_exist_say_why():
    passed = load(FILE, scenario="net_of_power")
    found = whole.break_evens(passed, Base.of(resolve(passed)))
    assert found["power_price"].value is None
    assert "does not move" in found["power_price"].reason
    bare = load(FILE, scenario="article")
    assert "no investment" in whole.break_evens(bare, Base.of(resolve(bare)))["capex"].reason


def test_the_two_way_table_has_the_base_case_in_it(made):
    table = made.tables.two_way
    row = next(row for row in table if row[0] == 8e6)
    assert row[table[0].index(16.6)] == pytest.approx(made.tables.base.npv, abs=1e-3)
    assert made.tables.two_way_axes == ("Investment, USD/MW", "Operations, USD/kW/month")
    assert [row[0] for row in table[1:]] == [5e6, 6.5e6, 8e6, 10e6, 12e6]
    assert all(a > b for a, b in zip(row[1:], row[2:], strict=False)), "cost lowers the value"


def test_npv_by_rate(made):
    rates = {row.rate: row for row in made.tables.npv_by_rate}
    assert list(rates) == [0.07, 0.08, 0.09, 0.1, 0.11, 0.12]
    assert rates[0.09].base_npv == pytest.approx(made.tables.base.npv, rel=1e-12)
    assert rates[0.09].mean_npv == pytest.approx(made.npv.mean(), rel=1e-9)


def test_claims_with_the_scenarios_in_which_they_hold(made):
    margin, cost, worth, power, use, _ = made.tables.claims
    assert margin.verdict == "holds" and "base" in margin.with_ and "article_cost_all_in" not in margin.with_
    assert cost.verdict == "contradicts" and cost.with_ == ("article_cost_all_in",)
    assert cost.value == pytest.approx(
        10 * (sum(y.revenue_base - y.ebitda_base for y in made.tables.years)) / (40 * 0.25 + 110 * 14.75), rel=1e-3
    )
    assert worth.verdict == "holds" and worth.unit == "USD"
    assert worth.value == pytest.approx(131.3 * 1000 * (40 * 3 + 110 * 177), rel=1e-12)
    assert power.verdict == "contradicts" and power.unit == "USD/kWh"
    # 80 % at 3.28 c, a fifth at the forward in dollars, weighted by the load of each month
    assert 0.8 * 0.0328 + 0.2 * 0.0285 * 1.1515 == pytest.approx(power.value, rel=1e-3)
    assert power.with_ == ("article", "article_cost_plus_power")
    assert use.verdict == "cannot_be_tested" and use.value is None


def test_assumptions_are_the_file_as_written(made, contract):
    by_path = {one.path: one for one in made.tables.assumptions}
    assert len(by_path) == len(made.tables.assumptions)
    rent = by_path["clauses.rent.price"]
    assert (rent.value, rent.unit, rent.status, rent.low, rent.high) == (131.3, "USD/kW/month", "derived", 106.0, 200.0)
    cost = by_path["clauses.build.cost"]
    assert (cost.value, cost.unit, cost.low, cost.high) == (8.0, "MUSD/MW", 5.0, 12.0)
    assert by_path["discount_rate"].value == pytest.approx(0.09)
    assert (by_path["discount_rate"].low, by_path["discount_rate"].high) == pytest.approx((0.07, 0.12))
    assert by_path["dates.start"].value == "2026-10-01"
    switches = {
        "clauses.rent.lease": "gross",
        "clauses.power.hedge.volume": "as_consumed",
        "tax.host.residual": "written_off",
        "market.factors.power.NO4.transform": "log",
        "capacity.basis": "grid",
    }
    assert {path: by_path[path].value for path in switches} == switches
    assert not [path for path in by_path if path.startswith(("claims", "indicators", "scenarios"))]
    # a factor that the market holds for another contract is none of this one's assumptions
    written = {quantity.path for quantity in contract.quantities()}
    unread = {path for path in written if ".power.NO2." in path} | {"market.correlation.1"}
    known = written - unread
    assert known <= set(by_path), known - set(by_path)
    assert len(unread) > 15 and not unread & set(by_path)
    sections = [one.section for one in made.tables.assumptions]
    assert len(set(sections)) == sum(a != b for a, b in zip(["", *sections], sections, strict=False)), "each once"


def test_assumptions_have_what_the_file_leaves_out_and_read_without_it(made, base):
    by_path = {one.path: one for one in made.tables.assumptions}
    inputs = {item.name for item in base.plan.inputs if not item.name.startswith("constant.")}
    phases = {name for name in inputs if name.endswith(".date")}
    assert inputs - phases <= set(by_path)
    default = by_path["clauses.grid_tariff.survives.revocation.wind_up"]
    assert (default.value, default.unit, default.note) == (3.0, "months", "default of the structure")
    assert by_path["clauses.build.schedule.months"].value == 6.0
    assert by_path["tax.host.paid"].value == "15 February and 15 April"
    labels = {
        "market.correlation.0": "Correlation of power.NO4.slow and fx.EURUSD",
        "clauses.rent.escalator": "Rent: escalator",
        "clauses.operations.index.share": "Operations: share that is indexed",
        "capacity.contracted.2027-01-01": "Contracted power, phase 2, from 2027-01-01",
        "risks.revocation.compensation.of": "Revocation: compensation is a share of",
    }
    assert {path: by_path[path].label for path in labels} == labels
    assert len({one.label for one in made.tables.assumptions}) == len(by_path), "each label once"
    shape = [by_path[f"market.factors.power.NO4.forward.month_shape.{month}"].note for month in range(12)]
    assert shape[0] and not any(shape[1:])


def test_assumptions_of_another_view_are_the_same(contract):
    tenant = assumptions(contract, resolve(contract, view="tenant"))
    host = assumptions(contract, resolve(contract))
    assert {(one.path, one.value) for one in tenant} == {(one.path, one.value) for one in host}


def test_lines_have_signs_and_parts(made):
    lines = {line.name: line for line in made.tables.lines}
    assert lines["rent.billed"].sign == 1 and lines["power.fixed"].sign == -1 and lines["operations.cost"].sign == -1
    ebitda = lines["accounts.ebitda"]
    assert ebitda.total and ebitda.parts[0] == "accounts.revenue"
    for t in (0, 30, 182):
        parts = ((-1.0 if part.startswith("-") else 1.0, lines[part.removeprefix("-")]) for part in ebitda.parts)
        assert ebitda.values[t] == pytest.approx(sum(sign * line.values[t] for sign, line in parts), abs=1e-6)


def test_checks_hold_and_can_fail(base, run):
    mean = mean_flows(run, base.plan)
    assert all(check.ok for check in checks(base, mean, run))
    wrong = replace(run, cash_year=run.cash_year * 1.001)
    assert [check.ok for check in checks(base, mean, wrong)][0] is False
    wrong = replace(run, measure={**run.measure, "npv": run.measure["npv"] + 1e3})
    assert [check.ok for check in checks(base, mean, wrong)][1] is False


def test_the_tenant_has_costs_only_and_the_report_says_so():
    made = appraise(load(FILE, view="tenant"), "tenant", Settings(300, 1, 2), "command")
    tables = made.tables
    assert tables.base.irr is None and tables.base.irr_status == "total_loss" and tables.base.margin is None
    assert tables.irr.distribution.count == 0 and tables.irr.of_expected_flows is None
    assert tables.margin.count == 0 and set(tables.histograms) == {"npv"}
    said = " ".join(tables.deal.remarks)
    assert "costs only" in said and "131.30 USD/kW/month" in said


def test_dates_of_flows_have_base_and_mean_side_by_side(made, run):
    flows = made.tables.flows
    assert flows.dates == tuple(sorted(set(flows.dates)))
    assert sum(flows.mean_tax) == pytest.approx(run.dated_tax.sum() / PATHS, rel=1e-12)
    assert sum(flows.base_pre_tax) > 0 > sum(flows.base_tax)


def test_sunk_flows_are_the_same_in_both_columns():
    late = load(FILE, overrides=["dates.valuation=2026-09-15", "dates.start=2026-10-01"])
    base = Base.of(resolve(late))
    measures = base_measures(base)
    assert measures.sunk == pytest.approx(-2 * 8e6 * 110 / 6, rel=1e-12), "July and August of six months"
    mean = mean_flows(simulate(assemble(base.plan), paths=256, seed=1, threads=1), base.plan)
    both = whole.dated(base.flows, mean)
    assert both.base_pre_tax[:2] == both.mean_pre_tax[:2] == pytest.approx((-8e6 * 110 / 6,) * 2)


def test_deal_terms_and_case(made, contract, base):
    deal = made.tables.deal
    assert (deal.stage, deal.view, deal.measure) == ("letter of intent", "host", "real-world")
    assert deal.end.isoformat() == "2041-09-30" and deal.hurdle_rate == pytest.approx(0.09)
    assert deal.not_modelled == contract.not_modelled
    assert not any("net_of_power" in remark for remark in deal.remarks), "scenarios have a table of their own"
    case = Case(contract, base)
    assert case.fact("price") == (pytest.approx(np.mean([base.row("power.NO4")[t] for t in range(3, 183)])), "EUR/MWh")
    assert case.fact("mwh")[0] == pytest.approx(sum(base.row("capacity.load")) / 15, rel=1e-12)
    assert case.fact("active_customers")[1] == ""


def test_survivors_are_the_paths_without_an_event(made):
    npv, struck = np.array([1.0, 3.0, -9.0, 5.0]), np.array([False, False, True, False])
    left = survivors(npv, struck)
    assert (left.share, left.npv_mean) == (0.75, 3.0)
    assert left.npv_se == pytest.approx(2.0 / 3.0**0.5)
    assert survivors(npv, np.zeros(4, bool)) is None and survivors(npv, np.array([True, True, True, False])) is None
    assert made.tables.survivors.share == pytest.approx(1.0 - made.tables.probability.revoked)
    assert made.tables.survivors.npv_mean > made.tables.npv.mean


def test_the_note_of_the_file_is_its_first_remark(made):
    assert made.tables.deal.remarks[0].startswith("A knife-edge case on these inputs")


def test_leases_that_run_beyond_the_term_are_said_to():
    from valuation import value

    example = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "renewable-lease.yaml"
    deal = value(example, paths=256).tables.deal
    assert deal.runs_to == date(2046, 12, 31)
    assert deal.span == "2027-01-01 to 2036-12-31 (leases run to 2046-12-31 at the latest)"
