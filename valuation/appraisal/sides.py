"""Every side of one file: what each party's cash is worth, and whether each transfer between them is one number.

The views of all parties run as one program on the same draws. A transfer is posted in two views, once with + and once
with −; where both post one row of the program, it cancels by itself (a − a = 0), and where their rows differ, the
difference is computed month by month on every path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import Values, base_case, once
from valuation.plan.join import Joined, SidePayment, items_of, join, reached
from valuation.plan.model import Argument, Plan, Record, Row, is_vat
from valuation.plan.timeops import DISCOUNT_OPS
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.statistics.sums import Floats, block_sum, mean_and_error
from valuation.tables import Cash, PartyValue, Transfers

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

PATHS = 10_000
"""Paths over which the sides are valued and their transfers are held against each other, as of a scenario."""

OUTSIDE = "outside"

ROUNDING = 1e-12
"""Share of all transfers by which parts of one amount, each rounded, may miss the whole."""

_Month = Callable[..., str]


@dataclass(frozen=True)
class Sides:
    """The value of each party, the transfers between them, NPV of the viewed party by path, and what failed."""

    parties: tuple[PartyValue, ...]
    transfers: Transfers
    npv_of_view: Floats
    failed: tuple[str, ...]


def every_side(contract: Contract, plan: Plan, *, paths: int, seed: int, threads: int | None) -> Sides:
    """Values all parties, ``outside`` included, each at its own discount rate, on the run's first paths.

    Parameters
    ----------
    plan : the contract as the run sees it, from the viewed party's side.
    paths : of the run; no more than ``PATHS`` of them are drawn.
    """
    plans, failed = _views(contract, plan)
    joined = join({view: each for view, each in plans.items() if each.payments or view == plan.view})
    postings = transfers_of(joined)
    program = with_sides(joined, postings)
    paths = min(PATHS, paths)
    run = simulate(assemble(program), paths=paths, seed=seed, threads=threads)
    base = base_case(program)
    names = {**contract.parties, OUTSIDE: "everybody else"}
    parties = []
    for view in (*contract.parties, OUTSIDE):
        if view not in plans:
            continue
        posted = view in joined.sides
        mean, se, _ = mean_and_error(run.final[_npv(view)]) if posted else (0.0, 0.0, 0.0)
        parties.append(
            PartyValue(
                party=view,
                name=names[view],
                discount_rate=contract.rate_of(view).value.canonical,
                npv_base=base.month[_npv(view)][-1] if posted else 0.0,
                npv_mean=mean,
                npv_se=se,
                cash=_direction(joined.sides[view].payments, base, program.months) if posted else "none",
                taxed=view in contract.tax,
                is_view=view == plan.view,
            )
        )
    residual = run.final[RESIDUAL]
    gross = block_sum(run.final[GROSS]) / paths
    shared = any(len(_uncancelled(group)) > 2 for group in postings)
    transfers = Transfers(float(residual.max()), ROUNDING * gross if shared else 0.0, gross, paths)
    return Sides(tuple(parties), transfers, run.final[_npv(plan.view)], failed)


def _views(contract: Contract, plan: Plan) -> tuple[dict[str, Plan], tuple[str, ...]]:
    """Plans by party, the viewed one's first, and why one cannot be made."""
    plans, failed = {plan.view: plan}, []
    for view in (*contract.parties, OUTSIDE):
        if view == plan.view:
            continue
        try:
            plans[view] = resolve(contract, view=view)
        except ValuationError as error:
            failed.append(f"The side of {view} cannot be valued: {str(error).splitlines()[0]}")
    return plans, tuple(failed)


RESIDUAL, GROSS = "sides.residual", "sides.gross"


def _npv(view: str) -> str:
    return f"sides.npv@{view}"


