"""Programs valued for the bridge: base case and paths, each program once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from valuation.appraisal.base import Base
from valuation.appraisal.flows import Flows, mean_flows
from valuation.plan.assemble import assemble
from valuation.plan.model import Plan
from valuation.simulate import simulate
from valuation.statistics.sums import Floats, mean_and_error


@dataclass(frozen=True)
class Outcome:
    """A program's base NPV, its NPV by path [n], and its cash by date in both cases [contract currency]."""

    base_npv: float
    npv: Floats
    base_flows: Flows
    mean_flows: Flows
    rate: float
    mean: float
    se: float

    @classmethod
    def of(cls, base: Base, npv: Floats, mean: Flows) -> Outcome:
        """Of a program that has run."""
        average, error, _ = mean_and_error(npv)
        return cls(base.npv, npv, base.flows, mean, base.rate, average, error)


@dataclass
class Runs:
    """Runs of programs on the same draws. ``known`` holds what has run already, by digest of the program.

    ``progress`` gives for the number of a run, from 0, what is called with its paths done.
    """

    paths: int
    seed: int
    threads: int | None
    chunk: int | None
    known: dict[str, Outcome] = field(default_factory=dict)
    progress: Callable[[int], Callable[[int], None] | None] | None = None
    count: int = 0

    def of(self, plan: Plan) -> Outcome:
        """What a program gives on the draws of the run."""
        if plan.digest not in self.known:
            self.known[plan.digest] = self.with_draws(plan, self.paths, self.seed)
        return self.known[plan.digest]

    def with_draws(self, plan: Plan, paths: int, seed: int) -> Outcome:
        """What a program gives on other draws."""
        npv = tuple(measure for measure in plan.measures if measure.name == "npv")
        lean = replace(plan, payments=plan.project_payments, measures=npv, records=())
        done = None if self.progress is None else self.progress(self.count)
        self.count += 1
        run = simulate(assemble(lean), paths=paths, seed=seed, threads=self.threads, chunk=self.chunk, progress=done)
        return Outcome.of(Base.of(plan), run.measure["npv"], mean_flows(run, plan))
