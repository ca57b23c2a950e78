"""Take-or-pay of energy: the buyer pays for a minimum, and may make up later what he paid for and did not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.kinds import Share, Term, amount
from valuation.spec.kinds import share as share_of
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import EnergyPrice, ScheduleOf
from valuation.spec.words import FactorOr

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

LONGEST_MAKE_UP = 20
"""Longest time to make up that is computed [year]."""


class MakeUp(SpecModel):
    """What was paid and not taken is a bank of MWh: later take above the minimum draws on it first, without payment.
    What is oldest is drawn first, and what is left at the end is lost."""

    expires: Term | None = None
    """Whole calendar years after the year of payment in which it can be drawn [month]; to the end where left out."""

    @model_validator(mode="after")
    def _whole_years(self) -> MakeUp:
        if self.expires is not None:
            if self.expires.canonical % 12.0:
                raise fault(f"{self.expires} is not a whole number of years, expected for example '3 years'", "expires")
            if self.expires.canonical > 12.0 * LONGEST_MAKE_UP:
                message = f"{self.expires} is longer than {LONGEST_MAKE_UP} years; leave it out for 'to the end'"
                raise fault(message, "expires")
        return self


@clause("take_or_pay")
class TakeOrPaySupply(Clause):
    """Supply of energy of which a minimum is paid for: price × max(Q, minimum × contract quantity) per settlement
    period.

    The payer is the buyer. Q is what he takes: a share of the contract quantity, certain or a factor.
    """

    may_end: ClassVar[bool] = True
    energy_row: ClassVar[str] = "billed_volume"
    unused: ClassVar[dict[str, str]] = {
        "survives": "the supply ends with the notice, and so does what could still be made up",
        "passes": "the buyer of the energy pays it; no lease passes it through",
    }
    structure: Literal["take_or_pay"]
    quantity: Annotated[Schedule, ScheduleOf(amount("MWh/year", "a yearly volume", "100 GWh/year"))]
    """Contract quantity [MWh/year], a twelfth a month, also by date."""
    taken: Annotated[str | Quantity, FactorOr(share_of(high=None))]
    """What the buyer takes: name of a factor, or a share of the contract quantity [1]."""
    minimum: Share
    """Share of the contract quantity that is paid for at the least [1]."""
    per: Literal["month", "year"] = "year"
    """Settlement period; by year the shortfall is billed in December."""
    price: EnergyPrice
    """Price [currency/MWh], also by date."""
    make_up: MakeUp | None = None
    """Whether what was paid and not taken may be taken later; without it, it is lost."""

    def prepare(self, name: str, ctx: Lowering) -> None:
        """Enters the offtake, so that costs know when the last one stops."""
        from valuation.lowering.offtake import enter

        enter(ctx, name, self.payer, self.payee)

    def lower(self, name: str, ctx: Lowering) -> None:
        """Price × (taken + shortfall − made up), until the event that ends it, by days."""
        from valuation.lowering.costs import post_own
        from valuation.lowering.offtake import contract_price, served_share, title

        b = ctx.b
        with b.in_section("Take-or-pay"):
            paid, currency = contract_price(ctx, name, self.price, self.index)
            factors = [ctx.schedule(self.quantity, "Contract quantity"), ctx.month_in_years, served_share(ctx, name)]
            mwh = {"unit": "MWh", "roll": "sum"}
            full = b.month(
                f"{name}.contract_quantity", "prod", *factors, label=f"{title(name)}: contract quantity", **mwh
            )
            use = self.taken if isinstance(self.taken, str) else None
            share = ctx.factors[use].value if use else ctx.quantity(self.taken, "Share taken")  # type: ignore[arg-type]
            taken = b.month(f"{name}.taken", "prod", share, full, label=f"{title(name)}: taken", **mwh)
            least = b.month(f"{name}.least", "prod", ctx.quantity(self.minimum, "Minimum paid for"), full, unit="MWh")
            below, above = self._against_the_minimum(name, ctx, taken, least)
            parts = [taken, below]
            if self.make_up is not None:
                parts.append(f"-{self._made_up(name, ctx, below, above, self.make_up)}")
            billed = b.month(f"{name}.billed_volume", "sum", *parts, label=f"{title(name)}: volume billed", **mwh)
            if self.per == "year":
                # a shortfall billed after the last delivery has the price of the last delivery
                runs = b.month(f"{name}.delivers", "above", full, 0.0)
                row = f"{name}.last_price"
                paid = b.month(row, "select", runs, paid, f"{row}.prev", unit=f"{currency}/MWh")
            cost = b.month(f"{name}.billed", "prod", paid, billed, unit=currency, label=title(name), roll="sum")
            post_own(ctx, self, cost)

    def _against_the_minimum(self, name: str, ctx: Lowering, taken: str, least: str) -> tuple[str, str]:
        """Rows of what is missing to the minimum of a settlement period, and of what is beyond it [MWh]; 0 in months
        in which none ends."""
        from valuation.lowering.offtake import title

        b = ctx.b
        if self.per == "year":
            reset = ctx.time.year_begins
            taken = b.month(
                f"{name}.taken_of_year", "year_to_date", taken, f"{name}.taken_of_year.prev", reset, unit="MWh"
            )
            least = b.month(
                f"{name}.least_of_year", "year_to_date", least, f"{name}.least_of_year.prev", reset, unit="MWh"
            )
        missing = b.month(f"{name}.missing", "sub", least, taken, unit="MWh")
        beyond = b.month(f"{name}.beyond", "sub", taken, least, unit="MWh")
        show = {"unit": "MWh", "label": f"{title(name)}: paid for and not taken", "roll": "sum"}
        if self.per == "month":
            below = b.month(f"{name}.shortfall", "higher_of", missing, 0.0, **show)
            return below, b.month(f"{name}.excess", "higher_of", beyond, 0.0, unit="MWh")
        owed = b.month(f"{name}.owed", "higher_of", missing, 0.0, unit="MWh")
        more = b.month(f"{name}.more", "higher_of", beyond, 0.0, unit="MWh")
        below = b.month(f"{name}.shortfall", "mul", ctx.time.year_ends, owed, **show)
        return below, b.month(f"{name}.excess", "mul", ctx.time.year_ends, more, unit="MWh")

    def _made_up(self, name: str, ctx: Lowering, below: str, above: str, terms: MakeUp) -> str:
        """Row of the volume that is drawn from the bank [MWh].

        The bank is what was ever paid and not taken, less what has gone: drawn or expired. First in, first out: at the
        start of a year everything that was banked more than `expires` years before has gone one way or the other.
        """
        from valuation.lowering.offtake import title

        b = ctx.b
        banked, gone = f"{name}.ever_banked", f"{name}.ever_gone"
        before = f"{gone}.prev"
        if terms.expires is not None:
            ctx.quantity(terms.expires, "Time to make up")
            expired = self._banked_years_before(name, ctx, round(terms.expires.canonical) // 12 + 1)
            before = b.month(f"{name}.gone_before", "higher_of", before, expired, unit="MWh")
        left = b.month(f"{name}.to_make_up", "sub", f"{banked}.prev", before, unit="MWh")
        drawn = b.month(
            f"{name}.made_up", "lower_of", left, above, unit="MWh", label=f"{title(name)}: made up", roll="sum"
        )
        b.month(gone, "add", before, drawn, unit="MWh")
        b.month(banked, "sum", f"{banked}.prev", below, unit="MWh")
        b.month(f"{name}.bank", "sub", banked, gone, unit="MWh", label=f"{title(name)}: bank to make up", roll="end")
        return drawn

    def _banked_years_before(self, name: str, ctx: Lowering, years: int) -> str:
        """Row of what had ever been banked at the end of the calendar year so many years before [MWh]."""
        b, source = ctx.b, f"{name}.ever_banked"
        for year in range(1, years + 1):
            row = f"{name}.banked_{year}_years_before"
            source = b.month(row, "select", ctx.time.year_begins, f"{source}.prev", f"{row}.prev", unit="MWh")
        return source
