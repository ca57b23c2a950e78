"""Renewals of a lease: which are exercised on a path, and when the lease ends with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.leasing import Renewal
    from valuation.spec.quantity import Quantity


@dataclass(frozen=True)
class Renewed:
    """A renewal in the plan: rows of its months and of the flag that it and all before it are exercised (empty where
    that is certain), and its rent."""

    months: str
    exercised: str
    price: str | Quantity | None


@dataclass(frozen=True)
class End:
    """Ends that a lease may have: rows of the month positions and of the first days after, by the number of renewals
    exercised, and the row of the position that a path has. ``uncertain``: whether a renewal may lapse."""

    positions: tuple[str, ...]
    days: tuple[str, ...]
    position: str
    uncertain: bool = False


def lower_renewals(ctx: Lowering, lease: str, renewals: Sequence[Renewal]) -> list[Renewed]:
    """One uniform a path for each uncertain renewal: exercised where it lies below the probability and the renewal
    before was exercised. Without events each is as in the base case."""
    b, made, before = ctx.b, list[Renewed](), ""
    for renewal in renewals:
        months = ctx.quantity(renewal.term, "Term of a renewal")
        chance = ctx.quantity(renewal.probability, "Chance of a renewal")
        in_base = 1.0 if renewal.base_case is not None and renewal.base_case.value == "exercised" else 0.0
        for _ in range(renewal.count):
            row = f"{lease}.renewal_{len(made) + 1}"
            if not renewal.certain:
                with b.in_section(f"Risk: {lease}.renewal"):
                    if ctx.events_on:
                        stream = f"{ctx.contract.id}:{row}/uniform"
                        uniform = b.start(f"{row}.uniform", "draw_uniform", stream=stream)
                        chosen = b.start(f"{row}.chosen", "below", uniform, chance, base=in_base)
                    else:
                        chosen = b.scalar(f"{row}.chosen", "set", in_base)
                make = b.start if ctx.events_on else b.scalar
                before = make(f"{row}.exercised", "mul", before, chosen) if before else chosen
            made.append(Renewed(months, before, renewal.price))
    return made


def end_of(ctx: Lowering, prefix: str, begin: str, months: str, renewals: Sequence[Renewed]) -> End:
    """The end of a term of some months from a date, with the renewals that follow it.

    Parameters
    ----------
    prefix : beginning of the row names.
    begin : row of the date at which the term begins.
    months : row of the months of the first term.
    """
    b = ctx.b
    positions, days, total, position = [], [], months, ""
    for place in range(len(renewals) + 1):
        row = f"{prefix}.end_{place}"
        exercised = ""
        if place:
            renewal = renewals[place - 1]
            total = b.scalar(f"{row}.months", "sum", total, renewal.months, unit="month")
            exercised = renewal.exercised
        days.append(b.scalar(f"{row}.date", "edate", begin, total, unit="date"))
        positions.append(b.scalar(f"{row}.at", "position_at_start", days[-1], float(b.first_month), unit="position"))
        if exercised:
            make = b.start if b.rows[exercised].axis == "start" else b.scalar
            position = make(f"{row}.reached", "select", exercised, positions[-1], position, unit="position")
        else:
            position = positions[-1]
    return End(tuple(positions), tuple(days), position, any(renewal.exercised for renewal in renewals))
