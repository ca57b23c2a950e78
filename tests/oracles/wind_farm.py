"""A wind farm for the tests of what it sells: the small deal without its lease, and its volume in a loop of its own."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from small_deal import Month, dates_as_text, merged, months, years_before

START, STOP = date(2026, 10, 1), date(2028, 10, 1)
GRID = months(date(2026, 7, 1), date(2028, 12, 31))
WEIGHTS = (13, 12, 11, 9, 8, 7, 7, 8, 9, 11, 12, 13)  # they add to 120: the mean is 10
FARM = """
capacity: null
generation:
  capacity: 50 MW
  p50: 120 GWh/year
  month_shape: [13, 12, 11, 9, 8, 7, 7, 8, 9, 11, 12, 13]
  degradation: 1 %/year
  availability: 95 %
  loss_share: 2 %
"""
WIND = "{process: volume_index, yearly_sd: 10 %, monthly_sd: 20 %}"
HAZARD = "process: hazard, rate: {value: 12 %/year, evidence: historical}"
"""With this intensity an exponential of x/100 strikes x months after the valuation date."""


def volume(month: Month, start: date = START, stop: date = STOP) -> float:
    """Expected volume by the definition: P50 by month, availability, losses, age, days in the term [MWh]."""
    shape = WEIGHTS[month.first.month - 1] / 10.0
    whole = 120_000.0 / 12.0 * shape * 0.95 * 0.98 * 0.99 ** years_before(START, month.first)
    return whole * month.share(start, stop)


def forward(month: Month) -> float:
    """Expected spot of the small deal's market [EUR/MWh]."""
    return 30.0 if month.first < date(2027, 3, 1) else 45.0


def euro(month: Month) -> float:
    """USD per EUR of the small deal's market."""
    return 1.1 if month.first < date(2027, 2, 1) else 1.3


def farm(deal: Any, clause: str, more: str = "", **how: Any) -> Any:
    """The deal with one clause `sale`, sold by the host to the tenant, and a further snippet laid over it."""
    sale = f"clauses: {{rent: null, sale: {{payer: tenant, payee: host, {clause}}}}}"
    read = YAML(typ="safe", pure=True).load
    tree = dates_as_text(merged(read(FARM), read(sale)))
    return deal(json.dumps(merged(tree, dates_as_text(read(more) or {}))), **how)
