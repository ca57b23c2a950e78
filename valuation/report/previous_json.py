"""What changed since an earlier run as part of the JSON result, and its schema."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

from valuation.report.json_shapes import COUNT, MAYBE, NUMBER, SHA256, TEXT, listing, shape
from valuation.tables import ChangeLog, StepKey

_OF_RUN = ("version", "command", "seed", "paths", "digest", "plan_digest", "npv_base", "npv_mean", "npv_se")
_VALUE: dict[str, Any] = {"type": ["number", "string"]}


def previous_object(log: ChangeLog | None) -> dict[str, Any] | None:
    """The earlier run in brief, the steps from its NPV to that of this run, and the inputs that differ; None where no
    earlier run was given."""
    if log is None:
        return None
    return {
        "file": log.file,
        "valuation": log.previous.valuation.isoformat(),
        **{key: getattr(log.previous, key) for key in _OF_RUN},
        "steps": [asdict(step) for step in log.steps],
        "time_base": None if log.time_base is None else asdict(log.time_base),
        "time_mean": None if log.time_mean is None else asdict(log.time_mean),
        "changes": [asdict(one) for one in log.changes],
        "more": log.more,
        "more_effect": log.more_effect,
        "joint": log.joint,
        "edited": log.edited,
    }


def previous_schema() -> dict[str, Any]:
    """JSON Schema of ``previous_object``; amounts are in units of audit.currency, percentages are fractions."""
    key = {"enum": list(get_args(StepKey))}
    parts = {"anyOf": [{"type": "null"}, shape(dict.fromkeys(("settled", "unwinding", "other"), NUMBER))]}
    step = {"key": key, "base": NUMBER, "mean": NUMBER, "se": MAYBE, "note": TEXT}
    change = {
        "key": key,
        **dict.fromkeys(("path", "label", "unit", "reason"), TEXT),
        **dict.fromkeys(("old", "new"), _VALUE),
        "effect": MAYBE,
    }
    return shape(
        {
            **dict.fromkeys(("file", "version", "command"), TEXT),
            "valuation": {"type": "string", "format": "date"},
            **dict.fromkeys(("seed", "paths", "more", "edited"), COUNT),
            **dict.fromkeys(("digest", "plan_digest"), SHA256),
            **dict.fromkeys(("npv_base", "npv_mean", "npv_se"), NUMBER),
            "steps": listing(shape(step)),
            "time_base": parts,
            "time_mean": parts,
            "changes": listing(shape(change)),
            "more_effect": MAYBE,
            "joint": MAYBE,
        }
    )
