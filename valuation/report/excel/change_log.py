"""Sheet Change log: the bridge from the NPV of an earlier run to that of this one, and the inputs that differ."""

from __future__ import annotations

from valuation.report.change_words import NOTHING, ORDER, OTHER, SETTLED, SHORT, STEP, UNWINDING, notes
from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import is_currency
from valuation.report.excel.waterfall import ROWS, Bar, write_waterfall
from valuation.report.record_text import record_of
from valuation.tables import ChangeLog, InputChange, RunRecord

SHEET = "Change log"
LAST = 8
_BASE, _MEAN, _SE = 3, 5, 7


def write_change_log(book: Book) -> None:
    """Fill the sheet; ``places`` gets ``change:opening``, ``change:<step>``, ``change:settled`` of the mean NPV."""
    log, page = book.tables.previous, book.page(SHEET)
    if log is None:
        return
    page.title(
        "Change log",
        f"This run against that of {log.file}: what changed, and what each change does to the NPV after tax, in "
        f"{book.money_unit}.",
        LAST,
    )
    page.repeat("A4", "1:1")
    row = _bridge(book, page, 4, log)
    row = _runs(book, page, row + 1, log)
    row = _changes(book, page, row + 1, log)
    page.sheet.print_area = f"A1:H{row}"


def _runs(book: Book, page: Page, row: int, log: ChangeLog) -> int:
    """The two runs side by side; the row after them."""
    page.band(row, "The two runs", LAST)
    row += 1
    page.heads(row, ("", "Unit", "Earlier run", "", "This run", "", "", ""))
    for offset, (label, unit, kind, name) in enumerate(
        (
            ("Valuation date", "date", "date", "valuation"),
            ("Program", "", "", "version"),
            ("Seed", "", "plain_0", "seed"),
            ("Paths", "#", "count", "paths"),
            ("Digest of the results", "", "", "digest"),
            ("NPV, base case", book.money_unit, "money", "npv_base"),
            ("NPV, mean over the paths", book.money_unit, "money", "npv_mean"),
            ("± s.e. of the mean", book.money_unit, "money", "npv_se"),
            ("IRR, base case", "%", "share", "irr_base"),
            ("Margin, base case", "%", "share", "margin_base"),
        ),
        1,
    ):
        page.text(row + offset, 1, label)
        page.text(row + offset, 2, unit, "unit")
        for column, record in ((_BASE, log.previous), (_MEAN, record_of(book.tables))):
            _of_run(page, row + offset, column, record, kind, name)
    return row + 11


def _of_run(page: Page, row: int, column: int, record: RunRecord, kind: str, name: str) -> None:
    value = getattr(record, name)
    if name == "digest":
        page.text(row, column, value[:16], "engine")
    elif kind == "date":
        page.day(row, column, value)
    elif not kind:
        page.text(row, column, str(value), "engine")
    else:
        page.number(row, column, None if value is None else float(value), kind)


def _bridge(book: Book, page: Page, row: int, log: ChangeLog) -> int:
    """The steps, the sums after each by formula, the chart and the words; the row after them."""
    tables, old = book.tables, log.previous
    page.band(row, "From the NPV of the earlier run to that of this one, after tax", LAST)
    heads = ("Step", "Unit", "Base NPV", "after it", "Mean NPV", "after it", "± s.e.", "")
    page.heads(row + 1, heads)
    at = row + 2
    totals = {_BASE: old.npv_base, _MEAN: old.npv_mean}
    _line(book, page, at, "Earlier run", totals, old.npv_se, "total_text", "total_engine")
    for column, value in totals.items():
        page.formula(at, column + 1, f"={page.address(at, column, False)}", value, "money", "total")
    book.places["change:opening"] = page.address(at, _MEAN)
    bars = [Bar("Earlier run", page.address(at, _MEAN + 1, False), old.npv_mean, whole=True)]
    last = at
    for step in log.steps:
        at += 1
        _line(book, page, at, STEP[step.key], {_BASE: step.base, _MEAN: step.mean}, step.se)
        book.places[f"change:{step.key}"] = page.address(at, _MEAN)
        for column, change in ((_BASE, step.base), (_MEAN, step.mean)):
            totals[column] += change
            formula = f"={page.address(last, column + 1, False)}+{page.address(at, column, False)}"
            page.formula(at, column + 1, formula, totals[column], "money")
        if step.base or step.mean or step.note:
            bars.append(Bar(SHORT[step.key], page.address(at, _MEAN + 1, False), totals[_MEAN]))
        last = at
        if step.key == "time":
            at = _time(book, page, at, log)
    at += 1
    _line(book, page, at, "This run", {_BASE: tables.base.npv, _MEAN: tables.npv.mean or 0.0}, tables.npv.se,
          "total_text", "total_engine")  # fmt: skip
    for column in (_BASE, _MEAN):
        page.formula(at, column + 1, f"={page.address(last, column + 1, False)}", totals[column], "money", "total")
        _check(book, page, at, column, totals[column])
    bars.append(Bar("This run", page.address(at, _MEAN + 1, False), totals[_MEAN], whole=True))
    if log.nothing_changed:
        at += 1
        page.wrapped(at, 1, LAST, NOTHING, "note")
    write_waterfall(book, page, at + 2, bars, f"Mean NPV after tax, from {log.file} to this run")
    at += 1 + ROWS
    for text in (*notes(log), ORDER):
        at = page.block(at + 1, 1, LAST, text, "note") - 1
    return at + 1


