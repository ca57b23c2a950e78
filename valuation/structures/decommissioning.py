"""Decommissioning: what it costs to restore a site when it ends, on each path at its own time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.kinds import Duration, Megawatts, price
from valuation.spec.model import Flag, default
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@clause("decommissioning")
class Decommissioning(Clause):
    """Cost of restoring the site, due some months after it has ended: with the last lease, or earlier by an event."""

    ends_with_lease: ClassVar[bool] = False
    dated: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "survives": "it is due whatever has ended the site; 'wait' says how long after",
        "passes": "it is no running cost, so no lease passes it through; write the tenant as 'payer' where he restores",
    }
    structure: Literal["decommissioning"]
    cost: Annotated[Quantity, price("MW", "", example="0.05 MUSD/MW", low=0.0)]
    """Cost [currency/MW] of the largest contracted capacity, or in all [currency], in the money of `index.from`."""
    power: Megawatts | None = None
    """Power that a cost per MW is for [MW]; the largest contracted where it is left out."""
    wait: Duration = default("0 months")
    """Time from the end of the site to the payment [month]; due on the last day of the month in which it is over."""
    deductible: Flag = True
    """Whether it lowers the payer's taxable profit in the month in which it is due."""

    @model_validator(mode="after")
    def _for_a_price(self) -> Decommissioning:
        if self.power is not None and not self.cost.canonical_unit.endswith("/MW"):
            raise fault(f"'power' is for a cost per MW, and the cost is {self.cost} in all", "power")
        return self

    @model_validator(mode="after")
    def _in_arrears(self) -> Decommissioning:
        if self.payment.timing == "advance":
            raise fault("it is due after the site has ended; 'wait' or a 'lag' puts it off", "payment")
        return self

    @property
    def months_after_end(self) -> int:
        """Months of the wait, and one in which it falls due."""
        return math.ceil(self.wait.canonical) + 1

    def lower(self, name: str, ctx: Lowering) -> None:
        """Cost × index of the month in which the end of the site plus the wait falls. Capital of both, never EBITDA."""
        from valuation.lowering.accounts import beside, post
        from valuation.lowering.indexation import indexation
        from valuation.lowering.investment import total_cost
        from valuation.lowering.leases import terms
        from valuation.lowering.site import falls_due, site_stop

        b = ctx.b
        with b.in_section("Decommissioning"):
            total, currency = total_cost(ctx, name, self.cost, self.power, "Decommissioning")
            months = b.scalar(f"{name}.wait", "convert", ctx.quantity(self.wait, "Wait"), 1.0, unit="position")
            over = b.month(f"{name}.wait_over", "sum", site_stop(ctx), months, unit="position")
            now = falls_due(ctx, over, f"{name}.now")
            index = [indexation(ctx, name, self.index)] if self.index is not None else []
            show = {"unit": currency, "label": "Decommissioning", "roll": "sum"}
            paid = b.month(f"{name}.restored", "prod", total, now, *index, **show)
            accrued = post(ctx, paid, payer=self.payer, payee=self.payee, kind="capital", terms=terms(self.payment))
            if self.deductible and ctx.view == self.payer:
                beside(ctx, accrued, -1)
