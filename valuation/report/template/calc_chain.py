"""The list of a workbook's formulas: a cell that no longer holds one must leave it, or Excel calls the file damaged."""

from __future__ import annotations

from collections.abc import Collection

from valuation.report.template.package import Package
from valuation.report.template.workbook_part import Workbook
from valuation.report.template.xml_scan import Edit, local, main_name, spliced, tag_end, with_attribute


def chain_changes(package: Package, workbook: Workbook, gone: Collection[tuple[str, str]]) -> dict[str, bytes | None]:
    """Parts that change because formulas went.

    The list itself, its other lines as they are; where none is left the list goes (the format knows no empty one), and
    with it the two lines that name it.

    Parameters
    ----------
    gone : (id of the sheet, name of the cell) of every formula that was replaced.
    """
    relations = package.relations(workbook.part).values()
    part = next((package.names.get(one.target.lower()) for one in relations if one.kind == "calcChain"), None)
    if part is None or not gone:
        return {}
    lines: list[tuple[str, str, bool, int]] = []

    def start(tag: str, attributes: dict[str, str], at: int) -> None:
        if main_name(tag) == "c":
            # A line without a sheet is of the same one as the line before it.
            sheet = attributes.get("i", lines[-1][0] if lines else "")
            lines.append((sheet, attributes.get("r", ""), "i" in attributes, at))

    data = package.scan(part, start)
    kept = [line for line in lines if line[:2] not in gone]
    if len(kept) == len(lines):
        return {}
    if not kept:
        return {part: None, **_unnamed(package, workbook, part)}
    edits: list[Edit] = []
    said: str | None = None
    for sheet, cell, states, at in lines:
        behind = tag_end(data, at)
        if (sheet, cell) in gone:
            edits.append((at, _end(data, at, behind), b""))
            continue
        if not states and sheet != said:
            edits.append((at, behind, with_attribute(data[at:behind], "i", sheet)))
        said = sheet
    return {part: spliced(data, edits)}


def _end(data: bytes, at: int, behind: int) -> int:
    """Place behind an element that has no content."""
    return behind if data[behind - 2 : behind] == b"/>" else tag_end(data, data.index(b"</", behind))


def _unnamed(package: Package, workbook: Workbook, part: str) -> dict[str, bytes | None]:
    """The two parts that name the list, without the lines that do."""
    folder, _, name = workbook.part.rpartition("/")
    rels = package.names[f"{folder}/_rels/{name}.rels".lstrip("/").lower()]
    types = package.names["[content_types].xml"]
    changes: dict[str, bytes | None] = {}
    for where in (rels, types):
        edits: list[Edit] = []

        def start(tag: str, attributes: dict[str, str], at: int, edits: list[Edit] = edits) -> None:
            of_type = local(tag) == "Override" and attributes.get("PartName", "").lstrip("/").lower() == part.lower()
            of_rels = local(tag) == "Relationship" and attributes.get("Type", "").endswith("/calcChain")
            if of_type or of_rels:
                edits.append((at, at, b""))

        data = package.scan(where, start)
        changes[where] = spliced(data, [(at, _end(data, at, tag_end(data, at)), b"") for at, _, _ in edits])
    return changes
