"""Rules of the contract language over several numbers, for a workbook in which each of them can be changed alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from valuation.appraisal.rules.cells import Cells
from valuation.appraisal.rules.power import POWER
from valuation.appraisal.rules.terms import TERMS
from valuation.plan.model import Input, Origin
from valuation.tables.live import InputRule

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


CELL = re.compile("⟦([^⟧]+)⟧")
"""An input in the formula of a rule."""


def live_rules(contract: Contract, inputs: Sequence[Input]) -> tuple[InputRule, ...]:
    """The rules that a change of one of these inputs may break; each holds in the contract itself.

    Parameters
    ----------
    inputs : the live ones.
    """
    by_path = {item.origin.path or item.name: item for item in inputs}
    cells = Cells(by_path)
    found: dict[str, list[str]] = {}
    for make in (*TERMS, *POWER):
        for label, excess in make(contract, cells):
            found.setdefault(label, []).extend(text for text in excess if "⟦" in text)
    return tuple(InputRule(label, tuple(dict.fromkeys(parts))) for label, parts in found.items() if parts)


def limits(contract: Contract) -> tuple[Input, ...]:
    """Numbers that only rules read, as inputs named by their paths: the grid connection."""
    if contract.capacity is None:
        return ()
    connection = contract.capacity.connection
    return (Input(connection.path, connection.value, connection.unit, origin=Origin(connection.path)),)
