"""Dated numbers as one value a day: hours averaged by the clock of the place, gaps left as gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from valuation.calibration.clock import instants_of, steps_of
from valuation.calibration.complaints import Complaints
from valuation.calibration.history import days_between, months_between
from valuation.calibration.readings import Reading, Readings

PART_OF_A_DAY = 1.0 / 6.0
"""Share of a day's hours that may be missing before the day counts as a gap: 4 of 24."""
STEPS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))


@dataclass(frozen=True, eq=False)
class EvenSeries:
    """One value a day or a month.

    Parameters
    ----------
    dates, values : every day from the first to the last with a value; NaN where there is none.
    lines : the last line of the file of each day.
    """

    cadence: str
    dates: tuple[date, ...]
    values: NDArray[np.float64]
    lines: dict[date, int]
    notes: tuple[str, ...]


def even_series(readings: Readings, zone: tzinfo | None, text: Sequence[str], bad: Complaints) -> EvenSeries:
    """The series of a file's lines.

    Parameters
    ----------
    zone : of the place, whose days are averaged; without one the days are those of the file, of 24 hours each.
    text : lines of the file, for excerpts.

    Raises
    ------
    SpecError : duplicates, lines out of order, steps that are neither hours, days nor months.
    """
    items, notes = list(readings.items), []
    if len(items) > 1 and _wall(items[0].when) > _wall(items[-1].when):
        items.reverse()
        notes.append("the file begins with the last day; it was read from its end")
    if readings.timed and _several_a_day(items):
        return _by_hours(items, zone, text, bad, notes)
    found: dict[date, float] = {}
    lines: dict[date, int] = {}
    days = [one.when.date() for one in items]
    monthly = readings.monthly or (len(days) > 2 and all(a.day == 1 for a in days))
    before: Reading | None = None
    for one, day in zip(items, days, strict=True):
        if day in lines:
            message = f"got {day} again, it stands in line {lines[day]} too; keep one of the two"
            bad.add("duplicate", message, one.line, 1, text[one.line - 1])
        elif before is not None and one.when < before.when:
            message = f"{day} comes after {before.when.date()} of line {before.line}; sort the file by date"
            bad.add("order", message, one.line, 1, text[one.line - 1])
        found[day], lines[day], before = one.value, one.line, one
    bad.refuse_if_any()
    _refuse_other_steps(days, monthly, bad)
    dates = months_between(min(days), max(days)) if monthly else days_between(min(days), max(days))
    values = np.array([found.get(day, np.nan) for day in dates])
    return _trimmed("month" if monthly else "day", dates, values, lines, notes)


def _wall(when: datetime) -> datetime:
    return when.replace(tzinfo=None)


def _several_a_day(items: list[Reading]) -> bool:
    days = {one.when.date() for one in items}
    return len(items) > 1.5 * len(days)


