"""A plan as a readable program, and back. The text without its comments is what the digest is taken over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from valuation.errors import PlanError
from valuation.plan.laws import parse_law
from valuation.plan.layout import COLUMN, day_of, laid_out, table_lines
from valuation.plan.model import Argument, Input, Measure, Origin, Payment, Plan, Record, Row, Table
from valuation.plan.timeops import DISCOUNT_OPS
from valuation.timeline import YearCount

_COMMENT = "  # "
_NAME = r"[\w.:/\-]+"
_STATEMENT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|(?!  # )[^"])*')
_ROW = re.compile(
    rf"(scalar|start|month) ({_NAME}) = (\w+)\((.*?)\)(?: opening (\S+))?(?: base (\S+))?(?: stream (\".*\"))?$"
)


def program_text(plan: Plan) -> str:
    """The program alone, one statement a line: what is computed, without labels and provenance."""
    return "\n".join(line for line, _ in _statements(plan)) + "\n"


def explain_text(plan: Plan) -> str:
    """The program with units, labels, status, source and notes as comments, under the headings of its sections.

    Long statements and comments go on in indented lines.
    """
    statements = _statements(plan)
    column = min(COLUMN, max(len(line) for line, _ in statements))
    tables = {f"table {table.name}": table for table in plan.tables}
    lines: list[str] = []
    section = ""
    for line, (heading, comment) in statements:
        if heading and heading != section:
            lines += ["", f"{_COMMENT.strip()} --- {_one_line(heading)} ---"]
            section = heading
        table = tables.get(line.partition(":")[0])
        lines += laid_out(line, comment, column) if table is None else table_lines(line, table, comment, column)
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return repr(float(value))


def _column(table: Table, values: tuple[float, ...]) -> str:
    """Numbers of a column; of a law its name and what settles it."""
    return " ".join(map(_number, values)) if table.law is None else table.law.text


def _argument(value: Argument) -> str:
    return value if isinstance(value, str) else _number(value)


def _provenance(unit: str, label: str, origin: Origin) -> str:
    span = ""
    if origin.low is not None and origin.high is not None:
        span = f"range {_bound(origin.low, unit)} to {_bound(origin.high, unit)}"
    parts = (f"[{unit}]" if unit else "", label, origin.status, origin.source, span, origin.note)
    return _one_line("; ".join(part for part in parts if part))


def _bound(value: float, unit: str) -> str:
    """An end of a range: a date as such, a number in six digits."""
    return (day_of(value) if unit == "date" else "") or f"{value:g}"


def _units(table: Table) -> str:
    """The units of the columns, a dash for one without; none at all where no column has one."""
    return ", ".join(unit or "-" for unit in table.units) if any(table.units) else ""


def _dated(item: Input) -> str:
    """`2027-03-15; ` of an input that is a date, which the program has as a serial number."""
    day = day_of(item.value) if item.unit == "date" else ""
    return f"{day}; " if day else ""


def _one_line(text: str) -> str:
    """A person's words, which may have several lines, as a comment of one."""
    return " ".join(text.split())


def _statements(plan: Plan) -> list[tuple[str, tuple[str, str]]]:
    out: list[tuple[str, tuple[str, str]]] = [
        (f"plan {json.dumps(plan.name)} view {json.dumps(plan.view)} currency {plan.currency}", ("", "")),
        (
            f"grid first_month {plan.first_month} months {plan.months} first_period {plan.first_period}"
            f" valuation {_number(plan.valuation)}"
            + (f" year_count {plan.year_count}" if plan.year_count != "days" else ""),
            (
                "",
                f"month 0 is {plan.first_month // 12}-{plan.first_month % 12 + 1:02}"
                + (f", valuation on {day}" if (day := day_of(plan.valuation)) else ""),
            ),
        ),
    ]
    for item in plan.inputs:
        out.append(
            (
                f"input {item.name} = {_number(item.value)}",
                (item.section, _dated(item) + _provenance(item.unit, item.label, item.origin)),
            )
        )
    for table in plan.tables:
        columns = " | ".join(f"{name} = {_column(table, values)}" for name, values in table.columns)
        out.append(
            (
                f"table {table.name}: {columns}",
                (table.section, _provenance(_units(table), table.label, table.origin)),
            )
        )
    for row in plan.rows:
        line = f"{row.axis} {row.name} = {row.op}({', '.join(map(_argument, row.args))})"
        if row.opening != 0.0:
            line += f" opening {_argument(row.opening)}"
        if row.base is not None:
            line += f" base {_argument(row.base)}"
        if row.stream:
            line += f" stream {json.dumps(row.stream)}"
        out.append((line, (row.section, _provenance(row.unit, row.label, Origin(note=row.note, source=row.source)))))
    for payment in plan.payments:
        out.append((f"pay {payment.row} on {payment.date} sign {payment.sign:+d} book {payment.book}", ("Cash", "")))
    for measure in plan.measures:
        read = ", ".join((measure.book, *measure.rates))
        out.append((f"measure {measure.name} = {measure.kind}({read})", ("Measures", "")))
    for record in plan.records:
        out.append((f"record {record.kind} {record.name} = {record.row}", ("Records", "")))
    return out


