"""A model's file that another program changes is read again; the plan made of the former one is out of date."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, plan, window  # noqa: F401  (fixtures)

from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

HEAD = "name,kind,inputs,flops,param_bytes,output_bytes\ninput,input,,0,0,1000\n"
SCENARIO = """{"format": "dnnmig-scenario", "version": 1, "servers": [
{"id": "phone", "tier": "client", "compute_ghz": 1}, {"id": "box", "tier": "edge", "compute_ghz": 10}],
"link_defaults": {"client-edge": {"bandwidth_mb_per_s": 10}}, "models": [{"id": "net", "file": "net.csv"}],
"users": [{"id": "ann", "client": "phone", "model": "net"}]}"""


@pytest.fixture
def table(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Path:  # noqa: F811
    """Return the model's file of the scenario that the window shows, planned."""
    file = tmp_path / "net.csv"
    file.write_text(HEAD + "fc,fully-connected,input,1e9,4000,10\n")
    (tmp_path / "one.dnnmig").write_text(SCENARIO)
    window.files.open_path(tmp_path / "one.dnnmig")
    qtbot.waitUntil(lambda: "net" in window.loading.loaded, timeout=20_000)
    plan(qtbot, window)
    return file


def test_a_changed_file_is_read_again_and_the_plan_is_out_of_date(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    table: Path,
) -> None:
    assert not window.planning.outdated
    table.write_text(HEAD + "fc,fully-connected,input,1e9,4000,10\nend,softmax,fc,10,0,10\n")
    qtbot.waitUntil(lambda: "net" in window.loading.models and len(window.loading.models["net"]) == 3, timeout=20_000)
    qtbot.waitUntil(lambda: window.planning.outdated, timeout=20_000)
    plan(qtbot, window)
    assert not window.planning.outdated


def test_auto_plan_follows_a_changed_file(qtbot: QtBot, window: MainWindow, table: Path) -> None:  # noqa: F811
    window.auto_button.click()
    table.write_text(HEAD + "fc,fully-connected,input,3e9,4000,10\n")

    def local_s() -> float:
        run = window.planning.run
        return run.plan.users[0].local.delay_s if run is not None else 0.0

    qtbot.waitUntil(lambda: local_s() > 2.5, timeout=PLANNING_MS)
    window.auto_button.click()


def test_a_file_that_is_gone_is_a_problem_until_it_is_back(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    table: Path,
) -> None:
    content = table.read_text()
    table.unlink()
    qtbot.waitUntil(lambda: any("net.csv" in each.message for each in window.checking.findings), timeout=20_000)
    table.write_text(content)
    qtbot.waitUntil(lambda: "net" in window.loading.loaded, timeout=20_000)
    qtbot.waitUntil(lambda: not window.checking.findings, timeout=20_000)
