"""An edit of 1000 servers and 5000 links, from the key to the last view, takes less than a tenth of a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from large_scenarios import joined_scenario, large_scenario
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot
from yardstick import keeps

from dnnmig_gui.core.planning import prepare_problem
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.edits import add_link, add_server, move_servers, set_links, set_servers
from dnnmig_gui.core.topology import Topology
from dnnmig_gui.gui.application import make_application
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.window import MainWindow

EDIT_S = 0.1
COMPILE_S = 5.0
ROUNDS = 15
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window with the large scenario, its findings found."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    make_application()
    made = MainWindow(Look("light"), QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(made, before_close_func=_let_go)
    made.show()
    made.start.leave()
    made.document.begin_with("Begin", large_scenario())
    made.selection.select(server="client-1")
    qtbot.waitUntil(lambda: bool(made.loading.models), timeout=30_000)
    qtbot.wait(2000)
    return made


def _let_go(window: MainWindow) -> None:
    window.document.undo_stack.setClean()
    window.checking.stop()
    window.jobs.close()


def _new_link(scenario: Scenario, number: int) -> Scenario:
    joined = {frozenset(link.between) for link in scenario.links}
    edges = [server.id for server in scenario.of_tier("edge")]
    free = next(one for one in edges if frozenset((one, "cloud-7")) not in joined)
    return add_link(scenario, free, "cloud-7")


EDITS: dict[str, Callable[[Scenario, int], Scenario]] = {
    "move": lambda scenario, number: move_servers(scenario, {"edge-5": (100.0 + number, 200.0)}),
    "bandwidth": lambda scenario, number: set_links(
        scenario, [scenario.links[7].between], {"bandwidth_mb_per_s": 2.0 + number}
    ),
    "speed": lambda scenario, number: set_servers(scenario, ["edge-5"], {"compute_ghz": 2.0 + number}),
    "new link": _new_link,
    "new server": lambda scenario, number: add_server(scenario, "edge")[0],
}


@pytest.mark.parametrize("edit", EDITS)
def test_editing(window: MainWindow, benchmark: BenchmarkFixture, edit: str) -> None:
    """Make the edit, keep it in the swap file, show it in all views and paint them."""
    numbers = iter(range(10_000))

    def step() -> None:
        scenario = window.document.scenario
        window.document.edit(edit, EDITS[edit](scenario, next(numbers)))
        QApplication.processEvents()

    benchmark.pedantic(step, rounds=ROUNDS, warmup_rounds=2)
    assert keeps(benchmark, EDIT_S)


def test_routes_of_sparse_links(benchmark: BenchmarkFixture) -> None:
    """All routes of 1000 servers over 5000 links."""
    scenario = large_scenario()
    built = benchmark.pedantic(
        lambda: Topology.build(scenario.servers, scenario.link_defaults, scenario.links), rounds=3, warmup_rounds=1
    )
    assert len(built.links()) == len(scenario.links)


def test_compiling_a_thousand_servers(benchmark: BenchmarkFixture) -> None:
    """Compile 1002 servers, each joined with each other, and VGG19 for two users to arrays."""
    scenario = joined_scenario()
    problem = benchmark.pedantic(lambda: prepare_problem(scenario, Path()), rounds=3, warmup_rounds=1)
    assert problem.users[0].execution_s.shape[1] == len(scenario.servers)
    assert keeps(benchmark, COMPILE_S)
