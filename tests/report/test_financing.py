"""The financing on the page, in the JSON object and as data frames."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from valuation import value
from valuation.report.financing_frames import financing_frames
from valuation.report.financing_words import duration, repaid, sized
from valuation.report.json import to_json_object, to_json_text
from valuation.report.json_schema import result_schema
from valuation.report.numbers import MoneyScale
from valuation.report.terminal import summary_text
from valuation.statistics.distribution import Distribution
from valuation.tables import (
    CoverYear,
    FinancingChances,
    FinancingTable,
    IrrSummary,
    LenderCase,
    Levelised,
    LoanTable,
    OwnersReturn,
    ServiceDate,
    SourceOrUse,
    Tables,
)

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
M = MoneyScale(1e6, "M")
STATUS = {"ok": 990, "multiple": 0, "total_loss": 10, "no_investment": 0, "no_root": 0, "not_converged": 0}


def spread(middle: float, width: float, count: int = 1000) -> Distribution:
    """A distribution around a number, its percentiles at equal distances."""
    levels = dict(zip(("p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99"), range(-4, 5), strict=True))
    errors = {"se": 0.01 * width, "se_p5": 0.03 * width, "se_p50": 0.012 * width, "se_p95": 0.02 * width}
    return Distribution(
        mean=middle, sd=width, **{name: middle + k * width for name, k in levels.items()}, **errors, count=count
    )


def loan(**changes: object) -> LoanTable:
    made = LoanTable(
        name="senior",
        lender="Bank",
        amount=528e6,
        part_of_need=0.6,
        repayment="sculpted",
        tenor_months=144,
        grace_months=0,
        first_rate=0.065,
        sized_by="gearing",
        carried=610e6,
        covers={"base": 1.35},
        status="capped_by_gearing",
        interest=2.1e8,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def financing(**changes: object) -> FinancingTable:
    """A loan of 60 % on the made-up lease, with a second one below it."""
    junior = loan(
        name="junior",
        lender="",
        amount=88e6,
        part_of_need=0.1,
        repayment="level",
        grace_months=12,
        first_rate=0.09,
        sized_by="amount",
        carried=None,
        covers={},
        status="ok",
    )
    owners = OwnersReturn(
        rate=0.12,
        npv=spread(-20e6, 30e6),
        npv_base=11e6,
        npv_negative=0.61,
        irr=IrrSummary(spread(0.11, 0.02), 0.108, STATUS),
        irr_base=0.125,
        irr_status="ok",
        paid_in=264e6,
        paid_out=800e6,
        mirr=None,
        moic=spread(3.0, 0.2),
        payback_years=spread(8.8, 0.4, 950),
        discounted_payback_years=None,
        mirr_base=0.118,
        moic_base=800 / 264,
        payback_years_base=8.5,
        discounted_payback_years_base=None,
    )
    dates = tuple(
        ServiceDate(date(year, 12, 31), 90e6, 30e6, 40e6, 400e6 - 40e6 * k, 1.3 - 0.01 * k, 35e6, 20e6, 0.0)
        for k, year in enumerate((2028, 2029, 2030))
    )
    case = LenderCase(
        name="base",
        what="every factor at its expected value",
        dscr_min=1.28,
        dscr_min_day=date(2030, 12, 31),
        dscr_average=1.41,
        llcr=1.5,
        plcr=1.7,
        debt_at_end=0.0,
        defaults=False,
        equity_npv=11e6,
        equity_irr=0.125,
    )
    stressed = {"dscr_min": 0.97, "debt_at_end": 4.2e7, "defaults": True, "equity_irr": None}
    low = replace(case, name="p90", what="use at what it exceeds with 90 %", **stressed)
    made = FinancingTable(
        borrower="host",
        service="half_year",
        cfads="after_tax",
        completion=date(2026, 9, 30),
        close=date(2026, 7, 31),
        iterations=9,
        residual=1.8e-13,
        lock_up=1.15,
        default=1.05,
        loans=(loan(), junior),
        sources=(
            SourceOrUse("Loan, senior", 528e6, 0.6),
            SourceOrUse("Loan, junior", 88e6, 0.1),
            SourceOrUse("Owners", 264e6, 0.3),
        ),
        uses=(SourceOrUse("Investment", 840e6, 840 / 880), SourceOrUse("Filling of the reserve", 40e6, 40 / 880)),
        owners=owners,
        dscr_min=spread(1.1, 0.1, 990),
        dscr_min_base=1.28,
        dscr_min_day=date(2030, 12, 31),
        dscr_min_months=((date(2030, 12, 31), 0.4), (date(2029, 12, 31), 0.2)),
        dscr_average=spread(1.38, 0.05),
        dscr_average_base=1.41,
        llcr=spread(1.48, 0.04),
        llcr_base=1.5,
        plcr=spread(1.66, 0.05),
        plcr_base=1.7,
        support_base=0.0,
        support_mean=2.4e6,
        chances=FinancingChances(0.031, 0.004, 0.02, 0.44, 0.08),
        years=tuple(CoverYear(2028 + k, 1.41, spread(1.3, 0.1), 0.1, 0.01 * k, 0.02) for k in range(3)),
        schedule=dates,
        cases=(case, low),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def financed(tables: Tables) -> Tables:
    per = Levelised("kW/month", 1.2e7, spread(131.0, 2.0), 131.3, spread(120.0, 4.0), 118.4, None, 119.0)
    return replace(tables, financing=financing(), levelised=per)


def block(tables: Tables, begins: str, width: int = 100) -> list[str]:
    """The lines from a heading to the next."""
    text = summary_text(tables, width=width)
    inside = text[text.index(begins) :].splitlines()
    return inside[: inside.index("")]


def test_what_stands_beside_a_number_that_is_not_of_all_paths_or_not_of_real_money(financed: Tables) -> None:
    """A modified rate needs something paid out; what owners pay in later is not deflated."""
    made = financing()
    some = replace(made, owners=replace(made.owners, mirr=spread(0.1, 0.01, 977)))
    flat = " ".join(summary_text(replace(financed, financing=some)).split())
    assert "Owners' modified IRR, %, on 97.7 % of the paths" in flat
    assert "of it after the completion 0.0 M USD, mean 2.4" in flat
    real = replace(financed, deal=replace(financed.deal, price_basis="real 2026"))
    assert "of it after the completion 0.0 M USD of nominal money, mean 2.4" in " ".join(summary_text(real).split())


def test_what_set_the_size_in_words() -> None:
    said = sized(loan(part_of_need=0.75, carried=113.26e6), M, "EUR")
    assert said == "capped at 75 % of the uses; the cash would carry 113.3 M EUR at a cover of 1.35"
    for changes, words in (
        ({"sized_by": "gearing", "carried": None, "covers": {}, "status": "ok"}, "60 % of the uses"),
        ({"sized_by": "amount", "carried": None, "covers": {}, "status": "ok"}, "the amount stated"),
        (
            {"sized_by": "gearing", "carried": None, "covers": {}, "status": "capped_by_uses"},
            "60 % of the uses; cut to what is left to pay for",
        ),
        ({"sized_by": "base", "status": "ok"}, "what the cash carries at a cover of 1.35"),
        (
            {"sized_by": "p90", "status": "ok", "covers": {"base": 1.4, "p90": 1.2}},
            "what the cash in the case p90 carries at a cover of 1.2 (asked for are 2 cases)",
        ),
        (
            {"sized_by": "base", "status": "nothing_to_carry", "amount": 0.0},
            "what the cash carries at a cover of 1.35; no period has cash that could serve a loan",
        ),
    ):
        assert sized(loan(**changes), M, "EUR") == words
    assert repaid(loan(repayment="level", grace_months=18)) == "level payments after 18 months of interest only"
    assert [duration(months) for months in (1, 12, 24, 30)] == ["1 month", "1 year", "2 years", "30 months"]


def test_the_block_says_who_lends_what(financed: Tables) -> None:
    lines = block(financed, "Financing of the host")
    assert lines[:6] == [
        "Financing of the host (M USD, base case)",
        "                                                  amount  of uses    rate       tenor",
        "  Loan, senior (Bank)                              528.0   60.0 %   6.5 %    12 years",
        "    sculpted to the cash; capped at 60 % of the uses; the cash would carry 610.0 M USD at a cover of",
        "    1.35",
        "  Loan, junior                                      88.0   10.0 %   9.0 %    12 years",
    ]
    text = " ".join(" ".join(lines).split())
    assert "level payments after 1 year of interest only; the amount stated" in text
    assert "Uses Investment 840.0 (95 %); Filling of the reserve 40.0 (5 %); in all 880.0" in text
    assert "agree after 9 rounds to 2e-13 of the uses" in text


def test_the_owners_and_the_cover(financed: Tables) -> None:
    text = summary_text(financed)
    rows = {line[:36].strip(): line[36:].split() for line in text.splitlines() if line.startswith("  ")}
    assert rows["Owners' NPV at 12.0 %, M USD"] == ["11.0", "-20.0", "-110.0", "-20.0", "70.0"]
    assert rows["Owners' IRR, %"] == ["12.5", "11.0", "5.0", "11.0", "17.0"]
    assert rows["Owners' cash out / cash in"] == ["3.03", "3.00", "2.40", "3.00", "3.60"]
    assert rows["of the paths"] == ["8.5", "8.8", "7.6", "8.8", "10.0"], "the payback, on 95.0 % of them"
    assert rows["Least DSCR"] == ["1.28", "1.10", "0.80", "1.10", "1.40"]
    flat = " ".join(text.split())
    assert "Least cover, base case 1.28 on 2030-12-31" in flat
    assert "most often on 2030-12-31 (40.0 % of the paths), 2029-12-31 (20.0 %)" in flat
    assert "990 one root, 10 total loss (counts as -100 %)" in flat
    assert "pay in 264.0 and get 800.0 M USD, 3.03 times; payback 8.5 years, discounted not reached" in flat
    assert "0.0 M USD, mean 2.4: running costs and tax that the cash does not cover" in flat
    assert "price 131.30, cost 118.40 USD/kW/month after tax; P5 to P95 of the cost 108.00 to 132.00" in flat


def test_one_cover_on_all_dates_has_no_date_of_the_least(financed: Tables) -> None:
    found = financing()
    level = replace(found, schedule=tuple(replace(one, dscr=1.28) for one in found.schedule))
    assert "1.28 on every service date" in summary_text(replace(financed, financing=level))


def test_chances_and_lenders_cases(financed: Tables) -> None:
    chances = [" ".join(line.split()) for line in block(financed, "Chances of the financing")[1:]]
    assert chances == [
        "Default: debt service left unpaid, or a cover below 1.05 3.1 %",
        "Default, of the paths without an event in the term 0.4 %",
        "Lock-up: a cover below 1.15 on some service date 44.0 %",
        "Cover of a year below 1, most often that of 2030 2.0 %",
        "Something is owed at the end 2.0 %",
        "Owners pay in after the completion 8.0 %",
        "Owners' NPV below 0 at 12.0 % 61.0 %",
    ]
    cases = [" ".join(line.split()) for line in block(financed, "Lender's cases")]
    assert cases[2] == "base 1.28 1.41 1.50 0.0 12.5 %"
    assert cases[4] == "p90 0.97 1.41 1.50 42.0 n/a"
    assert cases[5].endswith("least cover on 2030-12-31; in default")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_it_fits_and_says_the_same_at_any_width(financed: Tables, width: int) -> None:
    def words(columns: int) -> list[str]:
        text = summary_text(financed, width=columns)
        inside = text[text.index("Financing of the host") : text.index("Break-even: where")]
        assert max(map(len, inside.splitlines())) <= columns and inside.isascii()
        return sorted(inside.split())

    assert words(width) == words(100)


def test_owners_alone_have_no_cover(financed: Tables) -> None:
    empty = Distribution(
        **dict.fromkeys(name for name in Distribution.__dataclass_fields__ if name != "count"), count=0
    )
    none = dict.fromkeys(("dscr_min_base", "dscr_min_day", "dscr_average_base", "llcr_base", "plcr_base", "lock_up"))
    found = financing(
        loans=(),
        years=(),
        dscr_min_months=(),
        cases=financing().cases[:1],
        chances=FinancingChances(0.0, None, 0.0, None, 0.08),
        **dict.fromkeys(("dscr_min", "dscr_average", "llcr", "plcr"), empty),
        **none,
    )
    tables = replace(financed, financing=found)
    text = summary_text(tables)
    assert "DSCR" not in text and "Default:" not in text and "Lender's cases" not in text
    assert "Owners' IRR, %" in text and "n/a" not in "".join(block(tables, "Chances of the financing"))
    jsonschema.validate(json.loads(to_json_text(tables)), result_schema())


def test_nothing_is_said_without_a_financing(tables: Tables) -> None:
    assert "inancing" not in summary_text(tables)
    whole = to_json_object(tables)
    assert whole["financing"] is None and whole["levelised"] is None
    assert financing_frames(tables) is None


def test_the_object_validates_and_holds_every_field(financed: Tables) -> None:
    whole = json.loads(to_json_text(financed))
    jsonschema.validate(whole, result_schema())
    found = whole["financing"]
    assert set(found) == set(FinancingTable.__dataclass_fields__)
    assert found["completion"] == "2026-09-30"
    assert found["dscr_min"]["count"] == 990 and found["dscr_min"]["p5"] == pytest.approx(0.8)
    assert found["dscr_min_months"][0] == {"day": "2030-12-31", "share": 0.4}
    assert found["owners"]["irr"]["status"] == STATUS and found["owners"]["irr"]["of_expected_flows"] == 0.108
    assert found["owners"]["mirr"] is None and found["owners"]["moic"]["p50"] == 3.0
    assert found["loans"][0]["covers"] == {"base": 1.35}
    assert [case["name"] for case in found["cases"]] == ["base", "p90"]
    assert whole["levelised"]["unit"] == "kW/month" and whole["levelised"]["cost"]["mean"] == 120.0
    broken = json.loads(to_json_text(financed))
    broken["financing"]["chances"]["default"] = 1.5
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, result_schema())


def test_data_frames(financed: Tables) -> None:
    frames = financing_frames(financed)
    assert frames is not None
    assert frames.cover.loc[2029, "dscr_p50 [1]"] == 1.3
    assert frames.cover.loc[2030, "below_one [1]"] == 0.02
    assert frames.schedule.loc[date(2029, 12, 31), "debt [USD]"] == 360e6
    assert frames.cases.loc["p90", "dscr_min [1]"] == 0.97
    assert frames.cases.loc["p90", "debt_at_end [USD]"] == 4.2e7


@pytest.mark.slow
@pytest.mark.parametrize("name", ["project-finance", "wind-farm-debt"])
def test_examples_from_file_to_report(name: str) -> None:
    result = value(EXAMPLES / f"{name}.yaml", paths=512)
    jsonschema.validate(json.loads(result.to_json()), result_schema())
    text = summary_text(result.tables)
    assert "Financing of the" in text and "Chances of the financing" in text and " nan" not in text
    assert result.financing is not None and not result.financing.cover.empty
    assert all(check.ok for check in result.tables.checks)
