"""From a history to a fitted model with everything that says whether to believe it: `study`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from valuation.calibration.diagnostics import (
    Check,
    Compared,
    Coverage,
    YearlyMeans,
    compared,
    coverage,
    residual_checks,
    yearly_means,
)
from valuation.calibration.fit import Estimate, Fit
from valuation.calibration.history import History
from valuation.calibration.models import calibrate
from valuation.calibration.monthly import by_month
from valuation.calibration.refusals import CannotCalibrate, ValuesOutside
from valuation.calibration.season_error import month_errors, shape_warning
from valuation.calibration.seasonality import MONTHS, Seasonality, fit_seasonality, month_shape
from valuation.calibration.series import FloatArray, Series
from valuation.calibration.transform import Transform, transformed

PRICE_MODELS = ("two_ou", "ou", "schwartz_smith", "jump_diffusion", "kluge", "regime_switching", "gbm")
"""What `all` compares; schwartz is ou of a logarithm."""
SHARE_MODELS = ("logit_ou", "jacobi", "beta_ar")
COUNT_MODELS = ("customers",)
MONTHLY_MODELS = ("regime_switching",)
"""Fitted to monthly means: their regimes last for months, and days would fit the weather of a week."""
GAPLESS = ("kluge",)
"""Models whose likelihood is known without gaps only."""
LOG_ONLY = ("schwartz", "schwartz_smith", "gbm")
"""Models of the logarithm of a price, whatever it is."""
WANDERING = ("schwartz_smith", "gbm")
"""Models with a random walk, whose spread grows without bound."""
TOO_OFTEN_BELOW = 0.01
"""Share of simulated prices below 0, over twice the observed, from which the page warns."""
WORTH_A_LEVEL = 1.1
"""Observed over simulated spread of yearly means from which a yearly level is worth a line in the file."""
LEAST_YEARS = 3.0
"""Years below which every result is marked as that of a short sample."""


@dataclass(frozen=True)
class Ask:
    """What to fit.

    Parameters
    ----------
    models : names, the one that is wanted first; with several, `choose` takes the best.
    transform : of prices.
    trend, season : whether a trend and the yearly and weekly pattern are taken out first.
    seed, paths : of the simulated histories.
    """

    models: tuple[str, ...]
    transform: Transform
    trend: bool = False
    season: bool = True
    seed: int = 1
    paths: int = 1000


@dataclass(frozen=True)
class Level:
    """A yearly level that brings the simulated spread of yearly means to the observed one.

    Parameters
    ----------
    sd : of the level [transform], √(observed² − simulated²).
    needed : whether the observed spread lies outside what 90 % of the simulated histories show.
    with_it : the spread simulated with the level.
    """

    sd: float
    needed: bool
    with_it: YearlyMeans


@dataclass(frozen=True, eq=False)
class Study:
    """A history, what was taken out of it, the models that were fitted, and whether to believe the chosen one.

    Parameters
    ----------
    history : what was read, daily or monthly, as the chosen model was fitted to.
    season : what was taken out; None for shares and counts.
    shape : `forward.month_shape`, empty where no yearly pattern was fitted.
    series : what the model was fitted to.
    fits : all that were fitted, the chosen one first.
    refused : models that could not be fitted, with the reason.
    compared : likelihoods on common values, of models fitted to the same series.
    yearly : spread of yearly means; None with fewer than three whole years, and for shares and counts.
    level : None where nothing is to be added.
    warnings : what to know before the numbers are used.
    shape_errors : standard error of each of ``shape``, as a share of it; empty where there is none.
    """

    ask: Ask
    history: History
    season: Seasonality | None
    shape: tuple[float, ...]
    series: Series
    fits: tuple[Fit, ...]
    refused: dict[str, str]
    compared: tuple[Compared, ...]
    checks: tuple[Check, ...]
    coverage: tuple[Coverage, ...]
    yearly: YearlyMeans | None
    level: Level | None
    warnings: tuple[str, ...]
    shape_errors: tuple[float, ...] = ()

    @property
    def fit(self) -> Fit:
        """The chosen one."""
        return self.fits[0]

    @property
    def is_price(self) -> bool:
        """Whether the history is one of prices."""
        return self.season is not None

    @property
    def shape_warning(self) -> str:
        """Why ``shape`` is not to be relied on; empty where the history tells it."""
        return shape_warning(self.shape, self.shape_errors, self.history.years, MONTHS)

    def pattern(self) -> FloatArray:
        """What the calendar gives each date without a trend, shape [n]."""
        if self.season is None:
            return np.zeros(len(self.history.dates))
        flat = self.season.at(self.history.dates)
        if "trend" in self.season.names:
            line = self.season["trend"] * np.arange(len(flat)) * self.history.step_years
            flat = flat - line + float(line.mean())
        return flat


def study(history: History, ask: Ask, progress: Callable[[str], None] = lambda words: None) -> Study:
    """Takes the season out, fits the models, tests the chosen one.

    Parameters
    ----------
    progress : told in a word what is being done.

    Raises
    ------
    CannotCalibrate : when no model could be fitted; the message has the reason of each.
    """
    ready = [_prepared(history, ask, monthly) for monthly in sorted({one in MONTHLY_MODELS for one in ask.models})]
    of_model = {one: ready[-1] if one in MONTHLY_MODELS else ready[0] for one in ask.models}
    fits: list[Fit] = []
    refused: dict[str, str] = {}
    for model in ask.models:
        progress(f"fitting {model}")
        try:
            if model in LOG_ONLY and ask.transform.name != "log":
                raise ValuesOutside(f"'{model}' moves the logarithm of a price, not its {ask.transform.name}")
            if model in GAPLESS:
                _refuse_gaps(model, of_model[model].history)
            fits.append(calibrate(model, of_model[model].series))
        except CannotCalibrate as error:
            if len(ask.models) == 1:
                raise
            refused[model] = str(error)
    if not fits:
        raise CannotCalibrate("no model could be fitted:\n" + "\n".join(f"  {a}: {b}" for a, b in refused.items()))
    alike = [one for one in fits if of_model[one.model].series.h == of_model[fits[0].model].series.h]
    table = compared(tuple(alike)) if len(alike) > 1 else ()
    chosen = _chosen(fits, table)
    fits.sort(key=lambda one: one is not chosen)
    own = of_model[chosen.model]
    progress("testing it")
    found = Study(
        ask=ask,
        history=own.history,
        season=own.season,
        shape=own.shape,
        series=own.series,
        fits=tuple(fits),
        refused=refused,
        compared=table,
        checks=residual_checks(chosen),
        coverage=_coverage(chosen.model, own.series),
        yearly=None,
        level=None,
        warnings=(),
    )
    if found.is_price:
        progress("simulating histories")
        found = replace(found, shape_errors=_shape_errors(found))
        yearly = _yearly_means(found, 0.0)
        found = replace(found, yearly=yearly)
        found = replace(found, level=None if yearly is None else _level(found, yearly))
    return replace(found, warnings=_warnings(found))


@dataclass(frozen=True, eq=False)
class _Ready:
    history: History
    season: Seasonality | None
    shape: tuple[float, ...]
    series: Series


def _prepared(history: History, ask: Ask, monthly: bool) -> _Ready:
    """The series that a model is fitted to."""
    if ask.models[0] in SHARE_MODELS + COUNT_MODELS:
        name = f"{history.area or history.file}, {'share' if ask.models[0] in SHARE_MODELS else 'number'}"
        return _Ready(history, None, (), Series(name, history.values, history.step_years))
    used = by_month(history) if monthly and history.step == "day" else history
    y = transformed(used, ask.transform)
    seasonal = ask.season and ask.models != ("gbm",)  # a rate of exchange has no seasons, and no file a place for them
    season = fit_seasonality(
        y,
        used.dates,
        trend=ask.trend,
        harmonics=2 if seasonal else 0,
        weekdays=seasonal and used.step == "day",
    )
    shape = month_shape(season, ask.transform, used.step == "month") if season.harmonics else ()
    name = f"{used.area or used.file}, {ask.transform} without its season"
    unit = used.unit if ask.transform.name == "arithmetic" else ""
    return _Ready(used, season, shape, Series(name, season.residual, used.step_years, unit))


def _refuse_gaps(model: str, history: History) -> None:
    """Refuses a history with gaps, and says which part of it has none."""
    if not history.gaps:
        return
    missing = [at for at, one in enumerate(history.values) if np.isnan(one)]
    ends = [-1, *missing, len(history.values)]
    length, begin = max((b - a - 1, a + 1) for a, b in zip(ends, ends[1:], strict=False))
    first, last = history.dates[begin], history.dates[begin + length - 1]
    raise CannotCalibrate(
        f"'{model}' needs a history without gaps, and {len(missing)} {history.step}s are missing here: complete the "
        f"file, or take its longest whole part, --from {first} --to {last}"
    )


def _chosen(fits: list[Fit], table: tuple[Compared, ...]) -> Fit:
    """Of several, the best by BIC among those whose spread stays bounded; one that was asked for alone is it."""
    steady = [line.model for line in table if line.model not in WANDERING]
    best = steady[0] if steady else fits[0].model
    return next(one for one in fits if one.model == best)


def _coverage(model: str, series: Series) -> tuple[Coverage, ...]:
    """Out of sample; none where 70 % of the history do not carry a fit."""
    try:
        return coverage(model, series)
    except CannotCalibrate:
        return ()


def _yearly_means(found: Study, level_sd: float) -> YearlyMeans | None:
    history = found.history
    year = np.array([day.year for day in history.dates], dtype=np.float64)
    known = [int((np.isfinite(history.values) & (year == one)).sum()) for one in np.unique(year)]
    if found.fit.law is None or sum(count >= 0.9 / history.step_years for count in known) < 3:
        return None
    pattern, transform = found.pattern(), found.ask.transform
    rng = np.random.default_rng([found.ask.seed, 2])
    at = np.unique(year, return_inverse=True)[1]

    def to_price(x: FloatArray) -> FloatArray:
        shift = level_sd * rng.standard_normal((len(x), int(at.max()) + 1))[:, at] if level_sd else 0.0
        return transform.back(pattern + x + shift)

    return yearly_means(found.fit, history.values, year, to_price, seed=found.ask.seed, paths=found.ask.paths)


def _level(found: Study, yearly: YearlyMeans) -> Level | None:
    """What is missing between the observed and the simulated spread, as one normal a year.

    The logarithm and asinh move a yearly mean alike where prices are well above the scale; under `arithmetic` there is
    no such shift that fits the spread of logarithms, and none is proposed.
    """
    missing = yearly.observed**2 - yearly.simulated**2
    if (
        yearly.observed < WORTH_A_LEVEL * yearly.simulated
        or found.ask.transform.name == "arithmetic"
        or found.fit.model in WANDERING
    ):
        return None
    sd = float(np.sqrt(missing))
    with_it = _yearly_means(found, sd)
    return None if with_it is None else Level(sd, yearly.observed > yearly.simulated_high, with_it)


def _shape_errors(found: Study) -> tuple[float, ...]:
    """Of the month shape; none where there is no shape, or no two years that could differ."""
    season, history = found.season, found.history
    if season is None or not found.shape:
        return ()
    return month_errors(season, history.dates, found.ask.transform, history.step == "month", found.ask.seed)


def untold(estimate: Estimate) -> bool:
    """Whether the interval of a positive parameter goes over four powers of ten: it could be anything."""
    return estimate.low > 0.0 and estimate.high > 1e4 * estimate.low


def _warnings(found: Study) -> tuple[str, ...]:
    history, told = found.history, []
    if history.years < LEAST_YEARS:
        told.append(
            f"short sample: {history.years:.1f} years; the speed of mean reversion and the spread of years are hardly "
            "known from fewer than three, and are biased (see the corrected values)"
        )
    if found.season is not None and "trend" in found.season.names:
        told.append(
            f"the trend of {found.season['trend']:+.3g} a year describes the sample; it was taken out before the fit "
            "and is not carried on: the forward says where the price goes"
        )
    if found.season is not None and found.ask.season and history.years < 1.0:
        told.append("less than a year of data: no yearly pattern was fitted, and there is no month_shape")
    if found.shape_warning:
        told.append(found.shape_warning)
    if found.fit.model in WANDERING and "Wh" in history.unit:
        told.append(
            f"'{found.fit.model}' has a random walk fitted to spot prices alone: its spread grows without bound, and "
            "after ten years the price can be anything; use two_ou for long contracts"
        )
    if found.yearly is not None and found.yearly.negative[1] > TOO_OFTEN_BELOW + 2.0 * found.yearly.negative[0]:
        seen, simulated = found.yearly.negative
        told.append(
            f"{simulated:.1%} of the simulated prices are below 0, of the observed {seen:.2%}: take log, or asinh "
            "with a smaller scale"
        )
    for one in found.fit.estimates[: found.fit.free]:
        if untold(one):
            told.append(
                f"{one.name}: this history does not tell it; its 95 % interval is {one.low:.2g} to {one.high:.2g}"
            )
    if history.gaps:
        told.append(f"{sum(gap.count for gap in history.gaps)} {history.step}s are missing and were left out")
    return (*told, *found.fit.remarks)
