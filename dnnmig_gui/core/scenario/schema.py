"""The scenario document. DESIGN.md section 5 is its contract: extend it, never break it.

Everything is frozen: an edit makes a new scenario (`model_copy`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from dnnmig_gui.core.topology.link import Link, LinkDefault, TierPair
from dnnmig_gui.core.topology.server import DOCUMENT_PART, LEAST, Identifier, Server, Tier

FORMAT = "dnnmig-scenario"
VERSION = 1


class ModelEntry(BaseModel):
    """A DNN of the scenario: from the zoo, or from an ONNX file or a layer table."""

    model_config = DOCUMENT_PART

    id: Identifier = Field(description="Unique name")
    zoo: str | None = Field(None, description="Name of a model of the zoo")
    file: str | None = Field(None, description="ONNX file or layer table, relative to the scenario")
    profile: str | None = Field(None, description="Table of measured times, relative to the scenario")
    dimensions: dict[str, Annotated[int, Field(gt=0)]] = Field(
        default_factory=dict, description="Sizes of the ONNX model's symbolic dimensions, by name"
    )

    @model_validator(mode="after")
    def _has_one_source(self) -> ModelEntry:
        if (self.zoo is None) == (self.file is None):
            raise ValueError("needs either 'zoo' (a model's name) or 'file' (a path), not both and not neither")
        return self


class Weights(BaseModel):
    """What matters to a user; the three sum to 1."""

    model_config = DOCUMENT_PART

    delay: float = Field(1.0, ge=0, le=1)
    energy: float = Field(0.0, ge=0, le=1)
    money: float = Field(0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _sums_to_one(self) -> Weights:
        total = self.delay + self.energy + self.money
        if abs(total - 1) > 1e-6:
            raise ValueError(f"delay, energy and money must sum to 1, not {total:g}")
        return self


class PinLimit(BaseModel):
    """Layers that run only on the servers or tiers named."""

    model_config = DOCUMENT_PART

    limit: Literal["pin"]
    layers: tuple[str, ...] = Field(min_length=1, description="Names of layers; '*' for all")
    to: tuple[str, ...] = Field(min_length=1, description="Ids of servers, or tiers")


class BarLimit(BaseModel):
    """Layers that never run on the servers or tiers named."""

    model_config = DOCUMENT_PART

    limit: Literal["bar"]
    layers: tuple[str, ...] = Field(min_length=1, description="Names of layers; '*' for all")
    # "from" is a word of Python's own
    from_: tuple[str, ...] = Field(min_length=1, alias="from", description="Ids of servers, or tiers")


class UseLimit(BaseModel):
    """A tier of which at least one server must run something of the model."""

    model_config = DOCUMENT_PART

    limit: Literal["use"]
    tier: Tier = Field(description="client, edge or cloud")


class EnergyLimit(BaseModel):
    """The most energy that a query may take."""

    model_config = DOCUMENT_PART

    limit: Literal["energy"]
    budget_j: float = Field(ge=LEAST, description="Energy of one query at most", json_schema_extra={"unit": "J"})


Limit = Annotated[PinLimit | BarLimit | UseLimit | EnergyLimit, Field(discriminator="limit")]


class User(BaseModel):
    """A person's task: a client, a model, a stay, weights and limits."""

    model_config = DOCUMENT_PART

    id: Identifier = Field(description="Unique name")
    client: str = Field(description="Id of the client that asks")
    model: str = Field(description="Id of the model")
    arrival_s: float = Field(0.0, ge=0, description="When the user comes", json_schema_extra={"unit": "s"})
    departure_s: float | None = Field(
        None, gt=0, description="When the user goes; never unless given", json_schema_extra={"unit": "s"}
    )
    share: float = Field(1.0, ge=LEAST, le=1e9, description="Weight of this user in the objective")
    weights: Weights = Field(default_factory=Weights, description="What matters to this user")
    deadline_s: float | None = Field(
        None, ge=LEAST, description="Longest query delay allowed", json_schema_extra={"unit": "s"}
    )
    limits: tuple[Limit, ...] = Field(
        (), description="Where layers must or must not run, which tier must take part, how much energy a query may take"
    )

    @model_validator(mode="after")
    def _leaves_after_coming(self) -> User:
        if self.departure_s is not None and self.departure_s <= self.arrival_s:
            raise ValueError(f"departure_s ({self.departure_s:g}) must come after arrival_s ({self.arrival_s:g})")
        return self


class MethodChoice(BaseModel):
    """A method and its parameters; those not given have the method's defaults."""

    model_config = DOCUMENT_PART

    method: str = Field(description="Name of the method (dnnmig methods lists them)")
    parameters: dict[str, Any] = Field(default_factory=dict, description="Its parameters")


class Costs(BaseModel):
    """How delay, energy and money are counted."""

    model_config = DOCUMENT_PART

    delay: Literal["serial", "parallel"] = Field(
        "serial",
        title="Delay of a query",
        description="Layers one after the other, as in the article, or branches at the same time: the critical path",
    )
    contention: Literal["none", "shared"] = Field("shared", description="Whether users on one server divide its rate")
    routing: Literal["relay", "direct"] = Field(
        "relay", description="Whether bytes may travel over other servers, or over a pair's own link alone"
    )
    energy: Literal["client", "all"] = Field(
        "client", description="Whether only the client's energy counts, or also the servers' execution"
    )
    ties: Literal["first", "fewest-servers"] = Field(
        "first", description="Of plans that are equally good: the first found, or one without servers it can do without"
    )


