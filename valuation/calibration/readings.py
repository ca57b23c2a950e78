"""The lines of one area as dated numbers: what is no date, no number, or of another unit is told line by line."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NoReturn

from valuation.calibration.clock import Moment, Order, day_order, read_hour, read_moment
from valuation.calibration.columns import SHARE_NAMES, Asked, Columns, plain_name
from valuation.calibration.complaints import Complaints
from valuation.calibration.csv_table import CsvTable, Row
from valuation.errors import UnitError
from valuation.units import parse_unit

Kind = Literal["price", "share", "count"]
OF_SHARES = "Fit it with --model logit_ou (or jacobi, beta_ar)"
"""What to do where a history of shares is read as one of prices."""
MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "."}
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")
_POINTS_APART = re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d+\Z")
"""1.056,95: points between thousands."""


@dataclass(frozen=True)
class Reading:
    """One line: when, how much, where.

    Parameters
    ----------
    when : as written, without a zone where the file gives none. value : NaN where the field says that there is none.
    """

    when: datetime
    value: float
    line: int


@dataclass(frozen=True)
class Readings:
    """The lines of one area.

    Parameters
    ----------
    timed : whether they have a time of day. monthly : whether they are months without a day.
    """

    area: str
    unit: str
    timed: bool
    monthly: bool
    items: tuple[Reading, ...]


def readings_of(
    table: CsvTable, columns: Columns, asked: Asked, kind: Kind, decimal: str, order: Order | None, bad: Complaints
) -> Readings:
    """The dated numbers of the area that is asked for.

    Raises
    ------
    SpecError : with every line that is no date, no number or of another unit.
    """
    rows, area = _of_area(table, columns, asked, bad)
    unit = _unit(table, columns, asked, kind, rows, bad)
    read_as = order or day_order([row.fields[columns.date] for row in rows])
    if read_as is None:
        first = rows[0]
        message = (
            f"cannot tell the day from the month in '{first.fields[columns.date]}', here and in the whole file; "
            "say --dates day-first or --dates month-first"
        )
        bad.add("order", message, first.line, table.place(first, columns.date), table.source(first.line))
        bad.refuse()
    if decimal == "." and _has_commas(table, columns, rows, bad):
        decimal = ","
    found, timed, monthly = [], False, False
    factor = 0.01 if kind == "share" and unit == "%" else 1.0
    for row in rows:
        moment = _moment(table, columns, row, read_as, bad)
        value = _number(table, columns, row, decimal, bad)
        if value is not None and math.isfinite(value):
            value *= factor
            _in_bounds(table, columns, row, kind, value, bad)
        if moment is None or value is None:
            continue
        timed, monthly = timed or moment.has_time, monthly or moment.month_only
        found.append(Reading(moment.when, value, row.line))
    bad.refuse_if_any()
    return Readings(area, "" if kind != "price" else unit, timed, monthly, tuple(found))


def _of_area(table: CsvTable, columns: Columns, asked: Asked, bad: Complaints) -> tuple[list[Row], str]:
    if not table.rows:
        bad.refuse_if_any()
        bad.add("empty", "has a header and no lines below it", table.header_line)
        bad.refuse()
    if columns.of_area:
        return list(table.rows), asked.area or ""
    if columns.area is None:
        if asked.area is not None:
            listed = ", ".join(table.header)
            message = f"no column of areas to look for '{asked.area}' in; name it with --area-column"
            bad.add("area", f"{message}; the file has: {listed}", table.header_line)
            bad.refuse()
        return list(table.rows), ""
    counts: dict[str, int] = {}
    for row in table.rows:
        name = row.fields[columns.area]
        counts[name] = counts.get(name, 0) + 1
    listed = ", ".join(f"{name or '(none)'} ({count} lines)" for name, count in counts.items())
    wanted = asked.area
    if wanted is None:
        if len(counts) == 2 and "" in counts:
            _without_area(table, columns.area, columns.date, bad)
        if len(counts) > 1:
            other = next(row for row in table.rows if row.fields[columns.area] != table.rows[0].fields[columns.area])
            message = f"holds {len(counts)} areas: {listed}; choose one, --area {next(iter(counts))}"
            bad.add("area", message, other.line, table.place(other, columns.area), table.source(other.line))
            bad.refuse()
        wanted = next(iter(counts))
    if wanted not in counts:
        alike = [name for name in counts if name.lower() == wanted.lower()]
        near = alike or difflib.get_close_matches(wanted, list(counts), 1)
        hint = f", did you mean '{near[0]}'?" if near else ""
        bad.add("area", f"no line of the area '{wanted}'{hint}; there are: {listed}", table.header_line)
        bad.refuse()
    return [row for row in table.rows if row.fields[columns.area] == wanted], wanted


def _without_area(table: CsvTable, at: int, date: int, bad: Complaints) -> NoReturn:
    """Refuses lines that have no area beside those of the only one: totals below a table, mostly."""
    area = next(row.fields[at] for row in table.rows if row.fields[at])
    for row in table.rows:
        if not row.fields[at]:
            message = f"line {row.line} has no area and its date is '{row.fields[date]}'; take it out, or --area {area}"
            bad.add("area", message, row.line, table.place(row, at), table.source(row.line))
    bad.refuse()


def _unit(table: CsvTable, columns: Columns, asked: Asked, kind: Kind, rows: list[Row], bad: Complaints) -> str:
    written = columns.unit_in_header
    if columns.unit is not None:
        written = rows[0].fields[columns.unit]
        for row in rows:
            other = row.fields[columns.unit]
            if other != written:
                message = (
                    f"got the unit '{other}', but line {rows[0].line} has '{written}'; "
                    "one history has one unit: convert these lines, or keep them in a file of their own"
                )
                bad.add("unit", message, row.line, table.place(row, columns.unit), table.source(row.line))
    if kind == "count":
        return ""
    if kind == "share":
        return asked.unit or ("%" if written and "%" in written else "")
    head = table.header_line
    unit = asked.unit or written
    if not unit:
        message = "does not say in which unit the prices are; say it, for example --unit EUR/MWh"
        if plain_name(table.header[columns.price]) in SHARE_NAMES:
            message += f"; a share? {OF_SHARES}"
        bad.add("no unit", message, head)
        return ""
    if asked.unit and written and asked.unit != written and not asked.unit.startswith(f"{written}/"):
        bad.add("unit asked", f"--unit {asked.unit} but the file says '{written}'; leave --unit out", head)
    try:
        parsed = parse_unit(unit)
    except UnitError as error:
        bad.add("unknown unit", f"{error}; say it, for example --unit EUR/MWh", head)
        return unit
    if "/" not in unit and parsed is not None:
        message = f"'{unit}' is no unit of a price; say per what, for example --unit {unit}/MWh"
        if parsed.dimensionless:
            message = f"'{unit}' is no unit of a price; a share? {OF_SHARES}"
        bad.add("unknown unit", message, head)
    return unit


def _moment(table: CsvTable, columns: Columns, row: Row, order: Order, bad: Complaints) -> Moment | None:
    text = row.fields[columns.date]
    moment = read_moment(text, order)
    if moment is None:
        message = f"got '{text}', expected a date such as 2020-12-31, 2020-12-31T13:00+01:00 or 31.12.2020 13:00"
        bad.add("date", message, row.line, table.place(row, columns.date), table.source(row.line))
        return None
    if columns.hour is None:
        return moment
    text = row.fields[columns.hour]
    after = read_hour(text)
    if after is None:
        message = f"got '{text}', expected an hour of the day such as 13, 13:00 or 13 - 14"
        bad.add("hour", message, row.line, table.place(row, columns.hour), table.source(row.line))
        return None
    return Moment(moment.when + after, True)


def _has_commas(table: CsvTable, columns: Columns, rows: list[Row], bad: Complaints) -> bool:
    """Whether the numbers of a file have decimal commas and none has a point; that is told once."""
    commas = []
    for row in rows:
        text = _plain_number(row.fields[columns.price])
        if "." in text and _NUMBER.match(text):
            return False
        if "," in text and _NUMBER.match(text.replace(",", ".")):
            commas.append(row)
    if len(commas) < 2:
        return False
    first = commas[0]
    got = first.fields[columns.price]
    message = f"got '{got}', as {len(commas)} numbers of the file with a decimal comma; --decimal , reads them"
    bad.add("number", message, first.line, table.place(first, columns.price), table.source(first.line))
    return True


def _plain_number(text: str) -> str:
    """Without the spaces and with the minus of a keyboard."""
    return text.replace("\u00a0", "").replace("\u2212", "-")


def _number(table: CsvTable, columns: Columns, row: Row, decimal: str, bad: Complaints) -> float | None:
    """The number of the field; NaN where it says that there is none, None where it is no number."""
    text = row.fields[columns.price]
    plain = _plain_number(text)
    if plain.lower() in MISSING:
        return math.nan
    as_point = plain.replace(".", "x").replace(",", ".") if decimal == "," else plain
    if _NUMBER.match(as_point) and math.isfinite(float(as_point)):
        return float(as_point)
    hint = "write the number alone, or leave the field empty where there is none"
    if decimal == "." and _NUMBER.match(plain.replace(",", ".")):
        hint = "--decimal , reads a decimal comma"
    elif decimal == "," and _NUMBER.match(plain):
        hint = "--decimal , was asked for, and this has a point"
    elif _POINTS_APART.match(plain):
        also = ", and --decimal , reads the comma" if decimal == "." else ""
        hint = f"leave out the points between thousands{also}"
    elif re.search(r"\d[ ,.']\d{3}\b", plain):
        hint = "leave out the marks between thousands"
    message = f"got '{text}', expected a number; {hint}"
    bad.add("number", message, row.line, table.place(row, columns.price), table.source(row.line))
    return None


def _in_bounds(table: CsvTable, columns: Columns, row: Row, kind: Kind, value: float, bad: Complaints) -> None:
    if kind == "share" and not 0.0 <= value <= 1.0:
        message = f"got {row.fields[columns.price]}, expected a share from 0 to 1; --unit % reads percent"
        bad.add("share", message, row.line, table.place(row, columns.price), table.source(row.line))
    if kind == "count" and (value < 0.0 or value != int(value)):
        message = f"got {row.fields[columns.price]}, expected a whole number of 0 or more"
        bad.add("count", message, row.line, table.place(row, columns.price), table.source(row.line))
