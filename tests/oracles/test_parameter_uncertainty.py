"""Runs with drawn parameters against closed forms: nothing to draw, a linear parameter, a hazard from counts."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from valuation import Result, load_contract, value
from valuation.appraisal.uncertainty.draws import drawn, uncertain_values
from valuation.report.json_schema import result_schema
from valuation.report.terminal import print_summary
from valuation.resolve import resolve
from valuation.tables import ParameterUncertainty

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
ESTIMATED, TWO_OU = EXAMPLES / "estimated-parameters.yaml", EXAMPLES / "two-ou.yaml"
SLOW = "market.factors.power.example.slow"

DEATH = """
id: death
name: A lease whose end costs more than it ever earned
stage: example
currency: EUR
parties: {host: Landlord, tenant: Tenant}
view: tenant
market: markets/minimal.yaml
dates: {valuation: 2026-06-30, start: 2026-07-01, term: 15 years}
discount_rate: {value: 8 %/year, status: assumption}
capacity: {basis: grid, connection: 12 MW, contracted: 10 MW, pue: 1.2, utilisation: 85 %}
clauses:
  rent: {structure: capacity_lease, payer: tenant, payee: host, lease: net_of_power, price: 60 EUR/kW/month}
  use: {structure: fixed_cost, payer: outside, payee: tenant, price: 100 EUR/kW/month}
risks:
  revocation:
    process: hazard
    rate: {value: 5 %/year, se: 7.0710678118654755 %/year, law: gamma, evidence: historical}
    compensation: {payer: tenant, payee: host, share: 100 %, of: multiple_of_annual_fee, multiple: 1000}
