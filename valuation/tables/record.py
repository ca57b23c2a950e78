"""What a number rests on: assumptions, checks, and what makes a run reproducible."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumption:
    """One number or switch of the contract file with where it comes from.

    Numbers are in ``unit``; where that begins with ``%`` they are fractions; a date is text (YYYY-MM-DD).
    """

    section: str
    label: str
    path: str
    value: float | str
    unit: str
    status: str
    source: str
    note: str
    low: float | None
    high: float | None


CASH_TIE = "Cash before tax over all dates = EBITDA + investment + termination + pass-through over all months"
TAX_TIE = "Tax paid over all dates = tax assessed over all months"
"""Names of two checks that the engine makes and the workbook repeats by formula."""


@dataclass(frozen=True)
class Check:
    """Something that must hold: residual and tolerance."""

    name: str
    ok: bool
    residual: float
    tolerance: float
    unit: str = ""


@dataclass(frozen=True)
class Audit:
    """What makes the run reproducible."""

    seed: int
    paths: int
    digest: str
    plan_digest: str
    spec_sha256: str
    version: str
    command: str
    currency: str
    view: str
    scenario: str | None
    overrides: tuple[str, ...]
    stated_rates: tuple[tuple[str, float], ...] = ()
    """Rates of exchange that the market file states and no factor moves: unit and value."""
    generator: str = "Philox4x32-10"
