"""The same numbers to the last bit for any threads, chunks, processes and processors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from valuation.appraisal.digest import result_digest
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec import load

PROGRAM = Path(sys.executable).with_name("valuate")
HIDDEN = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3",
    "OPENBLAS_CORETYPE": "Nehalem",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX",
}
"""A processor without AVX2 and FMA, for the kernel, NumPy and the C library."""


@pytest.fixture(scope="module")
def plan(bitzero):
    return resolve(load(bitzero))


def digest(plan, paths, seed=1, **how):
    return result_digest(plan, simulate(assemble(plan), paths=paths, seed=seed, **how))


@pytest.mark.parametrize("how", [{"threads": 2}, {"threads": 1, "chunk": 256}, {"threads": 2, "chunk": 1024}])
def test_threads_and_chunks_move_no_bit(plan, how):
    assert digest(plan, 1_300, **how) == digest(plan, 1_300, threads=1)


def test_another_seed_or_number_of_paths_shows_in_the_digest(plan):
    assert len({digest(plan, 1_300), digest(plan, 1_301), digest(plan, 1_300, seed=2)}) == 3


@pytest.mark.parametrize(("few", "many"), [(1_000, 1_301), pytest.param(100_000, 130_001, marks=pytest.mark.slow)])
def test_more_paths_leave_the_first_ones_as_they_were(plan, few, many):
    assembly = assemble(plan)
    short, long = (simulate(assembly, paths=paths, seed=1) for paths in (few, many))
    for name in short.measure:
        assert short.measure[name].tobytes() == long.measure[name][:few].tobytes(), name
    for name in short.final:
        assert short.final[name].tobytes() == long.final[name][:few].tobytes(), name


@pytest.mark.slow
def test_every_process_and_processor_prints_one_digest(quick, tmp_path):
    def printed(*words: str, **environment: str) -> str:
        done = subprocess.run(
            [str(PROGRAM), quick, "--paths", "11000", "--json", "--no-excel", "-q", *words],
            env={**os.environ, **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=600,
        )
        return str(json.loads(done.stdout)["audit"]["digest"])

    first = printed("--threads", "1")
    assert printed("--threads", "2", OPENBLAS_NUM_THREADS="2") == first
    assert printed("--chunk", "256") == first
    assert printed("--chunk", "10240") == first
    assert printed(XDG_CACHE_HOME=str(tmp_path / "cache"), **HIDDEN) == first
