"""Edits: whatever is done to a scenario, its names mean something, and its file says the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario, open_scenario, scenario_text
from dnnmig_gui.core.scenario.clipboard import copied, duplicated, pasted
from dnnmig_gui.core.scenario.edits import (
    add_link,
    add_model,
    add_server,
    add_user,
    changed,
    give_model,
    join_all,
    move_servers,
    remove,
    rename_model,
    rename_server,
    rename_user,
    reset_links,
    set_link_default,
    set_links,
    set_model,
    set_servers,
    set_users,
    with_parts,
)
from dnnmig_gui.core.scenario.file import parse_scenario
from dnnmig_gui.core.scenario.ids import FreshIds
from dnnmig_gui.core.scenario.joined import TIER_PAIRS, Joined
from dnnmig_gui.core.scenario.placing import aligned, distributed
from dnnmig_gui.core.scenario.presets import LINK_PRESETS, SERVER_PRESETS
from dnnmig_gui.core.scenario.references import check_references
from dnnmig_gui.core.scenario.schema import FORMAT, BarLimit, Outage, PinLimit, Running, Weights
from dnnmig_gui.core.topology import Topology

EMPTY = Scenario(format=FORMAT, version=1)
HERE = Path("/scenarios/here")
TIERS = ("client", "edge", "cloud")


def drawn() -> Scenario:
    """Return two clients, two edge servers and a cloud server, joined and asked."""
    scenario = EMPTY
    for tier in ("client", "client", "edge", "edge", "cloud"):
        scenario, _ = add_server(scenario, tier)
    for one, other in (("client-1", "edge-1"), ("client-2", "edge-2"), ("edge-1", "cloud-1")):
        scenario = add_link(scenario, one, other)
    scenario, model = add_model(scenario, zoo="alexnet")
    for client in ("client-1", "client-2"):
        scenario = give_model(scenario, client, model)
    return scenario


# Any sequence of edits


def _servers(scenario: Scenario, picks: list[int]) -> list[str]:
    return [scenario.servers[pick % len(scenario.servers)].id for pick in picks] if scenario.servers else ["none"]


picks = st.lists(st.integers(0, 20), min_size=1, max_size=3)
rates = st.one_of(st.none(), st.just(0.0), st.floats(0.01, 100), st.just(-1.0), st.just(math.nan))


@st.composite
def steps(draw: st.DrawFn) -> Callable[[Scenario], Scenario]:
    """Draw one edit, sensible or not."""
    chosen, number, text = draw(picks), draw(st.integers(0, 20)), draw(st.text(max_size=4))
    tier, pair = draw(st.sampled_from(TIERS)), draw(st.sampled_from(TIER_PAIRS))
    rate, other_rate = draw(rates), draw(rates)
    zoo = draw(st.sampled_from(("alexnet", "vgg19", "resnet50")))
    name = draw(st.sampled_from(("edge", "Edge 1", "edge-1", "client-1", "a", "", "user-1", "alexnet-2")))
    weights = draw(st.sampled_from((Weights(), Weights(delay=0.5, energy=0.5, money=0.0))))

    def ends(scenario: Scenario) -> tuple[str, str]:
        one, other = _servers(scenario, [number, chosen[0]])[:2] if scenario.servers else ("none", "nowhere")
        return one, other

    def a_user(scenario: Scenario) -> list[str]:
        return [scenario.users[number % len(scenario.users)].id] if scenario.users else ["none"]

    def a_model(scenario: Scenario) -> str:
        return scenario.models[number % len(scenario.models)].id if scenario.models else "none"

    kinds: list[Callable[[Scenario], Scenario]] = [
        lambda s: add_server(s, tier, (float(number), 3.0) if number % 2 else None)[0],
        lambda s: add_link(s, *ends(s)),
        lambda s: set_links(s, [ends(s)], {"bandwidth_mb_per_s": rate, "bandwidth_back_mb_per_s": other_rate}),
        lambda s: set_links(s, [ends(s)], {"latency_ms": rate}),
        lambda s: reset_links(s, [ends(s)]),
        lambda s: set_link_default(s, pair, {"bandwidth_mb_per_s": rate, "bandwidth_back_mb_per_s": other_rate}),
        lambda s: add_model(s, zoo=zoo)[0],
        lambda s: add_model(s, file=f"{text}.csv")[0],
        lambda s: add_user(s, ends(s)[0], a_model(s))[0],
        lambda s: give_model(s, ends(s)[0], a_model(s)),
        lambda s: set_users(s, a_user(s), {"departure_s": rate, "share": other_rate}),
        lambda s: set_users(
            s,
            a_user(s),
            {"weights": weights, "limits": (PinLimit(limit="pin", layers=("*",), to=tuple(_servers(s, chosen))),)},
        ),
        lambda s: set_users(
            s,
            a_user(s),
            {
                "limits": (
                    BarLimit.model_validate(
                        {"limit": "bar", "layers": ("*",), "from": ("cloud", *_servers(s, chosen))}
                    ),
                )
            },
        ),
        lambda s: with_parts(s, running=Running(outages=(Outage(between=ends(s), start_s=1.0, end_s=2.0),))),
        lambda s: set_servers(s, _servers(s, chosen), {"tier": tier}),
        lambda s: set_servers(s, _servers(s, chosen), {"compute_ghz": rate, "power_w.idle": other_rate}),
        lambda s: set_servers(s, _servers(s, chosen), dict(SERVER_PRESETS[number % len(SERVER_PRESETS)].values)),
        lambda s: set_links(s, [ends(s)], dict(LINK_PRESETS[number % len(LINK_PRESETS)].values)),
        lambda s: move_servers(s, {ends(s)[0]: None if number % 2 else (float(number), 1.5)}),
        lambda s: rename_server(s, ends(s)[0], name),
        lambda s: rename_user(s, a_user(s)[0], name),
        lambda s: rename_model(s, a_model(s), name),
        lambda s: remove(s, servers=_servers(s, chosen)),
        lambda s: remove(s, links=[ends(s)]),
        lambda s: remove(s, models=[a_model(s)], users=a_user(s)),
        lambda s: duplicated(s, _servers(s, chosen), 1 + number % 3)[0],
        lambda s: pasted(s, copied(s, _servers(s, chosen), HERE), HERE, (8.0, 8.0))[0],
    ]
    return draw(st.sampled_from(kinds))


@settings(max_examples=200)
@given(st.booleans(), st.lists(steps(), max_size=25))
def test_whatever_is_done_the_names_mean_something(begun: bool, edits: list[Callable[[Scenario], Scenario]]) -> None:
    scenario = drawn() if begun else EMPTY
    for edit in edits:
        before = scenario_text(scenario)
        try:
            after = edit(scenario)
        except InputError:
            assert scenario_text(scenario) == before
            continue
        assert scenario_text(scenario) == before, "an edit leaves the scenario it was given alone"
        check_references(after)
        scenario = after
    assert parse_scenario(scenario_text(scenario)) == scenario
    links = Joined(scenario)
    topology = Topology.build(scenario.servers, scenario.link_defaults, scenario.links)
    names = [server.id for server in scenario.servers]
    expected = {frozenset((names[one], names[other])) for one, other in topology.links()}
    pairs = list(links.pairs())
    assert {frozenset(pair) for pair in pairs} == expected
    assert len(pairs) == len(expected) == links.count
    for one, other in pairs:
        assert links.has(one, other)
        first, second = links.ordered(one, other)
        figures = links.figures(one, other)
        assert figures is not None
        ends = topology.number[first], topology.number[second]
        for (start, end), rate in zip(
            (ends, ends[::-1]), (figures.bandwidth_mb_per_s, figures.bandwidth_back_mb_per_s), strict=True
        ):
            if rate == 0:
                assert np.isinf(topology.link_latency_s[start, end])
                continue
            assert topology.link_s_per_byte[start, end] == 1e-6 / rate
            assert topology.link_latency_s[start, end] == figures.latency_ms / 1e3
            assert topology.link_failure_rate[start, end] == figures.failure_rate


# New names


def test_new_servers_are_counted_on_in_the_style_of_their_tier(scenarios: Path) -> None:
    scenario = open_scenario(scenarios / "paper-alexnet.dnnmig").scenario
    scenario, name = add_server(scenario, "edge")
    assert name == "Edge 6"
    scenario, name = add_server(EMPTY, "cloud", (3.0, 4.0))
    assert (name, scenario.servers[0].position) == ("cloud-1", (3.0, 4.0))


@given(st.lists(st.text(min_size=1, max_size=200)), st.text(min_size=1, max_size=200))
def test_fresh_ids_are_new_and_short_enough(taken: list[str], like: str) -> None:
    fresh = FreshIds(taken)
    given_out = [fresh.like(like) for _ in range(3)]
    assert len({*taken, *given_out}) == len(set(taken)) + 3
    assert max(map(len, given_out)) <= 200


# Servers


def test_a_new_name_is_used_wherever_the_old_one_was() -> None:
    scenario = set_users(
        drawn(), ["user-1"], {"limits": (PinLimit(limit="pin", layers=("*",), to=("edge-1", "client")),)}
    )
    outages = (Outage(between=("edge-1", "cloud-1"), start_s=0, end_s=1), Outage(server="edge-1", start_s=0, end_s=1))
    scenario = scenario.model_copy(update={"running": Running(outages=outages)})
    renamed = rename_server(rename_server(scenario, "edge-1", "Hall"), "client-1", "Door")
    assert "edge-1" not in scenario_text(renamed)
    assert "client-1" not in scenario_text(renamed)
    assert renamed.users[0].limits[0].to == ("Hall", "client")  # type: ignore[union-attr]
    back = rename_server(rename_server(renamed, "Hall", "edge-1"), "Door", "client-1")
    assert back == scenario


@pytest.mark.parametrize("name", ["edge-2", "", "cloud", "x" * 201])
def test_a_name_that_would_be_wrong_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        rename_server(drawn(), "edge-1", name)


def test_a_server_takes_with_it_what_cannot_be_without_it() -> None:
    scenario = set_users(drawn(), ["user-2"], {"limits": (PinLimit(limit="pin", layers=("*",), to=("edge-1",)),)})
    left = remove(scenario, servers=["client-1", "edge-1"])
    assert [server.id for server in left.servers] == ["client-2", "edge-2", "cloud-1"]
    assert [link.between for link in left.links] == [("client-2", "edge-2")]
    assert [user.id for user in left.users] == ["user-2"]
    assert left.users[0].limits == ()
    assert [entry.id for entry in left.models] == ["alexnet"]


def test_several_servers_are_changed_at_once_or_none() -> None:
    scenario = drawn()
    faster = set_servers(scenario, ["edge-1", "edge-2"], {"compute_ghz": 9.0, "power_w.active": 20.0})
    assert [server.compute_ghz for server in faster.of_tier("edge")] == [9.0, 9.0]
    assert faster.server("edge-2").power_w.active == 20.0
    assert faster.server("edge-2").power_w.idle == scenario.server("edge-2").power_w.idle
    with pytest.raises(InputError, match=r"greater than 0"):
        set_servers(scenario, ["edge-1", "edge-2"], {"compute_ghz": -1.0})
    with pytest.raises(InputError, match="must stay a client: user-1 asks from client-1"):
        set_servers(scenario, ["client-1"], {"tier": "edge"})


def test_what_is_the_default_is_not_written() -> None:
    scenario = set_servers(drawn(), ["edge-1"], {"memory_mb": 512.0, "power_w.idle": 1.0})
    assert '"memory_mb": 512' in scenario_text(scenario)
    scenario = set_servers(scenario, ["edge-1"], {"memory_mb": None, "power_w.idle": 3.977})
    assert "memory_mb" not in scenario_text(scenario)
    assert "power_w" not in scenario_text(scenario)


@pytest.mark.parametrize("preset", SERVER_PRESETS, ids=lambda preset: preset.name)
def test_server_presets_fit_and_name_their_source(preset: object) -> None:
    scenario, name = add_server(EMPTY, preset.tier)  # type: ignore[attr-defined]
    server = set_servers(scenario, [name], preset.values).servers[0]  # type: ignore[attr-defined]
    assert server.rate_flops >= 1e9
    assert len(preset.source) > 40  # type: ignore[attr-defined]
    assert "peak" in preset.estimated or "our reading" in preset.estimated  # type: ignore[attr-defined]


def test_filling_in_leaves_nothing_of_the_preset_before() -> None:
    by_name = {preset.name: preset for preset in (*SERVER_PRESETS, *LINK_PRESETS)}
    scenario, name = add_server(EMPTY, "client")
    direct = set_servers(scenario, [name], by_name["Article's client"].values)
    after = set_servers(scenario, [name], by_name["Raspberry Pi 4"].values)
    assert set_servers(after, [name], by_name["Article's client"].values) == direct
    assert all("latency_ms" in preset.values for preset in LINK_PRESETS)


# Links


def test_a_link_comes_with_the_figures_of_its_tiers() -> None:
    scenario = drawn()
    assert scenario.links[0].bandwidth_mb_per_s == 10
    assert scenario.links[2].bandwidth_mb_per_s == 0.5
    with pytest.raises(InputError, match="joined already"):
        add_link(scenario, "edge-1", "client-1")
    with pytest.raises(InputError, match="itself"):
        add_link(scenario, "edge-1", "edge-1")


def test_servers_are_joined_each_with_each() -> None:
    scenario = join_all(drawn(), ["client-1", "edge-1", "cloud-1"])
    assert len(scenario.links) == 4, "one of the three was there"
    assert join_all(scenario, ["client-1", "edge-1", "cloud-1"]) is scenario
    many, names = duplicated(scenario, ["edge-1"], 50)
    with pytest.raises(InputError, match="too many"):
        join_all(many, names)


def test_a_link_that_a_default_gives_is_cut_and_joined_again() -> None:
    scenario = set_link_default(drawn(), "edge-edge", {"bandwidth_mb_per_s": 7.0})
    assert Joined(scenario).has("edge-1", "edge-2")
    cut = remove(scenario, links=[("edge-2", "edge-1")])
    assert not Joined(cut).has("edge-1", "edge-2")
    assert add_link(cut, "edge-1", "edge-2") == scenario


def test_a_link_goes_back_to_its_default() -> None:
    scenario = set_link_default(drawn(), "edge-edge", {"bandwidth_mb_per_s": 7.0, "latency_ms": 2.0})
    own = set_links(scenario, [("edge-2", "edge-1")], {"latency_ms": 9.0})
    figures = Joined(own).figures("edge-1", "edge-2")
    assert figures is not None
    assert (figures.bandwidth_mb_per_s, figures.latency_ms) == (7.0, 9.0)
    assert set_links(own, [("edge-1", "edge-2")], {"latency_ms": None}) == scenario
    assert reset_links(own, [("edge-1", "edge-2")]) == scenario


def test_a_link_default_is_let_go() -> None:
    scenario = set_link_default(drawn(), "edge-edge", {"bandwidth_mb_per_s": 7.0})
    assert set_link_default(scenario, "edge-edge", {"bandwidth_mb_per_s": None}).link_defaults == {}


# Models and users


def test_a_model_is_there_once_and_takes_its_users_along() -> None:
    scenario = drawn()
    assert add_model(scenario, zoo="alexnet") == (scenario, "alexnet")
    scenario, name = add_model(scenario, file="sub/alexnet.onnx")
    assert name == "alexnet 2"
    left = remove(give_model(scenario, "client-2", name), models=["alexnet"])
    assert [user.id for user in left.users] == ["user-2"]


def test_a_model_given_to_a_client_makes_a_user_or_changes_theirs() -> None:
    scenario, vgg = add_model(drawn(), zoo="vgg19")
    scenario = give_model(scenario, "client-1", vgg)
    assert [(user.id, user.model) for user in scenario.users] == [("user-1", "vgg19"), ("user-2", "alexnet")]
    with pytest.raises(InputError, match="not a client"):
        give_model(scenario, "edge-1", vgg)


def test_a_stay_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="must come after"):
        set_users(drawn(), ["user-1"], {"arrival_s": 5.0, "departure_s": 2.0})


def test_a_model_s_source_is_one() -> None:
    scenario, name = add_model(EMPTY, file="m.csv")
    assert set_model(scenario, name, {"profile": "times.csv"}).models[0].profile == "times.csv"
    with pytest.raises(InputError, match="not both"):
        set_model(scenario, name, {"zoo": "alexnet"})


# Copies


def test_copies_have_the_links_and_users_of_their_originals() -> None:
    scenario, names = duplicated(drawn(), ["client-1"], 20)
    assert names[0] == "client-3"
    assert len(scenario.of_tier("client")) == 22
    assert len(scenario.users) == 22
    assert all(Joined(scenario).has(name, "edge-1") for name in names)
    together, names = duplicated(drawn(), ["edge-1", "cloud-1"])
    assert Joined(together).has(*names)
    assert not Joined(together).has(names[0], "cloud-1") or names[0] == "edge-1"


@pytest.mark.parametrize("count", [0, -1, 1001])
def test_too_many_copies_are_refused(count: int) -> None:
    with pytest.raises(InputError, match="must be 1 to 1000"):
        duplicated(drawn(), ["client-1"], count)


def test_a_whole_scenario_pasted_into_an_empty_one_is_the_same() -> None:
    scenario = set_link_default(drawn(), "edge-edge", {"bandwidth_mb_per_s": 7.0})
    found, _ = pasted(EMPTY, copied(scenario, {server.id for server in scenario.servers}, HERE), HERE)
    assert found == scenario


def test_files_are_found_from_another_folder() -> None:
    scenario, name = add_model(drawn(), file="mine/net.onnx")
    text = copied(give_model(scenario, "client-1", name), ["client-1"], HERE)
    found, _ = pasted(EMPTY, text, Path("/scenarios/there"))
    assert found.models[0].file == "../here/mine/net.onnx"


@pytest.mark.parametrize("text", ["", "[]", "{}", "no", '{"format": "dnnmig-fragment", "version": 1, "colour": 1}'])
def test_what_is_no_copy_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="clipboard"):
        pasted(drawn(), text, HERE)


def test_a_copy_that_lacks_something_is_refused() -> None:
    text = copied(drawn(), ["client-1"], HERE).replace('"client": "client-1"', '"client": "gone"')
    text = text.replace('"client":"client-1"', '"client":"gone"')
    with pytest.raises(InputError, match="lacks"):
        pasted(EMPTY, text, HERE)


# Places

places = st.dictionaries(
    st.text(max_size=3), st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=8
)


@given(places, st.sampled_from(("left", "middle", "right", "top", "centre", "bottom")))
def test_aligned_servers_stand_on_one_line_among_them(places: dict, to: str) -> None:
    found = aligned(places, to)  # type: ignore[arg-type]
    axis = 0 if to in ("left", "middle", "right") else 1
    lines = {place[axis] for place in found.values()}
    assert len(lines) == 1
    assert min(p[axis] for p in places.values()) <= lines.pop() <= max(p[axis] for p in places.values())
    assert all(found[name][1 - axis] == places[name][1 - axis] for name in places)


@given(places, st.sampled_from(("across", "down")))
def test_distributed_servers_are_evenly_spaced_between_the_outermost(places: dict, along: str) -> None:
    found = distributed(places, along)  # type: ignore[arg-type]
    axis = 0 if along == "across" else 1
    line = sorted(place[axis] for place in found.values())
    assert line[0] == pytest.approx(min(p[axis] for p in places.values()))
    assert line[-1] == pytest.approx(max(p[axis] for p in places.values()))
    if len(line) > 2:
        assert np.ptp(np.diff(line)) <= 1e-6 * max(1.0, abs(line[0]), abs(line[-1]))


def test_a_changed_part_is_checked_whole() -> None:
    server = drawn().servers[0]
    assert changed(server, {"flops_per_cycle": 4.0}).flops_per_cycle == 4.0
    with pytest.raises(InputError) as caught:
        changed(server, {"power_w.idle": -1.0}, "servers[0]")
    assert caught.value.field == "servers[0].power_w.idle"
