"""One loan: how large, and how it is paid back, on given cash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from valuation.finance.debt import bullet, equal_principal, level_schedule
from valuation.finance.sculpting import SculptingStatus, sculpted_for
from valuation.finance.sizing import size_by_dscr
from valuation.plan.solved import SolvedLoan

if TYPE_CHECKING:
    from valuation.spec.financing import Loan

GEARING, AMOUNT = "gearing", "amount"
"""What sets a size that no cover does."""

NO_LIMIT = 1e300
"""Uses that no loan passes: one that may not be capped is held against its uses when the rounds have settled."""

CAPPED = "capped_by_gearing"
CAPPED_BY_USES = "capped_by_uses"


def size_loan(
    name: str,
    loan: Loan,
    cash: Mapping[str, Sequence[float]],
    rates: Sequence[float],
    room: float,
    need: float,
    grace: int,
    months: int,
) -> tuple[SolvedLoan, tuple[float, ...]]:
    """Amount of a loan and principal of each of its service periods.

    Parameters
    ----------
    cash : CFADS left for this loan by service period [n] [money], by case; the base case is ``base``.
    rates : interest of each service period over the balance [n] [1].
    room : what the loans before it leave of the need [money].
    need : uses less grants [money].
    grace : service periods in which only interest is paid.
    months : months of a service period.
    """
    carried: float | None = None
    if loan.size.covers:
        amount, binding, carried, status, principal = _by_cover(loan, cash, rates, room, need, grace)
    else:
        amount, binding, status = _stated(loan, room, need)
        principal, told = _repay(loan, amount, cash.get("base", ()), rates, grace)
        status = told if status == "ok" else status
    balance, balances = amount, [(0, amount)]
    for k, paid in enumerate(principal, 1):
        balance -= paid
        balances.append((k * months, 0.0 if k == len(principal) and abs(balance) < 1e-9 * amount else balance))
    return SolvedLoan(name, amount, binding, carried, status, tuple(balances)), principal


def _stated(loan: Loan, room: float, need: float) -> tuple[float, str, str]:
    """A share of the need or an amount, at most what is left to pay for."""
    size = loan.size.amount
    if size is None:
        raise ValueError("a size is an amount, a share or a cover")
    share = size.canonical_unit == "1"
    wanted = size.canonical * need if share else size.canonical
    slack = 1e-12 * max(need, 1.0)
    if wanted > room + slack:
        return max(room, 0.0), GEARING, CAPPED_BY_USES
    return wanted, GEARING if share else AMOUNT, "ok"


def _by_cover(
    loan: Loan,
    cash: Mapping[str, Sequence[float]],
    rates: Sequence[float],
    room: float,
    need: float,
    grace: int,
) -> tuple[float, str, float, str, tuple[float, ...]]:
    """What the cash carries at the covers asked for; other than sculpted, what it carries in its tightest period."""
    cap = None if loan.size.uncapped else min(loan.size.max_gearing.canonical * need, max(room, 0.0))
    covers = {case: cover.canonical for case, cover in loan.size.covers.items()}
    cases = [(case, tuple(cash[case]), cover) for case, cover in covers.items()]
    if loan.repayment == "sculpted":
        gearing = None if cap is None else min(1.0, cap / need) if need > 0.0 else 0.0
        uses = NO_LIMIT if cap is None else need if cap > 0.0 else 0.0
        found = size_by_dscr(cases, rates, uses, gearing, grace)
        status = CAPPED if found.binding == GEARING else str(found.status)
        return found.amount, found.binding, found.carried, status, found.principal
    of_one, _ = _repay(loan, 1.0, (), rates, grace)
    service, balance = [], 1.0
    for rate, paid in zip(rates, of_one, strict=True):
        service.append(rate * balance + paid)
        balance -= paid
    most = {
        case: min((max(c, 0.0) / cover / s for c, s in zip(flows, service, strict=True) if s > 0.0), default=0.0)
        for case, flows, cover in cases
    }
    binding = min(most, key=lambda case: most[case])
    carried = most[binding]
    status = "ok" if carried > 0.0 else str(SculptingStatus.NOTHING_TO_CARRY)
    amount = carried if cap is None or carried <= cap else cap
    if amount < carried:
        binding, status = GEARING, CAPPED
    return amount, binding, carried, status, tuple(amount * paid for paid in of_one)


def _repay(
    loan: Loan, amount: float, cash: Sequence[float], rates: Sequence[float], grace: int
) -> tuple[tuple[float, ...], str]:
    """Principal of each period of a given amount, and what there is to say of it."""
    if loan.repayment == "level":
        return level_schedule(amount, rates, grace), "ok"
    if loan.repayment == "equal_principal":
        return equal_principal(amount, len(rates), grace), "ok"
    if loan.repayment == "bullet":
        return bullet(amount, len(rates)), "ok"
    _, found = sculpted_for(amount, cash, rates, grace)
    return found.principal, str(found.status)
