"""Contrast, motion, size of text and saved layouts: chosen live, remembered, and put back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QInputDialog,
    QLabel,
    QSplitterHandle,
    QStyleOptionGraphicsItem,
    QToolButton,
)
from pytestqt.qtbot import QtBot
from real_window import open_window, paper, plan, settings_in, window  # noqa: F401  fixtures

from dnnmig_gui.gui.clock import COARSE_FRAME_MS, FRAME_MS
from dnnmig_gui.gui.theme.look import TEXT_PERCENTS, Look
from dnnmig_gui.gui.theme.style import style_sheet
from dnnmig_gui.gui.theme.tokens import DARK, DARK_HIGH, LIGHT, LIGHT_HIGH, Theme
from dnnmig_gui.gui.view_actions import recall_look
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK, LIGHT_HIGH, DARK_HIGH], ids=lambda theme: theme.name)
def test_text_meets_wcag_aa_on_every_surface(theme: Theme) -> None:
    for ground in (theme.bg, theme.surface, theme.surface_2):
        for ink in (theme.text, theme.text_2, theme.text_3):
            assert contrast(ink, ground) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.accent_ink, theme.accent_soft) >= 4.5
    for tier in (theme.client, theme.edge, theme.cloud, theme.failure):
        assert contrast(tier.ink, tier.tint) >= 4.5
        assert contrast(tier.ink, theme.surface) >= 4.5


@pytest.mark.parametrize(("plain", "high"), [(LIGHT, LIGHT_HIGH), (DARK, DARK_HIGH)], ids=["light", "dark"])
def test_high_contrast_is_higher(plain: Theme, high: Theme) -> None:
    assert high.outlines
    assert not plain.outlines
    for name in ("text_2", "text_3", "line", "line_strong"):
        assert contrast(getattr(high, name), high.surface) > contrast(getattr(plain, name), plain.surface)
    for tier in ("client", "edge", "cloud"):
        assert contrast(getattr(high, tier).line, high.surface) >= 4.5


def test_shapes_of_a_tier_have_an_outline_in_high_contrast_alone(paper: MainWindow) -> None:  # noqa: F811
    assert LIGHT.outline(LIGHT.edge).style() == Qt.PenStyle.NoPen
    assert LIGHT_HIGH.outline(LIGHT.edge).color() == LIGHT.edge.ink
    assert LIGHT_HIGH.outline(LIGHT.edge).widthF() == 1
    node = paper.topology.canvas.items_by_id["Edge 1"]

    def ink_in_the_picture() -> int:
        picture = QImage(160, 80, QImage.Format.Format_ARGB32)
        picture.fill(paper.look.theme.surface_2)
        painter = QPainter(picture)
        painter.translate(80, 40)
        node.paint(painter, QStyleOptionGraphicsItem())
        painter.end()
        near = [QColor(picture.pixel(x, y)) for x in range(24, 54) for y in range(24, 56)]
        return sum(contrast(color, LIGHT.edge.tint) > 4 for color in near)

    plain = ink_in_the_picture()
    paper.named_actions["high-contrast"].trigger()
    assert ink_in_the_picture() > plain + 20
    paper.named_actions["high-contrast"].trigger()


def test_high_contrast_is_switched_live_and_remembered(window: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    assert window.look.theme is LIGHT
    window.named_actions["high-contrast"].trigger()
    assert window.look.theme is LIGHT_HIGH
    window.named_actions["theme-dark"].trigger()
    assert window.look.theme is DARK_HIGH
    look = Look("dark")
    recall_look(look, settings_in(tmp_path))
    assert look.theme is DARK_HIGH
    window.named_actions["high-contrast"].trigger()
    assert window.look.theme is DARK
    window.named_actions["theme-light"].trigger()


def test_reduced_motion_steps_ten_times_a_second_and_fades_nothing(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    paper.named_actions["reduced-motion"].trigger()
    assert paper.look.reduced_motion
    assert paper.clock._timer.interval() == COARSE_FRAME_MS
    moved: list[float] = []
    paper.clock.moved.connect(moved.append)
    paper.clock.play()
    qtbot.wait(450)
    paper.clock.pause()
    assert 2 <= len(moved) <= 5
    paper.named_actions["reduced-motion"].trigger()
    assert paper.clock._timer.interval() == FRAME_MS


def test_text_grows_live_and_comes_back(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    title = next(each for each in paper.findChildren(QLabel) if each.text() == "Library")
    small, bar = title.fontInfo().pixelSize(), paper.top_bar.height()
    for _ in TEXT_PERCENTS:
        paper.named_actions["text-larger"].trigger()
    assert paper.look.text_percent == 200
    assert title.fontInfo().pixelSize() == 2 * small
    assert paper.top_bar.height() == 2 * (bar - 16) + 16
    assert paper.top_bar.findChild(QToolButton).iconSize().width() == 48  # the mark
    look = Look("light")
    recall_look(look, settings_in(tmp_path))
    assert look.text_percent == 200
    paper.named_actions["text-smaller"].trigger()
    assert paper.look.text_percent == 175
    paper.named_actions["text-reset"].trigger()
    assert title.fontInfo().pixelSize() == small
    assert paper.top_bar.height() == bar


def test_the_style_sheet_grows_text_and_what_holds_it_alone() -> None:
    plain, large = style_sheet(LIGHT), style_sheet(LIGHT, 200)
    assert "font-size: 24px" in large
    assert plain.count("border-radius: 8px") == large.count("border-radius: 8px")
    assert "min-height: 64px" in large


def test_small_text_stays_readable_and_large_enough_to_hit() -> None:
    small = style_sheet(LIGHT, 80)
    sizes = {name: [] for name in ("font-size", "icon-size", "min-height")}
    for name, px in re.findall(r"(font-size|icon-size|min-height): (\d+)px", small):
        sizes[name].append(int(px))
    assert min(sizes["font-size"]) == 11
    assert min(sizes["icon-size"]) == 14
    assert min(px for px in sizes["min-height"] if px > 4) >= 24


def test_icons_grow_with_the_text(window: MainWindow) -> None:  # noqa: F811
    window.look.set_text_percent(200)
    assert window.named_actions["undo"].icon().actualSize(QSize(32, 32)) == QSize(32, 32)
    assert all(tool.iconSize() == QSize(32, 32) for tool in window.top_bar._brief)


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_large_text_scrolls_the_views_and_cuts_no_lane(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    percent: int,
) -> None:
    paper.resize(1280, 800)
    paper.look.set_text_percent(percent)
    QApplication.processEvents()
    assert paper.top_bar.height() == paper.top_bar.maximumHeight()
    assert paper.timeline.height() >= 2 * percent
    assert paper.topology.height() >= 1.4 * percent
    assert paper.docks.width() <= paper.width()
    right = paper.side.mapTo(paper, paper.side.rect().bottomRight())
    assert right.x() <= paper.width()
    assert right.y() <= paper.height()


def test_borders_move_by_keys(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    borders = {handle.accessibleName(): handle for handle in paper.docks.findChildren(QSplitterHandle)}
    width, height = paper.library.width(), paper.timeline.height()
    QTest.keyClick(borders["Width of the library"], Qt.Key.Key_Right)
    assert paper.library.width() == width + 16
    QTest.keyClick(borders["Height of the timeline"], Qt.Key.Key_Up)
    assert paper.timeline.height() == height + 16
    for _ in range(4):
        QTest.keyClick(borders["Width of the library"], Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert paper.docks.is_shut("library")
    QTest.keyClick(borders["Width of the library"], Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(borders["Width of the library"], Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert not paper.docks.is_shut("library")


def test_a_long_name_is_shortened_in_its_room(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    name = "A scenario with a name that nobody would give it"
    bar, shown = paper.top_bar, paper.top_bar._name
    for width, percent in ((1280, 100), (1280, 200), (1600, 150), (1920, 100)):
        paper.look.set_text_percent(percent)
        paper.resize(width, 900)
        bar.show_name(name, clean=True)
        QApplication.processEvents()
        assert shown.fontMetrics().horizontalAdvance(shown.text()) <= shown.width()
        assert shown.text() == name or shown.text().endswith("…")


def test_a_stored_size_that_is_none_is_let_go(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    settings.setValue("text_percent", 137)
    look = Look("light")
    recall_look(look, settings)
    assert look.text_percent == 100
    with pytest.raises(ValueError, match="137"):
        look.set_text_percent(137)


def test_layouts_are_saved_listed_used_and_removed(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = open_window(qtbot, tmp_path)
    menu = made.top_bar.menus["Layouts"]

    def listed() -> list[str]:
        menu.aboutToShow.emit()
        return [action.text() for action in menu.actions() if action.property("layout")]

    assert menu.menuAction() in made.top_bar.menus["View"].actions()
    assert listed() == []
    assert not made.named_actions["remove-layout"].isEnabled()
    made.view.mark(made.named_actions)
    made.named_actions["show-library"].trigger()
    assert not made.library.isVisible()
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_: ("  For / talks & more ", True))
    made.named_actions["save-layout"].trigger()
    assert made.layouts.names == ("For talks & more",)
    made.named_actions["reset-layout"].trigger()
    assert made.library.isVisible()
    assert listed() == ["For talks && more"]
    menu.actions()[0].trigger()
    assert not made.library.isVisible()
    assert "Use layout For talks & more" in {command.text for command in made._commands()}
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_: ("For talks & more", True))
    made.named_actions["remove-layout"].trigger()
    assert made.layouts.names == ()
    assert listed() == []


@pytest.mark.parametrize("percent", [100, 200])
def test_a_layout_of_a_large_screen_is_sensible_on_a_small_one(qtbot: QtBot, tmp_path: Path, percent: int) -> None:
    made = open_window(qtbot, tmp_path)
    made.resize(1920, 1080)
    QApplication.processEvents()
    made.docks._whole.setSizes([1200, 700])
    made.docks._upper.setSizes([400, 780])
    made.docks._left.setSizes([300, 700])
    made.docks._centre.setSizes([140, 160])
    made.docks._keep_sizes()
    made.layouts.keep("Large")
    made.resize(1280, 800)
    made.look.set_text_percent(percent)
    made.layouts.use("Large")
    QApplication.processEvents()
    assert made.width() == 1280
    whole, upper = made.docks._whole.sizes(), made.docks._upper.sizes()
    assert all(part.isVisible() for part in (made.library, made.topology, made.dnn, made.timeline, made.side))
    assert whole[1] == pytest.approx(1264 * 700 / 1904, abs=12)
    assert upper[0] == pytest.approx(1264 * 400 / 1904, abs=12)
    made.resize(1920, 1080)
    QApplication.processEvents()
    assert made.docks._whole.sizes()[1] == pytest.approx(700, abs=4), "it comes back where there is room again"
