"""What must hold on every path and in every month of a levered contract: sources are uses, cash is the sum of its
flows, a loan is repaid or the path says default, nothing turns negative, and what one pays another gets."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest
from levered_deals import BY_HAND, by_hand, drawn, put
from small_deal import Deal

from valuation.kernel.arrays import IRR_NO_ROOT
from valuation.kernel.opcodes import NEVER
from valuation.plan.reference import ReferenceRun
from valuation.timeline import month_number

SEEDS = range(10)
EXACT = 1e-9
"""Rounding that is let pass, as a share of all money that moves on a path or of its loans."""
POOL = re.compile(r"levered_tax\.(losses|interest_carried|credits?\w*)(_used|_left|_came|_expired)?")
RESERVES = ("debt_service_reserve", "tax_reserve", "maintenance_reserve")
EARLY = ("repaid_by_termination", "swept")


@dataclass(frozen=True)
class Levered:
    """A levered contract and some of its paths."""

    deal: Deal
    run: ReferenceRun

    @property
    def loans(self) -> list[str]:
        return list(self.deal.contract.financing.debt)

    def of(self, name: str) -> np.ndarray:
        """A row of the financing [months, paths], 0 where the contract has no such row."""
        value = self.run.values.get(f"financing.{name}", np.float64(0.0))
        return np.broadcast_to(value, (self.deal.plan.months, self.paths))

    def before(self, name: str) -> np.ndarray:
        """A row a month before, 0 before the first."""
        return np.vstack([np.zeros((1, self.paths)), self.of(name)[:-1]])

    @property
    def paths(self) -> int:
        return self.run.final["cash_kept"].size

    @property
    def gross(self) -> np.ndarray:
        """Money that moves on a path [paths]: the scale of its rounding."""
        moved = [self.of(name) for name in ("revenue", "operating_cost", "tax_paid", "uses", "distribution")]
        return sum(np.abs(one).sum(axis=0) for one in moved) + 1.0

    def all_loans(self, *names: str) -> np.ndarray:
        """Rows of the loans, summed over them."""
        return sum((self.of(f"{loan}.{name}") for loan in self.loans for name in names), np.zeros_like(self.of("pot")))


def made(folder, contract, market=None, paths=120, **how) -> Levered:
    """A contract of the generator with some paths."""
    deal = Deal(put(folder, contract, market), **how)
    return Levered(deal, deal.paths(paths))


def none(x: np.ndarray, scale: np.ndarray | float, what: str) -> None:
    """Nothing but rounding."""
    worst = np.abs(x) / scale
    assert (worst <= EXACT).all(), f"{what}: {worst.max():.1e} at {np.unravel_index(worst.argmax(), worst.shape)}"


def not_below(x: np.ndarray, low: np.ndarray | float, scale: np.ndarray | float, what: str) -> None:
    """At least ``low``, but for rounding."""
    worst = (low - x) / scale
    assert (worst <= EXACT).all(), f"{what}: {worst.max():.1e} at {np.unravel_index(worst.argmax(), worst.shape)}"


def sources_are_uses(of: Levered) -> None:
    drawn_ = of.all_loans("drawn")
    none(of.of("sources") - of.of("uses"), of.gross, "sources and uses")
    none(of.of("need") - drawn_ - of.of("owners_build"), of.gross, "need, drawn and owners' money")
    spent = of.of("investment") + of.of("interest_in_construction") + of.of("fees") + of.of("reserve_filled")
    none(of.of("uses") - spent, of.gross, "uses")
    received = np.maximum(of.of("grants").cumsum(axis=0), 0.0)
    not_below(of.of("owners_build").cumsum(axis=0), -received, of.gross, "owners' money with grants")
    for loan in of.loans:
        not_below(of.of(f"{loan}.drawn").cumsum(axis=0), 0.0, of.gross, f"drawn from {loan}")
        not_below(of.of(f"{loan}.size"), of.of(f"{loan}.drawn").cumsum(axis=0), of.gross, f"size of {loan}")


def cash_is_the_sum_of_its_flows(of: Levered) -> None:
    held = sum(of.of(name) for name in ("cash", *RESERVES))
    before = sum(of.before(name) for name in ("cash", *RESERVES))
    paid = of.all_loans("interest_paid", "principal_paid", *EARLY)
    came = of.of("available") + of.of("reserve_filled") + of.of("owners_support")
    none(held - before - came + paid + of.of("distribution"), of.gross, "cash of a month")
    none((came - paid - of.of("distribution")).sum(axis=0) - held[-1], of.gross, "cash of all months")
    operating = of.of("revenue") + of.of("operating_cost")
    parts = operating + of.of("termination") + of.of("vat") + of.of("later_investment") + of.of("tax_paid")
    none(of.of("available") - parts, of.gross, "cash of the month")
    for name in RESERVES:
        not_below(of.of(name), 0.0, 1.0, name)
        not_below(of.of(f"{name}.target"), of.of(name), of.gross, name)


def loans_are_repaid_or_in_default(of: Levered) -> None:
    for loan in of.loans:
        balance = of.of(f"{loan}.balance")
        paid = sum(of.of(f"{loan}.{name}") for name in ("principal_paid", *EARLY))
        came = of.of(f"{loan}.drawn") + of.of(f"{loan}.interest_added")
        none(balance - of.before(f"{loan}.balance") - came + paid, of.gross, f"balance of {loan}")
        not_below(balance, 0.0, of.gross, f"balance of {loan}")
        for name in ("interest_paid", "principal_paid", *EARLY):
            not_below(of.of(f"{loan}.{name}"), 0.0, 1.0, f"{name} of {loan}")
        not_below(of.of(f"{loan}.interest_due"), of.of(f"{loan}.interest_paid"), of.gross, f"interest of {loan}")
        owed = of.of(f"{loan}.interest") * (1.0 - of.of("building"))
        unpaid = of.of(f"{loan}.interest_unpaid")
        settled = of.of(f"{loan}.interest_paid") + of.of(f"{loan}.interest_added")
        none((owed - settled).cumsum(axis=0) - unpaid, of.gross, f"interest of {loan}")
        not_below(unpaid, 0.0, of.gross, f"interest of {loan}")
    if of.loans:
        owed, left = of.run.final["debt_at_end"], of.run.final["left_unpaid"]
        limit = 10.0 * EXACT * np.maximum(of.run.values["financing.debt_in_all"], 1.0)
        none(owed - of.all_loans("balance")[-1], of.gross, "debt at the end")
        assert (of.run.final["default"][(owed > limit) | (left > limit)] == 1.0).all()
        interest = of.all_loans("interest_unpaid")[-1]
        assert (of.run.final["default"][interest > limit] == 1.0).all()
        assert np.isin(of.of("default"), (0.0, 1.0)).all()
        assert (np.diff(of.of("default"), axis=0) >= 0.0).all()


def owners_wait_for_lenders(of: Levered) -> None:
    out, in_ = of.of("distribution"), of.of("paid_in")
    not_below(out, 0.0, 1.0, "distribution")
    not_below(of.of("owners_support"), 0.0, 1.0, "owners' support")
    not_below(in_.cumsum(axis=0), -of.of("grants").cumsum(axis=0), of.gross, "paid in")
    assert not out[of.of("building") > 0.0].any()
    if not of.loans:
        return
    debt, limit = of.all_loans("balance"), 10.0 * EXACT * of.run.values["financing.debt_in_all"]
    unpaid = of.all_loans("interest_unpaid") + sum(
        np.maximum(of.of(f"{loan}.balance") - of.of(f"{loan}.scheduled_balance"), 0.0) for loan in of.loans
    )
    assert not out[(unpaid > limit) & (of.of("service") > 0.0)].any()
    assert not out[(of.of("default") > 0.0) & (debt > limit)].any()
    lock_up = of.deal.contract.financing.covenants.lock_up
    if lock_up is not None:
        locked = (of.of("dscr") < lock_up.canonical) & (debt > limit)
        assert not out[locked].any()


def equity_book_is_paid_in_and_out(of: Levered) -> None:
    """By date, and over all dates against the project's own cash and what the lenders pay and get."""
    run, plan = of.run, of.deal.plan
    ends = [month_number(day) - plan.first_month for day in run.equity_dates]
    if of.deal.contract.dates.flows == "by_date":
        want = (of.of("distribution") - of.of("paid_in"))[ends]
        none(run.equity - want, of.gross, "equity by date")
        none(np.delete(of.of("distribution") - of.of("paid_in"), ends, axis=0), of.gross, "equity on other dates")
    equity, project = run.equity.sum(axis=0), run.cash.sum(axis=0)
    none(equity - (of.of("distribution") - of.of("paid_in")).sum(axis=0), of.gross, "equity in all")
    tax = -of.of("tax_paid").sum(axis=0)
    to_lenders = of.of("interest_in_construction") + of.of("fees") - of.all_loans("drawn")
    to_lenders = to_lenders + of.all_loans("interest_paid", "principal_paid", *EARLY)
    kept = run.final["cash_kept"] + sum(of.of(name)[-1] for name in RESERVES)
    none(equity - project + tax + to_lenders.sum(axis=0) + kept, of.gross, "owners, state and lenders")
    if of.loans:
        assert (kept[run.final["debt_at_end"] == 0.0] <= EXACT * of.gross[run.final["debt_at_end"] == 0.0]).all()


