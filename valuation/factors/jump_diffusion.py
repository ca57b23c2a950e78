"""Price whose logarithm diffuses and jumps, and reverts from both at one speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from valuation.registry import factor
from valuation.spec.components import Part
from valuation.spec.factor import Forward
from valuation.spec.faults import fault
from valuation.spec.jumps import JumpingPrice, JumpPart, NormalJumps, normal, refuse_too_slow, sized
from valuation.spec.kinds import Intensity, Movement
from valuation.spec.price import in_transform

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("jump_diffusion")
class JumpDiffusion(JumpingPrice):
    """Price P with transform(P) = location + X, dX = −reversion·X dt + volatility dW + J dN, J normal; E[P] = forward +
    risk premium."""

    components: ClassVar[tuple[str, ...]] = ("diffusion",)
    process: Literal["jump_diffusion"]
    forward: Forward
    """Forward curve [unit]."""
    reversion: Intensity
    """Speed of mean reversion of the diffusion and of the jumps [1/year]; 0: both stay, as a share price has them."""
    volatility: Movement
    """Volatility of the diffusion [1/sqrt(year); unit of the price/sqrt(year) for `arithmetic`]."""
    jumps: NormalJumps
    """Jumps; of normal size."""

    _in_transform = field_validator("volatility")(in_transform)

    @field_validator("jumps")
    @classmethod
    def _sized(cls, own: NormalJumps, info: ValidationInfo) -> Any:
        known = {"transform", "unit"} <= set(info.data)
        return sized(own, info.data["transform"], info.data["unit"]) if known else own

    @model_validator(mode="after")
    def _has_a_mean(self) -> JumpDiffusion:
        refuse_too_slow(self.reversion)
        if self.transform == "arithmetic" and self.jumps.mean is None:
            example = f"'mean: 0 {self.unit}'"
            raise fault(f"a jump of the price itself has a mean that must be stated, for example {example}", "jumps")
        return self

    def parts(self) -> tuple[Part, ...]:
        """The diffusion."""
        return (Part("diffusion", self.reversion, self.volatility),)

    def jump_parts(self) -> tuple[JumpPart, ...]:
        """The jumps, which decay as the diffusion reverts."""
        return (normal("jumps", self.jumps, self.reversion),)

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Each jump has a time and a size of its own; the location takes their exact exponential moments, see
        lowering/jumps.py and processes/jumps.py."""
        from valuation.lowering.jumps import lower_jumping_price

        return lower_jumping_price(self, name, ctx)
