"""The volume that a price clause settles: a flat power, an energy by month, or what a site produces."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from valuation.spec.faults import fault
from valuation.spec.generation import WEAR
from valuation.spec.kinds import Share, amount
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import PowerSchedule, ScheduleOf, ShareSchedule


class Volume(SpecModel):
    """The energy of a month that is settled. Written short, `volume: produced`.

    A `baseload` of P MW is P × hours; `monthly` states the energy of each month. `produced` is what the site of the
    contract's `generation` feeds in; `proxy` what it would have fed in from the same resource at a stated availability
    and wear, whatever the actual ones are: the operator, not the payer, then bears how well it runs.
    """

    short_for: ClassVar[tuple[str, ...]] = ("of",)

    of: Literal["produced", "proxy"] | None = None
    """What the site produces, or the proxy of it."""
    baseload: PowerSchedule | None = None
    """A flat power in all hours [MW], also by date."""
    monthly: Annotated[Schedule, ScheduleOf(amount("MWh/month", "an energy a month", "6 GWh/month"))] | None = None
    """The energy of each month, also by date: each value holds from its date until the next [MWh/month]."""
    share: ShareSchedule = default("100 %")
    """Part of what is produced, or of its proxy, that is settled [1], also by date."""
    availability: Share | None = None
    """Availability of the proxy [1]; `of: proxy` needs it."""
    degradation: Annotated[Quantity, WEAR] | None = None
    """Loss of the proxy's volume with each completed year of the term [1/year]; that of the site where left out."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        if isinstance(raw, str) and raw[:1].isdigit():
            raise fault(
                f"got '{raw}'; write '{{baseload: {raw}}}' for a flat power, '{{monthly: {raw}}}' for an energy"
            )
        return {"of": raw} if isinstance(raw, str) else raw

    @model_validator(mode="after")
    def _one_volume(self) -> Volume:
        stated = [key for key in ("of", "baseload", "monthly") if getattr(self, key) is not None]
        if len(stated) != 1:
            raise fault(
                "expected 'produced', '{of: proxy, availability: 97 %}', '{baseload: 10 MW}' or "
                "'{monthly: 6 GWh/month}'" + (f", got {' and '.join(stated)}" if stated else "")
            )
        if self.of is None and "share" in self.model_fields_set:
            raise fault("a stated volume has no 'share'; state the part that is settled", "share")
        for key in ("availability", "degradation"):
            if getattr(self, key) is not None and self.of != "proxy":
                raise fault(f"'{key}' is of the proxy; write 'of: proxy'", key)
        if self.of == "proxy" and self.availability is None:
            raise fault("a proxy needs its 'availability'; write '{of: proxy, availability: 97 %}'")
        return self

    def needs(self, structure: str) -> dict[str, str]:
        """Sections of the contract that the volume is reckoned from."""
        return {"generation": f"this {structure} settles what a site produces"} if self.of is not None else {}
