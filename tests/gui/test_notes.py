"""Problems and history beside the inspector."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from real_window import paper, window  # noqa: F401  (fixtures)

from dnnmig_gui.core.scenario import ModelEntry, Scenario
from dnnmig_gui.core.scenario.schema import BarLimit, Weights
from dnnmig_gui.gui.places import go_to
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NOWHERE = BarLimit.model_validate({"limit": "bar", "layers": ("*",), "from": ("client", "edge", "cloud")})


def changed_user(scenario: Scenario, number: int, **values: object) -> Scenario:
    users = list(scenario.users)
    users[number] = users[number].model_copy(update=values)
    return scenario.model_copy(update={"users": tuple(users)})


def test_problems_are_counted_and_lead_to_their_place(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: not paper.checking.findings, timeout=20_000)
    assert not paper.problem_button.isVisible()
    scenario = changed_user(paper.document.scenario, 1, deadline_s=1e-6)
    small = scenario.servers[3].model_copy(update={"memory_mb": 1e-5})
    scenario = scenario.model_copy(update={"servers": (*scenario.servers[:3], small, *scenario.servers[4:])})
    paper.document.edit("Spoil", scenario)
    qtbot.waitUntil(lambda: len(paper.checking.findings) == 2, timeout=20_000)
    assert paper.problem_button.isVisible()
    assert paper.problem_button.text() == "2"
    qtbot.mouseClick(paper.problem_button, Qt.MouseButton.LeftButton)
    assert paper.side.shown == "problems"
    rows = paper.side.problems.rows
    qtbot.mouseClick(rows[0], Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert paper.selection.server == small.id
    qtbot.keyClick(rows[1], Qt.Key.Key_Return)
    assert paper.selection.user == 1
    assert paper.selection.server == scenario.users[1].client
    paper.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not paper.checking.findings, timeout=20_000)
    assert not paper.problem_button.isVisible()
    assert not paper.side.problems.rows


def test_a_missing_model_is_a_problem_and_its_return_is_noticed_by_the_next_edit(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    tmp_path: Path,
) -> None:
    scenario = paper.document.scenario
    entry = ModelEntry(id=scenario.models[0].id, file="gone.onnx")
    paper.document.edit("Use a file", scenario.model_copy(update={"models": (entry,)}))
    qtbot.waitUntil(lambda: any("gone.onnx" in each.message for each in paper.checking.findings), timeout=20_000)
    (found,) = paper.checking.findings
    assert (found.field, found.stops_planning) == ("models[0].file", True)
    assert "planning is not possible" in paper.problem_button.toolTip()


def test_an_empty_page_gives_no_alarm_and_the_panel_says_what_it_lacks(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    window.start.leave()
    qtbot.waitUntil(lambda: len(window.checking.findings) > 2, timeout=20_000)
    assert window.problem_button.isHidden()
    window.named_actions["show-problems"].trigger()
    assert [each.finding.field for each in window.side.problems.rows] == ["servers", "models", "users", "servers"]


def test_names_stay_as_they_are_at_the_beginning_of_a_problem(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: paper.checking.looked, timeout=20_000)
    scenario = paper.document.scenario
    (entry,) = scenario.models
    unused = ModelEntry(id="spare", file="gone.csv")
    paper.document.edit("Add a model", scenario.model_copy(update={"models": (entry, unused)}))
    qtbot.waitUntil(lambda: len(paper.checking.findings) == 2, timeout=20_000)
    texts = [row.findChildren(QLabel)[1].text() for row in paper.side.problems.rows]
    assert texts == ["gone.csv: there is no such file", "No user runs spare"]
    assert paper.side.problems.rows[0].accessibleName() == "Stops planning: gone.csv: there is no such file"


def test_what_was_not_looked_at_yet_is_not_called_faultless(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    def said() -> list[str]:
        return [each.text() for each in paper.side.problems.findChildren(QLabel)]

    qtbot.waitUntil(lambda: paper.checking.looked, timeout=20_000)
    text = said()[-1]
    assert text.startswith("Nothing is wrong")
    paper.document.file_changed.emit()
    assert said()[-1] == "Looking for problems…"
    qtbot.waitUntil(lambda: said()[-1] == text, timeout=20_000)


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"deadline_s": 1e-6}, "users[1].deadline_s"),
        ({"arrival_s": 50.0}, "users[1].arrival_s"),
        ({"limits": (NOWHERE,)}, "users[1].limits"),
        ({"weights": Weights(delay=0, energy=0, money=1)}, "users[1].weights"),
    ],
)
def test_a_problem_brings_its_field_into_view(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    values: dict[str, object],
    asked: str,
) -> None:
    paper.resize(1280, 720)
    scenario = changed_user(paper.document.scenario, 1, **values)
    running = scenario.running.model_copy(update={"horizon_s": 20.0})
    paper.document.edit("Spoil", scenario.model_copy(update={"running": running}))
    qtbot.waitUntil(lambda: [each.field for each in paper.checking.findings] == [asked], timeout=20_000)
    paper.side.show_problems(True)
    qtbot.mouseClick(paper.side.problems.rows[0], Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    place = paper.details.users.place_of(scenario.users[1].id, asked.partition(".")[2])
    assert place is not None
    qtbot.waitUntil(lambda: place.visibleRegion().contains(place.rect().center()), timeout=2000)


def test_a_scenario_without_users_leads_to_a_client_that_may_get_one(paper: MainWindow) -> None:  # noqa: F811
    scenario = paper.document.scenario.model_copy(update={"users": ()})
    selection = Selection()
    assert go_to("users", scenario, selection) == "Selection"
    assert selection.server == "Client 1"


def test_history_travels_to_the_line_clicked(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    for name in ("One", "Two", "Three"):
        paper.document.edit(f"Rename to {name}", paper.document.scenario.model_copy(update={"name": name}))
    paper.named_actions["show-history"].trigger()
    assert paper.side.shown == "history"
    view = paper.side.history
    assert paper.focusWidget() is view
    model = view.model()
    assert [model.index(line, 0).data() for line in range(model.rowCount())][1:] == [
        "Rename to One",
        "Rename to Two",
        "Rename to Three",
    ]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(model.index(1, 0)).center())
    assert paper.document.scenario.name == "One"
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(model.index(3, 0)).center())
    assert paper.document.scenario.name == "Three"
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert paper.document.scenario.name == "Two"
    paper.named_actions["show-history"].trigger()
    assert paper.side.shown is None


@pytest.mark.parametrize(
    ("field", "tab", "server"),
    [
        ("servers[0].memory_mb", "Selection", "Client 1"),
        ("users[1].deadline_s", "Selection", "Client 2"),
        ("users[1].weights", "Selection", "Client 2"),
        ("servers[99]", "Selection", None),
        ("offloading.method", "Plan", None),
        ("running.horizon_s", "Run", None),
        ("", "Plan", None),
    ],
)
def test_every_field_has_a_place(field: str, tab: str, server: str | None, paper: MainWindow) -> None:  # noqa: F811
    selection = Selection()
    assert go_to(field, paper.document.scenario, selection) == tab
    assert selection.server == server
    assert selection.user == (1 if field.startswith("users") else 0)
