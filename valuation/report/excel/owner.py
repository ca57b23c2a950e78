"""Whose a workbook is: the mark that this program leaves in a file, and the reading of it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.workbook import Workbook

PROGRAM = "valuate"
_PROGRAM_KEY, _CONTRACT_KEY, _DIGEST_KEY, _RUN_KEY = (
    "valuate program",
    "valuate contract",
    "valuate digest",
    "valuate run",
)
_LARGEST_PART = 1_000_000
_VT = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}lpwstr"


@dataclass(frozen=True)
class Owner:
    """Whose a workbook is.

    Parameters
    ----------
    contract : id of its contract.
    run : what was run, see ``run_of``; empty in a workbook of a study.
    """

    contract: str
    run: str = ""


def run_of(spec_sha256: str, view: str, seed: int, paths: int, draws: int | None, version: str) -> str:
    """What a run is known by before it is made: contract as read, view, seed, paths, draws of parameters, version."""
    return f"{spec_sha256} {view} {seed} {paths} {draws or 0} {version}"


def mark(workbook: Workbook, contract: str, digest: str, run: str = "") -> None:
    """Name the program, the contract's id, the run's digest and the run in the file's own properties."""
    properties: Any = workbook.custom_doc_props  # type: ignore[attr-defined]  # unknown to the stubs
    named = ((_PROGRAM_KEY, PROGRAM), (_CONTRACT_KEY, contract), (_DIGEST_KEY, digest), (_RUN_KEY, run))
    for key, value in named:
        if value:
            properties.append(StringProperty(name=key, value=value))


def written_by_us(path: Path) -> Owner | None:
    """The owner when the file is a workbook as this program wrote it, else None.

    A workbook that somebody saved again in a spreadsheet program is theirs: its date of change is then no longer its
    date of creation, and the answer is None, so that their work is not written over.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {}
            for name in ("docProps/custom.xml", "docProps/core.xml"):
                if archive.getinfo(name).file_size > _LARGEST_PART:
                    return None
                parts[name] = archive.read(name)
        properties = {
            item.get("name"): item.findtext(_VT) for item in ElementTree.fromstring(parts["docProps/custom.xml"])
        }
    except (OSError, KeyError, zipfile.BadZipFile, ElementTree.ParseError):
        return None
    dates = re.findall(rb"<dcterms:(?:created|modified)[^>]*>([^<]*)<", parts["docProps/core.xml"])
    if properties.get(_PROGRAM_KEY) != PROGRAM or len(dates) != 2 or dates[0] != dates[1]:
        return None
    return Owner(properties.get(_CONTRACT_KEY) or "", properties.get(_RUN_KEY) or "")
