"""An expression of the op table as the text of a spreadsheet formula, by its syntax tree.

Brackets stand only where the spreadsheet's precedence needs them. It differs from Python's in two places: the unary
minus binds tighter than ``^`` (``-2^2`` is 4) and ``^`` groups from the left. A group on the right of an operator of
the same rank keeps its brackets, so that sums round in the same order. What begins with a minus is bracketed on the
right of an operator: ``2*(-3)``.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import NamedTuple

from valuation.errors import PlanError

NOT_A_NUMBER = '"n/a"'
"""What a cell shows where the engine has not-a-number: a text, for no cell may hold an error."""

COMPARED, ADDED, MULTIPLIED, RAISED, NEGATED, ATOM = range(6)
"""How tightly a piece of text holds together, loosest first."""

_ARITHMETIC: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", ADDED),
    ast.Sub: ("-", ADDED),
    ast.Mult: ("*", MULTIPLIED),
    ast.Div: ("/", MULTIPLIED),
    ast.Pow: ("^", RAISED),
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "=",
    ast.NotEq: "<>",
}
_FUNCTIONS = {
    "min": "MIN",
    "max": "MAX",
    "abs": "ABS",
    "exp": "EXP",
    "log": "LN",
    "normal_probability": "NORMSDIST",
    "inverse_normal": "NORMSINV",
}


class _Text(NamedTuple):
    text: str
    rank: int


def excel_number(x: float) -> str:
    """A number as a formula writes it: every digit, a point, a capital E (``1E-06``), no ``.0``.

    Raises
    ------
    PlanError
        For infinity and not-a-number, which no formula can hold.
    """
    if not math.isfinite(x):
        raise PlanError(f"a formula cannot hold the number {x}")
    return repr(float(x) + 0.0).removesuffix(".0").upper()


def excel_form(expression: str, arguments: Mapping[str, str]) -> str:
    """The formula, without ``=``, of a Python expression.

    Parameters
    ----------
    expression : ``+ - * / ** %``, comparisons, ``and``, ``or``, ``not``, ``a if c else b``, ``min``, ``max``, ``abs``,
        ``exp``, ``log``, ``nan``, numbers.
    arguments : text of each name: a reference, a defined name, a number, a call or anything in brackets; one that
        begins with a minus counts as its negative.

    Raises
    ------
    PlanError
        For a part of the expression that has no form in a spreadsheet.
    """
    return _form(ast.parse(expression, mode="eval").body, arguments).text


def _form(node: ast.expr, arguments: Mapping[str, str]) -> _Text:
    def form(inner: ast.expr) -> _Text:
        return _form(inner, arguments)

    def call(function: str, *inner: ast.expr) -> _Text:
        return _Text(f"{function}({','.join(form(one).text for one in inner)})", ATOM)

    match node:
        case ast.Name(id="nan"):
            return _Text(NOT_A_NUMBER, ATOM)
        case ast.Name(id=name) if name in arguments:
            text = arguments[name]
            return _Text(text, NEGATED if text.startswith("-") else ATOM)
        case ast.Constant(value=int() | float() as value):
            return _Text(excel_number(value), ATOM)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _Text(f"-{_within(form(operand), ATOM)}", NEGATED)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return call("NOT", operand)
        case ast.BinOp(op=ast.Mod(), left=left, right=right):
            return call("MOD", left, right)
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _ARITHMETIC:
            symbol, rank = _ARITHMETIC[type(op)]
            return _joined(form(left), symbol, form(right), rank)
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [form(left), *map(form, others)]
            each = [
                _joined(a, _COMPARISONS[type(op)], b, COMPARED)
                for a, op, b in zip(sides, ops, sides[1:], strict=False)
                if type(op) in _COMPARISONS
            ]
            if len(each) == len(ops):
                return each[0] if len(each) == 1 else _Text(f"AND({','.join(one.text for one in each)})", ATOM)
        case ast.BoolOp(op=ast.And(), values=values):
            return call("AND", *values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return call("OR", *values)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            extreme = _extreme(test, body, orelse)
            return call(extreme, body, orelse) if extreme else call("IF", test, body, orelse)
        case ast.Call(func=ast.Name(id=function), args=args) if function in _FUNCTIONS:
            return call(_FUNCTIONS[function], *args)
    raise PlanError(f"no formula for {ast.unparse(node)!r}")


def _extreme(test: ast.expr, body: ast.expr, orelse: ast.expr) -> str:
    """The function that ``a if a < b else b``, or the same with ``>``, is; empty for another choice."""
    match test:
        case ast.Compare(left=left, ops=[ast.Lt() | ast.Gt() as op], comparators=[right]):
            if (ast.dump(left), ast.dump(right)) == (ast.dump(body), ast.dump(orelse)):
                return "MIN" if isinstance(op, ast.Lt) else "MAX"
    return ""


def _within(part: _Text, rank: int) -> str:
    """A part as an operand of something of a rank, in brackets where it holds together less."""
    return f"({part.text})" if part.rank < rank else part.text


def _joined(left: _Text, symbol: str, right: _Text, rank: int) -> _Text:
    """Two parts around an operator; a minus in front of either side of ``^``, or of a right side, stands in
    brackets."""
    before = f"({left.text})" if rank == RAISED and left.rank == NEGATED else _within(left, rank)
    if rank == COMPARED and left.rank == COMPARED:
        before = f"({left.text})"
    after = f"({right.text})" if right.text.startswith("-") else _within(right, rank + 1)
    return _Text(f"{before}{symbol}{after}", rank)
