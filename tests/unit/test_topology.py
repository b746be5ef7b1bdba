"""Links, their defaults and the routes over them."""

import math
from collections.abc import Sequence
from itertools import combinations, pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnnmig_gui.core.topology import Link, LinkDefault, Server, Tier, Topology, tier_pair
from dnnmig_gui.core.topology.link import TierPair
from dnnmig_gui.core.topology.link_matrices import mutual_groups
from dnnmig_gui.core.topology.routes import along_routes, fastest_hops

CLIENT = Server(id="client", tier="client", compute_ghz=1)
EDGE = Server(id="edge", tier="edge", compute_ghz=4)
EDGE_2 = Server(id="edge-2", tier="edge", compute_ghz=8)
CLOUD = Server(id="cloud", tier="cloud", compute_ghz=40)


def mb_per_s(topology: Topology, start: Server, end: Server) -> float:
    """Bandwidth of the pair's own link; 0 without one."""
    one, other = topology.number[start.id], topology.number[end.id]
    if not np.isfinite(topology.link_latency_s[one, other]):
        return 0.0
    return float(1e-6 / topology.link_s_per_byte[one, other])


def build(
    servers: Sequence[Server], defaults: dict[TierPair, LinkDefault], links: Sequence[Link] = (), routing: str = "relay"
) -> Topology:
    return Topology.build(servers, defaults, links, routing)  # type: ignore[arg-type]


def test_a_tier_pair_names_the_nearer_tier_first() -> None:
    assert tier_pair("cloud", "client") == tier_pair("client", "cloud") == "client-cloud"
    assert tier_pair("cloud", "edge") == "edge-cloud"
    assert tier_pair("edge", "edge") == "edge-edge"


def test_a_default_joins_every_pair_of_its_tiers_and_no_other() -> None:
    topology = build([CLIENT, EDGE, EDGE_2, CLOUD], {"client-edge": LinkDefault(bandwidth_mb_per_s=10, latency_ms=2)})
    assert topology.links() == [(0, 1), (0, 2)]
    assert mb_per_s(topology, CLIENT, EDGE) == pytest.approx(10)
    assert mb_per_s(topology, EDGE_2, CLIENT) == pytest.approx(10)
    assert topology.latency_s[0, 1] == pytest.approx(0.002)


@pytest.mark.parametrize("servers", [[CLIENT, CLOUD], [CLOUD, CLIENT]])
def test_the_way_back_of_a_default_leads_from_the_farther_tier(servers: list[Server]) -> None:
    default = LinkDefault(bandwidth_mb_per_s=1, bandwidth_back_mb_per_s=8)
    topology = build(servers, {"client-cloud": default})
    assert mb_per_s(topology, CLIENT, CLOUD) == pytest.approx(1)
    assert mb_per_s(topology, CLOUD, CLIENT) == pytest.approx(8)


@pytest.mark.parametrize("between", [("edge", "edge-2"), ("edge-2", "edge")])
def test_within_a_tier_the_default_leads_from_the_first_server_however_a_link_is_written(
    between: tuple[str, str],
) -> None:
    default = LinkDefault(bandwidth_mb_per_s=1, bandwidth_back_mb_per_s=8)
    topology = build([EDGE, EDGE_2], {"edge-edge": default}, [Link(between=between, latency_ms=5)])
    assert mb_per_s(topology, EDGE, EDGE_2) == pytest.approx(1)
    assert mb_per_s(topology, EDGE_2, EDGE) == pytest.approx(8)
    assert topology.link_latency_s[1, 0] == pytest.approx(0.005)


