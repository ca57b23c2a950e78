"""Dated cash of one case to the viewed party, and its present value by plain sums in order of date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from valuation.curves.discount import DiscountCurve
from valuation.plan.evaluate import Values
from valuation.plan.model import Plan
from valuation.plan.timeops import DISCOUNT_OPS, TIME_OPS
from valuation.simulate import Simulation
from valuation.timeline import YearCount, years_between


@dataclass(frozen=True)
class Flows:
    """Cash by payment date, ascending; sunk flows (dated before the valuation date) are included.

    Parameters
    ----------
    dates : Excel serials [day].
    pre_tax, tax : cash before tax, and tax, on each date [contract currency], + is received.
    valuation : Excel serial of the valuation date [day].
    year_count : how years are counted from it.
    """

    dates: tuple[float, ...]
    pre_tax: tuple[float, ...]
    tax: tuple[float, ...]
    valuation: float
    year_count: YearCount = "days"

    @property
    def years(self) -> tuple[float, ...]:
        """Years from the valuation date to each date [years]."""
        return tuple(years_between(self.year_count, self.valuation, day) for day in self.dates)

    @property
    def net(self) -> tuple[float, ...]:
        """Cash after tax on each date [contract currency]."""
        return tuple(cash + tax for cash, tax in zip(self.pre_tax, self.tax, strict=True))

    @property
    def sunk(self) -> float:
        """Sum of the flows before the valuation date, after tax [contract currency]."""
        return added(amount for day, amount in zip(self.dates, self.net, strict=True) if day < self.valuation)

    def ahead(self) -> Flows:
        """The flows on and after the valuation date: what every measure is made of."""
        kept = [at for at, day in enumerate(self.dates) if day >= self.valuation]
        return Flows(
            tuple(self.dates[at] for at in kept),
            tuple(self.pre_tax[at] for at in kept),
            tuple(self.tax[at] for at in kept),
            self.valuation,
            self.year_count,
        )


def base_flows(plan: Plan, values: Values) -> Flows:
    """Cash of a case by its row values: each payment's row on the date that its date row names (0 = none).

    The equity book is no cash of the project and stands in ``base_equity_flows``.
    """
    books = _books(plan, values)
    dates = tuple(sorted({*books["cash"], *books["tax"]}))
    cash, tax = (tuple(books[name].get(day, 0.0) for day in dates) for name in ("cash", "tax"))
    return Flows(dates, cash, tax, plan.valuation, plan.year_count)


def base_equity_flows(plan: Plan, values: Values) -> Flows:
    """What the owners pay in (−) and get out (+) in a case, by date, in ``pre_tax`` and ``net``: tax is 0, the borrower
    has paid it. Empty where the plan has no equity payment."""
    amounts = _books(plan, values)["equity"]
    dates = tuple(sorted(amounts))
    return _untaxed(dates, tuple(amounts[day] for day in dates), plan)


def _untaxed(dates: tuple[float, ...], amounts: tuple[float, ...], plan: Plan) -> Flows:
    return Flows(dates, amounts, (0.0,) * len(dates), plan.valuation, plan.year_count)


def _books(plan: Plan, values: Values) -> dict[str, dict[float, float]]:
    """Cash by book and date."""
    books: dict[str, dict[float, float]] = {"cash": {}, "tax": {}, "equity": {}}
    for payment in plan.payments:
        book = books[payment.book]
        dates, amounts = values.series(payment.date, plan.months), values.series(payment.row, plan.months)
        for day, amount in zip(dates, amounts, strict=True):
            if day > 0.0 and amount != 0.0:
                book[day] = book.get(day, 0.0) + payment.sign * amount
    return books


def mean_flows(run: Simulation, plan: Plan) -> Flows:
    """Expected cash by date: the sums over the paths divided by their number."""
    cash, tax = (tuple(float(total) / run.paths for total in sums) for sums in (run.dated_cash, run.dated_tax))
    return Flows(run.dates, cash, tax, plan.valuation, plan.year_count)


def mean_equity_flows(run: Simulation, plan: Plan) -> Flows:
    """Expected equity cash by date, as ``base_equity_flows`` has it."""
    return _untaxed(run.equity_dates, tuple(float(total) / run.paths for total in run.dated_equity), plan)


def present_value_on(curve: DiscountCurve, flows: Flows, amounts: Sequence[float]) -> float:
    """Σ amount·D(years) over the dates from the valuation date on, D the factors of a curve; as `present_value`."""
    return added(
        amount * curve.factor(years)
        for day, years, amount in zip(flows.dates, flows.years, amounts, strict=True)
        if day >= flows.valuation
    )


def present_value(rate: float, flows: Flows, amounts: Sequence[float]) -> float:
    """Σ amount·(1 + rate)^(−years) over the dates from the valuation date on, in order of date; years are days/365, or
    whole ones where the flows fall on year ends.

    Parameters
    ----------
    rate : effective rate per year [fraction], above −1.
    amounts : one amount a date of ``flows`` [contract currency], for example ``flows.net``.
    """
    discount = TIME_OPS[DISCOUNT_OPS[flows.year_count]][1]
    return added(
        amount * discount(rate, day, flows.valuation)
        for day, amount in zip(flows.dates, amounts, strict=True)
        if day >= flows.valuation
    )


def added(amounts: Iterable[float]) -> float:
    """Sum of floats one after the other: the built-in ``sum`` changed its rounding in Python 3.12."""
    total = 0.0
    for amount in amounts:
        total += amount
    return total
