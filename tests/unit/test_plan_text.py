"""Plan → text → plan: the program is in the text whole, the rest are comments."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.errors import PlanError
from valuation.plan.builder import PlanBuilder
from valuation.plan.model import Measure, Origin, Payment, Plan, Record, Row, Table
from valuation.plan.text import explain_text, parse_program, program_text

NUMBERS = st.floats(allow_nan=False)
NAMES = st.from_regex(r"[a-zøπ][a-z0-9_.]{0,8}x", fullmatch=True)
ARGUMENTS = (
    NUMBERS
    | NAMES
    | NAMES.map(lambda n: f"-{n}")
    | NAMES.map(lambda n: f"{n}.prev")
    | NAMES.map(lambda n: f"-{n}.prev12")
)
ANY_TEXT = st.text(max_size=30)
ROWS = st.builds(
    Row,
    NAMES,
    st.sampled_from(["scalar", "start", "month"]),
    st.sampled_from(["sum", "mul_add", "draw_normal", "curve"]),
    st.lists(ARGUMENTS, max_size=5).map(tuple),
    unit=st.sampled_from(["", "USD/MWh", "%"]),
    opening=NUMBERS.filter(lambda x: x != 0.0) | NAMES | st.just(0.0),
    base=st.none() | NUMBERS | NAMES,
    stream=st.sampled_from(["", "power/slow/level", 'odd "name"  # x/start']),
    label=ANY_TEXT,
    section=ANY_TEXT,
    note=ANY_TEXT,
)
TABLES = st.builds(
    lambda name, dates, values, note: Table(
        name, (("date", tuple(dates)), ("value", tuple(values))), ("date", ""), note, note, Origin(note=note)
    ),
    NAMES,
    st.lists(NUMBERS, max_size=4),
    st.lists(NUMBERS, max_size=4),
    ANY_TEXT,
)
PLANS = st.builds(
    Plan,
    ANY_TEXT,
    ANY_TEXT,
    st.sampled_from(["USD", "NOK"]),
    st.integers(0, 30_000),
    st.integers(1, 500),
    st.integers(-200, 200),
    NUMBERS,
    st.just(()),
    st.lists(TABLES, max_size=2, unique_by=lambda table: table.name).map(tuple),
    st.lists(ROWS, max_size=5).map(tuple),
    st.lists(
        st.builds(Payment, NAMES, NAMES, st.sampled_from([1, -1]), st.sampled_from(["cash", "tax", "equity"]))
    ).map(tuple),
    st.lists(
        st.builds(Measure, NAMES, st.sampled_from(["npv", "irr"]), st.sampled_from(["cash", "all"]), NAMES)
        | st.builds(Measure, NAMES, st.just("mirr"), st.just("equity"), NAMES, NAMES)
        | st.builds(Measure, NAMES, st.just("moic"), st.just("equity")),
        max_size=2,
    ).map(tuple),
    st.lists(st.builds(Record, NAMES, NAMES, st.sampled_from(["final", "yearly", "yearly_sum"])), max_size=2).map(
        tuple
    ),
    st.sampled_from(["days", "whole_years"]),
)


@pytest.mark.slow
@given(PLANS)
def test_there_and_back(plan):
    """Any name, label and note, with quotes, line breaks and # in them."""
    for text in (program_text(plan), explain_text(plan)):
        again = parse_program(text)
        assert again.digest == plan.digest
        assert program_text(again) == program_text(plan)
    assert again.year_count == plan.year_count
    assert again.payments == plan.payments and again.records == plan.records and again.measures == plan.measures


def small() -> Plan:
    b = PlanBuilder(24318, 3, -1, 46203.0)
    with b.in_section("Terms"):
        b.input(
            "clauses.rent.price",
            131.3,
            "USD/kW/month",
            "Rent",
            Origin("", "derived", "paper-x", "two\nlines", 106, 200),
        )
        b.input("rate", 0.09, "%/year")
    b.table("steps", {"date": (46203.0, 46300.0), "value": (0.1, 1 / 3)}, ("date", ""))
    b.month("when", "set", 46300.0, unit="date")
    with b.in_section("Rent"):
        b.month("draw", "draw_normal", 1.0, stream="power/slow/level")
        b.month("rent", "sum", "rent.prev", "draw", opening=-1.5, base=2.0, label="The rent")
    b.pay("rent", "when", -1)
    b.measures.append(Measure("npv", "npv", "all", "rate"))
    b.records.append(Record("rent", "rent", "final"))
    return b.build("A plan", "host")


