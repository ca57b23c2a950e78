"""The last pass over a saved workbook: the values of its formulas stored beside them, and no trace of the clock."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from types import MappingProxyType
from xml.sax.saxutils import escape

from valuation.report.excel.live.strips import Listing, Strip, with_strips

Value = float | str
NO_STRIPS: Mapping[str, Sequence[Strip | Listing]] = MappingProxyType({})
_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"((?: s="\d+")?)>(<f>[^<]*</f>)<v ?/?>(?:</v>)?</c>')
# A zip entry needs a date; the earliest that it can hold says that none is meant.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


class StoredValueError(RuntimeError):
    """A formula without a value, or a value without a formula."""


def finish(
    saved: bytes,
    values: Mapping[tuple[str, str], Value],
    stamp: date,
    strips: Mapping[str, Sequence[Strip | Listing]] = NO_STRIPS,
) -> bytes:
    """The same workbook with each formula's value stored, so that previews and data readers show it, and fixed dates.

    Parameters
    ----------
    saved : bytes of a workbook as openpyxl saves it (formulas without values, the time of saving in two places).
    values : (sheet, cell) of every formula and what it evaluates to.
    stamp : written as the dates of creation and change.
    strips : by sheet, rows of formulas that are put in here.

    Raises
    ------
    StoredValueError : when formulas and values do not match one to one.
    """
    with zipfile.ZipFile(BytesIO(saved)) as archive:
        parts = {item.filename: archive.read(item) for item in archive.infolist()}
    sheets = re.findall(r'<sheet [^>]*?name="([^"]+)"', parts["xl/workbook.xml"].decode())
    stored = 0
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            if found := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
                title = sheets[int(found[1]) - 1]
                xml, count = _store(data.decode(), title, values)
                data = (with_strips(xml, strips[title]) if title in strips else xml).encode()
                stored += count
            elif name == "docProps/core.xml":
                iso = stamp.isoformat().encode() + b"T00:00:00Z"
                data = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + iso, data)
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    if stored != len(values):
        raise StoredValueError(f"{len(values)} values for {stored} formulas")
    return made.getvalue()


def _store(xml: str, sheet: str, values: Mapping[tuple[str, str], Value]) -> tuple[str, int]:
    def with_value(cell: re.Match[str]) -> str:
        if (sheet, cell[1]) not in values:
            raise StoredValueError(f"{sheet}!{cell[1]}: no value for {cell[3]}")
        value = values[sheet, cell[1]]
        kind, text = (' t="str"', escape(value)) if isinstance(value, str) else ("", repr(value))
        return f'<c r="{cell[1]}"{cell[2]}{kind}>{cell[3]}<v>{text}</v></c>'

    changed, count = _FORMULA.subn(with_value, xml)
    if count != xml.count("<f>"):
        raise StoredValueError(f"{sheet}: {xml.count('<f>') - count} formulas in a form that holds no value")
    return changed, count
