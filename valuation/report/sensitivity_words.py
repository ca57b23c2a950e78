"""Words and scales that the printed study and its workbook share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from valuation.report.numbers import SCALES, MoneyScale
from valuation.tables.sensitivity import Attribution, Sensitivity, TornadoBar

TORNADO = (
    "One input at a time at the ends of its range, all else as it stands; a factor at the P10 and P90 of its average "
    "over the rest of the term. All runs draw the same random numbers; s.e. is that of the difference."
)
LOANS = "An input moves before the loans are sized, a factor after."
SPIDER = "Base NPV with one input at a percentage of its value; a date or a value of 0 has no percentage."
SHARES = (
    "Shapley shares: what a risk adds to the risks switched on before it, averaged over all orders; off = at its "
    "expected value, an event never. They add up to the total; an interaction is split equally. A negative share "
    "lowers the spread. With a price off, an event that rises with it has its expected intensity."
)


def study_scale(found: Sensitivity) -> MoneyScale:
    """The scale that leaves the largest NPV of the study at 10 units or more."""
    npvs = [found.base, found.mean or 0.0, *(bar.swing for bar in found.tornado)]
    npvs += [bar.base_swing for bar in found.tornado]
    if found.table is not None:
        npvs += [point.base for row in found.table.cells for point in row]
    largest = max(abs(npv) for npv in npvs)
    return next((scale for scale in reversed(SCALES) if largest >= 10 * scale.divisor), SCALES[0])


def heading(found: Sensitivity) -> str:
    """What was studied, from where."""
    scenario = f", scenario {found.scenario}" if found.scenario else ""
    owners = ": NPV of the owners, after debt" if found.of == "npv_equity" else ""
    return f"Sensitivity of {found.contract}, seen from {found.view}{scenario}{owners}"


def tornado_words(found: Sensitivity) -> str:
    """What moves in the tornado, and what the loans do meanwhile."""
    return f"{TORNADO} {LOANS}" if found.of == "npv_equity" else TORNADO


def span_of(bar: TornadoBar) -> str:
    """From where to where, and where it stands: ``106 to 200 USD/kW/month, now 131.3``."""
    (low, high, now), unit = common_unit((bar.low.value, bar.high.value, bar.value))
    average = "average " if bar.kind == "factor" else "+/-10 %: " if bar.kind == "also" else ""
    return f"{average}{low} to {high} {unit}".rstrip() + f", now {now}"


def common_unit(texts: Sequence[str]) -> tuple[list[str], str]:
    """Numbers without the unit that all of them have, and that unit."""
    units = {text.partition(" ")[2] for text in texts}
    if len(units) != 1:
        return list(texts), ""
    return [text.partition(" ")[0] for text in texts], units.pop()


def in_unit(path: str, unit: str) -> str:
    """A path with the unit of its values: ``clauses.rent.price [USD/kW/month]``."""
    return f"{path} [{unit}]" if unit else path


def how_many(shares: Attribution) -> str:
    """Over how many sets of risks the shares were taken."""
    if shares.orders is None:
        return f"all {shares.coalitions} sets of {len(shares.risks)} risks were run"
    return (
        f"{len(shares.risks)} risks: {shares.orders} orders, half of them drawn and the others these reversed, instead "
        "of all; the standard errors take that in"
    )


def listed(names: Iterable[str]) -> str:
    """Names in a row."""
    return ", ".join(names)
