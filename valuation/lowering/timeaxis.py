"""The rows of the time axis that every plan has: months, month positions, hours, the share of a month after a
moment."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.plan.builder import PlanBuilder
from valuation.plan.timeops import DISCOUNT_OPS


@dataclass(frozen=True)
class TimeAxis:
    """Names of the rows of the time axis."""

    t: str
    month_start: str
    month_end: str
    begin: str
    end: str
    hours: str
    year: str
    year_begins: str
    year_ends: str
    discount: str


def lower_time(b: PlanBuilder, valuation: str, discount_rate: str) -> TimeAxis:
    """Adds the time axis. ``begin`` and ``end`` are the month positions t and t + 1."""
    with b.in_section("Time"):
        t = b.month("time.t", "sum", "time.t.prev", 1.0, opening=-1.0, label="Month", header=True)
        start = b.month(
            "time.month_start", "month_start", float(b.first_month), t, unit="date", label="Month start", header=True
        )
        end = b.month(
            "time.month_end", "month_end", float(b.first_month), t, unit="date", label="Month end", header=True
        )
        begin = b.month("time.begin", "convert", t, 1.0, unit="position")
        stop = b.month("time.end", "sum", begin, 1.0, unit="position")
        return TimeAxis(
            t=t,
            month_start=start,
            month_end=end,
            begin=begin,
            end=stop,
            hours=b.month("time.hours", "hours", start, end, unit="h", label="Hours", roll="sum"),
            year=b.month("time.year", "calendar_year", end, label="Calendar year", header=True),
            year_begins=b.month("time.year_begins", "is_month", end, 1.0),
            year_ends=b.month("time.year_ends", "is_month", end, 12.0, label="Calendar year ends"),
            discount=b.month(
                "time.discount", DISCOUNT_OPS[b.year_count], discount_rate, end, valuation, label="Discount factor"
            ),
        )
