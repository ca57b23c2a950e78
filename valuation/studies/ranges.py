"""The inputs that a sensitivity is asked to move by name."""

from __future__ import annotations

from collections.abc import Iterable

from valuation.appraisal.ranges import Ranged, labels_of, numbers_and_dates, range_of, twelve_digits
from valuation.errors import Problem, SpecError, ValuationError
from valuation.plan.model import Plan
from valuation.spec import Contract, Dated
from valuation.spec.document import Loc, dotted
from valuation.spec.locate import find

AROUND = 0.1
"""An input without a range moves by so much of its value, and only where it is asked for."""


class NoRange(ValuationError):
    """A path at which no number stands that could be moved."""


def ranged(contract: Contract, plan: Plan, path: str, flag: str) -> Ranged:
    """The number at a path with its range; ±10 % where the file states none.

    Parameters
    ----------
    flag : the option that asked for it, for messages.

    Raises
    ------
    SpecError : the path meets nothing.
    NoRange : no number stands there, or one of 0, of which ±10 % is 0.
    """
    try:
        loc = find(contract.tree, path)
    except (LookupError, ValueError) as error:
        raise SpecError([Problem(f"{flag} {path}", 0, 0, "", str(error.args[0]))]) from None
    place = dotted(_without_value(loc))
    found = next((value for value in numbers_and_dates(contract) if value.path == place), None)
    labels = labels_of(contract, plan)
    if found is None:
        raise NoRange(f"{flag} {path}: {_instead(contract, place)}")
    if (made := range_of(found, labels)) is not None:
        return made
    if isinstance(found, Dated):
        raise NoRange(
            f"{flag} {path}: {place} is a date without a range; state one in the file: range: [2026-07-01, …]"
        )
    if found.value == 0.0:
        raise NoRange(f"{flag} {path}: {place} is {found}, of which ±10 % is 0; state a range in the file")
    low, high = sorted(twelve_digits(found.value * (1.0 + by)) for by in (-AROUND, AROUND))
    return Ranged(place, labels.get(place, place), found.unit, found.value, low, high, False)


def _without_value(loc: Loc) -> Loc:
    """A place as the path of its value names it: without the key `value` of a long form."""
    return tuple(key for key in loc if key != "value")


def _instead(contract: Contract, place: str) -> str:
    """What to ask for where no number stands."""
    below = [value.path for value in numbers_and_dates(contract) if value.path.startswith(f"{place}.")]
    near = _few(below)
    return f"{place} is no single number, expected one below it: {near}" if near else f"{place} is no number"


def _few(names: Iterable[str], most: int = 4) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")
