"""A template filled with the tables of a valuation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.report.template.areas import Area, cell_name
from valuation.report.template.calc_chain import chain_changes
from valuation.report.template.package import Package, Unreadable
from valuation.report.template.read import Place, Template, counted, read_template
from valuation.report.template.sheet_edit import Content, edited
from valuation.report.template.sheet_map import SheetMap, map_sheet
from valuation.report.template.slots import Value
from valuation.report.template.workbook_part import recalculating

if TYPE_CHECKING:
    from valuation.tables import Tables

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_DAYS_TO_1904 = 1462.0
MISSING = "n/a"
"""What a single cell says where the deal has no such number."""


class CannotFill(ValuationError):
    """A template that the result does not fit into; names every slot."""


@dataclass(frozen=True)
class Filled:
    """The filled workbook's content, the slots that this deal has nothing for, and whether formulas wait for being
    calculated."""

    content: bytes
    without_value: tuple[str, ...]
    formulas: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person who fills must know."""
        notes = []
        if self.without_value:
            notes.append(f"No value in this deal: {', '.join(self.without_value)}")
        if self.formulas:
            notes.append(
                "Formulas keep the values of the template until they are calculated: Excel does that when it opens the "
                "file, LibreOffice on Ctrl+Shift+F9"
            )
        return tuple(notes)


def fill(template: Template, tables: Tables) -> Filled:
    """The template with the values of a valuation, every other part of the file as it is.

    Parameters
    ----------
    template : one without problems.

    Raises
    ------
    CannotFill : a range is smaller than what it stands for; all such names at once.
    NotFiniteError : when a number is infinite or NaN; it names the cell.
    """
    problems, without = [], []
    values: dict[str, dict[tuple[int, int], Content]] = {}
    for place in template.places:
        rows = place.slot.rows(tables)
        if place.slot.shape == "list" and place.area.columns == 1:
            rows = tuple((value,) for value in rows[0])
        if not any(value is not None for row in rows for value in row):
            without.append(place.slot.name)
        high, wide = len(rows), max(map(len, rows), default=0)
        if high > place.area.rows or wide > place.area.columns:
            problems.append(f"{template.file}: {place.name.shown}: {_too_small(place, high, wide)}")
            continue
        values.setdefault(place.sheet.part, {}).update(_contents(place, rows, template.workbook.from_1904))
    if problems:
        raise CannotFill("\n".join(problems))
    changed, formulas = _changes(template, values)
    return Filled(template.package.rewritten(changed), tuple(dict.fromkeys(without)), formulas)


def emptied(template: Template) -> bytes:
    """The template with every slot's cells there and empty: equal for a template and for what was filled from it."""
    values: dict[str, dict[tuple[int, int], Content]] = {}
    for place in template.places:
        values.setdefault(place.sheet.part, {}).update(dict.fromkeys(place.cells()))
    return template.package.rewritten(_changes(template, values, always=True)[0])


def filled_from(template: Template, path: Path, contract: str) -> bool:
    """Whether a file is this template, filled for a contract and not touched since.

    That is: it differs from the template in the cells of slots alone, and one of them holds the contract's id.
    """
    try:
        other = read_template(path)
    except Unreadable:
        return False
    if other.problems or [p.address for p in other.places] != [p.address for p in template.places]:
        return False
    ids = [place for place in other.places if place.slot.name == "valuate_contract_id"]
    held = {_text(other.maps[place.sheet.part], place.area) for place in ids}
    return held == {_escaped(contract)} and emptied(other) == emptied(template)


def _text(sheet: SheetMap, area: Area) -> str:
    cells = [cell for row in sheet.rows if row.number == area.top for cell in row.cells if cell.column == area.left]
    return cells[0].text if cells else ""


def _too_small(place: Place, high: int, wide: int) -> str:
    area = place.area
    if place.slot.shape == "list":
        along = "column" if area.columns > 1 else "row"
        has, needs = counted(area.cells, along), f"{max(high, wide)}"
    else:
        has = f"{counted(area.rows, 'row')} of {counted(area.columns, 'column')}"
        needs = f"{high} of {wide}"
    return f"{place.address} has {has}, this result needs {needs}: let the name refer to as many, or to more"


def _contents(place: Place, rows: tuple[tuple[Value, ...], ...], from_1904: bool) -> dict[tuple[int, int], Content]:
    """What goes into each cell of a place; what lies beyond the data is emptied."""
    found: dict[tuple[int, int], Content] = dict.fromkeys(place.cells())
    for down, row in enumerate(rows, place.area.top):
        for right, value in enumerate(row, place.area.left):
            where = f"{place.name.shown} ({place.sheet.name}!{cell_name(down, right)})"
            content = _content(value, where, from_1904)
            if content is None and place.slot.shape == "cell":
                content = MISSING
            found[down, right] = content
    return found


def _content(value: Value, where: str, from_1904: bool) -> Content:
    from valuation.report.excel.cells import cell_text, serial
    from valuation.report.numbers import finite

    if value is None:
        return None
    if isinstance(value, str):
        return _escaped(cell_text(value)) or None
    if isinstance(value, date):
        return serial(value) - (_DAYS_TO_1904 if from_1904 else 0.0)
    return finite(float(value), where)


def _escaped(text: str) -> str:
    """Text in which ``_x0041_``, which the format reads as a letter's code, stays as written."""
    return _ESCAPE.sub("_x005F_", text)


def _changes(
    template: Template, values: Mapping[str, Mapping[tuple[int, int], Content]], always: bool = False
) -> tuple[dict[str, bytes | None], bool]:
    """Parts of the file that change, and whether the workbook has formulas."""
    changed: dict[str, bytes | None] = {}
    ids = {sheet.part: sheet.id for sheet in template.workbook.sheets}
    gone: list[tuple[str, str]] = []
    for part, cells in values.items():
        sheet = template.maps[part]
        changed[part] = edited(sheet, cells, always)
        for row in sheet.rows:
            gone += [
                (ids[part], cell_name(row.number, cell.column))
                for cell in row.cells
                if cell.formula and (row.number, cell.column) in cells
            ]
    changed |= chain_changes(template.package, template.workbook, frozenset(gone))
    formulas = _has_formulas(template)
    if formulas:
        changed[template.workbook.part] = recalculating(template.package, template.workbook)
    return changed, formulas


def _has_formulas(template: Template) -> bool:
    return any(_formulas(template.package, sheet.part, template.maps) for sheet in template.workbook.sheets)


def _formulas(package: Package, part: str, maps: Mapping[str, SheetMap]) -> bool:
    """Whether a sheet has formulas in cells; a quick look first, as most sheets of data have none."""
    if part in maps:
        return maps[part].formulas
    if not package.has(part) or not re.search(rb"<(?:[^\s<>/:]+:)?f[\s/>]", package.read(part)):
        return False
    return map_sheet(package, part, ()).formulas
