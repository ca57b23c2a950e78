"""Modules of this folder, loaded by path (tests are not a package). Second opinions take long together: all of them are
left out with -m 'not slow'."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _load(name: str) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


for _helper in ("small_deal", "small_deal_strategies", "combined_deals", "wind_farm", "levered_deals"):
    _load(_helper)
_load("calibration_paths") if importlib.util.find_spec("scipy") is not None else None
for _helper in ("levered_loop", "levered_site", "levered_cases"):
    _load(_helper)
for _helper in ("sam_case", "sam_by_hand", "sam_cases", "sam_contract"):
    _load(_helper)
if importlib.util.find_spec("PySAM") is not None:
    _load("sam_single_owner")


@pytest.fixture
def deal(tmp_path):
    """``deal(change, market, view=…)``: a small contract with snippets laid over it, see small_deal.py."""
    from small_deal import Deal, write

    return lambda change="", market="", view=None, **how: Deal(write(tmp_path, change, market), view, **how)


@pytest.fixture(scope="session")
def bitzero_alone(tmp_path_factory) -> Path:
    """The shipped contract without its scenarios, each of which costs a base case and some paths."""
    folder = tmp_path_factory.mktemp("deals") / "contracts"
    shutil.copytree(Path(__file__).resolve().parents[2] / "contracts", folder)
    file = folder / "bitzero.yaml"
    before, _, rest = file.read_text(encoding="utf-8").partition("\nscenarios:\n")
    file.write_text(before + "\n" + rest[rest.index("\nnot_modelled:") :], encoding="utf-8")
    return file


@pytest.hookimpl(tryfirst=True)  # before -m is looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)
