"""Every action once, as data: menus, the top bar and the shortcuts all read this list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from dnnmig_gui.gui.controls import keep_icon
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.theme.look import Look

MENUS = (
    mark("File"),
    mark("Edit"),
    mark("Draw"),
    mark("Plan"),
    mark("Play"),
    mark("View"),
    mark("Language"),
    mark("Export"),
    mark("Help"),
)
SUBMENUS = (mark("Theme"), mark("Text size"), mark("Layouts"))
"""What stands together in the View menu, where its first action is listed; so does the Language menu."""


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    Parameters
    ----------
    id
        Unique, stable: settings and tests name it.
    text
        What people read in menus, in English: it is translated where it is shown.
    handler
        What it calls: a dotted path from the window, such as ``files.open``.
    menu
        One of `MENUS` or `SUBMENUS`.
    icon
        Name of an icon; empty for none.
    keys
        Its shortcuts, the first one shown.
    checkable
        Whether it is on or off; its handler is then called with that.
    rule_before
        Whether a line sets it apart from the one before it in the menu.
    """

    id: str
    text: str
    handler: str
    menu: str
    icon: str = ""
    keys: tuple[str, ...] = field(default=())
    checkable: bool = False
    rule_before: bool = False


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("new", "New scenario", "files.new", "File", "new", ("Ctrl+N",)),
    ActionSpec("open", "Open…", "files.open", "File", "open", ("Ctrl+O",)),
    ActionSpec("welcome", "Welcome screen", "start.show", "File", "home", ("Ctrl+Shift+H",)),
    ActionSpec("import-model", "New from a model…", "model_files.ask_to_begin", "File", "box"),
    ActionSpec("save", "Save", "files.save", "File", "save", ("Ctrl+S",), rule_before=True),
    ActionSpec("save-as", "Save as…", "files.save_as", "File", "", ("Ctrl+Shift+S",)),
    ActionSpec("revert", "Revert to the file", "files.revert", "File", "reset"),
    ActionSpec("new-window", "New window", "open_another", "File", "", ("Ctrl+Shift+N",), rule_before=True),
    ActionSpec("close-window", "Close the window", "close", "File", "", ("Ctrl+W",)),
    ActionSpec("quit", "Quit", "quit", "File", "", ("Ctrl+Q",)),
    ActionSpec("undo", "Undo", "document.undo_stack.undo", "Edit", "undo", ("Ctrl+Z",)),
    ActionSpec("redo", "Redo", "document.undo_stack.redo", "Edit", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("cut", "Cut", "drawing.cut", "Edit", "", ("Ctrl+X",), rule_before=True),
    ActionSpec("copy", "Copy", "drawing.copy", "Edit", "", ("Ctrl+C",)),
    ActionSpec("paste", "Paste", "drawing.paste", "Edit", "", ("Ctrl+V",)),
    ActionSpec("duplicate", "Duplicate", "drawing.duplicate", "Edit", "", ("Ctrl+D",)),
    ActionSpec("duplicate-many", "Add several alike…", "drawing.duplicate_many", "Edit", "", ("Ctrl+Shift+D",)),
    ActionSpec("rename", "Rename", "rename_selected", "Edit", "", ("F2",)),
    ActionSpec("delete", "Delete", "drawing.delete", "Edit", "", ("Del", "Backspace")),
    ActionSpec("select-all", "Select all servers", "drawing.select_all", "Edit", "", ("Ctrl+A",), rule_before=True),
    ActionSpec("add-client", "Add a client", "drawing.add_client", "Draw", "client", ("1",)),
    ActionSpec("add-edge", "Add an edge server", "drawing.add_edge", "Draw", "edge", ("2",)),
    ActionSpec("add-cloud", "Add a cloud server", "drawing.add_cloud", "Draw", "cloud", ("3",)),
    ActionSpec("add-model-file", "Add a model from a file…", "model_files.ask", "Draw", "model"),
    ActionSpec("use-select", "Select and move", "drawing.use_select", "Draw", "select", ("V",), rule_before=True),
    ActionSpec("use-link", "Draw links", "drawing.use_link", "Draw", "link", ("K",)),
    ActionSpec("join", "Join the selected servers", "drawing.join_selected", "Draw", "link", ("Ctrl+K",)),
    ActionSpec("align-left", "Align left", "drawing.align_left", "Draw", rule_before=True),
    ActionSpec("align-middle", "Align on a vertical line", "drawing.align_middle", "Draw"),
    ActionSpec("align-right", "Align right", "drawing.align_right", "Draw"),
    ActionSpec("align-top", "Align at the top", "drawing.align_top", "Draw"),
    ActionSpec("align-centre", "Align on a horizontal line", "drawing.align_centre", "Draw"),
    ActionSpec("align-bottom", "Align at the bottom", "drawing.align_bottom", "Draw"),
    ActionSpec("distribute-across", "Space evenly across", "drawing.distribute_across", "Draw", rule_before=True),
    ActionSpec("distribute-down", "Space evenly down", "drawing.distribute_down", "Draw"),
    ActionSpec("arrange", "Arrange by tier", "drawing.arrange", "Draw", "", ("Ctrl+Shift+A",)),
    ActionSpec("plan", "Plan", "planning.start", "Plan", "plan", ("Ctrl+Return", "Ctrl+Enter")),
    ActionSpec("auto-plan", "Plan every edit", "live.switch", "Plan", "loop", ("Ctrl+Shift+Return",), checkable=True),
    ActionSpec("cancel-plan", "Cancel planning", "planning.cancel", "Plan", "cross", ("Esc",)),
    ActionSpec("play", "Play or pause", "playback.toggle", "Play", "", ("Space",)),
    ActionSpec("next-event", "Next event", "playback.next_event", "Play", "", (".",), rule_before=True),
    ActionSpec("previous-event", "Previous event", "playback.previous_event", "Play", "", (",",)),
    ActionSpec("next-cr", "Next CR", "playback.next_confirmation", "Play", "", ("Shift+.",)),
    ActionSpec("previous-cr", "Previous CR", "playback.previous_confirmation", "Play", "", ("Shift+,",)),
    ActionSpec("to-start", "Go to the start", "playback.to_start", "Play", "", ("Home",)),
    ActionSpec("to-end", "Go to the end", "playback.to_end", "Play", "", ("End",)),
    ActionSpec("slower", "Slower", "playback.slower", "Play", "", ("[",), rule_before=True),
    ActionSpec("faster", "Faster", "playback.faster", "Play", "", ("]",)),
    ActionSpec("loop", "Loop", "playback.toggle_loop", "Play", "loop", ("L",)),
    ActionSpec("mark", "Mark from here, then to here", "playback.mark", "Play", "", ("M",)),
    ActionSpec("theme-light", "Light theme", "view.choose_light", "Theme"),
    ActionSpec("theme-dark", "Dark theme", "view.choose_dark", "Theme"),
    ActionSpec("theme-system", "Theme of the system", "view.choose_system", "Theme"),
    ActionSpec("text-larger", "Larger text", "view.enlarge_text", "Text size", "add", ("Ctrl++", "Ctrl+=")),
    ActionSpec("text-smaller", "Smaller text", "view.shrink_text", "Text size", "remove", ("Ctrl+-",)),
    ActionSpec("text-reset", "Text of the first size", "view.reset_text", "Text size", "", ("Ctrl+0",)),
    ActionSpec("language-system", "Language of the system", "language.use_system", "Language"),
    ActionSpec("language-en", "English", "language.use_english", "Language", rule_before=True),
    ActionSpec("language-zh_CN", "简体中文", "language.use_chinese", "Language"),
    ActionSpec("language-ja", "日本語", "language.use_japanese", "Language"),
    ActionSpec("high-contrast", "High contrast", "view.set_high_contrast", "View", checkable=True, rule_before=True),
    ActionSpec("reduced-motion", "Reduced motion", "view.set_reduced_motion", "View", checkable=True),
    ActionSpec("show-library", "Library", "view.show_library", "View", checkable=True, rule_before=True),
    ActionSpec("show-inspector", "Inspector", "view.show_inspector", "View", checkable=True),
    ActionSpec("show-dnn", "DNN", "view.show_dnn", "View", checkable=True),
    ActionSpec("show-timeline", "Timeline", "view.show_timeline", "View", checkable=True),
    ActionSpec("show-problems", "Problems", "side.show_problems", "View", "warning", ("Ctrl+Shift+M",), checkable=True),
    ActionSpec("show-history", "History", "side.show_history", "View", "undo", ("Ctrl+Shift+Y",), checkable=True),
    ActionSpec("save-layout", "Save the layout…", "layouts.save", "Layouts", "save", rule_before=True),
    ActionSpec("remove-layout", "Remove a saved layout…", "layouts.remove", "Layouts"),
    ActionSpec("reset-layout", "Reset the layout", "layouts.reset", "Layouts", "reset", rule_before=True),
    ActionSpec("go-topology", "Go to the topology", "pages.go_to_topology", "View", "", ("Ctrl+1",), rule_before=True),
    ActionSpec("go-dnn", "Go to the model", "pages.go_to_dnn", "View", "", ("Ctrl+2",)),
    ActionSpec("go-timeline", "Go to the timeline", "pages.go_to_timeline", "View", "", ("Ctrl+3",)),
    ActionSpec("fit", "Fit the run", "playback.fit", "View", "fit", ("F",), rule_before=True),
    ActionSpec("find-layers", "Find layers…", "dnn.find_layers", "View", "search", ("Ctrl+F",), rule_before=True),
    ActionSpec("fold-all", "Fold all blocks of the model", "dnn.fold_all", "View"),
    ActionSpec("unfold-all", "Unfold all blocks of the model", "dnn.unfold_all", "View"),
    ActionSpec("fold", "Fold lanes by tier", "playback.fold", "View", "", ("G",)),
    ActionSpec(
        "compare",
        "Compare",
        "pages.toggle_compare",
        "View",
        "compare",
        ("Ctrl+Shift+C",),
        checkable=True,
        rule_before=True,
    ),
    ActionSpec("charts", "Charts", "pages.toggle_charts", "View", "charts", ("Ctrl+4",), checkable=True),
    ActionSpec("study", "Study…", "pages.open_study", "View", "", ("Ctrl+5",)),
    ActionSpec("present", "Present", "pages.present", "View", "present", ("F5",)),
    ActionSpec("export-report", "Report (HTML)…", "exports.report", "Export", "export", ("Ctrl+E",)),
    ActionSpec("export-plan", "Plan (JSON)…", "exports.plan", "Export"),
    ActionSpec("export-trace", "Trace (JSON, CSV or Perfetto)…", "exports.trace", "Export"),
    ActionSpec("export-timeline", "Timeline (PNG or SVG)…", "exports.timeline", "Export", rule_before=True),
    ActionSpec("export-topology", "Topology (PNG or SVG)…", "exports.topology", "Export"),
    ActionSpec("export-dnn", "DNN (PNG or SVG)…", "exports.dnn", "Export"),
    ActionSpec("palette", "Search commands", "help.show_palette", "Help", "search", ("Ctrl+Shift+P",)),
    ActionSpec("shortcuts", "Keyboard shortcuts", "help.show_shortcuts", "Help", "", ("?",)),
    ActionSpec("guide", "Guide", "help.show_guide", "Help", "help", ("F1",)),
    ActionSpec("tour", "Take the tour", "help.start_tour", "Help", "", rule_before=True),
    ActionSpec("about", "About DNN Migration Planner", "help.show_about", "Help", "mark"),
)


