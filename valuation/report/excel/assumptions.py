"""Sheet Assumptions: the terms of the valuation, then every number of the contract file with where it comes from; those
that the base case is made of can be changed."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from valuation.appraisal.assumptions import SET_BY
from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import plain_kind, serial
from valuation.report.excel.input_cells import AS_RUN as AS_RUN_HEAD
from valuation.report.excel.input_cells import VALUE as VALUE_HEAD
from valuation.report.excel.input_cells import InputCells
from valuation.tables import Assumption, Tables

COLUMNS = (
    "Item",
    VALUE_HEAD,
    "Unit",
    AS_RUN_HEAD,
    "Changed",
    "In this workbook",
    "Status",
    "Source",
    "Low",
    "High",
    "Note",
    "Path in the contract file",
)
LAST = len(COLUMNS)
ITEM, VALUE, UNIT, AS_RUN, CHANGED, USE, STATUS, SOURCE, LOW, HIGH, NOTE, PATH = range(1, LAST + 1)
TEXTS = LAST + 2
"""Column of texts as they were run, which the marks of changes compare with; beside the paper."""
BY_SET = "changed by --set"
_KEY = ("claim", "assumption", "derived", "placeholder")
"""What somebody must stand behind: a fact is not in doubt."""


def write_assumptions(book: Book) -> None:
    """Fill the sheet and name the cells of all inputs."""
    page = book.page("Assumptions")
    cells = InputCells(book, page, (VALUE, AS_RUN, CHANGED, USE), TEXTS)
    page.title(
        "Assumptions",
        "Blue on yellow: change it, and the base case is worked out anew (Model, Dated cash, Cash flow, page one). "
        "Grey: a record; the column 'In this workbook' says why. The simulation is as run: for new percentiles change "
        "the contract file or use --set (see Run). The words fact, claim, derived, assumption and placeholder are "
        "explained on Notes.",
        LAST,
    )
    page.heads(4, (*COLUMNS, "", "Texts as run"))
    page.repeat("C5", "4:4")
    row = _terms(book, page, cells, 5)
    above = {one.path for one in terms_stated(book.tables).values()} | {"measure"}
    rest = [one for one in book.tables.assumptions if one.path not in above]
    key = [one for one in rest if one.status in _KEY and not _by_default(one) and _has_range(one)]
    chosen = {one.path for one in key}
    row = _block(book, page, cells, row, "Key inputs: no facts, and known within a range only", key)
    section, group = None, list[Assumption]()
    for one in [one for one in rest if one.path not in chosen and not _last(one)]:
        if one.section != section:
            row = _block(book, page, cells, row, section or "", group)
            section, group = one.section, []
        group.append(one)
    row = _block(book, page, cells, row, section or "", group)
    last = [one for one in rest if _last(one)]
    row = _block(book, page, cells, row, "Month shapes, and defaults of the contract language", last)
    row = cells.rest(row)
    cells.finish()
    page.sheet.print_area = f"A1:{get_column_letter(LAST)}{row}"


def _has_range(one: Assumption) -> bool:
    return (
        one.low is not None or one.high is not None or any(part.startswith("range ") for part in one.note.split("; "))
    )


def _by_default(one: Assumption) -> bool:
    return one.note.startswith("default of the ")


def _last(one: Assumption) -> bool:
    return _by_default(one) or ".month_shape." in one.path


def _block(book: Book, page: Page, cells: InputCells, row: int, title: str, group: list[Assumption]) -> int:
    if not group:
        return row
    page.band(row, title, LAST)
    for one in group:
        row += 1
        _assumption(page, cells, row, one, _is_set(book, one))
        row = cells.below(row, one.path)
    return row + 1


def _is_set(book: Book, one: Assumption) -> bool:
    """Whether ``--set`` gives the value: it names its path, or one above it."""
    paths = [text.partition("=")[0].strip() for text in book.tables.audit.overrides]
    return any(one.path == path or one.path.startswith(f"{path}.") for path in paths if path)


def terms_stated(tables: Tables) -> dict[str, Assumption]:
    """The assumptions that stand among the terms of the valuation, where they are shown once."""
    of_view = f"discount_rate.{tables.deal.view}"
    keys = {
        "discount_rate": "rate",
        of_view: "rate",
        "dates.valuation": "valuation",
        "dates.start": "start",
        "market.risk_free": "risk_free",
        "hurdle_rate": "hurdle",
    }
    found = {keys[one.path]: one for one in tables.assumptions if one.path in keys}
    return {key: one for key, one in found.items() if not isinstance(one.value, str) or key in {"valuation", "start"}}


def _terms(book: Book, page: Page, cells: InputCells, row: int) -> int:
    deal = book.tables.deal
    page.band(row, "Terms of the valuation", LAST)
    covers = ", ".join(deal.discount_includes) or "no risk that is simulated as an event"
    stated = terms_stated(book.tables)
    rows: tuple[tuple[str, str, float | None, str], ...] = (
        ("Discount rate", "rate", deal.discount_rate, f"{deal.discount_basis}; covers {covers}"),
        ("Valuation date", "valuation", serial(deal.valuation), "flows before it are sunk: outside every measure"),
        ("Risk-free rate", "risk_free", deal.risk_free, ""),
        ("Hurdle rate", "hurdle", deal.hurdle_rate, ""),
        ("Start of the term", "start", serial(deal.start), ""),
        ("Last day of the term", "end", serial(deal.end), ""),
    )
    for label, key, value, note in rows:
        row += 1
        by_set = key in stated and _is_set(book, stated[key])
        if by_set:
            note = "; ".join(text for text in (BY_SET, note) if text)
        page.text(row, ITEM, label)
        _origin(page, row, note, stated.get(key))
        dated = key in {"valuation", "start", "end"}
        page.text(row, UNIT, "date" if dated else "a year", "unit")
        if not _is_input(cells, row, key, stated.get(key), by_set):
            page.number(row, VALUE, value, "date" if dated else "fine_share", "record")
            if value is not None:
                cells.other(row, value, "date" if dated else "fine_share")
    row = cells.status(row + 1)
    return _words(book, page, row + 1)


def _is_input(cells: InputCells, row: int, key: str, stated: Assumption | None, by_set: bool) -> bool:
    """Whether a term is an input of the plan, which then stands in its cell."""
    if key == "valuation":
        return cells.valuation(row)
    if key == "end":
        return cells.last_day(row)
    return stated is not None and cells.put(row, stated.path, by_set)


def _origin(page: Page, row: int, note: str, found: Assumption | None) -> None:
    said = "; ".join(text for text in (note, found.note if found else "") if text)
    if found:
        page.text(row, STATUS, found.status, "unit")
        page.text(row, SOURCE, found.source, "wrap")
        for column, bound in ((LOW, found.low), (HIGH, found.high)):
            if bound is not None:
                page.number(row, column, bound, "date" if found.unit == "date" else "fine_share")
        page.text(row, PATH, found.path, "note")
    page.text(row, NOTE, said, "wrap_indent")
    page.raise_row(row, said, page.width(NOTE))


def _words(book: Book, page: Page, row: int) -> int:
    deal, audit = book.tables.deal, book.tables.audit
    words = {
        "Stage": deal.stage,
        "Seen from": deal.view,
        "Currency": deal.currency,
        "Price basis": deal.price_basis,
        "Measure": deal.measure,
        **{f"Party: {role}": name for role, name in deal.parties.items()},
    }
    note = next((one.note for one in book.tables.scenarios if one.is_run), "")
    changed = {"Scenario": (audit.scenario or "none") + (f": {note}" if audit.scenario and note else "")}
    changed |= {f"Changed by --set ({n})": text for n, text in enumerate(audit.overrides, 1)}
    for label, text in (*words.items(), *changed.items()):
        is_changed = label in changed and text != "none"
        page.text(row, 1, label)
        page.text(row, 2, text, "changed" if is_changed else "record_text")
        page.sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=USE)
        page.raise_row(row, text, sum(page.width(column) for column in range(2, USE + 1)))
        row += 1
    return row


def _assumption(page: Page, cells: InputCells, row: int, assumption: Assumption, by_set: bool) -> None:
    is_changed = by_set or assumption.note.startswith(SET_BY)
    share, dated = assumption.unit.startswith("%"), assumption.unit == "date"
    page.text(row, ITEM, assumption.label, "wrap")
    if not cells.put(row, assumption.path, is_changed):
        if isinstance(assumption.value, str):
            page.text(row, VALUE, assumption.value, "changed" if is_changed else "record_text")
            page.raise_row(row, assumption.value, page.width(VALUE))
            cells.other(row, assumption.value)
        else:
            kind = "fine_share" if share else plain_kind(assumption.value)
            page.number(row, VALUE, assumption.value, kind, "changed" if is_changed else "record")
            cells.other(row, assumption.value, kind)
    page.text(row, UNIT, assumption.unit, "unit")
    page.text(row, STATUS, assumption.status, "unit")
    page.text(row, SOURCE, assumption.source, "wrap")
    for column, bound in ((LOW, assumption.low), (HIGH, assumption.high)):
        if bound is not None:
            page.number(row, column, bound, "fine_share" if share else "date" if dated else plain_kind(bound))
    note = "; ".join(text for text in (BY_SET if by_set else "", assumption.note) if text)
    page.text(row, NOTE, note, "wrap_indent")
    page.text(row, PATH, assumption.path, "note")
    for column, text in (
        (ITEM, assumption.label),
        (SOURCE, assumption.source),
        (NOTE, note),
        (PATH, assumption.path),
    ):
        page.raise_row(row, text, page.width(column))
