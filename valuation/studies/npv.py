"""NPV by path of a plan that a study has changed, with the paths and the seed that all its runs share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from valuation.appraisal.base import Base
from valuation.plan.assemble import assemble
from valuation.plan.model import Plan
from valuation.simulate import simulate
from valuation.statistics.sums import Floats


@dataclass(frozen=True)
class Runs:
    """What every run of a study has in common."""

    paths: int
    seed: int
    threads: int | None = None

    def npv(self, plan: Plan) -> Floats:
        """NPV after tax by path [n] [contract currency]; nothing else of the plan is computed."""
        if not any(payment.row in plan.hot for payment in plan.payments):
            return np.full(self.paths, Base.of(plan).npv)
        lean = replace(plan, measures=tuple(m for m in plan.measures if m.name == "npv"), records=())
        run = simulate(assemble(lean), paths=self.paths, seed=self.seed, threads=self.threads)
        return run.measure["npv"]
