"""Topologies of other programs: what is understood, what is refused, and that the scenario holds."""

from __future__ import annotations

import json
import time
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import open_scenario, save_scenario
from dnnmig_gui.core.scenario.completeness import topology_of
from dnnmig_gui.core.scenario.importing import import_topology
from dnnmig_gui.core.scenario.importing.imported import ServerDraft
from dnnmig_gui.core.scenario.importing.places import ROOM_HIGH, ROOM_WIDE, spread
from dnnmig_gui.core.scenario.references import check_references

SAMPLES = Path(__file__).parents[1] / "data" / "topologies"
GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{}</graphml>'


def written(folder: Path, text: str | bytes, name: str = "file.graphml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        import_topology(path)
    text = str(caught.value)
    assert text.startswith(path.name)
    assert "\n" not in text
    return text


def test_a_graph_of_the_topology_zoo() -> None:
    found = import_topology(SAMPLES / "ring-of-cities.graphml")
    scenario = found.scenario()
    assert (found.source_format, scenario.name) == ("GraphML", "Ring of cities")
    assert [server.id for server in scenario.servers] == ["Lisbon", "Madrid", "Paris (2)", "Paris (3)", "Geneva"]
    links = {link.between: link for link in scenario.links}
    assert links["Lisbon", "Madrid"].bandwidth_mb_per_s == pytest.approx(155e6 / 8e6)
    assert links["Madrid", "Paris (2)"].bandwidth_mb_per_s == pytest.approx(10e9 / 8e6)
    assert links["Paris (2)", "Geneva"].bandwidth_mb_per_s == 125
    # Lisbon and Madrid are 503 km apart.
    assert links["Lisbon", "Madrid"].latency_ms == pytest.approx(503 / 200, rel=0.01)
    lisbon, geneva = scenario.server("Lisbon").position, scenario.server("Geneva").position
    assert lisbon is not None
    assert geneva is not None
    assert lisbon[0] < geneva[0]
    assert lisbon[1] > geneva[1]
    assert any("Country" in line for line in found.left_out)
    assert any("1 link without a speed" in line for line in found.assumed)


def test_ifogsims_devices_in_levels() -> None:
    found = import_topology(SAMPLES / "street.json")
    scenario = found.scenario()
    assert {server.id: server.tier for server in scenario.servers} == {
        "cloud": "cloud",
        "proxy": "edge",
        "camera-1": "client",
        "camera-2": "client",
    }
    assert scenario.server("proxy").compute_ghz == pytest.approx(2.8)
    assert scenario.server("proxy").memory_mb == 4000
    links = {link.between: link for link in scenario.links}
    up = links["camera-1", "proxy"]  # the child first, whichever end the file names first
    assert (up.bandwidth_mb_per_s, up.bandwidth_back_mb_per_s, up.latency_ms) == (8.0, 10.0, 2.0)
    assert ("camera-2", "proxy") in links
    assert len(links) == 3
    assert any("SENSOR" in line for line in found.left_out)


def test_edgecloudsims_hosts() -> None:
    scenario = import_topology(SAMPLES / "edge_devices.xml").scenario()
    assert [(server.id, server.compute_ghz, server.memory_mb) for server in scenario.servers] == [
        ("edge-1", 32.0, 8000.0),
        ("edge-2-1", 2.0, 2000.0),
        ("edge-2-2", 4.0, 4000.0),
    ]
    assert scenario.server("edge-1").price_per_hour == 3 * 3600
    places = [server.position for server in scenario.servers]
    assert len(set(places)) == 3


@pytest.mark.parametrize("name", ["ring-of-cities.graphml", "street.json", "edge_devices.xml"])
def test_what_is_imported_can_be_saved_opened_and_linked(name: str, tmp_path: Path) -> None:
    scenario = import_topology(SAMPLES / name).scenario()
    check_references(scenario)
    saved = save_scenario(scenario, tmp_path / "made.dnnmig")
    assert open_scenario(saved.path).scenario == scenario
    assert topology_of(scenario).links()


def test_tiers_can_be_chosen_by_group_server_and_pattern() -> None:
    found = import_topology(SAMPLES / "street.json")
    tiers = found.tiers({"level 1": "cloud", "camera-*": "edge", "camera-2": "client"})
    assert tiers == {"cloud": "cloud", "proxy": "cloud", "camera-1": "edge", "camera-2": "client"}
    with pytest.raises(InputError, match=r"no server or group 'camera-3'; did you mean 'camera-[12]'\?"):
        found.tiers({"camera-3": "edge"})
    with pytest.raises(InputError, match="no tier 'fog'"):
        found.tiers({"level 1": "fog"})  # type: ignore[dict-item]


def test_nodes_that_say_what_they_are(tmp_path: Path) -> None:
    nodes = "".join(
        f'<node id="{name}"><data key="t">{kind}</data></node>'
        for name, kind in (("a", "Access Node"), ("b", "Router"), ("c", "Data center"))
    )
    text = GRAPHML.format(
        '<key id="t" for="node" attr.name="type" attr.type="string"/><graph edgedefault="undirected">'
        f'{nodes}<edge source="a" target="b"/><edge source="b" target="c"/></graph>'
    )
    found = import_topology(written(tmp_path, text))
    assert found.tiers() == {"a": "client", "b": "edge", "c": "cloud"}


def test_directed_and_parallel_edges(tmp_path: Path) -> None:
    text = GRAPHML.format(
        '<key id="s" for="edge" attr.name="LinkSpeedRaw" attr.type="double"/><graph edgedefault="directed">'
        '<node id="a"/><node id="b"/><node id="c"/>'
        '<edge source="a" target="b"><data key="s">8e6</data></edge>'
        '<edge source="a" target="b"><data key="s">16e6</data></edge>'
        '<edge source="b" target="a"><data key="s">80e6</data></edge>'
        '<edge source="c" target="b"><data key="s">8e6</data></edge><edge source="c" target="c"/></graph>'
    )
    scenario = import_topology(written(tmp_path, text)).scenario()
    links = {link.between: link for link in scenario.links}
    assert (links["a", "b"].bandwidth_mb_per_s, links["a", "b"].bandwidth_back_mb_per_s) == (3, 10)
    assert (links["b", "c"].bandwidth_mb_per_s, links["b", "c"].bandwidth_back_mb_per_s) == (0, 1)


def test_billion_laughs_are_refused_at_once(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY l0 "ha">{laughs}]><graphml>&l11;</graphml>'
    started = time.perf_counter()
    assert "entities" in refusal(written(tmp_path, bomb))
    assert time.perf_counter() - started < 2


def test_files_of_others_cannot_be_read_through_entities(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret", "secret.txt")
    text = f'<!DOCTYPE g [<!ENTITY x SYSTEM "{secret.as_uri()}">]><edge_devices><a>&x;</a></edge_devices>'
    told = refusal(written(tmp_path, text, "devices.xml"))
    assert "entities" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("hello", "is no topology"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "is no topology"),
        ("<graphml", "is not valid XML"),
        ("<svg/>", "XML of another kind (<svg>)"),
        (GRAPHML.format(""), "is no GraphML"),
        (GRAPHML.format('<graph edgedefault="undirected"/>'), "holds no server"),
        ("<a>" * 100_000, "is not valid XML"),
        ("<a>" * 50_000 + "</a>" * 50_000, "nested too deeply"),
        ("{", "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
        ("[1]", "JSON of another kind"),
        ('{"format": "dnnmig-scenario", "version": 1}', "is a scenario already; open it"),
        ('{"nodes": 3}', "nodes: must be a list"),
        ('{"nodes": []}', "holds no server"),
        ('{"nodes": [7]}', "nodes[0]: must be an object"),
        ('{"nodes": [{"type": "FOG_DEVICE"}]}', "nodes[0].name: is missing"),
        ('{"nodes": [{"name": "a"}]}', "nodes[0].type: is missing"),
        ("<edge_devices/>", "holds no server"),
        ("<edge_devices><datacenter/></edge_devices>", "datacenter[0]: has no location"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_its_place(content: str | bytes, told: str, tmp_path: Path) -> None:
    assert told in refusal(written(tmp_path, content, "wrong"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"mips": 2800', '"mips": 0', "nodes[1].mips: must be greater than 0"),
        ('"mips": 2800', '"mips": "fast"', "nodes[1].mips: must be a number"),
        ('"mips": 2800', '"mips": NaN', "nodes[1].mips: must be a finite number"),
        ('"mips": 2800', '"mips": 1e300', "nodes[1]: compute_ghz: must be at most"),
        ('"ram": 4000, ', "", "nodes[1].ram: must be a number"),
        ('"upBw": 8000', '"upBw": -1', "nodes[2].upBw: must be at least 0"),
        ('"name": "camera-2"', '"name": "camera-1"', "used twice"),
        ('"destination": "cloud"', '"destination": "clowd"', "links[0].destination: no node 'clowd'; did you mean"),
        ('"latency": 100.0', '"latency": true', "links[0].latency: must be a number"),
    ],
)
def test_impossible_values_are_named(old: str, new: str, told: str, tmp_path: Path) -> None:
    text = (SAMPLES / "street.json").read_text()
    assert old in text
    path = written(tmp_path, text.replace(old, new), "street.json")
    with pytest.raises(InputError) as caught:
        import_topology(path).scenario()
    assert told in str(caught.value)
    assert str(caught.value).startswith("street.json: ")


def test_too_many_servers_and_too_many_bytes(tmp_path: Path) -> None:
    nodes = "".join(f'<node id="{n}"/>' for n in range(2001))
    assert "2001 servers" in refusal(
        written(tmp_path, GRAPHML.format(f'<graph edgedefault="undirected">{nodes}</graph>'))
    )
    assert "too large" in refusal(written(tmp_path, b"<" + b" " * (17 * 2**20)))
    assert "is a folder" in refusal(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        import_topology(tmp_path / "none.xml")


@given(st.binary(max_size=300))
def test_no_bytes_whatever_end_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes
) -> None:
    for start in (b"", b"<graphml>", b'{"nodes": '):
        path = written(tmp_path_factory.mktemp("noise"), start + noise)
        with pytest.raises(InputError):
            import_topology(path).scenario()


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
            ["name", "type", "level", "mips", "ram", "upBw", "downBw", "source", "destination"]), inner, max_size=6),
        max_leaves=12,
    ),
    st.integers(0, 3),
)  # fmt: skip
def test_no_json_whatever_ends_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, value: object, place: int
) -> None:
    nodes: list[object] = [
        {"type": "FOG_DEVICE", "name": f"d{n}", "level": n, "upBw": 1, "downBw": 1, "mips": 1, "ram": 1}
        for n in range(3)
    ]
    nodes.insert(place, value)
    path = written(tmp_path_factory.mktemp("json"), json.dumps({"nodes": nodes, "links": [value]}), "x.json")
    with pytest.raises(InputError) as caught:
        import_topology(path).scenario()
    assert len(str(caught.value)) < 400


