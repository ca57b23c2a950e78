"""The op table: what a plan may do per path and month.

Each op is one expression over its operands. From it come the jitted block function (``_dispatch.py``, generated), the
plain Python twin that evaluates driver-free rows, and later the Excel form; the NumPy form in ``plan/reference.py``
is written apart. An expression uses ``+ - * /``, comparisons, ``a if c else b``, ``min``, ``max`` and the kernel's
own functions, never libm and never a fused multiply-add, so the twin and the compiled code give the same bits.

``units`` is the rule that the plan builder holds the declared units to:
    same       all operands (but the pure ones, marked ``1``) carry the row's unit
    product    the row's unit is the product of the operands' units
    ratio      first over second
    free       not checked beyond ``operand_units``
``operand_units`` gives each operand's unit: ``1`` dimensionless, ``=`` the row's unit, ``*`` any.

An operand named ``table`` is no register but a column of a plan's table; in the expression ``table`` is the run of all
of them and ``at`` the place where this one begins.
"""

from typing import NamedTuple

NEVER = 1.0e9
"""Month position of an event that does not happen."""


TABLE = "table"
"""Name of an operand that is a column of a table."""


class Op(NamedTuple):
    """One op: its operands in order, the arithmetic, and the rule for units."""

    name: str
    operands: tuple[str, ...]
    expression: str
    operand_units: tuple[str, ...]
    note: str = ""


def _op(name: str, operands: str, expression: str, units: str, note: str = "") -> Op:
    return Op(name, tuple(operands.split()), expression, tuple(units.split()), note)


_TABLE = (
    _op("set", "a", "a", "="),
    _op("add", "a b", "a + b", "= ="),
    _op("sub", "a b", "a - b", "= ="),
    _op("mul", "a b", "a * b", "* *"),
    _op("mul_add", "a b c", "a * b + c", "* * ="),
    _op("divide", "a b", "a / b", "* *", "the divisor is never 0 by construction"),
    _op("ratio", "a b", "a / b if b > 0.0 else nan", "* *", "not a number where there is nothing to divide by"),
    _op("lower_of", "a b", "a if a < b else b", "= ="),
    _op("higher_of", "a b", "a if a > b else b", "= ="),
    _op("select", "flag a b", "a if flag > 0.0 else b", "1 = ="),
    _op("below", "a b", "1.0 if a < b else 0.0", "* *"),
    _op("above", "a b", "1.0 if a > b else 0.0", "* *"),
    _op("equal", "a b", "1.0 if a == b else 0.0", "* *"),
    _op("opposite", "flag", "1.0 - flag", "1"),
    _op("exp", "a", "exp(a)", "1"),
    _op("log", "a", "log(a)", "*"),
    _op("exp_price", "x location", "exp(location + x)", "1 1", "price whose logarithm is Gaussian"),
    _op(
        "sinh_price",
        "x location scale",
        "scale * 0.5 * (exp(location + x) - exp(-(location + x)))",
        "1 1 =",
        "price whose asinh(price/scale) is Gaussian",
    ),
    _op("logistic", "x location", "1.0 / (1.0 + exp(-(location + x)))", "1 1"),
    _op(
        "event_time",
        "before hazard_before hazard threshold from_position to_position",
        "before if before < 1.0e9 else (from_position + (to_position - from_position) * (threshold - hazard_before)"
        " / (hazard - hazard_before) if hazard >= threshold and hazard > hazard_before else 1.0e9)",
        "= 1 1 1 = =",
        "month position at which the integrated hazard reaches its exponential; 1e9 = not yet",
    ),
    _op(
        "pick_first",
        "time_a time_b a b",
        "a if time_a <= time_b else b",
        "* * = =",
        "equal times: the first in the file",
    ),
    _op(
        "span",
        "stop from_position to_position",
        "max(0.0, min(stop, to_position) - from_position)",
        "* * *",
        "share of the month served before the stop",
    ),
    _op(
        "falls_in",
        "position from_position to_position",
        "1.0 if position >= from_position and position < to_position else 0.0",
        "* * *",
    ),
    _op("take_or_pay", "use share full", "(use if use > share else share) * full", "1 1 ="),
    _op("blend", "share fixed floating", "share * fixed + (1.0 - share) * floating", "1 = ="),
    _op("year_to_date", "x prev reset", "x if reset > 0.0 else prev + x", "= = 1"),
    _op("loss_used", "flag profit pool", "flag * min(pool, max(profit, 0.0))", "1 = ="),
    _op("loss_pool", "pool used flag profit", "pool - used + flag * max(-profit, 0.0)", "= = 1 ="),
    _op("tax", "rate flag profit used", "rate * flag * (max(profit, 0.0) - used)", "1 1 = ="),
    _op(
        "pay_down",
        "flag due pot",
        "flag * min(max(pot, 0.0), max(due, 0.0))",
        "1 = =",
        "what a pot of cash pays of a claim; replaces two higher_of, a lower_of and a mul",
    ),
    _op(
        "behind",
        "flag interest due paid",
        "flag * (interest + max(due, 0.0) - paid)",
        "1 = = =",
        "interest and principal left unpaid on a service date; replaces a higher_of, an add, a sub and a mul",
    ),
    _op("shortfall", "flag a", "flag * max(-a, 0.0)", "1 =", "replaces a sub, a higher_of and a mul"),
    _op("hold_back", "pot target", "max(0.0, min(pot, target))", "= =", "replaces a lower_of and a higher_of"),
    _op(
        "in_a_row",
        "flag amount least before",
        "(before + 1.0 if amount > least else 0.0) if flag > 0.0 else before",
        "1 * * 1",
        "dates in a row on which an amount passes a limit; replaces an add, an above, a mul and a select",
    ),
    _op(
        "cover",
        "flag cash service",
        "cash / service if flag > 0.0 and service > 0.0 else 1.0e9",
        "1 * *",
        "cover ratio on a service date, 1e9 where nothing is due; replaces a ratio and a select",
    ),
    _op(
        "release",
        "flag pot blocked limit",
        "flag * max(pot, 0.0) if blocked <= limit else 0.0",
        "1 = * *",
        "cash that may leave; replaces an above, a select, a higher_of and a mul",
    ),
    _op("normal_probability", "z", "normal_probability(z)", "1", "uniform of a normal; no other op has the tail"),
    _op("poisson", "u mean", "poisson_quantile(u, mean)", "1 1", "arrivals by inversion of one uniform"),
    _op("binomial", "u n p", "binomial_quantile(u, n, p)", "1 1 1", "departures by inversion of one uniform"),
    _op(
        "lookup",
        "x table",
        "interpolated(x, table, at)",
        "* *",
        "a law without a closed quantile, tabulated once; some ten of the other ops would only come near it",
    ),
    _op(
        "lookup_2d",
        "x y table",
        "interpolated_2d(x, y, table, at)",
        "* * *",
        "a step whose law depends on one state: its quantiles by state and normal, tabulated once",
    ),
)

OPS: dict[str, Op] = {op.name: op for op in _TABLE}
"""Every per-path op by name, in the order of their codes."""

CODES: dict[str, int] = {name: code for code, name in enumerate(OPS)}

DRAWS: tuple[str, ...] = ("draw_normal", "draw_uniform", "draw_exponential")
"""Ops that read the random stream named by the row: monthly on the month axis, once a path on the start axis."""

VARIADIC: tuple[str, ...] = ("sum", "prod")
"""Ops of any number of operands; ``-name`` subtracts in a sum. The assembler lowers them to add, sub and mul."""
