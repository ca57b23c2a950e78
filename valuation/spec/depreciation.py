"""How what is invested is written down for tax."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Kind, Share, Term
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity
from valuation.spec.saldo_groups import SALDO_GROUPS, SALDO_SOURCE

YEARLY = Kind("a yearly rate", "10 %/year", ("1/year",), above=0.0, high=1.0)
CLASSES = (3, 5, 7, 10, 15, 20)
"""Recovery classes of MACRS [year]."""
_PACE = {
    "declining_balance": ("rate", "10 %/year"),
    "straight_line": ("life", "15 years"),
    "macrs": ("class", "5 years"),
    "custom": ("shares", "[50 %, 30 %, 20 %]"),
}
"""By method, the key that says how fast, and an example."""


class Depreciation(SpecModel):
    """How an investment, or a class of it, is written down for tax."""

    method: Literal["declining_balance", "straight_line", "macrs", "custom"] = "declining_balance"
    """A share of the balance at each tax year's end; equal months; the shares of MACRS or shares of one's own by tax
    year, from the one in which it is in service. Not written beside `norway_group`."""
    rate: Annotated[Quantity, YEARLY] | None = None
    """Share of the balance written down a year [1/year]; for declining_balance."""
    life: Term | None = None
    """Time over which it is written down [month]; for straight_line."""
    recovery: Term | None = Field(None, alias="class")
    """Recovery class: 3, 5, 7, 10, 15 or 20 years [month]; for macrs."""
    shares: tuple[Share, ...] = ()
    """Shares of the cost by tax year, which add to 100 % [1]; for custom."""
    norway_group: Literal["a", "b", "c", "d", "e", "f", "g", "h", "h_short_life", "i", "j"] | None = None
    """Group of the Norwegian Tax Act, section 14-41: declining balance at the group's rate."""
    share: Share | None = None
    """Share of the investment that is of this class [1]; where there are several."""

    @model_validator(mode="before")
    @classmethod
    def _of_group(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        group = raw.get("norway_group")
        if group is None:
            if raw.get("method") is None:
                raise fault("missing key 'method', for example 'method: straight_line', or 'norway_group: d'")
            return raw
        taken = [key for key in ("method", *(key for key, _ in _PACE.values())) if raw.get(key) is not None]
        if taken:
            why = "the group says how it is written down; take it or 'norway_group' away"
            raise faults([Fault(why, (key,)) for key in taken])
        found = SALDO_GROUPS.get(group) if isinstance(group, str) else None
        if found is None:
            return raw
        note = f"group {group} of the Norwegian Tax Act, sections 14-41 and 14-43: {found.holds}"
        rate = {"value": f"{found.percent:g} %/year", "source": SALDO_SOURCE, "status": "fact", "note": note}
        return {**raw, "method": "declining_balance", "rate": rate}

    @model_validator(mode="after")
    def _one_pace(self) -> Depreciation:
        needed, example = _PACE[self.method]
        given = {"rate": self.rate, "life": self.life, "class": self.recovery, "shares": self.shares or None}
        if given[needed] is None:
            raise fault(f"missing key '{needed}': {self.method} needs it, for example '{needed}: {example}'")
        if others := [key for key, value in given.items() if value is not None and key != needed]:
            raise faults([Fault(f"{self.method} takes '{needed}' and not '{key}'", (key,)) for key in others])
        if self.recovery is not None and self.recovery.canonical / 12.0 not in CLASSES:
            listed = ", ".join(str(years) for years in CLASSES)
            raise fault(f"MACRS has no class of {self.recovery}, expected one of {listed} years", "class")
        total = sum(share.canonical for share in self.shares)
        if self.shares and abs(total - 1.0) > 1e-9:
            raise fault(f"the shares add to {100 * total:g} %, expected 100 %", "shares")
        return self


def _tag(raw: object) -> str:
    """The branch of one way or several, so that a slip is told once."""
    return "tuple[classes]" if isinstance(raw, (list, tuple)) else "literal[one]"


def _add_up(terms: Depreciation | tuple[Depreciation, ...]) -> Depreciation | tuple[Depreciation, ...]:
    """Several classes have shares that add to 100 %; one has none."""
    if isinstance(terms, Depreciation):
        if terms.share is not None:
            why = f"is of one class among several: write a list, [{{share: {terms.share}, …}}, …], or take it away"
            raise fault(why, "share")
        return terms
    if not terms:
        raise fault("an empty list; write how it is written down, or take 'depreciation' away")
    lacking = [place for place, one in enumerate(terms) if one.share is None]
    if lacking:
        why = "missing key 'share': the part of the investment that is of this class, for example 'share: 60 %'"
        raise faults([Fault(why, (place,)) for place in lacking])
    total = sum(one.share.canonical for one in terms if one.share is not None)
    if abs(total - 1.0) > 1e-9:
        raise fault(f"the shares of the classes add to {100 * total:g} %, expected 100 %")
    return terms


WrittenDown = Annotated[
    Annotated[tuple[Depreciation, ...], Tag("tuple[classes]")] | Annotated[Depreciation, Tag("literal[one]")],
    Discriminator(_tag),
    AfterValidator(_add_up),
]
"""One way for the whole investment, or a list of classes: `[{share: 60 %, method: …}, {share: 40 %, …}]`."""


def classes_of(terms: Depreciation | tuple[Depreciation, ...]) -> tuple[Depreciation, ...]:
    """The classes of an investment; one for the whole of it has no share."""
    return terms if isinstance(terms, tuple) else (terms,)
