"""Palette, shortcut sheet, guide, tour and about: everything is found, and everything works from the keyboard."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from real_window import open_window, paper, plan, settings_in, window  # noqa: F401  fixtures

from dnnmig_gui import __version__
from dnnmig_gui.core.registry import KINDS, all_methods, method_names
from dnnmig_gui.gui.actions import ACTIONS
from dnnmig_gui.gui.help.about import parts
from dnnmig_gui.gui.help.matching import match_score
from dnnmig_gui.gui.help.palette import Palette
from dnnmig_gui.gui.help.shortcuts import ShortcutSheet, shortcut_groups
from dnnmig_gui.gui.help.topics import topics
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore(r"propagateSizeHints|does not support raise")


def type_into(qtbot: QtBot, palette: Palette, text: str) -> list[str]:
    """Ask the palette; return what it answers, the best first."""
    palette.field.clear()
    qtbot.keyClicks(palette.field, text)
    return [command.text for command in palette.found.commands]


# Matching


@pytest.mark.parametrize(
    ("asked", "better", "worse"),
    [
        ("plan", "Plan", "Explanations of plants"),
        ("ex", "Exact optimum", "Next event"),
        ("nxe", "Next event", "Nothing except me"),
        ("save as", "Save as", "Save"),
        ("re", "Redo", "Where"),
        ("ofl pso", "Offload by PSO, particle swarm", "Offload by Genetic algorithm"),
    ],
)
def test_what_is_meant_comes_first(asked: str, better: str, worse: str) -> None:
    good, bad = match_score(asked, better), match_score(asked, worse)
    assert good is not None
    assert bad is None or good > bad


@pytest.mark.parametrize("asked", ["xyz", "planq", "plan plan2", "zzz"])
def test_what_is_not_there_is_not_found(asked: str) -> None:
    assert match_score(asked, "Plan the scenario") is None


@given(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=30))
def test_every_text_answers_itself_and_its_beginning(text: str) -> None:
    whole = match_score(text, text)
    assert whole is not None
    assert match_score(text[: (len(text) + 1) // 2], text) is not None


@given(st.text(max_size=12), st.text(max_size=40))
def test_matching_holds_for_any_text(asked: str, text: str) -> None:
    score = match_score(asked, text)
    if score is not None:
        assert all(letter in text.lower() for letter in asked.lower() if not letter.isspace())


# Palette


def test_the_palette_finds_and_does_an_action_by_keyboard_alone(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.activateWindow()
    paper.timeline.setFocus()
    paper.named_actions["palette"].trigger()
    palette = paper.help.palette
    assert palette.isVisible()
    assert paper.focusWidget() is palette.field
    assert type_into(qtbot, palette, "dark th")[0] == "Dark theme"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert paper.look.choice == "dark"
    assert paper.focusWidget() is not palette.field
    paper.named_actions["theme-light"].trigger()


def test_the_search_field_of_the_top_bar_opens_it(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    qtbot.mouseClick(window.top_bar.search, Qt.MouseButton.LeftButton)
    assert window.help.palette.isVisible()
    qtbot.keyClick(window.help.palette.field, Qt.Key.Key_Escape)
    assert not window.help.palette.isVisible()


def test_it_offers_everything(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.named_actions["palette"].trigger()
    offered = {command.id for command in paper.help.palette.found.commands}
    for spec in ACTIONS:
        if paper.named_actions[spec.id].isEnabled() and spec.id != "palette":
            assert f"action/{spec.id}" in offered
    assert {f"server/{server.id}" for server in paper.document.scenario.servers} <= offered
    assert {f"layer/{layer.name}" for layer in paper.loading.models["alexnet"].layers} <= offered
    for kind in KINDS:
        assert {f"method/{kind}/{name}" for name in method_names(kind)} <= offered
    assert "example/smart-home" in offered
    assert "user/User 2" in offered
    paper.help.palette.close_sheet()


def test_servers_layers_users_and_methods_are_reached(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    palette = paper.help.palette

    def choose(asked: str) -> None:
        paper.named_actions["palette"].trigger()
        type_into(qtbot, palette, asked)
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    choose("edge 3")
    assert paper.selection.server == "Edge 3"
    choose("fc7")
    assert paper.selection.layer == "fc7"
    choose("follow user 2")
    assert paper.selection.user == 1
    choose("offload by exact")
    assert paper.document.scenario.offloading.method == "exact"
    choose("upload by ionn")
    assert paper.document.scenario.uploading.method == "ionn"
    choose("switch merge")
    assert [choice.method for choice in paper.document.scenario.preprocessing] == ["merge-layers"]
    choose("switch merge")
    assert paper.document.scenario.preprocessing == ()
    assert paper.document.undo_stack.count() == 4


def test_what_was_used_lately_comes_first(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    palette = window.help.palette
    for asked in ("light theme", "reset the layout"):
        palette.open()
        type_into(qtbot, palette, asked)
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    palette.open()
    assert [command.id for command in palette.found.commands[:2]] == ["action/reset-layout", "action/theme-light"]
    assert type_into(qtbot, palette, "l")[0] in ("Light theme", "Library")
    palette.close_sheet()
    assert Palette.recent(palette) == ["action/reset-layout", "action/theme-light"]
    assert settings_in(tmp_path).value("palette_recent")[0] == "action/reset-layout"


def test_arrows_go_round_and_nonsense_finds_nothing(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    palette = window.help.palette
    palette.open()
    count = palette.found.rowCount()
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == count - 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 0
    assert type_into(qtbot, palette, "qqqqzzzz") == []
    assert not palette.list.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(4, palette.height() - 4))
    assert not palette.isVisible()


# Shortcut sheet


def test_the_sheet_has_every_shortcut(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    window.named_actions["shortcuts"].trigger()
    sheet = window.help.sheet
    assert isinstance(sheet, ShortcutSheet)
    assert sheet.isVisible()
    shown = {each.text() for each in sheet.findChildren(QLabel)}
    for spec in ACTIONS:
        assert set(spec.keys) <= shown, spec.id
    qtbot.keyClick(sheet.close_button, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_no_key_is_listed_twice_in_a_group() -> None:
    for title, lines in shortcut_groups().items():
        keys = [key for _, keys in lines for key in keys]
        if title not in ("Topology and DNN", "Timeline"):
            assert len(keys) == len(set(keys)), title


def test_the_keys_of_lanes_are_listed() -> None:
    keys = {key: text for text, signs in shortcut_groups()["Timeline"] for key in signs}
    assert (keys["/"], keys["P"], keys["G"]) == ("Filter lanes", "Pin the lane", "Fold or unfold all tiers")


# Guide


def test_the_keys_of_every_view_are_listed() -> None:
    groups = shortcut_groups()
    assert ("Move the chosen servers", ("Ctrl+Arrows",)) in groups["Topology"]
    assert ("Leave earlier or later", ("Shift+←", "Shift+→")) in groups["Users in the Run tab"]
    presenting = dict(groups["Presentation"])
    assert presenting["Next scene"] == ("PgDown", "↓")
    assert presenting["Leave the presentation"] == ("Esc", "F5")


def test_the_guide_tells_of_every_method_and_its_source() -> None:
    pages = {topic.id: topic for topic in topics()}
    for kind in KINDS:
        for method in all_methods(kind):
            page = pages[f"method/{kind}/{method.name}"]
            assert page.title == method.title
            assert len(method.source) > 5
            for word in (*method.summary.split()[:3], *method.source.split()[:2]):
                assert word.strip(",.;:()<>&'\"") in unescape(page.text)


def test_the_words_of_the_window_are_explained() -> None:
    (words,) = (unescape(topic.text) for topic in topics() if topic.id == "words")
    for word in ("Serial delay", "Parallel delay", "Offloading plan", "Uploading plan", "P1, P2", "CR", "Contention"):
        assert f"<b>{word}" in words
    for word in ("Query", "Tensor", "Profile", "Pareto front", "Bound, gap", "Horizon", "Outage", "Limit", "Objective"):
        assert f"<b>{word}</b>" in words


def test_f1_on_a_method_opens_its_page(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.activateWindow()
    paper.plan_panel.uploading.combo.setFocus()
    paper.named_actions["guide"].trigger()
    guide = paper.help.guide
    assert guide is not None
    assert guide.isVisible()
    assert guide.topic == "method/uploading/recursive-efficiency"
    assert guide.title.text() == "Recursive efficiency"
    assert "Source" in guide.page.toPlainText()
    for place in range(guide.list.count()):
        guide.list.setCurrentRow(place)
        if guide.topic.startswith("method/"):
            assert len(guide.page.toPlainText()) > 60
    shown_in = [guide.page.document().defaultFont().pixelSize()]
    for theme in ("dark", "light"):
        paper.named_actions[f"theme-{theme}"].trigger()
        shown_in.append(guide.page.document().defaultFont().pixelSize())
    assert shown_in == [13, 13, 13]
    paper.named_actions["text-larger"].trigger()
    assert guide.page.document().defaultFont().pixelSize() > 13
    paper.named_actions["text-reset"].trigger()
    guide.close()


# Tour


def test_the_tour_points_at_real_parts_and_can_be_left_anywhere(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    tour = paper.help.tour
    paper.named_actions["tour"].trigger()
    titles = []
    while tour.place >= 0:
        step = tour._steps[tour.place]
        target = step.target()
        assert target.isVisible(), step.title
        ring = QRect(target.mapTo(paper, QPoint(0, 0)), target.size())
        assert tour._ring.geometry().intersects(ring)
        assert paper.rect().contains(tour.geometry()), step.title
        titles.append(step.title)
        qtbot.mouseClick(tour.next_button, Qt.MouseButton.LeftButton)
    assert len(titles) == len(set(titles)) == 6
    assert not tour.isVisible()
    tour.start()
    qtbot.mouseClick(tour.next_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(tour.back_button, Qt.MouseButton.LeftButton)
    assert tour.place == 0
    qtbot.mouseClick(tour.skip_button, Qt.MouseButton.LeftButton)
    assert tour.place == -1
    assert not tour._ring.isVisible()


def test_the_tour_is_walked_and_left_by_keys_and_gives_them_back(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    tour = paper.help.tour
    paper.topology.canvas.setFocus()
    paper.named_actions["tour"].trigger()
    assert paper.focusWidget() is tour
    for key, place in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Return, 2), (Qt.Key.Key_Left, 1)):
        qtbot.keyClick(paper.focusWidget(), key)
        assert tour.place == place
    qtbot.mouseClick(tour.next_button, Qt.MouseButton.LeftButton)
    assert paper.focusWidget() is tour, "the keys work after a click as well"
    qtbot.keyClick(paper.focusWidget(), Qt.Key.Key_Escape)
    assert tour.place == -1
    assert paper.focusWidget() is paper.topology.canvas


def test_the_tour_follows_a_part_that_moves_or_is_hidden(paper: MainWindow) -> None:  # noqa: F811
    tour = paper.help.tour
    tour.start()
    assert tour._ring.geometry().contains(paper.topology.mapTo(paper, paper.topology.rect().center()))
    paper.topology.resize(paper.topology.width() - 60, paper.topology.height() - 40)
    ring = QRect(paper.topology.mapTo(paper, QPoint(0, 0)), paper.topology.size()).adjusted(-4, -4, 4, 4)
    assert tour._ring.geometry() == ring
    paper.pages.show_page("charts")
    assert tour._ring.isHidden()
    assert paper.rect().contains(tour.geometry())
    paper.pages.show_page("plan")
    assert tour._ring.isVisible()
    tour.end()


def test_the_tour_scrolls_a_part_into_view_that_large_text_has_pushed_out(paper: MainWindow) -> None:  # noqa: F811
    paper.resize(1280, 760)
    paper.look.set_text_percent(200)
    QApplication.processEvents()
    tour = paper.help.tour
    tour.start()
    for _ in range(3):
        tour.next_button.click()
    QApplication.processEvents()
    seen = paper.timeline.visibleRegion().boundingRect().height()
    assert seen >= min(paper.timeline.height(), 300)
    ring = tour._ring.geometry()
    assert ring.bottom() <= paper.rect().bottom()
    assert ring.height() >= seen
    for _ in range(3):
        tour.back_button.click()
    assert paper.topology.visibleRegion().boundingRect().height() >= 200


def test_the_tour_goes_on_when_its_step_is_done(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    tour = paper.help.tour
    tour.start()
    while tour._steps[tour.place].title != "Plan":
        tour.next_button.click()
    plan(qtbot, paper)
    assert tour._steps[tour.place].title == "Watch it move"
    paper.clock.play()
    assert tour._steps[tour.place].title == "The model"
    paper.clock.pause()
    assert tour._steps[tour.place].title == "The model"
    tour.end()


def test_the_tour_is_offered_once(qtbot: QtBot, tmp_path: Path) -> None:
    first = open_window(qtbot, tmp_path)
    first.help.offer_tour()
    assert first.help.tour.isVisible()
    first.help.tour.end()
    first.help.offer_tour()
    assert not first.help.tour.isVisible()
    second = open_window(qtbot, tmp_path)
    second.help.offer_tour()
    assert not second.help.tour.isVisible()


# About


def test_about_names_versions_and_licences(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    named = {part.name: part for part in parts()}
    assert named["DNN Migration Planner"].version == __version__
    assert {"Python", "Qt", "pyqtgraph", "numpy", "Inter"} <= set(named)
    assert any(name.lower().replace("_", "-") == "pyside6-essentials" for name in named)
    for part in named.values():
        assert part.version
        assert part.licence
    window.named_actions["about"].trigger()
    about = window.help.about
    assert about is not None
    assert about.isVisible()
    qtbot.mouseClick(about.copy_button, Qt.MouseButton.LeftButton)
    assert f"DNN Migration Planner {__version__} (MIT)" in QGuiApplication.clipboard().text()
    about.close()
