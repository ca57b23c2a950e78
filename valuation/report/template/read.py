"""A template, read: which slots it has and where, and everything that keeps it from being filled, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from valuation.errors import Problem, SpecError
from valuation.report.template.areas import Area, NoArea, area_of, referred
from valuation.report.template.package import Package, Unreadable, open_package
from valuation.report.template.sheet_map import SheetMap, map_sheet
from valuation.report.template.slots import PREFIX, Slot, catalogue, nearest
from valuation.report.template.workbook_part import DefinedName, Sheet, Workbook, read_workbook
from valuation.report.template.xml_scan import main_name

LARGEST_AREA = 100_000
"""Cells that one name may fill."""


@dataclass(frozen=True)
class Place:
    """Cells of the template that a slot fills."""

    slot: Slot
    name: DefinedName
    sheet: Sheet
    area: Area

    @property
    def address(self) -> str:
        """``'Board page'!B5:B20``."""
        quoted = self.sheet.name.replace("'", "''")
        return f"'{quoted}'!{self.area}"

    def cells(self) -> Iterator[tuple[int, int]]:
        """Every (row, column), row by row."""
        for row in range(self.area.top, self.area.bottom + 1):
            for column in range(self.area.left, self.area.right + 1):
                yield row, column


@dataclass(frozen=True)
class Template:
    """A workbook that may be filled, as far as it could be read."""

    file: str
    package: Package
    workbook: Workbook
    places: tuple[Place, ...]
    unknown: tuple[str, ...]
    """Names with our prefix that no slot has."""
    problems: tuple[Problem, ...]
    """Why it cannot be filled; empty where it can."""
    maps: dict[str, SheetMap] = field(default_factory=dict, repr=False)
    """Sheets with places, by part."""

    @property
    def suffix(self) -> str:
        """``.xlsx`` or ``.xlsm``."""
        return Path(self.file).suffix.lower()


def read_template(path: str | Path) -> Template:
    """Read a template.

    Raises
    ------
    Unreadable : it is no workbook that can be filled at all. What is wrong with single names stands in ``problems``.
    """
    package = open_package(Path(path))
    workbook = read_workbook(package)
    problems: list[tuple[str, str]] = []
    unknown: list[str] = []
    places: list[Place] = []
    slots = {slot.name.casefold(): slot for slot in catalogue().values()}
    for name in (one for one in workbook.names if one.name.casefold().startswith(PREFIX)):
        slot = slots.get(name.name.casefold())
        if slot is None:
            near = nearest(name.name)
            hint = f"did you mean '{near}'?" if near else "'valuate template slots' lists them"
            problems.append((name.shown, f"no slot has this name: {hint}"))
            unknown.append(name.shown)
            continue
        try:
            places.append(_place(package, workbook, slot, name))
        except NoArea as error:
            problems.append((name.shown, str(error)))
    maps = {part: map_sheet(package, part, rows) for part, rows in _rows_by_part(places).items()}
    settled = []
    for place in places:
        place, more = _settled(package, maps[place.sheet.part], place)
        settled.append(place)
        problems += [(place.name.shown, words) for words in more]
    problems += _twice(settled)
    if not places and not problems:
        problems.append(
            ("", f"has no cells to fill: give cells names that begin with {PREFIX}; valuate template slots lists them")
        )
    said = tuple(sorted({Problem(str(path), 0, 0, name, message) for name, message in problems}))
    return Template(str(path), package, workbook, tuple(settled), tuple(unknown), said, maps)


def fillable(path: str | Path) -> Template:
    """A template that may be filled.

    Raises
    ------
    SpecError : it may not; every reason at once.
    """
    try:
        template = read_template(path)
    except Unreadable as error:
        raise SpecError([unreadable(path, error)]) from None
    if template.problems:
        raise SpecError(template.problems)
    return template


def _place(package: Package, workbook: Workbook, slot: Slot, name: DefinedName) -> Place:
    """The cells that a name refers to; NoArea where it refers to none that can be filled."""
    sheet_name, area = referred(name.refers_to)
    sheet = workbook.sheet(sheet_name)
    if sheet is None:
        raise NoArea(f"refers to {name.refers_to}, but there is no worksheet '{sheet_name}'")
    if not package.has(sheet.part):
        raise NoArea(f"refers to {name.refers_to}, but the file has no part '{sheet.part}': it is damaged")
    if area.cells > LARGEST_AREA:
        raise NoArea(f"refers to {area.cells:,} cells, expected at most {LARGEST_AREA:,}")
    return Place(slot, name, sheet, area)


def unreadable(path: str | Path, error: Unreadable) -> Problem:
    """What to say of a file that cannot be read at all."""
    return Problem(str(path), 0, 0, "", str(error))


def _rows_by_part(places: Iterable[Place]) -> dict[str, set[int]]:
    """Rows to fill, by part of the sheet."""
    found: dict[str, set[int]] = {}
    for place in places:
        found.setdefault(place.sheet.part, set()).update(range(place.area.top, place.area.bottom + 1))
    return found


def _settled(package: Package, sheet: SheetMap, place: Place) -> tuple[Place, list[str]]:
    """The place with a merged cell taken as the one cell that it is, and what is wrong with it."""
    slot, area = place.slot, place.area
    if area in sheet.merges and slot.shape == "cell":
        place = Place(slot, place.name, place.sheet, Area(area.top, area.left, area.top, area.left))
        area = place.area
    problems = []
    at = f"refers to {place.address}"
    if slot.shape == "cell" and area.cells > 1:
        return place, [f"{at}, {area.rows} x {area.columns} cells, expected one cell: it stands for one value"]
    if slot.shape == "list" and area.rows > 1 and area.columns > 1:
        problems.append(
            f"{at}, {area.rows} rows of {area.columns} columns, expected one row or one column: it is a list"
        )
    if slot.shape == "table" and area.columns < len(slot.columns):
        problems.append(
            f"{at}, {counted(area.columns, 'column')}, expected at least {len(slot.columns)}: {', '.join(slot.columns)}"
        )
    hidden = [merge for merge in sheet.merges if merge.meets(area)]
    if area.cells > 1 and hidden:
        problems.append(f"{at}, where {hidden[0]} are merged: unmerge them, a list or a table needs every cell")
    elif any((merge.top, merge.left) != (area.top, area.left) for merge in hidden):
        problems.append(f"{at}, a cell hidden below the merged cells {hidden[0]}: name the whole of these instead")
    for anchor, reach in sheet.shared:
        if area.meets(anchor) and not _holds(area, reach):
            problems.append(
                f"{at}, but the formula of {anchor} serves {reach} too: clear {anchor} and save the template"
            )
    for reach in sheet.arrays:
        if area.meets(reach) and not _holds(area, reach):
            problems.append(f"{at}, inside the array formula of {reach}: clear that, or name other cells")
    for head in _table_heads(package, place.sheet):
        if area.meets(head):
            problems.append(f"{at}, the head of a table ({head}), whose texts are names: name the cells below it")
    return place, problems


def _holds(area: Area, other: Area) -> bool:
    return (
        area.top <= other.top and area.left <= other.left and area.bottom >= other.bottom and area.right >= other.right
    )


def _table_heads(package: Package, sheet: Sheet) -> list[Area]:
    """Head rows of the tables on a sheet."""
    heads: list[Area] = []

    def start(tag: str, attributes: dict[str, str], at: int) -> None:
        rows = attributes.get("headerRowCount", "1")
        if main_name(tag) == "table" and rows.isdigit() and int(rows):
            area = area_of(attributes.get("ref", "A1"))
            heads.append(Area(area.top, area.left, area.top + int(rows) - 1, area.right))

    for relation in package.relations(sheet.part).values():
        if relation.kind == "table" and package.has(relation.target):
            package.scan(relation.target, start)
    return heads


def _twice(places: list[Place]) -> list[tuple[str, str]]:
    """Names that fill the same cells."""
    problems = []
    for k, place in enumerate(places):
        for other in places[:k]:
            same = place.sheet.part == other.sheet.part and place.area.meets(other.area)
            if same and (place.slot != other.slot or place.area != other.area):
                problems.append(
                    (place.name.shown, f"fills cells of {place.address} that {other.name.shown} fills too: move one")
                )
    return problems


def counted(number: int, word: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number} {word}{'' if number == 1 else 's'}"
