"""A second opinion on the kernel: a plan run by NumPy, row by row and month by month, written apart from
``opcodes.py``.

Slow and plain on purpose. It reads the Plan, not the arrays assembled from it, so it also checks their assembly: data
flow, folded constants, shadows, the table of payment dates. Present values use NumPy's power; rates of return are
looked for on a grid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuation.kernel.arrays import (
    IRR_MULTIPLE,
    IRR_NO_INVESTMENT,
    IRR_NO_ROOT,
    IRR_OK,
    IRR_TOTAL_LOSS,
)
from valuation.kernel.opcodes import DRAWS
from valuation.plan.model import Argument, Plan, Row, operand
from valuation.plan.reference_ops import NUMPY, Floats

GRID = 1001
"""Points of ln(1 + r) between −99.99 % and +100,000 % a year at which a rate of return is looked for."""

RESIDUE = 1e-13
"""Share of a path's gross flows up to which a flow is a residue of rounding and none to a rate of return."""


@dataclass(frozen=True)
class ReferenceRun:
    """What the paths of a plan gave. ``values``: every row, month rows [T, n], the others [n]."""

    values: dict[str, Floats]
    dates: tuple[float, ...]
    cash: Floats
    """Cash before tax by date and path [D, n]."""
    tax: Floats
    """Tax by date and path [D, n]."""
    measure: dict[str, Floats]
    """Present values and rates of return; what else a plan may ask for is a function of the dated cash above."""
    status: dict[str, NDArray[np.int64]]
    final: dict[str, Floats]
    yearly: dict[str, Floats]
    """Recorded rows in each year's last month [Y, n]."""
    cash_year: dict[int, Floats] = field(default_factory=dict)
    """Cash after tax by calendar year of payment [n]."""
    equity_dates: tuple[float, ...] = ()
    equity: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """Equity cash by equity date and path [E, n]."""
    equity_year: dict[int, Floats] = field(default_factory=dict)
    """Equity cash by calendar year of payment [n]."""


def reference_run(
    plan: Plan,
    once: Mapping[str, ArrayLike],
    draws: Mapping[str, ArrayLike],
    nudge: Callable[[Floats], Floats] = lambda values: values,
) -> ReferenceRun:
    """Run a plan path by path in NumPy.

    Parameters
    ----------
    once : values of rows that no draw reaches, a number or [T] each; those missing are computed here.
    draws : values of the draw rows, [n] on the start axis and [T, n] on the month axis.
    nudge : applied to the values of rows that a draw reaches, as they are computed; a small noise shows how rounding
        spreads.
    """
    paths = max((np.shape(draw)[-1] for draw in draws.values()), default=1)
    machine = _Machine(plan, once, draws, nudge, paths)
    with np.errstate(all="ignore"):
        values = machine.run()
        return _outputs(plan, values, paths)


class _Machine:
    def __init__(
        self,
        plan: Plan,
        once: Mapping[str, ArrayLike],
        draws: Mapping[str, ArrayLike],
        nudge: Callable[[Floats], Floats],
        paths: int,
    ) -> None:
        self.plan, self.draws, self.nudge, self.paths = plan, draws, nudge, paths
        self.single: dict[str, Floats] = {item.name: np.float64(item.value) for item in plan.inputs}  # type: ignore[misc]
        self.month: dict[str, list[Floats]] = {}
        self.parsed: dict[Argument, tuple[str | None, int, int]] = {}
        self.given: dict[str, Floats] = {name: np.asarray(value, float) for name, value in once.items()}

    def run(self) -> dict[str, Floats]:
        for row in self.plan.rows:
            if row.axis != "month":
                self.single[row.name] = self.value(row, 0)
            else:
                self.month[row.name] = []
        for t in range(self.plan.months):
            for row in self.plan.rows:
                if row.axis == "month":
                    self.month[row.name].append(self.value(row, t))
        wide = {name: np.broadcast_to(value, self.paths) for name, value in self.single.items()}
        for name, months in self.month.items():
            wide[name] = np.empty((self.plan.months, self.paths))
            for t, value in enumerate(months):
                wide[name][t] = value
        return wide

    def value(self, row: Row, t: int) -> Floats:
        if row.name in self.given:
            given = self.given[row.name]
            return given[t] if given.ndim else given
        if row.op in DRAWS:
            return self.draw(row, t)
        value = np.asarray(NUMPY[row.op](*(self.read(argument, t) for argument in row.args)), float)
        return self.nudge(value) if row.name in self.plan.hot else value

    def draw(self, row: Row, t: int) -> Floats:
        drawn = np.asarray(self.draws[row.name], float)
        if row.axis == "start":
            return self.nudge(drawn)
        on = self.plan.first_period + t >= 0 and all(np.all(self.read(a, t) > 0) for a in row.args)
        return self.nudge(drawn[t]) if on else np.zeros(self.paths)

    def read(self, argument: Argument, t: int) -> Floats:
        if argument not in self.parsed:
            self.parsed[argument] = operand(argument)
        name, before, sign = self.parsed[argument]
        if name in self.plan.columns:
            return np.array(self.plan.columns[name])
        if name is None:
            return np.asarray(argument, float)
        if name in self.single:
            return sign * self.single[name]
        if t < before:
            return sign * self.read(self.plan.row_of[name].opening, 0)
        return sign * self.month[name][t - before]


