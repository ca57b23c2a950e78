"""Spider and NPV tables: the inputs at several values over their ranges."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from valuation.appraisal.ranges import Ranged, on_whole
from valuation.studies.npv import Unchanged
from valuation.tables.sensitivity import NpvPoint, NpvTable, SpiderLine, TornadoBar

MOST = 8
"""Lines of a spider: the inputs with the widest swing of the base NPV."""


def spider(unchanged: Unchanged, inputs: Sequence[Ranged], bars: Sequence[TornadoBar]) -> tuple[SpiderLine, ...]:
    """Base NPV over the range of each input in % of its value, for those that move it most.

    A date, and a value of 0, have no percentage; they stand in the tornado only.

    Parameters
    ----------
    unchanged : with ``simulated=False``: only base NPVs are needed.
    """
    by_path = {one.path: one for one in inputs if one.unit != "date" and one.value != 0.0}
    moving = sorted((bar for bar in bars if bar.path in by_path and bar.base_swing > 0.0), key=lambda b: -b.base_swing)
    return tuple(_line(unchanged, by_path[bar.path]) for bar in moving[:MOST])


def _line(unchanged: Unchanged, one: Ranged) -> SpiderLine:
    points: dict[float, float] = {}
    for step in one.steps():
        at, npv = on_whole(one, step, lambda value: (value, _base(unchanged, one, value)))
        points[at / one.value] = npv
    return SpiderLine(one.path, one.label, tuple(sorted(points.items())))


def _base(unchanged: Unchanged, one: Ranged, value: float) -> float:
    return unchanged.base_npv if value == one.value else unchanged.point(one.changes(value), "").base


def npv_table(unchanged: Unchanged, inputs: Sequence[Ranged], done: Callable[[], None]) -> NpvTable:
    """The NPV at five values of one input, or of two against each other.

    Raises
    ------
    SpecError : a value, or a pair of values, that the contract does not take.
    """
    rows = _values(unchanged, inputs[0])
    columns = _values(unchanged, inputs[1]) if len(inputs) > 1 else (None,)

    def cell(row: float, column: float | None) -> NpvPoint:
        changes = inputs[0].changes(row)
        if column is not None:
            changes |= inputs[1].changes(column)
        shown = ", ".join(changes.values())
        same = row == inputs[0].value and column in (None, inputs[-1].value)
        point = unchanged.as_it_stands_at(shown) if same else unchanged.point(changes, shown)
        done()
        return point

    return NpvTable(
        paths=tuple(one.path for one in inputs),
        rows=tuple(inputs[0].text(row) for row in rows),
        columns=tuple(inputs[1].text(column) for column in columns if column is not None) if len(inputs) > 1 else (),
        cells=tuple(tuple(cell(row, column) for column in columns) for row in rows),
    )


def _values(unchanged: Unchanged, one: Ranged) -> tuple[float, ...]:
    """Five values that the contract takes: whole ones where it takes no others."""

    def taken(at: float) -> float:
        unchanged.trials.contract(one.changes(at))
        return at

    return tuple(dict.fromkeys(on_whole(one, step, taken) for step in one.steps()))
