"""Wrong contract files: each gives a message with file and line, exit code 2, no traceback, and touches no file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from valuation.cli import main

DATA = Path(__file__).resolve().parents[1] / "data"

# file: (line, column, what the message must say). The line of the market's fault is a line of the market file.
WRONG = {
    "unknown_key": (18, 3, "unknown key 'conection', did you mean 'connection'?"),
    "wrong_unit": (18, 15, "'120 MWh' has the wrong unit, expected a power in MW, for example '110 MW'"),
    "missing_unit": (
        29,
        20,
        "131.3 has no unit, expected a price in currency/kW/month, for example '131.3 USD/kW/month'",
    ),
    "impossible_date": (10, 14, "'2026-06-31' is not a date: June 2026 has 30 days"),
    "end_before_start": (13, 8, "the end 2026-09-30 is not after the start 2026-10-01"),
    "unknown_party": (26, 12, "unknown party 'tennant', did you mean 'tenant'?"),
    "unknown_factor": (37, 11, "unknown factor 'power.NO3', did you mean 'power.NO4'?"),
    "negative_capacity": (18, 15, "'-120 MW' is below 0 MW"),
    "share_above_100": (36, 41, "'120 %' is above 100 %"),
    "not_a_number": (20, 8, "nan is not a finite number"),
    "duplicate_key": (18, 3, "duplicate key 'basis', first in line 17"),
    "tab_indentation": (17, 1, "indented with a tab"),
    "alias_bomb": (44, 5, "more than 50000 values"),
    "not_utf8": (2, 25, "byte 0xf8 is not UTF-8"),
    "correlation_above_one": (14, 46, "'1.2' is above 1"),
    "circular_scenario": (44, 19, "circular scenario: cheap → cheaper → cheap"),
    "outside_folder": (19, 22, "'../curve.csv' lies outside the contract's folder"),
}


def refuse(command: list[str], folder: Path) -> str:
    """Runs a command line that must fail as an invalid contract does, and gives what it said."""
    kept = folder / "kept.xlsx"
    kept.write_bytes(b"somebody's work")
    before = os.getcwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(main, command)
    finally:
        os.chdir(before)
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert kept.read_bytes() == b"somebody's work"
    assert [file.name for file in folder.iterdir()] == ["kept.xlsx"]
    return result.stderr


@pytest.mark.parametrize("command", [["check"], ["run", "--out", "kept.xlsx"], []], ids=["check", "run", "short"])
@pytest.mark.parametrize("name", WRONG)
def test_wrong_file_is_refused_with_its_line(name: str, command: list[str], tmp_path: Path) -> None:
    line, column, message = WRONG[name]
    contract = DATA / "bad" / f"{name}.yaml"
    said = refuse([*command, str(contract)], tmp_path)
    place = DATA / "markets" / "correlation_above_one.yaml" if name == "correlation_above_one" else contract
    errors = [text for text in said.splitlines() if ": error: " in text]
    assert len(errors) == 1, said
    assert errors[0].startswith(f"{place}:{line}:{column}: error: "), said
    assert message in errors[0]


@pytest.mark.parametrize("name", sorted(set(WRONG) - {"not_utf8"}))
def test_the_caret_stands_under_the_fault(name: str, tmp_path: Path) -> None:
    said = refuse(["check", str(DATA / "bad" / f"{name}.yaml")], tmp_path).splitlines()
    line, column, _ = WRONG[name]
    place = DATA / ("markets" if name == "correlation_above_one" else "bad") / f"{name}.yaml"
    source = place.read_text(encoding="utf-8").splitlines()[line - 1].replace("\t", " ")
    assert said[1] == f"    {source}"
    assert said[2] == "    " + " " * (column - 1) + "^"


def test_file_of_100_mb_is_refused_unread(tmp_path: Path) -> None:
    big = tmp_path / "big" / "big.yaml"
    big.parent.mkdir()
    with big.open("wb") as file:
        file.truncate(100_000_000)  # a hole: nothing is written
    folder = tmp_path / "run"
    folder.mkdir()
    assert f"{big}: error: the file has 100.0 MB, expected at most 1 MB" in refuse(["check", str(big)], folder)


def test_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert f"{DATA}: error: this is a folder" in refuse(["check", str(DATA)], tmp_path / "run")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    missing = DATA / "nowhere.yaml"
    assert f"{missing}: error: cannot read the file: No such file" in refuse(["check", str(missing)], tmp_path)


# Root reads everything, so root gives up its rights first: after the imports, which another user may not reach.
AS_ANOTHER_USER = """
import os, sys
from valuation import registry
from valuation.cli import main
from valuation.spec import load
readable, secret = sys.argv[1:]
load(readable)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
load(readable)
main(["check", secret])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no read permission of this kind")
def test_file_without_read_permission_is_refused() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(DATA / "markets", folder / "markets")
        for contract in ("readable.yaml", "secret.yaml"):
            shutil.copy(DATA / "small.yaml", folder / contract)
        for place in (folder, *folder.rglob("*")):
            place.chmod(0o755)
        secret = folder / "secret.yaml"
        secret.chmod(0)
        command = [sys.executable, "-c", AS_ANOTHER_USER, str(folder / "readable.yaml"), str(secret)]
        done = subprocess.run(command, capture_output=True, text=True)
        if "Operation not permitted" in done.stderr:
            pytest.skip("root reads everything, and cannot become another user here")
    assert done.returncode == 2, done.stderr
    assert f"{secret}: error: cannot read the file: Permission denied" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_wrong_file_is_in_the_table() -> None:
    assert {file.stem for file in (DATA / "bad").glob("*.yaml")} == set(WRONG)


