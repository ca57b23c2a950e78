"""No wrong file brings the reader down: whatever stands in a contract, it is read or refused with a place."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from valuation.errors import SpecError
from valuation.spec.document import Loc
from valuation.spec.load import Source, load
from valuation.spec.overrides import check_scenarios

pytestmark = pytest.mark.slow

SMALL = Path(__file__).resolve().parents[1] / "data" / "small.yaml"
SOURCE = Source.read(SMALL)
NASTY: tuple[Any, ...] = (
    None, [], {}, "x", "", 5, -1.5, float("inf"), True, [1], {"a": 1}, "5 zorkmid", float("nan"), ["x", "y"],
    {"value": None}, {"value": {"value": 1}}, {"2026-10-01": "5 MW"}, {"file": "x.csv", "column": "y"}, "2026-10-01",
    {"name": "x"},
)  # fmt: skip


def places(node: Any, loc: Loc = ()) -> Iterator[Loc]:
    """Every place of a tree but its root."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in items:
        yield (*loc, key)
        yield from places(inner, (*loc, key))


PLACES = list(places(SOURCE.document.tree))


@pytest.mark.parametrize("nasty", NASTY, ids=lambda value: repr(value)[:30])
def test_any_value_anywhere_is_read_or_refused(nasty: Any) -> None:
    refused = 0
    for loc in PLACES:
        document = SOURCE.document.copy()
        parent: Any = document.tree
        for part in loc[:-1]:
            parent = parent[part]
        parent[loc[-1]] = deepcopy(nasty)
        try:
            Source(SOURCE.file, document, SOURCE.market_folder, tuple(check_scenarios(document))).contract()
        except SpecError as error:
            refused += 1
            assert str(error)
            assert all(problem.file and problem.line for problem in error.problems), (loc, error.problems)
    assert refused > len(PLACES) // 2


def test_what_is_left_out_is_defaulted_or_named() -> None:
    refused = 0
    for loc in PLACES:
        document = SOURCE.document.copy()
        parent: Any = document.tree
        for part in loc[:-1]:
            parent = parent[part]
        if isinstance(parent, dict):
            del parent[loc[-1]]
            try:
                Source(SOURCE.file, document, SOURCE.market_folder, tuple(check_scenarios(document))).contract()
            except SpecError as error:
                refused += 1
                assert all(problem.line for problem in error.problems)
    assert refused > 30


@pytest.mark.parametrize(
    "text", ["", "x", "5", "null", "{}", "[]", "{value: 1}", "5 MW", "'", "2026-10-01", "*a", "!!x 1"]
)
def test_any_setting_is_taken_or_refused(text: str) -> None:
    for loc in PLACES:
        path = ".".join(f'"{part}"' if "." in str(part) else str(part) for part in loc)
        try:
            SOURCE.contract(None, [f"{path}={text}"])
        except SpecError as error:
            assert all(problem.line or problem.file.startswith("--set ") for problem in error.problems), error.problems


def test_any_damage_to_the_text_is_read_or_refused(tmp_path: Path) -> None:
    shutil.copytree(SMALL.parent / "markets", tmp_path / "markets")
    whole = SMALL.read_text(encoding="utf-8")
    draw = random.Random(1)
    refused = 0
    for _ in range(150):
        text = list(whole)
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(len(text))
            text[at : at + draw.randint(0, 3)] = draw.choice(
                ["", ":", "-", "\n", "\t", "{", "]", "'", "#", "&a ", "*a", "é", "\x00", ": "]
            )
        (tmp_path / "damaged.yaml").write_text("".join(text), encoding="utf-8")
        try:
            load(tmp_path / "damaged.yaml")
        except SpecError as error:
            refused += 1
            assert all(problem.file for problem in error.problems)
    assert refused > 50
