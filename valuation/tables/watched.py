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


HOURS_OF_A_YEAR = 8760.0
"""Hours over which an amount per kW is spread for a price per kWh: full use of the contracted power."""


@dataclass(frozen=True)
class ClaimedAmount:
    """A claim about rent, cost, power or margin on one measure.

    ``amount`` is per kW of the largest contracted power and month of the term [currency/kW/month]; of a margin it is a
    fraction. ``model`` is the same of the base case.
    """

    claim: int
    """Position of the claim in the file, from 0."""
    reading: str
    """``rent``, ``cost``, ``power`` or ``margin``."""
    operator: str
    amount: float
    model: float | None


@dataclass(frozen=True)
class ClaimConflict:
    """Claims that cannot all hold, whatever the model says; ``implied_margin`` is what rent and cost of them leave."""

    claims: tuple[int, ...]
    implied_margin: float | None
    rule: str


@dataclass(frozen=True)
class ImpliedAmount:
    """What two claims say of a third amount: ``operator`` = a number, > at least, < at most, ~ neither.

    ``amount`` is in currency/kW/month, of a margin a fraction.
    """

    claims: tuple[int, int]
    reading: str
    operator: str
    amount: float


@dataclass(frozen=True)
class ClaimsAudit:
    """Claims held against each other."""

    currency: str
    amounts: tuple[ClaimedAmount, ...]
    conflicts: tuple[ClaimConflict, ...]
    implied: tuple[ImpliedAmount, ...]

    def with_whom(self, claim: int) -> tuple[int, ...]:
        """Positions of the claims that one cannot hold together with."""
        return tuple(sorted({other for c in self.conflicts if claim in c.claims for other in c.claims} - {claim}))


def three_measures(reading: str, amount: float | None) -> tuple[float | None, float | None, float | None]:
    """An amount per kW and month, per MW and year, and per kWh at full use [currency]; none of them of a margin."""
    if amount is None or reading == "margin":
        return None, None, None
    return amount, 12_000.0 * amount, 12.0 * amount / HOURS_OF_A_YEAR