def tax_losses_are_never_negative(of: Levered) -> None:
    for name, value in of.run.values.items():
        if POOL.fullmatch(name):
            not_below(value, 0.0, of.gross, name)
    if "levered_tax.assessed" in of.run.values:
        left = of.run.values["levered_tax.assessed"].sum(axis=0) + of.of("tax_paid").sum(axis=0)
        if of.deal.contract.tax["host"].losses == "refunded":
            left = np.maximum(left, 0.0)  # interest that runs on after a default gives something back after the end
        none(left, of.gross, "tax assessed and paid")


def turns_once(of: Levered) -> np.ndarray:
    """Paths on which the owners pay in and then are paid out, or pay in only, and whose value is not 0."""
    signs = np.sign(np.where(np.abs(of.run.equity) <= 1e-12 * of.gross, 0.0, of.run.equity))
    ordered = np.array([(np.diff(path[path != 0.0]) >= 0.0).all() for path in signs.T])
    return ordered & (signs < 0.0).any(axis=0) & (np.abs(of.run.measure["npv_equity"]) > 1e-9 * of.gross)


def the_return_is_below_the_rate_where_the_value_is_below_0(of: Levered) -> None:
    below = of.run.measure["irr_equity"] < of.run.values["rates.equity"].flat[0]
    below |= of.run.status["irr_equity"] == IRR_NO_ROOT  # less than one in a thousand comes back in ten years
    assert (below == (of.run.measure["npv_equity"] < 0.0))[turns_once(of)].all()


