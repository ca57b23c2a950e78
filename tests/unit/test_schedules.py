"""Values that change with time: steps by date and columns of a CSV beside the contract."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from valuation.errors import SpecError
from valuation.spec import load, spec_sha256

DATA = Path(__file__).resolve().parents[1] / "data"
STEPS = "{2026-10-01: 40 MW, 2027-01-01: 110 MW}"


def contract(folder: Path, contracted: str) -> Path:
    """A copy of the small contract with another schedule of contracted power."""
    text = (DATA / "small.yaml").read_text(encoding="utf-8")
    assert STEPS in text
    (folder / "markets").mkdir(exist_ok=True)
    (folder / "markets" / "small.yaml").write_bytes((DATA / "markets" / "small.yaml").read_bytes())
    file = folder / "small.yaml"
    file.write_text(text.replace(STEPS, contracted), encoding="utf-8")
    return file


def test_steps_by_date() -> None:
    schedule = load(DATA / "small.yaml").capacity.contracted
    assert [(day, quantity.canonical) for day, quantity in schedule.steps] == [
        (date(2026, 10, 1), 40.0),
        (date(2027, 1, 1), 110.0),
    ]
    assert [quantity.path for quantity in schedule.quantities] == [
        "capacity.contracted.2026-10-01", "capacity.contracted.2027-01-01"
    ]  # fmt: skip
    assert (schedule.path, schedule.constant, schedule.file) == ("capacity.contracted", None, None)


def test_one_value_for_all_time(tmp_path: Path) -> None:
    schedule = load(contract(tmp_path, "{value: 110 MW, status: fact, range: [90 MW, 120 MW]}")).capacity.contracted
    assert schedule.constant is not None
    assert (schedule.constant.path, schedule.constant.provenance.low) == ("capacity.contracted", 90.0)


def test_steps_in_long_form_share_what_is_said_of_all(tmp_path: Path) -> None:
    raw = "{value: {2026-10-01: 40 MW, 2027-01-01: {value: 110 MW, status: fact}}, status: assumption, source: here}"
    first, second = load(contract(tmp_path, raw)).capacity.contracted.quantities
    assert (first.provenance.status, second.provenance.status) == ("assumption", "fact")
    assert first.provenance.source == second.provenance.source == "here"
    assert first.path == "capacity.contracted.2026-10-01"


@pytest.mark.parametrize(
    ("raw", "column", "message"),
    [
        ("{2027-01-01: 40 MW, 2026-10-01: 110 MW}", 35, "dates out of order: 2026-10-01 stands after 2027-01-01"),
        ("{2026-10-01: 40 MW, soon: 110 MW}", 35, "'soon' is not a date"),
        ("{2026-10-01: 40 MW, 2027-02-30: 110 MW}", 35, "'2027-02-30' is not a date"),
        ("{2026-10-01: 40 MW, 2027-01-01: 130 MW}", 47, "130 MW is above the grid connection of 120 MW"),
        ("{2026-10-01: 40 MW, 2031-10-01: 110 MW}", 47, "2031-10-01 is after the end of the term on 2031-09-30"),
        ("{}", 15, "expected steps by date"),
        ("{file: curve.csv}", 3, "missing key 'column'"),
        ("{file: curve.csv, column: power, colour: red}", 48, "unknown key, expected file and column"),
        ("{file: nowhere.csv, column: power}", 22, "no file 'nowhere.csv' beside the contract"),
    ],
)
def test_wrong_schedules(raw: str, column: int, message: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as raised:
        load(contract(tmp_path, raw))
    (problem,) = raised.value.problems
    assert message in problem.message
    assert (problem.line, problem.column) == (19, column)


CURVE = "{file: curve.csv, column: power}"


def test_curve_from_a_csv(tmp_path: Path) -> None:
    (tmp_path / "curve.csv").write_text("date,power [kW],other\n2026-10-01,40_000,x\n\n2027-01-01,110e3,y\n")
    read = load(contract(tmp_path, CURVE))
    schedule = read.capacity.contracted
    assert [quantity.canonical for quantity in schedule.quantities] == [40.0, 110.0]
    assert (schedule.file, schedule.column) == ("curve.csv", "power")
    digest = spec_sha256(read)
    (tmp_path / "curve.csv").write_text("date,power [kW],other\n2026-10-01,40_000,x\n\n2027-01-01,111e3,y\n")
    assert spec_sha256(load(tmp_path / "small.yaml")) != digest


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("date,power\n2026-10-01,40\n", 1, "column 'power' has no unit, expected a header such as 'power [MW]'"),
        ("date,volume [MW]\n2026-10-01,40\n", 1, "no column 'power', there are volume"),
        ("day,power [MW]\n2026-10-01,40\n", 1, "the first column must be 'date'"),
        ("date,power [MWh]\n2026-10-01,40\n", 2, "has the wrong unit"),
        ("date,power [MW]\n2026-10-01,40\n2026-09-01,50\n", 3, "dates out of order"),
        ("date,power [MW]\n2026-10-01,forty\n", 2, "is not a power"),
        ("date,power [MW]\n2026-10-01\n", 2, "got 1 field, expected 2 as in the header"),
        ("date,power [MW]\n", 1, "no rows"),
        ("", 1, "the first column must be 'date'"),
    ],
)
def test_wrong_csv_names_the_line_of_the_csv(text: str, line: int, message: str, tmp_path: Path) -> None:
    (tmp_path / "curve.csv").write_text(text)
    with pytest.raises(SpecError) as raised:
        load(contract(tmp_path, CURVE))
    problem = raised.value.problems[0]
    assert (problem.file, problem.line) == ("curve.csv", line)
    assert message in problem.message


def test_csv_outside_the_folder_is_refused_also_behind_a_link(tmp_path: Path) -> None:
    home = tmp_path / "deal"
    home.mkdir()
    (tmp_path / "secret.csv").write_text("date,power [MW]\n2026-10-01,40\n")
    (home / "link.csv").symlink_to(tmp_path / "secret.csv")
    (home / "inside.csv").write_text("date,power [MW]\n2026-10-01,40\n")
    (home / "inner.csv").symlink_to(home / "inside.csv")
    for name in ("link.csv", "../secret.csv", str(tmp_path / "secret.csv"), "a/../../secret.csv"):
        with pytest.raises(SpecError, match="lies outside the contract's folder"):
            load(contract(home, f"{{file: {name}, column: power}}"))
    assert load(contract(home, "{file: inner.csv, column: power}")).capacity.contracted.file == "inner.csv"


def test_csv_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "curve.csv").write_bytes(b"date,power [MW]\n2026-10-01,\xff\n")
    with pytest.raises(SpecError, match="'curve.csv' is not UTF-8"):
        load(contract(tmp_path, CURVE))
    (tmp_path / "curve.csv").unlink()
    (tmp_path / "curve.csv").mkdir()
    with pytest.raises(SpecError, match="no file 'curve.csv'"):
        load(contract(tmp_path, CURVE))


def test_csv_of_the_market_lies_beside_the_market(tmp_path: Path) -> None:
    file = contract(tmp_path, "110 MW")
    market = tmp_path / "markets" / "small.yaml"
    text = market.read_text(encoding="utf-8").replace("{flat: 28.5 EUR/MWh}", "{curve: {file: no4.csv, column: price}}")
    market.write_text(text, encoding="utf-8")
    (tmp_path / "markets" / "no4.csv").write_text("date,price [EUR/MWh]\n2026-07-01,28.5\n2030-01-01,-3\n")
    with pytest.raises(SpecError, match="a forward of 0 or below needs 'transform: asinh'"):
        load(file)
    (tmp_path / "markets" / "no4.csv").write_text("date,price [EUR/kWh]\n2026-07-01,0.02\n2030-01-01,0.03\n")
    forward = load(file).market.factors["power.NO4"].forward  # type: ignore[attr-defined]
    assert [quantity.canonical for quantity in forward.level.quantities] == [20.0, 30.0]
    (tmp_path / "markets" / "no4.csv").write_text("date,price [NOK/MWh]\n2026-07-01,200\n")
    with pytest.raises(SpecError, match="does not fit the factor's unit 'EUR/MWh'; it stands in the header of no4.csv"):
        load(file)
    assert forward.level.path == "market.factors.power.NO4.forward.curve"
