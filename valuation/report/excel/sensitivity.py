"""The workbook of a sensitivity study: tornado, spider and shares of the risks, each with its chart, or a table."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from valuation.report.excel import charts
from valuation.report.excel.book import Binder, Page
from valuation.report.excel.cells import cell_text
from valuation.report.excel.finish import finish
from valuation.report.excel.npv_table import write_npv_table
from valuation.report.excel.owner import PROGRAM, mark
from valuation.report.excel.spider import write_spider
from valuation.report.excel.template import load_template
from valuation.report.excel.tornado_chart import tornado_chart
from valuation.report.excel.write import put_whole
from valuation.report.sensitivity_words import SHARES, heading, how_many, listed, study_scale, tornado_words
from valuation.report.text import one_line
from valuation.tables.sensitivity import Sensitivity


def sensitivity_workbook(found: Sensitivity) -> bytes:
    """The workbook as a file's content: equal studies give equal bytes.

    Raises
    ------
    NotFiniteError : when a number is infinite or NaN; it names the cell.
    """
    workbook, look = load_template()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    binder = Binder(workbook=workbook, look=look, scale=study_scale(found))
    if found.table is not None:
        write_npv_table(_sheet(binder, found, "Table", (26, 15, 15, 15, 15, 15)), found)
    else:
        _write_tornado(_sheet(binder, found, "Tornado", (34, 46, 16, 20, 13, 13, 13, 10, 13, 10, 13), pages=0), found)
        write_spider(_sheet(binder, found, "Spider", (44, *(11,) * 10)), found)
        _write_shares(_sheet(binder, found, "Attribution", (28, 14, 12, 16, 14, 12, 14)), found)
    workbook.active = 0
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.creator = workbook.properties.lastModifiedBy = PROGRAM
    workbook.properties.title = cell_text(heading(found))
    mark(workbook, cell_text(owner_mark(found.contract_id)), found.spec_sha256)
    saved = BytesIO()
    workbook.save(saved)
    return finish(saved.getvalue(), binder.values, found.valuation)


def owner_mark(contract_id: str) -> str:
    """The mark of a study's workbook, so that neither it nor the contract's own is written over the other."""
    return f"{contract_id}, sensitivity"


def write_sensitivity(found: Sensitivity, path: Path) -> None:
    """Writes the workbook to a path, whole or not at all; what stood there is replaced in one step.

    Raises
    ------
    NotFiniteError : see ``sensitivity_workbook``.
    OSError : when the folder cannot be written to.
    """
    put_whole(sensitivity_workbook(found), path)


def _sheet(binder: Binder, found: Sensitivity, title: str, widths: tuple[float, ...], pages: int = 1) -> Page:
    """An empty sheet, set up for A4 across, with the contract in its header.

    Parameters
    ----------
    pages : onto how many it is printed; 0 for as many as it takes.
    """
    sheet = binder.workbook.create_sheet(title)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 90
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, pages
    sheet.oddHeader.left.text = one_line(cell_text(found.contract)).replace("&", "+")[:90]
    sheet.oddFooter.center.text, sheet.oddFooter.right.text = "&A", "Page &P of &N"
    return Page(binder, sheet)


def _write_tornado(page: Page, found: Sensitivity) -> None:
    """A row an input, the widest swing first, and the bars beside each other in a chart."""
    money = page.book.scale.unit(found.currency)
    runs = f"Money in {money}; {found.paths:,} paths, seed {found.seed}."
    page.title("Tornado", f"{heading(found)}. {tornado_words(found)} {runs}", 10)
    page.text(3, 1, "Base NPV as it stands")
    page.number(3, 2, found.base, "money")
    page.text(4, 1, "Mean NPV as it stands, +/- standard error")
    page.number(4, 2, found.mean, "money")
    page.number(4, 3, found.se, "money")
    heads = [
        "Input", "Path or factor", "Low", "High", "Base NPV, low: change", "Base NPV, high: change",
        "Mean NPV, low: change", "+/- s.e.", "Mean NPV, high: change", "+/- s.e.", "Swing of the mean",
    ]  # fmt: skip
    page.heads(6, heads)
    top = 7
    for row, bar in enumerate(found.tornado, top):
        page.text(row, 1, bar.label, "wrap")
        page.raise_row(row, bar.label, page.width(1))
        page.text(row, 2, bar.path, "wrap")
        page.raise_row(row, bar.path, page.width(2))
        page.text(row, 3, bar.low.value, "record_text")
        page.text(row, 4, bar.high.value, "record_text")
        page.number(row, 5, bar.low.change, "money")
        page.number(row, 6, bar.high.change, "money")
        page.number(row, 7, bar.low.mean_change, "money")
        page.number(row, 8, bar.low.se, "finer_money")
        page.number(row, 9, bar.high.mean_change, "money")
        page.number(row, 10, bar.high.se, "finer_money")
        page.formula(row, 11, f"=ABS(I{row}-G{row})", bar.swing, "money")
    page.repeat("C7", "6:6")
    last = top + len(found.tornado) - 1
    after = last + 2
    if found.unmoved:
        page.wrapped(after, 1, 10, f"Move neither: {listed(found.unmoved)}.", "note")
        after += 1
    for path, reason in found.refused:
        page.wrapped(after, 1, 10, f"Not moved: {path}: {reason}", "note")
        after += 1
    page.wrapped(after, 1, 10, f"Again: {found.command}", "note")
    if found.tornado:
        shown, at = (top, min(last, top + 19)), after + 2
        chart = tornado_chart(page, 6, shown, (7, 9), ("Change of the mean NPV", money))
        page.sheet.row_breaks.append(Break(id=at - 1))
        charts.place(page, chart, f"A{at}", f"K{at + 11 + shown[1] - shown[0]}")


def _write_shares(page: Page, found: Sensitivity) -> None:
    """A row a risk with its shares of the variance and of the expected loss; the sums are formulas."""
    shares, money = found.attribution, page.book.scale.unit(found.currency)
    page.title("Attribution", f"{heading(found)}: which risk the spread and the expected loss come from.", 7)
    if shares is None or not shares.risks:
        page.text(4, 1, "No factor and no event moves cash of this party.", "note")
        return
    page.heads(
        4,
        (
            "Risk",
            "Share of the variance",
            "+/- s.e.",
            "Standard deviation alone",
            "Expected loss",
            "+/- s.e.",
            "Share of the loss",
        ),
    )
    top = 5
    for row, share in enumerate(shares.risks, top):
        page.text(row, 1, share.risk)
        page.number(row, 2, share.variance_share, "fine_share")
        page.number(row, 3, share.variance_share_se, "fine_share")
        page.number(row, 4, share.sd_alone, "money")
        page.number(row, 5, share.loss, "finer_money")
        page.number(row, 6, share.loss_se, "finer_money")
    last = top + len(shares.risks) - 1
    if shares.rest_variance or shares.rest_loss:
        last += 1
        page.text(last, 1, "of no risk")
        page.number(last, 2, shares.rest_variance / shares.variance if shares.variance else None, "fine_share")
        page.number(last, 5, shares.rest_loss, "finer_money")
    total = last + 1
    page.text(total, 1, "all together", "total_text")
    parts = [share.variance_share or 0.0 for share in shares.risks]
    rest = shares.rest_variance / shares.variance if shares.variance else 0.0
    page.formula(total, 2, f"=SUM(B{top}:B{last})", sum(parts) + rest, "fine_share", "total")
    page.text(total, 3, "", "total_text")
    page.number(total, 4, shares.variance**0.5, "money", "total_engine")
    lost = sum(share.loss for share in shares.risks) + shares.rest_loss
    page.formula(total, 5, f"=SUM(E{top}:E{last})", lost, "finer_money", "total")
    page.number(total, 6, shares.loss_se, "finer_money", "total_engine")
    for row in range(top, total + 1):
        loss = (
            lost
            if row == total
            else shares.risks[row - top].loss
            if row - top < len(shares.risks)
            else shares.rest_loss
        )
        part = loss / lost if lost else "n/a"
        style = "total" if row == total else "calc"
        page.formula(row, 7, f'=IF(E${total}=0,"n/a",E{row}/E${total})', part, "share", style)
    row = page.block(
        total + 2,
        1,
        7,
        f"Expected loss = base NPV less mean NPV; money in {money}. {SHARES} {how_many(shares).capitalize()}.",
        "note",
    )
    _shares_chart(page, top, top + len(shares.risks) - 1, row + 1)


def _shares_chart(page: Page, top: int, last: int, at: int) -> None:
    chart = charts.bars()
    colours = page.book.look.colours
    for column, colour in ((2, colours["survivors"]), (7, colours["events"])):
        chart.series.append(charts.paint(charts.series(page, (4, column), top, last, column), fill=colour))
    chart.set_categories(charts.categories(page, top, last, 1))
    titles = ("Shares of the variance and of the expected loss", "risk", "share")
    charts.finish(chart, titles, "General", page.book.format("axis_share"))
    charts.place(page, chart, f"A{at}", f"G{at + 20}")
