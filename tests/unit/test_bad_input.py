"""Bad input of every kind: exit code 2, exactly one line that names file and field, nothing written."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dnnmig_gui.cli import main

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
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "folder.onnx").mkdir()
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


def changed(path: str, value: Any, base: Any = GOOD) -> str:
    """Return the text of the good scenario (or another document) with one value set; ``DELETE`` removes it."""
    document = json.loads(json.dumps(base))
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
        "servers: brackets are nested too deeply",
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
    "unknown pair of tiers": (
        "link_defaults/cloud-client",
        {"bandwidth_mb_per_s": 1},
        ("link_defaults", "cloud-client"),
    ),
    "NaN": ("servers/0/compute_ghz", Raw("NaN"), ("servers[0].compute_ghz", "NaN")),
    "infinity": ("servers/0/compute_ghz", Raw("Infinity"), ("servers[0].compute_ghz", "Infinity")),
    "minus infinity": ("users/0/arrival_s", Raw("-Infinity"), ("users[0].arrival_s", "Infinity")),
    "a number beyond floats": ("servers/0/compute_ghz", Raw("1e999"), ("servers[0].compute_ghz",)),
    "zero speed": ("servers/0/compute_ghz", 0, ("servers[0].compute_ghz", "greater than 0")),
    "speed too small to divide by": ("servers/0/compute_ghz", 1e-308, ("servers[0].compute_ghz", "at least 1e-09")),
    "deadline too small to divide by": ("users/0/deadline_s", 5e-324, ("users[0].deadline_s", "at least 1e-09")),
    "a share beyond counting": ("users/0/share", 1e308, ("users[0].share", "at most")),
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
    "unknown limit": (
        "users/0/limits",
        [{"limit": "pni", "layers": ["*"], "to": ["edge"]}],
        ("users[0].limits[0]", "pin"),
    ),
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
    "model file a folder": ("models/0/file", "folder.csv", ("models[0].file", "folder")),
    "ONNX file a folder": ("models/0/file", "folder.onnx", ("models[0].file", "folder")),
    "model file without a suffix": ("models/0/file", "folder", ("models[0].file", ".onnx or .csv")),
    "model file of unknown kind": ("models/0/file", "good.dnnmig", ("models[0].file", "good.dnnmig")),
    "model file with a null byte": ("models/0/file", "a\0b.csv", ("models[0].file",)),
    "model file with an endless name": ("models/0/file", "x" * 5000 + ".csv", ("models[0].file",)),
    "profile missing": ("models/0/profile", "none.csv", ("models[0].profile", "none.csv", "no such file")),
    "profile a folder": ("models/0/profile", "folder.csv", ("models[0].profile", "folder")),
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


TABLES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "is empty"),
    "the head alone": (TABLE.splitlines()[0] + "\n", "table.csv"),
    "binary": (bytes(range(256)), "UTF-8"),
    "truncated in a row": (TABLE[:100], "table.csv"),
    "a missing column": (TABLE.replace("flops,", "", 1), "flops"),
    "an unknown column": (TABLE.replace("output_bytes\n", "output_bytes,colour\n", 1), "colour"),
    "a column twice": (TABLE.replace("output_bytes\n", "output_bytes,flops\n", 1), "flops"),
    "too few cells": (TABLE.replace(",100000\nrelu", "\nrelu", 1), "table.csv"),
    "too many cells": (TABLE.replace(",4000", ",4000,5", 1), "table.csv"),
    "flops as text": (TABLE.replace("200000000", "many", 1), "flops"),
    "negative flops": (TABLE.replace("200000000", "-2", 1), "flops"),
    "NaN flops": (TABLE.replace("200000000", "nan", 1), "flops"),
    "infinite bytes": (TABLE.replace("400000", "inf", 1), "param_bytes"),
    "a layer twice": (TABLE.replace("relu,relu", "conv,relu", 1), "conv"),
    "an unknown input": (TABLE.replace("fully-connected,relu", "fully-connected,rleu", 1), "rleu"),
    "a cycle": (TABLE.replace("convolution,input", "convolution,fc", 1), "cycle"),
    "no input": (TABLE.replace("input,input,,0,0,600000\n", "", 1), "input"),
    "a NUL": (TABLE.replace("relu,relu", "re\0lu,relu", 1), "table.csv"),
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("command", ["plan", "inspect"])
def test_layer_tables(kind: str, command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, told = TABLES[kind]
    (folder / "table.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    argv = {
        "plan": ("plan", "good.dnnmig", "--output", "plan.json"),
        "inspect": ("inspect", "table.csv"),
    }[command]
    where = ("good.dnnmig", "models[0].file") if command == "plan" else ()
    refused(capsys, folder, *argv, naming=(*where, "table.csv", told))


PROFILES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "is empty"),
    "binary": (bytes(range(256)), "UTF-8"),
    "no known column": ("a,b\n1,2\n", "times.csv"),
    "an unknown layer": ("index,name,client_ms\n0,covn,5\n", "covn"),
    "a negative time": ("index,name,client_ms\n0,input,0\n1,conv,-5\n2,relu,1\n3,fc,1\n", "client_ms"),
    "a time as text": ("index,name,client_ms\n0,input,0\n1,conv,long\n2,relu,1\n3,fc,1\n", "client_ms"),
    "a NaN": ("index,name,client_ms\n0,input,0\n1,conv,nan\n2,relu,1\n3,fc,1\n", "client_ms"),
    "an infinite time": ("index,name,client_ms\n0,input,0\n1,conv,inf\n2,relu,1\n3,fc,1\n", "client_ms"),
    "a layer twice": ("index,name,client_ms\n0,input,0\n1,conv,1\n2,conv,1\n3,fc,1\n", "conv"),
}


@pytest.mark.parametrize("kind", PROFILES)
def test_profiles(kind: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, told = PROFILES[kind]
    (folder / "times.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "bad.dnnmig").write_text(changed("models/0/profile", "times.csv"))
    refused(
        capsys,
        folder,
        *("plan", "bad.dnnmig", "--output", "plan.json"),
        naming=("bad.dnnmig", "models[0].profile", "times.csv", told),
    )


def onnx_bytes(**changes: Any) -> bytes:
    """Return a small ONNX model, or one with something wrong."""
    from onnx import TensorProto, helper

    weight = helper.make_tensor("w", TensorProto.FLOAT, [8, 4], [0.0] * 32)
    nodes = [
        helper.make_node(changes.get("operator", "MatMul"), ["x", "w"], ["y"], name="fc"),
        helper.make_node("Relu", ["y"], [changes.get("result", "z")], name="relu"),
    ]
    graph = helper.make_graph(
        nodes if changes.get("nodes", True) else [],
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, changes.get("shape", [1, 8]))],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, None)],
        [weight],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", changes.get("opset", 13))])
    return model.SerializeToString()


ONNX_FILES: dict[str, tuple[Any, str]] = {
    "empty": (b"", "empty"),
    "text": (b"this is no model", "net.onnx"),
    "binary": (bytes(range(256)) * 3, "net.onnx"),
    "truncated": (lambda: onnx_bytes()[:60], "net.onnx"),
    "brackets": (b"[" * 100_000, "net.onnx"),
    "a scenario": (json.dumps(GOOD).encode(), "net.onnx"),
    "an unknown operator": (lambda: onnx_bytes(operator="Frobnicate"), "Frobnicate"),
    "a symbolic size": (lambda: onnx_bytes(shape=["batch", "features"]), "features"),
    "an old opset": (lambda: onnx_bytes(opset=3), "net.onnx"),
    "no nodes": (lambda: onnx_bytes(nodes=False), "net.onnx"),
    "a result that nobody makes": (lambda: onnx_bytes(result="other"), "net.onnx"),
}


@pytest.mark.parametrize("kind", ONNX_FILES)
@pytest.mark.parametrize("command", ["plan", "inspect"])
def test_onnx_files(kind: str, command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, told = ONNX_FILES[kind]
    (folder / "net.onnx").write_bytes(content() if callable(content) else content)
    (folder / "bad.dnnmig").write_text(changed("models/0/file", "net.onnx"))
    argv = {"plan": ("plan", "bad.dnnmig", "--output", "plan.json"), "inspect": ("inspect", "net.onnx")}[command]
    where = ("bad.dnnmig", "models[0].file") if command == "plan" else ()
    refused(capsys, folder, *argv, naming=(*where, "net.onnx", told))


def test_a_model_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, folder, "inspect", "none.onnx", naming=("none.onnx", "no such file"))
    refused(capsys, folder, "inspect", "folder.onnx", naming=("folder.onnx", "folder"))
    refused(capsys, folder, "inspect", "alexnt", naming=("alexnt", "did you mean 'alexnet'?"))
    refused(capsys, folder, "inspect", "", naming=())


@pytest.fixture
def plan_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The good scenario's plan."""
    assert main(["plan", "good.dnnmig", "--output", "plan.json"]) == 0
    capsys.readouterr()
    return folder / "plan.json"


