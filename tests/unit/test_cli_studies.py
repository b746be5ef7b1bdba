"""The commands that ask one scenario many questions: fronts, comparisons over seeds, studies."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from dnnmig_gui.cli import main
from dnnmig_gui.core.comparison import spread

PAPER = Path(__file__).parents[2] / "scenarios" / "paper-alexnet.dnnmig"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a scenario where delay, energy and money pull apart."""
    document = json.loads(PAPER.read_text())
    document["users"] = document["users"][:1]
    for server in document["servers"]:
        if server["tier"] != "client":
            server["price_per_hour"] = server["compute_ghz"] ** 2 * 0.05
    (tmp_path / "s.dnnmig").write_text(json.dumps(document))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> str:
    capsys.readouterr()
    found = main(list(argv))
    out, err = capsys.readouterr()
    assert found == code, err
    return out if code == 0 else err


def told_json(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    return json.loads(told(capsys, *argv, "--json"))


def test_a_front_is_undominated_and_sorted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = told_json(capsys, "pareto", "s.dnnmig", "--divisions", "8")["points"]
    assert len(points) >= 3
    figures = [(point["delay_s"], point["energy_j"], point["money"]) for point in points]
    assert figures == sorted(figures)
    for one in figures:
        assert not any(other != one and all(a <= b for a, b in zip(other, one, strict=True)) for other in figures)
    assert [point["point"] for point in points] == list(range(1, len(points) + 1))
    for point in points:
        assert sum(point["weights"].values()) == pytest.approx(1)
        assert set(point["assignments"]) == {"User 1"}
        assert point["gap"] == pytest.approx(0, abs=1e-9)


def test_a_front_as_tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "pareto", "s.dnnmig", "--divisions", "8", "--output", "front.csv")
    assert "Pareto front" in shown
    rows = list(csv.DictReader((folder / "front.csv").read_text().splitlines()))
    points = told_json(capsys, "pareto", "s.dnnmig", "--divisions", "8")["points"]
    assert [float(row["delay_s"]) for row in rows] == [point["delay_s"] for point in points]
    assert "conv1" in rows[0]["User 1"]


