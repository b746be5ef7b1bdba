"""GraphML by networkx; what the Internet Topology Zoo writes into it is understood."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean as _mean
from typing import TYPE_CHECKING, Any

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.importing.imported import ImportedTopology, ServerDraft, TierGroup, check_size
from dnnmig_gui.core.scenario.importing.places import FIBRE_KM_PER_MS, kilometres, spread
from dnnmig_gui.core.scenario.importing.shared_media import unfold_elements, unfold_nodes
from dnnmig_gui.core.scenario.importing.source import many, number
from dnnmig_gui.core.topology import Link, Tier
from dnnmig_gui.core.topology.link import SLOWEST_MB_PER_S

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import networkx as nx

ASSUMED_MB_PER_S = 125.0
"""1 Gbit/s, where a link tells no speed."""
MB_PER_BIT = 1 / 8e6
LABELLED_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT])(?:bps|bits?/s|b/s)", re.IGNORECASE)
"""A label that is nothing but a speed: 622 Mbit/s, 10 Gbps."""
UNITS = {"": 1.0, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
KIND_KEYS = ("tier", "type", "role", "layer", "kind")
WORDS: Mapping[Tier, tuple[str, ...]] = {
    "client": ("client", "user", "device", "phone", "mobile", "sensor", "iot", "customer", "access", "leaf"),
    "cloud": ("cloud", "core", "data cent", "datacent", "backbone", "internet"),
    "edge": ("edge", "fog", "gateway", "base station", "pop", "router", "aggregation", "switch", "mec"),
}
NODE_KEYS = {"label", "name", "hyperedge", "Latitude", "Longitude", "compute_ghz", "memory_mb", *KIND_KEYS}
SPEED_KEYS = {"LinkSpeedRaw", "LinkSpeed", "LinkSpeedUnits", "LinkLabel", "bandwidth_mb_per_s"}
EDGE_KEYS = SPEED_KEYS | {"latency_ms", "id", "key"}
Places = Mapping[Any, tuple[float, float]]


def read_graphml(root: Element, source: str, name: str) -> ImportedTopology:
    """Return the nodes and edges of a GraphML document.

    Understood of nodes: ``label``, ``Longitude`` and ``Latitude``, a kind (``tier``, ``type``, ``role`` ...),
    ``compute_ghz``, ``memory_mb``; of edges: ``LinkSpeedRaw`` (bit/s), ``LinkSpeed`` with ``LinkSpeedUnits``,
    ``LinkLabel`` where it is a speed, ``bandwidth_mb_per_s``, ``latency_ms``.

    Raises
    ------
    InputError
        If networkx cannot read it, or a value of these is impossible.
    """
    media = unfold_elements(root)
    graph, remarks = _parsed(root)
    media += unfold_nodes(graph)
    check_size(graph.number_of_nodes(), graph.number_of_edges())
    ids = _names(graph)
    places = _places(graph)
    links, edge_notes, joined = _links(graph, ids, places)
    drafts, groups = _servers(graph, ids)
    if places:
        everywhere = _placed(graph, places)
        drafts = spread(drafts, [(everywhere[node][0], -everywhere[node][1]) for node in graph])
    if media:
        edge_notes.append(f"{many(media, 'hyperedge')}: a link between every two nodes that one joins")
    title = graph.graph.get("Network") or graph.graph.get("label") or name
    return ImportedTopology(
        source,
        "GraphML",
        str(title)[:200] or name,
        drafts,
        links,
        groups,
        understood=(
            f"{many(len(drafts), 'node')} as servers" + (", placed as on the map" if places else ""),
            *edge_notes,
        ),
        assumed=tuple(_assumed(drafts, joined, len(drafts) - len(places) if places else None)),
        left_out=tuple(remarks + _left_out(graph)),
    )


def _parsed(root: Element) -> tuple[nx.Graph[Any], list[str]]:
    """Return networkx's graph of a document that has been parsed safely, and what networkx has to remark."""
    from xml.etree.ElementTree import tostring

    import networkx as nx

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            graph = nx.parse_graphml(tostring(root, encoding="unicode"))
        except (nx.NetworkXException, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise InputError(f"is no GraphML that can be read: {error or type(error).__name__}") from None
    return graph, sorted({str(each.message) for each in caught})


def _names(graph: nx.Graph[Any]) -> dict[Any, str]:
    """Return the id of each node: its label where that is its own, else with the node's own id."""
    labels = {node: str(data.get("label") or data.get("name") or node).strip() for node, data in graph.nodes(data=True)}
    counts: dict[str, int] = {}
    for label in labels.values():
        counts[label] = counts.get(label, 0) + 1
    names: dict[Any, str] = {}
    taken: set[str] = set()
    for node, label in labels.items():
        own = label if counts[label] == 1 and label else f"{label or 'node'} ({node})"
        own = own[:190]
        while own in taken:
            own += "'"
        taken.add(own)
        names[node] = own
    return names


def _places(graph: nx.Graph[Any]) -> Places:
    """Return (longitude, latitude) of the nodes that have both; of none where it is one alone."""
    found = {}
    for node, data in graph.nodes(data=True):
        if "Longitude" in data and "Latitude" in data:
            found[node] = (
                number(data["Longitude"], f"node {node!r}: Longitude", least=-360),
                number(data["Latitude"], f"node {node!r}: Latitude", least=-90),
            )
    return found if len(found) > 1 else {}


def _placed(graph: nx.Graph[Any], places: Places) -> Places:
    """Return a place for every node: those without one stand amid their neighbours, strangers in the middle."""
    found = dict(places)
    around = graph.to_undirected(as_view=True).adj
    waiting = [node for node in graph if node not in found]
    while waiting:
        ready = {node: near for node in waiting if (near := [found[other] for other in around[node] if other in found])}
        if not ready:
            ready = {node: list(places.values()) for node in waiting}
        found |= {node: (_mean(x for x, _ in near), _mean(y for _, y in near)) for node, near in ready.items()}
        waiting = [node for node in waiting if node not in found]
    return found


def _servers(graph: nx.Graph[Any], ids: Mapping[Any, str]) -> tuple[tuple[ServerDraft, ...], tuple[TierGroup, ...]]:
    drafts = []
    for node, data in graph.nodes(data=True):
        field = f"node {node!r}"
        speed, memory = (
            number(data[key], f"{field}: {key}", above=True) if key in data else None
            for key in ("compute_ghz", "memory_mb")
        )
        drafts.append(ServerDraft(ids[node], "", speed, memory, field=field))
    kinds = _kinds(graph)
    if kinds is None:
        names, groups = _by_degree(graph)
    else:
        names = kinds
        groups = tuple(_by_word(kind) for kind in sorted(set(kinds)))
    return tuple(replace(draft, group=group) for draft, group in zip(drafts, names, strict=True)), groups


def _kinds(graph: nx.Graph[Any]) -> list[str] | None:
    """Return what the file calls each node, where it calls at least one something that sounds like a tier."""
    for key in KIND_KEYS:
        values = [str(data.get(key, "")).strip()[:60] or "no " + key for _, data in graph.nodes(data=True)]
        if len(set(values)) > 1 and sum(_sounds_like(value) is not None for value in set(values)) > 1:
            return values
    return None


def _sounds_like(kind: str) -> Tier | None:
    lower = kind.lower()
    for tier, words in WORDS.items():
        if any(word in lower for word in words):
            return tier
    return None


def _by_word(kind: str) -> TierGroup:
    tier = _sounds_like(kind)
    return TierGroup(kind, tier or "edge", "by its name" if tier else "nothing speaks for another")


def _by_degree(graph: nx.Graph[Any]) -> tuple[list[str], tuple[TierGroup, ...]]:
    """Return a group a node and the groups: few links make a client, the most links make the cloud."""
    neighbours = {node: len(set(graph.to_undirected(as_view=True).adj[node]) - {node}) for node in graph}
    degrees = sorted(set(neighbours.values()))
    groups = []
    for degree in degrees:
        tier: Tier = "edge"
        if len(degrees) > 1:
            tier = "cloud" if degree == degrees[-1] else "client" if degree == degrees[0] else "edge"
        reason = {"cloud": "best connected", "client": "least connected", "edge": "in between"}[tier]
        groups.append(TierGroup(many(degree, "neighbour"), tier, reason if len(degrees) > 1 else "all alike"))
    return [many(neighbours[node], "neighbour") for node in graph], tuple(groups)


def _links(
    graph: nx.Graph[Any], ids: Mapping[Any, str], places: Places
) -> tuple[tuple[Link, ...], list[str], tuple[int, int, int]]:
    """Return the links, what to say of them, and how many have no speed, run in parallel, or join a node to itself."""
    speeds: dict[tuple[Any, Any], list[float | None]] = {}
    latencies: dict[frozenset[Any], float] = {}
    parallel = loops = 0
    order = {node: place for place, node in enumerate(graph)}
    for start, end, data in graph.edges(data=True):
        if start == end:
            loops += 1
            continue
        field = f"edge {start!r} to {end!r}"
        speed = _speed(data, field)
        if "latency_ms" in data:
            latencies[frozenset((start, end))] = number(data["latency_ms"], f"{field}: latency_ms")
        ways = [(start, end)] if graph.is_directed() else [(start, end), (end, start)]
        parallel += ways[0] in speeds
        for way in ways:
            speeds.setdefault(way, []).append(speed)
    made = []
    silent = 0
    for start, end in dict.fromkeys(tuple(sorted(way, key=order.__getitem__)) for way in speeds):
        values: dict[str, Any] = {"between": (ids[start], ids[end])}
        both = speeds.get((start, end), []), speeds.get((end, start), [])
        there, back = map(_sum, both)
        silent += any(way and not any(way) for way in both)
        values["bandwidth_mb_per_s"] = there
        if back != there:
            values["bandwidth_back_mb_per_s"] = back
        latency = latencies.get(frozenset((start, end)))
        if latency is None and start in places and end in places:
            latency = round(kilometres(places[start], places[end]) / FIBRE_KM_PER_MS, 3)
        if latency is not None:
            values["latency_ms"] = latency
        made.append(Link.model_validate(values))
    told = len(made) - silent
    notes = [many(len(made), "link") + (f", {told} with a speed" if told else "")]
    if parallel:
        notes.append(f"{many(parallel, 'parallel link')} added to the bandwidth of the first")
    return tuple(made), notes, (silent, parallel, loops)


def _sum(speeds: Sequence[float | None]) -> float:
    """Return the bandwidth of parallel edges together; those that tell none count where none of them tells one."""
    told = [speed for speed in speeds if speed is not None]
    return sum(told) if told else len(speeds) * ASSUMED_MB_PER_S


def _speed(data: Mapping[str, Any], field: str) -> float | None:
    """Return the bandwidth of an edge in MB/s, or None where it tells none that can be read."""
    if "bandwidth_mb_per_s" in data:
        return _fast_enough(number(data["bandwidth_mb_per_s"], f"{field}: bandwidth_mb_per_s"), field)
    if data.get("LinkSpeedRaw") not in (None, ""):
        return _fast_enough(number(data["LinkSpeedRaw"], f"{field}: LinkSpeedRaw") * MB_PER_BIT, field)
    text = str(data.get("LinkSpeed", "")).strip()
    unit = UNITS.get(str(data.get("LinkSpeedUnits", "")).strip()[:1].upper())
    if unit is not None and re.fullmatch(r"\d+(\.\d+)?", text):
        return _fast_enough(float(text) * unit * MB_PER_BIT, field)
    labelled = LABELLED_SPEED.fullmatch(str(data.get("LinkLabel", "")).strip())
    if labelled is not None:
        return _fast_enough(float(labelled[1]) * UNITS[labelled[2].upper()] * MB_PER_BIT, field)
    return None


def _fast_enough(mb_per_s: float, field: str) -> float:
    if not (SLOWEST_MB_PER_S <= mb_per_s <= 1e12) or not math.isfinite(mb_per_s):
        raise InputError(f"has a bandwidth of {mb_per_s:g} MB/s, which no link has", field=field)
    return mb_per_s


def _assumed(drafts: tuple[ServerDraft, ...], joined: tuple[int, int, int], without_place: int | None) -> list[str]:
    """Return what was filled in; `without_place` counts the servers that are not on the map, None without a map."""
    silent = sum(draft.compute_ghz is None for draft in drafts)
    notes = []
    if silent:
        notes.append(f"speed of {many(silent, 'server')}: client 2 GHz, edge 10 GHz, cloud 80 GHz")
    if joined[0]:
        notes.append(f"bandwidth of {many(joined[0], 'link')} without a speed: {ASSUMED_MB_PER_S:g} MB/s (1 Gbit/s)")
    if without_place is not None:
        notes.append("latency of links: distance on the globe at 200 km a millisecond")
    if without_place:
        servers = f"{many(without_place, 'server')} without Longitude and Latitude"
        notes.append(f"place of {servers}: amid their neighbours; their links have no latency")
    return notes


def _left_out(graph: nx.Graph[Any]) -> list[str]:
    notes = []
    loops = sum(1 for start, end in graph.edges() if start == end)
    if loops:
        notes.append(f"{many(loops, 'link')} from a node to itself")
    used = {key for _, data in graph.nodes(data=True) for key in data} - NODE_KEYS
    if used:
        notes.append(f"of nodes: {', '.join(sorted(map(str, used)))[:200]}")
    used = {key for _, _, data in graph.edges(data=True) for key in data} - EDGE_KEYS
    if used:
        notes.append(f"of links: {', '.join(sorted(map(str, used)))[:200]}")
    return notes
