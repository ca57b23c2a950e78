"""The digest of what is valued: contract, market and CSVs, after scenario and overrides."""

from __future__ import annotations

import hashlib
import json

from valuation.spec.contract import Contract


def spec_sha256(contract: Contract) -> str:
    """sha256 over the canonical JSON of contract, market and the digests of the CSVs, as 64 hex digits.

    The order of keys counts, since it decides the order in which factors are drawn; comments and layout do not.
    """
    data = {"contract": contract.tree, "files": dict(sorted(contract.files.items()))}
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def canonical(data: object) -> str:
    """Plain data as the one JSON text that is digested and recorded: equal data give equal texts."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
