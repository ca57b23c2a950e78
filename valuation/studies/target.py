"""What a study solves for: a result and the value that it shall have, as a gap that closes without a jump.

The mean, a percentile, a base-case number: the gap is the result less what is wanted. A chance counts paths and moves
in steps of 1/paths, so its gap is that of the percentile it stands for: P(NPV < 0) = p where the p-quantile of the NPV
is 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from pydantic_core import PydanticCustomError

from valuation.appraisal.facts import MEASURES, Case, unit_of_measure
from valuation.errors import Problem, SpecError
from valuation.spec import Contract
from valuation.spec.expression import LENDERS, OWNERS, RESULTS, read_comparison
from valuation.spec.financed import lacks
from valuation.spec.longform import below
from valuation.spec.names import names_of
from valuation.statistics.distribution import percentile, percentile_error
from valuation.statistics.sums import Floats, mean_and_error, share
from valuation.studies.results import NoTarget, chance, column, owners_of
from valuation.studies.trials import Trial

FEWEST_IN_TAIL = 5
"""Paths that must lie beyond a percentile for its standard error to mean something."""

_PERCENTILE = re.compile(r"p(\d+)\Z")
_EXAMPLES = "for example 'npv.mean = 0', 'irr.p50 = 12 %/year' or 'probability.npv_negative = 10 %'"
_CHANCE = "probability."
_COUNTED = ("no_irr", "revoked", "term_cut_short", "default", "locked_up")
"""Chances that are counts of paths and stand for no percentile."""


@dataclass(frozen=True)
class Met:
    """How a run stands to the target.

    Parameters
    ----------
    gap : 0 where the target is met; grows with the result [the measure's unit].
    se : standard error of the gap; None for a base-case number, which no path moves.
    reached : the number that the target names, None where the gap exists without it.
    """

    gap: float
    se: float | None
    reached: float | None


@dataclass(frozen=True)
class Target:
    """A result and the value that it shall have.

    Parameters
    ----------
    text : as written, ``npv.p5 = -10 MUSD``.
    name, statistic : ``npv``, ``p5``; statistic None for a chance or a number of the base case.
    wanted : in ``unit``; rates and shares are fractions.
    unit : unit of the result: the currency, ``%/year``, ``%``.
    """

    text: str
    name: str
    statistic: str | None
    wanted: float
    unit: str

    @property
    def label(self) -> str:
        """The result's name, as the target begins."""
        return self.name if self.statistic is None else f"{self.name}.{self.statistic}"

    @property
    def of_base_case(self) -> bool:
        """Whether it is a number of the base case, which has no simulation error."""
        return self.statistic is None and not self.name.startswith(_CHANCE)

    @property
    def counts(self) -> bool:
        """Whether it can only be met to a path, not exactly."""
        return self.name.removeprefix(_CHANCE) in _COUNTED

    @property
    def level(self) -> float | None:
        """The level of the percentile that closes the gap [1], None where it is none."""
        if self.name.startswith(_CHANCE) and not self.counts:
            return self.wanted
        match = _PERCENTILE.match(self.statistic or "")
        return int(match[1]) / 100.0 if match else None

    @property
    def settings(self) -> dict[str, str]:
        """What the runs need beside the varied number: the rate at which an IRR of the expected flows is tested."""
        if self.statistic != "of_expected_flows":
            return {}
        tested = f"{100.0 * self.wanted!r} %/year"
        return {"equity_discount_rate.value" if self.name == "irr_equity" else "hurdle_rate": tested}

    def met(self, trial: Trial) -> Met:
        """How a run stands to the target.

        Raises
        ------
        NoTarget : the run has no such number.
        """
        if self.of_base_case:
            return self._of_base_case(trial)
        if self.name.startswith(_CHANCE):
            return self._of_chance(trial)
        if self.statistic == "of_expected_flows":
            if self.name == "irr_equity":
                owners = owners_of(trial, self.label)
                mean, error, _ = mean_and_error(owners.npv)
                return Met(mean, error, owners.rates.of_expected_flows)
            mean, error, _ = mean_and_error(self._at_hurdle(trial))
            return Met(mean, error, trial.irr_summary.of_expected_flows)
        values = column(trial, self.name, self.label)
        level = self.level
        if level is None:
            mean, error, _ = mean_and_error(values)
            return Met(mean - self.wanted, error, mean)
        value, spread = _quantile(values, level)
        return Met(value - self.wanted, spread, value)

    def _of_chance(self, trial: Trial) -> Met:
        name = self.name.removeprefix(_CHANCE)
        counted = chance(trial, name)
        if counted is None:
            raise NoTarget(f"{self.name} does not exist for the {trial.contract.view}: nothing is invested")
        if self.counts:
            found, error = share(np.arange(trial.simulation.paths) < round(counted * trial.simulation.paths))
            return Met(found - self.wanted, error, found)
        value, error = _quantile(self._lost_below_0(trial), self.wanted)
        return Met(-value, error, counted)  # the more is lost the lower the quantile

    def _lost_below_0(self, trial: Trial) -> Floats:
        """What is below 0 on the paths that a chance counts [n]."""
        measure = trial.simulation.measure
        name = self.name.removeprefix(_CHANCE)
        if name in ("npv_negative", "npv_negative_risk_free", "npv_equity_negative"):
            return measure[name.replace("_negative", "")]
        return self._at_hurdle(trial) if name == "irr_below_hurdle" else trial.simulation.cash_year.sum(axis=0)

    def _at_hurdle(self, trial: Trial) -> Floats:
        """NPV at the hurdle rate by path [n]."""
        measure = trial.simulation.measure
        return measure.get("npv_at_hurdle", measure["npv"])

    def _of_base_case(self, trial: Trial) -> Met:
        value, _ = Case(trial.contract, trial.base).fact(self.name)
        if value is None:
            raise NoTarget(f"{self.name} of the base case does not exist for the {trial.contract.view}")
        return Met(value - self.wanted, None, value)


def _quantile(column: Floats, level: float) -> tuple[float, float]:
    ordered = np.sort(column)
    return percentile(ordered, level), percentile_error(ordered, level) or 0.0


def read_target(text: str, contract: Contract) -> Target:
    """The target that a text stands for: ``npv.mean = 0``, ``probability.npv_negative = 10 %``.

    Names are the keys of the JSON result, as in claims; without a statistic a measure is that of the base case.

    Raises
    ------
    SpecError : another form, an unknown name (with those there are), a wrong unit, or what cannot be solved for.
    """
    if "=" not in text or "<" in text or ">" in text:
        raise _wrong(text, f"expected a result = its value, {_EXAMPLES}")
    try:
        check = read_comparison(text, names_of(contract.tree))
    except PydanticCustomError as error:
        message = "; ".join(one.message for one in below(error))
        raise _wrong(text, message) from None
    if check.statistic in ("se", "sd") or (check.statistic or "").startswith("se_"):
        raise _wrong(text, f"{check.statistic} is no target, expected mean or a percentile such as p50")
    _must_be_financed(text, check.name, contract)
    target = Target(text, check.name, check.statistic, check.quantity.canonical, _unit(check.name, contract))
    if check.name.startswith(_CHANCE) and not 0.0 < target.wanted < 1.0:
        raise _wrong(text, "a chance to solve for lies between 0 and 100 %, both left out")
    own = check.quantity.currency
    if own is not None and own not in target.unit:
        raise _wrong(text, f"the result is in {contract.currency}, write the target in {contract.currency}")
    return target


def _must_be_financed(text: str, name: str, contract: Contract) -> None:
    """Refuses a result of a financing where the viewed party has none."""
    if missing := lacks(contract, name):
        raise _wrong(text, f"{missing}; solve for one of the project, {_EXAMPLES}")
    terms = contract.financing
    if terms is not None and name in {**OWNERS, **LENDERS} and terms.borrower != contract.view:
        message = f"'{name}' is a result of the borrower, {terms.borrower}, and the view is {contract.view}"
        raise _wrong(text, f"{message}; ask with --view {terms.borrower}")


def _wrong(text: str, message: str) -> SpecError:
    """The error of a target, as of a wrong ``--set``."""
    return SpecError([Problem(f"--to {text}", 0, 0, "", message)])


def _unit(name: str, contract: Contract) -> str:
    """Unit of a result or factor."""
    head = name if name in RESULTS else name.rpartition(".")[0] or name
    currency = contract.currency
    if head in MEASURES:
        return unit_of_measure(head, currency)
    if head.startswith("probability"):
        return "%"
    own = {"contract_value": currency, "cost_per_10mw": f"{currency}/year", "price": f"{currency}/MWh", "mwh": "MWh"}
    if head in own:
        return own[head]
    word = names_of(contract.tree).factors.get(name)
    if word is None or word.measured_as == "number":
        return ""
    return "%" if word.measured_as == "share" else word.unit or ""