def test_a_link_overrides_its_pair_and_inherits_the_rest() -> None:
    default = LinkDefault(bandwidth_mb_per_s=10, latency_ms=3, failure_rate=0.1, price_per_gb=2)
    link = Link(between=("edge", "client"), bandwidth_mb_per_s=4, failure_rate=0)
    topology = build([CLIENT, EDGE, EDGE_2], {"client-edge": default}, [link])
    assert mb_per_s(topology, EDGE, CLIENT) == pytest.approx(4)
    assert mb_per_s(topology, CLIENT, EDGE) == pytest.approx(4)
    assert topology.link_latency_s[0, 1] == pytest.approx(0.003)
    assert topology.link_failure_rate[0, 1] == 0
    assert topology.link_failure_rate[0, 2] == pytest.approx(0.1)
    assert topology.link_price_per_byte[1, 0] == pytest.approx(2e-9)


def test_a_link_is_one_way_where_the_other_way_is_null() -> None:
    there = build(
        [CLIENT, EDGE], {}, [Link(between=("client", "edge"), bandwidth_mb_per_s=4, bandwidth_back_mb_per_s=0)]
    )
    assert mb_per_s(there, CLIENT, EDGE) == pytest.approx(4)
    assert mb_per_s(there, EDGE, CLIENT) == 0
    assert there.route(0, 1) == (0, 1)
    assert there.route(1, 0) == ()
    assert there.links() == [(0, 1)]
    back = build([CLIENT, EDGE], {}, [Link(between=("client", "edge"), bandwidth_back_mb_per_s=4)])
    assert mb_per_s(back, CLIENT, EDGE) == 0
    assert mb_per_s(back, EDGE, CLIENT) == pytest.approx(4)


def test_bandwidth_null_removes_a_link() -> None:
    link = Link(between=("client", "edge"), bandwidth_mb_per_s=0)
    topology = build([CLIENT, EDGE, EDGE_2], {"client-edge": LinkDefault(bandwidth_mb_per_s=10)}, [link])
    assert topology.links() == [(0, 2)]
    assert np.isinf(topology.latency_s[0, 1])


def test_a_route_goes_round_where_that_is_faster_unless_told_not_to() -> None:
    defaults: dict[TierPair, LinkDefault] = {
        "client-edge": LinkDefault(bandwidth_mb_per_s=10, latency_ms=10),
        "edge-cloud": LinkDefault(bandwidth_mb_per_s=5, latency_ms=20, price_per_gb=3),
        "client-cloud": LinkDefault(bandwidth_mb_per_s=1),
    }
    relay = build([CLIENT, EDGE, CLOUD], defaults)
    assert relay.route(0, 2) == (0, 1, 2)
    assert relay.s_per_byte[0, 2] == pytest.approx(1e-6 / 10 + 1e-6 / 5)
    assert relay.latency_s[0, 2] == pytest.approx(0.03)
    assert relay.price_per_byte[0, 2] == pytest.approx(3e-9)
    direct = build([CLIENT, EDGE, CLOUD], defaults, routing="direct")
    assert direct.route(0, 2) == (0, 2)
    assert direct.s_per_byte[0, 2] == pytest.approx(1e-6)


def test_direct_routing_leads_over_no_relay() -> None:
    defaults: dict[TierPair, LinkDefault] = {
        "client-edge": LinkDefault(bandwidth_mb_per_s=10),
        "edge-cloud": LinkDefault(bandwidth_mb_per_s=5),
    }
    assert build([CLIENT, EDGE, CLOUD], defaults).route(0, 2) == (0, 1, 2)
    direct = build([CLIENT, EDGE, CLOUD], defaults, routing="direct")
    assert direct.route(0, 2) == ()
    assert np.isinf(direct.latency_s[0, 2])


def test_a_server_reaches_itself_for_nothing() -> None:
    topology = build([CLIENT, EDGE], {})
    assert topology.route(1, 1) == (1,)
    for matrix in (topology.s_per_byte, topology.latency_s, topology.price_per_byte):
        assert (np.diagonal(matrix) == 0).all()


def test_no_servers_and_no_links_are_a_topology() -> None:
    assert build([], {}).links() == []
    alone = build([CLIENT], {"client-edge": LinkDefault(bandwidth_mb_per_s=1)})
    assert alone.s_per_byte.shape == (1, 1)


