"""The command line: what it prints, writes and answers. Bad input has a file of its own."""

import csv
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dnnmig_gui import __version__
from dnnmig_gui.cli import main
from dnnmig_gui.cli.several import repeat_options
from dnnmig_gui.core.registry import KINDS, method_names
from dnnmig_gui.core.reporting.numbers import SPACE

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PAPER = str(SCENARIOS / "paper-alexnet.dnnmig")

SMALL: dict[str, Any] = {
    "format": "dnnmig-scenario",
    "version": 1,
    "name": "Small [bold]\u001b[31m",
    "seed": 5,
    "servers": [
        {"id": "client-1", "tier": "client", "compute_ghz": 1},
        {"id": "edge-1", "tier": "edge", "compute_ghz": 20},
        {"id": "cloud-1", "tier": "cloud", "compute_ghz": 80},
    ],
    "link_defaults": {"client-edge": {"bandwidth_mb_per_s": 10}, "edge-cloud": {"bandwidth_mb_per_s": 5}},
    "models": [{"id": "net", "file": "net.csv"}],
    "users": [{"id": "user-1", "client": "client-1", "model": "net"}],
    "offloading": {"method": "pso", "parameters": {"particles": 8, "iterations": 12}},
    "uploading": {"method": "recursive-efficiency"},
}
TABLE = """name,kind,inputs,flops,param_bytes,output_bytes
input,input,,0,0,600000
conv1,convolution,input,200000000,400000,400000
relu1,relu,conv1,200000,0,400000
conv2,convolution,relu1,400000000,900000,100000
fc,fully-connected,conv2,90000000,9000000,4000
"""


