"""The commands that only read: check, schema, help."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from valuation.cli import main
from valuation.errors import Problem
from valuation.messages import folded
from valuation.shipped import shipped
from valuation.spec.reader import read

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
BITZERO = shipped("contracts") / "bitzero.yaml"


def valuate(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


@cache
def printed_schema(of: str) -> str:
    """What ``valuate schema`` prints; it takes a second or two."""
    result = valuate("schema", of)
    assert result.exit_code == 0
    return result.stdout


@cache
def schema_check(of: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(printed_schema(of))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def test_check_says_what_it_read() -> None:
    result = valuate("check", str(BITZERO))
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{BITZERO}: ok: Bitzero – OneQode, 110 MW capacity lease, Namsskogan")
    assert "market of 2026-06-30" in result.stdout
    assert result.stderr == ""


def test_check_applies_scenario_and_settings() -> None:
    result = valuate(
        "check", str(BITZERO), "--scenario", "net_of_power", "--set", "clauses.rent.price=140 USD/kW/month"
    )
    assert result.exit_code == 0
    assert "scenario net_of_power" in result.stdout


def test_check_warns_of_an_old_market_and_passes() -> None:
    result = valuate("check", str(BITZERO), "--set", "dates.valuation=2026-07-31")
    assert result.exit_code == 0
    assert "--set dates.valuation=2026-07-31: warning: dates.valuation: the market is of 2026-06-30" in result.stderr
    assert "1 warning" in result.stdout


def test_check_looks_into_scenarios(tmp_path: Path) -> None:
    text = (
        (DATA / "small.yaml")
        .read_text(encoding="utf-8")
        .replace("clauses.rent.price: 100 USD/kW/month", "clauses.rent.price: 5")
    )
    contract = tmp_path / "small.yaml"
    contract.write_text(text.replace("markets/small.yaml", "small_market.yaml"), encoding="utf-8")
    (tmp_path / "small_market.yaml").write_text((DATA / "markets" / "small.yaml").read_text(encoding="utf-8"))
    result = valuate("check", str(contract))
    assert result.exit_code == 2
    assert f"{contract}:43:37: error: clauses.rent.price: 5 has no unit" in result.stderr


@pytest.mark.parametrize(
    ("setting", "scenarios"),
    [
        ("clauses.build.cost=7 MUSD/MW", ["article"]),
        ("clauses.build.payment={lag: 30 days}", ["article"]),  # no new clause 'build.payment'
        ("clauses.operations.index.share=50 %", ["article", "article_cost_all_in", "article_cost_plus_power"]),
        ("clauses.rent.price=140 USD/kW/month", []),
    ],
)
def test_a_scenario_that_takes_away_what_is_set_is_left_out(setting: str, scenarios: list[str]) -> None:
    result = valuate("check", str(BITZERO), "--set", setting)
    assert result.exit_code == 0, result.stderr
    reason = f"is not looked into: it takes away what --set {setting} would change"
    assert result.stderr.splitlines() == [f"{BITZERO}: note: scenario {name} {reason}" for name in scenarios]


def test_what_is_wrong_in_scenarios_only_names_them(tmp_path: Path) -> None:
    text = (DATA / "small.yaml").read_text(encoding="utf-8").replace("markets/small.yaml", "market.yaml")
    wrong = text.replace("{clauses.rent.price: 100 USD/kW/month}", "{capacity.connection: 100 MW}")
    (tmp_path / "small.yaml").write_text(wrong, encoding="utf-8")
    (tmp_path / "market.yaml").write_text((DATA / "markets" / "small.yaml").read_text(encoding="utf-8"))
    result = valuate("check", str(tmp_path / "small.yaml"))
    assert result.exit_code == 2
    assert "110 MW is above the grid connection of 100 MW (in the scenarios 'cheap', 'cheaper')" in result.stderr
    assert "1 error; nothing was computed" in result.stderr


def test_a_setting_that_meets_nothing_is_one_error() -> None:
    result = valuate("check", str(BITZERO), "--set", "clauses.buil.cost=5")
    assert result.exit_code == 2
    assert "1 error; nothing was computed" in result.stderr


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("clauses.rent.price", "expected path=value"),
        ("clauses.rent.prise=5", "nearest keys: price"),
        ("clauses.rent.price=5", "5 has no unit"),
        ("clauses.rent.price=[5", "error"),
        ("a..b=5", "'a..b' is not a path"),
    ],
)
def test_wrong_setting_names_itself(setting: str, message: str) -> None:
    result = valuate("check", str(BITZERO), "--set", setting)
    assert result.exit_code == 2
    assert f"--set {setting}: error: " in result.stderr
    assert message in result.stderr


def test_unknown_view_and_scenario_are_refused_before_anything_runs() -> None:
    assert (
        "--view tennant: error: view: unknown party 'tennant', did you mean 'tenant'?"
        in valuate("run", str(BITZERO), "--view", "tennant").stderr
    )
    result = valuate("run", str(BITZERO), "--scenario", "net_of_powr")
    assert result.exit_code == 2
    assert "no scenario 'net_of_powr', did you mean 'net_of_power'?" in result.stderr


def test_misspelt_command_is_named() -> None:
    result = valuate("chek", "x")
    assert result.exit_code == 2
    assert "no such command or file 'chek', did you mean 'check'?" in result.stderr


@pytest.mark.parametrize("args", [["--paths", "10", "nowhere.yaml"], ["nowhere.yaml", "--paths", "10"]])
def test_options_stand_before_or_after_the_file(args: list[str]) -> None:
    result = valuate(*args)
    assert result.exit_code == 2
    assert "nowhere.yaml: error: cannot read the file" in result.stderr


def test_version_and_help() -> None:
    assert valuate("--version").exit_code == 0
    result = valuate("--help")
    for command in ("run", "check", "explain", "schema"):
        assert f"  {command} " in result.stdout


def test_help_shows_the_options_of_the_short_form_and_where_there_is_more() -> None:
    said = valuate("--help").stdout
    own = said[said.index("Options of valuate FILE:") :]
    for option in ("--paths", "--seed", "--scenario", "--set", "--view", "--out", "--json", "--no-excel"):
        assert f" {option} " in own
    assert "--chunk" not in own, "hidden"
    assert "`valuate run --help`" in " ".join(own.split())
    assert "..." not in said.partition("\n")[2], "a command's words are cut"


def test_help_of_check_is_whole() -> None:
    assert "Without --scenario the scenarios of the file are read too." in valuate("check", "--help").stdout


def test_a_message_folds_at_words_on_a_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem("contracts/deal.yaml", 7, 95, "clauses.rent.price", "5 has no unit, " * 9, "  x: " + "y" * 200)
    text = problem.render() + "\n" + "z" * 90 + " end"
    pipe, screen = io.StringIO(), io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setenv("COLUMNS", "80")
    assert folded(text, pipe) == text
    lines = folded(text, screen).split("\n")
    assert lines[0].startswith("contracts/deal.yaml:7:95: error: clauses.rent.price: 5 has no unit, 5")
    assert [line for line in lines if len(line) > 80] == ["z" * 90], "only a word that is longer than a line"
    assert [word for line in lines for word in line.split() if word[0] not in "y^x"] == [
        word for line in text.split("\n") for word in line.split() if word[0] not in "y^x"
    ]
    assert sum(line.strip() == "^" for line in lines) == 1


@pytest.mark.parametrize("of", ["contract", "market"])
def test_committed_schema_is_fresh(of: str) -> None:
    committed = (ROOT / "docs" / "schema" / f"{of}.schema.json").read_text(encoding="utf-8")
    assert committed == printed_schema(of), f"stale: valuate schema {of} > docs/schema/{of}.schema.json"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "of"),
    [
        (BITZERO, "contract"),
        (DATA / "small.yaml", "contract"),
        (BITZERO.parent / "markets" / "nordic.yaml", "market"),
        (DATA / "markets" / "small.yaml", "market"),
    ],
    ids=lambda value: getattr(value, "stem", value),
)
def test_contracts_fulfil_the_schema(file: Path, of: str) -> None:
    faults = [fault.message for fault in schema_check(of).iter_errors(read(file).tree)]
    assert faults == []


@pytest.mark.parametrize(
    "name",
    ["unknown_key", "missing_unit"],
)
def test_schema_finds_what_an_editor_can_find(name: str) -> None:
    assert list(schema_check("contract").iter_errors(read(DATA / "bad" / f"{name}.yaml").tree))


def test_check_imports_no_engine() -> None:
    code = (
        "import sys\n"
        "from valuation.cli import main\n"
        "try:\n    main(['check', sys.argv[1]])\n"
        "except SystemExit as done:\n    assert done.code == 0, done.code\n"
        "heavy = {'numba', 'llvmlite', 'pandas', 'openpyxl', 'numpy', 'scipy', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(BITZERO)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_closed_pipe_ends_quietly() -> None:
    code = "from valuation.cli import main; main(['schema'])"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait()
    assert b"Traceback" not in said and b"Exception" not in said
