"""What the investment gives back, over the paths: payback, multiple and modified rate, with their standard errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from valuation.report.numbers import costs_only, percent
from valuation.report.summary_layout import Line, Page
from valuation.statistics.distribution import Distribution

_MARKS = ("p5", "p50", "p95")


def project_facts(page: Page) -> Iterator[Line]:
    """A line a measure: base case, percentiles, standard errors, and on how many of the paths there is one."""
    base, found = page.tables.base, page.tables.project
    if not base.invests or costs_only(page.tables):
        return
    years = [_in_years(base.payback_years), _in_years(base.discounted_payback_years)]
    yield from page.labelled("Payback, base case", f"{years[0]}; discounted {years[1]}")
    if found is None:
        return
    plain, fine, error = (partial(_number, decimals=decimals) for decimals in (1, 2, 3))
    spreads = [_spread(page, one, plain, error) for one in (found.payback_years, found.discounted_payback_years)]
    yield from page.labelled("Payback on the paths, years", f"{spreads[0]}; discounted {spreads[1]}")
    times = _spread(page, found.moic, fine, error)
    yield from page.labelled("Cash returned / cash invested", f"base case {fine(found.moic_base)}; {times}")
    rate = partial(_rate, decimals=1)
    modified = _spread(page, found.mirr, rate, partial(_rate, decimals=2))
    yield from page.labelled("Modified IRR, %", f"base case {rate(found.mirr_base)}; {modified}")


def _spread(
    page: Page, spread: Distribution, show: Callable[[float | None], str], error: Callable[[float | None], str]
) -> str:
    """Percentiles with their standard errors, and on how many of the paths the measure exists."""
    if spread.p50 is None:
        return "on none of the paths"
    marks, errors = (
        " / ".join(f(getattr(spread, name)) for name in names)
        for f, names in ((show, _MARKS), (error, tuple(f"se_{name}" for name in _MARKS)))
    )
    paths = page.tables.audit.paths
    some = "" if spread.count >= 0.9995 * paths else f", on {percent(spread.count / paths)} of the paths"
    return f"P5 / P50 / P95 {marks} (+/- {errors}){some}"


def _number(value: float | None, decimals: int) -> str:
    return "n/a" if value is None else f"{value:,.{decimals}f}"


def _rate(value: float | None, decimals: int) -> str:
    return percent(value, decimals).removesuffix(" %")


def _in_years(value: float | None) -> str:
    """A number of years, or that it is not reached."""
    return "not reached" if value is None else f"{value:.1f} years"
