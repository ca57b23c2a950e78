"""One contract valued: ``load_contract`` and ``value``, and the result with its tables, arrays, workbook and JSON."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from valuation.appraisal.appraise import Appraisal, Previous, Progress, Settings, appraise
from valuation.appraisal.pages import with_pages
from valuation.appraisal.uncertainty.table import DRAWS
from valuation.errors import ValuationError
from valuation.report import frames
from valuation.report.excel import NotReadable, edited_inputs, read_record, write_workbook
from valuation.report.financing_frames import FinancingFrames, financing_frames
from valuation.report.json import to_json_text
from valuation.spec import Contract, load
from valuation.statistics.sums import Floats
from valuation.tables import Audit, ChangeLog, ParameterUncertainty, Tables

if TYPE_CHECKING:
    import pandas as pd

PATHS, SEED = 100_000, 1
"""What a run uses where nothing else is asked for."""

FEWEST_PATHS = 2
"""One path has no standard error."""


@dataclass(frozen=True)
class Result:
    """A valuation. Money is in units of the contract's currency, rates and probabilities are fractions."""

    appraisal: Appraisal

    @property
    def tables(self) -> Tables:
        """Everything that a report shows, as frozen data."""
        return self.appraisal.tables

    @property
    def audit(self) -> Audit:
        """Seed, paths, digests, version, and the command that reproduces the run."""
        return self.tables.audit

    @property
    def parameter_uncertainty(self) -> ParameterUncertainty | None:
        """The run with drawn parameters, beside that with the stated ones; None where it was not asked for."""
        return self.tables.parameter_uncertainty

    @property
    def previous(self) -> ChangeLog | None:
        """What changed since an earlier run, and the bridge from its NPV to the new one; None where none was given."""
        return self.tables.previous

    @property
    def npv(self) -> Floats:
        """Net present value after tax by path [n] [contract currency]."""
        return self.appraisal.npv

    @property
    def irr(self) -> Floats:
        """Internal rate of return after tax by path [n] [1/year]; NaN where there is none."""
        return self.appraisal.irr

    @property
    def margin(self) -> Floats:
        """Life margin by path [n] [1], PV of EBITDA / PV of revenue; NaN where there is no revenue."""
        return self.appraisal.margin

    @cached_property
    def summary(self) -> pd.DataFrame:
        """NPV, IRR and margin: base case, moments and percentiles."""
        return frames.summary_frame(self.tables)

    @cached_property
    def base(self) -> frames.BaseFrames:
        """The base case: ``.monthly`` and ``.yearly``."""
        return frames.base_frames(self.tables)

    @cached_property
    def yearly(self) -> pd.DataFrame:
        """Percentiles by calendar year."""
        return frames.yearly_frame(self.tables)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """How often each watched condition holds, by year."""
        return frames.indicators_frame(self.tables)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """What is said of the deal, held against the model."""
        return frames.claims_frame(self.tables)

    @cached_property
    def financing(self) -> FinancingFrames | None:
        """The financing: ``.cover`` by year, ``.schedule`` by service date, the lender's ``.cases``; None where the
        view has none."""
        return financing_frames(self.tables)

    @cached_property
    def workbook_tables(self) -> Tables:
        """The tables with what only the workbook shows: the tornado of the base case, and a sample of the paths with
        what drives them."""
        return with_pages(self.appraisal)

    def to_excel(self, path: str | Path) -> None:
        """Writes the workbook, whole or not at all; a file that stands there is replaced."""
        write_workbook(self.workbook_tables, Path(path))

    def to_json(self) -> str:
        """The result as the text of one JSON object; its schema is docs/schema/result.schema.json."""
        return to_json_text(self.tables)


def load_contract(
    path: str | Path, *, scenario: str | None = None, overrides: Iterable[str] = (), view: str | None = None
) -> Contract:
    """Reads and checks a contract file.

    Parameters
    ----------
    path : contract file (YAML); its market file and CSVs are found from its folder.
    scenario : scenario of the file to apply.
    overrides : ``path=value`` texts, applied after the scenario.
    view : party whose cash flow is valued, instead of the file's.

    Raises
    ------
    SpecError : with every problem found, each with file, line and column.
    """
    return load(path, scenario, listed(overrides), view)


def value(
    contract_or_path: Contract | str | Path,
    *,
    paths: int = PATHS,
    seed: int = SEED,
    threads: int | None = None,
    chunk: int | None = None,
    view: str | None = None,
    scenario: str | None = None,
    overrides: Iterable[str] = (),
    parameter_uncertainty: bool = False,
    parameter_draws: int = DRAWS,
    previous: str | Path | None = None,
    progress: Progress | None = None,
) -> Result:
    """Values a contract by simulation.

    Parameters
    ----------
    contract_or_path : a contract as read, or its file.
    paths : simulated paths, at least 2.
    seed : key of the generator, 0 … 2⁶⁴ − 1. The same seed gives the same numbers to the last bit.
    threads, chunk : workers (all cores by default) and paths per unit of work; neither changes a number.
    view : party whose cash flow is valued, by default the contract's own.
    scenario, overrides : as in ``load_contract``; on a contract as read they come on top of its own.
    parameter_uncertainty : whether the values that the files call estimates (``se``) are drawn from their laws in a
        second run on the same paths, whose results stand beside those with the stated values.
    parameter_draws : how many draws of them, at least 10; each needs 256 paths, and fewer are made where there are not
        as many.
    previous : workbook of an earlier run of the same contract, view and currency, for what has changed since.
    progress : called with the share of the paths that are done.

    Raises
    ------
    SpecError : a contract that cannot be valued as written.
    NotThePrevious : a workbook that holds no such run.
    ValuationError : numbers of paths, threads or a seed that are out of range.
    """
    contract = _contract(contract_or_path, view, scenario, listed(overrides))
    return value_as_read(
        contract,
        paths=paths,
        seed=seed,
        threads=threads,
        chunk=chunk,
        view=view or _other_view(contract),
        parameter_draws=parameter_draws if parameter_uncertainty else None,
        previous=None if previous is None else previous_run(previous, contract),
        progress=progress,
    )


