"""The cells of the plan's inputs on the sheet Assumptions: which of them can be changed, and whether one was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from openpyxl.worksheet.datavalidation import DataValidation

from valuation.plan.model import Input
from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import plain_kind, serial
from valuation.report.excel.live.write import live_names, valuation_input
from valuation.tables.live import FirstPaid, LiveInput

_STYLES = {"live": "input", "fixed": "record", "simulation": "record", "solved": "solved"}
_WORDS = {
    "live": "live",
    "simulation": "simulation only: no number of the base case depends on it",
    "fixed": "fixed",
    "solved": "solved",
}
REFUSED, HELD = "refused", "fixed"
"""Marks of a value that is not allowed, and of one that should not have been changed."""
VALUE, AS_RUN = "Value", "As run"
"""Heads of the columns of what an input is and was."""
NEEDS_A_RUN = "fixed: a change needs a run"
_LARGEST = 1e24
_Kind = Literal["date", "whole", "decimal"]


@dataclass
class InputCells:
    """The inputs of the plan as they are put on the sheet; every one has a cell with a name in the end.

    Parameters
    ----------
    columns : of value, value as run, mark of a change, and words.
    texts_column : of texts as run, beside the paper.
    """

    book: Book
    page: Page
    columns: tuple[int, int, int, int]
    texts_column: int
    marked: list[int] = field(default_factory=list)
    """Rows of the inputs, of which all but the live ones must stay as they are."""
    done: set[str] = field(default_factory=set)
    rules: dict[tuple[str, str, str], DataValidation] = field(default_factory=dict)
    status_row: int = 0

    def __post_init__(self) -> None:
        live = self.book.live
        self.names = live_names(live, self.book.tables.deal.view)
        self.uses = live.use_of
        self.by_path = {one.origin.path or one.name: one for one in live.numbers}

    def put(self, row: int, path: str, changed: bool = False) -> bool:
        """The input of a path in its row; whether there is one.

        Parameters
        ----------
        changed : whether the run had another value than the contract file.
        """
        item = self.by_path.get(path)
        if item is None or item.name in self.done:
            return False
        self._put(row, item, changed)
        return True

    def other(self, row: int, value: float | str, kind: str = "") -> None:
        """Words beside what is no input of the plan: it shapes the plan, or is in a table of it. A change is marked.

        Parameters
        ----------
        kind : of a number; a text has none.
        """
        page, (at, as_run, changed, words) = self.page, self.columns
        here = page.address(row, at, False).replace("$", "")
        if isinstance(value, str):
            # Beside the paper: the column of numbers as run is too narrow, and a formula holds no text of a contract.
            as_run = self.texts_column
            page.text(row, as_run, value, "note")
        else:
            page.text(row, words, NEEDS_A_RUN, "note")
            page.number(row, as_run, value, kind)
        same = f"{here}={page.address(row, as_run, False).replace('$', '')}"
        page.formula(row, changed, f'=IF({same},0,"{HELD}")', 0.0, "count")
        self.marked.append(row)

    def below(self, row: int, path: str) -> int:
        """Inputs that belong to the one above and have no line of their own, as the date of a step; the last row."""
        for item in self.by_path.values():
            if item.name.rpartition(".")[0] == path and item.name not in self.done and item.unit == "date":
                row += 1
                self.page.text(row, 1, item.label or item.name, "wrap_indent")
                self.page.text(row, 3, item.unit, "unit")
                self._put(row, item)
        return row

    def rest(self, row: int) -> int:
        """Inputs that no line of the contract file holds; the row after them."""
        left = [item for item in self.by_path.values() if item.name not in self.done]
        if not left:
            return row
        self.page.band(row, "Of the model: factors between units, and what the run worked out", self.columns[3] + 6)
        for item in left:
            row += 1
            self.page.text(row, 1, item.label or item.name, "wrap")
            self.page.text(row, 3, item.unit, "unit")
            self.page.text(row, self.columns[3] + 1, item.origin.status, "unit")
            self._put(row, item)
        return row + 1

    def valuation(self, row: int) -> bool:
        """The date from which flows are discounted."""
        live = self.book.live
        self._put(row, next(one for one in live.plan.inputs if one.name == valuation_input(live)))
        return True

    def _follow(self, row: int, item: Input, payments: Sequence[FirstPaid]) -> None:
        """The day of the first of some payments."""
        value, _, _, words = self.columns
        by_date = self.book.tables.deal.year_count == "days" or item.name == "financing.close"
        self.page.formula(row, value, first_payment(payments, self.names, by_date), item.value, "date", "link")
        self.page.text(row, words, "follows: the day of the first payment", "note")

    def last_day(self, row: int) -> bool:
        """The last day of the term, which follows from its start; whether the model has it."""
        cell = self.book.places.get("cell:term.end")
        if cell is None:
            return False
        self.page.formula(row, self.columns[0], f"={cell}-1", serial(self.book.tables.deal.end), "date", "link")
        self.page.text(row, self.columns[3], "follows from start and term", "note")
        return True

    def status(self, row: int) -> int:
        """The row that says whether any input was changed; its formulas come with ``finish``."""
        self.status_row = row
        self.page.text(row, 1, "Inputs that differ from the run")
        said = "All inputs as in the run (1 = yes; 0 = the base case follows the change, all else is as run)"
        self.page.text(row + 1, 1, said, "wrap")
        self.page.raise_row(row + 1, said, self.page.width(1))
        return row + 1

    def finish(self) -> None:
        """Marks of changes, data validations, and the names of all cells."""
        page, (value, _, changed, _) = self.page, self.columns
        top, bottom = min(self.marked, default=1), max(self.marked, default=1)
        marks = page.span(top, changed, bottom, changed, False)
        row = self.status_row
        page.formula(row, value, f'=SUM({marks})+COUNTIF({marks},"{REFUSED}")', 0.0, "count")
        page.formula(row + 1, value, f"=IF({page.address(row, value, False)}=0,1,0)", 1.0, "year")
        self.book.define("inputs_changed", page.sheet.title, row, value)
        self.book.define("inputs_as_run", page.sheet.title, row + 1, value)
        for rule in self.rules.values():
            page.sheet.add_data_validation(rule)
        cells = page.span(top, value, bottom, value, False).replace("$", "")
        mark = page.address(top, changed, False).replace(f"${top}", str(top))
        page.coloured(cells, f'OR({mark}=1,{mark}="{REFUSED}",{mark}="{HELD}")', "7F0000", "FFC000")
        marks = page.span(top, changed, bottom, changed)
        for word, label in (
            (REFUSED, "Inputs: each is a number that the contract language allows"),
            (HELD, "Inputs: what is not live is as in the run"),
        ):
            self.book.checks.append(CheckRow(label, f'=COUNTIF({marks},"{word}")', 0.0, 0.0))

    def _put(self, row: int, item: Input, of_run: bool = False) -> None:
        use, (value, as_run, changed, words) = self.uses[item.name], self.columns
        kind = _kind(item)
        if payments := self.book.live.follows.get(item.name):
            self._follow(row, item, payments)
            self.book.name(self.names[item.name], self.page.sheet.title, row, value)
            self.done.add(item.name)
            return
        look = "changed" if of_run and use.use != "live" else _STYLES[use.use]
        self.page.number(row, value, item.value, kind, look)
        text = ": ".join(part for part in (_WORDS[use.use], use.reason) if part)
        if use.use == "live" and not use.reason and self.book.live.plan.solved is not None:
            text = "live; loans as sized"
        self.page.text(row, words, text, "note")
        self.page.raise_row(row, text, self.page.width(words) - 2)
        self.book.name(self.names[item.name], self.page.sheet.title, row, value)
        self.done.add(item.name)
        self.page.number(row, as_run, item.value, kind, "changed" if of_run and use.use == "live" else "engine")
        self.marked.append(row)
        here, before = (self.page.address(row, column, False).replace("$", "") for column in (value, as_run))
        if use.use == "live":
            allowed = self._validate(row, item, use)
            mark = f'=IF(ISNUMBER({here}),IF({allowed},IF({here}={before},0,1),"{REFUSED}"),"{REFUSED}")'
        else:
            mark = f'=IF({here}={before},0,"{HELD}")'
        self.page.formula(row, changed, mark, 0.0, "count")

    def _validate(self, row: int, item: Input, use: LiveInput) -> str:
        """What may be typed into the cell: a number within the bounds of the contract language, a day of the grid; the
        same as a condition, since what is pasted or deleted passes a validation."""
        least, most = use.least, use.most
        if item.unit == "date":
            ends = self.book.month_ends
            least, most = serial(ends[1].replace(day=1)), serial(ends[-2])
            # What stands before the grid in the file, as a first step, may stay there.
            least = min(least, item.value)
        least, most = -_LARGEST if least is None else least, _LARGEST if most is None else most
        kind: _Kind = "date" if item.unit == "date" else "whole" if use.whole and use.per == 1.0 else "decimal"
        earliest, latest = (self.names.get(name, "") for name in (use.later_than, use.earlier_than))
        first = f"MAX({least:.15g},{earliest}+1)" if earliest else f"{least:.15g}"
        last = f"MIN({most:.15g},{latest}-1)" if latest else f"{most:.15g}"
        key = (f"{kind} {use.per:g}", first, last)
        if key not in self.rules:
            said = _said(item, kind, use.least, use.most, self.book)
            if use.per != 1.0:
                said += f" {use.per:g} times it must be a whole number, as of months."
            if earliest or latest:
                said += " The dates of a schedule keep their order."
            self.rules[key] = DataValidation(
                type=kind,
                operator="between",
                formula1=key[1],
                formula2=key[2],
                showErrorMessage=True,
                errorTitle="Not a value for this input",
                error=said,
            )
        cell = self.page.address(row, self.columns[0], False).replace("$", "")
        self.rules[key].add(cell)
        tests = [f"{cell}{'>' if use.above else '>='}{first}"] if least > -_LARGEST else []
        tests += [f"{cell}<={last}"] if most < _LARGEST else []
        counted = cell if use.per == 1.0 else f"{cell}*{use.per:g}"
        tests += [f"{counted}=INT({counted})"] if use.whole else []
        return f"AND({','.join(tests)})" if tests else "TRUE"


def first_payment(found: Sequence[FirstPaid], names: Mapping[str, str], by_date: bool) -> str:
    """Formula of the day of the first payment, or of the end of its year where flows count at year ends.

    Parameters
    ----------
    names : by input, the defined name of its cell.
    """
    days = []
    for one in found:
        when, day = one.payment, names.get(one.name, "") or repr(one.payment.day)
        if when.not_before:
            day = f"MAX({day},{when.not_before!r})"
        if when.at == "month_start":
            day = f"EOMONTH({day},{when.months - 1})+1"
        elif when.at == "month_end":
            day = f"EOMONTH({day},{when.months})"
        elif when.months:
            day = f"EDATE({day},{when.months})"
        days.append(f"{day}+{when.days}" if when.days else day)
    first = f"MIN({','.join(dict.fromkeys(days))})"
    return f"={first}" if by_date else f"=DATE(YEAR({first}),12,31)"


def _kind(item: Input) -> str:
    if item.unit == "date":
        return "date"
    return "fine_share" if item.unit.startswith("%") else plain_kind(item.value)


def _said(item: Input, kind: str, least: float | None, most: float | None, book: Book) -> str:
    if kind == "date":
        first, last = book.month_ends[1].replace(day=1), book.month_ends[-2]
        return f"Expected a date from {first} to {last}: beyond it the months of this workbook end."
    share = item.unit.startswith("%")
    shown = [None if end is None else f"{100 * end:g} %" if share else f"{end:g}" for end in (least, most)]
    number = "a whole number" if kind == "whole" else "a percentage" if share else "a number"
    ends = [text for text in (f"from {shown[0]}" if shown[0] else "", f"to {shown[1]}" if shown[1] else "") if text]
    return f"Expected {number} {' '.join(ends)}".rstrip() + "."
