"""`valuate new`: a contract of one's own, begun as a copy of one that is there, with the files that it reads."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from valuation.errors import ValuationError
from valuation.shipped import shipped
from valuation.spec.contract import Contract
from valuation.spec.load import Source

_SCHEMA = re.compile(r"\A# yaml-language-server:.*\n(#\n)?")
_ID = re.compile(r"^id[ \t]*:.*$", re.MULTILINE)
_MARKET = re.compile(r"^market[ \t]*:[ \t]*(?P<name>[^\s#]+)", re.MULTILINE)


class CannotStart(ValuationError):
    """A new contract that may not be written where it was asked for, or a pattern that is not there."""


@dataclass(frozen=True)
class Started:
    """What was written: the contract, and the files that it reads; those that stood there already are left alone."""

    contract: Path
    like: Path
    copied: tuple[Path, ...]
    kept: tuple[Path, ...]


def patterns() -> dict[str, Path]:
    """The contracts that ship with the program, by name: the examples, then the deals."""
    folder = shipped("contracts")
    found = [*sorted((folder / "examples").glob("*.yaml")), *sorted(folder.glob("*.yaml"))]
    return {file.stem: file for file in found}


def headings() -> dict[str, str]:
    """What each of them is, by name: the `name` that the file gives itself."""
    found = {}
    for name, file in patterns().items():
        line = re.search(r"^name[ \t]*:[ \t]*(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        found[name] = line[1].strip("\"' ") if line else ""
    return found


def start_contract(new: str | Path, like: str | Path) -> Started:
    """Begins a contract as a copy of another, under an id of its own, with the market and the CSVs that it reads.

    Nothing that exists is changed. A market file of the same name and other content stays as it is, and the new
    contract gets its own under its own name.

    Parameters
    ----------
    new : file to write; its folder must exist.
    like : a contract file, or the name of one that ships (``patterns``).

    Raises
    ------
    CannotStart : the file exists, its folder does not, there is no such pattern.
    SpecError : the pattern is no valid contract.
    """
    place = _free(Path(new))
    pattern = _pattern(like)
    source = Source.read(pattern)
    contract = source.contract()
    text = _SCHEMA.sub("", pattern.read_text(encoding="utf-8"))
    text = _ID.sub(f"id: {identifier(place.stem)}", text, count=1)
    market = _MARKET.search(text)
    if market is None:
        raise CannotStart(f"'{pattern}' has no line 'market: …' to follow")
    market_file = pattern.parent / market["name"]
    wanted = market["name"] if ".." not in Path(market["name"]).parts else f"markets/{market_file.name}"
    if _differs(market_file, place.parent / wanted):
        wanted = f"markets/{place.stem}.yaml"
    text = text[: market.start("name")] + wanted + text[market.end("name") :]
    files = {place.parent / wanted: market_file} | _tables(contract, pattern, market_file, place, wanted)
    taken = [str(file) for file, original in files.items() if _differs(original, file)]
    if taken:
        raise CannotStart(f"{', '.join(taken)} stands there with other content; choose another folder for '{place}'")
    kept = tuple(file for file in files if file.exists())
    copied = tuple(file for file in files if file not in kept)
    for file in copied:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, _SCHEMA.sub("", files[file].read_text(encoding="utf-8")))
    _write(place, text)
    return Started(place, pattern, copied, kept)


def identifier(stem: str) -> str:
    """The id that a file name suggests: small letters, digits and `_`, a letter first."""
    found = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")[:60]
    return found if found[:1].isalpha() else f"deal_{found}".rstrip("_")


def _free(place: Path) -> Path:
    if place.suffix.lower() not in (".yaml", ".yml"):
        raise CannotStart(f"'{place}' is no name for a contract: expected one that ends in .yaml")
    if place.exists():
        raise CannotStart(f"'{place}' exists; choose another name, or remove it first")
    if not place.parent.is_dir():
        raise CannotStart(f"no folder '{place.parent}' to write '{place.name}' in")
    if not os.access(place.parent, os.W_OK):
        raise CannotStart(f"no permission to write in '{place.parent}'")
    return place


def _pattern(like: str | Path) -> Path:
    """The file itself, else the one of that name that ships."""
    file = Path(like)
    if file.is_file():
        return file
    known = patterns()
    if file.stem in known:
        return known[file.stem]
    near = difflib.get_close_matches(file.stem, known, 1)
    hint = f", did you mean '{near[0]}'?" if near else ""
    raise CannotStart(f"no contract '{like}'{hint} There are: {', '.join(known)}")


def _differs(original: Path, file: Path) -> bool:
    """Whether something else stands where a copy would go; the line that names the schema does not count."""
    if not file.exists():
        return False
    one, other = (_SCHEMA.sub("", part.read_text(encoding="utf-8")) for part in (original, file))
    return one != other


def _tables(contract: Contract, pattern: Path, market_file: Path, place: Path, market: str) -> dict[Path, Path]:
    """The CSVs of contract and market, each by where its copy goes."""
    found: dict[Path, Path] = {}
    for name in contract.files:
        for old, folder in ((pattern.parent, place.parent), (market_file.parent, (place.parent / market).parent)):
            if (old / name).is_file():
                found[folder / name] = old / name
    return found


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotStart(f"cannot write '{file}': {error.strerror}") from error
