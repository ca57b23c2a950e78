"""The values of a contract as written and as computed with: quantities, dates, switches, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from valuation.units import parse_unit

Status = Literal["fact", "claim", "derived", "assumption", "placeholder"]
STATUSES: tuple[Status, ...] = ("fact", "claim", "derived", "assumption", "placeholder")

Law = Literal["normal", "lognormal", "logit_normal", "gamma"]
LAWS: tuple[Law, ...] = ("normal", "lognormal", "logit_normal", "gamma")


@dataclass(frozen=True, slots=True)
class Estimate:
    """How well a value is known, in its canonical unit.

    Parameters
    ----------
    se : standard error, which is the standard deviation of the law; the value is its mean.
    law : law of the estimate; None until the bounds of what is measured have given it one.
    least, most : bounds of what is measured, None where there is none.
    """

    se: float
    law: Law | None = None
    least: float | None = None
    most: float | None = None

    def times(self, ratio: float) -> Estimate:
        """The same in a unit of which the present one has so many."""
        least, most = (None if bound is None else bound * ratio for bound in (self.least, self.most))
        return Estimate(self.se * ratio, self.law, least, most)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a number comes from.

    Parameters
    ----------
    source : id of docs/sources.md, or None.
    status : how far the number can be relied on, or None where the file does not say.
    note : reasoning in a sentence.
    low, high : plausible range for sensitivities, in the canonical unit of the value; dates as Excel serials.
    estimate : how well the value is known; None where the file states no standard error.
    """

    source: str | None = None
    status: Status | None = None
    note: str | None = None
    low: float | None = None
    high: float | None = None
    estimate: Estimate | None = None


NOWHERE = Provenance()
"""The provenance of a value that says nothing of itself."""

BY_DEFAULT = Provenance(status="assumption", note="default of the contract language")
"""The provenance of a value that the file leaves out."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as written and in the unit that its clause computes with.

    Parameters
    ----------
    value, unit : as written: 0.0328 and `USD/kWh`. A bare number has the unit ``.
    canonical, canonical_unit : 32.8 and `USD/MWh`. `%` becomes a fraction with the unit `1`.
    scale : canonical = value * scale, in floating point.
    currency : the currency of a price or an amount of money, None for all else (an FX rate has two and gives None).
    provenance : source, status, note, range.
    path : where it stands, `clauses.rent.price`; `market.` before what stands in the market file.
    """

    value: float
    unit: str
    canonical: float
    canonical_unit: str
    scale: float
    currency: str | None = None
    provenance: Provenance = NOWHERE
    path: str = ""

    def to(self, unit: str) -> Quantity:
        """The same quantity computed with in another unit.

        Raises
        ------
        UnitError : when the units do not measure the same thing.
        """
        target = parse_unit(unit)
        scale = parse_unit(self.unit).scale_to(target)
        ratio = parse_unit(self.canonical_unit).scale_to(target)
        origin = self.provenance
        low, high = (None if end is None else end * ratio for end in (origin.low, origin.high))
        estimate = None if origin.estimate is None else origin.estimate.times(ratio)
        return replace(
            self,
            canonical=self.value * scale,
            canonical_unit=unit,
            scale=scale,
            provenance=replace(origin, low=low, high=high, estimate=estimate),
        )

    def __str__(self) -> str:
        return f"{self.value:.12g} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Dated:
    """A date with where it comes from. Its range, if any, is in Excel serials."""

    date: date
    provenance: Provenance = NOWHERE
    path: str = ""

    def __str__(self) -> str:
        return self.date.isoformat()


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice among words that changes the deal, with where it comes from: `lease: gross`."""

    value: str
    provenance: Provenance = NOWHERE
    path: str = ""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Schedule:
    """A quantity that changes with time; each value holds from its date until the next.

    Parameters
    ----------
    steps : (date, quantity) in order of time. One step without a date holds always.
    file, column : the CSV that it was read from, None when it stands in the contract.
    """

    steps: tuple[tuple[date | None, Quantity], ...]
    file: str | None = None
    column: str | None = None
    provenance: Provenance = NOWHERE
    path: str = ""

    @property
    def constant(self) -> Quantity | None:
        """The only value, when it does not change with time."""
        return self.steps[0][1] if len(self.steps) == 1 and self.steps[0][0] is None else None

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The values in order of time."""
        return tuple(quantity for _, quantity in self.steps)

    @property
    def currency(self) -> str | None:
        """Currency of the values, None where they are no money."""
        return self.steps[0][1].currency

    @property
    def canonical_unit(self) -> str:
        """Unit that the values are computed with."""
        return self.steps[0][1].canonical_unit

    def on(self, day: date | None) -> Quantity | None:
        """The value that holds on a day, None before the first; without a day, the first value."""
        held = [quantity for since, quantity in self.steps if since is None or (day is not None and since <= day)]
        return held[-1] if held else (self.steps[0][1] if day is None else None)

    def to(self, unit: str) -> Schedule:
        """The same schedule computed with in another unit; see `Quantity.to`."""
        return replace(self, steps=tuple((day, quantity.to(unit)) for day, quantity in self.steps))


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of any year, `02-15`."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"