@st.composite
def random_parts(draw: st.DrawFn) -> tuple[list[Server], list[Link]]:
    tiers: list[Tier] = draw(st.lists(st.sampled_from(["client", "edge", "cloud"]), min_size=1, max_size=6))
    servers = [Server(id=f"s{number}", tier=tier, compute_ghz=1) for number, tier in enumerate(tiers)]
    bandwidths = st.sampled_from([0.0, 0.5, 1.0, 4.0, 10.0])
    links = [
        Link(
            between=(one.id, other.id),
            bandwidth_mb_per_s=draw(bandwidths),
            bandwidth_back_mb_per_s=draw(st.none() | bandwidths),
            latency_ms=draw(st.sampled_from([0.0, 1.0, 300.0])),
        )
        for one, other in combinations(servers, 2)
        if draw(st.booleans())
    ]
    return servers, links


@given(random_parts())
def test_routes_carry_a_megabyte_as_fast_as_networkx_finds(parts: tuple[list[Server], list[Link]]) -> None:
    servers, links = parts
    topology = build(servers, {}, links)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(servers)))
    for link in links:
        one, other = (topology.number[end] for end in link.between)
        there = link.bandwidth_mb_per_s or 0.0
        back = there if link.bandwidth_back_mb_per_s is None else link.bandwidth_back_mb_per_s
        latency = (link.latency_ms or 0.0) / 1e3
        if there:
            graph.add_edge(one, other, s=latency + 1 / there)
        if back:
            graph.add_edge(other, one, s=latency + 1 / back)
    for start, lengths in nx.all_pairs_dijkstra_path_length(graph, weight="s"):
        for end in range(len(servers)):
            seconds = topology.latency_s[start, end] + 1e6 * topology.s_per_byte[start, end]
            route = topology.route(start, end)
            if end not in lengths:
                assert route == ()
                assert math.isinf(seconds)
                continue
            assert seconds == pytest.approx(lengths[end])
            assert (route[0], route[-1]) == (start, end)
            assert len(set(route)) == len(route)
            hops = list(pairwise(route))
            along = sum(topology.link_latency_s[hop] + 1e6 * topology.link_s_per_byte[hop] for hop in hops)
            assert along == pytest.approx(seconds)


@pytest.mark.parametrize("share", [0.01, 0.03, 0.3])
def test_large_topologies_have_the_same_routes_whichever_algorithm_finds_them(share: float) -> None:
    count = 90
    chance = np.random.default_rng(7)
    latency = np.where(chance.random((count, count)) < share, chance.choice([0.0, 0.01, 0.2], (count, count)), np.inf)
    s_per_byte = chance.choice([1e-7, 1e-6, 2e-6], (count, count))
    hops = fastest_hops(latency, s_per_byte, "relay")
    seconds = latency + s_per_byte * 1e6
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    off = ~np.eye(count, dtype=bool)
    graph.add_weighted_edges_from((int(a), int(b), seconds[a, b]) for a, b in np.argwhere(np.isfinite(latency) & off))
    found = along_routes(hops, np.where(off, seconds, 0.0))
    for start, lengths in nx.all_pairs_dijkstra_path_length(graph):
        for end in range(count):
            assert found[start, end] == pytest.approx(lengths.get(end, np.inf))
            if (start, end) in graph.edges and found[start, end] >= seconds[start, end]:
                assert hops[start, end] == start, "a link of its own wins over a relay as fast"


@given(st.integers(1, 9), st.floats(0, 1), st.integers(0, 2**32))
def test_groups_hold_those_with_a_route_there_and_back(count: int, share: float, seed: int) -> None:
    joined = np.random.default_rng(seed).random((count, count)) < share
    group = mutual_groups(joined)
    graph = nx.DiGraph(np.argwhere(joined).tolist())
    graph.add_nodes_from(range(count))
    expected = {frozenset(part) for part in nx.strongly_connected_components(graph)}
    assert {frozenset(np.flatnonzero(group == name).tolist()) for name in set(group.tolist())} == expected