def _refuse_other_steps(days: list[date], monthly: bool, bad: Complaints) -> None:
    ordered = sorted(set(days))
    apart = sorted((b - a).days for a, b in zip(ordered, ordered[1:], strict=False))
    typical = apart[len(apart) // 2] if apart else 1
    if not monthly and typical > 1:
        bad.add("steps", f"steps of {typical} days, expected hours, days or months (the first of each)")
        bad.refuse()


def _by_hours(
    items: list[Reading], zone: tzinfo | None, text: Sequence[str], bad: Complaints, notes: list[str]
) -> EvenSeries:
    place = zone or UTC
    if zone is None and items[0].when.tzinfo is not None:
        notes.append("days are those of UTC; --timezone Europe/Oslo, for example, takes the days of the place")
    at = _instants(items, place, zone is not None, text, bad)
    bad.refuse_if_any()
    by_day: dict[date, list[tuple[datetime, Reading]]] = {}
    for instant, one in at:
        local = instant.astimezone(place) if one.when.tzinfo is not None else one.when
        by_day.setdefault(local.date(), []).append((instant, one))
    dates = days_between(min(by_day), max(by_day))
    common = _step([instant for instant, _ in at])
    values = np.full(len(dates), np.nan)
    lines: dict[date, int] = {}
    part: list[str] = []
    dropped: list[str] = []
    for where, day in enumerate(dates):
        held = by_day.get(day, [])
        if not held:
            continue
        lines[day] = held[-1][1].line
        step = _step([instant for instant, _ in held]) if len(held) > 2 else common
        expected = len(steps_of(day, place, step))
        known = [one.value for _, one in held if one.value == one.value]
        absent = expected - len(known)
        if known and absent <= PART_OF_A_DAY * expected:
            values[where] = float(np.mean(known))
        if absent > 0:
            words = f"{day} ({absent} of {expected}, lines {held[0][1].line} to {held[-1][1].line})"
            (part if not np.isnan(values[where]) else dropped).append(words)
    if part:
        notes.append(f"days with hours missing, averaged over the rest: {_listed(part)}")
    if dropped:
        notes.append(f"days with more than a sixth of their hours missing, left as gaps: {_listed(dropped)}")
    cadence = {STEPS[0]: "quarter of an hour", STEPS[1]: "half hour", STEPS[2]: "hour"}[common]
    return _trimmed(cadence, dates, values, lines, notes)


def _instants(
    items: list[Reading], place: tzinfo, has_zone: bool, text: Sequence[str], bad: Complaints
) -> list[tuple[datetime, Reading]]:
    """Each line at its instant; the hour that autumn repeats is the earlier one first."""
    found: list[tuple[datetime, Reading]] = []
    seen: dict[datetime, int] = {}
    met: dict[datetime, int] = {}
    for one in items:
        source = text[one.line - 1]
        if one.when.tzinfo is not None:
            choices: tuple[datetime, ...] = (one.when.astimezone(UTC),)
        else:
            choices = instants_of(one.when, place)
        if not choices:
            if one.value == one.value:
                message = f"{one.when:%Y-%m-%d %H:%M} does not exist in {place}: the clock goes forward; leave it empty"
                bad.add("no such hour", message, one.line, 1, source)
            continue
        count = met.get(one.when, 0) if one.when.tzinfo is None else 0
        met[one.when] = count + 1
        instant = choices[min(count, len(choices) - 1)]
        if instant in seen:
            hint = "keep one of the two"
            if not has_zone and one.when.month in (10, 11) and one.when.weekday() == 6:
                hint = "where the clock goes back an hour stands twice: --timezone Europe/Oslo, for example"
            message = f"got {one.when:%Y-%m-%d %H:%M} again, it stands in line {seen[instant]} too; {hint}"
            bad.add("duplicate", message, one.line, 1, source)
            continue
        if found and instant < found[-1][0]:
            other = found[-1][1]
            message = f"{one.when:%Y-%m-%d %H:%M} comes after {other.when:%Y-%m-%d %H:%M} of line {other.line}"
            bad.add("order", f"{message}; sort the file by time", one.line, 1, source)
        seen[instant] = one.line
        found.append((instant, one))
    return found


def _step(instants: list[datetime]) -> timedelta:
    """The most common step among those that markets have."""
    counts = dict.fromkeys(STEPS, 0)
    for a, b in zip(instants, instants[1:], strict=False):
        if b - a in counts:
            counts[b - a] += 1
    return max(STEPS, key=lambda step: (counts[step], step))


def _listed(words: list[str]) -> str:
    return "; ".join(words[:5]) + (f"; and {len(words) - 5} more" if len(words) > 5 else "")


def _trimmed(
    cadence: str, dates: tuple[date, ...], values: NDArray[np.float64], lines: dict[date, int], notes: list[str]
) -> EvenSeries:
    """Without what is missing at either end."""
    known = np.flatnonzero(~np.isnan(values))
    if known.size == 0:
        return EvenSeries(cadence, dates[:1], values[:1], lines, tuple(notes))
    part = slice(int(known[0]), int(known[-1]) + 1)
    return EvenSeries(cadence, dates[part], values[part], lines, tuple(notes))
