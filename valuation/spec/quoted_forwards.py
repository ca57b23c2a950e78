"""Where the quotes of a forward do not reach the months of a contract: what is taken there is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.curves.periods import Period, month_text
from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.factor import Forward
from valuation.spec.finding import Check, Finding
from valuation.timeline import edate, month_number, serial


def _reach(contract: Contract) -> Iterator[Finding]:
    """Money before the first quote and after the last is no quote: without `beyond` the level is held."""
    start = serial(contract.dates.start.date)
    last = month_number(edate(start, round(contract.dates.term.canonical)) - 1.0)
    today = month_number(serial(contract.market.as_of.date) + 1.0)
    for name, factor in contract.factors.items():
        forward: Any = getattr(factor, "forward", None)
        if not isinstance(forward, Forward) or not forward.quotes:
            continue
        periods = [Period.parse(text) for text in forward.quotes]
        at: Loc = ("market", "factors", name, "forward") if name in contract.market.factors else ("risks", name)
        end = max(period.after for period in periods)
        if end <= last and forward.beyond is None:
            message = (
                f"the quotes of '{name}' end with {month_text(end - 1)} and the term with {month_text(last)}: the "
                "level of the last twelve months quoted is held; say so with 'beyond: 0 %/year', or state its growth"
            )
            yield Finding((*at, "quotes"), message, warning=True)
        first = min(period.first for period in periods)
        if month_number(start) < first:
            message = (
                f"the quotes of '{name}' begin with {month_text(first)} and the term with "
                f"{month_text(month_number(start))}: the first level is taken until then; quote those months"
            )
            yield Finding((*at, "quotes"), message, warning=True)
        for period in periods:
            if period.first < today:
                message = (
                    f"{period} begins before the market's date {contract.market.as_of}: quote the months that are left"
                )
                yield Finding((*at, "quotes", str(period)), message, warning=True)


QUOTED: dict[Check, frozenset[str]] = {_reach: frozenset({"market", "dates.start", "dates.term"})}
"""The check of this file, and the parts of the contract of which it needs everything."""
