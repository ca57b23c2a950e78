"""Price with a mean-reverting diffusion and spikes that decay faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from valuation.registry import factor
from valuation.spec.components import Component, Part
from valuation.spec.factor import Forward
from valuation.spec.faults import fault
from valuation.spec.jumps import JumpingPrice, JumpPart, Spikes, exponential, sized
from valuation.spec.price import in_transform

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("kluge")
class Kluge(JumpingPrice):
    """Price P with transform(P) = location + diffusion + spikes + drops, and E[P] = forward + risk premium."""

    components: ClassVar[tuple[str, ...]] = ("diffusion",)
    process: Literal["kluge"]
    forward: Forward
    """Forward curve [unit]."""
    diffusion: Component
    """The component that moves all the time."""
    spikes: Spikes
    """Jumps up; of exponential size."""
    drops: Spikes | None = None
    """Jumps down; of exponential size."""

    _in_transform = field_validator("diffusion")(in_transform)

    @field_validator("spikes", "drops")
    @classmethod
    def _sized(cls, own: Spikes | None, info: ValidationInfo) -> Any:
        known = own is not None and {"transform", "unit"} <= set(info.data)
        return sized(own, info.data["transform"], info.data["unit"]) if own is not None and known else own

    @model_validator(mode="after")
    def _has_a_mean(self) -> Kluge:
        if self.transform == "arithmetic":
            return self
        for part in self.jump_parts():
            size = part.jumps.sizes.mean
            if size >= 1.0 or (size <= -1.0 and self.transform == "asinh"):
                raise fault(
                    f"the mean size of a jump is {abs(size):g}: a price whose logarithm jumps by 1 or more in the mean "
                    "has no mean itself, and no forward; expected below 1 (η = 1/mean_size above 1)",
                    part.name,
                    "mean_size",
                )
        return self

    def parts(self) -> tuple[Part, ...]:
        """The diffusion."""
        return (self.diffusion.part("diffusion"),)

    def jump_parts(self) -> tuple[JumpPart, ...]:
        """Spikes, and drops where there are some."""
        up = exponential("spikes", self.spikes)
        return (up,) if self.drops is None else (up, exponential("drops", self.drops, -1.0))

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Each spike has a time and a size of its own; the location takes their exact exponential moments, see
        lowering/jumps.py and processes/jumps.py."""
        from valuation.lowering.jumps import lower_jumping_price

        return lower_jumping_price(self, name, ctx)