ZOO_KEYS = "".join(
    f'<key id="{name}" for="{part}" attr.name="{name}" attr.type="{kind}"/>'
    for part, name, kind in (
        ("node", "label", "string"),
        ("node", "Longitude", "double"),
        ("node", "Latitude", "double"),
        ("node", "hyperedge", "int"),
        ("edge", "LinkLabel", "string"),
        ("edge", "LinkSpeed", "string"),
        ("edge", "LinkSpeedUnits", "string"),
    )
)


def zoo(nodes: dict[str, dict[str, object]], edges: list[tuple[str, str, dict[str, str]]]) -> str:
    def data(values: dict[str, object] | dict[str, str]) -> str:
        return "".join(f'<data key="{key}">{value}</data>' for key, value in values.items())

    drawn = "".join(f'<node id="{name}">{data(values)}</node>' for name, values in nodes.items())
    drawn += "".join(f'<edge source="{a}" target="{b}">{data(values)}</edge>' for a, b, values in edges)
    return GRAPHML.format(f'{ZOO_KEYS}<graph edgedefault="undirected">{drawn}</graph>')


def place(longitude: float, latitude: float) -> dict[str, object]:
    return {"Longitude": longitude, "Latitude": latitude}


def test_a_node_without_a_place_does_not_cost_the_others_theirs(tmp_path: Path) -> None:
    nodes = {"0": place(0, 50), "1": place(10, 50), "2": {}, "3": {"label": "?"}}
    edges: list[tuple[str, str, dict[str, str]]] = [("0", "1", {}), ("0", "2", {}), ("1", "2", {})]
    found = import_topology(written(tmp_path, zoo(nodes, edges)))
    scenario = found.scenario()
    spots = {server.id: server.position for server in scenario.servers}
    assert spots["0"] == (0, 0)
    assert spots["1"] == (880, 0)
    assert spots["2"] is not None
    assert spots["2"][0] == 440
    assert spots["?"] is not None
    latencies = {link.between: link.latency_ms for link in scenario.links}
    assert latencies["0", "1"] > 3
    assert latencies["0", "2"] is latencies["1", "2"] is None
    assert any("place of 2 servers" in line for line in found.assumed)


