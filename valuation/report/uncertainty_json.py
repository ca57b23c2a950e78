"""The run with drawn parameters as part of the JSON result, and its schema."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from valuation.report.json_shapes import COUNT, MAYBE, NUMBER, SHA256, SHARE, TEXT, listing, shape
from valuation.spec.quantity import LAWS
from valuation.tables import ParameterUncertainty


def uncertainty_object(found: ParameterUncertainty | None) -> dict[str, Any] | None:
    """The table with its fields as keys; None where no parameters were drawn."""
    return None if found is None else {**asdict(found), "parameters": [asdict(one) for one in found.parameters]}


def uncertainty_schema() -> dict[str, Any]:
    """JSON Schema of ``uncertainty_object``; amounts are in units of audit.currency."""
    spread = {"$ref": "#/$defs/distribution"}
    numbers = ("npv_negative_se", "npv_change", "npv_change_se", "sd_of_means")
    parameter = {
        **dict.fromkeys(("path", "label", "unit"), TEXT),
        **dict.fromkeys(("value", "se", "drawn_mean", "drawn_sd"), NUMBER),
        "law": {"enum": list(LAWS)},
        "rank_correlation": MAYBE,
    }
    known = {
        "draws": COUNT,
        **dict.fromkeys(("npv", "irr", "margin"), spread),
        **dict.fromkeys(("npv_negative", "share_of_variance"), SHARE),
        **dict.fromkeys(numbers, NUMBER),
        "parameters": listing(shape(parameter)),
        "digest": SHA256,
    }
    return shape({each.name: known[each.name] for each in fields(ParameterUncertainty)})
