"""Copies of servers with all that hangs on them: on the clipboard as JSON, in the same scenario or another one."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path, PurePath
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.edits import Point, changed, with_parts
from dnnmig_gui.core.scenario.file import read_json
from dnnmig_gui.core.scenario.ids import FreshIds
from dnnmig_gui.core.scenario.placing import free_shifts
from dnnmig_gui.core.scenario.schema import BarLimit, Limit, ModelEntry, PinLimit, Scenario, User
from dnnmig_gui.core.topology.link import Link, LinkDefault, TierPair
from dnnmig_gui.core.topology.server import DOCUMENT_PART, TIERS, Server

MEDIA_TYPE = "application/x-dnnmig-fragment+json"
MOST_COPIES = 1000


class Fragment(BaseModel):
    """A part of a scenario: servers, the links among them, their users and those users' models."""

    model_config = DOCUMENT_PART

    format: Literal["dnnmig-fragment"]
    version: Literal[1]
    servers: tuple[Server, ...] = Field((), description="As in a scenario")
    link_defaults: dict[TierPair, LinkDefault] = Field(default_factory=dict, description="Of the scenario copied from")
    links: tuple[Link, ...] = Field((), description="Among these servers")
    models: tuple[ModelEntry, ...] = Field((), description="Asked by these users; files with their whole path")
    users: tuple[User, ...] = Field((), description="Of these clients")


def copied(scenario: Scenario, ids: Collection[str], folder: Path) -> str:
    """Return servers with their users, models and the links among them as JSON.

    Parameters
    ----------
    folder
        What the scenario's files are relative to.
    """
    users = tuple(user for user in scenario.users if user.client in ids)
    asked = {user.model for user in users}
    links = tuple(link for link in scenario.links if set(link.between) <= set(ids))
    said: dict[str, Any] = {
        "servers": tuple(server for server in scenario.servers if server.id in ids),
        "link_defaults": scenario.link_defaults,
        "links": links,
        "models": tuple(_whole_path(entry, folder) for entry in scenario.models if entry.id in asked),
        "users": users,
    }
    said = {key: value for key, value in said.items() if value}
    fragment = Fragment(format="dnnmig-fragment", version=1, **said)
    return fragment.model_dump_json(by_alias=True, exclude_unset=True, indent=1)


def _whole_path(entry: ModelEntry, folder: Path) -> ModelEntry:
    paths = {key: getattr(entry, key) for key in ("file", "profile") if getattr(entry, key) is not None}
    return changed(entry, {key: str(folder / path) for key, path in paths.items()}) if paths else entry


def pasted(scenario: Scenario, text: str, folder: Path, shift: Point | None = None) -> tuple[Scenario, tuple[str, ...]]:
    """Add what was copied; return the scenario and the ids of the new servers.

    Names in use are replaced. A model that the scenario has already is shared. Link defaults come along only into a
    scenario without servers, where they change nothing else. A limit on a server that was not copied is let go.

    Parameters
    ----------
    folder
        What the scenario's files are relative to.
    shift
        How far from the originals the copies stand; those without a place of their own have none either.

    Raises
    ------
    InputError
        If the text is no such copy.
    """
    fragment = _read(text)
    shift = shift or (0.0, 0.0)
    model_ids = FreshIds(entry.id for entry in scenario.models)
    models = list(scenario.models)
    model_names: dict[str, str] = {}
    for entry in fragment.models:
        here = _relative_path(entry, folder)
        same = next((known for known in models if _source(known) == _source(here)), None)
        if same is None:
            same = changed(here, {"id": model_ids.like(here.id)})
            models.append(same)
        model_names[entry.id] = same.id
    server_ids = FreshIds(server.id for server in scenario.servers)
    names = {server.id: server_ids.like(server.id) for server in fragment.servers}
    servers = [_copy_of(server, names[server.id], shift) for server in fragment.servers]
    user_ids = FreshIds(user.id for user in scenario.users)
    users = []
    for user in fragment.users:
        if user.client not in names or user.model not in model_names:
            raise InputError(f"the copied user {user.id!r} lacks its client or its model")
        made = _user_of(user, user_ids.like(user.id), names)
        users.append(changed(made, {"model": model_names[user.model]}))
    if any(end not in names for link in fragment.links for end in link.between):
        raise InputError("a copied link lacks a server")
    links = tuple(_link_of(link, names) for link in fragment.links)
    parts: dict[str, Any] = {}
    if servers:
        parts["servers"] = (*scenario.servers, *servers)
    if links:
        parts["links"] = (*scenario.links, *links)
    if len(models) > len(scenario.models):
        parts["models"] = tuple(models)
    if users:
        parts["users"] = (*scenario.users, *users)
    if not scenario.servers and not scenario.link_defaults and fragment.link_defaults:
        parts["link_defaults"] = fragment.link_defaults
    return with_parts(scenario, **parts), tuple(names.values())


