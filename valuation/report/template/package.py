"""The zip that a workbook is: opened with bounds, read part by part, and written again with a few parts replaced."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from valuation.report.template.xml_scan import DamagedXml, local, scan

LARGEST_FILE, LARGEST_SUM, LARGEST_PART, MOST_PARTS = 200_000_000, 1_000_000_000, 250_000_000, 20_000
"""Bounds of what is opened [bytes; number]: the file, all its parts unpacked, a part of XML, the parts."""
SUFFIXES = (".xlsx", ".xlsm")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = "save it as .xlsx or .xlsm in a spreadsheet program"


class Unreadable(ValueError):
    """A file that is no workbook which this program can fill; the message says what it is and what helps."""


@dataclass(frozen=True)
class Relation:
    """One line of a part's relationships: where it points, as the name of a part."""

    id: str
    kind: str
    """Last word of its type, such as ``worksheet``."""
    target: str


@dataclass(frozen=True)
class Package:
    """The content of a workbook file. Names of parts are compared without regard to case, as the format says."""

    content: bytes

    @cached_property
    def archive(self) -> zipfile.ZipFile:
        """The open zip."""
        return zipfile.ZipFile(BytesIO(self.content))

    @cached_property
    def names(self) -> dict[str, str]:
        """Name of every part as written, by its name in small letters."""
        return {item.filename.lower(): item.filename for item in self.archive.infolist()}

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self.names

    def read(self, name: str) -> bytes:
        """Content of a part.

        Raises
        ------
        Unreadable : there is none of the name, or it does not unpack to what the zip says of it.
        """
        try:
            return self.archive.read(self.names[name.lower()])
        except KeyError:
            raise Unreadable(f"is damaged: it has no part '{name}'") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise Unreadable(f"is damaged: its part '{name}' cannot be unpacked ({error})") from None

    def relations(self, part: str) -> dict[str, Relation]:
        """Relationships of a part by id, those within the file alone; of the whole file for an empty name."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(rels):
            return {}
        found: dict[str, Relation] = {}

        def start(tag: str, attributes: dict[str, str], at: int) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                kind = attributes.get("Type", "").rsplit("/", 1)[-1]
                found[attributes.get("Id", "")] = Relation(attributes.get("Id", ""), kind, target)

        self.scan(rels, start)
        return found

    def scan(self, part: str, *handlers: object) -> bytes:
        """Go through a part of XML, see ``scan``; returns its content.

        Raises
        ------
        Unreadable : it is no XML, or XML of a kind that no workbook needs.
        """
        data = self.read(part)
        try:
            scan(data, *handlers)  # type: ignore[arg-type]
        except DamagedXml as error:
            raise Unreadable(f"is damaged: its part '{part}' {error}") from None
        return data

    def rewritten(self, changes: Mapping[str, bytes | None]) -> bytes:
        """The file with parts replaced, or left out where the new content is None; all others in their order, byte for
        byte. Equal files and changes give equal bytes."""
        made = BytesIO()
        with zipfile.ZipFile(made, "w") as out:
            for item in self.archive.infolist():
                data = changes.get(item.filename, b"")
                if item.filename not in changes:
                    data = self.read(item.filename)
                if data is None:
                    continue
                entry = zipfile.ZipInfo(item.filename, item.date_time)
                entry.external_attr, entry.create_system = item.external_attr, item.create_system
                stored = item.compress_type == zipfile.ZIP_STORED
                entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                out.writestr(entry, data)
        return made.getvalue()


def open_package(path: Path) -> Package:
    """A workbook file, looked at before anything in it is believed.

    Raises
    ------
    Unreadable : it is not there, is no .xlsx or .xlsm, is encrypted or signed, damaged, or larger than the bounds.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Unreadable("is no file")
        if size > LARGEST_FILE:
            raise Unreadable(f"has {size / 1e6:.0f} MB, expected at most {LARGEST_FILE / 1e6:.0f} MB")
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    return package_of(content, path.suffix.lower())


def package_of(content: bytes, suffix: str) -> Package:
    """``open_package`` of a file's content."""
    if content.startswith(_OLE):
        raise Unreadable(f"is encrypted, or a workbook of the old kind (.xls): take the password off, or {_SAVE}")
    if not zipfile.is_zipfile(BytesIO(content)):
        raise Unreadable(f"is no workbook (no zip): {_SAVE}")
    package = Package(content)
    try:
        items = package.archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(f"is damaged: {error}") from None
    if package.has("mimetype"):
        raise Unreadable(f"is a workbook of the OpenDocument kind (.ods): {_SAVE}")
    if package.has("xl/workbook.bin"):
        raise Unreadable(f"is a binary workbook (.xlsb): {_SAVE}")
    if suffix not in SUFFIXES:
        raise Unreadable(f"ends in '{suffix}', expected .xlsx or .xlsm: {_SAVE}")
    if len(package.names) < len(items):
        raise Unreadable("is damaged: two of its parts have one name")
    if len(items) > MOST_PARTS or sum(item.file_size for item in items) > LARGEST_SUM:
        raise Unreadable(f"unpacks to more than {MOST_PARTS} parts or {LARGEST_SUM / 1e6:.0f} MB")
    if any(item.flag_bits & 1 for item in items):
        raise Unreadable("is encrypted: take the password off")
    large = [i.filename for i in items if i.filename.lower().endswith((".xml", ".rels")) and i.file_size > LARGEST_PART]
    if large:
        raise Unreadable(f"has parts of more than {LARGEST_PART / 1e6:.0f} MB: {', '.join(large)}")
    if any(name.startswith("_xmlsignatures/") for name in package.names):
        raise Unreadable("carries a digital signature, which no longer holds once a cell changes: remove it first")
    return package
