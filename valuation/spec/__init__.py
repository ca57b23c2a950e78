"""What a person writes: contract and market files, read and checked."""

from valuation.errors import Problem, SpecError
from valuation.spec.contract import Contract
from valuation.spec.digest import spec_sha256
from valuation.spec.load import Source, load
from valuation.spec.market import Market
from valuation.spec.proof import Proof, prove
from valuation.spec.quantity import Dated, MonthDay, Provenance, Quantity, Schedule, Switch

__all__ = [
    "Contract", "Dated", "Market", "MonthDay", "Problem", "Proof", "Provenance", "Quantity", "Schedule", "Source",
    "SpecError", "Switch", "load", "prove", "spec_sha256",
]  # fmt: skip
