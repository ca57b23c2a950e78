"""Dates and times as files write them, and what the clock of a place does to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

Order = Literal["day_first", "month_first"]

_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T]+(\d{1,2})[:.](\d{2})(?::(\d{2}))?)?\Z")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})\Z|(\d{4})M(\d{1,2})\Z")
_HOUR = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?(?:\s*[-–]\s*\d{1,2}(?:[:.]\d{2})?)?\Z")


@dataclass(frozen=True)
class Moment:
    """A date or time as it stands in a file.

    Parameters
    ----------
    when : without a zone where the file gives none.
    has_time : whether a time of day was written.
    month_only : whether it was a month without a day.
    """

    when: datetime
    has_time: bool
    month_only: bool = False


def day_order(texts: list[str]) -> Order | None:
    """Which of the first two numbers of `03/04/2020` is the day, by the whole file; None where nothing tells.

    Dots always mean day first, as in Norway and Germany.
    """
    first_large = second_large = with_numbers = dots = False
    for text in texts:
        match = _NUMBERS.match(_start(text))
        if match:
            with_numbers = True
            dots = dots or match.group(2) == "."
            first_large = first_large or int(match.group(1)) > 12
            second_large = second_large or int(match.group(3)) > 12
    if not with_numbers or dots or (first_large and not second_large):
        return "day_first"
    return "month_first" if second_large and not first_large else None


def read_moment(text: str, order: Order = "day_first") -> Moment | None:
    """The date or time of a text, None where it is none.

    ISO forms, with `Z` or an offset; `31.12.2020 13:00`, `31/12/2020`; `2020-12` and `2020M12`; a span such as
    `01.01.2020 00:00 - 01.01.2020 01:00` by its start.
    """
    one = _start(text)
    match = _NUMBERS.match(one)
    try:
        if match:
            first, _, second, year, *clock = match.groups()
            day, month = (first, second) if order == "day_first" else (second, first)
            hour, minute, sec = (int(part or 0) for part in clock)
            return Moment(datetime(int(year), int(month), int(day), hour, minute, sec), clock[0] is not None)
        match = _MONTH.match(one)
        if match:
            year, month = (part for part in match.groups() if part is not None)
            return Moment(datetime(int(year), int(month), 1), False, True)
        if not one[:4].isdigit():
            return None
        when = datetime.fromisoformat(one.replace("/", "-").removesuffix(" UTC"))
    except ValueError:
        return None
    return Moment(when if not one.endswith(" UTC") else when.replace(tzinfo=UTC), len(one) > 10)


def read_hour(text: str) -> timedelta | None:
    """The start of an hour of a day: `0`, `13`, `13:00`, `00 - 01`; None where it is none."""
    match = _HOUR.match(text.strip())
    if match is None or int(match.group(1)) > 24:
        return None
    return timedelta(hours=int(match.group(1)), minutes=int(match.group(2) or 0))


def _start(text: str) -> str:
    """The first of the two ends of a span."""
    return re.split(r"\s+[-–/]\s+", text.strip())[0] if re.match(r"\d", text.strip()) else text.strip()


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of a name of the IANA list, None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, no valid key, a folder of the list
        return None


def instants_of(when: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants at which the clock of a place shows a time: none in the hour that spring leaves out, two in the
    hour that autumn repeats."""
    first = when.replace(tzinfo=zone)
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return (first.astimezone(UTC),)
    both = (when.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(sorted({at for at in both if at.astimezone(zone).replace(tzinfo=None) == when}))


def steps_of(day: date, zone: tzinfo, step: timedelta) -> tuple[datetime, ...]:
    """The starts of all steps of a local day, as instants: 23, 24 or 25 where the step is an hour."""
    at = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    next_day = day + timedelta(days=1)
    end = datetime(next_day.year, next_day.month, next_day.day, tzinfo=zone).astimezone(UTC)
    found = []
    while at < end:
        found.append(at)
        at += step
    return tuple(found)
