"""How a validator says that something is wrong, and exactly where below the value that it reads."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic_core import PydanticCustomError


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Parameters
    ----------
    message : what was got, what was expected, and a hint.
    at : keys and positions that lead from the value being read to the value at fault.
    file, line, source, column : place in another file (a CSV) than the one being read.
    """

    message: str
    at: tuple[str | int, ...] = ()
    file: str = ""
    line: int = 0
    source: str = ""
    column: int = 1


def fault(message: str, *at: str | int) -> PydanticCustomError:
    """The error to raise for one fault."""
    return faults([Fault(message, at)])


def faults(found: Iterable[Fault]) -> PydanticCustomError:
    """The error to raise for several faults of one value."""
    return PydanticCustomError("faults", "{text}", {"faults": tuple(found), "text": ""})


def shown(got: object) -> str:
    """A value as a message shows it."""
    if got is None:
        return "nothing"
    if isinstance(got, bool):
        return str(got).lower()
    if isinstance(got, dict):
        return "a mapping"
    return "a list" if isinstance(got, (list, tuple)) else f"'{got}'"


def one_of(got: object, allowed: Sequence[str], noun: str = "") -> str:
    """Message for a word that is not among those allowed, with the nearest that is."""
    near = difflib.get_close_matches(got, allowed, 1) if isinstance(got, str) else []
    subject = f"unknown {noun} {shown(got)}" if noun else f"got {shown(got)}"
    if near:
        return f"{subject}, did you mean '{near[0]}'?"
    if not allowed:
        return f"{subject}: there is none"
    return f"{subject}, expected one of {', '.join(allowed)}"
