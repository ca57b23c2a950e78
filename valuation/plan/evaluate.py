"""Evaluates a plan in plain Python: its constants, and the base case.

The rows that no draw reaches become the kernel's constants and series; in the base case each random row stands for
its ``base``. The arithmetic is that of the kernel (same expressions, same bits), one path wide.
"""

from __future__ import annotations

from dataclasses import dataclass

from valuation.errors import PlanError
from valuation.kernel.opcodes import DRAWS
from valuation.kernel.twin import TWINS
from valuation.plan.model import Argument, Plan, Row, operand
from valuation.plan.timeops import TIME_OPS


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


def base_case(plan: Plan) -> Values:
    """Values of every row with each factor at its expected value and no event."""
    return _evaluate(plan, list(plan.rows), base=True)


def _evaluate(plan: Plan, rows: list[Row], base: bool = False) -> Values:
    scalars: dict[str, float] = {item.name: item.value for item in plan.inputs}
    columns = {f"{table.name}:{name}": values for table in plan.tables for name, values in table.columns}
    months: dict[str, list[float]] = {row.name: [] for row in rows if row.axis == "month"}
    dead: set[str] = set()

    def read(argument: Argument, t: int) -> float:
        name, before, sign = operand(argument)
        if name is None:
            return float(argument)
        if name in dead:
            raise PlanError(f"the base case reads {name!r}, which exists on a path only")
        if name in columns:
            return columns[name]  # type: ignore[return-value]
        if name not in months:
            return sign * scalars[name]
        if t < before:
            return sign * read(plan.row_of[name].opening, 0)
        return sign * months[name][t - before]

    def compute(row: Row, t: int) -> float:
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

    if base:
        rows = [row for row in rows if not _only_on_paths(plan, row, dead)]
    for row in rows:
        if row.axis != "month":
            scalars[row.name] = compute(row, 0)
    monthly = [row for row in rows if row.axis == "month"]
    fixed: dict[str, float] = {}
    for t in range(plan.months):
        for row in monthly:
            months[row.name].append(compute(row, t))
    del fixed
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
