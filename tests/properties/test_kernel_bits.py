"""The same bits however the work is cut: chunks, threads, number of paths, processes, processors."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from valuation.kernel import jit
from valuation.kernel.arrays import BLOCK, PlanArrays, RunArrays
from valuation.kernel.engine import simulate_blocks
from valuation.plan.assemble import assemble

HERE = Path(__file__).parent
OLD_PROCESSOR = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3",
    "OPENBLAS_CORETYPE": "Nehalem",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable",
}
# Everything of the C mathematics library that a kernel might call, and Intel's and glibc's vector forms.
LIBM = set(
    "exp exp2 expm1 log log2 log10 log1p pow fma sin cos tan sinh cosh tanh asinh erf erfc floor ceil trunc rint round "
    "nearbyint fmod remainder ldexp frexp cbrt hypot sqrt lgamma tgamma".split()
)
VECTOR_LIBM = re.compile(r"__svml_|_ZGV[a-z]N")


@pytest.fixture(scope="session")
def plans(helper: Callable[..., ModuleType]) -> list[PlanArrays]:
    factory, bench = helper("random_plan_factory"), helper("synthetic_plan", HERE.parent / "bench")
    return [bench.synthetic_plan(), assemble(factory.random_plan(3)).arrays]


@pytest.fixture(scope="session")
def digests(helper: Callable[..., ModuleType]) -> ModuleType:
    return helper("kernel_digest")


def _in_chunks(plan: PlanArrays, paths: int, per_chunk: int, threads: int, digests: ModuleType) -> RunArrays:
    run = digests.empty_run(plan, paths)
    blocks = -(-paths // BLOCK)

    def one(first: int) -> None:
        simulate_blocks(plan, digests.SEED, first, min(per_chunk, blocks - first), paths, run)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, range(0, blocks, per_chunk)))
    return run


def test_chunks_and_threads(plans: list[PlanArrays], digests: ModuleType) -> None:
    for plan in plans:
        for per_chunk, threads in ((1, 1), (1, 2), (2, 2), (40, 1), (40, 2)):
            run = _in_chunks(plan, digests.PATHS, per_chunk, threads, digests)
            assert digests.digest(run) == digests.digest_of(plan), (per_chunk, threads)


@pytest.mark.parametrize(("few", "many"), [(1000, 1301), pytest.param(100_000, 130_001, marks=pytest.mark.slow)])
def test_more_paths_leave_the_first_ones(few: int, many: int, plans: list[PlanArrays], digests: ModuleType) -> None:
    for plan in plans:
        short, long = (_in_chunks(plan, paths, 20, 2, digests) for paths in (few, many))
        for name in ("measure", "status", "roots", "final", "yearly", "cash_year"):
            a, b = getattr(short, name), getattr(long, name)[..., :few]
            assert a.tobytes() == np.ascontiguousarray(b).tobytes(), name
        full = few // BLOCK
        for name in ("count_sum", "dated_sum"):
            assert getattr(short, name)[:full].tobytes() == getattr(long, name)[:full].tobytes(), name


def _elsewhere(*arguments: str, **environment: str) -> list[str]:
    """The digests that another process prints."""
    command = [sys.executable, str(HERE / "kernel_digest.py"), *arguments]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_another_process(plans: list[PlanArrays], digests: ModuleType) -> None:
    assert _elsewhere() == [digests.digest_of(plan) for plan in plans]


@pytest.mark.slow
def test_another_processor(plans: list[PlanArrays], digests: ModuleType, tmp_path: Path) -> None:
    """A process that hides the processor's vector and fused instructions from Numba, NumPy and the C library."""
    code = tmp_path / "old.s"
    found = _elsewhere("--assembly", str(code), **OLD_PROCESSOR)
    assert found == [digests.digest_of(plan) for plan in plans]
    assert "ymm" not in code.read_text(), "the process was to use none of the newer instructions"
    assert not _foreign(code.read_text())


@pytest.mark.slow
def test_this_processors_machine_code(digests: ModuleType, plans: list[PlanArrays], tmp_path: Path) -> None:
    code = tmp_path / "this.s"
    assert _elsewhere("--assembly", str(code)) == [digests.digest_of(plan) for plan in plans]
    assert not _foreign(code.read_text())


def _foreign(assembly: str) -> set[str]:
    """Mathematics from elsewhere and fused multiply-adds in machine code."""
    assert "simulate_blocks" in assembly and "NRT_MemInfo" in assembly
    names = set(re.findall(r"[\w.]+", assembly))
    fused = {name for name in names if re.fullmatch(r"vfn?m(add|sub)\w*|fmadd|fmla", name)}
    return fused | (names & LIBM) | {name for name in names if VECTOR_LIBM.match(name)}


def test_the_search_for_foreign_code_finds_it() -> None:
    harmless = "simulate_blocks NRT_MemInfo\n vsqrtpd %ymm0\n movabsq $NRT_incref, %rax\n vmulpd %ymm1\n"
    assert not _foreign(harmless)
    for line in ("movabsq $exp, %rax", "callq log@PLT", "vfmadd213pd %ymm1", "movabsq $__svml_exp4, %rax"):
        assert _foreign(harmless + line)


def test_the_kept_machine_code_names_no_mathematics_from_elsewhere(
    plans: list[PlanArrays], digests: ModuleType
) -> None:
    """The symbols of the object file that this machine runs."""
    digests.digest_of(plans[0])
    kept = list(jit.CACHE_FOLDER.glob(f"**/*{jit.ENTRY}*.nbc"))
    assert kept
    for path in kept:
        names = {name.decode() for name in re.findall(rb"\0([A-Za-z_]\w{1,60})(?=\0)", path.read_bytes())}
        assert "NRT_incref" in names
        assert not names & LIBM
        assert not {name for name in names if VECTOR_LIBM.match(name)}