@pytest.mark.parametrize("kind", WHOLE_FILES)
def test_plan_files_that_are_none(kind: str, plan_file: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, told = WHOLE_FILES[kind]
    told = {"one JSON object": "one JSON object", "format": "format", "given twice": "given twice"}.get(told, told)
    (folder / "bad.json").write_bytes(content.replace(b"dnnmig-scenario", b"dnnmig-plan"))
    if kind == "nested in a field":
        told = "servers"
    refused(
        capsys,
        folder,
        *("simulate", "good.dnnmig", "--plan", "bad.json", "--output", "trace.json"),
        naming=("bad.json", told),
    )


PLAN_FIELDS: dict[str, tuple[str, Any, tuple[str, ...]]] = {
    "wrong format": ("format", "dnnmig-scenario", ("format", "dnnmig-plan")),
    "version of the future": ("version", 9, ("version", "9")),
    "unknown key": ("colour", 1, ("unknown key", "colour")),
    "another scenario": ("scenario_sha256", "0" * 64, ("scenario_sha256", "another scenario")),
    "no hash": ("scenario_sha256", "abc", ("scenario_sha256",)),
    "negative delay": ("users/0/query_delay_s", -1, ("users[0].query_delay_s", "at least 0")),
    "NaN": ("users/0/query_delay_s", Raw("NaN"), ("users[0].query_delay_s", "NaN")),
    "infinity": ("users/0/energy_j", Raw("Infinity"), ("users[0].energy_j", "Infinity")),
    "another user": ("users/0/id", "user-9", ("users", "user-9")),
    "no users": ("users", [], ("users", "nobody")),
    "unknown layer": ("users/0/assignment/covn", "edge-1", ("users[0].assignment", "did you mean 'conv'?")),
    "missing layer": ("users/0/assignment/conv", "DELETE", ("users[0].assignment", "'conv'", "missing")),
    "unknown server": ("users/0/assignment/conv", "edge-7", ("users[0].assignment.conv", "edge-7")),
    "assignment as list": ("users/0/assignment", [], ("users[0].assignment", "an object")),
    "no partitions": ("users/0/uploading/partitions", [], ("users[0].uploading.partitions", "exactly once")),
    "partition for nowhere": (
        "users/0/uploading/partitions/0/server",
        "edge-7",
        ("users[0].uploading.partitions[0].server", "edge-7"),
    ),
    "partition for another server": (
        "users/0/uploading/partitions/0/server",
        "client-1",
        ("users[0].uploading.partitions[0].layers", "client-1"),
    ),
    "partition with an unknown layer": (
        "users/0/uploading/partitions/0/layers/0",
        "covn",
        ("users[0].uploading.partitions[0].layers", "covn"),
    ),
    "partitions out of order": (
        "users/0/uploading/partitions/0/index",
        2,
        ("users[0].uploading.partitions[0].index", "must be 1, not 2"),
    ),
    "negative bytes": ("users/0/uploading/partitions/0/bytes", -1, ("users[0].uploading.partitions[0].bytes",)),
}


@pytest.mark.parametrize("kind", PLAN_FIELDS)
def test_plans_with_one_bad_value(kind: str, plan_file: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, value, naming = PLAN_FIELDS[kind]
    text = changed(path, value, json.loads(plan_file.read_text()))
    if isinstance(value, Raw):
        text = text.replace(f'"{value}"', value)
    (folder / "bad.json").write_text(text)
    refused(
        capsys,
        folder,
        *("simulate", "good.dnnmig", "--plan", "bad.json", "--output", "trace.json"),
        naming=("bad.json", *naming),
    )


def test_a_plan_of_a_scenario_that_has_changed(
    plan_file: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "good.dnnmig").write_text(changed("servers/1/compute_ghz", 11))
    told = refused(capsys, folder, "simulate", "good.dnnmig", "--plan", "plan.json", naming=("plan.json",))
    assert "plan the scenario again" in told


OUTPUTS = {
    "a folder": ("folder.csv", "folder"),
    "a folder that is not there": ("none/result.csv", "does not exist"),
    "nothing": ("", "--output"),
    "under a file": ("table.csv/result.csv", "--output"),
    "an endless name": ("x" * 5000 + ".csv", "--output"),
}


@pytest.mark.parametrize("kind", OUTPUTS)
@pytest.mark.parametrize("command", ["plan", "simulate", "compare", "report"])
def test_outputs(kind: str, command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, told = OUTPUTS[kind]
    if command == "report":
        (folder / "folder.html").mkdir(exist_ok=True)
        name = name.replace(".csv", ".html") if not name.startswith("table") else "good.dnnmig/result.html"
    refused(capsys, folder, command, "good.dnnmig", "--output", name, naming=("--output", told))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o500)
    refused(capsys, folder, "plan", "good.dnnmig", "--output", "closed/plan.json", naming=("closed/plan.json",))


def test_a_full_disk(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    refused(
        capsys, folder, "plan", "good.dnnmig", "--output", "/dev/full", naming=("/dev/full", "--output", "No space")
    )


@pytest.mark.parametrize(("suffix", "told"), [("report.odt", ".pdf"), ("report", ".html"), ("report.docx", ".html")])
def test_a_report_of_another_kind(suffix: str, told: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, folder, "report", "good.dnnmig", "--output", suffix, naming=(suffix, "--output", told))


ARGUMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "unknown command": (("paln", "good.dnnmig"), ("paln",)),
    "unknown option": (("plan", "good.dnnmig", "--sed", "3"), ("plan", "--sed")),
    "unknown option before the command": (("--colour", "plan"), ("--colour",)),
    "no scenario": (("plan",), ("plan", "SCENARIO")),
    "a scenario too many": (("plan", "good.dnnmig", "more.dnnmig"), ("plan", "more.dnnmig")),
    "no report file": (("report", "good.dnnmig"), ("report", "--output")),
    "a seed in words": (("plan", "good.dnnmig", "--seed", "seven"), ("plan", "--seed")),
    "a negative seed": (("plan", "good.dnnmig", "--seed", "-1"), ("plan", "--seed")),
    "an endless seed": (("plan", "good.dnnmig", "--seed", "9" * 400), ("plan", "--seed")),
    "an option without its value": (("plan", "good.dnnmig", "--seed"), ("plan", "--seed")),
    "unknown offloading method": (("plan", "good.dnnmig", "--offloading", "exat"), ("--offloading", "'exact'")),
    "unknown uploading method": (("plan", "good.dnnmig", "--uploading", "iono"), ("--uploading", "'ionn'")),
    "unknown method to compare": (("compare", "good.dnnmig", "--uploading", "ionn", "iono"), ("--uploading", "iono")),
    "a horizon of 0": (("compare", "good.dnnmig", "--horizon", "0"), ("--horizon",)),
    "a horizon below 0": (("compare", "good.dnnmig", "--horizon", "-1"), ("--horizon",)),
    "a horizon without end": (("compare", "good.dnnmig", "--horizon", "inf"), ("--horizon", "finite")),
    "a horizon of NaN": (("compare", "good.dnnmig", "--horizon", "nan"), ("--horizon", "finite")),
    "a table that is no CSV": (("compare", "good.dnnmig", "--output", "table.xlsx"), ("--output", ".csv")),
    "a dimension without a size": (("inspect", "alexnet", "--dimension", "batch"), ("--dimension", "NAME=SIZE")),
    "a dimension of 0": (("inspect", "table.csv", "--dimension", "batch=0"), ("--dimension",)),
    "a dimension twice": (("inspect", "x.onnx", "--dimension", "a=1", "--dimension", "a=2"), ("--dimension", "twice")),
    "a scenario that is not there": (("plan", "none.dnnmig"), ("none.dnnmig", "no such file")),
    "a folder for a scenario": (("plan", "folder.csv"), ("folder.csv", "folder")),
    "a plan that is not there": (("simulate", "good.dnnmig", "--plan", "none.json"), ("none.json", "no such file")),
    "a folder for a plan": (("simulate", "good.dnnmig", "--plan", "folder.csv"), ("folder.csv", "folder")),
    "a model for a scenario": (("plan", "table.csv"), ("table.csv", "JSON")),
    "a NUL in a name": (("plan", "a\0b.dnnmig"), ("name",)),
    "an endless name": (("plan", "x" * 5000), ("dnnmig",)),
    "a line break in a name": (("plan", "a\nb.dnnmig"), ("no such file",)),
    "an escape sequence in a name": (("plan", "a\x1b[31mb.dnnmig"), ("no such file", "\\x1b")),
}


@pytest.mark.parametrize("kind", ARGUMENTS)
def test_arguments(kind: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv, naming = ARGUMENTS[kind]
    refused(capsys, folder, *argv, naming=naming)


def run(*argv: str, folder: Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the program as its users do."""
    return subprocess.run(
        [sys.executable, "-m", "dnnmig_gui.cli", *argv], cwd=folder, capture_output=True, timeout=60, **more
    )


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("plan", "none.dnnmig"), b"dnnmig: none.dnnmig: no such file\n"),
        (("validate", "deep.dnnmig"), b"nested too deeply"),
        (("plan", "typo.dnnmig"), b"dnnmig: typo.dnnmig: users[0].model: no model 'tabel'; did you mean 'table'?\n"),
        (("--colour",), b"no such option"),
    ],
)
def test_in_a_process_of_its_own(argv: tuple[str, ...], told: bytes, folder: Path) -> None:
    (folder / "deep.dnnmig").write_bytes(b"[" * 100_000)
    (folder / "typo.dnnmig").write_text(changed("users/0/model", "tabel"))
    before = everything_in(folder)
    done = run(*argv, folder=folder)
    assert done.returncode == 2
    assert done.stdout == b""
    assert told in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert everything_in(folder) == before
