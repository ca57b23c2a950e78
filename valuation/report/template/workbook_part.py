"""What the part of the workbook itself says: its sheets, its defined names, how it counts dates and recalculates."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.report.template.package import Package, Unreadable
from valuation.report.template.xml_scan import local, main_name, prefix, spliced, tag_end, with_attribute

_KINDS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": "",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": "a template of the kind .xltx",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": "a template of the kind .xltm",
    "application/vnd.ms-excel.addin.macroEnabled.main+xml": "an add-in (.xlam)",
}
"""Types of the part of a workbook, and what is to be said of a file that is none of a plain workbook."""


@dataclass(frozen=True)
class Sheet:
    """A worksheet: its name, its id in the workbook, and its part."""

    name: str
    id: str
    part: str


@dataclass(frozen=True)
class DefinedName:
    """A name as the file has it. ``sheet``: whose it is, None for one of the whole workbook."""

    name: str
    sheet: str | None
    refers_to: str

    @property
    def shown(self) -> str:
        """The name, with its sheet where it belongs to one."""
        return self.name if self.sheet is None else f"{self.sheet}!{self.name}"


@dataclass(frozen=True)
class Workbook:
    """The part of the workbook, read."""

    part: str
    sheets: tuple[Sheet, ...]
    names: tuple[DefinedName, ...]
    from_1904: bool
    """Whether dates are counted from 1904, as old Apple computers did."""
    calculation: tuple[int, int] | None
    """Place of the tag that says how it recalculates; None where there is none."""
    recalculates: bool
    """Whether it says already that everything is calculated when it is opened."""
    after_names: int
    """Place where such a tag would go."""
    prefix: bytes
    """What the part writes before the names of its elements, with the colon."""

    def sheet(self, name: str) -> Sheet | None:
        """The worksheet of a name, without regard to case."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)


def read_workbook(package: Package) -> Workbook:
    """Find the workbook in the file and read what filling needs.

    Raises
    ------
    Unreadable : there is none, or it is of another kind.
    """
    mains = [one.target for one in package.relations("").values() if one.kind == "officeDocument"]
    if not mains:
        raise Unreadable("is no workbook: nothing in it says where the workbook is")
    part = mains[0]
    _expect_workbook(package, part)
    relations = package.relations(part)
    sheets: list[tuple[str, str, str]] = []
    names: list[tuple[str, str | None, list[str]]] = []
    flags = {"1904": False, "recalculates": False, "in_name": False}
    places: dict[str, int] = {}

    def start(tag: str, attributes: dict[str, str], at: int) -> None:
        name = main_name(tag)
        if name == "sheets":
            places["first"] = at
        elif name == "sheet":
            id_of_part = next((value for key, value in attributes.items() if " " in key and local(key) == "id"), "")
            sheets.append((attributes.get("name", ""), attributes.get("sheetId", ""), id_of_part))
        elif name == "definedName":
            names.append((attributes.get("name", ""), attributes.get("localSheetId"), []))
            flags["in_name"] = True
        elif name == "workbookPr":
            flags["1904"] = attributes.get("date1904", "0") in ("1", "true")
        elif name == "calcPr":
            places["calculation"] = at
            flags["recalculates"] = attributes.get("fullCalcOnLoad", "0") in ("1", "true")

    def end(tag: str, at: int) -> None:
        name = main_name(tag)
        if name == "definedName":
            flags["in_name"] = False
        elif name in ("definedNames", "sheets"):
            places[name] = at

    def text(words: str) -> None:
        if flags["in_name"]:
            names[-1][2].append(words)

    data = package.scan(part, start, end, text)
    order = [name for name, _, _ in sheets]
    found = []
    for name, sheet_id, relation_id in sheets:
        relation = relations.get(relation_id)
        if relation is not None and relation.kind == "worksheet":
            found.append(Sheet(name, sheet_id, package.names.get(relation.target.lower(), relation.target)))
    at = places.get("calculation")
    return Workbook(
        part=package.names[part.lower()],
        sheets=tuple(found),
        names=tuple(DefinedName(name, _owner(of, order), "".join(words)) for name, of, words in names),
        from_1904=flags["1904"],
        calculation=None if at is None else (at, tag_end(data, at)),
        recalculates=flags["recalculates"],
        after_names=_behind(data, places),
        prefix=prefix(data, places.get("first", 0)),
    )


def recalculating(package: Package, workbook: Workbook) -> bytes:
    """The part of the workbook with the wish that all formulas are calculated when it is opened, the rest as it is."""
    data = package.read(workbook.part)
    if workbook.recalculates:
        return data
    if workbook.calculation is not None:
        first, last = workbook.calculation
        return spliced(data, [(first, last, with_attribute(data[first:last], "fullCalcOnLoad", "1"))])
    at = workbook.after_names
    return spliced(data, [(at, at, b"<" + workbook.prefix + b'calcPr fullCalcOnLoad="1"/>')])


def _behind(data: bytes, places: dict[str, int]) -> int:
    at = places.get("definedNames", places.get("sheets", 0))
    return tag_end(data, at) if data[at : at + 2] == b"</" else at


def _owner(position: str | None, order: list[str]) -> str | None:
    if position is None:
        return None
    return order[int(position)] if position.isdigit() and int(position) < len(order) else f"sheet {position}"


def _expect_workbook(package: Package, part: str) -> None:
    kinds: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str], at: int) -> None:
        name = attributes.get("PartName", "").lstrip("/") or f"*.{attributes.get('Extension', '')}"
        if local(tag) in ("Override", "Default"):
            kinds[name.lower()] = attributes.get("ContentType", "")

    package.scan("[Content_Types].xml", start)
    kind = kinds.get(part.lower(), kinds.get(f"*.{part.lower().rpartition('.')[2]}", ""))
    if kind not in _KINDS or not package.has(part):
        raise Unreadable(f"is no workbook, but a file of the kind '{kind or 'unknown'}'")
    if _KINDS[kind]:
        raise Unreadable(f"is {_KINDS[kind]}: save it as .xlsx or .xlsm in a spreadsheet program")
