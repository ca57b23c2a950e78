"""What changed since an earlier run, in words that the terminal and the workbook share."""

from __future__ import annotations

from valuation.tables import ChangeLog, StepKey

STEP: dict[StepKey, str] = {
    "model": "Model: this program values the old contract",
    "simulation": "Seed and number of paths",
    "time": "Time: the valuation date moves",
    "market": "Price curve and market",
    "discount_rate": "Discount rate",
    "risks": "Risks and events",
    "terms": "Contract terms",
}
SHORT: dict[StepKey, str] = {
    "model": "Model",
    "simulation": "Seed, paths",
    "time": "Time",
    "market": "Market",
    "discount_rate": "Discount rate",
    "risks": "Risks",
    "terms": "Terms",
}
SETTLED, UNWINDING, OTHER = (
    "settled: cash received (-), paid (+)",
    "unwinding of the discount",
    "other, as that no event struck",
)
NOTHING = "Nothing changed: inputs, program, seed and paths are those of the earlier run, and so are the results."
ORDER = (
    "The steps are taken in this order, each on top of those before. The old contract, as its workbook keeps it, is "
    "valued by this program (model), then on the seed and paths of this run, then at the new valuation date (time), "
    "with the new market file, discount rates, risks, and at last all other terms, which is this run. In another order "
    "the same changes would have other sizes. Model also holds what inputs cannot express, as a clause that this "
    "program reads otherwise. Standard errors are those of differences on the same paths: what both share cancels."
)


def notes(log: ChangeLog) -> list[str]:
    """What a reader must know of the earlier workbook and of single steps."""
    edited = []
    if log.edited:
        many = "1 input was" if log.edited == 1 else f"{log.edited} inputs were"
        edited = [
            f"In {log.file} {many} changed on Assumptions after its run. This compares with the run, as its sheet "
            "Record keeps it; to compare with the change, put it into the contract, run that, and give its workbook."
        ]
    return edited + [f"{STEP[step.key].partition(':')[0]}: {step.note}." for step in log.steps if step.note]


def versions(log: ChangeLog, version: str) -> str:
    """Which programs made the two runs."""
    old = log.previous.version
    return f"valuate {version}" if old == version else f"valuate {old}, then {version}"
