"""Holds a row's operands to the units its op demands. It catches a price multiplied by the wrong quantity where it is
written."""

from __future__ import annotations

from collections.abc import Sequence

from valuation.errors import PlanError
from valuation.kernel.opcodes import OPS
from valuation.plan.model import Row
from valuation.units import Unit, parse_unit

OPAQUE = frozenset({"date", "position"})
"""Units that only stand beside themselves: Excel serials and month positions."""


def _same(a: str, b: str) -> bool:
    if a == b:
        return True
    if a in OPAQUE or b in OPAQUE:
        return False
    return _plain(a) == _plain(b)


def _plain(unit: str) -> Unit:
    """A fraction that is shown in per cent computes as a fraction."""
    return parse_unit(unit.replace("%", "1")) if "%" in unit else parse_unit(unit)


PRODUCTS = ("prod", "mul", "mul_add", "divide", "ratio")
"""Ops whose row has the unit that the units of its operands give."""


def check_units(row: Row, units: Sequence[str | None]) -> None:
    """Raises PlanError where the operands' units (None = a number, takes any) do not give the row's unit."""
    op = row.op
    if op == "sum":
        wrong = [u for u in units if u is not None and not _same(u, row.unit)]
        if wrong:
            raise PlanError(f"row {row.name!r} [{row.unit}] adds an operand in [{wrong[0]}]: {row.args}")
        return
    if op in PRODUCTS:
        _check_product(row, units)
        return
    if op not in OPS:
        return
    for argument, unit, rule in zip(row.args, units, OPS[op].operand_units, strict=True):
        wanted = {"1": "", "=": row.unit}.get(rule)
        if unit is not None and wanted is not None and not _same(unit, wanted):
            raise PlanError(f"row {row.name!r}: {op} reads {argument} in [{unit}], wants [{wanted or 'a pure number'}]")


def _check_product(row: Row, units: Sequence[str | None]) -> None:
    factors = list(units)
    if row.op == "mul_add":
        addend = factors.pop()
        if addend is not None and not _same(addend, row.unit):
            raise PlanError(f"row {row.name!r} [{row.unit}] adds an operand in [{addend}]")
    known = [u for u in factors if u is not None]
    if any(u in OPAQUE for u in (*known, row.unit)):
        raise PlanError(f"row {row.name!r}: a date or a month position cannot be multiplied")
    if len(known) < len(factors) and row.op in ("divide", "ratio") and row.op == "divide":
        return
    total = parse_unit("")
    for place, unit in enumerate(factors):
        if unit is not None:
            total = total / _plain(unit) if row.op in ("divide", "ratio") and place else total * _plain(unit)
    if total != _plain(row.unit):
        raise PlanError(f"row {row.name!r} is declared in [{row.unit}], its operands give [{total}]: {row.args}")
