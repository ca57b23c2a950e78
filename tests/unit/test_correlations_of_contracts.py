"""What a contract may say of how its factors move together, and what is said where it cannot be."""

import re
from pathlib import Path

import pytest

from valuation.errors import SpecError
from valuation.spec.load import load

CONTRACT = Path(__file__).resolve().parents[2] / "contracts" / "bitzero.yaml"
HAZARD = "{process: hazard, rate: {value: 1 %/year, evidence: historical}}"


def said(*pairs: tuple[str, float], more: tuple[str, ...] = ()) -> str:
    listed = ", ".join(f"{{of: [{of}], value: {value}, status: assumption}}" for of, value in pairs)
    with pytest.raises(SpecError) as caught:
        load(CONTRACT, overrides=[f"correlation=[{listed}]", *more])
    return str(caught.value)


def test_two_of_the_market_belong_to_the_market_file() -> None:
    message = said(("power.NO4, fx.EURUSD", 0.2))
    assert "their correlation belongs to" in message and "nordic.yaml" in message


def test_an_event_and_a_price_are_two_kinds() -> None:
    message = said(("revocation, power.NO4", 0.2))
    assert "'revocation' is the time of an event and 'power.NO4' moves all the time" in message
    assert "rises_with: {factor: power.NO4, b: 0.5}" in message


def test_levels_are_drawn_at_one_time() -> None:
    wind = "risks.wind={process: volume_index, yearly_sd: 10 %}"
    later = "market.factors.power.NO4.yearly_level.resets=10-01"
    message = said(("power.NO4.yearly_level, wind.yearly", 0.2), more=(wind, later))
    assert "'power.NO4.yearly_level' in month 10 and 'wind.yearly' in month 1" in message


def test_what_cannot_hold_together_is_told_with_the_nearest_that_can() -> None:
    events = tuple(f"risks.{name}={HAZARD}" for name in ("one", "two"))
    message = said(("revocation, one", 0.9), ("one, two", 0.9), ("revocation, two", -0.9), more=events)
    assert "not positive definite: those of two cannot hold together" in message
    nearest = [float(number) for number in re.findall(r"-> (-?\d\.\d\d)", message)]
    assert nearest == [0.5, 0.5, -0.5]


@pytest.mark.parametrize(
    ("pair", "value", "words"),
    [
        ("utilisation, utilisation", 0.5, "are the same driver"),
        ("utilisation, power.NO4", 1.0, "two drivers would be one"),
        ("utilisation, power.NO9", 0.5, "unknown driver or event"),
        ("utilisation, power.NO4", 1.5, "1.5"),
    ],
)
def test_each_by_itself(pair: str, value: float, words: str) -> None:
    assert words in said((pair, value))


def test_a_pair_stands_once() -> None:
    assert "the pair stands twice" in said(("utilisation, power.NO4", 0.5), ("power.NO4.slow, utilisation", 0.4))
