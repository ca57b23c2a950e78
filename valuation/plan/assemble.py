"""Turns a plan into the arrays that the interpreter runs: registers, series, op codes, the table of payment dates.

Only rows that a draw reaches and that an output reads become ops, in the months in which something reads them
(``months_needed``). Everything else is a constant or a series, folded where a sum or a product has several such
operands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.errors import PlanError
from valuation.kernel.arrays import EXPONENTIAL, IRR, MIRR, MOIC, NORMAL, NPV, PAYBACK, UNIFORM, PlanArrays
from valuation.kernel.opcodes import CODES, DRAWS, VARIADIC
from valuation.plan.calendar import Calendar, calendars
from valuation.plan.curve import curve_of
from valuation.plan.evaluate import Values, once
from valuation.plan.foreseen import flags_of
from valuation.plan.model import Argument, Plan, Row, operand
from valuation.plan.months_needed import Needed, months_needed
from valuation.plan.timeops import DISCOUNT_OPS, TIME_OPS
from valuation.timeline import years_between

_MEASURE_KIND = {"npv": NPV, "irr": IRR, "mirr": MIRR, "moic": MOIC, "payback": PAYBACK}
_DRAW_KIND = dict(zip(DRAWS, (NORMAL, UNIFORM, EXPONENTIAL), strict=True))
WIDTH = 7


@dataclass(frozen=True)
class Assembly:
    """A plan ready to run, with the names of what it records."""

    arrays: PlanArrays
    dates: tuple[float, ...]
    equity_dates: tuple[float, ...]
    years: tuple[int, ...]
    measures: tuple[str, ...]
    finals: tuple[str, ...]
    yearly: tuple[str, ...]
    counts: tuple[str, ...]


def assemble(plan: Plan, values: Values | None = None) -> Assembly:
    """``values``: the driver-free rows if they are at hand already (``evaluate.once``)."""
    values = once(plan) if values is None else values
    project, equity, pay = calendars(plan, values)
    program = _Program(plan, values, pay)
    program.lower()
    first_year = plan.first_month // 12
    last_year = max((plan.first_month + plan.months - 1) // 12, *project.years[-1:], *equity.years[-1:], first_year)
    years = tuple(range(first_year, last_year + 1))
    finals = tuple(r for r in plan.records if r.kind == "final")
    yearly = tuple(r for r in plan.records if r.kind == "yearly")
    counts = tuple(r for r in plan.records if r.kind == "yearly_sum")
    gap_years, equity_gap_years = (sorted(set(each.gaps)) for each in (project, equity))
    tables = {table.name for table in plan.tables}
    rates, reinvest = (
        [values.scalar[row] if row and row not in tables else 0.0 for row in rows]
        for rows in ([m.rate for m in plan.measures], [m.reinvest for m in plan.measures])
    )
    arrays = PlanArrays(
        start_stream=np.array([d[0] for d in program.start_draws], np.uint32),
        start_kind=_integers([d[1] for d in program.start_draws]),
        start_register=_integers([d[2] for d in program.start_draws]),
        draw_stream=np.array([d[0] for d in program.draws], np.uint32),
        draw_kind=_integers([d[1] for d in program.draws]),
        draw_register=_integers([d[2] for d in program.draws]),
        draw_on=np.array([d[3] for d in program.draws], np.uint8).reshape(-1, plan.months),
        first_period=plan.first_period,
        start_code=_integers([c[0] for c in program.start_code]),
        start_arg=_integers([c[1] for c in program.start_code], -1, WIDTH),
        code=_integers([c[0] for c in program.code]),
        arg=_integers([c[1] for c in program.code], -1, WIDTH),
        code_on=np.array(program.code_on, np.uint8).reshape(-1, plan.months),
        table=np.array(program.table, float),
        pay_register=_integers([program.place(p.row, None) for p in plan.payments]),
        pay_sign=np.array([float(p.sign) for p in plan.payments]),
        pay_book=_integers([("cash", "tax", "equity").index(p.book) for p in plan.payments]),
        pay_date=_integers(pay, -1, plan.months),
        date_year=_integers([year - first_year for year in project.years]),
        date_gap=_integers([gap_years.index(gap) for gap in project.gaps]),
        gap_years=np.array(gap_years, float),
        equity_date_year=_integers([year - first_year for year in equity.years]),
        equity_date_gap=_integers([equity_gap_years.index(gap) for gap in equity.gaps]),
        equity_gap_years=np.array(equity_gap_years, float),
        discount=_discount(plan, rates, project, equity),
        measure_kind=_integers([_MEASURE_KIND[m.kind] for m in plan.measures]),
        measure_book=_integers([("cash", "all", "equity").index(m.book) for m in plan.measures]),
        measure_near=np.array(rates, float),
        measure_reinvest=np.array(reinvest, float),
        final_register=_integers([program.place(r.row, None) for r in finals]),
        yearly_register=_integers([program.place(r.row, None) for r in yearly]),
        count_register=_integers([program.place(r.row, None) for r in counts]),
        year_end=_integers(_year_ends(plan, first_year)),
        opening=np.array(program.opening, float),
        series=np.array(program.series, float).reshape(-1, plan.months),
        series_register=_integers(program.series_register),
        shadow=_integers(list(program.shadow.values()), -1, 2),
        delay=_integers(list(program.delay.values()), -1, 3),
        delay_on=program.delay_on(),
    )
    return Assembly(
        arrays,
        project.dates,
        equity.dates,
        years,
        tuple(m.name for m in plan.measures),
        tuple(r.name for r in finals),
        tuple(r.name for r in yearly),
        tuple(r.name for r in counts),
    )


def _year_ends(plan: Plan, first_year: int) -> list[int]:
    months = [plan.first_month + t for t in range(plan.months)]
    return [m // 12 - first_year if m % 12 == 11 or m == months[-1] else -1 for m in months]


def _discount(plan: Plan, rates: Sequence[float], project: Calendar, equity: Calendar) -> NDArray[np.float64]:
    """Discount factors of every measure at its rate on the dates of its book, filled up with 0."""
    factors = np.zeros((len(rates), max(len(project.dates), len(equity.dates))))
    factor = TIME_OPS[DISCOUNT_OPS[plan.year_count]][1]
    for measure, rate, row in zip(plan.measures, rates, factors, strict=True):
        dates = equity.dates if measure.book == "equity" else project.dates
        curve = curve_of(plan, measure.rate)
        if curve is None:
            row[: len(dates)] = [factor(rate, day, plan.valuation) for day in dates]
        else:
            row[: len(dates)] = [curve.factor(years_between(plan.year_count, plan.valuation, day)) for day in dates]
    return factors


def _integers(numbers: Sequence[Any], *shape: int) -> NDArray[np.int64]:
    return np.array(numbers, np.int64).reshape(shape or (-1,))


@dataclass
class _Program:
    plan: Plan
    values: Values
    pay: list[list[int]]
    needed: Needed = field(default_factory=Needed)
    opening: list[float] = field(default_factory=list)
    series: list[tuple[float, ...]] = field(default_factory=list)
    series_register: list[int] = field(default_factory=list)
    register: dict[str, int] = field(default_factory=dict)
    folded: dict[tuple[float, ...], int] = field(default_factory=dict)
    table: list[float] = field(default_factory=list)
    table_at: dict[str, int] = field(default_factory=dict)
    shadow: dict[str, tuple[int, int]] = field(default_factory=dict)
    delay: dict[tuple[str, int], tuple[int, int, int]] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    code: list[tuple[int, list[int]]] = field(default_factory=list)
    code_on: list[NDArray[np.uint8]] = field(default_factory=list)
    start_code: list[tuple[int, list[int]]] = field(default_factory=list)
    draws: list[tuple[int, int, int, list[int]]] = field(default_factory=list)
    start_draws: list[tuple[int, int, int]] = field(default_factory=list)
    streams: dict[int, str] = field(default_factory=dict)
    spare: list[int] = field(default_factory=list)

    def lower(self) -> None:
        live = self._live()
        rows = [row for row in self.plan.rows if row.name in live]
        for row in rows:
            self.register[row.name] = self._new(0.0)
            self.order[row.name] = -1 if row.op in DRAWS else len(self.order)
        starts = [row for row in rows if row.axis == "start"]
        months = [row for row in rows if row.axis == "month"]
        for row in starts:
            self._emit(row, self.start_code, np.ones(1, np.uint8))
        for row in months:
            self._open(row)
        self.needed = months_needed(self.plan, months, self._cold, self.pay)
        for row in months:
            on = flags_of(self.needed.rows[row.name], self.plan.months)
            self._emit(row, self.code, on)
            self.code_on += [on] * (len(self.code) - len(self.code_on))

    def place(self, argument: Argument, reader: Row | None) -> int:
        """Register that holds an operand when ``reader`` runs (None: at the month's end)."""
        name, before, sign = operand(argument)
        if name is not None and name in self.plan.columns:
            return self._table(name)
        if name not in self.register:
            return self._uniform(self._cold(argument))
        if sign < 0:
            raise ValueError(f"{argument}: only a sum takes a sign")
        if not before or self.plan.row_of[name].axis != "month":
            return self.register[name]
        if before > 1:
            if (name, before) not in self.delay:
                self.delay[name, before] = (self.register[name], self._new(0.0), before)
            return self.delay[name, before][1]
        if reader is not None and self.order[name] >= self.order[reader.name]:
            return self.register[name]  # not yet written this month: still last month's value
        if name not in self.shadow:
            self.shadow[name] = (self.register[name], self._new(self.opening[self.register[name]]))
        return self.shadow[name][1]

    def _table(self, column: str) -> int:
        """Place at which a column of a table begins in the run of all that ops look up."""
        if column not in self.table_at:
            self.table_at[column] = len(self.table)
            self.table += self.plan.columns[column]
        return self.table_at[column]

    def delay_on(self) -> NDArray[np.uint8]:
        """Months in which each delayed register is read. [L, T]"""
        on = [flags_of(self.needed.before[key], self.plan.months) for key in self.delay]
        return np.array(on, np.uint8).reshape(-1, self.plan.months)

    def _live(self) -> set[str]:
        plan, hot = self.plan, self.plan.hot
        todo = [p.row for p in plan.payments] + [r.row for r in plan.records]
        live: set[str] = set()
        while todo:
            name = todo.pop()
            if name in hot and name not in live:
                live.add(name)
                row = plan.row_of[name]
                todo += [n for n in (operand(a)[0] for a in (*row.args, row.opening)) if n is not None]
        return live

    def _new(self, value: float) -> int:
        self.opening.append(value)
        return len(self.opening) - 1

    def _open(self, row: Row) -> None:
        name = operand(row.opening)[0]
        if name in self.register:
            self.start_code.append((CODES["set"], self._padded([self.register[row.name], self.register[name]])))
        else:
            self.opening[self.register[row.name]] = self._cold(row.opening)[0]

    def _cold(self, argument: Argument) -> tuple[float, ...]:
        """A driver-free operand over the months."""
        name, before, sign = operand(argument)
        if name is None:
            return (float(argument),) * self.plan.months
        values = self.values.series(name, self.plan.months)
        if before and name in self.values.month:
            opening = self._cold(self.plan.row_of[name].opening)[0]
            values = ((opening,) * before + values)[: self.plan.months]
        return values if sign > 0 else tuple(-x for x in values)

    def _uniform(self, values: tuple[float, ...]) -> int:
        key = values[:1] if all(v == values[0] for v in values) else values
        if key not in self.folded:
            self.folded[key] = self._new(values[0])
            if len(key) > 1:
                self.series.append(values)
                self.series_register.append(self.folded[key])
        return self.folded[key]

    @staticmethod
    def _padded(registers: list[int]) -> list[int]:
        return registers + [0] * (WIDTH - len(registers))

    def _emit(self, row: Row, code: list[tuple[int, list[int]]], on: NDArray[np.uint8]) -> None:
        out = self.register[row.name]
        if row.op in DRAWS:
            stream = self._stream(row)
            if row.axis == "start":
                self.start_draws.append((stream, _DRAW_KIND[row.op], out))
            else:
                drawn = self._cold(row.args[0]) if row.args else (1.0,) * self.plan.months
                wanted = [int(x > 0.0 and needed > 0) for x, needed in zip(drawn, on, strict=True)]
                self.draws.append((stream, _DRAW_KIND[row.op], out, wanted))
        elif row.op in VARIADIC:
            self._chain(row, out, code)
        else:
            code.append((CODES[row.op], self._padded([out, *(self.place(a, row) for a in row.args)])))

    def _stream(self, row: Row) -> int:
        """Counter word of the row's stream; two names that share a word would draw the same numbers.

        Names are held against each other within a plan only: two plans that each draw one of them are not compared.
        """
        word = stream_number(row.stream)
        other = self.streams.setdefault(word, row.stream)
        if other != row.stream:
            raise PlanError(f"streams {other!r} and {row.stream!r} share the word {word}: rename one factor")
        return word

    def _chain(self, row: Row, out: int, code: list[tuple[int, list[int]]]) -> None:
        hot = [a for a in row.args if operand(a)[0] in self.register]
        cold = [self._cold(a) for a in row.args if operand(a)[0] not in self.register]
        product = row.op == "prod"
        terms = [(operand(a)[2], self.place(str(a).removeprefix("-"), row)) for a in hot]
        if cold:
            folded = list(cold[0])
            for values in cold[1:]:
                folded = [x * y if product else x + y for x, y in zip(folded, values, strict=True)]
            if any(x != (1.0 if product else 0.0) for x in folded):
                terms.append((1, self._uniform(tuple(folded))))
        terms.sort(key=lambda term: -term[0])
        if terms[0][0] < 0:
            terms.insert(0, (1, self._uniform((0.0,) * self.plan.months)))
        if len(terms) == 1:
            code.append((CODES["set"], self._padded([out, terms[0][1]])))
            return
        running = terms[0][1]
        for at, (sign, register) in enumerate(terms[1:], 1):
            target = out if at == len(terms) - 1 else self._spare(at % 2)
            name = "mul" if product else "add" if sign > 0 else "sub"
            code.append((CODES[name], self._padded([target, running, register])))
            running = target

    def _spare(self, which: int) -> int:
        while len(self.spare) <= which:
            self.spare.append(self._new(0.0))
        return self.spare[which]


def stream_number(name: str) -> int:
    """Counter word of a named random stream: the first four bytes, little-endian, of sha256(name)."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")
