"""Finance inputs that the reference tool (SAM's single owner) and a contract of this project both understand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Repayment = Literal["level", "equal_principal"]
SoldAs = Literal["production", "lease", "supply"]
HOURS = 8760
"""Hours of a year of the reference tool, leap or not [h]."""
MACRS_5 = (0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576)
"""Five-year property, half-year convention: IRS publication 946, table A-1 [1]."""


def straight_line(years: int) -> tuple[float, ...]:
    """Equal yearly shares of the cost [1]."""
    return (1.0 / years,) * years


@dataclass(frozen=True)
class Loan:
    """Senior debt, drawn at the start of year 1 and served at the end of each year."""

    rate: float
    """Nominal yearly rate [1/year]."""
    tenor: int
    """Years to the last service."""
    gearing: float | None = None
    """Debt as a share of the uses of funds, fees and first reserve included [1]; or the debt follows from ``dscr``."""
    dscr: float | None = None
    """Cash before tax / debt service in each year [1]; the service is sculpted to it."""
    max_gearing: float | None = None
    """Cap of a debt that follows from ``dscr``, as a share of the cost [1]: the tool caps at a first guess of the uses,
    which is their sum only without fees and reserve."""
    repayment: Repayment = "level"
    """Profile of a debt of given gearing."""
    grace: int = 0
    """First years with interest only; the tenor stays."""
    fee: float = 0.0
    """Paid at the start, as a share of the debt; neither deducted nor written down for tax [1]."""
    closing_cost: float = 0.0
    """Paid at the start; neither deducted nor written down [currency]."""
    reserve_months: float = 0.0
    """Reserve kept at each year's end, as months of the next year's service; first filled at the start [month]."""


@dataclass(frozen=True)
class SamCase:
    """A project that is built on the last day before year 1 and whose yearly flows fall on the last day of a year."""

    name: str
    years: int = 15
    capacity: float = 100.0
    """Installed or leased power [MW]."""
    capacity_factor: float = 1.0
    """Share of the power produced or used over the year [1]."""
    degradation: float = 0.0
    """Loss of volume with each completed year [1/year]."""
    price: float = 50.0
    """Price of year 1 [currency/MWh]."""
    price_escalation: float = 0.0
    """Rise of the price with each completed year [1/year]."""
    cost: float = 250e6
    """Investment [currency]."""
    fixed_cost: float = 0.0
    """Running cost of year 1 [currency/year]."""
    capacity_cost: float = 0.0
    """Running cost of year 1 [currency/kW/year]."""
    volume_cost: float = 0.0
    """Running cost of year 1 [currency/MWh]."""
    cost_escalation: float = 0.0
    """Rise of running costs above inflation: they rise by the *sum* of both with each completed year [1/year]."""
    inflation: float = 0.0
    """[1/year]."""
    real_rate: float = 0.08
    """Real discount rate [1/year]; the nominal one is (1 + real)·(1 + inflation) − 1."""
    tax_rate: float = 0.0
    """Paid in the year itself; a loss is refunded at once [1]."""
    depreciation: tuple[float, ...] = ()
    """Shares of the cost by year of the term [1]."""
    loan: Loan | None = None
    sold_as: SoldAs = "production"
    """What the contract of this project calls it: energy of a generator, rent of a site, energy that a buyer takes."""
    target_irr: float | None = None
    """Of the owner's flows after tax [1/year]: the price is solved for it, ``price`` is not used."""

    @property
    def nominal_rate(self) -> float:
        """Discount rate [1/year]."""
        return (1.0 + self.real_rate) * (1.0 + self.inflation) - 1.0

    @property
    def cost_index(self) -> float:
        """Yearly rise of running costs [1/year]: the reference tool adds and does not multiply."""
        return self.inflation + self.cost_escalation

    @property
    def yearly_volume(self) -> float:
        """Energy of year 1 [MWh]."""
        return self.capacity * self.capacity_factor * HOURS
