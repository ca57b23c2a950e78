"""The number that a study varies: where it stands, its unit, its range and its bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from valuation.errors import Problem, SpecError, ValuationError
from valuation.spec import Contract, Dated, Quantity, Switch
from valuation.spec.document import Loc, dotted
from valuation.spec.fields import kind_at
from valuation.spec.kinds import Kind
from valuation.spec.locate import find
from valuation.spec.paths import values
from valuation.units import parse_unit

TIMES = "times the values in the file"
"""The unit of a common factor of values by date."""


@dataclass(frozen=True)
class Varied:
    """A number of the contract as the file writes it; of values by date, the common factor of them all.

    Parameters
    ----------
    path : where it stands, ``clauses.rent.price``.
    unit : as written; all numbers here are in it.
    stated : the value in the file.
    low, high : its stated range, None where there is none.
    least, most : bounds that the contract language sets, −∞ and +∞ where it sets none.
    steps : by path, number and unit of what is multiplied with a common factor; empty for a number of its own.
    """

    path: str
    unit: str
    stated: float
    low: float | None = None
    high: float | None = None
    least: float = -math.inf
    most: float = math.inf
    steps: tuple[tuple[str, float, str], ...] = ()

    def settings(self, value: float) -> dict[str, str]:
        """What to set in the contract, as text by path, so that the number has this value [unit]."""
        if not self.steps:
            return {self.path: f"{value!r} {self.unit}".rstrip()}
        return {path: f"{number * value!r} {unit}".rstrip() for path, number, unit in self.steps}

    def read(self, text: str) -> float:
        """A value written with its unit, or as a bare number in the unit of the file [unit].

        Raises
        ------
        ValuationError : another unit, or no number.
        """
        number, _, unit = text.strip().partition(" ")
        try:
            value = float(number.replace("_", ""))
            scale = parse_unit(unit).scale_to(parse_unit(self._plain_unit)) if unit.strip() else 1.0
        except ValueError as error:  # a UnitError too
            raise ValuationError(f"'{text}' is no value of {self.path}: {error}; expected {self.example}") from None
        if not math.isfinite(value):
            raise ValuationError(f"'{text}' is not a finite number, expected {self.example}")
        return value * scale

    @property
    def example(self) -> str:
        """A value that would do, for messages."""
        return f"for example '{self.stated:g} {self._plain_unit}'" if self._plain_unit else "a bare number"

    @property
    def _plain_unit(self) -> str:
        return "" if self.steps else self.unit


def varied(contract: Contract, path: str) -> Varied:
    """The number at a path of a contract.

    Raises
    ------
    SpecError : the path meets nothing (names the nearest keys), or no number that can be varied (says what to do).
    """
    tree = contract.tree
    try:
        loc = find(tree, path)
    except (LookupError, ValueError) as error:
        raise _wrong(path, str(error.args[0])) from None
    if loc and loc[-1] == "value":
        loc = loc[:-1]
    place = dotted(loc)
    found = {one.path: one for one in values(contract)}
    number = found.get(place)
    if isinstance(number, Quantity):
        return _number(number, kind_at(tree, loc))
    if isinstance(number, Dated):
        raise _wrong(path, f"{place} is a date, {number}: a number is varied; compare dates with --set {place}=…")
    if isinstance(number, Switch):
        raise _wrong(path, f"{place} is a choice, '{number}': a number is varied; compare choices with --set {place}=…")
    below = [one for key, one in found.items() if key.startswith(f"{place}.") and isinstance(one, Quantity)]
    kind = kind_at(tree, loc)
    if below and kind is not None and all(kind_at(tree, (*loc, one.path[len(place) + 1 :])) == kind for one in below):
        return _common_factor(place, below, kind)
    raise _wrong(path, _what_stands(tree, loc, place, below))


def _wrong(path: str, message: str) -> SpecError:
    """The error of a path to vary, as of a wrong ``--set``."""
    return SpecError([Problem(f"--vary {path}", 0, 0, "", message)])


def _number(number: Quantity, kind: Kind | None) -> Varied:
    origin, scale = number.provenance, number.scale
    if kind is not None and kind.whole:
        raise _wrong(
            number.path,
            f"{number.path} is a whole number, {number}: a solution lies between two of them; compare some with "
            f"--set {number.path}=…",
        )

    def written(bound: float | None) -> float | None:
        # 12 digits: 5 % is 0.05 in the contract and must be 5 again, not 5.000000000000001
        return None if bound is None else float(f"{bound / scale:.12g}")

    least = written(kind.low if kind.low is not None else kind.above) if kind is not None else None
    most = written(kind.high) if kind is not None else None
    return Varied(
        path=number.path,
        unit=number.unit,
        stated=number.value,
        low=written(origin.low),
        high=written(origin.high),
        least=-math.inf if least is None else least,
        most=math.inf if most is None else most,
    )


def _common_factor(place: str, steps: list[Quantity], kind: Kind) -> Varied:
    """The factor that multiplies all values of a schedule, 1 in the file."""
    largest = max(one.canonical for one in steps)
    most = kind.high / largest if kind.high is not None and largest > 0.0 else math.inf
    return Varied(
        path=place,
        unit=TIMES,
        stated=1.0,
        least=0.0,
        most=most,
        steps=tuple((one.path, one.value, one.unit) for one in steps),
    )


def _what_stands(tree: dict[str, object], loc: Loc, place: str, below: list[Quantity]) -> str:
    """Why nothing at a place can be varied."""
    if below:
        near = ", ".join(one.path for one in below[:4])
        return f"{place} is no single number, expected one below it: {near}{', …' if len(below) > 4 else ''}"
    here: object = tree
    for key in loc:
        here = here.get(key) if isinstance(here, dict) else None
    if here is None:
        return f"the file gives {place} no value to start from; give it one with --set {place}=…"
    if isinstance(here, dict) and "file" in here:
        return (
            f"{place} stands in the file '{here['file']}': write its steps by date, or one number with --set {place}=…"
        )
    return f"{place} is '{here}', which is no number"
