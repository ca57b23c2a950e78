"""What the owners pay in and get out: NPV, rate of return, multiple and payback."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.appraisal import headline
from valuation.appraisal.base import Base, known, rate_of_return
from valuation.appraisal.financing.cover import rounding
from valuation.appraisal.flows import Flows, added, base_equity_flows, mean_equity_flows, present_value
from valuation.appraisal.project import modified_rate, over_paths
from valuation.finance import discounted_payback, moic, payback
from valuation.plan.model import Plan
from valuation.simulate import Simulation
from valuation.statistics.sums import share
from valuation.tables import IrrSummary, OwnersReturn


@dataclass(frozen=True)
class OwnersCase:
    """The owners' cash of one case from the valuation date on, and what it is worth to them."""

    rate: float
    flows: Flows
    rounding: float
    """Amount below which what they pay is nothing but rounding, as where loans pay for it all [contract currency]."""

    @classmethod
    def of(cls, base: Base) -> OwnersCase:
        """Of a base case."""
        flows = base_equity_flows(base.plan, base.values).ahead()
        return cls(base.values.scalar["rates.equity"], flows, rounding(base))

    @property
    def npv(self) -> float:
        """Net present value at their discount rate [contract currency]."""
        return present_value(self.rate, self.flows, self.flows.net)

    @property
    def invests(self) -> bool:
        """Whether they pay anything in."""
        return any(amount < -self.rounding for amount in self.flows.net)

    @property
    def irr(self) -> tuple[float | None, str]:
        """Their internal rate of return and its status; none where they pay nothing in."""
        return rate_of_return(self.rate, self.flows, self.flows.net) if self.invests else (None, "no_investment")


def is_financed(plan: Plan) -> bool:
    """Whether a plan has the cash of owners in it: it is that of the borrower of a financing."""
    return any(one.name == "npv_equity" for one in plan.measures)


def owners_rates(base: Base, run: Simulation) -> IrrSummary:
    """The owners' rate of return on the paths."""
    case, mean = OwnersCase.of(base), mean_equity_flows(run, base.plan)
    return headline.irr_summary(run, "irr_equity", case.rate, mean, False, case.invests)


def owners_return(base: Base, run: Simulation) -> OwnersReturn:
    """The owners' return in the base case and on the paths.

    The modified rate of return borrows and reinvests at their discount rate; the payback is from the valuation date.
    """
    case = OwnersCase.of(base)
    flows, rate, npv = case.flows, case.rate, run.measure["npv_equity"]
    irr, status = case.irr
    net, years, some = flows.net, flows.years, case.invests
    return OwnersReturn(
        rate=rate,
        npv=headline.npv_distribution(npv),
        npv_base=case.npv,
        npv_negative=share(npv < 0.0)[0],
        irr=owners_rates(base, run),
        irr_base=irr,
        irr_status=status,
        paid_in=-added(amount for amount in net if amount < 0.0) + 0.0,
        paid_out=added(amount for amount in net if amount > 0.0),
        mirr=over_paths(run, "mirr_equity") if some else None,
        moic=over_paths(run, "moic_equity") if some else None,
        payback_years=over_paths(run, "payback_equity") if some else None,
        discounted_payback_years=over_paths(run, "discounted_payback_equity") if some else None,
        mirr_base=modified_rate(flows, rate) if some else None,
        moic_base=known(moic(net)) if some else None,
        payback_years_base=known(payback(net, years)) if some else None,
        discounted_payback_years_base=known(discounted_payback(rate, net, years)) if some else None,
    )
