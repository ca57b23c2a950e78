"""Time per path of contracts/bitzero.yaml and its parts, and of the compiler. Run it: it asserts nothing.

python tests/bench/bench_bitzero.py [--paths 100000] [--threads 2] [--no-compiler]

A part is the difference between two plans, one without it: each time is the best of some runs, wall clock on all
threads.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from bench_kernel import microseconds_per_path, without_measures  # noqa: E402

from valuation.kernel.arrays import IRR, NORMAL, NPV, PlanArrays  # noqa: E402
from valuation.plan.assemble import assemble  # noqa: E402
from valuation.resolve import resolve  # noqa: E402
from valuation.spec.load import load  # noqa: E402

CONTRACT = Path(__file__).parents[2] / "contracts" / "bitzero.yaml"

FIRST_BLOCK = """
import sys, time
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load
assembly = assemble(resolve(load(sys.argv[1])))
wall, processor = time.perf_counter(), time.process_time()
simulate(assembly, paths=256, seed=1, threads=1)
print(time.perf_counter() - wall, time.process_time() - processor)
"""
"""What a new process spends on its first block: importing Numba, the compiler or its cache, 256 paths."""


def assembled(events: bool) -> PlanArrays:
    """The contract's plan for the kernel."""
    return assemble(resolve(load(CONTRACT), events=events)).arrays


def parts(plan: PlanArrays) -> dict[str, PlanArrays]:
    """The plan with parts left out."""
    months = plan.year_end.size
    no_draws = {"draw_on": np.zeros_like(plan.draw_on)}
    no_ops = {"code": np.zeros(0, np.int64), "arg": np.zeros((0, 7), np.int64)}
    no_payments = {
        "pay_register": np.zeros(0, np.int64),
        "pay_sign": np.zeros(0),
        "pay_book": np.zeros(0, np.int64),
        "pay_date": np.zeros((0, months), np.int64),
    }
    bare = without_measures(plan, (NPV, IRR))._replace(**no_payments)
    return {
        "total": plan,
        "no irr": without_measures(plan, (IRR,)),
        "no draws or ops": bare._replace(**no_draws, **no_ops),
        "no draws": bare._replace(**no_draws),
        "no ops": bare._replace(**no_ops),
    }


def numpy_normals(per_path: int, paths: Iterable[int]) -> float:
    """µs a path that NumPy's generator takes on one thread for as many normals."""
    numbers, best = np.random.default_rng(1), np.inf
    for count in paths:
        begin = time.perf_counter()
        numbers.standard_normal((count, per_path))
        best = min(best, (time.perf_counter() - begin) / count)
    return best * 1e6


def first_block_seconds() -> list[tuple[float, float]]:
    """Wall and processor seconds of the first block in a new process: with an empty cache, then with the one it
    left."""
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"XDG_CACHE_HOME": cache}
        command = [sys.executable, "-c", FIRST_BLOCK, str(CONTRACT)]
        texts = [
            subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout for _ in "ab"
        ]
    return [tuple(map(float, text.split())) for text in texts]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-compiler", action="store_true")
    given = parser.parse_args()

    plan = assembled(events=True)
    microseconds_per_path(plan, 256, 1, 1)  # the compiler is not part of it
    took = {name: microseconds_per_path(part, given.paths, given.threads) for name, part in parts(plan).items()}
    still = {
        name: microseconds_per_path(part, given.paths, given.threads)
        for name, part in parts(assembled(events=False)).items()
        if name in ("total", "no irr")
    }
    total, empty = took["total"], took["no draws or ops"]
    irr = total - took["no irr"]
    draws, ops = took["no ops"] - empty, took["no draws"] - empty
    normals = int(plan.draw_on[plan.draw_kind == NORMAL].sum()) + int((plan.start_kind == NORMAL).sum())
    every = int(plan.draw_on.sum()) + plan.start_kind.size
    spent = numpy_normals(normals, [given.paths // 40] * 10)

    print(f"{CONTRACT.name}: {given.paths:,} paths, {given.threads} threads")
    print(f"{every} draws ({normals} normal), {plan.code.size} ops, {plan.year_end.size} months, ", end="")
    print(f"{plan.date_year.size} dates, {int((plan.measure_kind == IRR).sum())} rates of return a path")
    print(f"total           {total:6.2f} µs a path")
    for name, part in (("draws", draws), ("ops", ops), ("IRR", irr), ("cash, records", total - draws - ops - irr)):
        print(f"  {name:13} {part:6.2f} {part / total:5.0%}")
    print(f"without events  {still['total']:6.2f} µs a path, IRR {still['total'] - still['no irr']:.2f}")
    print(f"NumPy, as many normals, one thread {spent:.2f} µs a path ({spent / normals * 1e3:.1f} ns a normal)")
    print(f"  of our draws on one thread: {spent / (draws * given.threads):.1f} times as long")
    print(f"  of our total on {given.threads} threads: {spent / total:.1f} times as long")
    if not given.no_compiler:
        for name, (wall, processor) in zip(("empty cache", "filled cache"), first_block_seconds(), strict=True):
            print(f"first block, {name:12} {wall:5.1f} s, {processor:.1f} s of processor")


if __name__ == "__main__":
    main()
