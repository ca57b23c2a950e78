"""The summary on standard output: coloured on a terminal, plain aligned text everywhere else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from typing import TextIO

from valuation.report.summary_layout import NARROWEST, WIDEST, WIDTH, Line, Role
from valuation.report.summary_lines import summary_lines
from valuation.report.text import plain
from valuation.tables import Tables

STYLES: dict[Role, str] = {
    "title": "bold",
    "head": "bold cyan",
    "text": "",
    "note": "dim",
    "good": "green",
    "bad": "red",
}


def summary_text(tables: Tables, encoding: str = "ascii", width: int = WIDTH) -> str:
    """The summary as plain text for a file or a pipe.

    Parameters
    ----------
    encoding : what the reader's stream can say; other characters become ``?``, typographic dashes and quotes ASCII.
    width : columns of the page.
    """
    return plain_text(summary_lines(tables, width), encoding)


def plain_text(lines: Iterable[Line], encoding: str) -> str:
    """Laid-out lines without colour, in the characters of an encoding."""
    return "".join(plain(line.text, encoding).rstrip() + "\n" for line in lines)


def page_width() -> int:
    """Columns of the page on a terminal: its own (or ``COLUMNS``), but neither too few for a table nor too many for a
    sentence."""
    return min(WIDEST, max(NARROWEST, shutil.get_terminal_size((WIDTH, 0)).columns))


def print_summary(tables: Tables, stream: TextIO) -> None:
    """Write the summary to the stream, with Rich's colours only when it is a terminal."""
    print_lines(lambda width: summary_lines(tables, width), stream)


def print_lines(lines: Callable[[int], Iterable[Line]], stream: TextIO) -> None:
    """Write laid-out lines to the stream, with Rich's colours only when it is a terminal.

    Parameters
    ----------
    lines : makes the lines of a page of so many columns.
    """
    encoding = stream.encoding or "ascii"
    if not stream.isatty():
        stream.write(plain_text(lines(WIDTH), encoding))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    for line in lines(page_width()):
        # soft_wrap: lines are laid out already, and the command must stay one line to be copied.
        console.print(Text(plain(line.text, encoding), style=STYLES[line.role]), soft_wrap=True)
