"""Approval of an expansion: whether a phase of a lease ever comes, and how late the decision falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.kinds import Share
from valuation.spec.phases import Phase
from valuation.spec.waiting import Waiting
from valuation.spec.words import Day, LeaseName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.starts import StartRows


@factor("approval")
class Approval(Factor):
    """With probability p a phase is approved; else it never comes. A late decision puts off the phase by as much."""

    event: ClassVar[bool] = True
    of_start: ClassVar[bool] = True
    process: Literal["approval"]
    of: LeaseName
    """Lease whose phase waits for the approval."""
    phase: Phase
    """The phase, a step of the lease's contracted power counted from 1, or `all`."""
    probability: Share
    """Probability that it is approved [1]."""
    date: Day
    """Date of the decision. What a clause that `requires` the approval owes before it is paid on all paths."""
    later: Waiting | None = None
    """How late the decision may come; refusals come as late as approvals. Without it, on the date. What requires the
    approval and falls due from the date on waits for the decision."""
    base: Literal["approved", "refused"]
    """What the base case takes: it has no middle."""

    def moments(self) -> tuple[float, float]:
        """Exact mean p and variance p·(1 − p) of the 0/1 outcome."""
        p = self.probability.canonical
        return p, p * (1.0 - p)

    def lower(self, name: str, ctx: Lowering) -> StartRows:
        """1 where a uniform of its own stream lies below the probability; the wait has streams of its own."""
        from valuation.lowering.starts import StartRows
        from valuation.lowering.waiting import lower_wait

        b = ctx.b
        phase = None if self.phase == "all" else self.phase
        stated = float(self.base == "approved")
        with b.in_section(f"Risk: {name}"):
            chance = ctx.quantity(self.probability, f"Chance that {name} is given")
            date = ctx.dated(self.date, f"Decision on {name}")
            planned = b.scalar(f"{name}.planned", "position_at_end", date, float(b.first_month), unit="position")
            if not ctx.events_on:
                came = b.start(f"{name}.given", "set", stated)
                return StartRows((self.of,), phase, came, decided=planned)
            word = b.start(f"{name}.word", "draw_uniform", stream=f"{ctx.stream(name)}/decision")
            came = b.start(f"{name}.given", "below", word, chance, base=stated, label=f"Approved, {name}")
            outcomes = {"refused": b.start(f"{name}.refused", "opposite", came)}
            late, decided = "", planned
            if self.later is not None:
                late = lower_wait(ctx, name, "later", self.later, f"the decision on {name}")
                decided = b.start(f"{name}.decided", "sum", planned, late, unit="position")
                outcomes["decided_late"] = b.start(f"{name}.decided_late", "above", late, 0.0)
        return StartRows((self.of,), phase, came, late, decided, planned if late else "", outcomes=outcomes)
