"""Every op as a plain Python function of floats, compiled from the same expression as the kernel's: the same bits, no
Numba.

The rows of a plan that no draw reaches are evaluated with these, so a constant has the same bits on every machine.
"""

from collections.abc import Callable

from valuation.kernel.discrete import binomial_quantile, poisson_quantile
from valuation.kernel.elementary import NOT_A_NUMBER, exp, log
from valuation.kernel.lookup import interpolated, interpolated_2d
from valuation.kernel.normal import inverse_normal
from valuation.kernel.opcodes import OPS, Op
from valuation.kernel.probability import normal_probability

NAMES = {
    "exp": exp,
    "log": log,
    "inverse_normal": inverse_normal,
    "normal_probability": normal_probability,
    "poisson_quantile": poisson_quantile,
    "binomial_quantile": binomial_quantile,
    "interpolated": interpolated,
    "interpolated_2d": interpolated_2d,
    "at": 0,
    "nan": NOT_A_NUMBER,
    "min": min,
    "max": max,
    "__builtins__": {},
}
"""What an expression may name beside its operands; a table stands alone here, so that it begins at 0."""


def _twin(op: Op) -> Callable[..., float]:
    function = eval(f"lambda {', '.join(op.operands)}: {op.expression}", dict(NAMES))

    def guarded(*operands: float) -> float:
        try:
            return float(function(*operands))
        except ZeroDivisionError:  # the kernel divides as IEEE 754 does
            import numpy as np

            with np.errstate(all="ignore"):
                return float(function(*map(np.float64, operands)))

    return guarded if "/" in op.expression else function


TWINS: dict[str, Callable[..., float]] = {name: _twin(op) for name, op in OPS.items()}
"""Plain Python form of each op by name; operands in the op's order."""
