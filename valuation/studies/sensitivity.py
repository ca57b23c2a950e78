"""`valuate sensitivity`: tornado, spider and attribution of one contract, or a table of one or two of its inputs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import valuation
from valuation.appraisal.financing.owners import is_financed
from valuation.appraisal.ranges import out_of_reach, stated_ranges
from valuation.appraisal.risks import risk_names
from valuation.errors import ValuationError
from valuation.report import sensitivity_frames
from valuation.spec import Contract, Source, spec_sha256
from valuation.spec.financed import lacks
from valuation.statistics.sums import mean_and_error
from valuation.studies.attribution import attribution
from valuation.studies.npv import Unchanged, Whose
from valuation.studies.ranges import ranged
from valuation.studies.spider import npv_table, spider
from valuation.studies.tornado import moving_factors, tornado
from valuation.studies.trials import Trials
from valuation.tables.sensitivity import Attribution, NpvTable, Sensitivity, SpiderLine, TornadoBar

if TYPE_CHECKING:
    import pandas as pd

PATHS = 20_000
"""Paths of every run: a study makes dozens, all on the same random numbers, so that their differences are sharp."""

Say = Callable[[str, float], None]
"""Called with what is being done and the share of the runs that are done."""


@dataclass(frozen=True)
class SensitivityResult:
    """What a sensitivity study found. Money is in units of the contract's currency, shares are fractions."""

    found: Sensitivity
    """Everything that a report shows, as frozen data."""

    @cached_property
    def tornado(self) -> pd.DataFrame:
        """Inputs and factors at the ends of their ranges, the widest swing first."""
        return sensitivity_frames.tornado_frame(self.found)

    @cached_property
    def spider(self) -> pd.DataFrame:
        """Base NPV over the ranges in parts of the values."""
        return sensitivity_frames.spider_frame(self.found)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The NPV over one input or two; empty where none was asked for."""
        return sensitivity_frames.table_frame(self.found)

    @cached_property
    def attribution(self) -> pd.DataFrame:
        """Variance and expected loss by risk; empty beside a table."""
        return sensitivity_frames.attribution_frame(self.found)

    def to_excel(self, path: str | Path) -> None:
        """Writes the workbook, whole or not at all; a file that stands there is replaced."""
        from valuation.report.excel.sensitivity import write_sensitivity

        write_sensitivity(self.found, Path(path))

    def to_json(self) -> str:
        """The study as the text of one JSON object."""
        from valuation.report.sensitivity_json import sensitivity_json

        return sensitivity_json(self.found)


@dataclass
class _Work:
    """How much of the study is done."""

    say: Say
    runs: int = 0
    done: int = 0
    words: str = ""

    def begin(self, words: str, runs: int) -> None:
        """So many runs are ahead."""
        self.words, self.runs = words, runs
        self.say(words, 0.0)

    def one(self) -> None:
        """A run is done."""
        self.done += 1
        self.say(self.words, min(1.0, self.done / max(1, self.runs)))


def sensitivity(
    contract_or_path: Contract | str | Path,
    *,
    paths: int = PATHS,
    seed: int = 1,
    threads: int | None = None,
    view: str | None = None,
    scenario: str | None = None,
    overrides: Iterable[str] = (),
    also: Sequence[str] = (),
    table: Sequence[str] = (),
    mean: bool = False,
    of: Whose = "npv",
    say: Say | None = None,
) -> SensitivityResult:
    """How the NPV moves with each input, and which risk its spread and its expected loss come from.

    Parameters
    ----------
    contract_or_path : a contract that was read from a file, or its file.
    paths, seed, threads : of every run; all runs draw the same numbers.
    view, scenario, overrides : as of ``valuation.value``.
    also : paths of inputs without a range that move by ±10 % too.
    table : one path or two: only the NPV over their ranges, in five steps each.
    mean : the mean NPV in the table too, not only the base NPV.
    of : ``npv`` of the project, or ``npv_equity`` of its owners, with loans sized anew for each value of an input.
    say : called with what is being done and the share of the runs that are done.

    Raises
    ------
    SpecError : a contract that cannot be valued as written, or a path that meets nothing.
    ValuationError : more than two paths for a table, or one that is no number; paths or a seed out of range.
    """
    for name, given in (("overrides", overrides), ("also", also), ("table", table)):
        if isinstance(given, str):  # which would be read letter by letter
            raise ValuationError(f"{name} must be a list of texts, write [{given!r}]")
    trials = _trials(contract_or_path, view, scenario, tuple(overrides), paths, seed, threads)
    if len(table) > 2 or len(set(table)) < len(table):
        raise ValuationError(f"a table has one input or two different ones, got {', '.join(table)}")
    if table and also:
        raise ValuationError("'also' belongs to the tornado, which a table leaves out; a table takes ±10 % by itself")
    unchanged = Unchanged(trials, simulated=mean or not table, of=of)
    _must_be_there(unchanged)
    work = _Work(say or (lambda words, share: None))
    return SensitivityResult(
        _table_alone(unchanged, table, mean, work) if table else _whole(unchanged, tuple(also), work)
    )


def _must_be_there(unchanged: Unchanged) -> None:
    """Refuses the NPV of owners whom the viewed party does not have."""
    contract = unchanged.contract
    if unchanged.of not in get_args(Whose):
        raise ValuationError(f"of '{unchanged.of}': expected one of {', '.join(get_args(Whose))}")
    if unchanged.of == "npv_equity" and not is_financed(unchanged.plan):
        missing = lacks(contract, unchanged.of) or f"the view, {contract.view}, is not the borrower of its financing"
        raise ValuationError(f"the owners have an NPV of their own from the borrower's side of a financing: {missing}")


def _of(unchanged: Unchanged) -> list[str]:
    """The words of the command line that ask for the measure."""
    return [] if unchanged.of == "npv" else ["--of", unchanged.of]


def _whole(unchanged: Unchanged, also: tuple[str, ...], work: _Work) -> Sensitivity:
    contract, plan = unchanged.contract, unchanged.plan
    inputs = list(stated_ranges(contract, plan))
    for path in also:
        one = ranged(contract, plan, path, "--also")
        if one.path not in {known.path for known in inputs}:
            inputs.append(one)
    work.begin("moving the inputs", len(inputs) + len(moving_factors(unchanged)))
    bars, refused = tornado(unchanged, inputs, work.one)
    moved = [bar for bar in bars if bar.swing > 0.0 or bar.base_swing > 0.0]
    lines = spider(replace(unchanged, simulated=False), inputs, moved)
    shares = attribution(
        plan, risk_names(contract), unchanged.runs, lambda share: work.say("switching risks off", share)
    )
    return _found(
        unchanged,
        command_words=[word for path in also for word in ("--also", path)] + _of(unchanged),
        tornado=tuple(moved),
        unmoved=tuple(bar.path for bar in bars if bar not in moved),
        refused=(*out_of_reach(contract), *refused),
        spider=lines,
        attribution=shares,
    )


def _table_alone(unchanged: Unchanged, table: Sequence[str], mean: bool, work: _Work) -> Sensitivity:
    inputs = [ranged(unchanged.contract, unchanged.plan, path, "--table") for path in table]
    if len({one.path for one in inputs}) < len(inputs):
        raise ValuationError(f"a table has one input or two different ones, got {inputs[0].path} twice")
    work.begin("filling the table", 5 ** len(inputs))
    words = [word for one in inputs for word in ("--table", one.path)] + (["--mean"] if mean else [])
    words += _of(unchanged)
    return _found(unchanged, command_words=words, table=npv_table(unchanged, inputs, work.one))


def _found(
    unchanged: Unchanged,
    *,
    command_words: list[str],
    tornado: tuple[TornadoBar, ...] = (),
    unmoved: tuple[str, ...] = (),
    refused: tuple[tuple[str, str], ...] = (),
    spider: tuple[SpiderLine, ...] = (),
    table: NpvTable | None = None,
    attribution: Attribution | None = None,
) -> Sensitivity:
    contract, trials = unchanged.contract, unchanged.trials
    mean, se = mean_and_error(unchanged.npv)[:2] if unchanged.simulated else (None, None)
    return Sensitivity(
        contract=contract.name,
        contract_id=contract.id,
        view=contract.view,
        currency=contract.currency,
        valuation=contract.dates.valuation.date,
        scenario=contract.scenario,
        overrides=contract.overrides,
        paths=trials.paths,
        seed=trials.seed,
        version=valuation.__version__,
        spec_sha256=spec_sha256(contract),
        command=_command(trials, command_words),
        of=unchanged.of,
        base=unchanged.base_npv,
        mean=mean,
        se=se,
        tornado=tornado,
        unmoved=unmoved,
        refused=refused,
        spider=spider,
        table=table,
        attribution=attribution,
    )


def _trials(
    given: Contract | str | Path,
    view: str | None,
    scenario: str | None,
    overrides: tuple[str, ...],
    paths: int,
    seed: int,
    threads: int | None,
) -> Trials:
    from valuation.run import FEWEST_PATHS

    if paths < FEWEST_PATHS:
        raise ValuationError(f"{paths} paths: expected at least {FEWEST_PATHS}, for a standard error")
    if not 0 <= seed < 2**64:
        raise ValuationError(f"seed {seed}: expected 0 to 2^64 - 1")
    file: str | Path
    if isinstance(given, Contract):
        if not given.source_file:
            raise ValuationError("a sensitivity needs a contract that was read from a file, whose values it changes")
        scenario = given.scenario if scenario is None else scenario
        overrides, file = (*given.overrides, *overrides), given.source_file
        as_filed = Source.read(file).contract(scenario, overrides).view
        view = view or (given.view if given.view != as_filed else None)
    else:
        file = given
    return Trials(Source.read(file), scenario, overrides, view, paths, seed, threads)


def _command(trials: Trials, more: list[str]) -> str:
    """The command that gives the same numbers again."""
    words = ["valuate", "sensitivity", str(trials.source.file), "--paths", str(trials.paths)]
    words += ["--seed", str(trials.seed)]
    if trials.scenario is not None:
        words += ["--scenario", trials.scenario]
    for override in trials.overrides:
        words += ["--set", override]
    if trials.view is not None:
        words += ["--view", trials.view]
    return shlex.join([*words, *more])
