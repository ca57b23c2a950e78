"""A CSV as lines of fields, each with its line number: separators, comments, quotes, the byte order mark."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from valuation.calibration.complaints import Complaints

SEPARATORS = (";", "\t", ",")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel begin, new and old."""


@dataclass(frozen=True)
class Row:
    """A line of the file.

    Parameters
    ----------
    line : counted from 1.
    fields : as many as the header has.
    """

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class CsvTable:
    """The file as read.

    Parameters
    ----------
    file, sha256 : its name and the digest of its bytes.
    header, header_line : names of the columns, and where they stand.
    separator : what stands between the fields.
    rows : the lines below.
    text : all lines of the file, for excerpts.
    notes : how it was read, where the reader should know.
    """

    file: str
    sha256: str
    header: tuple[str, ...]
    header_line: int
    separator: str
    rows: tuple[Row, ...]
    text: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def source(self, line: int) -> str:
        """The line of the file."""
        return self.text[line - 1] if 0 < line <= len(self.text) else ""

    def place(self, row: Row, column: int) -> int:
        """Where a field begins in its line, counted from 1."""
        raw = self.source(row.line)
        parts = raw.split(self.separator)
        if len(parts) != len(self.header):  # a quoted separator
            return 1
        return sum(len(part) + 1 for part in parts[:column]) + 1


def read_table(path: str | Path, complaints: Complaints, separator: str | None = None) -> CsvTable:
    """The fields of a file.

    Parameters
    ----------
    separator : between fields; by the header where it is None: the first of `;`, tab and `,` that it has.

    Raises
    ------
    SpecError : a file that is not there, no text, empty, or with lines of another length than the header.
    """
    content = _content(Path(path), complaints)
    text, notes = _text(content, complaints)
    lines = tuple(text.splitlines())
    numbered = [
        (at, one) for at, one in enumerate(lines, start=1) if one.strip(" \t;,") and not one.lstrip().startswith("#")
    ]
    if not numbered:
        complaints.add("empty", "is empty, expected a header and lines of date and price")
        complaints.refuse()
    head_line, head = numbered[0]
    between = separator or next((mark for mark in SEPARATORS if mark in head), ",")
    header = tuple(name.strip() for name in _fields(head, between))
    rows = []
    for at, one in numbered[1:]:
        fields = _fields(one, between)
        if len(fields) != len(header):
            hint = "quote a field that has the separator in it"
            if between == "," and len(fields) > len(header):
                hint = "prices with a decimal comma need ';' between the columns, or quotes"
            message = f"got {len(fields)} fields, expected {len(header)} as in the header; {hint}"
            complaints.add("fields", message, at, 1, one)
            continue
        rows.append(Row(at, tuple(field.strip() for field in fields)))
    return CsvTable(
        str(path), hashlib.sha256(content).hexdigest(), header, head_line, between, tuple(rows), lines, notes
    )


def _text(content: bytes, complaints: Complaints) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and a note where it is not UTF-8."""
    if content.startswith(WORKBOOKS):
        complaints.add("encoding", "is a workbook and no CSV; save the sheet as 'CSV UTF-8'")
        complaints.refuse()
    if b"\0" in content:
        complaints.add("encoding", "is no text that can be read (UTF-16?); save it as 'CSV UTF-8'")
        complaints.refuse()
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        message = "is neither UTF-8 nor Windows-1252 text; save it as 'CSV UTF-8'"
        complaints.add("encoding", message, line)
        complaints.refuse()
    return text, (f"the file is not UTF-8 (line {line}) and was read as Windows-1252",)


def _content(path: Path, complaints: Complaints) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        absent = isinstance(error, FileNotFoundError)
        complaints.add("file", "there is no such file" if absent else f"cannot be read: {error.strerror}")
        complaints.refuse()


def _fields(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error:  # a field of more than 128 kB: no line of prices
        return [line]
