"""The formula of every op, computed by other programs, against the engine and against NumPy."""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from recalculation import convert, recalculate, values_of

from valuation import timeline
from valuation.errors import PlanError
from valuation.kernel.opcodes import DRAWS, OPS, VARIADIC
from valuation.plan.formula_form import excel_form, excel_number
from valuation.plan.formula_ops import WITHOUT_FORM, NoFormulaForm, formula
from valuation.plan.reference_ops import NUMPY
from valuation.plan.timeops import TIME_OPS


def loaded(name: str, folder: str) -> ModuleType:
    """A module beside these tests, by its path: tests are not a package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / folder / f"{name}.py")
    assert spec is not None and spec.loader is not None
    if name not in sys.modules:
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


made = loaded("formula_cases", "report")
Case = made.Case


@cache
def of_ops() -> list[Any]:
    return made.cases(loaded("random_plan_factory", "properties").DOMAIN)


@cache
def of_expressions() -> list[Any]:
    return made.expressions(400)


def number(cell: object) -> float:
    """A cell's number; a date as its serial, "n/a" as not-a-number."""
    if isinstance(cell, dt.datetime):
        return timeline.serial(cell.date())
    if isinstance(cell, dt.time):  # how a date of 0 is read back
        return 0.0
    assert isinstance(cell, int | float | str)
    return math.nan if cell == "n/a" else float(cell)


def differences(recalculated: bytes) -> list[str]:
    """Cases whose value another program finds beyond 1e-12 of it, or of 1."""
    sheet = values_of(recalculated).worksheets[0]
    found = []
    for row, one in enumerate([*of_ops(), *of_expressions()], 1):
        got = number(sheet.cell(row, 1).value)
        near = 1e-12 if isinstance(one, Case) else 1e-9
        same = math.isnan(got) if math.isnan(one.value) else abs(got - one.value) <= near * max(1.0, abs(one.value))
        if not same:
            found.append(f"{one}: {one.value!r}, got {got!r}")
    return found


def test_every_op_has_a_formula_or_a_reason() -> None:
    tried = {case.op for case in of_ops()}
    every = {*OPS, *DRAWS, *VARIADIC, *TIME_OPS, "pick"}
    assert tried | set(WITHOUT_FORM) == every
    assert not tried & set(WITHOUT_FORM)
    for op, reason in WITHOUT_FORM.items():
        with pytest.raises(NoFormulaForm, match=op) as refused:
            formula(op, ["A1"] * 3)
        assert refused.value.reason == reason


def test_formualizer_finds_the_engines_values(tmp_path: Path) -> None:
    assert differences(recalculate(made.workbook(of_ops(), of_expressions()), tmp_path)) == []


@pytest.mark.slow
def test_libreoffice_finds_the_engines_values(tmp_path: Path) -> None:
    assert differences(convert(made.workbook(of_ops(), of_expressions()), "xlsx", tmp_path)) == []


def test_numpy_finds_the_engines_values() -> None:
    for case in of_ops():
        if case.op in NUMPY and case.op not in VARIADIC:
            got = float(NUMPY[case.op](*map(np.float64, case.arguments)))
            largest = max(1.0, *(abs(x) for x in case.arguments if abs(x) < 1e9))
            assert got == pytest.approx(case.value, rel=1e-12, abs=1e-15 * largest, nan_ok=True), case


@pytest.mark.parametrize(
    ("expression", "form"),
    [
        ("-a ** 2", "-(A1^2)"),
        ("(-a) ** 2", "(-A1)^2"),
        ("a ** b ** c", "A1^(B1^C1)"),
        ("(a ** b) ** c", "A1^B1^C1"),
        ("a - (b - c)", "A1-(B1-C1)"),
        ("a - b - c", "A1-B1-C1"),
        ("a / (b * c)", "A1/(B1*C1)"),
        ("(a + b) * c", "(A1+B1)*C1"),
        ("a * -2.0", "A1*(-2)"),
        ("-(a + b)", "-(A1+B1)"),
        ("a if a < b else b", "MIN(A1,B1)"),
        ("a if a > b else b", "MAX(A1,B1)"),
        ("b if a < b else a", "IF(A1<B1,B1,A1)"),
        ("1.0 if a >= b and a < c else nan", 'IF(AND(A1>=B1,A1<C1),1,"n/a")'),
        ("a if b < 1.0e9 else 0.0", "IF(B1<1000000000,A1,0)"),
        ("log(a) % 12", "MOD(LN(A1),12)"),
    ],
)
def test_brackets_stand_where_precedence_needs_them(expression: str, form: str) -> None:
    assert excel_form(expression, {"a": "A1", "b": "B1", "c": "C1"}) == form


@pytest.mark.parametrize(
    ("op", "arguments", "form"),
    [
        ("sum", ["-A1", "B1", "-(C1*D1)"], "-A1+B1-(C1*D1)"),
        ("sum", ["A1", "-2.5"], "A1-2.5"),
        ("prod", ["A1", "-2.5"], "A1*(-2.5)"),
        ("shortfall", ["A1", "-3"], "A1*MAX(-(-3),0)"),
        ("take_or_pay", ["in_use", "in_share", "F9"], "MAX(in_use,in_share)*F9"),
        ("month_end", ["in_first_month", "F4"], "DATE(INT((in_first_month+F4)/12),MOD(in_first_month+F4,12)+2,1)-1"),
        ("pick", ["A1", "28", "B1", "31", "C1"], 'IF(A1=28,B1,IF(A1=31,C1,"n/a"))'),
    ],
)
def test_formulas_as_a_reader_sees_them(op: str, arguments: list[str], form: str) -> None:
    assert formula(op, arguments) == form


@pytest.mark.parametrize(
    ("op", "arguments"), [("mul", ["A1"]), ("pick", ["A1", "B1"]), ("edate", []), ("nonsense", [])]
)
def test_another_number_of_arguments_is_refused(op: str, arguments: list[str]) -> None:
    with pytest.raises(PlanError, match=op):
        formula(op, arguments)


def test_numbers_are_written_with_all_digits() -> None:
    texts = [excel_number(x) for x in (1e9, 0.1 + 0.2, 1e-6, -2.5, -0.0, 1e22, 3)]
    assert texts == ["1000000000", "0.30000000000000004", "1E-06", "-2.5", "0", "1E+22", "3"]
    with pytest.raises(PlanError, match="inf"):
        excel_number(math.inf)
