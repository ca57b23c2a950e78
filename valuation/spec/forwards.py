"""Expected price by month, and the refusal of one without a logarithm: forward × month_shape + month_shift +
risk_premium ≤ 0."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.factor import Factor, Forward
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Quantity
from valuation.timeline import date_of, month_number, month_start, serial

YEAR = 12


def expected_by_month(forward: Forward, premium: float, months: Iterable[int]) -> list[float]:
    """Forward at the month's start × shape + shift of the calendar month + premium, for each calendar month number.
    [unit]"""
    at = _levels(forward, months)
    shape = [quantity.canonical for quantity in forward.month_shape] or [1.0] * YEAR
    shift = [quantity.canonical for quantity in forward.month_shift] or [0.0] * YEAR
    return [level * shape[month % YEAR] + shift[month % YEAR] + premium for month, level in at.items()]


def _levels(forward: Forward, months: Iterable[int]) -> dict[int, float]:
    """Level before shape and shift, by calendar month number. [unit]"""
    level = forward.level
    days = [serial(day) if day else 0.0 for day, _ in level.steps]
    levels = [quantity.canonical for quantity in level.quantities]
    return {month: levels[max(0, bisect_right(days, month_start(month)) - 1)] for month in months}


def premium_of(contract: Contract, factor: Factor) -> float:
    """Expected spot less forward [unit]; the risk-neutral measure takes the forward as it is."""
    premium: Quantity | None = getattr(factor, "risk_premium", None)
    return premium.canonical if premium is not None and contract.measure == "real_world" else 0.0


def _has_logarithm(contract: Contract) -> Iterator[Finding]:
    """Under ``transform: log`` every month must have an expected price above 0.

    Looked at are the months from the first that a plan may hold to a year after the last date of the curve, from where
    on the calendar repeats.
    """
    first = min(_days(contract))
    for name, factor in contract.factors.items():
        forward: Any = getattr(factor, "forward", None)
        if getattr(factor, "transform", "") != "log" or forward is None:
            continue
        last = max([first, *(serial(day) for day, _ in forward.level.steps if day is not None)])
        months = range(month_number(first), month_number(last) + YEAR + 1)
        premium = premium_of(contract, factor)
        expected = dict(zip(months, expected_by_month(forward, premium, months), strict=True))
        bad = [month for month, price in expected.items() if not price > 0.0]
        if bad:
            place: Loc = ("market", "factors", name) if name in contract.market.factors else ("risks", name)
            at = _at_fault(forward, bad[0], place)
            yield Finding(at, _message(factor, expected[bad[0]], premium, bad[0]))


def _days(contract: Contract) -> Iterator[float]:
    """Days in the months that may come first in a plan: after ``as_of``, the term, the valuation, an investment."""
    yield serial(contract.market.as_of.date) + 1.0
    yield serial(contract.dates.valuation.date) + 1.0
    yield serial(contract.dates.start.date)
    for clause in contract.clauses.values():
        schedule: Any = getattr(clause, "schedule", None)
        if schedule is not None and schedule.equal is not None:
            yield serial(schedule.equal.start.date)
        elif schedule is not None and schedule.dated is not None:
            yield from (serial(day) for day, _ in schedule.dated.steps if day is not None)


def _at_fault(forward: Forward, month: int, at: Loc) -> Loc:
    """The shape where it takes the forward to 0 or below by itself, else a shift that is below 0, else the premium."""
    if forward.month_shape and forward.month_shape[month % YEAR].canonical <= 0.0:
        return (*at, "forward", "month_shape", month % YEAR)
    if forward.month_shift and forward.month_shift[month % YEAR].canonical < 0.0:
        return (*at, "forward", "month_shift", month % YEAR)
    return (*at, "risk_premium")


def _message(factor: Any, price: float, premium: float, month: int) -> str:
    forward: Forward = factor.forward
    parts = f"forward {_levels(forward, [month])[month]:.12g}"
    if forward.month_shape:
        parts += f" × month_shape {forward.month_shape[month % YEAR]}"
    if forward.month_shift:
        parts += f" + month_shift {forward.month_shift[month % YEAR].canonical:.12g}"
    if premium:
        parts += f" + risk_premium {premium:.12g}"
    return (
        f"the expected price of {date_of(month_start(month)):%Y-%m} is {price:.6g} {factor.unit} ({parts}), expected "
        "above 0 in every month under 'transform: log'; where prices may be 0 or negative use 'transform: asinh' with "
        f"a 'scale', for example 'scale: 1 {factor.unit}'"
    )


FORWARDS: dict[Check, frozenset[str]] = {_has_logarithm: frozenset({"market", "dates.start", "dates.term"})}
"""The check of this file, and the parts of the contract of which it needs everything."""
