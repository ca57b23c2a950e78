"""Writes the live base case: which inputs have which name, the lines of the plan, and the sheets of them."""

from __future__ import annotations

from valuation.plan.base_rows import base_rows
from valuation.plan.formula_ops import WITHOUT_FORM
from valuation.plan.model import Plan, Row, Table, operand_name
from valuation.report.excel.book import Book
from valuation.report.excel.live.bounds import check_months
from valuation.report.excel.live.curves import curve_cells, write_curves
from valuation.report.excel.live.dated import write_dated, write_owners
from valuation.report.excel.live.fingerprint import check_cells
from valuation.report.excel.live.names import input_names
from valuation.report.excel.live.program import FIRST_MONTH, sheet_program
from valuation.report.excel.live.sheets import write_month_sheets
from valuation.tables.live import DAYS_COUNTED, OF_COVER, OF_LIVES, LiveModel

FIRST_MONTH_NAME = "calc_first_month"
OWNERS_RATE = "rates.equity"


def live_names(live: LiveModel, view: str) -> dict[str, str]:
    """The defined name of each input."""
    return input_names([one.name for one in live.numbers], view, valuation_input(live))


def valuation_input(live: LiveModel) -> str:
    """The input from which flows are discounted."""
    names = {one.name for one in live.plan.inputs}
    return "dates.inception" if "dates.inception" in names else "dates.valuation"


def write_live(book: Book) -> None:
    """Fill Timeline, Model, Curves and Dated cash; ``places`` gets what other sheets read of them."""
    live = book.live
    rows = base_rows(live.plan, live.wanted)
    kept = frozenset(
        {name for date, of_date in live.paid.items() for name in (date, *of_date) if name}
        | {name for date, row in live.owners.items() for name in (date, row)}
        | set(live.shown.values())
        | {"time.month_end", "time.year", "time.t", DAYS_COUNTED, "accounts.margin", "accounts.margin_undiscounted"}
        | {"time.month_start", *OF_COVER, *live.positive}
    )
    tabulated, looked_up = _tables(live.plan, rows)
    inputs = live_names(live, book.tables.deal.view)
    names = {**inputs, **curve_cells(live, looked_up), FIRST_MONTH: FIRST_MONTH_NAME}
    program = sheet_program(live.plan, rows, kept, names, frozenset(tabulated))
    grid = write_month_sheets(book, live, program, FIRST_MONTH_NAME)
    by_path = {one.origin.path: inputs[one.name] for one in live.numbers if one.origin.path}
    write_curves(book, live, looked_up, by_path)
    write_dated(book, live, grid)
    places = book.places
    places |= {f"name:{name}": text for name, text in inputs.items()}
    check_months(book, live, grid)
    check_cells(book, live, grid)
    rates = {rate for measure in live.plan.measures for rate in measure.rates if rate in live.plan.row_of}
    book.places |= {f"rate:{rate}": grid.once(program.stands_for.get(rate, f"⟦{rate}⟧")) for rate in rates}
    write_owners(book, live, grid, book.places.get(f"rate:{OWNERS_RATE}", ""))
    for line in live.lines:
        row = live.shown[line.name]
        places[f"month:{line.name}"] = grid.span(row)
        places[f"month_total:{line.name}"] = grid.total(row)
    places["month_ends"], places["month_years"] = grid.span("time.month_end"), grid.span("time.year")
    places["month_days"] = grid.span(DAYS_COUNTED)
    places |= {f"cell:{name}": grid.cell(name) for name, place in grid.where.items() if place.once}
    places |= {f"month:{name}": grid.span(name) for name in OF_COVER if name in grid.where}
    for name in ("accounts.margin", "accounts.margin_undiscounted", *(one for one in OF_LIVES if one in grid.where)):
        places[f"last:{name}"] = grid.cell(name, live.plan.months - 1)


def _tables(plan: Plan, rows: tuple[Row, ...]) -> tuple[set[str], list[Table]]:
    """Rows that look up a law tabulated month by month, and the tables that formulas look up."""
    by_name = {table.name: table for table in plan.tables}
    solved = {name for name, *_ in plan.solved.tables} if plan.solved is not None else set()
    tabulated, looked_up = set(), dict[str, Table]()
    for row in rows:
        names = [(operand_name(argument) or "").partition(":")[0] for argument in row.args]
        tables = [by_name[name] for name in names if name in by_name]
        if row.op in WITHOUT_FORM or any(not table.origin.path and table.name not in solved for table in tables):
            tabulated.add(row.name)
        else:
            looked_up |= {table.name: table for table in tables}
    return tabulated, list(looked_up.values())
