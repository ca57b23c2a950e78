"""`valuate hazard`: the intensity of an event from what was seen, from credit spreads, or from a table of ratings."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import click
from pydantic_core import PydanticCustomError

from valuation.errors import Problem, SpecError, ValuationError
from valuation.hazards.estimate import HazardEstimate
from valuation.hazards.events import GammaLaw, posterior
from valuation.hazards.piecewise import Piecewise, from_defaults, from_spreads
from valuation.processes.precise import log1p
from valuation.spec.csv_rows import csv_rows
from valuation.spec.faults import Fault
from valuation.spec.keyed import ByKey
from valuation.spec.kinds import RATE, Kind, share
from valuation.spec.quantity import Quantity
from valuation.spec.refusals import RESERVED
from valuation.spec.words import read_day

SPREAD = Kind("a credit spread", "120 bp", ("1/year", "1"), low=0.0)
DEFAULTED = share()
MAX_BYTES = 4_000_000
Read = TypeVar("Read")


def run(
    *,
    events: float | None,
    years: float | None,
    prior: tuple[float, float],
    spread: str | None,
    spreads: str | None,
    ratings: str | None,
    grade: str | None,
    recovery: str | None,
    discount: str,
    since: str | None,
    name: str | None,
    horizon: int,
    as_json: bool,
) -> int:
    """Estimates, and prints the page or the JSON object; the parameters are the options of the command line."""
    asked = [one for one in (events, spread, spreads, ratings) if one is not None]
    if len(asked) != 1:
        raise click.UsageError("expected one of --events, --spread, --spreads and --ratings")
    day = _day(since)
    if events is not None:
        found = _of_events(events, years, GammaLaw(*prior), horizon)
    elif ratings is not None:
        found = _of_ratings(ratings, grade, horizon)
    else:
        found = _of_spreads(spread, spreads, recovery, discount, horizon)
    if day is not None and (found.law is not None or len(found.rates.rates) == 1):
        raise click.UsageError(
            "--from dates the steps of an intensity by years, of --spreads or --ratings; here is one for all "
            "time: leave --from out"
        )
    called = _name(name) if name is not None else "my_event" if events is not None else "tenant_default"
    from valuation.report.hazard import hazard_json, hazard_lines

    if as_json:
        click.echo(hazard_json(found, day, called), nl=False)
        return 0
    from valuation.report.terminal import print_lines

    print_lines(lambda width: hazard_lines(found, day, called, width), sys.stdout)
    return 0


def _of_events(events: float, years: float | None, prior: GammaLaw, horizon: int) -> HazardEstimate:
    if years is None:
        raise click.UsageError("--events needs --years, the years that all sites together were watched")
    try:
        law = posterior(events, years, prior)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    said = f"Gamma({prior.shape:g}, {prior.years:g} years)" + (" (Jeffreys)" if prior == GammaLaw(0.5, 0.0) else "")
    counted = f"{events:g} event{'s' * (events != 1)} in {years:g} site-years"
    facts = (("Seen", counted), ("Prior", said), ("Law of the intensity", f"Gamma({law.shape:g}, {law.years:g} years)"))
    rates = Piecewise((float(horizon),), (law.mean,))
    note = f"{counted}, prior {said}; range: 5 to 95 %"
    return HazardEstimate(f"Intensity after {counted}", facts, "historical", rates, law, horizon, note)


def _of_spreads(
    spread: str | None, spreads: str | None, recovery: str | None, discount: str, horizon: int
) -> HazardEstimate:
    if recovery is None:
        raise click.UsageError("a spread needs --recovery, the share that is recovered after default, for example 40 %")
    lost = 1.0 - _quantity(share(), recovery, "--recovery").canonical
    if not lost > 0.0:
        raise click.UsageError("--recovery is below 100 %: without a loss a spread says nothing of default")
    rate = log1p(_quantity(RATE, discount, "--discount").canonical)
    if spread is not None:
        stated = {float(horizon): _quantity(SPREAD, spread, "--spread").canonical}
        source = spread
    else:
        stated = {float(key): one.canonical for key, one in _column(str(spreads), SPREAD, "spread").items()}
        source = f"{len(stated)} spreads in {Path(str(spreads)).name}"
    maturities = sorted(stated)
    rates = from_spreads(maturities, [stated[one] for one in maturities], 1.0 - lost, rate)
    listed = ", ".join(f"{1e4 * stated[one]:g} bp" + (f" ({one:g} y)" if spread is None else "") for one in maturities)
    facts = [("Spread" if spread is not None else "Spreads", listed), ("Recovered", f"{100.0 * (1.0 - lost):g} %")]
    note = f"credit spread {source}, recovery {100.0 * (1.0 - lost):g} %"
    if spread is None:
        facts.append(("Discounted at", discount))
        note += f", discounted at {discount}"
    title = "Intensity of default that the spread pays for" if spread else "Intensities of default that spreads pay for"
    return HazardEstimate(title, tuple(facts), "market", rates, None, horizon, note)


def _of_ratings(file: str, grade: str | None, horizon: int) -> HazardEstimate:
    text = _text(file)
    grades = _read(lambda: csv_rows(file, text)).names[1:]
    chosen = grade if grade is not None else grades[0] if len(grades) == 1 else None
    if chosen is None:
        raise click.UsageError(f"--ratings needs --grade, one of the columns {', '.join(grades) or '(there is none)'}")
    table = {float(key): one.canonical for key, one in _column(file, DEFAULTED, chosen, text).items()}
    at = sorted(table)
    rates = from_defaults(at, [table[one] for one in at])
    name = Path(file).name
    facts = (
        ("Table", f"{name}: cumulative share in default by year"),
        ("Grade", chosen),
        ("In default", ", ".join(f"{100.0 * table[one]:g} % ({one:g} y)" for one in at)),
    )
    note = f"cumulative default rates of grade {chosen} in {name}"
    return HazardEstimate(f"Intensities of default of grade {chosen}", facts, "historical", rates, None, horizon, note)


def _column(file: str, kind: Kind, column: str, text: str | None = None) -> dict[str, Quantity]:
    """Values by year of a CSV."""
    reader = ByKey(kind, "year", column, "", _above_nought)
    return _read(lambda: reader.rows(file, _text(file) if text is None else text, column))


def _above_nought(text: str) -> None:
    try:
        if not 0.0 < float(text) <= 100.0:
            raise ValueError
    except ValueError:
        raise ValueError(f"'{text}' is no number of years above 0 and up to 100") from None


def _text(file: str) -> str:
    try:
        if Path(file).stat().st_size > MAX_BYTES:
            raise ValuationError(f"'{file}' is larger than {MAX_BYTES // 1_000_000} MB")
        return Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValuationError(f"'{file}' is not UTF-8 (byte {error.start}); save it as 'CSV UTF-8'") from None
    except (OSError, ValueError) as error:
        raise ValuationError(f"cannot read '{file}': {getattr(error, 'strerror', None) or error}") from None


def _read(step: Callable[[], Read]) -> Read:
    try:
        return step()
    except PydanticCustomError as error:
        found: tuple[Fault, ...] = (error.context or {})["faults"]
        raise SpecError(Problem(one.file, one.line, one.column, "", one.message, one.source) for one in found) from None


def _quantity(kind: Kind, text: str, option: str) -> Quantity:
    try:
        return kind.plain(text)
    except PydanticCustomError as error:
        raise click.UsageError(f"{option}: {(error.context or {})['faults'][0].message}") from None


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise click.UsageError(
            f"--name: '{text}' is no name of an event: small letters, digits and _, such as tenant_default"
        )
    if text in RESERVED:
        raise click.UsageError(f"--name: the name '{text}' is the program's own; choose another, such as 'the_{text}'")
    return text


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else read_day(text)
    except PydanticCustomError as error:
        raise click.UsageError(f"--from: {(error.context or {})['faults'][0].message}") from None
