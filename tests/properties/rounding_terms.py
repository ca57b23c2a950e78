"""How far rounding can move a plan's numbers: the sum of absolute values of the terms that each number is made of, and
the paths on which it hangs on a close decision.

The terms of a row come from its arithmetic with every product and every addend taken positive: |a − b| has the terms
of a plus those of b, a·b their product. They are worked out after a run of the reference, from its values, row by row
and month by month.

A decision is a comparison that chooses between two amounts, makes a flag, places an event or a count. It is close
where the two sides lie within 1e-9 of their terms and at least one of them has been rounded: whole numbers added and
multiplied, flags, counts and uniforms are exact, and two exact sides that are equal are equal for both interpreters.
A number hangs on the decisions of its row and on those that its operands hang on, also of earlier months.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, pdtr

from valuation.kernel.opcodes import DRAWS, NEVER
from valuation.plan.model import Argument, Measure, Plan, Row, operand
from valuation.plan.reference import RESIDUE, ReferenceRun

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLOSE = 1e-9
FLAGS = ("below", "above", "equal", "opposite", "falls_in")
COUNTS = ("poisson", "binomial")
CHOICES = ("lower_of", "higher_of", "select", "pick_first", "event_time")
WHOLE = ("add", "sub", "mul", "mul_add", "sum", "prod", "year_to_date")


@dataclass(frozen=True)
class Number:
    """A value of every path, its terms, whether it is free of rounding, and whether it hangs on a close decision."""

    value: Floats
    terms: Floats
    exact: Flags
    hangs: Flags

    def near(self, other: Number) -> Flags:
        """Where the two cannot be told apart but for rounding; a number is itself."""
        if self is other:
            return np.zeros_like(self.exact)
        return ~(self.exact & other.exact) & (np.abs(self.value - other.value) < CLOSE * (self.terms + other.terms))


def _either(first: Flags, a: Number, b: Number) -> Floats:
    """Terms of the one chosen, of the larger one where the two are near."""
    return np.where(a.near(b), np.maximum(a.terms, b.terms), np.where(first, a.terms, b.terms))


def _ratio(a: Number, b: Number) -> Floats:
    return a.terms / np.abs(b.value) * (b.terms / np.abs(b.value))


def _exponential(out: Floats, *exponent: Number) -> Floats:
    return np.abs(out) * np.maximum(1.0, sum(part.terms for part in exponent))


def _event_time(
    out: Floats, before: Number, h0: Number, h1: Number, level: Number, start: Number, end: Number
) -> Floats:
    rise = np.where(h1.value > h0.value, h1.value - h0.value, 1.0)
    share = (level.terms + h0.terms) / rise + (level.value - h0.value) / rise * (h1.terms + h0.terms) / rise
    strikes = (before.value >= NEVER) & (out < NEVER)
    return np.where(strikes, start.terms + (end.value - start.value) * share, np.abs(out))


def _positive_part(a: Number) -> Number:
    nought = Number(np.zeros_like(a.value), np.zeros_like(a.value), np.ones_like(a.exact), a.hangs)
    return Number(np.maximum(a.value, 0.0), _either(a.value > 0.0, a, nought), a.exact, a.hangs)


def _loss_used(out: Floats, flag: Number, profit: Number, pool: Number) -> Floats:
    gain = _positive_part(profit)
    return flag.terms * _either(pool.value < gain.value, pool, gain)


def _loss_pool(out: Floats, pool: Number, used: Number, flag: Number, profit: Number) -> Floats:
    loss = Number(-profit.value, profit.terms, profit.exact, profit.hangs)
    return pool.terms + used.terms + flag.terms * _positive_part(loss).terms


def _negative_part(a: Number) -> Number:
    return _positive_part(Number(-a.value, a.terms, a.exact, a.hangs))


def _smaller(a: Number, b: Number) -> Number:
    terms = _either(a.value < b.value, a, b)
    return Number(np.minimum(a.value, b.value), terms, a.exact & b.exact, a.hangs | b.hangs)


def _in_a_row(out: Floats, flag: Number, amount: Number, least: Number, before: Number) -> Floats:
    counted = np.where(amount.value > least.value, before.terms + 1.0, 0.0)
    return np.where(flag.value > 0.0, counted, before.terms)


def _steepest(per_unit: float, values: Floats) -> float:
    """Bound on what a table gives, and on how fast it changes with what is looked up."""
    return float(12.0 * (1.0 + per_unit) * np.abs(values).max())


TERMS: dict[str, Callable[..., Floats]] = {
    "add": lambda out, a, b: a.terms + b.terms,
    "sub": lambda out, a, b: a.terms + b.terms,
    "mul": lambda out, a, b: a.terms * b.terms,
    "mul_add": lambda out, a, b, c: a.terms * b.terms + c.terms,
    "divide": lambda out, a, b: _ratio(a, b),
    "ratio": lambda out, a, b: _ratio(a, b),
    "lower_of": lambda out, a, b: _either(a.value < b.value, a, b),
    "higher_of": lambda out, a, b: _either(a.value > b.value, a, b),
    "select": lambda out, flag, a, b: np.where(flag.value > 0.0, a.terms, b.terms),
    "exp": _exponential,
    "log": lambda out, a: np.maximum(np.abs(out), a.terms / np.abs(a.value)),
    "exp_price": _exponential,
    "sinh_price": lambda out, x, at, scale: _exponential(scale.terms * np.cosh(x.value + at.value), x, at),
    "logistic": lambda out, x, at: out * np.maximum(1.0, (1.0 - out) * (x.terms + at.terms)),
    "event_time": _event_time,
    "pick_first": lambda out, time_a, time_b, a, b: np.where(time_a.value <= time_b.value, a.terms, b.terms),
    "span": lambda out, stop, start, end: np.where(out > 0.0, _either(stop.value < end.value, stop, end), 0.0)
    + start.terms,
    "take_or_pay": lambda out, use, share, full: _either(use.value > share.value, use, share) * full.terms,
    "blend": lambda out, share, fixed, floating: share.terms * fixed.terms + (1.0 + share.terms) * floating.terms,
    "year_to_date": lambda out, x, before, reset: x.terms + np.where(reset.value > 0.0, 0.0, before.terms),
    "loss_used": _loss_used,
    "loss_pool": _loss_pool,
    "tax": lambda out, rate, flag, profit, used: rate.terms
    * flag.terms
    * (_positive_part(profit).terms + used.terms),
    "pay_down": lambda out, flag, due, pot: flag.terms * _smaller(_positive_part(pot), _positive_part(due)).terms,
    "behind": lambda out, flag, interest, due, paid: flag.terms
    * (interest.terms + _positive_part(due).terms + paid.terms),
    "shortfall": lambda out, flag, a: flag.terms * _negative_part(a).terms,
    "hold_back": lambda out, pot, target: _positive_part(_smaller(pot, target)).terms,
    "in_a_row": _in_a_row,
    "cover": lambda out, flag, cash, service: np.where(out < NEVER, _ratio(cash, service), NEVER),
    "release": lambda out, flag, pot, blocked, limit: flag.terms * _positive_part(pot).terms,
    "normal_probability": lambda out, z: out + np.exp(-0.5 * z.value**2) * z.terms,
    "lookup": lambda out, x, table: _steepest(table.value[1], table.value[3:]) * x.terms,
    "lookup_2d": lambda out, x, y, table: _steepest(table.value[1], table.value[6:]) * x.terms
    + _steepest(table.value[4], table.value[6:]) * y.terms,
    "sum": lambda out, *parts: sum(part.terms for part in parts),
    "prod": lambda out, *parts: np.prod([part.terms for part in parts], axis=0),
}  # fmt: skip
"""Terms of a row from its value and its operands; flags and counts are as large as they are."""

NOUGHT = 0.0


def _close(row: Row, out: Floats, numbers: list[Number]) -> list[Flags]:
    """Where a decision of this row was close."""
    match row.op, numbers:
        case (("below" | "above" | "equal"), [a, b]):
            return [a.near(b)]
        case "pick_first", [time_a, time_b, _, _]:
            return [time_a.near(time_b)]
        case "falls_in", [position, start, end]:
            return [position.near(start), position.near(end)]
        case (("select" | "opposite"), [flag, *_]):
            return [_near_nought(flag)]
        case (("year_to_date"), [_, _, flag]):
            return [_near_nought(flag)]
        case "ratio", [_, divisor]:
            return [_near_nought(divisor)]
        case "in_a_row", [flag, amount, least, _]:
            return [_near_nought(flag), (flag.value > 0.0) & amount.near(least)]
        case "cover", [flag, _, service]:
            return [_near_nought(flag), (flag.value > 0.0) & _near_nought(service)]
        case "release", [_, _, blocked, limit]:
            return [blocked.near(limit)]
        case "event_time", [before, h0, h1, level, _, _]:
            waits = before.value >= NEVER
            return [waits & h1.near(level), waits & (h1.value >= level.value) & h1.near(h0)]
        case "poisson", [u, mean]:
            return [_count_is_close(u, out, lambda k: pdtr(k, mean.value))]
        case "binomial", [u, n, p]:
            return [_count_is_close(u, out, lambda k: bdtr(k, n.value.astype(np.int64), p.value))]
    return []


def _near_nought(number: Number) -> Flags:
    return ~number.exact & (np.abs(number.value) < CLOSE * number.terms)


def _count_is_close(u: Number, out: Floats, cumulated: Callable[[Floats], Floats]) -> Flags:
    """Where the uniform lies at the edge of its count."""
    return (np.abs(u.value - cumulated(out)) < CLOSE) | ((out > 0) & (np.abs(u.value - cumulated(out - 1.0)) < CLOSE))


@dataclass
class Rounding:
    """Of every row and of all that is made of rows: terms, and the paths on which it hangs on a close decision."""

    plan: Plan
    run: ReferenceRun
    paths: int
    single: dict[str, Number] = field(default_factory=dict)
    month: dict[str, list[Number]] = field(default_factory=dict)
    written: dict[float, Number] = field(default_factory=dict)
    stacked: dict[str, tuple[Floats, Flags]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.plan.inputs:
            self.single[item.name] = self.constant(item.value)
        with np.errstate(all="ignore"):
            for row in self.plan.rows:
                if row.axis == "month":
                    self.month[row.name] = []
                else:
                    self.single[row.name] = self.number(row, self.run.values[row.name], 0)
            for t in range(self.plan.months):
                for row in self.plan.rows:
                    if row.axis == "month":
                        self.month[row.name].append(self.number(row, self.run.values[row.name][t], t))

    def constant(self, value: float) -> Number:
        """A number that a person wrote."""
        if value not in self.written:
            no = np.zeros(self.paths, bool)
            self.written[value] = Number(np.full(self.paths, value), np.full(self.paths, abs(value)), ~no, no)
        return self.written[value]

    def read(self, argument: Argument, t: int) -> Number:
        """An operand as the row sees it."""
        name, before, sign = operand(argument)
        if name is None:
            return self.constant(float(argument))
        if name in self.plan.columns:
            values = np.array(self.plan.columns[name])
            return Number(values, np.abs(values), np.ones(self.paths, bool), np.zeros(self.paths, bool))
        if t < before:
            found = self.read(self.plan.row_of[name].opening, 0)
        elif name in self.month:
            found = self.month[name][t - before]
        else:
            found = self.single[name]
        return found if sign > 0 else Number(-found.value, found.terms, found.exact, found.hangs)

    def number(self, row: Row, out: Floats, t: int) -> Number:
        """A row's value with all that is asked of it."""
        if row.op == "set":
            return self.read(row.args[0], t)
        if row.op in DRAWS:
            exact = np.full(self.paths, row.op == "draw_uniform") | (out == 0.0)
            return Number(out, np.abs(out), exact, np.zeros(self.paths, bool))
        numbers = [self.read(argument, t) for argument in row.args]
        hangs = np.logical_or.reduce([*(number.hangs for number in numbers), *_close(row, out, numbers)])
        if row.op in FLAGS or row.op in COUNTS:
            return Number(out, np.abs(out), np.ones(self.paths, bool), hangs)
        terms = TERMS[row.op](out, *numbers)
        return Number(out, np.fmax(np.abs(out), terms), self.is_exact(row, out, numbers), hangs)

    def is_exact(self, row: Row, out: Floats, numbers: list[Number]) -> Flags:
        """Where the row's arithmetic has rounded nothing."""
        exact = np.logical_and.reduce([number.exact for number in numbers])
        if row.op in WHOLE:
            return exact & np.logical_and.reduce([number.value == np.round(number.value) for number in numbers])
        if row.op == "event_time":
            return out >= NEVER
        return exact if row.op in CHOICES else np.zeros(self.paths, bool)

    def months_of(self, name: str) -> tuple[Floats, Flags]:
        """A row's terms, and where it hangs on a close decision [T, n]."""
        if name in self.stacked:
            return self.stacked[name]
        months = self.month.get(name) or [self.single[name]] * self.plan.months
        self.stacked[name] = np.array([n.terms for n in months]), np.array([n.hangs for n in months])
        return self.stacked[name]

    @cached_property
    def books(self) -> dict[float, tuple[Floats, Flags]]:
        """Of the cash by date: terms, and where it hangs on a close decision; before tax and tax [2, n]."""
        return self.dated("cash", "tax")

    @cached_property
    def equity(self) -> dict[float, tuple[Floats, Flags]]:
        """The same of the equity cash by date [n]."""
        return {date: (terms[0], hangs[0]) for date, (terms, hangs) in self.dated("equity").items()}

    def dated(self, *books: str) -> dict[float, tuple[Floats, Flags]]:
        """Of the cash of some books by date: terms, and where it hangs on a close decision [books, n]."""
        table: dict[float, tuple[Floats, Flags]] = {}
        for payment in self.plan.payments:
            if payment.book not in books:
                continue
            when = np.broadcast_to(self.run.values[payment.date][..., 0], self.plan.months)
            book = books.index(payment.book)
            month_terms, month_hangs = self.months_of(payment.row)
            for t in np.flatnonzero((when > 0) & (when >= self.plan.valuation)):
                nothing = (np.zeros((len(books), self.paths)), np.zeros((len(books), self.paths), bool))
                terms, hangs = table.setdefault(float(when[t]), nothing)
                terms[book] += month_terms[t]
                hangs[book] |= month_hangs[t]
        return table

    def measure(self, item: Measure) -> tuple[Floats, Flags]:
        """Terms of a present value or a rate of return, and where it hangs on a close decision: that of a row, or the
        sign of a flow."""
        alone = item.book == "equity"
        dates = self.run.equity_dates if alone else self.run.dates
        books = self.dated("equity") if alone else self.books
        terms = np.array([books[date][0] for date in dates]).reshape(len(dates), 1 if alone else 2, self.paths)
        hangs = np.array([books[date][1] for date in dates]).reshape(terms.shape)
        years = (np.array(dates) - self.plan.valuation) / 365.0
        before_tax = item.book == "cash"
        run = self.run
        flows = {"cash": run.cash, "all": run.cash + run.tax, "equity": run.equity}[item.book]
        gross = terms[:, 0] if before_tax else terms.sum(axis=1)
        close = (hangs[:, 0] if before_tax else hangs.any(axis=1)).any(axis=0)
        rate = self.run.values[item.rate].flat[0] if item.kind == "npv" else self.run.measure[item.name]
        with np.errstate(all="ignore"):
            weight = (1.0 + rate) ** -np.broadcast_to(years[:, None], flows.shape)
            spread = (weight * gross).sum(axis=0)
            if item.kind == "npv":
                return spread, close
            slope = np.abs((years[:, None] * weight * flows).sum(axis=0))
            edge = RESIDUE * np.abs(flows).sum(axis=0)
            sign = np.minimum(np.abs(flows), np.abs(np.abs(flows) - edge)) < CLOSE * gross
            return np.fmax(np.abs(rate), spread / slope * (1.0 + rate)), close | sign.any(axis=0)
