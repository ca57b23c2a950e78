"""Page one of a contract that sells energy: no contracted power and no rent, a cost per MWh instead."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from valuation import Result, value
from valuation.appraisal.base import Base
from valuation.appraisal.figures import deal_figures
from valuation.report.excel.write import workbook_bytes
from valuation.report.terminal import summary_text
from valuation.resolve import resolve
from valuation.spec import load

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"


@pytest.fixture(scope="module")
def farm() -> Result:
    return value(EXAMPLES / "pay-as-produced.yaml", paths=512)


def test_the_summary(farm: Result) -> None:
    text = summary_text(farm.tables)
    for absent in ("kW/month", "Rent", "ontracted power", "nan"):
        assert absent not in text
    assert "Cost per MWh, base case" in text and "EUR/MWh before tax, investment included" in text
    assert "(clauses.ppa.price)" in text


def test_the_workbook(farm: Result) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(farm.tables)))
    rows = {str(row[0]): row[1:] for row in book["Summary"].iter_rows(values_only=True) if row[0]}
    assert "Contracted power" not in rows and "Rent" not in rows
    assert rows["Installed power"][:2] == ("MW", 50.0)
    assert rows["Energy in an average year"][0] == "GWh/year"
    assert rows["Cost per MWh before tax"][0] == "EUR/MWh"
    sections = {row[0] for row in book["Assumptions"].iter_rows(values_only=True)}
    assert "Generation" in sections


def test_cost_and_value_per_mwh_by_hand() -> None:
    """PV of what is paid over PV of what is produced, each flow on its date, each month from its last day."""
    contract = load(EXAMPLES / "pay-as-produced.yaml")
    plan = resolve(contract)
    base = Base.of(plan)
    figures = deal_figures(contract, base)
    factors = base.row("time.discount")
    energy = sum(mwh * df for mwh, df in zip(base.row("generation.produced"), factors, strict=True))
    running = sum(x * df for x, df in zip(base.row("operations.cost"), factors, strict=True))
    built = sum(55e6 / 6 * 1.065 ** (-days / 365) for days in (31, 62, 92, 123, 153, 184))
    assert figures.cost_per_mwh == pytest.approx(2.0 + (running + built) / energy, rel=1e-9)  # 2: the balancing fee
    assert figures.npv_per_mwh == pytest.approx(base.npv / energy, rel=1e-12)
    assert figures.mwh_per_year == pytest.approx(sum(base.row("generation.produced")) / 20.0)
    assert (figures.installed_mw, figures.full_year, figures.npv_per_kw_month) == (50.0, 2027, None)


def test_a_buyer_sees_what_a_mwh_costs_him() -> None:
    contract = load(EXAMPLES / "baseload.yaml")
    plan = resolve(contract, view="buyer")
    figures = deal_figures(contract, Base.of(plan))
    assert figures.npv_per_mwh == pytest.approx(-56.0, rel=1e-12)
    assert figures.cost_per_mwh == pytest.approx(56.0, rel=1e-12)
