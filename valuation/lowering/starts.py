"""Events that act on the start of a lease or of a phase: whether it comes at all, and how late.

Each is decided once a path. A phase that never comes begins at 1e9. What `requires` such an event: ``gates.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.kernel.opcodes import NEVER
from valuation.lowering.terms import clauses_of
from valuation.plan.model import Origin
from valuation.spec.phases import contracted_of

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@dataclass(frozen=True)
class StartRows:
    """What one such event decides.

    ``came``: row 0/1, whether its phases come (empty: they do). ``late``: row of the wait [position] (empty: none).
    ``decided``: row of the position at which it is known (empty: it decides nothing).
    """

    leases: tuple[str, ...] | None
    """Leases that it acts on; None = all."""
    phase: int | None
    """The phase, counted from 1; None = all."""
    came: str = ""
    late: str = ""
    decided: str = ""
    planned: str = ""
    """Row of the position at which it was to be decided, where the decision can be late; empty: it cannot."""
    is_construction: bool = False
    """Whether the wait is one of construction, for which damages are due."""
    moves_end: bool = False
    """Whether the end of the phase moves by the wait."""
    outcomes: dict[str, str] = field(default_factory=dict)
    """Rows 0/1 of what reports count over paths, by key of the result."""

    def acts_on(self, lease: str, phase: int) -> bool:
        """Whether it acts on a phase of a lease."""
        return (self.leases is None or lease in self.leases) and self.phase in (None, phase)


@dataclass(frozen=True)
class Opening:
    """When a phase begins on a path. ``due``: position at which it is due, which a late approval moves; ``late``: the
    wait of construction (empty: none); ``agreed``: row 0/1, whether it was ever to come (empty: it was); ``comes``: row
    0/1, whether it comes (empty: it does); ``opens``: position at which it begins, 1e9 = never; ``moved``: what its end
    moves by (empty: nothing).
    """

    due: str
    late: str
    agreed: str
    comes: str
    opens: str
    moved: str


def opening(ctx: Lowering, lease: str, phase: int, planned: str, row: str) -> Opening | None:
    """The opening of a phase; None where nothing acts on it.

    Parameters
    ----------
    planned : row of the position at which the contract lets it begin.
    row : prefix of its rows.
    """
    acting = [event for event in ctx.starts.values() if event.acts_on(lease, phase)]
    if not acting:
        return None
    b = ctx.b
    before = [event.late for event in acting if event.late and not event.is_construction]
    building = [event.late for event in acting if event.late and event.is_construction]
    due = b.start(f"{row}.due", "sum", planned, *before, unit="position") if before else planned
    begins = b.start(f"{row}.ready", "sum", due, *building, unit="position") if building else due
    agreed = _all(ctx, f"{row}.agreed", (event.came for event in acting if not event.is_construction))
    comes = _all(ctx, f"{row}.comes", (event.came for event in acting))
    opens = b.start(f"{row}.opens", "select", comes, begins, NEVER, unit="position") if comes else begins
    late = building[0] if building else ""
    moved = late if late and any(event.moves_end for event in acting) else ""
    if moved and comes:
        moved = b.start(f"{row}.moved_by", "select", comes, moved, 0.0, unit="position")
    return Opening(due, late, agreed, comes, opens, moved)


def _all(ctx: Lowering, row: str, flags: Iterable[str]) -> str:
    """Row: whether all of some 0/1 rows are 1; empty where there is none."""
    known = [flag for flag in flags if flag]
    if len(known) < 2:
        return known[0] if known else ""
    return row if row in ctx.b.rows else ctx.b.start(row, "prod", *known)


def within_month(ctx: Lowering, row: str, position: str) -> str:
    """Row of a position inside each month: the month's end before it, the month's begin after it."""
    b, time = ctx.b, ctx.time
    if b.rows[position].axis == "scalar":
        return b.month(row, "clip", position, time.begin, time.end, unit="position")
    after = b.month(f"{row}_or_later", "higher_of", position, time.begin, unit="position")
    return b.month(row, "lower_of", after, time.end, unit="position")


def lease_comes(ctx: Lowering, lease: str) -> str:
    """Row 0/1: whether any phase of a lease ever begins; empty where that is certain."""
    if not ctx.starts:
        return ""
    row, flags = f"{lease}.comes", []
    for phase in range(1, len(contracted_of(ctx.contract, lease).steps) + 1):
        acting = (event.came for event in ctx.starts.values() if event.acts_on(lease, phase))
        flag = _all(ctx, f"{row}_phase_{phase}", acting)
        if not flag:
            return ""
        flags.append(flag)
    return _any(ctx, row, flags)


def any_comes(ctx: Lowering, leases: Iterable[str], row: str) -> str:
    """Row 0/1: whether any of some leases ever begins; empty where that is certain."""
    flags = [lease_comes(ctx, lease) for lease in leases]
    return _any(ctx, row, flags) if flags and all(flags) else ""


def site_comes(ctx: Lowering) -> str:
    """Row 0/1: whether any lease of the contract ever begins; empty where that is certain."""
    leases = [name for name, clause in clauses_of(ctx.contract).items() if clause.lets_power]
    return any_comes(ctx, leases, "event.some_lease")


def _any(ctx: Lowering, row: str, flags: Iterable[str]) -> str:
    running = ""
    for place, flag in enumerate(dict.fromkeys(flags), 1):
        into = f"{row}_of_{place}"
        if not running:
            running = flag
        else:
            running = into if into in ctx.b.rows else ctx.b.start(into, "higher_of", running, flag)
    return running


def planned_position(ctx: Lowering, lease: str, phase: int) -> str:
    """Row of the month position at which the contract lets a phase begin."""
    b, row = ctx.b, f"{lease}.planned_{phase}"
    if row in b.rows:
        return row
    contracted = contracted_of(ctx.contract, lease)
    day, quantity = contracted.steps[phase - 1]
    date = ctx.term_begin
    if day is not None:
        path = f"{quantity.path or contracted.path}.date"
        written = b.input(path, timeline.serial(day), "date", f"Phase {phase} from", Origin(path))
        date = b.scalar(f"{row}.date", "higher_of", written, ctx.term_begin, unit="date")
    return b.scalar(row, "position_at_start", date, float(b.first_month), unit="position")
