"""The cases of a comparison: contracts, scenarios of one, or its views, read and resolved; how they differ in words."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from valuation.appraisal.claims import FILE
from valuation.appraisal.financing.owners import is_financed
from valuation.errors import ValuationError
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.spec import Contract
from valuation.studies.trials import Trials


@dataclass(frozen=True)
class Case:
    """A case before it is run."""

    name: str
    trials: Trials
    contract: Contract
    plan: Plan
    rate: float = 1.0


def read_cases(
    contracts: Sequence[Contract | str | Path],
    scenarios: Sequence[str],
    views: Sequence[str],
    scenario: str | None,
    view: str | None,
    overrides: tuple[str, ...],
    settings: tuple[int, int, int | None],
) -> list[Case]:
    """The cases in the order asked for, read and resolved: what is wrong with one is said before any is run."""
    for word, given in (("scenarios", scenarios), ("views", views)):
        if isinstance(given, str):
            raise ValuationError(f"{word} must be a list of names, write [{given!r}]")
    kinds = {"contracts": len(contracts) > 1, "scenarios": bool(scenarios), "views": bool(views)}
    several = [kind for kind, asked in kinds.items() if asked]
    if not contracts or not several:
        raise ValuationError("nothing to compare: give two contracts, or one with two scenarios or two views")
    if len(several) > 1:
        both = " and ".join(several)
        raise ValuationError(f"one comparison is of contracts, of scenarios or of views, not of {both}")
    paths, seed, threads = settings
    made = []
    for one_of in contracts:
        trials = Trials.of(
            one_of, paths=paths, seed=seed, threads=threads, scenario=scenario, overrides=overrides, view=view
        )
        made.append((Path(trials.source.file).stem, trials))
    one = made[0][1]
    if scenarios:
        asked = [FILE, *scenarios] if len(scenarios) == 1 and scenarios[0] != FILE else list(scenarios)
        made = [(name, replace(one, scenario=None if name == FILE else name)) for name in asked]
    if views:
        made = [(name, replace(one, view=name)) for name in views]
    if len(made) < 2:
        raise ValuationError(f"nothing to compare: '{made[0][0]}' is the only case, give another one")
    found = []
    for name, (_, trials) in zip(_named([name for name, _ in made]), made, strict=True):
        contract = trials.contract()
        found.append(Case(name, trials, contract, resolve(contract)))
    return found


def _named(names: Sequence[str]) -> list[str]:
    """Names that tell the cases apart: the second of a kind is ``name (2)``."""
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made


def remarks(cases: Sequence[Case]) -> tuple[str, ...]:
    """What a reader of the differences must know of how the cases differ."""
    first, found = cases[0], []
    rates = {case.name: case.contract.rate_of(case.contract.view).value.canonical for case in cases}
    if len(set(rates.values())) > 1:
        told = ", ".join(f"{name} {100.0 * rate:g} %" for name, rate in rates.items())
        found.append(f"The cases are discounted at different rates ({told}), which the differences contain.")
    if len({case.contract.id for case in cases}) > 1:
        found.append(
            "Different contracts: on one market its factors have common random numbers; utilisation and events are "
            "each contract's own and drawn apart."
        )
    if len({case.contract.view for case in cases}) > 1:
        found.append("The cases are seen from different parties: a difference says who has more of the deal.")
    for case in cases[1:]:
        if case.rate != 1.0:
            found.append(
                f"{case.name}: NPVs converted at the stated rate of {case.rate:g} {first.contract.currency}/"
                f"{case.contract.currency}; its rates of return stay in {case.contract.currency}."
            )
    found += list(_loans(cases))
    spans = {case.name: (case.contract.dates.start.date, case.contract.dates.term.canonical) for case in cases}
    if len(set(spans.values())) > 1:
        told = "; ".join(f"{name} {months / 12:g} years from {start}" for name, (start, months) in spans.items())
        found.append(f"The terms differ ({told}).")
    return tuple(found)


def _loans(cases: Sequence[Case]) -> Iterator[str]:
    """How the financings of the cases differ."""
    if any(case.plan.solved is not None and case.plan.solved.loans for case in cases):
        yield "The loans of each case are sized on its own base case."
    rates = {
        case.name: case.contract.equity_discount_rate.value.canonical
        for case in cases
        if is_financed(case.plan) and case.contract.equity_discount_rate is not None
    }
    if len(set(rates.values())) > 1:
        told = ", ".join(f"{name} {100.0 * rate:g} %" for name, rate in rates.items())
        yield f"The owners' cash is discounted at different rates ({told}), which the differences contain."


def command(
    contracts: Sequence[Contract | str | Path],
    scenarios: Sequence[str],
    views: Sequence[str],
    scenario: str | None,
    view: str | None,
    overrides: Sequence[str],
    paths: int,
    seed: int,
) -> str:
    """The command that gives the same numbers again."""
    files = [given.source_file if isinstance(given, Contract) else str(given) for given in contracts]
    words = ["valuate", "compare", *files, "--paths", str(paths), "--seed", str(seed)]
    for name in scenarios or ([] if scenario is None else [scenario]):
        words += ["--scenario", name]
    if views:
        words += ["--views", ",".join(views)]
    if view is not None:
        words += ["--view", view]
    for override in overrides:
        words += ["--set", override]
    return shlex.join(words)
