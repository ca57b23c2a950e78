"""The texts of one sheet of a workbook that anybody may have saved: read within bounds, nothing in it is run.

Not by openpyxl, which reads the styles and formulas of every sheet: a file from outside is opened as far as needed.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from valuation.errors import ValuationError

LARGEST_FILE = 50_000_000
LARGEST_PART = 60_000_000
MOST_PARTS = 5_000
MOST_ROWS = 100_000

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMN = re.compile(r"[A-Z]+")


class NotReadable(ValuationError):
    """A file from which nothing can be read: what it is instead."""


def cells_of_sheet(path: Path, name: str) -> list[dict[str, str]]:
    """The cells of a sheet row by row, each as its text by the letters of its column.

    Raises
    ------
    NotReadable : no workbook, one without the sheet, or one beyond the bounds.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NotReadable(f"it is larger than {LARGEST_FILE // 1_000_000} MB")
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise NotReadable(f"it has more than {MOST_PARTS:,} parts")
            if "xl/workbook.xml" not in archive.namelist():
                raise NotReadable("it is no workbook of a spreadsheet program (.xlsx)")
            return _cells(archive, name)
    except OSError as error:
        raise NotReadable(f"it cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotReadable(f"it is no workbook (.xlsx), or damaged: {error}") from None


def _cells(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    book = _part(archive, "xl/workbook.xml")
    sheets = {one.get("name"): one.get(_RELATION) for one in book.iter(f"{_MAIN}sheet")}
    if name not in sheets:
        raise NotReadable(f"it has no sheet '{name}', which valuate writes into each of its workbooks")
    targets = {one.get("Id"): one.get("Target") or "" for one in _part(archive, "xl/_rels/workbook.xml.rels")}
    target = targets.get(sheets[name], "")
    place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    shared = _shared(archive)
    found: list[dict[str, str]] = []
    for row in _part(archive, place).iter(f"{_MAIN}row"):
        if len(found) >= MOST_ROWS:
            raise NotReadable(f"its sheet '{name}' has more than {MOST_ROWS:,} rows")
        found.append({_column(cell): _text(cell, shared) for cell in row.iter(f"{_MAIN}c")})
    return found


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_words(item) for item in _part(archive, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    """A part of the file as XML. One that defines entities is refused: none of a workbook does."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise NotReadable(f"it is damaged: its part '{name}' is missing") from None
    if info.file_size > LARGEST_PART:
        raise NotReadable(f"its part '{name}' is larger than {LARGEST_PART // 1_000_000} MB")
    with archive.open(info) as stream:
        data = stream.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise NotReadable(f"its part '{name}' is not as a spreadsheet program writes it")
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise NotReadable(f"it is damaged: its part '{name}' is no XML: {error}") from None


def _column(cell: Element) -> str:
    found = _COLUMN.match(cell.get("r") or "")
    return found[0] if found else ""


def _text(cell: Element, shared: list[str]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v") or ""
    if kind == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        return "" if inline is None else _words(inline)
    if kind != "s":
        return value
    if not value.isdecimal() or int(value) >= len(shared):
        raise NotReadable(f"it is damaged: cell {cell.get('r')} has no text")
    return shared[int(value)]


def _words(item: Element) -> str:
    """The text of a cell, its runs of one look joined; how East Asian signs are spoken is left out."""
    parts = [item.findtext(f"{_MAIN}t") or ""]
    parts += [run.findtext(f"{_MAIN}t") or "" for run in item.iter(f"{_MAIN}r")]
    return "".join(parts)
