"""valuate FILE: exit codes, options, what is printed, and which files are written or left alone."""

import json
import os
import shlex
import shutil
from pathlib import Path

import jsonschema
import openpyxl
import pytest

FEW = ("-n", 300)


@pytest.fixture
def copied(here, bitzero):
    """The contract in a folder of its own, so that it can be changed."""
    folder = here / "deals"
    shutil.copytree(Path(bitzero).parent, folder)
    return folder / "bitzero.yaml"


def test_a_run_prints_a_summary_and_writes_a_workbook(valuate, here, quick):
    done = valuate(quick, *FEW)
    assert done.exit_code == 0
    assert "NPV after tax" in done.stdout and "Break-even" in done.stdout
    assert f"valuate {shlex.quote(quick)} --paths 300 --seed 1" in done.stdout
    assert os.listdir(here) == ["bitzero.xlsx"]
    assert "Summary" in openpyxl.load_workbook(here / "bitzero.xlsx").sheetnames


@pytest.mark.slow
def test_the_printed_command_gives_the_same_digest(valuate, bitzero):
    first = valuate(
        bitzero, *FEW, "--no-excel", "--json", "--scenario", "credit", "--set", "clauses.rent.price=140 USD/kW/month"
    )
    audit = json.loads(first.stdout)["audit"]
    words = shlex.split(audit["command"])
    assert words[0] == "valuate"
    again = json.loads(valuate(*words[1:], "--no-excel", "--json").stdout)
    assert again["audit"] == audit
    assert (audit["scenario"], audit["overrides"]) == ("credit", ["clauses.rent.price=140 USD/kW/month"])


def test_json_is_all_that_stands_on_standard_output_and_fits_its_schema(process, here, bitzero):
    done = process(bitzero, *FEW, "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    schema = Path(__file__).parents[2] / "docs" / "schema" / "result.schema.json"
    jsonschema.validate(found, json.loads(schema.read_text()))
    assert found["audit"]["paths"] == 300
    assert (here / "bitzero.xlsx").exists() and "bitzero.xlsx" in done.stderr


@pytest.mark.parametrize(
    "order", [("{file}", "--paths", 300, "--no-excel", "-q"), ("--paths", 300, "-q", "--no-excel", "{file}")]
)
def test_options_stand_before_or_after_the_file(valuate, quick, order):
    done = valuate(*(str(word).format(file=quick) for word in order))
    assert done.exit_code == 0
    assert "300 simulated monthly paths" in done.stdout


def test_view_is_part_of_the_command(valuate, quick):
    audit = json.loads(valuate(quick, *FEW, "--no-excel", "--json", "--view", "tenant").stdout)["audit"]
    assert audit["view"] == "tenant"
    assert audit["command"].endswith("--view tenant")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--paths", 1), "paths"),
        (("--seed", -1), "seed"),
        (("--threads", 0), "threads"),
        (("--scenario", "credt"), "did you mean 'credit'"),
        (("--set", "clauses.rent.prise=1 USD/kW/month"), "price"),
        (("--view", "nobody"), "nobody"),
        (("--out", "x.txt"), ".xlsx"),
        (("--out", "no/such/folder/x.xlsx"), "no folder"),
        (("--out", "."), ".xlsx"),
        (("--nonsense",), "nonsense"),
    ],
)
def test_what_cannot_be_asked_for_ends_with_2_before_anything_runs(valuate, here, bitzero, words, message):
    done = valuate(bitzero, *words)
    assert done.exit_code == 2
    assert message in done.stderr and "Traceback" not in done.output
    assert os.listdir(here) == []


@pytest.mark.slow
def test_only_the_workbook_of_the_same_run_is_replaced(valuate, here, quick):
    assert valuate(quick, *FEW).exit_code == 0
    before = (here / "bitzero.xlsx").read_bytes()
    for other in (("--seed", 2), ("--set", "discount_rate=10 %/year"), ("--view", "tenant")):
        done = valuate(quick, *FEW, *other)
        assert done.exit_code == 2 and "another run of this contract" in done.stderr, other
        assert (here / "bitzero.xlsx").read_bytes() == before
    assert valuate(quick, *FEW, "--threads", 1).exit_code == 0
    assert (here / "bitzero.xlsx").read_bytes() == before, "same run, same bytes"
    assert valuate(quick, *FEW, "--seed", 2, "--force").exit_code == 0
    assert (here / "bitzero.xlsx").read_bytes() != before


