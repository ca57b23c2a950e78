"""The record of a run as rows of text (key, text), and back: what a sheet holds and any spreadsheet program keeps.

The contract is JSON laid out for reading, a line a row. Numbers stand as text, since programs round what they save.
A digest over everything shows whether a row was lost, or edited.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from valuation.errors import ValuationError
from valuation.report.text import clean
from valuation.spec.digest import canonical
from valuation.tables import CsvFile, RunRecord, Tables

FORMAT = "valuate record 1"
"""First word of every record; a later form counts on."""

CONTRACT, CSV, SEAL, NOT_KEPT = "contract", "csv", "sha256 of this record", "not kept"
MOST_CSV = 200_000
"""Characters of all CSVs together that a workbook keeps; of more only the digests."""

_WIDTH, _CHUNK = 110, 20_000
_WHOLE = ("seed", "paths")
_MONEY_OR_RATE = ("npv_base", "npv_mean", "npv_se", "irr_base", "irr_median", "irr_of_expected_flows", "margin_base")


class DamagedRecord(ValuationError):
    """A record that cannot be read back as it was written."""


def record_of(tables: Tables) -> RunRecord:
    """The record of a run."""
    audit, base = tables.audit, tables.base
    return RunRecord(
        contract_id=tables.deal.id,
        name=tables.deal.name,
        view=audit.view,
        currency=audit.currency,
        valuation=tables.deal.valuation,
        version=audit.version,
        command=audit.command,
        seed=audit.seed,
        paths=audit.paths,
        digest=audit.digest,
        plan_digest=audit.plan_digest,
        spec_sha256=audit.spec_sha256,
        npv_base=base.npv,
        npv_mean=tables.npv.mean or 0.0,
        npv_se=tables.npv.se or 0.0,
        irr_base=base.irr,
        irr_median=tables.irr.distribution.p50,
        irr_of_expected_flows=tables.irr.of_expected_flows,
        margin_base=base.margin,
        contract=tables.contract_text,
        files=tables.files if sum(len(one.text or "") for one in tables.files) <= MOST_CSV else _digests(tables.files),
    )


def _digests(files: Iterable[CsvFile]) -> tuple[CsvFile, ...]:
    return tuple(CsvFile(one.of, one.name, one.sha256, None) for one in files)


def record_rows(record: RunRecord) -> list[tuple[str, str]]:
    """The record as rows, the digest last."""
    rows = [("format", FORMAT)]
    for field in fields(record):
        if field.name not in ("contract", "files"):
            rows.append((field.name, _plain(getattr(record, field.name))))
    for one in record.files:
        key = f"{CSV} {one.of} {one.name}"
        rows.append((key, one.sha256))
        lines = [NOT_KEPT] if one.text is None else [_safe(json.dumps(x)) for x in one.text.splitlines(keepends=True)]
        rows += [(key, line) for line in lines]
    for line in laid_out(json.loads(record.contract)):
        for at in range(0, len(line), _CHUNK):
            rows.append((CONTRACT, line[at : at + _CHUNK]))
    return [*rows, (SEAL, _seal(record))]


def record_from_rows(rows: Iterable[tuple[str, str]]) -> RunRecord:
    """The record that some rows are.

    Raises
    ------
    DamagedRecord : rows that are none, that lack something, or whose digest is another.
    """
    values, texts, files = dict[str, str](), list[str](), dict[str, list[str]]()
    for key, text in rows:
        if key == CONTRACT:
            texts.append(text)
        elif key.startswith(f"{CSV} "):
            files.setdefault(key, []).append(text)
        elif key:
            values[key] = text
    if values.get("format") != FORMAT:
        raise DamagedRecord(f"its record has the format '{values.get('format', 'none')}', expected '{FORMAT}'")
    try:
        tree = json.loads("".join(texts))
        made = {name: _typed(name, values[name]) for name in _names()}
        found = RunRecord(**made, contract=canonical(tree), files=tuple(_csvs(files)))
        seal = _seal(found)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DamagedRecord(f"its record cannot be read: {type(error).__name__}: {error}") from None
    if seal != values.get(SEAL) or not isinstance(tree, dict):
        raise DamagedRecord("its record was changed after it was written, or a part of it is lost")
    return found


def _names() -> list[str]:
    return [field.name for field in fields(RunRecord) if field.name not in ("contract", "files")]


def _plain(value: Any) -> str:
    if value is None:
        return "none"
    return repr(value) if isinstance(value, float) else str(value)


def _typed(name: str, text: str) -> Any:
    if name in _WHOLE:
        return int(text)
    if name == "valuation":
        return date.fromisoformat(text)
    if name in _MONEY_OR_RATE:
        return None if text == "none" else float(text)
    return text


def _csvs(files: dict[str, list[str]]) -> Iterator[CsvFile]:
    for key, (sha256, *lines) in files.items():
        of, _, name = key.removeprefix(f"{CSV} ").partition(" ")
        text = None if lines == [NOT_KEPT] else "".join(json.loads(line) for line in lines)
        if text is not None and hashlib.sha256(text.encode()).hexdigest() != sha256:
            raise ValueError(f"the file '{name}' is not what was read")
        yield CsvFile("market" if of == "market" else "contract", name, sha256, text)


def _seal(record: RunRecord) -> str:
    plain = {key: clean(value) if isinstance(value, str) else value for key, value in asdict(record).items()}
    plain["valuation"] = record.valuation.isoformat()
    return hashlib.sha256(canonical(plain).encode()).hexdigest()


def laid_out(value: Any, indent: int = 0, head: str = "", tail: str = "") -> Iterator[str]:
    """JSON as lines for reading: what fits into one line stays in one."""
    pad = " " * indent
    short = f"{pad}{head}{json.dumps(value, ensure_ascii=False)}{tail}"
    if len(short) <= _WIDTH or not isinstance(value, (dict, list)) or not value:
        yield _safe(short)
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield _safe(f"{pad}{head}{opening}")
    items = list(value.items()) if isinstance(value, dict) else [("", item) for item in value]
    for place, (key, item) in enumerate(items):
        named = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        yield from laid_out(item, indent + 1, named, "," if place < len(items) - 1 else "")
    yield f"{pad}{closing}{tail}"


def _safe(line: str) -> str:
    """A line of JSON whose characters a sheet keeps as they are: the others in their escaped form."""
    return "".join(letter if clean(letter) == letter else f"\\u{ord(letter):04x}" for letter in line)
