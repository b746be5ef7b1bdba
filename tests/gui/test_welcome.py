"""The welcome screen: examples open planned and ready to play, recent files are listed, files can be dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, SCENARIOS, copied, open_window, plan, window  # noqa: F401  fixtures

from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.gui import start as start_module
from dnnmig_gui.gui.theme.tokens import DARK, LIGHT
from dnnmig_gui.gui.welcome.figures import FiguresCache, figures_of
from dnnmig_gui.gui.welcome.glimpse import glimpse_of, in_order
from dnnmig_gui.gui.welcome.screen import WelcomeScreen
from dnnmig_gui.gui.welcome.thumbnail import paint_stairs, paint_topology, server_places
from dnnmig_gui.gui.welcome.when import relative_text
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def welcome(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WelcomeScreen]:  # noqa: F811
    """The screen in front of an empty window, with two examples and a cache of its own."""
    window.start._cache = window.start._history._cache = FiguresCache(tmp_path / "cache")
    examples = tuple(SCENARIOS / f"{name}.dnnmig" for name in ("paper-alexnet", "intermittent-link"))
    monkeypatch.setattr(start_module, "example_files", lambda: examples)
    window.start.show()
    assert window.start.welcome is not None
    yield window.start.welcome
    window.help.tour.end()


def drop(window: MainWindow, *paths: Path) -> bool:  # noqa: F811
    """Drop files on the window; return whether they were welcome."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(50, 50).toPoint(), copy, data, left, none)
    window.dragEnterEvent(enter)
    if enter.isAccepted():
        window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))
        QApplication.processEvents()  # it is taken up once the program that it came from is let go
    return enter.isAccepted()


def test_two_clicks_to_the_first_animation(qtbot: QtBot, window: MainWindow, welcome: WelcomeScreen) -> None:  # noqa: F811
    assert window.start.shown
    assert not window.top_bar.isVisible()
    card = next(card for path, card in welcome.example_cards.items() if path.stem == "paper-alexnet")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)  # the first
    qtbot.waitUntil(lambda: window.planning.run is not None, timeout=PLANNING_MS)
    assert not window.start.shown
    window.help.tour.end()
    window.activateWindow()
    focused = window.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Space)  # the second
    assert window.clock.playing
    qtbot.waitUntil(lambda: window.clock.t > 0)


def test_space_before_the_plan_is_there_plays_it_once_it_is(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    welcome: WelcomeScreen,
) -> None:
    window.help.tour._settings.setValue("tour_shown", True)
    card = next(card for path, card in welcome.example_cards.items() if path.stem == "paper-alexnet")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert window.planning.busy
    focused = window.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert not window.clock.playing
    qtbot.waitUntil(lambda: window.clock.playing, timeout=PLANNING_MS)
    window.clock.pause()
    with qtbot.waitSignal(window.planning.settled, timeout=PLANNING_MS):
        window.planning.start()  # again, and nobody asks to play
    assert not window.clock.playing


def test_figures_are_those_of_the_plan_and_are_kept(qtbot: QtBot, welcome: WelcomeScreen, tmp_path: Path) -> None:
    qtbot.waitUntil(lambda: welcome.complete, timeout=PLANNING_MS)
    for path, card in welcome.example_cards.items():
        planned = plan_scenario(open_scenario(path).scenario, path.parent)
        assert card.figures == figures_of(planned)
        assert card.figures is not None
        locals_s = [user.local.delay_s for user in planned.users]
        assert card.figures.before_s == pytest.approx(sum(locals_s) / len(locals_s))
        assert re.fullmatch(r"[\d.]+(\s\w+)? → [\d.]+\s\w+", card.figure_text)
        assert card.figure_text in card.accessibleName()
        assert FiguresCache(tmp_path / "cache").find(path) == card.figures


def test_figures_belong_to_the_content_of_a_file(tmp_path: Path) -> None:
    file = copied(tmp_path)
    cache = FiguresCache(tmp_path / "cache")
    assert cache.find(file) is None
    cache.keep(file, figures_of(plan_scenario(open_scenario(file).scenario, tmp_path)))
    assert cache.find(file) is not None
    file.write_text(file.read_text().replace('"seed": 7', '"seed": 8'))
    assert cache.find(file) is None


