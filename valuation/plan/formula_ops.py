"""Every op of a plan as a spreadsheet formula, beside its kernel and its NumPy form.

The ops of a path and month come from the kernel's own expression; those of the time axis are written by hand, for what
they call (the calendar) has functions of its own in a spreadsheet. All functions exist since Excel 2003; none is
volatile or an array formula.

Right for dates from 1 March 1900 on, from which Excel and LibreOffice count days alike. A date of 0 means "no date".
The ops that meet one, ``year_end_of``, ``put_off``, ``date_if`` and ``position_at_end``, never take its year, month or
day, for it is 30 December 1899 to LibreOffice and the engine but "0 January 1900" to Excel; in the other forms that
take a part of a date these programs differ for a 0, without an error.

Other limits, each a matter of the spreadsheet: an argument of ``EXP`` up to 709, a positive one of ``LN``, a rate above
-1; whole months in ``EDATE`` and ``EOMONTH``; the dates of a ``curve`` and of ``steps`` ascend; two numbers that agree
in 15 digits are equal in a comparison; ``MIN`` and ``MAX`` overlook a text ("n/a") in a cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from valuation.errors import PlanError
from valuation.kernel.opcodes import DRAWS, OPS
from valuation.plan.formula_form import NOT_A_NUMBER, excel_form
from valuation.plan.timeops import TIME_OPS


class NoFormulaForm(PlanError):
    """An op that no spreadsheet formula can stand for; its value is stored instead.

    Parameters
    ----------
    op : the op, also an attribute; ``reason`` says why it has none.
    """

    def __init__(self, op: str) -> None:
        self.op, self.reason = op, WITHOUT_FORM[op]
        super().__init__(f"the op {op!r} has no formula: {self.reason}")


WITHOUT_FORM: dict[str, str] = {
    **dict.fromkeys(DRAWS, "it draws a random number of its path"),
    "poisson": "it counts arrivals by adding up probabilities until a random number is reached",
    "binomial": "it counts departures by adding up probabilities until a random number is reached",
    "lookup": "it interpolates a law that was tabulated for this run by cubics",
    "lookup_2d": "it interpolates a law that was tabulated for this run by cubics in two directions",
}
"""Ops without a formula, with the reason."""

_MONTH = "{first_month}+{t}"
_POSITION = "12*YEAR({date})+MONTH({date})-1-{first_month}"
_NO_POSITION = "22799-{first_month}+30/31"
_DAYS = "DAY(EOMONTH({date},0))"
_MONTHS = "12*(YEAR({at})-YEAR({start}))+MONTH({at})-MONTH({start})"
_COMPLETED = f"MAX(0,{_MONTHS}-IF(DAY({{at}})<MIN(DAY({{start}}),DAY(EOMONTH({{at}},0))),1,0))"

TIME_FORMS: dict[str, str] = {
    "month_start": f"DATE(INT(({_MONTH})/12),MOD({_MONTH},12)+1,1)",
    "month_end": f"DATE(INT(({_MONTH})/12),MOD({_MONTH},12)+2,1)-1",
    "calendar_year": "YEAR({date})",
    "calendar_month": "MONTH({date})",
    "hours": "24*({end}-{start}+1)",
    "year_end_of": "IF({date}>0,DATE(YEAR({date}),12,31),{date})",
    "edate": "EDATE({date},{months})",
    "add_days": "{date}+{days}",
    "eomonth": "EOMONTH({date},{months})",
    "position_at_start": f"{_POSITION}+(DAY({{date}})-1)/{_DAYS}",
    "position_at_end": f"IF({{date}}>0,{_POSITION}+DAY({{date}})/{_DAYS},{_NO_POSITION})",
    "clip": "MIN(MAX({x},{low}),{high})",
    "whole_years": f"INT({_COMPLETED}/12)",
    "steps_completed": f"INT({_COMPLETED}/{{months}})*{{months}}/12",
    "months_between": _MONTHS,
    "asinh": "SIGN({x})*LN(ABS({x})+SQRT({x}*{x}+1))",
    "square_root": "SQRT({x})",
    "normal_quantile": "NORMSINV({probability})",
    "escalate": "(1+{rate})^{years}",
    "discount": "(1+{rate})^(({base}-{date})/365)",
    "discount_years": "(1+{rate})^(YEAR({base})-YEAR({date}))",
    "curve": "INDEX({values},MATCH(MAX({date},INDEX({dates},1)),{dates},1))",
    "steps": "IF({date}<INDEX({dates},1),0,INDEX({values},MATCH({date},{dates},1)))",
    "month_value": "INDEX({values},{month})",
    "is_month": "IF(MONTH({date})={month},1,0)",
    "from_date": "IF({date}>={limit},1,0)",
    "between": "IF(AND({date}>={first},{date}<={last}),1,0)",
    "put_off": "IF({date}>0,EDATE({date},{months})+{days},0)",
    "date_if": "IF({flag}>0,{date},0)",
    "day_of_year": "MIN(DATE({year},{month},{day}),DATE({year},{month}+1,1)-1)",
    "every": "IF(AND({n}>0,MOD({n},{step})=0),1,0)",
    "convert": "{x}*{factor}",
}
"""Formula of each op of the time axis, in which an operand stands in braces."""


def formula(op: str, arguments: Sequence[str]) -> str:
    """The formula of an op, without ``=``.

    Parameters
    ----------
    op : of a row of a plan.
    arguments : text of each argument in the op's order: a cell, a range, a defined name, a number, a call or anything
        in brackets; one that begins with a minus counts as its negative. A table's column is a range.

    Raises
    ------
    NoFormulaForm
        For an op of ``WITHOUT_FORM``.
    PlanError
        For an unknown op, or another number of arguments than it has.
    """
    if op in WITHOUT_FORM:
        raise NoFormulaForm(op)
    if op == "sum" and arguments:
        return _sum(arguments)
    if op == "prod" and arguments:
        return "*".join([arguments[0], *(_atom(each) for each in arguments[1:])])
    if op == "pick" and len(arguments) % 2 == 1 and len(arguments) > 1:
        return _pick(arguments)
    if op in OPS:
        return excel_form(OPS[op].expression, named_operands(op, OPS[op].operands, arguments))
    if op in TIME_FORMS:
        named = named_operands(op, TIME_OPS[op][0], arguments)
        return re.sub(r"{(\w+)}", lambda found: _atom(named[found[1]]), TIME_FORMS[op])
    raise PlanError(f"no formula for the op {op!r} of {len(arguments)} arguments")


def named_operands(op: str, operands: Sequence[str], arguments: Sequence[str]) -> dict[str, str]:
    """The texts of an op's arguments by operand.

    Raises
    ------
    PlanError
        For another number of arguments than the op has operands.
    """
    if len(operands) != len(arguments):
        raise PlanError(f"the op {op!r} has {len(operands)} operands ({', '.join(operands)}), got {len(arguments)}")
    return dict(zip(operands, arguments, strict=True))


def _atom(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _sum(terms: Sequence[str]) -> str:
    """The terms with their signs; the sign of the first is a unary minus."""
    signed = "".join(term if term.startswith("-") else f"+{term}" for term in terms)
    return signed.removeprefix("+")


def _pick(arguments: Sequence[str]) -> str:
    """The result beside the value that the key equals; a text where it equals none, for the engine refuses that too
    and the last result would be a number that nobody asked for."""
    key, pairs = arguments[0], arguments[1:]
    chosen = NOT_A_NUMBER
    for at in range(len(pairs) - 2, -1, -2):
        chosen = f"IF({key}={_atom(pairs[at])},{pairs[at + 1]},{chosen})"
    return chosen
