"""Everything wrong or doubtful in a scenario is found, and nothing else."""

from __future__ import annotations

import tracemalloc
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from dnnmig_gui.core.diagnosis import diagnose
from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario import Scenario, open_scenario

GOOD: dict[str, Any] = {
    "format": "dnnmig-scenario",
    "version": 1,
    "servers": [
        {"id": "phone", "tier": "client", "compute_ghz": 1.0},
        {"id": "box", "tier": "edge", "compute_ghz": 10.0},
        {"id": "sky", "tier": "cloud", "compute_ghz": 80.0},
    ],
    "link_defaults": {
        "client-edge": {"bandwidth_mb_per_s": 10},
        "client-cloud": {"bandwidth_mb_per_s": 1},
        "edge-cloud": {"bandwidth_mb_per_s": 5},
    },
    "models": [{"id": "net", "zoo": "alexnet"}],
    "users": [{"id": "ann", "client": "phone", "model": "net"}],
}


def changed(**edits: Any) -> Scenario:
    """Return the scenario with values replaced, by paths such as ``users__0__deadline_s``."""
    values = deepcopy(GOOD)
    for path, value in edits.items():
        here: Any = values
        *parts, last = path.split("__")
        for part in parts:
            here = here[int(part) if part.isdigit() else part]
        here[last] = value
    return Scenario.model_validate(values, strict=False)


def told(scenario: Scenario, folder: Path = Path()) -> list[tuple[str, str, bool]]:
    return [(each.field, each.message, each.stops_planning) for each in diagnose(scenario, folder)]


def test_nothing_is_wrong_with_the_good_one_and_with_the_examples(scenarios: Path) -> None:
    assert told(changed()) == []
    for file in sorted(scenarios.glob("paper-*.dnnmig")):
        assert told(open_scenario(file).scenario, scenarios) == []


