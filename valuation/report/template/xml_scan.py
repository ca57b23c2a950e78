"""XML read where it stands: each element with its place in the bytes, so that one is replaced and the rest kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""Namespaces of workbooks and sheets: the usual one, and the one of strict files."""
_TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_NAME = re.compile(rb"<(?:([^\s/>:]+:))?[^\s/>]+")

Start = Callable[[str, dict[str, str], int], None]
"""(name as ``namespace local``, attributes, place of its ``<``)."""
End = Callable[[str, int], None]
"""(name, place of the ``<`` of its end tag, or behind the tag of an element that is empty)."""


class DamagedXml(ValueError):
    """XML that is not well formed, in another encoding than UTF-8, or with a document type, which may hide entities."""


def scan(
    data: bytes, start: Start | None = None, end: End | None = None, text: Callable[[str], None] | None = None
) -> None:
    """Go through XML and say what stands where.

    Nothing outside the bytes is read, and no entity but the five of XML is known: a document type is refused.

    Raises
    ------
    DamagedXml : see there.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DamagedXml("is in UTF-16, expected UTF-8")
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def declared(version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            raise DamagedXml(f"is in {encoding}, expected UTF-8")

    def refused(*of: object) -> None:
        raise DamagedXml("has a document type, which no workbook needs")

    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = refused
    if start is not None:
        parser.StartElementHandler = lambda name, attributes: start(name, attributes, parser.CurrentByteIndex)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name, parser.CurrentByteIndex)
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DamagedXml(f"is no XML ({error})") from None


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def main_name(name: str) -> str:
    """The name without its namespace where that is the one of workbooks and sheets, else an empty text."""
    namespace, _, last = name.rpartition(" ")
    return last if namespace in MAIN else ""


def tag_end(data: bytes, at: int) -> int:
    """Place behind the tag that begins at ``at``."""
    found = _TAG.match(data, at)
    if found is None:
        raise DamagedXml(f"has a tag without an end at byte {at}")
    return found.end()


def is_empty(data: bytes, end_of_tag: int) -> bool:
    """Whether a tag is that of an element without an end tag, by the place behind it."""
    return data[end_of_tag - 2 : end_of_tag] == b"/>"


def prefix(data: bytes, at: int) -> bytes:
    """Prefix of the tag at ``at`` with its colon, ``x:``; empty where it has none."""
    found = _NAME.match(data, at)
    return (found[1] or b"") if found else b""


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag with an attribute set, the rest of it as it is. ``value`` holds nothing that needs escaping."""
    there = re.compile(rb"(\s%s\s*=\s*)(?:\"[^\"]*\"|'[^']*')" % name.encode())
    new, count = there.subn(rb'\g<1>"%s"' % value.encode(), tag, 1)
    if count:
        return new
    found = _NAME.match(tag)
    place = found.end() if found else len(tag)
    return tag[:place] + f' {name}="{value}"'.encode() + tag[place:]


Edit = tuple[int, int, bytes]
"""(from, to, what stands there instead); equal places insert."""


def spliced(data: bytes, edits: list[Edit]) -> bytes:
    """The bytes with edits made; those at one place in their order."""
    pieces, at = [], 0
    for first, last, new in sorted(edits, key=lambda edit: edit[:2]):
        if first < at:
            raise ValueError(f"two edits of byte {first}")
        pieces += [data[at:first], new]
        at = last
    return b"".join([*pieces, data[at:]])
