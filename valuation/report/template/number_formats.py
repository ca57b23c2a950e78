"""Which styles of a workbook show a number as a date."""

from __future__ import annotations

import re

from valuation.report.template.package import Package
from valuation.report.template.workbook_part import Workbook
from valuation.report.template.xml_scan import main_name

_BUILT_IN = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""Numbers of the formats of dates and times that every spreadsheet program knows."""
_QUIET = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""What in a format is shown as it stands, or is a colour, a condition or a language."""


def date_styles(package: Package, workbook: Workbook) -> frozenset[int]:
    """Numbers of the cell styles with a format of dates."""
    relations = package.relations(workbook.part).values()
    part = next((one.target for one in relations if one.kind == "styles"), None)
    if part is None or not package.has(part):
        return frozenset()
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = [False]

    def start(tag: str, attributes: dict[str, str], at: int) -> None:
        name = main_name(tag)
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(tag: str, at: int) -> None:
        if main_name(tag) == "cellXfs":
            inside[0] = False

    package.scan(part, start, end)
    return frozenset(k for k, number in enumerate(styles) if _is_date(number, formats.get(number)))


def _is_date(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdigit() and int(number) in _BUILT_IN
    return bool(re.search(r"[dy]|mmm", _QUIET.sub("", code.partition(";")[0]).lower()))
