"""Random and edge arguments of every op that has a formula, and random expressions, in one workbook."""

from __future__ import annotations

import ast
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import openpyxl
from openpyxl.utils import get_column_letter

from valuation import timeline
from valuation.kernel.opcodes import NEVER, OPS, VARIADIC
from valuation.kernel.twin import TWINS
from valuation.plan.formula_form import excel_form, excel_number
from valuation.plan.formula_ops import WITHOUT_FORM, formula
from valuation.plan.timeops import TIME_OPS

EACH = 36
"""Cases of an op."""

Number = float | tuple[float, ...]

EDGES = [
    timeline.serial(date(*day))
    for day in (
        (2000, 1, 1), (2000, 2, 29), (2024, 2, 29), (2026, 1, 31), (2026, 2, 28), (2026, 6, 30), (2027, 12, 31),
        (2028, 1, 30), (2028, 2, 29), (2030, 3, 31), (2044, 2, 29), (2050, 8, 31), (2079, 12, 31), (2080, 2, 29),
    )
]  # fmt: skip
"""Month ends, leap days, ends of years."""

DAYS: dict[str, tuple[str, ...]] = {
    "month_start": ("month_number", "month"), "month_end": ("month_number", "month"), "calendar_year": ("date",),
    "calendar_month": ("date",), "hours": ("date", "same_month"), "year_end_of": ("date_or_none",),
    "edate": ("date", "months"), "add_days": ("date", "days"), "eomonth": ("date", "months"),
    "position_at_start": ("date", "month_number"), "position_at_end": ("date_or_none", "month_number"),
    "clip": ("number", "small", "positive"), "whole_years": ("date", "anniversary"),
    "steps_completed": ("date", "anniversary", "step"), "months_between": ("date", "date"), "asinh": ("number",),
    "square_root": ("positive",), "normal_quantile": ("uniform",), "escalate": ("rate", "years"),
    "discount": ("rate", "date", "date"), "discount_years": ("rate", "date", "date"),
    "curve": ("dates", "values", "on_curve"), "steps": ("dates", "values", "on_curve"),
    "month_value": ("twelve", "of_twelve"),
    "is_month": ("date", "of_twelve"), "from_date": ("date", "date"), "between": ("date", "date", "date"),
    "put_off": ("date_or_none", "months", "days"), "date_if": ("flag", "date"),
    "day_of_year": ("year", "of_twelve", "of_month"), "every": ("month", "step"), "convert": ("number", "small"),
}  # fmt: skip
"""Kind of each operand of the ops of the time axis."""

GROUPED = {
    "event_time": ("never", "hazard", "hazard", "hazard", "month_start", "month_end"),
    "year_to_date": ("number", "number", "flag"),
    "loss_used": ("flag", "number", "positive"),
    "loss_pool": ("positive", "positive", "flag", "number"),
}
"""The ops that random plans build in groups."""


@dataclass(frozen=True)
class Case:
    """An op, its arguments, and how many of them the formula writes out as numbers."""

    op: str
    arguments: tuple[Number, ...]
    literal: bool = False
    negative: tuple[bool, ...] = ()

    @property
    def value(self) -> float:
        """What the engine gives."""
        if self.op == "sum":
            return math.fsum(-x if minus else x for x, minus in zip(self.arguments, self.negative, strict=True))
        if self.op == "prod":
            return math.prod(self.arguments)
        if self.op == "pick":
            key, pairs = self.arguments[0], self.arguments[1:]
            return dict(zip(pairs[::2], pairs[1::2], strict=True))[key]
        return (TWINS[self.op] if self.op in OPS else TIME_OPS[self.op][1])(*self.arguments)


LEAP = timeline.serial(date(2028, 2, 29))
EXTRA = [
    *(Case("whole_years", (LEAP, LEAP + days)) for days in (-1.0, 0.0, 364.0, 365.0, 366.0, 1460.0, 1461.0)),
    *(Case("steps_completed", (LEAP - 29.0, LEAP + days, 1.0)) for days in (-2.0, -1.0, 0.0, 1.0, 30.0, 31.0)),
    *(Case("pick", (key, 28 / 365, 1.5, 30 / 365, -2.0, 31 / 365, 7.0)) for key in (28 / 365, 30 / 365, 31 / 365)),
]
"""Anniversaries of a leap day and of the 31st, which chance seldom meets; lengths of a month as keys."""


