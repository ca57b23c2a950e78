"""Sheet Summary: page one, for a reader who opens nothing else."""

from __future__ import annotations

from valuation.report.excel import charts
from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import plain_kind
from valuation.report.excel.distributions import PERCENTILES, stacked_histogram
from valuation.report.excel.summary_words import LEFT, write_heading, write_words
from valuation.report.excel.years import TOP as YEARS_TOP
from valuation.report.excel.years import fan_chart
from valuation.report.numbers import PULLED, bridge_decimals, margin_is_pulled, percent
from valuation.report.summary_lines import BREAK_EVENS, STATUSES, chances

SHOWN = tuple(p for p in PERCENTILES if 5 <= p <= 95)


def write_summary(book: Book) -> None:
    """Fill page one; every number on it links to the sheet that holds it, or stands only here."""
    page = book.page("Summary")
    write_heading(book, page)
    row = _values(book, page, 5)
    below = max(_bridge(book, page, row + 1), _chances(book, page, row + 1))
    row = _break_even(book, page, below + 1)
    row = _rates(book, page, row + 1)
    row = _two_way(book, page, row + 1)
    bottom = max(row, 38)
    middle = (5 + bottom) // 2
    if "npv" in book.tables.histograms:
        histogram = stacked_histogram(book, page, "npv", f"NPV after tax [{book.money_unit}]", "axis")
        charts.place(page, histogram, "N5", f"T{middle}")
    if book.years:
        fan = fan_chart(book, page, YEARS_TOP + len(book.years) - 1)
        charts.place(page, fan, f"N{middle}", f"T{bottom}")
    write_words(book, page, bottom + 1)
    page.sheet.freeze_panes = "A5"


def _values(book: Book, page: Page, row: int) -> int:
    tables = book.tables
    page.heads(row, ("Value", "Unit", "Base case", "Mean", "± s.e.", *(f"P{p}" for p in SHOWN)))
    lenders = ("exceeded with (energy lenders)", "", "", "", "", *(f"P{100 - p}" for p in SHOWN))
    page.texts(row + 1, 1, lenders, "subhead")
    base = tables.base
    risk_free = f"NPV after tax at risk-free {percent(tables.deal.risk_free)}"
    rows = [
        ("NPV after tax", "npv", "out_base_npv", base.npv, "money"),
        ("NPV before tax", "npv_pre_tax", "out_base_npv_before_tax", base.npv_pre_tax, "money"),
        (risk_free, "npv_risk_free", "", base.npv_risk_free, "money"),
        ("IRR after tax", "irr", "out_base_irr", base.irr, "share"),
        ("IRR before tax", "irr_pre_tax", "out_base_irr_before_tax", base.irr_pre_tax, "share"),
        ("Margin over the life (PV EBITDA / PV revenue)", "margin", "", base.margin, "share"),
    ]
    row += 2
    for label, key, name, of_base, kind in rows:
        if f"spread:{key}" not in book.places:
            continue
        style = "total" if key in {"npv", "irr"} else "calc"
        link = "total_link" if style == "total" else "link"
        page.text(row, 1, label, "total_text" if style == "total" else "wrap")
        page.raise_row(row, label, page.width(1))
        page.text(row, 2, book.money_unit if kind == "money" else "%", "total_text" if style == "total" else "unit")
        if name and of_base is not None:
            page.formula(row, 3, f"={name}", book.values[_key(_target(book, name))], kind, link)
        else:
            page.number(row, 3, of_base, kind)
        _spread(book, page, row, key, kind, link)
        row += 1
    page.text(row, 1, "IRR of the expected cash flows")
    page.text(row, 2, "%", "unit")
    if tables.irr.of_expected_flows is None:
        page.text(row, 4, "n/a", "missing")
    else:
        page.formula(row, 4, "=out_expected_irr", book.values[_key(_target(book, "out_expected_irr"))], "share", "link")
    found = ", ".join(f"{n:,} {STATUSES.get(key, key)}" for key, n in tables.irr.status.items() if n)
    pulled = f". Note: {PULLED}" if margin_is_pulled(tables.margin) else ""
    page.wrapped(row, 6, LEFT, f"IRR on the paths: {found}{pulled}", "note")
    row += 1
    page.text(row, 1, "NPV after tax, mean of the worst 5 %")
    page.text(row, 2, book.money_unit, "unit")
    page.number(row, 4, tables.tail.get("cvar_05"), "money")
    return row + 1


def _spread(book: Book, page: Page, row: int, key: str, kind: str, style: str) -> None:
    source, at = book.page("Distributions"), int(book.places[f"spread:{key}"])
    columns = [3, 4, *(6 + PERCENTILES.index(p) for p in SHOWN)]
    for column, there in enumerate(columns, 4):
        value = source.sheet.cell(at, there).value
        shown = "fine_share" if kind == "share" and there == 4 else kind
        stored = float(value) if isinstance(value, int | float) else str(value)
        page.formula(row, column, f"={source.address(at, there)}", stored, shown, style)


