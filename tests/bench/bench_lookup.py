"""Time of an op that looks a law up, per path and month, beside a multiplication and a logistic. Run it: it asserts
nothing.

python tests/bench/bench_lookup.py
"""

import time

import numpy as np

from valuation.kernel import _dispatch
from valuation.kernel.arrays import BLOCK
from valuation.kernel.opcodes import CODES
from valuation.plan.laws import Law

LAWS = {
    "lookup": Law("beta_log_odds", (23.0, 2.0)),
    "lookup_2d": Law("jacobi_step", (2.0, 0.92, 0.4, 1.0 / 12.0)),
    "mul": None,
    "logistic": None,
}
REPEATS = 20_000


def nanoseconds(name: str, law: Law | None) -> float:
    """Best of some runs of one op on a block, per lane; states and normals differ from call to call."""
    numbers = np.random.default_rng(1)
    register = np.zeros((3 * 16 + 1, BLOCK))
    register[:16] = numbers.normal(2.5, 0.7, (16, BLOCK)) if law is None or name != "lookup" else 0.0
    register[16:48] = numbers.normal(0.0, 1.0, (32, BLOCK))
    first = 16 if name == "lookup" else 0
    arg = np.array([[48, first + k, 0 if name == "lookup" else 16 + k, 0, 0, 0, 0] for k in range(16)])
    code, on = np.full(16, CODES[name]), np.ones((16, 1), np.uint8)
    table = np.array(law.values if law is not None else ())
    best = np.inf
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(REPEATS // 16 // 5):
            _dispatch.run_ops(code, arg, on, 0, table, register)
        best = min(best, time.perf_counter() - begin)
    return best / (REPEATS // 16 // 5) / 16 / BLOCK * 1e9


def main() -> None:
    """Print the figures."""
    begin = time.perf_counter()
    print(f"table of {len(LAWS['lookup_2d'].values)} numbers in {time.perf_counter() - begin:.2f} s")
    for name, law in LAWS.items():
        nanoseconds(name, law)
        print(f"{name:10} {nanoseconds(name, law):6.2f} ns")


if __name__ == "__main__":
    main()
