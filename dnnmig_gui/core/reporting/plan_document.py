"""The plan as a document (`dnnmig-plan`), both ways: from a migration plan, and back to one.

DESIGN.md section 5 is its contract. Same scenario, same seed, same product version: the same bytes, `seconds`
aside.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dnnmig_gui import __version__
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.planning import MigrationPlan, UserPlan
from dnnmig_gui.core.scenario import Scenario, scenario_text
from dnnmig_gui.core.scenario.file import read_json
from dnnmig_gui.core.scenario.saved_document import open_document, parse_document

FORMAT = "dnnmig-plan"
VERSION = 1
LARGEST_BYTES = 256 * 2**20

_PART = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class SavedPartition(BaseModel):
    """A P3: what one upload sends to one server; times count from the start of the user's uploads."""

    model_config = _PART

    index: int = Field(ge=1)
    server: str
    layers: tuple[str, ...] = Field(min_length=1)
    bytes: int = Field(ge=0)
    upload_s: float | None = Field(ge=0)
    done_s: float | None = Field(ge=0)
    query_delay_after_s: float | None = Field(ge=0)


class SavedUploading(BaseModel):
    """The ordered P3 of one user and their measures."""

    model_config = _PART

    method: str
    upload_s: float | None = Field(ge=0)
    queries_during_upload: float | None = Field(ge=0)
    mean_query_delay_s: float | None = Field(ge=0)
    bound_queries: float | None = Field(ge=0)
    partitions: tuple[SavedPartition, ...]


class SavedUser(BaseModel):
    """What the plan says of one user; `violations` names the limits it breaks."""

    model_config = _PART

    id: str
    local_delay_s: float | None = Field(ge=0)
    query_delay_s: float | None = Field(ge=0)
    energy_j: float | None = Field(ge=0)
    money: float | None = Field(ge=0)
    feasible: bool
    violations: tuple[str, ...] = ()
    assignment: dict[str, str]
    uploading: SavedUploading


class SavedOffloading(BaseModel):
    """How the offloading method came to the plan; `note` is what it says of its result."""

    model_config = _PART

    method: str
    objective: float | None
    bound: float | None
    gap: float | None = Field(ge=0)
    seconds: float = Field(ge=0)
    evaluations: int = Field(ge=0)
    note: str = ""


class SavedPlan(BaseModel):
    """The whole document. A number that is not finite is null."""

    model_config = _PART

    format: Literal["dnnmig-plan"]
    version: Literal[1]
    scenario: str
    scenario_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    seed: int = Field(ge=0)
    product_version: str
    offloading: SavedOffloading
    system_delay_s: float | None = Field(ge=0)
    users: tuple[SavedUser, ...]


def scenario_sha256(text: str) -> str:
    """Return the hash of a scenario file's text, by which a plan knows its scenario."""
    return hashlib.sha256(text.encode()).hexdigest()


def plan_document(plan: MigrationPlan, text: str | None = None) -> dict[str, Any]:
    """Return a migration plan as a document.

    Parameters
    ----------
    text
        The scenario file's text, so that the hash is that of the file; the canonical text unless given.
    """
    offloading = plan.offloading
    saved = SavedPlan(
        format="dnnmig-plan",
        version=1,
        scenario=plan.scenario.name,
        scenario_sha256=scenario_sha256(scenario_text(plan.scenario) if text is None else text),
        seed=plan.seed,
        product_version=__version__,
        offloading=SavedOffloading(
            method=plan.offloading_method,
            objective=_finite(offloading.objective),
            bound=_finite(offloading.bound),
            gap=_finite(offloading.gap),
            seconds=float(offloading.seconds),
            evaluations=int(offloading.evaluations),
            note=offloading.note,
        ),
        system_delay_s=_finite(plan.system_delay_s),
        users=tuple(_saved_user(plan, number) for number in range(len(plan.users))),
    )
    return saved.model_dump(mode="json")


def plan_text(document: dict[str, Any]) -> str:
    """Return the text of a plan document."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _saved_user(plan: MigrationPlan, number: int) -> SavedUser:
    user: UserPlan = plan.users[number]
    layers = plan.problem.users[number].model.layers
    servers = plan.problem.server_ids
    uploading = user.uploading
    return SavedUser(
        id=user.id,
        local_delay_s=_finite(user.local.delay_s),
        query_delay_s=_finite(user.figures.delay_s),
        energy_j=_finite(user.figures.energy_j),
        money=_finite(user.figures.money),
        feasible=not user.violations,
        violations=user.violations,
        assignment={layer.name: servers[place] for layer, place in zip(layers, user.places, strict=True)},
        uploading=SavedUploading(
            method=uploading.method,
            upload_s=_finite(uploading.upload_s),
            queries_during_upload=_finite(uploading.queries_during_upload),
            mean_query_delay_s=_finite(uploading.mean_query_delay_s),
            bound_queries=_finite(uploading.bound_queries),
            partitions=tuple(
                SavedPartition(
                    index=partition.index,
                    server=servers[partition.server],
                    layers=tuple(layers[position].name for position in partition.layers),
                    bytes=int(partition.size_bytes),
                    upload_s=_finite(partition.upload_s),
                    done_s=_finite(partition.done_s),
                    query_delay_after_s=_finite(partition.query_delay_after_s),
                )
                for partition in uploading.partitions
            ),
        ),
    )


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def open_plan(path: Path | str) -> SavedPlan:
    """Read and check a plan file.

    Raises
    ------
    InputError
        If the file cannot be read, is no JSON, or breaks the format; the message names the field.
    """
    return open_document(path, LARGEST_BYTES, "a plan", parse_plan)


def parse_plan(text: str) -> SavedPlan:
    """Return the checked plan of a text; errors carry no file name."""
    values = read_json(text)
    if not isinstance(values, dict):
        raise InputError("is not a plan: the file must hold one JSON object")
    if values.get("format") != FORMAT:
        raise InputError(f"must be {FORMAT!r}, not {values.get('format')!r}", field="format", hint="is this a plan?")
    if values.get("version") != VERSION:
        raise InputError(
            f"version {values.get('version')!r} cannot be read; this program reads version {VERSION}",
            field="version",
            hint="make the plan again with this program",
        )
    return parse_document(json.dumps(values), SavedPlan)


def belongs_to(saved: SavedPlan, scenario: Scenario, text: str) -> bool:
    """Return whether a plan was made for this scenario: for its file's very text, or for what that says."""
    return saved.scenario_sha256 in (scenario_sha256(text), scenario_sha256(scenario_text(scenario)))
