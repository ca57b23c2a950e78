"""Writes what README.md and docs/guide.md quote, files and summaries: `python docs/make_excerpts.py`.

A summary stands in a `text` block behind the comment `<!-- excerpt of FILE -->`, a whole file in a `yaml` block behind
`<!-- copy of FILE -->`. Tests fail when one is stale.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from valuation import value
from valuation.report.terminal import summary_text

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "README.md": ("Value\n", "IRR of the expected", "From the base case", "Chances", "Break-even", "In short", "Seed"),
    "docs/guide.md": ("Value\n", "IRR of the expected", "From the base case"),
}
"""Paragraphs of the summary that a page shows, by how they begin."""

_COPY = re.compile(r"(<!-- copy of (?P<file>\S+) -->\n+```yaml\n).*?(^```)", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"(<!-- excerpt of (?P<file>\S+) -->\n+```text\n).*?(^```)", re.DOTALL | re.MULTILINE)


def pages() -> dict[str, str]:
    """The pages with fresh excerpts, by path from the root. Run from the root: the command stands in the summary."""
    return {page: _fresh(page) for page in PARTS}


def _fresh(page: str) -> str:
    text = (ROOT / page).read_text(encoding="utf-8")
    text = _COPY.sub(lambda block: block[1] + (ROOT / block["file"]).read_text(encoding="utf-8") + block[3], text)
    return _BLOCK.sub(lambda block: block[1] + excerpt(block["file"], PARTS[page]) + block[3], text)


def excerpt(file: str, begins: tuple[str, ...]) -> str:
    """The paragraphs of a contract's summary that begin so; footnotes of the value table are left out."""
    paragraphs = summary_text(value(file).tables).split("\n\n")
    chosen = [next(p for p in paragraphs if f"{p}\n".startswith(begin)) for begin in begins]
    return "\n\n".join(p.partition("\nStandard errors of P5")[0].strip("\n") for p in chosen) + "\n"


if __name__ == "__main__":
    os.chdir(ROOT)
    for name, page in pages().items():
        (ROOT / name).write_text(page, encoding="utf-8")
