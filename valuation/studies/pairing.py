"""Which random numbers two runs with one seed have in common: a draw belongs to the name of its factor."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.kernel.opcodes import DRAWS
from valuation.plan.join import items_of, reached
from valuation.plan.model import Plan
from valuation.tables import Pairing


@dataclass(frozen=True)
class Paired:
    """Factors that both plans draw, and those that one of them draws alone."""

    kind: Pairing
    common: tuple[str, ...]
    apart: tuple[str, ...]


def paired(one: Plan, other: Plan) -> Paired:
    """How the paths of two plans line up under one seed.

    A market's factor is named alone, so two contracts on markets of one date share it; a contract's own factor has the
    contract's id before its name. Markets of different dates count their months from different ones and share nothing.
    """
    first, second = drawn(one), drawn(other)
    if _clock(one) != _clock(other):
        return Paired("none", (), tuple(dict.fromkeys((*first, *second))))
    same = set(_streams(one)) & set(_streams(other))  # none of a factor that is another process in the other plan
    common = tuple(name for name in first if any(_factor(stream) == name for stream in same))
    apart = tuple(name for name in dict.fromkeys((*first, *second)) if name not in common)
    return Paired("all" if not apart else "some" if common else "none", common, apart)


def drawn(plan: Plan) -> tuple[str, ...]:
    """Factors whose draws move the cash of a plan, in its order: ``power.NO4``, ``bitzero:revocation``."""
    return tuple(dict.fromkeys(_factor(stream) for stream in _streams(plan)))


def _streams(plan: Plan) -> list[str]:
    """Streams whose draws move the cash of a plan, in its order."""
    live = reached(items_of(plan), [name for payment in plan.payments for name in (payment.row, payment.date)])
    return [row.stream for row in plan.rows if row.op in DRAWS and row.name in live]


def _factor(stream: str) -> str:
    """The factor that a stream belongs to."""
    return stream.partition("/")[0]


def _clock(plan: Plan) -> int:
    """The calendar month from which draws are counted."""
    return plan.first_month - plan.first_period
