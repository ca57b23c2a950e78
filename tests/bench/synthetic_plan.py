"""A plan of about the size of a 110 MW lease: 8 monthly draws, 49 ops, 209 payment dates, 190 months.

Its constants come from the kernel's plain functions: NumPy's depend on the processor in the last bit.
"""

import numpy as np

from valuation.kernel.arrays import IRR, NORMAL, NPV, UNIFORM, PlanArrays
from valuation.kernel.elementary import exp, log
from valuation.kernel.opcodes import CODES

MONTHS = 190


class Registers:
    """Registers by name, in the order of their first mention."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self.opening: list[float] = []

    def __call__(self, name: str, opening: float = 0.0) -> int:
        if name not in self.number:
            self.number[name] = len(self.opening)
            self.opening.append(opening)
        return self.number[name]


def synthetic_plan() -> PlanArrays:
    """Price, use, customers, currency, two hazards; rent, power, cost, tax, capex; NPV and IRR before and after tax."""
    r = Registers()
    program: list[tuple[str, tuple[str, ...]]] = []

    def op(out: str, name: str, *operands: str) -> None:
        program.append((name, (out, *operands)))

    constant = {
        "one": 1.0, "zero": 0.0, "decay": 0.93, "shock": 0.11, "slow_decay": 0.99, "slow_shock": 0.05, "use_decay": 0.9,
        "use_shock": 0.2, "use_level": 2.3, "rent_rate": 15.0e6, "floor_share": 0.7, "hedge_share": 0.5,
        "hedge_price": 35.0,
        "fx_drift": 0.001, "fx_vol": 0.03, "month_rate": 0.02 / 12.0, "mean_in": 0.4, "leave": 0.02, "tax_rate": 0.22,
        "fx_level": 0.0, "threshold": 1.5, "threshold_2": 2.5, "half": 0.5, "full_mwh": 74000.0, "opex": 2.2e6,
        "notice": 6.0,
        "cap_customers": 20.0, "kusd": 30000.0,
    }  # fmt: skip
    for name, value in constant.items():
        r(name, value)
    series = {
        "level": 3.5 + 0.03 * (np.arange(MONTHS) % 12),
        "from": np.arange(MONTHS, dtype=float),
        "to": np.arange(1, MONTHS + 1, dtype=float),
        "tax_month": (np.arange(MONTHS) % 12 == 11) * 1.0,
        "tax_due": (np.arange(MONTHS) % 12 == 1) * 0.5 + (np.arange(MONTHS) % 12 == 3) * 0.5,
        "new_year": (np.arange(MONTHS) % 12 == 0) * 1.0,
        "capex": np.where(np.arange(MONTHS) < 10, 80e6, 0.0),
        "depreciation": np.where(np.arange(MONTHS) < 180, 4e6, 0.0),
        "in_term": ((np.arange(MONTHS) >= 8) & (np.arange(MONTHS) < 188)) * 1.0,
    }
    for name in series:
        r(name)
    draws = ["z_fast", "z_slow", "z_slow_mean", "z_use", "z_fx", "z_level", "u_in", "u_out"]
    for name in draws:
        r(name)
    op("fast_pull", "mul", "fast", "decay")
    op("fast_new", "mul_add", "z_fast", "shock", "fast_pull")
    op("fast", "set", "fast_new")
    op("slow_pull", "mul", "slow", "slow_decay")
    op("slow_new", "mul_add", "z_slow", "slow_shock", "slow_pull")
    op("slow", "set", "slow_new")
    op("x_mean", "mul_add", "z_slow_mean", "slow_shock", "fast")
    op("x", "add", "x_mean", "slow")
    op("price", "exp_price", "x", "level")
    op("use_pull", "mul", "use_x", "use_decay")
    op("use_new", "mul_add", "z_use", "use_shock", "use_pull")
    op("use_x", "set", "use_new")
    op("use", "logistic", "use_x", "use_level")
    op("fx_step", "mul_add", "z_fx", "fx_vol", "fx_drift")
    op("fx_now", "add", "fx_log", "fx_step")
    op("fx_log", "set", "fx_now")
    op("fx", "exp_price", "fx_now", "fx_level")
    op("arrivals", "poisson", "u_in", "mean_in")
    op("departures", "binomial", "u_out", "customers", "leave")
    op("more", "sub", "arrivals", "departures")
    op("count", "add", "customers_before", "more")
    op("customers", "set", "count")
    op("customer_share", "lower_of", "count", "cap_customers")
    op("price_scaled", "mul", "price", "month_rate")
    op("hazard", "mul_add", "price_scaled", "half", "hazard_before")
    op("event", "event_time", "event_before", "hazard_before", "hazard", "threshold", "from", "to")
    op("event_2", "event_time", "event_2_before", "hazard_before", "hazard", "threshold_2", "from", "to")
    op("first", "pick_first", "event", "event_2", "event", "event_2")
    op("stop", "add", "first", "notice")
    op("served", "span", "stop", "from", "to")
    op("alive", "mul", "served", "in_term")
    op("billed", "take_or_pay", "use", "floor_share", "rent_rate")
    op("rent", "mul", "billed", "alive")
    op("mwh", "mul", "use", "full_mwh")
    op("power_price", "blend", "hedge_share", "hedge_price", "price")
    op("power_full", "mul", "mwh", "power_price")
    op("power", "mul", "power_full", "fx")
    op("power_cost", "mul", "power", "alive")
    op("extra", "mul", "customer_share", "kusd")
    op("cost", "mul_add", "opex", "alive", "power_cost")
    op("ebitda_0", "sub", "rent", "cost")
    op("ebitda", "add", "ebitda_0", "extra")
    op("profit", "sub", "ebitda", "depreciation")
    op("profit_year", "year_to_date", "profit", "profit_year_before", "new_year")
    op("used", "loss_used", "tax_month", "profit_year", "pool_before")
    op("pool", "loss_pool", "pool_before", "used", "tax_month", "profit_year")
    op("tax_year", "tax", "tax_rate", "tax_month", "profit_year", "used")
    op("tax_owed", "select", "tax_month", "tax_year", "tax_owed_before")
    op("tax_paid", "mul", "tax_owed", "tax_due")
    for _, names in program:
        for name in names:
            r(name)
    r.opening[r("event_before")] = r.opening[r("event_2_before")] = r.opening[r("event")] = r.opening[r("event_2")] = (
        1e9
    )
    shadows = [
        (n, f"{n}_before") for n in ("hazard", "event", "event_2", "customers", "profit_year", "pool", "tax_owed")
    ]
    arg = np.zeros((len(program), 7), np.int64)
    for i, (_, names) in enumerate(program):
        arg[i, : len(names)] = [r(name) for name in names]
    ends = np.cumsum([31, 31, 30, 31, 30, 31, 31, 28, 31, 30, 31, 30] * 16)[:MONTHS]
    tax_day = [int(ends[t]) - 14 for t in range(MONTHS) if t % 12 in (7, 9)]
    days = np.unique(np.concatenate([ends, tax_day[: 209 - MONTHS]]))
    row = {int(day): i for i, day in enumerate(days)}
    date_of = np.array([row[int(day)] for day in ends])
    gaps = np.diff(np.concatenate([[0], days])) / 365.0
    distinct, which = np.unique(gaps, return_inverse=True)
    years = (days - 1) // 365
    payments = [
        ("rent", 1, 0),
        ("power_cost", -1, 0),
        ("cost", -1, 0),
        ("extra", 1, 0),
        ("capex", -1, 0),
        ("tax_paid", -1, 1),
    ]
    rates = [0.08, 0.08, 0.08, 0.08, 0.06, 0.10, 0.04]
    kinds = [NPV, IRR, NPV, IRR, NPV, NPV, NPV]
    year_end = np.where(np.arange(MONTHS) % 12 == 11, np.arange(MONTHS) // 12, -1)
    return PlanArrays(
        opening=np.array(r.opening),
        start_stream=np.array([91, 92], np.uint32),
        start_kind=np.array([2, 2]),
        start_register=np.array([r("threshold"), r("threshold_2")]),
        draw_stream=np.arange(8, dtype=np.uint32),
        draw_kind=np.array([UNIFORM if name.startswith("u_") else NORMAL for name in draws]),
        draw_register=np.array([r(name) for name in draws]),
        draw_on=np.ones((8, MONTHS), np.uint8),
        first_period=0,
        start_code=np.zeros(0, np.int64),
        start_arg=np.zeros((0, 7), np.int64),
        code=np.array([CODES[name] for name, _ in program]),
        arg=arg,
        code_on=np.ones((len(program), MONTHS), np.uint8),
        table=np.zeros(0),
        series=np.array(list(series.values())),
        series_register=np.array([r(name) for name in series]),
        shadow=np.array([[r(a), r(b)] for a, b in shadows]),
        delay=np.zeros((0, 3), np.int64),
        delay_on=np.zeros((0, MONTHS), np.uint8),
        pay_register=np.array([r(name) for name, _, _ in payments]),
        pay_sign=np.array([float(sign) for _, sign, _ in payments]),
        pay_book=np.array([book for _, _, book in payments]),
        pay_date=np.tile(date_of, (len(payments), 1)),
        date_year=years.astype(np.int64),
        date_gap=which.astype(np.int64),
        gap_years=distinct,
        equity_date_year=np.zeros(0, np.int64),
        equity_date_gap=np.zeros(0, np.int64),
        equity_gap_years=np.zeros(0),
        discount=np.array([[exp(-day / 365.0 * log(1.0 + rate)) for day in days.tolist()] for rate in rates]),
        measure_kind=np.array(kinds),
        measure_book=np.array([0, 0, 1, 1, 1, 1, 1]),
        measure_near=np.array(rates),
        measure_reinvest=np.zeros(len(rates)),
        final_register=np.array([r("first"), r("event"), r("event_2")]),
        yearly_register=np.array([r("use"), r("profit_year")]),
        count_register=np.array([r("alive")]),
        year_end=year_end,
    )
