"""NPV by path of plans that a study has changed, and what a change makes of the NPV of the contract as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from valuation.appraisal.base import Base
from valuation.appraisal.financing.owners import OwnersCase
from valuation.plan.assemble import assemble
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec import Contract
from valuation.statistics.sums import Floats, mean_and_error, paired_difference
from valuation.studies.trials import Trials
from valuation.tables.sensitivity import NpvPoint

Whose: TypeAlias = Literal["npv", "npv_equity"]
"""NPV of the project, or of its owners after debt."""


@dataclass(frozen=True)
class Runs:
    """What every run of a study has in common."""

    paths: int
    seed: int
    threads: int | None = None
    of: Whose = "npv"

    def paid(self, plan: Plan) -> Plan:
        """The plan with the payments alone that the NPV is made of: those of the project, or of its owners."""
        if self.of == "npv":
            return replace(plan, payments=plan.project_payments)
        return replace(plan, payments=tuple(p for p in plan.payments if p.book == "equity"))

    def base(self, plan: Plan) -> float:
        """NPV of the base case [contract currency]."""
        base = Base.of(plan)
        return base.npv if self.of == "npv" else OwnersCase.of(base).npv

    def npv(self, plan: Plan) -> Floats:
        """NPV after tax by path [n] [contract currency]; nothing else of the plan is computed."""
        paid = self.paid(plan)
        if not any(payment.row in plan.hot for payment in paid.payments):
            return np.full(self.paths, self.base(plan))
        lean = replace(paid, measures=tuple(m for m in plan.measures if m.name == self.of), records=())
        run = simulate(assemble(lean), paths=self.paths, seed=self.seed, threads=self.threads)
        return run.measure[self.of]


@dataclass(frozen=True)
class Unchanged:
    """The contract as it stands, with which each of its changes is compared.

    Parameters
    ----------
    trials : the file, and what all runs have in common.
    simulated : False leaves the mean NPV out; a base NPV alone takes no paths.
    of : whose NPV is compared.
    """

    trials: Trials
    simulated: bool = True
    of: Whose = "npv"

    @cached_property
    def contract(self) -> Contract:
        """The contract."""
        return self.trials.contract()

    @cached_property
    def plan(self) -> Plan:
        """Its plan."""
        return resolve(self.contract)

    @cached_property
    def base_npv(self) -> float:
        """NPV of its base case [contract currency]."""
        return self.runs.base(self.plan)

    @property
    def runs(self) -> Runs:
        """Paths, seed and threads of every run, and what is measured."""
        return Runs(self.trials.paths, self.trials.seed, self.trials.threads, self.of)

    @cached_property
    def npv(self) -> Floats:
        """Its NPV after tax by path [n] [contract currency]."""
        return self.runs.npv(self.plan)

    def point(self, changes: Mapping[str, str], shown: str, *, keep_loans: bool = False) -> NpvPoint:
        """The NPV with some values changed.

        The contract is read and lowered anew, for not every input reaches the plan as a row of its own: a volatility
        or a date changes numbers that lowering derives.

        Parameters
        ----------
        changes : new values as text by path.
        shown : how a report names them.
        keep_loans : whether loans stay as they are sized on the contract as it stands.

        Raises
        ------
        SpecError : a value that the contract does not take.
        ValuationError : one at which its loans cannot be sized.
        """
        loans = self.plan.solved if keep_loans else None
        return self.point_of(resolve(self.trials.contract(changes), debt=loans), shown)

    def point_of(self, plan: Plan, shown: str) -> NpvPoint:
        """The NPV of a changed plan."""
        base = self.runs.base(plan)
        change = base - self.base_npv
        if not self.simulated:
            return NpvPoint(shown, base, change, None, None, None)
        npv = self.runs.npv(plan)
        return NpvPoint(shown, base, change, mean_and_error(npv)[0], *paired_difference(npv, self.npv))

    def as_it_stands_at(self, shown: str) -> NpvPoint:
        """The NPV with nothing changed, for an end of a range at which the value stands already."""
        if not self.simulated:
            return NpvPoint(shown, self.base_npv, 0.0, None, None, None)
        return NpvPoint(shown, self.base_npv, 0.0, mean_and_error(self.npv)[0], 0.0, 0.0)
