"""The maths of the processes gives the same bits on every CPU and every Python: what it may call, and a fingerprint."""

import ast
import hashlib
import struct
from pathlib import Path

import pytest

import valuation.processes
from valuation.processes import average, customers, logit
from valuation.processes.covariance import Driver, cholesky, step_covariance

FILES = sorted(Path(valuation.processes.__file__).parent.glob("*.py"))
EXACT = {"sqrt", "fsum"}
"""Functions of ``math`` that IEEE 754 or their definition fixes to the last bit."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_calls_nothing_whose_bits_vary(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "math":
            assert {alias.name for alias in node.names} <= EXACT
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & {"math", "cmath", "numpy", "scipy"}
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith(("numpy", "scipy", "cmath", "statistics"))
        # Python 3.12 began to sum floats with compensation: sum() has other bits on 3.11.
        assert not (isinstance(node, ast.Name) and node.id in {"sum", "pow"})
        assert not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Pow)


def test_fingerprint():
    """Bits found on x86-64 with Python 3.11; another machine must find the same."""
    drivers = [Driver("slow", 3.2, 1.99), Driver("fast", 134.0, 2.47), Driver("fx", 0.0, 0.07)]
    correlation = [[1.0, 0.3, 0.1], [0.3, 1.0, 0.0], [0.1, 0.0, 1.0]]
    numbers = [entry for row in cholesky(step_covariance(drivers, correlation, 1 / 12)) for entry in row]
    variances = average.average_variances(drivers, correlation, [0.0, 0.03] + [1 / 12] * 200)
    numbers += variances + [average.log_location(28.5, v) for v in variances]
    numbers += [average.asinh_location(28.5, v, 10.0) for v in variances]
    numbers += [logit.location(0.9, 0.6), *logit.moments(2.0, 0.5), logit.location(0.02, 3.0)]
    numbers += [*customers.step_parameters(6.0, 0.25, 1 / 12), *customers.pmf(10, 6.0, 0.25, 1.0, 40)]
    digest = hashlib.sha256(struct.pack(f"<{len(numbers)}d", *numbers)).hexdigest()
    assert digest[:16] == "c8ef61dd5527ad83"
