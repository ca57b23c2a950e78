"""Writes docs/cli.md from the program's own help: `python docs/make_cli.py`. A test fails when the page is stale."""

from __future__ import annotations

from pathlib import Path

import click

from valuation.cli import main

PAGE = Path(__file__).with_name("cli.md")

HEAD = """# Command line

This page is written by `python docs/make_cli.py` from the program's own help; do not edit it by hand.

`valuate FILE` is short for `valuate run FILE`. Every option may also be set in the environment, as
`VALUATE_` + command + option: `VALUATE_RUN_PATHS=20000` is `valuate run --paths 20000`.

| Exit code | Meaning |
|---|---|
| 0 | done |
| 1 | the valuation failed |
| 2 | wrong usage, or an invalid contract or market file; nothing was computed and no file was touched |
| 130 | interrupted (Ctrl-C) |
"""


def page() -> str:
    """The whole page: the group's help, then each command's."""
    root = click.Context(main, info_name="valuate", terminal_width=100, **main.context_settings)
    parts = [HEAD, _section("valuate", main, root)]
    for name in main.list_commands(root):
        command = main.commands[name]
        own = click.Context(command, info_name=name, parent=root)
        parts.append(_section(f"valuate {name}", command, own))
        if isinstance(command, click.Group):
            for inner in command.list_commands(own):
                below = click.Context(command.commands[inner], info_name=inner, parent=own)
                parts.append(_section(f"valuate {name} {inner}", command.commands[inner], below))
    return "\n".join(parts)


def _section(title: str, command: click.Command, context: click.Context) -> str:
    return f"## {title}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
