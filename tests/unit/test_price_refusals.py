"""What a price's file can have wrong: units by transform, parameters beside a forward, a correlation of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from valuation.errors import SpecError
from valuation.resolve import resolve
from valuation.spec import load

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "two-ou.yaml"
OU = "process: ou, unit: EUR/MWh, forward: 30 EUR/MWh, reversion: 2 /year"
SCHWARTZ = "process: schwartz, unit: EUR/MWh, reversion: 2 /year, volatility: 0.5 /sqrt(year)"
SHORT = "short_term: {reversion: 2 /year, volatility: 0.5 /sqrt(year)}"
LONG = "long_term: {volatility: 0.2 /sqrt(year)}"
SMITH = f"process: schwartz_smith, unit: EUR/MWh, forward: 30 EUR/MWh, {SHORT}, {LONG}"
LUCIA = f"process: lucia_schwartz, unit: EUR/MWh, {SHORT}"
SEASON = "season: {base: 30 EUR/MWh, weekend: -0.1, cosine: 0.2, peak: 01-20}"
SHIFT = ", ".join(["5 EUR/MWh"] * 6 + ["-40 EUR/MWh"] * 6)


def problems(factor: str, *more: str) -> dict[str, str]:
    with pytest.raises(SpecError) as raised:
        load(EXAMPLE, overrides=[f"risks.price={{{factor}}}", *more])
    return {problem.path.removeprefix("risks.price."): problem.message for problem in raised.value.problems}


@pytest.mark.parametrize(
    ("factor", "place", "message"),
    [
        (f"{OU}, volatility: 12 EUR/MWh/sqrt(year)", "volatility", "under 'transform: log' expected a volatility such"),
        (
            f"{OU}, transform: arithmetic, volatility: 0.5 /sqrt(year)",
            "volatility",
            "under 'transform: arithmetic' expected a volatility such as '0.5 EUR/MWh/sqrt(year)'",
        ),
        (f"{OU}, transform: arithmetic, volatility: 12 NOK/MWh/sqrt(year)", "volatility", "has the wrong unit"),
        (
            f"{OU}, transform: arithmetic, volatility: 12 EUR/MWh/sqrt(year), yearly_level: {{sd: 0.3}}",
            "yearly_level.sd",
            "expected a standard deviation such as '0.5 EUR/MWh'",
        ),
        (f"{OU}, volatility: 0.5 /sqrt(year), yearly_level: {{sd: 3 EUR/MWh}}", "yearly_level.sd", "such as '0.5'"),
        (f"{OU}, volatility: -0.5 /sqrt(year)", "volatility", "is below 0"),
        (
            f"{OU.replace('30 EUR/MWh', f'{{flat: 30 EUR/MWh, month_shift: [{SHIFT}]}}')}, volatility: 0.5 /sqrt(year)",
            "forward.month_shift.6",
            "(forward 30 + month_shift -40), expected above 0",
        ),
        (SCHWARTZ, "", "is missing: spot, long_run, price_of_risk"),
        (f"{SCHWARTZ}, forward: 30 EUR/MWh, spot: 20 EUR/MWh", "spot", "beside a 'forward' it says nothing"),
        (f"{SCHWARTZ}, transform: asinh, scale: 1 EUR/MWh, forward: 30 EUR/MWh", "transform", "expected one of log"),
        (f"{SMITH}, correlation: 1", "correlation", "would make one of the two"),
        (SMITH.replace("forward: 30 EUR/MWh, ", ""), "", "long_term.risk_neutral_drift"),
        (f"{LUCIA}, forward: 30 EUR/MWh, correlation: 0.2", "correlation", "needs two components"),
        (f"{LUCIA}, forward: 30 EUR/MWh, {SEASON}", "", "either a 'forward' or a 'season'"),
        (
            f"{LUCIA.replace('/sqrt(year)}', '/sqrt(year), level: 0, risk_premium: 0 %/year}')}, "
            f"{SEASON.replace('base: 30 EUR/MWh, ', '')}",
            "season",
            "the base of the season goes with one component",
        ),
        (
            "process: yearly_level, unit: EUR/MWh, forward: 30 EUR/MWh, sd: 0.3, resets: 01-15",
            "resets",
            "first of a mon",
        ),
    ],
)
def test_it_is_refused_at_its_place(factor: str, place: str, message: str) -> None:
    found = problems(factor)
    assert any(place in path and message in text for path, text in found.items()), found


def test_a_correlation_stands_once() -> None:
    factor = f"market.factors.power.example={{{SMITH}}}"
    twice = "market.correlation=[{of: [power.example.long_term, power.example.short_term], value: 0.2}]"
    with pytest.raises(SpecError, match="states the correlation of its components itself"):
        load(EXAMPLE, overrides=[factor.replace("}}", "}, correlation: 0.3}"), twice])


def test_a_hazard_rises_with_no_amount() -> None:
    price = f"market.factors.power.example={{{OU}, transform: arithmetic, volatility: 5 EUR/MWh/sqrt(year)}}"
    event = (
        "{process: hazard, rate: {value: 2 %/year, evidence: historical}, rises_with: {factor: power.example, b: 1}}"
    )
    with pytest.raises(SpecError, match="a hazard rises with a driver without a unit"):
        load(EXAMPLE, overrides=[price, f"risks.event={event}"])


def test_correlations_hold_together_with_those_of_a_factor() -> None:
    factor = f"market.factors.power.example={{{SMITH}, correlation: 0.9}}"
    others = (
        "market.correlation=[{of: [power.example.long_term, fx.EURUSD], value: 0.9}, "
        "{of: [power.example.short_term, fx.EURUSD], value: -0.9}]"
    )
    with pytest.raises(SpecError, match="not positive definite"):
        load(EXAMPLE, overrides=[factor, others])


def test_components_of_a_factor_share_a_normal() -> None:
    plan = resolve(load(EXAMPLE, overrides=[f"market.factors.power.example={{{SMITH}, correlation: 0.3}}"]))
    rows = {row.name: row for row in plan.rows}
    read, before = set(), ["power.example.short_term.level_noise"]
    while before:
        name = before.pop()
        read.add(name)
        before += [str(a).removesuffix(".prev") for a in rows[name].args if str(a) in rows]
    assert "power.example.long_term.normal_level" in read
