"""Numbers and dates of a contract with the ranges that its author states for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from valuation import timeline
from valuation.appraisal.assumptions import assumptions
from valuation.errors import SpecError, ValuationError
from valuation.plan.model import Plan
from valuation.spec.locate import find
from valuation.spec.paths import values
from valuation.spec.quantity import Dated, Quantity

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

T = TypeVar("T")


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
    labels = labels_of(contract, plan)
    made = (range_of(value, labels) for value in numbers_and_dates(contract))
    return tuple(one for one in made if one is not None and _stands(contract, one.path))


def out_of_reach(contract: Contract) -> tuple[tuple[str, str], ...]:
    """(path, reason) of values with a range that a study cannot set, because a CSV holds them."""
    lost = [
        v.path for v in numbers_and_dates(contract) if range_of(v, {}) is not None and not _stands(contract, v.path)
    ]
    reason = "its values stand in a CSV; write them by date in the contract to move them"
    return tuple((path, reason) for path in dict.fromkeys(path.rpartition(".")[0] for path in lost))


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


def first_fault(error: ValuationError) -> str:
    """The first fault in a line, without the place in the file."""
    if isinstance(error, SpecError):
        first = error.problems[0]
        return f"{first.path}: {first.message}" if first.path else first.message
    return str(error).splitlines()[0]


def _stands(contract: Contract, path: str) -> bool:
    """Whether a value stands in the contract or the market file, where it can be set."""
    try:
        find(contract.tree, path)
    except LookupError:
        return False
    return True


def numbers_and_dates(contract: Contract) -> Iterator[Quantity | Dated]:
    """Numbers and dates with a place in the file, each once."""
    seen: set[str] = set()
    for value in values(contract):
        if isinstance(value, (Quantity, Dated)) and value.path and value.path not in seen:
            seen.add(value.path)
            yield value


def range_of(value: Quantity | Dated, labels: dict[str, str]) -> Ranged | None:
    """A value with its range; None where the file states none. ``labels``: words by path."""
    origin = value.provenance
    if origin.low is None or origin.high is None:
        return None
    label = labels.get(value.path, value.path)
    if isinstance(value, Dated):
        return Ranged(value.path, label, "date", timeline.serial(value.date), origin.low, origin.high, True)
    low, high = (twelve_digits(end / value.scale) for end in (origin.low, origin.high))
    return Ranged(value.path, label, value.unit, value.value, low, high, True)


def labels_of(contract: Contract, plan: Plan) -> dict[str, str]:
    """The words that the list of assumptions has, by path."""
    return {one.path: one.label for one in assumptions(contract, plan)}


def twelve_digits(value: float) -> float:
    """A number to 12 digits: 7 % is 0.07 in the contract and must be 7 again, not 7.000000000000001."""
    return float(f"{value:.12g}")
