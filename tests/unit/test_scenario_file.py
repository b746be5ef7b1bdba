"""The document: strict to open, atomic to save, unchanged byte for byte where nothing changed."""

import json
import os
import stat
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario, open_scenario, save_scenario, scenario_text
from dnnmig_gui.core.scenario.completeness import findings, require_complete
from dnnmig_gui.core.scenario.examples import example_files
from dnnmig_gui.core.scenario.file import LARGEST_BYTES, parse_scenario, write_atomically
from dnnmig_gui.core.scenario.schema import FORMAT
from dnnmig_gui.core.scenario.text import MOST_FORMER, PartTexts
from dnnmig_gui.core.topology import Server

GOOD: dict[str, Any] = {
    "format": "dnnmig-scenario",
    "version": 1,
    "name": "Zwei Häuser 🏠",
    "seed": 7,
    "servers": [
        {"id": "phone", "tier": "client", "compute_ghz": 1.1, "position": [40, 120]},
        {"id": "edge-1", "tier": "edge", "compute_ghz": 4.2, "power_w": {"active": 20}},
        {"id": "cloud-1", "tier": "cloud", "compute_ghz": 40, "price_per_hour": 0.5},
    ],
    "link_defaults": {
        "client-edge": {"bandwidth_mb_per_s": 10, "latency_ms": 2},
        "edge-cloud": {"bandwidth_mb_per_s": 0.5, "bandwidth_back_mb_per_s": 2},
    },
    "links": [{"between": ["phone", "edge-1"], "bandwidth_mb_per_s": 4}],
    "models": [{"id": "alexnet", "zoo": "alexnet"}],
    "users": [
        {
            "id": "user-1",
            "client": "phone",
            "model": "alexnet",
            "weights": {"delay": 0.5, "energy": 0.25, "money": 0.25},
            "limits": [
                {"limit": "pin", "layers": ["conv1"], "to": ["client"]},
                {"limit": "bar", "layers": ["*"], "from": ["cloud-1"]},
            ],
        }
    ],
    "offloading": {"method": "exact"},
}


def changed(path: list[int | str], value: Any) -> str:
    """The good document with one value replaced, or removed if the new one is `...`."""
    values = deepcopy(GOOD)
    here: Any = values
    for part in path[:-1]:
        here = here[part]
    if value is ...:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return json.dumps(values)


def complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_scenario(text)
    return str(caught.value)


def test_what_must_be_given_is_enough() -> None:
    scenario = parse_scenario('{"format": "dnnmig-scenario", "version": 1}')
    assert scenario.servers == ()
    assert scenario.uploading.method == "recursive-efficiency"


