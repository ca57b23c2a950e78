"""Commands that estimate: a risk model from a history, the intensity of an event from what was seen."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from valuation.cli_options import Count, Told

_CALIBRATED = [
    "two_ou", "ou", "schwartz", "schwartz_smith", "jump_diffusion", "kluge", "regime_switching", "gbm",
    "logit_ou", "jacobi", "beta_ar", "customers", "all",
]  # fmt: skip


@click.command(cls=Told)
@click.argument("file")
@click.option(
    "--model",
    type=click.Choice(_CALIBRATED),
    default="two_ou",
    show_default=True,
    help="What to fit; all: every model of prices, the best mean-reverting one by BIC is taken.",
)
@click.option("--area", metavar="NAME", help="Area of the file, where it has several.")
@click.option("--transform", type=click.Choice(["log", "asinh", "arithmetic"]), help="Of prices; log by default.")
@click.option("--scale", metavar="PRICE", type=float, help="Where asinh begins to act like a logarithm.")
@click.option("--from", "first", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="First day that is used.")
@click.option("--to", "last", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Last day that is used.")
@click.option("--name", metavar="NAME", help="Of the factor in the market file; power.AREA by default.")
@click.option("--trend", is_flag=True, help="Take a straight line out too; it is never carried on.")
@click.option("--no-season", is_flag=True, help="Take no yearly and weekly pattern out.")
@click.option("--date-column", metavar="NAME", help="Column of dates, where its name does not tell.")
@click.option("--price-column", metavar="NAME", help="Column of prices, shares or counts.")
@click.option("--hour-column", metavar="NAME", help="Column of the hour of the day.")
@click.option("--area-column", metavar="NAME", help="Column of areas.")
@click.option("--unit-column", metavar="NAME", help="Column of units.")
@click.option("--unit", metavar="UNIT", help="Unit, where the file does not say it: EUR/MWh.")
@click.option("--timezone", metavar="ZONE", help="Zone whose clock the hours follow: Europe/Oslo.")
@click.option("--decimal", type=click.Choice([".", ","]), default=".", show_default=True, help="Decimal mark.")
@click.option("--separator", type=click.Choice([";", ",", "tab"]), help="Between columns; by the header by default.")
@click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="How to read 03/04/2020.")
@click.option(
    "--max-gaps",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    default=5.0,
    show_default=True,
    help="Share of the days that may be missing; they stay gaps.",
)
@click.option("--seed", metavar="N", type=Count(0, 2**64 - 1), default=1, show_default=True, help="Seed of all draws.")
@click.option("-o", "--out", type=click.Path(), help="Write the factor as YAML, for a market file.")
@click.option("--page", type=click.Path(), help="Draw a page to look at, a PNG; needs Matplotlib.")
@click.option("--force", is_flag=True, help="Replace an existing file of another origin.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", count=True, help="Say what is being done.")
def calibrate(**options: Any) -> Any:
    """Fit a risk model to a history of prices, utilisation or customers.

    FILE is a CSV of days, hours or months. Prints parameters with standard errors, tests with a verdict each, and how
    far the simulated spread of yearly means is from the observed one; writes a block for a market file.
    """
    return import_module("valuation.command_calibrate").run(**options)


@click.command(cls=Told)
@click.option("--events", metavar="K", type=click.FloatRange(0.0), help="Events seen; with --years.")
@click.option("--years", metavar="N", type=click.FloatRange(0.0), help="Years watched, of all sites together.")
@click.option(
    "--prior",
    nargs=2,
    type=float,
    metavar="SHAPE YEARS",
    default=(0.5, 0.0),
    show_default=True,
    help="Gamma prior of the intensity; the default is that of Jeffreys.",
)
@click.option("--spread", metavar="SPREAD", help="One credit spread, '120 bp'; with --recovery.")
@click.option("--spreads", metavar="FILE", help="CSV of spreads: year,spread [bp]; with --recovery.")
@click.option("--recovery", metavar="SHARE", help="Share recovered after default, '40 %'.")
@click.option("--discount", metavar="RATE", default="0 %/year", show_default=True, help="Discounts --spreads.")
@click.option("--ratings", metavar="FILE", help="CSV of cumulative default rates: year,A [%],Baa [%].")
@click.option("--grade", metavar="NAME", help="Column of --ratings.")
@click.option("--from", "since", metavar="DATE", help="Day from which years count, for intensities by date.")
@click.option("--name", metavar="NAME", help="Of the event in the file; tenant_default or my_event by default.")
@click.option("--horizon", metavar="N", type=Count(1, 100), default=15, show_default=True, help="Years to show.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def hazard(**options: Any) -> Any:
    """Estimate the intensity of an event, for a hazard of a contract.

    From events seen in site-years, with what that leaves unknown; from credit spreads; from a table of ratings.
    Prints survival by year, and the event to paste below `risks` of a contract file.
    """
    return import_module("valuation.command_hazard").run(**options)
