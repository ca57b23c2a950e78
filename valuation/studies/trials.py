"""One contract run many times with other values on the same random numbers.

Every study goes this one way: values are set by path as ``--set`` does it, read and checked like the file, simulated
with one seed. A draw belongs to the name of its factor, not to its place, so two runs differ by their values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from valuation.appraisal.base import Base
from valuation.appraisal.financing.owners import is_financed
from valuation.appraisal.flows import mean_flows
from valuation.appraisal.headline import irr_summary, never_pays, struck, term_end_of
from valuation.appraisal.probability import probability
from valuation.errors import ValuationError
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import Values, once
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.run import checked_settings, listed
from valuation.simulate import Simulation, simulate
from valuation.spec import Contract, Source
from valuation.statistics.rates import rates_with_losses
from valuation.statistics.sums import Floats
from valuation.studies.owners import OwnersRun
from valuation.tables import IrrSummary, Probability

Progress = Callable[[float], None]
"""Called with the share of the paths of a run that are done, 0 to 1."""


@dataclass(frozen=True)
class Trial:
    """One run: the contract as it was read, its plan, and what every path gave."""

    contract: Contract
    plan: Plan
    simulation: Simulation
    fixed: Values
    """What no draw reaches: dates, rates, inputs."""

    @property
    def npv(self) -> Floats:
        """Net present value after tax by path [n] [contract currency]."""
        return self.simulation.measure["npv"]

    @cached_property
    def irr(self) -> Floats:
        """Internal rate of return after tax by path [n] [1/year]; −100 % where everything was lost, NaN where there is
        none: the column that its percentiles are taken of."""
        lost = never_pays(self.simulation, "irr")
        return rates_with_losses(self.simulation.measure["irr"], self.simulation.status["irr"], lost)

    @property
    def margin(self) -> Floats:
        """Life margin by path [n] [1]; NaN where there is no revenue."""
        return self.simulation.final["margin"]

    @cached_property
    def base(self) -> Base:
        """The base case: every factor at its expected value, no event."""
        return Base.of(self.plan)

    @cached_property
    def irr_summary(self) -> IrrSummary:
        """The rates as a result shows them: without a distribution where fewer than half of the paths have a rate."""
        mean = mean_flows(self.simulation, self.plan)
        return irr_summary(self.simulation, "irr", self.base.rate, mean, False, self.base.invests)

    @cached_property
    def owners(self) -> OwnersRun | None:
        """What owners and lenders read; None where the view is no borrower."""
        return OwnersRun(self.base, self.simulation) if is_financed(self.plan) else None

    @property
    def term_end(self) -> float | Floats:
        """End of the term, of the last lease where they differ, by path where it moves; where renewals may lapse the
        latest that can be [month position]."""
        return term_end_of(self.fixed.scalar, self.simulation)

    @property
    def struck(self) -> NDArray[np.bool_]:
        """Paths with an event within the term [n]."""
        return struck(self.simulation, self.term_end)

    @cached_property
    def probability(self) -> Probability:
        """Chances of a loss, of a rate below the hurdle, and of events."""
        hurdle = self.contract.hurdle.canonical
        return probability(
            self.simulation, self.term_end, hurdle, tuple(self.contract.hazards), tuple(self.contract.starts)
        )


@dataclass(frozen=True)
class Trials:
    """A contract file with what every run of a study has in common.

    Parameters
    ----------
    source : the file, read once.
    scenario, overrides, view : as of ``valuation.load_contract``; the changes of a run come on top of them.
    paths, seed, threads : of every run.
    """

    source: Source
    scenario: str | None = None
    overrides: tuple[str, ...] = ()
    view: str | None = None
    paths: int = 20_000
    seed: int = 1
    threads: int | None = None

    def __post_init__(self) -> None:
        checked_settings(self.paths, self.seed, self.threads, None)

    @classmethod
    def of(
        cls,
        contract_or_path: Contract | str | Path,
        *,
        paths: int,
        seed: int,
        threads: int | None = None,
        scenario: str | None = None,
        overrides: Iterable[str] = (),
        view: str | None = None,
    ) -> Trials:
        """The trials of a contract file, or of a contract as read, on which scenario, overrides and view come on top.

        Raises
        ------
        SpecError : a file that cannot be read.
        ValuationError : a contract that was read from no file, or settings out of range.
        """
        more = listed(overrides)
        if not isinstance(contract_or_path, Contract):
            return cls(Source.read(contract_or_path), scenario, more, view, paths, seed, threads)
        given = contract_or_path
        if not given.source_file:
            raise ValuationError("a study needs a contract that was read from a file")
        return cls(
            source=Source.read(given.source_file),
            scenario=given.scenario if scenario is None else scenario,
            overrides=(*given.overrides, *more),
            view=given.view if view is None else view,
            paths=paths,
            seed=seed,
            threads=threads,
        )

    @property
    def options(self) -> list[str]:
        """The words of a command line that ask for what the runs have in common."""
        words = ["--paths", str(self.paths), "--seed", str(self.seed)]
        if self.scenario is not None:
            words += ["--scenario", self.scenario]
        for override in self.overrides:
            words += ["--set", override]
        if self.view is not None:
            words += ["--view", self.view]
        return words

    def contract(self, changes: Mapping[str, str] | None = None) -> Contract:
        """The contract with some values changed.

        Parameters
        ----------
        changes : new values as text by path, ``{"clauses.rent.price": "140 USD/kW/month"}``.

        Raises
        ------
        SpecError : a path that meets nothing, or a value that the contract does not take.
        """
        settings = [f"{path}={value}" for path, value in (changes or {}).items()]
        return self.source.contract(self.scenario, (*self.overrides, *settings), self.view)

    def run(self, changes: Mapping[str, str] | None = None, *, progress: Progress | None = None) -> Trial:
        """The contract with some values changed, simulated on the random numbers that all runs share.

        Another scenario, view or seed is another ``Trials``: ``replace(trials, view="tenant").run()``.

        Parameters
        ----------
        changes : as of ``contract``.
        progress : called with the share of the paths that are done.
        """
        return self.trial(self.contract(changes), progress=progress)

    def trial(self, contract: Contract, *, events: bool = True, progress: Progress | None = None) -> Trial:
        """The run of a contract that ``contract`` gave.

        Parameters
        ----------
        events : False leaves out every hazard.
        """
        plan = resolve(contract, events=events)
        done = None if progress is None else lambda count: progress(count / self.paths)
        fixed = once(plan)
        run = simulate(assemble(plan, fixed), paths=self.paths, seed=self.seed, threads=self.threads, progress=done)
        return Trial(contract, plan, run, fixed)
