"""Tornado: each input at the ends of its range, each factor at the P10 and P90 of its average over the term."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from valuation.appraisal.ranges import Ranged, first_fault, on_whole
from valuation.appraisal.risks import risk_names, risks_of
from valuation.errors import ValuationError
from valuation.spec import Quantity
from valuation.studies.factor_shift import LifeAverage, life_average, scaled
from valuation.studies.npv import Unchanged
from valuation.tables.sensitivity import NpvPoint, TornadoBar

Found = tuple[list[TornadoBar], list[tuple[str, str]]]
"""Bars, and (path, reason) of what the contract does not take."""


def tornado(unchanged: Unchanged, inputs: Sequence[Ranged], done: Callable[[], None]) -> Found:
    """The bars of all inputs and of the factors that move cash, the widest swing of the mean first.

    Parameters
    ----------
    done : called after each bar.
    """
    bars: list[TornadoBar] = []
    refused: list[tuple[str, str]] = []
    for one in inputs:
        try:
            bars.append(_bar(unchanged, one))
        except ValuationError as error:
            refused.append((one.path, first_fault(error)))
        done()
    for name in moving_factors(unchanged):
        if (bar := _factor_bar(unchanged, name)) is not None:
            bars.append(bar)
        done()
    return sorted(bars, key=lambda bar: (-max(bar.swing, bar.base_swing), bar.path)), refused


def moving_factors(unchanged: Unchanged) -> tuple[str, ...]:
    """Factors whose draws reach a payment."""
    risks = risks_of(unchanged.runs.paid(unchanged.plan), risk_names(unchanged.contract))
    return tuple(risk.name for risk in risks if risk.name in unchanged.contract.factors)


def _bar(unchanged: Unchanged, one: Ranged) -> TornadoBar:
    ends = [
        unchanged.as_it_stands_at(one.text(end))
        if end == one.value
        else on_whole(one, end, lambda at: unchanged.point(one.changes(at), one.text(at)))
        for end in (one.low, one.high)
    ]
    kind = "input" if one.stated else "also"
    return TornadoBar(one.path, one.label, kind, one.text(one.value), ends[0], ends[1])


def _factor_bar(unchanged: Unchanged, name: str) -> TornadoBar | None:
    """The bar of a factor; None where no month of the term is left, or the average does not vary."""
    average = life_average(unchanged.plan, name, unchanged.runs)
    if average is None or average.low == average.high or average.expected == 0.0:
        return None
    unit = unchanged.plan.row_of[name].unit
    low, high = (_shifted(unchanged, name, average, end, _shown(end, unit)) for end in (average.low, average.high))
    return TornadoBar(name, f"{name}, average", "factor", _shown(average.expected, unit), low, high)


def _shifted(unchanged: Unchanged, name: str, average: LifeAverage, target: float, shown: str) -> NpvPoint:
    """The NPV with a factor moved to an average: a share by its mean, whose odds shift, all else by scaling it. Loans
    stay as they are sized: they are agreed before the factor moves."""
    mean = getattr(unchanged.contract.factors[name], "mean", None)
    if isinstance(mean, Quantity):
        at = mean.value * target / average.expected
        return unchanged.point({mean.path: f"{at:.12g} {mean.unit}".rstrip()}, shown, keep_loans=True)
    return unchanged.point_of(scaled(unchanged.plan, name, target / average.expected), shown)


def _shown(value: float, unit: str) -> str:
    return f"{100.0 * value:.4g} %" if unit == "%" else f"{value:.4g} {unit}".rstrip()
