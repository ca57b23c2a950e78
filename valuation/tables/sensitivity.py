"""What `valuate sensitivity` gives: how the NPV moves with each input, and which risk its spread and its expected loss
come from. Money in units of the contract's currency, shares as fractions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class NpvPoint:
    """The NPV with one input, or two, at other values."""

    value: str
    """The value as it would be written in the file; of a factor the average over the term."""
    base: float
    """Base NPV [currency]."""
    change: float
    """Base NPV less that of the contract as it stands [currency]."""
    mean: float | None
    """Mean NPV over the paths [currency]; None where no paths were run."""
    mean_change: float | None
    """Mean NPV less that of the contract as it stands, on the same random numbers [currency]."""
    se: float | None
    """Standard error of ``mean_change`` [currency]."""


@dataclass(frozen=True)
class TornadoBar:
    """One input, or one factor, at the two ends of its range."""

    path: str
    """Path of the input; the name of a factor."""
    label: str
    kind: str
    """``input`` with a stated range, ``also`` for one asked for at ±10 %, ``factor`` at the P10 and P90 of its average
    over the term."""
    value: str
    """As it stands."""
    low: NpvPoint
    high: NpvPoint

    @property
    def swing(self) -> float:
        """Distance of the two mean NPVs [currency]."""
        return abs((self.high.mean or 0.0) - (self.low.mean or 0.0))

    @property
    def base_swing(self) -> float:
        """Distance of the two base NPVs [currency]."""
        return abs(self.high.base - self.low.base)

    @property
    def base_width(self) -> float:
        """From the lowest to the highest of the two changes of the base NPV and 0 [currency]."""
        changes = (0.0, self.low.change, self.high.change)
        return max(changes) - min(changes)


@dataclass(frozen=True)
class SpiderLine:
    """Base NPV of one input over its range, which is given in % of its value."""

    path: str
    label: str
    points: tuple[tuple[float, float], ...]
    """(value over the value as it stands [1], base NPV [currency]), ascending."""


@dataclass(frozen=True)
class NpvTable:
    """The NPV over the range of one input or of two: ``cells[row][column]``; one column where there is one input."""

    paths: tuple[str, ...]
    rows: tuple[str, ...]
    """Values of the first input as written."""
    columns: tuple[str, ...]
    """Values of the second; empty where there is none."""
    cells: tuple[tuple[NpvPoint, ...], ...]


@dataclass(frozen=True)
class RiskShare:
    """What one risk contributes, by Shapley value, with standard errors."""

    risk: str
    variance: float
    """Contribution to the variance of the NPV [currency²]."""
    variance_se: float
    variance_share: float | None
    """Contribution over the variance [1]; None where the NPV does not vary."""
    variance_share_se: float | None
    sd_alone: float
    """Standard deviation of the NPV with this risk alone [currency]."""
    loss: float
    """Contribution to the expected loss, base NPV less mean NPV [currency]."""
    loss_se: float


@dataclass(frozen=True)
class Attribution:
    """The variance of the NPV and its expected loss by risk. The shares add up to the totals."""

    risks: tuple[RiskShare, ...]
    variance: float
    variance_se: float
    """Of the NPV with all risks on [currency²]."""
    loss: float
    loss_se: float
    """Base NPV less mean NPV [currency]."""
    rest_variance: float
    """What no risk of the contract explains; 0 unless a clause draws numbers of its own."""
    rest_loss: float
    coalitions: int
    """Runs, one for each set of risks that were on together."""
    orders: int | None
    """Orders in which the risks were switched on where not all sets were run; None where all were."""


@dataclass(frozen=True)
class Sensitivity:
    """Everything that one call of the study found."""

    contract: str
    contract_id: str
    view: str
    currency: str
    valuation: date
    """Valuation date."""
    scenario: str | None
    overrides: tuple[str, ...]
    paths: int
    seed: int
    version: str
    spec_sha256: str
    command: str
    base: float
    """Base NPV [currency]."""
    mean: float | None
    se: float | None
    """Mean NPV and its standard error [currency]; None where no paths were run."""
    tornado: tuple[TornadoBar, ...]
    unmoved: tuple[str, ...]
    """Inputs with a range that move neither the base NPV nor the mean."""
    refused: tuple[tuple[str, str], ...]
    """(path, reason) of inputs with a range of which the contract does not take an end."""
    spider: tuple[SpiderLine, ...]
    table: NpvTable | None
    attribution: Attribution | None
    of: str = "npv"
    """What is measured: ``npv`` of the project, or ``npv_equity`` of its owners."""
