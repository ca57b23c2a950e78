"""A made-up lease, valued by a short monthly loop, as the tables that the reports are made of."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from valuation import value
from valuation.shipped import shipped
from valuation.statistics.distribution import Distribution, Histogram
from valuation.tables import (
    CASH_TIE,
    TAX_TIE,
    Assumption,
    Audit,
    BaseCase,
    BaseTornado,
    BreakEven,
    BridgeStep,
    Check,
    Claim,
    ClaimConflict,
    ClaimedAmount,
    ClaimsAudit,
    DatedFlows,
    DealFigures,
    DealTerms,
    ExpectedMargin,
    ImpliedAmount,
    Indicator,
    IndicatorYear,
    IrrSummary,
    Line,
    NpvPoint,
    PartyValue,
    Probability,
    Quantiles,
    RateRow,
    ScenarioCase,
    Survivors,
    Tables,
    TornadoBar,
    Transfers,
    YearBand,
    YearRow,
)

Floats = NDArray[np.float64]


def _load(name: str) -> None:
    """A helper of this folder, loaded by path: tests are not a package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


_load("stored_cells")
_load("compared_cells")
_load("recalculation")
_load("every_workbook")
_load("changed_inputs")
_load("program_of_tables")
_load("corporate_template")

VALUATION, FIRST, MONTHS, RATE, RISK_FREE, HURDLE, PATHS = (
    date(2026, 6, 30),
    2026 * 12 + 6,
    190,
    0.09,
    0.045,
    0.09,
    1000,
)
SHAPE = (1.253, 1.213, 1.103, 0.984, 0.901, 0.856, 0.835, 0.832, 0.859, 0.934, 1.057, 1.187)


