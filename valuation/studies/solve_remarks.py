"""What is said of a solution beside its number, and why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from valuation.errors import ValuationError
from valuation.plan.solved import SolvedLoan
from valuation.report.numbers import PULLED, margin_is_pulled
from valuation.report.solved_words import amount_of, value_of
from valuation.statistics.distribution import distribution
from valuation.studies.bracket import Search
from valuation.studies.root import Root
from valuation.studies.target import FEWEST_IN_TAIL, Target
from valuation.studies.trials import Trial

MET = 1e-6
"""Share of the gap at the ends of a bracket above which the result is said to jump across the target."""


def no_solution(search: Search, target: Target, run: Callable[[float], Trial], asked: bool) -> str:
    """Why there is no solution, with the result at both ends.

    Parameters
    ----------
    run : the run at a value.
    asked : whether the values tried are a range that was asked for.
    """
    number = search.number
    low, high = search.values[0], search.values[-1]
    ends = [f"{amount_of(search.tried[x].reached, target.unit)} at {value_of(x, number.unit)}" for x in (low, high)]
    if low == high:
        x, error = next(iter(search.refused.items()))
        return (
            f"{number.path} can only be {value_of(low, number.unit)} here: {value_of(x, number.unit)} is refused: "
            f"{_words(error)}"
        )
    if search.flat:
        first, other = run(low), run(high)
        view = first.contract.view
        nothing = "moves no cash" if np.array_equal(first.npv, other.npv) else f"does not move {target.label}"
        return (
            f"{number.path} {nothing} of the {view}: {target.label} is "
            f"{amount_of(search.tried[low].reached, target.unit)} at {value_of(low, number.unit)} and at "
            f"{value_of(high, number.unit)}"
        )
    text = (
        f"no value of {number.path} from {value_of(low, number.unit)} to {value_of(high, number.unit)} gives "
        f"{target.text}: {target.label} is {' and '.join(ends)}"
    )
    if search.both_ways:
        near = min(search.values, key=lambda x: abs(search.tried[x].gap))
        reached = amount_of(search.tried[near].reached, target.unit)
        return (
            f"{text}; it moves both ways between them and comes nearest with {reached} at {value_of(near, number.unit)}"
        )
    for x, error in search.refused.items():
        text += f"; {value_of(x, number.unit)} is refused: {_words(error)}"
        break
    return text if not asked else f"{text}; try a wider --between"


def _loans(loans: Sequence[SolvedLoan]) -> str:
    """How the loans follow the number."""
    text = "The loans are sized anew on the base case at every value tried."
    held = [f"{loan.name}, {loan.status.replace('_', ' ')}" for loan in loans if loan.status != "ok"]
    return f"{text} At the solution: {'; '.join(held)}." if held else text


def _words(error: ValuationError) -> str:
    problems = getattr(error, "problems", None)
    return str(problems[0].message if problems else error)


def remarks(search: Search, target: Target, best: Root, scale: float, slope: float, run: Trial) -> Iterable[str]:
    """What a reader must know of a solution."""
    number = search.number
    for end, side in ((number.low, "below"), (number.high, "above")):
        if end is not None and (best.x < end if side == "below" else best.x > end):
            yield f"The solution lies {side} the stated range, which ends at {value_of(end, number.unit)}."
    if search.both_ways:
        yield (
            f"{target.label} moves both ways over the values tried, "
            f"{value_of(search.values[0], number.unit)} to {value_of(search.values[-1], number.unit)}: there may be "
            "other solutions; look for them with --between."
        )
    if target.counts:
        yield f"{target.label} counts paths: it is met to 1 in {run.simulation.paths:,}."
    elif abs(best.f) > MET * scale:
        yield f"{target.label} jumps across the target here; no value meets it exactly."
    if run.owners is not None and run.owners.loans:
        yield _loans(run.owners.loans)
    if not run.npv.any():
        yield "The NPV is 0 on every path there: nothing is left of the deal."
    if slope == 0.0:
        yield f"{target.label} does not move at the solution: other values near it meet the target as well."
    level = target.level
    if level is not None and run.simulation.paths * min(level, 1.0 - level) < FEWEST_IN_TAIL:
        yield (
            f"Fewer than {FEWEST_IN_TAIL} of {run.simulation.paths:,} paths lie beyond the percentile: the standard "
            "error is not to be trusted; ask for more with --paths."
        )
    if target.name == "margin" and target.statistic == "mean":
        margin = run.margin[np.isfinite(run.margin)]
        if margin_is_pulled(distribution(margin)):
            yield f"{PULLED[0].upper()}{PULLED[1:]} (margin.p50)."