class Draw:
    """Numbers of each kind, with ties."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.last: dict[str, float] = {}
        self.rows: tuple[float, ...] = ()

    def one_of(self, *values: float) -> float:
        return float(self.random.choice(values))

    def between(self, low: float, high: float) -> float:
        return float(self.random.uniform(low, high))

    def whole(self, low: int, high: int) -> float:
        return float(self.random.integers(low, high + 1))

    def day(self) -> float:
        return self.one_of(*EDGES) if self.random.random() < 0.5 else self.whole(36526, 66111)

    def anniversary(self) -> float:
        """A day around one on which a month, often a year, is completed."""
        months = 12.0 * self.whole(-1, 16) if self.random.random() < 0.5 else self.whole(-30, 200)
        day = timeline.edate(self.last["date"], int(months))
        return day + self.one_of(-1.0, 0.0, 1.0, 15.0)

    def column(self) -> tuple[float, ...]:
        rows = int(self.whole(1, 14))
        return tuple(sorted({self.day() for _ in range(rows)}))

    def kind(self, kind: str) -> Number:
        if kind == "dates":
            self.rows = self.column()
            return self.rows
        if kind == "values":
            return tuple(self.between(-9.0, 9.0) for _ in self.rows)
        if kind == "twelve":
            return tuple(self.between(-9.0, 9.0) for _ in range(12))
        if kind == "month_end":
            return self.last["month_start"] + 1.0
        if kind in self.last and self.random.random() < 0.2:
            return self.last[kind]
        self.last[kind] = KINDS[kind](self)
        return self.last[kind]


KINDS: dict[str, Callable[[Draw], float]] = {
    "number": lambda d: d.one_of(0.0, 1.0, -1.0, 2.5, -3.7e8, d.between(-9.0, 9.0), d.between(-9.0, 9.0)),
    "small": lambda d: d.one_of(0.0, -1.0, 1.0, d.between(-5.0, 5.0), d.between(-0.5, 0.5)),
    "positive": lambda d: d.one_of(1.0, 2.5, 4.1e7, d.between(0.01, 5.0)),
    "flag": lambda d: d.one_of(0.0, 1.0),
    "uniform": lambda d: d.between(0.001, 0.999),
    "count": lambda d: d.whole(0, 5),
    "position": lambda d: d.one_of(NEVER, d.whole(-3, 12), d.between(-3.0, 12.0)),
    "month_start": lambda d: d.whole(0, 12),
    "never": lambda d: d.one_of(NEVER, NEVER, NEVER, 4.25),
    "hazard": lambda d: d.one_of(0.1, 0.2, 0.3, 0.4),
    "date": Draw.day,
    "same_month": lambda d: timeline.month_end(timeline.month_number(d.last["date"])),
    "date_or_none": lambda d: d.one_of(0.0, d.day(), d.day()),
    "on_curve": lambda d: d.one_of(d.rows[0], d.one_of(*d.rows), d.day(), d.day()),
    "anniversary": Draw.anniversary,
    "month_number": lambda d: d.whole(2000 * 12, 2060 * 12),
    "month": lambda d: d.one_of(0.0, 6.0, 12.0, d.whole(-12, 240), d.whole(-12, 240)),
    "months": lambda d: d.whole(-60, 400),
    "days": lambda d: d.whole(-1, 60),
    "step": lambda d: d.one_of(1.0, 3.0, 6.0, 12.0),
    "rate": lambda d: d.one_of(0.0, 0.09, -0.2, 0.025, d.between(-0.1, 0.2)),
    "years": lambda d: d.one_of(0.0, 1.0, d.whole(0, 40), d.between(0.0, 40.0)),
    "of_twelve": lambda d: d.whole(1, 12),
    "year": lambda d: d.whole(2000, 2080),
    "of_month": lambda d: d.whole(1, 31),
}


def cases(domain: dict[str, tuple[tuple[str, ...], str]], seed: int = 6) -> list[Case]:
    """Cases of every op with a formula; ``domain`` gives the kinds of the operands of the ops of a path."""
    kinds = {op: operands for op, (operands, _) in domain.items()} | {"normal_probability": ("small",)}
    kinds |= GROUPED | DAYS
    draw, found = Draw(seed), []
    for op in (*OPS, *VARIADIC, *TIME_OPS):
        if op in WITHOUT_FORM:
            continue
        for k in range(EACH):
            draw.last.clear()
            arguments = tuple(draw.kind(kind) for kind in kinds[op])
            if op in VARIADIC:
                arguments = arguments[: int(draw.whole(1, len(arguments)))]
            negative = tuple(op == "sum" and draw.random.random() < 0.4 for _ in arguments)
            found.append(Case(op, arguments, k % 6 == 5, negative))
    return found + EXTRA


def expression(draw: Draw, depth: int) -> ast.expr:
    """A random tree of numbers, names and all that the op table may use, and powers and remainders."""

    def inner() -> ast.expr:
        return expression(draw, depth - 1)

    def test() -> ast.expr:
        op = [ast.Lt(), ast.LtE(), ast.Gt(), ast.GtE(), ast.Eq(), ast.NotEq()][int(draw.whole(0, 5))]
        return ast.Compare(inner(), [op], [inner()])

    def joint() -> ast.expr:
        return ast.BoolOp([ast.And(), ast.Or()][int(draw.whole(0, 1))], [test(), test()])

    def called() -> ast.expr:
        name = ["min", "max", "abs"][int(draw.whole(0, 2))]
        return ast.Call(ast.Name(name), [inner()] if name == "abs" else [inner(), inner()], [])

    if depth == 0 or draw.random.random() < 0.1:
        return (
            ast.Name("abc"[int(draw.whole(0, 2))])
            if draw.random.random() < 0.5
            else ast.Constant(draw.one_of(2.0, 3.0, 0.5))
        )
    joined = [ast.Add, ast.Sub, ast.Sub, ast.Mult, ast.Div, ast.Div, ast.Pow, ast.Pow, ast.Mod]
    chance = draw.random.random()
    if chance < 0.6:
        return ast.BinOp(inner(), joined[int(draw.whole(0, len(joined) - 1))](), inner())
    if chance < 0.8:
        return ast.UnaryOp(ast.USub(), inner())
    if chance < 0.9:
        return called()
    return ast.IfExp(joint() if draw.random.random() < 0.5 else test(), inner(), inner())


@dataclass(frozen=True)
class Sum:
    """A random expression, its numbers, and what Python makes of it."""

    text: str
    numbers: dict[str, float]
    value: float


def expressions(count: int, seed: int = 7) -> list[Sum]:
    """Random expressions that have a value of moderate size in Python."""
    draw, found = Draw(seed), []
    while len(found) < count:
        text = ast.unparse(expression(draw, 4))
        numbers = {name: draw.one_of(2.0, -3.0, 1.5, -0.5, 4.0) for name in "abc"}
        try:
            value = eval(text, dict(numbers))
        except (ZeroDivisionError, OverflowError, TypeError):  # a complex number cannot be compared
            continue
        if isinstance(value, float | int) and (value == 0.0 or 1e-6 < abs(value) < 1e6) and _moderate(text, numbers):
            found.append(Sum(text, numbers, float(value)))
    return found


def _moderate(text: str, numbers: dict[str, float]) -> bool:
    """No part of an expression is complex or very large: Excel has an error there, and rounding a say."""
    for node in ast.walk(ast.parse(text, mode="eval").body):
        if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call):
            try:
                part = eval(ast.unparse(node), dict(numbers))
            except (ZeroDivisionError, OverflowError, TypeError):
                return False
            if isinstance(part, complex) or not abs(part) < 1e7:
                return False
    return True


def workbook(ops: list[Case], sums: list[Sum]) -> bytes:
    """A sheet of formulas in column A, one a row, their numbers beside them; table columns on a sheet of their own."""
    book = openpyxl.Workbook()
    sheet, tables = book.active, book.create_sheet("Tables")
    column = 0
    for row, case in enumerate(ops, 1):
        texts = []
        for place, argument in enumerate(case.arguments):
            if isinstance(argument, tuple):
                column += 1
                for at, value in enumerate(argument, 5):
                    tables.cell(at, column, value)
                letter = get_column_letter(column)
                texts.append(f"Tables!${letter}$5:${letter}${4 + len(argument)}")
                continue
            sheet.cell(row, 2 + place, argument)
            text = excel_number(argument) if case.literal else f"{get_column_letter(2 + place)}{row}"
            texts.append(text)
        if case.op == "sum":  # a number that is subtracted is written with the other sign
            texts = [_minus(text) if minus else text for text, minus in zip(texts, case.negative, strict=True)]
        sheet.cell(row, 1, f"={formula(case.op, texts)}")
    for row, one in enumerate(sums, len(ops) + 1):
        for place, value in enumerate(one.numbers.values(), 2):
            sheet.cell(row, place, value)
        names = {name: f"{letter}{row}" for name, letter in zip("abc", "BCD", strict=True)}
        sheet.cell(row, 1, f"={excel_form(one.text, names)}")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _minus(text: str) -> str:
    return text.removeprefix("-") if text.startswith("-") else f"-{text}"