def test_a_cache_that_is_broken_is_worked_out_again(tmp_path: Path) -> None:
    file = copied(tmp_path)
    cache = FiguresCache(tmp_path / "cache")
    cache.keep(file, figures_of(plan_scenario(open_scenario(file).scenario, tmp_path)))
    (kept,) = (tmp_path / "cache").iterdir()
    for content in (b"", b"{", b'{"before_s": "fast"}', b"\xff\xfe"):
        kept.write_bytes(content)
        assert cache.find(file) is None


def test_leaving_stops_the_work_on_figures(qtbot: QtBot, window: MainWindow, welcome: WelcomeScreen) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: welcome._job is not None or welcome.complete, timeout=PLANNING_MS)
    window.named_actions["new"].trigger()
    assert not window.start.shown
    assert welcome._job is None


def test_the_blank_card_begins_an_empty_scenario(qtbot: QtBot, window: MainWindow, welcome: WelcomeScreen) -> None:  # noqa: F811
    qtbot.mouseClick(welcome.blank_card, Qt.MouseButton.LeftButton)
    assert not window.start.shown
    assert window.document.scenario.servers == ()


def test_cards_work_by_keyboard(qtbot: QtBot, window: MainWindow, welcome: WelcomeScreen) -> None:  # noqa: F811
    card = next(iter(welcome.example_cards.values()))
    card.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert window.document.path == card.glimpse.path
    window.planning.cancel()


def test_recent_files_are_listed_with_what_is_in_them(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    welcome: WelcomeScreen,
    tmp_path: Path,
) -> None:
    assert welcome.recent_rows == {}
    file = copied(tmp_path)
    assert window.files.open_path(file)
    qtbot.waitUntil(lambda: bool(window.loading.models), timeout=PLANNING_MS)
    plan(qtbot, window)
    window.named_actions["welcome"].trigger()
    assert window.start.shown
    (row,) = welcome.recent_rows.values()
    assert "12 servers · AlexNet · PSO + Recursive efficiency" in row.accessibleName()
    assert row.accessibleName().endswith("Just now")
    assert row._figures is not None
    assert row._figures.stairs[0] == (0.0, 1.0)
    assert row._figures.stairs[-1][1] < 0.5
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert not window.start.shown
    assert window.document.path == file


def test_an_unreadable_recent_file_is_left_out(window: MainWindow, welcome: WelcomeScreen, tmp_path: Path) -> None:  # noqa: F811
    good, bad = copied(tmp_path), tmp_path / "bad.dnnmig"
    bad.write_text("{}")
    welcome.show_recent([bad, good])
    assert list(welcome.recent_rows) == [good]


def test_a_scenario_is_dropped(window: MainWindow, welcome: WelcomeScreen, tmp_path: Path) -> None:  # noqa: F811
    file = copied(tmp_path)
    assert drop(window, file)
    assert window.document.path == file
    assert not window.start.shown


def test_models_are_dropped_several_at_once(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    welcome: WelcomeScreen,
    tmp_path: Path,
) -> None:
    tables = []
    for name in ("one", "two"):
        tables.append(tmp_path / f"{name}.csv")
        tables[-1].write_text(
            "name,kind,inputs,flops,param_bytes,output_bytes\n"
            "input,input,,0,0,600\nfc,fully-connected,input,2000,4000,40\n"
        )
    assert drop(window, *tables)
    qtbot.waitUntil(lambda: len(window.document.scenario.models) == 2)
    assert [model.id for model in window.document.scenario.models] == ["one", "two"]
    assert not window.start.shown


