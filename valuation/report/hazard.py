"""An estimated intensity as lines of a page, as a JSON object, and as what a contract file says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from valuation.hazards.estimate import HazardEstimate
from valuation.report.numbers import percent
from valuation.report.summary_layout import Line, Paper
from valuation.timeline import date_of, edate, serial

_LABEL = 28
LOW, HIGH = 0.05, 0.95
"""Ends of the interval that is shown of a law."""


def hazard_lines(found: HazardEstimate, since: date | None, name: str, width: int) -> Iterator[Line]:
    """What went in, the intensity with its interval, survival by year, and the block for a contract file."""
    page = Paper(width)
    yield from page.paragraph(found.title, "title")
    for label, text in found.facts:
        yield from page.labelled(f"  {label}", text, _LABEL)
    yield from page.heading("Intensity")
    if found.law is not None:
        low, high = found.law.quantile(LOW), found.law.quantile(HIGH)
        yield from page.labelled("  Mean", f"{_rate(found.law.mean)}, standard deviation {_rate(found.law.sd)}", _LABEL)
        yield from page.labelled("  5 to 95 %", f"{_rate(low)} to {_rate(high)}", _LABEL)
    elif len(found.rates.rates) == 1:
        yield from page.labelled("  Constant", _rate(found.rates.rates[0]), _LABEL)
    else:
        for start, end, rate in zip(found.rates.starts, found.rates.ends, found.rates.rates, strict=True):
            yield from page.labelled(f"  Year {start:g} to {end:g}", _rate(rate), _LABEL)
        yield from page.labelled(f"  Average of {found.horizon} years", _rate(found.average), _LABEL)
    yield from page.heading("Chance of no event")
    both = found.law is not None
    yield Line("note", "  Years" + ("   predictive   at the mean" if both else "     survival"))
    for year, predictive, at_mean in found.survival:
        more = f"{percent(at_mean, 2):>14}" if both else ""
        yield Line("text", f"  {year:>5}{percent(predictive, 2):>13}{more}")
    if both:
        text = "Predictive: over the law of the intensity. It is what a run with parameter uncertainty simulates."
        yield from page.paragraph(text, "note", "  ")
    yield from page.heading("For a contract file, below 'risks:'")
    for line in hazard_yaml(found, since, name).splitlines():
        yield Line("text", f"  {line}")


def hazard_json(found: HazardEstimate, since: date | None, name: str) -> str:
    """The same as one JSON object; rates and shares are fractions."""
    law = found.law
    data: dict[str, Any] = {
        "title": found.title,
        "evidence": found.evidence,
        "average": found.average,
        "pieces": [
            {"from": start, "to": end, "rate": rate}
            for start, end, rate in zip(found.rates.starts, found.rates.ends, found.rates.rates, strict=True)
        ],
        "law": law
        and {
            "law": "gamma",
            "shape": law.shape,
            "years": law.years,
            "mean": law.mean,
            "sd": law.sd,
            "p5": law.quantile(LOW),
            "p95": law.quantile(HIGH),
        },
        "survival": [
            {"years": year, "predictive": predictive, "at_mean": at_mean}
            for year, predictive, at_mean in found.survival
        ],
        "yaml": hazard_yaml(found, since, name),
    }
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def hazard_yaml(found: HazardEstimate, since: date | None, name: str) -> str:
    """The event as it stands below `risks` of a contract.

    Parameters
    ----------
    since : day from which the years count, where the intensity steps; without it the average of the horizon is written.
    name : of the event.
    """
    rates, law = found.rates, found.law
    lines = ["rate:"]
    if law is not None:
        lines += [f"  value: {_rate(law.mean)}", f"  se: {_rate(law.sd)}", "  law: gamma"]
        lines.append(f"  range: [{_rate(law.quantile(LOW))}, {_rate(law.quantile(HIGH))}]")
    elif len(rates.rates) == 1 or since is None:
        lines.append(f"  value: {_rate(rates.rates[0] if len(rates.rates) == 1 else found.average)}")
    else:
        lines.append("  value:")
        for start, rate in zip(rates.starts, rates.rates, strict=True):
            day = date_of(edate(serial(since), round(12.0 * start)))
            lines.append(f"    {day.isoformat()}: {_rate(rate)}")
    stepped = law is None and len(rates.rates) > 1
    note = found.note
    if stepped:
        held = "the last holds on" if since is not None else f"average of {found.horizon} years"
        note += f"; {held}"
    text = json.dumps(note, ensure_ascii=False)
    lines += [f"  evidence: {found.evidence}", "  status: derived", f"  note: {text}"]
    return "\n".join([f"{name}:", "  process: hazard", *(f"  {line}" for line in lines)]) + "\n"


def _rate(value: float) -> str:
    """An intensity to six digits that count, never in powers of ten."""
    text = f"{100.0 * value:.6g}"
    if "e" in text:
        text = f"{100.0 * value:.12f}".rstrip("0").rstrip(".")
    return f"{text} %/year"
