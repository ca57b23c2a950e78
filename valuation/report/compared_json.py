"""A comparison as one JSON object, and the schema of that object."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, get_args

from valuation.report.json import finite_throughout
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
from valuation.statistics.distribution import Distribution
from valuation.tables import CaseDifference, ComparedCase, Comparison, Pairing

_MAYBE_SHARES = {"irr_below_hurdle", "default"}
_SHARES = {"npv_negative", "revoked", "better", "better_se", "equal"}


def comparison_text(found: Comparison) -> str:
    """The object as ASCII text with the keys of docs/schema/compare.schema.json; every key is always there.

    Raises
    ------
    NotFiniteError : when a number is infinite or NaN; it names the key.
    """
    return json.dumps(finite_throughout(asdict(found), ""), indent=2, allow_nan=False) + "\n"


def comparison_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of ``comparison_text``."""
    difference = {
        **_properties(CaseDifference),
        "npv_negative": NUMBER,
        "pairing": {"enum": list(get_args(Pairing))},
        "common": listing(TEXT),
        "apart": listing(TEXT),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Comparison of valuate",
        "description": "Money in units of currency, rates and probabilities as fractions, null = does not exist.",
        **shape(
            {
                **_properties(Comparison),
                "cases": listing(shape(_properties(ComparedCase))),
                "differences": listing(shape(difference)),
                "remarks": listing(TEXT),
                "overrides": listing(TEXT),
                "paths": COUNT,
                "seed": COUNT,
            }
        ),
    }


def schema_text() -> str:
    """The schema as the committed file holds it."""
    return json.dumps(comparison_schema(), indent=2) + "\n"


def _properties(of: type) -> dict[str, Any]:
    """What each field of a table may be, by its type."""
    spread = shape({one.name: COUNT if one.name == "count" else MAYBE for one in fields(Distribution)})
    kinds: dict[str, dict[str, Any]] = {
        "str": TEXT,
        "str | None": MAYBE_TEXT,
        "float": NUMBER,
        "float | None": MAYBE,
        "Distribution": spread,
        "Distribution | None": {"anyOf": [{"type": "null"}, spread]},
    }
    own = {one.name: kinds.get(str(one.type), TEXT) for one in fields(of)}
    own |= {name: SHARE for name in own if name in _SHARES}
    own |= {name: MAYBE_SHARE for name in own if name in _MAYBE_SHARES}
    return own | {name: SHA256 for name in own if name in {"digest", "spec_sha256"}}
