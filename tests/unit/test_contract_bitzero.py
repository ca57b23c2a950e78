"""The first of the shipped contracts: each value has a place, and each is really read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from valuation import registry
from valuation.errors import SpecError
from valuation.shipped import shipped
from valuation.spec import load, spec_sha256
from valuation.spec.complaints import written
from valuation.spec.document import Document, Loc
from valuation.spec.load import Source
from valuation.spec.locate import find
from valuation.spec.paths import values
from valuation.spec.quantity import Dated, Quantity, Switch

BITZERO = shipped("contracts") / "bitzero.yaml"
SOURCE = Source.read(BITZERO)
CONTRACT = SOURCE.contract()
VALUES = [value for value in values(CONTRACT) if not isinstance(value, Switch)]


def in_file(value: Quantity | Dated) -> Loc | None:
    """Where the file writes a value, None for a default."""
    try:
        loc = find(CONTRACT.tree, value.path)
    except LookupError:
        return None
    loc = written(SOURCE.document, loc)
    here: object = CONTRACT.tree
    for part in loc:
        if not (isinstance(here, dict) and part in here) and not (isinstance(here, list) and len(here) > int(part)):
            return None
        here = here[part]  # type: ignore[index]
    return (*loc, "value") if isinstance(here, dict) and "value" in here else loc


WRITTEN = [(value, loc) for value in VALUES if (loc := in_file(value)) is not None]


def test_values_of_the_market_are_named_so() -> None:
    assert {value.path.split(".")[0] for value in values(CONTRACT.market)} == {"market"}


def text_with(text: str, document: Document, loc: Loc, new: str) -> str:
    """A file in which one scalar is replaced."""
    mark = document.values[loc]
    lines = text.splitlines(keepends=True)
    line = lines[mark.line - 1]
    old = re.match(r"[^,}\]#\n]+?(?=\s*[,}\]#\n])", line[mark.column - 1 :])
    assert old, line
    lines[mark.line - 1] = line[: mark.column - 1] + new + line[mark.column - 1 + old.end() :]
    return "".join(lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    copy = tmp_path_factory.mktemp("deal") / "contracts"
    shutil.copytree(BITZERO.parent, copy)
    yield copy


@pytest.mark.parametrize(("value", "loc"), WRITTEN, ids=[value.path for value, _ in WRITTEN])
def test_a_wrong_unit_is_found_where_it_stands(value: Quantity | Dated, loc: Loc, folder: Path) -> None:
    market = loc[0] == "market"
    file = folder / "markets" / "nordic.yaml" if market else folder / "bitzero.yaml"
    text = file.read_text(encoding="utf-8")
    own = Document({}, SOURCE.document.values, SOURCE.document.keys)
    try:
        file.write_text(text_with(text, own, loc, "5 zorkmid"), encoding="utf-8")
        with pytest.raises(SpecError) as raised:
            load(folder / "bitzero.yaml")
    finally:
        file.write_text(text, encoding="utf-8")
    mark = SOURCE.document.values[loc]
    places = {(Path(problem.file).name, problem.line, problem.column) for problem in raised.value.problems}
    assert places == {(file.name, mark.line, mark.column)}


def test_every_value_moves_the_digest() -> None:
    seen = {spec_sha256(CONTRACT): "the contract as it stands"}
    for value, _ in WRITTEN:
        if isinstance(value, Dated):
            continue
        number = value.value + (1 if value.unit == "" and value.value >= 1 else 0.01)
        setting = f"{value.path}={int(number) if number == int(number) and not value.unit else number!r} {value.unit}"
        try:
            digest = spec_sha256(SOURCE.contract(None, [setting]))
        except SpecError:
            continue  # beyond a bound: it is read, too
        assert digest not in seen, (setting, seen[digest])
        seen[digest] = setting
    assert len(seen) > 50


@pytest.mark.parametrize("scenario", CONTRACT.scenarios)
def test_every_scenario_can_be_valued_and_moves_something(scenario: str) -> None:
    changed = SOURCE.contract(scenario)
    assert changed.scenario == scenario
    assert spec_sha256(changed) != spec_sha256(CONTRACT)
    assert changed.warnings == ()


def test_the_deal_in_short() -> None:
    assert (CONTRACT.id, CONTRACT.stage, CONTRACT.currency, CONTRACT.view) == (
        "bitzero",
        "letter of intent",
        "USD",
        "host",
    )
    assert list(CONTRACT.factors) == [
        "power.NO4",
        "fx.EURUSD",
        "inflation.NO",
        "power.NO2",
        "utilisation",
        "active_customers",
    ]
    assert list(CONTRACT.hazards) == ["revocation"]
    assert CONTRACT.hurdle.canonical == 0.09
    assert {claim.check is not None for claim in CONTRACT.claims} == {True, False}
    assert len(CONTRACT.not_modelled) >= 5


def test_the_article_is_believed_nowhere_but_in_its_scenarios() -> None:
    for value in VALUES:
        assert value.provenance.source != "article-bitzero", value.path


def test_every_registered_class_is_described() -> None:
    for name, cls in {**registry.clauses(), **registry.factors()}.items():
        assert cls.__doc__ and cls.__doc__ != cls.__mro__[1].__doc__, name
        assert cls.model_fields  # type: ignore[attr-defined]


def test_nobody_else_takes_a_registered_name() -> None:
    with pytest.raises(ValueError, match="'capex' is entered twice"):
        registry.clause("capex")(type("Other", (), {}))
