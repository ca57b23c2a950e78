"""The JSON Schema of the result, from which docs/schema/result.schema.json is written."""

from __future__ import annotations

import json
from typing import Any, get_args

from valuation.report.financing_schema import distribution_schema, financing_schema, levelised_schema, project_schema
from valuation.report.json import BREAK_EVENS, MOMENTS
from valuation.report.json_shapes import (
    COUNT,
    MAYBE,
    MAYBE_SHARE,
    MAYBE_TEXT,
    NUMBER,
    SHA256,
    SHARE,
    TEXT,
    listing,
    shape,
)
from valuation.report.previous_json import previous_schema
from valuation.report.uncertainty_json import uncertainty_schema
from valuation.tables import Cash

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
        "overrides": listing(TEXT),
        "stated_rates": {"type": "object", "additionalProperties": NUMBER},
    }
    claim = {
        "quote": TEXT,
        "source": TEXT,
        "check": MAYBE_TEXT,
        "value": MAYBE,
        "unit": MAYBE_TEXT,
        "verdict": {"enum": ["holds", "contradicts", "cannot_be_tested"]},
        "with": listing(TEXT),
    }
    scenario = {
        "name": TEXT,
        **dict.fromkeys(("npv_base", "npv_mean", "npv_se"), NUMBER),
        **dict.fromkeys(("irr_base", "margin_base"), MAYBE),
        "npv_negative": SHARE,
        "paths": COUNT,
    }
    party = {
        **dict.fromkeys(("npv_base", "npv_mean", "npv_se", "discount_rate"), NUMBER),
        "cash": {"enum": list(get_args(Cash))},
        "taxed": {"type": "boolean"},
    }
    year = {"year": {"type": "integer"}, "given_alive": MAYBE_SHARE, "and_alive": SHARE, "alive": SHARE}
    step = {"enum": ["base", "volatility", "events", "mean"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Result of valuate",
        "description": "Money in units of audit.currency, rates and probabilities as fractions, null = does not exist.",
        **shape(
            {
                "npv": shape(moments),
                "irr": shape({**moments, "of_expected_flows": MAYBE, "status": status}),
                "margin": shape({**moments, "of_expected_flows": MAYBE, "se_of_expected_flows": MAYBE}),
                "given_no_event": shape({"share": MAYBE_SHARE, "npv_mean": MAYBE, "npv_se": MAYBE}),
                "base": shape({"npv": NUMBER, "irr": MAYBE, "margin": MAYBE}),
                "probability": shape(
                    {
                        **dict.fromkeys(chances, SHARE),
                        "irr_negative": MAYBE_SHARE,
                        "by_cause": {"type": "object", "additionalProperties": SHARE},
                        "starts": {"type": "object", "additionalProperties": _shares(STARTS)},
                    }
                ),
                "parameter_uncertainty": {"anyOf": [{"type": "null"}, uncertainty_schema()]},
                "project": {"anyOf": [{"type": "null"}, project_schema()]},
                "bridge": listing(shape({"step": step, "npv": NUMBER, "change": MAYBE, "se": NUMBER})),
                "break_even": shape({"on": {"const": "base_npv"}, **{name: _break_even() for name in BREAK_EVENS}}),
                "indicators": listing(shape({"name": TEXT, "when": TEXT, "over": TEXT, "years": listing(shape(year))})),
                "claims": listing(shape(claim)),
                "claims_audit": {"anyOf": [{"type": "null"}, _claims_audit()]},
                "scenarios": listing(shape(scenario)),
                "parties": {"type": "object", "additionalProperties": shape(party)},
                **dict.fromkeys(("transfer_residual", "transfer_gross"), MAYBE),
                "financing": {"anyOf": [{"type": "null"}, financing_schema()]},
                "levelised": {"anyOf": [{"type": "null"}, levelised_schema()]},
                "previous": {"anyOf": [{"type": "null"}, previous_schema()]},
                "audit": shape(audit),
            }
        ),
        "$defs": {"distribution": distribution_schema()},
    }


def _claims_audit() -> dict[str, Any]:
    places = listing(COUNT)
    reading = {"enum": ["rent", "cost", "power", "margin"]}
    measures = dict.fromkeys(("per_kw_month", "per_mw_year", "per_kwh", "margin"), MAYBE)
    amount = {
        "claim": COUNT,
        "reading": reading,
        "operator": {"enum": ["=", "<", ">"]},
        "claimed": shape(measures),
        "model": shape(measures),
    }
    implied = {"claims": places, "reading": reading, "operator": {"enum": ["=", "<", ">", "~"]}, **measures}
    return shape(
        {
            "amounts": listing(shape(amount)),
            "conflicts": listing(shape({"claims": places, "rule": TEXT, "implied_margin": MAYBE})),
            "implied": listing(shape(implied)),
        }
    )


def schema_text() -> str:
    """The schema as the committed file holds it."""
    return json.dumps(result_schema(), indent=2) + "\n"


def _shares(names: tuple[str, ...]) -> dict[str, Any]:
    """Shares of the paths by name, none of which need be there."""
    return {"type": "object", "properties": dict.fromkeys(names, SHARE), "additionalProperties": False}


def _break_even() -> dict[str, Any]:
    found = shape({"path": TEXT, "value": NUMBER, "unit": TEXT})
    missing = shape({"value": {"type": "null"}, "reason": TEXT})
    return {"oneOf": [found, missing]}
