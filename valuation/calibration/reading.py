"""Reads a history of prices, utilisation or customers from a CSV: `read_history`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from valuation.calibration.clock import Order, zone_of
from valuation.calibration.columns import Asked, find_columns
from valuation.calibration.complaints import Complaints
from valuation.calibration.csv_table import read_table
from valuation.calibration.daily import EvenSeries, even_series
from valuation.calibration.history import History, Step, gaps_of
from valuation.calibration.readings import Kind, readings_of

LEAST: dict[Step, int] = {"day": 60, "month": 24}
"""Values below which nothing is fitted: a short series has no law that could be told from another."""
MOST_GAPS = 0.05
"""Share of the days that may be missing; above it a fit would rest on what is not there."""


@dataclass(frozen=True)
class Manner:
    """How a file is to be read.

    Parameters
    ----------
    columns : names of its columns, area and unit, where the user says them.
    timezone : name of the zone of the place, `Europe/Oslo`. decimal : `.` or `,`. separator : between fields.
    order : of day and month in `03/04/2020`.
    first, last : the days that are used, both ends among them.
    kind : what is in it. most_gaps : share of the days that may be missing.
    """

    columns: Asked = field(default_factory=Asked)
    timezone: str | None = None
    decimal: str = "."
    separator: str | None = None
    order: Order | None = None
    first: date | None = None
    last: date | None = None
    kind: Kind = "price"
    most_gaps: float = MOST_GAPS


def read_history(path: str | Path, manner: Manner | None = None) -> History:
    """The history in a file, one value a day (or a month).

    Hours become daily means by the clock of the place. Missing days stay missing (NaN): nothing is filled in.

    Raises
    ------
    SpecError : with all that is wrong, each with its line: text in numbers, dates that are none, duplicates, lines out
        of order, units that are mixed, too many gaps, too few values, or values that never change.
    """
    how = manner or Manner()
    bad = Complaints(str(path))
    table = read_table(path, bad, how.separator)
    zone = None if how.timezone is None else zone_of(how.timezone)
    if how.timezone is not None and zone is None:
        bad.add("zone", f"no time zone '{how.timezone}'; expected a name such as Europe/Oslo")
    columns = find_columns(table, how.columns, bad)
    if columns is None:
        bad.refuse()
    readings = readings_of(table, columns, how.columns, how.kind, how.decimal, how.order, bad)
    series = even_series(readings, zone, table.text, bad)
    dates, values = _between(series, how, bad)
    step: Step = "month" if series.cadence == "month" else "day"
    gaps = gaps_of(dates, values, series.lines)
    known = values[~np.isnan(values)]
    _refuse_too_little(known.size, step, bad)
    missing = 1.0 - known.size / len(dates)
    if missing > how.most_gaps:
        listed = "; ".join(str(gap) for gap in sorted(gaps, key=lambda gap: -gap.count)[:5])
        more = f"; and {len(gaps) - 5} more" if len(gaps) > 5 else ""
        message = (
            f"{missing:.1%} of the {step}s from {dates[0]} to {dates[-1]} are missing, more than the "
            f"{how.most_gaps:.0%} that may be: {listed}{more}. Complete the file, take a part of it with --from and "
            "--to, or say --max-gaps"
        )
        bad.add("gaps", message)
    if known.size and float(known.min()) == float(known.max()):
        bad.add("constant", f"all {known.size} values are {known[0]:g}: nothing moves that could be fitted")
    bad.refuse_if_any()
    used = [one for one in readings.items if dates[0] <= one.when.date() <= dates[-1] and one.value == one.value]
    return History(
        file=str(path),
        sha256=table.sha256,
        area=readings.area,
        unit=readings.unit,
        cadence=series.cadence,
        step=step,
        dates=dates,
        values=values,
        gaps=gaps,
        lines=len(used),
        negative_lines=sum(one.value < 0.0 for one in used),
        notes=(*table.notes, *series.notes),
    )


def _between(series: EvenSeries, how: Manner, bad: Complaints) -> tuple[tuple[date, ...], NDArray[np.float64]]:
    first, last = how.first or series.dates[0], how.last or series.dates[-1]
    kept = [at for at, day in enumerate(series.dates) if first <= day <= last and not np.isnan(series.values[at])]
    if not kept:
        message = f"no value from {first} to {last}: the file has {series.dates[0]} to {series.dates[-1]}"
        bad.add("span", f"{message}; move --from and --to" if how.first or how.last else "holds no value at all")
        bad.refuse()
    part = slice(kept[0], kept[-1] + 1)
    return series.dates[part], series.values[part]


def _refuse_too_little(count: int, step: Step, bad: Complaints) -> None:
    if count < LEAST[step]:
        message = (
            f"{count} {'daily' if step == 'day' else 'monthly'} values, expected at least {LEAST[step]}; "
            "three years and more make a fit that can be used"
        )
        bad.add("few", message)
