"""Solutions: the value of one number at which a result is what is wanted, and the range between two parties."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """Where the deal stands at one value of the number that is varied. Rates and chances are fractions."""

    value: float
    """The number [``unit`` of the solution]."""
    npv_mean: float
    npv_se: float
    irr_p50: float | None
    npv_negative: float
    margin_mean: float | None
    npv_equity_mean: float | None = None
    npv_equity_se: float | None = None
    irr_equity_p50: float | None = None
    debt: float | None = None
    """Loans as they are sized at this value, together [contract currency]."""
    dscr_min_p50: float | None = None
    default: float | None = None
    """The owners', the loans' and their chance of default: None where the view is no borrower."""


@dataclass(frozen=True)
class Solution:
    """The value of a number of the contract at which a result is what is wanted.

    The number and what is measured with it (``value``, ``se``, ``stated``, ``low``, ``high``, ``others``) are in
    ``unit``, as the file writes it: 8 with ``MUSD/MW``, 90 with ``%``. Results (``wanted``, ``reached``) are in units
    of the currency and in fractions.
    """

    path: str
    unit: str
    value: float
    se: float | None
    """Standard error of the value: how far another seed may move it; None for a number of the base case."""
    stated: float
    low: float | None
    high: float | None
    """Ends of the range that the file states."""
    target: str
    """As written, ``npv.p5 = 0``."""
    result: str
    """What is solved for, ``npv.p5``."""
    wanted: float
    reached: float | None
    result_unit: str
    slope: float
    """Change of the gap to the target per ``unit``."""
    others: tuple[float, ...]
    """Other values that meet the target."""
    at_stated: Standing
    at_value: Standing
    remarks: tuple[str, ...]
    settings: tuple[str, ...]
    """What gives this contract with ``--set``."""
    runs: int
    paths: int
    seed: int
    name: str
    """Name of the contract."""
    view: str
    currency: str
    scenario: str | None
    overrides: tuple[str, ...]
    version: str
    command: str
    """What solves it again."""


@dataclass(frozen=True)
class PartyLimit:
    """The value at which the mean NPV of a party is 0, and on which side of it the party gains."""

    party: str
    discount_rate: float
    gains: str
    """``above`` or ``below`` the value."""
    solution: Solution


@dataclass(frozen=True)
class DealRange:
    """The values at which neither of two parties loses on the mean: from the limit of the one to that of the other."""

    limits: tuple[PartyLimit, PartyLimit]
    low: float | None
    high: float | None
    """Ends of the range [``unit`` of the solutions]; None where there is none, or on the side that has no end."""
    width: float | None
    """Upper limit less lower limit, negative where there is no range; None where both gain on the same side."""
    width_se: float | None
    """Standard error of the width; the limits share their random numbers."""
    command: str
