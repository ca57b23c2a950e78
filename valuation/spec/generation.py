"""What a site produces: its yearly volume, its shape over the months, and what the market pays for it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import model_validator

from valuation.spec.faults import fault
from valuation.spec.kinds import Kind, Share, amount, share
from valuation.spec.model import SpecModel, default
from valuation.spec.numbers import Numbers
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import ScheduleOf
from valuation.spec.words import FactorName

HOURS_A_YEAR = 8760.0
"""Hours of the year that a yearly volume and a capacity factor are stated for [h/year]."""
POWER = amount("MW", "a power", "50 MW", low=None, above=0.0)
YEARLY_VOLUME = amount("MWh/year", "a yearly volume", "150 GWh/year")
WEAR = Kind("a yearly rate", "0.4 %/year", ("1/year",), low=0.0, high=0.5)


class Capture(SpecModel):
    """What the produced volume earns of the month's average price: Σ p·q / (p̄·Σ q).

    Captured price = spot × rate × max(0, 1 − falls_with_volume·(volume index − 1)): a windy month presses the price in
    the hours in which the site produces. Written short, `capture: 92 %`.
    """

    short_for: ClassVar[tuple[str, ...]] = ("rate",)

    rate: Annotated[Schedule, ScheduleOf(share(high=None))]
    """Captured price as a share of the month's average spot price at the expected volume [1], also by date."""
    falls_with_volume: Annotated[Quantity, Kind("a number", "0.3", ("",), low=0.0)] = default(0.0)
    """Relative fall of the captured price for each 100 % that the month's volume is above what is expected [1]."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return raw if isinstance(raw, dict) and ("rate" in raw or "falls_with_volume" in raw) else {"rate": raw}


class Generation(SpecModel):
    """A wind farm, a solar park, a hydro plant: what it produces in each month of the term, and what that captures."""

    capacity: Annotated[Quantity, POWER]
    """Installed power [MW]; a cost per kW or per MW is for it."""
    p50: Annotated[Quantity, YEARLY_VOLUME] | None = None
    """Expected volume of a year [MWh/year], before the availability and the losses that are stated beside it."""
    net_capacity_factor: Share | None = None
    """The same as a share of the installed power in all 8,760 hours of a year [1]."""
    month_shape: Annotated[tuple[Quantity, ...], Numbers(Kind("a number", "1.2", ("",), low=0.0), 12)] = ()
    """Twelve weights, January first [1]; only their proportions count: the year has the volume stated. Without them
    each month has a twelfth."""
    volume: FactorName | None = None
    """Risk factor of the volume, with mean 1 (`process: volume_index`); without it the expected volume is certain."""
    degradation: Annotated[Quantity, WEAR] = default("0 %/year")
    """Loss of volume with each completed year of the term [1/year]."""
    availability: Share = default("100 %")
    """Share of the time in which the site can produce [1]."""
    loss_share: Share = default("0 %")
    """Losses up to the meter, as a share of what is produced [1]."""
    capture: Capture = default("100 %")
    """What the volume earns of the average spot price."""

    @model_validator(mode="after")
    def _one_volume(self) -> Generation:
        if (self.p50 is None) == (self.net_capacity_factor is None):
            raise fault("expected either 'p50: 150 GWh/year' or 'net_capacity_factor: 34 %'")
        most = self.capacity.canonical * HOURS_A_YEAR
        if self.p50 is not None and self.p50.canonical > most * (1.0 + 1e-12):
            raise fault(f"{self.p50} is more than {self.capacity} can produce in a year ({most:,.0f} MWh)", "p50")
        if self.month_shape and not sum(weight.canonical for weight in self.month_shape) > 0.0:
            raise fault("the twelve weights are all 0", "month_shape")
        return self