@pytest.mark.parametrize(
    ("edits", "field", "message"),
    [
        (
            {"link_defaults": {"client-edge": {"bandwidth_mb_per_s": 10}}},
            "servers[2]",
            "sky cannot be reached from phone and back",
        ),
        (
            {"servers__1__memory_mb": 0.0001},
            "servers[1].memory_mb",
            "box has 0.0001 MB of memory, too little for any layer with parameters",
        ),
        ({"servers__0__memory_mb": 100}, "servers[0].memory_mb", "phone has 100 MB of memory; "),
        (
            {"users__0__deadline_s": 1.0, "users__0__weights": {"delay": 0, "energy": 1}},
            "users[0].weights",
            "ann has a deadline, but its weights leave delay out",
        ),
        (
            {"users__0__weights": {"delay": 0.5, "money": 0.5}},
            "users[0].weights",
            "ann weighs money, but nothing has a price",
        ),
        (
            {
                "users__0__weights": {"delay": 0.5, "energy": 0.5},
                "servers__0__power_w": {"active": 0, "idle": 0, "transmit": 0, "receive": 0},
            },
            "users[0].weights",
            "ann weighs energy, but phone draws none",
        ),
        ({"users__0__deadline_s": 1e-6}, "users[0].deadline_s", "ann wants a query in 1e-06 s, and the fastest plan"),
        (
            {
                "users__0__limits": [
                    {"limit": "pin", "layers": ["*"], "to": ["edge"]},
                    {"limit": "bar", "layers": ["*"], "from": ["edge"]},
                ]
            },
            "users[0].limits",
            "the limits of ann leave no server for layer ",
        ),
        (
            {
                "servers": GOOD["servers"][:2],
                "users__0__limits": [{"limit": "bar", "layers": ["*"], "from": ["cloud"]}],
            },
            "users[0].limits[0]",
            "a limit of ann names the tier cloud, where there is no server",
        ),
        (
            {
                "users__0__weights": {"delay": 0.5, "energy": 0.5},
                "users__0__limits": [{"limit": "energy", "budget_j": 1e-6}],
            },
            "users[0].limits[0]",
            "ann has 1e-06 J for a query, and the thriftiest plan takes ",
        ),
        (
            {"users__0__limits": [{"limit": "energy", "budget_j": 1e6}]},
            "users[0].weights",
            "ann has an energy budget, but its weights leave energy out",
        ),
        (
            {"models": [*GOOD["models"], {"id": "spare", "zoo": "squeezenet"}]},
            "models[1]",
            "no user runs spare",
        ),
        ({"users__0__arrival_s": 50, "running": {"horizon_s": 20}}, "users[0].arrival_s", "ann comes after the run"),
        (
            {"links": [{"between": ["phone", "box"], "failure_rate": 0.95}]},
            "links[0]",
            "the link phone and box fails 95% of uploads",
        ),
        (
            {"servers": [*GOOD["servers"], {"id": "tablet", "tier": "client", "compute_ghz": 1.0}]},
            "servers[3]",
            "tablet has no user",
        ),
        (
            {
                "links": [{"between": ["phone", "box"], "bandwidth_mb_per_s": 0}],
                "running": {"outages": [{"between": ["phone", "box"], "start_s": 1, "end_s": 2}]},
            },
            "running.outages[0]",
            "an outage cuts phone from box, which no link joins",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_what_is_doubtful_is_named_and_planning_goes_on(edits: dict[str, Any], field: str, message: str) -> None:
    found = told(changed(**edits))
    assert len(found) == 1, found
    assert found[0][0] == field
    assert found[0][1].startswith(message)
    assert not found[0][2]


@pytest.mark.parametrize(
    ("room_mb", "field", "message"),
    [
        (100, "servers[0].memory_mb", "no server has room for layer 'fc6' of ann: it needs 151 MB where it may run"),
        (160, "servers", "the models of all users need 487.7 MB, and all servers together have 480 MB"),
        (250, "", ""),
    ],
)
def test_models_too_large_for_all_servers_are_named(room_mb: float, field: str, message: str) -> None:
    servers = [{**server, "memory_mb": room_mb} for server in GOOD["servers"]]
    users = [GOOD["users"][0]] if room_mb == 100 else [*GOOD["users"], {**GOOD["users"][0], "id": "bob"}]
    found = [each for each in told(changed(servers=servers, users=users)) if not each[1].startswith("phone has ")]
    assert found == ([(field, message, False)] if message else [])


def test_many_clients_without_users_are_one_finding() -> None:
    more = [{"id": f"c{number}", "tier": "client", "compute_ghz": 1.0} for number in range(9)]
    assert told(changed(servers=[*GOOD["servers"], *more])) == [
        ("servers[3]", "c0, c1, c2 and 6 more have no user", False)
    ]


def test_models_that_cannot_be_read_stop_planning_each_on_its_own(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_text("name,kind\n")
    models = [{"id": "net", "file": "gone.onnx"}, {"id": "other", "file": "broken.csv"}]
    users = [{"id": f"u{n}", "client": "phone", "model": model["id"]} for n, model in enumerate(models)]
    found = diagnose(changed(models=models, users=users), tmp_path)
    assert [(each.field, each.stops_planning) for each in found] == [("models[0].file", True), ("models[1].file", True)]
    assert "gone.onnx" in found[0].message


def test_a_limit_on_a_layer_that_is_not_there(tmp_path: Path) -> None:
    (found,) = diagnose(changed(users__0__limits=[{"limit": "bar", "layers": ["conv9"], "from": ["box"]}]), tmp_path)
    assert (found.field, found.stops_planning) == ("users[0].limits[0].layers", True)
    assert "no layer 'conv9'" in found.message


def test_a_deadline_that_the_fastest_plan_just_meets_is_no_problem() -> None:
    plan = plan_scenario(changed(), Path())
    fastest = plan.users[0].figures.delay_s
    assert told(changed(users__0__deadline_s=fastest)) == []
    assert len(told(changed(users__0__deadline_s=fastest * 0.999))) == 1


def test_many_clients_out_of_reach_are_one_finding() -> None:
    servers = [{"id": f"c{n}", "tier": "client", "compute_ghz": 1.0} for n in range(9)] + GOOD["servers"][2:]
    users = [{"id": f"u{n}", "client": f"c{n}", "model": "net"} for n in range(9)]
    assert [message for _, message, _ in told(changed(servers=servers, users=users, link_defaults={}))] == [
        "sky cannot be reached from any client and back"
    ]


def test_columns_of_servers_that_are_not_there_are_named(tmp_path: Path) -> None:
    table = tmp_path / "net.csv"
    table.write_text(
        "name,kind,inputs,flops,param_bytes,output_bytes,client_ms,box_ms\n"
        "input,input,,0,0,1000,,\nfc,fully-connected,input,1e6,4000,10,5,1\n"
    )
    models = [{"id": "net", "file": "net.csv"}]
    assert told(changed(models=models), tmp_path) == [], "client_ms holds for every client"
    renamed = told(changed(models=models, servers__1__id="box-1"), tmp_path)
    assert len(renamed) == 1
    field, message, stops = renamed[0]
    assert (field, stops) == ("models[0].file", False)
    assert "box_ms" in message
    assert "net.csv" in message
    hints = [each.hint for each in diagnose(changed(models=models, servers__1__id="box-1"), tmp_path)]
    assert hints == ["rename the column to box-1_ms, or the server to box"]
    (tmp_path / "times.csv").write_text("index,name,gone_ms,sky_ms\n0,fc,3,1\n")
    models = [{"id": "net", "file": "net.csv", "profile": "times.csv"}]
    fields = [field for field, _, _ in told(changed(models=models), tmp_path)]
    assert fields == ["models[0].profile"]


def test_a_thousand_servers_are_looked_at_without_an_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("an optimum over so many servers takes minutes")

    monkeypatch.setattr("dnnmig_gui.core.diagnosis.optimum_alone", never)
    servers = [*GOOD["servers"], *({"id": f"e{number}", "tier": "edge", "compute_ghz": 5} for number in range(300))]
    assert told(changed(servers=servers)) == []
    assert told(changed(servers=servers, users__0__deadline_s=1e-9)) == []
    assert told(changed(users__0__deadline_s=1e6)) == [], "staying on the client keeps it"


def test_many_users_among_many_servers_are_checked_without_a_matrix_of_servers_each() -> None:
    many = changed(
        servers=[{"id": f"phone-{n}", "tier": "client", "compute_ghz": 1.0} for n in range(50)]
        + [{"id": f"box-{n}", "tier": "edge", "compute_ghz": 10.0} for n in range(250)],
        users=[{"id": f"user-{n}", "client": f"phone-{n}", "model": "net"} for n in range(50)],
    )
    diagnose(many, Path())  # what is loaded once does not count
    tracemalloc.start()
    try:
        assert diagnose(many, Path()) == ()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    one_square = 8 * 300 * 300
    assert peak < 30 * one_square
