"""What is refused of a contract's tax and of how its investments are written down, each with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from valuation.errors import SpecError
from valuation.spec.load import Source

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "minimal-lease.yaml"
SOURCE = Source.read(EXAMPLE)

TAX = [
    ("rate=22", "rate", "22 has no unit, expected a share in %"),
    ("rate={2027-01-01: 22 %, 2026-01-01: 23 %}", "rate.2026-01-01", "dates out of order"),
    ("rate={2027-01-01: 122 %}", "rate.2027-01-01", "'122 %' is above 100 %"),
    ("loss_limit={share: 100 %}", "loss_limit", "limits nothing: give a 'share' below 100 %, a 'carry_forward'"),
    ("loss_limit={carry_forward: 10 years, free: 1 MEUR}", "loss_limit.free", "give a share below 100 %"),
    ("loss_limit={share: 80 %, free: -1 MEUR}", "loss_limit.free", "'-1 MEUR' is below 0"),
    ("loss_limit={share: 80 %, carry_forward: 0 years}", "loss_limit.carry_forward", "write 'losses: none'"),
    ("loss_limit={carry_forward: 30 months}", "loss_limit.carry_forward", "not a whole number of tax years"),
    ("loss_limit={carry_forward: 30 years}", "loss_limit.carry_forward", "'30 years' is above 20 years"),
    ("loss_limit={share: 80 %, free: 1 MGBP}", "loss_limit.free", "no way from GBP to EUR"),
    ("interest_limit={threshold: 25 MEUR}", "interest_limit", "missing key 'share'"),
    ("interest_limit={share: 25 %, threshold: -1 MEUR}", "interest_limit.threshold", "'-1 MEUR' is below 0"),
    ("interest_limit={share: 25 %, threshold: 1 MGBP}", "interest_limit.threshold", "no way from GBP to EUR"),
    ("interest_limit={share: 25 %, carry_forward: 18 months}", "interest_limit.carry_forward", "'18 months' is not a"),
    ("interest_limit=25 %", "interest_limit", "write interest_limit: {share: 25 %}"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "path", "said"), TAX)
def test_a_wrong_tax_is_refused_with_its_place(change: str, path: str, said: str) -> None:
    key, _, value = change.partition("=")
    with pytest.raises(SpecError) as caught:
        SOURCE.contract(None, [f"tax.host.{key}={value}"])
    found = [problem for problem in caught.value.problems if problem.path == f"tax.host.{path}"]
    assert found and said in found[0].message, [(p.path, p.message) for p in caught.value.problems]


@pytest.mark.parametrize("losses", ["none", "refunded"])
def test_only_what_is_carried_forward_can_be_limited(losses: str) -> None:
    with pytest.raises(SpecError, match=f"it limits losses that are carried forward, and here they are '{losses}'"):
        SOURCE.contract(None, [f"tax.host.losses={losses}", "tax.host.loss_limit={share: 80 %}"])


DEPRECIATION = [
    ("{rate: 10 %/year}", "", "missing key 'method', for example 'method: straight_line', or 'norway_group: d'"),
    ("{method: macrs}", "", "missing key 'class': macrs needs it, for example 'class: 5 years'"),
    ("{method: macrs, class: 6 years}", "class", "MACRS has no class of 6 years, expected one of 3, 5, 7, 10, 15, 20"),
    ("{method: macrs, class: 5 years, life: 5 years}", "life", "macrs takes 'class' and not 'life'"),
    ("{method: custom}", "", "missing key 'shares': custom needs it, for example 'shares: [50 %, 30 %, 20 %]'"),
    ("{method: custom, shares: [50 %, 30 %]}", "shares", "the shares add to 80 %, expected 100 %"),
    ("{method: custom, shares: [50 %, 0.5]}", "shares.1", "0.5 has no unit, expected a share in %"),
    ("{method: custom, shares: 50 %}", "shares", "expected a list, got '50 %'"),
    ("{norway_group: k}", "norway_group", "got 'k', expected one of a, b, c, d, e, f, g, h, h_short_life, i, j"),
    ("{norway_group: d, rate: 15 %/year}", "rate", "the group says how it is written down"),
    ("{norway_group: d, method: declining_balance}", "method", "take it or 'norway_group' away"),
    ("{share: 60 %, norway_group: d}", "share", "is of one class among several: write a list"),
    ("[]", "", "an empty list; write how it is written down"),
    ("[{norway_group: d}, {share: 50 %, norway_group: h}]", "0", "missing key 'share'"),
    ("[{share: 60 %, norway_group: d}, {share: 30 %, norway_group: h}]", "", "the classes add to 90 %, expected 100 %"),
    ("[{share: 100 %, method: macrs, class: 4 years}]", "0.class", "MACRS has no class of 4 years"),
    ("[{share: 100 %, method: linear, life: 4 years}]", "0.method", "got 'linear', expected one of declining_balance"),
]


@pytest.mark.parametrize(("terms", "path", "said"), DEPRECIATION)
def test_a_wrong_way_of_writing_down_is_refused_with_its_place(terms: str, path: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        SOURCE.contract(None, [f"clauses.build.depreciation={terms}"])
    problems = [(problem.path, problem.message) for problem in caught.value.problems]
    where = ".".join(part for part in ("clauses.build.depreciation", path) if part)
    assert any(at == where and said in message for at, message in problems), problems
    assert len(problems) == 1
