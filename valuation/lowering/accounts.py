"""Postings: who pays whom, when, in which currency, and in which line of the viewed party's accounts it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from valuation import timeline
from valuation.errors import ValuationError
from valuation.lowering.basis import in_basis
from valuation.lowering.exchange import exchange_rate, has_random_rate
from valuation.lowering.gates import gated
from valuation.lowering.vat import vat_on
from valuation.plan.model import Argument, operand

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

Kind = Literal["revenue", "cost", "pass_through", "capital", "termination", "tax"]
PaidKind = Kind | Literal["vat"]
"""VAT is paid, and is in no line of the accounts."""


@dataclass(frozen=True)
class Terms:
    """When a month's amount is paid: ``advance`` = first day, ``arrears`` = last day, then calendar days or months
    later."""

    advance: bool = False
    lag_days: int = 0
    lag_months: int = 0


ON_THE_DAY = Terms()
"""Paid on the last day of the month."""


@dataclass
class Accounts:
    """The viewed party's rows by kind, each in the contract's currency and positive as the clause states it."""

    signed: dict[Kind, list[tuple[int, str]]] = field(default_factory=dict)
    depreciation: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Rows that enter the taxable profit beside EBITDA, termination payments and depreciation; ``-row`` lowers it."""
    credits: list[tuple[str, bool]] = field(default_factory=list)
    """Rows of the viewed party's investment credits, and whether what the tax does not use up is paid out."""
    paid: list[tuple[PaidKind, int, str, str]] = field(default_factory=list)
    """What the viewed party is paid or pays: kind, sign (+ is received), row of the amounts, row of the dates."""
    lag_months: int = 0
    """Months that the grid must run on after the last accrual for payments that are made inside it."""

    def rows(self, kind: Kind) -> list[Argument]:
        """Operands of a sum: ``row`` where the view receives, ``-row`` where it pays; 0 where there is none."""
        return [row if sign > 0 else f"-{row}" for sign, row in self.signed.get(kind, [])] or [0.0]


def post(
    ctx: Lowering,
    row: str,
    *,
    payer: str,
    payee: str,
    kind: Kind,
    terms: Terms = ON_THE_DAY,
    date_row: str = "",
    book: str = "cash",
) -> str:
    """Enters a monthly amount as one transfer; returns its accrual row in the contract's currency.

    A transfer between two others than the viewed party leaves no trace. Where the clause `requires` an event, what it
    pays hangs on it (``gates.py``). Of a joint venture's the party in the seat has its part. Accrual converts at the
    month's own month-end rate, cash at that of the payment's month.

    Parameters
    ----------
    row : month row of money from payer to payee [any currency]; ≥ 0, but for the settlement of a difference, which is
        one transfer of either sign: a negative cost of the payer is negative revenue of the payee.
    date_row : payment dates where the terms do not say it (0 = none).
    """
    enter = partial(_enter, ctx, payer=payer, payee=payee, kind=kind, terms=terms, book=book)
    row, put_off = gated(ctx, row, date_row)
    accrual = enter(row, date_row=date_row)
    if not put_off:
        return accrual
    later = enter(put_off, date_row=ctx.time.month_end)
    return ctx.b.month(f"{accrual}.in_all", "sum", accrual, later, unit=ctx.b.currency)


def _enter(
    ctx: Lowering, row: str, *, payer: str, payee: str, kind: Kind, terms: Terms, date_row: str, book: str
) -> str:
    """Posts what is left of a month's amount."""
    sign = (payee == ctx.view) - (payer == ctx.view)
    currency = ctx.b.unit_of(row) or ctx.b.currency
    home = ctx.b.currency
    accrual = row
    if currency != home:
        accrual = ctx.b.month(
            f"{row}.{home}",
            "prod",
            row,
            exchange_rate(ctx, currency, home),
            unit=home,
            label=_label(ctx, row),
            roll="sum",
            sign=sign or 1,
        )
    if not sign:
        return accrual
    own = accrual if kind == "tax" else own_part(ctx, accrual)  # tax is reckoned on the part of the profit already
    ctx.accounts.signed.setdefault(kind, []).append((sign, own))
    if date_row:
        if terms != ON_THE_DAY and currency != home and has_random_rate(ctx, currency, home):
            raise LaggedForeignPayment(
                f"'{row}' is dated money in {currency} with a lag of payment: its rate of exchange would be that of "
                "another month; write the later dates themselves"
            )
        settle(ctx, kind, own, _later(ctx, date_row, terms), sign, book)
    elif (
        currency == home
        or not has_random_rate(ctx, currency, home)
        or (terms.advance, terms.lag_days, terms.lag_months) == (False, 0, 0)
    ):
        settle(ctx, kind, own, payment_dates(ctx, terms), sign, book)
    else:
        _pay_at_rate_of_payment(ctx, own_part(ctx, row), currency, terms, sign, kind, book)
    return accrual


def settle(ctx: Lowering, kind: Kind, row: str, dates: str, sign: int, book: str) -> None:
    """Pays what is posted, and remembers it by its kind; the VAT on it, which is no cost and no income, both ways."""
    ctx.accounts.paid.append((kind, sign, row, dates))
    pay(ctx, row, dates, sign, book)
    if ctx.vat is not None:
        vat, later = vat_on(ctx, ctx.vat, row, dates)
        for when, way in ((dates, sign), (later, -sign)):
            ctx.accounts.paid.append(("vat", way, vat, when))
            pay(ctx, vat, when, way, book)


