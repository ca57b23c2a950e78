"""The command `valuate`. Subcommands import what they need when they run, so that `valuate --help` stays quick."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

import valuation
from valuation.cli_estimate import calibrate, hazard
from valuation.cli_options import Count, Told
from valuation.cli_template import template
from valuation.errors import SpecError, ValuationError
from valuation.messages import say

DONE, FAILED, INVALID, INTERRUPTED = 0, 1, 2, 130


class Root(click.Group):
    """`valuate FILE` is short for `valuate run FILE`; a failure ends in a message and an exit code, not a traceback."""

    command_class = Told

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts `run` before the arguments of the short form."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help", "--version"):
            first = args[0]
            if first.startswith("-") or any(mark in first for mark in "./\\") or os.path.exists(first):
                args = ["run", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of this name, or an error with the nearest one."""
        if args[0] not in self.commands:
            near = difflib.get_close_matches(args[0], self.commands, 1)
            ctx.fail(f"no such command or file '{args[0]}'" + (f", did you mean '{near[0]}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The group's own options and commands, then the options of the short form, which most people come for."""
        super().format_options(ctx, formatter)
        command = self.commands["run"]
        own = click.Context(command, info_name="run", parent=ctx)
        records = [one.get_help_record(own) for one in command.params if isinstance(one, click.Option)]
        with formatter.section("Options of valuate FILE"):
            formatter.write_dl([record for record in records if record is not None])

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> NoReturn:
        """Runs a command line and exits: 0 done, 1 failure, 2 usage or invalid contract, 130 interrupted."""
        extra["standalone_mode"] = False
        sys.exit(_exit_code(lambda: super(Root, self).main(args, *more, **extra)))


def _exit_code(command: Callable[[], Any]) -> int:
    try:
        result = command()
        sys.stdout.flush()
        return result if isinstance(result, int) else DONE
    except SpecError as error:
        say(str(error), err=True)
        count = len(error.problems)
        click.echo(f"{count} error{'s' if count > 1 else ''}; nothing was computed", err=True)
        return INVALID
    except ValuationError as error:
        say(f"error: {error}", err=True)
        return FAILED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone (`valuate schema | head`); what Python flushes at exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


@click.group(
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "VALUATE", "max_content_width": 100},
    epilog="`valuate FILE` is short for `valuate run FILE`; options stand before or after the file. "
    "More of a command: `valuate run --help`.",
)
@click.version_option(valuation.__version__, prog_name="valuate")
def main() -> None:
    """Value long-term power and compute-capacity contracts."""


_VIEW = click.option("--view", metavar="PARTY", help="Party whose cash flow is valued.")


def _contract_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """FILE, --scenario and --set: which contract is meant."""
    for decorate in (
        click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Replace a value; repeatable."),
        click.option("--scenario", metavar="NAME", help="Apply a scenario of the file."),
        click.argument("file"),
    ):
        command = decorate(command)
    return command


@main.command()
@_contract_options
@click.option("-n", "--paths", metavar="N", type=Count(2, 2**40), default=100_000, show_default=True, help="Paths.")
@click.option("--seed", metavar="N", type=Count(0, 2**64 - 1), default=1, show_default=True, help="Seed of all draws.")
@click.option("--threads", metavar="N", type=Count(1, 4096), help="Threads; all cores by default. Moves no number.")
@_VIEW
@click.option("--parameter-uncertainty", is_flag=True, help="Draw the values that the files call estimates (se), too.")
@click.option(
    "--parameter-draws", metavar="N", type=Count(10, 2**20), default=200, show_default=True, help="Draws of them."
)
@click.option("--previous", type=click.Path(), help="Workbook of an earlier run, to say what has changed since.")
@click.option("-o", "--out", type=click.Path(), help="Workbook; <file>.xlsx in this folder by default.")
@click.option("--template", metavar="XLSX", type=click.Path(), help="Fill a workbook of your own by defined name.")
@click.option("--force", is_flag=True, help="Replace an existing workbook of another origin.")
@click.option("--no-excel", is_flag=True, help="Write no workbook.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", count=True, help="Say what is being done.")
@click.option("--chunk", type=Count(256, 2**24), hidden=True)
def run(file: str, scenario: str | None, overrides: tuple[str, ...], view: str | None, **options: Any) -> Any:
    """Value one contract: simulate, print a summary, write a workbook."""
    from valuation.spec import load

    contract = load(file, scenario, overrides, view)
    return import_module("valuation.command").run(contract, view=view, **options)


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME", help="A scenario of the one file; repeatable.")
@click.option("--views", metavar="PARTY,PARTY", help="Sides of the one file.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Replace a value in every case.")
@_VIEW
@click.option("-n", "--paths", metavar="N", type=Count(2, 2**40), default=20_000, show_default=True, help="Paths each.")
@click.option("--seed", metavar="N", type=Count(0, 2**64 - 1), default=1, show_default=True, help="Seed of all draws.")
@click.option("--threads", metavar="N", type=Count(1, 4096), help="Threads; all cores by default. Moves no number.")
@click.option("-o", "--out", type=click.Path(), help="Workbook; none by default.")
@click.option("--force", is_flag=True, help="Replace an existing workbook of another origin.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", count=True, help="Say what is being done.")
def compare(**options: Any) -> Any:
    """Put contracts, scenarios of one, or its views side by side.

    All run on the same random numbers, so that their differences have small standard errors.

    The first is what the others are held against; one --scenario alone is held against the file as it stands (base).
    """
    return import_module("valuation.command_compare").run(**options)


@main.command()
@_contract_options
@click.option("--vary", metavar="PATH", required=True, help="The number that is varied: clauses.rent.price.")
@click.option("--to", metavar="TARGET", help="What it shall bring: 'npv.mean = 0', 'irr.p50 = 12 %/year'.")
@click.option(
    "--parties",
    nargs=2,
    metavar="SELLER BUYER",
    help="Instead of a target: the range between the values at which the mean NPV of each party is 0.",
)
@click.option("--between", nargs=2, metavar="LOW HIGH", help="Where to look; by default the stated range and outward.")
@click.option(
    "-n", "--paths", metavar="N", type=Count(2, 2**40), default=20_000, show_default=True, help="Paths a run."
)
@click.option("--seed", metavar="N", type=Count(0, 2**64 - 1), default=1, show_default=True, help="Seed of all draws.")
@click.option("--threads", metavar="N", type=Count(1, 4096), help="Threads; all cores by default. Moves no number.")
@_VIEW
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", count=True, help="Say what is being done.")
def solve(**options: Any) -> Any:
    """Find the value of a number at which a result is what is wanted.

    Names of results are the keys of --json, as in claims: npv.mean, irr.p50, margin.mean, probability.npv_negative.
    """
    return import_module("valuation.command_solve").run(**options)


@main.command()
@_contract_options
@click.option(
    "--also", metavar="PATH", multiple=True, help="Move an input without a range by 10 % either way too; repeatable."
)
@click.option(
    "--table",
    metavar="PATH",
    multiple=True,
    help="Only the NPV over the range of one input, or of two against each other.",
)
@click.option("--mean", is_flag=True, help="The mean NPV in the table too.")
@click.option(
    "--of",
    type=click.Choice(["npv", "npv_equity"]),
    default="npv",
    show_default=True,
    help="Whose NPV: of the project, or of its owners after debt.",
)
@click.option(
    "-n", "--paths", metavar="N", type=Count(2, 2**40), default=20_000, show_default=True, help="Paths of every run."
)
@click.option("--seed", metavar="N", type=Count(0, 2**64 - 1), default=1, show_default=True, help="Seed of all draws.")
@click.option("--threads", metavar="N", type=Count(1, 4096), help="Threads; all cores by default. Moves no number.")
@_VIEW
@click.option("-o", "--out", type=click.Path(), help="Write a workbook with charts.")
@click.option("--force", is_flag=True, help="Replace an existing workbook of another origin.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", count=True, help="Say what is being done.")
def sensitivity(**options: Any) -> Any:
    """Move each input over its range, and share the spread out among the risks.

    Tornado of base and mean NPV, spider, Shapley shares of the risks in the variance of the NPV and in the expected
    loss; or with --table the NPV by one input or two.
    """
    return import_module("valuation.command_sensitivity").run(**options)


@main.command()
@_contract_options
@_VIEW
def explain(file: str, scenario: str | None, overrides: tuple[str, ...], view: str | None) -> Any:
    """Print the plan that a contract becomes. Conventions and provenance stand in its comments."""
    from valuation.spec import load

    return import_module("valuation.command").explain(load(file, scenario, overrides, view))


@main.command()
@_contract_options
def check(file: str, scenario: str | None, overrides: tuple[str, ...]) -> None:
    """Read a contract and say what is wrong with it.

    Without --scenario the scenarios of the file are read too.
    """
    from valuation.spec import Source, prove

    proof = prove(Source.read(file), scenario, overrides)
    contract, warnings = proof.contract, proof.warnings
    for warning in warnings:
        say(warning.render("warning"), err=True)
    for note in proof.notes:
        say(f"{file}: note: {note}", err=True)
    parts = {"clause": len(contract.clauses), "risk": len(contract.risks), "scenario": len(contract.scenarios)}
    counts = ", ".join(f"{count} {name}{'s' if count != 1 else ''}" for name, count in parts.items())
    applied = f", scenario {scenario}" if scenario else ""
    noted = f", {len(warnings)} warning{'s' if len(warnings) > 1 else ''}" if warnings else ""
    say(f"{file}: ok: {contract.name}{applied}: {counts}, market of {contract.market.as_of}{noted}")


@main.command()
@click.argument("file", required=False)
@click.option("--like", metavar="CONTRACT", default="minimal-lease", show_default=True, help="What to begin with.")
@click.option("--list", "listed", is_flag=True, help="List the contracts that ship, by name.")
def new(file: str | None, like: str, listed: bool) -> None:
    """Begin a contract of your own as a copy of another.

    The other is a file, or the name of one that ships; its market is put beside the new one.
    """
    from valuation.new_contract import headings, start_contract

    if listed:
        for name, heading in headings().items():
            say(f"{name:<24} {heading}")
        return
    if file is None:
        raise click.UsageError("missing the file to write, for example: valuate new deal.yaml --like minimal-lease")
    made = start_contract(file, like)
    say(f"{made.contract}: begun as a copy of {made.like}")
    for words, files in (("copied", made.copied), ("as it stands there", made.kept)):
        for one in files:
            say(f"{one}: {words}")
    say(f"Next: edit it, then valuate check {made.contract}, valuate {made.contract}")


@main.command()
@click.argument("of", type=click.Choice(["contract", "market"]), default="contract")
def schema(of: str) -> None:
    """Print the JSON Schema of contract files, or of market files."""
    import json

    from valuation.spec.json_schema import contract_schema, market_schema

    found = contract_schema() if of == "contract" else market_schema()
    click.echo(json.dumps(found, indent=1, ensure_ascii=False))


for _command in (calibrate, hazard, template):
    main.add_command(_command)
