"""Values that stand only for what has to come in their place: `status: placeholder`."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.finding import Check, Finding
from valuation.spec.paths import values


def _to_replace(contract: Contract) -> Iterator[Finding]:
    for value in values(contract):
        origin = value.provenance
        if origin.status == "placeholder":
            why = f" ({origin.note})" if origin.note else ""
            message = f"'{value}' is a placeholder{why}: replace it, and its status, before the result is used"
            yield Finding(value.path, message, warning=True)


PLACEHOLDERS: dict[Check, frozenset[str]] = {_to_replace: frozenset()}
"""The check of this file, and the parts of the contract of which it needs everything."""
