"""A borrower a second time: construction, loans, reserves, waterfall, tax after interest and the owners, in one loop
over months as a spreadsheet would do it. It imports nothing of the engine.

Definitions: docstrings of the contract language and of the measures. What one path's business brings (cash by month of
payment, taxable profit by month) and what its loans cost by month are given.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class Loan:
    """A loan's terms: one of ``share`` of the uses, ``amount``, ``dscr``; months, and rates as fractions."""

    name: str
    repayment: str
    tenor: int
    share: float | None = None
    amount: float | None = None
    dscr: float | None = None
    by_case: float | None = None
    """Cover that a second, weaker case must show."""
    cap: float = 1.0
    grace: int = 0
    upfront: float = 0.0
    commitment: float = 0.0
    sweep: float = 0.0


@dataclass(frozen=True)
class Terms:
    """A financing. Months are counted from the first of the grid."""

    months: int
    first: date
    """First day of month 0."""
    completion: int
    """Month in which the construction is completed."""
    close: int
    """Month of the financial close."""
    period: int
    """Months between two service dates."""
    loans: tuple[Loan, ...] = ()
    after_tax: bool = True
    draws: str = "pro_rata"
    dsra: int = 0
    dsra_from_cash: bool = False
    mra: int = 0
    tax_held: bool = False
    lock_up: float | None = None
    default: float | None = None
    unpaid_for: int = 2
    own_part: float = 0.0
    own_rate: float = 0.0
    tax: float = 0.0
    tax_days: tuple[tuple[int, int], ...] = ()
    """Days of the next year on which it is paid; on the last day of its own year where there is none."""


@dataclass
class Business:
    """What the business of one path brings, by month of payment, and the taxable profit before interest by month."""

    months: int
    operating: list[float] = field(init=False)
    termination: list[float] = field(init=False)
    spent: list[float] = field(init=False)
    received: list[float] = field(init=False)
    profit: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.operating, self.termination, self.spent, self.received, self.profit = (
            [0.0] * self.months for _ in range(5)
        )


@dataclass
class Sized:
    """Sizes, balances after each service date from the completion on, and what reserves are to hold."""

    need: float
    amounts: dict[str, float]
    balances: dict[str, list[float]]
    dsra: list[float]
    """After each service date, the completion first."""
    mra: list[float]
    """By month."""
    tax: list[float] = field(default_factory=lambda: [0.0])
    """As ``dsra``."""


Lines = dict[str, list[float]]


def day_of(first: date, month: int, last: bool = True) -> date:
    """Last (or first) day of a month of the grid."""
    year, at = divmod(first.year * 12 + first.month - 1 + month + (1 if last else 0), 12)
    return date(year, at + 1, 1) - timedelta(1 if last else 0)


