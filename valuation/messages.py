"""Messages as a terminal shows them: folded at words, so that no path or file name is broken at its edge.

What goes to a pipe or a file keeps a line a message, for grep and for editors that jump to `file:line:column`.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TextIO

import click


def say(text: str, *, err: bool = False) -> None:
    """Prints a message on standard output or standard error."""
    click.echo(folded(text, sys.stderr if err else sys.stdout), err=err)


def folded(text: str, stream: TextIO) -> str:
    """The message for this stream: folded where it is a terminal, the excerpt above a caret cut around the caret."""
    if not stream.isatty():
        return text
    width = max(20, shutil.get_terminal_size().columns)
    lines = text.split("\n")
    shown: list[str] = []
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line.strip() == "^" and shown:
            continue
        if below.strip() == "^":
            shown += _excerpt(line, below.index("^"), width)
        else:
            shown += textwrap.wrap(
                line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
            ) or [""]
    return "\n".join(shown)


def _excerpt(line: str, caret: int, width: int) -> list[str]:
    """A line of a file and the caret under it, cut to the terminal's width around the caret."""
    first = 0 if caret < width else caret - width // 2
    return [line[first : first + width], " " * (caret - first) + "^"]