def make_actions(window: QMainWindow, look: Look) -> dict[str, QAction]:
    """Return a QAction for each of `ACTIONS` by id, added to the window so that its shortcuts work."""
    made = {}
    for spec in ACTIONS:
        text = tr(spec.text)
        action = QAction(text, window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        if spec.keys:
            action.setToolTip(f"{text.rstrip('…')} ({spec.keys[0]})")
        handler: Callable[..., object] = attrgetter(spec.handler)(window)
        action.setCheckable(spec.checkable)
        if spec.checkable:
            action.triggered.connect(handler)
        else:
            action.triggered.connect(_without_arguments(handler))
        if spec.icon:
            keep_icon(action, look, spec.icon)
        window.addAction(action)
        made[spec.id] = action
    return made


def _without_arguments(handler: Callable[..., object]) -> Callable[[], object]:
    return lambda: handler()  # noqa: PLW0108  the signal would hand it `checked`


def wants_key(widget: QWidget, key: Qt.Key) -> bool:
    """Return whether a widget that has the focus uses a bare key itself: letters in a field, Space on a button."""
    if key == Qt.Key.Key_Escape:
        return False
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit | QAbstractSpinBox | QComboBox | QAbstractItemView):
        return True
    if isinstance(widget, QAbstractButton):
        return key == Qt.Key.Key_Space
    if isinstance(widget, QAbstractSlider):
        return key in (Qt.Key.Key_Home, Qt.Key.Key_End)
    return False
