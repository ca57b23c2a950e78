"""Charts that read alike in every spreadsheet program: a title, both axis titles, axes that show."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import AreaChart, BarChart, LineChart, Reference
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.legend import Legend, LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)
from openpyxl.utils.cell import coordinate_to_tuple

from valuation.report.excel.book import Page

_GRID = "D9D9D9"
_LABELS = 800  # hundredths of a point
_ASLANT = -2_700_000  # 60,000ths of a degree


def bars(stacked: bool = False) -> BarChart:
    """A column chart, its series side by side or stacked."""
    chart = BarChart()
    chart.type, chart.gapWidth = "col", 40
    if stacked:
        chart.grouping, chart.overlap, chart.gapWidth = "stacked", 100, 5
    return chart


def lines() -> LineChart:
    """A line chart."""
    return LineChart()


def areas() -> AreaChart:
    """A chart of areas stacked on each other."""
    chart = AreaChart()
    chart.grouping = "stacked"
    return chart


def series(page: Page, title: tuple[int, int], top: int, bottom: int, column: int) -> Any:
    """A series in one column of the sheet, named by the cell at ``title`` (row, column)."""
    made: Any = SeriesFactory(Reference(page.sheet, min_col=column, min_row=top, max_row=bottom))
    made.tx = SeriesLabel(strRef=StrRef(page.address(*title)))
    return made


def row_series(page: Page, title: tuple[int, int], row: int, first: int, last: int) -> Any:
    """A series in one row of the sheet, named by the cell at ``title`` (row, column)."""
    made: Any = SeriesFactory(row_categories(page, row, first, last))
    made.tx = SeriesLabel(strRef=StrRef(page.address(*title)))
    return made


def row_categories(page: Page, row: int, first: int, last: int) -> Reference:
    """The labels of the category axis in one row of the sheet."""
    return Reference(page.sheet, min_col=first, max_col=last, min_row=row, max_row=row)


def categories(page: Page, top: int, bottom: int, column: int) -> Reference:
    """The labels of the category axis in one column of the sheet."""
    return Reference(page.sheet, min_col=column, min_row=top, max_row=bottom)


def paint(made: Any, fill: str | None = None, line: str | None = None, width: float = 1.75, dash: Any = None) -> Any:
    """Colours of a series: the fill of an area or bar, or the line [pt]; None = nothing drawn."""
    outline = (
        LineProperties(solidFill=line, w=int(width * 12700), prstDash=dash) if line else LineProperties(noFill=True)
    )
    made.graphicalProperties = GraphicalProperties(ln=outline)
    if fill:
        made.graphicalProperties.solidFill = fill
    else:
        made.graphicalProperties.noFill = True
    if line:
        # Straight lines between the years, and no dots on them.
        made.smooth = False
        made.marker = Marker("none")
    return made


def finish(
    chart: Any,
    titles: tuple[str, str, str],
    x_format: str,
    y_format: str,
    *,
    every: int = 1,
    legend: bool = True,
    unlisted: tuple[int, ...] = (),
    turned: bool = False,
) -> Any:
    """Title, axes and legend of a chart.

    Parameters
    ----------
    titles : of the chart, its category axis and its value axis.
    every : label each n-th category only.
    unlisted : places of the series that the legend leaves out.
    turned : whether the categories are written aslant, where level ones would be broken into pieces.
    """
    chart.title = _title(titles[0], 1100, True)
    chart.x_axis.title, chart.y_axis.title = _title(titles[1], 900, False), _title(titles[2], 900, False)
    for axis, number_format in ((chart.x_axis, x_format), (chart.y_axis, y_format)):
        axis.delete = False
        axis.number_format = number_format
        axis.txPr = _font(_LABELS)
    if turned:
        chart.x_axis.txPr = _font(_LABELS, turn=_ASLANT)
    chart.x_axis.tickLblPos = "low"
    chart.x_axis.tickLblSkip = every
    chart.x_axis.tickMarkSkip = every
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GRID, w=6350))
    chart.roundedCorners = False
    if legend:
        chart.legend = Legend()
        chart.legend.legendEntry = [LegendEntry(idx=place, delete=True) for place in unlisted]
        chart.legend.position, chart.legend.overlay, chart.legend.txPr = "b", False, _font(_LABELS)
    else:
        chart.legend = None
    return chart


def label_columns(page: Page, chart: Any, top: int, bottom: int, column: int) -> None:
    """Label the categories with the texts of a column, turned so that narrow bars have room; empty cells leave gaps."""
    cells = page.span(top, column, bottom, column)
    for made in chart.series:
        made.cat = AxDataSource(strRef=StrRef(cells))
    chart.x_axis.tickLblSkip = chart.x_axis.tickMarkSkip = 1
    chart.x_axis.txPr = _font(_LABELS, turn=_ASLANT)


def place(page: Page, chart: Any, top_left: str, bottom_right: str) -> None:
    """Put a chart over a block of cells, whatever the font makes of their size."""
    corners = []
    for cell in (top_left, bottom_right):
        row, column = coordinate_to_tuple(cell)
        corners.append(AnchorMarker(col=column - 1, row=row - 1))
    chart.anchor = TwoCellAnchor("twoCell", _from=corners[0], to=corners[1])
    page.sheet.add_chart(chart)


def _font(size: int, turn: int = 0) -> RichText:
    look = ParagraphProperties(defRPr=CharacterProperties(sz=size))
    # Level labels: a program that finds no room leaves some out instead of turning them.
    level = RichTextProperties(rot=turn, vert="horz")
    return RichText(bodyPr=level, p=[Paragraph(pPr=look, endParaRPr=CharacterProperties(sz=size))])


def _title(text: str, size: int, bold: bool) -> Title:
    look = CharacterProperties(sz=size, b=bold)
    run = RegularTextRun(rPr=look, t=text)
    words = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])])
    return Title(tx=Text(rich=words), overlay=False)
