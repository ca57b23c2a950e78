"""Withdrawal of power: something contracted that may be unused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Quantity


def _withdrawals(contract: Contract) -> dict[str, Any]:
    return {name: risk for name, risk in contract.risks.items() if getattr(risk, "process", "") == "withdrawal"}


def _something_unused(contract: Contract) -> Iterator[Finding]:
    for name, risk in _withdrawals(contract).items():
        if contract.capacity is None:
            yield Finding(("risks", name), "there is no contracted power to withdraw; the contract has no 'capacity'")
            continue
        used = contract.capacity.utilisation
        if isinstance(used, Quantity) and 1.0 - used.canonical <= risk.tolerance.canonical:
            message = (
                f"it never strikes: a stated utilisation of {used} leaves no more unused than the tolerance of "
                f"{risk.tolerance}"
            )
            yield Finding(("risks", name, "tolerance"), message, warning=True)


WITHDRAWALS: dict[Check, frozenset[str]] = {
    _something_unused: frozenset({"risks", "capacity"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
