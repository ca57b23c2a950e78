"""Writes docs/gallery, a page a clause and a risk: `python docs/make_gallery.py`. Tests fail when a page is stale.

A page has what the class says of itself, its keys, the shipped example, what the example's clause or risk becomes in
the plan, the clause in the base case by year, and where its numbers are checked. All of it is found from the registry:
a new clause needs its file, an example `contracts/examples/<name-with-dashes>.yaml` and a test that writes it.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from valuation import registry
from valuation.appraisal.base import Base
from valuation.appraisal.years import months_of
from valuation.plan.text import explain_text
from valuation.resolve import resolve
from valuation.spec import Contract, load
from valuation.spec.clause import Clause

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "docs" / "gallery"
EXAMPLES = ROOT / "contracts" / "examples"
ORACLES = ROOT / "tests" / "oracles"
YEARS = 5
"""Years of the base case that a page shows."""

FOLDERS = {"structure": "clauses", "process": "risks"}

EVERY_CLAUSE = """Beside these it takes what [every clause](../../reference.md#clauses) takes: `payer`, `payee`,
`payment`, `passes`, `index`, `survives`, `note`, but for what is refused above.
"""

_SCHEMA = re.compile(r"\A# yaml-language-server:.*\n(#\n)?")

HEAD = """# Gallery: every clause and risk, with an example that runs

These pages are written by `python docs/make_gallery.py`; do not edit them by hand. Each shows what a clause or a risk
is, its keys, a small contract that uses it, and what it becomes. Begin a contract of your own from any of the examples:

```
valuate new my-deal.yaml --like {first}
valuate my-deal.yaml
```

All names and numbers of the examples are made up.
"""


def names() -> dict[str, tuple[str, type]]:
    """Everything that has a page, by name: the word that chooses it, and its class."""
    found = {name: ("structure", cls) for name, cls in registry.clauses().items()}
    return found | {name: ("process", cls) for name, cls in registry.factors().items()}


def example(name: str) -> Path:
    """The contract that shows a clause or risk: the one of its name, else the first that uses it."""
    own = EXAMPLES / f"{name.replace('_', '-')}.yaml"
    if own.is_file():
        return own
    return next(file for file in sorted(EXAMPLES.glob("*.yaml")) if _users(load(file), name))


def pages() -> dict[str, str]:
    """Every page by file name, the index first."""
    listed = names()
    found = {"index.md": _index(listed)}
    for name, (word, cls) in listed.items():
        found[f"{FOLDERS[word]}/{name}.md"] = _page(name, word, cls)
    return found


def oracles(name: str) -> list[str]:
    """Files of tests/oracles that write a clause or risk, from the root; those of its own name first."""
    spoken = re.compile(rf"""(structure|process)["']?: ["']?{name}\b""")
    files = sorted(ORACLES.rglob("test_*.py"), key=lambda file: (name not in file.stem, file.name))
    return [str(f.relative_to(ROOT)) for f in files if name in f.stem or spoken.search(f.read_text(encoding="utf-8"))]


def _users(contract: Contract, name: str) -> list[str]:
    """Names of the clauses, risks and factors of a contract that are of this structure or process."""
    parts = {**contract.clauses, **contract.factors, **contract.hazards, **contract.risks}
    return [
        own for own, part in parts.items() if name in (getattr(part, "structure", ""), getattr(part, "process", ""))
    ]


def _first_sentence(cls: type) -> str:
    text = " ".join((cls.__doc__ or "").split())
    return re.split(r"(?<=[a-z0-9)])[.:;] ", text)[0].rstrip(".").replace("|", "\\|")


def _index(listed: dict[str, tuple[str, type]]) -> str:
    parts = [HEAD.format(first=example(next(iter(listed))).stem)]
    for word, title in (("structure", "Clauses"), ("process", "Risks and factors")):
        parts.append(f"## {title}\n\n| `{word}` | What it is |\n|---|---|\n")
        parts += [
            f"| [{n}]({FOLDERS[w]}/{n}.md) | {_first_sentence(cls)} |\n" for n, (w, cls) in listed.items() if w == word
        ]
        parts.append("\n")
    return "".join(parts)


def _page(name: str, word: str, cls: type) -> str:
    file = example(name)
    contract = load(file)
    base = Base.of(resolve(contract))
    users = _users(contract, name)
    place = file.relative_to(ROOT)
    reference = _reference()
    shared = set(reference.inner_models(Clause)) if word == "structure" else set()
    found = [
        f"# {name.replace('_', ' ').capitalize()}\n",
        "\n".join(reference.sections(f"`{word}: {name}`", cls, shared, 2)),
        *([EVERY_CLAUSE] if word == "structure" else []),
        f"## Example\n\n[{place}](../../../{place}); begin your own with\n"
        f"`valuate new my-deal.yaml --like {file.stem}`.\n",
        f"```yaml\n{_SCHEMA.sub('', file.read_text(encoding='utf-8'))}```\n",
        f"## What it becomes\n\nFrom `valuate explain {place}`:\n",
        f"```text\n{_program(base, users)}```\n",
    ]
    if years := _by_year(base, users):
        found.append(f"## In the base case\n\nWhat the {contract.view} sees, by calendar year.\n\n{years}")
    checked = "\n".join(f"- [{one}](../../../{one})" for one in oracles(name))
    found.append(f"## Where its numbers are checked\n\n{checked}\n")
    return "\n".join(found)


def _reference() -> ModuleType:
    """The script that writes the page of keys: the tables are its."""
    spec = importlib.util.spec_from_file_location("make_reference", Path(__file__).with_name("make_reference.py"))
    if spec is None or spec.loader is None:
        raise ImportError("docs/make_reference.py is not there")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def _program(base: Base, users: list[str]) -> str:
    """The lines of the plan that belong to a clause or risk, whole, as `explain` prints them."""
    begins = re.compile(rf"(scalar|start|month|pay) ({'|'.join(map(re.escape, users))})(\.| |$)")
    lines, chosen = [], False
    for line in explain_text(base.plan).splitlines():
        if not line.startswith(" "):
            chosen = bool(begins.match(line))
        if chosen:
            lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def _by_year(base: Base, users: list[str]) -> str:
    """Labelled rows of a clause, added up by calendar year."""
    rows = [
        row
        for row in base.plan.rows
        if row.roll == "sum" and row.label and row.name.partition(".")[0] in users and any(base.row(row.name))
    ]
    first = next((t for t in range(base.plan.months) if any(base.row(row.name)[t] for row in rows)), None)
    if first is None:
        return ""
    start = (base.plan.first_month + first) // 12
    last = (base.plan.first_month + base.plan.months - 1) // 12
    years = range(start, min(start + YEARS, last + 1))
    lines = [f"| | Unit | {' | '.join(map(str, years))} |", f"|---|---|{'---:|' * len(years)}"]
    for row in rows:
        values = base.shown(row)
        sums = (sum(values[t] for t in months_of(base, year)) for year in years)
        lines.append(f"| {row.label} | {row.unit} | {' | '.join(f'{total:,.0f}' for total in sums)} |")
    return "\n".join(lines) + "\n"


def write() -> None:
    """Writes the pages and removes those of what is no more."""
    fresh = pages()
    for old in GALLERY.rglob("*.md"):
        if str(old.relative_to(GALLERY)) not in fresh:
            old.unlink()
    for name, text in fresh.items():
        (GALLERY / name).parent.mkdir(parents=True, exist_ok=True)
        (GALLERY / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
