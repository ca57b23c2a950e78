"""Commands on a company's own workbook: what names it has, a workbook to begin with, the names there are."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from valuation.cli_options import Told


class _Group(click.Group):
    command_class = Told

    def get_short_help_str(self, limit: int = 45) -> str:
        """Its first sentence, never cut."""
        return super().get_short_help_str(max(limit, 200))


@click.group(cls=_Group)
def template() -> None:
    """Prepare a workbook of your own that `valuate FILE --template` fills by defined name."""


@template.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def check(file: str, as_json: bool) -> Any:
    """List the names that a workbook has, and what keeps it from being filled.

    Ends with 0 when it can be filled, else with 1.
    """
    return import_module("valuation.command_template").check(file, as_json)


@template.command()
@click.option("-o", "--out", type=click.Path(), default="template.xlsx", show_default=True, help="Where to write it.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def new(out: str, force: bool) -> Any:
    """Write a workbook to begin with, the usual names in place."""
    return import_module("valuation.command_template").new(out, force)


@template.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def slots(as_json: bool) -> Any:
    """List every name that a workbook may use, and what is filled in."""
    return import_module("valuation.command_template").slots(as_json)
