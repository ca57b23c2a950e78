"""valuate compare: what it prints and writes, and how it says what is wrong."""

import json
import shlex

import openpyxl
import pytest

import valuation

pytestmark = pytest.mark.slow

FEW = ("-n", 300, "-q")


def test_scenarios_side_by_side(valuate, bitzero, here):
    done = valuate("compare", bitzero, "--scenario", "net_of_power", *FEW)
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())  # a long path breaks the line
    assert "A = base: " in said and "B = net_of_power: " in said and "B - A" in said
    assert "B and A draw the same random numbers throughout." in done.stdout
    assert not list(here.iterdir())


def test_the_printed_command_gives_the_same_object(valuate, bitzero):
    first = valuate("compare", bitzero, "--views", "host, tenant", "--set", "discount_rate=8 %/year", *FEW, "--json")
    whole = json.loads(first.stdout)
    words = shlex.split(whole["command"])
    assert words[0] == "valuate" and json.loads(valuate(*words[1:], "--json", "-q").stdout) == whole
    found = valuation.compare(bitzero, views=["host", "tenant"], overrides=["discount_rate=8 %/year"], paths=300)
    assert whole["differences"][0]["npv"]["mean"] == found.differences[0].npv.mean
    assert [case["digest"] for case in whole["cases"]] == [case.digest for case in found.cases]


def test_a_workbook_where_one_is_asked_for(valuate, bitzero, here):
    done = valuate("compare", bitzero, bitzero, *FEW, "--out", "both.xlsx")
    assert done.exit_code == 0, done.stderr
    assert openpyxl.load_workbook(here / "both.xlsx").sheetnames == ["Comparison", "Cases"]
    assert valuate("compare", bitzero, bitzero, *FEW, "--out", "both.xlsx").exit_code == 0, "its own is replaced"
    other = valuate(bitzero, "-n", 300, "-q", "--out", "both.xlsx")
    assert other.exit_code == 2 and "comparison of bitzero" in other.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 1, "nothing to compare"),
        (("--scenario", "cheaper"), 2, "cheaper"),
        (("--views", "host,"), 2, "expected names of parties"),
        (("--views", "host,tenant", "--view", "host"), 2, "exclude each other"),
        (("--views", "host,landlord"), 2, "landlord"),
        (("--views", "host,tenant", "--scenario", "credit", "--scenario", "base"), 1, "not of scenarios and views"),
        (("--scenario", "credit", "--out", "x.txt"), 2, ".xlsx"),
    ],
)
def test_what_is_wrong_is_said(valuate, bitzero, words, code, said):
    done = valuate("compare", bitzero, *words, *FEW)
    assert done.exit_code == code and said in done.stderr and "Traceback" not in done.stderr


def test_one_scenario_of_several_files(valuate, bitzero):
    done = valuate("compare", bitzero, bitzero, "--scenario", "credit", *FEW, "--json")
    assert [case["scenario"] for case in json.loads(done.stdout)["cases"]] == ["credit", "credit"]
