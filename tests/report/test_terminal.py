"""The summary on standard output."""

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest

from valuation.report.summary_layout import WIDTH
from valuation.report.summary_words import chances
from valuation.report.terminal import page_width, print_summary, summary_text
from valuation.tables import BreakEven, ScenarioCase, Tables

GOLDEN = Path(__file__).with_name("summary.golden.txt")
SCENARIOS = (
    ScenarioCase("base", "", -7.5e6, 0.088, 0.678, -53.5e6, 1.0e6, 0.783, 10_000, True),
    ScenarioCase("credit", "the tenant can default", -7.5e6, 0.088, 0.678, -147.1e6, 1.6e6, 0.84, 10_000, False),
    ScenarioCase("price_to_the_tenant_all_in", "", -1.5881e9, None, None, -1.5524e9, 2.5e6, 1.0, 10_000, False),
)
BREAK_EVENS = {
    "rent": BreakEven("clauses.rent.price", 132.17634, "USD/kW/month", stated=131.3),
    "capex": BreakEven("clauses.build.cost", 7.921946e6, "USD/MW", stated=8e6),
    "power_price": BreakEven("clauses.power.fixed_price", 0.0311336, "USD/kWh", stated=0.0328),
}


@pytest.fixture(scope="session")
def tables(tables: Tables) -> Tables:
    """The made-up lease with scenarios, and break-evens beside what its file states."""
    return replace(tables, scenarios=SCENARIOS, break_even=BREAK_EVENS)


def flat(tables: Tables, width: int = WIDTH) -> str:
    """The summary on one line, for sentences that wrap."""
    return " ".join(summary_text(tables, width=width).split())


def part(tables: Tables, begins: str, width: int = WIDTH) -> list[str]:
    """The lines of the paragraph that begins so."""
    return next(p for p in summary_text(tables, width=width).split("\n\n") if p.startswith(begins)).splitlines()


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_summary_is_the_golden_text(tables: Tables) -> None:
    text = summary_text(tables)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(text, encoding="ascii")
    assert text == GOLDEN.read_text(encoding="ascii"), "if the change is meant: run the test with UPDATE_GOLDEN=1"


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_plain_text_is_ascii_and_fits_the_width_but_for_the_command(
    tables: Tables, hostile: Tables, width: int
) -> None:
    for found in (tables, replace(hostile, scenarios=SCENARIOS)):
        long = replace(found, audit=replace(found.audit, command="valuate " + "x" * 200))
        lines = summary_text(long, width=width).splitlines()
        assert max(len(line) for line in lines[:-1]) <= width
        assert lines[-1].strip() == long.audit.command
        assert all(line.isascii() for line in lines)


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_word_is_broken_at_any_width(tables: Tables, width: int) -> None:
    words = set(summary_text(tables, width=500).split())
    only_there = set("NPV<0 Margin Some years are left out; the workbook and --json have them all.".split())
    assert set(summary_text(tables, width=width).split()) - words - only_there == set()


def test_a_narrow_page_drops_the_outer_percentiles_last(tables: Tables) -> None:
    heads = {width: part(tables, "Value", width)[1].split() for width in (60, 80, 90, 100)}
    assert heads[100][-7:] == ["P5", "P10", "P25", "P50", "P75", "P90", "P95"]
    assert heads[90][-5:] == ["P5", "P10", "P50", "P90", "P95"]
    assert heads[80] == ["base", "mean", "+/-", "s.e.", "P5", "P50", "P95"]
    assert heads[60] == ["base", "mean", "P5", "P50", "P95"]
    assert "Standard errors of mean / P5 / P50 / P95" in flat(tables, 60)


