"""What a template has: names found, missing, unknown and broken, and what in the file stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from valuation.report.template.areas import cell_name
from valuation.report.template.number_formats import date_styles
from valuation.report.template.read import Place, Template
from valuation.report.template.slots import catalogue

_PARTS = (
    (r"vbaproject\.bin$", "macros"),
    (r"xl/media/", "pictures"),
    (r"xl/drawings/drawing\d*\.xml$", "drawings (shapes, text boxes, pictures, charts)"),
    (r"xl/charts/chart\d*\.xml$|xl/chartex", "charts"),
    (r"xl/diagrams/", "SmartArt"),
    (r"vmldrawing", "comments, form controls or pictures of headers"),
    (r"comments", "comments"),
    (r"xl/pivottables/", "pivot tables"),
    (r"xl/tables/", "tables"),
    (r"xl/slicers/|xl/timelines/", "slicers"),
    (r"xl/activex/|xl/ctrlprops/", "controls"),
    (r"xl/embeddings/", "embedded files"),
    (r"xl/externallinks/", "links to other workbooks"),
    (r"^customxml/", "custom XML"),
    (r"^customui/", "ribbon of its own"),
    (r"printersettings", "printer settings"),
)
_IN_SHEETS = (
    (rb"sparklineGroup[\s>]", "sparklines"),
    (rb"conditionalFormatting[\s>]", "conditional formats"),
    (rb"dataValidation[\s>]", "data validations"),
    (rb"sheetProtection[\s>]", "protection of sheets"),
    (rb"ignoredError[\s>]", "marks of ignored errors"),
    (rb"headerFooter[\s>]", "headers and footers"),
)


@dataclass(frozen=True)
class Report:
    """Everything that ``valuate template check`` says."""

    template: Template
    missing: tuple[str, ...]
    """Slots that the template does not have."""
    remarks: tuple[str, ...]
    """What is no fault but may not be meant."""
    features: tuple[str, ...]
    """What else is in the file; all of it stays."""

    @property
    def fillable(self) -> bool:
        """Whether nothing keeps the template from being filled, as far as that shows without a result."""
        return not self.template.problems


def checked(template: Template) -> Report:
    """Look at a template from all sides."""
    there = {place.slot.name for place in template.places}
    return Report(
        template,
        tuple(name for name in catalogue() if name not in there),
        tuple(_remarks(template)),
        _features(template),
    )


def as_json(report: Report) -> dict[str, Any]:
    """The report as one JSON object."""
    template = report.template
    return {
        "file": template.file,
        "fillable": report.fillable,
        "found": [
            {
                "name": place.slot.name,
                "scope": place.name.sheet,
                "sheet": place.sheet.name,
                "cells": str(place.area),
                "rows": place.area.rows,
                "columns": place.area.columns,
                "shape": place.slot.shape,
                "unit": place.slot.unit,
            }
            for place in template.places
        ],
        "missing": list(report.missing),
        "unknown": list(template.unknown),
        "problems": [{"name": problem.path, "message": problem.message} for problem in template.problems],
        "remarks": list(report.remarks),
        "kept": list(report.features),
    }


def lines(report: Report) -> list[str]:
    """The report for people."""
    template = report.template
    told = []
    if template.places:
        wide = max(len(place.name.shown) for place in template.places)
        addresses = max(len(place.address) for place in template.places)
        told.append("Found:")
        for place in template.places:
            told.append(f"  {place.name.shown:<{wide}}  {place.address:<{addresses}}  {_size(place)}")
    if report.missing:
        told.append(f"Not in the template: {len(report.missing)} of {len(catalogue())}, see valuate template slots")
    told += [f"Remark: {remark}" for remark in report.remarks]
    if report.features:
        told.append(f"Stays as it is: {', '.join(report.features)}")
    return told


def _size(place: Place) -> str:
    if place.slot.shape == "cell":
        return place.slot.what
    size = f"{place.area.rows} x {place.area.columns}" if place.slot.shape == "table" else f"{place.area.cells}"
    return f"{place.slot.what} ({size} cells)"


def _remarks(template: Template) -> list[str]:
    remarks = []
    ours = {slot.ours: slot.name for slot in catalogue().values() if slot.ours}
    dates = date_styles(template.package, template.workbook)
    for place in template.places:
        sheet, taken = template.maps[place.sheet.part], set(place.cells())
        cells = [(row.number, cell) for row in sheet.rows for cell in row.cells if (row.number, cell.column) in taken]
        formulas = [cell_name(number, cell.column) for number, cell in cells if cell.formula]
        if formulas:
            more = f" and {len(formulas) - 1} more" if len(formulas) > 1 else ""
            remarks.append(f"{place.name.shown}: filling replaces the formula of {formulas[0]}{more}")
        if place.slot.unit == "date" and not any(int(cell.style or 0) in dates for _, cell in cells):
            remarks.append(f"{place.name.shown}: {place.address} has no format of a date and would show a number")
    for name in template.workbook.names:
        if name.name in ours:
            remarks.append(
                f"{name.shown} is a name of the workbook that valuate lays out itself and is left alone; to have the "
                f"cell filled, call it {ours[name.name]}"
            )
    return remarks


def _features(template: Template) -> tuple[str, ...]:
    package = template.package
    found = [words for pattern, words in _PARTS if any(re.search(pattern, name) for name in package.names)]
    sheets = [package.read(sheet.part) for sheet in template.workbook.sheets if package.has(sheet.part)]
    found += [words for pattern, words in _IN_SHEETS if any(re.search(pattern, data) for data in sheets)]
    return tuple(dict.fromkeys(found))
