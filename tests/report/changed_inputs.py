"""A deal's workbook with an input changed, beside a fresh run of the engine on the contract changed in the same way."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from recalculation import LiveBook
from stored_cells import Cells, named, read

from valuation import timeline, value
from valuation.appraisal.base import Base, base_measures
from valuation.appraisal.lines import lines
from valuation.errors import ValuationError
from valuation.plan.model import Input
from valuation.report.excel import workbook_bytes
from valuation.report.excel.live.write import live_names
from valuation.resolve import resolve
from valuation.spec.contract import Contract
from valuation.spec.load import Source
from valuation.spec.locate import find
from valuation.tables import Tables
from valuation.tables.live import LiveInput

TOLERANCE = 1e-6
OUTPUTS = {
    "out_base_npv": "npv",
    "out_base_npv_before_tax": "npv_pre_tax",
    "out_base_irr": "irr",
    "out_base_irr_before_tax": "irr_pre_tax",
}
"""Results of the workbook by name, and of the engine."""
FURTHER = {
    "Margin over the life (PV / PV)": "margin",
    "Margin, undiscounted": "margin_undiscounted",
    "Sunk before the valuation date": "sunk",
    "NPV after tax at the risk-free rate": "npv_risk_free",
}
TOTALS = {"Revenue", "EBITDA", "Taxable profit", "Cash before tax", "Tax paid", "Cash after tax"}
"""Lines by year that every deal has."""
CASH = "Cash, as paid"

Line = tuple[str, str, str]
"""Section, unit and label."""
Numbers = dict[str, float | None]
Years = dict[Line, list[tuple[str, dict[int, float]]]]
"""By line the rule by which months make a year, and the years; lines of the same name in their order."""


def engine(contract: Contract, tables: Tables) -> tuple[Numbers, Years]:
    """The base case of a contract by a fresh run of the engine; loans as they were sized."""
    assert tables.live is not None
    base = Base.of(resolve(contract, debt=tables.live.plan.solved))
    measures, plan = base_measures(base), base.plan
    numbers = {name: getattr(measures, name) for name in (*OUTPUTS.values(), *FURTHER.values())}
    years: Years = defaultdict(list)
    ends = [timeline.date_of(day) for day in base.row("time.month_end")]
    for line in lines(base):
        of_year: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for end, amount in zip(ends, line.values, strict=True):
            of_year[end.year].append((line.sign * amount, end.day))
        label = line.label + (f" ({line.note})" if line.note else "")
        by_year = {year: _of_year(line.roll, months) for year, months in of_year.items()}
        years[line.section, line.unit, label].append((line.roll, by_year))
    flows = base.flows
    paid = {"Cash before tax": flows.pre_tax, "Tax paid": flows.tax, "Cash after tax": flows.net}
    for label, amounts in paid.items():
        by_year = defaultdict(float)
        for day, amount in zip(flows.dates, amounts, strict=True):
            by_year[timeline.date_of(day).year] += amount
        years[CASH, plan.currency, label].append(("sum", by_year))
    return numbers, years


def _of_year(roll: str, months: list[tuple[float, int]]) -> float:
    """A year of months, each with its days."""
    if roll == "sum":
        return math.fsum(amount for amount, _ in months)
    if roll == "end":
        return months[-1][0]
    return math.fsum(amount * days for amount, days in months) / sum(days for _, days in months)


class DealWorkbook:
    """A contract, its workbook in a recalculating program, and the rows of its Cash flow."""

    def __init__(self, file: Path, folder: Path, tables: Tables | None = None) -> None:
        self.source = Source.read(file)
        self.contract = self.source.contract()
        self.tables = tables or value(file, paths=16).tables
        assert self.tables.live is not None
        self.live = self.tables.live
        self.file = folder / f"{file.stem}.xlsx"
        self.file.write_bytes(workbook_bytes(self.tables))
        self.names = live_names(self.live, self.contract.view)
        self._places: dict[str, tuple[str, str]] = {}
        self.inputs: dict[str, Input] = {item.name: item for item in self.live.numbers}

    @cached_property
    def cells(self) -> Cells:
        return read(self.file)

    @cached_property
    def book(self) -> LiveBook:
        return LiveBook(self.file)

    def place(self, name: str) -> tuple[str, str]:
        """Sheet and address of a defined name."""
        if name not in self._places:
            self._places[name] = named(self.file, name)
        return self._places[name]

    def of_use(self, use: str) -> list[LiveInput]:
        return [one for one in self.live.inputs if one.use == use]

    @cached_property
    def _heads(self) -> tuple[int, dict[int, str]]:
        """Row of the years on Cash flow, and the column of each."""
        column = {
            cell.row: cell for (sheet, _), cell in self.cells.items() if sheet == "Cash flow" and cell.column == 1
        }
        row = next(row for row, cell in column.items() if cell.value == "By calendar year")
        years = {
            int(cell.value): at.rstrip("0123456789")
            for (sheet, at), cell in self.cells.items()
            if sheet == "Cash flow" and cell.row == row and isinstance(cell.value, float)
        }
        return row, years

    @cached_property
    def _rows(self) -> list[tuple[Line, int]]:
        """The lines of Cash flow in their order, and the row of each."""
        head, _ = self._heads
        section, found = "", []
        below = sorted(
            {cell.row for (sheet, _), cell in self.cells.items() if sheet == "Cash flow" and cell.row > head}
        )
        for row in below:
            label, unit = (self.cells.get(("Cash flow", f"{letter}{row}")) for letter in "AB")
            if ("Cash flow", f"D{row}") not in self.cells:
                section = str(label.value) if label else ""
                continue
            name = re.sub(r" \[\w+\]$", "", str(label.value if label else "")).removesuffix(f" ({section.lower()})")
            found.append(((section, re.sub("^(k|M|bn) ", "", str(unit.value) if unit else ""), name), row))
        return found

    @cached_property
    def _further(self) -> dict[str, str]:
        """Address of each further number of the base case, by the engine's name."""
        places = {cell.value: cell.row for (sheet, _), cell in self.cells.items() if sheet == "Cash flow"}
        return {name: f"J{places[label]}" for label, name in FURTHER.items()}

    def shown(self, changes: Mapping[str, float]) -> tuple[dict[str, object], Years]:
        """What the workbook shows with these inputs changed."""
        shows = self.book.changed({self.place(self.names[name]): new for name, new in changes.items()})
        numbers: dict[str, object] = {name: shows(*self.place(out)) for out, name in OUTPUTS.items()}
        numbers |= {name: shows("Cash flow", address) for name, address in self._further.items()}
        numbers["all_checks"] = shows(*self.place("all_checks"))
        years: Years = defaultdict(list)
        for line, row in self._rows:
            by_year = {year: shows("Cash flow", f"{column}{row}") for year, column in self._heads[1].items()}
            years[line].append(("", by_year))  # type: ignore[arg-type]
        return numbers, years

    @cached_property
    def _checks(self) -> dict[str, str]:
        """Address of the failures of each check, by its label."""
        sheet = {at: cell for (title, at), cell in self.cells.items() if title == "Checks"}
        counted = {at[1:] for at, cell in sheet.items() if at[0] == "D" and isinstance(cell.value, float)}
        return {str(cell.value): f"D{at[1:]}" for at, cell in sheet.items() if at[0] == "A" and at[1:] in counted}

    def failing(self, changes: Mapping[str, float], label: str) -> list[str]:
        """The checks with such a label that fail once these inputs are changed in the workbook."""
        shows = self.book.changed({self.place(self.names[name]): new for name, new in changes.items()})
        return [text for text, at in self._checks.items() if text.startswith(label) and shows("Checks", at) != 0.0]

    def differences(self, settings: tuple[str, ...], changes: Mapping[str, float]) -> list[str]:
        """Where workbook and engine disagree once both are changed.

        Raises
        ------
        ValuationError : the contract does not allow the change.
        """
        wanted, years = engine(self.source.contract(None, settings), self.tables)
        numbers, shown = self.shown(changes)
        found = [] if numbers["all_checks"] == "OK" else [f"a check fails: {numbers['all_checks']}"]
        found += [
            f"{name}: {numbers[name]}, engine {want}" for name, want in wanted.items() if _off(numbers[name], want)
        ]
        first = max(min(years[CASH, self.live.plan.currency, "Cash after tax"][0][1]), self.tables.month_ends[0].year)
        for line, of_engine in years.items():
            of_workbook = shown.get(line, [])
            if not of_workbook and line[2] in TOTALS:
                found.append(f"{line}: no such line")
            for (roll, want), (_, got) in zip(of_engine, of_workbook, strict=False):
                year = next(_years_off(roll, line[1], want, got, first), None)
                if year is not None:
                    found.append(f"{line} {year}: {got.get(year)}, engine {want.get(year)}")
        return found

    def settings(self, name: str, new: float) -> tuple[str, ...]:
        """``path=value`` by which an input is changed; the key of a step is changed with its mapping."""
        item = self.inputs[name]
        path = item.origin.path or name
        if item.unit == "date" and re.search(r"\d{4}-\d\d-\d\d\.date$", path):
            return tuple(self.moved_schedules({name: new}))
        return (f"{path}={self.written(item, new)}",)

    def moved_schedules(self, moved: Mapping[str, float]) -> list[str]:
        """``path=value`` by which the steps of schedules are moved together."""
        schedules: dict[str, dict[str, str]] = defaultdict(dict)
        for name, new in moved.items():
            parent, day = re.fullmatch(r"(.+)\.(\d{4}-\d\d-\d\d)\.date", self.inputs[name].origin.path or name).groups()
            schedules[parent][day] = self.written(self.inputs[name], new)
        return [f"{parent}={self._with_days(parent, days)}" for parent, days in schedules.items()]

    def _with_days(self, parent: str, days: Mapping[str, str]) -> str:
        """The mapping of a schedule with other days for some of its keys."""
        tree = self.source.document.tree
        for part in find(tree, parent):
            tree = tree[part]
        steps = tree["value"] if "value" in tree else tree
        moved = {days.get(str(day), str(day)): amount for day, amount in steps.items()}
        return json.dumps(moved, default=str, ensure_ascii=False)

    @staticmethod
    def written(item: Input, new: float) -> str:
        """A value as it stands in a contract file."""
        if item.unit == "date":
            return timeline.date_of(new).isoformat()
        if item.unit.startswith("%"):
            return f"{new * 100!r} {item.unit}"
        return f"{int(new) if new == int(new) else new!r} {item.unit}".strip()

    def moves(self, one: LiveInput) -> Iterator[float]:
        """New values to try for an input, in the order in which to try them: small ones, or across a kink."""
        item = self.inputs[one.name]
        old = item.value
        for new in _tries(item, one):
            later = one.later_than == "" or new > self.inputs[one.later_than].value
            earlier = one.earlier_than == "" or new < self.inputs[one.earlier_than].value
            inside = one.least is None or new >= one.least, one.most is None or new <= one.most
            if new != old and later and earlier and all(inside):
                yield new

    def changed_alone(self, one: LiveInput, together: Mapping[str, Mapping[str, float]]) -> list[str] | None:
        """Where workbook and engine disagree once the input is changed; None where the contract allows no change.

        Parameters
        ----------
        together : by input, the new values of others with which it may be changed.
        """
        item = self.inputs[one.name]
        for new in self.moves(one):
            rest = {**self._rest_of_whole(item, new), **together.get(one.name, {})}
            settings = [*self.settings(one.name, new)]
            for sibling, to in rest.items():
                settings += self.settings(sibling, to)
            try:
                found = self.differences(tuple(settings), {one.name: new, **rest})
            except ValuationError:
                continue
            return [f"{one.name} {item.value} -> {new}: {text}" for text in found]
        return None

    def _rest_of_whole(self, item: Input, new: float) -> dict[str, float]:
        """Where shares by date add up to a whole, another of them, with what then is left to it."""
        parent = re.sub(r"\.\d{4}-\d\d-\d\d$", "", item.name)
        parts = [one for one in self.live.numbers if re.fullmatch(re.escape(parent) + r"\.\d{4}-\d\d-\d\d", one.name)]
        whole = item.unit == "%" and len(parts) > 1 and abs(sum(one.value for one in parts) - 1.0) < 1e-12
        other = next((one for one in parts if one.name != item.name), None)
        return {other.name: other.value + item.value - new} if whole and other is not None and item in parts else {}


