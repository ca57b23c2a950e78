"""NPV by path of plans that a study has changed, and what a change makes of the NPV of the contract as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from valuation.appraisal.base import Base
from valuation.plan.assemble import assemble
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec import Contract
from valuation.statistics.sums import Floats, mean_and_error, paired_difference
from valuation.studies.trials import Trials
from valuation.tables.sensitivity import NpvPoint


@dataclass(frozen=True)
class Runs:
    """What every run of a study has in common."""

    paths: int
    seed: int
    threads: int | None = None

    def npv(self, plan: Plan) -> Floats:
        """NPV after tax by path [n] [contract currency]; nothing else of the plan is computed."""
        paid = plan.project_payments
        if not any(payment.row in plan.hot for payment in paid):
            return np.full(self.paths, Base.of(plan).npv)
        lean = replace(plan, payments=paid, measures=tuple(m for m in plan.measures if m.name == "npv"), records=())
        run = simulate(assemble(lean), paths=self.paths, seed=self.seed, threads=self.threads)
        return run.measure["npv"]


@dataclass(frozen=True)
class Unchanged:
    """The contract as it stands, with which each of its changes is compared.

    Parameters
    ----------
    trials : the file, and what all runs have in common.
    simulated : False leaves the mean NPV out; a base NPV alone takes no paths.
    """

    trials: Trials
    simulated: bool = True

    @cached_property
    def contract(self) -> Contract:
        """The contract."""
        return self.trials.contract()

    @cached_property
    def plan(self) -> Plan:
        """Its plan."""
        return resolve(self.contract)

    @cached_property
    def base(self) -> Base:
        """Its base case."""
        return Base.of(self.plan)

    @property
    def runs(self) -> Runs:
        """Paths, seed and threads of every run."""
        return Runs(self.trials.paths, self.trials.seed, self.trials.threads)

    @cached_property
    def npv(self) -> Floats:
        """Its NPV after tax by path [n] [contract currency]."""
        return self.runs.npv(self.plan)

    def point(self, changes: Mapping[str, str], shown: str) -> NpvPoint:
        """The NPV with some values changed.

        The contract is read and lowered anew, for not every input reaches the plan as a row of its own: a volatility
        or a date changes numbers that lowering derives.

        Parameters
        ----------
        changes : new values as text by path.
        shown : how a report names them.

        Raises
        ------
        SpecError : a value that the contract does not take.
        """
        return self.point_of(resolve(self.trials.contract(changes)), shown)

    def point_of(self, plan: Plan, shown: str) -> NpvPoint:
        """The NPV of a changed plan."""
        base = Base.of(plan).npv
        change = base - self.base.npv
        if not self.simulated:
            return NpvPoint(shown, base, change, None, None, None)
        npv = self.runs.npv(plan)
        return NpvPoint(shown, base, change, mean_and_error(npv)[0], *paired_difference(npv, self.npv))

    def as_it_stands_at(self, shown: str) -> NpvPoint:
        """The NPV with nothing changed, for an end of a range at which the value stands already."""
        if not self.simulated:
            return NpvPoint(shown, self.base.npv, 0.0, None, None, None)
        return NpvPoint(shown, self.base.npv, 0.0, mean_and_error(self.npv)[0], 0.0, 0.0)
