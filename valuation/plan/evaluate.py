"""Evaluates a plan in plain Python: its constants, and the base case.

The rows that no draw reaches become the kernel's constants and series; in the base case each random row stands for
its ``base``. The arithmetic is that of the kernel (same expressions, same bits), one path wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType

from valuation.errors import PlanError
from valuation.kernel.opcodes import DRAWS
from valuation.kernel.twin import TWINS
from valuation.plan.model import Argument, Plan, Row, operand
from valuation.plan.timeops import TIME_OPS

NO_STAND_INS: Mapping[str, tuple[float, ...]] = MappingProxyType({})
"""Every row has its own value."""


@dataclass(frozen=True)
class Values:
    """Values of rows by name: ``scalar`` one number, ``month`` a tuple over the months. Inputs are scalars too."""

    scalar: dict[str, float]
    month: dict[str, tuple[float, ...]]

    def series(self, name: str, months: int) -> tuple[float, ...]:
        """A row over the months, a scalar repeated."""
        return self.month[name] if name in self.month else (self.scalar[name],) * months


def once(plan: Plan) -> Values:
    """Values of every row that no draw reaches."""
    return _evaluate(plan, [row for row in plan.rows if row.name not in plan.hot])


def base_case(plan: Plan, stand_ins: Mapping[str, tuple[float, ...]] = NO_STAND_INS) -> Values:
    """Values of every row with each factor at its expected value and no event.

    Parameters
    ----------
    stand_ins : values of month rows that stand for those of the base case.
    """
    return _evaluate(plan, list(plan.rows), base=True, stand_ins=stand_ins)


def base_case_again(plan: Plan, known: Values, changed: Iterable[str]) -> Values:
    """The base case after inputs or tables have changed: only what reads them, directly or not, is computed again.

    Parameters
    ----------
    known : a base case of the plan before the change.
    changed : names of the inputs and tables.
    """
    touched = read_by(plan, changed)
    rows = [row for row in plan.rows if row.name in touched and (row.name in known.month or row.name in known.scalar)]
    return _evaluate(plan, rows, base=True, known=known)


@dataclass(frozen=True)
class Once:
    """The rows of a plan that no draw reaches, from which those of the same program with other numbers follow."""

    plan: Plan
    values: Values

    @classmethod
    def of(cls, plan: Plan) -> Once:
        """The values of a plan."""
        return cls(plan, once(plan))

    @cached_property
    def _numbers(self) -> dict[str, float | tuple[tuple[str, tuple[float, ...]], ...]]:
        return _numbers(self.plan)

    @cached_property
    def _readers(self) -> dict[str, list[str]]:
        """Names of the rows that read each name."""
        found: dict[str, list[str]] = {}
        for row in self.plan.rows:
            for argument in (*row.args, row.opening):
                if (name := operand(argument)[0]) is not None:
                    found.setdefault(name.partition(":")[0], []).append(row.name)
        return found

    def again(self, plan: Plan) -> Values:
        """``once`` of another plan, bit by bit, of which only what differs from this one is computed.

        What differs are numbers that a person wrote, rows of another text, and all that reads either.
        """
        known = self.plan.row_of
        numbers = _numbers(plan)
        todo = [name for name, value in numbers.items() if self._numbers.get(name) != value]
        todo += [row.name for row in plan.rows if _text(row) != _text(known.get(row.name))]
        found = set(todo)
        while todo:
            for reader in self._readers.get(todo.pop(), ()):
                if reader not in found:
                    found.add(reader)
                    todo.append(reader)
        values = self.values
        rows = [
            row
            for row in plan.rows
            if row.name not in plan.hot
            and (row.name in found or (row.name not in values.month and row.name not in values.scalar))
        ]
        return _evaluate(plan, rows, known=values)


def _numbers(plan: Plan) -> dict[str, float | tuple[tuple[str, tuple[float, ...]], ...]]:
    return {**{one.name: one.value for one in plan.inputs}, **{table.name: table.columns for table in plan.tables}}


def _text(row: Row | None) -> object:
    return None if row is None else (row.axis, row.op, row.args, row.opening)


@lru_cache(maxsize=64)
def _readers(rows: tuple[Row, ...]) -> dict[str, tuple[str, ...]]:
    """Names of the rows that read each name, in the base case."""
    found: dict[str, list[str]] = {}
    for row in rows:
        read = (*row.args, row.opening) if row.base is None else (row.base,)
        for name in {operand(argument)[0] for argument in read}:
            if name is not None:
                found.setdefault(name.partition(":")[0], []).append(row.name)
    return {name: tuple(readers) for name, readers in found.items()}


def read_by(plan: Plan, names: Iterable[str]) -> frozenset[str]:
    """Rows that read some names, directly or not, in the base case."""
    readers = _readers(plan.rows)
    todo, found = list(names), set[str]()
    while todo:
        for reader in readers.get(todo.pop(), ()):
            if reader not in found:
                found.add(reader)
                todo.append(reader)
    return frozenset(found)


def _evaluate(
    plan: Plan,
    rows: list[Row],
    base: bool = False,
    stand_ins: Mapping[str, tuple[float, ...]] = NO_STAND_INS,
    known: Values | None = None,
) -> Values:
    scalars: dict[str, float] = {} if known is None else dict(known.scalar)
    scalars |= {item.name: item.value for item in plan.inputs}
    months: dict[str, list[float]] = {row.name: [] for row in rows if row.axis == "month"}
    dead: set[str] = set()
    if known is not None:
        months |= {name: values for name, values in known.month.items() if name not in months}  # type: ignore[misc]

    def read(argument: Argument, t: int) -> float:
        name, before, sign = operand(argument)
        if name is None:
            return float(argument)
        if name in dead:
            raise PlanError(f"the base case reads {name!r}, which exists on a path only")
        if name in plan.columns:
            return plan.columns[name]  # type: ignore[return-value]
        if name not in months:
            return sign * scalars[name]
        if t < before:
            return sign * read(plan.row_of[name].opening, 0)
        return sign * months[name][t - before]

    def compute(row: Row, t: int) -> float:
        if row.name in stand_ins:
            return stand_ins[row.name][t]
        if base and row.base is not None:
            return read(row.base, t)
        if row.op in DRAWS:
            return 0.0
        if row.op == "sum":
            total = 0.0
            for argument in row.args:
                total += read(argument, t)
            return total
        if row.op == "prod":
            product = 1.0
            for argument in row.args:
                product *= read(argument, t)
            return product
        if row.op == "pick":
            return _pick(row, [read(argument, t) for argument in row.args])
        function = TWINS[row.op] if row.op in TWINS else TIME_OPS[row.op][1]
        return function(*[read(argument, t) for argument in row.args])

    if base and known is None:
        rows = [row for row in rows if not _only_on_paths(plan, row, dead)]
    for row in rows:
        if row.axis != "month":
            scalars[row.name] = compute(row, 0)
    monthly = [row for row in rows if row.axis == "month"]
    for t in range(plan.months):
        for row in monthly:
            months[row.name].append(compute(row, t))
    return Values(scalars, {name: tuple(values) for name, values in months.items() if values})


def _only_on_paths(plan: Plan, row: Row, dead: set[str]) -> bool:
    """Rows that the base case leaves out: a draw, and what needs one without having a stand-in of its own."""
    if row.base is not None:
        return False
    if row.op in DRAWS or any(operand(a)[0] in dead for a in row.args):
        dead.add(row.name)
        return True
    return False


def _pick(row: Row, values: list[float]) -> float:
    key, pairs = values[0], values[1:]
    for at in range(0, len(pairs), 2):
        if pairs[at] == key:
            return pairs[at + 1]
    raise PlanError(f"row {row.name!r} has no value for {key}")