def _tries(item: Input, one: LiveInput) -> list[float]:
    old = item.value
    if item.unit == "date":
        moved = [timeline.edate(old, months) for months in (11, 6, -7)]
        days = [old + 40, old + 14, old - 20, old - 2, old + 3]
        return days + moved if len(item.name) % 2 else moved[:1] + days + moved[1:]
    if one.whole or (item.unit in {"months", "years"} and old == int(old)):
        return [old + 1, old - 1, old + 3]
    if old == 0.0:
        return [0.03, 1.0, 0.5]
    return [old * factor for factor in (1.07, 0.93, 1.003, 0.997)]


def _off(got: object, want: float | None) -> bool:
    """Whether a number of the workbook is not the engine's; both may have none."""
    if want is None or not isinstance(got, float):
        return (want is None) == isinstance(got, float)
    return abs(got - want) > TOLERANCE * max(abs(want), 1e-9)


def _years_off(roll: str, unit: str, want: dict[int, float], got: dict[int, float], first: int) -> Iterator[int]:
    """Years in which a line is off, relative to its largest number.

    Levels, and counts that run on without the deal, have no number in years that only one of the two has months in, nor
    one to compare in a first year that may begin in another month.
    """
    is_money = len(unit) == 3
    size = max((abs(amount) for amount in want.values()), default=0.0)
    for year in sorted({*want, *got}):
        runs_on = roll == "mean" or (roll == "sum" and not is_money)
        if (year not in want or year not in got) and (runs_on or roll == "end") or year <= first and runs_on:
            continue
        here, there = got.get(year, 0.0), want.get(year, 0.0)
        if not isinstance(here, float) or abs(here - there) > TOLERANCE * size + 1e-9:
            yield year