def with_sides(joined: Joined, transfers: Sequence[Sequence[SidePayment]]) -> Plan:
    """The joined program with a row of the NPV of each side and rows of what the transfers differ by and amount to.

    Parameters
    ----------
    transfers : as ``transfers_of`` gives them.
    """
    plan, rows = joined.plan, list[Row]()
    known = {row.name for row in plan.rows}
    by = DISCOUNT_OPS[plan.year_count]

    def month(name: str, op: str, *args: Argument) -> str:
        if name not in known:
            known.add(name)
            rows.append(Row(name, "month", op, args))
        return name

    for view, side in joined.sides.items():
        parts = []
        for payment in side.payments:
            later = month(f"sides.later.{payment.date}", "clip", payment.date, plan.valuation, 1e9)
            ahead = month(f"sides.ahead.{payment.date}", "from_date", payment.date, plan.valuation)
            factor = month(f"sides.discount.{payment.date}@{view}", by, side.rate, later, plan.valuation)
            weight = month(f"sides.weight.{payment.date}@{view}", "mul", ahead, factor)
            value = month(f"sides.value.{payment.row}.{payment.date}@{view}", "mul", payment.row, weight)
            parts.append(value if payment.sign > 0 else f"-{value}")
        month(_npv(view), "sum", f"{_npv(view)}.prev", *parts)
    apart, sizes = [], []
    for place, group in enumerate(transfers):
        paid = month(f"sides.paid.{group[0].date}", "above", group[0].date, 0.0)
        for which, row in enumerate(group):
            if row.sign > 0:  # an amount that several are paid a part of counts part by part
                sizes.append(_size(month, f"sides.size_{place}_{which}", [row.row], paid))
        left = _uncancelled(group)
        if left:
            apart.append(_size(month, f"sides.apart_{place}", left, paid))
    month(RESIDUAL, "sum", f"{RESIDUAL}.prev", *apart)
    month(GROSS, "sum", f"{GROSS}.prev", *sizes)
    records = tuple(Record(name, name, "final") for name in (*map(_npv, joined.sides), RESIDUAL, GROSS))
    return replace(plan, rows=(*plan.rows, *rows), records=records)


def _size(month: _Month, name: str, terms: Sequence[str], paid: str) -> str:
    """Row of the absolute sum of some rows in the months in which they are paid."""
    total = month(f"{name}.sum", "sum", *terms)
    minus = month(f"{name}.minus", "sum", f"-{total}")
    size = month(f"{name}.size", "higher_of", total, minus)
    return month(name, "mul", size, paid)


def transfers_of(joined: Joined) -> list[list[SidePayment]]:
    """The postings before tax of all sides, those together that have one name and the same dates of payment."""
    dates = {payment.date for side in joined.sides.values() for payment in side.payments}
    needed = reached(items_of(joined.plan), dates)
    values = once(replace(joined.plan, rows=tuple(row for row in joined.plan.rows if row.name in needed)))
    groups: dict[tuple[str, tuple[float, ...]], list[SidePayment]] = {}
    for side in joined.sides.values():
        for payment in side.payments:
            if payment.book == "cash":
                key = payment.posting, values.series(payment.date, joined.plan.months)
                groups.setdefault(key, []).append(payment)
    return list(groups.values())


def _uncancelled(group: Sequence[SidePayment]) -> list[str]:
    """Signed rows of a group that no other side books with the opposite sign as the same row."""
    net: dict[str, int] = {}
    for payment in group:
        net[payment.row] = net.get(payment.row, 0) + payment.sign
    return [row if times > 0 else f"-{row}" for row, times in net.items() for _ in range(abs(times))]


def _direction(payments: Sequence[SidePayment], base: Values, months: int) -> Cash:
    """Whether a side pays, receives or both before tax in the base case; contingent: on some paths only."""
    signs = set()
    for payment in payments:
        if payment.book == "cash" and not is_vat(payment.posting):
            days, amounts = base.series(payment.date, months), base.series(payment.row, months)
            paid = zip(days, amounts, strict=True)
            signs |= {payment.sign * amount > 0.0 for day, amount in paid if day > 0.0 and amount != 0.0}
    if len(signs) == 1:
        return "receives" if signs.pop() else "pays"
    return "both" if signs else "contingent"
