"""Reads a contract with each of its scenarios, as `valuate check` does: every problem, and in which scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from valuation.errors import Problem, SpecError
from valuation.spec.contract import Contract
from valuation.spec.document import Document
from valuation.spec.load import Source
from valuation.spec.overrides import apply_scenario, apply_setting, met


@dataclass(frozen=True)
class Proof:
    """A contract that can be valued, and so can be its scenarios.

    Parameters
    ----------
    contract : the file with the overrides, and with the scenario where one was asked for.
    warnings : those of the contract and of its scenarios, in the order of the file.
    notes : what was not looked into, and why.
    """

    contract: Contract
    warnings: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def prove(source: Source, scenario: str | None = None, overrides: Iterable[str] = ()) -> Proof:
    """The contract, with what there is to say of it.

    Parameters
    ----------
    source : the files.
    scenario : scenario to read alone; without it the file as it stands, and each of its scenarios.
    overrides : `path=value` texts, applied everywhere. A scenario in which one meets nothing, because the scenario
        takes away what it would change, is left out with a note.

    Raises
    ------
    SpecError : with every problem found; one that only scenarios have names them.
    """
    settings = tuple(overrides)
    contract: Contract | None = None
    problems: tuple[Problem, ...] = ()
    try:
        contract = source.contract(scenario, settings)
    except SpecError as error:
        problems = error.problems
    notes: list[str] = []
    errors_of: dict[str, tuple[Problem, ...]] = {}
    warnings_of: dict[str, tuple[Problem, ...]] = {}
    for name, lost in _scenarios(source.document, settings) if scenario is None else ():
        if lost:
            notes.append(f"scenario {name} is not looked into: it takes away what --set {lost} would change")
            continue
        try:
            warnings_of[name] = source.contract(name, settings).warnings
        except SpecError as error:
            errors_of[name] = error.problems
    problems += _of_scenarios(errors_of, problems)
    if problems or contract is None:
        raise SpecError(problems)
    warnings = contract.warnings + _of_scenarios(warnings_of, contract.warnings)
    return Proof(contract, tuple(sorted(set(warnings))), tuple(notes))


def _scenarios(document: Document, settings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Scenarios that can be applied, each with the first setting that meets nothing in it, if any.

    Gives none where a setting meets nothing in the file either: that is reported once, with the file.
    """
    scenarios = document.tree.get("scenarios")
    for name, raw in scenarios.items() if isinstance(scenarios, dict) else ():
        file, changed = document.copy(), document.copy()
        if not isinstance(raw, dict) or not _done(partial(apply_scenario, changed, name)):
            continue  # what is wrong with it is reported with the file
        lost = ""
        for setting in settings:
            in_file, in_scenario = met(file, setting), met(changed, setting)
            if not _done(partial(apply_setting, file, setting)):
                return
            if in_file and not in_scenario:
                lost = setting
                break
            _done(partial(apply_setting, changed, setting))
        yield name, lost


def _done(step: Callable[[], None]) -> bool:
    try:
        step()
    except SpecError:
        return False
    return True


def _of_scenarios(found: Mapping[str, tuple[Problem, ...]], known: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems where the file itself has none, each once, with the scenarios that have it."""
    places = {_place(problem) for problem in known}
    names: dict[Problem, list[str]] = {}
    for scenario, problems in found.items():
        for problem in problems:
            if _place(problem) not in places:
                names.setdefault(problem, []).append(f"'{scenario}'")
    return tuple(
        replace(problem, message=f"{problem.message} (in the scenario{'s' * (len(of) > 1)} {', '.join(of)})")
        for problem, of in names.items()
    )


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.path