class Outage(BaseModel):
    """A stretch of the run in which a link, or a server with all its links, does not work."""

    model_config = DOCUMENT_PART

    between: tuple[Identifier, Identifier] | None = Field(None, description="The ids of the link's two servers")
    server: str | None = Field(None, description="Id of an edge or cloud server that is down")
    start_s: float = Field(ge=0, description="When it begins", json_schema_extra={"unit": "s"})
    end_s: float = Field(gt=0, description="When it is over", json_schema_extra={"unit": "s"})

    @model_validator(mode="after")
    def _is_of_one_thing(self) -> Outage:
        if (self.between is None) == (self.server is None):
            raise ValueError("needs either 'between' (a link's two servers) or 'server' (an id)")
        if self.end_s <= self.start_s:
            raise ValueError(f"end_s ({self.end_s:g}) must come after start_s ({self.start_s:g})")
        return self


class Running(BaseModel):
    """How the running phase is played, and for how long.

    What is not given is played as the plan assumes it: nothing waits, nothing fails but for links' failure rates.
    """

    model_config = DOCUMENT_PART

    queries_after_upload: int = Field(5, ge=0, le=100_000, description="Queries of each user after its last upload")
    horizon_s: float | None = Field(
        None, ge=LEAST, description="End of the run; after those queries unless given", json_schema_extra={"unit": "s"}
    )
    asking: Literal["back-to-back", "think", "poisson"] = Field(
        "back-to-back", description="When the next query is asked: at once, after a pause, or at random"
    )
    think_s: float = Field(
        1.0, ge=0, description="Pause between two queries (asking: think)", json_schema_extra={"unit": "s"}
    )
    queries_per_s: float = Field(1.0, gt=0, le=1e6, description="Mean rate of each user's queries (asking: poisson)")
    servers: Literal["planned", "fifo"] = Field(
        "planned",
        description="Executions take as long as planned, or queue at the server, first come, first served",
    )
    execution_times: Literal["constant", "exponential"] = Field(
        "constant", description="Executions always take their time, or a random one with that mean"
    )
    sharing: Literal["none", "fair", "queries-first"] = Field(
        "none",
        description="Transfers have a link to themselves, divide it equally, or let queries' tensors go first",
    )
    resend: Literal["at-once", "back-off"] = Field(
        "at-once", description="When a failed upload is sent again: at once, or after pauses that double"
    )
    back_off_s: float = Field(
        0.1, ge=0, description="First pause before sending again (resend: back-off)", json_schema_extra={"unit": "s"}
    )
    most_tries: int | None = Field(
        None, ge=1, le=1000, description="Tries after which a partition is given up; never unless given"
    )
    resume: Literal["no", "yes"] = Field(
        "no", description="Whether an upload that failed goes on behind the bytes that arrived"
    )
    confirmation: Literal["at-once", "route"] = Field(
        "at-once", description="Whether a CR arrives with the last byte, or after the way back's latency"
    )
    policy: Literal["planned", "first-come", "fair"] = Field(
        "planned",
        description="Who plans when: all beforehand, each on arrival with what is left, or all at every change",
    )
    outages: tuple[Outage, ...] = Field((), description="When links or servers do not work")


class Scenario(BaseModel):
    """The document: servers, links, models, users, settings."""

    model_config = DOCUMENT_PART

    format: Literal["dnnmig-scenario"]
    version: Literal[1]
    name: str = Field("Untitled", description="What people call it")
    description: str = Field("", description="Its story, in a few sentences")
    seed: int = Field(0, ge=0, le=2**63 - 1, description="Of every random choice")
    servers: tuple[Server, ...] = Field((), description="Clients, edge servers and cloud servers")
    link_defaults: dict[TierPair, LinkDefault] = Field(
        default_factory=dict, description="What joins every pair of two tiers"
    )
    links: tuple[Link, ...] = Field((), description="Pairs that differ from their default")
    models: tuple[ModelEntry, ...] = Field((), description="The DNNs")
    users: tuple[User, ...] = Field((), description="Who asks what from where")
    preprocessing: tuple[MethodChoice, ...] = Field((), description="Applied to every model, in this order")
    offloading: MethodChoice = Field(MethodChoice(method="exact"), description="Decides where each layer runs")
    uploading: MethodChoice = Field(
        MethodChoice(method="recursive-efficiency"), description="Decides what is uploaded first"
    )
    costs: Costs = Field(Costs(), description="How delay, energy and money are counted")
    running: Running = Field(Running(), description="How long the running phase is played")

    def server(self, server_id: str) -> Server:
        """Return a server by its id; KeyError if there is none."""
        for server in self.servers:
            if server.id == server_id:
                return server
        raise KeyError(server_id)

    def of_tier(self, tier: Tier) -> tuple[Server, ...]:
        """Return the servers of a tier, in the document's order."""
        return tuple(server for server in self.servers if server.tier == tier)
