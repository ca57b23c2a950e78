"""What a clause pays that `requires` something: all that falls due before the decision, after it only where all came
true. While a late decision is out it waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@dataclass(frozen=True)
class _Gate:
    """Shares of a month's amounts: ``now`` is paid when it falls due, ``ever`` then or once a late decision has
    fallen."""

    now: str
    ever: str


def gated(ctx: Lowering, row: str, due_dates: str) -> tuple[str, str]:
    """A clause's amounts as they are posted, and what is paid at the end of the month of a late decision (empty: it is
    in the first row, or there is none).

    Parameters
    ----------
    row : month row of money.
    due_dates : row of the dates at which it falls due (0 = none); empty: it accrues by days over the month.
    """
    gates = [_gate(ctx, name, due_dates) for name in ctx.requires if ctx.starts[name].came]
    if not gates:
        return row, ""
    b, made = ctx.b, f"{row}.if_{'_and_'.join(ctx.requires)}"
    was = b.rows[row]
    show: dict[str, Any] = {"unit": was.unit, "label": was.label, "roll": was.roll, "sign": was.sign}
    late = [ctx.starts[name] for name in ctx.requires if ctx.starts[name].planned]
    if not late:
        return b.month(made, "prod", row, *(gate.now for gate in gates), **show), ""
    now = b.month(f"{made}.now", "prod", *(gate.now for gate in gates))
    ever = b.month(f"{made}.ever", "prod", *(gate.ever for gate in gates))
    waits = b.month(f"{made}.waits", "sub", ever, now)
    last = late[0].decided
    for place, event in enumerate(late[1:], 2):
        last = b.start(f"{made}.decided_{place}", "higher_of", last, event.decided, unit="position")
    begun = b.month(f"{made}.decided_from", "above", last, ctx.time.begin)
    beyond = b.month(f"{made}.decided_beyond", "above", last, ctx.time.end)
    decided_now = b.month(f"{made}.decided_now", "sub", begun, beyond)
    waiting = b.month(f"{made}.waiting", "mul", row, waits, unit=was.unit)
    held = b.month(f"{made}.held", "sum", f"{made}.held.prev", waiting, unit=was.unit)
    if due_dates:
        released = b.month(f"{made}.released", "prod", held, decided_now, **{**show, "label": f"{was.label}, put off"})
        return b.month(made, "prod", row, now, **show), released
    released = b.month(f"{made}.released", "prod", held, decided_now, unit=was.unit)
    return b.month(made, "mul_add", row, now, released, **show), ""


def _gate(ctx: Lowering, name: str, due_dates: str) -> _Gate:
    """Shares that one event lets pass: 1 before the decision was planned; then whether it came true, from the decision
    on (``now``) or from the day on which it was planned (``ever``)."""
    event, b = ctx.starts[name], ctx.b
    row = f"{name}.gate_at.{due_dates}" if due_dates else f"{name}.gate"
    ever = f"{row}.ever" if event.planned else row
    if row in b.rows:
        return _Gate(row, ever)
    before = _before(ctx, f"{row}.before", event.planned or event.decided, due_dates)
    b.month(ever, "blend", event.came, 1.0, before)
    if event.planned:
        until = _before(ctx, f"{row}.undecided", event.decided, due_dates)
        out = b.month(f"{row}.out", "sub", until, before)
        after = b.month(f"{row}.not_out", "opposite", out)
        b.month(row, "blend", event.came, after, before)
    return _Gate(row, ever)


def _before(ctx: Lowering, row: str, position: str, due_dates: str) -> str:
    """Row: share of a month's amounts that falls due before a position; what is due on the day itself follows it."""
    b, time = ctx.b, ctx.time
    if not due_dates:
        return b.month(row, "span", position, time.begin, time.end)
    at = f"{due_dates}.position"
    if at not in b.rows:
        b.month(at, "position_at_end", due_dates, float(b.first_month), unit="position")
    return b.month(row, "below", at, position)
