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
        (
            [
                "clauses.aid={structure: grant, payer: outside, payee: host, share: 100 %, of: build}",
                "financing.reserves={}",
                "financing.debt.senior.upfront_fee=0 %",
                "financing.debt.senior.commitment_fee=0 %/year",
            ],
            "financing.completion",
            "uses 0 EUR less grants",
            "lower the grants, or leave the loans out",
        ),
    ],
    ids=["more than the uses", "nothing to pay for"],
)
def test_loans_that_cannot_be_sized_are_refused_in_words(valuate, settings, key, said, mended):
    result = valuate("run", LEVERED, "--no-excel", "--paths", 256, *(f"--set={one}" for one in settings))
    assert (result.exit_code, result.stdout) == (1, "")
    line = next(line for line in result.stderr.splitlines() if line.startswith("error: "))
    assert line.startswith(f"error: {LEVERED}: {key}: ")
    assert said in line and mended in line
    assert not re.search(r"Traceback|\bnan\b", result.stderr)


def test_a_loan_of_all_uses_is_told_as_capped(valuate):
    """More cash than there is to pay for: the owners pay nothing, and no return is told of a residue of rounding."""
    result = valuate("run", LEVERED, "--no-excel", "--paths", 256, f"--set={SIZE}={{dscr: 0.7}}")
    assert result.exit_code == 0, result.stderr
    text = " ".join(result.stdout.split())
    assert "capped at 100 % of the uses; the cash would carry 222.1 M EUR" in text
    assert "Owners' IRR, base case none: nothing invested" in text
    assert not re.search(r"\bnan\b|\binf\b|e\+", result.stdout)


def test_owners_who_pay_nothing_have_no_rate_of_return(valuate):
    """The loan pays for all of it, but for the last bits: no return of a billionth, no number as wide as the page."""
    settings = [f"--set={SIZE}=100 %", "--no-excel", "--paths", 256]
    result = valuate("run", LEVERED, *settings, "--json")
    assert result.exit_code == 0, result.stderr
    owners = json.loads(result.stdout)["financing"]["owners"]
    assert (owners["irr_base"], owners["irr_status"]) == (None, "no_investment")
    assert [owners[name] for name in ("moic", "moic_base", "mirr", "mirr_base")] == [None] * 4
    assert owners["npv_base"] > 0.0
    page = valuate("run", LEVERED, *settings)
    assert page.exit_code == 0 and "nothing invested" in page.stdout


def test_a_completion_before_the_investment_is_no_contract(valuate):
    result = valuate("run", LEVERED, "--no-excel", "--paths", 256, "--set=financing.completion=2025-01-31")
    assert (result.exit_code, result.stdout) == (2, "")
    said = " ".join(result.stderr.split())
    assert "the completion on 2025-01-31 is before the first payment of 'build' on 2026-07-31; state one on or" in said


def test_a_loan_that_nothing_carries_leaves_every_number_one(valuate):
    """The cash of the base case carries no loan: owners pay for all of it, and no number is missing from the JSON."""
    poor = "--set=clauses.rent.price=10 EUR/kW/month"
    result = valuate("run", LEVERED, "--no-excel", "--paths", 256, "--json", poor)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout, parse_constant=lambda word: pytest.fail(word))["npv"]["mean"] < 0.0