def test_the_page_is_as_wide_as_the_terminal_within_bounds(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, width in ((40, 60), (80, 80), (113, 113), (300, 120)):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert page_width() == width
    monkeypatch.setenv("COLUMNS", "80")
    screen, pipe = Screen(), io.StringIO()
    print_summary(tables, screen)
    print_summary(tables, pipe)
    assert "Standard errors of P5 / P50 / P95: " in screen.getvalue()
    assert pipe.getvalue() == summary_text(tables), "a pipe has no width"


def test_names_keep_their_letters_where_the_stream_can_say_them(tables: Tables) -> None:
    assert "Nordøya Compute - Example" in summary_text(tables, "utf-8")
    assert "Nord?ya Compute - Example" in summary_text(tables, "ascii")


def test_both_naming_conventions_stand_above_each_other(tables: Tables) -> None:
    lines = summary_text(tables).splitlines()
    top = next(k for k, line in enumerate(lines) if "+/- s.e." in line)
    ends = {mark: lines[top].index(f" {mark} ") for mark in ("P5", "P10", "P25")}
    assert lines[top + 1].index(" P95 ") == ends["P5"] - 1
    assert lines[top + 1].index(" P90 ") == ends["P10"]


def test_pipe_gets_no_escape_and_terminal_gets_colour(tables: Tables, hostile: Tables) -> None:
    pipe, screen = io.StringIO(), Screen()
    print_summary(hostile, pipe)
    print_summary(hostile, screen)
    assert "\x1b" not in pipe.getvalue()
    assert "\x1b[" in screen.getvalue()
    assert "\x1b[31mred" not in screen.getvalue(), "an escape sequence of the contract reached the terminal"
    assert "[red]markup[/red]" in screen.getvalue(), "text of the contract was read as markup"


def test_the_verdict_stands_at_the_top_and_at_the_end(tables: Tables) -> None:
    text = summary_text(tables)
    top, end = text.split("\n\n")[0].splitlines()[1:], part(tables, "In short")[1:]
    assert top == end and len(top) == 3
    assert "does not earn its discount rate of 9.0 %" in top[0] or "earns its discount rate of 9.0 %" in top[0]
    assert "base case" in top[1] and "mean" in top[1] and "of the paths" in top[1]
    assert top[2].startswith("1 case in 20: NPV ")
    assert text.split("\n\n")[-2].startswith("In short")


@pytest.mark.parametrize(
    ("base", "mean", "said"),
    [
        (-5e6, -9e6, "the host does not earn its discount rate of 9.0 %, in the base case or in the mean."),
        (5e6, 9e6, "the host earns its discount rate of 9.0 %, in the base case and in the mean."),
        (5e6, -9e6, "the host earns its discount rate of 9.0 % in the base case, but not in the mean."),
        (-5e6, 9e6, "the host does not earn its discount rate of 9.0 % in the base case, but does in the mean."),
        (-5e6, 1e6, "in the base case; the mean lies within two standard errors of 0."),
    ],
)
def test_verdict_in_plain_words(tables: Tables, base: float, mean: float, said: str) -> None:
    npv = replace(tables.npv, mean=mean, se=1e6)
    assert said in flat(replace(tables, npv=npv, base=replace(tables.base, npv=base)))


def test_who_invests_nothing_gains_or_loses_and_who_only_pays_is_told_the_cost(tables: Tables) -> None:
    bare = replace(tables.base, npv=5e6, invests=False)
    assert "the host gains, at a discount rate of 9.0 %, in the base case and in the mean." in flat(
        replace(tables, base=bare, npv=replace(tables.npv, mean=5e6, se=1e3))
    )
    none = replace(tables.irr.distribution, mean=None)
    irr = replace(tables.irr, distribution=none, status={"total_loss": 1000})
    assert "the host only pays" in flat(
        replace(tables, base=replace(tables.base, irr=None, irr_status="total_loss"), irr=irr)
    )


def test_scenarios_are_a_table_with_one_precision(tables: Tables) -> None:
    lines = part(tables, "Scenarios of the file (NPV after tax in M USD)")
    assert lines[1].split() == ["base", "NPV", "base", "IRR", "mean", "NPV", "+/-", "s.e.", "P(NPV<0)"]
    assert lines[2].split() == ["*", "base", "-7.5", "8.8", "%", "-53.5", "1.0", "78.3", "%"]
    assert lines[4].split() == ["credit", "-7.5", "8.8", "%", "-147.1", "1.6", "84.0", "%"]
    assert lines[5].strip() == "the tenant can default"
    assert lines[6].split()[1:] == ["-1,588.1", "no", "IRR", "-1,552.4", "2.5", "100.0", "%"]
    said = " ".join(lines[7:])
    assert said.startswith("* = this run. Means over the first 10,000 paths of each. A risk that acts by events")
    assert said.endswith("leaves the base case as it is and shows in the mean.")
    assert "Scenarios" not in summary_text(replace(tables, scenarios=()))


def test_a_long_name_of_a_scenario_has_a_line_of_its_own(tables: Tables) -> None:
    long = replace(SCENARIOS[2], name="x" * 40)
    lines = part(replace(tables, scenarios=(*SCENARIOS[:2], long)), "Scenarios", 60)
    at = lines.index("  " + "x" * 40)
    assert lines[at + 1].split()[0] == "-1,588.1"


def test_break_evens_stand_beside_what_the_file_states(tables: Tables) -> None:
    lines = part(tables, "Break-even")
    assert lines[1].split() == ["in", "the", "file", "break-even", "gap"]
    assert lines[2].split() == ["Rent", "131.30", "132.18", "+0.7", "%", "USD/kW/month", "(clauses.rent.price)"]
    assert lines[3].split() == ["Investment", "8.00", "7.92", "-1.0", "%", "M", "USD/MW", "(clauses.build.cost)"]
    assert lines[4].split()[:6] == ["Power", "price", "0.03280", "0.03113", "-5.1", "%"]


def test_only_what_was_changed_is_named(tables: Tables) -> None:
    def changed(**audit: object) -> list[str]:
        found = summary_text(replace(tables, audit=replace(tables.audit, **audit)))  # type: ignore[arg-type]
        return [line[11:] for line in found.splitlines() if line.startswith("Changed ")]

    assert changed() == []
    assert changed(overrides=("a=1",)) == ["a=1"]
    assert changed(scenario="credit") == ["scenario credit"]
    assert changed(scenario="credit", overrides=("a=1",)) == ["scenario credit; a=1"]


def test_parties_have_their_roles_before_a_colon(tables: Tables) -> None:
    assert "host: Nord?ya Compute; tenant: Example Tenant" in flat(tables)


def test_amounts_of_the_value_table_have_one_precision(tables: Tables) -> None:
    large = replace(tables, base=replace(tables.base, npv=-1.3954e9))
    rows = [line.split() for line in part(large, "Value") if line.startswith("NPV ")]
    assert rows[0][5] == "-1,395"
    # the standard error, which stands behind base case and mean, has a precision of its own
    assert not any("." in cell for row in rows for at, cell in enumerate(row[-9:]) if at != 1)


def test_all_rates_are_shown_in_as_many_rows_as_they_need(tables: Tables) -> None:
    lines = part(tables, "NPV after tax by discount rate", 60)
    rates = [word for line in lines if "Discount rate" in line for word in line.split() if word[0].isdigit()]
    assert rates == ["7.0", "8.0", "9.0", "10.0", "11.0", "12.0"]
    assert len(lines) == 7


def test_years_that_are_left_out_are_said_to_be(tables: Tables) -> None:
    assert "Some years are left out; the workbook and --json have them all." in flat(tables)
    few = tuple(replace(one, years=one.years[:4]) for one in tables.indicators)
    assert "Some years are left out" not in flat(replace(tables, indicators=few))


def test_verdicts_on_claims_read_as_english_with_the_note(tables: Tables) -> None:
    lines = part(tables, "Claims")
    assert [line[:21].strip().split(maxsplit=1) for line in lines if line.startswith("  ") and line[2] != " "] == [
        ["1", "holds"],
        ["2", "contradicted"],
        ["3", "cannot be tested"],
    ]
    assert "                       note: bills 2.572 bn on these phases" in lines
    wordy = replace(tables.claims[1], note="word " * 100)
    assert "word ..." in flat(replace(tables, claims=(wordy,)))


def test_claims_are_held_against_each_other(tables: Tables) -> None:
    lines = part(tables, "Claims on one measure")
    assert "  3  cost           200.00   2,400,000   27.40       43.09" in lines
    assert "  1  margin       > 45.0 %                          67.7 %" in lines
    words = flat(tables)
    assert "Claims 1, 2 and 3 cannot all hold (margin more than 45.0 %; rent 131.31 USD/kW/month; cost 200.00" in words
    assert "Claims 1 and 3 together: rent more than 363.6 USD/kW/month." in words
    assert "on one measure" not in flat(replace(tables, claims_audit=None))


def test_missing_numbers_read_as_not_available(tables: Tables) -> None:
    spread = replace(tables.irr.distribution, mean=None, se=None, p5=None, p50=None, se_p5=None)
    bare = replace(
        tables,
        irr=replace(tables.irr, distribution=spread, of_expected_flows=None),
        base=replace(tables.base, irr=None, irr_status="no_investment", payback_years=None, margin=None),
        break_even={},
    )
    text = summary_text(bare)
    assert "Base case has no IRR" in text and "nothing invested" in text
    assert "not reached" in text and "n/a after tax" in text
    assert "the contract has no such number" in text
    assert "None" not in text and " nan" not in text


def test_the_choice_of_lease_is_named(tables: Tables) -> None:
    assert "Switches   Kind of lease: gross\n" in summary_text(tables)


def test_money_scale_follows_the_deal(tables: Tables) -> None:
    small = replace(tables, years=tuple(replace(y, cash_base=y.cash_base / 1e4) for y in tables.years))
    assert "k = thousands of USD" in summary_text(small)
    assert "M = millions of USD" in summary_text(tables)


def test_money_scale_of_a_base_case_without_cash_is_that_of_the_paths(tables: Tables) -> None:
    refused = replace(tables, years=tuple(replace(y, cash_base=0.0) for y in tables.years))
    assert "M = millions of USD" in summary_text(refused)
    assert "k = thousands of USD" in summary_text(
        replace(tables, years=tuple(replace(y, cash_base=y.cash_base / 1e9) for y in tables.years))
    )


def test_failed_check_is_printed(tables: Tables) -> None:
    failed = replace(tables, checks=(replace(tables.checks[0], ok=False, residual=1.5),))
    assert "Checks that failed" in summary_text(failed)
    assert "Checks that failed" not in summary_text(tables)


def test_a_mean_margin_that_few_paths_pull_is_named(tables: Tables) -> None:
    wide = replace(tables.margin, sd=3.1 * (tables.margin.p75 - tables.margin.p25))
    said = "The mean margin is pulled by paths with little revenue: read the median."
    assert said in " ".join(summary_text(replace(tables, margin=wide)).split())
    assert "The mean margin is pulled" not in summary_text(tables)


def test_costs_only_says_its_cost_first_and_no_chance_of_a_rate(tables: Tables) -> None:
    none = replace(tables.irr.distribution, mean=None)
    irr = replace(tables.irr, distribution=none, status={"total_loss": 1000})
    paid = replace(tables, base=replace(tables.base, irr_status="total_loss"), irr=irr)
    text = summary_text(paid)
    assert text.index("Remarks") < text.index("Value\n") and text.count("Remarks") == 1
    assert not [line for line in text.splitlines() if line.startswith("  IRR below")]


def test_who_loses_in_the_base_case_and_gains_on_some_paths_does_not_only_pay(tables: Tables) -> None:
    """The receiver of a difference that is below 0 in every month of the base case."""
    none = replace(tables.irr.distribution, mean=None)
    irr = replace(tables.irr, distribution=none, status={"total_loss": 900, "ok": 100})
    lost = replace(tables, base=replace(tables.base, irr=None, irr_status="total_loss", invests=False), irr=irr)
    verdict = flat(lost).partition("Each side")[0]  # that table has a tenant who does only pay
    assert "only pays" not in verdict and "below 0 on" in verdict


def test_a_small_change_in_the_bridge_has_one_more_digit(tables: Tables) -> None:
    base, volatility, *rest = tables.bridge
    small = replace(tables, bridge=(base, replace(volatility, change=0.04e6), *rest))
    rows = [line for line in summary_text(small).splitlines() if line.startswith("  + volatility")]
    assert rows[0].split()[-3] == "0.04"


def test_several_hazards_have_a_line_each(tables: Tables) -> None:
    assert "first event" not in summary_text(tables)
    two = replace(tables.probability, by_cause={"revocation": 0.1, "default": 0.05})
    assert summary_text(replace(tables, probability=two)).count("first event") == 2


def test_a_view_that_only_pays_has_no_lines_of_rates(tables: Tables) -> None:
    nothing = replace(tables.irr.distribution, **dict.fromkeys(("mean", "se", "sd", "p5", "p50", "p95"), None), count=0)
    cost = replace(
        tables,
        base=replace(tables.base, irr=None, irr_status="total_loss", irr_pre_tax=None, margin=None, npv=-1e9),
        irr=replace(tables.irr, distribution=nothing, of_expected_flows=None, status={"total_loss": 1000}),
    )
    text = summary_text(cost)
    assert "NPV after tax" in text and "NPV in the worst 5 %" in text
    for absent in ("IRR after tax", "Margin, EBITDA", "total loss", "Payback", "Break-even", "IRR below"):
        assert absent not in text, absent


def test_a_view_that_invests_nothing_has_no_chance_of_a_rate(tables: Tables) -> None:
    bare = replace(tables, base=replace(tables.base, invests=False, irr=None, irr_status="no_investment"))
    found = dict(chances(bare))
    assert [p for words, p in found.items() if "IRR" in words] == [None, None, None]
    assert found["NPV below 0 at the discount rate of 9.0 %"] is not None
