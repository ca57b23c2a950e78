"""The monthly lines of the base case that a cash-flow sheet shows."""

from __future__ import annotations

from valuation.appraisal.base import Base
from valuation.plan.model import Row, operand
from valuation.tables import Line


def lines(base: Base) -> tuple[Line, ...]:
    """Rows with a label and a rule to make a year of months, in the order of the plan.

    A row that is paid has the sign of its payment. A sum of shown lines names them as its parts.
    """
    shown = {row.name: row for row in base.plan.rows if row.axis == "month" and row.roll and row.label}
    paid = {payment.row: payment.sign for payment in base.plan.payments}
    return tuple(
        Line(
            name=row.name,
            label=row.label,
            unit=row.unit,
            section=row.section,
            roll=row.roll,
            sign=paid.get(row.name, row.sign),
            total=row.total,
            values=base.shown(row),
            note=row.note,
            parts=_parts(row, set(shown)),
        )
        for row in shown.values()
    )


def _parts(row: Row, shown: set[str]) -> tuple[str, ...]:
    """Operands of a sum where all of them are lines that are shown, else none."""
    names = [operand(argument)[0] for argument in row.args]
    before = any(operand(argument)[1] for argument in row.args)
    if row.op != "sum" or before or not names or any(name not in shown for name in names):
        return ()
    return tuple(str(argument) for argument in row.args)
