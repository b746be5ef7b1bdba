"""Bad input of every kind: exit code 2, exactly one line that names file and field, nothing written."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dnnmig_gui.cli import main

pytestmark = pytest.mark.filterwarnings("error")

GOOD: dict[str, Any] = {
    "format": "dnnmig-scenario",
    "version": 1,
    "name": "Small",
    "seed": 3,
    "servers": [
        {"id": "client-1", "tier": "client", "compute_ghz": 1.1},
        {"id": "edge-1", "tier": "edge", "compute_ghz": 10},
        {"id": "cloud-1", "tier": "cloud", "compute_ghz": 100},
    ],
    "link_defaults": {"client-edge": {"bandwidth_mb_per_s": 10}, "edge-cloud": {"bandwidth_mb_per_s": 5}},
    "links": [],
    "models": [{"id": "table", "file": "table.csv"}],
    "users": [{"id": "user-1", "client": "client-1", "model": "table"}],
    "preprocessing": [],
    "offloading": {"method": "exact", "parameters": {}},
    "uploading": {"method": "direct", "parameters": {}},
    "costs": {"delay": "serial", "contention": "shared"},
    "running": {"queries_after_upload": 2},
}
TABLE = """name,kind,inputs,flops,param_bytes,output_bytes
input,input,,0,0,600000
conv,convolution,input,200000000,400000,100000
relu,relu,conv,50000,0,100000
fc,fully-connected,relu,90000000,900000,4000
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good scenario and its layer table, and to be in it."""
    (tmp_path / "good.dnnmig").write_text(json.dumps(GOOD))
    (tmp_path / "table.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def everything_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        for path in folder.rglob("*")
    }


def refused(capsys: pytest.CaptureFixture[str], folder: Path, *argv: str, naming: tuple[str, ...]) -> str:
    """Run a command that must be refused; return its one line."""
    before = everything_in(folder)
    capsys.readouterr()
    code = main(list(argv))
    out, err = capsys.readouterr()
    assert code == 2, (code, err)
    assert len(err.splitlines()) == 1, err
    assert err.startswith("dnnmig: ")
    assert err.endswith("\n")
    assert "Traceback" not in err
    assert out == ""
    for name in naming:
        assert name in err, err
    assert everything_in(folder) == before
    return err


def changed(path: str, value: Any) -> str:
    """Return the text of the good scenario with one value set; ``DELETE`` removes it."""
    document = json.loads(json.dumps(GOOD))
    here: Any = document
    *way, last = path.split("/")
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    if isinstance(here, list):
        if int(last) == len(here):
            here.append(value)
        else:
            here[int(last)] = value
    elif value == "DELETE":
        del here[last]
    else:
        here[last] = value
    return json.dumps(document)


class Raw(str):
    """Text that goes into the file in place of the quoted value."""


WHOLE_FILES = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t ", "is empty"),
    "truncated": (json.dumps(GOOD).encode()[:200], "is not valid JSON"),
    "binary": (bytes(range(256)) * 4, "UTF-8"),
    "UTF-16": (json.dumps(GOOD).encode("utf-16"), "UTF-8"),
    "null bytes": (b"\0" * 100, "is not valid JSON"),
    "a list": (b"[]", "one JSON object"),
    "a number": (b"17", "one JSON object"),
    "null": (b"null", "one JSON object"),
    "an object": (b"{}", "format"),
    "100,000 nested lists": (b"[" * 100_000, "nested too deeply"),
    "100,000 nested objects": (b'{"a":' * 100_000, "nested too deeply"),
    "100,000 closed lists": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "100,000 nested in a field": (
        b'{"format": "dnnmig-scenario", "version": 1, "servers": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "nested too deeply",
    ),
    "nested in a field": (
        b'{"format": "dnnmig-scenario", "version": 1, "servers": ' + b"[" * 500 + b"]" * 500 + b"}",
        "servers[0]",
    ),
    "two documents": (json.dumps(GOOD).encode() * 2, "is not valid JSON"),
    "a huge integer": (b'{"format": ' + b"9" * 10_000 + b"}", "is not valid JSON"),
    "a key given twice": (b'{"format": "dnnmig-scenario", "format": "dnnmig-scenario", "version": 1}', "given twice"),
    "an ONNX-like head": (b"\x08\x08\x12\x07pytorch\x1a", "JSON"),
}


@pytest.mark.parametrize("kind", WHOLE_FILES)
@pytest.mark.parametrize("command", ["plan", "simulate", "compare", "validate", "report"])
def test_scenario_files_that_are_none(
    kind: str, command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, told = WHOLE_FILES[kind]
    (folder / "bad.dnnmig").write_bytes(content)
    output = {"validate": [], "report": ["--output", "r.html"], "compare": ["--output", "t.csv"]}
    refused(
        capsys, folder, command, "bad.dnnmig", *output.get(command, ["--output", "p.json"]), naming=("bad.dnnmig", told)
    )


FIELDS: dict[str, tuple[str, Any, tuple[str, ...]]] = {
    "wrong format": ("format", "dnnmig-plan", ("format", "dnnmig-scenario")),
    "version of the future": ("version", 2, ("version", "2")),
    "version as text": ("version", "1", ("version",)),
    "version true": ("version", True, ("version",)),
    "version 1.0": ("version", 1.5, ("version",)),
    "no version": ("version", "DELETE", ("version",)),
    "unknown key": ("sevrers", [], ("unknown key", "sevrers", "did you mean 'servers'")),
    "unknown nested key": ("servers/0/compute_gzh", 1, ("servers[0].compute_gzh", "did you mean 'compute_ghz'")),
    "unknown key of a link default": (
        "link_defaults/client-edge/bandwith_mb_per_s",
        1,
        ("link_defaults.client-edge.bandwith_mb_per_s", "did you mean 'bandwidth_mb_per_s'"),
    ),
    "unknown pair of tiers": ("link_defaults/cloud-client", {"bandwidth_mb_per_s": 1}, ("link_defaults", "cloud-client")),
    "NaN": ("servers/0/compute_ghz", Raw("NaN"), ("servers[0].compute_ghz", "NaN")),
    "infinity": ("servers/0/compute_ghz", Raw("Infinity"), ("servers[0].compute_ghz", "Infinity")),
    "minus infinity": ("users/0/arrival_s", Raw("-Infinity"), ("users[0].arrival_s", "Infinity")),
    "a number beyond floats": ("servers/0/compute_ghz", Raw("1e999"), ("servers[0].compute_ghz",)),
    "zero speed": ("servers/0/compute_ghz", 0, ("servers[0].compute_ghz", "greater than 0")),
    "negative speed": ("servers/0/compute_ghz", -1, ("servers[0].compute_ghz", "greater than 0")),
    "negative bandwidth": (
        "link_defaults/client-edge/bandwidth_mb_per_s",
        -10,
        ("link_defaults.client-edge.bandwidth_mb_per_s", "at least 0"),
    ),
    "negative latency": ("link_defaults/client-edge/latency_ms", -1, ("latency_ms", "at least 0")),
    "certain failure": ("link_defaults/client-edge/failure_rate", 1, ("failure_rate", "less than 1")),
    "speed as text": ("servers/0/compute_ghz", "1.1", ("servers[0].compute_ghz", "must be a number")),
    "speed true": ("servers/0/compute_ghz", True, ("servers[0].compute_ghz", "must be a number")),
    "speed null": ("servers/0/compute_ghz", None, ("servers[0].compute_ghz", "must be a number")),
    "speed as list": ("servers/0/compute_ghz", [], ("servers[0].compute_ghz", "must be a number")),
    "speed missing": ("servers/0/compute_ghz", "DELETE", ("servers[0].compute_ghz", "missing")),
    "unknown tier": ("servers/0/tier", "fog", ("servers[0].tier", "client")),
    "servers as object": ("servers", {}, ("servers", "a list")),
    "server as text": ("servers/0", "client-1", ("servers[0]", "an object")),
    "empty id": ("servers/0/id", "", ("servers[0].id",)),
    "id as number": ("servers/0/id", 7, ("servers[0].id", "text")),
    "negative memory": ("servers/1/memory_mb", -1, ("servers[1].memory_mb",)),
    "negative power": ("servers/0/power_w", {"active": -1}, ("servers[0].power_w.active",)),
    "position of three": ("servers/0/position", [1, 2, 3], ("servers[0].position",)),
    "fractional seed": ("seed", 1.5, ("seed", "whole number")),
    "negative seed": ("seed", -1, ("seed", "at least 0")),
    "huge seed": ("seed", 2**70, ("seed",)),
    "server id twice": ("servers/1/id", "client-1", ("servers[1].id", "used twice")),
    "model id twice": ("models/1", {"id": "table", "zoo": "alexnet"}, ("models[1].id", "used twice")),
    "user id twice": (
        "users/1",
        {"id": "user-1", "client": "client-1", "model": "table"},
        ("users[1].id", "used twice"),
    ),
    "unknown model": ("users/0/model", "tabel", ("users[0].model", "no model 'tabel'", "did you mean 'table'?")),
    "unknown client": ("users/0/client", "client-2", ("users[0].client", "did you mean 'client-1'?")),
    "client that is an edge server": ("users/0/client", "edge-1", ("users[0].client", "not a client")),
    "link to nowhere": ("links/0", {"between": ["client-1", "edge-9"]}, ("links[0].between", "edge-9")),
    "link to itself": ("links/0", {"between": ["edge-1", "edge-1"]}, ("links[0].between", "itself")),
    "link of three": ("links/0", {"between": ["edge-1", "cloud-1", "client-1"]}, ("links[0].between",)),
    "link twice": (
        "links",
        [{"between": ["edge-1", "client-1"]}, {"between": ["client-1", "edge-1"]}],
        ("links[1].between", "links[0]"),
    ),
    "weights of 2": ("users/0/weights", {"delay": 1, "energy": 1, "money": 0}, ("users[0].weights", "sum to 1")),
    "leaves before coming": ("users/0/departure_s", 0, ("users[0].departure_s",)),
    "deadline 0": ("users/0/deadline_s", 0, ("users[0].deadline_s",)),
    "unknown limit": ("users/0/limits", [{"limit": "pni", "layers": ["*"], "to": ["edge"]}], ("users[0].limits[0]", "pin")),
    "limit to nowhere": (
        "users/0/limits",
        [{"limit": "pin", "layers": ["*"], "to": ["edgy"]}],
        ("users[0].limits[0].to", "edgy"),
    ),
    "limit of an unknown layer": (
        "users/0/limits",
        [{"limit": "bar", "layers": ["covn"], "from": ["edge"]}],
        ("users[0].limits[0]", "covn"),
    ),
    "unknown offloading method": ("offloading/method", "exat", ("offloading.method", "did you mean 'exact'?")),
    "unknown uploading method": ("uploading/method", "iono", ("uploading.method", "did you mean 'ionn'?")),
    "unknown preprocessing method": ("preprocessing/0", {"method": "merge"}, ("preprocessing[0].method", "merge")),
    "unknown parameter": ("offloading/parameters/particles", 5, ("offloading.parameters.particles", "unknown")),
    "parameter out of range": (
        "offloading",
        {"method": "pso", "parameters": {"particles": -5}},
        ("offloading.parameters.particles",),
    ),
    "parameter as text": (
        "offloading",
        {"method": "pso", "parameters": {"particles": "many"}},
        ("offloading.parameters.particles", "whole number"),
    ),
    "parameters as list": ("offloading/parameters", [], ("offloading.parameters", "an object")),
    "parallel delay": ("costs/delay", "fastest", ("costs.delay",)),
    "horizon 0": ("running/horizon_s", 0, ("running.horizon_s",)),
    "model without a source": ("models/0", {"id": "table"}, ("models[0]", "zoo", "file")),
    "model with two sources": ("models/0/zoo", "alexnet", ("models[0]", "zoo", "file")),
    "unknown zoo model": ("models/0", {"id": "table", "zoo": "alexnt"}, ("models[0].zoo", "did you mean 'alexnet'?")),
    "model file missing": ("models/0/file", "none.csv", ("models[0].file", "none.csv", "no such file")),
    "model file a folder": ("models/0/file", ".", ("models[0].file", "folder")),
    "model file of unknown kind": ("models/0/file", "good.dnnmig", ("models[0].file", "good.dnnmig")),
    "model file with a null byte": ("models/0/file", "a\0b.csv", ("models[0].file",)),
    "model file with an endless name": ("models/0/file", "x" * 5000 + ".csv", ("models[0].file",)),
    "profile missing": ("models/0/profile", "none.csv", ("models[0].profile", "none.csv", "no such file")),
    "profile a folder": ("models/0/profile", ".", ("models[0].profile", "folder")),
    "dimension 0": ("models/0/dimensions", {"batch": 0}, ("models[0].dimensions.batch",)),
    "no users": ("users", [], ("users", "no user")),
    "no models": ("models", [], ("users[0].model",)),
    "no servers": ("servers", [], ("users[0].client",)),
}


@pytest.mark.parametrize("kind", FIELDS)
def test_scenarios_with_one_bad_value(kind: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, value, naming = FIELDS[kind]
    text = changed(path, value)
    if isinstance(value, Raw):
        text = text.replace(f'"{value}"', value)
    (folder / "bad.dnnmig").write_text(text)
    refused(capsys, folder, "plan", "bad.dnnmig", "--output", "plan.json", naming=("bad.dnnmig", *naming))
