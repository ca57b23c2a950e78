"""Which column of a file is what: by the names that exchanges and statistics offices use, or as the user says."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from valuation.calibration.complaints import Complaints
from valuation.calibration.csv_table import CsvTable

DATE_NAMES = (
    "date", "datetime", "date_time", "timestamp", "time_stamp", "dato", "day", "delivery_date", "delivery_day",
    "delivery_start", "start", "start_time", "time_start", "from", "mtu", "utc_timestamp", "cet_cest_timestamp",
    "month", "period", "time", "tidspunkt", "maned", "maaned",
)  # fmt: skip
HOUR_NAMES = ("hour", "hours", "hr", "time", "delivery_hour", "time_of_day", "hour_of_day")
SHARE_NAMES = ("utilisation", "utilization", "use", "share", "load_factor", "utnyttelse", "bruk")
VALUE_NAMES = (
    "price", "spot_price", "day_ahead_price", "price_eur_mwhe", "value", "pris", "spot", *SHARE_NAMES,
    "customers", "count", "number",
)  # fmt: skip
AREA_NAMES = ("area", "zone", "bidding_zone", "price_area", "bidding_area", "region", "country", "series", "omrade")
UNIT_NAMES = ("unit", "units", "currency_unit", "enhet")
CURRENCY_NAMES = ("currency", "valuta")

_UNIT_IN_NAME = re.compile(r"[\[(]\s*([^\])]+?)\s*[\])]\s*$")


@dataclass(frozen=True)
class Asked:
    """What the user says of the file; None is found by name.

    Parameters
    ----------
    date_column, price_column, hour_column, area_column, unit_column : names in the header.
    area : the area that is wanted.
    unit : of the price, where the file does not say.
    """

    date_column: str | None = None
    price_column: str | None = None
    hour_column: str | None = None
    area_column: str | None = None
    unit_column: str | None = None
    area: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Columns:
    """Positions in the header; None where there is no such column.

    `of_area` says that the column of prices is that of the area asked for, as in a file with a column an area.
    """

    date: int
    price: int
    hour: int | None
    area: int | None
    unit: int | None
    unit_in_header: str | None
    of_area: bool


def find_columns(table: CsvTable, asked: Asked, complaints: Complaints) -> Columns | None:
    """The columns, or None with complaints that list what there is."""
    plain = [plain_name(name) for name in table.header]
    taken: set[int] = set()
    listed = ", ".join(name or "(no name)" for name in table.header)

    def pick(option: str, given: str | None, names: tuple[str, ...], what: str | None) -> int | None:
        if given is not None:
            at = _of_name(given, table.header, plain)
            if at is None:
                near = difflib.get_close_matches(given, table.header, 1)
                hint = f"did you mean '{near[0]}'?" if near else f"the file has: {listed}"
                complaints.add("column", f"no column '{given}' ({option}); {hint}", table.header_line)
        else:
            at = next((plain.index(name) for name in names if name in plain and plain.index(name) not in taken), None)
            if at is None and what is not None:
                message = f"no column of {what} found; name it with {option}; the file has: {listed}"
                complaints.add("column", message, table.header_line)
        if at is not None:
            taken.add(at)
        return at

    date = pick("--date-column", asked.date_column, DATE_NAMES, "dates")
    hour = pick("--hour-column", asked.hour_column, HOUR_NAMES, None)
    area = pick("--area-column", asked.area_column, AREA_NAMES, None)
    unit = pick("--unit-column", asked.unit_column, (*UNIT_NAMES, *CURRENCY_NAMES), None)
    wide = None
    if area is None and asked.area is not None and asked.price_column is None:
        wide = _of_name(asked.area, table.header, plain)
    price = wide if wide is not None else pick("--price-column", asked.price_column, VALUE_NAMES, "prices")
    if date is None or price is None:
        return None
    named = _UNIT_IN_NAME.search(table.header[price])
    return Columns(date, price, hour, area, unit, named.group(1) if named else None, wide is not None)


def plain_name(name: str) -> str:
    """A name for comparison: without unit, small, words joined by `_`."""
    return re.sub(r"[^a-z0-9]+", "_", _UNIT_IN_NAME.sub("", name).strip().lower().replace("å", "a")).strip("_")


def _of_name(given: str, header: tuple[str, ...], plain: list[str]) -> int | None:
    if given in header:
        return header.index(given)
    wanted = plain_name(given)
    return plain.index(wanted) if wanted in plain else None
