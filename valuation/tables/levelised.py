"""Levelised cost and price of what is produced or let."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.statistics.distribution import Distribution


@dataclass(frozen=True)
class Levelised:
    """Levelised cost and price, per MWh produced or sold, else per kW and month let [contract currency over ``unit``].

    Everything is discounted at the viewed party's rate, each month from its end. The distributions are over the paths
    on which something is produced or let; None where a plan does not record the volume by path.
    """

    unit: str
    """What a number is per: `MWh` or `kW/month`."""
    pv_volume: float
    """Discounted volume of the base case [MWh, or kW·month]."""
    price: Distribution | None
    """PV of revenue over PV of the volume."""
    price_base: float | None
    """None where there is no revenue."""
    cost: Distribution | None
    """PV of investment, running cost and tax over PV of the volume; grants and terminal values do not lower it."""
    cost_base: float
    fixed_charge_cost: float | None
    """(Fixed charge rate × investment + running cost) / volume, cost and volume of the first full year; None without
    production, investment or such a year."""
    after_tax: float
    """(PV of revenue − NPV after tax) / PV of the volume: what other tools call nominal LCOE; with tax it is no
    break-even price."""
