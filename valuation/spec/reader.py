"""The only reader of YAML: plain data with the place of every key and value, or problems with the place of the fault.

YAML 1.2: `NO` and `off` are texts; dates stay texts until a field reads them.
"""

from __future__ import annotations

import math
import re
import stat
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from valuation.errors import Problem, SpecError
from valuation.spec.document import Document, Loc, Mark, dotted

MAX_BYTES = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 40

_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = ("", "~", "null", "Null", "NULL")
_INT = re.compile(r"[-+]?[0-9][0-9_]*\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?\Z")
_SPECIAL = {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}

# `range: [0.2, 2] %/year` is how people write a range, but no YAML. Its brackets and comma are masked by letters of the
# private-use area, one for one, so that it reads as a text and no column moves.
_RANGE = re.compile(r"(?<=range:)(\s*)\[([^\[\]\n,]+),([^\[\]\n,]+)\](?=[ \t]*[^\s,}\]#])")
_MASK = {"[": "\ue000", ",": "\ue001", "]": "\ue002"}
_UNMASK = str.maketrans({mask: letter for letter, mask in _MASK.items()})


def read(path: Path, shown: str | None = None, problems: list[Problem] | None = None) -> Document:
    """Reads a YAML file.

    Parameters
    ----------
    path : the file.
    shown : the name of the file in messages; the path where it is left out.
    problems : takes what is wrong with single keys, such as duplicates, so that the rest can be judged at once: the
        first of two keys holds. Without it that is raised.

    Raises
    ------
    SpecError : when it cannot be read or is no plain mapping; all duplicate keys at once.
    """
    name = shown or str(path)
    return parse(_text(path, name), name, problems)


def parse(text: str, name: str, problems: list[Problem] | None = None) -> Document:
    """Reads YAML from a text; see `read`."""
    walk = _Walk(_masked(text), name)
    document = walk.document()
    if walk.problems and problems is None:
        raise SpecError(walk.problems)
    if problems is not None:
        problems += walk.problems
    return document


def parse_value(text: str, name: str) -> Document:
    """Reads one value as YAML, `131.3 USD/kW/month` or `{from: 2026-07-31, months: 6}`, into a tree {value: …}."""
    walk = _Walk(_masked(text), name, placed=False)
    document = walk.document(single=True)
    if walk.problems:
        raise SpecError(walk.problems)
    return document


def _masked(text: str) -> str:
    return _RANGE.sub(lambda m: f"{m[1]}{_MASK['[']}{m[2]}{_MASK[',']}{m[3]}{_MASK[']']}", text)


def _text(path: Path, name: str) -> str:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _whole(name, "this is a folder, expected a contract file such as contract.yaml")
        if not stat.S_ISREG(status.st_mode):
            raise _whole(name, "this is not a regular file")
        if status.st_size > MAX_BYTES:
            size = status.st_size / 1e6
            raise _whole(
                name, f"the file has {size:.1f} MB, expected at most {MAX_BYTES / 1e6:g} MB; long curves go to a CSV"
            )
        data = path.read_bytes()
    except OSError as error:
        raise _whole(name, f"cannot read the file: {error.strerror or error}") from None
    except ValueError:
        raise _whole(name, "this is not a file name") from None
    if data.startswith(b"PK"):
        message = "this is a workbook or an archive, expected the contract file that it was made from: deal.yaml"
        raise _whole(name, message)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise SpecError([Problem(name, line, column, "", message)]) from None


def _whole(name: str, message: str) -> SpecError:
    return SpecError([Problem(name, 0, 0, "", message)])


