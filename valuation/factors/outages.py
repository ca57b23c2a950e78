"""Share of time up: nodes that fail and are repaired one by one, and outages of the whole site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.faults import fault
from valuation.spec.kinds import Intensity, Kind
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

NODES = Kind("a whole number", "80", ("",), low=1.0, high=1e6, whole=True)
UP_TIME = Kind("a duration", "18 months", ("month",), above=0.0)
REPAIR = Kind("a time of repair", "4 days", ("h", "day"), low=0.0, high=None)
MOST_A_MONTH = 700.0
"""Failures a month that one uniform is fine enough for."""
DAY = 24.0


class CommonMode(SpecModel):
    """Outages of the whole site: the grid connection, the cooling."""

    rate: Intensity
    """Intensity of an outage of the whole site [1/year]."""
    repair: Annotated[Quantity, REPAIR]
    """Its length [h or day]."""


@factor("outages")
class Outages(Factor):
    """Share of each month up: 1 − (failures·repair/nodes + outages·repair of the site)/730 h, both counts Poisson."""

    measured_as: ClassVar[Literal["share", "number", "unit"]] = "share"
    process: Literal["outages"]
    nodes: Annotated[Quantity, NODES]
    """Units that fail one by one, alike and independent [1]."""
    up_time: Annotated[Quantity, UP_TIME]
    """Mean time from the end of a repair to the next failure [month]."""
    repair: Annotated[Quantity, REPAIR]
    """Mean time to repair [h or day]."""
    common_mode: CommonMode | None = None
    """Outages of the whole site."""

    @model_validator(mode="after")
    def _drawn_from_one_word(self) -> Outages:
        failures = self._failures / 12.0
        if failures > MOST_A_MONTH:
            raise fault(
                f"{failures:,.0f} failures a month are expected, more than {MOST_A_MONTH:g}: count larger units",
                "nodes",
            )
        if self.common_mode is not None and self.common_mode.rate.canonical / 12.0 > MOST_A_MONTH:
            raise fault(f"more than {MOST_A_MONTH:g} outages a month", "common_mode", "rate")
        mean, _ = self._moments(1.0 / 12.0)
        if mean <= 0.5:
            raise fault(f"the site would be up {100 * mean:.3g} % of the time, expected more than half", "repair")
        return self

    @property
    def _failures(self) -> float:
        """Expected failures of all nodes [1/year]."""
        from valuation.processes.outages import failures_a_year

        return failures_a_year(self.nodes.canonical, self.up_time.canonical / 12.0, _hours(self.repair))

    @property
    def _law(self) -> tuple[float, float, float, float, float]:
        """Nodes [1], time up [year], repair [h]; outages of the whole site [1/year], their length [h]."""
        site = self.common_mode
        own = (self.nodes.canonical, self.up_time.canonical / 12.0, _hours(self.repair))
        return *own, *((0.0, 0.0) if site is None else (site.rate.canonical, _hours(site.repair)))

    def _moments(self, step: float) -> tuple[float, float]:
        from valuation.processes.outages import moments

        return moments(*self._law, step)

    def _lost(self, level: float, step: float) -> float:
        from valuation.processes.outages import lost_quantile

        return lost_quantile(level, *self._law, step)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Mean and variance by month, but for the bound at 0, which a site as this does not meet."""
        return [self._moments(step) for step in steps]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Months are independent: 0 between two of them."""
        return self._moments(steps[first])[1] if first == later else 0.0

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Counts by inversion of one uniform each, then the share up, not below 0; expected counts in the base case."""
        from valuation.lowering.context import FactorRows

        b, stream = ctx.b, ctx.stream(name)
        with b.in_section(f"Risk: {name}"):
            nodes = ctx.quantity(self.nodes, f"Nodes, {name}")
            up = ctx.quantity(self.up_time, f"Mean time between failures, {name}")
            repair = _in_hours(ctx, self.repair, f"{name}.repair_hours", f"Mean time to repair, {name}")
            hours = ctx.constant("process_hours_per_year", 8760.0, "h/year", "Hours in a year of the processes")
            month = ctx.constant("process_hours_per_month", 730.0, "h", "Hours in a month of the processes")
            up_years = b.scalar(f"{name}.up_years", "prod", up, ctx.years_per_month, unit="year")
            down = b.scalar(f"{name}.repair_years", "divide", repair, hours, unit="year")
            cycle = b.scalar(f"{name}.cycle", "sum", up_years, down, unit="year")
            rate = b.scalar(f"{name}.failures_a_year", "divide", nodes, cycle, unit="1/year")
            capacity = b.scalar(f"{name}.node_hours", "prod", nodes, month, unit="h")
            lost = b.scalar(f"{name}.lost_by_failure", "divide", repair, capacity)
            parts = [self._lower_count(name, "failures", rate, lost, ctx, stream)]
            if self.common_mode is not None:
                site = ctx.quantity(self.common_mode.rate, f"Outages of the whole site, {name}")
                label = f"Length of an outage of the whole site, {name}"
                length = _in_hours(ctx, self.common_mode.repair, f"{name}.outage_hours", label)
                lost = b.scalar(f"{name}.lost_by_outage", "divide", length, month)
                parts.append(self._lower_count(name, "site_outages", site, lost, ctx, stream))
            up_share = b.month(f"{name}.not_lost", "sum", 1.0, *(f"-{part}" for part in parts))
            label = f"{name.replace('_', ' ').capitalize()}, share of time up"
            b.month(name, "higher_of", up_share, 0.0, unit="%", label=label, roll="mean")
        return FactorRows(name, "")

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Share up that the month's own reaches or exceeds with a probability p: 1 − the p-quantile of what is lost."""
        from valuation.lowering.exceedance import as_share, stated, value_row

        level = as_share(probability)
        stated(ctx, name, probability)
        label = f"{name.replace('_', ' ').capitalize()}, share of time up"
        lost = ctx.per_step(f"{row}.lost", lambda step: self._lost(level, step))
        up = ctx.b.month(f"{row}.not_lost", "sub", 1.0, lost)
        return value_row(ctx, probability, row, "higher_of", up, 0.0, base=1.0, unit="%", label=label)

    def _lower_count(self, name: str, what: str, rate: str, lost: str, ctx: Lowering, stream: str) -> str:
        """Row: share of the month that a kind of outage costs."""
        b = ctx.b
        mean = b.month(f"{name}.expected_{what}", "prod", rate, ctx.step_row)
        word = b.month(f"{name}.{what}_word", "draw_uniform", 1.0, stream=f"{stream}/{what}")
        more: dict[str, Any] = {"label": f"{name.capitalize()}: {what.replace('_', ' ')}", "roll": "sum"}
        count = b.month(f"{name}.{what}", "poisson", word, mean, base=mean, **more)
        return b.month(f"{name}.lost_to_{what}", "mul", count, lost)


def _hours(time: Quantity) -> float:
    return time.canonical * (DAY if time.canonical_unit == "day" else 1.0)


def _in_hours(ctx: Lowering, time: Quantity, row: str, label: str) -> str:
    """Row of a time in hours."""
    written = ctx.quantity(time, label)
    if time.canonical_unit == "h":
        return ctx.b.scalar(row, "convert", written, 1.0, unit="h")
    per_day = ctx.constant("hours_per_day", DAY, "h/day", "Hours in a day")
    return ctx.b.scalar(row, "prod", written, per_day, unit="h")
