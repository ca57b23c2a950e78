"""The part of a plan that the base case needs: which rows, which of them are one number for all months, which only hand
another on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from valuation.errors import PlanError
from valuation.kernel.opcodes import DRAWS
from valuation.plan.model import Argument, Plan, Row, operand, operand_name


def in_base(row: Row) -> Row:
    """The row as the base case computes it: where it has a stand-in, a row that takes on the stand-in's value."""
    if row.base is None:
        return row
    return Row(**{**row.__dict__, "op": "set", "args": (row.base,), "base": None, "stream": ""})


def base_rows(plan: Plan, wanted: Iterable[str]) -> tuple[Row, ...]:
    """Rows that some rows need in the base case, and themselves, as the base case computes them and in the plan's
    order.

    Raises
    ------
    PlanError : when one of them needs a random draw, which the base case does not have.
    """
    rows = plan.row_of
    todo, found = [name for name in wanted if name in rows], dict[str, Row]()
    while todo:
        name = todo.pop()
        if name in found:
            continue
        row = found[name] = in_base(rows[name])
        if row.op in DRAWS:
            raise PlanError(f"the base case reads {name!r}, which exists on a path only")
        # An opening value counts only where somebody looks back before the first month.
        openings = [rows[name].opening for name, before, _ in map(operand, row.args) if before and name is not None]
        todo += [read for argument in (*row.args, *openings) if (read := operand_name(argument)) in rows]
    return tuple(found[row.name] for row in plan.rows if row.name in found)


def names_read(rows: Iterable[Row]) -> set[str]:
    """Names that some rows read, of this month or an earlier one; of a table's column that of the table."""
    rows = list(rows)
    earlier = read_before(rows)
    arguments = [argument for row in rows for argument in row.args]
    arguments += [row.opening for row in rows if row.name in earlier]
    return {name.partition(":")[0] for argument in arguments if (name := operand_name(argument)) is not None}


def read_before(rows: Iterable[Row]) -> dict[str, int]:
    """By row, how many months back its value is read at most; rows of which only this month's value is read are left
    out."""
    found: dict[str, int] = {}
    for row in rows:
        for argument in row.args:
            name, before, _ = operand(argument)
            if name is not None and before:
                found[name] = max(found.get(name, 0), before)
    return found


def constant_rows(rows: Iterable[Row]) -> frozenset[str]:
    """Month rows that have one value in all months, because nothing that they read changes by month."""
    found, rows = set[str](), list(rows)
    earlier = read_before(rows)
    months = {row.name for row in rows if row.axis == "month"}
    for row in rows:
        if row.axis != "month" or row.name in earlier:
            continue
        if not any(operand(a)[1] or operand_name(a) in months - found for a in row.args):
            found.add(row.name)
    return frozenset(found)


def alias(row: Row) -> Argument | None:
    """What a row only hands on; None for a row that computes."""
    if row.op == "set" or (row.op in {"sum", "prod"} and len(row.args) == 1):
        return row.args[0]
    return row.args[0] if row.op == "convert" and row.args[1] == 1.0 else None


def seen_through(argument: Argument, aliases: Mapping[str, Argument]) -> Argument:
    """An argument behind all rows that only hand it on; an earlier month's value is left as it is."""
    name, before, sign = operand(argument)
    if name is None or before or name not in aliases:
        return argument
    inner = seen_through(aliases[name], aliases)
    if not isinstance(inner, str):
        return sign * inner
    if sign < 0:
        return inner.removeprefix("-") if inner.startswith("-") else f"-{inner}"
    return inner
