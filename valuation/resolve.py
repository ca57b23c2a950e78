"""Contract → Plan: the time axis, the market, the risks, the clauses, tax, and what is measured and recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation import timeline
from valuation.errors import ValuationError
from valuation.lowering.accounts import Accounts, counts_on
from valuation.lowering.basis import in_basis, in_basis_rate, real_money
from valuation.lowering.capacity import lower_capacity
from valuation.lowering.compensation import lower_compensation
from valuation.lowering.context import Lowering
from valuation.lowering.damages import lower_damages
from valuation.lowering.events import reported_event, site_group
from valuation.lowering.exchange import exchange_rate
from valuation.lowering.financing.lower import financing_of, lower_financing, sizing_cases
from valuation.lowering.generation import produced
from valuation.lowering.grid import NO_SPARE, Grid, Spare, lay_grid
from valuation.lowering.indicators import lower_indicators, watched_row
from valuation.lowering.joint import correlations_of, joint_normals
from valuation.lowering.leases import site_end, utilisation
from valuation.lowering.market import MarketNoise
from valuation.lowering.risk_free import risk_free_curve
from valuation.lowering.starts import site_comes
from valuation.lowering.tax import lower_tax
from valuation.lowering.terms import clauses_of, factors_of, hazards_of, starts_of
from valuation.lowering.timeaxis import lower_time
from valuation.plan.builder import PlanBuilder
from valuation.plan.curve import CURVE
from valuation.plan.model import Measure, Origin, Plan, Record
from valuation.plan.solved import Solved
from valuation.processes.covariance import correlation_matrix
from valuation.sizing.refusals import CannotSize
from valuation.sizing.solve import filled, size_debt
from valuation.spec.refusals import reserved
from valuation.spec.ventures import venture_of
from valuation.units import parse_unit

if TYPE_CHECKING:
    from valuation.spec.contract import Contract
    from valuation.spec.factor import Factor


class ReservedName(ValuationError):
    """A clause or a risk with a name that the plan uses itself."""


def resolve(
    contract: Contract,
    *,
    view: str | None = None,
    events: bool = True,
    debt: Solved | None = None,
    spare: Spare = NO_SPARE,
) -> Plan:
    """The program that values a contract from one party's side.

    Parameters
    ----------
    view : party whose cash is valued; the contract's own ``view`` by default.
    events : False leaves out every event: the step from volatility to events in the bridge.
    debt : loans of the contract's financing as they were sized before; they are sized here where it is left out.
    spare : months around those that the contract needs. They change no value of the base case.

    Raises
    ------
    CannotSize : a contract whose loans cannot be sized.
    """
    view = view or contract.view
    _refuse_reserved_names(contract)
    grid = lay_grid(contract, spare)
    b = PlanBuilder(grid.first_month, grid.months, grid.first_period, grid.valuation, contract.currency)
    b.year_count = contract.dates.year_count
    ctx = _begin(contract, b, grid, view, events)
    factors, of_market = factors_of(contract), dict[str, set[str]]()
    for name in sorted(factors, key=lambda one: _after(contract.factors[one])):
        before = b.names()
        ctx.factors[name] = factors[name].lower(name, ctx)
        if name in contract.market.factors:
            of_market[name] = b.names() - before
    if events:
        for name, hazard in hazards_of(contract).items():
            hazard.lower(name, ctx)
    for name, start in starts_of(contract).items():
        ctx.starts[name] = start.lower(name, ctx)
    site_group(ctx)
    if contract.power is not None:
        with b.in_section("Capacity"):
            if contract.capacity is not None:
                ctx.capacity = lower_capacity(ctx, contract.power)
            else:
                ctx.capacity = lower_capacity(ctx, contract.power, "generation", what="Installed power")
    _lower_clauses(ctx)
    if events:
        lower_damages(ctx)
        for name, hazard in hazards_of(contract).items():
            if hazard.compensation is not None:
                lower_compensation(ctx, name, hazard.compensation)
    _lower_accounts(ctx)
    _record(ctx)
    _rates_for_claims(ctx)
    _leave_out_unread(ctx, of_market)
    plan = b.build(contract.name, view)
    if financing_of(ctx) is None or contract.financing is None:
        return plan
    if debt is not None:
        return filled(plan, debt)
    try:
        return size_debt(plan, contract.financing, sizing_cases(ctx, contract.financing))
    except CannotSize as error:
        raise error.in_file(contract.source_file) from None


def _after(factor: Factor) -> int:
    """Factors that read others come after them, and what follows the use after those."""
    return 2 if getattr(factor, "process", "") == "withdrawal" else int(factor.of_another)


def _leave_out_unread(ctx: Lowering, of_market: dict[str, set[str]]) -> None:
    """Takes out the market's factors that nothing of this contract reads.

    A market file serves many contracts: a factor that is appended for one of them leaves the plans of the others, and
    with them their digests, as they were. What such a factor shares with one that is read stays.
    """
    own = set().union(*of_market.values())
    read = ctx.b.read_from(ctx.b.names() - own)
    for name, made in of_market.items():
        rows = ctx.factors[name]
        if not {rows.value, rows.expected_growth, *rows.components.values()} & read:
            ctx.b.drop(made - read)


def _refuse_reserved_names(contract: Contract) -> None:
    for part, names in (("clauses", contract.clauses), ("risks", contract.risks)):
        for name in names:
            if name in reserved(contract):
                raise ReservedName(f"{part}.{name}: the name '{name}' is the plan's own, expected another")


def _begin(contract: Contract, b: PlanBuilder, grid: Grid, view: str, events: bool) -> Lowering:
    rate = contract.rate_of(view).value
    market = contract.market
    drivers: list[tuple[str, float, float]] = []
    streams: list[str] = []
    for name, factor in contract.factors.items():  # the market's in file order, the contract's own behind them
        owner = "" if name in market.factors else f"{contract.id}:"
        for driver, stream, kappa, sigma in getattr(factor, "drivers", _no_drivers)(name):
            drivers.append((driver, kappa, sigma))
            streams.append(owner + stream)
    pairs = correlations_of(contract)
    correlation = correlation_matrix([name for name, *_ in drivers], pairs["motion"])
    with b.in_section("Dates and rates"):
        stated = timeline.serial(contract.dates.valuation.date)
        today = b.input(
            contract.dates.valuation.path or "dates.valuation",
            stated,
            "date",
            "Valuation date",
            Origin("dates.valuation"),
        )
        valuation = today
        if grid.valuation != stated:
            first = "Date of the first flow" if b.year_count == "days" else "Year end of the first flow"
            valuation = b.input("dates.inception", grid.valuation, "date", first, Origin(status="derived"))
    ctx = Lowering(
        contract=contract,
        b=b,
        view=venture_of(contract, view),
        events_on=events,
        steps=grid.steps,
        noise=MarketNoise(drivers, streams, correlation),
        yearly_levels=joint_normals(contract, "year", pairs["year"]),
        event_times=joint_normals(contract, "event", pairs["event"]),
        accounts=Accounts(),
        seat=view,
        past_months=grid.spare,
    )
    with b.in_section("Dates and rates"):
        discount = b.scalar("rates.discount", "convert", ctx.quantity(rate, "Discount rate"), 1.0, unit="1/year")
        ctx.real = real_money(ctx)
        risk_free = market.risk_free.flat
        rate_row = risk_free_curve(ctx) if risk_free is None else ctx.quantity(risk_free, "Risk-free rate")
        in_basis_rate(ctx, rate_row, "rates.risk_free")
        b.scalar("rates.hurdle", "convert", ctx.quantity(contract.hurdle, "Hurdle rate"), 1.0, unit="1/year")
        ctx.term_begin = ctx.dated(contract.dates.start, "Start of the term")
        months = ctx.quantity(contract.dates.term, "Term")
        ctx.term_end = b.scalar(
            "term.end", "edate", ctx.term_begin, months, unit="date", label="First day after the term"
        )
        ctx.valuation_position = b.scalar(
            "time.valuation_position", "position_at_end", today, float(b.first_month), unit="position"
        )  # events are waited for from today, also where the valuation looks back to the first flow
    ctx.discounted_to = valuation
    ctx.time = lower_time(b, valuation, discount)
    return ctx


def _no_drivers(_: str) -> tuple[tuple[str, str, float, float], ...]:
    """The Brownian motions of a factor that has none."""
    return ()


def _lower_clauses(ctx: Lowering) -> None:
    clauses = clauses_of(ctx.contract)
    for name in sorted(clauses, key=lambda name: clauses[name].structure == "reletting"):  # after what it follows
        prepare = getattr(clauses[name], "prepare", None)
        if prepare is not None:
            prepare(name, ctx)
    with ctx.b.in_section("Capacity"):
        ctx.end = site_end(ctx)
    if ctx.contract.generation is not None:
        produced(ctx)
    ordered = [name for name, clause in clauses.items() if clause.lets_power]
    for kind in ("reletting", "capex"):
        ordered += [name for name, clause in clauses.items() if clause.structure == kind]
    # others read them: a load needs its leases, a terminal value its investment
    for name in [*ordered, *(n for n in clauses if n not in ordered)]:
        ctx.requires, ctx.vat = clauses[name].requires, clauses[name].vat
        clauses[name].lower(name, ctx)
    ctx.requires, ctx.vat = (), None


def _lower_accounts(ctx: Lowering) -> None:
    b, home, accounts, time = ctx.b, ctx.b.currency, ctx.accounts, ctx.time
    show: dict[str, Any] = {"unit": home, "roll": "sum", "total": True}
    with b.in_section("Accounts"):
        revenue = b.month("accounts.revenue", "sum", *accounts.rows("revenue"), label="Revenue", **show)
        costs = accounts.rows("cost")
        ebitda = b.month("accounts.ebitda", "sum", revenue, *costs, label="EBITDA", **show)
        weight = b.month("accounts.from_valuation", "from_date", counts_on(ctx, time.month_end), ctx.discounted_to)
        factor = b.month("accounts.weight", "mul", weight, time.discount)
        for name, nominal in (("revenue", revenue), ("ebitda", ebitda)):
            row = in_basis(ctx, nominal, time.month_end)
            b.month(f"accounts.pv_{name}", "mul_add", row, factor, f"accounts.pv_{name}.prev", unit=home)
            b.month(f"accounts.total_{name}", "mul_add", row, weight, f"accounts.total_{name}.prev", unit=home)
            b.month(
                f"accounts.{name}_of_year",
                "year_to_date",
                row,
                f"accounts.{name}_of_year.prev",
                time.year_begins,
                unit=home,
            )
        b.month("accounts.margin", "ratio", "accounts.pv_ebitda", "accounts.pv_revenue", label="Life margin")
        b.month("accounts.margin_undiscounted", "ratio", "accounts.total_ebitda", "accounts.total_revenue")
        others = [*accounts.rows("termination"), *(f"-{row}" for row in accounts.depreciation), *accounts.beside]
        taxable = b.month("accounts.taxable", "sum", ebitda, *others, label="Taxable profit", **show)
        b.month("accounts.capital", "sum", *accounts.rows("capital"), label="Investment", **show)
    lower_tax(ctx, taxable)
    lower_financing(ctx, taxable)


def _rates_for_claims(ctx: Lowering) -> None:
    """Rates of exchange that only a claim asks for: from the currency it is written in to that of what it is about."""
    for claim in ctx.contract.claims:
        own = claim.check.quantity.currency if claim.check is not None else None
        if claim.check is None or own is None:
            continue
        currency = ctx.b.currency
        if claim.check.name == "price":
            unit = parse_unit(ctx.b.unit_of(watched_row(ctx, "price")) or "")
            currency = unit.currencies[0] if unit.currencies else currency
        if own != currency:
            exchange_rate(ctx, own, currency)


def _record(ctx: Lowering) -> None:
    b = ctx.b
    discount, risk_free = "rates.discount", CURVE if CURVE in b.tables else "rates.risk_free"
    b.measures += [
        Measure("npv_pre_tax", "npv", "cash", discount),
        Measure("irr_pre_tax", "irr", "cash", discount),
        Measure("npv", "npv", "all", discount),
        Measure("npv_risk_free", "npv", "all", risk_free),
        Measure("irr", "irr", "all", discount),
    ]
    contract = ctx.contract
    if contract.hurdle.canonical != contract.rate_of(ctx.seat).value.canonical:
        b.measures.append(Measure("npv_at_hurdle", "npv", "all", "rates.hurdle"))
    if any(kind == "capital" and sign < 0 for kind, sign, *_ in ctx.accounts.paid):
        b.measures += [
            Measure("mirr", "mirr", "all", discount, discount),
            Measure("moic", "moic", "all"),
            Measure("payback", "payback", "all"),
            Measure("discounted_payback", "payback", "all", discount),
        ]
    time, stop, cause = reported_event(ctx)
    finals = {
        "margin": "accounts.margin",
        "pv_revenue": "accounts.pv_revenue",
        "pv_ebitda": "accounts.pv_ebitda",
        "event_time": time,
        "event_stop": stop,
        "event_cause": cause,
    }
    b.records += [Record(name, row, "final") for name, row in finals.items()]
    if comes := site_comes(ctx):
        never = b.start("event.never_begins", "opposite", comes, label="No lease ever begins")
        b.records.append(Record("never_begins", never, "final"))
    if ctx.end.moved:
        b.records.append(Record("term_end", ctx.end.position, "final"))
    for name, start in ctx.starts.items():
        b.records += [Record(f"{name}.{key}", row, "final") for key, row in start.outcomes.items()]
    b.records += [Record(name, f"accounts.{name}_of_year", "yearly") for name in ("revenue", "ebitda")]
    with b.in_section("Indicators"):
        share = ctx.term_share(1e9, "term.share_of_month")
        in_term = b.month("term.in_month", "above", share, 0.0)
    used = ctx.contract.capacity.utilisation if ctx.contract.capacity is not None else None
    if isinstance(used, str):
        row = utilisation(ctx)
        inside = b.month("indicators.use", "mul", row, in_term)
        total = b.month("indicators.use_sum", "year_to_date", inside, "indicators.use_sum.prev", ctx.time.year_begins)
        count = b.month(
            "indicators.use_months", "year_to_date", in_term, "indicators.use_months.prev", ctx.time.year_begins
        )
        some = b.month("indicators.use_some", "higher_of", count, 1.0)
        b.month("indicators.use_of_year", "divide", total, some, unit="%", label="Utilisation, average of the year")
        b.records.append(Record("utilisation", "indicators.use_of_year", "yearly"))
    lower_indicators(ctx, in_term)
