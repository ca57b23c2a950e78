"""Every op: its value by hand, and the same bits compiled, side by side, and in plain Python."""

import math

import numpy as np
import pytest

from valuation.kernel import _dispatch
from valuation.kernel.arrays import BLOCK
from valuation.kernel.generate import TARGET, dispatch_source
from valuation.kernel.opcodes import CODES, NEVER, OPS, TABLE
from valuation.kernel.twin import TWINS

LINE = (0.0, 2.0, 6.0, *(2.0 * (k / 2.0) - 3.0 for k in range(6)))
"""2x − 3 at 0, ½, … 2½; read between ½ and 2."""
PLANE = (0.0, 2.0, 6.0, -1.0, 4.0, 9.0, *((k / 2.0) * (j / 4.0 - 1.0) for k in range(6) for j in range(9)))
"""xy at 0, ½, … 2½ and −1, −¾, … 1."""

BY_HAND = [
    ("set", (3.0,), 3.0),
    ("add", (3.0, 4.0), 7.0),
    ("sub", (3.0, 4.0), -1.0),
    ("mul", (3.0, 4.0), 12.0),
    ("mul_add", (3.0, 4.0, 5.0), 17.0),
    ("divide", (3.0, 4.0), 0.75),
    ("divide", (3.0, 0.0), math.inf),
    ("divide", (-3.0, 0.0), -math.inf),
    ("ratio", (3.0, 4.0), 0.75),
    ("ratio", (3.0, 0.0), math.nan),
    ("lower_of", (3.0, 4.0), 3.0),
    ("higher_of", (3.0, 4.0), 4.0),
    ("select", (1.0, 3.0, 4.0), 3.0),
    ("select", (0.0, 3.0, 4.0), 4.0),
    ("below", (3.0, 4.0), 1.0),
    ("below", (4.0, 4.0), 0.0),
    ("above", (4.0, 3.0), 1.0),
    ("above", (4.0, 4.0), 0.0),
    ("equal", (4.0, 4.0), 1.0),
    ("equal", (4.0, 4.5), 0.0),
    ("opposite", (1.0,), 0.0),
    ("exp", (0.0,), 1.0),
    ("log", (1.0,), 0.0),
    ("exp_price", (0.0, 0.0), 1.0),
    ("exp_price", (0.1, 3.4), math.exp(3.5)),
    ("sinh_price", (0.2, 0.3, 10.0), 10.0 * math.sinh(0.5)),
    ("logistic", (0.2, 0.3), 1.0 / (1.0 + math.exp(-0.5))),
    ("event_time", (NEVER, 0.2, 0.6, 0.3, 10.0, 11.0), 10.25),
    ("event_time", (NEVER, 0.2, 0.6, 0.7, 10.0, 11.0), NEVER),
    ("event_time", (NEVER, 0.2, 0.2, 0.1, 10.0, 11.0), NEVER),
    ("event_time", (7.5, 0.2, 0.6, 0.3, 10.0, 11.0), 7.5),
    ("pick_first", (3.0, 3.0, 1.0, 2.0), 1.0),
    ("pick_first", (3.5, 3.0, 1.0, 2.0), 2.0),
    ("span", (10.25, 10.0, 11.0), 0.25),
    ("span", (NEVER, 10.0, 10.5), 0.5),
    ("span", (9.0, 10.0, 11.0), 0.0),
    ("falls_in", (10.0, 10.0, 11.0), 1.0),
    ("falls_in", (11.0, 10.0, 11.0), 0.0),
    ("take_or_pay", (0.9, 0.7, 100.0), 90.0),
    ("take_or_pay", (0.5, 0.7, 100.0), 70.0),
    ("blend", (0.25, 40.0, 60.0), 55.0),
    ("year_to_date", (5.0, 7.0, 0.0), 12.0),
    ("year_to_date", (5.0, 7.0, 1.0), 5.0),
    ("loss_used", (1.0, 30.0, 20.0), 20.0),
    ("loss_used", (1.0, -30.0, 20.0), 0.0),
    ("loss_used", (0.0, 30.0, 20.0), 0.0),
    ("loss_pool", (20.0, 5.0, 1.0, -30.0), 45.0),
    ("loss_pool", (20.0, 5.0, 1.0, 30.0), 15.0),
    ("tax", (0.22, 1.0, 100.0, 50.0), 11.0),
    ("tax", (0.22, 1.0, -100.0, 0.0), 0.0),
    ("pay_down", (1.0, 30.0, 20.0), 20.0),
    ("pay_down", (1.0, 10.0, 20.0), 10.0),
    ("pay_down", (1.0, 10.0, -20.0), 0.0),
    ("pay_down", (1.0, -10.0, 20.0), 0.0),
    ("pay_down", (0.0, 10.0, 20.0), 0.0),
    ("behind", (1.0, 2.0, 30.0, 25.0), 7.0),
    ("behind", (1.0, 2.0, -30.0, 0.0), 2.0),
    ("behind", (0.0, 2.0, 30.0, 25.0), 0.0),
    ("shortfall", (1.0, -3.0), 3.0),
    ("shortfall", (1.0, 3.0), 0.0),
    ("shortfall", (0.0, -3.0), 0.0),
    ("hold_back", (5.0, 3.0), 3.0),
    ("hold_back", (2.0, 3.0), 2.0),
    ("hold_back", (-2.0, 3.0), 0.0),
    ("in_a_row", (1.0, 0.5, 0.1, 2.0), 3.0),
    ("in_a_row", (1.0, 0.1, 0.1, 2.0), 0.0),
    ("in_a_row", (0.0, 0.5, 0.1, 2.0), 2.0),
    ("cover", (1.0, 3.0, 2.0), 1.5),
    ("cover", (1.0, 3.0, 0.0), NEVER),
    ("cover", (0.0, 3.0, 2.0), NEVER),
    ("release", (1.0, 5.0, 0.0, 0.0), 5.0),
    ("release", (1.0, 5.0, 0.1, 0.1), 5.0),
    ("release", (1.0, 5.0, 0.1, 0.0), 0.0),
    ("release", (1.0, -5.0, 0.0, 0.0), 0.0),
    ("release", (0.0, 5.0, 0.0, 0.0), 0.0),
    ("normal_probability", (0.0,), 0.5),
    ("normal_probability", (40.0,), 1.0),
    ("poisson", (0.5, 0.4), 0.0),
    ("poisson", (0.99, 0.4), 2.0),
    ("binomial", (0.5, 20.0, 0.02), 0.0),
    ("binomial", (0.99, 20.0, 0.02), 2.0),
    ("lookup", (1.75, LINE), 2.0 * 1.75 - 3.0),
    ("lookup", (0.5, LINE), -2.0),  # where the nodes with two neighbours end
    ("lookup", (99.0, LINE), 1.0),
    ("lookup_2d", (1.25, 0.6, PLANE), 1.25 * 0.6),
    ("lookup_2d", (math.nan, 0.6, PLANE), math.nan),
]