def listed(overrides: Iterable[str]) -> tuple[str, ...]:
    """The overrides; a single text, which would be read letter by letter, is refused."""
    if isinstance(overrides, str):
        raise ValuationError(f"overrides must be a list of texts, write [{overrides!r}]")
    return tuple(overrides)


def value_as_read(
    contract: Contract,
    *,
    paths: int,
    seed: int,
    threads: int | None,
    chunk: int | None,
    view: str | None,
    parameter_draws: int | None = None,
    previous: Previous | None = None,
    progress: Progress | None = None,
) -> Result:
    """``value`` of a contract that has its view; ``view`` is what the command must ask for, None for nothing."""
    settings = replace(checked_settings(paths, seed, threads, chunk), parameter_draws=parameter_draws)
    words = command(contract, settings, view)
    if previous is not None:
        words = f"{words} {shlex.join(['--previous', previous.file])}"
    return Result(appraise(contract, contract.view, settings, words, progress, previous))


class NotThePrevious(ValuationError):
    """A workbook that holds no earlier run of this contract."""


def previous_run(path: str | Path, contract: Contract) -> Previous:
    """The earlier run that a workbook holds.

    Raises
    ------
    NotThePrevious : another file, or a run of another contract, view, currency or kind of money.
    """
    try:
        record = read_record(Path(path))
    except NotReadable as error:
        raise NotThePrevious(
            f"--previous '{path}': {error}; give the workbook of an earlier run of '{contract.id}'"
        ) from None
    basis = json.loads(record.contract).get("price_basis", "nominal")
    here = contract.tree.get("price_basis", "nominal")
    for what, got, expected in (
        ("contract", record.contract_id, contract.id),
        ("view", record.view, contract.view),
        ("currency", record.currency, contract.currency),
        ("price basis", basis, here),
    ):
        if got != expected:
            raise NotThePrevious(
                f"--previous '{path}': it holds a run with the {what} '{got}', expected '{expected}'; give the "
                "workbook of an earlier run of the same contract, seen from the same party, in the same money"
            )
    return Previous(str(path), record, edited_inputs(Path(path)))


def _other_view(contract: Contract) -> str | None:
    """The contract's view where it is not the one of its file."""
    if not contract.source_file:
        return None
    as_filed = load(contract.source_file, contract.scenario, contract.overrides).view
    return None if contract.view == as_filed else contract.view


def command(contract: Contract, settings: Settings, view: str | None) -> str:
    """The command that gives the same numbers again.

    Parameters
    ----------
    view : party asked for instead of the file's own, None for the file's.
    """
    words = ["valuate", contract.source_file or "FILE", "--paths", str(settings.paths), "--seed", str(settings.seed)]
    if contract.scenario is not None:
        words += ["--scenario", contract.scenario]
    for override in contract.overrides:
        words += ["--set", override]
    if view is not None:
        words += ["--view", view]
    if settings.parameter_draws is not None:
        words.append("--parameter-uncertainty")
        if settings.parameter_draws != DRAWS:
            words += ["--parameter-draws", str(settings.parameter_draws)]
    return shlex.join(words)


def _contract(
    given: Contract | str | Path, view: str | None, scenario: str | None, overrides: tuple[str, ...]
) -> Contract:
    if not isinstance(given, Contract):
        return load_contract(given, scenario=scenario, overrides=overrides, view=view)
    if scenario is None and not overrides and view in (None, given.view):
        return given
    if not given.source_file:
        raise ValuationError("a scenario, overrides or another view need a contract that was read from a file")
    return load_contract(
        given.source_file,
        scenario=given.scenario if scenario is None else scenario,
        overrides=(*given.overrides, *overrides),
        view=given.view if view is None else view,
    )


def checked_settings(paths: int, seed: int, threads: int | None, chunk: int | None) -> Settings:
    """The settings of a run; ValuationError where one is out of range."""
    if paths < FEWEST_PATHS:
        raise ValuationError(f"{paths} paths: expected at least {FEWEST_PATHS}, for a standard error")
    if not 0 <= seed < 2**64:
        raise ValuationError(f"seed {seed}: expected 0 to 2^64 - 1")
    for name, number in (("threads", threads), ("chunk", chunk)):
        if number is not None and number < 1:
            raise ValuationError(f"{name} {number}: expected at least 1")
    return Settings(paths, seed, threads, chunk)