def deduct(ctx: Lowering, row: str) -> None:
    """Enters a month's depreciation of the viewed party [contract currency]."""
    ctx.accounts.depreciation.append(own_part(ctx, row))


def beside(ctx: Lowering, row: str, sign: int) -> None:
    """Enters a month's amount that the viewed party's taxable profit holds beside EBITDA [contract currency].

    Parameters
    ----------
    sign : +1 where it raises the profit, −1 where it lowers it.
    """
    own = own_part(ctx, row)
    ctx.accounts.beside.append(own if sign > 0 else f"-{own}")


def own_part(ctx: Lowering, row: str) -> str:
    """Row of the part of a month's amount that the party in the seat has: all of it but in a joint venture."""
    if not ctx.part:
        return row
    b, made = ctx.b, f"{row}.part"
    if made not in b.rows:
        source = b.rows[row]
        unit, roll = source.unit, "sum" if source.label and not source.roll else source.roll
        b.month(made, "prod", row, ctx.part, unit=unit, label=source.label, roll=roll, sign=source.sign)
    return made


def pay(ctx: Lowering, row: str, dates: str, sign: int, book: str = "cash") -> None:
    """Cash of a month row on its dates (0 = none), in the money that the contract reports in; on the year ends of the
    dates where the contract has its flows there."""
    ctx.b.pay(in_basis(ctx, row, dates), counts_on(ctx, dates), sign, book)


def counts_on(ctx: Lowering, dates: str) -> str:
    """Row of the dates on which payments count: the dates themselves, or 31 December of each one's calendar year."""
    if ctx.b.year_count == "days":
        return dates
    row = f"{dates}.year_end"
    if row not in ctx.b.rows:
        ctx.b.month(row, "year_end_of", dates, unit="date")
    return row


class LaggedForeignPayment(ValuationError):
    """A dated payment in a currency with a random rate, put off by a lag."""


def _later(ctx: Lowering, dates: str, terms: Terms) -> str:
    """Row of given payment dates put off by a lag; 0 (no payment) stays 0."""
    if terms == ON_THE_DAY:
        return dates
    row = f"{dates}.lagged"
    if row not in ctx.b.rows:
        ctx.b.month(row, "put_off", dates, float(terms.lag_months), float(terms.lag_days), unit="date")
    return row


def payment_dates(ctx: Lowering, terms: Terms) -> str:
    """Row of the date on which a month's amount is paid."""
    start = ctx.time.month_start if terms.advance else ctx.time.month_end
    row = start
    if terms.lag_months:
        row = f"payment.{'advance' if terms.advance else 'arrears'}_{terms.lag_months}_months"
        if row not in ctx.b.rows:
            op = "edate" if terms.advance else "eomonth"
            ctx.b.month(row, op, start, float(terms.lag_months), unit="date")
    if terms.lag_days:
        before, row = row, f"{row}_{terms.lag_days}_days"
        if row not in ctx.b.rows:
            ctx.b.month(row, "add_days", before, float(terms.lag_days), unit="date")
    return row


def _pay_at_rate_of_payment(
    ctx: Lowering, row: str, currency: str, terms: Terms, sign: int, kind: Kind, book: str
) -> None:
    """Cash in a foreign currency, converted at the month-end rate of the month in which it is paid: the amount waits
    in a chain of last months' values; month t pays what accrued k months before where that falls due in t.
    """
    b = ctx.b
    first = b.first_month
    lags = set()
    for t in range(b.months):
        start = timeline.month_start(first + t) if terms.advance else timeline.month_end(first + t)
        due = timeline.month_number(start) + terms.lag_months
        day = timeline.month_end(due) if not terms.advance else timeline.month_start(due)
        lags.add(timeline.month_number(day + terms.lag_days) - first - t)
    waiting = row
    rate = exchange_rate(ctx, currency, b.currency)
    for k in range(max(lags) + 1):
        if k:
            waiting = b.month(f"{row}.waiting_{k}", "set", f"{waiting}.prev", unit=currency)
        if k not in lags:
            continue
        paid = b.month(f"{row}.paid_after_{k}", "prod", waiting, rate, unit=b.currency)
        settle(ctx, kind, paid, _dates_after(ctx, terms, k), sign, book)
    ctx.accounts.lag_months = max(ctx.accounts.lag_months, max(lags))


def _dates_after(ctx: Lowering, terms: Terms, k: int) -> str:
    """Row: date of the payment for the month k before this one, where it falls into this month, else 0."""
    b = ctx.b
    row = f"{payment_dates(ctx, terms)}.after_{k}"
    if row not in b.rows:
        source = payment_dates(ctx, terms)
        for step in range(k):
            source = _previous(ctx, source, step)
        inside = b.month(f"{row}.inside", "between", source, ctx.time.month_start, ctx.time.month_end)
        b.month(row, "date_if", inside, source, unit="date")
    return row


def _previous(ctx: Lowering, row: str, step: int) -> str:
    name = f"{row}.before"
    if name not in ctx.b.rows:
        ctx.b.month(name, "set", f"{row}.prev", unit="date")
    return name


def _label(ctx: Lowering, row: str) -> str:
    name = operand(row)[0]
    return ctx.b.rows[name].label if name in ctx.b.rows else ""