def waterfall(terms: Terms, sized: Sized, business: Business, rates: dict[str, list[float]]) -> Lines:
    """Every line of the monthly sheet on one path.

    Parameters
    ----------
    rates : nominal yearly rate of each loan by month.
    """
    lines: Lines = defaultdict(list)
    names = [loan.name for loan in terms.loans]
    sizes = sized.amounts
    in_all = sum(sizes.values()) or 1.0
    balance, drawn, unpaid = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    planned, grown = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    longest = max((loan.tenor for loan in terms.loans), default=0)
    cash = dsra = held = mra = pool = own_loan = own_interest = year_profit = needed = of_period = 0.0
    tax_due: dict[int, float] = defaultdict(float)
    missed = in_default = 0
    for t in range(terms.months):
        n = t - terms.completion
        building = n <= 0
        service = (n > 0 and n % terms.period == 0) or t == terms.months - 1
        k = min(max(n, 0) // terms.period, max(len(sized.dsra) - 1, 0))
        # Construction.
        borne = {name: balance[name] * rates[name][t] / 12 for name in names}
        fees = 0.0
        for loan in terms.loans:
            if t == terms.close:
                fees += loan.upfront * sizes[loan.name]
            if building and t >= terms.close:
                fees += loan.commitment / 12 * (sizes[loan.name] - drawn[loan.name])
        filled = sized.dsra[0] if n == 0 and terms.dsra and not terms.dsra_from_cash else 0.0
        invested = business.spent[t] - business.received[t]
        owed = sum(balance.values())
        need = (invested + sum(borne.values()) if building else 0.0) + fees + filled
        needed += need
        if terms.draws == "pro_rata":
            part = needed / sized.need
        elif terms.draws == "loans_first":
            part = needed / in_all
        else:
            part = (needed - (sized.need - in_all)) / in_all
        draws = {name: max(min(part, 1.0) * sizes[name] - drawn[name], 0.0) for name in names}
        owners = need - sum(draws.values())
        own_new = own_loan * terms.own_rate / 12
        # Tax of the year, in its last month.
        interest = sum(borne.values()) + fees + own_new
        year_profit += business.profit[t] - interest
        month = (terms.first.month - 1 + t) % 12 + 1
        assessed = 0.0
        if month == 12:
            used = min(pool, max(year_profit, 0.0))
            assessed = terms.tax * (max(year_profit, 0.0) - used)
            pool += max(-year_profit, 0.0) - used
            year_profit = 0.0
            for at in [t + of_next_year for of_next_year, _ in terms.tax_days] or [t]:
                tax_due[at] += assessed / max(len(terms.tax_days), 1)
        tax_paid = tax_due[t]
        # The pot.
        later = 0.0 if building else -invested
        saved = (sized.mra[t] - (sized.mra[t - 1] if t else 0.0)) if terms.mra else 0.0
        renewed = 0.0 if building else business.spent[t]
        cfads = business.operating[t] - renewed - (tax_paid if terms.after_tax else 0.0) - saved
        pot = cash + dsra + held + mra + business.operating[t] + business.termination[t] + later - tax_paid + filled
        support = max(-pot, 0.0) if building or service else 0.0
        pot += support
        begins = n > 0 and (n - 1) % terms.period == 0
        of_period = business.termination[t] + (0.0 if begins else of_period)
        behind = paid_interest = paid_principal = scheduled = bears = 0.0
        left_unpaid = dict.fromkeys(names, 0.0)
        for name in names:
            due = unpaid[name] + (0.0 if building else borne[name])
            plan = sized.balances[name]
            to = plan[min(max(n, 0) // terms.period, len(plan) - 1)]
            grown[name] = max(min(to - planned[name], due), 0.0) if service else 0.0
            due -= grown[name]
            paid = min(max(pot, 0.0), due) if service else 0.0
            pot, unpaid[name], left_unpaid[name] = pot - paid, due - paid, due - paid
            paid_interest += paid
            lines[f"{name}.interest"].append(borne[name])
            lines[f"{name}.interest_paid"].append(paid)
            lines[f"{name}.interest_unpaid"].append(unpaid[name])
        for name in names:
            balance[name] += draws[name] + grown[name]
            drawn[name] += draws[name]
            plan = sized.balances[name]
            to = plan[min(max(n, 0) // terms.period, len(plan) - 1)]
            due = max(balance[name] - to, 0.0)
            paid = min(max(pot, 0.0), due) if service else 0.0
            pot, balance[name] = pot - paid, balance[name] - paid
            paid_principal += paid
            behind += left_unpaid[name] + due - paid if service else 0.0
            if 0 < n <= longest:
                scheduled += max(min(planned[name] - to, due), 0.0)
                bears += borne[name] - grown[name]
            planned[name] = to
            lines[f"{name}.drawn"].append(draws[name])
            lines[f"{name}.principal_paid"].append(paid)
            lines[f"{name}.behind"].append(left_unpaid[name] + due - paid if service else 0.0)
        may_go_early = any(loan.sweep for loan in terms.loans) or any(business.termination)
        target = sized.dsra[k] if sized.dsra and n >= 0 else 0.0
        if names and may_go_early and sum(balance.values()) <= 0.0:
            target = 0.0
        dsra = max(min(pot, target), 0.0)
        target = sized.tax[min(max(n, 0) // terms.period, len(sized.tax) - 1)] if n >= 0 else 0.0
        held = max(min(pot - dsra, target), 0.0)
        mra = max(min(pot - dsra - held, sized.mra[t] if terms.mra else 0.0), 0.0)
        pot -= dsra + held + mra
        left = of_period
        for loan in terms.loans:
            early = min(max(min(pot, left), 0.0), balance[loan.name]) if service and not building else 0.0
            balance[loan.name], pot, left = balance[loan.name] - early, pot - early, left - early
            swept = min(max(loan.sweep * pot, 0.0), balance[loan.name]) if service and not building else 0.0
            balance[loan.name], pot = balance[loan.name] - swept, pot - swept
            lines[f"{loan.name}.repaid_by_termination"].append(early)
            lines[f"{loan.name}.swept"].append(swept)
            lines[f"{loan.name}.balance"].append(balance[loan.name])
        # Cover, covenants, distribution.
        lines["cfads"].append(cfads)
        lines["debt_service"].append(scheduled + bears)
        cover = _rolling(terms, lines, t, service and owed > 1e-9 * in_all, 1e-9 * in_all)
        if service:
            missed = missed + 1 if behind > 1e-9 * in_all else 0
        enough = 1 if t == terms.months - 1 else terms.unpaid_for
        owes = sum(balance.values()) > 1e-9 * in_all
        if missed >= enough or (terms.default is not None and cover is not None and cover < terms.default and owes):
            in_default = 1
        locked = terms.lock_up is not None and cover is not None and cover < terms.lock_up
        blocked = behind + (sum(balance.values()) if in_default or locked else 0.0) > 1e-9 * in_all
        out = max(pot, 0.0) if service and not building and not blocked else 0.0
        cash = pot - out
        # The owners' loan.
        lent = terms.own_part * owners
        own_interest += own_new
        paid_own = min(own_interest, out) if service else 0.0
        own_interest -= paid_own
        own_loan += lent + (own_interest if service else 0.0)
        own_interest = 0.0 if service else own_interest
        repaid_own = min(own_loan, out - paid_own) if service else 0.0
        own_loan -= repaid_own
        for name, value in {
            "need": need, "fees": fees, "owners_build": owners, "owners_support": support, "tax_paid": -tax_paid,
            "debt_service_reserve": dsra, "maintenance_reserve": mra, "distribution": out, "cash": cash,
            "dscr": 1e9 if cover is None else cover, "default": float(in_default), "dates_missed": float(missed),
            "losses": pool, "assessed": assessed,
        }.items():  # fmt: skip
            lines[name].append(value)
        if terms.tax_held:
            lines["tax_reserve"].append(held)
        if terms.own_part:
            lines["owners_loan.balance"].append(own_loan)
            lines["owners_loan.interest_paid"].append(paid_own)
            lines["dividends"].append(out - paid_own - repaid_own)
    return dict(lines)


def _rolling(terms: Terms, lines: Lines, t: int, tested: bool, nothing: float) -> float | None:
    """CFADS over interest and scheduled principal of the twelve months to a service date of the loans, from the first
    twelve after the completion on; None where nothing is due."""
    longest = max((loan.tenor for loan in terms.loans), default=0)
    if not tested or not 12 <= t - terms.completion <= longest:
        return None
    since = max(t - 11, terms.completion + 1)
    cash, due = (sum(lines[name][since : t + 1]) for name in ("cfads", "debt_service"))
    return cash / due if due > nothing else None


def solved(
    terms: Terms, business: Business, rates: dict[str, list[float]], weak: Business | None = None, rounds: int = 300
) -> Sized:
    """Sizes, repayments and reserve targets that agree with the base case that they cause, and with the second case."""
    names = [loan.name for loan in terms.loans]
    most = terms.months
    sized = Sized(1.0, dict.fromkeys(names, 0.0), {name: [0.0] for name in names}, [0.0], [0.0] * most)
    for _ in range(rounds):
        lines = waterfall(terms, sized, business, rates)
        others = lines if weak is None else waterfall(terms, sized, weak, rates)
        again = _sizes(terms, lines, others["cfads"], business, rates)
        moved = max([abs(again.need - sized.need), *(abs(again.amounts[x] - sized.amounts[x]) for x in names)])
        moved = max([moved, *(abs(a - b) for a, b in zip(again.dsra, sized.dsra, strict=False))])
        sized = again
        if moved <= 1e-13 * sized.need:
            return sized
    raise AssertionError(f"the sizes still move by {moved}")


def _sizes(terms: Terms, lines: Lines, weak: list[float], business: Business, rates: dict[str, list[float]]) -> Sized:
    begin = terms.completion + 1
    need = sum(lines["need"][:begin])
    room, amounts, balances, in_all = need, {}, {}, defaultdict(float)
    for loan in terms.loans:
        n = loan.tenor // terms.period
        spans = [range(begin + k * terms.period, begin + (k + 1) * terms.period) for k in range(n)]
        cash, low = ([sum(row[t] for t in span) - in_all[k] for k, span in enumerate(spans)]
                     for row in (lines["cfads"], weak))  # fmt: skip
        if loan.dscr is not None and loan.by_case is not None:
            cash = [min(c, w * loan.dscr / loan.by_case) for c, w in zip(cash, low, strict=True)]
        rate = [sum(rates[loan.name][t] for t in span) / 12 for span in spans]
        size, repaid = _one_loan(loan, cash, rate, need, room, loan.grace // terms.period)
        amounts[loan.name], left = size, [size]
        for k in range(n):
            in_all[k] += rate[k] * left[-1] + repaid[k]
            left.append(left[-1] - repaid[k])
        left[-1] = 0.0 if abs(left[-1]) < 1e-9 * max(size, 1.0) else left[-1]
        balances[loan.name] = left
        room -= size
    service = [in_all[k] for k in range(max(in_all, default=-1) + 1)]
    held = [sum(service[k + m // terms.period] / terms.period for m in range(terms.dsra)
                if k + m // terms.period < len(service)) for k in range(len(service) + 1)]  # fmt: skip
    saved = [0.0] * terms.months
    for at, amount in enumerate(business.spent):
        start = max(at - terms.mra, begin)
        for t in range(start, at) if at >= begin else ():
            saved[t] += amount * (t - start + 1) / (at - start)
    until = range(terms.completion, terms.months, terms.period)
    tax: list[float] = []
    for t in reversed(until):  # a last tax is saved from the last revenue on
        coming = slice(t + 1, t + 1 + terms.period)
        missing = max((tax[0] if tax else 0.0) - max(sum(business.operating[coming]), 0.0), 0.0)
        tax.insert(0, max(-sum(lines["tax_paid"][coming]), 0.0) + missing)
    return Sized(need, amounts, balances, held, saved, tax if terms.tax_held else [0.0])


def _one_loan(
    loan: Loan, cash: list[float], rate: list[float], need: float, room: float, grace: int
) -> tuple[float, list[float]]:
    """Size, and principal by service period."""
    n = len(rate)
    worth, factor = [0.0] * n, 1.0
    for k in range(grace, n):
        factor /= 1.0 + rate[k]
        worth[k] = factor
    if loan.repayment == "level":
        service = [0.0 if k < grace else 1.0 / sum(worth) for k in range(n)]
    elif loan.repayment == "sculpted":
        asked = loan.dscr or 1.0
        service = [0.0 if k < grace else max(cash[k], 0.0) / asked for k in range(n)]
        carried = sum(s * w for s, w in zip(service, worth, strict=True))
    of_one = []
    for k in range(n):  # principal of a loan of 1
        left = 1.0 - sum(of_one)
        if k < grace:
            of_one.append(0.0)
        elif loan.repayment == "bullet":
            of_one.append(1.0 if k == n - 1 else 0.0)
        elif loan.repayment == "equal_principal":
            of_one.append(1.0 / (n - grace))
        elif loan.repayment == "level":
            of_one.append(service[k] - rate[k] * left)
        else:
            of_one.append(service[k] / carried - rate[k] * left)
    if loan.dscr is None:
        size = loan.amount if loan.share is None else loan.share * need
        size = min(size, room)
    else:
        if loan.repayment != "sculpted":
            of_service = [rate[k] * (1.0 - sum(of_one[:k])) + of_one[k] for k in range(n)]
            carried = min(max(c, 0.0) / loan.dscr / s for c, s in zip(cash, of_service, strict=True) if s > 0.0)
        size = min(carried, loan.cap * need, room)
    return size, [size * part for part in of_one]


def life_cover(terms: Terms, lines: Lines, rate: list[float]) -> tuple[float, float]:
    """LLCR and PLCR: CFADS by service date discounted at the first loan's rate to the completion, over what is owed
    there, to the end of the longest tenor and to the end of the project."""
    longest = max(loan.tenor for loan in terms.loans)
    owed = sum(lines[f"{loan.name}.balance"][terms.completion] for loan in terms.loans)
    factor, llcr, plcr, cash, grown = 1.0, 0.0, 0.0, 0.0, 0.0
    for t in range(terms.completion + 1, terms.months):
        n = t - terms.completion
        cash, grown = cash + lines["cfads"][t], grown + rate[t] / 12
        if n % terms.period == 0 or t == terms.months - 1:
            factor /= 1.0 + grown
            plcr += cash * factor
            llcr += cash * factor if n <= longest else 0.0
            cash = grown = 0.0
    return llcr / owed, plcr / owed


def owners_flows(terms: Terms, lines: Lines) -> dict[date, float]:
    """What the owners get less what they pay in, at month ends."""
    found = {}
    for t in range(terms.months):
        flow = lines["distribution"][t] - lines["owners_build"][t] - lines["owners_support"][t]
        if flow:
            found[day_of(terms.first, t)] = flow
    return found


def present_value(flows: dict[date, float], rate: float, today: date) -> float:
    """Flows from the valuation date on, at effective yearly rates over days of 365."""
    return sum(x * (1 + rate) ** (-(day - today).days / 365) for day, x in flows.items() if day >= today)


def internal_rate(flows: dict[date, float], today: date, low: float = -0.9999, high: float = 10.0) -> float:
    """The rate at which flows of one change of sign are worth nothing, by halving."""
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if present_value(flows, middle, today) > 0.0 else (low, middle)
    return 0.5 * (low + high)
