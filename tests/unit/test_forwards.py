"""An expected price of 0 or below under the logarithm: refused with its place before anything runs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from valuation.cli import main
from valuation.errors import SpecError
from valuation.plan.evaluate import base_case
from valuation.processes.average import ForwardNotPositive
from valuation.resolve import resolve
from valuation.spec import load
from valuation.spec.forwards import expected_by_month

DATA = Path(__file__).resolve().parents[1] / "data"
FACTOR = "market.factors.power.NO4"
FORWARD = "forward: {flat: 28.5 EUR/MWh}"
ONES = ["1"] * 12


def shape(month: int, value: str) -> str:
    return "[" + ", ".join([*ONES[:month], value, *ONES[month + 1 :]]) + "]"


def deal(folder: Path, forward: str, csv: str = "") -> Path:
    """The small contract on a market with another forward of NO4, which may end in more keys of the factor."""
    (folder / "markets").mkdir()
    shutil.copy(DATA / "small.yaml", folder)
    text = (DATA / "markets" / "small.yaml").read_text(encoding="utf-8")
    assert FORWARD in text
    (folder / "markets" / "small.yaml").write_text(text.replace(FORWARD, forward), encoding="utf-8")
    if csv:
        (folder / "markets" / "no4.csv").write_text(csv, encoding="utf-8")
    return folder / "small.yaml"


PREMIUM = "\n    risk_premium: {} EUR/MWh"
BY_DATE = "curve: {2026-07-01: 30 EUR/MWh, 2029-01-01: 8 EUR/MWh, 2029-07-01: 30 EUR/MWh}"
COLUMN = "curve: {file: no4.csv, column: price}"
CSV = "date,price [EUR/MWh]\n2026-07-01,30\n2029-01-01,8\n2029-07-01,30\n"

# Forward of NO4, line of the market file, path, month and value, what else is said.
WRONG = {
    "flat and premium": (
        "forward: 20 EUR/MWh" + PREMIUM.format(-25),
        (8, "risk_premium", "2026-07 is -5", "forward 20 + risk_premium -25"),
    ),
    "premium to exactly 0": (
        "forward: 20 EUR/MWh" + PREMIUM.format(-20),
        (8, "risk_premium", "2026-07 is 0", "risk_premium -20"),
    ),
    "negative shape": (
        f"forward: {{flat: 20 EUR/MWh, month_shape: {shape(8, '-0.1')}}}",
        (7, "forward.month_shape.8", "2026-09 is -2", "× month_shape -0.1"),
    ),
    "shape of 0": (
        f"forward: {{flat: 20 EUR/MWh, month_shape: {shape(1, '0')}}}",
        (7, "forward.month_shape.1", "2027-02 is 0", "× month_shape 0"),
    ),
    "shape and premium": (
        f"forward: {{flat: 20 EUR/MWh, month_shape: {shape(5, '0.3')}}}" + PREMIUM.format(-7),
        (8, "risk_premium", "2027-06 is -1", "forward 20 × month_shape 0.3 + risk_premium -7"),
    ),
    "by date": (
        f"forward: {{{BY_DATE}}}" + PREMIUM.format(-10),
        (8, "risk_premium", "2029-01 is -2", "forward 8 +"),
    ),
    "by date, one month of it": (
        f"forward: {{{BY_DATE}, month_shape: {shape(5, '0.5')}}}" + PREMIUM.format(-5),
        (8, "risk_premium", "2029-06 is -1", "forward 8 × month_shape 0.5"),
    ),
    "csv": (
        f"forward: {{{COLUMN}}}" + PREMIUM.format(-10),
        (8, "risk_premium", "2029-01 is -2", "forward 8 +"),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused_with_month_and_value(case: str, tmp_path: Path) -> None:
    forward, (line, path, value, said) = WRONG[case]
    file = deal(tmp_path, forward, CSV if "file:" in forward else "")
    result = CliRunner().invoke(main, ["check", str(file)])
    assert result.exit_code == 2
    errors = [text for text in result.stderr.splitlines() if ": error: " in text]
    assert len(errors) == 1, result.stderr
    assert errors[0].startswith(f"{tmp_path / 'markets' / 'small.yaml'}:{line}:")
    assert f"{FACTOR}.{path}: the expected price of {value} EUR/MWh (" in errors[0]
    assert said in errors[0] and "use 'transform: asinh'" in errors[0]


@pytest.mark.parametrize(
    "forward",
    [
        "forward: 20 EUR/MWh" + PREMIUM.format(-19.9),
        f"forward: {{{BY_DATE}, month_shape: {shape(7, '0.5')}}}" + PREMIUM.format(-5),  # 4 − 5 in no August
        "forward: 20 EUR/MWh" + PREMIUM.format(-25) + "\n    transform: asinh\n    scale: 1 EUR/MWh",
    ],
    ids=["just above 0", "the low months do not meet", "asinh"],
)
def test_every_month_above_zero_is_valued(forward: str, tmp_path: Path) -> None:
    contract = load(deal(tmp_path, forward))
    resolve(contract)


def test_risk_neutral_takes_the_forward_as_it_is(tmp_path: Path) -> None:
    file = deal(tmp_path, "forward: 20 EUR/MWh" + PREMIUM.format(-25))
    load(file, None, ["measure=risk_neutral", "discount_rate=4.5 %/year"])


def test_set_and_scenario_meet_the_same_check(tmp_path: Path) -> None:
    file = deal(tmp_path, FORWARD)
    setting = f"{FACTOR}.risk_premium=-30 EUR/MWh"
    for command in (["check"], ["run", "--no-excel"]):
        result = CliRunner().invoke(main, [*command, str(file), "--set", setting])
        assert result.exit_code == 2 and "Traceback" not in result.output
        assert f"--set {setting}: error: {FACTOR}.risk_premium: the expected price of 2026-07 is -1.5" in result.stderr
    text = file.read_text(encoding="utf-8")
    low = f"scenarios:\n  low: {{set: {{{FACTOR}.risk_premium: -30 EUR/MWh}}}}"
    file.write_text(text.replace("scenarios:", low), encoding="utf-8")
    line = low.count("\n") + text[: text.index("scenarios:")].count("\n") + 1
    result = CliRunner().invoke(main, ["check", str(file)])
    assert result.exit_code == 2
    assert f"{file}:{line}:" in result.stderr and "the expected price of 2026-07 is -1.5" in result.stderr


def test_a_price_of_the_contracts_own_is_judged_too() -> None:
    own = ("risks.own={process: two_ou, unit: EUR/MWh, forward: 20 EUR/MWh, risk_premium: -25 EUR/MWh,"
           " slow: {reversion: 1 /year, volatility: 0.5 /sqrt(year)}}")  # fmt: skip
    with pytest.raises(SpecError, match="risks.own.risk_premium: the expected price of 2026-07 is -5"):
        load(DATA / "small.yaml", None, [own])


def test_a_plan_holds_the_months_that_were_judged(tmp_path: Path) -> None:
    """Expected by month in Python is the plan's own row, in the base case and month for month."""
    contract = load(deal(tmp_path, f"forward: {{{BY_DATE}, month_shape: {shape(5, '0.7')}}}" + PREMIUM.format(-3)))
    plan = resolve(contract)
    factor = contract.market.factors["power.NO4"]
    months = range(plan.first_month, plan.first_month + plan.months)
    expected = expected_by_month(factor.forward, -3.0, months)  # type: ignore[attr-defined]
    assert list(base_case(plan).series("power.NO4.expected", plan.months)) == expected


def test_a_contract_built_in_python_is_refused_by_the_lowering(tmp_path: Path) -> None:
    contract = load(deal(tmp_path, FORWARD + PREMIUM.format(-5)))
    factor = contract.market.factors["power.NO4"]
    low = replace(factor.risk_premium, canonical=-40.0)  # type: ignore[attr-defined]
    factors = {**contract.market.factors, "power.NO4": factor.model_copy(update={"risk_premium": low})}
    built = contract.model_copy(update={"market": contract.market.model_copy(update={"factors": factors})})
    with pytest.raises(ForwardNotPositive, match="an expected price of -11.5 is not above 0"):
        resolve(built)


def test_a_rate_of_exchange_has_no_shape(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="a gbm has no shape by calendar month"):
        load(DATA / "small.yaml", None, ["market.factors.fx.EURUSD.forward={flat: 1.1 USD/EUR, month_shape: "
                                         + shape(0, "2") + "}"])  # fmt: skip
