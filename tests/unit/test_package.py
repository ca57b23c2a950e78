"""The installed package: version, command, shipped folders."""

import importlib.metadata
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import valuation
from valuation.shipped import shipped

ROOT = Path(__file__).resolve().parents[2]


def test_version_is_stated_once_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert valuation.__version__ == project["version"] == importlib.metadata.version("valuate")


def test_command_prints_its_version() -> None:
    command = Path(sys.executable).with_name("valuate.exe" if os.name == "nt" else "valuate")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert valuation.__version__ in done.stdout


@pytest.mark.parametrize("folder", ["contracts", "excel_templates"])
def test_shipped_folders_are_found(folder: str) -> None:
    assert shipped(folder).is_dir()


def test_shipped_looks_in_the_package_first_then_beside_it(tmp_path: Path) -> None:
    package = tmp_path / "valuation"
    beside = tmp_path / "contracts"
    inside = package / "_data" / "contracts"
    beside.mkdir(parents=True)
    assert shipped("contracts", package) == beside
    inside.mkdir(parents=True)
    assert shipped("contracts", package) == inside


def test_shipped_names_both_places_when_neither_exists(tmp_path: Path) -> None:
    package = tmp_path / "valuation"
    with pytest.raises(FileNotFoundError) as raised:
        shipped("contracts", package)
    assert str(package / "_data" / "contracts") in str(raised.value)
    assert str(tmp_path / "contracts") in str(raised.value)
