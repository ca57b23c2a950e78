"""`valuate template check`, `new` and `slots`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from valuation.messages import say
from valuation.report.template.check import as_json, checked, lines
from valuation.report.template.package import Unreadable
from valuation.report.template.read import read_template, unreadable
from valuation.report.template.slots import catalogue

NOT_FILLABLE = 1


def check(file: str, as_json_object: bool) -> int:
    """Prints what a template has; 0 when it can be filled, else 1."""
    try:
        report = checked(read_template(file))
    except Unreadable as error:
        problem = unreadable(file, error)
        if as_json_object:
            told = {"file": file, "fillable": False, "problems": [{"name": "", "message": problem.message}]}
            click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        say(problem.render(), err=True)
        return NOT_FILLABLE
    if as_json_object:
        click.echo(json.dumps(as_json(report), indent=1, ensure_ascii=False))
    else:
        for line in lines(report):
            say(line)
    for problem in report.template.problems:
        say(problem.render(), err=True)
    count = len(report.template.problems)
    if not as_json_object:
        verdict = "can be filled" if report.fillable else f"cannot be filled: {count} error{'s' if count > 1 else ''}"
        say(f"{file}: {verdict}")
    return 0 if report.fillable else NOT_FILLABLE


def new(out: str, force: bool) -> None:
    """Writes a template to begin with."""
    from valuation.command import CannotWrite, put_in_place
    from valuation.report.excel.starter import starter_bytes

    place = Path(out)
    if place.suffix.lower() != ".xlsx":
        raise CannotWrite(f"'{place}' is no name for a template: expected one that ends in .xlsx")
    if not place.parent.is_dir():
        raise CannotWrite(f"no folder '{place.parent}' to write '{place.name}' in")
    if place.is_dir() or (place.exists() and not force):
        raise CannotWrite(f"'{place}' exists; replace it with --force, or choose another name with --out")
    put_in_place(starter_bytes(), place)
    say(f"{place}: a template to begin with")
    say(f"Next: give it your look, then valuate template check {place}, valuate FILE --template {place}")


def slots(as_json_object: bool) -> None:
    """Prints every name that a template may use."""
    known = catalogue().values()
    if as_json_object:
        told = [
            {"name": s.name, "what": s.what, "unit": s.unit, "shape": s.shape, "columns": list(s.columns)}
            for s in known
        ]
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    wide = max(len(slot.name) for slot in known)
    for slot in known:
        unit = f" [{slot.unit}]" if slot.unit not in ("", "text") else ""
        columns = f": {', '.join(slot.columns)}" if slot.columns else ""
        say(f"{slot.name:<{wide}}  {slot.shape:<5}  {slot.what}{unit}{columns}")
