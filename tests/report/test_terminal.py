"""The summary on standard output."""

import io
import os
from dataclasses import replace
from pathlib import Path

from valuation.report.summary_layout import WIDTH
from valuation.report.terminal import print_summary, summary_text
from valuation.tables import Tables

GOLDEN = Path(__file__).with_name("summary.golden.txt")


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


def test_plain_text_is_ascii_and_fits_the_width_but_for_the_command(tables: Tables) -> None:
    long = replace(tables, audit=replace(tables.audit, command="valuate " + "x" * 200))
    lines = summary_text(long).splitlines()
    assert max(len(line) for line in lines[:-1]) <= WIDTH
    assert lines[-1].strip() == long.audit.command
    assert all(line.isascii() for line in lines)


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
    paid = replace(
        tables, base=replace(tables.base, irr_status="total_loss"), irr=replace(tables.irr, distribution=none)
    )
    text = summary_text(paid)
    assert text.index("Remarks") < text.index("Value\n") and text.count("Remarks") == 1
    rows = [line.split()[-1] for line in text.splitlines() if line.startswith("  IRR below")]
    assert rows == ["n/a", "n/a"]


def test_a_small_change_in_the_bridge_has_one_more_digit(tables: Tables) -> None:
    base, volatility, *rest = tables.bridge
    small = replace(tables, bridge=(base, replace(volatility, change=0.04e6), *rest))
    rows = [line for line in summary_text(small).splitlines() if line.startswith("  + volatility")]
    assert rows[0].split()[-3] == "0.04"


def test_several_hazards_have_a_line_each(tables: Tables) -> None:
    assert "first event" not in summary_text(tables)
    two = replace(tables.probability, by_cause={"revocation": 0.1, "default": 0.05})
    assert summary_text(replace(tables, probability=two)).count("first event") == 2
