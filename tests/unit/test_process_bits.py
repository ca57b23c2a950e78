"""The maths of the processes gives the same bits on every CPU and every Python: what it may call, and a fingerprint."""

import ast
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

import valuation.processes
from valuation.kernel import elementary
from valuation.plan.laws import Law
from valuation.processes import average, customers, lanes, logit
from valuation.processes.covariance import Driver, cholesky, step_covariance

FILES = sorted(Path(valuation.processes.__file__).parent.glob("*.py"))
EXACT = {"sqrt", "fsum"}
"""Functions of ``math`` that IEEE 754 or their definition fixes to the last bit."""
ARRAYS = {"beta.py", "gaussian.py", "jacobi_spectrum.py", "lanes.py", "noncentral.py", "tables.py"}
"""Files that compute many quantiles at once, with NumPy."""
EXACT_OF_ARRAYS = {
    "abs", "arange", "array", "asarray", "broadcast_arrays", "ceil", "empty", "empty_like", "errstate", "float64",
    "floor", "frexp", "full_like", "int64", "ix_", "ldexp", "maximum", "minimum", "ones_like", "sqrt", "where",
    "zeros_like",
}  # fmt: skip
"""What they may take of it: all of it is one rounded operation an element, or none."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_calls_nothing_whose_bits_vary(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "math":
            assert {alias.name for alias in node.names} <= EXACT
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
            assert not names & {"math", "cmath", "scipy"} and (file.name in ARRAYS or "numpy" not in names)
        if isinstance(node, ast.ImportFrom) and node.module != "numpy.typing":
            assert not (node.module or "").startswith(("numpy", "scipy", "cmath", "statistics"))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
            assert node.attr in EXACT_OF_ARRAYS
        # Python 3.12 began to sum floats with compensation: sum() has other bits on 3.11.
        assert not (isinstance(node, ast.Name) and node.id in {"sum", "pow"})
        assert not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Pow)


def test_arrays_have_the_bits_of_single_numbers():
    numbers = np.random.default_rng(5)
    x = np.concatenate([numbers.uniform(-760.0, 720.0, 2000), numbers.uniform(-1.0, 1.0, 500), [0.0, 709.7, -745.1]])
    assert np.array_equal(lanes.exp(x), [elementary.exp(v) for v in x.tolist()])
    y = np.concatenate([lanes.exp(numbers.uniform(-700.0, 700.0, 2000)), numbers.uniform(0.5, 2.0, 500), [1.0]])
    assert np.array_equal(lanes.log(y), [elementary.log(v) for v in y.tolist()])


def test_fingerprint_of_tables():
    """As below, of the tables that the kernel looks up."""
    laws = (Law("beta_log_odds", (23.0, 2.0)), Law("jacobi_step_from", (2.0, 0.92, 0.4, 1 / 12, 0.5)))
    numbers = [number for law in (*laws, Law("cir_step_from_mean", (0.3, 0.5, 1 / 12))) for number in law.values]
    digest = hashlib.sha256(struct.pack(f"<{len(numbers)}d", *numbers)).hexdigest()
    assert digest[:16] == "34eb1cb8fefe98a7"


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
