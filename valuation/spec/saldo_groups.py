"""Norway's groups of assets that are written down on a balance, with the rate of each."""

from __future__ import annotations

from typing import NamedTuple


class SaldoGroup(NamedTuple):
    """A group: what belongs to it, and the highest share of the balance that is written down a year [%/year]."""

    holds: str
    percent: float


SALDO_GROUPS: dict[str, SaldoGroup] = {
    "a": SaldoGroup("office machines and the like", 30.0),
    "b": SaldoGroup("acquired goodwill", 20.0),
    "c": SaldoGroup("lorries, buses, vans, taxis", 24.0),
    "d": SaldoGroup("cars, machines, tools, instruments, fixtures", 20.0),
    "e": SaldoGroup("ships, vessels, rigs", 14.0),
    "f": SaldoGroup("aircraft, helicopters", 12.0),
    "g": SaldoGroup("transmission and distribution of power, electrical equipment of power companies", 5.0),
    "h": SaldoGroup("buildings and plant, hotels", 4.0),
    "h_short_life": SaldoGroup("buildings and plant of group h that last 20 years at most", 10.0),
    "i": SaldoGroup("commercial buildings", 2.0),
    "j": SaldoGroup("fixed technical installations in buildings", 10.0),
}
"""By letter. Source: Tax Act (skatteloven) section 14-41 (the groups) and section 14-43 (the rates), as in 2017 to
2024; `sticos-saldo` of docs/sources.md. Which group servers belong to, a or d, is a judgement."""

SALDO_SOURCE = "sticos-saldo"
"""Where the rates stand, as an id of docs/sources.md."""
