"""The deal in words and in a few figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from valuation.timeline import YearCount


@dataclass(frozen=True)
class DealTerms:
    """What page one says of the deal in words."""

    id: str
    name: str
    stage: str
    parties: dict[str, str]
    view: str
    currency: str
    price_basis: str
    measure: str
    valuation: date
    start: date
    end: date
    """Last day of the term."""
    discount_rate: float
    discount_basis: str
    discount_includes: tuple[str, ...]
    risk_free: float | None
    hurdle_rate: float
    not_modelled: tuple[str, ...]
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    """Sentences that the numbers need, e.g. why a tenant's view has no IRR, or whose indicator a condition is."""
    runs_to: date | None = None
    """Last day on which a lease can run, where that is another than the end of the term."""
    year_count: YearCount = "days"
    """How discounting counts years: `whole_years` where the flows count at year ends."""

    @property
    def timing(self) -> str:
        """When flows count, in words; empty where each counts on its date."""
        return "" if self.year_count == "days" else "flows at year ends, discounted by whole years"

    @property
    def span(self) -> str:
        """Term in words: its dates, and how far leases may run beyond it."""
        dates = f"{self.start.isoformat()} to {self.end.isoformat()}"
        return dates if self.runs_to is None else f"{dates} (leases run to {self.runs_to.isoformat()} at the latest)"


@dataclass(frozen=True)
class DealFigures:
    """The deal in a few figures of the base case."""

    power_mw: float
    """Largest power that the leases have in the base case [MW] of the capacity basis, without a phase that it takes as
    refused; 0 in a contract without `capacity`."""
    it_mw: float
    """The same at the servers [MW]: over the PUE where MW are at the grid."""
    investment: float
    """What the view invests over the life, sunk amounts included [contract currency]."""
    full_year: int | None
    """First calendar year with the largest contracted power (without it, in the term) in all its months; None where
    there is none."""
    npv_per_kw_month: float | None
    """Base NPV after tax over the discounted kW-months contracted [contract currency/kW/month]."""
    installed_mw: float | None = None
    """Power of what generates [MW]."""
    mwh_per_year: float | None = None
    """Energy of the view in an average year of the term, before any event [MWh/year]: what it produces, or what clauses
    that sell energy bill to it or for it."""
    npv_per_mwh: float | None = None
    """Base NPV after tax over the discounted energy [contract currency/MWh]."""
    cost_per_mwh: float | None = None
    """PV of all that the view pays before tax, investment included, over the discounted energy [contract
    currency/MWh]."""
