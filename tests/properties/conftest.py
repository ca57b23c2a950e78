"""Helpers of this folder, loaded by path: tests are not a package."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


def load_helper(name: str, folder: Path = Path(__file__).parent) -> ModuleType:
    """A module that lies beside the tests."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def helper() -> Callable[..., ModuleType]:
    """Loads a helper by name."""
    return load_helper


@pytest.fixture(scope="session")
def random_plan_factory() -> ModuleType:
    """Random plans by seed."""
    return load_helper("random_plan_factory")


@pytest.fixture(scope="session")
def independent_draws() -> ModuleType:
    """Draws of a plan from a generator that shares nothing with the kernel."""
    return load_helper("independent_draws")


@pytest.fixture(scope="session")
def rounding_terms() -> ModuleType:
    """How far rounding can move a plan's numbers."""
    return load_helper("rounding_terms")