def test_a_plan_is_picked_from_the_front_and_plays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = told_json(capsys, "pareto", "s.dnnmig", "--divisions", "8")["points"]
    told(capsys, "pareto", "s.dnnmig", "--divisions", "8", "--pick", "2", "--output", "plan.json")
    plan = json.loads((folder / "plan.json").read_text())
    assert plan["users"][0]["assignment"] == points[1]["assignments"]["User 1"]
    assert plan["users"][0]["query_delay_s"] == pytest.approx(points[1]["delay_s"])
    assert plan["offloading"]["objective"] >= plan["offloading"]["bound"]
    assert "Point 2" in plan["offloading"]["note"]
    told(capsys, "simulate", "s.dnnmig", "--plan", "plan.json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pick", "1"], "needs --output"),
        (["--pick", "99", "--output", "plan.json"], "there is no point 99"),
        (["--output", "front.json"], "suffix .csv"),
    ],
)
def test_bad_questions_about_a_front(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert message in told(capsys, "pareto", "s.dnnmig", "--divisions", "2", *arguments, code=2)
    assert not (folder / "plan.json").exists()


def test_a_front_under_limits_that_nothing_keeps(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads((folder / "s.dnnmig").read_text())
    document["users"][0]["deadline_s"] = 0.001
    (folder / "s.dnnmig").write_text(json.dumps(document))
    assert "breaks limits" in told(capsys, "pareto", "s.dnnmig", "--divisions", "2", code=1)


def test_comparing_over_seeds_tells_mean_and_interval(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--offloading", "gibbs", "exact", "--uploading", "direct", "--seeds", "1", "2", "3")
    document = told_json(capsys, "compare", "s.dnnmig", *options)
    gibbs, exact = document["summaries"]
    delays = [row["system_delay_s"] for row in document["rows"] if row["offloading"] == "gibbs"]
    assert (gibbs["offloading"], gibbs["seeds"], gibbs["broken"]) == ("gibbs", 3, 0)
    assert gibbs["system_delay_s"]["mean"] == pytest.approx(sum(delays) / 3)
    assert gibbs["system_delay_s"]["best"] == min(delays)
    assert gibbs["system_delay_s"]["worst"] == max(delays)
    assert exact["objective"]["low"] == pytest.approx(exact["objective"]["high"])
    histories = {(one["offloading"], one["seed"]): one["best"] for one in document["histories"]}
    assert set(histories) == {(method, seed) for method in ("gibbs", "exact") for seed in (1, 2, 3)}
    objectives = [objective for _, _, objective in histories["gibbs", 2]]
    assert objectives == sorted(objectives, reverse=True)
    assert "Over the seeds" in told(capsys, "compare", "s.dnnmig", *options)
    assert "Over the seeds" not in told(capsys, "compare", "s.dnnmig", "--uploading", "direct")


def test_the_confidence_interval_is_student_s() -> None:
    found = spread([1.0, 2.0, 3.0, 4.0])
    assert (found.mean, found.best, found.worst) == (2.5, 1.0, 4.0)
    # t(3, 97.5 %) = 3.18245, deviation 1.29099
    assert found.high == pytest.approx(2.5 + 3.18245 * 1.29099 / 2, rel=1e-5)
    assert spread([1.0, 2.0], most_is_best=True).best == 2.0
    assert spread([7.0]).low is None


GRID = (
    *("--vary", "link_defaults.client-edge.bandwidth_mb_per_s=0.5,5"),
    *("--vary", "servers[Edge 5].compute_ghz=1,20"),
)


def test_a_study_maps_its_grid(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = told_json(capsys, "study", "s.dnnmig", *GRID, "--output", "out", "--processes", "1", "--seed", "1")
    assert [axis["values"] for axis in document["axes"]] == [[0.5, 5], [1, 20]]
    assert (document["planned"], document["kept"]) == (4, 0)
    rows = document["rows"]
    assert len(rows) == 4
    assert all(row["feasible"] and row["gap"] is not None for row in rows)
    delays = [row["system_delay_s"] for row in rows]
    assert delays[3] == min(delays)
    assert len({row["plan"] for row in rows}) >= 2
    assert "Edge 5" in rows[3]["servers"]
    listed = list(csv.DictReader((folder / "out" / "results.csv").read_text().splitlines()))
    assert [float(row["system_delay_s"]) for row in listed] == delays
    assert "servers[Edge 5].compute_ghz" in listed[0]
    picture = (folder / "out" / "flips.svg").read_text()
    assert "servers[Edge 5].compute_ghz" in picture
    assert (folder / "out" / "flips.png").read_bytes().startswith(b"\x89PNG")


def test_a_study_is_resumed_where_it_stopped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--output", "out", "--processes", "1", "--seed", "1")
    first = told_json(capsys, "study", "s.dnnmig", *GRID, *options)
    table = (folder / "out" / "results.csv").read_bytes()
    kept = sorted((folder / "out" / "cells").iterdir())
    kept[0].unlink()
    kept[1].write_text('{"half": ')
    again = told_json(capsys, "study", "s.dnnmig", *GRID, *options)
    assert (again["planned"], again["kept"]) == (2, 2)
    assert again["rows"] == first["rows"]
    assert (folder / "out" / "results.csv").read_bytes() == table
    # Another scenario in the same folder is another study.
    document = json.loads((folder / "s.dnnmig").read_text())
    document["users"][0]["share"] = 2.0
    (folder / "s.dnnmig").write_text(json.dumps(document))
    assert told_json(capsys, "study", "s.dnnmig", *GRID, *options)["kept"] == 0


def test_a_study_gives_the_same_whatever_the_number_of_processes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    methods = ("--offloading", "pso", "--offloading", "exact", "--seed", "3", "--seed", "4")
    one = told_json(capsys, "study", "s.dnnmig", *GRID, *methods, "--output", "one", "--processes", "1")
    two = told_json(capsys, "study", "s.dnnmig", *GRID, *methods, "--output", "two", "--processes", "2")
    assert len(one["rows"]) == 16
    assert one["rows"] == two["rows"]
    assert (folder / "one" / "results.csv").read_bytes() == (folder / "two" / "results.csv").read_bytes()
    assert (folder / "one" / "flips.svg").read_bytes() == (folder / "two" / "flips.svg").read_bytes()


def test_a_study_shows_what_is_infeasible(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vary = ("--vary", "users[User 1].deadline_s=0.001,2")
    rows = told_json(capsys, "study", "s.dnnmig", *vary, "--output", "out", "--processes", "1")["rows"]
    assert [row["feasible"] for row in rows] == [False, True]
    assert "raise the deadline" in rows[0]["reason"]
    assert "breaks a limit" in (folder / "out" / "flips.svg").read_text()


def test_a_study_with_three_fields_has_a_map_a_slice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(
        capsys,
        "study",
        "s.dnnmig",
        *GRID,
        "--vary",
        "costs.contention=none,shared",
        "--output",
        "out",
        "--processes",
        "1",
    )
    assert "flips-1.svg, flips-2.svg" in " ".join(shown.split())
    assert "costs.contention = shared" in (folder / "out" / "flips-2.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--vary"),
        (["--vary", "servers[Edge 5].compute_ghz"], "must read path=value"),
        (["--vary", "servers[Edge 9].compute_ghz=1"], "did you mean 'Edge 5'"),
        (["--vary", "servers[Edge 5].compute_gz=1"], "did you mean 'compute_ghz'"),
        (["--vary", "servers[Edge 5].compute_ghz=fast"], "compute_ghz"),
        (["--vary", "servers[Edge 5].compute_ghz=-1"], "compute_ghz"),
        (["--vary", "name.first=1,2"], "leads nowhere"),
        (["--vary", "users[User 1=1"], "is no path"),
        (["--vary", "seed=1,1"], "names a value twice"),
        (["--vary", "seed=1", "--vary", "seed=2"], "names a field twice"),
        (["--vary", "seed=1", "--offloading", "exakt"], "did you mean 'exact'"),
        (["--vary", "seed=1", "--output", "s.dnnmig"], "cannot be made"),
    ],
)
def test_bad_studies_are_refused_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    output = [] if "--output" in arguments else ["--output", "out"]
    said = told(capsys, "study", "s.dnnmig", *arguments, *output, code=2)
    assert message in said
    assert said.count("\n") == 1


def test_what_a_study_lacks_is_told_before_it_starts(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install pyarrow" in told(capsys, "study", "s.dnnmig", *GRID, "--output", "out", "--parquet", code=2)
    assert not (folder / "out").exists()
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    said = told(capsys, "study", "s.dnnmig", *GRID, "--output", "out", "--cluster", "tcp://127.0.0.1:1", code=2)
    assert "pip install distributed" in said


def test_a_study_in_parquet(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow.parquet

    document = told_json(capsys, "study", "s.dnnmig", *GRID, "--output", "out", "--parquet")
    assert pyarrow.parquet.read_table(folder / "out" / "results.parquet").to_pylist() == document["rows"]


def test_a_plan_that_breaks_limits_is_told_with_the_way_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads((folder / "s.dnnmig").read_text())
    document["users"][0]["deadline_s"] = 0.05
    document["offloading"] = {"method": "exact"}
    (folder / "s.dnnmig").write_text(json.dumps(document))
    said = told(capsys, "plan", "s.dnnmig", "--output", "plan.json", code=1)
    assert "users[0]" in said
    assert "the least delay possible is" in said
    enough = float(said.rpartition(" to ")[2].split()[0])
    assert any(
        "raise the deadline" in sentence
        for sentence in json.loads(Path("plan.json").read_text())["users"][0]["violations"]
    )
    document["users"][0]["deadline_s"] = enough
    (folder / "s.dnnmig").write_text(json.dumps(document))
    told(capsys, "plan", "s.dnnmig")
