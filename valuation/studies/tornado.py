"""Tornado: each input at the ends of its range, each factor at the P10 and P90 of its average over the term."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from valuation.errors import SpecError, ValuationError
from valuation.spec import Contract, Quantity
from valuation.studies.factor_shift import LifeAverage, life_average, scaled
from valuation.studies.npv import Standing
from valuation.studies.ranges import Ranged, on_whole
from valuation.studies.risks import risks_of
from valuation.tables.sensitivity import Point, TornadoBar

Found = tuple[list[TornadoBar], list[tuple[str, str]]]
"""Bars, and (path, reason) of what the contract does not take."""


def tornado(standing: Standing, inputs: Sequence[Ranged], done: Callable[[], None]) -> Found:
    """The bars of all inputs and of the factors that move cash, the widest swing of the mean first.

    Parameters
    ----------
    done : called after each bar.
    """
    bars: list[TornadoBar] = []
    refused: list[tuple[str, str]] = []
    for one in inputs:
        try:
            bars.append(_bar(standing, one))
        except ValuationError as error:
            refused.append((one.path, _reason(error)))
        done()
    for name in moving_factors(standing):
        if (bar := _factor_bar(standing, name)) is not None:
            bars.append(bar)
        done()
    return sorted(bars, key=lambda bar: (-max(bar.swing, bar.base_swing), bar.path)), refused


def risk_names(contract: Contract) -> tuple[str, ...]:
    """Factors of the market and of the contract, then its events, in file order."""
    return tuple(dict.fromkeys((*contract.factors, *contract.risks)))


def moving_factors(standing: Standing) -> tuple[str, ...]:
    """Factors whose draws reach a payment."""
    risks = risks_of(standing.plan, risk_names(standing.contract))
    return tuple(risk.name for risk in risks if risk.name in standing.contract.factors)


def _reason(error: ValuationError) -> str:
    """The first fault in a line, without the place in the file."""
    if isinstance(error, SpecError):
        first = error.problems[0]
        return f"{first.path}: {first.message}" if first.path else first.message
    return str(error).splitlines()[0]


def _bar(standing: Standing, one: Ranged) -> TornadoBar:
    ends = [
        standing.as_it_stands_at(one.text(end))
        if end == one.value
        else on_whole(one, end, lambda at: standing.point(one.changes(at), one.text(at)))
        for end in (one.low, one.high)
    ]
    kind = "input" if one.stated else "also"
    return TornadoBar(one.path, one.label, kind, one.text(one.value), ends[0], ends[1])


def _factor_bar(standing: Standing, name: str) -> TornadoBar | None:
    """The bar of a factor; None where no month of the term is left, or the average does not vary."""
    average = life_average(standing.plan, name, standing.runs)
    if average is None or average.low == average.high or average.expected == 0.0:
        return None
    unit = standing.plan.row_of[name].unit
    low, high = (_shifted(standing, name, average, end, _shown(end, unit)) for end in (average.low, average.high))
    return TornadoBar(name, f"{name}, average", "factor", _shown(average.expected, unit), low, high)


def _shifted(standing: Standing, name: str, average: LifeAverage, target: float, shown: str) -> Point:
    """The NPV with a factor moved to an average: a share by its mean, whose odds shift, all else by scaling it."""
    mean = getattr(standing.contract.factors[name], "mean", None)
    if isinstance(mean, Quantity):
        at = mean.value * target / average.expected
        return standing.point({mean.path: f"{at:.12g} {mean.unit}".rstrip()}, shown)
    return standing.point_of(scaled(standing.plan, name, target / average.expected), shown)


def _shown(value: float, unit: str) -> str:
    return f"{100.0 * value:.4g} %" if unit == "%" else f"{value:.4g} {unit}".rstrip()
