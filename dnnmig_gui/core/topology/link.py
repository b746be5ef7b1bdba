"""Links: wired or wireless connections of two servers, given one by one or by tiers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from dnnmig_gui.core.topology.server import DOCUMENT_PART, Identifier, Tier

TierPair = Literal["client-client", "client-edge", "client-cloud", "edge-edge", "edge-cloud", "cloud-cloud"]

SLOWEST_MB_PER_S = 1e-9
"""A byte in a quarter of an hour: what is slower is no link, and its inverse would not be finite."""


def _not_imperceptible(rate: float) -> float:
    if 0 < rate < SLOWEST_MB_PER_S:
        raise ValueError(f"must be 0 (no link) or at least {SLOWEST_MB_PER_S:g}, not {rate:g}")
    return rate


Rate = Annotated[float, Field(ge=0, le=1e12), AfterValidator(_not_imperceptible)]


class LinkDefault(BaseModel):
    """What joins every pair of two tiers; each value not given has its plain default."""

    model_config = DOCUMENT_PART

    bandwidth_mb_per_s: Rate = Field(
        description="10^6 bytes a second; 0 for no link", json_schema_extra={"unit": "MB/s"}
    )
    bandwidth_back_mb_per_s: Rate | None = Field(
        None, description="The other direction, where it differs", json_schema_extra={"unit": "MB/s"}
    )
    latency_ms: float = Field(0.0, ge=0, description="Added to every transfer", json_schema_extra={"unit": "ms"})
    failure_rate: float = Field(0.0, ge=0, lt=1, description="Share of uploads whose CR says failed")
    price_per_gb: float = Field(0.0, ge=0, description="Price of 10^9 bytes")


class Link(BaseModel):
    """One pair's own link. What it does not say comes from the pair's link default."""

    model_config = DOCUMENT_PART

    between: tuple[Identifier, Identifier] = Field(description="The ids of two servers")
    bandwidth_mb_per_s: Rate | None = Field(
        None, description="From the first to the second; 0 removes the link", json_schema_extra={"unit": "MB/s"}
    )
    bandwidth_back_mb_per_s: Rate | None = Field(
        None, description="From the second to the first, where it differs", json_schema_extra={"unit": "MB/s"}
    )
    latency_ms: float | None = Field(
        None, ge=0, description="Added to every transfer", json_schema_extra={"unit": "ms"}
    )
    failure_rate: float | None = Field(None, ge=0, lt=1, description="Share of uploads whose CR says failed")
    price_per_gb: float | None = Field(None, ge=0, description="Price of 10^9 bytes")


def tier_pair(one: Tier, other: Tier) -> TierPair:
    """Return the key of two tiers in `link_defaults`, the tier nearer to the client first."""
    return _PAIRS[one, other]


_PAIRS: dict[tuple[Tier, Tier], TierPair] = {
    ("client", "client"): "client-client",
    ("client", "edge"): "client-edge",
    ("edge", "client"): "client-edge",
    ("client", "cloud"): "client-cloud",
    ("cloud", "client"): "client-cloud",
    ("edge", "edge"): "edge-edge",
    ("edge", "cloud"): "edge-cloud",
    ("cloud", "edge"): "edge-cloud",
    ("cloud", "cloud"): "cloud-cloud",
}