@pytest.mark.slow
def test_what_somebody_else_wrote_is_left_alone_without_force(valuate, here, quick):
    place = here / "bitzero.xlsx"
    place.write_bytes(b"my own work")
    done = valuate(quick, *FEW)
    assert done.exit_code == 2 and "--force" in done.stderr and "NPV" not in done.stdout
    assert place.read_bytes() == b"my own work"
    assert os.listdir(here) == ["bitzero.xlsx"]
    assert valuate(quick, *FEW, "--force").exit_code == 0
    assert place.read_bytes()[:2] == b"PK"


@pytest.mark.slow
def test_a_workbook_of_another_contract_is_left_alone(valuate, here, copied, bitzero):
    assert valuate(bitzero, *FEW).exit_code == 0
    before = (here / "bitzero.xlsx").read_bytes()
    copied.write_text(copied.read_text(encoding="utf-8").replace("id: bitzero\n", "id: another\n"), encoding="utf-8")
    done = valuate(copied, *FEW)
    assert done.exit_code == 2 and "'bitzero'" in done.stderr
    assert (here / "bitzero.xlsx").read_bytes() == before


@pytest.mark.slow
def test_a_workbook_that_was_saved_again_by_hand_is_left_alone(valuate, here, quick):
    assert valuate(quick, *FEW).exit_code == 0
    book = openpyxl.load_workbook(here / "bitzero.xlsx")
    book.save(here / "bitzero.xlsx")
    assert valuate(quick, *FEW).exit_code == 2


@pytest.mark.slow
def test_out_names_the_workbook(valuate, here, quick):
    (here / "reports").mkdir()
    assert valuate(quick, *FEW, "--out", "reports/mine.xlsx", "-q").exit_code == 0
    assert os.listdir(here) == ["reports"] and os.listdir(here / "reports") == ["mine.xlsx"]


def test_a_folder_without_permission_ends_with_2(valuate, here, quick, monkeypatch):
    # root may write everywhere, so the answer is given in the system's place
    monkeypatch.setattr("valuation.command.os.access", lambda folder, how: False)
    done = valuate(quick, *FEW)
    assert done.exit_code == 2 and "permission" in done.stderr
    assert os.listdir(here) == []


def test_a_wrong_contract_ends_with_2_and_touches_nothing(valuate, here, copied):
    copied.write_text(copied.read_text(encoding="utf-8").replace("price: {value: 135 NOK", "price: {value: 135 NKO"))
    (here / "bitzero.xlsx").write_bytes(b"kept")
    done = valuate(copied, *FEW, "--force")
    assert done.exit_code == 2
    assert "bitzero.yaml:" in done.stderr and "Traceback" not in done.stderr
    assert (here / "bitzero.xlsx").read_bytes() == b"kept"


@pytest.mark.slow
def test_a_failure_while_writing_ends_with_1_and_leaves_no_part(valuate, here, quick, monkeypatch):
    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("valuation.command.os.replace", full)
    done = valuate(quick, *FEW)
    assert done.exit_code == 1 and "No space left" in done.stderr
    assert os.listdir(here) == []


def test_too_many_paths_for_the_memory_end_with_1(valuate, here, quick):
    done = valuate(quick, "-n", 2**40, "--no-excel")
    assert done.exit_code == 1 and "memory" in done.stderr


def test_explain_prints_a_program_that_reads_back(valuate, quick):
    from valuation.plan.text import parse_program
    from valuation.resolve import resolve
    from valuation.spec import load

    done = valuate("explain", quick)
    assert done.exit_code == 0
    plan = resolve(load(quick))
    assert f"# plan digest {plan.digest}" in done.stdout
    assert "ACT/365F" in done.stdout
    assert parse_program(done.stdout).digest == plan.digest


@pytest.mark.slow
def test_verbose_names_the_stages_and_quiet_says_nothing(process, quick):
    said = process(quick, *FEW, "--no-excel", "-v").stderr
    assert "simulating" in said and "counting up" in said
    assert process(quick, *FEW, "--no-excel", "-q").stderr == ""


def test_no_excel_and_a_place_for_it_exclude_each_other(valuate, here, quick):
    done = valuate(quick, *FEW, "--no-excel", "--out", "no/such/x.xlsx")
    assert done.exit_code == 2
    assert "--no-excel and --out exclude each other" in done.stderr
    assert os.listdir(here) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--paths", "1e5"), "'1e5' is not written as a whole number, write 100000"),
        (("--paths", "many"), "'many' is not a whole number, write for example 100000"),
        (("--seed", "1.5"), "'1.5' is not a whole number"),
    ],
)
def test_numbers_of_the_command_line_in_plain_words(valuate, quick, words, message):
    done = valuate(quick, *words)
    assert done.exit_code == 2
    assert message in done.stderr