def test_dispatch_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == dispatch_source(), "run python -m valuation.kernel.generate"


def test_every_op_has_a_value_by_hand() -> None:
    assert {name for name, _, _ in BY_HAND} == set(OPS)


@pytest.mark.parametrize(("name", "operands", "expected"), BY_HAND)
def test_by_hand(name: str, operands: tuple[float, ...], expected: float) -> None:
    assert TWINS[name](*operands) == pytest.approx(expected, rel=1e-15, nan_ok=True)


def _operands(name: str, numbers: np.random.Generator) -> np.ndarray:
    """Operands [6, BLOCK] that meet every branch of the op."""
    values = numbers.normal(0.0, 2.0, (6, BLOCK))
    values[:, numbers.random(BLOCK) < 0.3] = numbers.integers(-1, 2, (6, 1))
    if name == "event_time":
        values[0] = np.where(numbers.random(BLOCK) < 0.5, NEVER, 3.0)
    if name in ("poisson", "binomial"):
        values[0] = (numbers.integers(0, 2**32, BLOCK) + 0.5) * 2.0**-32
        values[1] = (
            numbers.choice([0.0, 0.4, 2.0, 40.0], BLOCK) if name == "poisson" else numbers.integers(0, 30, BLOCK)
        )
        values[2] = numbers.choice([-0.1, 0.0, 0.02, 0.5, 1.0], BLOCK)
    values[:, :3] = 0.0, math.nan, math.inf
    return values


@pytest.mark.parametrize("name", list(OPS))
def test_compiled_gives_the_bits_of_the_plain_form(name: str) -> None:
    numbers = np.random.default_rng(CODES[name])
    op = OPS[name]
    for _ in range(4):
        register = np.vstack([_operands(name, numbers), np.zeros(BLOCK)])
        if name in ("poisson", "binomial"):
            register[:, :3] = 0.5
        table = np.array({"lookup": LINE, "lookup_2d": PLANE}.get(name, ()))
        args = [[6, *(0 if part == TABLE else k for k, part in enumerate(op.operands)), *range(len(op.operands), 6)]]
        with np.errstate(all="ignore"):  # with the compiler off NumPy would warn of infinity − infinity
            _dispatch.run_ops(np.array([CODES[name]]), np.array(args), np.ones((1, 1), np.uint8), 0, table, register)
        lanes = (register[: len(op.operands), j].tolist() for j in range(BLOCK))
        tables = [table.tolist() if part == TABLE else None for part in op.operands]
        every = ([x if t is None else t for x, t in zip(lane, tables, strict=True)] for lane in lanes)
        plain = np.array([TWINS[name](*operands) for operands in every])
        numbers_ = ~np.isnan(plain)
        assert np.array_equal(np.isnan(plain), np.isnan(register[6]))
        assert np.array_equal(plain[numbers_].view(np.int64), register[6][numbers_].view(np.int64))


def test_no_op_writes_into_the_names_of_the_generated_function() -> None:
    assert len(CODES) == len(OPS) <= 64
