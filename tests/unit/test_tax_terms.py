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
