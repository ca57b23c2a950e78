"""What the Bitzero workbook costs: seconds of processor to write it, its size, its formulas, each beside its limit.

Run: ``python tests/bench/bench_workbook.py [paths]``. Exits 1 where a limit is passed.
"""

from __future__ import annotations

import io
import sys
import time
import zipfile

from valuation import value
from valuation.report.excel.write import workbook_bytes
from valuation.shipped import shipped

SECONDS, BYTES = 3.0, 2_000_000
ROUNDS = 5


def main(paths: int) -> int:
    result = value(shipped("contracts") / "bitzero.yaml", paths=paths)
    begun = time.process_time()
    tables = result.workbook_tables
    pages = time.process_time() - begun
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        content = workbook_bytes(tables)
        taken.append(time.process_time() - begun)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        formulas = sum(archive.read(name).count(b"<f>") for name in archive.namelist() if "worksheets/sheet" in name)
    whole = pages + min(taken)
    print(f"tornado and sample of paths {pages:.2f} s, workbook {min(taken):.2f} s (first {taken[0]:.2f} s)")
    print(f"written in {whole:.2f} s of {SECONDS:.0f} s: ratio {whole / SECONDS:.2f}")
    print(f"{len(content):,} bytes of {BYTES:,}: ratio {len(content) / BYTES:.2f}; {formulas:,} formulas")
    return int(whole > SECONDS or len(content) > BYTES)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
