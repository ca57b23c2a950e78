"""What may move together: Brownian motions, levels drawn anew each year, and the times of events.

A correlation joins two of one kind. Of Brownian motions it is that of their increments; of yearly levels and of event
times that of the normal variables from which they are drawn (a Gaussian copula: above 0, the events come early
together).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from valuation.spec.factor import Factor, JointKind


class Mover(NamedTuple):
    """One that a correlation may join. ``name``: that of its driver, or of its draw, in the plan."""

    name: str
    kind: JointKind


WORDS: dict[JointKind, str] = {
    "motion": "moves all the time",
    "year": "is drawn once a year",
    "event": "is the time of an event",
}
"""How each kind is told to the reader of an error."""


def movers_of(factors: Mapping[str, Factor]) -> list[Mover]:
    """Everything that a correlation of these factors and events may join, in file order."""
    return [
        Mover(name_of(name, factor, component), kind)
        for name, factor in factors.items()
        for component, kind in factor.joined.items()
    ]


def name_of(factor: str, what: Factor, component: str) -> str:
    """Name of a component among the drivers: a rate's only driver bears the name of its factor."""
    full = f"{factor}.{component}"
    if component and what.joined.get(component) == "motion":
        drivers = getattr(what, "drivers", None)
        return full if drivers is not None and any(driver == full for driver, *_ in drivers(factor)) else factor
    return full if component else factor


def mover_of(text: str, factors: Mapping[str, Factor]) -> Mover:
    """The one that a correlation names: a factor without a component means its first, the slow one.

    Raises
    ------
    KeyError : when there is none.
    """
    if text in factors and factors[text].joined:
        component, kind = next(iter(factors[text].joined.items()))
        return Mover(name_of(text, factors[text], component), kind)
    name, _, component = text.rpartition(".")
    if name in factors and component in factors[name].joined:
        return Mover(name_of(name, factors[name], component), factors[name].joined[component])
    raise KeyError(text)
