"""Where the kernel's machine code is kept, and that it is asked for by the right name."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from valuation.kernel import jit


def test_intels_vector_mathematics_is_off() -> None:
    assert os.environ["NUMBA_DISABLE_INTEL_SVML"] == "1"
    assert not numba.config.USING_SVML


def test_options_that_keep_the_bits() -> None:
    assert jit.OPTIONS == {"error_model": "numpy", "fastmath": False, "nogil": True}


def test_the_folder_bears_the_digest_of_the_sources() -> None:
    assert jit.CACHE_FOLDER.name == jit.source_digest()
    assert jit.CACHE_FOLDER.is_dir()


def test_a_changed_source_has_another_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = 1\n")
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    before = jit.source_digest()
    assert jit.source_digest() == before
    (tmp_path / "b.py").write_text("x = 2\n")
    changed = jit.source_digest()
    monkeypatch.setattr(numba.config, "CPU_NAME", "generic")
    assert len({before, changed, jit.source_digest()}) == 3


def test_numbas_own_setting_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    jit.compiled_entry(lambda x: x)
    assert numba.config.CACHE_DIR == str(tmp_path)


def test_the_oldest_folders_go(tmp_path: Path) -> None:
    for age in range(jit.CACHES_KEPT + 3):
        folder = tmp_path / f"age{age}"
        folder.mkdir()
        (folder / "code").write_text("")
        os.utime(folder, (1e9 - age, 1e9 - age))
    oldest = f"age{jit.CACHES_KEPT + 2}"
    jit._remove_old(tmp_path, keep=oldest)
    assert {f.name for f in tmp_path.iterdir()} == {oldest, *(f"age{age}" for age in range(jit.CACHES_KEPT))}


def test_removing_from_a_folder_that_is_gone(tmp_path: Path) -> None:
    jit._remove_old(tmp_path / "none", keep="")


def _folder_of_a_new_process(**environment: str) -> str:
    code = "from valuation.kernel import jit; print(jit.CACHE_FOLDER, jit.cache_is_warm())"
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_new_home_is_cold(tmp_path: Path) -> None:
    found = _folder_of_a_new_process(XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path))
    assert found.startswith(str(tmp_path))
    assert found.endswith(f"{jit.source_digest()} False")


def test_a_home_that_cannot_hold_a_cache(tmp_path: Path) -> None:
    """A file where the folder should be: neither root nor anybody else can make one there."""
    (tmp_path / "home").write_text("")
    (tmp_path / "scratch").mkdir()
    home = str(tmp_path / "home")
    found = _folder_of_a_new_process(XDG_CACHE_HOME=home, HOME=home, TMPDIR=str(tmp_path / "scratch"))
    assert found.startswith(str(tmp_path / "scratch"))


def test_plain_forms_need_no_compiler() -> None:
    """Constants of a plan are computed without loading Numba."""
    code = "import sys, valuation.kernel.twin as t; t.TWINS['exp'](1.0); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
