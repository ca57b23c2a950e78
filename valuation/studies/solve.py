"""Solve: the value of one number of the contract at which a result is what is wanted.

Every value is tried on the same random numbers, so that the result is a plain function of the number, without noise
between two values. The standard error of the solution is that of the result at the solution over the slope (delta
method): se(x) = se(result)/|d result/dx|.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import valuation
from valuation.errors import ValuationError
from valuation.sizing.refusals import CannotSize
from valuation.spec import Contract
from valuation.statistics.distribution import distribution
from valuation.statistics.sums import mean_and_error
from valuation.studies.bracket import Search
from valuation.studies.results import NoTarget, chance
from valuation.studies.root import Root, root
from valuation.studies.solve_remarks import no_solution, remarks
from valuation.studies.target import Met, Target, read_target
from valuation.studies.trials import Progress, Trial, Trials
from valuation.studies.varied import Varied, varied
from valuation.tables import Solution, Standing

PATHS, SEED = 20_000, 1
"""Paths of each run and seed, where nothing else is asked for: a dozen runs take as long as one of 240,000 paths."""

EXACT = 1e-9
"""Share of the gap at the ends of a bracket that counts as none."""

APART = 3.0
"""Standard errors of the solution on each side of it at which the slope is measured."""

MOST_SOLUTIONS = 3

_USUAL_RUNS = 14


def solve(
    contract_or_path: Contract | str | Path,
    vary: str,
    to: str,
    *,
    between: Sequence[float | str] | None = None,
    paths: int = PATHS,
    seed: int = SEED,
    threads: int | None = None,
    view: str | None = None,
    scenario: str | None = None,
    overrides: Iterable[str] = (),
    progress: Progress | None = None,
) -> Solution:
    """The value of a number at which a result is what is wanted.

    Parameters
    ----------
    contract_or_path : a contract file, or a contract read from one.
    vary : path of the number, ``clauses.rent.price``; of values by date, whose common factor is then solved for.
    to : the target, ``npv.mean = 0``, ``irr.p50 = 12 %/year``, ``probability.npv_negative = 10 %``.
    between : lowest and highest value to try [unit of the file, or written with a unit]; by default the stated range
        and outward from it.
    paths, seed, threads : of every run, all on the same random numbers.
    view, scenario, overrides : as of ``valuation.value``.
    progress : called with the share of the runs that is done, by estimate.

    Raises
    ------
    SpecError : a contract or path that cannot be valued as written.
    ValuationError : no such target, a number that moves nothing, or no solution where it was looked for.
    """
    trials = Trials.of(
        contract_or_path, paths=paths, seed=seed, threads=threads, scenario=scenario, overrides=overrides, view=view
    )
    return solve_trials(trials, vary, to, between=between, progress=progress)


def solve_trials(
    trials: Trials,
    vary: str,
    to: str,
    *,
    between: Sequence[float | str] | None = None,
    progress: Progress | None = None,
) -> Solution:
    """``solve`` on trials at hand."""
    contract = trials.contract()
    number, target = varied(contract, vary), read_target(to, contract)
    ends = None if between is None else _ends(number, between)
    study = Study(trials, number, target, progress)
    search = Search(number, study.met)
    if ends is None:
        search.outward()
    else:
        search.between(*ends)
    if not search.changes_of_sign() and search.both_ways:
        search.between_neighbours()
    brackets = search.changes_of_sign()
    if not brackets:
        raise ValuationError(no_solution(search, target, lambda x: study.run(number.settings(x)), ends is not None))
    brackets.sort(key=lambda ab: min(abs(x - number.stated) for x in ab))
    found = [_root(search, target, bracket) for bracket in brackets[:MOST_SOLUTIONS]]
    found = [(one, scale) for k, (one, scale) in enumerate(found) if one.x not in [x.x for x, _ in found[:k]]]
    found.sort(key=lambda one: abs(one[0].x - number.stated))
    (best, scale), *others = found
    met = search.tried[best.x]
    slope = _slope(search, best, met, ends)
    se = _error(met, slope)
    at_value = study.run(number.settings(best.x))
    command = ["valuate", "solve", contract.source_file, "--vary", vary, "--to", to]
    if between is not None:
        command += ["--between", *(f"{end!r}" if isinstance(end, float) else str(end) for end in between)]
    return Solution(
        path=number.path,
        unit=number.unit,
        value=best.x,
        se=se,
        stated=number.stated,
        low=number.low,
        high=number.high,
        target=target.text,
        result=target.label,
        wanted=target.wanted,
        reached=met.reached,
        result_unit=target.unit,
        slope=slope,
        others=tuple(one.x for one, _ in others),
        at_stated=standing(number.stated, study.run({})),
        at_value=standing(best.x, at_value),
        remarks=tuple(remarks(search, target, best, scale, slope, at_value)),
        settings=tuple(f"{path}={text}" for path, text in number.settings(best.x).items()),
        runs=study.runs,
        paths=trials.paths,
        seed=trials.seed,
        name=contract.name,
        view=contract.view,
        currency=contract.currency,
        scenario=trials.scenario,
        overrides=trials.overrides,
        version=valuation.__version__,
        command=shlex.join([*command, *trials.options]),
    )


@dataclass
class Study:
    """The runs of one solution, counted."""

    trials: Trials
    number: Varied
    target: Target
    progress: Progress | None = None
    runs: int = 0

    def met(self, value: float) -> Met:
        """How the target is met at a value of the number."""
        try:
            trial = self.run({**self.target.settings, **self.number.settings(value)})
        except CannotSize as error:
            raise NoTarget(str(error)) from error
        return self.target.met(trial)

    def run(self, changes: dict[str, str]) -> Trial:
        """One run more."""
        contract = self.trials.contract(changes)
        done: Callable[[float], None] | None = None
        if (report := self.progress) is not None:
            whole = max(_USUAL_RUNS, self.runs + 2)

            def done(share: float, before: int = self.runs) -> None:
                report((before + share) / whole)

        trial = self.trials.trial(contract, progress=done)
        self.runs += 1
        return trial


def standing(value: float, trial: Trial) -> Standing:
    """Where the deal stands in a run."""
    mean, error, _ = mean_and_error(trial.npv)
    margin = trial.margin[np.isfinite(trial.margin)]
    found = Standing(
        value=value,
        npv_mean=mean,
        npv_se=error,
        irr_p50=trial.irr_summary.distribution.p50,
        npv_negative=trial.probability.npv_negative,
        margin_mean=distribution(margin).mean,
    )
    owners = trial.owners
    if owners is None:
        return found
    mean, error, _ = mean_and_error(owners.npv)
    return replace(
        found,
        npv_equity_mean=mean,
        npv_equity_se=error,
        irr_equity_p50=owners.rates.distribution.p50,
        debt=owners.lent,
        dscr_min_p50=distribution(owners.cover("dscr_min")).p50,
        default=chance(trial, "default"),
    )


def _ends(number: Varied, between: Sequence[float | str]) -> tuple[float, float]:
    """The range that was asked for [unit of the number]."""
    if isinstance(between, str) or len(between) != 2:
        raise ValuationError(f"between {between!r}: expected a lowest and a highest value")
    low, high = (number.read(end) if isinstance(end, str) else float(end) for end in between)
    if not low < high:
        raise ValuationError(f"between {low:g} and {high:g}: the lowest value must be below the highest")
    return low, high


def _root(search: Search, target: Target, bracket: tuple[float, float]) -> tuple[Root, float]:
    """The solution in a bracket, and the size of a gap there."""
    a, b = bracket
    if a == b:
        return Root(a, 0.0), 1.0
    scale = max(abs(target.wanted), abs(search.gap(a)), abs(search.gap(b)))
    width = max(abs(a), abs(b)) * (1e-7 if target.counts else 1e-12)
    found = root(search.gap, a, search.gap(a), b, search.gap(b), small=EXACT * scale, width=width)
    return found, scale


def _slope(search: Search, best: Root, met: Met, ends: tuple[float, float] | None) -> float:
    """Change of the gap per unit of the number at the solution, between values some standard errors apart.

    Nearer ones would do for a mean. A percentile moves from one path's value to the next one's: its slope between two
    neighbours is that of a single path.
    """
    values = search.values
    place = values.index(best.x)
    below, above = values[max(place - 1, 0)], values[min(place + 1, len(values) - 1)]
    # the neighbours left by the root search may be as near as rounding: the outermost pair is never
    far = (values[0], values[-1]) if above - below < 1e-6 * (values[-1] - values[0]) else (below, above)
    slope = (search.gap(far[1]) - search.gap(far[0])) / (far[1] - far[0])
    reach = values[-1] - values[0]
    for _ in range(2):
        step = 1e-3 * reach if not met.se or slope == 0.0 else APART * met.se / abs(slope)
        step = min(max(step, 1e-6 * reach), reach)
        points = [x for x in (best.x - step, best.x + step) if _inside(search, x, ends)]
        points = points if len(points) == 2 else [*points, best.x]
        if len(points) < 2:
            return slope
        before, slope = slope, (search.gap(points[-1]) - search.gap(points[0])) / (points[-1] - points[0])
        if before != 0.0 and 0.5 < slope / before < 2.0:
            break
    return slope


def _inside(search: Search, x: float, ends: tuple[float, float] | None) -> bool:
    number = search.number
    if not number.least <= x <= number.most or (ends is not None and not ends[0] <= x <= ends[1]):
        return False
    try:
        search.gap(x)
    except ValuationError:
        return False
    return True


def _error(met: Met, slope: float) -> float | None:
    """Standard error of the solution; None for the base case, and where the result does not move."""
    return None if met.se is None or slope == 0.0 else met.se / abs(slope)
