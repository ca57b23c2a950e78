"""Things that must hold between numbers that were computed on different ways."""

from __future__ import annotations

from dataclasses import replace

from valuation import timeline
from valuation.appraisal.base import MONTH_END_LEVEL, Base, rate_of_return
from valuation.appraisal.flows import Flows, added, present_value
from valuation.appraisal.sides import Sides
from valuation.plan.assemble import assemble
from valuation.plan.model import Plan, Row, operand
from valuation.simulate import Simulation, simulate
from valuation.statistics.sums import Floats, block_sum
from valuation.tables import CASH_TIE, TAX_TIE, Check

EXACT = 1e-12
SUMMED = 1e-9


def checks(base: Base, mean: Flows, simulation: Simulation) -> tuple[Check, ...]:
    """Residuals are shares of the gross flows. Each compares two ways to one number.

    Parameters
    ----------
    mean : expected flows of the run.
    """
    ahead = base.flows.ahead()
    gross = gross_cash(mean)
    mean_npv = block_sum(simulation.measure["npv"]) / simulation.paths
    by_year = max(
        abs(block_sum(simulation.cash_year[place]) / simulation.paths - _of_year(mean, year))
        for place, year in enumerate(simulation.years)
    )
    made = [
        _check("Mean cash by year = sum of the mean payments of that year", by_year / gross, SUMMED),
        _check(
            "Mean NPV = NPV of the mean payments",
            (mean_npv - present_value(base.rate, mean, mean.net)) / gross,
            SUMMED,
        ),
        _check(
            "Base NPV by the kernel = base NPV by plain sums", (kernel_npv(base) - base.npv) / gross_cash(ahead), EXACT
        ),
    ]
    irr, _ = rate_of_return(base.rate, ahead, ahead.net)
    if irr is not None:
        at_irr = present_value(irr, ahead, ahead.net)
        sizes = present_value(irr, ahead, [abs(amount) for amount in ahead.net]) or 1.0
        made.append(_check("Base NPV at the base IRR = 0", at_irr / sizes, SUMMED, "of gross discounted cash"))
    made += ties(base)
    statuses = int(sum(int((simulation.status["irr"] == status).sum()) for status in range(6)))
    made.append(_check("Every path has an IRR status", float(statuses - simulation.paths), 0.0, "paths"))
    return tuple(made)


def checks_of_sides(sides: Sides, npv: Floats, gross: float, currency: str) -> tuple[Check, ...]:
    """Transfers between the parties, to the last bit; and the NPV of the view on the way on which all sides are valued.

    Parameters
    ----------
    npv : NPV after tax by path of the run [n] [contract currency].
    gross : what the residual of the NPV is a share of [contract currency].
    """
    apart = max(npv[: sides.transfers.paths] - sides.npv_of_view, key=abs)
    sums = sides.transfers
    return (
        _check("Transfers between the parties sum to 0 on every path", sums.residual, sums.allowed, currency),
        _check("NPV of the view among the sides = NPV of the run, by path", float(apart) / gross, SUMMED),
    )


def ties(base: Base) -> list[Check]:
    """What is paid, sunk flows included, is what was earned, in the base case.

    Money in a foreign currency that is paid in another month than it is earned in converts at another rate: there the
    two cannot agree, and the check of the cash is left out (see ``paid_at_another_rate``). Nor can they in real money,
    where each is deflated from its own date.
    """
    plan, gross, made = base.plan, gross_cash(base.flows), []
    if MONTH_END_LEVEL in plan.row_of:
        return []
    if not paid_at_another_rate(plan):
        totals = [name for name in ("accounts.ebitda", "accounts.capital") if name in plan.row_of]
        inside = {operand(argument)[0] for name in ("accounts.revenue", *totals) for argument in _arguments(plan, name)}
        earned = added(amount for name in totals for amount in base.row(name))
        earned += added(
            payment.sign * amount
            for payment in plan.payments
            if payment.book == "cash" and payment.row not in inside
            for amount in base.row(payment.row)
        )
        made.append(_check(CASH_TIE, (added(base.flows.pre_tax) - earned) / gross, SUMMED))
    if "tax.assessed" in plan.row_of:
        assessed = added(base.row("tax.assessed"))
        made.append(_check(TAX_TIE, (added(base.flows.tax) + assessed) / gross, SUMMED))
    return made


def paid_at_another_rate(plan: Plan) -> tuple[str, ...]:
    """Cash rows of foreign money that converts at the rate of the month of its payment."""
    return tuple(p.row for p in plan.payments if p.book == "cash" and ".paid_after_" in p.row)


def _arguments(plan: Plan, name: str) -> tuple[str | float, ...]:
    return plan.row_of[name].args if name in plan.row_of else ()


def kernel_npv(base: Base) -> float:
    """NPV of the base case as the kernel computes it: on a plan in which every random row is its stand-in."""
    run = simulate(assemble(without_draws(base.plan)), paths=1, seed=0, threads=1)
    return float(run.measure["npv"][0])


def without_draws(plan: Plan) -> Plan:
    """The base case as a plan of its own: a random row with a stand-in is set to it, one without is left out."""
    gone: set[str] = set()
    rows: list[Row] = []
    for row in plan.rows:
        if row.base is not None:
            rows.append(replace(row, op="set", args=(row.base,), base=None, stream="", opening=0.0))
        elif row.op.startswith("draw_") or any(operand(argument)[0] in gone for argument in row.args):
            gone.add(row.name)
        else:
            rows.append(row)
    measures = tuple(m for m in plan.measures if m.name == "npv")
    return replace(plan, rows=tuple(rows), measures=measures, records=())


def _check(name: str, residual: float, tolerance: float, unit: str = "of gross cash") -> Check:
    return Check(name, abs(residual) <= tolerance, residual, tolerance, unit)


def gross_cash(flows: Flows) -> float:
    """All cash and tax in size [contract currency]; 1 where there is none."""
    return added(abs(amount) for amount in (*flows.pre_tax, *flows.tax)) or 1.0


def _of_year(flows: Flows, year: int) -> float:
    return added(x for day, x in zip(flows.dates, flows.net, strict=True) if timeline.date_of(day).year == year)