"""


def drawn_of(result: Result) -> ParameterUncertainty:
    assert result.parameter_uncertainty is not None
    return result.parameter_uncertainty


def test_standard_errors_of_next_to_nothing_give_the_run_itself_to_the_bit() -> None:
    overrides = [
        f"{SLOW}.reversion={{value: 1.5 /year, se: 1e-200 /year}}",
        f"{SLOW}.volatility={{value: 0.6 /sqrt(year), se: 1e-200 /sqrt(year)}}",
        "clauses.rent.price={value: 60 EUR/kW/month, se: 1e-200 EUR/kW/month, law: gamma}",
        "discount_rate={value: 8 %/year, se: 1e-200 %/year}",
    ]
    result = value(TWO_OU, paths=5000, overrides=overrides, parameter_uncertainty=True)
    found = drawn_of(result)
    assert found.draws == 19 and len(found.parameters) == 4
    assert (found.npv_change, found.npv_change_se, found.share_of_variance) == (0.0, 0.0, 0.0)
    for drawn_one, stated in ((found.npv, result.tables.npv), (found.margin, result.tables.margin)):
        names = ("sd", "p1", "p5", "p50", "p95", "p99", "count")
        assert [getattr(drawn_one, name) for name in names] == [getattr(stated, name) for name in names]
    assert found.npv_negative == result.tables.probability.npv_negative
    assert result.audit.digest == value(TWO_OU, paths=5000, overrides=[o.split(", se")[0].replace("{value: ", "")
                                                                      for o in overrides]).audit.digest  # fmt: skip


@pytest.fixture(scope="module")
def linear() -> Result:
    price = "clauses.rent.price={value: 60 EUR/kW/month, se: 2 EUR/kW/month, law: normal}"
    return value(TWO_OU, paths=51_200, overrides=[price], parameter_uncertainty=True, parameter_draws=200)


def test_an_npv_that_is_linear_in_a_normal_parameter_has_the_variance_of_both(linear: Result) -> None:
    """NPV = b·price − cost of power, b the present value of the capacity let; price and cost are independent."""
    found, stated = drawn_of(linear), linear.tables
    low, high = (value(TWO_OU, paths=2, overrides=[f"clauses.rent.price={p} EUR/kW/month"]) for p in (60, 61))
    slope = high.tables.base.npv - low.tables.base.npv
    (price,) = found.parameters
    assert (price.value, price.se, price.law, price.rank_correlation) == (60.0, 2.0, "normal", pytest.approx(1.0))
    assert found.npv_change == pytest.approx(slope * (price.drawn_mean - 60.0), rel=1e-9)
    assert found.npv_change_se == pytest.approx(slope * price.drawn_sd / math.sqrt(200), rel=1e-6)
    assert found.sd_of_means == pytest.approx(slope * price.drawn_sd, rel=1e-6)
    # Over the draws: Var(NPV) = b²·se² + Var(cost), each term within 4 standard errors of a variance of 200 normals.
    assert stated.npv.sd is not None and found.npv.sd is not None
    within = stated.npv.sd**2
    of_draws = 4.0 * math.sqrt(2.0 / 199.0)
    assert found.sd_of_means**2 == pytest.approx((2.0 * slope) ** 2, rel=of_draws)
    total = (2.0 * slope) ** 2 + within
    assert found.npv.sd**2 == pytest.approx(total, rel=of_draws)
    assert found.share_of_variance == pytest.approx((2.0 * slope) ** 2 / total, rel=of_draws)
    assert found.npv.se == pytest.approx(math.sqrt((2.0 * slope) ** 2 / 200 + within / 51_200), rel=0.2)


def test_neither_threads_nor_the_rest_of_the_run_change_a_bit(linear: Result) -> None:
    price = "clauses.rent.price={value: 60 EUR/kW/month, se: 2 EUR/kW/month, law: normal}"
    again = value(TWO_OU, paths=51_200, overrides=[price], parameter_uncertainty=True, threads=1, chunk=256)
    assert again.parameter_uncertainty == linear.parameter_uncertainty
    assert again.audit.digest == linear.audit.digest


@pytest.fixture(scope="module")
def death(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("death")
    (folder / "markets").mkdir()
    (folder / "markets" / "minimal.yaml").write_bytes((EXAMPLES / "markets" / "minimal.yaml").read_bytes())
    (folder / "death.yaml").write_text(DEATH, encoding="utf-8")
    return folder / "death.yaml"


def test_survival_with_a_hazard_from_counts_is_the_predictive_one(death: Path) -> None:
    """No event in T = 10 years: Gamma(½, T), and S(15) = (T/(T + 15))^½ = 0.632, where e^(−15·0.05) = 0.472."""
    contract = load_contract(death)
    uncertain, factor = uncertain_values(contract, resolve(contract))
    rates = np.array(drawn(uncertain, factor, 1, 2000))[:, 0] / 100.0
    survival = np.exp(-15.0 * rates)
    assert (10.0 / 25.0) ** 0.5 == pytest.approx(0.632, abs=5e-4)
    assert survival.mean() == pytest.approx(0.632456, abs=4.0 * survival.std() / math.sqrt(2000))

    result = value(death, paths=51_200, parameter_uncertainty=True, parameter_draws=100)
    found, stated = drawn_of(result), result.tables.probability.npv_negative
    error = math.sqrt(0.25 / 51_200)
    assert 1.0 - stated == pytest.approx(math.exp(-0.75), abs=4.0 * error)
    assert 1.0 - found.npv_negative == pytest.approx(0.632456, abs=4.0 * found.npv_negative_se)
    # given the draws, what is left is the error of the paths alone
    assert 1.0 - found.npv_negative == pytest.approx(survival[:100].mean(), abs=4.0 * error)
    assert found.npv_negative_se == pytest.approx(survival[:100].std() / math.sqrt(100), rel=0.05)
    assert found.parameters[0].rank_correlation == pytest.approx(-1.0, abs=0.02)


def test_reports_show_both(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from openpyxl import load_workbook

    result = value(ESTIMATED, paths=2560, parameter_uncertainty=True, parameter_draws=10)
    found = drawn_of(result)
    assert result.audit.command.endswith("--parameter-uncertainty --parameter-draws 10")
    whole = json.loads(result.to_json())
    Draft202012Validator(result_schema()).validate(whole)
    assert whole["parameter_uncertainty"]["npv"]["p5"] == found.npv.p5
    assert [one["path"] for one in whole["parameter_uncertainty"]["parameters"]][0] == f"{SLOW}.reversion"
    print_summary(result.tables, sys.stdout)
    text = capsys.readouterr().out
    assert "With drawn parameters (10 draws, the same paths)" in text
    stated, drawn_line = (next(line for line in text.splitlines() if f"NPV after tax, M EUR: {kind}" in line)
                          for kind in ("stated", "drawn"))  # fmt: skip
    assert stated.split()[6] == f"{(result.tables.npv.mean or 0) / 1e6:.1f}"
    assert drawn_line.split()[6] == f"{(found.npv.mean or 0) / 1e6:.1f}"
    result.to_excel(tmp_path / "book.xlsx")
    sheet = load_workbook(tmp_path / "book.xlsx")["Distributions"]
    rows = {str(row[0].value): row for row in sheet.iter_rows()}
    assert rows["NPV after tax, drawn"][2].value == pytest.approx(found.npv.mean)
    assert rows["P(NPV < 0), drawn"][2].value == pytest.approx(found.npv_negative)
    assert rows["Reversion, slow"][5].value == pytest.approx(found.parameters[0].drawn_mean)
    shown = {one.path: one for one in result.tables.assumptions}
    assert shown[f"{SLOW}.volatility"].note == "standard error 0.08 /sqrt(year), lognormal"
    assert "power.example.slow.reversion and" in shown["market.correlation_of_estimates.0"].label
    plain = json.loads(value(ESTIMATED, paths=256).to_json())
    assert plain["parameter_uncertainty"] is None
    Draft202012Validator(result_schema()).validate(plain)
