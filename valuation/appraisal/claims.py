"""Claims: what somebody says of the deal, held against this run and against the base case of every scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from valuation.appraisal.facts import Case, unit_of_measure
from valuation.statistics.distribution import Distribution
from valuation.tables import Claim, FinancingTable, IrrSummary, Probability
from valuation.units import parse_unit

if TYPE_CHECKING:
    from valuation.spec import claims
    from valuation.spec.contract import Contract
    from valuation.spec.expression import Comparison

FILE = "base"
"""Name of the file as it stands among the scenarios."""

Paths = Mapping[str, Distribution | IrrSummary | Probability | float | None]
"""What the paths gave, by the name that a condition uses: npv, irr, margin, probability, and what a financing has."""


def paths_of(financing: FinancingTable | None) -> Paths:
    """What the paths gave of a financing; nothing where there is none."""
    if financing is None:
        return {}
    owners, chances = financing.owners, financing.chances
    covers = {name: getattr(financing, name) for name in ("dscr_min", "dscr_average", "llcr", "plcr")}
    return {
        "npv_equity": owners.npv,
        "irr_equity": owners.irr,
        **covers,
        "probability.npv_equity_negative": owners.npv_negative,
        "probability.default": chances.default,
        "probability.locked_up": chances.locked_up,
    }


def check_claims(contract: Contract, case: Case, scenarios: Mapping[str, Case], paths: Paths) -> tuple[Claim, ...]:
    """A verdict on every claim.

    ``npv``, ``irr`` and ``margin`` without a statistic are those of the base case. A claim about the base case is also
    held against the base case of every scenario, of which ``with_`` names those where it holds; one about the paths is
    held against this run alone.

    Parameters
    ----------
    case : the contract as it runs.
    scenarios : every scenario of the file by name, the file as it stands under ``base``.
    paths : what the run's paths gave.
    """
    return tuple(_claim(contract, stated, case, scenarios, paths) for stated in contract.claims)


def _claim(contract: Contract, stated: claims.Claim, case: Case, scenarios: Mapping[str, Case], paths: Paths) -> Claim:
    note = stated.note or ""
    if stated.check is None:
        return Claim(stated.quote, stated.source, "", None, "", "cannot_be_tested", (), note)
    check = stated.check
    value, unit = _value(check, case, paths)
    verdict = holds(check, value, unit, case)
    names: tuple[str, ...]
    if of_the_paths(check):
        names = (contract.scenario or FILE,) if verdict else ()
    else:
        found = {name: holds(check, *other.fact(check.name), other) for name, other in scenarios.items()}
        names = tuple(name for name, true in found.items() if true)
    if value is not None and check.quantity.unit == f"{check.quantity.currency}/kWh" and unit == f"{unit[:3]}/MWh":
        value, unit = value / check.quantity.scale, f"{unit[:3]}/kWh"  # as the condition is written
    word = "cannot_be_tested" if verdict is None else "holds" if verdict else "contradicts"
    return Claim(stated.quote, stated.source, check.text, value, unit, word, names, note)


def of_the_paths(check: Comparison) -> bool:
    """Whether a condition needs simulated paths: a statistic of a measure, or a probability."""
    return check.name.startswith("probability.") or check.statistic is not None


def _value(check: Comparison, case: Case, paths: Paths) -> tuple[float | None, str]:
    if check.name.startswith("probability."):
        found = paths.get(check.name)
        own = getattr(paths["probability"], check.name.removeprefix("probability."), None)
        return found if isinstance(found, float) else own, "%"
    if check.statistic is None:
        return case.fact(check.name)
    found = paths.get(check.name)
    if isinstance(found, IrrSummary) and check.statistic != "of_expected_flows":
        found = found.distribution
    return getattr(found, check.statistic, None), unit_of_measure(check.name, case.contract.currency)


def holds(check: Comparison, value: float | None, unit: str, case: Case) -> bool | None:
    """Whether a condition is true of a value; None where it cannot be told: no value, or no rate of exchange.

    ``=`` is true when the value, rounded to as many decimals as the condition is written with, is the number written.
    """
    if value is None:
        return None
    scale = scale_of(check, unit, case)
    if scale is None:
        return None
    if check.operator == "=":
        in_its_unit = value / (scale * check.quantity.scale)
        return abs(in_its_unit - check.quantity.value) <= rounding(check) / check.quantity.scale * (1.0 + 1e-9)
    limit = check.quantity.canonical * scale
    return value < limit if check.operator == "<" else value > limit


def rounding(check: Comparison) -> float:
    """By how much a number may differ from the one written and still round to it [canonical unit of the condition].

    A number with an exponent is taken as it stands.
    """
    written = re.split(r"[=<>]", check.text)[1].split()[0]
    decimals = len(written.partition(".")[2]) if re.fullmatch(r"[+-]?[\d_]+(\.\d+)?", written) else 12
    return 0.5 * 10.0**-decimals * check.quantity.scale


def scale_of(check: Comparison, unit: str, case: Case) -> float | None:
    """What turns the condition's canonical unit into the value's: 1, or the base case's average rate of exchange."""
    own, other = check.quantity.currency, parse_unit(unit).currencies if unit else ()
    if own is None or len(other) != 1 or own == other[0]:
        return 1.0
    return case.fact(f"fx.{other[0]}_per_{own}")[0]
