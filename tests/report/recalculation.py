"""Workbooks in the hands of other programs: recalculated by formualizer and LibreOffice, printed, and compared.

Two ways. ``recalculate``, ``convert`` and ``moved_cells`` take one workbook as bytes. For many, or for many changes of
one: ``recalculated`` and ``in_libreoffice`` give the cells; compared_cells.py says which are not what the file stores.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from pathlib import Path

import formualizer
import openpyxl
from compared_cells import differences
from stored_cells import Cells, Value, place, read, sheet_parts

# Without this LibreOffice trusts the values that a file stores, and a comparison with it proves nothing.
ALWAYS_RECALCULATE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"><item '
    'oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0'
    "</value></prop></item></oor:items>"
)


def values_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def recalculate(content: bytes, folder: Path) -> bytes:
    before, after = folder / "before.xlsx", folder / "after.xlsx"
    before.write_bytes(content)
    summary = formualizer.recalculate_xlsx_file(str(before), output=str(after))["summary"]
    assert summary["errors"] == 0, summary["error_summary"]
    return after.read_bytes()


def convert(content: bytes, kind: str, folder: Path) -> bytes:
    """The workbook as LibreOffice writes it (``xlsx`` recalculated, ``pdf`` printed)."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    (folder / "deal.xlsx").write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", kind]
    environment = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(folder / "deal.xlsx")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )
    made = folder / "out" / f"deal.{kind}"
    assert made.exists(), done.stdout + done.stderr
    return made.read_bytes()


Reader = Callable[[str, str], Value]
"""What a cell shows, by sheet and address, ``reader("Model", "F7")``; a date as a number of days, an error as text."""
Changes = Mapping[tuple[str, str], float | str]
"""New values of cells, by sheet and address."""


class LiveBook:
    """A workbook that formualizer holds. A change costs what depends on it: some hundredths of a second, where loading
    and working out 40,000 formulas takes one."""

    ERRORS = {"Div": "#DIV/0!", "Na": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!"}

    def __init__(self, path: Path) -> None:
        self.book = formualizer.load_workbook(str(path))
        self.book.evaluate_all()
        self.before: dict[tuple[str, str], object] = {}

    def changed(self, changes: Changes) -> Reader:
        """With these cells changed and all others as in the file; the reader lasts until the next call."""
        for (sheet, address), value in self.before.items():
            self.book.set_value(sheet, *place(address), value)
        self.before = {at: self.book.get_value(at[0], *place(at[1])) for at in changes}
        for (sheet, address), value in changes.items():
            self.book.set_value(sheet, *place(address), value)
        self.book.evaluate_all()
        return self.value

    def value(self, sheet: str, address: str) -> Value:
        """What a cell shows."""
        found = self.book.get_value(sheet, *place(address))
        if isinstance(found, dict):
            return self.ERRORS.get(found["kind"], f"#{found['kind'].upper()}!")
        if isinstance(found, datetime):
            found = found.date()
        if isinstance(found, date):
            return float((found - date(1899, 12, 30)).days)
        return float(found) if isinstance(found, int) and not isinstance(found, bool) else found


def recalculated(path: Path, changes: Changes | None = None, engine: str = "formualizer") -> Reader:
    """A workbook with some cells changed and every formula worked out anew, by ``formualizer`` or ``libreoffice``."""
    if engine == "formualizer":
        return LiveBook(path).changed(changes or {})
    folder = path.parent / f"{path.stem}.changed"
    folder.mkdir(exist_ok=True)
    edited(path, folder / path.name, changes or {})
    return reader(read(in_libreoffice([folder / path.name], folder)[folder / path.name]))


def moved_cells(content: bytes, folder: Path) -> list[str]:
    """Cells of a workbook that formualizer gives another value than the file stores."""
    path = folder / "workbook.xlsx"
    path.write_bytes(content)
    return differences(read(path), recalculated(path))


def reader(cells: Cells) -> Reader:
    """What the cells of a file show."""
    return lambda sheet, address: cells[sheet, address].value if (sheet, address) in cells else None


def edited(source: Path, target: Path, changes: Changes) -> None:
    """A copy in which cells hold other values, as a person types them: no other byte of the file moves."""
    with zipfile.ZipFile(source) as book:
        parts = {item: book.read(item) for item in book.infolist()}
        where = sheet_parts(book)
    items = {item.filename: item for item in parts}
    for (sheet, address), value in changes.items():
        item = items[where[sheet]]
        typed = (
            f"><v>{float(value)!r}</v>"
            if not isinstance(value, str)
            else f' t="inlineStr"><is><t>{escape(value)}</t></is>'
        )
        pattern = rf'<c r="{address}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)'.encode()
        new = typed.encode()
        parts[item], count = re.subn(
            pattern,
            lambda old, at=address, new=new: b'<c r="%s"%s%s</c>' % (at.encode(), old[1], new),
            parts[item],
            count=1,
            flags=re.DOTALL,
        )
        assert count == 1, f"{source}: {sheet}!{address} is no cell of the file"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for item, data in parts.items():
            book.writestr(item.filename, data)


def in_libreoffice(paths: Sequence[Path], folder: Path, kind: str = "xlsx") -> dict[Path, Path]:
    """Workbooks as one LibreOffice writes (``pdf``: prints) them once it has worked out every formula, by the path of
    each; a folder for each call."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to",
        kind,
    ]
    done = subprocess.run(
        [*command, "--outdir", str(folder / "office"), *map(str, paths)],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(folder)},
        timeout=60 + 60 * len(paths),
    )
    made = {path: folder / "office" / f"{path.stem}.{kind}" for path in paths}
    lacking = [path.name for path, file in made.items() if not file.exists()]
    assert not lacking, f"LibreOffice wrote no {lacking}: {done.stdout}{done.stderr}"
    return made


SPOILED = re.compile(r"##|#REF!|#NAME\?|#VALUE!|#DIV/0!|#NUM!|Err:\d")
"""What a page shows where a column is too narrow or a formula an error."""


def pages_of(pdf: Path) -> list[str]:
    """The text of each page, by poppler: a tenth of the time of a reader in Python."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.removesuffix("\f").split("\f")
