"""Random plans: every op with operands from its domain, rows that read an earlier month's value, payments, measures,
records.

Rows come in kinds, so that no operand leaves its op's domain: ``small`` (size below about 10, may go into an
exponential), ``positive`` (0.01 to some thousands), ``number`` (anything), ``flag`` (0 or 1), ``uniform``, ``count``,
``position``. A row may read another row of the kind it needs, an input, a number, or the value of a row one to 14
months before. At the end the rows are put into another order that the reads allow, so that last month's values are
read before and after they are written.
"""

from dataclasses import dataclass, field

import numpy as np

from valuation.kernel.opcodes import NEVER, OPS, VARIADIC
from valuation.plan.model import Argument, Input, Measure, Payment, Plan, Record, Row, Table, operand

# op: (kinds of its operands, kind of its result; "" = not read by other rows)
DOMAIN: dict[str, tuple[tuple[str, ...], str]] = {
    "set": (("number",), "number"),
    "add": (("number", "number"), "number"),
    "sub": (("number", "number"), "number"),
    "mul": (("number", "small"), "number"),
    "mul_add": (("small", "positive", "number"), "number"),
    "divide": (("number", "positive"), "number"),
    "ratio": (("number", "number"), ""),
    "lower_of": (("number", "number"), "number"),
    "higher_of": (("number", "number"), "number"),
    "select": (("flag", "number", "number"), "number"),
    "below": (("number", "number"), "flag"),
    "above": (("small", "small"), "flag"),
    "equal": (("count", "count"), "flag"),
    "opposite": (("flag",), "flag"),
    "exp": (("small",), "number"),
    "log": (("positive",), "number"),
    "exp_price": (("small", "small"), "number"),
    "sinh_price": (("small", "small", "positive"), "number"),
    "logistic": (("small", "small"), "positive"),
    "pick_first": (("position", "position", "number", "number"), "number"),
    "span": (("position", "month_start", "month_end"), "number"),
    "falls_in": (("position", "month_start", "month_end"), "flag"),
    "take_or_pay": (("positive", "uniform", "positive"), "number"),
    "blend": (("uniform", "number", "number"), "number"),
    "tax": (("uniform", "flag", "number", "positive"), "number"),
    "pay_down": (("flag", "number", "number"), "number"),
    "behind": (("flag", "positive", "number", "positive"), "number"),
    "shortfall": (("flag", "number"), "number"),
    "hold_back": (("number", "positive"), "number"),
    "in_a_row": (("flag", "number", "small", "count"), "count"),
    "cover": (("flag", "number", "number"), "position"),
    "release": (("flag", "number", "number", "number"), "number"),
    "normal_probability": (("small",), "uniform"),
    "poisson": (("uniform", "uniform"), "count"),
    "binomial": (("uniform", "count", "uniform"), "count"),
    "lookup": (("small", "line"), "number"),
    "lookup_2d": (("small", "number", "plane"), "number"),
    "sum": (("number", "number", "number", "small"), "number"),
    "prod": (("small", "positive", "flag"), "number"),
}
"""The other four (event_time, year_to_date, loss_used, loss_pool) need states of their own and come in groups."""

TABLES = {
    "line": (-2.0, 4.0, 17.0, *np.sin(np.arange(17) / 3.0).tolist()),
    "plane": (-1.0, 5.0, 11.0, -4.0, 2.0, 17.0, *np.cos(np.arange(187) / 20.0).tolist()),
}
"""Tables to look up: one of a number, one of two."""

OPENING = {"small": 0.25, "positive": 1.5, "number": -2.0, "flag": 1.0, "uniform": 0.5, "count": 2.0, "position": 3.5}


