"""A clause from one file outside the package: read, checked, lowered, valued and offered; nothing inside changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CLAUSE = '''
"""Signing bonus: one payment at the start of the term."""

from typing import Annotated, Literal

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.kinds import money
from valuation.spec.quantity import Quantity


@clause("signing_bonus")
class SigningBonus(Clause):
    """One payment in the month in which the term begins."""

    structure: Literal["signing_bonus"]
    amount: Annotated[Quantity, money("2 MEUR")]
    """What is paid [currency]."""

    def lower(self, name, ctx):
        from valuation.lowering.accounts import post

        b = ctx.b
        currency = self.amount.currency or b.currency
        amount = ctx.quantity(self.amount, "Signing bonus")
        begins = b.month(f"{name}.begins", "between", ctx.term_begin, ctx.time.month_start, ctx.time.month_end)
        paid = b.month(f"{name}.paid", "prod", amount, begins, unit=currency, label="Signing bonus", roll="sum")
        kind = "revenue" if ctx.view == self.payee else "cost"
        post(ctx, paid, payer=self.payer, payee=self.payee, kind=kind)
'''

CONTRACT = """
id: bonus
name: A lease with a signing bonus
stage: test
currency: EUR
parties: {host: Host, tenant: Tenant}
view: host
market: market.yaml
dates: {valuation: 2026-06-30, start: 2026-10-01, term: 24 months}
discount_rate: 8 %/year
capacity: {basis: grid, connection: 20 MW, contracted: 10 MW, pue: 1.2, utilisation: 90 %}
clauses:
  rent: {structure: capacity_lease, payer: tenant, payee: host, lease: gross, price: 100 EUR/kW/month}
  bonus: {structure: signing_bonus, payer: tenant, payee: host, amount: 2 MEUR}
"""
MARKET = """
as_of: 2026-06-30
risk_free: 3 %/year
factors:
  power: {process: two_ou, unit: EUR/MWh, forward: 40 EUR/MWh, slow: {reversion: 2 /year, volatility: 0.5 /sqrt(year)}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder as an installed package leaves it, and a contract beside it that uses its clause."""
    information = tmp_path / "bonus-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: bonus\nVersion: 1.0\n", encoding="utf-8")
    (information / "entry_points.txt").write_text("[valuate]\nsigning_bonus = bonus\n", encoding="utf-8")
    (tmp_path / "bonus.py").write_text(CLAUSE, encoding="utf-8")
    (tmp_path / "deal.yaml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "market.yaml").write_text(MARKET, encoding="utf-8")
    return tmp_path


MAIN = "from valuation.cli import main; main()"


def run(site: Path, *words: str, code: str = MAIN) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own that finds the package."""
    path = os.pathsep.join([str(site), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(
        command, cwd=site, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=300
    )


def test_a_clause_of_another_package_is_read_and_offered(site: Path) -> None:
    done = run(site, "check", "deal.yaml")
    assert done.returncode == 0, done.stderr
    assert "2 clauses" in done.stdout
    (site / "deal.yaml").write_text(CONTRACT.replace("signing_bonus", "signing_bonsu"), encoding="utf-8")
    assert "did you mean 'signing_bonus'?" in run(site, "check", "deal.yaml").stderr
    assert '"signing_bonus"' in run(site, "schema").stdout


def test_a_clause_of_another_package_is_valued_from_both_sides(site: Path) -> None:
    # by the base case: a process of its own would compile the kernel, which knows no clauses
    code = (
        "from valuation import load_contract\n"
        "from valuation.appraisal.base import Base\n"
        "from valuation.resolve import resolve\n"
        "for view in ('host', 'tenant'):\n"
        "    with_it, without = (\n"
        "        Base.of(resolve(load_contract('deal.yaml', view=view, overrides=o))).npv\n"
        "        for o in ([], ['clauses.bonus=null'])\n"
        "    )\n"
        "    print(with_it - without)\n"
    )
    done = run(site, code=code)
    assert done.returncode == 0, done.stderr
    host, tenant = (float(word) for word in done.stdout.split())
    by_hand = 2e6 * 1.08 ** (-123 / 365)  # paid on 31 October 2026, 123 days after the valuation date
    assert host == pytest.approx(by_hand, rel=1e-9)
    assert tenant == pytest.approx(-by_hand, rel=1e-9)


def test_a_broken_package_is_named(site: Path) -> None:
    (site / "bonus.py").write_text("import no_such_module_anywhere\n", encoding="utf-8")
    done = run(site, "check", "deal.yaml")
    assert done.returncode == 1
    assert (
        "extension 'signing_bonus' (bonus) cannot be loaded: No module named 'no_such_module_anywhere'" in done.stderr
    )
    assert "Traceback" not in done.stderr
