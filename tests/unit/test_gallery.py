"""The gallery: each clause and risk that is registered has a fresh page, an example of its own, and an oracle."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from valuation import registry
from valuation.spec import load

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted({*registry.clauses(), *registry.factors()})


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "docs" / "make_gallery.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


GALLERY = _script()


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    found: dict[str, str] = GALLERY.pages()
    return found


def test_every_page_is_fresh_and_none_is_left_over(pages: dict[str, str]) -> None:
    there = {str(p.relative_to(GALLERY.GALLERY)): p.read_text(encoding="utf-8") for p in GALLERY.GALLERY.rglob("*.md")}
    assert set(there) == set(pages), "run python docs/make_gallery.py"
    stale = [name for name, text in pages.items() if there[name] != text]
    assert not stale, "run python docs/make_gallery.py"


@pytest.mark.parametrize("name", NAMES)
def test_each_has_an_example_of_its_own_and_an_oracle(name: str) -> None:
    example = ROOT / "contracts" / "examples" / f"{name.replace('_', '-')}.yaml"
    assert example.is_file(), f"a clause or risk ships with an example: write {example.relative_to(ROOT)}"
    contract = load(example)
    assert GALLERY._users(contract, name), f"{example.name} does not use {name}"
    assert contract.id == name
    assert contract.stage == "example"
    assert not contract.warnings
    assert GALLERY.oracles(name), f"no file of tests/oracles checks the numbers of {name}"


@pytest.mark.parametrize("name", NAMES)
def test_an_example_begins_with_words_for_a_newcomer(name: str) -> None:
    text = (ROOT / "contracts" / "examples" / f"{name.replace('_', '-')}.yaml").read_text(encoding="utf-8")
    comment = [
        line for line in text.split("\nid:")[0].splitlines() if line.startswith("# ") and "yaml-lang" not in line
    ]
    assert len(" ".join(comment).split()) >= 20


def test_a_page_shows_what_its_clause_becomes(pages: dict[str, str]) -> None:
    page = pages["clauses/fixed_cost.md"]
    assert "month operations.cost = mul(" in page
    assert "| Operations | EUR | 1,800,000 | 1,836,000 |" in page  # 180 EUR/kW/year × 10 MW; 2 % a year
    assert "test_clauses_by_hand.py" in page
