"""The base NPV with each input at the ends of its stated range, one after the other, without a path.

An input that rows of the plan read is changed in the plan, of which only what reads it is computed again. What lowering
turns into other numbers or another time axis (a date, a duration, a parameter behind a table) is read and lowered anew.
Loans stay as they are sized: they are agreed before an input turns out otherwise.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.flows import added
from valuation.appraisal.ranges import Ranged, first_fault, on_whole, out_of_reach, stated_ranges
from valuation.appraisal.what_if import WhatIf
from valuation.errors import ValuationError
from valuation.plan.evaluate import read_by
from valuation.plan.model import Plan, operand_name
from valuation.resolve import resolve
from valuation.spec.load import Source
from valuation.tables import BaseTornado, NpvPoint, TornadoBar

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

ROUNDING = 1e-12
"""Share of the sum of the flows' sizes below which two base NPVs are one."""

_DURATIONS = {"date", "day", "days", "month", "months", "year", "years"}
"""Units of inputs that can move the time axis of the plan."""


def base_tornado(contract: Contract, base: Base) -> BaseTornado:
    """The bars of all inputs with a range, the widest swing first.

    Parameters
    ----------
    base : base case of the contract as it stands.
    """
    study = _Study(contract, base)
    bars: list[TornadoBar] = []
    unmoved: list[str] = []
    refused = list(out_of_reach(contract))
    for one in stated_ranges(contract, base.plan):
        try:
            low, high = (study.unless_rounding(npv) for npv in study.ends(one))
        except ValuationError as error:
            refused.append((one.path, first_fault(error)))
            continue
        if low == high == base.npv:
            if one.label != one.path:  # what the list of assumptions leaves out is read by nothing here
                unmoved.append(one.label)
            continue
        ends = [
            NpvPoint(one.text(end), npv, npv - base.npv, None, None, None)
            for end, npv in ((one.low, low), (one.high, high))
        ]
        bars.append(TornadoBar(one.path, one.label, "input", one.text(one.value), ends[0], ends[1]))
    bars.sort(key=lambda bar: (-bar.base_width, bar.path))
    return BaseTornado(base.npv, tuple(bars), tuple(dict.fromkeys(unmoved)), tuple(refused))


class _Study:
    """One contract, asked for its base NPV with one input changed."""

    def __init__(self, contract: Contract, base: Base) -> None:
        self._contract, self._base = contract, base
        self._inputs = {item.name: item for item in base.plan.inputs}
        self._size = max(1.0, added(abs(amount) for amount in base.flows.net))

    def unless_rounding(self, npv: float) -> float:
        """A base NPV; that as it stands where the two differ by rounding alone."""
        return self._base.npv if abs(npv - self._base.npv) <= ROUNDING * self._size else npv

    def ends(self, one: Ranged) -> tuple[float, float]:
        """Base NPV at the low and at the high end of a range [contract currency]."""
        if self._never_in_base(one.path):
            return self._base.npv, self._base.npv
        known = self._inputs.get(one.path)
        if known is None or known.unit in _DURATIONS or (not self._reaches(known.name) and self._derived(one.path)):
            return self._anew(one, one.low), self._anew(one, one.high)
        low, high = known.origin.low, known.origin.high
        if low is None or high is None or not self._reaches(known.name):
            return self._base.npv, self._base.npv
        study = WhatIf(self._base, known.name)
        return study.npv({known.name: low}), study.npv({known.name: high})

    def _never_in_base(self, path: str) -> bool:
        """Whether a value acts by an event or by the spread of the paths alone, or nothing of the contract reads it."""
        parts = path.split(".")
        if "survives" in parts or "correlation" in parts[:2]:
            return True
        if parts[0] == "risks":
            return parts[1] in self._contract.hazards
        if path.startswith("market.factors.") and path not in self._behind:
            return not any(path.startswith(f"market.factors.{name}.") for name in self._read_factors)
        return False

    def _reaches(self, name: str) -> bool:
        """Whether rows of the plan carry an input into the base NPV."""
        reached = read_by(self._base.plan, [name])
        return name in self._behind or any(row in self._paid for row in reached)

    def _derived(self, path: str) -> bool:
        """Whether numbers that lowering made of a factor's parameters stand behind the base NPV."""
        factor = next((name for name in self._contract.factors if f".{name}." in path), None)
        return factor is not None and any(name.startswith(f"{factor}.") for name in self._numbers_behind)

    @cached_property
    def _paid(self) -> frozenset[str]:
        paid = {name for p in self._base.plan.project_payments for name in (p.row, p.date)}
        return frozenset(paid | {"rates.discount"})

    @cached_property
    def _behind(self) -> frozenset[str]:
        """Names of rows, inputs and tables that the base NPV is made of."""
        plan, todo, found = self._base.plan, list(self._paid), set(self._paid)
        while todo:
            row = plan.row_of.get(todo.pop())
            if row is None:
                continue
            read = (row.base,) if row.base is not None else (*row.args, row.opening)
            names = {name.partition(":")[0] for name in map(operand_name, read) if name is not None}
            todo += names - found
            found |= names
        return frozenset(found)

    @cached_property
    def _numbers_behind(self) -> frozenset[str]:
        """Tables behind the base NPV that lowering has made of other numbers."""
        made = {table.name for table in self._base.plan.tables if not table.origin.path}
        made |= {item.name for item in self._base.plan.inputs if not item.origin.path}
        return frozenset(made & self._behind)

    @cached_property
    def _read_factors(self) -> tuple[str, ...]:
        """Factors of which some row stands behind the base NPV."""
        names = self._contract.factors
        return tuple(name for name in names if any(n == name or n.startswith(f"{name}.") for n in self._behind))

    @cached_property
    def _source(self) -> Source:
        if not self._contract.source_file:
            raise ValuationError("only a contract that was read from a file can be read with another value")
        return Source.read(self._contract.source_file)

    def _anew(self, one: Ranged, end: float) -> float:
        if end == one.value:
            return self._base.npv
        return on_whole(one, end, lambda at: Base.of(self._plan(one, at)).npv)

    def _plan(self, one: Ranged, at: float) -> Plan:
        contract = self._contract
        changes = [f"{path}={text}" for path, text in one.changes(at).items()]
        changed = self._source.contract(contract.scenario, (*contract.overrides, *changes), contract.view)
        return resolve(changed, view=self._base.plan.view, debt=self._base.plan.solved)
