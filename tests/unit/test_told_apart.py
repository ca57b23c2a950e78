"""Words that tell rows with one label apart."""

from hypothesis import given
from hypothesis import strategies as st

from valuation.plan.told_apart import told_apart

PART = st.sampled_from(["build", "spend", "spend_1", "spend_2", "if_option", "of_anchor", "kept", "part_1"])
NAMES = st.sets(st.lists(PART, min_size=1, max_size=4).map(".".join), min_size=1, max_size=6)


def of(*names: str) -> list[str]:
    return list(told_apart(dict.fromkeys(names, "a label")).values())


def test_the_first_part_in_which_names_differ() -> None:
    assert of("first_hall.spend", "second_hall.spend.on_time") == ["first hall", "second hall"]
    assert of("hall.spend.on_time", "hall.late.spend", "tower.spend") == ["hall, on time", "hall, late", "tower"]
    assert of("purchase.repayment_1", "purchase.repayment_2") == ["1", "2"]
    assert of("power.cost.of_anchor", "power.cost.kept") == ["of anchor", "the rest"]


def test_a_sum_beside_its_numbered_part_needs_no_word() -> None:
    assert of("power.served.part_1", "power.served") == ["part 1", ""]


def test_only_rows_that_look_alike_need_words() -> None:
    assert told_apart({"build.spend": "Investment", "rent.billed": "Rent"}) == {}


@given(NAMES)
def test_no_two_are_told_alike(names: set[str]) -> None:
    words = of(*names)
    assert len(set(words)) == len(words)
