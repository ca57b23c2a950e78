"""Shocks against what they move: a clause whose price may jump, in its unit; a party that pays tax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Schedule


def _shocks(contract: Contract) -> dict[str, Any]:
    return {name: risk for name, risk in contract.risks.items() if getattr(risk, "process", "") == "shock"}


def _targets(contract: Contract) -> Iterator[Finding]:
    may = [name for name, clause in contract.clauses.items() if clause.may_jump]
    for name, shock in _shocks(contract).items():
        if shock.tax_of is not None and shock.tax_of not in contract.tax:
            listed = ", ".join(contract.tax) or "none"
            yield Finding(("risks", name, "tax_of"), f"'{shock.tax_of}' pays no tax here; who does: {listed}")
        clause = contract.clauses.get(shock.clause or "")
        if clause is None:
            continue
        if not clause.may_jump:
            structure = getattr(clause, "structure", "")
            message = f"the price of a {structure} does not jump; a shock moves one of: {', '.join(may) or 'none'}"
            yield Finding(("risks", name, "clause"), message)
            continue
        price = getattr(clause, "price", None)
        if (
            shock.level is not None
            and isinstance(price, Schedule)
            and shock.level.canonical_unit != price.canonical_unit
        ):
            message = f"'{shock.level}' is not in the unit of the price of {shock.clause}, {price.canonical_unit}"
            yield Finding(("risks", name, "level"), message)


SHOCKS: dict[Check, frozenset[str]] = {
    _targets: frozenset({"clauses", "risks"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
