"""The look of the workbook, read from excel_templates/: an empty workbook with styles and sheets, and its manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook.workbook import Workbook

from valuation.shipped import shipped


class TemplateError(ValueError):
    """A template without a sheet or a style that its manifest names."""


@dataclass(frozen=True)
class Look:
    """Styles by role, number formats by kind, colours of charts, and the names that the finished workbook defines."""

    sheets: tuple[str, ...]
    styles: dict[str, str]
    formats: dict[str, str]
    colours: dict[str, Any]
    names: dict[str, str]


def load_template(name: str = "standard", folder: Path | None = None) -> tuple[Workbook, Look]:
    """The template's workbook and its look.

    Parameters
    ----------
    name : file name without ending; ``name.json`` is the manifest and names the workbook.
    folder : where both stand; by default the shipped ``excel_templates``.

    Raises
    ------
    TemplateError : when the workbook has no sheet or no style of the manifest's names; it lists them all.
    """
    folder = folder or shipped("excel_templates")
    manifest = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    look = Look(
        tuple(manifest["sheets"]), manifest["styles"], manifest["formats"], manifest["colours"], manifest["names"]
    )
    workbook = openpyxl.load_workbook(folder / manifest["template"])
    missing = [f"sheet '{sheet}'" for sheet in look.sheets if sheet not in workbook.sheetnames]
    missing += [f"style '{style}'" for style in look.styles.values() if style not in workbook.named_styles]
    if missing:
        raise TemplateError(f"{folder / manifest['template']} lacks {', '.join(missing)}")
    return workbook, look
