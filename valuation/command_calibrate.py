"""`valuate calibrate`: a history from a CSV to a fitted model, a market block and a page to look at."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from valuation.command import CannotWrite, put_in_place
from valuation.worker import Stage, watched

if TYPE_CHECKING:
    from valuation.calibration.reading import Manner
    from valuation.calibration.study import Ask, Study
    from valuation.calibration.transform import TransformName

OURS = "# Fitted by valuate "
"""How a block begins that may be replaced by another run."""


@dataclass(frozen=True)
class Written:
    """What the worker leaves for the main thread."""

    name: str
    study: Study
    block: str | None
    page: bytes | None


def run(*, file: str, name: str | None, out: str | None, page: str | None, **asked: Any) -> int:
    """Reads, fits, prints; writes the block and the page where they are asked for.

    Parameters
    ----------
    file, name, out, page : as of the command line; asked : its other options.
    """
    as_json, quiet, verbose, force = (asked.pop(key) for key in ("as_json", "quiet", "verbose", "force"))
    manner, ask = _manner(asked), _ask(asked)
    block_at = None if out is None else _place(Path(out), (".yaml", ".yml"), force)
    page_at = None if page is None else _place(Path(page), (".png",), force)
    command = _command()
    made = watched(
        lambda stage: _work(stage, file, manner, ask, name, command, block_at is not None, page_at is not None),
        quiet=quiet,
        verbose=bool(verbose),
    )
    if as_json:
        from valuation.report.calibrated_json import calibration_text

        click.echo(calibration_text(made.study, made.name, command), nl=False)
    else:
        from valuation.report.calibrated_lines import calibration_lines
        from valuation.report.terminal import print_lines

        print_lines(lambda width: calibration_lines(made.study, made.name, command, width), sys.stdout)
    for what, place, content in (
        ("Block", block_at, None if made.block is None else made.block.encode()),
        ("Page", page_at, made.page),
    ):
        if place is not None and content is not None:
            put_in_place(content, place)
            if not quiet:
                click.echo(f"{what}: {place}", err=as_json)
    return 0


def _work(
    stage: Stage, file: str, manner: Manner, ask: Ask, name: str | None, command: str, block: bool, page: bool
) -> Written:
    from valuation.calibration.market_block import block_text
    from valuation.calibration.reading import read_history
    from valuation.calibration.study import study

    stage.begin("reading")
    history = read_history(file, manner)
    found = study(history, ask, stage.begin)
    called = name or _name(manner, history.area)
    text = block_text(found, called, command) if block else None
    if not page:
        return Written(called, found, text, None)
    from valuation.report.calibrated_page import page_bytes

    stage.begin("drawing")
    return Written(called, found, text, page_bytes(found, called))


def _manner(asked: dict[str, Any]) -> Manner:
    from valuation.calibration.columns import Asked
    from valuation.calibration.reading import Manner
    from valuation.calibration.study import COUNT_MODELS, SHARE_MODELS

    model = asked["model"]
    kind = "share" if model in SHARE_MODELS else "count" if model in COUNT_MODELS else "price"
    names = ("date_column", "price_column", "hour_column", "area_column", "unit_column", "area", "unit")
    separator = asked["separator"]
    return Manner(
        columns=Asked(**{one: asked[one] for one in names}),
        timezone=asked["timezone"],
        decimal=asked["decimal"],
        separator="\t" if separator == "tab" else separator,
        order=None if asked["dates"] is None else asked["dates"].replace("-", "_"),
        first=_day(asked["first"]),
        last=_day(asked["last"]),
        kind=kind,  # type: ignore[arg-type]
        most_gaps=asked["max_gaps"] / 100.0,
    )


def _ask(asked: dict[str, Any]) -> Ask:
    from valuation.calibration.study import PRICE_MODELS, Ask
    from valuation.calibration.transform import Transform

    model = asked["model"]
    transform: TransformName = asked["transform"] or ("asinh" if asked["scale"] is not None else "log")
    return Ask(
        models=PRICE_MODELS if model == "all" else (model,),
        transform=Transform(transform, asked["scale"]),
        trend=asked["trend"],
        season=not asked["no_season"],
        seed=asked["seed"],
    )


def _day(when: Any) -> date | None:
    return None if when is None else when.date()


def _name(manner: Manner, of: str) -> str:
    """A name for the factor where none is given."""
    if manner.kind != "price":
        return "utilisation" if manner.kind == "share" else "customers"
    area = "".join(letter for letter in of if letter.isalnum() or letter in "_-")
    return f"power.{area}" if area else "power.fitted"


def _command() -> str:
    """What was typed, in the order of the options; what is by default is left out."""
    context = click.get_current_context()
    words = ["valuate", "calibrate"]
    for one in context.command.params:
        value = context.params.get(one.name or "")
        if value is None or context.get_parameter_source(one.name or "") is ParameterSource.DEFAULT:
            continue
        if one.name in ("force", "quiet", "verbose", "as_json"):  # they change no number
            continue
        if isinstance(one, click.Argument):
            words.append(str(value))
        elif one.is_flag if isinstance(one, click.Option) else False:
            words += [one.opts[-1]] if value else []
        else:
            words += [one.opts[-1], f"{value:%Y-%m-%d}" if isinstance(value, datetime) else f"{value}"]
    return " ".join(shlex.quote(word) for word in words)


def _place(path: Path, ends: tuple[str, ...], force: bool) -> Path:
    """Where a file goes, known before anything is computed; CannotWrite where it may not."""
    if path.suffix.lower() not in ends:
        raise CannotWrite(f"'{path}' is no name for it: expected one that ends in {ends[0]}")
    if path.is_dir() or not path.parent.is_dir():
        raise CannotWrite(f"no folder '{path.parent}' to write '{path.name}' in")
    if path.exists() and not force and not _is_ours(path):
        raise CannotWrite(f"'{path}' exists and was not written by valuate calibrate; replace it with --force")
    return path


def _is_ours(path: Path) -> bool:
    from valuation.report.calibrated_page import DRAWN_BY

    with path.open("rb") as stream:
        head = stream.read(1000)
    return head.startswith(OURS.encode()) or DRAWN_BY.encode() in head
