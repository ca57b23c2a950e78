"""In CI a test that was skipped is a test that failed, unless CI cannot run it. One thread to a matrix product."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
SHARED = Path(__file__).resolve().parents[2] / "shared"

# The matrices of the tests are small: with threads OpenBLAS waits for itself, and takes a third of the processors' time
# from the tests that run beside. It reads this once, when NumPy is imported. That its threads move no bit of a result
# is tried by tests/cli/test_same_bits.py.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# No deadline: an example may meet a compilation or a busy machine. In CI the same examples every time.
settings.register_profile("valuate", deadline=None, derandomize=IN_CI)
settings.load_profile("valuate")


def _may_skip(reason: str) -> bool:
    """Only the reading material beside the checkout may be missing in CI, as it is in a user's clone."""
    return "../shared" in reason and not SHARED.is_dir()


def _judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not (IN_CI and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not _may_skip(reason):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, which has every tool: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _judge(report)
    return report
