"""Joint venture: a partner's share of everything that a party pays and is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.kinds import Kind
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

STAKE = Kind("a share", "50 %", ("1",), low=0.0, high=1.0)


@clause("joint_venture")
class JointVenture(Clause):
    """The payee is a partner of the payer: of each payment to and by the venture, and of its tax, the partner has a
    share on the same day. What the venture pays, its investment too, the partner funds by his share; what it earns he
    is paid."""

    ends_with_lease: ClassVar[bool] = False
    dated: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "index": "a share is a share",
        "survives": "a partner shares in whatever an event leaves",
        "passes": "it is no cost, so no lease passes it through",
        "requires": "a partner shares in what is paid and earned; let what the venture pays require it",
        "payment": "a partner is paid, and pays, on the day on which the venture is paid and pays",
        "vat": "a partner shares in what the venture pays; give its clauses the VAT",
    }
    structure: Literal["joint_venture"]
    share: Annotated[Quantity, STAKE]
    """The partner's share of the venture's net cash after tax [1]; several partners have a clause each."""

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Sets the part of every posting that the viewed party has, before any clause posts."""
        from valuation.lowering.ventures import held_part

        ctx.part = held_part(ctx)

    def lower(self, name: str, ctx: Lowering) -> None:
        """Writes nothing of its own: each posting of the venture is the part that the viewed party has."""
