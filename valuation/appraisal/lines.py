"""The monthly lines of the base case that a cash-flow sheet shows, from the side of the viewed party."""

from __future__ import annotations

from valuation.appraisal.base import LEVEL, Base
from valuation.plan.model import Plan, Row, operand
from valuation.plan.told_apart import told_apart
from valuation.tables import Line

_OWN = ("accounts.", "tax.", "levered_tax.", "financing.")
"""Rows of the viewed party's own books."""
_TO_DATE = frozenset({"levered_tax.profit_of_year"})
"""Rows that have no rule to make a year of months, and are that of the year in its last month."""


def lines(base: Base) -> tuple[Line, ...]:
    """Rows with a label and a rule to make a year of months, in the order of the plan.

    Money that passes between two others is no line of the view: it would read as the view's own. A row that is paid
    has the sign of its payment, also where it stands in the currency in which it is agreed. A sum of shown lines names
    them as its parts.
    """
    plan = base.plan
    signs = money_signs(plan)
    paid = {nominal(plan, payment.row) for payment in plan.payments if payment.book == "cash"}
    shown = {row.name: row for row in plan.rows if _is_line(row, signs, plan)}
    apart = told_apart({row.name: (row.section, row.unit, row.label, row.note) for row in shown.values()})
    return tuple(
        Line(
            name=row.name,
            label=row.label,
            unit=row.unit,
            section=row.section,
            roll=row.roll or ("end" if row.name in _TO_DATE else "sum"),
            sign=signs.get(row.name, row.sign),
            total=row.total,
            values=base.shown(row),
            note="; ".join(text for text in (row.note, apart.get(row.name, "")) if text),
            parts=_parts(row, set(shown)),
            cash=row.name in paid,
            nominal=base.row(row.name) if base.is_deflated(row) else None,
        )
        for row in shown.values()
    )


def money_signs(plan: Plan) -> dict[str, int]:
    """Rows of money that the view receives (+1) or pays (−1): what is paid, what the totals of its accounts add, and
    the same amounts in the currencies in which they are agreed."""
    signs = {nominal(plan, payment.row): payment.sign for payment in plan.payments if payment.book == "cash"}
    for row in plan.rows:
        if not row.total:
            continue
        for argument in row.args:
            name, _, sign = operand(argument)
            if name is not None and not plan.row_of[name].total:
                signs.setdefault(name, sign)
    for name, sign in tuple(signs.items()):
        for agreed in _agreed(plan, name):
            signs.setdefault(agreed, sign)
    return signs


def nominal(plan: Plan, name: str) -> str:
    """The row whose amounts are paid: where a contract reports in real money, the one that is deflated."""
    row = plan.row_of[name]
    deflated = row.op == "prod" and str(row.args[-1]).startswith(LEVEL)
    return str(row.args[0]) if deflated else name


def _agreed(plan: Plan, name: str) -> list[str]:
    """Rows of money in another currency that a row converts."""
    row = plan.row_of[name]
    names = [operand(argument)[0] for argument in row.args] if row.op == "prod" else []
    rows = [plan.row_of[one] for one in names if one in plan.row_of]
    return [one.name for one in rows if is_money(one.unit) and one.unit != row.unit]


def is_money(unit: str) -> bool:
    """Whether a unit is an amount of a currency: three capital letters."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def _is_line(row: Row, signs: dict[str, int], plan: Plan) -> bool:
    if row.axis != "month" or not row.label:
        return False
    if not is_money(row.unit) or row.roll == "end":
        return bool(row.roll)
    if row.name.startswith(_OWN):
        return bool(row.roll) or row.name in _TO_DATE
    # A payment that the plan gives no rule of its own, as one passed through, adds up over the year like any other.
    return row.name in signs and (bool(row.roll) or row.unit == plan.currency)


def _parts(row: Row, shown: set[str]) -> tuple[str, ...]:
    """Operands of a sum where all of them are lines that are shown, else none."""
    arguments = [argument for argument in row.args if argument != 0.0]
    names = [operand(argument)[0] for argument in arguments]
    before = any(operand(argument)[1] for argument in arguments)
    if row.op != "sum" or before or not names or any(name not in shown for name in names):
        return ()
    return tuple(str(argument) for argument in arguments)
