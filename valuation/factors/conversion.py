"""Conversion of a letter of intent: whether a lease that is only intended ever begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.kinds import Share
from valuation.spec.words import Day, LeaseName, OneOrMore

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.starts import StartRows


@factor("conversion")
class Conversion(Factor):
    """With probability p the letter of intent becomes a lease; else the leases never begin. One draw a path."""

    event: ClassVar[bool] = True
    of_start: ClassVar[bool] = True
    process: Literal["conversion"]
    probability: Share
    """Probability that the letter is converted [1]. The base case is converted: the lease as the file states it."""
    decided: Day
    """Date by which it is known. What a clause that `requires` the conversion owes before it is paid on all paths."""
    ends: Annotated[tuple[LeaseName, ...], OneOrMore()] | None = None
    """Lease or leases that never begin without it; all capacity leases where it is left out."""

    def moments(self) -> tuple[float, float]:
        """Exact mean p and variance p·(1 − p) of the 0/1 outcome."""
        p = self.probability.canonical
        return p, p * (1.0 - p)

    def lower(self, name: str, ctx: Lowering) -> StartRows:
        """1 where a uniform of its own stream lies below the probability."""
        from valuation.lowering.starts import StartRows

        b = ctx.b
        with b.in_section(f"Risk: {name}"):
            chance = ctx.quantity(self.probability, f"Chance that {name} is converted")
            date = ctx.dated(self.decided, f"Conversion of {name} decided")
            decided = b.scalar(f"{name}.decided", "position_at_end", date, float(b.first_month), unit="position")
            if not ctx.events_on:
                return StartRows(self.ends, None, decided=decided)
            word = b.start(f"{name}.word", "draw_uniform", stream=f"{ctx.stream(name)}/decision")
            came = b.start(f"{name}.converted", "below", word, chance, base=1.0, label=f"Converted, {name}")
            failed = b.start(f"{name}.not_converted", "opposite", came)
        return StartRows(self.ends, None, came, decided=decided, outcomes={"not_converted": failed})
