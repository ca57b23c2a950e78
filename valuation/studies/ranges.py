"""The inputs that a sensitivity moves, and the values that they take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from valuation import timeline
from valuation.appraisal.assumptions import assumptions
from valuation.errors import Problem, SpecError, ValuationError
from valuation.plan.model import Plan
from valuation.spec import Contract, Dated, Quantity
from valuation.spec.document import Loc, dotted
from valuation.spec.locate import find
from valuation.spec.paths import values

AROUND = 0.1
"""An input without a range moves by so much of its value, and only where it is asked for."""

T = TypeVar("T")


class NoRange(ValuationError):
    """A path at which no number stands that could be moved."""


@dataclass(frozen=True)
class Ranged:
    """A number or a date of the contract with the ends between which it moves, in its unit as written.

    Parameters
    ----------
    path : where it stands, ``clauses.rent.price``.
    label : the words that reports have for it.
    unit : as written; ``date`` for a date, whose numbers are Excel serials.
    value, low, high : as it stands, and its ends.
    stated : whether the file states the range.
    """

    path: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    stated: bool

    def text(self, at: float) -> str:
        """A value as the file would write it."""
        if self.unit == "date":
            return timeline.date_of(float(round(at))).isoformat()
        return f"{at:.12g} {self.unit}".rstrip()

    def changes(self, at: float) -> dict[str, str]:
        """What to set so that it has this value."""
        return {self.path: self.text(at)}

    def steps(self) -> tuple[float, ...]:
        """Five values, ascending: its own, the ends and the points halfway between; fewer where an end is its own
        value."""
        points = {self.low, 0.5 * (self.low + self.value), self.value, 0.5 * (self.value + self.high), self.high}
        if self.unit == "date":
            points = {float(round(point)) for point in points}
        return tuple(sorted(points))


def stated_ranges(contract: Contract, plan: Plan) -> tuple[Ranged, ...]:
    """Every number and date of the contract and its market that states a range, in the order of the file."""
    labels = _labels(contract, plan)
    made = (_ranged(value, labels) for value in _once(contract))
    return tuple(one for one in made if one is not None and _stands(contract, one.path))


def out_of_reach(contract: Contract) -> tuple[tuple[str, str], ...]:
    """(path, reason) of values with a range that a study cannot set, because a CSV holds them."""
    lost = [v.path for v in _once(contract) if _ranged(v, {}) is not None and not _stands(contract, v.path)]
    reason = "its values stand in a CSV; write them by date in the contract to move them"
    return tuple((path, reason) for path in dict.fromkeys(path.rpartition(".")[0] for path in lost))


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
    found = next((value for value in _once(contract) if value.path == place), None)
    labels = _labels(contract, plan)
    if found is None:
        raise NoRange(f"{flag} {path}: {_instead(contract, place)}")
    if (made := _ranged(found, labels)) is not None:
        return made
    if isinstance(found, Dated):
        raise NoRange(
            f"{flag} {path}: {place} is a date without a range; state one in the file: range: [2026-07-01, …]"
        )
    if found.value == 0.0:
        raise NoRange(f"{flag} {path}: {place} is {found}, of which ±10 % is 0; state a range in the file")
    ends = sorted((found.value * (1.0 - AROUND), found.value * (1.0 + AROUND)))
    return Ranged(place, labels.get(place, place), found.unit, found.value, _digits(ends[0]), _digits(ends[1]), False)


def on_whole(ranged: Ranged, at: float, run: Callable[[float], T]) -> T:
    """What a run gives for a value; for the nearest whole number where the contract takes only whole ones.

    Raises
    ------
    SpecError : a value that the contract does not take.
    """
    try:
        return run(at)
    except SpecError:
        if ranged.unit == "date" or at == round(at):
            raise
        return run(float(round(at)))


def _stands(contract: Contract, path: str) -> bool:
    """Whether a value stands in the contract or the market file, where it can be set."""
    try:
        find(contract.tree, path)
    except LookupError:
        return False
    return True


def _without_value(loc: Loc) -> Loc:
    """A place as the path of its value names it: without the key `value` of a long form."""
    return tuple(key for key in loc if key != "value")


def _once(contract: Contract) -> Iterator[Quantity | Dated]:
    """Numbers and dates with a place in the file, each once."""
    seen: set[str] = set()
    for value in values(contract):
        if isinstance(value, (Quantity, Dated)) and value.path and value.path not in seen:
            seen.add(value.path)
            yield value


def _ranged(value: Quantity | Dated, labels: dict[str, str]) -> Ranged | None:
    origin = value.provenance
    if origin.low is None or origin.high is None:
        return None
    label = labels.get(value.path, value.path)
    if isinstance(value, Dated):
        return Ranged(value.path, label, "date", timeline.serial(value.date), origin.low, origin.high, True)
    low, high = (_digits(end / value.scale) for end in (origin.low, origin.high))
    return Ranged(value.path, label, value.unit, value.value, low, high, True)


def _digits(value: float) -> float:
    """A number to 12 digits: 7 % is 0.07 in the contract and must be 7 again, not 7.000000000000001."""
    return float(f"{value:.12g}")


def _labels(contract: Contract, plan: Plan) -> dict[str, str]:
    """The words that the list of assumptions has, by path."""
    return {one.path: one.label for one in assumptions(contract, plan)}


def _instead(contract: Contract, place: str) -> str:
    """What to ask for where no number stands."""
    below = [value.path for value in _once(contract) if value.path.startswith(f"{place}.")]
    near = _few(below)
    return f"{place} is no single number, expected one below it: {near}" if near else f"{place} is no number"


def _few(names: Iterable[str], most: int = 4) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")
