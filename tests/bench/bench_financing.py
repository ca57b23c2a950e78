"""What debt and tax cost in time: a lease of four random factors with a levered borrower, against the same contract
without debt and tax. Run it: it asserts nothing.

python tests/bench/bench_financing.py [--paths 5120] [--threads 1 2] [--rounds 30]

The contracts run in turn, round after round, so that a machine that slows down slows all of them; each time is the best
of the rounds, in seconds of processor over all threads, which other programs on the machine disturb least.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

sys.path.insert(0, str(Path(__file__).parent))
from bench_kernel import CHUNK, empty_run, without_measures  # noqa: E402

from valuation.kernel.arrays import BLOCK, IRR, NPV, PlanArrays  # noqa: E402
from valuation.kernel.engine import simulate_blocks  # noqa: E402
from valuation.kernel.opcodes import OPS  # noqa: E402
from valuation.plan.assemble import assemble  # noqa: E402
from valuation.resolve import resolve  # noqa: E402
from valuation.shipped import shipped  # noqa: E402
from valuation.spec.load import load  # noqa: E402

LEVERED = """
equity_discount_rate: {value: 12 %/year, basis: nominal post-tax levered}
financing:
  borrower: host
  completion: 2026-12-31
  service: half_year
  debt:
    senior: {size: {dscr: 1.3, max_gearing: 60 %}, rate: 7 %/year, repayment: sculpted, tenor: 12 years,
             upfront_fee: 1.5 %, commitment_fee: 0.7 %/year}
  reserves: {debt_service: {months: 6 months, filled: at_completion}}
  covenants: {lock_up: 1.15, default: 1.05}
"""
LEFT_OUT = ("scenarios", "claims", "indicators")


def contract(folder: Path, name: str, tax: bool, levered: bool) -> PlanArrays:
    """The shipped lease with four random factors: price, rate of exchange, utilisation, revocation."""
    yaml = YAML(typ="safe", pure=True)
    tree: dict[str, Any] = yaml.load((shipped("contracts") / "bitzero.yaml").read_text(encoding="utf-8"))
    tree = {key: value for key, value in tree.items() if key not in LEFT_OUT and (tax or key != "tax")}
    del tree["risks"]["active_customers"]
    if levered:
        tree |= yaml.load(LEVERED)
    out = StringIO()
    yaml.dump(tree, out)
    file = folder / f"{name}.yaml"
    file.write_text(out.getvalue(), encoding="utf-8")
    return assemble(resolve(load(file))).arrays


def only(plan: PlanArrays, **kept: bool) -> PlanArrays:
    """The plan with its draws, ops, payments left out unless they are kept, and no measures."""
    months, nothing = plan.year_end.size, np.zeros(0, np.int64)
    out = without_measures(plan, tuple(range(8)))
    if not kept.get("draws"):
        out = out._replace(draw_on=np.zeros_like(plan.draw_on))
    if not kept.get("ops"):
        out = out._replace(code=nothing, arg=np.zeros((0, 7), np.int64))
    pay = {
        "pay_register": nothing,
        "pay_sign": np.zeros(0),
        "pay_book": nothing,
        "pay_date": np.zeros((0, months), int),
    }
    return out._replace(**pay)


def without_equity(plan: PlanArrays, kind: int) -> PlanArrays:
    """The plan without the measures of one kind of the owners' cash."""
    keep = (plan.measure_kind != kind) | (plan.measure_book != 2)
    fields = ("measure_kind", "measure_book", "measure_near", "measure_reinvest", "discount")
    return plan._replace(**{name: np.ascontiguousarray(getattr(plan, name)[keep]) for name in fields})


def variants(plain: PlanArrays, taxed: PlanArrays, levered: PlanArrays) -> dict[str, PlanArrays]:
    """What is timed, by name."""
    others = levered
    for kind in range(8):
        if kind not in (NPV, IRR):
            others = without_equity(others, kind)
    found = {"plain": plain, "taxed": taxed, "levered": levered, "levered, no equity IRR": without_equity(levered, IRR)}
    found["levered, equity NPV and IRR only"] = others
    for name, plan in (("plain", plain), ("levered", levered)):
        found[f"{name}: no measures"] = without_measures(plan, tuple(range(8)))
        found[f"{name}: empty"] = only(plan)
        found[f"{name}: draws"] = only(plan, draws=True)
        found[f"{name}: ops"] = only(plan, ops=True)
    return found


def processor_time(plan: PlanArrays, paths: int, threads: int) -> float:
    """µs of processor a path, over all threads."""
    blocks, run = -(-paths // BLOCK), empty_run(plan, paths)
    for array in run:
        array.fill(0)  # so that the system hands out no memory while the clock runs
    with ThreadPoolExecutor(threads) as pool:
        begin = time.process_time()
        work = [
            pool.submit(simulate_blocks, plan, np.uint64(1), first, min(CHUNK, blocks - first), paths, run)
            for first in range(0, blocks, CHUNK)
        ]
        for one in work:
            one.result()
        return (time.process_time() - begin) / paths * 1e6


def report(took: dict[str, float]) -> None:
    """The ratios, and where the time goes."""
    plain, levered = took["plain"], took["levered"]
    print(
        f"  without debt and tax {plain:6.2f} µs a path; with tax {took['taxed']:.2f}; with debt and tax {levered:.2f}"
    )
    print(
        f"  ratio {levered / plain:.2f}; "
        f"without the owners' rate of return {took['levered, no equity IRR'] / plain:.2f}"
    )
    for name, total in (("plain", plain), ("levered", levered)):
        empty = took[f"{name}: empty"]
        draws, ops = took[f"{name}: draws"] - empty, took[f"{name}: ops"] - empty
        measures = total - took[f"{name}: no measures"]
        rest = total - draws - ops - measures
        print(
            f"  {name:8} draws {draws:5.2f}  ops {ops:5.2f}  measures {measures:5.2f}  "
            f"cash, records, series {rest:5.2f}"
        )
    rate = levered - took["levered, no equity IRR"]
    multiples = levered - took["levered, equity NPV and IRR only"]
    print(
        f"  of the measures: the owners' rate of return {rate:.2f}, "
        f"their multiple, modified rate, paybacks {multiples:.2f}"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=5_120)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(shipped("contracts") / "markets", Path(folder) / "markets")
        plans = [
            contract(Path(folder), name, tax, debt)
            for name, tax, debt in (("plain", False, False), ("taxed", True, False), ("levered", True, True))
        ]
    for name, plan in zip(("without debt and tax", "with tax", "with debt and tax"), plans, strict=True):
        held = f"{plan.code.size} ops, {plan.series_register.size} series, {plan.shadow.shape[0]} shadows, "
        held += (
            f"{plan.delay.shape[0]} delays, {plan.pay_register.size} payments, {plan.yearly_register.size} yearly rows"
        )
        print(f"{name}: {held}")
    names = list(OPS)
    more = Counter(names[code] for code in plans[2].code)
    more.subtract(Counter(names[code] for code in plans[0].code))
    print("ops that debt and tax add:", ", ".join(f"{name} {count}" for name, count in more.most_common() if count))
    timed = variants(*plans)
    processor_time(plans[0], 256, 1)  # the compiler is not part of it
    for threads in given.threads:
        took = dict.fromkeys(timed, np.inf)
        for _ in range(given.rounds):
            for name, plan in timed.items():
                took[name] = min(took[name], processor_time(plan, given.paths, threads))
        print(f"{given.paths:,} paths, {threads} thread{'s' if threads > 1 else ''}")
        report(took)


if __name__ == "__main__":
    main()
