"""The tables of a valuation: what every report is made of, frozen, in plain numbers.

Money is in units of ``audit.currency``, rates and probabilities are fractions, dates are ``datetime.date``; a number
that does not exist is None, never NaN. ``valuation.run.Result`` adds the per-path arrays and pandas views.
"""

from valuation.tables.cash import DatedFlows, Line, YearRow
from valuation.tables.comparison import CaseDifference, ComparedCase, Comparison, Pairing
from valuation.tables.comparisons import BreakEven, BridgeStep, Cash, PartyValue, RateRow, ScenarioCase, Transfers
from valuation.tables.deal import DealFigures, DealTerms
from valuation.tables.fair_value import TransactionPrice
from valuation.tables.financing import (
    CoverYear,
    FinancingChances,
    FinancingTable,
    LenderCase,
    LoanTable,
    OwnersReturn,
    ServiceDate,
    SourceOrUse,
)
from valuation.tables.levelised import Levelised
from valuation.tables.live import LiveInput, LiveModel
from valuation.tables.measures import BaseCase, ExpectedMargin, IrrSummary, Probability, ProjectReturn, Survivors
from valuation.tables.pages import BaseTornado, Driver, PathSample, Quantiles, YearBand
from valuation.tables.previous import (
    ChangeLog,
    CsvFile,
    InputChange,
    RunRecord,
    StepKey,
    TimeParts,
    ValueStep,
)
from valuation.tables.record import CASH_TIE, TAX_TIE, Assumption, Audit, Check
from valuation.tables.sensitivity import (
    Attribution,
    NpvPoint,
    NpvTable,
    RiskShare,
    Sensitivity,
    SpiderLine,
    TornadoBar,
)
from valuation.tables.solution import DealRange, PartyLimit, Solution, Standing
from valuation.tables.uncertainty import ParameterUncertainty, UncertainParameter
from valuation.tables.watched import (
    HOURS_OF_A_YEAR,
    Claim,
    ClaimConflict,
    ClaimedAmount,
    ClaimsAudit,
    ImpliedAmount,
    Indicator,
    IndicatorYear,
    three_measures,
)
from valuation.tables.whole import Tables

__all__ = [
    "SourceOrUse",
    "ServiceDate",
    "OwnersReturn",
    "LoanTable",
    "Levelised",
    "LiveInput",
    "LiveModel",
    "LenderCase",
    "FinancingTable",
    "FinancingChances",
    "CoverYear",
    "Assumption",
    "Attribution",
    "Audit",
    "BaseCase",
    "BaseTornado",
    "BreakEven",
    "BridgeStep",
    "CASH_TIE",
    "CaseDifference",
    "Cash",
    "ChangeLog",
    "Check",
    "Claim",
    "ClaimConflict",
    "ClaimedAmount",
    "ClaimsAudit",
    "ComparedCase",
    "Comparison",
    "CsvFile",
    "DatedFlows",
    "DealFigures",
    "DealRange",
    "DealTerms",
    "HOURS_OF_A_YEAR",
    "Driver",
    "ExpectedMargin",
    "ImpliedAmount",
    "Indicator",
    "IndicatorYear",
    "InputChange",
    "IrrSummary",
    "Line",
    "NpvPoint",
    "NpvTable",
    "Pairing",
    "ParameterUncertainty",
    "PartyLimit",
    "PartyValue",
    "PathSample",
    "Probability",
    "ProjectReturn",
    "Quantiles",
    "RateRow",
    "RiskShare",
    "RunRecord",
    "ScenarioCase",
    "Sensitivity",
    "Solution",
    "SpiderLine",
    "Standing",
    "StepKey",
    "Survivors",
    "TAX_TIE",
    "Tables",
    "TimeParts",
    "TornadoBar",
    "TransactionPrice",
    "Transfers",
    "UncertainParameter",
    "ValueStep",
    "YearBand",
    "YearRow",
    "three_measures",
]
