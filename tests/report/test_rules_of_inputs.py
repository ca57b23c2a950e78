"""Numbers that the contract language does not allow beside each other: the checks of a workbook fail for those, and for
no others, for which the engine refuses the contract."""

from __future__ import annotations

import re

import pytest
from changed_inputs import DealWorkbook

from valuation import timeline
from valuation.errors import ValuationError
from valuation.plan.model import Input
from valuation.shipped import shipped

pytestmark = pytest.mark.slow

WITH_RULES = (
    "acquisition",
    "approval",
    "capacity-lease",
    "collar",
    "colocation",
    "conversion",
    "delay",
    "joint-venture",
    "pay-as-produced",
    "renewable-lease",
    "usage-fee",
    "volume-charge",
)
"""Together they have a rule of each kind but that of covenants."""
RULE = re.compile("⟦([^⟧]+)⟧")


@pytest.fixture(scope="module", params=WITH_RULES)
def deal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DealWorkbook:
    return DealWorkbook(shipped("contracts") / "examples" / f"{request.param}.yaml", tmp_path_factory.mktemp("deal"))


def tries(item: Input, deal: DealWorkbook) -> list[float]:
    """New values on both sides of what is allowed."""
    one, old = deal.live.use_of[item.name], item.value
    if item.unit == "date":
        first, last = (timeline.serial(deal.live.month_ends[place]) for place in (1, -2))
        found = [timeline.edate(old, months) for months in (-5, 12)] + [first + 1.0, last]
        return [new for new in found if first <= new <= last]
    whole = one.whole or item.unit in {"months", "years"}
    found = [old * 0.5, old * 1.03, old * 4.0]
    found = [float(round(new)) for new in found] if whole else found
    inside = [new for new in found if (one.least or 0.0) <= new <= (one.most if one.most is not None else new)]
    return [new for new in inside if new > 0.0]


def test_the_checks_refuse_what_the_engine_refuses(deal: DealWorkbook) -> None:
    assert deal.live.rules
    told, wrong, seen = 0, [], set[str]()
    for rule in deal.live.rules:
        for name in dict.fromkeys(RULE.findall("".join(rule.excess))):
            for new in tries(deal.inputs[name], deal) if name not in seen else ():
                try:
                    deal.source.contract(None, deal.settings(name, new))
                    refused = ""
                except ValuationError as error:
                    refused = str(error)
                fails = deal.failing({name: new}, "Inputs: ")
                told += bool(fails)
                told_by_any = fails or (refused and deal.failing({name: new}, ""))
                if bool(told_by_any) != bool(refused):
                    wrong.append((name, deal.inputs[name].value, new, fails, refused[:300]))
            seen.add(name)
    assert wrong == []
    assert told >= 2