def the_least_cover_is_that_of_its_month(of: Levered) -> None:
    if of.loans:
        cover = of.of("dscr")
        assert (of.run.final["dscr_min"] == cover.min(axis=0)).all()
        tested = cover.min(axis=0) < NEVER
        assert (of.run.final["dscr_min_month"] == np.where(tested, cover.argmin(axis=0), -1))[tested].all()
        assert not cover[(of.of("service") == 0.0)].min(initial=NEVER) < NEVER


IDENTITIES = (
    sources_are_uses,
    cash_is_the_sum_of_its_flows,
    loans_are_repaid_or_in_default,
    owners_wait_for_lenders,
    equity_book_is_paid_in_and_out,
    tax_losses_are_never_negative,
    the_return_is_below_the_rate_where_the_value_is_below_0,
    the_least_cover_is_that_of_its_month,
)


@pytest.mark.parametrize("name", BY_HAND)
def test_identities_of_contracts_written_by_hand(tmp_path, name):
    of = made(tmp_path, by_hand(name))
    for identity in IDENTITIES:
        identity(of)
    assert turns_once(of).sum() >= 5 and 0.0 < of.run.final["default"].mean() < 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_identities_of_drawn_contracts(tmp_path, seed):
    of = made(tmp_path, *drawn(seed), paths=60)
    for identity in IDENTITIES:
        identity(of)
