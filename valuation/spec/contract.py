"""A contract as read: everything that the file says, checked, with the place and the provenance of each value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationInfo, model_validator

from valuation.errors import Problem
from valuation.spec.claims import Claim, Indicator, Scenario
from valuation.spec.clause import AnyClause
from valuation.spec.context import CsvTexts, reading
from valuation.spec.factor import AnyFactor, Factor
from valuation.spec.fair_value import FairValue
from valuation.spec.faults import Fault, faults
from valuation.spec.financing import Financing
from valuation.spec.generation import Generation
from valuation.spec.kinds import Rate
from valuation.spec.market import Correlation, EstimateCorrelation, Market
from valuation.spec.model import Flag, SpecModel, Text
from valuation.spec.paths import quantities
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.tax import Tax
from valuation.spec.terms import Capacity, Dates, DiscountRate, PriceBasis
from valuation.spec.words import Currency, Identifier, Party

OUTSIDE = "outside"
"""The party that always exists: everybody else."""


@dataclass(frozen=True)
class Loaded:
    """How a contract was read; see the properties of `Contract`."""

    source_file: str = ""
    market_file: str = ""
    scenario: str | None = None
    overrides: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    tree: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    texts: CsvTexts = field(default_factory=CsvTexts)


def _market(raw: object, info: ValidationInfo) -> object:
    """Reads the market with the folder of its own file as context, so that its CSVs lie beside it."""
    context = reading(info)
    if isinstance(raw, Market) or context is None or context.market is None:
        return raw
    return Market.model_validate(raw, context=context.market)


class Contract(SpecModel):
    """A contract: parties, dates, clauses, risks, and the market that it stands in."""

    id: Identifier
    """Short name; it keys the contract's own random streams."""
    name: Text
    """The name that reports show."""
    stage: Text
    """How firm the deal is: letter of intent, signed, operating."""
    currency: Currency
    """Currency of the reports."""
    price_basis: PriceBasis = "nominal"
    """`nominal`, or `{real: 2026, deflator: inflation.US}`: results in the money of one year, at a real rate."""
    measure: Literal["real_world", "risk_neutral"] = "real_world"
    """Probability measure."""
    parties: dict[Identifier, Text]
    """Parties by short name; `outside` always exists."""
    view: Party
    """The party whose cash flow is valued."""
    market: Annotated[Market, BeforeValidator(_market)]
    """Market file, by a path from the contract's folder."""
    dates: Dates
    """Valuation date, start and term."""
    from_inception: Flag = False
    """Moves the valuation date to the first flow."""
    discount_rate: DiscountRate
    """Discount rate, in the contract's currency."""
    discount_rate_by_party: dict[Party, DiscountRate] = Field(default_factory=dict)
    """Discount rates of parties that have one of their own."""
    equity_discount_rate: DiscountRate | None = None
    """Discount rate of flows to equity."""
    hurdle_rate: Rate | None = None
    """IRR that the investment must reach [1/year]; the discount rate where it is left out."""
    capacity: Capacity | None = None
    """Contracted power and its use; for leases and for what a site draws."""
    generation: Generation | None = None
    """What a site produces; for the sale of its volume."""
    clauses: dict[Identifier, AnyClause]
    """Clauses by name."""
    tax: dict[Party, Tax] = Field(default_factory=dict)
    """Corporate tax by party; who is not listed pays none."""
    financing: Financing | None = None
    """Loans and owners' money that pay for the investment of one party."""
    risks: dict[Identifier, AnyFactor] = Field(default_factory=dict)
    """Factors and hazards of this contract, by name."""
    correlation: tuple[Correlation, ...] = ()
    """Correlations between factors and events of this contract, and of its factors with those of the market."""
    correlation_of_estimates: tuple[EstimateCorrelation, ...] = ()
    """Correlations of estimated values that are not 0; for runs with parameter uncertainty."""
    indicators: tuple[Indicator, ...] = ()
    """Conditions that are watched."""
    claims: tuple[Claim, ...] = ()
    """Sentences that are held against the model."""
    scenarios: dict[Identifier, Scenario] = Field(default_factory=dict)
    """Values that replace those of the file, by name of the scenario."""
    fair_value: dict[Party, FairValue] = Field(default_factory=dict)
    """What a party paid for its side of the contract, for the disclosure of its fair value."""
    not_modelled: tuple[Text, ...] = ()
    """Risks that the model leaves out; page one lists them."""
    note: Text | None = None
    """What the file is for."""

    _loaded: Loaded = PrivateAttr(default_factory=Loaded)

    @model_validator(mode="after")
    def _declared_once(self) -> Contract:
        found = [
            Fault(f"'{OUTSIDE}' always exists and stands for everybody else", ("parties", OUTSIDE))
            for name in self.parties
            if name == OUTSIDE
        ]
        found += [
            Fault(f"the market file has a factor '{name}' already", ("risks", name))
            for name in self.risks
            if name in self.market.factors
        ]
        found += [
            Fault(
                f"got {one.transaction_price.currency}, expected {self.currency}, the contract's currency",
                ("fair_value", party, "transaction_price"),
            )
            for party, one in self.fair_value.items()
            if one.transaction_price.currency != self.currency
        ]
        if not self.clauses:
            found.append(Fault("a contract needs at least one clause", ("clauses",)))
        if found:
            raise faults(found)
        return self

    @property
    def factors(self) -> dict[str, Factor]:
        """Factors with a value each month: those of the market in file order, then the contract's own."""
        own = {name: risk for name, risk in self.risks.items() if not risk.event}
        return {**self.market.factors, **own}

    @property
    def hazards(self) -> dict[str, Factor]:
        """Events that end a lease, in file order."""
        return {name: risk for name, risk in self.risks.items() if risk.event and not risk.of_start}

    @property
    def starts(self) -> dict[str, Factor]:
        """Events that act on the start of a lease or of a phase, in file order."""
        return {name: risk for name, risk in self.risks.items() if risk.of_start}

    @property
    def events(self) -> dict[str, Factor]:
        """All that may strike, in file order: hazards, starts, and shocks or withdrawals that arrive."""
        return {name: risk for name, risk in self.risks.items() if risk.event or risk.arrives}

    @property
    def has_events(self) -> bool:
        """Whether anything may strike: a run without events then differs from one with them."""
        return bool(self.events)

    @property
    def power(self) -> Schedule | None:
        """Power that an investment per MW is for: what is contracted or, without `capacity`, what is installed [MW]."""
        if self.capacity is not None:
            return self.capacity.contracted
        if self.generation is None:
            return None
        installed = self.generation.capacity
        return Schedule(((None, installed),), provenance=installed.provenance, path=installed.path)

    @property
    def hurdle(self) -> Quantity:
        """IRR that the investment must reach [1/year]."""
        return self.hurdle_rate or self.rate_of(self.view).value

    def rate_of(self, party: str) -> DiscountRate:
        """Discount rate of a party."""
        return self.discount_rate_by_party.get(party, self.discount_rate)

    @property
    def source_file(self) -> str:
        """The contract file, as the user named it."""
        return self._loaded.source_file

    @property
    def market_file(self) -> str:
        """The market file, as messages name it."""
        return self._loaded.market_file

    @property
    def scenario(self) -> str | None:
        """The scenario applied, None for the file as it stands."""
        return self._loaded.scenario

    @property
    def overrides(self) -> tuple[str, ...]:
        """Values set on the command line, `path=value`, in order."""
        return self._loaded.overrides

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a reader should know though it is no error."""
        return self._loaded.warnings

    @property
    def tree(self) -> dict[str, Any]:
        """The file and its market as plain data, after scenario and overrides."""
        return self._loaded.tree

    @property
    def files(self) -> dict[str, str]:
        """sha256 of each CSV that the contract reads, by name."""
        return self._loaded.files

    @property
    def texts(self) -> CsvTexts:
        """Contents of each CSV that the contract reads."""
        return self._loaded.texts

    def quantities(self) -> Iterator[Quantity]:
        """Every quantity of contract and market, in the order of the classes."""
        return quantities(self)
