"""Results of a run by the names that a target uses: the column that a statistic is taken of, and counted chances."""

from __future__ import annotations

import numpy as np

from valuation.appraisal.facts import OF_FINANCING
from valuation.errors import ValuationError
from valuation.statistics.sums import Floats, share
from valuation.studies.owners import OwnersRun
from valuation.studies.trials import Trial

_TOO_FEW = "or fewer than half of the paths have an IRR"


class NoTarget(ValuationError):
    """A result that a run does not have."""


def column(trial: Trial, name: str, label: str) -> Floats:
    """A measure on the paths where it exists [n].

    Parameters
    ----------
    name, label : ``irr``; with its statistic, for messages: ``irr.p50``.

    Raises
    ------
    NoTarget : the run has no such number.
    """
    if name in OF_FINANCING:
        return _of_financing(owners_of(trial, label), name, label)
    if name == "npv":
        return trial.npv
    view = trial.contract.view
    if name == "irr" and trial.irr_summary.distribution.mean is None:
        raise NoTarget(f"{label} does not exist for the {view}: nothing is invested, {_TOO_FEW}")
    missing = f"{label} does not exist for the {view}: there is no revenue"
    return _there(trial.irr if name == "irr" else trial.margin, missing)


def owners_of(trial: Trial, label: str) -> OwnersRun:
    """What the owners and lenders of a run read.

    Raises
    ------
    NoTarget : the view is no borrower.
    """
    if trial.owners is None:
        raise NoTarget(f"{label} does not exist for the {trial.contract.view}, who borrows nothing")
    return trial.owners


def _of_financing(owners: OwnersRun, name: str, label: str) -> Floats:
    if name == "npv_equity":
        return owners.npv
    if name != "irr_equity":
        return _there(owners.cover(name), f"{label} does not exist: no path has debt service")
    if owners.rates.distribution.mean is None:
        raise NoTarget(f"{label} does not exist: the owners pay nothing in, {_TOO_FEW}")
    return _there(owners.irr, f"{label} does not exist")


def _there(values: Floats, missing: str) -> Floats:
    found: Floats = values[np.isfinite(values)]
    if found.size < 2:
        raise NoTarget(missing)
    return found


def chance(trial: Trial, name: str) -> float | None:
    """A chance, as the share of the paths that it counts; None where there is none.

    Parameters
    ----------
    name : a key of ``probability``: ``npv_negative``, ``default``.
    """
    owners, terms = trial.owners, trial.contract.financing
    if owners is None or terms is None or name not in ("npv_equity_negative", "default", "locked_up"):
        found: float | None = getattr(trial.probability, name, None)
        return found
    if name == "npv_equity_negative":
        return share(owners.npv < 0.0)[0]
    lock_up = terms.covenants.lock_up
    return owners.share_in(name, None if lock_up is None else lock_up.canonical)
