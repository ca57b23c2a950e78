"""A contract half old, half new: the parts in which two runs may differ, replaced one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from valuation.spec.context import CsvTexts
from valuation.spec.digest import canonical
from valuation.spec.load import Source
from valuation.tables import StepKey

IN_ORDER: tuple[StepKey, ...] = ("time", "market", "discount_rate", "risks", "terms")
"""The steps that are changes of the contract file, in the order in which they are taken."""

OF_KEY: dict[str, StepKey] = {
    "market": "market",
    "discount_rate": "discount_rate",
    "discount_rate_by_party": "discount_rate",
    "equity_discount_rate": "discount_rate",
    "risks": "risks",
    "correlation": "risks",
    "correlation_of_estimates": "risks",
}
"""The step to which a part of the file belongs; what is not named here is a term of the contract."""

VALUATION = ("dates", "valuation")


@dataclass(frozen=True)
class Inputs:
    """What a run read: contract and market as plain data, and the CSVs."""

    tree: dict[str, Any]
    texts: CsvTexts

    @property
    def text(self) -> str:
        """Equal texts are equal inputs."""
        return canonical([self.tree, dict(self.texts.own), dict(self.texts.market)])

    def source(self, name: str) -> Source:
        """The contract to be read; ``name`` is what messages call it."""
        return Source.of_tree(self.tree, self.texts, name)


def step_of(loc: tuple[str | int, ...]) -> StepKey:
    """The step to which a location of the file belongs."""
    return "time" if loc[:2] == VALUATION else OF_KEY.get(str(loc[0]), "terms")


def half_new(old: Inputs, new: Inputs, steps: tuple[StepKey, ...]) -> Inputs:
    """The old inputs with the parts that belong to some steps taken from the new ones.

    Keys stand in the order of the new file where they are of it: the order of factors decides which is drawn first.
    """
    tree: dict[str, Any] = {}
    for key in (*new.tree, *(key for key in old.tree if key not in new.tree)):
        origin = new.tree if step_of((key,)) in steps else old.tree
        if key in origin:
            tree[key] = deepcopy(origin[key])
    if isinstance(tree.get("dates"), dict):
        origin = new.tree if "time" in steps else old.tree
        if "valuation" in (stated := _mapping(origin.get("dates"))):
            tree["dates"]["valuation"] = deepcopy(stated["valuation"])
        else:
            tree["dates"].pop("valuation", None)
    own = new.texts.own if "terms" in steps else old.texts.own
    market = new.texts.market if "market" in steps else old.texts.market
    return Inputs(tree, CsvTexts(own, market))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
