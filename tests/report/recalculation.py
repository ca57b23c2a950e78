"""Workbooks in the hands of other programs: recalculated by formualizer and LibreOffice, printed, and compared."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import formualizer
import openpyxl

# Without this LibreOffice trusts the values that a file stores, and a comparison with it proves nothing.
ALWAYS_RECALCULATE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"><item '
    'oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0'
    "</value></prop></item></oor:items>"
)


def values_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def changed(stored: bytes, recalculated: bytes, formulas_only: bool = False) -> list[str]:
    """Cells that another engine gives another value, beyond 1e-9 of the largest number of their row.

    LibreOffice writes texts and dates in its own way: of its workbooks only the cells of formulas are compared.
    """
    found = []
    after = values_of(recalculated)
    formulas = openpyxl.load_workbook(io.BytesIO(stored)) if formulas_only else None
    for sheet in values_of(stored):
        for row in sheet.iter_rows():
            scale = max((abs(c.value) for c in row if isinstance(c.value, int | float)), default=0.0)
            for cell in row:
                if formulas is not None and formulas[sheet.title][cell.coordinate].data_type != "f":
                    continue
                was, now = cell.value, after[sheet.title][cell.coordinate].value
                if isinstance(was, int | float) and isinstance(now, int | float):
                    same = abs(was - now) <= 1e-9 * scale
                else:
                    same = was == now
                if not same:
                    found.append(f"{sheet.title}!{cell.coordinate}: {was!r} -> {now!r}")
    return found


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
