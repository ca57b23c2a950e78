"""`valuate new`: a file that `valuate check` accepts, whatever it is begun from; nothing that exists is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from valuation.cli import main
from valuation.new_contract import identifier, patterns
from valuation.spec import load

ROOT = Path(__file__).resolve().parents[2]


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main.main(list(words))
    return int(leaving.value.code or 0)


@pytest.mark.parametrize("name", patterns())
def test_a_copy_of_each_that_ships_is_accepted(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("new", "My deal-2.yaml", "--like", name) == 0
    assert command("check", "My deal-2.yaml") == 0
    made = load("My deal-2.yaml")
    assert made.id == "my_deal_2"
    assert made.name == load(patterns()[name]).name
    assert "yaml-language-server" not in Path("My deal-2.yaml").read_text(encoding="utf-8")


def test_like_takes_the_path_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    deal = tmp_path / "deal.yaml"
    assert command("new", str(deal), "--like", "contracts/examples/minimal-lease.yaml") == 0
    assert command("check", str(deal)) == 0


def test_the_shipped_path_works_also_where_the_folder_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("new", "deal.yaml", "--like", "contracts/examples/minimal-lease.yaml") == 0


def test_a_market_of_other_content_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    there = tmp_path / "markets" / "minimal.yaml"
    there.parent.mkdir()
    there.write_text("as_of: 2000-01-01\n", encoding="utf-8")
    assert command("new", "deal.yaml", "--like", "minimal-lease") == 0
    assert there.read_text(encoding="utf-8") == "as_of: 2000-01-01\n"
    assert command("check", "deal.yaml") == 0
    assert load("deal.yaml").market_file.endswith("markets/deal.yaml")


def test_a_second_contract_shares_the_market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("new", "one.yaml") == command("new", "two.yaml") == 0
    assert sorted(p.name for p in tmp_path.rglob("*.yaml")) == ["minimal.yaml", "one.yaml", "two.yaml"]


def test_curves_come_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    (source / "markets").mkdir(parents=True)
    example = ROOT / "contracts" / "examples"
    text = (example / "minimal-lease.yaml").read_text(encoding="utf-8")
    (source / "lease.yaml").write_text(
        text.replace("contracted: 10 MW", "contracted: {file: power.csv, column: mw}"), encoding="utf-8"
    )
    market = (example / "markets" / "minimal.yaml").read_text(encoding="utf-8")
    (source / "markets" / "minimal.yaml").write_text(market, encoding="utf-8")
    (source / "power.csv").write_text("date,mw [MW]\n2027-01-01,4\n2027-07-01,10\n", encoding="utf-8")
    new = tmp_path / "new"
    new.mkdir()
    monkeypatch.chdir(new)
    assert command("new", "deal.yaml", "--like", "../source/lease.yaml") == 0
    assert (new / "power.csv").read_text(encoding="utf-8") == (source / "power.csv").read_text(encoding="utf-8")
    assert command("check", "deal.yaml") == 0
    (new / "power.csv").write_text("date,mw [MW]\n2027-01-01,5\n", encoding="utf-8")
    assert command("new", "again.yaml", "--like", "../source/lease.yaml") == 1
    assert not (new / "again.yaml").exists()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("deal.yaml", "--like", "minimal-laese"), 1, "did you mean 'minimal-lease'? There are:"),
        (("deal.txt",), 1, "expected one that ends in .yaml"),
        (("no/such/deal.yaml",), 1, "no folder 'no/such'"),
        (("there.yaml",), 1, "'there.yaml' exists"),
        ((), 2, "missing the file to write"),
        (("deal.yaml", "--like", "there.yaml"), 2, "nothing was computed"),
    ],
)
def test_what_cannot_be_begun_is_said(
    words: tuple[str, ...],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.yaml").write_text("id: there\n", encoding="utf-8")
    assert command("new", *words) == code
    assert says in " ".join(capsys.readouterr().err.split())
    assert [p.name for p in tmp_path.iterdir()] == ["there.yaml"]
    assert Path("there.yaml").read_text(encoding="utf-8") == "id: there\n"


def test_the_list_has_every_contract_that_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("new", "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(patterns())
    assert all(len(line.split()) > 2 for line in lines)


@pytest.mark.parametrize(
    ("stem", "found"), [("deal", "deal"), ("My deal-2", "my_deal_2"), ("2027 Å", "deal_2027"), ("Ω", "deal")]
)
def test_identifiers(stem: str, found: str) -> None:
    assert identifier(stem) == found
