"""iFogSim's JSON topologies: fog devices in levels, each linked to its parent, with sensors and actuators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dnnmig_gui.core.errors import InputError, unknown_name
from dnnmig_gui.core.scenario.importing.imported import ImportedTopology, ServerDraft, TierGroup, check_size
from dnnmig_gui.core.scenario.importing.source import many, number
from dnnmig_gui.core.topology import Link, Tier

MB_PER_BYTE_A_MS = 1e-3
"""The simulator divides bytes by the bandwidth and adds milliseconds: its unit is a byte a millisecond."""
SWITCHES = ("CORE_SWITCH", "EDGE_SWITCH", "core", "edge")


class _Reader:
    """Walks the nodes, then the links."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._nodes = _objects(values, "nodes")
        self._links = _objects(values, "links") if "links" in values else []
        self.extra = sorted(set(values) - {"nodes", "links"})
        self.devices: dict[str, Mapping[str, Any]] = {}
        self.drafts: list[ServerDraft] = []
        self.levels: dict[str, int] = {}
        self.others: dict[str, str] = {}
        """Names of what is no server, with their types."""
        self.prices = 0

    def read_nodes(self) -> None:
        for place, node in enumerate(self._nodes):
            field = f"nodes[{place}]"
            name, kind = _text(node, "name", field), _text(node, "type", field)
            if name in self.devices or name in self.others:
                raise InputError(f"the name {name!r} is used twice", field=f"{field}.name")
            if kind == "FOG_DEVICE":
                self._add_device(name, node, field)
            elif kind == "host":
                cores = number(node.get("pes"), f"{field}.pes", above=True)
                self._add(name, node, field, cores, "hosts")
            else:
                self.others[name] = kind

    def _add_device(self, name: str, node: Mapping[str, Any], field: str) -> None:
        level = number(node.get("level"), f"{field}.level", least=-1e6)
        self.levels[name] = int(level)
        for key in ("upBw", "downBw"):
            number(node.get(key), f"{field}.{key}")
        self.prices += number(node.get("ratePerMips", 0), f"{field}.ratePerMips") > 0
        self._add(name, node, field, 1, f"level {int(level)}")

    def _add(self, name: str, node: Mapping[str, Any], field: str, cores: float, group: str) -> None:
        mips = number(node.get("mips"), f"{field}.mips", above=True)
        memory = number(node.get("ram"), f"{field}.ram", above=True)
        self.devices[name] = node
        self.drafts.append(ServerDraft(name, group, cores * mips / 1000, memory, field=field))

    def read_links(self) -> tuple[Link, ...]:
        made: dict[frozenset[str], Link] = {}
        for place, link in enumerate(self._links):
            field = f"links[{place}]"
            ends = [_text(link, key, field) for key in ("source", "destination")]
            for key, end in zip(("source", "destination"), ends, strict=True):
                if end not in self.devices and end not in self.others:
                    message, hint = unknown_name("node", end, {*self.devices, *self.others})
                    raise InputError(message, field=f"{field}.{key}", hint=hint)
            latency = number(link.get("latency", 0), f"{field}.latency")
            if not all(end in self.devices for end in ends):
                continue
            if ends[0] == ends[1]:
                raise InputError(f"joins {ends[0]!r} with itself", field=field)
            pair = frozenset(ends)
            link_made = self._link(ends, latency, field)
            if made.setdefault(pair, link_made) != link_made:
                raise InputError(f"joins {ends[0]!r} and {ends[1]!r} a second time, with another latency", field=field)
        return tuple(made.values())

    def _link(self, ends: list[str], latency: float, field: str) -> Link:
        """Return a link from the child to its parent: the child's way up, the parent's way down."""
        child, parent = sorted(ends, key=lambda name: -self.levels.get(name, 0))
        up, down = (self._bandwidth(name, key, field) for name, key in ((child, "upBw"), (parent, "downBw")))
        values: dict[str, Any] = {"between": (child, parent), "bandwidth_mb_per_s": up, "latency_ms": latency}
        if down != up:
            values["bandwidth_back_mb_per_s"] = down
        return Link.model_validate(values)

    def _bandwidth(self, name: str, key: str, field: str) -> float:
        node = self.devices[name]
        if "level" not in node:
            key = "bw"
        return number(node.get(key), f"{field}: {name}.{key}") * MB_PER_BYTE_A_MS

    def groups(self) -> tuple[TierGroup, ...]:
        """Return the levels with their tiers: 0 is the cloud, the lowest are clients."""
        found = []
        lowest = max(self.levels.values(), default=0)
        for level in sorted(set(self.levels.values())):
            tier: Tier = "cloud" if level <= 0 else "client" if level == lowest else "edge"
            reason = {"cloud": "the root of the tree", "client": "the leaves of the tree", "edge": "between them"}[tier]
            found.append(TierGroup(f"level {level}", tier, reason))
        if any(draft.group == "hosts" for draft in self.drafts):
            found.append(TierGroup("hosts", "edge", "hosts of a data centre"))
        return tuple(found)


def read_ifogsim(values: Mapping[str, Any], source: str, name: str) -> ImportedTopology:
    """Return the fog devices of a topology that iFogSim's editor saved.

    Raises
    ------
    InputError
        If a value is missing or impossible, a name is used twice or leads nowhere.
    """
    reader = _Reader(values)
    reader.read_nodes()
    links = reader.read_links()
    check_size(len(reader.drafts), len(links))
    left_out = []
    for kind in sorted(set(reader.others.values())):
        count = sum(1 for other in reader.others.values() if other == kind)
        remark = ": a switch runs no layer; its links are gone with it" if kind in SWITCHES else ""
        left_out.append(f"{many(count, 'node')} of type {kind[:40]}{remark}")
    if reader.prices:
        left_out.append(f"the ratePerMips of {many(reader.prices, 'device')}: it has no price an hour")
    if reader.extra:
        left_out.append(f"keys that are not known: {', '.join(reader.extra)[:200]}")
    return ImportedTopology(
        source,
        "iFogSim",
        name,
        tuple(reader.drafts),
        links,
        reader.groups(),
        understood=(
            f"{many(len(reader.drafts), 'device')} with MIPS and RAM; MIPS / 1000 is the speed in GHz",
            f"{many(len(links), 'link')} with latency; up at the child's upBw, down at the parent's downBw",
        ),
        assumed=("bandwidths in bytes a millisecond, as the simulator counts them",),
        left_out=tuple(left_out),
    )


def _objects(values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = values[key]
    if not isinstance(found, list):
        raise InputError("must be a list", field=key)
    for place, each in enumerate(found):
        if not isinstance(each, dict):
            raise InputError("must be an object", field=f"{key}[{place}]")
    return found


def _text(values: Mapping[str, Any], key: str, field: str) -> str:
    found = values.get(key)
    if not isinstance(found, str) or not found.strip():
        raise InputError("is missing" if key not in values else "must be a name", field=f"{field}.{key}")
    return found.strip()[:200]
