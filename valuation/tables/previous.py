"""A run as a later one reads it, and what has changed since: the valuation bridge from the old NPV to the new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

StepKey = Literal["model", "simulation", "time", "market", "discount_rate", "risks", "terms"]
"""What changed: the program; seed and paths; the valuation date; prices, rates and correlations of the market; the
rate of discount; risks and events; everything else of the contract."""


@dataclass(frozen=True)
class CsvFile:
    """A CSV that a contract reads. ``text`` is None where it is too long for a workbook."""

    of: Literal["contract", "market"]
    name: str
    sha256: str
    text: str | None


@dataclass(frozen=True)
class RunRecord:
    """Everything that a later run needs of an earlier one.

    Money is in units of ``currency``, rates are fractions. ``contract`` is ``Contract.tree`` as canonical JSON: the
    contract and its market after scenario and ``--set``.
    """

    contract_id: str
    name: str
    view: str
    currency: str
    valuation: date
    version: str
    command: str
    seed: int
    paths: int
    digest: str
    plan_digest: str
    spec_sha256: str
    npv_base: float
    npv_mean: float
    npv_se: float
    irr_base: float | None
    irr_median: float | None
    irr_of_expected_flows: float | None
    margin_base: float | None
    contract: str
    files: tuple[CsvFile, ...]


@dataclass(frozen=True)
class ValueStep:
    """One step of the bridge [contract currency].

    ``base`` and ``mean`` are changes of the base NPV and of the mean NPV, ``se`` the standard error of the latter; None
    where it cannot be known. ``note`` says what a reader must know, as that two steps could not be told apart.
    """

    key: StepKey
    base: float
    mean: float
    se: float | None
    note: str = ""


@dataclass(frozen=True)
class TimeParts:
    """The step of time taken apart [contract currency].

    ``settled``: cash between the two valuation dates, which leaves the value as it is received or paid. ``unwinding``:
    what the value grows by at the discount rate. ``other``: the rest, as that no event struck in between.
    """

    settled: float
    unwinding: float
    other: float


@dataclass(frozen=True)
class InputChange:
    """An input that differs between the two runs, and what it does to the base NPV alone.

    ``old`` and ``new`` are numbers in ``unit`` where both are, else text as written. ``effect`` is None where the old
    contract does not take the new value alone, with the ``reason``.
    """

    key: StepKey
    path: str
    label: str
    unit: str
    old: float | str
    new: float | str
    effect: float | None
    reason: str = ""


@dataclass(frozen=True)
class ChangeLog:
    """What changed since an earlier run.

    Parameters
    ----------
    file : name of the workbook that the earlier run was read from.
    previous : the earlier run.
    steps : from its NPV to that of this run, in the order in which they are taken; where nothing changed they are 0.
    time_base, time_mean : the step of time taken apart, for both NPVs; None where the valuation date is the same, or
        where the step could not be told apart from another.
    changes : inputs that differ, the largest effect on the base NPV first.
    more, more_effect : how many changes are not listed, and what they do to the base NPV together; None where they
        cannot be made on their own.
    joint : change of the base NPV over time, market, rate, risks and terms, less the single effects; None where one of
        those is missing.
    edited : inputs that somebody has changed in that workbook since its run; this leaves them out.
    """

    file: str
    previous: RunRecord
    steps: tuple[ValueStep, ...]
    time_base: TimeParts | None
    time_mean: TimeParts | None
    changes: tuple[InputChange, ...]
    more: int
    more_effect: float | None
    joint: float | None
    edited: int = 0

    @property
    def nothing_changed(self) -> bool:
        """Whether both runs have the same inputs and the same results."""
        moved = any(step.base or step.mean or step.note for step in self.steps)
        return not moved and not self.changes
