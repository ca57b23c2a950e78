"""The risks of a plan, and the plan with some of them switched off: their rows take what stands for them in the base
case."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation.kernel.opcodes import DRAWS
from valuation.plan.model import Plan, Row, operand_name
from valuation.spec.leasing import leases_of

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


@dataclass(frozen=True)
class Risk:
    """A factor or an event that moves cash. ``rows``: what its base stands for when it is off."""

    name: str
    rows: tuple[str, ...]


def risk_names(contract: Contract) -> tuple[str, ...]:
    """Factors of the market and of the contract, then its events, in file order, then `<lease>.renewal` for each lease
    whose renewal is uncertain."""
    leases = leases_of(contract).items()
    renewed = (f"{name}.renewal" for name, lease in leases if any(not one.certain for one in lease.renewals))
    return tuple(dict.fromkeys((*contract.factors, *contract.risks, *renewed)))


def risks_of(plan: Plan, names: Iterable[str]) -> tuple[Risk, ...]:
    """The factors and events whose draws reach a payment of the plan, in the order of ``names``.

    A row with a stand-in belongs to the factor or event that wrote it if that one's own draws reach it, not counting
    what other stand-ins pass on; else to those whose rows it reads. So a price's row belongs to the price, an event's
    time to the event, and the rise of an event's intensity with a price to the price: with the price off, the intensity
    is the expected one.

    Parameters
    ----------
    names : factors and events of the contract, and the renewals of its leases (``risk_names``).
    """
    known = tuple(names)
    paid = _reached(plan)
    rows: dict[str, list[str]] = {name: [] for name in known}
    for row in plan.rows:
        if row.base is not None and row.name in plan.hot and row.name in paid:
            for owner in _owners(plan, row.name, known):
                rows[owner].append(row.name)
    return tuple(Risk(name, tuple(rows[name])) for name in known if rows[name])


def switched_off(plan: Plan, risks: Iterable[Risk], off: Collection[str]) -> Plan:
    """The plan with the rows of some risks at their base; every other row, and every draw of it, stays as it is.

    A row that belongs to two risks keeps moving while one of them is on.
    """
    owners: dict[str, set[str]] = {}
    for risk in risks:
        for row in risk.rows:
            owners.setdefault(row, set()).add(risk.name)
    still = {name for name, by in owners.items() if by <= set(off)}
    rows = tuple(
        replace(row, op="set", args=(row.base,), base=None) if row.name in still and row.base is not None else row
        for row in plan.rows
    )
    return replace(plan, rows=rows)


def owner_of(row: Row, names: Iterable[str]) -> str | None:
    """The factor or event that wrote a row: it stands under that one's heading and begins with its name, which a clause
    may have too."""
    return next(
        (name for name in names if row.section in (f"Market: {name}", f"Risk: {name}") and _of(row, name)), None
    )


def _of(row: Row, name: str) -> bool:
    return row.name == name or row.name.startswith((f"{name}.", f"{name}_"))


def _owners(plan: Plan, row: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The risks that a row with a stand-in belongs to."""
    own = owner_of(plan.row_of[row], names)
    foreign: dict[str, None] = {}
    todo, seen = [row], {row}
    while todo:
        here = plan.row_of[todo.pop()]
        if here.op in DRAWS:
            if own is not None:
                return (own,)
            continue
        for argument in (*here.args, here.opening):
            name = operand_name(argument)
            if name is None or name in seen or name not in plan.hot:
                continue
            seen.add(name)
            if plan.row_of[name].base is not None:
                continue  # moves by a stand-in of its own
            other = owner_of(plan.row_of[name], names)
            if other not in (own, None):
                foreign[str(other)] = None
            else:
                todo.append(name)
    return tuple(foreign)


def _reached(plan: Plan) -> set[str]:
    """Rows that some payment reads, over last month's values too."""
    todo = [payment.row for payment in plan.payments]
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name in plan.row_of and name not in found:
            found.add(name)
            row = plan.row_of[name]
            todo += [n for a in (*row.args, row.opening) if (n := operand_name(a)) is not None]
    return found
