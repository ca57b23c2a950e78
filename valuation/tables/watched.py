"""What is watched and what is said of a deal: indicators and claims."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class IndicatorYear:
    """given_alive = P(true | no event by year end); and_alive = P(true and no event); alive = P(no event)."""

    year: int
    given_alive: float | None
    and_alive: float
    alive: float


@dataclass(frozen=True)
class Indicator:
    """A condition that is watched, year by year. ``at_start``: it holds already at the start."""

    name: str
    when: str
    over: str
    at_start: bool
    years: tuple[IndicatorYear, ...]
    note: str = ""


@dataclass(frozen=True)
class Claim:
    """What somebody says of the deal, held against the model. ``with_`` names the scenarios of the check."""

    quote: str
    source: str
    check: str
    value: float | None
    unit: str
    verdict: str
    with_: tuple[str, ...]
    note: str = ""
