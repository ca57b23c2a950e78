"""A market's factor that nothing of a contract reads leaves its plan, its digest and its numbers as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from valuation.appraisal.assumptions import assumptions
from valuation.plan.text import program_text
from valuation.resolve import resolve
from valuation.shipped import shipped
from valuation.spec.load import load

FACTOR = """
  power.far:
    process: two_ou
    unit: EUR/MWh
    forward: 40 EUR/MWh
    slow: {reversion: 2 /year, volatility: 0.8 /sqrt(year)}
    yearly_level: {sd: 0.3}
"""
CORRELATION = "  - {of: [power.far.slow, power.example.slow], value: 0.6}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "examples"
    shutil.copytree(shipped("contracts") / "examples", copy)
    return copy


def append(market: Path) -> None:
    text = market.read_text(encoding="utf-8").rstrip("\n") + "\n"
    assert "correlation:" not in text
    market.write_text(text + FACTOR + "correlation:\n" + CORRELATION, encoding="utf-8")


def test_it_is_neither_in_the_plan_nor_among_the_assumptions(folder: Path) -> None:
    file = folder / "minimal-lease.yaml"
    before = resolve(load(file))
    append(folder / "markets" / "minimal.yaml")
    contract = load(file)
    after = resolve(contract)
    assert "power.far" in contract.factors
    assert program_text(after) == program_text(before)
    paths = [one.path for one in assumptions(contract, after)]
    assert any("power.example" in path for path in paths)
    assert not [path for path in paths if "power.far" in path or path.startswith("market.correlation")]


def test_a_contract_that_reads_only_the_later_factor_has_the_noise_that_both_share(folder: Path) -> None:
    """The later factor's innovations are a sum over the earlier one's: these draws stay, its price does not."""
    append(folder / "markets" / "minimal.yaml")
    file = folder / "minimal-lease.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("power.example") == 1
    file.write_text(text.replace("power.example", "power.far"), encoding="utf-8")
    plan = resolve(load(file))
    names = {row.name for row in plan.rows}
    assert "power.far" in names and "power.example" not in names
    assert "power.example.slow.normal_level" in names or "power.example.normal_level" in names
