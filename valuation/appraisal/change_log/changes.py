"""The inputs that differ between two runs, each with what it does to the base NPV alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from valuation.appraisal.base import Base
from valuation.appraisal.change_log.differences import (
    CSV,
    Difference,
    applied,
    differences,
    shown,
)
from valuation.appraisal.change_log.parts import Inputs, step_of
from valuation.appraisal.ranges import first_fault
from valuation.errors import ValuationError
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.tables import Assumption, InputChange, StepKey

MOST = 40
"""Changes that are made one at a time and listed; the rest are made together."""


@dataclass(frozen=True)
class Start:
    """The contract on which changes are made one at a time: its inputs, program and base NPV [contract currency]."""

    inputs: Inputs
    plan: Plan
    npv: float


@dataclass(frozen=True)
class Changes:
    """``listed``: the largest effect first. ``more``: how many more there are, ``more_effect``: what they do together;
    None where they cannot be made on their own."""

    listed: tuple[InputChange, ...]
    more: int
    more_effect: float | None

    @property
    def total(self) -> float | None:
        """The single effects added up; None where one is missing."""
        effects = [one.effect for one in self.listed] + ([self.more_effect] if self.more else [])
        known = [effect for effect in effects if effect is not None]
        return sum(known) if len(known) == len(effects) else None


def input_changes(
    old: Inputs, new: Inputs, start: Start | None, words: tuple[Mapping[str, Assumption], Mapping[str, Assumption]]
) -> Changes:
    """The changes, but for the valuation date, which is a step of its own.

    Parameters
    ----------
    start : the old contract at the new valuation date, or at its own; None where neither can be valued any more.
    words : the assumptions of the old and the new run by path.
    """
    found = differences(old, new)
    listed = [_change(one, start, words) for one in found[:MOST]]
    listed.sort(key=lambda one: -abs(one.effect or 0.0))
    rest = found[MOST:]
    return Changes(tuple(listed), len(rest), _effect(rest, start)[0] if rest else 0.0)


def _change(
    one: Difference, start: Start | None, words: tuple[Mapping[str, Assumption], Mapping[str, Assumption]]
) -> InputChange:
    effect, reason = _effect([one], start)
    was, now = (known.get(one.path) for known in words)
    key = _key(one)
    label = (now or was).label if now or was else _label(one)  # type: ignore[union-attr]
    if was and now and was.unit == now.unit and _both_numbers(was, now):
        return InputChange(key, one.path, label, now.unit, was.value, now.value, effect, reason)
    if one.loc[0] == CSV:
        return InputChange(key, one.path, label, "", _lines(one.old), _lines(one.new), effect, reason)
    return InputChange(key, one.path, label, "", shown(one.old), shown(one.new), effect, reason)


def _both_numbers(was: Assumption, now: Assumption) -> bool:
    return isinstance(was.value, float | int) and isinstance(now.value, float | int)


def _key(one: Difference) -> StepKey:
    if one.loc[0] == CSV:
        return "market" if one.loc[1] == "market" else "terms"
    return step_of(one.loc)


def _label(one: Difference) -> str:
    if one.loc[0] == CSV:
        return f"File {one.loc[2]}"
    text = " ".join(str(part) for part in one.loc if part != "value").replace("_", " ")
    return text[:1].upper() + text[1:]


def _lines(text: object) -> str:
    return f"{len(text.splitlines()):,} lines" if isinstance(text, str) else "not there"


def _effect(many: Iterable[Difference], start: Start | None) -> tuple[float | None, str]:
    """What some changes together do to the base NPV, or why they cannot be made."""
    if start is None:
        return None, "the old contract cannot be valued by this program"
    inputs = start.inputs
    try:
        for one in many:
            inputs = applied(inputs, one)
        plan = resolve(inputs.source("old contract").contract())
        return (0.0 if plan.digest == start.plan.digest else Base.of(plan).npv - start.npv), ""
    except ValuationError as error:
        return None, f"not alone: {first_fault(error)}"
    except (LookupError, TypeError):
        return None, "not alone: it belongs to something that is new"
