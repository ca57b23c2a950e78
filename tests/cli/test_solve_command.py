"""valuate solve: what is printed, exit codes, and the command that solves it again."""

import json
import shlex

import pytest

from valuation.shipped import shipped

pytestmark = pytest.mark.slow

FEW = ("-n", 300)
RENT = ("--vary", "clauses.rent.price")


@pytest.fixture(scope="session")
def lease() -> str:
    return str(shipped("contracts") / "examples" / "minimal-lease.yaml")


def test_the_solution_with_its_error_and_what_else_moves(valuate, here, lease):
    done = valuate("solve", lease, *RENT, "--to", "npv.mean = 0", *FEW)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "clauses.rent.price at which npv.mean = 0"
    (solution,) = [line for line in lines if line.startswith("  Solution")]
    assert " EUR/kW/month, standard error " in solution
    for label in ("NPV after tax, mean [", "IRR after tax, P50", "P(NPV < 0)", "Margin, mean"):
        (row,) = [line for line in lines if label in line]
        assert row.split()[-1] not in ("n/a", row.split()[-2])
    assert "runs of 300 paths on the same random numbers, seed 1" in done.stdout
    assert list(here.iterdir()) == [], "it writes no file"


def test_what_it_says_to_run_gives_what_it_says(valuate, lease):
    done = valuate("solve", lease, *RENT, "--to", "irr.p50 = 9 %", *FEW)
    (line,) = [line for line in done.stdout.splitlines() if "Run it with" in line]
    words = shlex.split(line.replace("Run it with", ""))
    found = json.loads(valuate(lease, *FEW, "--no-excel", "--json", *words).stdout)
    assert found["irr"]["p50"] == pytest.approx(0.09, abs=1e-8)


def test_json_and_the_command_in_it(valuate, lease):
    done = valuate("solve", lease, "--vary", "clauses.build.cost", "--to", "npv.mean = 0", *FEW, "--json", "--seed", 3)
    found = json.loads(done.stdout)
    assert (found["unit"], found["stated"], found["low"]) == ("EUR/MW", 5e6, 4e6), "money in units of the currency"
    assert abs(found["reached"]) < 1.0 and found["audit"]["seed"] == 3
    again = json.loads(valuate(*shlex.split(found["audit"]["command"])[1:], "--json").stdout)
    assert again == found


def test_shares_are_fractions_in_json(valuate, lease):
    asked = ("--vary", "risks.tenant_default.rate", "--to", "probability.npv_negative = 30 %")
    found = json.loads(valuate("solve", lease, *asked, *FEW, "--json").stdout)
    assert (found["unit"], found["stated"], found["wanted"]) == ("1/year", 0.02, 0.3)
    assert found["settings"][0].endswith(" %/year") and found["reached"] == pytest.approx(0.3, abs=1 / 300)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--to", "npv.mean = 900 bnEUR"), 1, "no value of clauses.rent.price from"),
        (("--to", "npv.mean = 0", "--between", "100", "105"), 1, "try a wider --between"),
        (("--to", "npv.mean"), 2, "expected a result = its value"),
        ((), 2, "one of --to and --parties"),
        (("--to", "npv.mean = 0", "--parties", "host", "tenant"), 2, "one of --to and --parties"),
        (("--parties", "host", "tenant", "--view", "host"), 2, "leave out --view"),
        (("--parties", "host", "tenant"), 1, "the tenant only pays in this file"),
        (("--to", "npv.mean = 0", "--vary", "clauses.rent.prise"), 2, "nearest keys: price"),
    ],
)
def test_errors(valuate, lease, words, code, message):
    done = valuate("solve", lease, *RENT, *words, *FEW)
    assert done.exit_code == code
    assert message in done.stderr and done.stdout == ""


def test_two_parties(valuate, lease, tmp_path):
    services = "clauses.services={structure: fixed_cost, payer: outside, payee: tenant, price: 150 EUR/kW/month}"
    words = ("solve", lease, *RENT, "--parties", "host", "tenant", "--set", services, *FEW)
    done = valuate(*words)
    assert done.exit_code == 0
    assert "host                at least 1" in done.stdout and "tenant              at most 1" in done.stdout
    assert "Neither loses from " in done.stdout
    found = json.loads(valuate(*words, "--json").stdout)
    assert found["width"] == pytest.approx(found["high"] - found["low"])
    assert [one["party"] for one in found["limits"]] == ["host", "tenant"]
    poor = valuate(*words, "--set", "clauses.services.price=60 EUR/kW/month").stdout
    assert "No value suits both" in poor


@pytest.mark.slow
def test_a_process_of_its_own_says_nothing_but_the_answer(process, lease):
    done = process("solve", lease, *RENT, "--to", "npv.mean = 0", *FEW)
    assert done.returncode == 0
    assert done.stderr == "" or done.stderr.startswith("compiling")
