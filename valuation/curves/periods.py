"""Delivery periods of the trade: a year `2027`, a quarter `2027-Q1`, a month `2027-02`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

YEAR = 12

_FORM = re.compile(r"(?P<year>(?:19|20|21)\d\d)(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?\Z")

_YEAR = r"(?P<year>(?:19|20|21)?\d\d)"
_OF_EXCHANGES = (
    re.compile(rf"(?:YR|CAL|Y)[- ]?{_YEAR}\Z", re.IGNORECASE),
    re.compile(rf"Q(?P<quarter>[1-4])[-/ ]?{_YEAR}\Z", re.IGNORECASE),
    re.compile(r"(?P<year>(?:19|20|21)\d\d)[-/ ]?Q(?P<quarter>[1-4])\Z", re.IGNORECASE),
    re.compile(rf"(?P<name>[A-Z]{{3}})[-/ ]?{_YEAR}\Z", re.IGNORECASE),
    re.compile(r"(?P<year>(?:19|20|21)\d\d)[-/ .]?M?(?P<month>0?[1-9]|1[0-2])\Z", re.IGNORECASE),
    re.compile(r"(?P<month>0?[1-9]|1[0-2])[-/.](?P<year>(?:19|20|21)\d\d)\Z"),
)
"""How exchanges and workbooks write them: YR-28, Q1-27, 2027Q1, JAN-27, 2027M01, 01.2027."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _meant(text: str) -> str:
    """The form of a period that is written in another way, empty where none can be told."""
    match = next((found for form in _OF_EXCHANGES if (found := form.match(text.strip()))), None)
    if match is None:
        return ""
    parts = match.groupdict()
    year = parts["year"] if len(parts["year"]) == 4 else f"20{parts['year']}"
    if "name" in parts:
        name = parts["name"].lower()
        return f"{year}-{_MONTHS.index(name) + 1:02d}" if name in _MONTHS else ""
    if "month" in parts:
        return f"{year}-{int(parts['month']):02d}"
    return f"{year}-Q{parts['quarter']}" if "quarter" in parts else year


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole calendar months of delivery.

    Parameters
    ----------
    first : calendar month number of the first month, year·12 + month − 1.
    months : how many: 1, 3 or 12.
    """

    first: int
    months: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that a text names; ValueError where it names none."""
        match = _FORM.match(text)
        if match is None:
            if meant := _meant(text):
                raise ValueError(f"'{text}' is no period, write '{meant}'")
            raise ValueError(f"'{text}' is no period, expected a year 2027, a quarter 2027-Q1 or a month 2027-02")
        start = int(match["year"]) * YEAR
        if match["quarter"]:
            return cls(start + 3 * (int(match["quarter"]) - 1), 3)
        if match["month"]:
            return cls(start + int(match["month"]) - 1, 1)
        return cls(start, YEAR)

    @property
    def after(self) -> int:
        """Calendar month number of the first month after it."""
        return self.first + self.months

    @property
    def days(self) -> int:
        """Its days, of a leap year too."""
        return sum(days_of(month) for month in range(self.first, self.after))

    def holds(self, other: Period) -> bool:
        """Whether another period lies in this one and is shorter."""
        return self.first <= other.first and other.after <= self.after and self.months > other.months

    def __str__(self) -> str:
        year, month = divmod(self.first, YEAR)
        if self.months == YEAR:
            return f"{year}"
        return f"{year}-Q{month // 3 + 1}" if self.months == 3 else f"{year}-{month + 1:02d}"


def days_of(month: int) -> int:
    """Days of a calendar month number."""
    return calendar.monthrange(month // YEAR, month % YEAR + 1)[1]


def month_text(month: int) -> str:
    """A calendar month number as `2027-02`."""
    return f"{month // YEAR}-{month % YEAR + 1:02d}"
