"""What only the workbook shows: worked out when one is asked for, beside the tables of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from valuation.appraisal.base_tornado import base_tornado
from valuation.appraisal.sample import path_sample
from valuation.tables import Tables

if TYPE_CHECKING:
    from valuation.appraisal.appraise import Appraisal


def with_pages(found: Appraisal) -> Tables:
    """The tables of a run with the base case's tornado and the sample of paths."""
    contract, base, settings = found.contract, found.base, found.settings
    sample = path_sample(contract, base, paths=settings.paths, seed=settings.seed, threads=settings.threads)
    return replace(found.tables, tornado=base_tornado(contract, base), sample=sample)