def _line(
    book: Book,
    page: Page,
    row: int,
    label: str,
    values: dict[int, float],
    se: float | None,
    text: str = "text",
    number: str = "engine",
) -> None:
    page.text(row, 1, label, text)
    page.text(row, 2, book.money_unit, "total_text" if text == "total_text" else "unit")
    for column, value in values.items():
        page.number(row, column, value, "money", number)
    page.number(row, _SE, se, "money", number)


def _time(book: Book, page: Page, row: int, log: ChangeLog) -> int:
    """The step of time taken apart, below it; its last row."""
    if log.time_base is None or log.time_mean is None:
        return row
    for label, name in ((SETTLED, "settled"), (UNWINDING, "unwinding"), (OTHER, "other")):
        row += 1
        page.text(row, 1, f"of which {label}", "note")
        page.text(row, 2, book.money_unit, "unit")
        for column, parts in ((_BASE, log.time_base), (_MEAN, log.time_mean)):
            page.number(row, column, getattr(parts, name), "money")
        book.places[f"change:{name}"] = page.address(row, _MEAN)
    return row


def _check(book: Book, page: Page, row: int, column: int, total: float) -> None:
    """The steps add up to the NPV of this run."""
    which = "base" if column == _BASE else "mean"
    value = book.tables.base.npv if column == _BASE else book.tables.npv.mean or 0.0
    cells = page.address(row, column + 1), page.address(row, column)
    size = f"MAX(1,ABS({cells[0]}))"
    residual = round((total - value) / max(1.0, abs(total)), 10) + 0.0
    label = f"Change log: the steps lead to the {which} NPV of this run"
    book.checks.append(CheckRow(label, f"=ROUND(({cells[0]}-{cells[1]})/{size},10)", residual, 1e-9))


def _changes(book: Book, page: Page, row: int, log: ChangeLog) -> int:
    """The inputs that differ; the last row."""
    page.band(row, f"Inputs that differ, and what each does to the base NPV alone [{book.money_unit}]", LAST)
    page.heads(row + 1, ("Input", "Unit", "Earlier run", "", "This run", "", "Base NPV", "Where"))
    at = row + 1
    for one in log.changes:
        at += 1
        _change(book, page, at, one)
    if not log.changes:
        at += 1
        page.text(at, 1, "None.", "note")
    if log.more:
        at += 1
        page.text(at, 1, f"{log.more} more, made together", "note")
        page.number(at, 7, log.more_effect, "money")
    if log.joint is not None and log.changes:
        at += 1
        page.text(at, 1, "What they do only together", "note")
        page.number(at, 7, log.joint, "money")
    words = (
        "Each is made alone in the old contract at the new valuation date; an input that only paths feel, as a "
        "volatility or the rate of an event, leaves the base case as it is and shows in the mean above. n/a: the old "
        "contract does not take the new value alone."
    )
    return page.block(at + 1, 1, LAST, words, "note")


def _change(book: Book, page: Page, row: int, one: InputChange) -> None:
    page.text(row, 1, one.label, "wrap")
    page.raise_row(row, one.label, page.width(1))
    page.text(row, 2, one.unit, "unit")
    for column, value in ((_BASE, one.old), (_MEAN, one.new)):
        if isinstance(value, str):
            page.wrapped(row, column, column + 1, value, "wrap")
        else:
            page.number(row, column, float(value), _kind(book, one.unit, float(value)))
    page.number(row, 7, one.effect, "money")
    where = one.path if not one.reason else f"{one.path}; {one.reason}"
    page.text(row, 8, where, "wrap_indent")
    page.raise_row(row, where, page.width(8))


def _kind(book: Book, unit: str, value: float) -> str:
    if unit.startswith("%"):
        return "fine_share"
    if is_currency(unit):
        return "count"
    digits = f"{value:.6g}"
    return f"plain_{min(6, 0 if 'e' in digits else len(digits.partition('.')[2]))}"
