"""A solution, and a range between two parties, as lines of a page and as a JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from valuation.appraisal.what_if import plain_money
from valuation.errors import UnitError
from valuation.report.financing_words import cover
from valuation.report.json import FRACTIONS
from valuation.report.numbers import SCALES, MoneyScale, amount, finite, percent
from valuation.report.solved_words import amount_of, digits, value_of
from valuation.report.summary_layout import Line, Paper
from valuation.tables import DealRange, PartyLimit, Solution, Standing

_LABEL = 22
_COLUMN = 17


def solution_lines(found: Solution, width: int) -> Iterator[Line]:
    """The solution with its error, what the file says, how the target is met, and what else moves."""
    page = Paper(width)
    yield from page.paragraph(f"{found.path} at which {found.target}", "title")
    yield from page.paragraph(f"{found.name}; seen from {found.view}", "note")
    yield Line("text", "")
    yield from page.labelled("  Solution", _with_error(found), _LABEL)
    yield from page.labelled("  In the file", value_of(found.stated, found.unit), _LABEL)
    if found.low is not None and found.high is not None:
        ends = f"{digits(found.low)} to {value_of(found.high, found.unit)}"
        yield from page.labelled("  Stated range", ends, _LABEL)
    yield from page.labelled(
        "  Target", f"{found.target}; reached {amount_of(found.reached, found.result_unit)}", _LABEL
    )
    if len(found.settings) == 1:
        setting = f"{found.path}={found.value:.10g} {found.unit}".rstrip()
        yield from page.labelled("  Run it with", f"--set '{setting}'", _LABEL)
    if found.others:
        listed = ", ".join(value_of(other, found.unit) for other in found.others)
        yield from page.labelled("  Met as well at", listed, _LABEL)
    yield from _movement(found, page)
    yield from _remarks(found, page)
    yield from _closing(found, page)


def _with_error(found: Solution) -> str:
    value = value_of(found.value, found.unit, found.se)
    if found.se is None:
        return f"{value} (of the base case, which has no simulation error)" if "." not in found.result else value
    return f"{value}, standard error {digits(found.se, found.se)}"


def _movement(found: Solution, page: Paper) -> Iterator[Line]:
    """NPV, IRR, chance of a loss and margin, in the file and at the solution."""
    scale = _scale(found)
    money = scale.unit(found.currency)
    both = (found.at_stated, found.at_value)
    yield Line("text", "")
    yield Line("head", f"  {'':<{_LABEL + 12}}{'in the file':>{_COLUMN}}{'at the solution':>{_COLUMN}}")
    rows = {
        found.path.rpartition(".")[2] if len(found.path) > 30 else found.path: [digits(one.value) for one in both],
        f"NPV after tax, mean [{money}]": [amount(one.npv_mean, scale) for one in both],
        "IRR after tax, P50": [percent(one.irr_p50) for one in both],
        "P(NPV < 0)": [percent(one.npv_negative) for one in both],
        "Margin, mean": [percent(one.margin_mean) for one in both],
    }
    if found.at_stated.npv_equity_mean is not None:
        rows |= {
            f"Owners' NPV, mean [{money}]": [amount(one.npv_equity_mean, scale) for one in both],
            "Owners' IRR, P50": [percent(one.irr_equity_p50) for one in both],
            f"Loans [{money}]": [amount(one.debt, scale) for one in both],
            "Least DSCR, P50": [cover(one.dscr_min_p50) for one in both],
            "P(default)": [percent(one.default) for one in both],
        }
    for label, cells in rows.items():
        yield Line("text", f"  {label:<{_LABEL + 12}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells))


def _scale(found: Solution) -> MoneyScale:
    largest = max(abs(one.npv_mean) + one.npv_se for one in (found.at_stated, found.at_value))
    return next((scale for scale in reversed(SCALES) if largest >= 10 * scale.divisor), SCALES[0])


def _remarks(found: Solution, page: Paper, of: str = "") -> Iterator[Line]:
    if found.remarks:
        yield Line("text", "")
    for remark in found.remarks:
        yield from page.paragraph(f"{of}{remark}", "note", "  ", "  ")


def _closing(found: Solution, page: Paper) -> Iterator[Line]:
    """How it was found, and how to run the contract there."""
    yield Line("text", "")
    runs = (
        f"{found.runs} runs of {found.paths:,} paths on the same random numbers, seed {found.seed}; the standard error"
    )
    yield from page.paragraph(f"{runs} is of the simulation alone.", "note")
    yield Line("note", found.command)


def range_lines(found: DealRange, width: int) -> Iterator[Line]:
    """The two limits, and the range between them or that there is none."""
    page = Paper(width)
    first = found.limits[0].solution
    names = " and ".join(one.party for one in found.limits)
    yield from page.paragraph(f"{first.path} between {names}", "title")
    yield from page.paragraph(f"{first.name}; where the mean NPV after tax of each is 0 at its own rate", "note")
    yield Line("text", "")
    yield from page.labelled("  In the file", value_of(first.stated, first.unit), _LABEL)
    for one in found.limits:
        yield from page.labelled(f"  {one.party}", _limit(one), _LABEL)
    yield Line("text", "")
    yield from page.paragraph(range_words(found), "good" if found.low is not None or found.high is not None else "bad")
    for one in found.limits:
        yield from _remarks(one.solution, page, f"{one.party}: ")
    yield Line("text", "")
    runs = sum(one.solution.runs for one in found.limits)
    how = f"{runs} runs of {first.paths:,} paths on the same random numbers, seed {first.seed}"
    yield from page.paragraph(how, "note")
    yield Line("note", found.command)


def _limit(one: PartyLimit) -> str:
    side = "at least" if one.gains == "above" else "at most"
    mean = amount_of(one.solution.at_stated.npv_mean, one.solution.currency)
    return f"{side} {_with_error(one.solution)}; discounts at {percent(one.discount_rate, 2)}; NPV in the file {mean}"


def range_words(found: DealRange) -> str:
    """Whether there is a range, and how wide."""
    unit = found.limits[0].solution.unit
    names = " and ".join(one.party for one in found.limits)
    if found.width is None:
        side = found.limits[0].gains
        end = found.low if side == "above" else found.high
        at = value_of(end, unit) if end is not None else ""
        neither = " nor ".join(one.party for one in found.limits)
        return f"Both gain {side}: neither {neither} loses {side} {at}, so there is no range between them."
    width = value_of(abs(found.width), unit, found.width_se)
    error = f", standard error {digits(found.width_se, found.width_se)}" if found.width_se else ""
    if found.low is None or found.high is None:
        return f"No value suits both: the limits of {names} miss each other by {width}{error}."
    return f"Neither loses from {digits(found.low)} to {value_of(found.high, unit)}: a range of {width}{error}."


def solution_object(found: Solution) -> dict[str, Any]:
    """The solution for JSON: money in units of the currency, rates and shares as fractions, missing = null."""
    unit, factor = _plain(found.unit)

    def plain(value: float | None) -> float | None:
        return None if value is None else finite(value * factor, found.path)

    return {
        "path": found.path,
        "unit": unit,
        "value": plain(found.value),
        "se": plain(found.se),
        "stated": plain(found.stated),
        "low": plain(found.low),
        "high": plain(found.high),
        "target": found.target,
        "result": found.result,
        "result_unit": FRACTIONS.get(found.result_unit, found.result_unit),
        "wanted": found.wanted,
        "reached": found.reached,
        "slope": finite(found.slope / factor, "slope"),
        "others": [plain(other) for other in found.others],
        "settings": list(found.settings),
        "at_stated": _standing(found.at_stated, factor),
        "at_value": _standing(found.at_value, factor),
        "remarks": list(found.remarks),
        "runs": found.runs,
        "audit": {
            "seed": found.seed,
            "paths": found.paths,
            "version": found.version,
            "command": found.command,
            "currency": found.currency,
            "view": found.view,
            "scenario": found.scenario,
            "overrides": list(found.overrides),
        },
    }


def range_object(found: DealRange) -> dict[str, Any]:
    """The range for JSON, as of ``solution_object``."""
    _, factor = _plain(found.limits[0].solution.unit)
    ends = {"low": found.low, "high": found.high, "width": found.width, "width_se": found.width_se}
    return {
        **{key: None if end is None else finite(end * factor, key) for key, end in ends.items()},
        "limits": [
            {
                "party": one.party,
                "discount_rate": one.discount_rate,
                "gains": one.gains,
                "solution": solution_object(one.solution),
            }
            for one in found.limits
        ],
        "command": found.command,
    }


def json_text(found: Solution | DealRange) -> str:
    """The text of the JSON object."""
    whole = solution_object(found) if isinstance(found, Solution) else range_object(found)
    return json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _standing(one: Standing, factor: float) -> dict[str, float | None]:
    return {**asdict(one), "value": one.value * factor}


def _plain(unit: str) -> tuple[str, float]:
    """The unit of a JSON number and the factor to it."""
    if unit in FRACTIONS:
        return FRACTIONS[unit], 0.01
    try:
        return plain_money(unit)
    except UnitError:
        return "1", 1.0  # a common factor of values by date