def _outputs(plan: Plan, values: dict[str, Floats], paths: int) -> ReferenceRun:
    def months_of(name: str) -> Floats:
        value = values[name]
        return value if value.ndim == 2 else np.broadcast_to(value, (plan.months, paths))

    def dated(*books: str) -> tuple[tuple[float, ...], Floats]:
        """Dates of some books, and their cash [D, books, n]."""
        table: dict[float, Floats] = {}
        for payment in plan.payments:
            if payment.book in books:
                amounts, when = months_of(payment.row), months_of(payment.date)[:, 0]
                for t in np.flatnonzero((when > 0) & (when >= plan.valuation)):
                    day = table.setdefault(float(when[t]), np.zeros((len(books), paths)))
                    day[books.index(payment.book)] += payment.sign * amounts[t]
        dates = tuple(sorted(table))
        return dates, np.array([table[date] for date in dates]).reshape(len(dates), len(books), paths)

    dates, both = dated("cash", "tax")
    cash, tax = both[:, 0], both[:, 1]
    equity_dates, alone = dated("equity")
    equity = alone[:, 0]
    measure, status = {}, {}
    for item in plan.measures:
        flows = {"cash": cash, "all": cash + tax, "equity": equity}[item.book]
        years = _years(plan, equity_dates if item.book == "equity" else dates)
        curve = next((dict(table.columns) for table in plan.tables if table.name == item.rate), None)
        rate = float(values[item.rate].flat[0]) if item.rate and curve is None else 0.0
        if item.kind == "npv":
            factors = (1.0 + rate) ** -years if curve is None else _on_curve(curve, years)
            measure[item.name] = (flows * factors[:, None]).sum(axis=0)
            status[item.name] = np.zeros(paths, np.int64)
        elif item.kind == "irr":
            measure[item.name], status[item.name] = _rates_of_return(years, flows, rate)
    ends = [t for t in range(plan.months) if (plan.first_month + t) % 12 == 11 or t == plan.months - 1]
    return ReferenceRun(
        values=values,
        dates=dates,
        cash=cash,
        tax=tax,
        measure=measure,
        status=status,
        final={r.name: months_of(r.row)[-1] for r in plan.records if r.kind == "final"},
        yearly={r.name: months_of(r.row)[ends] for r in plan.records if r.kind != "final"},
        cash_year=_by_year(dates, cash + tax),
        equity_dates=equity_dates,
        equity=equity,
        equity_year=_by_year(equity_dates, equity),
    )


def _on_curve(curve: dict[str, tuple[float, ...]], years: Floats) -> Floats:
    """D by years: ln D is straight from 0 through the table, and goes on as between its last two."""
    at, logs = np.array([0.0, *curve["years"]]), np.array([0.0, *curve["log_factor"]])
    beyond = np.maximum(years - at[-1], 0.0) * (logs[-1] - logs[-2]) / (at[-1] - at[-2])
    return np.asarray(np.exp(np.interp(years, at, logs) + beyond))


def _years(plan: Plan, dates: tuple[float, ...]) -> Floats:
    """Years from the valuation date to each date."""
    if plan.year_count == "days":
        return np.asarray((np.array(dates) - plan.valuation) / 365.0)
    days = np.datetime64("1899-12-30") + np.array([plan.valuation, *dates]).astype("timedelta64[D]")
    return np.asarray(np.diff(days.astype("datetime64[Y]").astype(float)).cumsum())


def _by_year(dates: tuple[float, ...], flows: Floats) -> dict[int, Floats]:
    """Dated flows [D, n] by calendar year."""
    by_year: dict[int, Floats] = {}
    for date, row in zip(dates, flows, strict=True):
        year = int(str(np.datetime64("1899-12-30") + np.timedelta64(int(date), "D"))[:4])
        by_year[year] = by_year.get(year, np.zeros(flows.shape[1])) + row
    return by_year


def _rates_of_return(years: Floats, flows: Floats, near: float) -> tuple[Floats, NDArray[np.int64]]:
    """Of the falling roots seen on a grid of ln(1 + r) the one nearest ``near``, by halving; flows [D, n]."""
    paths = flows.shape[1]
    flows = np.where(np.abs(flows) <= RESIDUE * np.abs(flows).sum(axis=0), 0.0, flows)
    rates, status = np.full(paths, np.nan), np.full(paths, IRR_NO_ROOT)
    status[~(flows < 0).any(axis=0)] = IRR_NO_INVESTMENT
    loss = (flows < 0).any(axis=0) & ~(flows > 0).any(axis=0)
    status[loss], rates[loss] = IRR_TOTAL_LOSS, -1.0
    if not flows.size:
        return rates, status
    middle = 0.5 * (years[0] + years[-1])
    grid = np.linspace(np.log(1e-4), np.log(1001.0), GRID)
    present = np.exp(-np.outer(grid, years - middle)) @ flows
    falls = (present[:-1] > 0) & (present[1:] <= 0)
    at, path = np.nonzero(falls & ~loss)
    roots = np.expm1(_halved(grid[at], grid[at + 1], years - middle, flows[:, path]))
    for root, owner in sorted(zip(roots, path, strict=True), key=lambda found: -abs(found[0] - near)):
        rates[owner] = root  # the nearest comes last
    count = np.bincount(path, minlength=paths)
    status[count == 1] = IRR_OK
    status[count > 1] = IRR_MULTIPLE
    return rates, status


def _halved(low: Floats, high: Floats, years: Floats, flows: Floats) -> Floats:
    """The roots in brackets [m], flows [D, m]."""
    for _ in range(60):
        x = 0.5 * (low + high)
        above = (flows * np.exp(-np.outer(years, x))).sum(axis=0) > 0
        low, high = np.where(above, x, low), np.where(above, high, x)
    return np.asarray(0.5 * (low + high), float)
