"""Forward quotes by delivery period: `quotes: {2027: 31 EUR/MWh, 2027-Q1: 40 EUR/MWh}`, or a CSV beside the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from valuation.curves.forward import NO_SHIFT, Levels, Quotes, contradictions, level_held, levels_of
from valuation.curves.periods import YEAR, Period, month_text
from valuation.spec.csv_rows import fault_of, stands_in
from valuation.spec.faults import Fault
from valuation.spec.keyed import ByKey
from valuation.spec.kinds import ANY
from valuation.spec.quantity import Provenance, Quantity, Schedule

YEARS_BEYOND = 100
"""Years for which the level grows after the last quote; it is held from then on."""


QUOTES = ByKey(ANY, "period", "price", r"^[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$", Period.parse)
"""Prices by period, in any order."""


def _bare(quotes: Mapping[str, Quantity]) -> Quotes:
    """Periods and prices in the unit that is computed with."""
    return tuple((Period.parse(period), quote.canonical) for period, quote in quotes.items())


@dataclass(frozen=True)
class Profile:
    """How the months of a year differ.

    Parameters
    ----------
    shape : twelve multipliers, January first [1].
    shift : twelve amounts, January first [unit of the quotes].
    """

    shape: tuple[float, ...]
    shift: tuple[float, ...]

    @classmethod
    def of(cls, shape: Sequence[Quantity], shift: Sequence[Quantity], unit: str) -> Profile:
        """That of a forward whose quotes are in a unit; UnitError where the amounts do not fit."""
        return cls(
            tuple(weight.canonical for weight in shape) or (1.0,) * YEAR,
            tuple(amount.to(unit).canonical for amount in shift) or NO_SHIFT,
        )


def unit_of(quotes: Mapping[str, Quantity]) -> str:
    """The unit that all quotes are computed with."""
    return next(iter(quotes.values())).canonical_unit


def fitted(quotes: Mapping[str, Quantity], profile: Profile, smooth: bool) -> Levels:
    """Levels of the quoted months; see `valuation.curves.forward`."""
    return levels_of(_bare(quotes), profile.shape, smooth, profile.shift)


def wrong_quotes(quotes: Mapping[str, Quantity], profile: Profile, smooth: bool, tolerance: float) -> Iterator[Fault]:
    """What keeps quotes from being a curve: a profile that is not above 0, a contradiction, a month at 0 or below that
    no quote asks for. Places are seen from the forward."""
    unit = unit_of(quotes)
    bad = [place for place, weight in enumerate(profile.shape) if weight <= 0.0]
    if bad:
        yield Fault("beside quotes a month's weight must be above 0", ("month_shape", bad[0]))
        return
    found = contradictions(_bare(quotes), tolerance)
    for one in found:
        inside = [(str(part), quotes[str(part)]) for part in one.parts]
        parts = ", ".join(f"{part} {quote}{stands_in(quotes, part)}" for part, quote in inside)
        message = (
            f"{one.period} is quoted at {one.price:.6g} {unit}, and the quotes inside it ({parts}) average to "
            f"{one.average:.6g} {unit} by days; they may differ by {100.0 * tolerance:g} % ('tolerance')"
        )
        yield fault_of(quotes, message, ("quotes", str(one.period)), str(one.period))
    if found or any(quote.canonical <= 0.0 for quote in quotes.values()):
        return
    levels = fitted(quotes, profile, smooth)
    for at, price in enumerate(levels.prices(profile.shape, profile.shift)):
        if price <= 0.0:
            month = month_text(levels.first + at)
            stepped = fitted(quotes, profile, False).prices(profile.shape, profile.shift) if smooth else [0.0]
            hint = (
                "write 'shaping: stepped', or quote that month itself"
                if min(stepped) > 0.0
                else ("what is quoted leaves less than nothing for it; look for a quote that is too high")
            )
            message = f"all quotes are above 0, and the curve through them has {price:.6g} {unit} in {month}"
            yield Fault(f"{message}: {hint}", ("quotes",))
            return


def level_by_month(quotes: Mapping[str, Quantity], profile: Profile, smooth: bool, growth: Quantity | None) -> Schedule:
    """Level before the profile by month, from the first quoted to the last; after that the level of the last twelve
    months quoted, grown by (1 + growth) from each year to the next."""
    levels = fitted(quotes, profile, smooth)
    held, rate = level_held(levels, profile.shape), 1.0 + (growth.canonical if growth is not None else 0.0)
    values = [(levels.first + at, level) for at, level in enumerate(levels.values)]
    after = held
    for year in range(YEARS_BEYOND if rate != 1.0 else 1):
        after *= rate
        values.append((levels.after + YEAR * year, after))
    one = next(iter(quotes.values()))
    said = Provenance(one.provenance.source, "derived", one.provenance.note)
    steps = tuple(
        (
            date(month // YEAR, month % YEAR + 1, 1),
            Quantity(level, one.canonical_unit, level, one.canonical_unit, 1.0, one.currency, said),
        )
        for month, level in values
    )
    return Schedule(steps, provenance=said, path=one.path.rpartition(".")[0])
