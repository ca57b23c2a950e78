"""The bridge from the NPV of an earlier run to that of this one, one kind of change after the other.

This program values the old contract, then the old contract at the new date, then with the new market, and so on; the
last is the run itself. All on the draws of the run, so that the differences have small standard errors.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import valuation
from valuation.appraisal.assumptions import assumptions
from valuation.appraisal.base import Base
from valuation.appraisal.change_log.changes import Start, input_changes
from valuation.appraisal.change_log.parts import IN_ORDER, Inputs, half_new
from valuation.appraisal.change_log.runs import Outcome, Runs
from valuation.appraisal.change_log.time import time_parts
from valuation.appraisal.ranges import first_fault
from valuation.errors import ValuationError
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.spec.context import CsvTexts
from valuation.spec.contract import Contract
from valuation.statistics.sums import paired_difference
from valuation.tables import Assumption, ChangeLog, RunRecord, StepKey, TimeParts, ValueStep

LARGEST = 4
"""The old run is made again with its own draws where it has at most so many times the paths of this one."""

ROUNDING = 1e-12
"""Share of the changes below which a rest is rounding."""

NAMES: dict[StepKey, str] = {
    "model": "model",
    "simulation": "seed and paths",
    "time": "time",
    "market": "price curve and market",
    "discount_rate": "discount rate",
    "risks": "risks",
    "terms": "contract terms",
}


@dataclass(frozen=True)
class Stage:
    """The program after a step; None where the half-new contract cannot be valued, with the reason."""

    key: StepKey
    inputs: Inputs
    plan: Plan | None
    reason: str = ""


@dataclass(frozen=True)
class Bridge:
    """The programs from an earlier run to this one.

    Parameters
    ----------
    file : name of the workbook of the earlier run.
    stages : the old contract, then half-new ones after each step; the last is the run itself.
    """

    file: str
    record: RunRecord
    old: Inputs
    new: Inputs
    stages: tuple[Stage, ...]

    @classmethod
    def between(cls, file: str, record: RunRecord, contract: Contract, plan: Plan) -> Bridge:
        """From an earlier run of the same contract, view and currency to a contract and its program."""
        old, new = inputs_of(record), Inputs(contract.tree, contract.texts)
        return cls(file, record, old, new, tuple(_stages(old, new, plan)))

    @property
    def runs(self) -> int:
        """Simulations that it needs at most, beside that of the run itself."""
        last = self.stages[-1].plan
        digests = {stage.plan.digest for stage in self.stages if stage.plan is not None}
        return len(digests - {"" if last is None else last.digest}) + 1


def change_log(bridge: Bridge, outcome: Outcome, listed: tuple[Assumption, ...], runs: Runs) -> ChangeLog:
    """What changed since an earlier run.

    Parameters
    ----------
    outcome : of this run.
    listed : its assumptions.
    runs : on the draws of this run.
    """
    old, new, stages, record = bridge.old, bridge.new, bridge.stages, bridge.record
    if (last := stages[-1].plan) is not None:
        runs.known[last.digest] = outcome
    begin = _begin(record, stages[0], runs)
    steps = list(begin.steps)
    at, waiting = begin.outcome, list[Stage]() if begin.outcome else [stages[0]]
    place = (record.npv_base, record.npv_mean)  # where the bridge stands while the old contract cannot be valued
    parts: tuple[TimeParts, TimeParts] | None = None
    before = stages[0].plan
    for stage in stages[1:]:
        if stage.plan is None:
            waiting.append(stage)
            steps.append(ValueStep(stage.key, 0.0, 0.0, 0.0, _merged(stage)))
            continue
        if at is not None and before is not None and stage.plan.digest == before.digest:
            steps.append(ValueStep(stage.key, 0.0, 0.0, 0.0))
        else:
            after = runs.of(stage.plan)
            steps.append(_step(stage.key, at, after, place, waiting))
            if stage.key == "time" and at is not None and not waiting:
                to = stage.plan.valuation
                parts = (
                    time_parts(at.base_flows, at.rate, to, steps[-1].base),
                    time_parts(at.mean_flows, at.rate, to, steps[-1].mean),
                )
            at = after
        before, waiting = stage.plan, []
    changes = input_changes(old, new, _start(stages, runs), _words(stages[0], listed))
    total, single = sum(step.base for step in steps if step.key in IN_ORDER[1:]), changes.total
    can_add = single is not None and all(stage.plan is not None for stage in stages[:2])
    return ChangeLog(
        file=bridge.file,
        previous=record,
        steps=tuple(steps),
        time_base=None if parts is None else parts[0],
        time_mean=None if parts is None else parts[1],
        changes=changes.listed,
        more=changes.more,
        more_effect=changes.more_effect if changes.more else 0.0,
        joint=_joint(total, single) if can_add and single is not None else None,
    )


def _joint(total: float, single: float) -> float:
    """What changes do only together; 0 where it is rounding."""
    return 0.0 if abs(total - single) <= ROUNDING * max(abs(total), abs(single)) else total - single


def inputs_of(record: RunRecord) -> Inputs:
    """What the earlier run read, as far as its record holds it."""
    texts: dict[str, dict[str, str]] = {"contract": {}, "market": {}}
    for one in record.files:
        if one.text is not None:
            texts[one.of][one.name] = one.text
    return Inputs(json.loads(record.contract), CsvTexts(texts["contract"], texts["market"]))


def _stages(old: Inputs, new: Inputs, plan: Plan) -> list[Stage]:
    """The old contract, and the half-new ones after each step; the last is the run itself."""
    stages: list[Stage] = []
    for count in range(len(IN_ORDER) + 1):
        key = IN_ORDER[count - 1] if count else "model"
        inputs = half_new(old, new, IN_ORDER[:count]) if count else old
        if count == len(IN_ORDER) or inputs.text == new.text:
            stages.append(Stage(key, new, plan))
            continue
        if stages and stages[-1].inputs.text == inputs.text:
            stages.append(Stage(key, inputs, stages[-1].plan, stages[-1].reason))
            continue
        try:
            stages.append(Stage(key, inputs, resolve(inputs.source("old contract").contract())))
        except ValuationError as error:
            stages.append(Stage(key, inputs, None, first_fault(error)))
    return stages


@dataclass(frozen=True)
class _Begin:
    """The first steps, of the program and of the draws, and the old contract as this program values it."""

    steps: tuple[ValueStep, ...]
    outcome: Outcome | None


def _begin(record: RunRecord, stage: Stage, runs: Runs) -> _Begin:
    same_draws = (record.seed, record.paths) == (runs.seed, runs.paths)
    if stage.plan is None:
        note = f"this program does not read the old contract ({stage.reason}), so that this is part of the next step"
        return _Begin((ValueStep("model", 0.0, 0.0, 0.0, note), ValueStep("simulation", 0.0, 0.0, 0.0)), None)
    now = runs.of(stage.plan)
    base = now.base_npv - record.npv_base
    same_program = stage.plan.digest == record.plan_digest and record.version == valuation.__version__
    if same_program:
        model = ValueStep("model", base, 0.0, 0.0)
        return _Begin((model, _of_draws(record, now.mean - record.npv_mean, now, runs)), now)
    if same_draws:
        error = math.hypot(record.npv_se, now.se) if now.mean != record.npv_mean else 0.0
        note = "at most, as the draws are the same" if error else ""
        model = ValueStep("model", base, now.mean - record.npv_mean, error, note)
        return _Begin((model, ValueStep("simulation", 0.0, 0.0, 0.0)), now)
    if record.paths > LARGEST * runs.paths:
        error = math.hypot(record.npv_se, now.se)
        note = f"holds the change of seed and paths too: the old run has {record.paths:,} paths"
        model = ValueStep("model", base, now.mean - record.npv_mean, error, note)
        return _Begin((model, ValueStep("simulation", 0.0, 0.0, 0.0)), now)
    again = runs.with_draws(stage.plan, record.paths, record.seed)
    change = again.mean - record.npv_mean
    error = math.hypot(record.npv_se, again.se) if change else 0.0
    model = ValueStep("model", base, change, error, "at most, as the draws are the same" if error else "")
    return _Begin((model, _of_draws(record, now.mean - again.mean, now, runs)), now)


def _of_draws(record: RunRecord, change: float, now: Outcome, runs: Runs) -> ValueStep:
    """The step of another seed or another number of paths: what one run differs from another by chance.

    Runs of one seed share their first paths: the variance of the difference of their means is that of the one less
    that of the other.
    """
    if (record.seed, record.paths) == (runs.seed, runs.paths):
        return ValueStep("simulation", 0.0, change, 0.0 if change == 0.0 else None)
    if record.seed == runs.seed:
        error = math.sqrt(abs(record.npv_se**2 - now.se**2))
    else:
        error = math.hypot(record.npv_se, now.se)
    return ValueStep("simulation", 0.0, change, error)


def _step(
    key: StepKey, before: Outcome | None, after: Outcome, place: tuple[float, float], waiting: list[Stage]
) -> ValueStep:
    note = "" if not waiting else f"holds also: {', '.join(NAMES[one.key] for one in waiting)}"
    if before is None:
        return ValueStep(key, after.base_npv - place[0], after.mean - place[1], None, note)
    change, error = paired_difference(after.npv, before.npv)
    return ValueStep(key, after.base_npv - before.base_npv, change, error, note)


def _merged(stage: Stage) -> str:
    return f"cannot be told apart ({stage.reason}); it is part of the next step"


def _start(stages: tuple[Stage, ...], runs: Runs) -> Start | None:
    """The old contract at the new date, else at its own."""
    found = next((stage for stage in (stages[1], stages[0]) if stage.plan is not None), None)
    if found is None or found.plan is None:
        return None
    known = runs.known.get(found.plan.digest)
    return Start(found.inputs, found.plan, Base.of(found.plan).npv if known is None else known.base_npv)


def _words(first: Stage, listed: tuple[Assumption, ...]) -> tuple[dict[str, Assumption], dict[str, Assumption]]:
    new = {one.path: one for one in listed}
    if first.plan is None:
        return {}, new
    contract = first.inputs.source("old contract").contract()
    return {one.path: one for one in assumptions(contract, first.plan)}, new
