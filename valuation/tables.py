"""The tables of a valuation: what every report is made of, frozen, in plain numbers.

Money is in units of ``audit.currency``, rates and probabilities are fractions, dates are ``datetime.date``; a number
that does not exist is None, never NaN. ``valuation.run.Result`` adds the per-path arrays and pandas views.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from valuation.statistics.distribution import Distribution, Histogram


@dataclass(frozen=True)
class IrrSummary:
    """Internal rate of return: its distribution, the rate of the expected flows, and the number of paths per status.

    The distribution has no numbers, but the count of paths that have a rate, where these are fewer than half or nothing
    is invested: the few rates that exist then say nothing of the deal.
    """

    distribution: Distribution
    of_expected_flows: float | None
    status: dict[str, int]


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


@dataclass(frozen=True)
class BridgeStep:
    """One step of the bridge from the base case to the mean; ``se`` of the change (0 for the base)."""

    step: str
    npv: float
    change: float | None
    se: float


@dataclass(frozen=True)
class BreakEven:
    """The value at which the base NPV is 0, or the reason why there is none; ``stated`` is what the file says, in the
    same unit."""

    path: str
    value: float | None
    unit: str
    reason: str = ""
    stated: float | None = None


@dataclass(frozen=True)
class ScenarioCase:
    """The deal in one scenario of the file: its base case, and what the first ``paths`` paths of the run give.

    A risk that acts by events alone leaves the base case as it is and shows in the paths only.
    """

    name: str
    note: str
    npv_base: float
    irr_base: float | None
    margin_base: float | None
    npv_mean: float
    npv_se: float
    npv_negative: float
    """Share of these paths with an NPV below 0."""
    paths: int
    is_run: bool
    """Whether the run itself is in this scenario."""


@dataclass(frozen=True)
class RateRow:
    """NPV at another discount rate: base case and mean over the paths."""

    rate: float
    base_npv: float
    mean_npv: float


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


@dataclass(frozen=True)
class Survivors:
    """The paths without an event before the end of the term: their share, and their NPV after tax."""

    share: float
    npv_mean: float
    npv_se: float


@dataclass(frozen=True)
class DealFigures:
    """The deal in a few figures of the base case."""

    power_mw: float
    """Largest contracted power [MW] of the capacity basis."""
    it_mw: float
    """The same at the servers [MW]: over the PUE where MW are at the grid."""
    investment: float
    """What the view invests over the life, sunk amounts included [contract currency]."""
    full_year: int | None
    """First calendar year with the largest contracted power in all its months; None where there is none."""
    npv_per_kw_month: float | None
    """Base NPV after tax over the discounted kW-months contracted [contract currency/kW/month]."""


@dataclass(frozen=True)
class Tables:
    """Everything that a report shows."""

    deal: DealTerms
    audit: Audit
    npv: Distribution
    npv_pre_tax: Distribution
    npv_risk_free: Distribution
    irr: IrrSummary
    irr_pre_tax: IrrSummary
    margin: Distribution
    margin_of_expected_flows: ExpectedMargin | None
    """None where no revenue is expected."""
    survivors: Survivors | None
    """None where no hazard can strike, or fewer than two paths are left."""
    tail: dict[str, float]
    """npv_q05, cvar_05 (mean of the worst 5 %), loss_05 (base − q05)."""
    base: BaseCase
    lines: tuple[Line, ...]
    month_ends: tuple[date, ...]
    flows: DatedFlows
    years: tuple[YearRow, ...]
    bridge: tuple[BridgeStep, ...]
    break_even: dict[str, BreakEven]
    npv_by_rate: tuple[RateRow, ...]
    two_way: tuple[tuple[float, ...], ...] | None
    """Base NPV by capex (rows) and operating cost (columns); first row and column are the axes, [0][0] unused."""
    two_way_axes: tuple[str, str] | None
    probability: Probability
    indicators: tuple[Indicator, ...]
    claims: tuple[Claim, ...]
    histograms: dict[str, Histogram]
    """npv, irr, margin."""
    assumptions: tuple[Assumption, ...]
    checks: tuple[Check, ...]
    event_npv: Histogram | None = None
    """NPV on the paths with an event within the term alone, in bins of its own; None where no path has one."""
    figures: DealFigures | None = None
    scenarios: tuple[ScenarioCase, ...] = ()
    """The file as it stands first, then its scenarios; empty where it has none."""
    convergence: tuple[tuple[int, float, float], ...] = ()
    """(paths, mean NPV, standard error) at growing numbers of paths."""
