"""Builds a plan row by row: single assignment, known names, agreeing units, checked as each row is added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from valuation.errors import PlanError
from valuation.kernel.opcodes import DRAWS, OPS, VARIADIC
from valuation.plan.dimensions import PRODUCTS, check_units
from valuation.plan.laws import Law
from valuation.plan.model import (
    RATES,
    Argument,
    Axis,
    Input,
    Measure,
    Origin,
    Payment,
    Plan,
    Record,
    Row,
    Table,
    operand,
)
from valuation.plan.timeops import TIME_OPS
from valuation.timeline import YearCount

NOWHERE = Origin()
"""The origin of a number that no file states."""

_NAME = re.compile(r"[\w./\-]+")
_EARLIER = re.compile(r"\.prev[0-9]*\Z")


@dataclass
class PlanBuilder:
    """Collects the parts of a plan. ``scalar``, ``start`` and ``month`` add a row and return its name.

    Raises
    ------
    PlanError
        a name assigned twice or read before it exists, a wrong number of operands, units that do not agree. These are
        faults
        of the code that lowers a clause, not of the contract.
    """

    first_month: int
    months: int
    first_period: int = 0
    valuation: float = 0.0
    currency: str = "USD"
    section: str = ""
    inputs: dict[str, Input] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    year_count: YearCount = "days"

    @contextmanager
    def in_section(self, title: str) -> Iterator[None]:
        """Rows and inputs added inside stand under this heading."""
        before, self.section = self.section, title
        try:
            yield
        finally:
            self.section = before

    def input(self, name: str, value: float, unit: str, label: str = "", origin: Origin = NOWHERE) -> str:
        """A number that a person wrote; the same name again must be the same number."""
        made = Input(name, float(value), unit, label, self.section, origin)
        known = self.inputs.get(name)
        if known is None:
            self._free(name)
            self.inputs[name] = made
        elif (known.value, known.unit) != (made.value, made.unit):
            raise PlanError(f"input {name!r} has two values: {known.value} {known.unit} and {made.value} {made.unit}")
        return name

    def table(
        self,
        name: str,
        columns: dict[str, tuple[float, ...]],
        units: tuple[str, ...],
        label: str = "",
        origin: Origin = NOWHERE,
    ) -> str:
        """A dated schedule; its columns are read as ``name:column``."""
        if name not in self.tables:
            self._free(name)
            self.tables[name] = Table(name, tuple(columns.items()), units, label, self.section, origin)
        return name

    def law(self, name: str, law: str, *numbers: float, label: str = "") -> str:
        """A table that a law gives, see :mod:`valuation.plan.laws`; the name of its column."""
        if name not in self.tables:
            self._free(name)
            made = Law(law, numbers)
            columns = (("value", made.values),)
            self.tables[name] = Table(name, columns, ("",), label, self.section, Origin(status="derived"), made)
        return f"{name}:value"

    def scalar(self, name: str, op: str, *args: Argument, unit: str = "", **more: Any) -> str:
        """A row computed once."""
        return self._row(name, "scalar", op, args, unit, more)

    def start(self, name: str, op: str, *args: Argument, unit: str = "", **more: Any) -> str:
        """A row computed once a path, before the first month."""
        return self._row(name, "start", op, args, unit, more)

    def month(self, name: str, op: str, *args: Argument, unit: str = "", **more: Any) -> str:
        """A row computed every month. ``more``: opening, base, stream, label, roll, sign, total, header, note."""
        return self._row(name, "month", op, args, unit, more)

    def pay(self, row: str, date: str, sign: int, book: str = "cash") -> None:
        """Pays a month row on its date, ``sign`` +1 to the viewed party, −1 from it."""
        for name in (row, date):
            if name not in self.rows:
                raise PlanError(f"payment reads {name!r}, which is not a row")
        if sign:
            self.payments.append(Payment(row, date, sign, book))  # type: ignore[arg-type]

    def unit_of(self, argument: Argument) -> str | None:
        """Unit of an operand; None for a number, which takes any."""
        name = operand(argument)[0]
        if name is None:
            return None
        if name in self.rows:
            return self.rows[name].unit
        if name in self.inputs:
            return self.inputs[name].unit
        table, _, column = name.partition(":")
        made = self.tables[table]
        return made.units[[c for c, _ in made.columns].index(column)]

    def set_base(self, name: str, base: Argument) -> None:
        """Gives a row its stand-in for the base case after the fact."""
        self.rows[name] = replace(self.rows[name], base=base)

    def names(self) -> set[str]:
        """Every input, table and row so far."""
        return {*self.inputs, *self.tables, *self.rows}

    def read_from(self, roots: Iterable[str]) -> set[str]:
        """Names that some names, the payments and the records read, directly or not, and themselves."""
        paid = [name for payment in self.payments for name in (payment.row, payment.date)]
        return self.needed_by([*roots, *paid, *(record.row for record in self.records)])

    def needed_by(self, roots: Iterable[str]) -> set[str]:
        """Names that some names read, directly or not, and themselves."""
        todo, found = list(roots), set[str]()
        while todo:
            name = todo.pop().partition(":")[0]
            if name in found:
                continue
            found.add(name)
            row = self.rows.get(name)
            for argument in (*row.args, row.opening, row.base) if row else ():
                if argument is not None and (read := operand(argument)[0]) is not None:
                    todo.append(read)
        return found

    def drop(self, names: Iterable[str]) -> None:
        """Takes inputs, tables and rows out again that nothing reads; ``build`` looks whether that is so."""
        for name in names:
            for part in (self.inputs, self.tables, self.rows):
                part.pop(name, None)

    def build(self, name: str, view: str) -> Plan:
        """The finished plan."""
        for record in self.records:
            if record.row not in self.rows:
                raise PlanError(f"record {record.name!r} reads {record.row!r}, which is not a row")
        for measure in self.measures:
            if len(measure.rates) not in RATES[measure.kind]:
                wanted = " or ".join(map(str, RATES[measure.kind]))
                raise PlanError(f"measure {measure.name!r}: {measure.kind} takes {wanted} rates, got {measure.rates}")
            for rate in measure.rates:
                if rate not in self.rows and rate not in self.inputs and rate not in self.tables:
                    raise PlanError(f"measure {measure.name!r} reads {rate!r}, which is not defined")
        for row in self.rows.values():
            for argument in (*row.args, row.opening, row.base):
                if argument is not None and not self._known(argument):
                    raise PlanError(f"row {row.name!r} reads {argument!r}, which is not defined")
        return Plan(
            name=name,
            view=view,
            currency=self.currency,
            first_month=self.first_month,
            months=self.months,
            first_period=self.first_period,
            valuation=self.valuation,
            inputs=tuple(self.inputs.values()),
            tables=tuple(self.tables.values()),
            rows=tuple(self.rows.values()),
            payments=tuple(self.payments),
            measures=tuple(self.measures),
            records=tuple(self.records),
            year_count=self.year_count,
        )

    def _free(self, name: str) -> None:
        if not _NAME.fullmatch(name) or name.startswith("-") or _EARLIER.search(name) or _is_number(name):
            raise PlanError(f"{name!r} cannot be a name in a plan: letters, digits and . / - _ only, and no number")
        if name in self.rows or name in self.inputs or name in self.tables:
            raise PlanError(f"{name!r} is assigned twice")

    def _known(self, argument: Argument) -> bool:
        name = operand(argument)[0]
        if name is None or name in self.rows or name in self.inputs:
            return True
        table, _, column = name.partition(":")
        return table in self.tables and any(c == column for c, _ in self.tables[table].columns)

    def _row(self, name: str, axis: Axis, op: str, args: tuple[Argument, ...], unit: str, more: dict[str, Any]) -> str:
        self._free(name)
        count = operand_count(op)
        if count is not None and op not in DRAWS and len(args) != count:
            raise PlanError(f"row {name!r}: {op} takes {count} operands, got {len(args)}")
        for argument in args:
            read, before, sign = operand(argument)
            if sign < 0 and op != "sum":
                raise PlanError(f"row {name!r}: {argument!r} has a sign, which only a sum takes")
            if read is None or before:
                continue  # an earlier month's value may belong to a row that is still to come: build() looks again
            if not self._known(argument):
                raise PlanError(f"row {name!r} reads {read!r} before it is assigned")
            other = self.rows.get(read)
            if other is not None and (axis, other.axis) in {
                ("scalar", "month"),
                ("scalar", "start"),
                ("start", "month"),
            }:
                raise PlanError(f"row {name!r} ({axis}) reads {read!r}, which changes by {other.axis}")
        made = Row(name, axis, op, tuple(args), unit=unit, section=more.pop("section", self.section), **more)
        later = [a for a in args if a != f"{name}.prev" and operand(a)[0] is not None and not self._known(a)]
        if not (later and op in PRODUCTS):  # the unit of a product is known when those of its factors are
            check_units(made, [None if a == f"{name}.prev" or a in later else self.unit_of(a) for a in args])
        self.rows[name] = made
        return name


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def operand_count(op: str) -> int | None:
    """Number of operands of an op, None where any number will do."""
    if op in VARIADIC or op == "pick":
        return None
    if op in DRAWS:
        return 1
    if op in OPS:
        return len(OPS[op].operands)
    if op in TIME_OPS:
        return len(TIME_OPS[op][0])
    raise PlanError(f"unknown op {op!r}")
