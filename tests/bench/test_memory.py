"""Memory of a whole run: it must not grow with paths × months."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from valuation.shipped import shipped

PROGRAM = Path(sys.executable).with_name("valuate")
BYTES_A_PATH = 1_200


def peak(paths: int, folder: Path) -> int:
    """Peak memory of a run with its workbook [byte]."""
    words = [str(PROGRAM), str(shipped("contracts") / "bitzero.yaml"), "--paths", str(paths), "-q", "--force"]
    running = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.slow
def test_a_path_takes_at_most_so_many_bytes(tmp_path):
    few, many = peak(100_000, tmp_path), peak(400_000, tmp_path)
    a_path = (many - few) / 300_000
    print(f"{many / 1e6:.0f} MB for 400,000 paths, {a_path:.0f} bytes a path")
    assert a_path < BYTES_A_PATH
    assert few + 900_000 * a_path < 2 * 2**30, "a run of a million paths"
