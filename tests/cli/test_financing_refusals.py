"""Loans that cannot be sized: exit code 1, one line that names the file, the key and what to write, no traceback; and
what is cut is told in the result."""

import json
import re

import pytest

from valuation.shipped import shipped

LEVERED = str(shipped("contracts") / "examples" / "project-finance.yaml")
SIZE = "financing.debt.senior.size"


@pytest.mark.parametrize(
    ("settings", "key", "said", "mended"),
    [
        ([f"{SIZE}={{dscr: 0.7, uncapped: true}}"], SIZE, "% of the 124,509,256 EUR", "a higher 'dscr', or write"),
        (["financing.completion=2025-01-31"], "financing.completion", "lies 18 months before", "state one on or after"),
        (
            ["financing.completion=2026-07-31", "clauses.build.schedule={from: 2026-09-30, months: 5}"],
            "financing.completion",
            "uses 0 EUR less grants",
            "set 'completion' after the investment",
        ),
    ],
    ids=["more than the uses", "completed before the first month", "nothing to pay for"],
)
def test_loans_that_cannot_be_sized_are_refused_in_words(valuate, settings, key, said, mended):
    result = valuate("run", LEVERED, "--no-excel", "--paths", 256, *(f"--set={one}" for one in settings))
    assert (result.exit_code, result.stdout) == (1, "")
    line = next(line for line in result.stderr.splitlines() if line.startswith("error: "))
    assert line.startswith(f"error: {LEVERED}: {key}: ")
    assert said in line and mended in line
    assert not re.search(r"Traceback|\bnan\b", result.stderr)


def test_a_loan_that_nothing_carries_leaves_every_number_one(valuate):
    """The cash of the base case carries no loan: owners pay for all of it, and no number is missing from the JSON."""
    poor = "--set=clauses.rent.price=10 EUR/kW/month"
    result = valuate("run", LEVERED, "--no-excel", "--paths", 256, "--json", poor)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout, parse_constant=lambda word: pytest.fail(word))["npv"]["mean"] < 0.0
