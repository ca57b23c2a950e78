"""What a run gives of its financing: the owners' NPV and rate of return, cover, and what was lent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from valuation.appraisal.base import Base
from valuation.appraisal.financing.cover import average_by_path, by_path, rounding
from valuation.appraisal.financing.loans import solved_of
from valuation.appraisal.financing.owners import OwnersCase, owners_rates
from valuation.appraisal.flows import added
from valuation.appraisal.headline import never_pays
from valuation.plan.solved import SolvedLoan
from valuation.simulate import Simulation
from valuation.statistics.rates import rates_with_losses
from valuation.statistics.sums import Floats, share
from valuation.tables import IrrSummary


@dataclass(frozen=True)
class OwnersRun:
    """One run from the borrower's side, as its owners and lenders read it."""

    base: Base
    simulation: Simulation

    @cached_property
    def case(self) -> OwnersCase:
        """The owners' cash in the base case."""
        return OwnersCase.of(self.base)

    @property
    def npv(self) -> Floats:
        """The owners' net present value by path [n] [contract currency]."""
        return self.simulation.measure["npv_equity"]

    @cached_property
    def irr(self) -> Floats:
        """Their rate of return by path [n] [1/year], as ``Trial.irr`` has that of the project."""
        run, name = self.simulation, "irr_equity"
        return rates_with_losses(run.measure[name], run.status[name], never_pays(run, name))

    @cached_property
    def rates(self) -> IrrSummary:
        """Their rates as a result shows them: without a distribution where fewer than half of the paths have one."""
        return owners_rates(self.base, self.simulation)

    def cover(self, name: str) -> Floats:
        """``dscr_min``, ``dscr_average``, ``llcr`` or ``plcr`` of the paths that have it [1]."""
        if name == "dscr_average":
            return average_by_path(self.simulation, rounding(self.base))
        return by_path(self.simulation, name)

    def share_in(self, name: str, lock_up: float | None = None) -> float | None:
        """Share of the paths in ``default``, or ``locked_up`` with a cover below the lock-up; None without loans.

        Parameters
        ----------
        lock_up : cover below which nothing is distributed [1]; None without such a covenant.
        """
        final = self.simulation.final
        if name == "default":
            return share(final[name] > 0.0)[0] if name in final else None
        return None if lock_up is None or "dscr_min" not in final else share(final["dscr_min"] < lock_up)[0]

    @property
    def loans(self) -> tuple[SolvedLoan, ...]:
        """The loans as they were sized on the base case of this run."""
        return solved_of(self.base).loans

    @property
    def lent(self) -> float:
        """What they lend together [contract currency]."""
        return added(loan.amount for loan in self.loans)