def _said(tmp_path: Path, faults: dict[str, str]) -> list[str]:
    """The errors of the small contract with some words replaced."""
    text = (DATA / "small.yaml").read_text(encoding="utf-8")
    for right, wrong in faults.items():
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    (tmp_path / "contract").mkdir()
    shutil.copytree(DATA / "markets", tmp_path / "contract" / "markets")
    (tmp_path / "contract" / "many.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "run").mkdir()
    said = refuse(["check", str(tmp_path / "contract" / "many.yaml")], tmp_path / "run")
    return [line for line in said.splitlines() if ": error: " in line]


INDICATORS = """
indicators:
  - {name: one, when: utilisation > 92 %, over: year_averge}
  - {name: two, when: npv > 5 USD, over: year_end}
scenarios:"""


@pytest.mark.parametrize(
    ("faults", "messages"),
    [
        (
            {"basis: grid\n": "basis: grid\n  basis: it\n", "connection: 120 MW": "connection: 100 MW"},
            ["duplicate key 'basis'", "capacity.contracted.2027-01-01: 110 MW is above the grid connection"],
        ),
        (
            {"\nscenarios:": INDICATORS},
            ["indicators.0.over: got 'year_averge'", "indicators.1.when: 'npv' has no value in a year"],
        ),
        (
            {"valuation: 2026-06-30": "valuation: 2026-01-31", "term: 5 years": "term: 5", "pue: 1.15": "pue: 0.5"},
            ["valuation date 2026-01-31 is before the market's date", "5 has no unit", "'0.5' is below 1"],
        ),
        (
            {"valuation: 2026-06-30": "valuation: 2026-01-31", "discount_rate: 9 %/year": "discount_rate: 9"},
            ["valuation date 2026-01-31 is before the market's date", "9 has no unit"],
        ),
        (
            {"currency: USD": "currency: USF", "131.3 USD/kW/month": "131.3 GBP/kW/month"},
            ["unknown currency 'USF'"],  # whether a rate leads from GBP to it, nobody can tell
        ),
    ],
    ids=["duplicate", "list", "dates", "rate", "currency"],
)
def test_an_error_hides_no_other(faults: dict[str, str], messages: list[str], tmp_path: Path) -> None:
    said = _said(tmp_path, faults)
    assert len(said) == len(messages), said
    for message in messages:
        assert any(message in line for line in said), said


def test_all_faults_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (DATA / "small.yaml").read_text(encoding="utf-8")
    faults = {
        "payer: tenant": "payer: tennant",
        "lease: gross": "lease: grss",
        "basis: grid": "basis: grd",
        "pue: 1.15": "pue: 0.5",
        "term: 5 years": "term: 5",
        "mean: 90 %": "mean: 0.9",
        "clauses.rent.price: 100": "clauses.rent.prise: 100",
    }
    for right, wrong in faults.items():
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    (tmp_path / "contract").mkdir()
    shutil.copytree(DATA / "markets", tmp_path / "contract" / "markets")
    (tmp_path / "contract" / "many.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "run").mkdir()
    said = refuse(["check", str(tmp_path / "contract" / "many.yaml")], tmp_path / "run")
    lines = [int(text.split(":")[1]) for text in said.splitlines() if ": error: " in text]
    assert lines == sorted(lines)
    assert "7 errors; nothing was computed" in said
    for words in ("tennant", "grss", "grd", "below 1", "0.9 has no unit", "prise"):
        assert words in said
