"""Histories as files have them: forms of dates and numbers, the clock, gaps, and what is refused in which words."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from valuation.calibration.columns import Asked
from valuation.calibration.reading import Manner, read_history
from valuation.errors import SpecError

FIRST = date(2020, 1, 1)
OSLO = ZoneInfo("Europe/Oslo")


def price(at: int) -> float:
    return round(30.0 + 10.0 * np.sin(at / 9.0), 2)


def days(count: int = 100, form: str = "%Y-%m-%d") -> list[tuple[str, float]]:
    return [((FIRST + timedelta(days=at)).strftime(form), price(at)) for at in range(count)]


def hours(first: date, count_days: int) -> list[str]:
    """Local times of Oslo as a file without offsets has them: 23, 24 or 25 a day."""
    at = datetime(first.year, first.month, first.day, tzinfo=OSLO).astimezone(ZoneInfo("UTC"))
    end = first + timedelta(days=count_days)
    found = []
    while at.astimezone(OSLO).date() < end:
        found.append(at.astimezone(OSLO).strftime("%Y-%m-%d %H:%M"))
        at += timedelta(hours=1)
    return found


@pytest.fixture
def written(tmp_path):
    """``written(lines)``: path of a file of these lines."""

    def write(*lines: str, name: str = "prices.csv", encoding: str = "utf-8") -> Path:
        file = tmp_path / name
        file.write_text("\n".join(lines) + "\n", encoding=encoding)
        return file

    return write


def refused(file: Path, manner: Manner | None = None) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read_history(file, manner)
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


def plain(items, unit: str = "EUR/MWh") -> list[str]:
    return ["date,price,unit", *(f"{day},{value},{unit}" for day, value in items)]


def test_days(written):
    history = read_history(written(*plain(days())))
    assert history.count == 100
    assert history.values[7] == price(7)
    assert (history.first, history.last) == (FIRST, date(2020, 4, 9))
    assert (history.unit, history.step, history.cadence, history.gaps) == ("EUR/MWh", "day", "day", ())
    assert len(history.sha256) == 64


@pytest.mark.parametrize(
    ("header", "line", "manner"),
    [
        ("Dato;Pris [EUR/MWh]", "{d:%d.%m.%Y};{comma}", Manner(decimal=",")),
        ("Delivery date\tPrice (EUR/MWh)", "{d:%d/%m/%Y}\t{p}", Manner()),
        ("when,NO1,NO4", "{d:%Y%m%d},1,{p}", Manner(Asked(date_column="when", area="NO4", unit="EUR/MWh"))),
        ("date,area,price", "{d:%Y-%m-%d}T00:00:00,NO4,{p}", Manner(Asked(area="NO4", unit="EUR/MWh"))),
        ("timestamp,value", '"{d:%Y-%m-%d} 00:00","{p}"', Manner(Asked(unit="EUR/MWh"))),
        ("MTU;Day-ahead Price [EUR/MWh]", "{d:%d.%m.%Y} 00:00 - {d:%d.%m.%Y} 24:00;{p}", Manner()),
    ],
)
def test_forms_of_files(written, header, line, manner):
    rows = []
    for at in range(100):
        day = FIRST + timedelta(days=at)
        rows.append(line.format(d=day, p=price(at), comma=str(price(at)).replace(".", ",")))
    history = read_history(written("# a comment", header, *rows, encoding="utf-8-sig"), manner)
    assert history.dates == tuple(FIRST + timedelta(days=at) for at in range(100))
    assert history.values.tolist() == [price(at) for at in range(100)]
    assert history.unit == "EUR/MWh"


def test_hours_by_the_clock_of_the_place(written):
    """An hour more in autumn and one less in spring are days of 25 and 23 hours, and no fault."""
    stamps = [*hours(date(2020, 3, 1), 35), *hours(date(2020, 10, 1), 35)]
    values = np.arange(len(stamps), dtype=float)
    lines = [f"{stamp},{value}" for stamp, value in zip(stamps, values, strict=True)]
    asked = Asked(unit="EUR/MWh")
    history = read_history(written("time,price", *lines), Manner(asked, timezone="Europe/Oslo", most_gaps=0.8))
    by_day: dict[str, list[float]] = {}
    for stamp, value in zip(stamps, values, strict=True):
        by_day.setdefault(stamp[:10], []).append(value)
    assert (len(by_day["2020-03-29"]), len(by_day["2020-10-25"])) == (23, 25)
    assert history.values[~np.isnan(history.values)].tolist() == [float(np.mean(one)) for one in by_day.values()]
    assert history.cadence == "hour"
    assert history.notes == ()
    told = refused(written("time,price", *lines), Manner(asked))
    assert len(told) == 1
    assert "2020-10-25 02:00 again, it stands in line" in told[0]
    assert "--timezone Europe/Oslo" in told[0]


def test_offsets_say_which_hour_it_is(written):
    at = datetime(2020, 9, 30, 22, tzinfo=ZoneInfo("UTC"))
    lines = []
    for hour in range(24 * 70 + 1):
        lines.append(f"{(at + timedelta(hours=hour)).astimezone(OSLO).isoformat()},{hour % 31}")
    history = read_history(written("time,price", *lines), Manner(Asked(unit="NOK/MWh"), timezone="Europe/Oslo"))
    assert history.first == date(2020, 10, 1)
    assert history.count == 70
    assert not history.notes


def test_hours_in_a_column_of_their_own(written):
    lines = []
    for day, value in days(70, "%d.%m.%Y"):
        lines += [f"{day};{hour:02} - {hour + 1:02};{value + hour}" for hour in range(24)]
    history = read_history(written("Date;Hours;NO4", *lines), Manner(Asked(area="NO4", unit="EUR/MWh")))
    assert history.values[3] == pytest.approx(price(3) + 11.5)


def test_an_hour_that_the_clock_leaves_out(written):
    stamps = hours(date(2020, 3, 1), 70)
    lines = [f"{stamp},{at % 50}" for at, stamp in enumerate(stamps)]
    gone = next(at for at, stamp in enumerate(stamps) if stamp == "2020-03-29 03:00")
    manner = Manner(Asked(unit="EUR/MWh"), timezone="Europe/Oslo")
    empty = [*lines[:gone], "2020-03-29 02:00,", *lines[gone:]]
    assert read_history(written("time,price", *empty), manner).count == 70
    told = refused(written("time,price", *lines[:gone], "2020-03-29 02:00,7", *lines[gone:]), manner)
    assert told == [
        f"{gone + 2}: 2020-03-29 02:00 does not exist in Europe/Oslo: the clock goes forward; leave it empty"
    ]


def test_hours_that_are_missing(written):
    stamps = hours(date(2020, 6, 1), 70)
    lines = [f"{stamp},{at % 24}" for at, stamp in enumerate(stamps)]
    lost = [line for line in lines if not line.startswith(("2020-06-03 07", "2020-06-05 0", "2020-06-05 1"))]
    history = read_history(written("time,price", *lost), Manner(Asked(unit="EUR/MWh"), timezone="Europe/Oslo"))
    assert history.values[2] == pytest.approx((sum(range(24)) - 7) / 23)
    assert [(gap.first, gap.count) for gap in history.gaps] == [(date(2020, 6, 5), 1)]
    assert "2020-06-03 (1 of 24" in history.notes[0]
    assert "2020-06-05 (20 of 24" in history.notes[1]


def test_quarters_of_hours_from_a_day_on(written):
    stamps = hours(date(2020, 6, 1), 70)
    lines = []
    for at, stamp in enumerate(stamps):
        parts = (0, 15, 30, 45) if stamp >= "2020-07-01" else (0,)
        lines += [f"{stamp[:-2]}{minute:02},{at % 24 + at // 24 % 5}" for minute in parts]
    history = read_history(written("time,price", *lines), Manner(Asked(unit="EUR/MWh"), timezone="Europe/Oslo"))
    assert history.values.tolist() == [11.5 + day % 5 for day in range(70)]
    assert history.notes == ()


def test_gaps_stay_gaps(written):
    kept = [item for at, item in enumerate(days()) if at not in (10, 11, 40)]
    kept[60] = (kept[60][0], "")
    history = read_history(written(*plain(kept)))
    assert [str(gap) for gap in history.gaps] == [
        "2020-01-11 to 2020-01-12 (2), after line 11",
        "2020-02-10, after line 39",
        "2020-03-04, after line 61",
    ]
    assert np.isnan(history.values[[10, 11, 40, 63]]).all()
    assert history.count == 96


def test_too_many_gaps(written):
    told = refused(written(*plain([item for at, item in enumerate(days()) if at % 10])))
    assert len(told) == 1
    assert "2020-01-11, after line 10" in told[0]
    assert "more than the 5% that may be" in told[0]


def test_a_file_from_the_last_day_to_the_first(written):
    history = read_history(written(*plain(reversed(days()))))
    assert history.values[0] == price(0)
    assert "read from its end" in history.notes[0]


def test_negative_prices_are_counted(written):
    items = days()
    items[5] = (items[5][0], -3.0)
    history = read_history(written(*plain(items)))
    assert (history.negative, history.negative_lines) == (1, 1)


def test_months(written):
    lines = [f"{2015 + at // 12}-{at % 12 + 1:02},{at % 7}" for at in range(60)]
    history = read_history(written("month,customers", *lines), Manner(kind="count"))
    assert (history.step, history.count, history.last) == ("month", 60, date(2019, 12, 1))


def test_shares_in_percent(written):
    lines = [f"{day},{50 + at % 30} " for at, (day, _) in enumerate(days())]
    history = read_history(written("date,utilisation [%]", *lines), Manner(kind="share"))
    assert history.values.max() == pytest.approx(0.79)
    told = refused(written("date,utilisation", *lines), Manner(kind="share"))
    assert "got 50, expected a share from 0 to 1; --unit % reads percent" in told[0]


def test_from_and_to(written):
    history = read_history(written(*plain(days(300))), Manner(first=date(2020, 2, 1), last=date(2020, 5, 1)))
    assert (history.first, history.last, history.lines) == (date(2020, 2, 1), date(2020, 5, 1), 91)
    told = refused(written(*plain(days())), Manner(first=date(2030, 1, 1)))
    assert told[0].endswith("the file has 2020-01-01 to 2020-04-09; move --from and --to")


# What is refused.


def bad(change):
    items: list[tuple[str, object]] = list(days())
    change(items)
    return plain(items)


def put(at, value=None, day=None):
    def change(items):
        items[at] = (items[at][0] if day is None else day, items[at][1] if value is None else value)

    return change


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (bad(put(4, "N.A")), 6, "got 'N.A', expected a number; write the number alone"),
        (bad(put(4, "12 EUR")), 6, "got '12 EUR', expected a number"),
        (bad(put(4, "inf")), 6, "got 'inf', expected a number"),
        (bad(put(4, "1e400")), 6, "got '1e400', expected a number"),
        (bad(put(4, '"1,234.5"')), 6, "leave out the marks between thousands"),
        (bad(put(4, '"12,5"')), 6, "--decimal , reads a decimal comma"),
        (bad(put(4, "12,5")), 6, "got 4 fields, expected 3 as in the header; prices with a decimal comma need ';'"),
        (bad(put(4, day="2020-13-05")), 6, "got '2020-13-05', expected a date such as 2020-12-31"),
        (bad(put(4, day="soon")), 6, "got 'soon', expected a date"),
        (bad(put(4, day="2020-01-04")), 6, "got 2020-01-04 again, it stands in line 5 too; keep one of the two"),
        (bad(put(4, day="2020-06-04")), 7, "2020-01-06 comes after 2020-06-04 of line 6; sort the file by date"),
        (plain([(day, 28.5) for day, _ in days()]), 0, "all 100 values are 28.5: nothing moves"),
        (plain(days(10)), 0, "10 daily values, expected at least 60; three years and more"),
        (plain([(day, "") for day, _ in days()]), 0, "holds no value at all"),
        (plain(days()[::7] + days(800)[100::7]), 0, "steps of 7 days, expected hours, days or months"),
        (plain(days(), "NOK"), 1, "'NOK' is no unit of a price; say per what, for example --unit NOK/MWh"),
        (
            plain(days(), "%"),
            1,
            "'%' is no unit of a price; a share? Fit it with --model logit_ou (or jacobi, beta_ar)",
        ),
        (
            ["date,utnyttelse", "2020-01-01,4"],
            1,
            "say it, for example --unit EUR/MWh; a share? Fit it with --model log",
        ),
        (bad(put(4, '"1.056,95"')), 6, "leave out the points between thousands, and --decimal , reads the comma"),
        (plain(days(), "EUR/MHw"), 1, "say it, for example --unit EUR/MWh"),
        (["date,price", "2020-01-01,4"], 1, "does not say in which unit the prices are"),
        (["date,price,unit"], 1, "has a header and no lines below it"),
        (["when,much", "2020-01-01,4"], 1, "no column of dates found; name it with --date-column; the file has: when"),
        (["date,much", "2020-01-01,4"], 1, "no column of prices found; name it with --price-column"),
        (["date,price [EUR/MWh]", *(f"0{at}/02/2020,{at}" for at in range(1, 10))], 2, "cannot tell the day from the"),
        ([""], 0, "is empty"),
    ],
)
def test_what_is_refused(written, lines, line, words):
    told = refused(written(*lines))
    assert any(one.startswith(f"{line}: ") and words in one for one in told), told


def test_mixed_units_name_their_lines(written):
    lines = plain(days())
    lines[40] = lines[40].replace("EUR/MWh", "NOK/MWh")
    lines[41] = lines[41].replace("EUR/MWh", "NOK/MWh")
    told = refused(written(*lines))
    assert [one.split(":")[0] for one in told] == ["41", "42"]
    assert "got the unit 'NOK/MWh', but line 2 has 'EUR/MWh'" in told[0]


def test_areas_are_listed(written):
    lines = [f"{day},{area},{value}" for day, value in days() for area in ("NO1", "NO4")]
    file = written("date,area,price [EUR/MWh]", *lines)
    assert "holds 2 areas: NO1 (100 lines), NO4 (100 lines); choose one, --area NO1" in refused(file)[0]
    assert "did you mean 'NO4'?" in refused(file, Manner(Asked(area="no4")))[0]
    assert read_history(file, Manner(Asked(area="NO4"))).area == "NO4"


def test_a_line_of_totals_is_named(written):
    lines = [f"{day},NO2,{value}" for day, value in days()]
    (told,) = refused(written("date,area,price [EUR/MWh]", *lines, "Sum,,3000"))
    assert told == "102: line 102 has no area and its date is 'Sum'; take it out, or --area NO2"


def test_decimal_commas_all_over_are_told_once(written):
    lines = [f"{day};{value}".replace(".", ",") for day, value in days()]
    file = written("date;price [EUR/MWh]", *lines)
    (told,) = refused(file)
    assert told == "2: got '30,0', as 100 numbers of the file with a decimal comma; --decimal , reads them"
    assert read_history(file, Manner(decimal=",")).values[1] == price(1)
    (told,) = refused(written("date;price [EUR/MWh]", *lines[:-1], "2020-04-09;1.056,95"), Manner(decimal=","))
    assert told == "101: got '1.056,95', expected a number; leave out the points between thousands"


@pytest.mark.parametrize("head", ["Tidspunkt;Område;Utnyttelse", "Måned;Område;Bruk", "Maaned;Område;Pris"])
def test_norwegian_headers_in_the_letters_of_excel(written, head):
    file = written(f"{head} [øre/kWh]", *(f"{day};Tromsø;{value}" for day, value in days()), encoding="cp1252")
    history = read_history(file)
    assert (history.area, history.unit) == ("Tromsø", "øre/kWh")
    assert "the file is not UTF-8 (line 1) and was read as Windows-1252" in history.notes


def test_all_that_is_wrong_is_told_at_once_and_a_flood_is_counted(written):
    items = [(day, f'"{value}"'.replace(".", ",") if at > 50 else value) for at, (day, value) in enumerate(days())]
    items[3] = ("never", 4)
    told = refused(written(*plain(items)))
    assert len(told) == 7  # a date, five numbers, and the count of the rest
    assert "and 44 more lines of this kind" in told[-1]


def test_no_file_and_no_text(written, tmp_path):
    assert "there is no such file" in refused(tmp_path / "none.csv")[0]
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04\n\xff\xfe")
    assert "is a workbook and no CSV; save the sheet as 'CSV UTF-8'" in refused(tmp_path / "book.csv")[0]
    (tmp_path / "book.csv").write_text("date,price", encoding="utf-16")
    assert "is no text that can be read (UTF-16?); save it as 'CSV UTF-8'" in refused(tmp_path / "book.csv")[0]
    (tmp_path / "book.csv").write_bytes(b"date,price\n2020-01-01,\x81\n")
    assert "2: is neither UTF-8 nor Windows-1252 text" in refused(tmp_path / "book.csv")[0]
    told = refused(written(*plain(days())), Manner(timezone="Europe/Olso"))
    assert "no time zone 'Europe/Olso'; expected a name such as Europe/Oslo" in told[0]
    told = refused(written(*plain(days())), Manner(Asked(price_column="prise")))
    assert "no column 'prise' (--price-column); did you mean 'price'?" in told[0]
