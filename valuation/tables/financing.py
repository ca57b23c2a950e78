"""The financing of the viewed party: loans, sources and uses, cover, the owners' return, the lender's cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from valuation.statistics.distribution import Distribution
from valuation.tables.measures import IrrSummary


@dataclass(frozen=True)
class LoanTable:
    """A loan as it was sized on the base case. Money is in the contract's currency."""

    name: str
    lender: str
    amount: float
    part_of_need: float
    """Amount over uses less grants [1]."""
    repayment: str
    tenor_months: int
    grace_months: int
    first_rate: float
    """Nominal yearly rate of the base case in the first month after the completion [1/year]."""
    sized_by: str
    """What set the size: `amount`, `gearing`, or the case whose cover did."""
    carried: float | None
    """What the cash carries at the cover asked for; None for a stated size."""
    covers: dict[str, float]
    """Cover asked for, by case [1]; empty for a stated size."""
    status: str
    """`ok`, `capped_by_gearing`, `capped_by_uses`, or what kept the cash from carrying it as asked."""
    interest: float
    """Interest over its life in the base case, that of the construction among it."""


@dataclass(frozen=True)
class SourceOrUse:
    """A line of the table of sources and uses, base case, until the completion."""

    label: str
    amount: float
    share: float
    """Of all sources, or of all uses [1]."""


@dataclass(frozen=True)
class ServiceDate:
    """A service date of the base case: sums over the service period that it ends, balances after it."""

    day: date
    cfads: float
    interest: float
    principal: float
    debt: float
    """Balance of all loans after the date."""
    dscr: float | None
    """Over the twelve months before; None where no debt service is scheduled."""
    reserves: float
    distribution: float
    paid_in: float


@dataclass(frozen=True)
class CoverYear:
    """Cover of a calendar year: CFADS over debt service, both as sums over its months in which loans run."""

    year: int
    base: float | None
    dscr: Distribution
    """Over the paths with debt service in the year."""
    below_lock_up: float | None
    """Share of the paths with a service date in the year on which the tested cover is below the lock-up; None without
    such a covenant."""
    below_one: float
    """Share of the paths on which the cover of the year is below 1."""
    in_default: float
    """Share of the paths in default at the year's end."""


@dataclass(frozen=True)
class LenderCase:
    """A case on the lender's page, with the loans as they are sized in the file: no factor moves, no event strikes."""

    name: str
    what: str
    """In words."""
    dscr_min: float | None
    dscr_min_day: date | None
    dscr_average: float | None
    llcr: float | None
    plcr: float | None
    debt_at_end: float
    defaults: bool
    equity_npv: float
    equity_irr: float | None


@dataclass(frozen=True)
class OwnersReturn:
    """What the owners pay in and get out, after tax and debt."""

    rate: float
    """Discount rate of the owners [1/year]."""
    npv: Distribution
    npv_base: float
    npv_negative: float
    """Share of the paths on which their NPV is below 0."""
    irr: IrrSummary
    irr_base: float | None
    irr_status: str
    paid_in: float
    """Base case from the valuation date on, undiscounted."""
    paid_out: float
    """Likewise."""
    mirr: Distribution | None
    moic: Distribution | None
    payback_years: Distribution | None
    """From the valuation date, over the paths on which what was paid in comes back."""
    discounted_payback_years: Distribution | None
    """The same at the owners' rate."""
    mirr_base: float | None
    moic_base: float | None
    payback_years_base: float | None
    discounted_payback_years_base: float | None


@dataclass(frozen=True)
class FinancingChances:
    """Shares of the paths."""

    default: float
    default_given_no_event: float | None
    """Of the paths on which no event strikes within the term; None where no event strikes on any path, or on all."""
    debt_left: float
    """Something is owed at the end of the last month."""
    locked_up: float | None
    """Some service date has a cover below the lock-up."""
    support: float
    """The owners pay in after the completion, for running costs and tax that the cash does not cover."""


@dataclass(frozen=True)
class FinancingTable:
    """Everything that a report shows of a financing."""

    borrower: str
    service: str
    cfads: str
    """`after_tax` or `pre_tax`."""
    completion: date
    close: date
    iterations: int
    """Rounds until sizes, fees, interest and tax agreed."""
    residual: float
    """Largest change of an amount in the last round, as a share of the need."""
    lock_up: float | None
    default: float | None
    loans: tuple[LoanTable, ...]
    sources: tuple[SourceOrUse, ...]
    uses: tuple[SourceOrUse, ...]
    owners: OwnersReturn
    dscr_min: Distribution
    """Of the tested cover over each path's service dates; paths without one count in none."""
    dscr_min_base: float | None
    dscr_min_day: date | None
    """Service date of the least cover, base case."""
    dscr_min_months: tuple[tuple[date, float], ...]
    """Service dates on which the least cover of a path falls, and the share of the paths; the five most frequent."""
    dscr_average: Distribution
    """Σ CFADS / Σ debt service over the years with debt service, by path."""
    dscr_average_base: float | None
    llcr: Distribution
    llcr_base: float | None
    plcr: Distribution
    plcr_base: float | None
    support_base: float
    """What the owners pay in after the completion for running costs and tax that the cash does not cover,
    undiscounted: base case."""
    support_mean: float
    """The same, mean over the paths."""
    chances: FinancingChances
    years: tuple[CoverYear, ...]
    schedule: tuple[ServiceDate, ...]
    cases: tuple[LenderCase, ...]
