"""The command `valuate`."""

import click

import valuation


@click.group()
@click.version_option(valuation.__version__, prog_name="valuate")
def main() -> None:
    """Value long-term power and compute-capacity contracts."""
