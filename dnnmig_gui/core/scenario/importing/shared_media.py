"""Hyperedges: media that join more than two nodes. Each becomes a link between every two nodes that it joins."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.importing.imported import MOST_LINKS
from dnnmig_gui.core.scenario.importing.source import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import networkx as nx


def unfold_elements(root: Element) -> int:
    """Put edges in the place of a GraphML document's ``hyperedge`` elements; return how many there were.

    Raises
    ------
    InputError
        If one names no two nodes, or the edges become too many.
    """
    from xml.etree.ElementTree import SubElement

    count = made = 0
    for graph in (element for element in root.iter() if local_name(element.tag) == "graph"):
        for hyperedge in [child for child in graph if local_name(child.tag) == "hyperedge"]:
            ends = [child.get("node") for child in hyperedge if local_name(child.tag) == "endpoint"]
            named = list(dict.fromkeys(end for end in ends if end is not None))
            if len(named) < 2:
                raise InputError("joins no two nodes", field=f"hyperedge[{count}]")
            made += _pairs(len(named))
            _check(made)
            graph.remove(hyperedge)
            edge = str(hyperedge.tag).replace("hyperedge", "edge")
            data = [child for child in hyperedge if local_name(child.tag) == "data"]
            for source, target in combinations(named, 2):
                joined = SubElement(graph, edge, {"source": source, "target": target})
                joined.extend(data)
            count += 1
    return count


def unfold_nodes(graph: nx.Graph[Any]) -> int:
    """Put links in the place of nodes marked ``hyperedge``, as the Internet Topology Zoo does; return how many.

    Raises
    ------
    InputError
        If the links become too many.
    """
    marked = [node for node, data in graph.nodes(data=True) if str(data.get("hyperedge", "")) in ("1", "1.0", "True")]
    made = 0
    for node in marked:
        ends = list(dict.fromkeys(other for pair in graph.to_undirected(as_view=True).edges(node) for other in pair))
        ends = [other for other in ends if other != node]
        made += _pairs(len(ends))
        _check(made)
        both = list(combinations(ends, 2))
        graph.add_edges_from(both + [(other, one) for one, other in both] if graph.is_directed() else both)
        graph.remove_node(node)
    return len(marked)


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _check(links: int) -> None:
    if links > MOST_LINKS:
        raise InputError(f"holds hyperedges of more than {MOST_LINKS} links, the most that can be imported")
