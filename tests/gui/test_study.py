"""The study in the window: fields and values, a job with cancel, the map, the table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from real_window import open_window, paper, window  # noqa: F401  fixtures

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import scenario_text
from dnnmig_gui.core.study.grid import cells_of
from dnnmig_gui.gui.study.dialog import StudyDialog
from dnnmig_gui.gui.study.fields import axis_of, fields_to_vary
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")
WAIT_MS = 60_000


@pytest.fixture
def study(paper: MainWindow) -> StudyDialog:  # noqa: F811
    paper.named_actions["study"].trigger()
    dialog = paper.pages.study
    assert dialog is not None
    for name, chip in dialog.methods.items():
        chip.setChecked(name == "exact")
    dialog.across.values.setText("1, 10")
    dialog.down.values.setText("2, 20")
    return dialog


def test_every_field_offered_can_be_varied(paper: MainWindow) -> None:  # noqa: F811
    import json

    scenario = paper.document.scenario
    fields = fields_to_vary(scenario)
    assert {"link_defaults.client-edge.bandwidth_mb_per_s", "servers[edge].compute_ghz"} <= {one.path for one in fields}
    for field in fields:
        axis = axis_of(field.path, field.suggested)
        assert len(axis.values) == 5
        assert len(cells_of(json.loads(scenario_text(scenario)), [axis], [], [])) == 5
    with pytest.raises(InputError, match="twice"):
        axis_of(fields[0].path, "1, 1")


def test_a_study_is_run_shown_and_written(qtbot: QtBot, study: StudyDialog, tmp_path: Path) -> None:
    assert not study.csv_button.isEnabled()
    study.start_button.click()
    assert study.running
    qtbot.waitUntil(lambda: not study.running, timeout=WAIT_MS)
    assert study.problem.isHidden()
    assert study.outcome is not None
    assert len(study.outcome.study.rows) == 4
    assert not study.picture.pixmap().isNull()
    study.write_csv(tmp_path / "study.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "study.csv").read_text())))
    assert [row["servers[edge].compute_ghz"] for row in rows] == ["2", "20", "2", "20"]
    study.write_map(tmp_path / "map.svg")
    assert (tmp_path / "map.svg").read_bytes().startswith(b"<?xml")
    study.start_button.click()
    qtbot.waitUntil(lambda: not study.running, timeout=WAIT_MS)
    assert (study.outcome.study.planned, study.outcome.study.kept) == (0, 4), "what is finished is not planned again"


def test_what_is_wrong_is_marked_and_nothing_runs(study: StudyDialog) -> None:
    for text, said in (("1, x", "number"), ("", "at least one value"), ("5, -3", "-3: must be at least 0")):
        study.across.values.setText(text)
        study.start_button.click()
        assert not study.running
        assert said in study.across.problem
    study.across.values.setText("1, 10")
    study.across.mark("")
    study.down.field.setCurrentIndex(1)
    study.start_button.click()
    assert "another field" in study.down.problem
    for chip in study.methods.values():
        chip.setChecked(False)
    study.down.field.setCurrentIndex(0)
    study.start_button.click()
    assert "at least one method" in study.problem.text()


def test_a_study_is_stopped_at_once(study: StudyDialog, paper: MainWindow) -> None:  # noqa: F811
    study.across.values.setText(", ".join(str(number) for number in range(1, 40)))
    study.start_button.click()
    assert study.start_button.text() == "Stop"
    study.start_button.click()
    assert not study.running
    assert "Stopped" in study.state.text()
    study.reject()
    assert paper.pages.study is None
