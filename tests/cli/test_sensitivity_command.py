"""valuate sensitivity: what is printed, JSON, workbook, and what is refused."""

import json
import shlex

import openpyxl
import pytest

from valuation.shipped import shipped

pytestmark = pytest.mark.slow

FEW = ("-n", 300, "--threads", 2)


@pytest.fixture(scope="session")
def lease():
    return str(shipped("contracts") / "examples" / "minimal-lease.yaml")


@pytest.fixture
def study(valuate, lease):
    return lambda *more: valuate("sensitivity", lease, *FEW, *more)


def test_it_prints_a_picture_and_the_shares(study, here):
    done = study("--also", "clauses.operations.price")
    assert done.exit_code == 0, done.stderr
    assert "Tornado: change of the mean NPV" in done.stdout and "####" in done.stdout
    assert "clauses.operations.price" in done.stdout and "+/-10 %: 16.2 to 19.8 EUR/kW/month, now 18" in done.stdout
    assert "tenant_default" in done.stdout and "all together" in done.stdout
    assert list(here.iterdir()) == []  # a workbook only where it is asked for
    assert max(len(line) for line in done.stdout.splitlines() if not line.startswith("Again")) <= 100


@pytest.mark.slow
def test_json_adds_up_and_comes_again(study, valuate):
    first = study("--json")
    found = json.loads(first.stdout)
    shares = found["attribution"]
    assert sum(one["variance"] for one in shares["risks"]) == pytest.approx(shares["variance"], rel=1e-9)
    assert found["base"] - found["mean"] == pytest.approx(shares["loss"], rel=1e-9)
    assert {"swing", "base_swing", "low", "high", "path"} <= set(found["tornado"][0])
    words = shlex.split(found["command"])
    again = valuate(*words[1:], "--json")
    assert again.stdout == first.stdout


def test_a_workbook_where_it_is_asked_for(study, here):
    done = study("-o", "out.xlsx")
    assert done.exit_code == 0 and "Workbook: out.xlsx" in done.stdout
    book = openpyxl.load_workbook(here / "out.xlsx", data_only=True)
    assert book.sheetnames == ["Tornado", "Spider", "Attribution"]
    assert all(len(sheet._charts) == 1 for sheet in book.worksheets)
    shares = {row[0].value: row for row in book["Attribution"].iter_rows(min_row=5, max_row=8)}
    assert shares["all together"][1].value == pytest.approx(1.0, abs=1e-9)
    assert study("-o", "out.xlsx").exit_code == 0  # its own may be replaced


@pytest.mark.slow
def test_another_workbook_is_not_replaced(study, valuate, lease, here):
    assert valuate(lease, *FEW, "-o", "deal.xlsx").exit_code == 0
    done = study("-o", "deal.xlsx")
    assert done.exit_code == 2 and "holds the contract 'minimal_lease', not 'minimal_lease, sensitivity'" in done.stderr
    assert study("-o", "deal.xlsx", "--force").exit_code == 0


def test_a_table_of_two(study, here):
    done = study("--table", "clauses.rent.price", "--table", "risks.tenant_default.rate", "--mean", "-o", "t.xlsx")
    assert done.exit_code == 0, done.stderr
    assert "Base NPV" in done.stdout and "Mean NPV" in done.stdout and "Tornado" not in done.stdout
    assert openpyxl.load_workbook(here / "t.xlsx").sheetnames == ["Table"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--table", "clauses.rent.prise"), "nearest keys: price"),
        (("--table", "a", "--table", "b", "--table", "c"), "one input or two, got 3"),
        (("--table", "clauses.rent.price", "--also", "clauses.rent.price"), "--also belongs to the tornado"),
        (("--mean",), "--mean belongs to --table"),
        (("--also", "clauses.rent"), "no single number, expected one below it"),
        (("-o", "study.csv"), "ends in .xlsx"),
    ],
)
def test_mistakes(study, words, said):
    done = study(*words)
    assert done.exit_code in (1, 2) and said in done.stderr
    assert "Traceback" not in done.stderr
