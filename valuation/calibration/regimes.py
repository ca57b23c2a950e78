"""A Markov chain of normal regimes, by Hamilton's filter: levels, spreads, durations and the generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from valuation.calibration import filters
from valuation.calibration.fit import Estimate, Fit
from valuation.calibration.jump_diffusion import residuals_of
from valuation.calibration.laws import normal_pit
from valuation.calibration.optimum import maximise, scipy
from valuation.calibration.parameters import PER_YEAR, Coordinate, Short, describe, estimate
from valuation.calibration.refusals import NoMaximum
from valuation.calibration.series import FloatArray, Series

_FIRST_ROUNDS, _ROUNDS = 40, 300
_NEVER = 1e-4
"""A move rarer than this a step that was never needed is held at 0: no data bound it from below."""
_SPREAD_LEAST = 0.02
"""Least sd of a regime, as a share of that of the series: a regime of one value has no likelihood's maximum."""


@dataclass(frozen=True)
class Regimes:
    """y ~ N(level_i, sd_i²) in regime i, the regime a Markov chain with ``transition`` [k, k] a step of ``h`` years."""

    h: float
    level: FloatArray
    sd: FloatArray
    transition: FloatArray

    @property
    def stationary(self) -> FloatArray:
        """Long-run probability of each regime, shape [k]."""
        k = len(self.level)
        system = np.vstack([self.transition.T - np.eye(k), np.ones(k)])
        return np.asarray(np.clip(np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0], 0.0, None))

    @property
    def durations(self) -> FloatArray:
        """Mean stay in each regime, in steps, shape [k]: 1/(1 − p_ii)."""
        return np.asarray(1.0 / np.maximum(1.0 - np.diag(self.transition), 1e-300))

    def generator(self) -> tuple[FloatArray, float]:
        """Rates Q [/year], shape [k, k], and by how much exp(Qh) is off the transition at most.

        The matrix logarithm over h; where it has a rate below 0, no chain in continuous time has this transition, the
        rate is put to 0, and the second number says what that costs.
        """
        rates = self.rates()
        return rates, float(np.abs(scipy("linalg").expm(rates * self.h) - self.transition).max())

    def rates(self) -> FloatArray:
        """Rates Q [/year], shape [k, k]: see `generator`."""
        values, vectors = np.linalg.eig(self.transition)
        if np.linalg.cond(vectors) < 1e7:
            logs = np.log(np.maximum(np.abs(values), 1e-12)) + 1j * np.angle(values)
            whole = np.real(vectors @ np.diag(logs) @ np.linalg.inv(vectors))
        else:
            whole = np.real(scipy("linalg").logm(self.transition))
        off = np.clip(whole / self.h, 0.0, None)
        np.fill_diagonal(off, 0.0)
        return np.asarray(off - np.diag(off.sum(axis=1)))

    def density(self, values: FloatArray) -> tuple[float, FloatArray, FloatArray, FloatArray, FloatArray]:
        """(log likelihood, log density [N], PIT [N], probabilities after [N, k] and before [N, k] each value)."""
        n, k = len(values), len(self.level)
        terms, pit, seen, ahead = np.empty(n), np.empty(n), np.empty((n, k)), np.empty((n, k))
        total = filters.regimes(
            values, self.transition, self.stationary, self.level, self.sd**2, terms, pit, seen, ahead
        )
        return float(total), terms, pit, seen, ahead

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Exact histories from the stationary law, shape [paths, steps]."""
        out = np.empty((paths, steps))
        edges = np.cumsum(self.transition, axis=1)[:, :-1]
        now = np.searchsorted(np.cumsum(self.stationary)[:-1], rng.random(paths), side="right")
        for t in range(steps):
            out[:, t] = self.level[now] + self.sd[now] * rng.standard_normal(paths)
            now = (rng.random(paths)[:, None] >= edges[now]).sum(axis=1)
        return out

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Quantiles ``steps`` later of the mixture of regimes, by bisection: shape [N, probabilities]."""
        weights = self.density(values)[3] @ np.linalg.matrix_power(self.transition, steps)
        reach = 12.0 * self.sd.max()
        low = np.full((len(values), len(probabilities)), self.level.min() - reach)
        high = np.full_like(low, self.level.max() + reach)
        for _ in range(60):
            middle = 0.5 * (low + high)
            below = sum(
                weights[:, i, None] * normal_pit((middle - self.level[i]) / self.sd[i]) for i in range(len(self.level))
            )
            low, high = np.where(below < probabilities, middle, low), np.where(below < probabilities, high, middle)
        return np.asarray(0.5 * (low + high))