def test_reads_as_a_program():
    text = explain_text(small())
    assert "# --- Terms ---" in text and "# --- Rent ---" in text
    price = " ".join(text[text.index("input clauses.rent.price") : text.index("input rate")].replace("#", " ").split())
    assert price.startswith("input clauses.rent.price = 131.3 ")
    for words in ("[USD/kW/month]", "Rent", "derived", "paper-x", "range 106 to 200", "two lines"):
        assert words in price
    assert "month rent = sum(rent.prev, draw) opening -1.5 base 2.0" in text
    assert 'stream "power/slow/level"' in text
    assert "pay rent on when sign -1 book cash" in text
    assert all(len(line) <= 120 for line in text.splitlines())


def test_a_long_table_and_a_long_row_go_on_in_lines_that_read_back():
    b = PlanBuilder(24318, 3, -1, 46203.0)
    dates = tuple(46204.0 + 30 * k for k in range(25))
    values = tuple((k + 1) / 7 for k in range(25))
    b.table("curve", {"date": dates, "value": values}, ("date", ""), "A curve", Origin(note="word " * 60))
    b.table("empty", {"a_column_without_numbers_" + "x" * 90: (), "value": ()}, ("", ""))
    parts = [b.month(f"part_{k}.of.a.long.name", "set", float(k), label="words " * 30) for k in range(9)]
    b.month("whole", "sum", *parts, label="All of them")
    plan = b.build("A plan", "host")
    text = explain_text(plan)
    assert max(len(line) for line in text.splitlines() if "xxx" not in line) <= 120
    first = next(line for line in text.splitlines() if "46204.0" in line)
    assert first.startswith("    46204.0 46234.0") and first.endswith("  # 2026-07-01 to 2027-03-28")
    again = parse_program(text)
    assert program_text(again) == program_text(plan)
    assert dict(again.tables[0].columns) == {"date": dates, "value": values}


def test_bounds_of_a_date_are_dates():
    b = PlanBuilder(24318, 3, -1, 46203.0)
    b.input("dates.start", 46296.0, "date", "Start", Origin("", "assumption", "", "", 46204.0, 46478.0))
    said = " ".join(explain_text(b.build("A plan", "host")).replace("#", " ").split())
    assert "2026-10-01; [date]; Start; assumption; range 2026-07-01 to 2027-04-01" in said


def test_a_fault_in_a_statement_of_several_lines_names_its_first():
    text = program_text(small()) + "table t: date =\n  1.0 2.0\n  | value = one\n"
    with pytest.raises(PlanError, match=rf"line {len(program_text(small()).splitlines()) + 1} of the program"):
        parse_program(text)


def test_labels_are_not_part_of_the_digest_and_numbers_are():
    plan = small()
    rows = tuple(replace(row, label="other", note="other", section="other") for row in plan.rows)
    assert replace(plan, rows=rows).digest == plan.digest
    others = [
        replace(plan, valuation=46204.0),
        replace(plan, first_period=0),
        replace(plan, inputs=tuple(replace(i, value=i.value * (1 + 2**-52)) for i in plan.inputs)),
        replace(plan, payments=tuple(replace(p, sign=1) for p in plan.payments)),
        replace(plan, rows=tuple(replace(r, stream=r.stream and "other") for r in plan.rows)),
        replace(plan, rows=tuple(replace(r, base=None) for r in plan.rows)),
        replace(plan, tables=()),
        replace(plan, records=()),
    ]
    assert len({plan.digest, *(other.digest for other in others)}) == len(others) + 1


@pytest.mark.parametrize(
    "line",
    ["month x sum(1.0)", "conjure x = 1", "input x", "pay x on y", "measure npv = npv", "table t", "grid months two"],
)
def test_a_wrong_line_is_named(line):
    text = program_text(small()) + line + "\n"
    with pytest.raises(PlanError, match=rf"line {len(text.splitlines())} of the program"):
        parse_program(text)
