"""Compare: several cases on the same random numbers, so that their differences have small standard errors.

A difference is taken path by path; its standard error is that of the differences, sd(x − y)/√n, and not of two runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

import valuation
from valuation.appraisal.base import base_measures
from valuation.appraisal.digest import result_digest
from valuation.appraisal.financing.cover import base_cover
from valuation.appraisal.headline import margin_of_expected_flows
from valuation.run import listed
from valuation.spec import Contract
from valuation.spec.digest import spec_sha256
from valuation.statistics.distribution import distribution
from valuation.statistics.sums import Floats, mean_and_error, paired_difference, share
from valuation.studies.cases import Case, command, read_cases, remarks
from valuation.studies.like import conversion, money_of, refuse_unlike
from valuation.studies.owners import OwnersRun
from valuation.studies.pairing import paired
from valuation.studies.trials import Progress, Trial
from valuation.tables import CaseDifference, ComparedCase, Comparison

PATHS, SEED = 20_000, 1
"""Paths of each case and seed, where nothing else is asked for."""


def compare(
    *contracts: Contract | str | Path,
    scenarios: Sequence[str] = (),
    views: Sequence[str] = (),
    scenario: str | None = None,
    view: str | None = None,
    overrides: Iterable[str] = (),
    paths: int = PATHS,
    seed: int = SEED,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Several contracts, several scenarios of one, or several views of one, side by side on the same random numbers.

    Parameters
    ----------
    contracts : contract files, or contracts as read; the first is what the others are held against.
    scenarios : scenarios of the one contract; ``base`` is the file as it stands, which a single one is held against.
    views : parties from whose sides the one contract is valued.
    scenario, view, overrides : as of ``load_contract``, for every case.
    paths, seed, threads : of every case.
    progress : called with the share of the paths of all cases that are done.

    Raises
    ------
    SpecError : a contract that cannot be valued as written.
    ValuationError : fewer than two cases, or cases that no difference can be taken of: valued at different dates, in
        different money, or in currencies between which no market file states a rate.
    """
    more = listed(overrides)
    cases = read_cases(contracts, scenarios, views, scenario, view, more, (paths, seed, threads))
    names = [case.name for case in cases]
    read = [case.contract for case in cases]
    refuse_unlike(names, read, [case.plan for case in cases])
    cases = [replace(case, rate=conversion(names, read, place)) for place, case in enumerate(cases)]
    compared: list[ComparedCase] = []
    differences: list[CaseDifference] = []
    first, first_owners = np.empty(0), None
    for place, case in enumerate(cases):
        done = None if progress is None else _part(progress, place, len(cases))
        trial = case.trials.trial(case.contract, progress=done)
        npv = trial.npv if case.rate == 1.0 else case.rate * trial.npv
        owners = None if trial.owners is None else case.rate * trial.owners.npv
        compared.append(_with_owners(_compared(case, trial, npv), case, trial.owners))
        if place:
            less = _difference(cases[0], case, compared[0], compared[-1], first, npv)
            differences.append(_with_owners_difference(less, compared[0], compared[-1], first_owners, owners))
        else:
            first, first_owners = npv, owners
    return Comparison(
        currency=read[0].currency,
        price_basis=money_of(read[0]),
        valuation=read[0].dates.valuation.date.isoformat(),
        cases=tuple(compared),
        differences=tuple(differences),
        remarks=remarks(cases),
        paths=paths,
        seed=seed,
        overrides=more,
        version=valuation.__version__,
        command=command(contracts, scenarios, views, scenario, view, more, paths, seed),
    )


def _part(progress: Progress, place: int, count: int) -> Progress:
    """Progress of one case as a part of all."""
    return lambda done: progress((place + done) / count)


def _compared(case: Case, trial: Trial, npv: Floats) -> ComparedCase:
    base, irr = base_measures(trial.base), trial.irr_summary
    margin = margin_of_expected_flows(trial.simulation)
    pays = base.irr_status == "total_loss" and irr.distribution.mean is None
    return ComparedCase(
        name=case.name,
        file=case.contract.source_file,
        id=case.contract.id,
        contract=case.contract.name,
        view=case.contract.view,
        scenario=case.contract.scenario,
        currency=case.contract.currency,
        converted_at=case.rate,
        discount_rate=trial.base.rate,
        hurdle_rate=case.contract.hurdle.canonical,
        npv=distribution(npv),
        npv_base=case.rate * base.npv,
        irr=irr.distribution,
        irr_base=base.irr,
        irr_of_expected_flows=irr.of_expected_flows,
        margin_base=base.margin,
        margin_of_expected_flows=None if margin is None else margin.ratio,
        npv_negative=share(npv < 0.0)[0],
        irr_below_hurdle=None if pays or not base.invests else trial.probability.irr_below_hurdle,
        revoked=trial.probability.revoked,
        spec_sha256=spec_sha256(case.contract),
        digest=result_digest(trial.plan, trial.simulation),
    )


def _with_owners(compared: ComparedCase, case: Case, owners: OwnersRun | None) -> ComparedCase:
    """The case with what owners and lenders read, where the view borrows."""
    if owners is None:
        return compared
    cover = base_cover(owners.base)
    return replace(
        compared,
        npv_equity=distribution(case.rate * owners.npv),
        npv_equity_base=case.rate * owners.case.npv,
        irr_equity=owners.rates.distribution,
        irr_equity_base=owners.case.irr[0],
        equity_discount_rate=owners.case.rate,
        debt=case.rate * owners.lent,
        dscr_min=distribution(owners.cover("dscr_min")),
        dscr_min_base=cover.least,
        default=owners.share_in("default"),
    )


def _with_owners_difference(
    less: CaseDifference, first: ComparedCase, second: ComparedCase, before: Floats | None, owners: Floats | None
) -> CaseDifference:
    """The difference with that of the owners' NPVs, where both views borrow."""
    if before is None or owners is None or first.npv_equity_base is None or second.npv_equity_base is None:
        return less
    return replace(
        less,
        npv_equity=distribution(owners - before),
        npv_equity_base=second.npv_equity_base - first.npv_equity_base,
    )


def _difference(
    one: Case, other: Case, first: ComparedCase, second: ComparedCase, before: Floats, npv: Floats
) -> CaseDifference:
    difference = npv - before
    better, better_se = share(difference > 0.0)
    negative = (npv < 0.0).astype(np.float64), (before < 0.0).astype(np.float64)
    change, change_se = paired_difference(*negative)
    apart = [mean_and_error(values)[1] for values in (npv, before)]
    lined = paired(one.plan, other.plan)
    return CaseDifference(
        name=other.name,
        of=one.name,
        npv=distribution(difference),
        npv_base=second.npv_base - first.npv_base,
        better=better,
        better_se=better_se,
        equal=share(difference == 0.0)[0],
        npv_negative=change,
        npv_negative_se=change_se,
        se_if_independent=float(np.sqrt(apart[0] ** 2 + apart[1] ** 2)),
        pairing=lined.kind,
        common=lined.common,
        apart=lined.apart,
    )
