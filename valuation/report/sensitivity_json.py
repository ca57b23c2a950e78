"""A sensitivity study as one JSON object: money in units of the currency, shares as fractions, missing = null."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from valuation.report.numbers import finite
from valuation.tables.sensitivity import Sensitivity


def sensitivity_json(found: Sensitivity) -> str:
    """The object as ASCII text; keys are the fields of ``valuation.tables.sensitivity``.

    Raises
    ------
    NotFiniteError : when a number is infinite or NaN; it names the key.
    """
    whole = asdict(found)
    for bar, of in zip(whole["tornado"], found.tornado, strict=True):
        bar["swing"], bar["base_swing"] = of.swing, of.base_swing
    whole["valuation"] = found.valuation.isoformat()
    whole["refused"] = [{"path": path, "reason": reason} for path, reason in found.refused]
    return json.dumps(_checked(whole, ""), indent=2, allow_nan=False) + "\n"


def _checked(value: Any, key: str) -> Any:
    """The same, every number finite and -0 as 0, tuples as lists."""
    if isinstance(value, dict):
        return {name: _checked(item, f"{key}.{name}".strip(".")) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_checked(item, f"{key}[{place}]") for place, item in enumerate(value)]
    return finite(value, key) if isinstance(value, float) else value
