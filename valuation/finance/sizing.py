"""The size of a loan: what its cash carries at the covers that lenders ask for, within a share of the uses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from numpy.typing import ArrayLike

from valuation.errors import ValuationError
from valuation.finance.debt import period_rates
from valuation.finance.sculpting import SculptingStatus, carried, sculpted_by, service_at

SizingCase: TypeAlias = tuple[str, ArrayLike, ArrayLike]
"""Name, CFADS of each period [n] [money], DSCR [1] (one number or one for each period)."""

GEARING = "gearing"


class DebtExceedsUses(ValuationError):
    """A loan sized without a cap on gearing that is more than there is to pay for.

    Parameters
    ----------
    amount, uses : loan and uses [money].
    case : name of the case that sized it.
    """

    def __init__(self, amount: float, uses: float, case: str) -> None:
        self.amount, self.uses, self.case = amount, uses, case
        share = f" ({amount / uses:.1%} of them)" if uses > 0.0 else ""
        super().__init__(
            f"debt of {amount:,.2f}, which the cash of the case '{case}' carries at its DSCR, is more than the uses of "
            f"{uses:,.2f}{share}; expected: no more than the uses. Set max_gearing, or raise the dscr"
        )


@dataclass(frozen=True)
class Sizing:
    """A sized loan with its repayment and with what held it down."""

    amount: float
    """Loan at the start of the first period [money]."""
    binding: str
    """`gearing`, or the name of the case whose own size is the least (the first of equals)."""
    sculpted_by_case: Mapping[str, float]
    """Size that each case alone would carry [money]."""
    status: SculptingStatus
    principal: tuple[float, ...]
    """Principal of each period [n] [money]."""
    carried: float
    """Size before the cap on gearing [money]."""
    tightest: tuple[str, ...]
    """Name of the case with the least service in each period [n]."""


def size_by_dscr(
    cases: Sequence[SizingCase], rates: ArrayLike, uses: float, max_gearing: float | None, grace: int = 0
) -> Sizing:
    """The loan whose sculpted service every case covers in every period, at most `max_gearing` of the uses.

    service_t = min over the cases of max(CFADS_t, 0)/DSCR_t;
    size = min(Σ_t service_t·Π_{k ≤ t} (1 + i_k)^(−1), max_gearing·uses).
    The service follows the tighter case in each period, so the size is at most the least of the sizes of the cases, and
    equals it where one case is the tightest throughout. Under the cap all covers rise by the same factor.

    Parameters
    ----------
    cases : name, CFADS [n] [money] and DSCR [1] of each case; at least one, the names differ, none is `gearing`.
    rates : rate of each period [n] [fraction per period].
    uses : what is to be paid for: capex, fees, interest during construction, reserves [money], 0 or more.
    max_gearing : greatest share of the uses [fraction], 0 to 1; None = no cap.
    grace : first periods that pay interest alone, fewer than n [period].

    Returns
    -------
    Sizing : every number in it is finite; amount 0 and the status `nothing_to_carry` where no period after grace has
        cash in every case.

    Raises
    ------
    DebtExceedsUses : without a cap, a size above the uses.
    ValueError : as `sculpted`; no case, names that do not differ or are `gearing`, uses or max_gearing out of range.
    """
    names = [name for name, _, _ in cases]
    if not names or len(set(names)) < len(names) or GEARING in names:
        raise ValueError(f"cases need names that differ, none of them '{GEARING}', got {names}")
    if not (math.isfinite(uses) and uses >= 0.0):
        raise ValueError(f"uses must be 0 or more, got {uses}")
    if max_gearing is not None and not 0.0 <= max_gearing <= 1.0:
        raise ValueError(f"max_gearing must lie between 0 and 1, got {max_gearing}")
    per_period = period_rates(rates)
    services = {name: service_at(cfads, dscr, len(per_period)) for name, cfads, dscr in cases}
    sizes = {name: carried(service, per_period, grace) for name, service in services.items()}
    tightest = tuple(min(names, key=lambda name: services[name][period]) for period in range(len(per_period)))
    least = [services[name][period] for period, name in enumerate(tightest)]
    amount, binding = carried(least, per_period, grace), min(names, key=lambda name: sizes[name])
    if max_gearing is None and amount > uses:
        raise DebtExceedsUses(amount, uses, binding)
    size = amount
    if max_gearing is not None and amount > max_gearing * uses:
        size, binding = max_gearing * uses, GEARING
    share = size / amount if amount > 0.0 else 0.0
    loan = sculpted_by(size, [share * paid for paid in least], least, per_period, grace)
    status = SculptingStatus.OK if size == 0.0 < amount else loan.status
    return Sizing(size, binding, sizes, status, loan.principal, amount, tightest)