def test_a_document_is_read_as_it_says() -> None:
    scenario = parse_scenario(json.dumps(GOOD))
    assert scenario.name == "Zwei Häuser 🏠"
    assert scenario.server("edge-1").power_w.active == 20
    assert scenario.server("edge-1").power_w.idle == pytest.approx(3.977)
    assert scenario.server("cloud-1").rate_flops == pytest.approx(40e9)
    assert [server.id for server in scenario.of_tier("client")] == ["phone"]
    assert scenario.users[0].limits[1].from_ == ("cloud-1",)  # type: ignore[union-attr]
    with pytest.raises(KeyError):
        scenario.server("nobody")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["format"], ..., "format: must be 'dnnmig-scenario', not None; is this a scenario?"),
        (["version"], 2, "version: version 2 cannot be read"),
        (["version"], True, "version: version True cannot be read"),
        (["servers", 0, "compute_ghz"], ..., "servers[0].compute_ghz: is missing"),
        (["servers", 0, "compute_ghz"], 0, "servers[0].compute_ghz: must be greater than 0, not 0"),
        (["servers", 0, "compute_ghz"], -1.5, "servers[0].compute_ghz: must be greater than 0, not -1.5"),
        (["servers", 0, "compute_ghz"], "1.1", "servers[0].compute_ghz: must be a number, not '1.1'"),
        (["servers", 0, "compute_ghz"], None, "servers[0].compute_ghz: must be a number, not None"),
        (["servers", 0, "compute_ghz"], True, "servers[0].compute_ghz: must be a number, not True"),
        (["servers", 0, "compute_ghz"], float("inf"), "servers[0].compute_ghz: must be a finite number"),
        (["servers", 0, "compute_ghz"], float("nan"), "servers[0].compute_ghz: must be a finite number"),
        (["servers", 0, "compute_ghz"], 10**400, "servers[0].compute_ghz: must be a finite number"),
        (["servers", 0, "id"], "", "servers[0].id: must not be empty"),
        (["servers", 0, "id"], "edge-1", "servers[1].id: the server id 'edge-1' is used twice (also by servers[0])"),
        (["servers", 0, "tier"], "fog", "servers[0].tier: must be 'client', 'edge' or 'cloud', not 'fog'"),
        (
            ["servers", 0, "compute_gz"],
            1,
            "servers[0].compute_gz: unknown key 'compute_gz'; did you mean 'compute_ghz'?",
        ),
        (["servers", 0, "position"], [1], "servers[0].position[1]: is missing"),
        (["servers", 0, "position"], [1, 2, 3], "servers[0].position: must hold at most 2, not 3"),
        (
            ["servers", 1, "power_w", "activ"],
            1,
            "servers[1].power_w.activ: unknown key 'activ'; did you mean 'active'?",
        ),
        (["servers"], {}, "servers: must be a list, not {}"),
        (["servers", 0], 3, "servers[0]: must be an object, not 3"),
        (["link_defaults", "client-egde"], {"bandwidth_mb_per_s": 1}, "link_defaults.client-egde: must be"),
        (["link_defaults", "client-edge", "bandwidth_mb_per_s"], -1, "must be at least 0, not -1"),
        (["link_defaults", "client-edge", "bandwidth_mb_per_s"], 1e-300, "must be 0 (no link) or at least 1e-09"),
        (["link_defaults", "client-edge", "failure_rate"], 1, "must be less than 1, not 1"),
        (["links", 0, "between"], ["phone"], "links[0].between[1]: is missing"),
        (["links", 0, "between"], ["phone", "phone"], "links[0].between: joins 'phone' with itself"),
        (["links", 0, "between"], ["phone", "edge-2"], "links[0].between: no server 'edge-2'; did you mean 'edge-1'?"),
        (
            ["links"],
            [GOOD["links"][0], {"between": ["edge-1", "phone"]}],
            "links[1].between: joins the same servers as",
        ),
        (["models", 0, "zoo"], ..., "models[0]: needs either 'zoo'"),
        (["models", 0, "file"], "x.onnx", "models[0]: needs either 'zoo'"),
        (["models", 0, "dimensions"], {"N": 0}, "models[0].dimensions.N: must be greater than 0, not 0"),
        (["users", 0, "client"], "edge-1", "users[0].client: 'edge-1' is not a client; choose a server of tier client"),
        (["users", 0, "client"], "fone", "users[0].client: no server 'fone'; did you mean 'phone'?"),
        (["users", 0, "model"], "alexnt", "users[0].model: no model 'alexnt'; did you mean 'alexnet'?"),
        (["users", 0, "weights", "delay"], 0.75, "users[0].weights: delay, energy and money must sum to 1, not 1.25"),
        (["users", 0, "departure_s"], 0.0, "users[0].departure_s: must be greater than 0, not 0.0"),
        (
            ["users", 0, "limits", 0, "limit"],
            "pinn",
            "users[0].limits[0].limit: must be 'bar' or 'energy' or 'pin' or 'use', not 'pinn'",
        ),
        (["users", 0, "limits", 0, "limit"], ..., "users[0].limits[0].limit: is missing"),
        (
            ["users", 0, "limits", 0, "layer"],
            [],
            "users[0].limits[0].layer: unknown key 'layer'; did you mean 'layers'?",
        ),
        (["users", 0, "limits", 0, "to"], ["fog"], "users[0].limits[0].to: no server or tier 'fog'"),
        (["users", 0, "limits", 1, "from"], [], "users[0].limits[1].from: must hold at least 1, not 0"),
        (["seed"], 7.0, "seed: must be a whole number, not 7.0"),
        (["seed"], -1, "seed: must be at least 0, not -1"),
        (["seed"], 2**63, "seed: must be at most 9223372036854775807"),
        (["offloading", "method"], "exct", "offloading.method: no offloading method 'exct'; did you mean 'exact'?"),
        (["offloading", "method"], "direct", "offloading.method: no offloading method 'direct'"),
        (
            ["offloading"],
            {"method": "pso", "parameters": {"particels": 3}},
            "offloading.parameters.particels: unknown key",
        ),
        (["costs"], {"delay": "both"}, "costs.delay: must be"),
        (["servres"], [], "servres: unknown key 'servres'; did you mean 'servers'?"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(path: list[int | str], value: Any, message: str) -> None:
    said = complaint(changed(path, value))
    assert message in said
    assert "\n" not in said


def test_a_user_leaves_after_it_comes() -> None:
    values = deepcopy(GOOD)
    values["users"][0].update(arrival_s=5.0, departure_s=5.0)
    assert complaint(json.dumps(values)) == "users[0]: departure_s (5) must come after arrival_s (5)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "is not a scenario: the file must hold one JSON object"),
        ("nothing", "line 1, column 1: is not valid JSON: expecting value"),
        (json.dumps(GOOD)[:-20], "is not valid JSON"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"seed": 1, "seed": 2}', "seed: the key 'seed' is given twice in one object"),
        ('{"seed": ' + "9" * 5000 + "}", "is not valid JSON"),
    ],
)
def test_what_is_no_document_is_refused(text: str, message: str) -> None:
    assert message in complaint(text)