def duplicated(
    scenario: Scenario, ids: Collection[str], count: int = 1, room: Point = (120.0, 56.0)
) -> tuple[Scenario, tuple[str, ...]]:
    """Add servers like these; return the scenario and the new ids.

    A copy has its original's links, to servers outside as well, and its users. It stands near its original where
    nothing else stands; without a place, if that has none.

    Parameters
    ----------
    count
        How many of each.
    room
        What a server takes on the canvas, across and down.

    Raises
    ------
    InputError
        If there are to be more than `MOST_COPIES` of each, or fewer than one.
    """
    if not 1 <= count <= MOST_COPIES:
        raise InputError(f"must be 1 to {MOST_COPIES}, not {count}", field="count")
    chosen = [server for server in scenario.servers if server.id in ids]
    own = [link for link in scenario.links if set(link.between) & set(ids)]
    asking = [user for user in scenario.users if user.client in ids]
    server_ids = FreshIds(server.id for server in scenario.servers)
    user_ids = FreshIds(user.id for user in scenario.users)
    taken = [server.position for server in scenario.servers if server.position is not None]
    shifts = free_shifts([server.position for server in chosen if server.position is not None], taken, room, count)
    servers: list[Server] = []
    links: list[Link] = []
    users: list[User] = []
    for shift in shifts:
        names = {server.id: server_ids.like(server.id) for server in chosen}
        servers += [_copy_of(server, names[server.id], shift) for server in chosen]
        links += [_link_of(link, names) for link in own]
        users += [_user_of(user, user_ids.like(user.id), names, others_stay=True) for user in asking]
    parts: dict[str, Any] = {"servers": (*scenario.servers, *servers)}
    if links:
        parts["links"] = (*scenario.links, *links)
    if users:
        parts["users"] = (*scenario.users, *users)
    return with_parts(scenario, **parts), tuple(server.id for server in servers)


def _read(text: str) -> Fragment:
    try:
        read_json(text)
        return Fragment.model_validate_json(text)
    except (ValidationError, InputError):
        raise InputError("the clipboard holds no servers", hint="copy some on the canvas first") from None


def _copy_of(server: Server, name: str, shift: Point) -> Server:
    values: dict[str, Any] = {"id": name}
    if server.position is not None:
        values["position"] = (server.position[0] + shift[0], server.position[1] + shift[1])
    return changed(server, values)


def _link_of(link: Link, names: dict[str, str]) -> Link:
    one, other = link.between
    return changed(link, {"between": (names.get(one, one), names.get(other, other))})


def _user_of(user: User, name: str, names: dict[str, str], *, others_stay: bool = False) -> User:
    """Return a copy of a user; of other servers than those copied, limits speak only where the scenario has them."""
    limits: list[Limit] = []
    for limit in user.limits:
        if not isinstance(limit, PinLimit | BarLimit):
            limits.append(limit)
            continue
        named = limit.to if isinstance(limit, PinLimit) else limit.from_
        left = tuple(names.get(place, place) for place in named if others_stay or place in names or place in TIERS)
        if left:
            limits.append(limit.model_copy(update={"to" if isinstance(limit, PinLimit) else "from_": left}))
    values: dict[str, Any] = {"id": name, "client": names[user.client]}
    if tuple(limits) != user.limits:
        values["limits"] = tuple(limits)
    return changed(user, values)


def _source(entry: ModelEntry) -> dict[str, Any]:
    return entry.model_dump(exclude={"id"})


def _relative_path(entry: ModelEntry, folder: Path) -> ModelEntry:
    values = {}
    for key in ("file", "profile"):
        path = getattr(entry, key)
        if path is not None:
            try:
                values[key] = PurePath(os.path.relpath(path, folder)).as_posix()
            except ValueError:  # on another drive
                values[key] = path
    return changed(entry, values) if values else entry
