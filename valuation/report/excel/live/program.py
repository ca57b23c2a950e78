"""Which rows of a plan become lines of the sheets, and the pattern of each line's formula.

A row that only hands another on has no line; one without a label that a single other row reads stands inside that row's
formula while it is short; one that has the same value in all months is a single cell. All others are a line each, with
one formula across the months.

A pattern is the text of a formula in which ``⟦name⟧`` stands for a row of the plan and ``⟦name|2⟧`` for its value of
two months before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from valuation.kernel.opcodes import NEVER
from valuation.plan.base_rows import alias, constant_rows, read_before, seen_through
from valuation.plan.formula_form import excel_number
from valuation.plan.formula_ops import formula
from valuation.plan.formula_words import words
from valuation.plan.model import Argument, Plan, Row, operand
from valuation.plan.told_apart import told_apart

INSIDE = 48
"""Characters of a formula that still reads inside another; a name counts for six."""

TOKEN = re.compile("⟦([^⟧|]+)(?:\\|(\\d+))?⟧")


@dataclass(frozen=True)
class SheetRow:
    """A line of a sheet.

    Parameters
    ----------
    once : whether it is one number, not one a month.
    pattern : its formula, without ``=``; empty where the number is the engine's.
    how : the same in words.
    opening : pattern of its value before the first month; empty where nothing reads it.
    """

    row: Row
    label: str
    once: bool
    pattern: str
    how: str
    opening: str = ""


@dataclass(frozen=True)
class SheetProgram:
    """The lines in the order of the plan, and what stands for rows that have none.

    Parameters
    ----------
    stands_for : by row without a line, the pattern that stands for it.
    openings : columns that the values before the first month need.
    """

    rows: tuple[SheetRow, ...]
    stands_for: dict[str, str]
    openings: int


def sheet_program(
    plan: Plan, rows: tuple[Row, ...], kept: frozenset[str], names: Mapping[str, str], engine: frozenset[str]
) -> SheetProgram:
    """The lines of some rows.

    Parameters
    ----------
    rows : as the base case computes them, in the plan's order.
    kept : rows that need a line of months of their own, because another sheet reads it.
    names : text of every input and table column.
    engine : rows whose values are the engine's: they read a law that it tabulated.
    """
    earlier = read_before(rows)
    aliases: dict[str, Argument] = {
        row.name: argument
        for row in rows
        if row.name not in kept and row.name not in earlier and not row.label and (argument := alias(row)) is not None
    }
    once = constant_rows(rows) - kept | {row.name for row in rows if row.axis != "month"}
    times_read = Counter(
        operand(seen_through(argument, aliases))[0]
        for row in rows
        if row.name not in aliases
        for argument in (*row.args, row.opening)
    )
    labels = _labels(row for row in rows if row.name not in aliases)
    stands_for: dict[str, str] = {}
    made: list[SheetRow] = []

    def text(argument: Argument) -> str:
        argument = seen_through(argument, aliases)
        name, before, sign = operand(argument)
        if name is None:
            if float(argument) == plan.first_month:
                return names[FIRST_MONTH]
            return excel_number(float(argument))
        inner = names[name] if name in names else stands_for.get(name, "") if not before else ""
        inner = inner or (f"⟦{name}|{before}⟧" if before else f"⟦{name}⟧")
        return f"-{inner}" if sign < 0 else inner

    def label(argument: Argument) -> str:
        argument = seen_through(argument, aliases)
        name, before, sign = operand(argument)
        if name is None:
            if float(argument) >= NEVER:
                return "never"
            return "First month" if float(argument) == plan.first_month else f"{float(argument):.10g}"
        said = labels.get(name) or _label_of_number(plan, name)
        said += f", {before} months before" if before > 1 else " of the month before" if before else ""
        return f"-{said}" if sign < 0 else said

    for row in rows:
        if row.name in aliases:
            continue
        is_once = row.name in once
        if row.name in engine:
            made.append(SheetRow(row, labels[row.name], is_once, "", "worked out by the run from the law of the risk"))
            continue
        pattern = formula(row.op, [text(argument) for argument in row.args])
        short = len(TOKEN.sub("123456", pattern)) <= INSIDE
        if (
            not row.label
            and not is_once
            and row.name not in kept
            and row.name not in earlier
            and times_read[row.name] == 1
            and short
        ):
            stands_for[row.name] = f"({pattern})"
            continue
        opening = text(row.opening) if row.name in earlier else ""
        how = words(row.op, [label(argument) for argument in row.args])
        made.append(SheetRow(row, labels[row.name], is_once, pattern, how, opening))
    for name, argument in aliases.items():
        stands_for[name] = text(argument)
    return SheetProgram(tuple(made), stands_for, max(earlier.values(), default=1))


FIRST_MONTH = "plan:first_month"
"""Key of the cell that holds the number of the first month, among the names of inputs."""


def _labels(rows: Iterable[Row]) -> dict[str, str]:
    """By row, what its line is called: labels that occur twice say the unit, or else of what they are."""
    rows = list(rows)
    count = Counter(label_of(row) for row in rows)
    units = Counter((label_of(row), row.unit) for row in rows)
    alike = {row.name: label_of(row) for row in rows if not row.unit or units[label_of(row), row.unit] > 1}
    apart = told_apart(alike)
    found = {}
    for row in rows:
        label = label_of(row)
        which = apart.get(row.name, row.unit) if count[label] > 1 else ""
        found[row.name] = f"{label} [{which}]" if which else label
    return found


def label_of(row: Row) -> str:
    """What a line is called: the row's label, or its name in words."""
    if row.label:
        return row.label
    return row.name.replace("_", " ").replace(".", ", ")


def _label_of_number(plan: Plan, name: str) -> str:
    table, _, column = name.partition(":")
    for one in plan.inputs:
        if one.name == name:
            return one.label or name
    found = next((one for one in plan.tables if one.name == table), None)
    return f"{found.label or table} ({column})" if found is not None else name
