"""Numbers of a contract as the formula of a rule reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from valuation.spec.quantity import Dated, Quantity
from valuation.timeline import serial

if TYPE_CHECKING:
    from valuation.plan.model import Input
    from valuation.spec.contract import Contract

Found = Iterator[tuple[str, list[str]]]
"""A label, and formulas that are above 0 where the rule is broken."""


@dataclass(frozen=True)
class Cells:
    """Numbers as a formula reads them: from their cells, or as they are where no cell holds them."""

    live: Mapping[str, Input]

    def number(self, quantity: Quantity) -> str:
        """In the unit that is computed with."""
        item = self.live.get(quantity.path)
        if item is None:
            return repr(quantity.canonical)
        same = item.unit.startswith("%") or quantity.scale == 1.0 or not quantity.unit
        return f"⟦{item.name}⟧" if same else f"⟦{item.name}⟧*{quantity.scale!r}"

    def months(self, quantity: Quantity) -> str:
        """A duration, in whole months."""
        return f"ROUND({self.number(quantity)},0)"

    def sum(self, quantities: Sequence[Quantity]) -> str:
        return "+".join(self.number(one) for one in quantities)

    def day(self, dated: Dated) -> str:
        return self._day(dated.path, dated.date)

    def step(self, schedule: Quantity, day: date) -> str:
        """The day from which a value of a schedule holds."""
        return self._day(f"{schedule.path}.date", day)

    def _day(self, path: str, day: date) -> str:
        item = self.live.get(path)
        return repr(serial(day)) if item is None else f"⟦{item.name}⟧"

    def end(self, contract: Contract) -> str:
        """The day after the term."""
        return f"EDATE({self.day(contract.dates.start)},{self.months(contract.dates.term)})"
