"""Property taxes against the investments whose cost is assessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from valuation.spec.finding import Check, Finding

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


def assessed_capex(contract: Contract, tax: Any) -> tuple[str, ...]:
    """Names of the capex clauses whose cost a property tax is charged on."""
    return tax.of or tuple(name for name, clause in _capex(contract).items() if clause.payer == tax.payer)


def _capex(contract: Contract) -> dict[str, Any]:
    return {name: clause for name, clause in contract.clauses.items() if getattr(clause, "structure", "") == "capex"}


def _on_an_investment(contract: Contract) -> Iterator[Finding]:
    """What is assessed is built by the one who pays the tax, and is there wherever it is paid."""
    capex = _capex(contract)
    for name, tax in contract.clauses.items():
        if getattr(tax, "structure", "") != "property_tax":
            continue
        found = assessed_capex(contract, tax)
        if not found:
            message = f"'{tax.payer}' pays no capex clause whose cost could be assessed; name those with 'of'"
            yield Finding(("clauses", name), message)
        for one in found:
            if one not in capex:
                listed = ", ".join(capex) or "none"
                yield Finding(("clauses", name, "of"), f"'{one}' is no capex clause; there are: {listed}")
                continue
            missing = [event for event in capex[one].requires if event not in tax.requires]
            if missing:
                message = (
                    f"it is on '{one}', which requires {' and '.join(missing)}, and it does not: it would be paid on "
                    f"what was never built; write 'requires: [{', '.join(capex[one].requires)}]'"
                )
                yield Finding(("clauses", name), message)


PROPERTY_TAXES: dict[Check, frozenset[str]] = {_on_an_investment: frozenset({"clauses"})}
"""Every check of this file, and the parts of the contract of which it needs everything."""
