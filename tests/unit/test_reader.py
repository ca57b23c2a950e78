"""The reader: YAML 1.2 with places, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.errors import Problem, SpecError
from valuation.spec import reader
from valuation.spec.reader import parse, parse_value, read


def faults(text: str) -> list[Problem]:
    with pytest.raises(SpecError) as raised:
        parse(text, "x.yaml")
    return list(raised.value.problems)


def test_yaml_1_2_scalars() -> None:
    text = (
        "country: NO\nswitch: off\nyes: yes\ndate: 2026-10-01\ntime: 12:30:00\noctal: 010\nexp: 1e6\nplain: 1_000\n"
        "half: .5\nflag: true\nnone: ~\nempty:\nquoted: '5'\ntilde: '~'\nyear: !!str 2026\ninf: -.inf\n"
    )
    assert parse(text, "x.yaml").tree == {
        "country": "NO", "switch": "off", "yes": "yes", "date": "2026-10-01", "time": "12:30:00", "octal": 10,
        "exp": 1e6, "plain": 1000, "half": 0.5, "flag": True, "none": None, "empty": None, "quoted": "5", "tilde": "~",
        "year": "2026", "inf": float("-inf"),
    }  # fmt: skip


def test_places_of_keys_and_values() -> None:
    document = parse("a:\n  b: [1, {c: 2}]\n2026-10-01: x\n", "x.yaml")
    assert [(document.values[loc].line, document.values[loc].column) for loc in (("a",), ("a", "b", 1, "c"))] == [
        (2, 3),
        (2, 14),
    ]
    assert (document.keys[("a", "b")].line, document.keys[("a", "b")].column) == (2, 3)
    assert document.values[("2026-10-01",)].source == "2026-10-01: x"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\na: 2\n", 2, 1, "duplicate key 'a', first in line 1"),
        ("a:\n\tb: 1\n", 2, 1, "indented with a tab"),
        ("a: [1, 2\n", 2, 1, "expected ',' or ']'"),
        ("a: b: c\n", 1, 5, "put a text that contains ': ' into quotes"),
        ("a: *nowhere\n", 1, 4, "undefined alias"),
        ("a: 1\nb\nc: 2\n", 2, 1, "is a colon missing?"),
        ("a:\n  b: 1\n   c: 2\n", 3, 5, "this line is indented by 3, the one that it follows (line 2) by 2"),
        ("a:\n  b:\n    c: 1\n   d: 2\n", 4, 4, "this line is indented by 3, the mapping it belongs to (line 2) by 2"),
        ("a:\n   b: 1\n  c: 2\n", 3, 3, "this line is indented by 2, the mapping it belongs to (line 1) by 0"),
        ("a: [1]\n'b' c\n", 2, 1, "is a colon missing?"),
        ("a: 'x' y\n", 1, 8, "put the whole value into quotes"),
        ("? [1, 2]\n: 3\n", 1, 3, "a key must be a single word or number"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", 2, 5, "merge keys"),
        ("a: \x01\n", 1, 4, "U+0001 is not allowed"),
        ("a: &x [*x]\n", 1, 4, "more than 40 levels"),
    ],
)
def test_what_is_no_contract(text: str, line: int, column: int, message: str) -> None:
    (problem,) = faults(text)
    assert (problem.line, problem.column) == (line, column), problem
    assert message in problem.message


@pytest.mark.parametrize("text", ["", "# nothing\n", "- 1\n- 2\n", "just words\n"])
def test_a_contract_is_a_mapping(text: str) -> None:
    (problem,) = faults(text)
    assert "empty" in problem.message or "expected a mapping" in problem.message


def test_all_duplicate_keys_at_once() -> None:
    assert [problem.line for problem in faults("a: 1\na: 2\nb: {c: 1, c: 2}\n")] == [2, 3]


def test_few_aliases_are_fine() -> None:
    assert parse("a: &x {b: 1}\nc: *x\n", "x.yaml").tree == {"a": {"b": 1}, "c": {"b": 1}}


def test_deep_nesting_is_refused() -> None:
    (problem,) = faults("a: " + "[" * 500 + "]" * 500)
    assert "levels" in problem.message


def test_a_range_with_its_unit_behind_keeps_all_columns() -> None:
    document = parse("rate: {value: 1 %/year, range: [0.2, 2] %/year, note: here}\n", "x.yaml")
    assert document.tree["rate"] == {"value": "1 %/year", "range": "[0.2, 2] %/year", "note": "here"}
    assert document.values[("rate", "note")].column == 55
    assert document.values[("rate",)].source.endswith("range: [0.2, 2] %/year, note: here}")
    assert parse("range: [1, 2]\n", "x.yaml").tree == {"range": [1, 2]}
    assert parse("range: [1, 2]   # why\n", "x.yaml").tree == {"range": [1, 2]}


def test_single_values() -> None:
    assert parse_value("131.3 USD/kW/month", "--set x").tree == {"value": "131.3 USD/kW/month"}
    assert parse_value("{from: 2026-07-31, months: 6}", "--set x").tree["value"] == {"from": "2026-07-31", "months": 6}
    assert parse_value("", "--set x").tree == {"value": None}
    assert parse_value("5", "--set x").values[("value",)].line == 0


def test_file_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("a: 1\n" + "#" * 2000)
    monkeypatch.setattr(reader, "MAX_BYTES", 1000)
    with pytest.raises(SpecError, match="long curves go to a CSV"):
        read(file)


def test_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes("\ufeffa: 1\r\nb: 2 MW\r\n".encode())
    document = read(file)
    assert document.tree == {"a": 1, "b": "2 MW"}
    assert document.values[("b",)].line == 2


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        document = parse(text, "x.yaml")
    except SpecError as error:
        assert error.problems
        return
    assert isinstance(document.tree, dict)


@given(st.text(alphabet="ab:-[]{},&*#'\"!|>%@`?\t\n 01", max_size=40))
def test_no_syntax_breaks_the_reader(text: str) -> None:
    try:
        parse(text, "x.yaml")
    except SpecError as error:
        assert str(error)


def test_problem_shows_a_window_of_a_long_line() -> None:
    problem = Problem("x.yaml", 3, 400, "a.b", "wrong", "x" * 399 + "!" + "y" * 300)
    first, source, caret = str(problem).splitlines()
    assert first == "x.yaml:3:400: error: a.b: wrong"
    assert source[caret.index("^")] == "!"
    assert len(source) < 130


def test_a_number_without_end_is_no_number() -> None:
    assert parse(f"a: {'9' * 400}\n", "x.yaml").tree == {"a": float("inf")}


def test_a_workbook_is_told_from_a_contract(tmp_path):
    book = tmp_path / "deal.xlsx"
    book.write_bytes(b"PK\x03\x04\xc7")
    with pytest.raises(SpecError, match="this is a workbook or an archive, expected the contract file"):
        read(book)