def test_a_scenario_begins_with_a_model(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    welcome: WelcomeScreen,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    window.named_actions["import-model"].trigger()
    assert window.start.shown
    table = tmp_path / "mine.csv"
    table.write_text("name,kind,inputs,flops,param_bytes,output_bytes\ninput,input,,0,0,600\nfc,dense,input,20,40,4\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(table), ""))
    window.named_actions["import-model"].trigger()
    qtbot.waitUntil(lambda: bool(window.document.scenario.models))
    assert not window.start.shown
    assert [model.id for model in window.document.scenario.models] == ["mine"]
    window.document.undo_stack.setClean()


def test_other_files_are_refused(window: MainWindow, welcome: WelcomeScreen, tmp_path: Path) -> None:  # noqa: F811
    assert not drop(window, tmp_path / "notes.txt")
    assert not drop(window, tmp_path / "mine.dnnmig", tmp_path / "notes.txt")
    assert window.start.shown


def test_an_error_shows_in_the_workspace(window: MainWindow, welcome: WelcomeScreen, tmp_path: Path) -> None:  # noqa: F811
    bad = tmp_path / "bad.dnnmig"
    bad.write_text("{}")
    assert drop(window, bad)
    assert not window.start.shown
    assert window.banner.isVisible()
    assert "bad.dnnmig" in window.banner.text


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000), (1920, 1200), (1024, 640)])
def test_nothing_is_cut_off_at_the_sides(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    welcome: WelcomeScreen,
    size: tuple[int, int],
) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: welcome.width() == window.width())
    for card in (*welcome.example_cards.values(), welcome.blank_card):
        left = card.mapTo(welcome, card.rect().topLeft()).x()
        assert left > welcome._beside.width()
        assert left + card.width() <= welcome.width()
    zone = welcome.drop_zone
    assert zone.mapTo(welcome, zone.rect().topRight()).x() < welcome._beside.width()


def test_the_gallery_begins_with_the_paper() -> None:
    names = [path.stem for path in in_order(tuple(sorted(SCENARIOS.glob("*.dnnmig"))))]
    assert names[:4] == ["paper-alexnet", "smart-home", "connected-car", "hospital-imaging"]
    assert set(names) == {path.stem for path in SCENARIOS.glob("*.dnnmig")}


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.dnnmig")), ids=lambda path: path.stem)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_thumbnail_shows_every_server_in_the_color_of_its_tier(path: Path, theme: object) -> None:
    assert theme in (LIGHT, DARK)
    glimpse = glimpse_of(path)
    image = QImage(288, 212, QImage.Format.Format_ARGB32)
    image.fill(theme.surface_2)  # type: ignore[attr-defined]
    box = QRectF(16, 16, 256, 180)
    painter = QPainter(image)
    paint_topology(painter, glimpse, (), box, theme)  # type: ignore[arg-type]
    painter.end()
    places, radii = server_places(glimpse.tiers, box)
    assert set(places) == set(glimpse.tiers)
    for name, place in places.items():
        tier = glimpse.tiers[name]
        assert box.contains(place)
        assert QColor(image.pixel(round(place.x()), round(place.y()))) == theme.tier(tier).fill  # type: ignore[attr-defined]
        assert radii[tier] >= 3
    apart = [
        (one - other).manhattanLength()
        for number, one in enumerate(places.values())
        for other in list(places.values())[number + 1 :]
    ]
    assert min(apart, default=99) > 2 * min(radii.values()) - 1


@given(st.dictionaries(st.integers(0, 200).map(str), st.sampled_from(["client", "edge", "cloud"]), min_size=1))
def test_any_number_of_servers_has_room(tiers: dict) -> None:  # type: ignore[type-arg]
    box = QRectF(0, 0, 256, 180)
    places, _ = server_places(tiers, box)
    assert set(places) == set(tiers)
    assert all(box.contains(place) for place in places.values())


def test_stairs_fall_from_the_left_to_the_right() -> None:
    image = QImage(48, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_stairs(painter, ((0.0, 1.0), (0.5, 0.5), (1.0, 0.2)), QRectF(8, 9, 32, 22), QColor("black"))
    painter.end()
    tops = [next(y for y in range(40) if QColor.fromRgba(image.pixel(x, y)).alpha() > 100) for x in range(9, 39)]
    assert tops == sorted(tops)
    assert tops[-1] - tops[0] > 15


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=20), "Just now"),
        (timedelta(minutes=10), "10 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1), "Yesterday"),
        (timedelta(days=3), "Fri"),
        (timedelta(days=20), "3 Nov"),
        (timedelta(days=400), "19 Oct 2025"),
    ],
)
def test_times_as_people_say_them(ago: timedelta, text: str) -> None:
    now = datetime(2026, 11, 23, 18, 0).astimezone()
    assert relative_text(now - ago, now) == text


def test_a_window_that_opens_a_file_builds_no_welcome_screen(qtbot: QtBot, tmp_path: Path) -> None:
    made = open_window(qtbot, tmp_path)
    assert made.files.open_path(copied(tmp_path))
    assert made.start.welcome is None
