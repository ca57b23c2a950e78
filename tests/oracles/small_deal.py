"""A small contract with its market, written as files and changed by snippets of the contract language.

The reference interpreter runs its paths, with draws that a test chooses: an event strikes where the test says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from valuation import timeline
from valuation.kernel.opcodes import DRAWS
from valuation.plan.evaluate import Values, base_case, once
from valuation.plan.model import Plan
from valuation.plan.reference import ReferenceRun, reference_run
from valuation.resolve import resolve
from valuation.spec.contract import Contract
from valuation.spec.load import load

CONTRACT = """
id: small
name: A small deal
stage: test
currency: USD
parties: {host: Host, tenant: Tenant, supplier: Supplier, grid: Grid, state: State}
view: host
market: market.yaml
dates: {valuation: 2026-06-30, start: 2026-10-01, term: 24 months}
discount_rate: 8 %/year
capacity: {basis: grid, connection: 200 MW, contracted: 100 MW, pue: 1.2, utilisation: 90 %}
clauses:
  rent: {structure: capacity_lease, payer: tenant, payee: host, lease: gross, price: 100 USD/kW/month}
"""
MARKET = """
as_of: 2026-06-30
risk_free: 4 %/year
factors:
  power:
    process: two_ou
    unit: EUR/MWh
    forward: {curve: {2026-07-01: 30 EUR/MWh, 2027-03-01: 45 EUR/MWh}}
    slow: {reversion: 2 /year, volatility: 0.8 /sqrt(year)}
  eur: {process: gbm, unit: USD/EUR, forward: {curve: {2026-07-01: 1.1 USD/EUR, 2027-02-01: 1.3 USD/EUR}},
        volatility: 0.2 /sqrt(year)}
  inflation: {process: index, rate: 3 %/year}
stated_rates: {USD/NOK: 0.1 USD/NOK}
"""


def _yaml() -> YAML:
    return YAML(typ="safe", pure=True)


def merged(base: dict[Any, Any], change: Mapping[Any, Any]) -> dict[Any, Any]:
    """A tree with the change laid over it; null takes a key away."""
    out = dict(base)
    for key, value in change.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merged(out[key], value)
        else:
            out[key] = value
    return out


def dates_as_text(tree: Any) -> Any:
    """A tree as the contract language has it: dates are text."""
    if isinstance(tree, dict):
        return {dates_as_text(key): dates_as_text(value) for key, value in tree.items()}
    return tree.isoformat() if isinstance(tree, date) else tree


def write(folder: Path, change: str = "", market: str = "") -> Path:
    """The contract and market files with a snippet laid over each; the path of the contract."""
    for name, text, more in (("market.yaml", MARKET, market), ("small.yaml", CONTRACT, change)):
        tree = merged(dates_as_text(_yaml().load(text)), dates_as_text(_yaml().load(more) or {}))
        out = StringIO()
        _yaml().dump(tree, out)
        (folder / name).write_text(out.getvalue(), encoding="utf-8")
    return folder / "small.yaml"


@dataclass(frozen=True)
class Month:
    """A calendar month of the hand-made loops."""

    first: date

    @cached_property
    def last(self) -> date:
        return after(self.first, 1) - timedelta(1)

    @property
    def days(self) -> int:
        return self.last.day

    def share(self, start: date, stop: date) -> float:
        """Share of the month's days from ``start`` to the day before ``stop``."""
        return max(0, (min(self.last + timedelta(1), stop) - max(self.first, start)).days) / self.days


def after(day: date, months: int) -> date:
    """The same day some months later, or the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(1)).day
    return date(year, month + 1, min(day.day, last))


def months(first: date, last: date) -> list[Month]:
    """Calendar months from the one of ``first`` to the one of ``last``."""
    at, out = first.replace(day=1), []
    while at <= last:
        out.append(Month(at))
        at = after(at, 1)
    return out


def years_before(start: date, at: date) -> int:
    """Completed years from ``start`` to ``at``."""
    years = 0
    while after(start, 12 * (years + 1)) <= at:
        years += 1
    return years


def discount(rate: float, day: date, today: date = date(2026, 6, 30)) -> float:
    return (1 + rate) ** (-(day - today).days / 365)


class Deal:
    """A contract read from files, seen by one party."""

    def __init__(self, path: Path, view: str | None = None, **how: Any) -> None:
        self.path, self.view, self.how = path, view, how
        self.contract: Contract = load(path)

    @cached_property
    def plan(self) -> Plan:
        return resolve(self.contract, view=self.view, **self.how)

    @cached_property
    def values(self) -> Values:
        return base_case(self.plan)

    def month(self, row: str) -> dict[date, float]:
        """Base case of a month row by month end."""
        values = self.values.series(row, self.plan.months)
        days = [timeline.date_of(timeline.month_end(self.plan.first_month + t)) for t in range(self.plan.months)]
        return dict(zip(days, values, strict=True))

    def flows(self, book: str = "cash") -> dict[date, float]:
        """Base-case flows of a book by date, without zeros; those before the valuation date too."""
        out: dict[date, float] = {}
        for payment in self.plan.payments:
            amounts = self.values.series(payment.row, self.plan.months)
            for day, amount in zip(self.values.series(payment.date, self.plan.months), amounts, strict=True):
                if payment.book == book and day > 0.0 and amount:
                    when = timeline.date_of(day)
                    out[when] = out.get(when, 0.0) + payment.sign * amount
        return {day: amount for day, amount in sorted(out.items()) if amount}

    def paths(self, count: int = 40, seed: int = 1, **chosen: Any) -> ReferenceRun:
        """Paths with draws of NumPy; ``chosen`` gives the exponentials of hazards by name, in units of their mean."""
        random, plan, draws = np.random.default_rng(seed), self.plan, {}
        for row in plan.rows:
            if row.op not in DRAWS:
                continue
            shape = (count,) if row.axis == "start" else (plan.months, count)
            kind = row.op.removeprefix("draw_")
            draws[row.name] = {
                "normal": random.standard_normal, "uniform": random.random, "exponential": random.standard_exponential
            }[kind](shape)  # fmt: skip
            owner = row.name.removesuffix(".threshold")
            if owner in chosen:
                draws[row.name] = np.broadcast_to(np.asarray(chosen[owner], float), (count,))
        known = once(plan)
        return reference_run(plan, {**known.scalar, **known.month}, draws)


def dated(run: ReferenceRun, path: int, book: str = "cash") -> dict[date, float]:
    """Flows of one path by date, without zeros."""
    table = getattr(run, book)
    rows = zip(run.dates, table[:, path], strict=True)
    return {timeline.date_of(day): float(amount) for day, amount in rows if amount}


def same(got: Mapping[date, float], want: Mapping[date, float], tolerance: float = 1e-12) -> None:
    """Two sets of dated flows agree; a flow of zero is no flow."""
    scale = max([abs(amount) for amount in (*got.values(), *want.values())], default=1.0)
    for day in sorted({*got, *want}):
        one, other = got.get(day, 0.0), want.get(day, 0.0)
        assert math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance * scale), f"{day}: got {one}, want {other}"


def total(*flows: Mapping[date, float]) -> dict[date, float]:
    """Flows added by date."""
    out: dict[date, float] = {}
    for each in flows:
        for day, amount in each.items():
            out[day] = out.get(day, 0.0) + amount
    return out