def test_a_file_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    def said(name: str) -> str:
        with pytest.raises(InputError) as caught:
            open_scenario(tmp_path / name)
        return str(caught.value)

    (tmp_path / "empty.dnnmig").write_bytes(b" \n")
    (tmp_path / "binary.dnnmig").write_bytes(bytes(range(256)))
    (tmp_path / "broken.dnnmig").write_text(changed(["seed"], -1))
    with (tmp_path / "huge.dnnmig").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    assert said("missing.dnnmig").endswith("missing.dnnmig: no such file")
    assert said(".") == f"{tmp_path.name}: is a folder, not a scenario; name a file"
    assert said("empty.dnnmig") == "empty.dnnmig: is empty"
    assert said("binary.dnnmig") == "binary.dnnmig: is not a text file (byte 128 is not UTF-8)"
    assert said("broken.dnnmig") == "broken.dnnmig: seed: must be at least 0, not -1"
    assert said("huge.dnnmig") == "huge.dnnmig: is too large for a scenario (more than 67 MB)"
    assert said("nul\0.dnnmig").endswith("is not a name that a file can have")
    assert "cannot be read" in said("empty.dnnmig/inside")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless device")
def test_an_endless_file_is_too_large() -> None:
    with pytest.raises(InputError, match="too large"):
        open_scenario("/dev/zero")


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(GOOD).encode(),
        json.dumps(GOOD, indent=7, ensure_ascii=False).replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + json.dumps(GOOD, separators=(",", ":")).encode() + b"\n\n",
        json.dumps(GOOD).replace("40,", "4.0e1 ,").encode(),
    ],
    ids=["plain", "crlf", "byte order mark", "numbers"],
)
def test_saving_an_unchanged_file_changes_no_byte(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.dnnmig"
    file.write_bytes(content)
    opened = open_scenario(file)
    save_scenario(opened.scenario, file, opened)
    assert file.read_bytes() == content
    edited_and_back = opened.scenario.model_copy(update={"seed": 8}).model_copy(update={"seed": 7})
    save_scenario(edited_and_back, file, opened)
    assert file.read_bytes() == content


@pytest.mark.parametrize("file", example_files(), ids=lambda file: file.stem)
def test_the_examples_open_and_stay_as_they_are(file: Path, tmp_path: Path) -> None:
    opened = open_scenario(file)
    require_complete(opened.scenario)
    saved = save_scenario(opened.scenario, tmp_path / file.name, opened)
    assert saved.path.read_bytes() == file.read_bytes()


def test_there_are_examples() -> None:
    assert {"paper-alexnet", "paper-vgg19", "paper-mixed"} <= {file.stem for file in example_files()}


def test_an_edit_is_saved_with_keys_in_the_order_of_the_document(tmp_path: Path) -> None:
    opened = open_scenario(write(tmp_path / "mine.dnnmig", dict(reversed(list(GOOD.items())))))
    saved = save_scenario(opened.scenario.model_copy(update={"seed": 8}), opened.path, opened)
    values = json.loads(saved.text)
    assert list(values) == list(GOOD)
    assert values == {**GOOD, "seed": 8}
    assert '"compute_ghz": 40,' in saved.text
    assert open_scenario(opened.path).scenario == saved.scenario


def write(file: Path, values: dict[str, Any]) -> Path:
    file.write_text(json.dumps(values))
    return file


numbers = st.floats(1e-6, 1e6) | st.integers(1, 10**6)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    values = deepcopy(GOOD)
    values["name"] = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
    values["seed"] = draw(st.integers(0, 2**63 - 1))
    for server in values["servers"]:
        server["compute_ghz"] = draw(numbers)
        server["position"] = [draw(st.floats(-1e6, 1e6)), draw(st.integers(-1000, 1000))]
    values["link_defaults"]["client-edge"]["bandwidth_mb_per_s"] = draw(numbers | st.just(0))
    values["users"][0]["share"] = draw(numbers)
    return values


@given(documents())
def test_what_is_saved_is_opened_again(values: dict[str, Any]) -> None:
    scenario = parse_scenario(json.dumps(values))
    text = scenario_text(scenario)
    again = parse_scenario(text)
    assert again == scenario
    assert scenario_text(again) == text
    assert json.loads(text) == values


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.dnnmig"
    file.write_text("old")

    def disk_full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(InputError, match=r"mine\.dnnmig: cannot be written: No space left on device"):
        write_atomically(file, b"new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_saving_keeps_permissions_and_links(tmp_path: Path) -> None:
    file, link = tmp_path / "mine.dnnmig", tmp_path / "link.dnnmig"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; name a file"):
        write_atomically(tmp_path, b"new")
    with pytest.raises(InputError, match=r"missing/mine\.dnnmig: cannot be written: No such file or directory"):
        write_atomically(tmp_path / "missing" / "mine.dnnmig", b"new")
    with pytest.raises(InputError, match="is not a name that a file can have"):
        write_atomically(tmp_path / "nul\0", b"new")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device that swallows all")
def test_a_device_is_written_to_and_stays_a_device() -> None:
    write_atomically(Path("/dev/null"), b"new")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_an_unfinished_document_opens_and_says_what_it_lacks() -> None:
    scenario = parse_scenario('{"format": "dnnmig-scenario", "version": 1}')
    assert [finding.message for finding in findings(scenario) if finding.stops_planning] == [
        "there is no client",
        "there is no model",
        "there is no user",
    ]
    with pytest.raises(InputError, match="servers: there is no client; add a server of tier client"):
        require_complete(scenario)


def test_a_server_out_of_reach_is_doubtful_but_no_obstacle() -> None:
    values = deepcopy(GOOD)
    del values["link_defaults"]["edge-cloud"]
    scenario = parse_scenario(json.dumps(values))
    (finding,) = findings(scenario)
    assert (finding.field, finding.stops_planning) == ("servers[2]", False)
    assert finding.message == "cloud-1 cannot be reached from phone and back"
    require_complete(scenario)
    assert findings(parse_scenario(json.dumps(GOOD))) == ()


def test_documents_cannot_be_changed_in_place() -> None:
    scenario = parse_scenario(json.dumps(GOOD))
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 8  # type: ignore[misc]


def test_the_schema_describes_every_field() -> None:
    schema = Scenario.model_json_schema()
    assert {"servers", "link_defaults", "users"} <= set(schema["properties"])
    for name, part in {"Scenario": schema, **schema["$defs"]}.items():
        for field, said in part["properties"].items():
            described = "description" in said or "const" in said or name == "Weights"
            assert described, f"{name}.{field} has no description"


def test_the_text_after_an_edit_is_the_same_whether_parts_were_written_before_or_not() -> None:
    texts = PartTexts()
    scenario = parse_scenario(json.dumps(GOOD))
    for number in range(40):
        server = scenario.servers[number % len(scenario.servers)]
        moved = server.model_copy(update={"position": (number, 2.5)})
        servers = tuple(moved if each is server else each for each in scenario.servers)
        scenario = scenario.model_copy(update={"servers": servers, "name": f"a\nb {number}"})
        assert scenario_text(scenario, texts) == scenario_text(scenario)
    assert parse_scenario(scenario_text(scenario, texts)) == scenario


def test_texts_of_former_parts_are_let_go() -> None:
    texts = PartTexts()
    for number in range(3):
        servers = tuple(Server(id=f"s{place}", tier="edge", compute_ghz=number + 1) for place in range(MOST_FORMER))
        scenario_text(Scenario(format=FORMAT, version=1, servers=servers), texts)
    assert len(texts) <= 2 * MOST_FORMER
