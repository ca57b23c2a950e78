"""Time per path of the kernel and its parts on a plan of about the size of a 110 MW lease. Run it: it asserts nothing.

python tests/bench/bench_kernel.py [--paths 100000] [--threads 2]
"""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from synthetic_plan import synthetic_plan  # noqa: E402

from valuation.kernel import jit  # noqa: E402
from valuation.kernel.arrays import BLOCK, IRR, NORMAL, PlanArrays, RunArrays  # noqa: E402
from valuation.kernel.engine import simulate_blocks  # noqa: E402

CHUNK = 20


def empty_run(plan: PlanArrays, paths: int) -> RunArrays:
    """Results of a run, to be filled."""
    blocks, measures = -(-paths // BLOCK), plan.measure_kind.size
    years = int(max(0, *plan.date_year[-1:], *plan.equity_date_year[-1:])) + 1
    return RunArrays(
        measure=np.zeros((measures, paths)),
        status=np.zeros((measures, paths), np.int8),
        roots=np.zeros((measures, paths), np.int8),
        final=np.zeros((plan.final_register.size, paths)),
        yearly=np.zeros((plan.yearly_register.size, years, paths)),
        cash_year=np.zeros((years, paths)),
        count_sum=np.zeros((blocks, plan.count_register.size, years)),
        dated_sum=np.zeros((blocks, 2, plan.date_year.size)),
        equity_year=np.zeros((years if plan.equity_date_year.size else 0, paths)),
        equity_sum=np.zeros((blocks, plan.equity_date_year.size)),
    )


def microseconds_per_path(plan: PlanArrays, paths: int, threads: int, repeats: int = 3) -> float:
    """Best of some runs."""
    blocks = -(-paths // BLOCK)
    run = empty_run(plan, paths)
    best = np.inf
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(repeats):
            begin = time.perf_counter()
            list(
                pool.map(
                    lambda first: simulate_blocks(plan, np.uint64(1), first, min(CHUNK, blocks - first), paths, run),
                    range(0, blocks, CHUNK),
                )
            )
            best = min(best, time.perf_counter() - begin)
    return best / paths * 1e6


def without_measures(plan: PlanArrays, kinds: tuple[int, ...]) -> PlanArrays:
    """The plan without the measures of some kinds."""
    keep = ~np.isin(plan.measure_kind, kinds)
    fields = ("measure_kind", "measure_book", "measure_near", "measure_reinvest", "discount")
    return plan._replace(**{name: np.ascontiguousarray(getattr(plan, name)[keep]) for name in fields})


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    plan = synthetic_plan()
    warm = jit.cache_is_warm()
    begin = time.perf_counter()
    simulate_blocks(plan, np.uint64(1), 0, 1, BLOCK, empty_run(plan, BLOCK))
    print(f"first call {time.perf_counter() - begin:.1f} s ({'from the cache' if warm else 'compiled'})")
    months, dates = plan.year_end.size, plan.date_year.size
    print(
        f"{plan.draw_stream.size} draws, {plan.code.size} ops, {dates} dates, {months} months; {given.threads} threads"
    )

    nothing = np.zeros((0, 7), np.int64)
    no_ops = {"code": np.zeros(0, np.int64), "arg": nothing}
    no_payments = {
        "pay_register": np.zeros(0, np.int64),
        "pay_sign": np.zeros(0),
        "pay_book": np.zeros(0, np.int64),
        "pay_date": np.zeros((0, months), np.int64),
    }
    no_draws = {"draw_on": np.zeros_like(plan.draw_on)}
    bare = without_measures(plan, (0, 1))._replace(**no_payments)
    variants = {
        "total": plan,
        "all but IRR": without_measures(plan, (IRR,)),
        "months without draws": bare._replace(**no_draws),
        "months without ops": bare._replace(**no_ops),
        "months without both": bare._replace(**no_ops, **no_draws),
    }
    took = {name: microseconds_per_path(item, given.paths, given.threads) for name, item in variants.items()}
    empty = took["months without both"]
    draws = took["months without ops"] - empty
    normals = int((plan.draw_kind == NORMAL).sum()) * months
    rates = int((plan.measure_kind == IRR).sum())
    print(f"total                   {took['total']:6.2f} µs a path")
    print(f"  draws                 {draws:6.2f} ({draws * given.threads / normals * 1e3:.2f} ns a normal and thread)")
    print(f"  ops                   {took['months without draws'] - empty:6.2f}")
    print(f"  {rates} rates of return     {took['total'] - took['all but IRR']:6.2f}")
    rest = took["total"] - draws - (took["months without draws"] - empty) - (took["total"] - took["all but IRR"])
    print(f"  payments, sums, rest  {rest:6.2f}")
    numbers = np.random.default_rng(1)
    begin = time.perf_counter()
    for _ in range(4):
        numbers.standard_normal((given.paths // 40, normals))
    spent = (time.perf_counter() - begin) / (4 * (given.paths // 40)) * 1e6
    print(f"NumPy, as many normals  {spent:6.2f} µs a path on one thread ({spent / normals * 1e3:.1f} ns a normal)")


if __name__ == "__main__":
    main()
