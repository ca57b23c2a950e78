"""The numbers of a valuation: base case, rates of return, margins, chances."""

from __future__ import annotations

from dataclasses import dataclass, field

from valuation.statistics.distribution import Distribution


@dataclass(frozen=True)
class IrrSummary:
    """Internal rate of return: its distribution, the rate of the expected flows, and the number of paths per status.

    The distribution has no numbers, but the count of paths that have a rate, where these are fewer than half or nothing
    is invested: the few rates that exist then say nothing of the deal.
    """

    distribution: Distribution
    of_expected_flows: float | None
    status: dict[str, int]

    @property
    def some_path_gains(self) -> bool:
        """Whether some path both pays and receives: one that only pays is a total loss, one without flows invests
        nothing."""
        return any(count for status, count in self.status.items() if status not in ("total_loss", "no_investment"))


@dataclass(frozen=True)
class ExpectedMargin:
    """Margin of the expected flows: mean PV of EBITDA over mean PV of revenue, and its standard error.

    It exists and has an error also where a lease may end just after its start: there the margin of a path has no mean.
    """

    ratio: float
    se: float


@dataclass(frozen=True)
class BaseCase:
    """Every factor at its expected value, no event. Rates are fractions."""

    npv: float
    irr: float | None
    irr_status: str
    margin: float | None
    margin_undiscounted: float | None
    npv_pre_tax: float
    irr_pre_tax: float | None
    sunk: float
    """Sum of the flows dated before the valuation date, outside every measure."""
    payback_years: float | None
    discounted_payback_years: float | None
    moic: float | None
    npv_risk_free: float | None = None
    """NPV after tax at the risk-free rate; None where the market states none."""
    invests: bool = True
    """Whether the view pays for an investment on or after the valuation date. Where not, rates and payback are None."""


@dataclass(frozen=True)
class ProjectReturn:
    """What the investment gives back after tax, without loans: modified rate of return, multiple, payback.

    The modified rate borrows and reinvests at the discount rate. Distributions are over the paths that have a measure.
    """

    mirr: Distribution
    moic: Distribution
    payback_years: Distribution
    """From the valuation date, over the paths on which what was paid in comes back."""
    discounted_payback_years: Distribution
    """The same at the discount rate."""
    mirr_base: float | None
    moic_base: float | None
    payback_years_base: float | None
    discounted_payback_years_base: float | None


@dataclass(frozen=True)
class Survivors:
    """The paths without an event before the end of the term: their share, and their NPV after tax."""

    share: float
    npv_mean: float
    npv_se: float


@dataclass(frozen=True)
class Probability:
    """Chances over all paths."""

    npv_negative: float
    npv_negative_risk_free: float
    irr_negative: float | None
    irr_below_hurdle: float
    no_irr: float
    revoked: float
    """An event within the term, before its end."""
    term_cut_short: float
    """An event whose notice runs out before the end of the term."""
    by_cause: dict[str, float]
    starts: dict[str, dict[str, float]] = field(default_factory=dict)
    """Of each event that acts on a start, the chances of `not_converted`, `refused`, `decided_late`, `delayed` and
    `beyond_long_stop`, in so far as it has them."""
