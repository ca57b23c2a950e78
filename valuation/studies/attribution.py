"""Which risk the spread of the NPV and its expected loss come from: Shapley values over the sets of risks that are on.

w(Q) is the variance of the NPV, or the base NPV less the mean, with the risks of Q on and the others at their base, on
the same random numbers. A risk's share is what it adds to the risks switched on before it, averaged over all orders.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from valuation.appraisal.risks import Risk, risks_of, switched_off
from valuation.plan.model import Plan
from valuation.statistics.sums import Floats, block_sum, mean_and_error, ratio_of_means
from valuation.studies.npv import Runs
from valuation.studies.shapley import EXACT, ORDERS, Coalition, all_weights, orders, weights_of_orders
from valuation.tables.sensitivity import Attribution, RiskShare

Progress = Callable[[float], None]

ROUNDING = 1e-12
"""Share of the NPV that two runs may differ by though nothing changed."""


@dataclass
class Terms:
    """A Shapley value as a mean over paths: by path, the weighted sum of what each coalition gives there."""

    by_path: dict[str, Floats]

    @classmethod
    def zeros(cls, names: Iterable[str], paths: int) -> Terms:
        """Nothing added yet."""
        return cls({name: np.zeros(paths) for name in names})

    def add(self, weights: Mapping[str, float], column: Floats) -> None:
        """One coalition's column [n]."""
        for name, weight in weights.items():
            if weight:
                self.by_path[name] += weight * column


def attribution(
    plan: Plan,
    names: Iterable[str],
    runs: Runs,
    progress: Progress | None = None,
    exact: int = EXACT,
    order_count: int = ORDERS,
) -> Attribution:
    """Shares of the risks of a plan in the variance of its NPV and in base NPV − mean NPV.

    Up to ``exact`` risks every set is run; with more, ``order_count`` orders in antithetic pairs, and the standard
    errors take in that not all orders were run. The share is a mean over paths of a weighted sum of squared deviations
    (or of losses), so its standard error is that of a mean, each path a batch of its own (delta method: the means in
    the deviations cost nothing to first order).

    Parameters
    ----------
    plan : as ``resolve`` gives it, with events.
    names : factors and events of the contract.
    """
    risks = risks_of(runs.paid(plan), names)
    players = [risk.name for risk in risks]
    chosen = None if len(players) <= exact else orders(players, order_count, runs.seed)
    weights = all_weights(players) if chosen is None else weights_of_orders(chosen)
    nobody, everybody = frozenset[str](), frozenset(players)
    variances: dict[Coalition, float] = {}
    expected_losses: dict[Coalition, float] = {}
    squares, losses = Terms.zeros(players, runs.paths), Terms.zeros(players, runs.paths)
    base = runs.base(plan)
    whole_squares, whole_losses = np.zeros(runs.paths), np.zeros(runs.paths)
    wanted = {*weights, nobody, everybody, *(frozenset((name,)) for name in players)}
    in_order = sorted(wanted, key=lambda on: (len(on), [name not in on for name in players]))
    for done, coalition in enumerate(in_order):
        npv = runs.npv(switched_off(plan, risks, everybody - coalition))
        deviations, lost = _squared_deviations(npv), base - npv
        variances[coalition], expected_losses[coalition] = _mean(deviations), _mean(lost)
        squares.add(weights.get(coalition, {}), deviations)
        losses.add(weights.get(coalition, {}), lost)
        if coalition == everybody:
            whole_squares, whole_losses = deviations, lost
        if progress is not None:
            progress((done + 1) / len(in_order))
    between = [
        dict.fromkeys(players, 0.0) if chosen is None else _between_orders(chosen, values)
        for values in (variances, expected_losses)
    ]
    return Attribution(
        risks=tuple(_share(risk, squares, losses, whole_squares, variances, between[0], between[1]) for risk in risks),
        variance=variances[everybody],
        variance_se=mean_and_error(whole_squares)[1],
        loss=expected_losses[everybody],
        loss_se=mean_and_error(whole_losses)[1],
        rest_variance=variances[nobody],
        rest_loss=_unless_rounding(expected_losses[nobody], base),
        coalitions=len(in_order),
        orders=None if chosen is None else len(chosen),
    )


def _share(
    risk: Risk,
    squares: Terms,
    losses: Terms,
    whole: Floats,
    variances: Mapping[Coalition, float],
    variance_between: Mapping[str, float],
    loss_between: Mapping[str, float],
) -> RiskShare:
    own = squares.by_path[risk.name]
    variance, variance_se, _ = mean_and_error(own)
    loss, loss_se, _ = mean_and_error(losses.by_path[risk.name])
    ratio, total = ratio_of_means(own, whole), _mean(whole)
    return RiskShare(
        risk=risk.name,
        variance=variance,
        variance_se=math.hypot(variance_se, variance_between[risk.name]),
        variance_share=None if ratio is None else ratio[0],
        variance_share_se=None if ratio is None else math.hypot(ratio[1], variance_between[risk.name] / total),
        sd_alone=math.sqrt(variances[frozenset((risk.name,))]),
        loss=loss,
        loss_se=math.hypot(loss_se, loss_between[risk.name]),
    )


def _squared_deviations(npv: Floats) -> Floats:
    """By path, so that their mean is the sample variance."""
    mean = _mean(npv)
    deviations = npv - mean
    if not np.any(np.abs(deviations) > ROUNDING * abs(mean)):
        return np.zeros(npv.size)
    result: Floats = deviations * deviations * (npv.size / (npv.size - 1))
    return result


def _mean(column: Floats) -> float:
    return block_sum(column) / column.size


def _between_orders(chosen: list[tuple[str, ...]], values: Mapping[Coalition, float]) -> dict[str, float]:
    """Standard error of a mean over orders by player, from the antithetic pairs."""
    added = [
        {name: values[frozenset(order[: at + 1])] - values[frozenset(order[:at])] for at, name in enumerate(order)}
        for order in chosen
    ]
    errors = {}
    for name in chosen[0]:
        pairs = np.array([0.5 * (added[at][name] + added[at + 1][name]) for at in range(0, len(added), 2)])
        errors[name] = float(pairs.std(ddof=1) / math.sqrt(pairs.size)) if pairs.size > 1 else 0.0
    return errors


def _unless_rounding(difference: float, size: float) -> float:
    return 0.0 if abs(difference) <= 1e3 * ROUNDING * max(1.0, abs(size)) else difference
