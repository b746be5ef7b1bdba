"""Servers: any place that can run a layer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Tier = Literal["client", "edge", "cloud"]
TIERS: tuple[Tier, ...] = ("client", "edge", "cloud")

DOCUMENT_PART = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
"""Every part of a scenario is immutable, refuses unknown keys and takes no text for a number."""

LEAST = 1e-9
"""Least value of what must be greater than 0: nothing real is smaller, and its inverse is a number one can add up."""

Identifier = Annotated[str, Field(min_length=1, max_length=200)]
Watt = Annotated[float, Field(ge=0)]


class PowerDraw(BaseModel):
    """Power of a server in watts, by what it does.

    The defaults are those of an Odroid-class client board.
    """

    model_config = DOCUMENT_PART

    active: Watt = Field(7.239, description="While a layer runs", json_schema_extra={"unit": "W"})
    idle: Watt = Field(3.977, description="While it waits for others", json_schema_extra={"unit": "W"})
    transmit: Watt = Field(6.611, description="While it sends", json_schema_extra={"unit": "W"})
    receive: Watt = Field(6.611, description="While it receives", json_schema_extra={"unit": "W"})


class Server(BaseModel):
    """Any place that can run a layer; its tier is client, edge or cloud."""

    model_config = DOCUMENT_PART

    id: Identifier = Field(description="Unique name")
    tier: Tier = Field(description="client, edge or cloud")
    compute_ghz: float = Field(ge=LEAST, le=1e9, description="Processing speed", json_schema_extra={"unit": "GHz"})
    flops_per_cycle: float = Field(
        1.0, ge=LEAST, le=1e9, description="FLOP in one cycle: the honest knob between a GHz figure and a speed"
    )
    memory_mb: float | None = Field(
        None, ge=1e-6, description="Memory for parameters; no limit unless given", json_schema_extra={"unit": "MB"}
    )
    memory_gb_per_s: float | None = Field(
        None,
        ge=LEAST,
        description="Memory bandwidth; where given, a layer takes no less than its bytes need (roofline)",
        json_schema_extra={"unit": "GB/s"},
    )
    power_w: PowerDraw = Field(default_factory=PowerDraw, description="Power by what the server does")
    price_per_hour: float = Field(0.0, ge=0, description="Price of an hour of execution")
    position: tuple[float, float] | None = Field(None, description="Place on the canvas; arranged by tier unless given")

    @property
    def rate_flops(self) -> float:
        """FLOP a second."""
        return self.compute_ghz * 1e9 * self.flops_per_cycle
