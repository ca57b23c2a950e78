"""The value beside other values: bridge, break-evens, scenarios, discount rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


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
    npv_change: float = 0.0
    """Mean NPV less that of the first case, the file as it stands, path by path on the same random numbers."""
    npv_change_se: float = 0.0
    """Its standard error."""


@dataclass(frozen=True)
class RateRow:
    """NPV at another discount rate: base case and mean over the paths."""

    rate: float
    base_npv: float
    mean_npv: float


Cash: TypeAlias = Literal["both", "pays", "receives", "contingent", "none"]
"""What a party does in the base case before tax; ``contingent``: something on some paths only, as after an event;
``none``: it is in no transfer of the file."""


@dataclass(frozen=True)
class PartyValue:
    """What the contract is worth to one party, after its own tax where the file states one, at its own rate.

    ``npv_mean`` and ``npv_se`` are over the paths of ``Transfers``. A party that only pays has an NPV that is the PV of
    its cost; one that only receives, the PV of its income.
    """

    party: str
    name: str
    discount_rate: float
    npv_base: float
    npv_mean: float
    npv_se: float
    cash: Cash
    taxed: bool
    is_view: bool
    """Whether the run is from its side."""


@dataclass(frozen=True)
class Transfers:
    """Transfers between the parties, undiscounted, before tax: each is added and subtracted as one number."""

    residual: float
    """Largest sum over a path of what one side books and the other does not on the same day [contract currency]."""
    allowed: float
    """What the residual may be [contract currency]: 0, or the rounding of amounts that several parties share."""
    gross: float
    """All transfers of a path, mean over the paths [contract currency]."""
    paths: int
