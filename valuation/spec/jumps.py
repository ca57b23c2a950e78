"""Prices that jump: how jumps are stated, and the law of a price that they move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum
from typing import Annotated, Literal, NamedTuple

from pydantic import model_validator

from valuation.processes import price_law
from valuation.processes.jump_sizes import Exponential, Normal
from valuation.processes.jumps import Jumps, Load, covariance, log_moment, log_moments, means, most_jumps, variances
from valuation.processes.price_law import Between, Deviation
from valuation.spec.components import measured
from valuation.spec.faults import fault
from valuation.spec.kinds import Intensity, NumberOr
from valuation.spec.model import SpecModel
from valuation.spec.price import Correlation, PriceFactor
from valuation.spec.quantity import Quantity

MEAN_SIZE = NumberOr("a mean size", "0.2", above=0.0)
MEAN = NumberOr("a mean size", "-0.05")
SPREAD = NumberOr("a standard deviation", "0.4", low=0.0)

MOST_A_MONTH = 24
"""Jumps of one month that a plan has places for."""
SLOWEST = 1.0e-3
"""Least reversion above 0 that is computed with [1/year]: what a month loses of a jump keeps its digits."""
LARGEST = 4.0
"""Largest jump of a logarithm that is computed with: a price 55 times as high."""


class Spikes(SpecModel):
    """Jumps of one sign that decay: dY = −reversion·Y dt + J dN, |J| exponential, Y = 0 on the market's date."""

    rate: Intensity
    """Jumps a year, λ [1/year]."""
    mean_size: Annotated[Quantity, MEAN_SIZE]
    """Mean of |J|, 1/η [1; unit of the price for `arithmetic`]."""
    reversion: Intensity
    """Speed at which a jump decays, β [1/year]: half of it is gone after ln 2/β."""

    @model_validator(mode="after")
    def _places(self) -> Spikes:
        refuse_too_many(self.rate)
        refuse_too_slow(self.reversion)
        return self


class NormalJumps(SpecModel):
    """Jumps of normal size that decay as the price does."""

    rate: Intensity
    """Jumps a year, λ [1/year]."""
    mean: Annotated[Quantity, MEAN] | None = None
    """Mean of J [1; unit of the price for `arithmetic`]; left out: −sd²/2, with which a jump multiplies the price by 1
    in the mean."""
    sd: Annotated[Quantity, SPREAD]
    """Standard deviation of J [1; unit of the price for `arithmetic`]."""

    @model_validator(mode="after")
    def _places(self) -> NormalJumps:
        refuse_too_many(self.rate)
        return self


class JumpPart(NamedTuple):
    """A jump process as a price computes with it. ``size``: what its law is stated by, in the order of the law."""

    name: str
    rate: Quantity
    reversion: Quantity
    jumps: Jumps
    law: Literal["exponential", "normal"]
    size: tuple[Quantity | float, ...]
    sign: float = 1.0


def refuse_too_many(rate: Quantity) -> None:
    """Refuses an intensity at which one month may hold more jumps than a plan has places for."""
    if most_jumps(rate.canonical / 12.0) > MOST_A_MONTH:
        raise fault(
            f"at {rate} a month may hold more than {MOST_A_MONTH} jumps, each of which is drawn by itself; so many are "
            "a diffusion: write them as the 'fast' component of a two_ou, or state fewer and larger jumps",
            "rate",
        )


def refuse_too_slow(reversion: Quantity) -> None:
    """Refuses a reversion at which jumps stay for all that can be told."""
    if 0.0 < reversion.canonical < SLOWEST:
        raise fault(f"at {reversion} a jump outlasts every contract: write 0 /year for jumps that stay", "reversion")


def sized(jumps: SpecModel, transform: str, unit: str) -> SpecModel:
    """The same jumps with their sizes in the unit in which the transform is measured."""
    nouns = {"mean_size": "a mean size", "mean": "a mean size", "sd": "a standard deviation"}
    update = {
        key: measured(value, transform, unit, "", noun, key)
        for key, noun in nouns.items()
        if (value := getattr(jumps, key, None)) is not None
    }
    if transform != "arithmetic":
        for key, value in update.items():
            if abs(value.canonical) > LARGEST:
                message = f"a jump of {value} of the logarithm is out of all proportion: expected at most {LARGEST:g}"
                raise fault(message, key)
    return jumps.model_copy(update=update)


