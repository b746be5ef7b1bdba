"""Every shipped example: it tells its story, can be planned with its own method, and shows what it says it shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dnnmig_gui.core.costs.plain import plain_figures
from dnnmig_gui.core.planning import MigrationPlan, plan_scenario, upload_plans
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario, open_scenario

FOLDER = Path(__file__).parents[2] / "scenarios"
EXAMPLES = sorted(path.stem for path in FOLDER.glob("*.dnnmig"))
WITHOUT_PAPER = [name for name in EXAMPLES if not name.startswith("paper-")]


@cache
def planned(name: str) -> MigrationPlan:
    return plan_scenario(open_scenario(FOLDER / f"{name}.dnnmig").scenario, FOLDER)


def places_of(plan: MigrationPlan, user: str) -> dict[str, str]:
    """Return the server of each layer of a user."""
    number = [one.id for one in plan.users].index(user)
    names = [layer.name for layer in plan.problem.users[number].model]
    return dict(zip(names, (plan.problem.server_ids[place] for place in plan.users[number].places), strict=True))


def servers_of(plan: MigrationPlan, user: str) -> list[str]:
    """Return the servers that run a user's layers, in the order of the layers, each stretch once."""
    places = list(places_of(plan, user).values())
    return [place for before, place in zip([None, *places], places, strict=False) if place != before]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_tells_its_story(name: str) -> None:
    scenario = open_scenario(FOLDER / f"{name}.dnnmig").scenario
    assert len(scenario.name) > 3
    assert scenario.description.count(".") >= 2


@pytest.mark.parametrize("name", WITHOUT_PAPER)
def test_the_first_sentence_fits_on_a_card(name: str) -> None:
    scenario = open_scenario(FOLDER / f"{name}.dnnmig").scenario
    assert len(scenario.description.partition(". ")[0]) <= 42


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_own_method_finds_a_plan_that_keeps_every_limit_and_pays(name: str) -> None:
    plan = planned(name)
    assert plan.feasible
    local = plan.offloading.objective / sum(user.share for user in plan.problem.users)
    assert local < 0.8  # a query takes at most four fifths of what it takes on the client
    for number, user in enumerate(plan.users):
        figures = plain_figures(plan.problem, number, plan.offloading.places)
        assert user.figures.delay_s == pytest.approx(figures.delay_s, rel=1e-9)
        assert user.uploading.stages[0].query_delay_s == pytest.approx(user.local.delay_s, rel=1e-9)


@pytest.mark.parametrize("name", EXAMPLES)
def test_uploading_the_most_useful_layers_first_is_never_worse_than_all_at_once(name: str) -> None:
    plans = upload_plans(planned(name), ["direct", "recursive-efficiency"], Run())
    horizon = max(one.upload_s for of_method in plans.values() for one in of_method)
    for direct, recursive in zip(*plans.values(), strict=True):
        assert recursive.queries_until(horizon) >= direct.queries_until(horizon) * (1 - 1e-9)


def test_in_the_smart_home_three_cameras_keep_their_early_layers_and_two_share_the_hub() -> None:
    plan = planned("smart-home")
    ways = {user.id: servers_of(plan, user.id) for user in plan.users}
    assert ways["Garden camera"] == ["Garden", "Cloud"]
    on_the_hub = [user for user, way in ways.items() if "Hub" in way]
    assert len(on_the_hub) == 2
    for user in ways.keys() - set(on_the_hub):
        kept = [layer for layer, place in places_of(plan, user).items() if place != "Cloud"]
        assert 10 < len(kept) < len(places_of(plan, user)) / 2


def test_the_connected_cars_hand_over_from_unit_to_unit() -> None:
    plan = planned("connected-car")
    assert servers_of(plan, "Blue driver")[1:3] == ["Roadside 1", "Roadside 2"]
    assert servers_of(plan, "Red driver")[1:3] == ["Roadside 4", "Roadside 3"]
    hosted = np.zeros(plan.problem.server_count)
    for user, places in zip(plan.problem.users, plan.offloading.places, strict=True):
        np.add.at(hosted, places, user.param_bytes)
    assert (hosted <= plan.problem.memory_bytes).all()


def test_with_branches_at_once_two_boxes_share_the_work_and_the_serial_plan_would_be_slower() -> None:
    plan = planned("parallel-branches")
    places = places_of(plan, "Rescuer")
    branches = {"see": "GPU box", "scan": "CPU box", "hear": "Robot"}
    for layer, place in places.items():
        assert place == branches.get(layer.partition("_")[0], place)
    assert plan.offloading.gap == pytest.approx(0, abs=1e-9)
    assert plan.users[0].local.delay_s == pytest.approx(0.915)
    assert plan.users[0].figures.delay_s == pytest.approx(0.190)
    serial = plan.scenario.model_copy(update={"costs": plan.scenario.costs.model_copy(update={"delay": "serial"})})
    other = plan_scenario(serial, FOLDER)
    assert places_of(other, "Rescuer")["scan_1"] == "GPU box"
    assert places_of(other, "Rescuer")["scan_4"] == "CPU box"
    assert plain_figures(plan.problem, 0, other.offloading.places).delay_s == pytest.approx(0.277)


def test_in_the_stadium_fans_come_and_go_and_the_press_box_is_not_for_all() -> None:
    plan = planned("crowded-stadium")
    users = plan.scenario.users
    assert len({user.arrival_s for user in users}) > 10
    assert all(user.departure_s is not None and user.departure_s > user.arrival_s + 30 for user in users)
    ways = {user.id: servers_of(plan, user.id) for user in plan.users}
    assert sum("Press box" in way for way in ways.values()) == 3
    assert [user for user, way in ways.items() if any(place.startswith("Cloud") for place in way)] == ["Elif"]


def test_uplinks_of_the_cars_are_slower_than_downlinks() -> None:
    scenario = open_scenario(FOLDER / "connected-car.dnnmig").scenario
    radio = [link for link in scenario.links if "car" in link.between[0]]
    assert len(radio) == 4
    for link in radio:
        assert link.bandwidth_back_mb_per_s is not None
        assert link.bandwidth_mb_per_s is not None
        assert link.bandwidth_mb_per_s * 3 < link.bandwidth_back_mb_per_s


def test_raw_scans_never_leave_the_hospital() -> None:
    plan = planned("hospital-imaging")
    scenario: Scenario = plan.scenario
    outside = {server.id for server in scenario.of_tier("cloud")}
    for user in plan.users:
        places = places_of(plan, user.id)
        block = [name for name in places if name.startswith(("input", "conv1_", "relu1_")) or name == "pool1"]
        assert len(block) == 6
        assert not {places[name] for name in block} & outside
        assert places["fc6"] in outside  # the 411 MB have room nowhere else but on the client
        for stage in user.uploading.stages:
            assert not {plan.problem.server_ids[stage.places[list(places).index(name)]] for name in block} & outside
