"""The commands that ask one scenario many questions: fronts, comparisons over seeds, studies."""

from __future__ import annotations

import csv
import json
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
