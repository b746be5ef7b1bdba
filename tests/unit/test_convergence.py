"""How searches converge: curves over seeds against a plain reckoning, their table, their figure, the report."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnnmig_gui.cli import main
from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.reporting.convergence import COLUMNS, convergence_csv, curve_of, search_histories
from dnnmig_gui.core.reporting.figures import figure_bytes
from dnnmig_gui.core.reporting.figures.convergence import draw_convergence
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.examples import example_files
from dnnmig_gui.core.scenario.schema import MethodChoice

HOSPITAL = next(path for path in example_files() if path.stem == "hospital-imaging")


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, float, float]]:
    steps = sorted(draw(st.sets(st.integers(1, 5000), min_size=1, max_size=12)))
    values = sorted((draw(st.floats(0.1, 100)) for _ in steps), reverse=True)
    return [(step, 0.0, value) for step, value in zip(steps, values, strict=True)]


@given(st.lists(histories(), min_size=1, max_size=4))
def test_a_curve_is_what_every_seed_has_by_then(told: list[list[tuple[int, float, float]]]) -> None:
    curve = curve_of(told)
    assert curve.seeds == len(told)
    assert curve.evaluations[0] == max(history[0][0] for history in told)
    assert curve.evaluations[-1] == max(history[-1][0] for history in told)
    for number, at in enumerate(curve.evaluations):
        values = [min(value for step, _, value in history if step <= at) for history in told]
        assert curve.best[number] == min(values)
        assert curve.worst[number] == max(values)
        assert curve.mean[number] == pytest.approx(math.fsum(values) / len(values), rel=1e-12)
        assert curve.low[number] <= curve.mean[number] * (1 + 1e-12)
        assert curve.high[number] >= curve.mean[number] * (1 - 1e-12)
    assert (np.diff(curve.mean) <= 1e-9).all(), "a search never gets worse"


def test_no_history_is_no_curve() -> None:
    assert not curve_of([]).moves
    assert not curve_of([[], []]).moves
    assert not curve_of([[(1, 0.0, 2.0), (50, 0.1, 2.0)]]).moves


def test_the_table_has_a_row_a_step() -> None:
    rows = list(csv.DictReader(io.StringIO(convergence_csv({"pso": curve_of([[(1, 0.0, 4.0), (9, 0.0, 2.0)]])}))))
    assert list(rows[0]) == ["offloading", *COLUMNS]
    assert [(row["evaluations"], row["mean"]) for row in rows] == [("1", "4.0"), ("9", "2.0")]


def test_the_figure_is_the_same_each_time_and_names_every_method() -> None:
    curves = {"Swarm": curve_of([[(1, 0.0, 4.0), (9, 0.0, 2.0)]]), "Genes": curve_of([[(3, 0.0, 5.0)]])}
    first, second = (figure_bytes(draw_convergence(curves, 1.9), "svg") for _ in range(2))
    assert first == second
    for text in ("Swarm", "Genes", "Proven bound", "Plans evaluated"):
        assert text in first.decode()
    assert figure_bytes(draw_convergence({}), "png").startswith(b"\x89PNG")


def test_other_seeds_are_searched_unless_they_come_to_the_same() -> None:
    opened = open_scenario(HOSPITAL)
    choice = MethodChoice(method="genetic", parameters={"generations": 10})
    plan = plan_scenario(opened.scenario, HOSPITAL.parent, Run(1), offloading=choice)
    assert len(search_histories(plan, choice, Run(1), seeds=3)) == 3
    plan = plan_scenario(opened.scenario, HOSPITAL.parent, Run(1), offloading=MethodChoice(method="local"))
    assert len(search_histories(plan, MethodChoice(method="local"), Run(1))) == 1


def test_the_command_line_writes_curves_and_summaries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    curve, picture, summary = tmp_path / "c.csv", tmp_path / "c.svg", tmp_path / "s.csv"
    words = ["compare", str(HOSPITAL), "--offloading", "pso", "genetic", "--uploading", "direct", "--seeds", "1", "2"]
    assert main([*words, "--convergence", str(curve), "--summary", str(summary), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["offloading"] for one in document["convergence"]] == ["pso", "genetic"]
    rows = list(csv.DictReader(io.StringIO(curve.read_text())))
    assert {row["offloading"] for row in rows} == {"pso", "genetic"}
    told = list(csv.DictReader(io.StringIO(summary.read_text())))
    assert [row["seeds"] for row in told] == ["2", "2"]
    assert float(told[0]["objective_best"]) <= float(told[0]["objective_mean"]) <= float(told[0]["objective_worst"])
    assert main([*words, "--convergence", str(picture)]) == 0
    assert "Particle swarm" in picture.read_text() or "PSO" in picture.read_text()
    assert main([*words, "--convergence", str(tmp_path / "c.xyz")]) == 2
    assert "--convergence" in capsys.readouterr().err


def test_the_report_shows_the_search(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert main(["report", str(HOSPITAL), "--offloading", "genetic", "--output", str(page)]) == 0
    text = page.read_text()
    assert "The search" in text
    assert "the mean of 5 seeds" in text
