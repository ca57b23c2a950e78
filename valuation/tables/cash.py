"""Lines, payments and years: what a cash-flow sheet and a fan chart are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    """One monthly line of the base case with what a sheet needs to show it.

    ``values[t]`` [unit] as an amount; ``sign`` −1 = it leaves the view.

    ``parts`` names the lines whose values add up to this one (``-name`` is subtracted): a sheet shows it as a formula.
    """

    name: str
    label: str
    unit: str
    section: str
    roll: str
    sign: int
    total: bool
    values: tuple[float, ...]
    expected: tuple[float, ...] | None = None
    note: str = ""
    parts: tuple[str, ...] = ()
    cash: bool = False
    """Whether the view itself receives or pays it, in the contract's currency: it then stands among the payments."""
    nominal: tuple[float, ...] | None = None
    """The values in nominal money, where ``values`` are in real money."""


@dataclass(frozen=True)
class DatedFlows:
    """Cash to the viewed party by payment date: base case and mean over the paths, before tax and tax apart."""

    dates: tuple[date, ...]
    base_pre_tax: tuple[float, ...]
    base_tax: tuple[float, ...]
    mean_pre_tax: tuple[float, ...]
    mean_tax: tuple[float, ...]


@dataclass(frozen=True)
class YearRow:
    """One calendar year. Percentiles over paths; margin over paths with revenue, whose share is ``with_revenue``."""

    year: int
    cash_base: float
    cash_mean: float
    cash_p5: float
    cash_p25: float
    cash_p50: float
    cash_p75: float
    cash_p95: float
    revenue_base: float
    revenue_mean: float
    ebitda_base: float
    ebitda_mean: float
    margin_base: float | None
    margin_p5: float | None
    margin_p50: float | None
    margin_p95: float | None
    with_revenue: float
    alive: float
    """Share of paths without an event at the year's end."""
    utilisation_mean: float | None
    utilisation_p5: float | None
    utilisation_p95: float | None
