"""What a check across the parts of a contract finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from valuation.spec.contract import Contract
from valuation.spec.document import Loc


@dataclass(frozen=True)
class Finding:
    """Something that two parts of a contract do not agree on; a warning where the contract can still be valued."""

    at: Loc | str
    message: str
    warning: bool = False


Check = Callable[[Contract], Iterator[Finding]]
