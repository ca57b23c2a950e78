"""What the owners and lenders of a financing read, as a target, in a claim, and where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from valuation.appraisal.claims import check_claims, paths_of
from valuation.appraisal.facts import OF_FINANCING, Case
from valuation.appraisal.financing.table import financing_table
from valuation.errors import SpecError
from valuation.spec import Source
from valuation.spec.expression import LENDERS, OWNERS
from valuation.studies.bracket import Search
from valuation.studies.results import NoTarget, chance, column
from valuation.studies.solve import Study
from valuation.studies.target import read_target
from valuation.studies.trials import Trial, Trials
from valuation.studies.varied import varied

CONTRACTS = Path(__file__).parents[2] / "contracts"
EXAMPLE, LEASE = CONTRACTS / "examples" / "project-finance.yaml", CONTRACTS / "examples" / "minimal-lease.yaml"
PATHS, RENT = 500, "clauses.rent.price"
SAID = {
    "npv_equity > 0": "holds",
    "npv_equity.mean < 0": "contradicts",
    "irr_equity > 12 %": "holds",
    "irr_equity.of_expected_flows > 12 %": "holds",
    "dscr_min > 1.2": "holds",
    "dscr_min.p5 > 1.2": "contradicts",
    "dscr_average.p50 > 1.5": "holds",
    "llcr < 1.5": "contradicts",
    "plcr > 1.5": "holds",
    "probability.default < 1 %": "contradicts",
    "probability.npv_equity_negative < 50 %": "holds",
    "probability.locked_up > 1 %": "holds",
}
CLAIMS = ", ".join(f"{{quote: said, source: base-case, check: '{check}'}}" for check in SAID)


@pytest.fixture(scope="module")
def trial() -> Trial:
    return Trials.of(EXAMPLE, paths=PATHS, seed=3, overrides=[f"claims=[{CLAIMS}]"]).run()


def test_the_results_of_a_financing_are_all_known() -> None:
    assert {name for name in (*OWNERS, *LENDERS) if not name.startswith("probability.")} == set(OF_FINANCING)


def test_targets_are_statistics_of_what_every_path_gave(trial: Trial) -> None:
    run = trial.simulation
    expected = {
        "npv_equity.mean = 0": run.measure["npv_equity"].mean(),
        "npv_equity.p5 = 0": np.percentile(run.measure["npv_equity"], 5),
        "dscr_min.p10 = 1": np.percentile(run.final["dscr_min"], 10),
        "dscr_average.p50 = 1": np.percentile(column(trial, "dscr_average", ""), 50),
        "llcr.mean = 1": run.final["llcr"][np.isfinite(run.final["llcr"])].mean(),
        "probability.default = 20 %": (run.final["default"] > 0.0).mean(),
        "probability.locked_up = 20 %": (run.final["dscr_min"] < 1.15).mean(),
        "probability.npv_equity_negative = 20 %": (run.measure["npv_equity"] < 0.0).mean(),
    }
    for text, value in expected.items():
        met = read_target(text, trial.contract).met(trial)
        assert met.reached == pytest.approx(value, rel=1e-12), text
        assert met.se is not None
    assert read_target("probability.default = 20 %", trial.contract).counts


def test_the_chance_of_a_loss_closes_as_the_quantile_that_it_stands_for(trial: Trial) -> None:
    met = read_target("probability.npv_equity_negative = 20 %", trial.contract).met(trial)
    assert met.gap == pytest.approx(-np.percentile(trial.simulation.measure["npv_equity"], 20), rel=1e-12)


def test_a_target_without_a_statistic_is_of_the_base_case(trial: Trial) -> None:
    case = Case(trial.contract, trial.base)
    for name in OF_FINANCING:
        target = read_target(f"{name} = 0", trial.contract)
        assert target.of_base_case and target.met(trial).reached == case.fact(name)[0]
    assert case.fact("dscr_min") == (pytest.approx(min(trial.base.row("financing.dscr"))), "")


def test_a_rate_of_the_expected_flows_is_tested_at_the_owners_rate(trial: Trial) -> None:
    target = read_target("irr_equity.of_expected_flows = 11 %", trial.contract)
    assert target.settings == {"equity_discount_rate.value": "11.0 %/year"}
    assert trial.owners is not None
    # the gap is an NPV at the rate to which the runs are set; this run stands at 12 %
    assert target.met(trial).gap == pytest.approx(trial.owners.npv.mean(), rel=1e-12)
    assert target.met(trial).reached == trial.owners.rates.of_expected_flows


def test_claims_about_owners_and_lenders(trial: Trial) -> None:
    case = Case(trial.contract, trial.base)
    table, _ = financing_table(trial.contract, trial.base, trial.simulation, trial.struck, {})
    paths = {"probability": trial.probability, **paths_of(table)}
    found = check_claims(trial.contract, case, {"base": case}, paths)
    assert {claim.check: claim.verdict for claim in found} == SAID
    assert {claim.unit for claim in found} == {"EUR", "%/year", "", "%"}
    blind = check_claims(trial.contract, case, {"base": case}, {"probability": trial.probability})  # of another view
    assert {claim.verdict for claim in blind if "." in claim.check.split()[0]} == {"cannot_be_tested"}


@pytest.mark.parametrize("name", ["npv_equity", "dscr_min", "probability.default"])
def test_without_a_financing_there_is_nothing_to_claim_or_to_solve_for(name: str) -> None:
    quantity = "10 %" if name.startswith("probability") else "0"
    source = Source.read(LEASE)
    with pytest.raises(SpecError, match=f"'{name}' is a result of a financing, and the contract has no 'financing'"):
        source.contract(overrides=[f"claims=[{{quote: said, source: base-case, check: '{name} > {quantity}'}}]"])
    with pytest.raises(SpecError, match="the contract has no 'financing'; solve for one of the project"):
        read_target(f"{name} = {quantity}", source.contract())


def test_what_a_financing_lacks_is_told() -> None:
    source = Source.read(EXAMPLE)
    no_debt = ["financing.debt={}", "financing.reserves={}", "financing.covenants={}"]
    read_target("npv_equity = 0", source.contract(overrides=no_debt))
    with pytest.raises(SpecError, match="'llcr' is a result of loans, and 'financing' has no 'debt'"):
        read_target("llcr = 1.5", source.contract(overrides=no_debt))
    with pytest.raises(SpecError, match="'financing.covenants' has no 'lock_up'"):
        read_target("probability.locked_up = 5 %", source.contract(overrides=["financing.covenants={default: 1.05}"]))
    with pytest.raises(SpecError, match="a result of the borrower, host, and the view is tenant; ask with --view host"):
        read_target("npv_equity = 0", source.contract(view="tenant"))


def test_a_scenario_without_the_financing_leaves_claims_untested(tmp_path: Path) -> None:
    (tmp_path / "markets").mkdir()
    (tmp_path / "markets" / "minimal.yaml").write_bytes((EXAMPLE.parent / "markets" / "minimal.yaml").read_bytes())
    more = (
        "\nclaims: [{quote: said, source: base-case, check: dscr_min > 1.2}]"
        "\nscenarios: {unlevered: {set: {financing: null}}}\n"
    )
    file = tmp_path / "deal.yaml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8") + more, encoding="utf-8")
    contract = Source.read(file).contract("unlevered")
    assert [one.message.partition(",")[0] for one in contract.warnings] == ["'dscr_min' is a result of a financing"]


def test_a_run_without_a_result_says_so(trial: Trial) -> None:
    tenant = Trials.of(EXAMPLE, paths=2, seed=1, view="tenant").run()
    assert tenant.owners is None and chance(tenant, "default") is None
    with pytest.raises(NoTarget, match="npv_equity.mean does not exist for the tenant, who borrows nothing"):
        column(tenant, "npv_equity", "npv_equity.mean")


def test_a_value_at_which_no_loan_can_be_sized_is_passed_over() -> None:
    """Above some rent an uncapped loan is more than the uses: the search stops short of it."""
    trials = Trials.of(EXAMPLE, paths=2, seed=1, overrides=["financing.debt.senior.size={dscr: 1.35, uncapped: true}"])
    contract = trials.contract({RENT: "70 EUR/kW/month"})
    study = Study(trials, varied(contract, RENT), read_target("npv_equity = 0", contract))
    search = Search(study.number, study.met)
    assert search._takes(70.0) and not search._takes(150.0)
    assert "that there is to pay for" in str(search.refused[150.0]) and search.values == [70.0]
