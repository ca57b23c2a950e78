"""Parts of which the JSON Schemas of results are made."""

from __future__ import annotations

from typing import Any

NUMBER: dict[str, Any] = {"type": "number"}
MAYBE: dict[str, Any] = {"type": ["number", "null"]}
SHARE: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
MAYBE_SHARE: dict[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
TEXT: dict[str, Any] = {"type": "string"}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
SHA256: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def shape(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with these keys, all of them and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def listing(items: dict[str, Any]) -> dict[str, Any]:
    """A list of such items."""
    return {"type": "array", "items": items}
