"""Number of customers: they arrive at random and leave one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.faults import fault
from valuation.spec.kinds import Intensity, Kind
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

MOST_A_MONTH = 700.0
"""Customers that may come or go in a month; beyond it one uniform is too coarse for the inversion."""
COUNT = Kind("a whole number", "20", ("",), low=0.0, high=100_000.0, whole=True)


@factor("customers")
class Customers(Factor):
    """Immigration and death: N_t = Binomial(start, e^(−churn·t)) + Poisson(arrivals/churn·(1 − e^(−churn·t)))."""

    process: Literal["customers"]
    start: Annotated[Quantity, COUNT]
    """Customers on the market's date [1]."""
    arrivals: Intensity
    """New customers [1/year]."""
    churn: Intensity
    """Intensity at which each customer leaves [1/year]."""

    @model_validator(mode="after")
    def _drawn_from_one_word(self) -> Customers:
        """A month's departures are drawn from one uniform by inversion, which holds to a mean of 700."""
        most = max(self.start.canonical, self.arrivals.canonical / max(self.churn.canonical, 1e-9))
        if 2.0 * most * self.churn.canonical / 12.0 > MOST_A_MONTH or self.arrivals.canonical / 12.0 > MOST_A_MONTH:
            raise fault(
                f"more than {MOST_A_MONTH:g} customers would come or go in a month: count them in larger units", "start"
            )
        return self

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance by month: binomial survivors of the start plus Poisson arrivals."""
        from itertools import accumulate

        from valuation.processes import customers

        start, arrivals, churn = self.start.canonical, self.arrivals.canonical, self.churn.canonical
        return [customers.moments(start, arrivals, churn, t) for t in accumulate(steps)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months' ends: e^(−churn·time between)·Var(N of the earlier one)."""
        from math import fsum

        from valuation.processes import customers

        law = (self.start.canonical, self.arrivals.canonical, self.churn.canonical)
        return customers.covariance(*law, fsum(steps[: first + 1]), fsum(steps[first + 1 : later + 1]))

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """N_t = N_{t−1} − Binomial(N_{t−1}, 1 − e^(−churn·h)) + Poisson of the arrivals that have not left within the
        month."""
        from valuation.lowering.context import FactorRows
        from valuation.processes import customers

        b, stream = ctx.b, ctx.stream(name)
        arrivals, churn = self.arrivals.canonical, self.churn.canonical
        with b.in_section(f"Risk: {name}"):
            start = ctx.quantity(self.start, "Customers at the start")
            ctx.quantity(self.arrivals, "Customers arriving")
            ctx.quantity(self.churn, "Customers leaving")
            elapsed, expected = 0.0, []
            for step in ctx.steps:
                elapsed += step
                expected.append(customers.moments(self.start.canonical, arrivals, churn, elapsed)[0])
            mean = ctx.by_month(f"{name}.expected", expected, label=f"Expected {name}")
            leave = ctx.per_step(f"{name}.leave", lambda h: customers.step_parameters(arrivals, churn, h)[0])
            stay = ctx.per_step(f"{name}.stay", lambda h: customers.step_parameters(arrivals, churn, h)[1])
            lost_word = b.month(f"{name}.departure_word", "draw_uniform", 1.0, stream=f"{stream}/departures")
            new_word = b.month(f"{name}.arrival_word", "draw_uniform", 1.0, stream=f"{stream}/arrivals")
            lost = b.month(f"{name}.departures", "binomial", lost_word, f"{name}.prev", leave)
            new = b.month(f"{name}.arrivals", "poisson", new_word, stay)
            b.month(
                name,
                "sum",
                f"{name}.prev",
                new,
                f"-{lost}",
                opening=start,
                base=mean,
                label="Active customers",
                roll="end",
            )
        return FactorRows(name, "")

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Number that the month's own reaches or exceeds with a probability p: the (1 − p)-quantile of the binomial and
        the Poisson count together."""
        from itertools import accumulate

        from valuation.lowering.exceedance import as_share, stated, value_row
        from valuation.processes import customers

        law = (self.start.canonical, self.arrivals.canonical, self.churn.canonical)
        level = 1.0 - as_share(probability)
        stated(ctx, name, probability)
        least = [float(customers.quantile(level, *law, years)) for years in accumulate(ctx.steps)]
        number = ctx.by_month(f"{row}.number", least)
        return value_row(ctx, probability, row, "set", number, base=f"{name}.expected", label="Active customers")
