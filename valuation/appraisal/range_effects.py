"""The base NPV at both ends of every stated range: how much each input matters, one at a time.

Most inputs are numbers of the program, so that only the rows that they reach are computed again. A date or a duration
also decides how long the program is: there the contract is read and lowered anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.appraisal.base import Base
from valuation.appraisal.what_if import WhatIf
from valuation.errors import SpecError, ValuationError
from valuation.plan.evaluate import base_case_again, read_by
from valuation.plan.model import Input
from valuation.resolve import resolve
from valuation.spec.load import Source
from valuation.tables import Assumption, RangeEffect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from valuation.spec.contract import Contract

LAY_THE_GRID = ("date", "days", "months", "quarters", "years")
"""Units of inputs that may decide how many months the program has."""

ROUNDING = 1e-12
"""Share of the gross cash that two NPVs may differ by though nothing changed."""


@dataclass(frozen=True)
class _Ends:
    """An input and the ends of its range, as a report shows them and as the file would write them."""

    input: Input
    shown: tuple[float | str, float | str]
    written: tuple[str, str]
    canonical: tuple[float, float]


def range_effects(contract: Contract, base: Base, listed: tuple[Assumption, ...]) -> tuple[RangeEffect, ...]:
    """Every input of the program with a stated range, the widest swing first; equal ones in the order of the file.

    Inputs that reach no payment of the base case, as a volatility does, are listed with an NPV that does not change.

    Parameters
    ----------
    listed : the assumptions of the run, for words and units.
    """
    known = {one.path: one for one in listed}
    found = []
    for item in base.plan.inputs:
        path = item.origin.path or item.name
        ends = _ends(item, known[path]) if path in known else None
        if ends is not None:
            found.append(_effect(contract, base, known[path], ends))
    npv = base.npv
    return tuple(sorted(found, key=lambda one: -one.swing(npv)))


def _ends(item: Input, one: Assumption) -> _Ends | None:
    low, high = item.origin.low, item.origin.high
    if low is None or high is None:
        return None
    if item.unit == "date":
        days = tuple(timeline.date_of(float(round(end))).isoformat() for end in (low, high))
        return _Ends(item, (days[0], days[1]), (days[0], days[1]), (low, high))
    if one.low is None or one.high is None:
        return None
    scale = 100.0 if one.unit.startswith("%") else 1.0
    texts = tuple(f"{end * scale:.12g} {one.unit}".rstrip() for end in (one.low, one.high))
    return _Ends(item, (one.low, one.high), (texts[0], texts[1]), (low, high))


def _effect(contract: Contract, base: Base, one: Assumption, ends: _Ends) -> RangeEffect:
    npvs, reason = _npvs(contract, base, one.path, ends)
    return RangeEffect(
        one.path, one.label, one.section, one.unit, one.value, *ends.shown, one.status, one.source, *npvs, reason
    )


def _npvs(contract: Contract, base: Base, path: str, ends: _Ends) -> tuple[tuple[float | None, float | None], str]:
    """The base NPV at both ends, and why there is none at one."""
    name = ends.input.name
    touched = read_by(base.plan, [name])
    paid = {row for payment in base.plan.project_payments for row in (payment.row, payment.date)}
    if not touched & {*paid, "rates.discount"}:
        return (base.npv, base.npv), ""
    if ends.input.unit in LAY_THE_GRID and not (_of_event(path) and _unmoved(base, name, ends.canonical)):
        return _anew(contract, path, ends.written)
    low, high = _again(base, name, ends.canonical, "rates.discount" in touched)
    return (low, high), ""


def _of_event(path: str) -> bool:
    """Whether a duration says what an event does, which the base case does not have."""
    return path.startswith("risks.") or ".survives." in path


def _unmoved(base: Base, name: str, ends: tuple[float, float]) -> bool:
    return all(npv == base.npv for npv in _again(base, name, ends, False))


def _again(base: Base, name: str, ends: tuple[float, float], discounts: bool) -> tuple[float, float]:
    """The base NPV at both ends of an input of the program; exactly that of the base case where nothing changed."""
    study = None if discounts else WhatIf(base, name)
    noise = ROUNDING * sum(abs(amount) for amount in base.flows.net)
    npvs = [_discounted(base, name, end) if study is None else study.npv({name: end}) for end in ends]
    low, high = (base.npv if abs(npv - base.npv) <= noise else npv for npv in npvs)
    return low, high


def _discounted(base: Base, name: str, value: float) -> float:
    """The base NPV with another value of an input that moves the discount rate."""
    inputs = tuple(replace(item, value=value) if item.name == name else item for item in base.plan.inputs)
    plan = replace(base.plan, inputs=inputs)
    return Base(plan, base_case_again(plan, base.values, [name])).npv


def _anew(contract: Contract, path: str, texts: tuple[str, str]) -> tuple[tuple[float | None, float | None], str]:
    """The base NPV of the contract read again with other values."""
    source, found, reason = Source.of(contract), list[float | None](), ""
    for text in texts:
        try:
            found.append(npv_of(source, {path: text}))
        except ValuationError as error:
            found.append(None)
            reason = reason or first_reason(error)
    return (found[0], found[1]), reason


def npv_of(source: Source, changes: Mapping[str, str]) -> float:
    """The base NPV of a contract with some values set by path [contract currency].

    Raises
    ------
    SpecError : values that the contract does not take.
    """
    return Base.of(resolve(source.contract(None, [f"{path}={text}" for path, text in changes.items()]))).npv


def first_reason(error: ValuationError) -> str:
    """The first fault in one line, without the place in the file."""
    if isinstance(error, SpecError):
        first = error.problems[0]
        return f"{first.path}: {first.message}" if first.path else first.message
    return str(error).splitlines()[0]
