"""Everything that a report shows, in one piece."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from valuation.statistics.distribution import Distribution, Histogram
from valuation.tables.cash import DatedFlows, Line, YearRow
from valuation.tables.comparisons import BreakEven, BridgeStep, PartyValue, RateRow, ScenarioCase, Transfers
from valuation.tables.deal import DealFigures, DealTerms
from valuation.tables.fair_value import TransactionPrice
from valuation.tables.financing import FinancingTable
from valuation.tables.levelised import Levelised
from valuation.tables.live import LiveModel
from valuation.tables.measures import BaseCase, ExpectedMargin, IrrSummary, Probability, ProjectReturn, Survivors
from valuation.tables.pages import BaseTornado, PathSample, Quantiles, YearBand
from valuation.tables.previous import ChangeLog, CsvFile
from valuation.tables.record import Assumption, Audit, Check
from valuation.tables.uncertainty import ParameterUncertainty
from valuation.tables.watched import Claim, ClaimsAudit, Indicator


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
    claims_audit: ClaimsAudit | None = None
    """Claims about rent, cost and margin held against each other; None where there are fewer than two."""
    scenarios: tuple[ScenarioCase, ...] = ()
    """The file as it stands first, then its scenarios; empty where it has none."""
    convergence: tuple[tuple[int, float, float], ...] = ()
    """(paths, mean NPV, standard error) at growing numbers of paths."""
    parties: tuple[PartyValue, ...] = ()
    """Every party of the file in its order, then ``outside``."""
    transfers: Transfers | None = None
    """What the transfers between the parties sum to."""
    financing: FinancingTable | None = None
    """Loans and owners, where the viewed party is the borrower of a financing."""
    levelised: Levelised | None = None
    """Levelised cost and price; None where nothing is produced or let."""
    project: ProjectReturn | None = None
    """Modified rate, multiple and payback of the investment over the paths; None where the view invests nothing on or
    after the valuation date."""
    parameter_uncertainty: ParameterUncertainty | None = None
    """The run with drawn parameters; None where it was not asked for."""
    live: LiveModel | None = None
    """The base case as a program with spare months, for the workbook."""
    contract_text: str = ""
    """The contract and its market as run, as canonical JSON; empty where it was not read from a file."""
    files: tuple[CsvFile, ...] = ()
    """The CSVs that they read."""
    previous: ChangeLog | None = None
    """What changed since an earlier run; None where none is given."""
    transaction_price: TransactionPrice | None = None
    """What the viewed party paid for its side of the contract; None where the file does not say."""
    quantiles: dict[str, Quantiles] = field(default_factory=dict)
    """npv, irr, margin."""
    bands: dict[str, tuple[YearBand, ...]] = field(default_factory=dict)
    """revenue, ebitda: a row a calendar year."""
    tornado: BaseTornado | None = None
    """Only the workbook shows it, as it does the sample: None until one is asked for."""
    sample: PathSample | None = None
