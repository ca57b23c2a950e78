"""What a clause or a factor sees while it writes itself into the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from valuation import timeline
from valuation.errors import PlanError
from valuation.lowering.terms import clauses_of
from valuation.lowering.timeaxis import TimeAxis
from valuation.plan.builder import PlanBuilder
from valuation.plan.model import Origin
from valuation.spec.quantity import Dated, Provenance, Quantity, Schedule

if TYPE_CHECKING:
    from valuation.lowering.accounts import Accounts
    from valuation.lowering.basis import RealMoney
    from valuation.lowering.capacity import Capacity
    from valuation.lowering.events import EventGroup
    from valuation.lowering.investment import Part
    from valuation.lowering.joint import JointNormals
    from valuation.lowering.leases import Lease, SiteEnd
    from valuation.lowering.market import MarketNoise
    from valuation.lowering.offtake import Offtake
    from valuation.lowering.renewals import Renewed
    from valuation.lowering.starts import StartRows
    from valuation.lowering.vat import VatTerms
    from valuation.spec.contract import Contract


@dataclass(frozen=True)
class FactorRows:
    """A factor in the plan: its value by month, its unit, and by component the level that others may read."""

    value: str
    unit: str
    components: dict[str, str] = field(default_factory=dict)
    drivers: dict[str, tuple[float, float]] = field(default_factory=dict)
    """(reversion, volatility) by component."""
    expected_growth: str = ""
    """For an index that grows at one rate: the row of its yearly growth."""
    relative: str = ""
    """For an index that moves by path: the row of its level over what the yearly growth alone would make of it [1]."""


NOT_PAST = ".not_past"
"""End of the name of a row that keeps what began before the months of a contract from counting in spare ones."""


@dataclass
class Lowering:
    """The plan under construction and everything already in it, for one view of one contract."""

    contract: Contract
    b: PlanBuilder
    view: str
    """Party whose accounts are written."""
    events_on: bool
    steps: tuple[float, ...]
    """Years of each month after ``as_of``: 1/12, a part in the first month, 0 before."""
    noise: MarketNoise
    yearly_levels: JointNormals
    event_times: JointNormals
    accounts: Accounts
    time: TimeAxis = field(init=False)
    capacity: Capacity | None = None
    factors: dict[str, FactorRows] = field(default_factory=dict)
    groups: dict[tuple[str, ...], EventGroup] = field(default_factory=dict)
    starts: dict[str, StartRows] = field(default_factory=dict)
    """Events that act on the start of a lease or of a phase, by name."""
    requires: tuple[str, ...] = ()
    """What the clause that is being lowered requires."""
    vat: VatTerms | None = None
    """VAT on what the clause that is being lowered pays."""
    leases: list[Lease] = field(default_factory=list)
    offtakes: list[Offtake] = field(default_factory=list)
    """Clauses other than leases that an event may end, in file order."""
    investments: dict[str, list[Part]] = field(default_factory=dict)
    """What is paid of each investment and when, by clause."""
    secured: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Rows of what securities pay of the rent lost, by lease and hazard [contract currency]."""
    renewed: dict[str, list[Renewed]] = field(default_factory=dict)
    """Renewals by lease."""
    term_begin: str = ""
    term_end: str = ""
    """Row of the first day after the contract's term."""
    end: SiteEnd = field(init=False)
    """When the last lease has run out if nothing happens; known when the leases are."""
    valuation_position: str = ""
    discounted_to: str = ""
    """Row of the date to which flows are discounted."""
    seat: str = ""
    """Party whose cash is valued: the view, or a partner who has a part of it."""
    part: str = ""
    """Row of the part of every posting of the view that the seat has [1]; empty where it has all."""
    past_months: int = 0
    """Spare months before those that the contract needs: what a clause was paid for in them is past."""
    real: RealMoney | None = None
    """Money of one year that the contract reports in; None for nominal money."""

    def quantity(self, q: Quantity, label: str) -> str:
        """The row that holds a quantity in its canonical unit; the input itself stays as written."""
        if not q.path:
            raise PlanError(f"{label}: a quantity without a path cannot be an input")
        percent = q.unit.startswith("%")
        as_fraction = percent or q.unit == ""
        shown = q.canonical if as_fraction else q.value
        # 0.6 %/month is kept by the year, as the number that is computed with
        unit = f"%{q.canonical_unit.removeprefix('1')}" if percent else q.unit
        name = self.b.input(q.path, shown, unit, label, origin(q.path, q.provenance, 1.0 if as_fraction else q.scale))
        if as_fraction or q.scale == 1.0:
            return name
        row = f"{name}.canonical"
        if row not in self.b.rows:
            self.b.scalar(row, "convert", name, q.scale, unit=unit_text(q.canonical_unit))
        return row

    def dated(self, day: Dated, label: str) -> str:
        """The input row of a date, as an Excel serial."""
        return self.b.input(day.path, timeline.serial(day.date), "date", label, origin(day.path, day.provenance))

    def schedule(self, s: Schedule, label: str, op: Literal["steps", "curve"] = "steps") -> str:
        """Row of a quantity that may change with time, by the value that holds at each month's start.

        Before its first date it is 0 (``steps``: a rate or a share that is not in force yet) or the first value
        (``curve``: a forward).
        """
        if s.constant is not None:
            return self.quantity(s.constant, label)
        row = f"{s.path}.monthly"
        if row not in self.b.rows:
            table = self.steps_table(s, label)
            unit = unit_text(s.steps[0][1].canonical_unit)
            self.b.month(row, op, f"{table}:date", f"{table}:value", self.time.month_start, unit=unit, label=label)
        return row

    def steps_table(self, s: Schedule, label: str) -> str:
        """Table of a schedule's dates and canonical values."""
        dates = tuple(timeline.serial(day or date(1900, 1, 1)) for day, _ in s.steps)
        values = tuple(q.canonical for _, q in s.steps)
        unit = unit_text(s.steps[0][1].canonical_unit)
        first = s.steps[0][1].provenance if s.provenance.status is None else s.provenance
        return self.b.table(s.path, {"date": dates, "value": values}, ("date", unit), label, origin(s.path, first))

    def constant(self, name: str, value: float, unit: str, label: str) -> str:
        """A fixed factor of units, shown among the inputs as a fact."""
        with self.b.in_section("Units"):
            return self.b.input(f"constant.{name}", value, unit, label, Origin(status="fact"))

    @property
    def kw_per_mw(self) -> str:
        return self.constant("kw_per_mw", 1000.0, "kW/MW", "kW per MW")

    @property
    def billing_month(self) -> str:
        return self.constant("billing_month", 1.0, "month", "Months in a billing period")

    @property
    def years_per_month(self) -> str:
        return self.constant("years_per_month", 1.0 / 12.0, "year/month", "Years in a month of the processes")

    @property
    def month_in_years(self) -> str:
        return self.constant("month_in_years", 1.0 / 12.0, "year", "Share of a yearly amount that falls to a month")

    def stream(self, factor: str) -> str:
        """Name under which a factor draws: a market's factor alone, a contract's own behind the contract's id."""
        return factor if factor in self.contract.market.factors else f"{self.contract.id}:{factor}"

    def factor_path(self, factor: str) -> str:
        """Where a factor stands in the files."""
        return f"market.factors.{factor}" if factor in self.contract.market.factors else f"risks.{factor}"

    def driver(self, name: str) -> tuple[str, float, float]:
        """Level row, reversion and volatility of a driver; a factor without a component means its first."""
        factor = max((f for f in self.factors if name == f or name.startswith(f + ".")), key=len)
        rows = self.factors[factor]
        component = name.removeprefix(factor).removeprefix(".") or next(iter(rows.components))
        return rows.components[component], *rows.drivers[component]

    def per_step(self, name: str, function: Callable[[float], float]) -> Any:
        """A process constant that depends on the length of the step: a number where all months have one length, else
        a row."""
        values = {step: function(step) for step in sorted(set(self.steps))}
        if len(values) == 1:
            return next(iter(values.values()))
        if name not in self.b.rows:
            pairs = [x for pair in values.items() for x in pair]
            self.b.month(name, "pick", self.step_row, *pairs)
        return name

    def by_month(self, name: str, values: list[float], unit: str = "", label: str = "") -> str:
        """A row of numbers derived from the parameters of a process, month by month."""
        dates = tuple(timeline.month_start(self.b.first_month + t) for t in range(self.b.months))
        table = self.b.table(
            f"{name}.table", {"date": dates, "value": tuple(values)}, ("date", unit), label, Origin(status="derived")
        )
        return self.b.month(
            name, "curve", f"{table}:date", f"{table}:value", self.time.month_start, unit=unit, label=label
        )

    def term_share(self, stop: str | float, name: str) -> str:
        """Row: share of the month that lies in the term and before a stop [1]."""
        if name in self.b.rows:
            return name
        if "term.begin" not in self.b.rows:
            position = self.b.scalar(
                "term.begin_position", "position_at_start", self.term_begin, float(self.b.first_month), unit="position"
            )
            self.b.month("term.begin", "clip", position, self.time.begin, self.time.end, unit="position")
        return self.b.month(name, "span", stop, "term.begin", self.end.until)

    def tax_prefix(self, party: str) -> str:
        """What the rows of a party's tax year are named after."""
        return "tax" if party == self.view else f"tax_of_{party}"

    def tax_year(self, party: str) -> tuple[str, str]:
        """Flag rows of the first and of the last month of a party's tax year."""
        prefix = self.tax_prefix(party)
        first, last = f"{prefix}.year_begins", f"{prefix}.year_ends"
        if last not in self.b.rows:
            start = self.contract.tax[party].year_start.month
            self.b.month(first, "is_month", self.time.month_end, float(start))
            self.b.month(last, "is_month", self.time.month_end, float((start - 2) % 12 + 1), label="Tax year ends")
        return first, last

    def acts_on(self, lease: str) -> bool:
        """Whether an event acts on the start of a lease or of one of its phases."""
        return any(event.leases is None or lease in event.leases for event in self.starts.values())

    def capex_clauses(self, payer: str) -> list[str]:
        """Names of the investments that a party pays."""
        return [
            name
            for name, clause in clauses_of(self.contract).items()
            if clause.structure == "capex" and clause.payer == payer
        ]

    @property
    def step_row(self) -> str:
        """Row of each month's length in years after ``as_of``."""
        if "time.step" not in self.b.rows:
            self.by_month("time.step", list(self.steps), "year")
        return "time.step"

    @property
    def first_step(self) -> int:
        """The first month in which the processes move."""
        return next(t for t, step in enumerate(self.steps) if step > 0.0)


def origin(path: str, provenance: Provenance, scale: float = 1.0) -> Origin:
    """Provenance as the plan keeps it, its range in the unit of the input: canonical / ``scale``."""
    low, high = (None if end is None else end / scale for end in (provenance.low, provenance.high))
    return Origin(path, provenance.status or "", provenance.source or "", provenance.note or "", low, high)


def unit_text(canonical: str) -> str:
    """A canonical unit as the plan writes it: a pure number has none."""
    return "" if canonical == "1" else canonical
