"""Makes standard.xlsx, the look of the workbook: named styles, and for every sheet column widths and print set-up.

Run ``python excel_templates/make_standard.py`` after a change here and commit both files. A house that wants another
look edits a copy of standard.xlsx in a spreadsheet program: the report takes everything from there that standard.json
names.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

HERE = Path(__file__).resolve().parent
NAVY, GREY, BLUE, GREEN = "1F3864", "6B6B6B", "0000FF", "007A33"
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="top")
TOP = Alignment(horizontal="left", vertical="top")
INDENT = Alignment(horizontal="left", vertical="top", indent=1)
WRAP = Alignment(horizontal="left", vertical="top", wrap_text=True)
WRAP_INDENT = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
RULE = Border(top=Side("thin", color="808080"))
FRAME = Border(*(Side("medium", color="9C5700"),) * 4)

# role: (font, fill, alignment, border)
LOOKS: dict[str, tuple[dict[str, Any], str | None, Alignment, Border | None]] = {
    "title": ({"bold": True, "size": 15, "color": NAVY}, None, Alignment(vertical="center"), None),
    "subtitle": ({"color": GREY}, None, WRAP, None),
    "head": ({"bold": True, "color": "FFFFFF"}, NAVY, CENTRE, None),
    "head_left": ({"bold": True, "color": "FFFFFF"}, NAVY, LEFT, None),
    "subhead": ({"italic": True, "color": NAVY}, "DDE5F0", CENTRE, None),
    "section": ({"bold": True, "color": NAVY}, "DDE5F0", TOP, None),
    "text": ({}, None, TOP, None),
    "wrap": ({}, None, WRAP, None),
    "wrap_indent": ({}, None, WRAP_INDENT, None),
    "unit": ({"color": GREY}, None, INDENT, None),
    "note": ({"italic": True, "color": GREY}, None, WRAP_INDENT, None),
    "missing": ({"color": GREY}, None, RIGHT, None),
    "input": ({"color": BLUE}, "FFF9E5", RIGHT, None),
    "solved": ({"color": "9C5700"}, "FCE4D6", RIGHT, None),
    "input_text": ({"color": BLUE}, "FFF9E5", WRAP, None),
    "record": ({"color": "262626"}, "F2F2F2", RIGHT, None),
    "record_text": ({"color": "262626"}, "F2F2F2", WRAP, None),
    "changed": ({"bold": True, "color": "7F6000"}, "FFF2CC", WRAP, None),
    "engine": ({"color": "404040"}, None, RIGHT, None),
    "calc": ({"color": "000000"}, None, RIGHT, None),
    "link": ({"color": GREEN}, None, RIGHT, None),
    "total_text": ({"bold": True}, None, TOP, RULE),
    "total_engine": ({"bold": True, "color": "404040"}, None, RIGHT, RULE),
    "total": ({"bold": True, "color": "000000"}, None, RIGHT, RULE),
    "total_link": ({"bold": True, "color": GREEN}, None, RIGHT, RULE),
    "stamp": ({"bold": True, "size": 12, "color": "9C5700"}, "FFEB9C", CENTRE, FRAME),
    "verdict": ({"bold": True, "size": 11, "color": NAVY}, "EAF0F8", LEFT, None),
    "marked": ({"bold": True, "color": GREEN}, "E2EFDA", RIGHT, FRAME),
    "good": ({"bold": True, "color": "1E6B34"}, "D9EFDD", CENTRE, None),
    "bad": ({"bold": True, "color": "9C0006"}, "FFD6D6", CENTRE, None),
    "open": ({"bold": True, "color": "7F6000"}, "FFF2CC", CENTRE, None),
}

# Column widths from A on; the last one holds for all further columns up to column 80.
WIDTHS: dict[str, tuple[float, ...]] = {
    "Summary": (36, 8, 9.5, 10.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 1.5, 10.5),
    "Financing": (33, 8, *(10.5,) * 9, 1.5, 9.5),
    "Assumptions": (38, 17, 16, 13, 9, 30, 12, 22, 13, 13, 56, 44, 10),
    "Cash flow": (36, 10, 12, 10.5),
    "Debt": (12, *(11,) * 12, 1.5, 11),
    "Tax": (40, 9, 10.5, 9),
    "Timeline": (38, 10, 46, 13, 13, 11),
    "Model": (46, 14, 60, 13, 14, 11),
    "Curves": (14, 14, 3) * 26,
    "Dated cash": (12, 14),
    "Owners cash": (12, 14),
    "Payments": (12, 8, 15),
    "Distributions": (34, 9.5),
    "Cumulative": (11, 12),
    "Years": (8, 11),
    "Tornado": (44, 20, 18, 18, *(12.5,) * 5, 2, 10),
    "Drivers": (46, 12, *(12.5,) * 8, 11),
    "Scenarios": (30, *(12,) * 11),
    "Convergence": (13, *(14,) * 6, 11),
    "Sample paths": (8, 13, 10, 10, 12, 18, 15),
    "Indicators": (34, 22, 11),
    "Claims": (18, 52, 20, 34, 16, 16, 34, 44, 10),
    "Fair value": (42, 13, 11, 11, 11, 12, 12, 14, 12, 24, 4),
    "Change log": (44, 12, 13, 13, 13, 13, 12, 44, 4, 4, 14, 11),
    "Checks": (72, 16, 16, 12, 12),
    "Notes": (34, 120, 10),
    "Run": (26, 14, 18, 18, 60, 10),
    "Record": (26, 118, 10),
}
PAGES = {"Summary": 2, "Financing": 1, "Distributions": 1, "Years": 1, "Tornado": 1, "Drivers": 1}
PAGES |= {"Scenarios": 1, "Convergence": 1, "Sample paths": 1}
PAGES |= {"Fair value": 2}
"""Sheets that print on so many pages at most; the others on as many as they need."""
TABS = {
    "Summary": NAVY,
    "Financing": NAVY,
    "Assumptions": BLUE,
    "Checks": "C00000",
    "Notes": GREY,
    "Run": GREY,
    "Record": GREY,
}


def build() -> openpyxl.Workbook:
    """The template as a workbook with empty sheets."""
    manifest = json.loads((HERE / "standard.json").read_text(encoding="utf-8"))
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for role, name in manifest["styles"].items():
        font, fill, alignment, border = LOOKS[role]
        style = NamedStyle(name, font=Font(**{"name": "Calibri", "size": 10, **font}), alignment=alignment)
        if fill:
            style.fill = PatternFill("solid", fgColor=fill)
        if border:
            style.border = border
        book.add_named_style(style)
    for title in manifest["sheets"]:
        sheet = book.create_sheet(title)
        for column in range(1, 81):
            widths = WIDTHS[title]
            sheet.column_dimensions[get_column_letter(column)].width = widths[min(column, len(widths)) - 1]
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 90
        sheet.sheet_properties.tabColor = TABS.get(title, "8FAADC")
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = PAGES.get(title, 0)
        one_page = title in ("Summary", "Financing")
        edge = 0.4 if one_page else 0.55  # page one holds all from the verdict to the two-way table
        sheet.page_margins = PageMargins(left=0.4, right=0.4, top=edge, bottom=edge, header=0.2, footer=0.2)
        sheet.print_options.horizontalCentered = one_page
        sheet.oddFooter.left.text = "run {run}"
        sheet.oddFooter.center.text = "&A"
        sheet.oddFooter.right.text = "Page &P of &N"
        sheet.oddHeader.left.text, sheet.oddHeader.right.text = "{contract}", "{case}"
        for part in (sheet.oddHeader.left, sheet.oddHeader.right):
            part.size = 8
        for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
            part.size = 8
    return book


def make() -> bytes:
    """The file's bytes, with a fixed date in every place where a spreadsheet writes one."""
    raw = BytesIO()
    build().save(raw)
    made = BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "docProps/core.xml":
                stamp = rb"\g<1>2026-01-01T00:00:00Z"
                data = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", stamp, data)
            entry = zipfile.ZipInfo(item.filename, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return made.getvalue()


if __name__ == "__main__":
    destination = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "standard.xlsx"
    destination.write_bytes(make())
    sys.stdout.write(f"{destination}\n")
