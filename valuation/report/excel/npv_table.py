"""Sheet Table: the NPV by one input with a line, or by two as grids."""

from __future__ import annotations

from valuation.report.excel import charts
from valuation.report.excel.book import Page
from valuation.report.sensitivity_words import common_unit, heading, in_unit
from valuation.tables.sensitivity import NpvTable, Sensitivity


def write_npv_table(page: Page, found: Sensitivity) -> None:
    """The table of a study that has one."""
    table, money = found.table, page.book.scale.unit(found.currency)
    if table is None:
        return
    paths = "" if found.mean is None else f"; means over {found.paths:,} paths, seed {found.seed}, on the same draws"
    page.title("NPV by " + " and ".join(table.paths), f"{heading(found)}. After tax, in {money}{paths}.", 6)
    end = _one(page, found, table, money) if not table.columns else _two(page, found, table)
    page.wrapped(end + 1, 1, 6, f"Again: {found.command}", "note")


def _one(page: Page, found: Sensitivity, table: NpvTable, money: str) -> int:
    values, unit = common_unit(table.rows)
    heads = ["Base NPV", "Change"] + (["Mean NPV", "Change", "+/- s.e."] if found.mean is not None else [])
    page.heads(4, (in_unit(table.paths[0].rpartition(".")[2], unit), *heads))
    for row, (value, (point,)) in enumerate(zip(values, table.cells, strict=True), 5):
        page.text(row, 1, value, "record_text")
        numbers = [point.base, point.change]
        if found.mean is not None:
            numbers += [point.mean or 0.0, point.mean_change or 0.0, point.se or 0.0]
        for column, number in enumerate(numbers, 2):
            page.number(row, column, number, "money")
    last = 4 + len(values)
    chart, colours = charts.lines(), page.book.look.colours
    for column, colour in ((2, colours["base"]), *(((4, colours["mean"]),) if found.mean is not None else ())):
        chart.series.append(charts.paint(charts.series(page, (4, column), 5, last, column), line=colour))
    chart.set_categories(charts.categories(page, 5, last, 1))
    charts.finish(chart, ("NPV", unit, money), "General", page.book.format("axis"))
    charts.place(page, chart, f"A{last + 4}", f"G{last + 24}")
    return last + 1


def _two(page: Page, found: Sensitivity, table: NpvTable) -> int:
    rows, row_unit = common_unit(table.rows)
    columns, column_unit = common_unit(table.columns)
    grids = [("Base NPV", [[point.base for point in row] for row in table.cells])]
    if found.mean is not None:
        grids.append(("Mean NPV", [[point.mean or 0.0 for point in row] for row in table.cells]))
        errors = [[point.se or 0.0 for point in row] for row in table.cells]
        grids.append(("Standard error of the mean's change", errors))
    at = 4
    for name, grid in grids:
        page.band(
            at, f"{name}: {in_unit(table.paths[0], row_unit)} down, {in_unit(table.paths[1], column_unit)} across", 6
        )
        page.heads(at + 1, ("", *columns))
        for row, (value, line) in enumerate(zip(rows, grid, strict=True), at + 2):
            page.text(row, 1, value, "record_text")
            for column, number in enumerate(line, 2):
                page.number(row, column, number, "money")
        at += len(rows) + 3
    return at
