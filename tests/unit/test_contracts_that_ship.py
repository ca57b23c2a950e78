"""Every deal that ships: each value has an origin, each source stands on its page, each scenario is valued."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from valuation.shipped import shipped
from valuation.spec import spec_sha256
from valuation.spec.complaints import written
from valuation.spec.contract import Contract
from valuation.spec.load import Source
from valuation.spec.locate import find
from valuation.spec.paths import values
from valuation.spec.quantity import Dated, Quantity, Switch

ROOT = Path(__file__).resolve().parents[2]
FOLDER = shipped("contracts")
DEALS = sorted(FOLDER.glob("*.yaml"))
CHOSEN = {"dates.valuation", "market.as_of"}
"""Dates that the reader of the file chooses: they come from nowhere."""
TRUE_WARNINGS = {
    "vivopower-mo-i-rana": {"clauses.purchase.closing", "capacity.contracted"},
}
"""Warnings that a file is right to raise: a price that is sunk in a scenario, a site that is switched off for works."""


@cache
def source(file: Path) -> Source:
    return Source.read(file)


@cache
def contract(file: Path) -> Contract:
    return source(file).contract()


def stated(file: Path) -> list[Quantity | Dated]:
    return [value for value in values(contract(file)) if not isinstance(value, Switch)]


def in_file(file: Path, value: Quantity | Dated) -> bool:
    """Whether the file writes a value; a default stands nowhere."""
    try:
        loc = written(source(file).document, find(contract(file).tree, value.path))
    except LookupError:
        return False
    here: object = contract(file).tree
    for part in loc:
        if not (isinstance(here, dict) and part in here) and not (isinstance(here, list) and len(here) > int(part)):
            return False
        here = here[part]  # type: ignore[index]
    return True


def every_written_value() -> Iterator[object]:
    for file in DEALS:
        for value in stated(file):
            # the market's values are the same in every deal
            if value.path in CHOSEN or (value.path.startswith("market.") and file.stem != "bitzero"):
                continue
            if in_file(file, value):
                yield pytest.param(value, id=f"{file.stem}-{value.path}")


def by_deal() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", DEALS, ids=lambda file: file.stem)


def test_the_four_deals_ship() -> None:
    assert [file.stem for file in DEALS] == [
        "bitzero",
        "crusoe-polar-drangedal",
        "nscale-narvik",
        "vivopower-mo-i-rana",
    ]


@by_deal()
def test_every_value_has_a_path_of_its_own(file: Path) -> None:
    paths = [value.path for value in values(contract(file))]
    assert len(paths) == len(set(paths)) > 70
    assert all(paths)


@pytest.mark.parametrize("value", list(every_written_value()))
def test_every_written_value_says_where_it_comes_from(value: Quantity | Dated) -> None:
    origin = value.provenance
    assert origin.status is not None
    if origin.status in ("fact", "claim"):
        assert origin.source
    if origin.status == "derived":
        assert origin.source or origin.note
    if origin.status == "assumption":
        assert origin.note or origin.low is not None


@by_deal()
def test_defaults_are_listed_as_assumptions(file: Path) -> None:
    defaults = [value for value in stated(file) if not in_file(file, value)]
    assert len(defaults) > 8
    for value in defaults:
        assert (value.provenance.status, value.provenance.note) == ("assumption", "default of the contract language")


def page_of_sources() -> str:
    return (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


def test_sources_are_on_the_page_of_sources() -> None:
    page = set(re.findall(r"^## (\S+)$", page_of_sources(), re.MULTILINE))
    named = {text.strip() for file in (*DEALS, *(FOLDER / "markets").glob("*.yaml"))
             for text in re.findall(r"source: ([^,}\n]+)", file.read_text(encoding="utf-8"))}  # fmt: skip
    assert named <= page
    assert len(named) > 15


@by_deal()
def test_quotes_of_articles_stand_on_the_page_of_sources(file: Path) -> None:
    page = " ".join(page_of_sources().split())
    quoted = [claim for claim in contract(file).claims if claim.source.startswith("article-")]
    assert len(quoted) >= 2
    for claim in quoted:
        if "Lithuania" not in claim.quote:
            assert claim.quote.rstrip(".") in page, claim.quote


@by_deal()
def test_an_article_is_no_fact(file: Path) -> None:
    for value in stated(file):
        if (value.provenance.source or "").startswith("article-"):
            assert value.provenance.status in ("claim", "assumption"), value.path


@pytest.mark.parametrize(
    ("file", "scenario"),
    [(file, name) for file in DEALS for name in contract(file).scenarios],
    ids=lambda part: part.stem if isinstance(part, Path) else part,
)
def test_every_scenario_can_be_valued_and_moves_something(file: Path, scenario: str) -> None:
    changed = source(file).contract(scenario)
    assert changed.scenario == scenario
    assert spec_sha256(changed) != spec_sha256(contract(file))
    raised = {warning.path for warning in changed.warnings}
    assert raised <= TRUE_WARNINGS.get(file.stem, set())


@by_deal()
def test_only_true_warnings(file: Path) -> None:
    raised = {warning.path for warning in contract(file).warnings}
    assert raised <= TRUE_WARNINGS.get(file.stem, set())


@by_deal()
def test_it_says_what_it_leaves_out_and_what_was_claimed(file: Path) -> None:
    assert len(contract(file).not_modelled) >= 5
    assert contract(file).claims and contract(file).indicators