@pytest.fixture(autouse=True)
def _no_terminal_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runners of tests may set a width of their own."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "small.dnnmig").write_text(json.dumps(SMALL))
    (tmp_path / "net.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_scenario(folder: Path, name: str, **changes: Any) -> str:
    (folder / name).write_text(json.dumps({**SMALL, **changes}))
    return name


def told(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> str:
    """Run a command; return what it printed."""
    capsys.readouterr()
    found = main(list(argv))
    out, err = capsys.readouterr()
    assert found == code, err
    if code == 0:
        assert err == ""
    return out


def told_json(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> Any:
    return json.loads(told(capsys, *argv, "--json", code=code))


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--version") == f"dnnmig {__version__}\n"
    for argv in ([], ["--help"], ["-h"]):
        shown = told(capsys, *argv)
        for command in (
            "plan",
            "simulate",
            "compare",
            "report",
            "inspect",
            "import",
            "pareto",
            "study",
            "validate",
            "methods",
            "schema",
        ):
            assert f" {command} " in shown
    assert "--offloading" in told(capsys, "plan", "--help")


def test_help_imports_nothing_heavy() -> None:
    heavy = "numpy,scipy,pydantic,matplotlib,jinja2,onnx,networkx,PySide6"
    code = (
        "import sys; from dnnmig_gui.cli import main; main(['--help']);"
        f"print([name for name in '{heavy}'.split(',') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_plan_json_is_the_contract(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = told_json(capsys, "plan", "small.dnnmig")
    assert plan["format"] == "dnnmig-plan"
    assert plan["version"] == 1
    assert plan["seed"] == 5
    assert plan["product_version"] == __version__
    assert plan["scenario_sha256"] == hashlib.sha256((folder / "small.dnnmig").read_bytes()).hexdigest()
    assert {"method", "objective", "bound", "gap", "seconds", "evaluations"} <= set(plan["offloading"])
    (user,) = plan["users"]
    assert {"id", "local_delay_s", "query_delay_s", "energy_j", "money", "feasible", "assignment"} <= set(user)
    assert list(user["assignment"]) == ["input", "conv1", "relu1", "conv2", "fc"]
    assert plan["system_delay_s"] == user["query_delay_s"] < user["local_delay_s"]
    uploading = user["uploading"]
    assert uploading["upload_s"] == pytest.approx(uploading["partitions"][-1]["done_s"])
    assert uploading["mean_query_delay_s"] == pytest.approx(uploading["upload_s"] / uploading["queries_during_upload"])
    assert [partition["index"] for partition in uploading["partitions"]] == list(
        range(1, len(uploading["partitions"]) + 1)
    )
    for partition in uploading["partitions"]:
        assert {user["assignment"][layer] for layer in partition["layers"]} == {partition["server"]}


def test_plan_bytes_are_the_same_again_but_for_seconds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for number in range(2):
        told(capsys, "plan", "small.dnnmig", "--output", f"{number}.json")
        texts.append(re.sub(r'"seconds": [^,]+,', "", (folder / f"{number}.json").read_text()))
    assert texts[0] == texts[1]
    assert json.loads((folder / "0.json").read_text()).keys() == told_json(capsys, "plan", "small.dnnmig").keys()


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="there is no device for standard output")
def test_a_plan_through_a_pipe(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dnnmig_gui.cli", "plan", "small.dnnmig", "--output", "/dev/stdout"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    document, _ = json.JSONDecoder().raw_decode(done.stdout)
    assert document["format"] == "dnnmig-plan"


def test_seed_and_methods_of_the_command_line_win(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = told_json(capsys, "plan", "small.dnnmig", "--seed", "11", "--offloading", "exact", "--uploading", "direct")
    assert plan["seed"] == 11
    assert plan["offloading"]["method"] == "exact"
    assert plan["offloading"]["gap"] == 0
    assert plan["users"][0]["uploading"]["method"] == "direct"
    # The scenario's parameters hold for its own method: 8 particles and 12 iterations are few evaluations.
    own = told_json(capsys, "plan", "small.dnnmig", "--offloading", "pso")
    write_scenario(folder, "default.dnnmig", offloading={"method": "exact"})
    default = told_json(capsys, "plan", "default.dnnmig", "--offloading", "pso")
    assert own["offloading"]["evaluations"] < default["offloading"]["evaluations"]


def test_plan_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "plan", "small.dnnmig")
    assert "Small [bold]" in shown
    assert "\x1b" not in shown
    assert SPACE not in shown
    for words in ("user-1", "On the client", "Where the layers run", "Uploading", "#1", "System delay", " ms"):
        assert words in shown


def test_width_follows_columns(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(len(line) for line in told(capsys, "plan", PAPER).splitlines()) <= 60


def test_an_infeasible_plan_is_told_with_exit_code_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    users = [{"id": "user-1", "client": "client-1", "model": "net", "deadline_s": 1e-6}]
    name = write_scenario(folder, "late.dnnmig", users=users)
    assert main(["plan", name, "--json"]) == 1
    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 1
    assert err.startswith("dnnmig: late.dnnmig: ")
    if out:
        assert json.loads(out)["users"][0]["feasible"] is False


def test_simulate_follows_the_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = told_json(capsys, "plan", "small.dnnmig", "--output", "plan.json")
    fresh = told_json(capsys, "simulate", "small.dnnmig")
    saved = told_json(capsys, "simulate", "small.dnnmig", "--plan", "plan.json", "--output", "trace.json")
    assert saved == fresh
    (user,) = saved["users"]
    uploading = plan["users"][0]["uploading"]
    assert user["upload_end_s"] == pytest.approx(uploading["upload_s"])
    assert user["uploaded_bytes"] == sum(partition["bytes"] for partition in uploading["partitions"])
    during = sum(user["queries_by_stage"][:-1])
    assert abs(during - uploading["queries_during_upload"]) <= len(uploading["partitions"])
    trace = json.loads((folder / "trace.json").read_text())
    assert trace["format"] == "dnnmig-trace"
    assert len(trace["columns"]["start"]) > during
    assert "Last CR" in told(capsys, "simulate", "small.dnnmig")


def test_a_saved_plan_of_another_seed_and_methods_comes_back_whole(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ("--seed", "3", "--offloading", "one-step", "--uploading", "ionn")
    told(capsys, "plan", "small.dnnmig", *argv, "--output", "plan.json")
    played = told_json(capsys, "simulate", "small.dnnmig", "--plan", "plan.json")
    assert (played["seed"], played["offloading"], played["uploading"]) == (3, "one-step", "ionn")


def test_a_plan_survives_another_layout_of_its_scenario(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dnnmig_gui.core.scenario import open_scenario, scenario_text

    canonical = scenario_text(open_scenario(folder / "small.dnnmig").scenario)
    (folder / "small.dnnmig").write_text(canonical)
    told(capsys, "plan", "small.dnnmig", "--output", "plan.json")
    (folder / "small.dnnmig").write_text(json.dumps(json.loads(canonical)))
    told(capsys, "simulate", "small.dnnmig", "--plan", "plan.json")


def test_compare_json_is_the_contract(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = told_json(
        capsys,
        *("compare", "small.dnnmig", "--offloading", "pso", "exact", "--uploading", "direct", "ionn"),
        *("--seeds", "1", "2"),
    )
    assert len(document["rows"]) == 8
    keys = {
        *("offloading", "uploading", "seed", "system_delay_s", "gap", "upload_s", "queries_during_upload"),
        *("queries_at_horizon", "mean_query_delay_s", "energy_j", "money", "seconds"),
    }
    for row in document["rows"]:
        assert keys <= set(row)
        assert row["queries_at_horizon"] >= row["queries_during_upload"] - 1e-9
    assert document["horizon_s"] == max(row["upload_s"] for row in document["rows"])
    assert {(row["offloading"], row["uploading"], row["seed"]) for row in document["rows"]} == {
        (one, other, seed) for one in ("pso", "exact") for other in ("direct", "ionn") for seed in (1, 2)
    }


def test_compare_agrees_with_plan(capsys: pytest.CaptureFixture[str]) -> None:
    plan = told_json(capsys, "plan", PAPER)
    (row,) = told_json(capsys, "compare", PAPER, "--uploading", "recursive-efficiency")["rows"]
    users = plan["users"]
    assert row["seed"] == plan["seed"]
    assert row["system_delay_s"] == plan["system_delay_s"]
    assert row["energy_j"] == pytest.approx(sum(user["energy_j"] for user in users))
    during = sum(user["uploading"]["queries_during_upload"] for user in users)
    assert row["queries_during_upload"] == pytest.approx(during)
    assert row["mean_query_delay_s"] == pytest.approx(sum(user["uploading"]["upload_s"] for user in users) / during)


def test_compare_keeps_the_order_of_the_article(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("paper-alexnet", "paper-vgg19"):
        rows = told_json(capsys, "compare", str(SCENARIOS / f"{name}.dnnmig"))["rows"]
        queries = {row["uploading"]: row["queries_at_horizon"] for row in rows}
        assert queries["direct"] <= queries["ionn"] <= queries["recursive-efficiency"]


def test_compare_with_a_horizon_and_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = told_json(
        capsys, "compare", "small.dnnmig", "--uploading", "direct", "--horizon", "100", "--output", "table.csv"
    )
    assert document["horizon_s"] == 100
    (row,) = document["rows"]
    with (folder / "table.csv").open(newline="") as file:
        (line,) = csv.DictReader(file)
    for key, value in row.items():
        if key in line and isinstance(value, float):
            assert float(line[key]) == value
    assert line["uploading"] == "direct"
    assert float(line["horizon_s"]) == 100
    shorter = told_json(capsys, "compare", "small.dnnmig", "--uploading", "direct", "--horizon", "50")["rows"][0]
    assert shorter["queries_at_horizon"] < row["queries_at_horizon"]


def test_compare_takes_all_uploading_methods_unless_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = told_json(capsys, "compare", "small.dnnmig")
    found = {row["uploading"] for row in document["rows"]} | {one["uploading"] for one in document["refused"]}
    assert found == set(method_names("uploading"))
    assert "Queries by horizon" in told(capsys, "compare", "small.dnnmig")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("s.dnnmig --offloading pso exact", "s.dnnmig --offloading pso --offloading exact"),
        ("--offloading pso exact s.dnnmig", "--offloading pso --offloading exact s.dnnmig"),
        (
            "--offloading pso exact --seeds 1 2 s.dnnmig",
            "--offloading pso --offloading exact --seeds 1 --seeds 2 s.dnnmig",
        ),
        ("--offloading pso s.dnnmig --seeds 1 2", "--offloading pso s.dnnmig --seeds 1 --seeds 2"),
        ("--offloading pso --offloading exact s.dnnmig", "--offloading pso --offloading exact s.dnnmig"),
        ("--horizon 5 --offloading pso exact ./s", "--horizon 5 --offloading pso --offloading exact ./s"),
        ("s.dnnmig --uploading a b --json", "s.dnnmig --uploading a --uploading b --json"),
        ("s.dnnmig --offloading a b.c", "s.dnnmig --offloading a --offloading b.c"),
        ("--output t.csv s.dnnmig --seeds 1 2", "--output t.csv s.dnnmig --seeds 1 --seeds 2"),
        ("--offloading=pso exact.dnnmig", "--offloading=pso exact.dnnmig"),
    ],
)
def test_several_values_after_one_option(given: str, meant: str) -> None:
    assert repeat_options(["compare", *given.split()]) == ["compare", *meant.split()]


def test_other_commands_keep_their_arguments() -> None:
    argv = ["plan", "--offloading", "pso", "s.dnnmig"]
    assert repeat_options(argv) == argv
    assert repeat_options([]) == []


def test_inspect_json_is_the_contract(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = told_json(capsys, "inspect", "net.csv")
    assert document["total_flops"] == sum(layer["flops"] for layer in document["layers"]) == 690_200_000
    assert document["total_param_bytes"] == 10_300_000
    assert document["layers"][1] == {
        "name": "conv1",
        "kind": "convolution",
        "inputs": ["input"],
        "flops": 200_000_000,
        "param_bytes": 400_000,
        "output_bytes": 400_000,
    }
    assert document["cut_points"][-1] == {"after": "conv2", "tensor": "conv2", "bytes": 100_000}


def test_inspect_of_the_zoo(capsys: pytest.CaptureFixture[str]) -> None:
    document = told_json(capsys, "inspect", "vgg19")
    assert document["total_param_bytes"] == 4 * 143_667_240
    shown = told(capsys, "inspect", "vgg19")
    assert "548 MiB" in shown
    assert "conv5_4" in shown


def test_cut_points_of_a_model_that_branches(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "branch.csv").write_text(
        "name,kind,inputs,flops,param_bytes,output_bytes\n"
        "input,input,,0,0,10\n"
        "a,relu,input,1,0,20\n"
        "b,relu,a,1,0,30\n"
        "c,relu,a,1,0,40\n"
        "d,add,b c,1,0,50\n"
        "e,relu,d,1,0,60\n"
    )
    cuts = told_json(capsys, "inspect", "branch.csv")["cut_points"]
    assert [(cut["after"], cut["bytes"]) for cut in cuts] == [("input", 10), ("a", 20), ("d", 50)]


def test_validate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "validate", "small.dnnmig") == "ok\n"
    assert told_json(capsys, "validate", "small.dnnmig") == {"ok": True, "findings": []}
    name = write_scenario(folder, "alone.dnnmig", servers=SMALL["servers"][:1])
    assert "no edge or cloud server" in told(capsys, "validate", name)
    name = write_scenario(folder, "idle.dnnmig", users=[])
    document = told_json(capsys, "validate", name, code=2)
    assert document["ok"] is False
    assert document["findings"][0]["field"] == "users"


def test_methods(capsys: pytest.CaptureFixture[str]) -> None:
    document = told_json(capsys, "methods")
    assert list(document) == list(KINDS)
    for kind in KINDS:
        assert [method["name"] for method in document[kind]] == list(method_names(kind))
        assert not [method for method in document[kind] if "error" in method]
    (pso,) = [method for method in document["offloading"] if method["name"] == "pso"]
    particles = next(parameter for parameter in pso["parameters"] if parameter["name"] == "particles")
    assert particles["type"] == "integer"
    assert particles["minimum"] >= 1
    assert particles["default"] == 100
    shown = told(capsys, "methods")
    for kind in KINDS:
        for name in method_names(kind):
            assert name in shown
    assert "particles" in shown


def test_schema_accepts_the_scenarios_that_ship(capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads(told(capsys, "schema"))
    assert schema["properties"]["format"]["const"] == "dnnmig-scenario"
    assert "from" in schema["$defs"]["BarLimit"]["properties"]
    for path in SCENARIOS.glob("*.dnnmig"):
        assert set(json.loads(path.read_text())) <= set(schema["properties"])


def test_report_is_one_page_that_holds_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "report", "small.dnnmig", "--seed", "2", "--output", "r.html")
    assert "r.html" in shown
    page = (folder / "r.html").read_text()
    assert "dnnmig report small.dnnmig --seed 2 --output r.html" in page
    document = told_json(capsys, "report", "small.dnnmig", "--output", "R.HTML")
    assert document["bytes"] == (folder / "R.HTML").stat().st_size


def test_report_is_a_pdf_where_the_name_ends_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = told_json(capsys, "report", "small.dnnmig", "--output", "r.pdf")
    content = (folder / "r.pdf").read_bytes()
    assert document["bytes"] == len(content)
    assert content.startswith(b"%PDF-")


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    for command in ("schema", "methods"):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "dnnmig_gui.cli", command], stdout=writing, stderr=subprocess.PIPE, timeout=30
        )
        os.close(writing)
        assert done.returncode == 141
        assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_standard_output_that_is_full(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "dnnmig_gui.cli", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
        )
    assert done.returncode == 2
    assert done.stderr == "dnnmig: standard output: cannot be written: No space left on device\n"


def test_an_interrupt_is_answered_with_130(folder: Path) -> None:
    name = write_scenario(
        folder, "long.dnnmig", offloading={"method": "pso", "parameters": {"particles": 1000, "iterations": 10_000}}
    )
    # Where the tests run in the background interrupts are ignored, and children would inherit that.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "dnnmig_gui.cli", "plan", name, "--output", "plan.json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, inherited)
    time.sleep(2.0)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "dnnmig: cancelled\n"
    assert out == ""
    assert not (folder / "plan.json").exists()


def test_a_terminal_without_unicode_gets_plain_letters(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dnnmig_gui.cli", "plan", PAPER],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"160 ms" in done.stdout or b" ms" in done.stdout
    done.stdout.decode("ascii")


def test_a_fault_of_the_program_is_told_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("by nothing\nat all")

    monkeypatch.setattr("dnnmig_gui.cli.validate.run_validate", broken)
    monkeypatch.delenv("DNNMIG_TRACEBACK", raising=False)
    assert main(["validate", "small.dnnmig"]) == 70
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "ZeroDivisionError" in err
    monkeypatch.setenv("DNNMIG_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["validate", "small.dnnmig"])
