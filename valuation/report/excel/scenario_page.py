"""Sheet Scenarios: the deal in every scenario of its file, measure by measure, beside the file as it stands."""

from __future__ import annotations

from valuation.appraisal.claims import FILE
from valuation.report.excel import charts
from valuation.report.excel.book import Book

TOP = 6
BASE, BASE_CHANGE, IRR, MARGIN, MEAN, SE, MEAN_CHANGE, CHANGE_SE, NEGATIVE = range(2, 11)
_CHART_ROWS = 22


def write_scenarios_page(book: Book) -> None:
    """Fill the sheet: a row a scenario, its note below it, and a chart of base case and mean."""
    cases, page, money = book.tables.scenarios, book.page("Scenarios"), book.money_unit
    page.title(
        "Scenarios",
        f"Each scenario of the file on the same random numbers, means over the first {cases[0].paths:,} paths of each, "
        "differences path by path from the file as it stands (the first row). A risk that acts by events leaves the "
        "base case as it is and shows in the mean.",
        NEGATIVE,
    )
    groups = ((1, 1, ""), (BASE, MARGIN, "Base case"), (MEAN, NEGATIVE, "Mean over the paths"))
    for first, last, text in groups:
        for column in range(first, last + 1):
            page.text(4, column, text if column == first else "", "head")
        if last > first:
            page.sheet.merge_cells(start_row=4, end_row=4, start_column=first, end_column=last)
    npv = f"NPV after tax [{money}]"
    heads = (
        "Scenario (* = this run)", npv, f"less the first [{money}]", "IRR after tax [%]", "Margin [%]",
        f"mean {npv}", f"± s.e. [{money}]", f"less the first [{money}]", f"± s.e. [{money}]", "P(NPV < 0) [%]",
    )  # fmt: skip
    page.heads(TOP - 1, heads)
    page.repeat(f"B{TOP}", f"4:{TOP - 1}")
    for row, case in enumerate(cases, TOP):
        page.text(row, 1, f"{'* ' if case.is_run else ''}{case.name}", "wrap")
        page.raise_row(row, case.name, page.width(1))
        page.number(row, BASE, case.npv_base, "money")
        formula = f"={page.address(row, BASE, False)}-{page.address(TOP, BASE, False)}"
        page.formula(row, BASE_CHANGE, formula, case.npv_base - cases[0].npv_base, "money")
        page.number(row, IRR, case.irr_base, "share")
        page.number(row, MARGIN, case.margin_base, "share")
        page.number(row, MEAN, case.npv_mean, "money")
        page.number(row, SE, case.npv_se, "finer_money")
        page.number(row, MEAN_CHANGE, case.npv_change, "money")
        page.number(row, CHANGE_SE, case.npv_change_se, "finer_money")
        page.number(row, NEGATIVE, case.npv_negative, "share")
    bottom = TOP + len(cases) - 1
    row = bottom + 2
    for case in cases:
        if note := case.note or ("the file as it stands" if case.name == FILE else ""):
            page.wrapped(row, 1, NEGATIVE, f"{case.name}: {note}", "note")
            row += 1
    chart, colours = charts.bars(), book.look.colours
    for column, colour in ((BASE, colours["survivors"]), (MEAN, colours["events"])):
        made = charts.series(page, (4, BASE if column == BASE else MEAN), TOP, bottom, column)
        chart.series.append(charts.paint(made, fill=colour))
    chart.set_categories(charts.categories(page, TOP, bottom, 1))
    charts.finish(chart, ("NPV after tax by scenario", "scenario", f"NPV [{money}]"), "General", book.format("axis"))
    charts.place(page, chart, f"A{row + 1}", f"K{row + 1 + _CHART_ROWS}")
    page.sheet.print_area = f"A1:J{row + 1 + _CHART_ROWS}"
