"""The sentence beside a formula."""

import pytest

from valuation.errors import PlanError
from valuation.kernel.opcodes import DRAWS, OPS, VARIADIC
from valuation.plan.formula_words import SENTENCES, words
from valuation.plan.timeops import TIME_OPS

LEFT_TO_THE_COLUMN = {
    "event_time": {"hazard_before", "from_position", "to_position"},
    "span": {"from_position", "to_position"},
    "falls_in": {"from_position", "to_position"},
    "position_at_start": {"first_month"},
    "position_at_end": {"first_month"},
    "from_date": {"date"},
    "curve": {"dates"},
    "steps": {"dates"},
}
"""Operands that a sentence leaves out: the month that the column stands for, the first of them, the dates beside a
table's values."""


@pytest.mark.parametrize("op", [*OPS, *TIME_OPS])
def test_the_sentence_names_what_the_line_is_computed_from(op: str) -> None:
    operands = OPS[op].operands if op in OPS else TIME_OPS[op][0]
    labels = {name: f"Label {at}" for at, name in enumerate(operands)}
    sentence = words(op, list(labels.values()))
    missing = {name for name, label in labels.items() if label not in sentence}
    assert missing == LEFT_TO_THE_COLUMN.get(op, set())
    assert not {"{", "}", "*"} & set(sentence)
    assert len(sentence) < 110


def test_no_sentence_is_of_an_unknown_op() -> None:
    assert set(SENTENCES) <= {*OPS, *TIME_OPS, *DRAWS, *VARIADIC}


@pytest.mark.parametrize(
    ("op", "labels", "sentence"),
    [
        ("sum", ["Rent", "Energy", "-Tax", "-2.5"], "Rent + Energy - Tax - 2.5"),
        ("sum", ["-Tax", "Rent"], "-Tax + Rent"),
        ("prod", ["Energy used", "Power price (EUR/MWh)"], "Energy used x Power price (EUR/MWh)"),
        ("mul_add", ["Share", "Price", "Fee"], "Share x Price + Fee"),
        ("sub", ["Rent", "-3"], "Rent - (-3)"),
        ("divide", ["Cost*", "Months"], "Cost* / Months"),
        ("take_or_pay", ["Use", "Agreed share", "Full rent"], "Full rent x the higher of Use and Agreed share"),
        ("pick", ["Days", "28", "short", "30", "long", "31", "long"], "short or long by Days"),
        ("pick", ["Days", "28", "a", "29", "b", "30", "c", "31", "d"], "a, b and so on by Days"),
        ("draw_normal", [], "drawn at random"),
    ],
)
def test_sentences(op: str, labels: list[str], sentence: str) -> None:
    assert words(op, labels) == sentence


@pytest.mark.parametrize(("op", "labels"), [("span", ["a"]), ("add", ["a"]), ("nonsense", ["a"])])
def test_another_number_of_labels_is_refused(op: str, labels: list[str]) -> None:
    with pytest.raises(PlanError, match=op):
        words(op, labels)
