"""A value of any kind anywhere in a shipped example is refused with a place, or the contract can be valued: what is
read is never refused, or worse, later."""

from __future__ import annotations

import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from valuation.errors import SpecError
from valuation.resolve import resolve
from valuation.spec.document import Loc
from valuation.spec.load import Source
from valuation.spec.overrides import check_scenarios

pytestmark = pytest.mark.slow

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "contracts" / "examples").glob("*.yaml"))
NASTY: tuple[Any, ...] = (
    None, [], {}, "x", 0, 1, -1, 1e9, True, "0 %", "100 %", "5 MW", "2026-10-01", "2027-04-12", "1 months", "30 years",
    "host", "outside", "gross", ["x"],
)  # fmt: skip
EACH = 60


def places(node: Any, loc: Loc = ()) -> list[Loc]:
    """Every place of a tree but its root."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place for key, inner in items for place in ((*loc, key), *places(inner, (*loc, key)))]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_what_is_read_can_be_valued(file: Path) -> None:
    source = Source.read(file)
    here = places(source.document.tree)
    draw = random.Random(file.stem)
    for _ in range(EACH):
        loc, nasty = draw.choice(here), draw.choice(NASTY)
        document = source.document.copy()
        parent: Any = document.tree
        for part in loc[:-1]:
            parent = parent[part]
        if draw.random() < 0.3 and isinstance(parent, dict):
            del parent[loc[-1]]
        else:
            parent[loc[-1]] = deepcopy(nasty)
        try:
            contract = Source(source.file, document, source.market_folder, tuple(check_scenarios(document))).contract()
        except SpecError as error:
            assert all(problem.file and problem.line for problem in error.problems), (loc, nasty, error.problems)
            continue
        try:
            resolve(contract)
        except Exception as error:
            raise AssertionError(f"{'.'.join(map(str, loc))} = {nasty!r} is read, and then: {error!r}") from error


def test_a_schedule_that_is_left_empty_is_refused() -> None:
    source = Source.read(EXAMPLES[0].with_name("capex.yaml"))
    document = source.document.copy()
    name = next(name for name, clause in document.tree["clauses"].items() if clause["structure"] == "capex")
    document.tree["clauses"][name]["schedule"] = None
    with pytest.raises(SpecError, match="expected equal months"):
        Source(source.file, document, source.market_folder, ()).contract()