class JumpingPrice(PriceFactor):
    """A price whose deviation is the sum of its components and of jumps that decay, which are independent of all."""

    def jump_parts(self) -> tuple[JumpPart, ...]:
        """The jump processes that the price has, in file order."""
        raise NotImplementedError(f"{self.process} states no jumps")

    @property
    def averages(self) -> bool:
        """Whether a month settles at its average."""
        return self.settlement == "month_average"

    def deviation(self, steps: Sequence[float], correlation: Correlation | None = None) -> Deviation:
        """As of any price, with the exponential moments of the jumps beside it."""
        gaussian = super().deviation(steps, correlation)
        if self.transform == "arithmetic":
            return Deviation(gaussian.variance, mean=self._sum(lambda j: means(j, steps, average=self.averages)))
        up = self._sum(lambda j: log_moments(j, 1.0, steps, average=self.averages))
        if self.transform == "log":
            return Deviation(gaussian.variance, up=up)
        down = self._sum(lambda j: log_moments(j, -1.0, steps, average=self.averages))
        return Deviation(gaussian.variance, up=up, down=down)

    def between(self, steps: Sequence[float], first: int, later: int, first_month: int = 0) -> Between:
        """As of any price, with the joint moments of the jumps in two months."""
        shared = super().between(steps, first, later, first_month).covariance
        one, other = (Load(fsum(steps[:at]), steps[at], 1.0) for at in (first, later))
        every = [part.jumps for part in self.jump_parts()]

        def joint(a: float, b: float) -> float:
            months = [month for month in (one._replace(weight=a), other._replace(weight=b)) if month.length > 0.0]
            return fsum(log_moment(jumps, months, average=self.averages) for jumps in every)

        moved = one.length > 0.0 and other.length > 0.0
        rest = fsum(covariance(jumps, one, other, average=self.averages) for jumps in every) if moved else 0.0
        return Between(shared, joint, rest)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance of the price by month [unit, unit²]; a variance that does not exist is infinite."""
        law, average = self.deviation(steps), self.averages
        places = self.locations(expected, law)
        twice, back, rest = [0.0] * len(steps), [0.0] * len(steps), [0.0] * len(steps)
        if self.transform == "arithmetic":
            rest = self._sum(lambda j: variances(j, steps, average=average))
        else:
            twice = self._sum(lambda j: log_moments(j, 2.0, steps, average=average))
        if self.transform == "asinh":
            back = self._sum(lambda j: log_moments(j, -2.0, steps, average=average))
        out = []
        for t, (price, place) in enumerate(zip(expected, places, strict=True)):
            of_both = {2.0: twice[t], 0.0: 0.0, -2.0: back[t]}
            between = Between(law.variance[t], lambda a, b, known=of_both: known[a + b], rest[t])  # type: ignore[misc]
            own = (law.at(t), law.at(t))
            two = ((price, price), (place, place))
            out.append((price, price_law.covariance(self.transform, *two, own, between, self.asinh_scale)))
        return out

    def _sum(self, of_jumps: Callable[[Jumps], list[float]]) -> list[float]:
        columns = [of_jumps(part.jumps) for part in self.jump_parts()]
        return [fsum(values) for values in zip(*columns, strict=True)]


def exponential(name: str, own: Spikes, sign: float = 1.0) -> JumpPart:
    """Spikes as a price computes with them, up, or down with a ``sign`` of −1."""
    law = Jumps(own.rate.canonical, own.reversion.canonical, Exponential(sign * own.mean_size.canonical))
    return JumpPart(name, own.rate, own.reversion, law, "exponential", (own.mean_size,), sign)


def normal(name: str, own: NormalJumps, reversion: Quantity) -> JumpPart:
    """Normal jumps as a price computes with them. ``reversion`` [1/year] at which they decay."""
    sd = own.sd.canonical
    mean: Quantity | float = -0.5 * sd * sd if own.mean is None else own.mean
    law = Normal(mean if isinstance(mean, float) else mean.canonical, sd)
    return JumpPart(
        name, own.rate, reversion, Jumps(own.rate.canonical, reversion.canonical, law), "normal", (mean, own.sd)
    )
