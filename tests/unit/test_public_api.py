"""What a notebook sees: load_contract, value, Result."""

import json
import subprocess
import sys

import numpy as np
import pytest

import valuation
from valuation.errors import SpecError, ValuationError
from valuation.shipped import shipped

FILE = shipped("contracts") / "bitzero.yaml"


@pytest.fixture(scope="module")
def result():
    return valuation.value(FILE, paths=400, seed=5, threads=2)


def test_the_public_names():
    assert set(valuation.__all__) <= set(dir(valuation))
    with pytest.raises(AttributeError, match="no attribute 'valu'"):
        _ = valuation.valu


def test_errors_are_public_and_one_text_is_no_list():
    assert (valuation.SpecError, valuation.ValuationError) == (SpecError, ValuationError)
    with pytest.raises(ValuationError, match="overrides must be a list of texts"):
        valuation.load_contract(FILE, overrides="clauses.rent.escalator=2 %/year")


def test_importing_the_package_imports_nothing_heavy():
    heavy = ("numpy", "numba", "pandas", "openpyxl", "click")
    code = f"import sys, valuation; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_arrays_by_path(result):
    assert result.npv.shape == result.irr.shape == result.margin.shape == (400,)
    assert result.summary.loc["mean", "npv [USD]"] == pytest.approx(result.npv.mean(), rel=1e-12)
    assert result.summary.loc["base", "margin [1]"] == result.tables.base.margin


def test_base_case_by_month_and_year(result):
    monthly, yearly = result.base.monthly, result.base.yearly
    assert monthly.index[0].isoformat() == "2026-07-31"
    assert yearly.loc[2030, "rent.billed [USD]"] == pytest.approx(131.3 * 110_000 * 12, rel=1e-12)
    assert (monthly["power.fixed [USD]"] <= 0.0).all(), "what is paid is negative"
    assert yearly["accounts.ebitda [USD]"].sum() == pytest.approx(monthly["accounts.ebitda [USD]"].sum(), rel=1e-12)
    shape = [1.253, 1.213, 1.103, 0.984, 0.901, 0.856, 0.835, 0.832, 0.859, 0.934, 1.057, 1.187]
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    of_year = 28.5 * sum(s * d for s, d in zip(shape, days, strict=True)) / 365.0
    assert yearly.loc[2030, "power.NO4 [EUR/MWh]"] == pytest.approx(of_year, rel=1e-12), "month shape, by days"


def test_years_indicators_and_claims(result):
    assert result.yearly.loc[2030, "revenue_base [USD]"] == pytest.approx(131.3 * 110_000 * 12, rel=1e-12)
    assert np.isnan(result.yearly["margin_base [1]"].iloc[-1])
    assert set(result.indicators["name"]) == {"utilisation confirms the model", "demand in doubt"}
    assert list(result.claims["verdict"]).count("cannot_be_tested") == 2


def test_json_and_workbook(result, tmp_path):
    assert json.loads(result.to_json())["audit"]["digest"] == result.audit.digest
    result.to_excel(tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.slow
def test_a_contract_as_read_gives_the_same_result(result):
    contract = valuation.load_contract(FILE)
    again = valuation.value(contract, paths=400, seed=5, threads=1, chunk=256)
    assert again.audit == result.audit


@pytest.mark.slow
def test_overrides_come_on_top_of_those_of_the_contract():
    contract = valuation.load_contract(FILE, overrides=["clauses.rent.price=140 USD/kW/month"], view="tenant")
    result = valuation.value(contract, paths=2, overrides=["discount_rate=8 %/year"])
    assert result.audit.overrides == ("clauses.rent.price=140 USD/kW/month", "discount_rate=8 %/year")
    assert result.audit.view == "tenant"
    assert result.audit.command.endswith("--view tenant")


@pytest.mark.parametrize("wrong", [{"paths": 1}, {"seed": -1}, {"seed": 2**64}, {"threads": 0}, {"chunk": 0}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValuationError, match=next(iter(wrong))):
        valuation.value(FILE, **wrong)


def test_a_wrong_contract_is_refused():
    with pytest.raises(SpecError, match="nobody"):
        valuation.value(FILE, view="nobody")
