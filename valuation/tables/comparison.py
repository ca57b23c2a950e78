"""Several cases side by side: contracts, scenarios of one, or its views, and their differences path by path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from valuation.statistics.distribution import Distribution

Pairing: TypeAlias = Literal["all", "some", "none"]
"""How many of the random numbers of two cases are the same ones."""


@dataclass(frozen=True)
class ComparedCase:
    """One case. Money is in the currency of the comparison; rates, margins and chances are its own."""

    name: str
    file: str
    id: str
    contract: str
    """Name of the contract."""
    view: str
    scenario: str | None
    currency: str
    """The case's own currency."""
    converted_at: float
    """Units of the comparison's currency for one of its own."""
    discount_rate: float
    hurdle_rate: float
    npv: Distribution
    npv_base: float
    irr: Distribution
    irr_base: float | None
    irr_of_expected_flows: float | None
    margin_base: float | None
    margin_of_expected_flows: float | None
    npv_negative: float
    irr_below_hurdle: float | None
    """None for a view that only pays."""
    revoked: float
    spec_sha256: str
    digest: str
    """That of ``valuate FILE`` on as many paths with the same seed."""
    npv_equity: Distribution | None = None
    """Of the owners, where the view borrows; None elsewhere, as is all below."""
    npv_equity_base: float | None = None
    irr_equity: Distribution | None = None
    irr_equity_base: float | None = None
    equity_discount_rate: float | None = None
    debt: float | None = None
    """Loans, sized on the base case of this case."""
    dscr_min: Distribution | None = None
    """Least cover of a path."""
    dscr_min_base: float | None = None
    default: float | None = None
    """Share of the paths in default; None too without loans."""


@dataclass(frozen=True)
class CaseDifference:
    """A case less the first one, path by path."""

    name: str
    of: str
    """The first case, which is taken from it."""
    npv: Distribution
    """NPV of the case − NPV of the first, over the paths."""
    npv_base: float
    better: float
    """Share of the paths on which the case is worth more than the first."""
    better_se: float
    equal: float
    """Share of the paths on which both are worth the same."""
    npv_negative: float
    """Change of P(NPV < 0)."""
    npv_negative_se: float
    se_if_independent: float
    """Standard error of the mean difference of two runs without common random numbers."""
    pairing: Pairing
    common: tuple[str, ...]
    """Factors whose random numbers both cases draw."""
    apart: tuple[str, ...]
    """Factors that only one of them draws; a contract's own have its id before them."""
    npv_equity: Distribution | None = None
    """The same of the owners' NPVs; None where only one of the two views borrows, or none."""
    npv_equity_base: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Cases side by side, the first being what the others are held against."""

    currency: str
    price_basis: str
    valuation: str
    """Valuation date (YYYY-MM-DD)."""
    cases: tuple[ComparedCase, ...]
    differences: tuple[CaseDifference, ...]
    remarks: tuple[str, ...]
    paths: int
    seed: int
    overrides: tuple[str, ...]
    version: str
    command: str
    """What compares them again."""