def _bridge(book: Book, page: Page, row: int) -> int:
    words = {
        "base": "Base case: expected values, no event",
        "volatility": "+ volatility of prices and volumes",
        "events": "+ events that end or change it",
        "mean": "= mean over the paths",
    }
    page.heads(row, ("From the base case to the mean NPV", "Unit", "NPV", "Change", "± s.e."))
    kind = "finer_money" if bridge_decimals(book.tables, book.scale) > 1 else "money"
    sum_at, value = 0, 0.0
    for step in book.tables.bridge:
        row += 1
        total = step.step in {"base", "mean"}
        page.text(row, 1, words.get(step.step, step.step), "total_text" if total else "text")
        page.text(row, 2, book.money_unit, "total_text" if total else "unit")
        if step.change is not None:
            value += step.change
            page.formula(row, 3, f"=C{row - 1}+D{row}", value, kind)
            page.number(row, 4, step.change, kind)
            sum_at = row
        elif step.step == "base":
            value = float(book.values[_key(_target(book, "out_base_npv"))])
            page.formula(row, 3, "=out_base_npv", value, kind, "total_link")
            page.text(row, 4, "", "total_text")
        else:
            page.number(row, 3, step.npv, kind, "total_engine")
            page.text(row, 4, "", "total_text")
            residual = round((value - step.npv) / max(1.0, abs(value) + abs(step.npv)), 9) + 0.0
            cells = page.address(sum_at, 3), page.address(row, 3)
            difference = f"ROUND(({cells[0]}-{cells[1]})/MAX(1,ABS({cells[0]})+ABS({cells[1]})),9)"
            formula = f"=IF(inputs_as_run=1,{difference},0)"
            book.checks.append(
                CheckRow("Bridge: base case and changes add up to the mean NPV", formula, residual, 1e-8)
            )
        page.number(row, 5, step.se, kind, "total_engine" if total else "engine")
    return row + 1


def _chances(book: Book, page: Page, row: int) -> int:
    rows = chances(book.tables)[:11]
    page.heads(row, ("Chances", *[""] * 5), 7)
    page.sheet.merge_cells(start_row=row, end_row=row, start_column=7, end_column=LEFT)
    for label, share in rows:
        row += 1
        page.text(row, 7, label.strip())
        page.number(row, LEFT, share, "share")
    return row + 1


def _break_even(book: Book, page: Page, row: int) -> int:
    page.heads(row, ("Break-even (base NPV after tax = 0)", "", "Value", "Unit", "", "Input", *[""] * 6))
    for key, label in BREAK_EVENS.items():
        row += 1
        page.text(row, 1, label)
        found = book.tables.break_even.get(key)
        if found is None or found.value is None:
            page.text(row, 3, "n/a", "missing")
            page.text(row, 6, found.reason if found else "the contract has no such number", "unit")
            continue
        page.number(row, 3, found.value, plain_kind(found.value))
        page.text(row, 4, found.unit, "unit")
        page.text(row, 6, found.path, "unit")
    return row + 1


def _rates(book: Book, page: Page, row: int) -> int:
    rates = book.tables.npv_by_rate[: LEFT - 2]
    if not rates:
        return row
    page.heads(row, ("NPV after tax by discount rate", "Unit", *[""] * (LEFT - 2)))
    for label, offset in (("Base case", 1), ("Mean over the paths", 2)):
        page.text(row + offset, 1, label)
        page.text(row + offset, 2, book.money_unit, "unit")
    for column, found in enumerate(rates, 3):
        page.number(row, column, found.rate, "share", "head")
        page.number(row + 1, column, found.base_npv, "money")
        page.number(row + 2, column, found.mean_npv, "money")
    return row + 3


def _two_way(book: Book, page: Page, row: int) -> int:
    table, axes = book.tables.two_way, book.tables.two_way_axes
    if not table or not axes:
        return row
    width = min(len(table[0]), LEFT - 1)
    page.heads(row, (f"Base-case NPV after tax [{book.money_unit}]", "", *[""] * (LEFT - 2)))
    page.text(row, 3, f"{axes[1]} (across), {axes[0]} (down)", "head_left")
    page.sheet.merge_cells(start_row=row, end_row=row, start_column=3, end_column=LEFT)
    for offset, line in enumerate(table, 1):
        for place, value in enumerate(line[:width]):
            if offset == 1 or place == 0:
                if offset > 1 or place > 0:
                    page.number(row + offset, place + 2 if place else 1, value, plain_kind(value), "subhead")
            else:
                page.number(row + offset, place + 2, value, "money")
    return row + len(table) + 1


def _target(book: Book, name: str) -> str:
    return str(book.workbook.defined_names[name].attr_text)


def _key(address: str) -> tuple[str, str]:
    sheet, _, cell = address.rpartition("!")
    return sheet.strip("'"), cell.replace("$", "")
