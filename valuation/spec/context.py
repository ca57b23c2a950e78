"""What a validator may need beyond its own value: the names that the file declares, and the folder beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import ValidationInfo

Declared = Literal[
    "party",
    "factor",
    "driver",
    "driver or event",
    "hazard",
    "start event",
    "lease",
    "lease or offtake",
    "clause",
    "scenario",
]


@dataclass(frozen=True)
class FactorWord:
    """What an expression needs to know of a factor: how it is measured, and in which unit."""

    measured_as: Literal["share", "number", "unit"]
    unit: str = ""


@dataclass(frozen=True)
class Names:
    """Names declared in a contract and its market, read from the raw files before anything is checked."""

    declared: dict[Declared, tuple[str, ...]] = field(default_factory=dict)
    factors: dict[str, FactorWord] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """Context of one reading.

    Parameters
    ----------
    names : what references may point to.
    folder : folder of the file being read; CSVs lie in it. None where files may not be read.
    files : sha256 of each CSV read, by its name; the digest of the contract covers them.
    market : context of the market file, whose CSVs lie beside it.
    recorded : contents of CSVs by name that stand for the folder, where a contract is read from a record of a run.
    texts : contents of each CSV read, by its name.
    """

    names: Names
    folder: Path | None = None
    files: dict[str, str] = field(default_factory=dict)
    market: Reading | None = None
    recorded: Mapping[str, str] | None = None
    texts: dict[str, str] = field(default_factory=dict)

    def remember(self, name: str, text: str) -> None:
        """Keeps a file that the contract depends on, and its digest."""
        self.files[name] = hashlib.sha256(text.encode()).hexdigest()
        self.texts[name] = text


@dataclass(frozen=True)
class CsvTexts:
    """Contents of the CSVs that a contract reads, by name: those beside it, and those beside its market file."""

    own: Mapping[str, str] = field(default_factory=dict)
    market: Mapping[str, str] = field(default_factory=dict)


def reading(info: ValidationInfo) -> Reading | None:
    """The context of a validation; None when a class is used alone."""
    return info.context if isinstance(info.context, Reading) else None
