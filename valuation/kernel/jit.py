"""Compilation: how the kernel's functions are compiled, and where the machine code is kept.

Numba's cache on disk does not see a change in a function that the cached one calls, so the cache lives in a directory
named after a digest of every source file of this package, the Numba version and the processor. Import this module
before anything else that imports Numba: Intel's vector mathematics must be off, because its last bits depend on the
processor.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import llvmlite.binding as llvm
import numba
import numpy as np
import platformdirs
from numba.extending import overload, register_jitable

from valuation.kernel import discrete, elementary, lookup, normal, probability, rng

OPTIONS = {"error_model": "numpy", "fastmath": False, "nogil": True}
INNER = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Functions that only compiled ones call need no way in from Python: a tenth of the time to compile."""
CACHES_KEPT = 8
ENTRY = "simulate_blocks"


def source_digest() -> str:
    """First 16 hex digits over the kernel's sources, the Numba version and the processor compiled for."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    cpu = numba.config.CPU_NAME or llvm.get_host_cpu_name()
    features = numba.config.CPU_FEATURES
    digest.update(f"{numba.__version__} {np.__version__} {cpu} {features}".encode())
    return digest.hexdigest()[:16]


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _cache_folder() -> Path:
    """The folder of this kernel's machine code, made where it can be; a temporary one where the user's cache is read-
    only."""
    name = source_digest()
    parent = Path(platformdirs.user_cache_dir("valuate", appauthor=False)) / "kernel"
    if not _usable(parent / name):
        parent = Path(tempfile.gettempdir()) / f"valuate-kernel-{getattr(os, 'getuid', int)()}"
        _usable(parent / name)
    os.utime(parent / name)
    _remove_old(parent, keep=name)
    return parent / name


def _remove_old(parent: Path, keep: str) -> None:
    """Remove all but the folders used last; another process may be removing them too."""
    try:
        folders = sorted((f for f in parent.iterdir() if f.is_dir()), key=lambda f: f.stat().st_mtime, reverse=True)
    except OSError:
        return
    for folder in folders[CACHES_KEPT:]:
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)


CACHE_FOLDER = _cache_folder()


def compiled_inner(function: Callable[..., Any]) -> Any:
    """A function that only compiled ones call: it costs a tenth less to compile. Python must not call it, there is no
    way in."""
    return numba.njit(**INNER)(function)


def compiled(function: Callable[..., Any]) -> Any:
    """A function of the kernel that Python may call too, compiled on its first call."""
    return numba.njit(**OPTIONS)(function)


def compiled_inside(function: Callable[..., Any]) -> Any:
    """A large function with one caller, written into it: LLVM works again on all that a function calls at every level
    of calls, and this takes out a level."""
    return numba.njit(inline="always", **INNER)(function)


def compiled_entry(function: Callable[..., Any]) -> Any:
    """The function through which Python enters the kernel: its machine code is kept on disk."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE_FOLDER)
    try:
        return numba.njit(cache=True, **OPTIONS)(function)
    finally:
        numba.config.CACHE_DIR = before


def cache_is_warm() -> bool:
    """Whether the kernel has been compiled on this machine: False means that the first run takes some seconds
    longer."""
    return any(CACHE_FOLDER.glob(f"**/*{ENTRY}*.nbc"))


# The compiled forms of the helpers that take a float apart: casts of its bits.
_INLINE = {"error_model": "numpy", "forceinline": True}
_ROUNDING_BITS = np.float64(elementary.ROUNDING).view(np.int64)
_SQRT_HALF_BITS = np.float64(elementary.SQRT_HALF).view(np.int64)
_TWO_TO_52 = 4503599627370496.0
_TWO_TO_52_BITS = np.float64(_TWO_TO_52).view(np.int64)


@overload(elementary.rounded_to_int, jit_options=_INLINE)
def _rounded_to_int(shifted):
    return lambda shifted: np.float64(shifted).view(np.int64) - _ROUNDING_BITS


@overload(elementary.power_of_two, jit_options=_INLINE)
def _power_of_two(exponent):
    return lambda exponent: np.int64((exponent + 1023) << 52).view(np.float64)


@overload(elementary.exponent_of, jit_options=_INLINE)
def _exponent_of(x):
    def implementation(x):
        whole = (np.float64(x).view(np.int64) - _SQRT_HALF_BITS) >> 52
        return np.int64(whole + _ROUNDING_BITS).view(np.float64) - elementary.ROUNDING

    return implementation


@overload(elementary.mantissa_of, jit_options=_INLINE)
def _mantissa_of(x):
    def implementation(x):
        bits = np.float64(x).view(np.int64)
        return np.int64(bits - (((bits - _SQRT_HALF_BITS) >> 52) << 52)).view(np.float64)

    return implementation


@overload(elementary.word_to_float, jit_options=_INLINE)
def _word_to_float(word):
    return lambda word: np.int64(word | _TWO_TO_52_BITS).view(np.float64) - _TWO_TO_52


@overload(lookup.entry, jit_options=_INLINE)
def _entry(table, place):
    return lambda table, place: table[np.uintp(place)]


for _function in (
    elementary.exp,
    elementary.log,
    normal.central_normal,
    normal.tail_normal,
    probability.lower_tail,
    probability.normal_probability,
    discrete.poisson_few,
    discrete.binomial_few,
    lookup._weighted,
    lookup.interpolated,
    lookup.interpolated_2d,
    rng.philox,
    rng.uniform,
):
    register_jitable(**_INLINE)(_function)

for _function in (
    normal.far_tail_normal,
    normal.inverse_normal,
    discrete.poisson_quantile,
    discrete.binomial_quantile,
):
    register_jitable(error_model="numpy")(_function)
