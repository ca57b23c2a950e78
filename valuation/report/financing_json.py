"""The financing, the investment's return and the levelised numbers as parts of the JSON result."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from valuation.statistics.distribution import Distribution
from valuation.tables import FinancingTable, IrrSummary, Levelised, ProjectReturn

SPREAD = tuple(each.name for each in fields(Distribution))
"""Keys of a distribution in these parts: the moments, and on how many paths the measure exists."""


def financing_object(found: FinancingTable | None) -> dict[str, Any] | None:
    """The table of a financing with its fields as keys, dates as text; None where the view has none."""
    if found is None:
        return None
    whole: dict[str, Any] = _plain(found)
    whole["dscr_min_months"] = [
        {"day": day.isoformat(), "share": share} for day, share in found.dscr_min_months
    ]  # a pair says nothing of which is which
    return whole


def levelised_object(found: Levelised | None) -> dict[str, Any] | None:
    """Levelised cost and price with their fields as keys; None where nothing is sold or let."""
    if found is None:
        return None
    whole: dict[str, Any] = _plain(found)
    return whole


def project_object(found: ProjectReturn | None) -> dict[str, Any] | None:
    """Modified rate, multiple and payback with their fields as keys; None where nothing is invested."""
    if found is None:
        return None
    whole: dict[str, Any] = _plain(found)
    return whole


def _plain(value: Any) -> Any:
    if isinstance(value, IrrSummary):
        rate = {"of_expected_flows": value.of_expected_flows, "status": dict(value.status)}
        return {**_plain(value.distribution), **rate}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else value
