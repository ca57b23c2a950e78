"""A calibration as one JSON object."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from valuation.calibration.study import Study
from valuation.report.calibrated_words import coverage_verdict, half_life, spread_verdict, verdict


def calibration_object(found: Study, name: str, command: str) -> dict[str, Any]:
    """Every number of the page, under names of their own; None where there is none."""
    history, season, fit = found.history, found.season, found.fit
    return {
        "name": name,
        "command": command,
        "model": fit.model,
        "history": {
            "file": history.file,
            "sha256": history.sha256,
            "area": history.area,
            "unit": history.unit,
            "cadence": history.cadence,
            "step": history.step,
            "first": history.first.isoformat(),
            "last": history.last.isoformat(),
            "count": history.count,
            "lines": history.lines,
            "negative": history.negative,
            "gaps": [
                {"first": one.first.isoformat(), "last": one.last.isoformat(), "count": one.count}
                for one in history.gaps
            ],
            "notes": list(history.notes),
        },
        "transform": {"name": found.ask.transform.name, "scale": found.ask.transform.scale} if season else None,
        "seasonality": None
        if season is None
        else {
            "coefficients": {one: season[one] for one in season.names},
            "explained": season.explained,
            "month_shape": list(found.shape),
            "month_shape_se": [a * b for a, b in zip(found.shape, found.shape_errors, strict=False)],
        },
        "parameters": [
            {**asdict(one), "half_life_days": float(half_life(one)) if half_life(one) else None}
            for one in fit.estimates
        ],
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "values": fit.n,
        "compared": [asdict(one) for one in found.compared],
        "refused": found.refused,
        "checks": [{**asdict(one), "verdict": verdict(one)} for one in found.checks],
        "coverage": [{**asdict(one), "verdict": coverage_verdict(one)} for one in found.coverage],
        "yearly_means": None if found.yearly is None else {**asdict(found.yearly), "verdict": spread_verdict(found)},
        "yearly_level": None
        if found.level is None
        else {"sd": found.level.sd, "needed": found.level.needed, "with_it": asdict(found.level.with_it)},
        "warnings": list(found.warnings),
    }


def calibration_text(found: Study, name: str, command: str) -> str:
    """The object as ASCII text; a number that does not exist is null."""
    return json.dumps(_finite(calibration_object(found, name, command)), indent=2, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    number = float(value)  # NumPy's too
    return number if abs(number) < float("inf") else None