def month_end(t: int) -> date:
    return date((FIRST + t + 1) // 12, (FIRST + t + 1) % 12 + 1, 1) - timedelta(days=1)


ENDS = tuple(month_end(t) for t in range(MONTHS))
YEARS = tuple(range(ENDS[0].year, ENDS[-1].year + 1))
TAX_DAYS = tuple(day for year in YEARS[1:] for day in (date(year, 2, 15), date(year, 4, 15)) if day <= ENDS[-1])
DATES = tuple(sorted({*ENDS, *TAX_DAYS}))
DISCOUNTED = np.array([(day - VALUATION).days / 365 for day in DATES])


def column(values: list[float] | Floats) -> Floats:
    return np.asarray(values, dtype=float)[:, None]


def lease(use: Floats, price: Floats, event: Floats) -> dict[str, Floats]:
    """Every line [month, path]; ``event`` [path] is the month in which the lease ends (after the notice)."""
    term = column([float(3 <= t < 183) for t in range(MONTHS)])
    months = np.arange(MONTHS)[:, None]
    alive = np.clip(event[None, :] - months, 0.0, 1.0)
    mw = term * column([40.0 if t < 6 else 110.0 for t in range(MONTHS)])
    index = column([1.024 ** max(0, (t - 3) // 12) for t in range(MONTHS)])
    hours = column([24.0 * day.day for day in ENDS])
    line = {"capacity": mw * alive, "use": use * term, "price": price}
    line["energy"] = line["capacity"] * use * hours
    line["rent"] = line["capacity"] * 1000 * 131.3
    line["power"] = line["energy"] * (0.8 * 32.8 + 0.2 * price)
    line["grid"] = line["capacity"] * 1000 * 135 / 9.5827 / 12 * index
    line["consumption_tax"] = line["energy"] * 5.8 / 9.5827
    line["operations"] = mw * np.clip(event[None, :] + 3 - months, 0.0, 1.0) * 1000 * 16.6 * index
    line["ebitda"] = line["rent"] - line["power"] - line["grid"] - line["consumption_tax"] - line["operations"]
    line["capex"] = column([880e6 / 6 if t < 6 else 0.0 for t in range(MONTHS)]) + 0 * use
    line["depreciation"], line["tax"] = np.zeros_like(use), np.zeros_like(use)
    book, pool = np.zeros(use.shape[1]), np.zeros(use.shape[1])
    for year in YEARS[:-1]:
        inside = [t for t in range(MONTHS) if ENDS[t].year == year]
        book = book + line["capex"][inside].sum(axis=0)
        charge = book * (1.0 if year == 2041 else 0.1)
        book = book - charge
        line["depreciation"][inside[-1]] = charge
        profit = line["ebitda"][inside].sum(axis=0) - charge
        used = np.minimum(pool, np.maximum(profit, 0.0))
        pool = pool - used + np.maximum(-profit, 0.0)
        line["tax"][inside[-1]] = 0.22 * (np.maximum(profit, 0.0) - used)
    return line


def dated(line: dict[str, Floats]) -> tuple[Floats, Floats]:
    """Cash before tax and tax [date, path]: month ends, and halves of the tax on 15 February and 15 April."""
    cash, tax = np.zeros((len(DATES), line["rent"].shape[1])), np.zeros((len(DATES), line["rent"].shape[1]))
    for t, day in enumerate(ENDS):
        cash[DATES.index(day)] += line["ebitda"][t] - line["capex"][t]
        for half in TAX_DAYS:
            if day.month == 12 and half.year == day.year + 1:
                tax[DATES.index(half)] -= line["tax"][t] / 2
    return cash, tax


def npv(flows: Floats, rate: float) -> Floats:
    return np.asarray(((1 + rate) ** -DISCOUNTED) @ flows)


def irr(flows: Floats) -> Floats:
    """The root between −90 % and 1,000 % by bisection; NaN without a change of sign there."""
    low, high = np.full(flows.shape[1], -0.9), np.full(flows.shape[1], 10.0)

    def value(rate: Floats) -> Floats:
        return np.asarray(((1 + rate)[None, :] ** -DISCOUNTED[:, None] * flows).sum(axis=0))

    found = (value(low) > 0) & (value(high) < 0)
    for _ in range(80):
        middle = (low + high) / 2
        falling = value(middle) > 0
        low, high = np.where(falling, middle, low), np.where(falling, high, middle)
    return np.where(found, (low + high) / 2, np.nan)


def spread(values: Floats) -> Distribution:
    x = np.sort(values[np.isfinite(values)])
    n = len(x)

    def at(p: float) -> float:
        return float(np.percentile(x, 100 * p))

    def se(p: float) -> float:
        wide = math.sqrt(n * p * (1 - p))
        return float(x[min(n - 1, int(n * p + wide))] - x[max(0, int(n * p - wide))]) / 2

    shares = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
    sd = float(x.std(ddof=1))
    return Distribution(float(x.mean()), sd / math.sqrt(n), sd, *map(at, shares), se(0.05), se(0.5), se(0.95), n)


def quantiles(values: Floats) -> Quantiles:
    levels = tuple(k / 20 for k in range(1, 20))
    return Quantiles(levels, tuple(float(x) for x in np.quantile(values[np.isfinite(values)], levels)))


def year_band(k: int, amounts: Floats, base: float) -> YearBand:
    marks = (float(np.percentile(amounts, p)) for p in (5, 25, 50, 75, 95))
    return YearBand(YEARS[k], float(base), float(amounts.mean()), *marks)


def tornado_bar(base: float, label: str, value: str, ends: tuple[str, str], changes: tuple[float, float]) -> TornadoBar:
    low, high = (NpvPoint(end, base + by, by, None, None, None) for end, by in zip(ends, changes, strict=True))
    return TornadoBar(label, label, "input", value, low, high)


def histogram(values: Floats, struck: NDArray[np.bool_], bins: int = 30) -> Histogram:
    known = np.isfinite(values)
    x, hit = values[known], struck[known]
    low, high = np.percentile(x, 0.5), np.percentile(x, 99.5)
    edges = np.linspace(low, high, bins + 1)
    where = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, bins - 1)
    return Histogram(
        tuple(map(float, edges)),
        tuple(int(((where == k) & ~hit).sum()) for k in range(bins)),
        tuple(int(((where == k) & hit).sum()) for k in range(bins)),
        int((x < low).sum()),
        int((x > high).sum()),
    )


def yearly(line: dict[str, Floats], name: str) -> Floats:
    return np.array([sum(line[name][t] for t in range(MONTHS) if ENDS[t].year == year) for year in YEARS])


def yearly_cash(flows: Floats) -> Floats:
    return np.array([flows[[k for k, day in enumerate(DATES) if day.year == year]].sum(axis=0) for year in YEARS])


def sheet_lines(line: dict[str, Floats]) -> tuple[Line, ...]:
    def of(name: str, label: str, unit: str, section: str, roll: str, sign: int = 1, **more: object) -> Line:
        return Line(
            name,
            label,
            unit,
            section,
            roll,
            sign,
            bool(more.get("parts")),
            tuple(map(float, line[name.removeprefix("accounts.").removesuffix(".assessed")][:, 0])),
            **more,
        )  # type: ignore[arg-type]

    costs = ("power", "grid", "consumption_tax", "operations")
    return (
        of("capacity", "Contracted capacity", "MW", "Capacity and energy", "end"),
        of("use", "Utilisation", "%", "Capacity and energy", "mean"),
        of("energy", "Energy used", "MWh", "Capacity and energy", "sum"),
        of("price", "Average power price", "USD/MWh", "Capacity and energy", "mean"),
        of("rent", "Rent", "USD", "Revenue", "sum", cash=True),
        of("power", "Power supply", "USD", "Costs", "sum", -1, cash=True),
        of("grid", "Grid tariff", "USD", "Costs", "sum", -1, cash=True),
        of("consumption_tax", "Consumption tax on power", "USD", "Costs", "sum", -1, cash=True),
        of("operations", "Operations", "USD", "Costs", "sum", -1, cash=True),
        of("accounts.ebitda", "EBITDA", "USD", "Earnings", "sum", parts=("rent", *(f"-{name}" for name in costs))),
        of("capex", "Investment", "USD", "Investment and tax", "sum", -1, cash=True),
        of("depreciation", "Depreciation", "USD", "Investment and tax", "sum", -1, note="not cash"),
        of("tax.assessed", "Tax assessed", "USD", "Investment and tax", "sum", -1, note="paid in the year after"),
    )


def assumptions() -> tuple[Assumption, ...]:
    def of(
        section: str, label: str, path: str, value: float | str, unit: str, status: str, *more: object
    ) -> Assumption:
        source, note, low, high = (*more, *("", "", None, None)[len(more) :])
        return Assumption(section, label, path, value, unit, status, str(source), str(note), low, high)  # type: ignore[arg-type]

    return (
        of(
            "Lease",
            "Rent",
            "clauses.rent.price",
            131.3,
            "USD/kW/month",
            "derived",
            "article",
            "2.6 bn USD over 15 years and 110 MW, billed on phases",
            106.0,
            200.0,
        ),
        of("Lease", "Kind of lease", "clauses.rent.lease", "gross", "", "assumption"),
        of("Lease", "Escalator", "clauses.rent.escalator", 0.0, "%/year", "assumption"),
        of("Lease", "Contracted capacity from 2026-10-01", "capacity.contracted.2026-10-01", 40.0, "MW", "assumption"),
        of(
            "Lease",
            "Contracted capacity from 2027-01-01",
            "capacity.contracted.2027-01-01",
            110.0,
            "MW",
            "claim",
            "article",
        ),
        of(
            "Power",
            "Fixed price",
            "clauses.power.fixed_price",
            0.0328,
            "USD/kWh",
            "derived",
            "management-call",
            "middle of 3-4 c all-in, less grid and tax",
            0.02,
            0.043,
        ),
        of("Power", "Share at the fixed price", "clauses.power.hedge.share", 0.8, "%", "assumption", "", "", 0.5, 1.0),
        of(
            "Power",
            "Forward price",
            "market.factors.power.forward.flat",
            28.5,
            "EUR/MWh",
            "derived",
            "exchange",
            "flat, with month shape",
            17.0,
            45.0,
        ),
        of(
            "Costs",
            "Operations",
            "clauses.operations.price",
            16.6,
            "USD/kW/month",
            "derived",
            "peer-report",
            "between 4.3 and 23",
            8.0,
            25.0,
        ),
        of(
            "Costs",
            "Investment",
            "clauses.build.cost",
            8e6,
            "USD/MW",
            "assumption",
            "peer-report",
            "low end of 8-10; general pages say 10-12, liquid-cooled 15-20 " * 3,
            5e6,
            12e6,
        ),
        of("Tax", "Tax rate", "tax.host.rate", 0.22, "%", "fact", "tax-act"),
        of("Risks", "Revocation", "risks.revocation.rate", 0.01, "%/year", "assumption", "", "0.2-2 %", 0.002, 0.02),
    )


def build() -> Tables:
    rng = np.random.default_rng(7)
    forward = column([28.5 * 1.1515 * SHAPE[(FIRST + t) % 12] for t in range(MONTHS)])
    never = np.full(1, 1e9)
    base_line = lease(np.full((MONTHS, 1), 0.9), forward, never)
    base_cash, base_tax = dated(base_line)
    level = np.exp(0.4 * rng.standard_normal((len(YEARS), PATHS)) - 0.08)
    by_month = np.array([YEARS.index(day.year) for day in ENDS])
    use = np.clip(0.9 + 0.05 * rng.standard_normal((len(YEARS), PATHS)), 0, 1)[by_month]
    struck = rng.exponential(100.0, PATHS) * 12
    event = np.where(struck < 180, struck + 3 + 6, 1e9)
    line = lease(use, forward * level[by_month], event)
    calm = lease(use, forward * level[by_month], np.full(PATHS, 1e9))
    cash, tax = dated(line)
    calm_flows = sum(dated(calm))
    flows = cash + tax
    values, before_tax, riskless = npv(flows, RATE), npv(cash, RATE), npv(flows, RISK_FREE)
    rates, rates_before = (np.where(np.isfinite(r), r, -1.0) for r in (irr(flows), irr(cash)))
    weight = (1 + RATE) ** -np.array([(day - VALUATION).days / 365 for day in ENDS])
    margins = (weight @ line["ebitda"]) / (weight @ line["rent"])
    base_flows = base_cash + base_tax
    base_npv, mean = float(npv(base_flows, RATE)[0]), float(values.mean())
    calm_npv = npv(calm_flows, RATE)
    hit = struck < 180
    cut = event < 183
    yearly_flows, rent, ebitda = yearly_cash(flows), yearly(line, "rent"), yearly(line, "ebitda")
    base_yearly, base_rent, base_ebitda = (
        yearly_cash(base_flows)[:, 0],
        yearly(base_line, "rent")[:, 0],
        yearly(base_line, "ebitda")[:, 0],
    )

    def year_row(k: int) -> YearRow:
        running = rent[k] > 0
        margin = ebitda[k][running] / rent[k][running] if running.any() else None
        marks = [None] * 3 if margin is None else [float(np.percentile(margin, p)) for p in (5, 50, 95)]
        used = use[[t for t in range(MONTHS) if ENDS[t].year == YEARS[k]]].mean(axis=0)
        level_marks = [float(used.mean()), float(np.percentile(used, 5)), float(np.percentile(used, 95))]
        return YearRow(
            YEARS[k],
            float(base_yearly[k]),
            float(yearly_flows[k].mean()),
            *(float(np.percentile(yearly_flows[k], p)) for p in (5, 25, 50, 75, 95)),
            float(base_rent[k]),
            float(rent[k].mean()),
            float(base_ebitda[k]),
            float(ebitda[k].mean()),
            float(base_ebitda[k] / base_rent[k]) if base_rent[k] else None,
            *marks,
            float(running.mean()),
            float((struck > 12 * (k + 0.5)).mean()),
            *(level_marks if k < len(YEARS) - 1 else [None] * 3),
        )

    def indicator_years(chance: Callable[[int], float]) -> tuple[IndicatorYear, ...]:
        alive = [float((struck > 12 * (k + 0.5)).mean()) for k in range(len(YEARS) - 1)]
        return tuple(IndicatorYear(YEARS[k], chance(k), chance(k) * a, a) for k, a in enumerate(alive))

    expected = irr(flows.mean(axis=1, keepdims=True))[0]
    step_se = float((calm_npv - base_npv).std(ddof=1) / math.sqrt(PATHS))
    event_se = float((values - calm_npv).std(ddof=1) / math.sqrt(PATHS))
    worst = np.sort(values)[: PATHS // 20]
    status = {
        "ok": int((rates > -1).sum()),
        "multiple": 0,
        "total_loss": int((rates == -1).sum()),
        "no_investment": 0,
        "no_root": 0,
        "not_converged": 0,
    }
    per_mw = lambda capex, opex: base_npv - 86e6 * (capex - 8) / 0.98 - 23e6 * (opex - 16.6)  # noqa: E731
    deal = DealTerms(
        id="nordoya",
        name="Nordøya Compute – Example Tenant, 110 MW capacity lease",
        stage="letter of intent",
        parties={"host": "Nordøya Compute", "tenant": "Example Tenant", "state": "Norwegian state"},
        view="host",
        currency="USD",
        price_basis="nominal",
        measure="real-world",
        valuation=VALUATION,
        start=date(2026, 10, 1),
        end=date(2041, 10, 1),
        discount_rate=RATE,
        discount_basis="nominal post-tax unlevered",
        discount_includes=(),
        risk_free=RISK_FREE,
        hurdle_rate=HURDLE,
        not_modelled=(
            "default of the tenant (see scenario credit)",
            "delay and overrun of construction",
            "prices of equipment at renewal",
            "currency of the tenant's revenue",
        ),
        warnings=("clauses.rent.price is derived from an article that calls itself machine-generated",),
        remarks=(
            "Under take-or-pay a higher utilisation lowers the host's NPV: 'above 92 % confirms the model' "
            "is the tenant's indicator.",
        ),
    )
    return Tables(
        deal=deal,
        audit=Audit(
            1,
            PATHS,
            "0123456789abcdef" * 4,
            "fedcba9876543210" * 4,
            "00112233445566778899aabbccddeeff" * 2,
            "0.1.0",
            "valuate contracts/nordoya.yaml --paths 1000 --seed 1",
            "USD",
            "host",
            None,
            (),
        ),
        npv=spread(values),
        npv_pre_tax=spread(before_tax),
        npv_risk_free=spread(riskless),
        irr=IrrSummary(spread(rates), float(expected), status),
        irr_pre_tax=IrrSummary(spread(rates_before), float(irr(cash.mean(axis=1, keepdims=True))[0]), status),
        margin=spread(margins),
        margin_of_expected_flows=ExpectedMargin(0.6301, 0.0004),
        survivors=Survivors(0.86, 4.2e6, 1.1e5),
        tail={
            "npv_q05": float(np.percentile(values, 5)),
            "cvar_05": float(worst.mean()),
            "loss_05": base_npv - float(np.percentile(values, 5)),
        },
        base=BaseCase(
            base_npv,
            float(irr(base_flows)[0]),
            "ok",
            float((weight @ base_line["ebitda"])[0] / (weight @ base_line["rent"])[0]),
            float(base_ebitda.sum() / base_rent.sum()),
            float(npv(base_cash, RATE)[0]),
            float(irr(base_cash)[0]),
            0.0,
            9.4,
            14.9,
            1.76,
        ),
        lines=sheet_lines(base_line),
        month_ends=ENDS,
        flows=DatedFlows(
            DATES,
            tuple(map(float, base_cash[:, 0])),
            tuple(map(float, base_tax[:, 0])),
            tuple(map(float, cash.mean(axis=1))),
            tuple(map(float, tax.mean(axis=1))),
        ),
        years=tuple(year_row(k) for k in range(len(YEARS))),
        bridge=(
            BridgeStep("base", base_npv, None, 0.0),
            BridgeStep("volatility", float(calm_npv.mean()), float(calm_npv.mean()) - base_npv, step_se),
            BridgeStep("events", mean, mean - float(calm_npv.mean()), event_se),
            BridgeStep("mean", mean, None, float(values.std(ddof=1) / math.sqrt(PATHS))),
        ),
        break_even={
            "rent": BreakEven("clauses.rent.price", 132.4, "USD/kW/month", "", 131.3),
            "capex": BreakEven("clauses.build.cost", 7.9e6, "USD/MW", "", 8e6),
            "power_price": BreakEven(
                "clauses.power.fixed_price",
                None,
                "USD/kWh",
                "no value between 0 and 1 USD/kWh brings the base NPV to 0",
            ),
        },
        npv_by_rate=tuple(
            RateRow(r, float(npv(base_flows, r)[0]), float(npv(flows, r).mean()))
            for r in (0.07, 0.08, 0.09, 0.10, 0.11, 0.12)
        ),
        two_way=(
            (0.0, 8.0, 12.0, 16.6, 20.0, 25.0),
            *((c * 1e6, *(per_mw(c, o) for o in (8.0, 12.0, 16.6, 20.0, 25.0))) for c in (5.0, 6.5, 8.0, 10.0, 12.0)),
        ),
        two_way_axes=("Investment, USD/MW", "Operations, USD/kW/month"),
        probability=Probability(
            float((values < 0).mean()),
            float((riskless < 0).mean()),
            float((rates < 0).mean()),
            float((rates < HURDLE).mean()),
            0.0,
            float(hit.mean()),
            float(cut.mean()),
            {"revocation": float(hit.mean())},
        ),
        indicators=(
            Indicator(
                "utilisation confirms the model",
                "utilisation > 92 %",
                "year_average",
                False,
                indicator_years(lambda k: float((use[by_month == k].mean(axis=0) > 0.92).mean())),
                "the tenant's indicator",
            ),
            Indicator(
                "demand in doubt",
                "active_customers < 15",
                "year_end",
                False,
                indicator_years(lambda k: 0.12 + 0.01 * k),
            ),
        ),
        claims=(
            Claim("margins exceeding 45%", "article", "margin > 45 %", 0.677, "%", "holds", (), ""),
            Claim(
                "a contract worth USD 2.6 billion",
                "article",
                "contract_value = 2.6 bn USD",
                2.572e9,
                "USD",
                "contradicts",
                ("net_of_power",),
                "bills 2.572 bn on these phases",
            ),
            Claim(
                "the best site in the region, as every independent observer who has looked at the matter agrees",
                "article",
                "",
                None,
                "",
                "cannot_be_tested",
                (),
                "no measure in the model",
            ),
        ),
        claims_audit=ClaimsAudit(
            "USD",
            (
                ClaimedAmount(0, "margin", ">", 0.45, 0.677),
                ClaimedAmount(1, "rent", "=", 131.3131, 131.3),
                ClaimedAmount(2, "cost", "=", 200.0, 43.09),
            ),
            (ClaimConflict((1, 2, 0), -0.5231, "margin = 1 - cost / rent"),),
            (ImpliedAmount((1, 2), "margin", "=", -0.5231), ImpliedAmount((2, 0), "rent", ">", 363.636)),
        ),
        histograms={"npv": histogram(values, hit), "irr": histogram(rates, hit), "margin": histogram(margins, hit)},
        event_npv=histogram(values[hit], hit[hit]),
        figures=DealFigures(110.0, 95.65, 880e6, 2027, base_npv / 1.2e7),
        scenarios=(
            ScenarioCase("base", "", base_npv, 0.09, 0.67, mean, 5e6, 0.6, PATHS, True),
            ScenarioCase("net_of_power", "the tenant pays for power", 1.9e8, None, 0.8, 1.5e8, 6e6, 0.1, PATHS, False),
        ),
        assumptions=assumptions(),
        checks=(
            Check("Transfers between the parties sum to 0", True, 0.0, 0.0, "USD"),
            Check("Base NPV = run without volatility and events", True, 2.1e-15, 1e-12),
            Check(CASH_TIE, True, 0.0, 1e-9),
            Check(TAX_TIE, True, 0.0, 1e-9),
        ),
        convergence=tuple(
            (n, float(values[:n].mean()), float(values[:n].std(ddof=1) / math.sqrt(n))) for n in (128, 256, 512, 1000)
        ),
        parties=(
            PartyValue("host", "Nordøya Compute", RATE, base_npv, mean, 4.4e6, "both", True, True),
            PartyValue("tenant", "Example Tenant", 0.07, -1.51e9, -1.42e9, 2.6e6, "pays", False, False),
            PartyValue("state", "Norwegian state", RATE, 0.0, -1.2e5, 3.1e3, "contingent", False, False),
            PartyValue("outside", "everybody else", RATE, 1.06e9, 1.05e9, 4e5, "receives", False, False),
        ),
        transfers=Transfers(0.0, 0.0, 4.05e9, PATHS),
        quantiles={"npv": quantiles(values), "irr": quantiles(rates), "margin": quantiles(margins)},
        bands={
            "revenue": tuple(year_band(k, rent[k], base_rent[k]) for k in range(len(YEARS))),
            "ebitda": tuple(year_band(k, ebitda[k], base_ebitda[k]) for k in range(len(YEARS))),
        },
        tornado=BaseTornado(
            base_npv,
            (
                tornado_bar(
                    base_npv, "Rent", "131.3 USD/kW/month", ("106 USD/kW/month", "200 USD/kW/month"), (-2.1e8, 5.8e8)
                ),
                tornado_bar(base_npv, "Investment", "8 M USD/MW", ("5 M USD/MW", "8 M USD/MW"), (2.6e8, 0.0)),
            ),
            ("Expected rate of revocation",),
            (("dates.start", "after the end of the term"),),
        ),
    )


@pytest.fixture(scope="session")
def tables() -> Tables:
    return with_program(build())


@pytest.fixture(scope="module")
def workbooks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> object:
    """The workbooks of the contracts that a module asks for, see every_workbook.py."""
    return sys.modules["every_workbook"].Workbooks.of(request, tmp_path_factory.mktemp("workbooks"))


def with_program(made: Tables) -> Tables:
    """Tables with the program that their lines are of."""
    program_of = sys.modules["program_of_tables"].program_of
    return replace(made, live=program_of(made))


@pytest.fixture(scope="session")
def bitzero() -> Tables:
    """The shipped contract, valued on a few paths."""
    return value(shipped("contracts") / "bitzero.yaml", paths=2_000).workbook_tables


@pytest.fixture(scope="session")
def hostile(tables: Tables) -> Tables:
    """The same deal with every text that a spreadsheet could take for a formula, an error or a number."""
    bad = (
        '=HYPERLINK("http://x")',
        "+1",
        "@x",
        "-1",
        "\t=1+1",
        "\r=1+1",
        "#N/A",
        "\x1b[31mred\x00",
        "=",
        "12",
        "TRUE",
        "'quoted",
    )
    deal = replace(
        tables.deal,
        id=bad[0],
        name=bad[0],
        stage=bad[3],
        parties={"host": bad[1], "tenant": bad[4], "=1+1": bad[2]},
        discount_basis=bad[6],
        discount_includes=bad,
        not_modelled=bad,
        warnings=bad,
        remarks=(*bad, "[red]markup[/red]"),
    )
    return with_program(_hostile(tables, deal, bad))


def _hostile(tables: Tables, deal: DealTerms, bad: tuple[str, ...]) -> Tables:
    return replace(
        tables,
        deal=deal,
        audit=replace(tables.audit, command="=cmd|' /C calc'!A0", scenario="=1+1", overrides=bad),
        lines=tuple(
            replace(line, label=bad[k % 4], section=f"={k // 4}", note=bad[k % len(bad)])
            for k, line in enumerate(tables.lines)
        ),
        assumptions=tuple(
            replace(
                a,
                section=f"={k // 4}",
                label=bad[k],
                path=bad[k],
                note=bad[2],
                source=bad[k],
                value=bad[k],
                status=bad[3],
                unit=bad[0],
            )
            for k, a in enumerate(tables.assumptions)
        ),
        claims=tuple(
            replace(c, quote=bad[k], source=bad[2], check=bad[1], note=bad[3], unit=bad[1], with_=bad)
            for k, c in enumerate(tables.claims)
        ),
        indicators=tuple(
            replace(i, name=bad[k], when=bad[k + 2], over=bad[0], note=bad[2]) for k, i in enumerate(tables.indicators)
        ),
        break_even={key: replace(b, unit=bad[0], reason=bad[1], path=bad[2]) for key, b in tables.break_even.items()},
        two_way_axes=(bad[0], bad[1]),
        scenarios=tuple(replace(s, name=bad[k], note=bad[k + 2]) for k, s in enumerate(tables.scenarios)),
        checks=tuple(replace(c, name=bad[0], unit=bad[1]) for c in tables.checks),
        parties=tuple(replace(p, party=bad[k], name=bad[k + 4]) for k, p in enumerate(tables.parties)),
        probability=replace(tables.probability, by_cause={bad[0]: 0.1, bad[2]: 0.04}),
    )
