"""The range of a price between two parties: from the value at which the one gains nothing to that of the other.

Each discounts at its own rate and pays its own tax. The seller's floor is where his mean NPV is 0, the buyer's ceiling
where the buyer's is; between them neither loses on the mean. Both are found on the same random numbers, so that the
width of the range is known better than its ends.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from valuation.errors import ValuationError
from valuation.report.solved_words import amount_of
from valuation.spec import Contract
from valuation.statistics.sums import mean_and_error
from valuation.studies.solve import solve_trials
from valuation.studies.trials import Progress, Trials
from valuation.studies.varied import varied
from valuation.tables import DealRange, PartyLimit

TARGET = "npv.mean = 0"


class NoBenefit(ValuationError):
    """A party that only pays in the file: no value of a price is worth anything to it."""


def deal_range(
    trials: Trials,
    vary: str,
    parties: tuple[str, str],
    *,
    between: Sequence[float | str] | None = None,
    progress: Progress | None = None,
) -> DealRange:
    """The values of a number at which neither of two parties loses on the mean.

    Parameters
    ----------
    trials : the contract; its view is left aside.
    vary : path of the number, as of ``solve``.
    parties : the two, in the order in which they are shown.
    between : where to look, as of ``solve``.

    Raises
    ------
    ValuationError : a party that is none of the file or that only pays in it, a limit that cannot be found.
    """
    contract = trials.contract()
    if parties[0] == parties[1]:
        raise ValuationError(f"'{parties[0]}' is named twice, expected two parties of: {', '.join(contract.parties)}")
    limits = []
    for place, party in enumerate(parties):
        if party not in contract.parties:
            raise ValuationError(f"no party '{party}' in the file, expected one of: {', '.join(contract.parties)}")
        limits.append(_limit(replace(trials, view=party), vary, between, _half(progress, place)))
    first, second = limits
    width, error = _width(trials, vary, first, second)
    low, high = _ends(first, second)
    words = ["valuate", "solve", contract.source_file, "--vary", vary, "--parties", *parties]
    if between is not None:
        words += ["--between", *(str(end) for end in between)]
    return DealRange((first, second), low, high, width, error, shlex.join([*words, *trials.options]))


def _limit(trials: Trials, vary: str, between: Sequence[float | str] | None, progress: Progress | None) -> PartyLimit:
    """Where the mean NPV of the viewed party is 0."""
    contract = trials.contract()
    number = varied(contract, vary)
    _must_gain(trials, contract)
    try:
        found = solve_trials(trials, number.path, TARGET, between=between, progress=progress)
    except ValuationError as error:
        raise ValuationError(f"no limit for the {contract.view}: {error}") from None
    rate = contract.rate_of(contract.view).value.canonical
    return PartyLimit(contract.view, rate, "above" if found.slope > 0.0 else "below", found)


def _must_gain(trials: Trials, contract: Contract) -> None:
    """Refuses a party that nothing in the file pays: what a clause may bring it after an event alone is no benefit. A
    settlement may pay its payer, where its amount is below 0."""
    run = trials.trial(contract)
    if any(
        payment.sign * amount > 0.0 for payment in run.plan.project_payments for amount in run.base.row(payment.row)
    ):
        return
    cost = amount_of(-mean_and_error(run.npv)[0], contract.currency)
    raise NoBenefit(
        f"the {contract.view} only pays in this file, a mean PV of {cost}: nothing says what the deal is worth to it, "
        f"so no price is its limit. Write what it earns with it as a clause that pays the {contract.view}, for example "
        f"'{{structure: fixed_cost, payer: outside, payee: {contract.view}, price: …}}'"
    )


def _ends(first: PartyLimit, second: PartyLimit) -> tuple[float | None, float | None]:
    """Where neither loses; None, None where there is no such value."""
    floors = [one.solution.value for one in (first, second) if one.gains == "above"]
    ceilings = [one.solution.value for one in (first, second) if one.gains == "below"]
    if floors and ceilings:
        return (floors[0], ceilings[0]) if floors[0] <= ceilings[0] else (None, None)
    return (max(floors), None) if floors else (None, min(ceilings))


def _width(trials: Trials, vary: str, first: PartyLimit, second: PartyLimit) -> tuple[float | None, float | None]:
    """Ceiling less floor and its standard error; None where both gain on the same side.

    A limit moves with the mean NPV at it by 1/slope, so the width moves by path as NPV/slope of the floor less
    NPV/slope of the ceiling: what both have in common on a path cancels.
    """
    if first.gains == second.gains:
        return None, None
    floor, ceiling = (first, second) if first.gains == "above" else (second, first)
    width = ceiling.solution.value - floor.solution.value
    columns = []
    for one in (ceiling, floor):
        side = replace(trials, view=one.party)
        number = varied(side.contract(), vary)
        columns.append(side.run(number.settings(one.solution.value)).npv / one.solution.slope)
    _, error, _ = mean_and_error(columns[0], columns[1], term=lambda a, b: a - b)
    return width, error


def _half(progress: Progress | None, place: int) -> Progress | None:
    """The share of one party's runs as a share of both."""
    return None if progress is None else lambda share: progress(0.5 * (place + min(share, 1.0)))
