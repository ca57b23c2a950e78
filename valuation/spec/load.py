"""Reads a contract: file, market, scenario, overrides, checks. Every problem at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from valuation.errors import Problem, SpecError
from valuation.spec.checks import findings
from valuation.spec.complaints import problems_of, spoken, written
from valuation.spec.context import CsvTexts, Reading
from valuation.spec.contract import Contract, Loaded
from valuation.spec.document import Document, Loc, Mark
from valuation.spec.locate import find
from valuation.spec.names import market_names, names_of
from valuation.spec.overrides import apply_scenario, apply_setting, check_scenarios
from valuation.spec.paths import bind
from valuation.spec.reader import read
from valuation.spec.rest import Rest, rest_of


def load(
    path: str | Path, scenario: str | None = None, overrides: Iterable[str] = (), view: str | None = None
) -> Contract:
    """Reads and checks a contract file.

    Parameters
    ----------
    path : contract file; its market file and CSVs are found from its folder.
    scenario : name of a scenario of the file, applied first.
    overrides : `path=value` texts, applied after the scenario, in order.
    view : party whose cash flow is valued, instead of the file's.

    Raises
    ------
    SpecError : with every problem found, each with file, line and column.
    """
    return Source.read(path).contract(scenario, overrides, view)


@dataclass(frozen=True)
class Source:
    """A contract file and its market, read once and checked as often as values are replaced.

    Parameters
    ----------
    file : the contract file, as the user named it.
    document : both files as plain data; the market under `market`.
    market_folder : folder of the market file.
    problems : what showed in reading: duplicate keys, circles among the scenarios, their paths that meet nothing.
    texts : contents of the CSVs where they are known already; None where they are read from the folders.
    """

    file: Path
    document: Document
    market_folder: Path
    problems: tuple[Problem, ...] = ()
    texts: CsvTexts | None = None

    @classmethod
    def of_tree(cls, tree: dict[str, Any], texts: CsvTexts, name: str) -> Source:
        """A contract that is plain data already, as ``Contract.tree`` has it, its market under `market`.

        Parameters
        ----------
        texts : contents of its CSVs.
        name : what messages call it.
        """
        places = {loc: Mark(name) for loc in _places(tree)}
        return cls(Path(name), Document(deepcopy(tree), places, dict(places)), Path(), texts=texts)

    @classmethod
    def read(cls, path: str | Path) -> Source:
        """Reads the files; SpecError where that fails."""
        problems: list[Problem] = []
        document = read(Path(path), problems=problems)
        try:
            folder = _attach_market(document, Path(path), problems)
        except SpecError as error:
            raise SpecError([*problems, *error.problems]) from None
        return cls(Path(path), document, folder, (*problems, *check_scenarios(document)))

    def contract(self, scenario: str | None = None, overrides: Iterable[str] = (), view: str | None = None) -> Contract:
        """The contract with a scenario, overrides and view; see `load`."""
        settings = tuple(overrides)
        problems = list(self.problems)
        document = self.document.copy()
        if scenario is not None:
            _collect(problems, lambda: apply_scenario(document, scenario))
        for setting in settings:
            _collect(problems, partial(apply_setting, document, setting))
        if view is not None:
            document.tree["view"] = view
            document.values[("view",)] = document.keys[("view",)] = Mark(f"--view {view}")
        names = names_of(document.tree)
        files: dict[str, str] = {}
        known = self.texts or CsvTexts()
        recorded = (None, None) if self.texts is None else (known.own, known.market)
        of_market = market_names(names, document.tree.get("market"))
        market = Reading(of_market, self.market_folder, files, recorded=recorded[1])
        own = Reading(names, self.file.parent, files, market, recorded[0])
        contract, warnings = _validated(document, own, problems)
        if problems or contract is None:
            raise SpecError(problems)
        contract._loaded = replace(
            contract._loaded,
            source_file=str(self.file),
            scenario=scenario,
            overrides=settings,
            warnings=tuple(warnings),
            tree=document.tree,
            files=files,
            texts=CsvTexts(own.texts, market.texts),
        )
        return contract


def _places(value: Any, loc: Loc = ()) -> Iterator[Loc]:
    """Every location of plain data below its root."""
    if loc:
        yield loc
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(item, (*loc, key))


def _collect(problems: list[Problem], step: Any) -> None:
    try:
        step()
    except SpecError as error:
        problems += error.problems


def _attach_market(document: Document, file: Path, problems: list[Problem]) -> Path:
    """Reads the market file into the contract's document, under `market`. Gives the market file's folder."""
    name = document.tree.get("market")
    if not isinstance(name, str):
        if "market" in document.tree:
            raise SpecError(
                [document.problem(("market",), "expected a market file, for example 'market: markets/nordic.yaml'")]
            )
        return file.parent
    folder = file.parent.resolve()
    try:
        place = (folder / name).resolve()
    except (OSError, ValueError, RuntimeError):
        raise SpecError([document.problem(("market",), f"'{name}' is not a file name")]) from None
    if Path(name).is_absolute() or not (place.is_relative_to(folder) or place.is_relative_to(folder.parent)):
        message = f"'{name}' lies outside the contract's folder; expected a file below it, or ../markets/nordic.yaml"
        raise SpecError([document.problem(("market",), message)])
    if not place.exists():
        raise SpecError([document.problem(("market",), f"no file '{name}' seen from the contract's folder")])
    market = read(place, os.path.normpath(os.path.join(os.path.dirname(str(file)), name)), problems)
    own_key = document.keys[("market",)]
    document.forget(("market",))
    document.tree["market"] = market.tree
    document.graft(("market",), market)
    document.keys[("market",)] = own_key
    return place.parent


def _validated(document: Document, context: Reading, problems: list[Problem]) -> tuple[Contract | None, list[Problem]]:
    """The contract, where it is one, and the warnings; what is wrong is added to `problems`."""
    try:
        rest: Rest | None = Rest(Contract.model_validate(document.tree, context=context), document)
    except ValidationError as error:
        problems += problems_of(error, document)
        rest = rest_of(document, error, context)
    if rest is None:
        return None, []
    contract = rest.contract
    bind(contract, rest.document)
    place = document.mark(("market", "as_of"))
    contract._loaded = Loaded(market_file=place.file if place else "")
    warnings: list[Problem] = []
    for finding in findings(contract, rest.left_out):
        loc = rest.in_file(_loc(finding.at, rest.document))
        if rest.invented(loc):
            continue
        problem = document.problem(written(document, loc), finding.message, path=spoken(loc, document))
        (warnings if finding.warning else problems).append(problem)
    return contract, warnings


def _loc(at: Loc | str, document: Document) -> Loc:
    if not isinstance(at, str):
        return at
    try:
        return find(document.tree, at)
    except (LookupError, ValueError):
        return tuple(at.split("."))
