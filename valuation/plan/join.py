"""Several views of one contract as one program: what they have in common stands in it once, so draws are made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from valuation.errors import PlanError
from valuation.plan.model import Argument, Input, Payment, Plan, Row, Table, operand

Item = Row | Input | Table
"""What a program has by name."""


@dataclass(frozen=True)
class SidePayment:
    """A payment of one side in the joined program.

    ``posting`` is what both sides of a transfer call it, see ``Payment``.
    ``row`` and ``date`` are its rows in the joined program: those of the other side too where both are computed alike.
    """

    posting: str
    row: str
    date: str
    sign: int
    book: str


@dataclass(frozen=True)
class Side:
    """One view in the joined program: its payments, and the row of its discount rate."""

    payments: tuple[SidePayment, ...]
    rate: str


@dataclass(frozen=True)
class Joined:
    """The rows, inputs and tables of several plans in one, without payments and outputs, and by view what is its."""

    plan: Plan
    sides: dict[str, Side]


def join(plans: Mapping[str, Plan]) -> Joined:
    """Plans of one contract, by view, as one program.

    A row is shared where it has the same name, op and operands in both and all that it reads is shared as well. What
    differs goes on under the name ``row@view``. Rows that no payment and no discount rate reads are left out.

    Raises
    ------
    PlanError : plans on different calendars.
    """
    first, *_ = plans.values()
    items: dict[str, Item] = {}
    sides: dict[str, Side] = {}
    for view, plan in plans.items():
        if _calendar(plan) != _calendar(first):
            raise PlanError(f"the views {first.view!r} and {plan.view!r} run on different calendars")
        own = items_of(plan)
        names = _names(own, items, view)
        for name, item in own.items():
            if names.get(name, name) not in items:
                moved = _renamed(item, names)
                items[moved.name] = moved
        # What owners pay in and get out is no transfer of the contract, and no part of a side's value.
        payments = tuple(_side_payment(p, names) for p in plan.project_payments)
        sides[view] = Side(payments, names.get("rates.discount", "rates.discount"))
    roots = [name for side in sides.values() for p in side.payments for name in (p.row, p.date)]
    kept = reached(items, [*roots, *(side.rate for side in sides.values())])
    return Joined(_with_items(first, (items[name] for name in items if name in kept)), sides)


def items_of(plan: Plan) -> dict[str, Item]:
    """Inputs, tables and rows of a plan by name."""
    found: list[Item] = [*plan.inputs, *plan.tables, *plan.rows]
    return {item.name: item for item in found}


def reached(items: Mapping[str, Item], roots: Iterable[str]) -> set[str]:
    """Names that some rows read, directly or not, and themselves."""
    todo, found = list(roots), set[str]()
    while todo:
        name = todo.pop().partition(":")[0]
        if name not in found:
            found.add(name)
            todo += [read for argument in _arguments(items[name]) if (read := operand(argument)[0]) is not None]
    return found


def _with_items(plan: Plan, items: Iterable[Item]) -> Plan:
    kept = list(items)
    return replace(
        plan,
        inputs=tuple(item for item in kept if isinstance(item, Input)),
        tables=tuple(item for item in kept if isinstance(item, Table)),
        rows=tuple(item for item in kept if isinstance(item, Row)),
        payments=(),
        measures=(),
        records=(),
    )


def _calendar(plan: Plan) -> tuple[object, ...]:
    return plan.currency, plan.first_month, plan.months, plan.first_period, plan.valuation, plan.year_count


def _names(own: Mapping[str, Item], known: Mapping[str, Item], view: str) -> dict[str, str]:
    """New names of the items that are not what stands under their name already. A row is first taken to be the same,
    then found not to be as soon as something that it reads is not: so loops over last month's values are shared too.
    """
    names: dict[str, str] = {}
    common = [name for name in own if name in known]
    while True:
        found = {
            name: f"{name}@{view}"
            for name in common
            if name not in names and _computed(_renamed(own[name], names)) != _computed(known[name])
        }
        if not found:
            return names
        names |= found


def _computed(item: Item) -> tuple[object, ...]:
    """All of an item that decides its numbers: neither labels nor provenance."""
    if isinstance(item, Row):
        return "row", item.axis, item.op, item.args, item.unit, item.opening, item.base, item.stream
    if isinstance(item, Input):
        return "input", item.value, item.unit
    return "table", item.columns, item.units


def _arguments(item: Item) -> tuple[Argument, ...]:
    if not isinstance(item, Row):
        return ()
    return (*item.args, item.opening, *(() if item.base is None else (item.base,)))


def _renamed(item: Item, names: Mapping[str, str]) -> Item:
    if not names:
        return item
    name = names.get(item.name, item.name)
    if not isinstance(item, Row):
        return replace(item, name=name)
    base = None if item.base is None else _argument(item.base, names)
    args = tuple(_argument(argument, names) for argument in item.args)
    return replace(item, name=name, args=args, opening=_argument(item.opening, names), base=base)


def _argument(argument: Argument, names: Mapping[str, str]) -> Argument:
    name, before, sign = operand(argument)
    if name is None:
        return argument
    item, mark, column = name.partition(":")
    earlier = "" if not before else ".prev" if before == 1 else f".prev{before}"
    return f"{'-' if sign < 0 else ''}{names.get(item, item)}{mark}{column}{earlier}"


def _side_payment(payment: Payment, names: Mapping[str, str]) -> SidePayment:
    row, date = (names.get(name, name) for name in (payment.row, payment.date))
    return SidePayment(payment.posting, row, date, payment.sign, payment.book)
