"""Digest of everything the kernel gives on a synthetic plan and a random one; run as a script it prints it.

With ``--assembly FILE`` it also compiles the kernel afresh and writes its machine code as text.
"""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from valuation.kernel.arrays import BLOCK, PlanArrays, RunArrays
from valuation.kernel.engine import simulate_blocks

PATHS = 1500
SEED = np.uint64(2**63 + 12345)


def empty_run(plan: PlanArrays, paths: int) -> RunArrays:
    """Results of a run, to be filled."""
    blocks, measures = -(-paths // BLOCK), plan.measure_kind.size
    years = max(plan.date_year.max(), plan.year_end.max(), *plan.equity_date_year[-1:]) + 1
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


def digest(run: RunArrays) -> str:
    """sha256 over the results, with one bit pattern for not-a-number."""
    total = hashlib.sha256()
    for array in run:
        total.update(np.where(np.isnan(array), np.nan, array).tobytes() if array.dtype.kind == "f" else array.tobytes())
    return total.hexdigest()


def digest_of(plan: PlanArrays, simulate: Callable[..., None] = simulate_blocks) -> str:
    """Digest of a run of a plan."""
    run = empty_run(plan, PATHS)
    simulate(plan, SEED, 0, -(-PATHS // BLOCK), PATHS, run)
    return digest(run)


def main() -> None:
    """Print the digests of both plans."""
    here = Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent / "bench")]
    from random_plan_factory import random_plan
    from synthetic_plan import synthetic_plan

    from valuation.plan.assemble import assemble

    simulate = simulate_blocks
    if "--assembly" in sys.argv:
        import numba

        from valuation.kernel import jit

        simulate = numba.njit(**jit.OPTIONS)(simulate_blocks.py_func)
    print(digest_of(synthetic_plan(), simulate), digest_of(assemble(random_plan(3)).arrays, simulate))
    if "--assembly" in sys.argv:
        Path(sys.argv[-1]).write_text("\n".join(simulate.inspect_asm().values()), encoding="utf-8")


if __name__ == "__main__":
    main()
