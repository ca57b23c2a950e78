"""A fitted model as a block of a market file (or, for a share or a count, of a contract's risks): `block_text`."""

from __future__ import annotations

import json
from math import log
from pathlib import Path

import numpy as np

import valuation
from valuation import registry
from valuation.calibration.fit import Estimate
from valuation.calibration.refusals import CannotCalibrate
from valuation.calibration.regime_block import regime_lines
from valuation.calibration.study import SHARE_MODELS, Study, untold

KEYS: dict[str, dict[str, str]] = {
    "jump_diffusion": {"jumps.intensity": "jumps.rate"},
    "kluge": {
        "reversion": "diffusion.reversion",
        "volatility": "diffusion.volatility",
        "spikes.decay": "spikes.reversion",
        "spikes.intensity": "spikes.rate",
        "spikes.size": "spikes.mean_size",
    },
    "schwartz_smith": {
        "reversion": "short_term.reversion",
        "short_volatility": "short_term.volatility",
        "long_volatility": "long_term.volatility",
    },
}
"""By model: the key of the file of an estimate, where it is not the estimate's own name."""
LAWS = {"log": "lognormal", "logit": "logit_normal", "plain": "normal"}
NO_KEYS = {"mean", "stationary_sd", "slow.stationary_sd", "fast.stationary_sd", "long_drift", "drift"}
"""Estimates that a price does not take: the forward is its mean, and the rest follows."""
SMALLEST_CORRELATION = 0.05


def block_text(found: Study, name: str, command: str) -> str:
    """The block as YAML: process, parameters with standard error, law, interval and where they come from.

    Parameters
    ----------
    name : of the factor in the file, `power.NO4`.
    command : what was typed, for whoever fits it again.

    Raises
    ------
    CannotCalibrate : a model that no process of the language stands for.
    """
    model = found.fit.model
    cls = registry.factors().get(model)
    if cls is None:
        raise CannotCalibrate(f"'{model}' is no process of a file, so there is no block to write; leave --out out")
    fields = getattr(cls, "model_fields", {})
    root = "factors" if found.is_price else "risks"
    lines = [
        f"# Fitted by valuate {valuation.__version__} to {Path(found.history.file).name}, sha256",
        f"#   {found.history.sha256}. To fit it again:",
        f"#   {command}",
        f"# Put what stands below '{root}:' into '{root}:' of the {'market file' if found.is_price else 'contract'}",
        f"{root}:",
        f"  {name}:",
        f"    process: {model}",
        f"    note: {_quoted(provenance(found))}",
    ]
    if found.is_price:
        lines += _price_heads(found, fields)
    if model == "regime_switching":
        lines += regime_lines(found)
    else:
        lines += _parameters(found, fields)
    if model == "customers":
        now = history_end(found)
        lines.append(
            f"    start: {{value: {now:.0f}, source: {_quoted(source_id(found))}, status: fact, note: last count}}"
        )
    if found.is_price and "yearly_level" in fields and found.level is not None:
        lines += _yearly_level(found)
    if found.is_price and "settlement" in fields:
        lines.append("    settlement: month_average")
    together = _correlations(found, f"{root}.{name}", fields)
    lines[4:4] = _where_the_rest_goes(found, bool(together))
    return "\n".join([*lines, *together]) + "\n"


def provenance(found: Study) -> str:
    """File, digest, span, count, model and version in a sentence."""
    history = found.history
    of = f" of {history.area}" if history.area else ""
    what = f", {found.ask.transform}" if found.is_price else ""
    return (
        f"{found.fit.model} fitted to {history.count:,} {'daily' if history.step == 'day' else 'monthly'} values{of}, "
        f"{history.first} to {history.last}{what}, in {Path(history.file).name} (sha256 {history.sha256[:16]}), by "
        f"valuate {valuation.__version__}"
    )


def source_id(found: Study) -> str:
    """What stands as `source` beside each number: file and area."""
    history = found.history
    return " ".join(part for part in (Path(history.file).name, history.area) if part)


def _where_the_rest_goes(found: Study, together: bool) -> list[str]:
    """The rest of the comment: `correlation_of_estimates` has a place of its own, a placeholder a successor."""
    file, root = ("market file", "factors") if found.is_price else ("contract", "risks")
    told = []
    if together:
        told += [
            f"# and the list 'correlation_of_estimates' to the root of the {file}, beside '{root}:' and not",
            "# below it (where there is one already, add the lines to it).",
        ]
    if found.is_price:
        told.append("# Then replace the forward, which is a placeholder: 'valuate check' warns until you have.")
    return told


def _price_heads(found: Study, fields: dict[str, object]) -> list[str]:
    history, transform = found.history, found.ask.transform
    lines = []
    if "transform" in fields:
        lines.append(f"    transform: {transform.name}")
    lines.append(f"    unit: {history.unit}")
    if transform.scale is not None:
        lines.append(f"    scale: {{value: {transform.scale:g} {history.unit}, status: assumption}}")
    mean = float(np.nanmean(history.values))
    note = (
        f"mean of the history and no forward, {history.first} to {history.last}: replace it with quotes, or with what "
        "you expect of the price"
    )
    value = f"{{value: {_number(mean)} {history.unit}, source: {_quoted(source_id(found))}, status: placeholder, note: "
    if not found.shape:
        return [*lines, f"    forward: {value}{_quoted(note)}}}"]
    shape = ", ".join(f"{one:.3f}" for one in found.shape)
    how = (
        "January to December; expected price of the month over that of the year under two yearly harmonics of "
        f"{transform}, days of the week averaged, no trend; mean by days 1"
    )
    if found.shape_warning:
        how = f"{found.shape_warning}. {how}"
    return [
        *lines,
        "    forward:",
        f"      flat: {value}{_quoted(note)}}}",
        f"      month_shape: {{value: [{shape}], source: {_quoted(source_id(found))}, status: derived, "
        f"note: {_quoted(how)}}}",
    ]


