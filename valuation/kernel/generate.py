"""Writes ``_dispatch.py`` from the op table: one loop over the lanes of a block for every op.

Run ``python -m valuation.kernel.generate`` after a change of ``opcodes.py``; a test fails while the file is not
current.
"""

import re
from pathlib import Path

from valuation.kernel.opcodes import OPS, TABLE, Op

TARGET = Path(__file__).with_name("_dispatch.py")

HEADER = '''"""Generated from opcodes.py by generate.py; do not edit."""
# ruff: noqa: E501

from valuation.kernel.arrays import BLOCK
from valuation.kernel.discrete import UNSETTLED, binomial_few, binomial_quantile, poisson_few, poisson_quantile
from valuation.kernel.elementary import NOT_A_NUMBER as nan
from valuation.kernel.elementary import exp, log
from valuation.kernel.jit import compiled
from valuation.kernel.lookup import interpolated, interpolated_2d
from valuation.kernel.normal import inverse_normal
from valuation.kernel.probability import normal_probability


@compiled
def run_ops(code, arg, on, t, table, register):
    """Run a program on the block's registers, float64 [R, BLOCK]: ``code`` [P], ``arg`` [P, 7] = out, then operands.
    Ops whose ``on`` [P, T] is 0 in month t are left out. ``table`` holds the plan's tables, one after another."""
    for o in range(code.size):
        if on[o, t] == 0:
            continue
        op = code[o]
        out = arg[o, 0]
'''


IMPORTED = (
    *"UNSETTLED binomial_few binomial_quantile poisson_few poisson_quantile inverse_normal normal_probability".split(),
    *"interpolated interpolated_2d exp log nan".split(),
)
"""Names that the header imports for the expressions."""

TWO_PASSES = {"poisson_quantile": "poisson_few", "binomial_quantile": "binomial_few"}
"""Functions with a loop of their own: a form without one goes over all lanes first."""

TAKEN = {"arg", "at", "code", "j", "o", "on", "op", "out", "register", "t"}
"""Names of the generated function that no operand may bear."""


def _loop(code: int, op: Op) -> str:
    keyword = "if" if code == 0 else "elif"
    lines = [f"        {keyword} op == {code}:  # {op.name}"]
    places = {name: "at" if name == TABLE else f"r_{name}" for name in op.operands}
    lines += [f"            {places[name]} = arg[o, {place}]" for place, name in enumerate(op.operands, start=1)]
    if clash := TAKEN.intersection(op.operands):
        raise ValueError(f"op {op.name}: operand names {sorted(clash)} are taken in the generated function")
    reads = [f"{name} = register[r_{name}, j]" for name in op.operands if name != TABLE]
    function = op.expression.partition("(")[0]
    if function not in TWO_PASSES:
        lines += _pass([*reads, f"register[out, j] = {op.expression}"])
    else:
        lines += _pass([*reads, f"register[out, j] = {op.expression.replace(function, TWO_PASSES[function])}"])
        rare = [f"    {line}" for line in [*reads, f"register[out, j] = {op.expression}"]]
        lines += _pass(["if register[out, j] == UNSETTLED:", *rare])
    return "\n".join(lines) + "\n"


def _pass(body: list[str]) -> list[str]:
    """A loop over the lanes."""
    return ["            for j in range(BLOCK):", *(f"                {line}" for line in body)]


def dispatch_source() -> str:
    """The text of ``_dispatch.py`` for the op table as it stands."""
    body = "".join(_loop(code, op) for code, op in enumerate(OPS.values()))
    header = HEADER
    for name in IMPORTED:
        if not re.search(rf"\b{name}\b", body):
            header = _without(header, name)
    return header + body


def _without(header: str, name: str) -> str:
    """The header without the import of a name that no expression uses."""
    header = re.sub(rf"^from \S+ import (?:\S+ as )?{name}\n", "", header, flags=re.MULTILINE)
    return re.sub(rf"\b{name}, |, {name}\b", "", header)


if __name__ == "__main__":
    TARGET.write_text(dispatch_source(), encoding="utf-8")
