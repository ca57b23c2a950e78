"""The documentation against the code: names, examples, links, the page of the command line, the decision records."""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import fields, is_dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from valuation import Result, tables, value
from valuation.cli import main
from valuation.finance import IrrStatus
from valuation.resolve import resolve
from valuation.spec import Contract, load
from valuation.spec.quantity import STATUSES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
CONTRACTS = sorted(p for p in (ROOT / "contracts").rglob("*.yaml") if p.parent.name != "markets")
MINIMAL = ROOT / "contracts" / "examples" / "minimal-lease.yaml"


def fenced(page: Path, language: str) -> list[str]:
    """Fenced blocks of a language on a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def named() -> set[str]:
    """Names in the first column of the tables of nomenclature.md."""
    found: set[str] = set()
    for line in (DOCS / "nomenclature.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            found |= set(re.findall(r"`([^`]+)`", line.split("|")[1]))
    return found


def schema_keys(schema: dict[str, Any]) -> set[str]:
    found = set(schema.get("properties", {}))
    inner = list(schema.get("properties", {}).values())
    inner += [schema[k] for k in ("items", "additionalProperties") if isinstance(schema.get(k), dict)]
    inner += [option for k in ("anyOf", "oneOf") for option in schema.get(k, [])]
    for part in inner:
        found |= schema_keys(part)
    return found


def test_every_key_of_the_json_result_is_named() -> None:
    schema = json.loads((DOCS / "schema" / "result.schema.json").read_text(encoding="utf-8"))
    keys = schema_keys(schema)
    assert {"npv", "given_alive", "spec_sha256", "se_p95"} <= keys
    assert keys <= named()


def test_every_field_of_the_tables_is_named() -> None:
    classes = [c for c in vars(tables).values() if is_dataclass(c)]
    assert len(classes) > 10
    assert {field.name for c in classes for field in fields(c)} <= named()


@pytest.fixture(scope="module")
def result() -> Result:
    return value(MINIMAL, paths=512)


def test_columns_of_the_data_frames_are_named(result: Result) -> None:
    frames = (result.summary, result.yearly, result.indicators, result.claims)
    names = {str(c) for frame in frames for c in (*frame.columns, *frame.index.names) if c is not None}
    assert len(names) > 20
    assert {re.sub(r" \[.*\]$", "", name) for name in names} <= named()


def test_the_guide_quotes_the_base_case_of_the_minimal_contract(result: Result) -> None:
    base, page = result.tables.base, (DOCS / "guide.md").read_text(encoding="utf-8")
    assert base.irr is not None
    assert f"the base NPV is {base.npv / 1e6:.1f} M EUR and the IRR {100 * base.irr:.1f} %" in page


def test_statuses_are_named() -> None:
    assert {status.name.lower() for status in IrrStatus} | set(STATUSES) <= named()


def test_measures_records_and_shown_rows_of_a_plan_are_named() -> None:
    contract = load(ROOT / "contracts" / "bitzero.yaml")
    plan = resolve(contract)
    known = named()
    assert {measure.name for measure in plan.measures} <= known
    assert {r.name for r in plan.records if not r.name.startswith("indicator_")} <= known
    shown = [row for row in plan.rows if row.axis == "month" and row.label and row.roll]
    general = {general_name(row.name, contract) for row in shown}
    assert len(general) > 20
    assert general <= known


def general_name(name: str, contract: Contract) -> str:
    """`power.spot.USD` as `<clause>.spot`: the name of a row without what the file chose."""
    name = name.removesuffix(f".{contract.currency}")
    kinds = {"factor": contract.factors, "clause": contract.clauses, "hazard": contract.hazards}
    for kind, names in kinds.items():
        for own in names:
            if name == own or name.startswith(f"{own}."):
                return name.replace(own, f"<{kind}>", 1)
    return name


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda p: p.name)
def test_every_contract_that_ships_passes_check(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main.main(["check", str(path)])
    assert leaving.value.code == 0, capsys.readouterr().err


def test_the_guide_shows_the_minimal_contract_as_it_ships() -> None:
    assert set(fenced(DOCS / "guide.md", "yaml")) >= {
        MINIMAL.read_text(encoding="utf-8"),
        (MINIMAL.parent / "markets" / "minimal.yaml").read_text(encoding="utf-8"),
    }


def test_the_command_line_page_is_fresh() -> None:
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == module(DOCS / "make_cli.py").page()


def test_the_page_of_keys_is_fresh() -> None:
    page = (DOCS / "reference.md").read_text(encoding="utf-8")
    assert page == module(DOCS / "make_reference.py").page(), "run python docs/make_reference.py"
    for word in ("take_or_pay", "rises_with", "compensation", "survives", "indicators", "claims", "yearly_level"):
        assert f"`{word}`" in page


@pytest.mark.slow
def test_the_excerpts_of_summaries_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for name, page in module(DOCS / "make_excerpts.py").pages().items():
        assert "Chances" in page or name != "README.md"
        assert (ROOT / name).read_text(encoding="utf-8") == page, "run python docs/make_excerpts.py"


def test_the_tables_of_daily_prices_on_the_models_page_are_the_scripts() -> None:
    bench = module(ROOT / "tests" / "bench" / "daily_average.py")
    page = (DOCS / "models.md").read_text(encoding="utf-8")
    for first in (bench.LONG_AGO, 0.0):
        for sd in bench.SHIPPED.closed_sd(first):
            assert f"| {sd:.4f} |" in page
    assert "\n".join(bench.closed_table()) in page


def test_the_models_page_names_tests_that_exist() -> None:
    page = (DOCS / "models.md").read_text(encoding="utf-8")
    named_tests = set(re.findall(r"`(?:tests/)?((?:oracles|unit)/)?(test_\w+\.py)`", page))
    assert len(named_tests) > 10
    for folder, name in named_tests:
        assert list((ROOT / "tests").glob(f"{folder or '*/'}{name}")), name


def test_the_symbols_have_one_meaning_each() -> None:
    text = (DOCS / "nomenclature.md").read_text(encoding="utf-8").split("## Symbols")[1].split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) == len(set(rows)) > 30


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("record", sorted((DOCS / "adr").glob("*.md")), ids=lambda p: p.name)
def test_a_decision_record_has_its_parts(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    for part in ("- Status:", "- Date:", "## Context", "## Decision", "## Consequences", "## Alternatives"):
        assert part in text, part


def test_the_index_lists_every_page() -> None:
    listed = {entry for block in fenced(DOCS / "index.md", r"\{toctree\}") for entry in block.split()}
    pages = {str(p.relative_to(DOCS).with_suffix("")) for p in DOCS.rglob("*.md")}
    unlisted = {page for page in pages - listed if not any(fnmatch(page, entry) for entry in listed)}
    assert unlisted == {"index", "adr/0000-template"}


def test_readme_has_its_two_commands_once() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    start = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt "
    value, test = start + ". && .venv/bin/valuate contracts/bitzero.yaml", start + "'.[test]' && .venv/bin/pytest -n 2"
    assert [lines.count(value), lines.count(test)] == [1, 1]