def _parameters(found: Study, fields: dict[str, object]) -> list[str]:
    """Each estimate that the process has a key for, nested as its key says; the others as comments."""
    lines, opened = [], ""
    names = KEYS.get(found.fit.model, {})
    for at, estimate in enumerate(found.fit.estimates):
        key = names.get(estimate.name, estimate.name)
        head, _, inner = key.partition(".")
        if estimate.name in NO_KEYS and (found.is_price or head not in fields):
            continue
        if head not in fields:
            lines.append(f"    # {estimate.name}: {_number(estimate.corrected)} {estimate.unit}".rstrip())
            continue
        scale = found.fit.scale[at] if at < found.fit.free else None
        if inner and head != opened:
            lines.append(f"    {head}:")
        opened = head if inner else ""
        indent = "      " if inner else "    "
        lines.append(f"{indent}{inner or head}: {_long_form(found, estimate, scale)}")
    return lines


def _long_form(found: Study, estimate: Estimate, scale: str | None) -> str:
    unit = f" {estimate.unit}" if estimate.unit else ""
    in_percent = found.fit.model in SHARE_MODELS and estimate.name in ("mean", "sd")
    if estimate.unit == "/sqrt(year)" and found.series.unit:  # of the price itself, not of its logarithm
        unit = f" {found.series.unit}/sqrt(year)"

    def of(number: float) -> str:
        return f"{_number(100.0 * number)} %" if in_percent else f"{_number(number)}{unit}"

    words = [f"95 % interval {of(estimate.low)} to {of(estimate.high)}"]
    if estimate.unit == "/year" and estimate.corrected > 0.0:
        words.insert(0, f"half-life of {365.0 * log(2.0) / estimate.corrected:.3g} days")
    if abs(estimate.corrected / estimate.value - 1.0) > 1e-3 if estimate.value else False:
        words.append(f"{of(estimate.value)} before the correction for a short sample")
    parts = [f"value: {of(estimate.corrected)}"]
    known = not untold(estimate)
    law = LAWS[scale] if scale is not None else "logit_normal" if in_percent else ""  # of what follows, a share
    if known and law and 0.0 < estimate.se < float("inf"):
        parts += [f"se: {of(estimate.se)}", f"law: {law}"]
    if known and float("-inf") < estimate.low < estimate.high < float("inf"):
        parts.append(f"range: [{of(estimate.low)}, {of(estimate.high)}]")
    parts += [f"source: {_quoted(source_id(found))}", "status: derived", f"note: {_quoted('; '.join(words))}"]
    return "{" + ", ".join(parts) + "}"


def _yearly_level(found: Study) -> list[str]:
    level, yearly = found.level, found.yearly
    if level is None or yearly is None:
        return []
    judged, status = (
        ("the fitted law alone has too little spread between years", "derived")
        if level.needed
        else ("chance explains the difference: take the level out or keep it as a judgement", "assumption")
    )
    note = (
        f"brings the simulated sd of {yearly.years} log yearly means from {yearly.simulated:.2f} to "
        f"{level.with_it.simulated:.2f}; observed {yearly.observed:.2f}, 90 % interval {yearly.low:.2f} to "
        f"{yearly.high:.2f}; {judged}"
    )
    source = _quoted(source_id(found))
    return [
        "    yearly_level:",
        f"      sd: {{value: {level.sd:.2f}, source: {source}, status: {status}, note: {_quoted(note)}}}",
        "      resets: 01-01",
    ]


def history_end(found: Study) -> float:
    """The last value that is there."""
    values = found.history.values
    return float(values[~np.isnan(values)][-1])


def _correlations(found: Study, root: str, fields: dict[str, object]) -> list[str]:
    """How the estimates go together; for draws of all of them at once."""
    fit, names = found.fit, KEYS.get(found.fit.model, {})
    lines: list[str] = []
    keys = [names.get(one.name, one.name) for one in fit.estimates[: fit.free]]
    for b in range(fit.free):
        for a in range(b):
            spread = float(fit.covariance[a, a] * fit.covariance[b, b])
            missing = {keys[a].split(".")[0], keys[b].split(".")[0]} - set(fields)
            priced = found.is_price and {fit.estimates[a].name, fit.estimates[b].name} & NO_KEYS
            told = not (untold(fit.estimates[a]) or untold(fit.estimates[b]))
            if missing or priced or not told or not 0.0 < spread < float("inf"):
                continue
            value = float(fit.covariance[a, b]) / spread**0.5
            if abs(value) >= SMALLEST_CORRELATION:
                pair = f"{root}.{keys[a]}, {root}.{keys[b]}"
                lines.append(f"  - {{of: [{pair}], value: {value:.2f}, status: derived}}")
    return ["correlation_of_estimates:", *lines] if lines else []


def _number(value: float) -> str:
    """Five significant digits without an exponent where that reads."""
    return f"{value:.5g}"


def _quoted(text: str) -> str:
    """A YAML text in double quotes."""
    return json.dumps(text, ensure_ascii=False)
