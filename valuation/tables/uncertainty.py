"""What a run says when the parameters that the files call estimates are drawn from their laws."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.statistics.distribution import Distribution


@dataclass(frozen=True)
class UncertainParameter:
    """An estimate of the files and what was drawn of it, in ``unit``."""

    path: str
    label: str
    value: float
    unit: str
    se: float
    """Standard error that the file states, which is the standard deviation of the law; its mean is the value."""
    law: str
    drawn_mean: float
    drawn_sd: float
    rank_correlation: float | None
    """Of the draws with what they change of the mean NPV; None where nothing changes."""


@dataclass(frozen=True)
class ParameterUncertainty:
    """The paths of the run once more, cut into batches with the same paths but parameters of their own.

    All standard errors are those of a sample of batches: paths of one batch have their parameters in common.
    """

    draws: int
    npv: Distribution
    irr: Distribution
    margin: Distribution
    npv_negative: float
    npv_negative_se: float
    npv_change: float
    """Mean NPV with drawn parameters less the mean with the stated ones, on the same paths."""
    npv_change_se: float
    sd_of_means: float
    """Standard deviation of the expected NPV over the parameters: what no number of paths averages out."""
    share_of_variance: float
    """Its square over the variance of the NPV: how much of the spread comes from not knowing the parameters."""
    parameters: tuple[UncertainParameter, ...]
    """In the order of the files."""
    digest: str
    """Of the NPV by path with drawn parameters."""
