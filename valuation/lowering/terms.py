"""What resolving a contract asks of its clauses and risks: the methods that their files in structures/ and factors/
owe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering
    from valuation.lowering.starts import StartRows
    from valuation.lowering.vat import VatTerms
    from valuation.spec.contract import Contract
    from valuation.spec.quantity import Quantity, Schedule


class ClauseTerms(Protocol):
    """A clause: ``lower`` writes its rows and posts them. One that others read may ``prepare`` before any is
    lowered."""

    structure: str
    may_end: ClassVar[bool]
    lets_power: ClassVar[bool]
    payer: str
    payee: str
    payment: Any
    requires: tuple[str, ...]
    vat: VatTerms | None
    dated: ClassVar[bool]

    def lower(self, name: str, ctx: Lowering) -> None:
        """Writes the clause into the plan."""


class FactorTerms(Protocol):
    """A factor: ``lower`` writes its rows; a market's factor with Brownian motions also names its ``drivers``."""

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Writes the factor into the plan."""


class DepreciationTerms(Protocol):
    """How an investment is written down for tax."""

    @property
    def method(self) -> str:
        """``declining_balance``, ``straight_line``, ``macrs`` or ``custom``."""

    @property
    def rate(self) -> Quantity | None:
        """Share of the balance a year [1/year]."""

    @property
    def life(self) -> Quantity | None:
        """Time over which it is written down [month]."""

    @property
    def recovery(self) -> Quantity | None:
        """Recovery class of MACRS [month]."""

    @property
    def shares(self) -> tuple[Quantity, ...]:
        """Shares of the cost by tax year [1]."""

    @property
    def share(self) -> Quantity | None:
        """Part of the investment that is of this class [1], None for all of it."""


class CompensationTerms(Protocol):
    """What is paid when an event ends a lease."""

    payer: str
    payee: str
    share: Quantity
    of: str
    multiple: Quantity | None
    schedule: Schedule | None
    at_most: Quantity | None
    lag: Quantity


class HazardTerms(Protocol):
    """An event: which leases it ends, what is paid then."""

    ends: tuple[str, ...] | None
    notice: Quantity
    compensation: CompensationTerms | None

    def lower(self, name: str, ctx: Lowering) -> None:
        """Writes the event's time into the plan."""


class DamagesTerms(Protocol):
    """What is owed for a late start."""

    payer: str
    payee: str
    price: Quantity | None
    share_of_rent: Quantity | None
    cap: Quantity | None
    payment: Any


class StartTerms(Protocol):
    """An event that acts on the start of a lease or of a phase."""

    def lower(self, name: str, ctx: Lowering) -> StartRows:
        """Writes what it decides into the plan."""


def clauses_of(contract: Contract) -> Mapping[str, ClauseTerms]:
    """Clauses by name, in file order."""
    return cast("Mapping[str, ClauseTerms]", contract.clauses)


def factors_of(contract: Contract) -> Mapping[str, FactorTerms]:
    """Factors by name: the market's in file order, then the contract's own."""
    return cast("Mapping[str, FactorTerms]", contract.factors)


def hazards_of(contract: Contract) -> Mapping[str, HazardTerms]:
    """Events by name, in file order."""
    return cast("Mapping[str, HazardTerms]", contract.hazards)


def starts_of(contract: Contract) -> Mapping[str, StartTerms]:
    """Events that act on the start of a lease or of a phase by name, in file order."""
    return cast("Mapping[str, StartTerms]", contract.starts)