def fit_regimes(series: Series, count: int = 2) -> Fit:
    """Maximum likelihood of ``count`` normal regimes, ordered from the lowest level, stationary start.

    Expectation–maximisation from quantiles of the series, then Newton steps on the likelihood itself. Estimates, with
    i, j from 1: `level.i`, `sd.i`, `move.i.j` (probability a step, i ≠ j), then `duration.i` [steps] and `rate.i.j`
    [/year], which follow. A move that the data never need is left out of the first and is 0 in the law. Few moves are
    seen in some years of months: intervals are then approximate, and hold in 88 to 97 of 100 with three regimes.

    Raises
    ------
    NoMaximum : a regime of hardly any values, or regimes that are not told apart.
    TooFewObservations, ConstantSeries : see `Series.need`.
    """
    series.need(20 * count, "regime_switching")
    values = series.values
    starts = [_climb(values, law, count, _FIRST_ROUNDS) for law in _starts(series, count)]
    best_law = _climb(values, max(starts, key=lambda law: law.density(values)[0]), count, _ROUNDS)
    order = np.argsort(best_law.level)
    best_law = Regimes(series.h, best_law.level[order], best_law.sd[order], best_law.transition[np.ix_(order, order)])
    floor = _SPREAD_LEAST * float(np.nanstd(values))
    if best_law.sd.min() <= floor * 1.001 or best_law.stationary.min() * len(values) < 5.0:
        raise NoMaximum(
            f"{series.name}: one of {count} regimes holds hardly any values; take fewer regimes, or a longer history"
        )
    moves = [(i, j) for i in range(count) for j in range(count) if i != j and best_law.transition[i, j] > _NEVER]

    def law(z: FloatArray) -> Regimes:
        weights = np.eye(count)
        for (i, j), w in zip(moves, z[2 * count :], strict=True):
            weights[i, j] = exp(w)
        return Regimes(series.h, z[:count], np.exp(z[count : 2 * count]), weights / weights.sum(axis=1, keepdims=True))

    def likelihood(z: FloatArray) -> float:
        if (np.abs(z[count:]) > 40.0).any():
            return float("-inf")
        return law(z).density(values)[0]

    stay = np.diag(best_law.transition)
    start = np.concatenate(
        [best_law.level, np.log(best_law.sd), [log(best_law.transition[i, j] / stay[i]) for i, j in moves]]
    )
    best = maximise(likelihood, start, f"{series.name}, regime_switching with {count} regimes")
    ml = law(best.at)
    # The coordinates of moves are log odds against staying; probabilities and durations follow by the delta method.
    coordinates = [Coordinate(f"level.{i + 1}", "plain", series.unit) for i in range(count)]
    coordinates += [Coordinate(f"sd.{i + 1}", "log", series.unit) for i in range(count)]
    coordinates += [Coordinate(f"odds.{i + 1}.{j + 1}", "log") for i, j in moves]
    short = {
        f"level.{i + 1}": Short(float(ml.level[i]), max(float(ml.stationary[i]) * len(values) - 1.0, 3.0))
        for i in range(count)
    }
    found = describe(coordinates, best, short)
    derived = _followed(ml, best.at, best.covariance, law, count, moves)
    _, off = ml.generator()
    remarks: list[str] = []
    if off > 1e-3:
        remarks.append(
            f"no chain in continuous time has this transition: the generator's is off by {off:.2g} a step at most"
        )
    if len(moves) < count * (count - 1):
        remarks.append(
            f"{count * (count - 1) - len(moves)} of the moves between regimes never happened and are taken as 0"
        )
    _, terms, pit, _, _ = ml.density(values)
    named = {e.name for e in derived}
    for i in range(count):
        for j in range(count):
            for one in _never(f"{i + 1}.{j + 1}", float(ml.stationary[i]) * len(values), series.h) if i != j else ():
                derived += (one,) if one.name not in named else ()
    return Fit(
        "regime_switching",
        series.h,
        (*found.estimates, *derived),
        found.covariance,
        found.scale,
        terms,
        "stationary",
        residuals_of(pit),
        pit,
        ml,
        tuple(remarks),
    )