def test_a_hyperedge_joins_all_its_nodes(tmp_path: Path) -> None:
    marked = zoo({"a": {}, "b": {}, "c": {}, "m": {"hyperedge": 1}}, [("m", end, {}) for end in "abc"])
    element = GRAPHML.format(
        '<graph edgedefault="undirected"><node id="a"/><node id="b"/><node id="c"/>'
        '<hyperedge><endpoint node="a"/><endpoint node="b"/><endpoint node="c"/></hyperedge></graph>'
    )
    for text in (marked, element):
        found = import_topology(written(tmp_path, text))
        assert [server.id for server in found.servers] == ["a", "b", "c"]
        assert [link.between for link in found.links] == [("a", "b"), ("a", "c"), ("b", "c")]
        assert any(line.startswith("1 hyperedge:") for line in found.understood)
        assert not found.left_out


def test_a_huge_hyperedge_is_refused_at_once(tmp_path: Path) -> None:
    names = [f"n{number}" for number in range(1500)]
    nodes = "".join(f'<node id="{name}"/>' for name in names)
    ends = "".join(f'<endpoint node="{name}"/>' for name in names)
    before = time.monotonic()
    text = GRAPHML.format(f'<graph edgedefault="undirected">{nodes}<hyperedge>{ends}</hyperedge></graph>')
    assert "hyperedges of more than 20000 links" in refusal(written(tmp_path, text))
    assert time.monotonic() - before < 5


