"""A check that is written and not run is no check; names that the plan needs for itself are refused."""

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

from valuation import spec
from valuation.resolve import ReservedName, resolve
from valuation.spec import SpecError, checks, refusals
from valuation.spec.load import load

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "minimal-lease.yaml"


def test_every_check_is_run():
    modules = [import_module(f"valuation.spec.{found.name}") for found in pkgutil.iter_modules(spec.__path__)]
    written = [
        function
        for module in modules
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and list(inspect.signature(function).parameters) == ["contract"]
        and "Finding" in str(inspect.signature(function).return_annotation)
    ]
    assert len(written) > 5
    assert {function.__name__ for function in written} == {check.__name__ for check in checks.CHECKS}


@pytest.mark.parametrize("name", sorted(refusals.RESERVED))
def test_reserved_names(name):
    hazard = "{process: hazard, rate: {value: 1 %/year, evidence: historical}}"
    with pytest.raises(SpecError, match=f"risks.{name}: the name '{name}' is the program's own"):
        load(EXAMPLE, overrides=[f"risks.{name}={hazard}"])
    contract = load(EXAMPLE)
    built = contract.model_copy(update={"risks": {name: contract.risks["tenant_default"]}})
    with pytest.raises(ReservedName, match=f"risks.{name}"):
        resolve(built)


def test_two_leases_of_the_same_power_are_refused():
    from valuation.lowering.leases import SharedCapacity

    lease = "{structure: capacity_lease, payer: tenant, payee: host, lease: gross, price: 1 EUR/kW/month}"
    with pytest.raises(SpecError, match="clauses.second: of several leases each needs its own power"):
        load(EXAMPLE, overrides=[f"clauses.second={lease}"])
    contract = load(EXAMPLE)
    rent = contract.clauses["rent"]
    built = contract.model_copy(update={"clauses": {**contract.clauses, "second": rent}})
    with pytest.raises(SharedCapacity, match="clauses.second"):
        resolve(built)