@dataclass
class Factory:
    """Builds one plan from a seed."""

    seed: int
    rows: list[Row] = field(default_factory=list)
    kinds: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numbers = np.random.default_rng(self.seed)
        self.months = int(self.numbers.integers(10, 26))

    def number(self, low: float, high: float) -> float:
        return float(self.numbers.uniform(low, high))

    def pick(self, names: list[str]) -> str:
        return names[int(self.numbers.integers(len(names)))]

    def add(self, op: str, args: tuple[Argument, ...], kind: str, axis: str = "month", **more: object) -> str:
        name = f"r{len(self.rows)}_{op}"
        more.setdefault("opening", OPENING.get(kind, 0.0))
        self.rows.append(Row(name, axis, op, args, **more))
        if kind:
            self.kinds.setdefault(kind, []).append(name)
        return name

    def operand(self, kind: str) -> Argument:
        """A row, now or some months ago, or a number, of a kind."""
        if kind in ("month_start", "month_end"):
            return kind
        if kind in TABLES:
            return f"{kind}:value"
        chance = self.numbers.random()
        if chance < 0.1 and kind in OPENING and kind != "count":
            return {"flag": float(self.numbers.integers(2)), "uniform": self.number(0.01, 0.99)}.get(
                kind, self.number(0.1, 3.0)
            )
        name = self.pick(self.kinds[kind])
        row = next((r for r in self.rows if r.name == name), None)
        if chance > 0.75 and row is not None and row.axis == "month":
            months = int((chance - 0.75) * 300.0)
            name += f".prev{months}" if 2 <= months <= 14 else ".prev"
        if kind == "number" and chance > 0.9:
            return f"{name}"
        return name

    def plan(self) -> Plan:
        """The plan."""
        inputs = self.ground()
        for op in self.numbers.permutation(sorted(DOMAIN)):
            self.op(str(op))
        for group in self.numbers.permutation(["event", "tax", "walk", "once"]):
            getattr(self, f"{group}_rows")()
        for _ in range(int(self.numbers.integers(5, 30))):
            self.op(str(self.pick(sorted(DOMAIN))))
        payments = self.payments()
        records = tuple(
            Record(f"{row.name}:{kind}", row.name, kind)
            for row in self.rows
            if row.axis == "month"
            for kind in ("final", "yearly", "yearly_sum")
        )
        measures = tuple(
            Measure(f"{kind}_{book}", kind, book, "rate")
            for kind in ("npv", "irr")
            for book in ("cash", "all", "equity")
        )
        return Plan(
            name=f"random {self.seed}",
            view="us",
            currency="USD",
            first_month=2026 * 12 + int(self.numbers.integers(12)),
            months=self.months,
            first_period=int(self.numbers.integers(-3, 9)),
            valuation=46200.0,
            inputs=inputs,
            tables=tuple(Table(name, (("value", values),), ("",)) for name, values in TABLES.items()),
            rows=self.reordered(),
            payments=payments,
            measures=measures,
            records=records,
        )

    def ground(self) -> tuple[Input, ...]:
        """Inputs, the time axis, draws: what the ops then stand on."""
        inputs = [Input("rate", self.number(-0.02, 0.2), "1/year")]
        for kind, low, high in (("small", -0.5, 0.5), ("positive", 0.1, 5.0), ("number", -9.0, 9.0)):
            inputs.append(Input(f"in_{kind}", self.number(low, high), ""))
            self.kinds.setdefault(kind, []).append(f"in_{kind}")
        self.rows.append(Row("month_end", "month", "add", ("month_end.prev", 1.0), opening=0.0))
        self.rows.append(Row("month_start", "month", "sub", ("month_end", 1.0)))
        self.rows.append(Row("month_date", "month", "mul_add", ("month_end", 30.0, 46173.0)))
        cold_flag = self.add("falls_in", ("month_start", 3.0, self.number(6.0, 20.0)), "flag")
        self.add("below", ("month_start", self.number(2.0, 9.0)), "flag")
        self.add("mul_add", ("month_end", 0.01, 0.5), "positive")
        self.add("mul_add", ("month_start", -0.02, 0.3), "small")
        self.add("mul_add", ("month_start", self.number(-1, 1), "in_number"), "number")
        for purpose, kind in (("normal", "small"), ("normal", "small"), ("uniform", "uniform"), ("exponential", "")):
            mask: tuple[Argument, ...] = (cold_flag,) if self.numbers.random() < 0.2 else ()
            drawn = self.add(f"draw_{purpose}", mask, kind, stream=f"random/{self.seed}/{len(self.rows)}")
            if kind == "":
                self.add("mul_add", (drawn, 0.3, 0.05), "positive")
        self.kinds["uniform"].append("share")
        inputs.append(Input("share", self.number(0.05, 0.95), ""))
        self.add("draw_normal", (), "small", "start", stream=f"random/{self.seed}/start")
        self.threshold = self.add("draw_exponential", (), "", "start", stream=f"random/{self.seed}/threshold")
        self.add("draw_uniform", (), "uniform", "start", stream=f"random/{self.seed}/start uniform")
        self.add("poisson", (self.kinds["uniform"][0], 0.8), "count")
        self.add("mul_add", (self.kinds["uniform"][0], 20.0, -1.0), "position")
        self.add("set", (NEVER,), "position")
        return tuple(inputs)

    def op(self, name: str) -> None:
        """A row of one op with operands from its domain."""
        wanted, kind = DOMAIN[name]
        args = [self.operand(k) for k in wanted]
        if name == "sum":
            args = [f"-{a}" if isinstance(a, str) and self.numbers.random() < 0.4 else a for a in args]
        if name == "blend" and args[1] == args[2]:  # equal to them: every comparison would be close
            args[2] = self.number(-9.0, 9.0)
        if name in VARIADIC:
            args = args[: int(self.numbers.integers(1, len(args) + 1))]
        self.add(name, tuple(args), kind)

    def walk_rows(self) -> None:
        """A mean-reverting state, opening at a draw taken once a path."""
        name = f"r{len(self.rows)}_walk"
        start = next(row.name for row in self.rows if row.axis == "start" and row.op == "draw_normal")
        opening: Argument = start if self.numbers.random() < 0.5 else self.number(-1, 1)
        pulled = self.add("mul", (f"{name}.prev", self.number(0.5, 0.98)), "")
        self.rows.append(Row(name, "month", "mul_add", (self.kinds["small"][2], 0.2, pulled), opening=opening))
        self.kinds["small"].append(name)

    def event_rows(self) -> None:
        """Two competing events on growing hazards, and what hangs on the first."""
        hazard = f"r{len(self.rows)}_hazard"
        self.rows.append(
            Row(hazard, "month", "mul_add", (self.operand("positive"), 0.03, f"{hazard}.prev"), opening=0.0)
        )
        times = []
        for threshold in (self.threshold, self.number(0.2, 2.0)):
            name = f"r{len(self.rows)}_event"
            args = (f"{name}.prev", f"{hazard}.prev", hazard, threshold, "month_start", "month_end")
            self.rows.append(Row(name, "month", "event_time", args, opening=NEVER))
            times.append(name)
        first = self.add("pick_first", (*times, *times), "")
        stop = self.add("add", (first, self.number(0.0, 6.0)), "position")
        self.add("span", (stop, "month_start", "month_end"), "positive_or_nought")
        self.add("falls_in", (stop, "month_start", "month_end"), "flag")

    def tax_rows(self) -> None:
        """Profit of the year, loss carried forward, tax."""
        reset, due = self.operand("flag"), self.operand("flag")
        profit = f"r{len(self.rows)}_profit"
        self.rows.append(Row(profit, "month", "year_to_date", (self.operand("number"), f"{profit}.prev", reset)))
        pool = f"r{len(self.rows)}_pool"
        used = self.add("loss_used", (due, profit, f"{pool}.prev"), "")
        self.rows.append(Row(pool, "month", "loss_pool", (f"{pool}.prev", used, due, profit), opening=4.0))
        tax = self.add("tax", (0.22, due, profit, used), "number")
        self.add("select", (due, tax, f"{tax}.prev"), "number", opening=0.0)

    def once_rows(self) -> None:
        """Rows once a path."""
        start = next(row.name for row in self.rows if row.axis == "start" and row.op == "draw_normal")
        self.add("mul_add", (start, 0.4, "in_small"), "small", "start")
        self.add("exp", (start,), "number", "start")
        self.add("sum", ("in_number", f"-{start}", 1.25), "number", "start")

    def payments(self) -> tuple[Payment, ...]:
        """Some rows paid in the month, later, or not at all in some months; an outlay at first, so that there is a
        return."""
        flags = [row.name for row in self.rows if row.op in ("falls_in", "below") and row.args[0] == "month_start"]
        lagged = self.add("add", ("month_date", float(self.numbers.integers(0, 70))), "")
        masked = self.add("mul", ("month_date", flags[0]), "")
        outlay = self.add("mul", (flags[1], self.number(5.0, 50.0)), "")
        tax_date = self.add("add", ("month_date", 7.0), "")  # a date that no other cash falls on
        dates = {"cash": ["month_date", lagged, masked], "tax": ["month_date", lagged, tax_date]}
        rows = [self.pick(self.kinds["number"][1:]) for _ in range(6)]
        months = {row.name for row in self.rows if row.axis == "month"}
        paid = []
        for name in rows:
            if name in months:
                book = self.pick(["cash", "cash", "tax"])
                sign = int(self.numbers.choice([-1, 1]))
                paid.append(Payment(name, self.pick(dates[book]), sign, book))
        return (
            *paid,
            *self.equity(outlay, [name for name in rows if name in months]),
            Payment(outlay, "month_date", -1),
            Payment(self.pick(self.kinds["positive"][1:]), lagged, 1),
        )

    def equity(self, outlay: str, rows: list[str]) -> tuple[Payment, ...]:
        """In half of the plans: some rows paid to the owners on dates of their own, the outlay paid in by them."""
        if self.seed % 2:
            return ()
        date = self.add("add", ("month_date", 3.0), "")
        return (*(Payment(name, date, 1, "equity") for name in rows[::2]), Payment(outlay, "month_date", -1, "equity"))

    def reordered(self) -> tuple[Row, ...]:
        """The rows in another order that their reads of the same month allow; rows once a path stay in front."""
        left = [row for row in self.rows if row.axis == "month"]
        done = [row for row in self.rows if row.axis != "month"]
        names = {row.name for row in left}
        reads = {
            row.name: {name for name, before, _ in (operand(a) for a in row.args) if name is not None and not before}
            for row in left
        }
        while left:
            free = [row for row in left if reads[row.name].isdisjoint(names)]
            row = free[int(self.numbers.integers(len(free)))]
            left.remove(row)
            names.discard(row.name)
            done.append(row)
        return tuple(done)


def random_plan(seed: int) -> Plan:
    """The plan of a seed; every op occurs in it."""
    plan = Factory(seed).plan()
    missing = {*OPS, *VARIADIC} - {row.op for row in plan.rows}
    if missing:
        raise ValueError(f"the plan of seed {seed} lacks {sorted(missing)}")
    return plan