def test_speeds_are_read_from_labels_and_parallel_ones_counted_once(tmp_path: Path) -> None:
    edges = [
        ("a", "b", {"LinkLabel": "622 Mbit/s"}),
        ("a", "b", {}),
        ("b", "c", {"LinkLabel": "10-20Gbps"}),
        ("b", "c", {"LinkSpeed": "&lt;10", "LinkSpeedUnits": "M"}),
        ("a", "c", {"LinkLabel": "40 Gbps"}),
    ]
    found = import_topology(written(tmp_path, zoo({name: {} for name in "abc"}, edges)))
    speeds = {link.between: link.bandwidth_mb_per_s for link in found.links}
    assert speeds == {("a", "b"): 622 / 8, ("b", "c"): 250, ("a", "c"): 5000}
    assert "3 links, 2 with a speed" in found.understood
    assert any(line.startswith("bandwidth of 1 link without a speed") for line in found.assumed)


def test_a_link_of_ifogsim_may_be_told_twice(tmp_path: Path) -> None:
    values = json.loads((SAMPLES / "street.json").read_text())
    first = values["links"][0]
    again = {"source": first["destination"], "destination": first["source"], "latency": first["latency"]}
    values["links"].append(again)
    path = written(tmp_path, json.dumps(values), "twice.json")
    assert import_topology(path).links == import_topology(SAMPLES / "street.json").links
    again["latency"] = 1
    assert "a second time, with another latency" in refusal(written(tmp_path, json.dumps(values), "twice.json"))


def test_the_other_file_of_edgecloudsim_is_told_from_its_servers(tmp_path: Path) -> None:
    told = refusal(written(tmp_path, '<applications><application name="AR"/></applications>', "applications.xml"))
    assert "import the edge_devices.xml that belongs to it" in told


@given(
    st.lists(
        st.tuples(st.floats(-90, 90).map(lambda x: round(x, 3)), st.floats(-60, 60).map(lambda y: round(y, 3))),
        min_size=2,
        max_size=40,
    )
)
def test_no_server_hides_another(places: list[tuple[float, float]]) -> None:
    drafts = [ServerDraft(f"s{number}", "all") for number in range(len(places))]
    spots = [draft.position for draft in spread(drafts, places)]
    for one, other in combinations(spots, 2):
        assert one is not None
        assert other is not None
        assert abs(one[0] - other[0]) > ROOM_WIDE - 1 or abs(one[1] - other[1]) > ROOM_HIGH - 1


def test_long_names_have_room_on_a_map() -> None:
    drafts = [ServerDraft(f"Frankfurt am Main {number}", "all") for number in range(12)]
    spots = [draft.position for draft in spread(drafts, [(8.7 + 0.1 * number, 50.1) for number in range(12)])]
    for one, other in combinations(spots, 2):
        assert one is not None
        assert other is not None
        assert abs(one[0] - other[0]) > 1.8 * ROOM_WIDE or abs(one[1] - other[1]) > ROOM_HIGH - 1


def test_two_thousand_servers_in_one_city_are_placed_soon() -> None:
    drafts = [ServerDraft(f"s{number}", "all") for number in range(2000)]
    before = time.monotonic()
    spots = {draft.position for draft in spread(drafts, [(2.35, 48.86)] * 2000)}
    assert len(spots) == 2000
    assert time.monotonic() - before < 20
