"""A factor moved as a whole, so that its expected average over the term is a percentile of the average on the paths."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from valuation.appraisal.base import Base
from valuation.appraisal.life_mean import MONTHS, life_records, life_rows, total_of, total_row
from valuation.appraisal.risks import owner_of
from valuation.plan.assemble import assemble
from valuation.plan.model import Argument, Plan, Row, operand_name
from valuation.simulate import simulate
from valuation.statistics.distribution import percentile
from valuation.studies.npv import Runs

ENDS = (0.1, 0.9)
"""P10 and P90."""


@dataclass(frozen=True)
class LifeAverage:
    """Average of a factor over the months of the term from the valuation date on: expected, and P10 and P90 over the
    paths [unit of the factor]."""

    expected: float
    low: float
    high: float


def life_average(plan: Plan, factor: str, runs: Runs) -> LifeAverage | None:
    """The average of a factor over the rest of the term; None where no month of it is left.

    Parameters
    ----------
    factor : name of its row.
    """
    rows, total = (*plan.rows, *life_rows(), total_row(factor)), total_of(factor)
    watched = replace(plan, rows=rows, payments=(), measures=(), records=life_records((factor,)))
    base = Base.of(watched)
    months = base.row(MONTHS)[-1]
    if not months > 0.0:
        return None
    run = simulate(assemble(watched), paths=runs.paths, seed=runs.seed, threads=runs.threads)
    lived = run.final[MONTHS] > 0.0  # a renewal makes the term of a path another than that of the base case
    averages = np.sort(run.final[total][lived] / run.final[MONTHS][lived])
    return LifeAverage(base.row(total)[-1] / months, *(percentile(averages, p) for p in ENDS))


def scaled(plan: Plan, factor: str, times: float) -> Plan:
    """The plan with a factor multiplied by a number wherever others read it, in the base case and on every path.

    What the factor itself is made of stays, and with it what rises with its components.
    """
    name = f"{factor}.shifted"
    made: list[Row] = []
    for row in plan.rows:
        own = owner_of(row, (factor,)) is not None
        made.append(row if own else _reading(row, factor, name))
        if row.name == factor:
            made.append(replace(row, name=name, op="prod", args=(factor, times), base=None, stream="", opening=0.0))
    payments = tuple(replace(p, row=name) if p.row == factor else p for p in plan.payments)
    return replace(plan, rows=tuple(made), payments=payments)


def _reading(row: Row, factor: str, name: str) -> Row:
    """A row that reads another one instead of the factor."""

    def of(argument: Argument) -> Argument:
        if not isinstance(argument, str) or operand_name(argument) != factor:
            return argument
        return argument.replace(factor, name, 1)

    base = None if row.base is None else of(row.base)
    return replace(row, args=tuple(of(argument) for argument in row.args), opening=of(row.opening), base=base)