def _never(name: str, stays: float, h: float) -> tuple[Estimate, Estimate]:
    """A move that was never seen in ``stays`` steps: 0, and at most 1 − 0.025^(1/steps), as of a binomial share."""
    high = 1.0 - 0.025 ** (1.0 / max(stays, 1.0))
    rate = -log(1.0 - high) / h
    return (
        Estimate(f"move.{name}", 0.0, high / 1.96, 0.0, high, "", 0.0),
        Estimate(f"rate.{name}", 0.0, rate / 1.96, 0.0, rate, PER_YEAR, 0.0),
    )


def _followed(
    ml: Regimes,
    z: FloatArray,
    covariance: FloatArray,
    law: Callable[[FloatArray], Regimes],
    count: int,
    moves: Sequence[tuple[int, int]],
) -> tuple[Estimate, ...]:
    """Probabilities of moves (on the logit), mean durations and rates (on the logarithm), by the delta method."""

    def numbers(at: FloatArray) -> FloatArray:
        here = law(at)
        rates = here.rates()
        return np.array(
            [here.transition[i, j] for i, j in moves]
            + list(here.durations)
            + [rates[i, j] for i in range(count) for j in range(count) if i != j]
        )

    own = [Coordinate(f"move.{i + 1}.{j + 1}", "logit") for i, j in moves]
    own += [Coordinate(f"duration.{i + 1}", "log", "steps") for i in range(count)]
    own += [Coordinate(f"rate.{i + 1}.{j + 1}", "log", PER_YEAR) for i in range(count) for j in range(count) if i != j]
    here = numbers(z)
    slopes = np.empty((len(own), len(z)))
    for c in range(len(z)):
        step = np.zeros(len(z))
        step[c] = 1e-5
        slopes[:, c] = (numbers(z + step) - numbers(z - step)) / 2e-5
    out = []
    for coordinate, value, slope in zip(own, here, slopes, strict=True):
        if not value > 1e-9:  # a rate that is 0 has no logarithm; it is known to be small and no more
            continue
        on_scale = slope / coordinate.slope(value)
        out.append(estimate(coordinate, coordinate.coordinate(value), float(on_scale @ covariance @ on_scale)))
    return tuple(out)


def _starts(series: Series, count: int) -> list[Regimes]:
    """Regimes at quantiles of the values, and regimes of small and large spread."""
    seen = series.observed
    cuts = np.quantile(seen, (np.arange(count) + 0.5) / count)
    spread = float(seen.std())
    stay = 0.9
    transition = np.full((count, count), (1.0 - stay) / (count - 1))
    np.fill_diagonal(transition, stay)
    apart = Regimes(series.h, cuts, np.full(count, spread / count), transition)
    skewed = Regimes(
        series.h, np.quantile(seen, (0.05 + 0.9 * np.arange(count) / (count - 1)) ** 1.5), apart.sd, transition
    )
    wide = Regimes(series.h, cuts * 0.3 + 0.7 * seen.mean(), spread * np.geomspace(1.6, 0.3, count), transition)
    wide_up = Regimes(series.h, wide.level, wide.sd[::-1].copy(), transition)
    return [apart, skewed, wide, wide_up]


def _climb(values: FloatArray, law: Regimes, count: int, rounds: int) -> Regimes:
    """Expectation–maximisation: each round raises the likelihood."""
    n, k = len(values), count
    after, pairs = np.empty((n, k)), np.empty((k, k))
    seen_values = ~np.isnan(values)
    y = values[seen_values]
    floor = _SPREAD_LEAST * float(y.std())
    before = -np.inf
    for _ in range(rounds):
        total, _, _, seen, ahead = law.density(values)
        if total - before < 1e-5:
            break
        before = total
        filters.regime_pairs(seen, ahead, law.transition, after, pairs)
        weight = after[seen_values]
        share = np.maximum(weight.sum(axis=0), 1e-9)
        level = weight.T @ y / share
        sd = np.array([sqrt(max(float(weight[:, i] @ (y - level[i]) ** 2) / share[i], floor**2)) for i in range(k)])
        moved = pairs + 1e-12
        law = Regimes(law.h, level, sd, moved / moved.sum(axis=1, keepdims=True))
    return law