class _Walk:
    """Turns the nodes of one text into plain data."""

    def __init__(self, text: str, name: str, placed: bool = True) -> None:
        self.text, self.name, self.placed = text, name, placed
        self.lines = [line.translate(_UNMASK) for line in text.splitlines()]
        self.problems: list[Problem] = []
        self.count = 0
        self.section: Any = None

    def document(self, single: bool = False) -> Document:
        found = Document({})
        node = self._compose()
        if single:
            value = self._build(node, ("value",), found, 0) if node is not None else None
            found.tree = {"value": value}
        elif not isinstance(node, MappingNode):
            raise _whole(self.name, "the file is empty" if node is None else "expected a mapping of keys and values")
        else:
            found.tree = self._build(node, (), found, 0)
        return found

    def _compose(self) -> Node | None:
        try:
            node: Node | None = YAML(typ="safe", pure=True).compose(self.text)
            return node
        except MarkedYAMLError as error:
            raise self._stop(_place(error), _plain_words(error, self.text)) from None
        except YAMLError as error:
            raise self._unprintable(error) from None
        except RecursionError:
            raise _whole(self.name, f"the file nests deeper than {MAX_DEPTH} levels") from None

    def _unprintable(self, error: YAMLError) -> SpecError:
        position = getattr(error, "position", None)
        if not isinstance(position, int):
            return _whole(self.name, f"this is not YAML: {error}")
        before = self.text[:position]
        line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
        letter = ord(self.text[position]) if position < len(self.text) else 0
        return SpecError([Problem(self.name, line, column, "", f"character U+{letter:04X} is not allowed in YAML")])

    def _stop(self, mark: Any, message: str) -> SpecError:
        place = self._mark(mark) if mark is not None else Mark(self.name)
        return SpecError([Problem(place.file, place.line, place.column, "", message, place.source)])

    def _mark(self, mark: Any) -> Mark:
        if not self.placed:
            return Mark(self.name)
        source = self.lines[mark.line] if mark.line < len(self.lines) else ""
        return Mark(self.name, mark.line + 1, mark.column + 1, source)

    def _build(self, node: Node, loc: Loc, found: Document, depth: int) -> Any:
        self.count += 1
        if depth <= 2:
            self.section = node.start_mark
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            # Aliases are expanded here, so a small file that expands without bound stops here too.
            what = f"more than {MAX_NODES} values" if self.count > MAX_NODES else f"more than {MAX_DEPTH} levels"
            raise self._stop(self.section, f"{what}, with aliases (*name) written out; write a smaller file")
        found.values[loc] = self._mark(node.start_mark)
        if isinstance(node, MappingNode):
            return self._mapping(node, loc, found, depth)
        if isinstance(node, SequenceNode):
            return [self._build(item, (*loc, position), found, depth + 1) for position, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, loc: Loc, found: Document, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._wrong(key_node, loc, "a key must be a single word or number")
                continue
            key = str(key_node.value).translate(_UNMASK)
            place = (*loc, key)
            if key == "<<" and key_node.style is None:
                self._wrong(key_node, loc, "merge keys '<<' are not part of YAML 1.2; write the values out")
                continue
            if key in data:
                first = found.keys[place].line
                self._wrong(key_node, place, f"duplicate key '{key}'" + (f", first in line {first}" if first else ""))
                continue
            found.keys[place] = self._mark(key_node.start_mark)
            data[key] = self._build(value_node, place, found, depth + 1)
            if isinstance(value_node, ScalarNode) and value_node.style is None and not value_node.value:
                found.values[place] = found.keys[place]  # the parser places an empty value where the next line begins
        return data

    def _wrong(self, node: Node, loc: Loc, message: str) -> None:
        mark = self._mark(node.start_mark)
        self.problems.append(Problem(mark.file, mark.line, mark.column, dotted(loc), message, mark.source))

    def _scalar(self, node: Any) -> Any:
        text = str(node.value).translate(_UNMASK)
        if node.style is not None or (node.tag or "").endswith(":str") and _explicit(node, self.text):
            return text
        if text in _BOOL:
            return _BOOL[text]
        if text in _NULL:
            return None
        if text.lower() in _SPECIAL:
            return _SPECIAL[text.lower()]
        if _INT.match(text):
            return int(text.replace("_", "")) if len(text) < 40 else float(text.replace("_", ""))
        if _FLOAT.match(text):
            return float(text.replace("_", ""))
        return text


def _explicit(node: Node, text: str) -> bool:
    """Whether a scalar carries a tag of its own, `!!str 5`."""
    return text[node.start_mark.index : node.start_mark.index + 2] == "!!"


def _place(error: MarkedYAMLError) -> Any:
    """Where the fault is: a missing colon shows only on a later line, and belongs to the word before."""
    if "could not find expected ':'" in str(error.problem) and error.context_mark is not None:
        return error.context_mark
    return error.problem_mark or error.context_mark


def _plain_words(error: MarkedYAMLError, text: str) -> str:
    """The parser's complaint in words for a person who does not know its terms."""
    complaint = str(error.problem or error.context or "this is not YAML")
    mark = _place(error)
    at = text[mark.index : mark.index + 1] if mark is not None else ""
    line = text.splitlines()[mark.line] if mark is not None and mark.line < len(text.splitlines()) else ""
    if at == "\t" or "\t" in line[: len(line) - len(line.lstrip())]:
        return "indented with a tab; YAML wants spaces"
    if "could not find expected ':'" in complaint:
        return "expected 'key: value' here; is a colon missing?"
    if "mapping values are not allowed" in complaint:
        indent = _indent_over_line_above(text.splitlines(), mark)
        return indent or "unexpected ':'; put a text that contains ': ' into quotes"
    if "undefined alias" in complaint:
        return f"{complaint}; a value that begins with * goes into quotes"
    if "expected ',' or" in complaint:
        return f"{complaint}; a text with a comma or bracket inside {{ }} goes into quotes"
    if "expected <block end>" in complaint and mark is not None:
        return _wrong_indent(error, line, mark)
    return complaint


def _wrong_indent(error: MarkedYAMLError, line: str, mark: Any) -> str:
    """What is wrong where the lines of a mapping do not stand in one column."""
    own, other = mark.column, error.context_mark
    if line[: mark.column].strip() or other is None:
        return "unexpected text after a value; put the whole value into quotes"
    what = "list" if "sequence" in str(error.context) else "mapping"
    if own == other.column:
        return (
            f"this line does not continue the {what} that begins in line {other.line + 1}; is a '-' or a key missing?"
        )
    return (
        f"this line is indented by {own}, the {what} it belongs to (line {other.line + 1}) by {other.column}; "
        f"the lines of a {what} stand in one column"
    )


def _indent_over_line_above(lines: list[str], mark: Any) -> str:
    """A complaint about a line that stands deeper than the `key: value` above it; empty where that is not the fault."""
    if mark is None or not 0 < mark.line < len(lines):
        return ""
    above = next((n for n in range(mark.line - 1, -1, -1) if lines[n].split("#")[0].strip()), None)
    line = lines[mark.line]
    if above is None or ":" in line[: mark.column]:
        return ""
    own, other = (len(text) - len(text.lstrip()) for text in (line, lines[above]))
    if own <= other or ": " not in lines[above]:
        return ""
    return (
        f"this line is indented by {own}, the one that it follows (line {above + 1}) by {other}; "
        "the lines of a mapping stand in one column"
    )
