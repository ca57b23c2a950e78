"""Time of jumps a path and month: a deal at a price with jumps less the same deal without. Run it: it asserts nothing.

python tests/bench/bench_jumps.py [--paths 50000] [--threads 2]
"""

import argparse
import time
from pathlib import Path

from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

CONTRACT = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "kluge.yaml"
COMMON = "unit: EUR/MWh, forward: {flat: 30 EUR/MWh}"
OWN = "diffusion: {reversion: 7 /year, volatility: 1 /sqrt(year)}"
PRICES = {
    "no jumps": f"{{process: kluge, {COMMON}, {OWN}, spikes: {{rate: 0 /year, mean_size: 0.2, reversion: 200 /year}}}}",
    "spikes, 4 a year": f"{{process: kluge, {COMMON}, {OWN}, spikes: {{rate: 4 /year, mean_size: 0.2, reversion: 200 "
    "/year}}",
    "spikes, 25 a year": f"{{process: kluge, {COMMON}, {OWN}, spikes: {{rate: 25 /year, mean_size: 0.2, reversion: 200 "
    "/year}}",
    "normal jumps, 6 a year": f"{{process: jump_diffusion, {COMMON}, reversion: 7 /year, volatility: 1 /sqrt(year), "
    "jumps: {rate: 6 /year, sd: 0.3}}",
    "wet and dry": f"{{process: regime_switching, {COMMON}, {OWN}, starts_in: wet, regimes: {{wet: {{shift: -0.5, "
    "lasts: 2 years}, dry: {shift: 0.5, lasts: 2 years, volatility_multiple: 1.5}}}",
}


def nanoseconds(price: str, paths: int, threads: int) -> float:
    """Best of three runs of a small deal that buys at the price, of processor time a path and month."""
    plan = resolve(load(CONTRACT, overrides=[f"market.factors.power.spiky={price}"]))
    assembly, best = assemble(plan), float("inf")
    simulate(assembly, paths=256, seed=1, threads=threads)
    for _ in range(3):
        begin = time.process_time()
        simulate(assembly, paths=paths, seed=1, threads=threads)
        best = min(best, time.process_time() - begin)
    return best / paths / plan.months * 1e9


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=50_000)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    without = nanoseconds(PRICES["no jumps"], given.paths, given.threads)
    print(f"{'deal without jumps':25s} {without:6.1f} ns of processor time a path and month")
    for name, price in PRICES.items():
        if name != "no jumps":
            print(f"{name:25s} {nanoseconds(price, given.paths, given.threads) - without:+6.1f} ns")


if __name__ == "__main__":
    main()
