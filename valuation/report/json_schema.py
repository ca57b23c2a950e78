"""The JSON Schema of the result, from which docs/schema/result.schema.json is written."""

from __future__ import annotations

import json
from typing import Any

from valuation.report.json import BREAK_EVENS, MOMENTS

NUMBER: dict[str, Any] = {"type": "number"}
MAYBE: dict[str, Any] = {"type": ["number", "null"]}
SHARE: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
MAYBE_SHARE: dict[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
TEXT: dict[str, Any] = {"type": "string"}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
SHA256: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


STARTS = ("not_converted", "refused", "decided_late", "delayed", "beyond_long_stop")
"""What an event that acts on a start can come to; each has those of its kind."""


def result_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of ``to_json_object``."""
    moments = dict.fromkeys(MOMENTS, MAYBE)
    status = {"type": "object", "additionalProperties": COUNT}
    chances = ("npv_negative", "npv_negative_risk_free", "irr_below_hurdle", "no_irr", "revoked", "term_cut_short")
    audit = {
        "seed": COUNT,
        "paths": {"type": "integer", "minimum": 1},
        "digest": SHA256,
        "spec_sha256": SHA256,
        "version": TEXT,
        "command": TEXT,
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "view": TEXT,
        "scenario": MAYBE_TEXT,
        "overrides": _list(TEXT),
        "stated_rates": {"type": "object", "additionalProperties": NUMBER},
    }
    claim = {
        "quote": TEXT,
        "source": TEXT,
        "check": MAYBE_TEXT,
        "value": MAYBE,
        "unit": MAYBE_TEXT,
        "verdict": {"enum": ["holds", "contradicts", "cannot_be_tested"]},
        "with": _list(TEXT),
    }
    scenario = {
        "name": TEXT,
        **dict.fromkeys(("npv_base", "npv_mean", "npv_se"), NUMBER),
        **dict.fromkeys(("irr_base", "margin_base"), MAYBE),
        "npv_negative": SHARE,
        "paths": COUNT,
    }
    year = {"year": {"type": "integer"}, "given_alive": MAYBE_SHARE, "and_alive": SHARE, "alive": SHARE}
    step = {"enum": ["base", "volatility", "events", "mean"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Result of valuate",
        "description": "Money in units of audit.currency, rates and probabilities as fractions, null = does not exist.",
        **_object(
            {
                "npv": _object(moments),
                "irr": _object({**moments, "of_expected_flows": MAYBE, "status": status}),
                "margin": _object({**moments, "of_expected_flows": MAYBE, "se_of_expected_flows": MAYBE}),
                "given_no_event": _object({"share": MAYBE_SHARE, "npv_mean": MAYBE, "npv_se": MAYBE}),
                "base": _object({"npv": NUMBER, "irr": MAYBE, "margin": MAYBE}),
                "probability": _object(
                    {
                        **dict.fromkeys(chances, SHARE),
                        "irr_negative": MAYBE_SHARE,
                        "by_cause": {"type": "object", "additionalProperties": SHARE},
                        "starts": {"type": "object", "additionalProperties": _shares(STARTS)},
                    }
                ),
                "bridge": _list(_object({"step": step, "npv": NUMBER, "change": MAYBE, "se": NUMBER})),
                "break_even": _object({"on": {"const": "base_npv"}, **{name: _break_even() for name in BREAK_EVENS}}),
                "indicators": _list(_object({"name": TEXT, "when": TEXT, "over": TEXT, "years": _list(_object(year))})),
                "claims": _list(_object(claim)),
                "scenarios": _list(_object(scenario)),
                "audit": _object(audit),
            }
        ),
    }


def schema_text() -> str:
    """The schema as the committed file holds it."""
    return json.dumps(result_schema(), indent=2) + "\n"


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _shares(names: tuple[str, ...]) -> dict[str, Any]:
    """Shares of the paths by name, none of which need be there."""
    return {"type": "object", "properties": dict.fromkeys(names, SHARE), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _break_even() -> dict[str, Any]:
    found = _object({"path": TEXT, "value": NUMBER, "unit": TEXT})
    missing = _object({"value": {"type": "null"}, "reason": TEXT})
    return {"oneOf": [found, missing]}
