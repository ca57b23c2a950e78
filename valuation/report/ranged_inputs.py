"""The inputs with a stated range, with provenance and what the ends do to the base NPV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from valuation.tables import Assumption, Tables, TornadoBar


@dataclass(frozen=True)
class RangedInput:
    """An input with a stated range, and the base NPV at both ends of it, everything else unchanged.

    Numbers are in ``unit`` as written; where that begins with ``%`` they are fractions; dates are text (YYYY-MM-DD).
    ``npv_low`` and ``npv_high`` are the NPV after tax of the base case at ``low`` and at ``high`` [contract currency];
    None where the contract does not take a value of the range.
    """

    path: str
    label: str
    unit: str
    value: float | str
    low: float | str
    high: float | str
    status: str
    source: str
    npv_low: float | None
    npv_high: float | None

    def changes(self, base_npv: float) -> tuple[float | None, float | None]:
        """Change of the base NPV at the low and at the high end [contract currency].

        Parameters
        ----------
        base_npv : NPV of the base case as it stands.
        """
        low, high = (None if npv is None else npv - base_npv for npv in (self.npv_low, self.npv_high))
        return low, high

    def swing(self, base_npv: float) -> float:
        """The larger of the two changes, without its sign [contract currency]."""
        return max((abs(change) for change in self.changes(base_npv) if change is not None), default=0.0)


def ranged_inputs(tables: Tables) -> tuple[RangedInput, ...]:
    """Every input of the run with a stated range, the widest swing first; equal ones in the order of the assumptions.

    Empty where the tables have no tornado of the base case.
    """
    if tables.tornado is None:
        return ()
    bars = {bar.path: bar for bar in tables.tornado.bars}
    refused = {path for path, _ in tables.tornado.refused}
    found = [made for one in tables.assumptions for made in _of(one, bars.get(one.path), one.path in refused, tables)]
    return tuple(sorted(found, key=lambda one: -one.swing(tables.base.npv)))


def _of(one: Assumption, bar: TornadoBar | None, refused: bool, tables: Tables) -> Iterator[RangedInput]:
    """The input, where it has a range; that of a date stands in its bar alone."""
    low: float | str | None = one.low
    high: float | str | None = one.high
    if bar is not None and one.unit == "date":
        low, high = bar.low.value, bar.high.value
    if low is None or high is None:
        return
    npvs: tuple[float | None, float | None] = (tables.base.npv, tables.base.npv)
    if refused:
        npvs = None, None
    elif bar is not None:
        npvs = bar.low.base, bar.high.base
    yield RangedInput(one.path, one.label, one.unit, one.value, low, high, one.status, one.source, *npvs)
