"""Pay as produced: the buyer takes what is produced, at a price of the contract or at what it captures of the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.model import default
from valuation.spec.schedule import EnergyPrice, ShareSchedule
from valuation.spec.words import EndedName, FactorName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@clause("pay_as_produced")
class PayAsProduced(Clause):
    """Sale of a share of what is produced: price × MWh. The seller owes nothing for what is not produced.

    The payer is the buyer. The price is fixed (also by date, and indexed), or it is the captured price of a market:
    spot × capture rate of `generation`.
    """

    may_end: ClassVar[bool] = True
    energy_row: ClassVar[str] = "volume"
    sells_production: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "survives": "the sale ends with the notice and nothing of it survives",
        "passes": "it sells what is produced; no lease passes it through",
    }
    structure: Literal["pay_as_produced"]
    price: EnergyPrice | None = None
    """Price [currency/MWh], also by date; without it the volume is sold at `spot`."""
    spot: FactorName | None = None
    """Price factor at which the volume is sold, times the capture rate; in the place of `price`."""
    share: ShareSchedule = default("100 %")
    """Share of the production that is sold under this clause [1], also by date."""
    instead_of: EndedName | None = None
    """Name of an offtake whose share of the production this clause sells once an event has ended that one."""

    @model_validator(mode="after")
    def _one_price(self) -> PayAsProduced:
        if (self.price is None) == (self.spot is None):
            raise fault("expected either 'price: 48 EUR/MWh' or 'spot', the factor of a price")
        if self.spot is not None and self.index is not None:
            raise fault("it indexes a price of the contract, and this sale is at spot; take it away", "index")
        return self

    @model_validator(mode="after")
    def _share_of_the_other(self) -> PayAsProduced:
        if self.instead_of is not None and "share" in self.model_fields_set:
            raise fault(f"it is that of '{self.instead_of}'; take it away", "share")
        return self

    def needs(self) -> dict[str, str]:
        """Volume to sell."""
        return {"generation": "a pay_as_produced sells what is produced"}

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters the offtake, so that costs know when the last one stops."""
        from valuation.lowering.offtake import enter

        enter(ctx, name, self.payer, self.payee)

    def lower(self, name: str, ctx: Lowering) -> None:
        """Price × share × volume produced, until the event that ends it, by days."""
        from valuation.lowering.costs import post_own
        from valuation.lowering.generation import captured_price
        from valuation.lowering.offtake import contract_price, share_of_production, sold_volume, title

        b = ctx.b
        with b.in_section("Sale of power"):
            share = share_of_production(ctx, self.share if self.instead_of is None else self.instead_of)
            volume = sold_volume(ctx, name, share, self.instead_of)
            if self.price is not None:
                paid, currency = contract_price(ctx, name, self.price, self.index)
            else:
                paid, currency = captured_price(ctx, str(self.spot))
            show = {"unit": currency, "label": title(name), "roll": "sum"}
            billed = b.month(f"{name}.billed", "prod", paid, volume, **show)
            post_own(ctx, self, billed)
