"""What the workbook's pages on the paths show beside the summary: quantiles, the base tornado, a sample of paths.

Money in units of the contract's currency, shares as fractions."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.tables.sensitivity import TornadoBar


@dataclass(frozen=True)
class Quantiles:
    """A measure's cumulative curve: ``levels`` [fraction of the paths] and the values that they lie below."""

    levels: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class YearBand:
    """An amount of a calendar year over the paths [currency]; each year's percentiles are its own."""

    year: int
    base: float
    mean: float
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float


@dataclass(frozen=True)
class BaseTornado:
    """The base NPV with one input after the other at the ends of its stated range; no paths are run for it."""

    base: float
    """Base NPV as it stands [currency]."""
    bars: tuple[TornadoBar, ...]
    """Inputs that move the base NPV, the widest swing first."""
    unmoved: tuple[str, ...]
    """Labels of inputs with a range that leave it as it is: what makes paths differ, what only an event brings."""
    refused: tuple[tuple[str, str], ...]
    """(path, reason) of inputs of which an end cannot be run."""


@dataclass(frozen=True)
class Driver:
    """What differs from path to path: the mean of a factor over the rest of the term, or an event.

    ``values`` by path [unit]; None where the event does not happen, or no month of the term is left.
    """

    name: str
    label: str
    unit: str
    is_event: bool
    values: tuple[float | None, ...]
    ranks: tuple[float, ...]
    """Place of the path when all are ordered by the driver, from 1 on; equal values at their middle place."""
    npv_correlation: float | None
    """Correlation of the ranks with those of the NPV; None where one of the two does not vary."""
    share: float | None
    """Share of the NPV's variance that the driver explains by itself; None likewise."""
    share_se: float | None
    """Its standard error."""


@dataclass(frozen=True)
class PathSample:
    """The first paths of the run, once more, with what drives them. All lists are by path."""

    npv: tuple[float, ...]
    npv_ranks: tuple[float, ...]
    """As of a driver."""
    irr: tuple[float | None, ...]
    """A total loss counts as −100 %."""
    margin: tuple[float | None, ...]
    event_years: tuple[float | None, ...]
    """Years from the valuation date to the first event that ends the contract; None without one."""
    cause: tuple[str, ...]
    """Name of that event."""
    drivers: tuple[Driver, ...]
    """Factors and events whose draws reach a payment, in the order of the file."""