def parse_program(text: str) -> Plan:
    """Reads ``program_text`` or ``explain_text`` back. Labels and provenance are not part of the program and stay
    empty."""
    plan: dict[str, object] = {}
    inputs: list[Input] = []
    tables: list[Table] = []
    rows: list[Row] = []
    payments: list[Payment] = []
    measures: list[Measure] = []
    records: list[Record] = []
    for number, line in _whole_statements(text):
        word, _, rest = line.partition(" ")
        try:
            if word == "plan":
                name, at = json.JSONDecoder().raw_decode(rest)
                view, end = json.JSONDecoder().raw_decode(rest[at:].removeprefix(" view "))
                plan |= {"name": name, "view": view, "currency": rest.rsplit(" ", 1)[1]}
            elif word == "grid":
                words = rest.split()
                pairs = dict(zip(words[::2], words[1::2], strict=True))
                plan |= {key: int(pairs[key]) for key in ("first_month", "months", "first_period")}
                plan["valuation"] = float(pairs["valuation"])
                plan["year_count"] = _year_count(pairs.get("year_count", "days"))
            elif word == "input":
                name, value = rest.split(" = ")
                inputs.append(Input(name, float(value), ""))
            elif word == "table":
                name, colon, body = rest.partition(": ")
                if not colon:
                    raise ValueError("a table without columns")
                columns = [
                    part.split(" = ") if " = " in part else [part.removesuffix(" ="), ""] for part in body.split(" | ")
                ]
                law = parse_law(columns[0][1])
                made = tuple(
                    (column, tuple(map(float, values.split())) if law is None else law.values)
                    for column, values in columns
                )
                tables.append(Table(name, made, ("",) * len(made), law=law))
            elif word in ("scalar", "start", "month"):
                rows.append(_row(line))
            elif word == "pay":
                row, _, date, _, sign, _, book = rest.split()
                payments.append(Payment(row, date, int(sign), book))  # type: ignore[arg-type]
            elif word == "measure":
                found = re.fullmatch(r"(\S+) = (\w+)\((\w+)(?:, ([^\s,]+))?(?:, ([^\s,]+))?\)", rest)
                measures.append(Measure(*found.groups("")))  # type: ignore[union-attr]
            elif word == "record":
                kind, name, _, row = rest.split()
                records.append(Record(name, row, kind))  # type: ignore[arg-type]
            else:
                raise ValueError(f"unknown statement {word!r}")
        except (ValueError, AttributeError, KeyError) as error:
            raise PlanError(f"line {number} of the program: {error}: {line}") from error
    return Plan(
        **plan,  # type: ignore[arg-type]
        inputs=tuple(inputs),
        tables=tuple(tables),
        rows=tuple(rows),
        payments=tuple(payments),
        measures=tuple(measures),
        records=tuple(records),
    )


def _year_count(word: str) -> YearCount:
    if word not in DISCOUNT_OPS:
        raise ValueError(f"unknown count of years {word!r}")
    return word


def _whole_statements(text: str) -> Iterator[tuple[int, str]]:
    """Every statement without its comments on one line, and the number of the line where it begins."""
    begun, statement = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw).rstrip()
        if not line.strip() or line.startswith("#"):
            continue
        if statement and line.startswith(" "):
            statement = f"{statement} {line.strip()}"
            continue
        if statement:
            yield begun, statement
        begun, statement = number, line.strip()
    if statement:
        yield begun, statement


def _without_comment(line: str) -> str:
    """A statement without what stands behind a # outside of quotes."""
    found = _STATEMENT.match(line)
    return line if found is None else found.group()


def _row(line: str) -> Row:
    found = _ROW.match(line)
    if found is None:
        raise ValueError("not a row")
    axis, name, op, args, opening, base, stream = found.groups()
    return Row(
        name,
        axis,  # type: ignore[arg-type]
        op,
        tuple(_read(word) for word in args.split(", ")) if args else (),
        opening=_read(opening) if opening else 0.0,
        base=_read(base) if base else None,
        stream=json.loads(stream) if stream else "",
    )


def _read(word: str) -> Argument:
    try:
        return float(word)
    except ValueError:
        return word
